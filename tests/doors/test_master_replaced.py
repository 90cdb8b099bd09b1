"""The master is replaced and ended while everything runs: nothing that was promised meanwhile is lost, in real processes."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from schemas.messages import ReportFiled
from schemas.records.running import Process
from schemas.rows.running import ProcessRow
from services.bus import Bus
from services.bus.publisher import Told
from services.cli import main as cli
from services.runtime.settings import Settings
from services.security.secret import FollowedSecret, retire, rotate
from services.sources import queries
from services.sources.keyring import MASTER, RUNS, open_vault
from services.sources.vault import Vault, name_of
from services.store.database import Store
from services.store.transaction import Transaction
from tests.incidents import filed
from tests.kill.installation import Installation
from tests.servers import NatsServer, until

NUMBER = "081290017744"
PACE = 0.05  # seconds between two reports of one who files all the time


class Filing:
    """Reporters who file all the time, and remember what they were promised."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url, key
        self.promised: list[str] = []
        self._ends = False

    async def run(self) -> None:
        headers = {"Authorization": f"Bearer {self._key}"}
        async with aiohttp.ClientSession(self._url, headers=headers) as client:
            while not self._ends:
                body = {
                    "id": str(uuid4()),
                    "text": "Tawuran dua kelompok silat di Desa Bangunrejo Soko.",
                    "contact": NUMBER,
                }
                with contextlib.suppress(aiohttp.ClientError):  # the door is started again: nothing was promised
                    async with client.post("/v1/reports", json=body) as told:
                        assert told.status in (202, 503), await told.text()
                        if told.status == 202:
                            self.promised.append(body["id"])
                await asyncio.sleep(PACE)

    async def some_more(self) -> None:
        wanted = len(self.promised) + 10
        await until(lambda: len(self.promised) >= wanted, "promises")

    def end(self) -> None:
        self._ends = True


@pytest.mark.nats
@pytest.mark.long
async def test_nothing_is_lost_while_a_master_is_replaced_and_ended_under_running_services(tmp_path: Path) -> None:
    """Doors and triage that knew the older master alone sealed under it, and read nothing under the new one."""
    up = Installation(tmp_path, "http://127.0.0.1:9/none")
    async with up:
        filing = Filing(up.url, await up.reporter())
        task = asyncio.create_task(filing.run())
        await filing.some_more()
        code, said = await up.run("source", "rotate")
        assert code == 0, said
        await filing.some_more()
        code, said = await up.run("source", "retire")
        assert code == 0, said
        await filing.some_more()
        filing.end()
        await task
    async with up:  # now every process has the last master alone
        code, said = await up.run("reconcile", "--wait", "60", "--json")
        found = json.loads(said[said.index("{") :])
        assert (code, found["missing"], found["dead_letters"]) == (0, [], 0), said
        code, said = await up.run("person", "export", NUMBER)
        assert code == 0, said[-500:]
        opened = {one["id"]: one["contact"] for one in json.loads(said)["reports"]}
        assert opened == dict.fromkeys(filing.promised, NUMBER)
        settings = Settings(data=up.data, store_url=f"sqlite:///{up.data / 'kentongan.db'}")
        store = Store(settings.database)
        vault = open_vault(settings, store)
        names = {
            row.wrapped.partition(":")[0] for row in store.read_now(lambda session: list(queries.all_keys(session)))
        }
        store.close()
        assert names == {name_of(vault.master.current)}


def test_no_master_is_ended_while_a_running_service_knows_it_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As on another machine, where each service reads a file or a setting of its own."""
    for name in [one for one in os.environ if one.startswith("KENTONGAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("services.cli.sources.command.NOTICED", 0.0)
    settings = Settings(data=tmp_path)
    store = Store(settings.database)
    store.upgrade()
    open_vault(settings, store)
    retiring = ["source", "retire", "--no-bus", "--data", str(tmp_path)]
    assert cli.main(["source", "rotate", "--data", str(tmp_path)]) == 0

    def elsewhere(tx: Transaction, seen_at: datetime) -> None:
        row: ProcessRow = {"id": "ingest-2@there", "service": "ingest", "instance": "2", "host": "there", "digest": ""}
        row |= {"facts": {MASTER: "0123abcd"}, "started_at": tx.now, "seen_at": seen_at}
        if not tx.add_new(Process, [row]):
            tx.put(Process, [row])

    store.write_now(lambda tx: elsewhere(tx, tx.now))
    assert cli.main(retiring) == 1
    assert "ingest-2 on there" in capsys.readouterr().out
    assert len((tmp_path / "master").read_text().split()) == 2
    store.write_now(lambda tx: elsewhere(tx, tx.now - RUNS))  # it ended
    assert cli.main(retiring) == 0
    assert len((tmp_path / "master").read_text().split()) == 1
    store.close()


def test_a_process_learns_of_a_rotation_at_once_and_opens_what_came_before(tmp_path: Path) -> None:
    first = rotate(tmp_path, "master").current  # the file is made, and its first content replaced
    followed = FollowedSecret(tmp_path / "master")
    vault = Vault(followed, bytes(32))
    retire(tmp_path, "master")
    wrapped = vault.wrap("a", b"k" * 32)
    second = rotate(tmp_path, "master").current
    assert followed.current == second != first
    assert vault.renewed("a", wrapped) != wrapped
    retire(tmp_path, "master")
    assert vault.unwrap("a", wrapped) == b"k" * 32  # sealed a moment before, taken a moment after
    assert vault.wrap("a", b"k" * 32).startswith(name_of(second))
    (tmp_path / "master").unlink()
    assert followed.current == second  # a file that is gone changes nothing


@pytest.fixture
async def door(nats: NatsServer, tmp_path: Path) -> AsyncIterator[Bus]:
    (tmp_path / "master").write_text(f"{bytes(32).hex()}\n")
    vault = Vault(FollowedSecret(tmp_path / "master"), bytes(range(32)))
    found = Bus(nats.url, name="door", kabupaten="35.23", declares=True, sealer=vault)
    await found.open()
    yield found
    await found.close()


@pytest.mark.nats
@pytest.mark.parametrize("when", ["before the key", "after the key", "after the report"])
async def test_a_report_that_is_on_its_way_while_the_master_is_ended_can_be_read(
    nats: NatsServer, door: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """It was sealed under the master that was the only one; between two steps of the door another came, and it ended."""
    report, whole = filed("Tawuran di Soko"), door._publisher.publish
    office = Bus(nats.url, name="office", kabupaten="35.23", sealer=door._sealer)
    await office.open()
    left = [when]

    async def replaced() -> None:
        left.clear()
        rotate(tmp_path, "master")
        renewed = Vault(FollowedSecret(tmp_path / "master"), bytes(range(32))).renewed
        while await office.renew_keys(renewed):
            pass
        retire(tmp_path, "master")

    async def publish(messages: Sequence[Told]) -> list[dict[str, Any]]:
        kind = "key" if messages[0][0].startswith("known.") else "report"
        if left == [f"before the {kind}"]:
            await replaced()
        acks = await whole(messages)
        if left == [f"after the {kind}"]:
            await replaced()
        return acks

    monkeypatch.setattr(door._publisher, "publish", publish)
    assert not (await door.publish_report(report, "digest")).again
    assert left == []
    await office.close()
    afterwards = Vault(FollowedSecret(tmp_path / "master"), bytes(range(32)))  # as every process after a restart
    after = Bus(nats.url, name="after", kabupaten="35.23", sealer=afterwards)
    await after.open()
    async for batch in after.consume("REPORTS", "triage"):
        assert [ReportFiled.model_validate_json(one.body) for one in batch if not one.unreadable] == [report]
        break
    again = await after.publish_report(report, "digest")
    assert (again.again, again.same) == (True, True)
    await after.close()
