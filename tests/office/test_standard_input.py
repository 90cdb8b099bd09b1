"""What no list of processes and no log may show comes by standard input, or lies in a private file."""

import io
import os
import pty
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from schemas.records.people import Address
from services.cli import up
from services.cli.main import main
from services.cli.ops.doctor import _machine
from services.cli.people import prepare
from services.runtime.settings import Settings
from services.security.accounts import first_passwords
from services.store.database import Store
from tests.kill.installation import KENTONGAN
from tests.servers import GENEROUS, free_port

pytestmark = pytest.mark.usefixtures("in_english")

PERSON = ("person", "add", "Piket", "--login", "piket", "--role", "member", "--institution", "POLRES")


def office(monkeypatch: pytest.MonkeyPatch, told: str, *words: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(told))
    return main(list(words))


def addresses(tmp_path: Path) -> list[tuple[str, str, bool]]:
    store = Store(Settings(data=tmp_path).database)
    try:
        found = store.read_now(lambda session: session.exec(select(Address).order_by(Address.rank)).all())
    finally:
        store.close()
    return [(one.channel, one.address, one.verified_at is not None) for one in found]


@pytest.mark.parametrize("option", ["--address", "--unverified"])
def test_addresses_of_a_person_come_by_standard_input_behind_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    place = ("--data", str(tmp_path))
    assert main(["db", "upgrade", *place]) == 0
    told = "empat kata tak terkait\nemail:piket@polres.example\n\nsms_gateway:081290017799\n"
    assert office(monkeypatch, told, *PERSON, option, "-", "--password-stdin", *place) == 0
    vouched = option == "--address"
    known = [("email", "piket@polres.example", vouched), ("sms_gateway", "+6281290017799", vouched)]
    assert addresses(tmp_path) == known
    remove = ("person", "remove-address", "piket", "-", *place)
    assert office(monkeypatch, "email:piket@polres.example\n", *remove) == 0
    assert addresses(tmp_path) == known[1:]


def test_where_everything_is_to_go_comes_by_standard_input_and_stands_in_no_words_of_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address stood among the words of `up`, and of what looks at it first."""
    words: list[str] = []
    run = subprocess.run

    def noted(command: list[str], **more: Any) -> Any:
        words.extend(command)
        return run(command, **more)

    monkeypatch.setattr(up.subprocess, "run", noted)
    ports = ("--port", str(free_port()), "--nats-port", str(free_port()))
    told = "ftp://sink.example/a"
    assert office(monkeypatch, f"{told}\n", "up", "--data", str(tmp_path), *ports, "--divert", "-") == 2
    assert "no channel can use this address" in capsys.readouterr().err
    assert words
    assert not [one for one in words if told in one]


def test_first_passwords_lie_in_a_private_file_where_nobody_sits_at_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They were printed, and lay in the log of whatever had started us."""
    settings = Settings(data=tmp_path)
    store = Store(settings.database)
    try:
        store.upgrade()
        prepare(store, settings, demo_day=False)
    finally:
        store.close()
    told = capsys.readouterr().out
    for login in ("koordinator", "admin"):
        file = tmp_path / first_passwords.FOLDER / login
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert str(file) in told
        assert file.read_text().strip() not in told
    found = {sentence: good for good, sentence in _machine(settings)}
    assert [good for sentence, good in found.items() if "first passwords lie" in sentence] == [False]
    for login in ("koordinator", "admin", "../secret", "tidak ada"):
        first_passwords.forget(tmp_path, login)
    assert first_passwords.waiting(tmp_path) == []
    assert [good for good, sentence in _machine(settings) if "first passwords lie" in sentence] == [True]


def test_at_a_terminal_they_are_shown_once_and_lie_nowhere(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    words = [*KENTONGAN, "db", "prepare", "--data", str(tmp_path)]
    ended = subprocess.run(words, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, timeout=GENEROUS, check=False)
    os.close(theirs)
    assert ended.returncode == 0, ended.stderr
    assert "password: " in os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert not (tmp_path / first_passwords.FOLDER).exists()
