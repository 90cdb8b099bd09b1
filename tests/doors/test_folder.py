"""Nobody else on the machine reads the data folder, and `up` starts a bus that knows its users."""

import json
import os
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.cli.ops.doctor import _machine
from services.runtime.bus_users import passwords_of
from services.runtime.private import keep_private, open_to_others
from services.runtime.settings import Settings
from services.security.accounts import first_passwords
from tests.console.caller import Caller
from tests.kill.installation import Installation
from tests.servers import GENEROUS

pytestmark = pytest.mark.long


def said_by(port: int, who: dict[str, str]) -> str:
    """Give what the bus answers to an attempt of somebody to empty the reports."""
    with socket.create_connection(("127.0.0.1", port), timeout=GENEROUS) as wire, wire.makefile("rb") as lines:
        lines.readline()
        wire.sendall(f"CONNECT {json.dumps(who)}\r\nPUB $JS.API.STREAM.PURGE.REPORTS 0\r\n\r\nPING\r\n".encode())
        said = ""
        while (line := lines.readline().decode()) and line != "PONG\r\n":
            said += line
        return said


@pytest_asyncio.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    before = os.umask(0o022)
    (tmp_path / "data").mkdir(mode=0o755)  # as an older version, or a careless hand, has made it
    async with Installation(tmp_path, "http://127.0.0.1:9/none") as running:
        yield running
    os.umask(before)


@pytest.mark.nats
async def test_a_walk_through_the_folder_of_a_running_installation(installation: Installation) -> None:
    """Database, write-ahead log and logs once lay there at 0644 in a folder at 0755."""
    code, key = await installation.run("key", "add", "Pelapor", "--role", "reporter")
    assert code == 0
    filing = await installation.run("file", "--check", __file__)
    assert filing[0] in (0, 1, 2)
    found = {path.relative_to(installation.data).as_posix() for path in installation.data.rglob("*")}
    assert {
        "kentongan.db",
        "kentongan.db-wal",
        "secret",
        "bus-users.json",
        "bus-accounts.conf",
        "nats-server.conf",
    } <= found
    assert "log/triage.log" in found
    assert stat.S_IMODE(installation.data.stat().st_mode) == 0o700
    assert [str(path) for path in open_to_others(installation.data)] == []
    assert (await installation.run("key", "revoke", "Pelapor"))[0] == 0
    assert first_passwords.waiting(installation.data) == ["admin", "koordinator"]
    first = (installation.data / first_passwords.FOLDER / "koordinator").read_text(encoding="utf-8").strip()
    assert first not in installation.log.read_text(encoding="utf-8")
    Caller(installation.url).sign_in("koordinator", first)
    assert first_passwords.waiting(installation.data) == ["admin"]  # its file goes when its owner has come in
    backup = installation.data / "b.jsonl.gz"
    assert (await installation.run("backup", str(backup)))[0] == 0
    assert [str(path) for path in open_to_others(installation.data)] == []
    assert key.startswith("kt_")

    assert "Authorization Violation" in said_by(installation.nats_port, {})
    triage = {"user": "triage", "pass": passwords_of(installation.data)["triage"]}
    assert "Permissions Violation" in said_by(installation.nats_port, triage)
    assert (await installation.run("reconcile"))[0] == 0


def test_doctor_names_what_others_may_read(tmp_path: Path) -> None:
    before = os.umask(0o022)
    settings = Settings(data=tmp_path / "data")
    settings.data.mkdir()
    (settings.data / "kentongan.db").write_text("x")
    findings = {sentence.split(":")[0]: good for good, sentence in _machine(settings)}
    assert findings[str(settings.data)] is False
    keep_private(settings.data)
    assert {sentence.split(":")[0]: good for good, sentence in _machine(settings)}[str(settings.data)] is True
    assert list(open_to_others(settings.data)) == []
    os.umask(before)
