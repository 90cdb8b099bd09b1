"""`--divert` with an address that no channel can use is refused before anything is started."""

import io
from pathlib import Path

import pytest

from services.cli.main import main
from services.notify.channels import discover, homemade, set_up
from services.notify.divert import DivertError
from services.notify.worker import divert_contact
from services.security.secret import Secret
from tests.servers import free_port

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://sink.example/a", "no channel can use this address"),
        ("https://", "no channel can use this address"),
        ("081234567890", "email is not set up"),
        ("piket@tuban.example", "email is not set up"),
    ],
)
def test_an_address_no_channel_can_use_is_refused_at_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str, why: str
) -> None:
    ports = ["--port", str(free_port()), "--nats-port", str(free_port())]
    assert main(["up", "--data", str(tmp_path), *ports, "--divert", address]) == 2
    assert why in capsys.readouterr().err
    assert not (tmp_path / "nats-server.conf").exists()  # nothing was begun


def test_a_dash_with_nothing_behind_it_starts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It started without any diversion, and told real people: under systemd and cron standard input is empty."""
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    ports = ["--port", str(free_port()), "--nats-port", str(free_port())]
    assert main(["up", "--data", str(tmp_path), *ports, "--divert", "-"]) == 2
    assert "standard input" in capsys.readouterr().err
    assert not (tmp_path / "nats-server.conf").exists()


def test_a_service_refuses_it_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_DIVERT", "ftp://sink.example/a")
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    assert main(["serve", "notify"]) == 2
    assert "--divert" in capsys.readouterr().err


def test_mail_is_taken_where_mail_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DivertError):
        divert_contact("piket@tuban.example", set_up(discover(), homemade(Secret(bytes(32)), "http://127.0.0.1")))
    monkeypatch.setenv("KENTONGAN_CHANNEL_EMAIL_HOST", "mail.example")
    monkeypatch.setenv("KENTONGAN_CHANNEL_EMAIL_SENDER", "siaga@tuban.example")
    channels = set_up(discover(), homemade(Secret(bytes(32)), "http://127.0.0.1"))
    with pytest.raises(DivertError, match="no channel can use"):
        divert_contact("piket@", channels)
    contact = divert_contact("piket@TUBAN.example", channels)
    assert (contact.channel, contact.address) == ("email", "piket@tuban.example")
