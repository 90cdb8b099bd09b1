"""An erased report stays erased: filed again, told again, or brought back with an older store or a newer bus."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from schemas.records.reports import Report, ReporterKey, ReportSource, Tombstone
from services.cli.ops.rebuild import tell_missing
from services.cli.ops.reconcile import reconcile
from services.sources import escrow, subject, tombstones
from services.sources.kept import opened
from services.sources.queries import wrapped_key
from services.store.transaction import Transaction, table_of
from tests.house import SOKO, House

pytestmark = pytest.mark.nats
NUMBER = "081290018822"
CLASH = "Bentrok dua perguruan silat di Desa Bangunrejo Soko, saling lempar batu, tiga orang luka"
BODY = {"text": f"{CLASH}, kata Paijo Wiryawan {NUMBER}", "kecamatan": SOKO, "contact": f"Paijo Wiryawan, {NUMBER}"}


async def erased(house: House, report: str) -> None:
    """Erase whoever told a report, as `person erase` does it."""
    found = await house.store.read(lambda session: subject.find(session, house.vault, report))
    await subject.erase_on_bus(house.bus, house.vault, found)
    await house.store.write(lambda tx: subject.erase(tx, house.vault, found, "office", "surat"))


async def made_anew(house: House, stream: str) -> None:
    """Let the bus lose a stream with all that it held."""
    await house.bus.js.delete_stream(stream)
    await house.bus.provision()


def forget(tx: Transaction, *tables: Any) -> None:
    for table in tables:
        tx.session.connection().execute(delete(table_of(table)))


def text_of(house: House, report: str) -> list[str]:
    return [row.text for row in house.rows(Report, id=report)]


async def test_filed_again_where_the_bus_has_lost_its_tombstones_it_is_kept_by_nobody(
    house: House, tmp_path: Path
) -> None:
    id_ = await house.file(**BODY)
    still = await house.file("Pencurian kabel di Desa Sandingrowo Soko", kecamatan=SOKO, contact=NUMBER[:-1] + "9")
    await erased(house, id_)
    before = text_of(house, id_)
    assert NUMBER not in before[0]
    await made_anew(house, "KNOWN")
    assert await house.file(**BODY, id=id_) == id_  # accepted: the door cannot know it, and its sender is done with it
    assert text_of(house, id_) == before
    assert not house.rows(ReporterKey, id=id_)
    assert await house.bus.key_of(id_) is not None  # whoever has bus and master could read it, until the next look
    assert await tombstones.agree(house.store, house.bus, house.vault, tmp_path) == 1
    assert await house.bus.key_of(id_) is None
    assert await house.bus.tombstones() == {house.vault.tombstone(id_)}
    assert id_ in escrow.erased(tmp_path)
    assert await tombstones.agree(house.store, house.bus, house.vault, tmp_path) == 0
    assert text_of(house, still) == ["Pencurian kabel di Desa Sandingrowo Soko"]


async def test_a_store_of_before_the_erasure_learns_it_from_the_bus_and_erases_again(
    house: House, tmp_path: Path
) -> None:
    """As a copy of the database that was not made by `backup` is put back: it holds the key that opens its own rows."""
    id_ = await house.file(**BODY)
    report, source, key = (
        house.rows(table, **{name: id_})[0].model_dump()
        for table, name in ((Report, "id"), (ReportSource, "report_id"), (ReporterKey, "id"))
    )
    await erased(house, id_)

    def put_back(tx: Transaction) -> None:
        forget(tx, Tombstone)
        tx.put(Report, [report])
        tx.put(ReportSource, [source], key="report_id")
        tx.add(ReporterKey, [key])

    await house.store.write(put_back)
    assert NUMBER in text_of(house, id_)[0]
    assert await tombstones.agree(house.store, house.bus, house.vault, tmp_path) == 1
    assert NUMBER not in text_of(house, id_)[0]
    (row,) = house.rows(ReportSource, report_id=id_)
    assert opened(house.vault, row, house.ask(lambda session: wrapped_key(session, id_))) is None
    assert [row.id for row in house.rows(Tombstone)] == [house.vault.tombstone(id_)]


async def test_a_list_of_before_tombstones_is_learned_by_store_and_bus(house: House, tmp_path: Path) -> None:
    """What was erased by an earlier release stands in the data folder alone."""
    id_ = await house.file(**BODY)
    await erased(house, id_)
    await house.store.write(lambda tx: forget(tx, Tombstone))
    await made_anew(house, "KNOWN")
    escrow.note_erased(tmp_path, [id_])
    await tombstones.agree(house.store, house.bus, house.vault, tmp_path)
    assert await house.bus.tombstones() == {row.id for row in house.rows(Tombstone)} == {house.vault.tombstone(id_)}


async def test_a_store_built_from_the_bus_asks_for_nothing_that_was_erased(house: House, tmp_path: Path) -> None:
    """Its body lies on the bus still, and no key opens it: it was a dead letter, and missing for ever."""
    id_ = await house.file(**BODY)
    await erased(house, id_)
    await house.store.write(lambda tx: forget(tx, Tombstone, Report))
    assert await tell_missing(house.bus, house.store) == 0
    findings = await reconcile(house.bus, house.store, patience=5)
    assert findings.missing == []
    await tombstones.agree(house.store, house.bus, house.vault, tmp_path)
    (number,) = [number async for number, one, _ in house.bus.reports_on_disk() if one == id_]
    assert not await house.bus.tell_again(number)  # no key opens it
    copy = await house.bus.js.get_msg("REPORTS", number)
    headers = {**(copy.headers or {}), "Nats-Msg-Id": "told again by a release before"}
    await house.bus.js.publish(copy.subject or "", copy.data or b"", headers=headers)
    await house.settle()
    assert await house.bus.dead_letters() == []
    assert house.rows(Report, id=id_) == []


async def test_filed_again_where_neither_bus_nor_store_has_the_report_the_store_s_tombstone_is_enough(
    house: House,
) -> None:
    """A phone files again what a store of before never had, over a bus that was made anew: it can be read there."""
    id_ = await house.file(**BODY)
    await erased(house, id_)
    await house.store.write(lambda tx: forget(tx, Report))
    await made_anew(house, "KNOWN")
    await made_anew(house, "REPORTS")
    await house.file(**BODY, id=id_)
    assert house.rows(Report) == []
    assert house.rows(ReporterKey) == []
