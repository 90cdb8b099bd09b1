"""Retention runs each day, removes what the district's file says, and says what it removed."""

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from schemas.district import District
from schemas.policy.retention import Retention
from schemas.records.alerts import Delivery
from schemas.records.answers import Answered
from schemas.records.audit_log import Journal
from schemas.records.reports import Report, ReporterKey, ReportSource
from schemas.vocabulary import Role
from services.bus import DeadLetter
from services.cli.sources import person
from services.notify.messages.notices import NOTICES
from services.notify.watchdog import retention as daily
from services.notify.watchdog.retention import WORDS, DailyRetention
from services.policy.loader import default_folder, load_district
from services.sources import escrow, retention, subject
from services.sources.kept import opened
from services.sources.queries import wrapped_key
from services.sources.retention import Removed
from services.store.database import StoreUnavailable
from tests.house import SOKO, House

pytestmark = pytest.mark.nats
CONTACT = "Paijo Wiryawan, 081290018822"
SUBJECT = NOTICES["retention"][0][0]  # nobody here reads English
CLASH = "Bentrok dua perguruan silat di Desa Bangunrejo Soko, saling lempar batu, tiga orang luka"


async def ran(house: House, data: Path) -> list[Any]:
    """Let retention run once, as the scheduler does each day."""
    owed = await DailyRetention(house.store, house.notify.bus, lambda: house.notify.desk, data).run()
    house.notify.dispatcher.send(owed)
    await house.settle()
    return owed


def known(house: House, report: str) -> Any:
    source = house.rows(ReportSource, report_id=report)[0]
    return opened(house.vault, source, house.ask(lambda session: wrapped_key(session, report)))


async def test_sources_go_after_their_time_and_what_happened_stays(house: House, tmp_path: Path) -> None:
    old = await house.file(CLASH, kecamatan=SOKO, contact=CONTACT)
    incident = house.incident_of(old).id
    still = await house.file("Pencurian kabel di Desa Sandingrowo Soko", kecamatan=SOKO, contact=CONTACT)
    photographs = tmp_path / "attachments" / "kept"
    photographs.mkdir(parents=True)
    assert await ran(house, tmp_path) == []  # nothing is due
    answer = await house.close(
        incident, by=("KESBANG", Role.COORDINATOR), second=("POLRES", Role.VERIFIER), reason="sudah damai"
    )
    assert answer.status == 200, answer
    kept = house.district.retention
    await house.forward(minutes=kept.sources.total_seconds() / 60 - 10)
    await ran(house, tmp_path)
    assert known(house, old).contact == CONTACT
    await house.forward(minutes=20)
    owed = await ran(house, tmp_path)
    assert known(house, old) is None
    assert known(house, still).contact == CONTACT  # its incident is still open
    assert await house.bus.key_of(old) is None
    assert await house.bus.key_of(still) is not None
    assert [row.text for row in house.rows(Report, id=old)] == [CLASH]
    assert old not in {row.id for row in house.rows(ReporterKey)}
    (line,) = [line for line in house.rows(Journal, kind="retention.ran") if line.data["sources"]]
    assert line.data["sources"] == 1
    assert [row.payload["subject"] for row in owed if isinstance(row, Delivery)] in ([], [SUBJECT])
    told = [row for row in house.rows(Delivery, reason="notice") if row.payload["subject"] == SUBJECT]
    assert all("1 identitas pelapor laporan" in row.payload["body"] for row in told[-1:])
    again = await ran(house, tmp_path)
    assert [line.data["sources"] for line in house.rows(Journal, kind="retention.ran")].count(1) == 1
    assert again == []


async def test_exercises_go_sooner(house: House, tmp_path: Path) -> None:
    report = await house.file(f"LATIHAN {CLASH}", kecamatan=SOKO, contact=CONTACT, exercise=True)
    await house.forward(minutes=house.district.retention.exercises.total_seconds() / 60 + 1)
    await ran(house, tmp_path)
    assert known(house, report) is None


async def test_a_key_file_follows_though_who_erased_was_stopped_in_between(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the key lies beside the backups, and opens what was erased, until somebody makes another backup."""
    report = await house.file(f"LATIHAN {CLASH}", kecamatan=SOKO, contact=CONTACT, exercise=True)
    still = await house.file("Pencurian kabel di Desa Sandingrowo Soko", kecamatan=SOKO, contact=CONTACT)
    file = tmp_path / "backups" / escrow.NAME
    file.parent.mkdir()
    house.ask(lambda session: escrow.write(session, house.vault.master, file))
    escrow.remember(tmp_path, file)
    assert {report, still} <= set(escrow.read(file, house.vault.master))

    def away(*_given: Any) -> None:
        raise StoreUnavailable

    await house.forward(minutes=house.district.retention.exercises.total_seconds() / 60 + 1)
    with monkeypatch.context() as lost:
        lost.setattr(retention, "_sweep", away)
        assert await ran(house, tmp_path) == []
    assert known(house, report) is None
    assert report in escrow.read(file, house.vault.master)
    await house.forward(minutes=24 * 60)
    await ran(house, tmp_path)
    kept = escrow.read(file, house.vault.master)
    assert report not in kept
    assert still in kept
    written = file.stat().st_mtime_ns
    await ran(house, tmp_path)
    assert file.stat().st_mtime_ns == written  # nothing was erased since: nothing is written


async def test_what_was_removed_is_told_though_the_turn_to_clean_the_files_does_not_come(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await house.file(f"LATIHAN {CLASH}", kecamatan=SOKO, contact=CONTACT, exercise=True)

    def busy(**_given: Any) -> bool:
        raise StoreUnavailable

    await house.forward(minutes=house.district.retention.exercises.total_seconds() / 60 + 1)
    told: list[Removed] = []
    monkeypatch.setattr(house.store, "settle_erasures", busy)
    monkeypatch.setattr(daily, "_tell", lambda _tx, _desk, removed: told.append(removed) or [])
    await ran(house, tmp_path)
    assert [one.sources for one in told] == [1]
    assert known(house, report) is None


async def test_an_erasure_that_was_asked_for_ends_with_its_receipt_whoever_else_writes(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = await house.file(CLASH, kecamatan=SOKO, contact=CONTACT)
    found = house.ask(lambda session: subject.find(session, house.vault, CONTACT))

    def busy() -> bool:
        raise StoreUnavailable

    monkeypatch.setattr(house.store, "settle_erasures", busy)
    settings = house.settings.model_copy(update={"data": tmp_path})
    given = (house.store, house.vault, found, settings, "diminta lewat surat", [])
    assert await asyncio.to_thread(person._erase, *given) == 0
    said = capsys.readouterr().out
    assert "Receipt " in said
    assert "log is in use" in said
    assert known(house, report) is None


async def test_addresses_and_senders_go(house: House, tmp_path: Path) -> None:
    def plant(tx: Any) -> None:
        base = {"alert_id": "-", "incident_id": "-", "channel": "sms", "round": 1, "state": "sent", "owed_at": tx.now}
        for number, reason in enumerate(("heard", "answer", "opened")):
            address = "polsek@tuban.example" if reason == "opened" else house.vault.seal_address("+6281290018822")
            row = {"id": f"d{number}", "address": address, "reason": reason, "payload": {}, **base}
            tx.add(Delivery, [row])
        tx.add(Answered, [{"id": "a", "at": tx.now, "channel": "sms", "sender": "x", "kind": "report", "said": "y"}])

    house.store.write_now(plant)
    await house.forward(minutes=house.district.retention.senders.total_seconds() / 60 + 1)
    await ran(house, tmp_path)
    assert [(row.sender, row.said) for row in house.rows(Answered, id="a")] == [("-", None)]
    assert {row.address for row in house.rows(Delivery) if row.id in ("d0", "d1")} != {"-"}
    await house.forward(minutes=house.district.retention.messages.total_seconds() / 60)
    await ran(house, tmp_path)
    addresses = {row.id: row.address for row in house.rows(Delivery) if row.id in ("d0", "d1", "d2")}
    assert (addresses["d0"], addresses["d1"]) == ("-", "-")
    assert addresses["d2"] != "-"  # an alert's, to an institution
    told = house.ask(lambda session: subject.export(session, house.vault, subject.find(session, house.vault, CONTACT)))
    assert told["messages"] == []


def test_the_file_says_how_long(tmp_path: Path) -> None:
    own: District = load_district(default_folder())
    assert own.retention.sources == timedelta(days=400)
    assert Retention(sources="90 minutes").sources == timedelta(minutes=90)
    for wrong in ("400", "0 days", "-1 days", "1 year", "400 days or so", "9999999 days"):
        with pytest.raises(ValueError, match="as in"):
            Retention(sources=wrong)
    with pytest.raises(ValueError):
        Retention(at="25:00")


def photograph(data: Path, folder: str, at: datetime) -> str:
    """Put a photograph of an instant into a folder; gives its id."""
    id_ = f"f-{uuid4().hex}"
    file = data / "attachments" / folder / f"{id_}.jpg"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"a picture")
    os.utime(file, (at.timestamp(), at.timestamp()))
    return id_


def lying(data: Path, folder: str) -> set[str]:
    return {file.stem for file in (data / "attachments" / folder).iterdir()}


async def test_photographs_that_no_report_names_go_and_those_of_accepted_reports_stay(
    house: House, tmp_path: Path
) -> None:
    await house.file(CLASH, kecamatan=SOKO, contact=CONTACT)  # the store begins here
    await house.forward(minutes=60)
    now = house.clock.now
    unsent, stray, named, back = (
        photograph(tmp_path, folder, now) for folder in ("waiting", "kept", "kept", "waiting")
    )
    before = photograph(tmp_path, "waiting", now - timedelta(days=30))  # older than all that this store knows of
    report = await house.file("Pencurian kabel di Desa Sandingrowo Soko", kecamatan=SOKO, contact=CONTACT)
    told = house.rows(Report, id=report)[0].told | {"attachments": [named, back]}
    await house.store.write(lambda tx: tx.put(Report, [{"id": report, "told": told}]))
    await house.forward(minutes=47 * 60)
    await ran(house, tmp_path)
    assert lying(tmp_path, "waiting") == {unsent, before, back}
    await house.forward(minutes=2 * 60)
    late = photograph(tmp_path, "waiting", house.clock.now)
    await ran(house, tmp_path)
    assert (lying(tmp_path, "waiting"), lying(tmp_path, "kept")) == ({late, before}, {stray, named, back})
    (line,) = [line for line in house.rows(Journal, kind="retention.ran") if line.data.get("unnamed")]
    assert line.data["unnamed"] == 1
    assert set(WORDS) == set(vars(Removed()))  # whatever is removed has its words in the notice
    await house.forward(minutes=401 * 24 * 60)
    await ran(house, tmp_path)
    assert lying(tmp_path, "kept") == {named, back}


async def test_while_an_accepted_report_is_not_in_the_store_no_photograph_is_removed(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the one that names it: it waits for triage, or is a dead letter that somebody tells again."""
    await house.file(CLASH, kecamatan=SOKO, contact=CONTACT)
    await house.forward(minutes=60)
    waiting = photograph(tmp_path, "waiting", house.clock.now)
    await house.forward(minutes=49 * 60)
    bus = house.notify.bus

    async def some() -> dict[str, int]:
        return {"triage": 1}

    with monkeypatch.context() as patched:
        patched.setattr(bus, "waiting", some)
        await ran(house, tmp_path)
    letter = DeadLetter(1, "REPORTS", 7, "triage", 8, "terminated", "-")

    async def letters() -> list[DeadLetter]:
        return [letter]

    with monkeypatch.context() as patched:
        patched.setattr(bus, "dead_letters", letters)
        await ran(house, tmp_path)
    assert lying(tmp_path, "waiting") == {waiting}
    await ran(house, tmp_path)
    assert lying(tmp_path, "waiting") == set()
