"""A setting that cannot be read, or fits nothing, ends a command in one sentence that names it and does not repeat it."""

import asyncio
import socket
import sys
import time
from pathlib import Path

import pytest

from services.cli.main import main
from services.cli.ops import doctor
from services.runtime.listening import fault_of
from services.runtime.settings import Settings
from tests.doors.oidc_provider import small_provider
from tests.kill.installation import Installation
from tests.servers import free_port

pytestmark = pytest.mark.usefixtures("in_english")

RUBBISH = "::rubbish-secret"
# What is free text, an address that is tried when it is used, or a folder that need not be there.
FREE = {name for name, field in Settings.model_fields.items() if field.annotation in (str, Path)}
READ = {"store_url", "log_level", "two_steps", "tiles"}  # of these, the ones that are read at once
ADDRESSES = (
    RUBBISH,
    "nosuch://u:rahasia@h/x",
    "postgresql+psycopg://u:rahasia@127.0.0.1:port/x",
    "postgresql+nosuch://h/x",
)


def stopped(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    """See that a command ends in a line, as bad usage; gives the line."""
    assert main(words) == code
    told = capsys.readouterr()
    assert "rahasia" not in told.err + told.out
    assert RUBBISH not in told.err + told.out
    assert len(told.err.splitlines()) == 1, told.err
    return told.err


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank_sqlite: bytes) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    (tmp_path / "kentongan.db").write_bytes(blank_sqlite)


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


# -- what can be read and fits nothing ---------------------------------------------------------------------------------

WEB = (["serve", "console"], ["serve", "ingest", "console"], ["db", "prepare"])


@pytest.mark.parametrize("words", WEB, ids=" ".join)
@pytest.mark.parametrize(
    "issuer",
    ["sso.example.go.id", "http://sso.example.go.id", "https://[sso", "https://sso:port", "ftp://sso", RUBBISH],
)
def test_a_sign_in_provider_that_is_no_safe_address_ends_a_start(
    issuer: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_OIDC_ISSUER", issuer)
    monkeypatch.setenv("KENTONGAN_OIDC_CLIENT", "kentongan")
    said = stopped(words, capsys)
    assert "KENTONGAN_OIDC_ISSUER" in said
    assert issuer not in said


def test_a_provider_without_our_name_there_ends_a_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_OIDC_ISSUER", "https://sso.example.go.id")
    assert "KENTONGAN_OIDC_CLIENT" in stopped(["serve", "console"], capsys)


@pytest.mark.parametrize("host", ["203.0.113.7", "2001:db8::7", "..", "x" * 70])
@pytest.mark.parametrize("words", [["serve", "console"], ["serve", "ingest"], ["up"]], ids=" ".join)
def test_a_host_that_is_none_of_this_machine_ends_a_start(
    host: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_HOST", host)
    monkeypatch.setenv("KENTONGAN_PORT", str(free_port()))
    assert "KENTONGAN_HOST" in stopped(words, capsys)


@pytest.mark.parametrize("words", [["serve", "console"], ["up"]], ids=" ".join)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", ""])
def test_a_port_that_another_program_has_ends_a_start(
    host: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("KENTONGAN_HOST", host)
        monkeypatch.setenv("KENTONGAN_PORT", str(port))
        assert f"Port {port} for the pages is taken by another program." in stopped(words, capsys, code=1)


def test_an_address_that_is_free_is_no_fault() -> None:
    port = free_port()
    for host in ("127.0.0.1", "localhost", "", "0.0.0.0"):
        assert fault_of(host, port) is None


@pytest.mark.parametrize("words", [["serve", "notify"], ["serve", "ingest"], ["db", "prepare"]], ids=" ".join)
@pytest.mark.parametrize("name", ["EMAIL_PORT", "WEBHOOK_SECRET", "SMS_GATEWAY_BODY"])
def test_a_channel_that_cannot_be_set_up_ends_a_start(
    name: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"KENTONGAN_CHANNEL_{name}", RUBBISH)
    assert f"KENTONGAN_CHANNEL_{name}" in stopped(words, capsys)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (" ", "is no command"),
        ("'", "is no command"),
        ("/nowhere/kms --print", "cannot be run"),
        (f"{sys.executable} -c 'import sys; sys.exit(\"rahasia\")'", "ended with 1"),
        ("echo rahasia", "no hex"),
        ("echo 00ff", "at least 32 bytes"),
        ("true", "at least 32 bytes"),
        ("printf '\\377'", "no hex"),
    ],
)
@pytest.mark.parametrize("words", [["serve", "console"], ["db", "prepare"]], ids=" ".join)
def test_a_command_that_gives_no_master_ends_a_start(
    command: str, why: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_MASTER_COMMAND", command)
    monkeypatch.setenv("KENTONGAN_PORT", str(free_port()))
    said = stopped(words, capsys, code=1)
    assert said.startswith("KENTONGAN_MASTER_COMMAND")
    assert why in said


def test_up_says_what_it_cannot_start_with_and_starts_nothing(tmp_path: Path) -> None:
    """`up` once started services again and again that could not start, with a traceback each time."""
    issuer = {"KENTONGAN_OIDC_ISSUER": "http://sso.example.go.id", "KENTONGAN_OIDC_CLIENT": "kentongan"}
    said = Installation(tmp_path, "", **issuer).refused_start()
    assert len(said.splitlines()) == 1
    assert said.startswith("KENTONGAN_OIDC_ISSUER must be the address")
    assert (tmp_path / "data" / "log" / "nats-server.log").read_bytes() == b""
    assert not (tmp_path / "data" / "kentongan.db").exists()


# -- a provider that is none ---------------------------------------------------------------------------------------------

ITSELF = "/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ((200, b"<html>rahasia"), "answers 200 with something that is no JSON"),
        ((200, b"[]"), "answers 200 with something that is no JSON object"),
        ((200, b'{"issuer": "https://rahasia.example"}'), "says that it is another issuer"),
        ((302, b"{}"), "answers 302 where it should say who it is"),
        ((500, b"{}"), "answers 500 where it should say who it is"),
        ((200, b" " * 300_000), "answers without end"),
        (None, "does not answer"),
    ],
)
def test_a_provider_that_answers_as_none_is_named_by_doctor_and_stops_nobody(
    raw: tuple[int, bytes] | None, why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_provider(time.time) as provider:
        if raw is not None:
            provider.raw[ITSELF] = raw
        issuer = provider.url if raw is not None else f"http://127.0.0.1:{free_port()}"
        monkeypatch.setenv("KENTONGAN_OIDC_ISSUER", issuer)
        monkeypatch.setenv("KENTONGAN_OIDC_CLIENT", "kentongan")
        monkeypatch.setenv("KENTONGAN_NATS_URL", f"nats://127.0.0.1:{free_port()}")
        monkeypatch.setattr(doctor, "PATIENCE", 0.1)  # there is no bus
        main(["doctor"])
        told = capsys.readouterr()
        (line,) = [one for one in told.out.splitlines() if "sign-in provider" in one]
        assert line == f"BAD  sign-in provider 127.0.0.1: {why}; nobody comes in by it"
        assert "rahasia" not in told.out + told.err
        assert main(["person", "list"]) == 0


def test_a_provider_that_answers_is_well() -> None:
    with small_provider(time.time) as provider:
        settings = Settings(oidc_issuer=provider.url, oidc_client="kentongan")
        assert asyncio.run(doctor._provider(settings)) == [(True, "sign-in provider 127.0.0.1: answers")]
    assert asyncio.run(doctor._provider(Settings())) == []
