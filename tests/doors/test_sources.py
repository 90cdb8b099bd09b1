"""Who reported is sealed everywhere, opened by nobody after an erasure, and planted values lie in no place in clear."""

import asyncio
import gzip
import io
import json
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image
from sqlmodel import select

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.reports import Report, ReporterKey, ReportSource
from services.bus import Bus
from services.cli import main as cli
from services.runtime.bus_users import passwords_of
from services.runtime.settings import Settings
from services.security.secret import load_secret
from services.sources.stream import OpenedReader
from services.store.database import Store
from tests.kill.installation import Installation
from tests.servers import GENEROUS, until

pytestmark = [pytest.mark.nats, pytest.mark.long]
NAME, NUMBER, MAIL, NIK = "Wagiman Sastroprawiro", "081290017744", "wagiman.sastro@contoh.example", "3523114507910003"
OTHER, OTHER_NUMBER = "Lestari Kusumaningrum", "081290017755"
BARE = NUMBER[1:]  # as every spelling of the number ends
PLANTED = (NAME, NAME.split()[1], NUMBER, BARE, MAIL, NIK)
TEXT = (
    f"Tawuran dua kelompok silat di Desa Bangunrejo Soko, dua orang luka bacok. Nama saya {NAME}, "
    f"NIK {NIK}, hubungi {NUMBER} atau {MAIL}"
)


class Planted:
    """A running installation to which one person has reported by every door, and another by one."""

    def __init__(self, running: Installation) -> None:
        self.running = running
        self.ids: list[str] = []

    async def call(self, path: str, body: Any, key: str | None = None, *, kind: str = "application/json") -> Any:
        headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {key}"} if key else {})
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with (
            aiohttp.ClientSession(self.running.url) as client,
            client.post(path, data=data, headers=headers) as told,
        ):
            text = await told.text()
            assert told.status in (200, 201, 202), text
            return json.loads(text) if kind == "application/json" else text

    async def report(self) -> None:
        run = self.running.run
        key = (await self.running.reporter()).strip()
        code, gateway = await run("key", "add", "Gerbang", "--role", "gateway", "--channel", "smsku", "--answers")
        assert code == 0
        self.photo = json.loads(await self.call("/v1/attachments", photograph(), key, kind="image/jpeg"))["id"]
        words = {"text": TEXT, "contact": f"{NAME}, {NUMBER}", "attachments": [self.photo]}
        by_program = await self.call("/v1/reports", words, key)
        row = {"id": str(uuid4()), "text": "Warga blokade jalan tambang di Desa Sandingrowo.", "contact": NUMBER}
        row |= {"notes": {"Nama Saksi": NAME, "NIK": NIK, "Surel": MAIL}}
        batch = await self.call(
            "/v1/reports:batch?channel=siladeni", json.dumps(row).encode(), key, kind="application/x-ndjson"
        )
        assert '"status":202' in batch
        words = {"from": f"+62{BARE}", "text": "Massa berkumpul di Desa Mojoagung, bawa kayu", "id": "sms-1"}
        by_sms = await self.call("/v1/inbound/smsku", words, gateway.strip())
        answer = {"from": f"+62{BARE}", "text": "L 4821 massa bubar", "id": "sms-2"}  # on INBOUND for 30 days
        await self.call("/v1/inbound/smsku", answer, gateway.strip())
        nameless = await self.call("/v1/reports", {"text": f"Ada keributan di Soko. {TEXT}", "contact": MAIL})
        other = {"text": "Perusakan rumah di Desa Prambontergayang.", "contact": f"{OTHER} {OTHER_NUMBER}"}
        self.other = (await self.call("/v1/reports", other, key))["id"]
        self.mail = nameless["id"]
        self.ids = [by_program["id"], row["id"], by_sms["accepted"][0]["id"]]
        with self.store() as store:
            wanted = {*self.ids, self.other, self.mail}
            await until(lambda: wanted <= set(store.rows(Report)), "all reports judged")

    @property
    def photo_file(self) -> Path:
        return self.running.data / "attachments" / "kept" / f"{self.photo}.jpg"

    def store(self) -> "Opened":
        return Opened(f"sqlite:///{self.running.data / 'kentongan.db'}")

    def bytes_of(self, *names: str) -> bytes:
        """Give every byte of files and folders of the installation."""
        found = [self.running.data / name for name in names]
        give_up = time.monotonic() + GENEROUS
        while True:
            files = [file for one in found for file in (one.rglob("*") if one.is_dir() else [one]) if file.is_file()]
            try:
                return b"".join(file.read_bytes() for file in files)
            except FileNotFoundError:  # the bus has renamed what it was writing: all is read anew
                assert time.monotonic() < give_up

    async def bus(self) -> Bus:
        port, password = self.running.nats_port, passwords_of(self.running.data)["office"]
        bus = Bus(f"nats://office:{password}@127.0.0.1:{port}", name="test", kabupaten="35.23")
        await asyncio.wait_for(bus.open(), GENEROUS)
        return bus


class Opened:
    """A store for as long as it is looked at."""

    def __init__(self, url: str) -> None:
        self.store = Store(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def rows(self, table: Any, key: str = "id") -> dict[str, Any]:
        found = self.store.read_now(lambda session: list(session.exec(select(table))))
        return {getattr(one, key): one for one in found}


def photograph() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "brown").save(made, "JPEG")
    return made.getvalue()


def clear(content: bytes, *planted: str) -> list[str]:
    """Give the planted values that stand in bytes, as they are or as JSON writes them."""
    return [one for one in planted if one.encode() in content or one.lower().encode() in content.lower()]


@pytest_asyncio.fixture
async def planted(tmp_path: Path) -> AsyncIterator[Planted]:
    running = Installation(tmp_path, "http://127.0.0.1:9/none")
    running._divert = ""
    async with running:
        one = Planted(running)
        await one.report()
        yield one


async def look_outside(planted: Planted) -> None:
    """Planted values stand in no log, metric, refusal, bus body, subject or header."""
    running = planted.running
    assert clear(planted.bytes_of("bus"), *PLANTED, OTHER, OTHER_NUMBER) == []
    assert clear(planted.bytes_of("log") + running.log.read_bytes(), *PLANTED, OTHER, OTHER_NUMBER) == []
    code, auditor = await running.run("key", "add", "Pemeriksa", "--role", "auditor")
    assert code == 0
    headers = {"Authorization": f"Bearer {auditor.strip()}"}
    async with aiohttp.ClientSession(running.url) as client, client.get("/metrics", headers=headers) as told:
        assert told.status == 200
        assert clear(await told.read(), *PLANTED, OTHER) == []
    refused = {"text": TEXT, "contact": NAME, "kecamatan": NAME, "observed_at": NIK, "salah": MAIL}
    async with aiohttp.ClientSession(running.url) as client, client.post("/v1/reports", json=refused) as told:
        assert told.status == 422
        assert clear(await told.read() + str(told.headers).encode(), *PLANTED) == []
    bus = await planted.bus()
    for stream in ("REPORTS", "KNOWN", "INBOUND", "INCIDENTS"):
        async for message in bus.stored(stream):
            assert clear(f"{message.subject} {message.headers}".encode(), *PLANTED, OTHER) == []
            if (message.subject or "").startswith("report."):
                body = json.loads(message.data or b"{}")
                assert set(body) == {"id", "filed_at", "key", "sealed"}
                assert body["key"] == body["id"]
    await bus.close()


def look_inside(planted: Planted) -> None:
    """The store keeps who told it sealed; words stay readable, they are what officers act on."""
    with planted.store() as opened:
        for source in opened.rows(ReportSource, "report_id").values():
            kept = json.dumps(source.model_dump(), default=str).encode()
            assert clear(kept, *PLANTED, OTHER, OTHER_NUMBER) == []
        assert opened.rows(Report)[planted.ids[1]].notes == {}


async def ask_for_them(planted: Planted) -> None:
    """A person asks what is kept, with the number spelt as people spell it."""
    code, told = await planted.running.run("person", "export", f"0{BARE[:3]}-{BARE[3:7]}-{BARE[7:]}")
    assert code == 0
    exported = json.loads(told)
    by_id = {one["id"]: one for one in exported["reports"]}
    assert set(by_id) == set(planted.ids)
    assert by_id[planted.ids[0]]["contact"] == f"{NAME}, {NUMBER}"
    assert by_id[planted.ids[1]]["notes"]["NIK"] == NIK
    assert exported["named_in"] == [planted.mail]


async def erase(planted: Planted) -> list[bytes]:
    """Erase the person; gives the wrapped keys as they were."""
    running, asked = planted.running, ["person", "erase", NUMBER, "--reason", "diminta lewat surat"]
    bus = await planted.bus()
    code, said = await running.run(*asked)
    assert (code, "Nothing was erased" in said) == (0, True)
    assert "1 photographs show what happened and stay" in said
    assert planted.photo_file.exists()
    assert len([one async for one in bus.stored("INBOUND")]) > 0
    wrapped = [(await bus.key_of(id_) or "").encode() for id_ in planted.ids]
    assert all(wrapped)
    code, said = await running.run(*asked, "--photographs", "--yes")
    assert code == 0, said
    assert "Receipt HAPUS-" in said
    assert "1 photographs: erased" in said
    assert not planted.photo_file.exists()
    assert "3 reports: who told them is erased, what happened stays (3 keys on the bus)" in said
    assert [await bus.key_of(id_) for id_ in planted.ids] == [None] * 3
    assert await bus.key_of(planted.other) is not None
    assert [str(one.subject) async for one in bus.stored("INBOUND") if "message" in str(one.subject)] == []
    await bus.close()
    assert (await running.run("person", "erase", MAIL, "--reason", "surel yang sama", "--yes"))[0] == 0
    return wrapped


def look_at_what_is_left(planted: Planted, wrapped: list[bytes]) -> None:
    """No byte of store, bus or logs says who reported; what happened is still there."""
    store, bus = planted.bytes_of("kentongan.db", "kentongan.db-wal"), planted.bytes_of("bus")
    assert clear(store, *PLANTED) == [], "the store still says who reported"
    assert clear(bus, *PLANTED) == []
    assert [key for key in wrapped if key in bus or key in store] == [], "a key was left"
    assert clear(planted.bytes_of("log") + planted.running.log.read_bytes(), *PLANTED) == []
    with planted.store() as opened:
        reports, journal = opened.rows(Report), opened.rows(Journal, "seq")
        assert set(planted.ids) <= set(reports)
        assert "Tawuran dua kelompok silat di Desa Bangunrejo" in reports[planted.ids[0]].text
        assert len(reports[planted.ids[0]].text) == len(TEXT)  # spans stay true
        assert reports[planted.ids[0]].told["attachments"] == []
        lines = [line for line in journal.values() if line.kind == "person.erased"]
        assert [line.data["reports"] for line in lines] == [3, 1]
        assert set(opened.rows(ReporterKey)) & {*planted.ids, planted.mail} == set()
        for incident in opened.rows(Incident).values():
            assert clear(json.dumps(incident.model_dump(), default=str).encode(), *PLANTED) == []


def opened_by_its_master(backup: Path, data: Path) -> list[dict[str, Any]]:
    """Give the lines of a backup as whoever holds the master key reads them."""
    with backup.open("rb") as sealed:
        source = OpenedReader(sealed, load_secret("", data, name="master"), "backup")
        plain = gzip.GzipFile(fileobj=io.BufferedReader(source)).read()
    return [json.loads(line) for line in plain.splitlines()[1:]]


def bring_along(old: Path, new: Path) -> None:
    new.mkdir()
    for name in ("secret", "master", "revoked-keys", "erased-keys"):  # as docs/operations.md says
        if (old / name).exists():
            (new / name).write_bytes((old / name).read_bytes())


async def test_planted_identities_lie_nowhere_in_clear_and_an_erasure_reaches_store_bus_and_backup(
    planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reports, phone numbers and names once lay in plain text on the bus for 400 days, in the store and in backups."""
    running = planted.running
    await look_outside(planted)
    look_inside(planted)
    await ask_for_them(planted)
    backups, there = tmp_path / "backups", tmp_path / "there"
    backups.mkdir()
    before = backups / "before.backup"
    assert (await running.run("backup", str(before)))[0] == 0
    assert clear(b"".join(file.read_bytes() for file in backups.iterdir()), *PLANTED, OTHER, OTHER_NUMBER) == []
    wrapped = await erase(planted)
    running.stop()
    look_at_what_is_left(planted, wrapped)

    theirs = json.dumps(opened_by_its_master(before, running.data)).encode()
    assert clear(theirs, *PLANTED) == [], "the backup of before still says who reported"

    bring_along(running.data, there)
    for name in [one for one in os.environ if one.startswith("KENTONGAN_")]:
        monkeypatch.delenv(name)
    assert cli.main(["restore", str(before), "--data", str(there)]) == 0
    said = capsys.readouterr().out
    assert "4 reports opened no more" in said
    assert "and 0 photographs restored" in said, "an erased photograph came back"
    assert not (there / "attachments" / "kept" / planted.photo_file.name).exists()
    assert "chain holds" in said
    restored = Store(Settings(data=there).database)
    kept = {one.id: one.text for one in restored.read_now(lambda session: list(session.exec(select(Report))))}
    restored.close()
    assert {kept[id_] for id_ in planted.ids} == {"[dihapus]"}
    assert kept[planted.other] == "Perusakan rumah di Desa Prambontergayang."
    assert cli.main(["person", "export", OTHER_NUMBER, "--data", str(there)]) == 0
    assert OTHER in capsys.readouterr().out
    assert cli.main(["person", "export", NUMBER, "--data", str(there)]) == 1
