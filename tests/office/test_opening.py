"""Commands of the office find the installation that is meant without being told twice."""

import argparse
from pathlib import Path

import pytest

from services.cli.connect import settings_of


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("KENTONGAN_NATS_URL", raising=False)
    (tmp_path / "nats-server.conf").write_text("host: 127.0.0.1\nport: 14390\n")
    return tmp_path


def bus(**said: object) -> str:
    return settings_of(argparse.Namespace(**{"data": None, "nats_port": None, **said})).nats_url


def test_the_bus_of_a_data_folder_is_found_by_option_or_environment(installed, monkeypatch) -> None:
    assert bus(data=installed) == "nats://127.0.0.1:14390"
    monkeypatch.setenv("KENTONGAN_DATA", str(installed))
    assert bus() == "nats://127.0.0.1:14390"


def test_what_was_said_outright_stands(installed, monkeypatch) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(installed))
    assert bus(nats_port=14999) == "nats://127.0.0.1:14999"
    monkeypatch.setenv("KENTONGAN_NATS_URL", "nats://bus.tuban.example:4222")
    assert bus() == "nats://bus.tuban.example:4222"


def test_without_such_a_file_the_usual_port_is_meant(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("KENTONGAN_NATS_URL", raising=False)
    assert bus(data=tmp_path) == "nats://127.0.0.1:4222"
