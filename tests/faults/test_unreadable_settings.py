"""A setting that cannot be read ends a command in one sentence that names it and does not repeat it."""

from pathlib import Path

import pytest

from services.cli.main import main
from services.runtime.settings import Settings

RUBBISH = "::rubbish-secret"
# What is free text, an address that is tried when it is used, or a folder that need not be there.
FREE = {name for name, field in Settings.model_fields.items() if field.annotation in (str, Path)}
READ = {"store_url", "log_level", "two_steps"}  # of these, the ones that are read at once
ADDRESSES = (
    RUBBISH,
    "nosuch://u:rahasia@h/x",
    "postgresql+psycopg://u:rahasia@127.0.0.1:port/x",
    "postgresql+nosuch://h/x",
)


def stopped(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """See that a command ends as bad usage in a line; gives the line."""
    assert main(words) == 2
    told = capsys.readouterr()
    assert "rahasia" not in told.err + told.out
    assert RUBBISH not in told.err + told.out
    assert len(told.err.splitlines()) == 1, told.err
    return told.err


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    assert main(["db", "upgrade"]) == 0


@pytest.mark.parametrize("name", sorted((set(Settings.model_fields) - FREE) | READ))
@pytest.mark.parametrize("words", [["person", "list"], ["doctor"], ["serve", "triage"]], ids=" ".join)
def test_each_setting_that_is_read_at_once_is_named(
    name: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"KENTONGAN_{name.upper()}", RUBBISH)
    assert f"KENTONGAN_{name.upper()}" in stopped(words, capsys)


@pytest.mark.parametrize("name", sorted(FREE - READ - {"data"}))
def test_what_is_free_text_stops_no_command_that_does_not_need_it(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"KENTONGAN_{name.upper()}", RUBBISH)
    assert main(["person", "list"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_of_the_store_that_is_none_is_not_repeated(
    address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_STORE_URL", address)
    assert "KENTONGAN_STORE_URL" in stopped(["person", "list"], capsys)


def test_up_takes_no_port_that_is_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("KENTONGAN_PORT", "delapan")
    with pytest.raises(SystemExit) as ended:
        main(["up"])
    assert ended.value.code == 2
    assert "invalid int value" in capsys.readouterr().err
