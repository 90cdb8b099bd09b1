"""Many writers at once on PostgreSQL: nothing is lost, doubled or deadlocked, and those that change different things do
not wait for each other."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from schemas.records.alerts import Alert, Delivery
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.records.reports import Report
from schemas.vocabulary import Level
from services.store.audit_log import broken_links
from services.store.audit_verify import verify
from services.store.database import Store
from services.store.transaction import Outgrown, Transaction
from services.triage import queries
from services.triage.memory import Memory
from tests.house import NIGHT, Clock, House
from tests.incidents import filed, judged, keep
from tests.servers import until

pytestmark = pytest.mark.postgres
WORDS = (
    "Bentrok dua kelompok pemuda perguruan silat di jalan raya, saling lempar batu, {n} orang luka.",
    "Nelayan bertengkar soal cantrang di pelabuhan, perahu dibakar massa, {n} orang luka.",
)
TALK = ("Ajakan tawuran antarpemuda beredar di grup WA, kumpul nanti malam di lapangan, {n} orang siap turun.",)
KECAMATAN = tuple(f"35.23.{number:02}" for number in range(1, 9))


@pytest.fixture
def stores(new_database: Callable[[str], str], clock: Clock) -> Any:
    """Five stores on one database, as five processes have them."""
    database = new_database("postgres")
    opened = [Store(database, clock) for _ in range(5)]
    yield opened
    for one in opened:
        one.close()


def opened_incidents(store: Store, many: int) -> list[str]:
    reports = [filed(f"Kejadian {number}.") for number in range(many)]
    store.write_now(lambda tx: [keep(tx, report, judged(Level.TINGGI)) for report in reports])
    return [str(report.id) for report in reports]


def counted(store: Store) -> dict[str, int]:
    return store.read_now(lambda session: {row.id: row.reports for row in session.exec(select(Incident))})


def raised(tx: Transaction, incidents: list[str]) -> None:
    """Read, then write what was read plus one: whoever writes in between is lost."""
    for row in tx.rows(Incident, "id", incidents):
        stamp = tx.audit("step", "test", incident=row["id"])
        tx.put(Incident, [{"id": row["id"], "reports": row["reports"] + 1, "stamp": stamp}])


async def test_writers_of_the_same_incidents_lose_nothing_and_never_wait_for_each_other_in_a_circle(
    stores: list[Store],
) -> None:
    incidents, chance = opened_incidents(stores[0], 12), random.Random(20261128)
    asked: Counter[str] = Counter(dict.fromkeys(incidents, 1))
    work = []
    for number in range(200):
        some = chance.sample(incidents, 4)
        asked.update(some)
        alone = number % 20 == 0  # a person at the desk among them
        work.append(stores[number % 4].write(lambda tx, some=some: raised(tx, some), None if alone else some))
    await asyncio.gather(*work, *(stores[4].seal() for _ in range(20)))
    kept = counted(stores[0])
    assert kept == dict(asked)
    stores[4].seal_now()
    verdict = verify(stores[0].engine)
    assert (verdict.faults, verdict.unsealed, verdict.skipped) == ([], 0, 0)


def test_who_changes_what_he_did_not_name_is_undone(stores: list[Store]) -> None:
    mine, other = opened_incidents(stores[0], 2)
    for act in (
        lambda tx: tx.put(Incident, [{"id": other, "reports": 9}]),
        lambda tx: tx.add(Person, [{"id": "p", "name": "P", "login": "p", "role": "member", "named_for": []}]),
        lambda tx: tx.session.delete(tx.session.get_one(Incident, mine)),
    ):
        with pytest.raises(Outgrown):
            stores[0].write_now(act, [mine])
    stores[0].write_now(lambda tx: raised(tx, [mine]), [mine])
    [fresh] = opened_incidents(stores[0], 1)
    report = filed("Kejadian baru.")
    stores[0].write_now(lambda tx: keep(tx, report, judged(Level.TINGGI)), ["place x"])  # its own new one it may
    rows = counted(stores[0])
    assert rows == {mine: 2, other: 1, fresh: 1, str(report.id): 1}


async def test_one_more_thing_is_taken_where_it_is_free_and_refused_where_it_is_not(stores: list[Store]) -> None:
    mine, other = opened_incidents(stores[0], 2)
    inside, go_on = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        raised(tx, [other])
        inside.set()
        go_on.wait(20)

    def more(tx: Transaction) -> None:
        tx.also([other])
        raised(tx, [mine, other])

    await stores[0].write(more, [mine])
    holding = asyncio.create_task(stores[1].write(hold, [other]))
    await until(inside.is_set)
    with pytest.raises(Outgrown):
        await stores[0].write(more, [mine])
    again = asyncio.create_task(stores[2].write_beside(more, [mine]))  # and once more, alone
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(holding, again)
    rows = counted(stores[0])
    assert rows == {mine: 3, other: 4}


async def test_what_is_written_of_a_thing_that_was_named_late_comes_after_what_was_written_before(
    stores: list[Store],
) -> None:
    """Else the row would be as an older line says, and whoever follows stamps would miss the change."""
    mine, other = opened_incidents(stores[0], 2)
    follows = Memory()
    begun, go_on = threading.Event(), threading.Event()

    def late(tx: Transaction, lines: int) -> None:
        for _ in range(lines):
            tx.audit("step", "test", incident=mine)  # a number is taken before the other one's
        begun.set()
        go_on.wait(20)
        tx.also([other])
        if lines == 1:
            raised(tx, [other])
        else:  # without a line of its own
            tx.put(Incident, [{"id": other, "level": 1}])

    def stamp() -> int:
        return stores[0].read_now(lambda session: session.get_one(Incident, other).stamp)

    for lines in (1, 2):
        begun.clear()
        go_on.clear()
        writing = asyncio.create_task(stores[1].write(lambda tx, lines=lines: late(tx, lines), [mine]))
        await until(begun.is_set)
        await stores[2].write(lambda tx: raised(tx, [other]), [other])
        stores[0].read_now(lambda session: follows.refresh(session, NIGHT))
        before = stamp()
        go_on.set()
        await writing
        assert stamp() == before if lines == 2 else stamp() > before
        if lines == 1:
            fresh = stores[0].read_now(lambda session: queries.stamps_after(session, follows.stamp, NIGHT))
            assert fresh[other] > before
    stores[0].seal_now()
    assert verify(stores[0].engine).faults == []


async def test_who_names_something_else_does_not_wait_and_who_names_nothing_waits_for_all(stores: list[Store]) -> None:
    one, other = opened_incidents(stores[0], 2)
    inside, go_on = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        raised(tx, [one])
        inside.set()
        go_on.wait(20)

    holding = asyncio.create_task(stores[1].write(hold, [one]))
    await until(inside.is_set)
    await stores[2].write(lambda tx: raised(tx, [other]), [other])
    alone = asyncio.create_task(stores[3].write(lambda tx: raised(tx, [other])))
    same = asyncio.create_task(stores[4].write(lambda tx: raised(tx, [one]), [one]))

    def waiting() -> int:
        asked = text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return int(stores[0].read_now(lambda session: session.connection().execute(asked).scalar_one()))

    await until(lambda: waiting() == 2)
    assert (alone.done(), same.done()) == (False, False)
    go_on.set()
    await asyncio.gather(holding, alone, same)


@pytest.mark.parametrize(("words", "many"), [(WORDS, 2 * len(KECAMATAN)), (TALK, 1)], ids=["deeds", "talk"])
async def test_four_triage_and_four_notify_share_a_flood_and_nothing_is_told_or_opened_twice(
    new_house: Callable[..., Awaitable[House]], words: tuple[str, ...], many: int
) -> None:
    """Six tellings in each of eight kecamatan, all at once, in an order that chance gave: of deeds, and of one talk.

    Talk may belong to an incident of any kecamatan.
    """
    house = await new_house("postgres", duties=frozenset({"lead"}))
    for number in range(3):
        await house.new_triage(f"more-{number}")
    others = [await house.new_notify(str(number)) for number in (2, 3, 4)]
    reports = [
        {"id": str(uuid4()), "text": words[half].format(n=n + 2), "kecamatan": code, "basis": "saw"}
        for code in KECAMATAN
        for half in range(len(words))
        for n in range(6)
    ]
    random.Random(20261128).shuffle(reports)
    keys = [await house.key(f"pelapor-{number}") for number in range(6)]

    async def file(number: int, body: dict[str, Any]) -> None:
        assert (await house.call("POST", "/v1/reports", body, key=keys[number % 6])).status == 202

    await asyncio.gather(*(file(number, body) for number, body in enumerate(reports)))
    await until(lambda: len(house.rows(Report)) == len(reports), "every report is kept")
    await house.quiet()
    await until(lambda: not any(one.dispatcher._under_way for one in others), "the marks")
    kept, incidents = house.rows(Report), {row.id: row for row in house.rows(Incident)}
    told: dict[tuple[str, str], set[str]] = {}  # kecamatan and kind of clash -> the incidents its reports belong to
    for row in kept:
        half = "silat" if "silat" in row.text else "nelayan"
        told.setdefault((row.told["found_kecamatan"], half), set()).add(row.incident_id)
    assert {pair: len(ids) for pair, ids in told.items()} == dict.fromkeys(told, 1)
    assert len(told) == len(incidents) == many
    assert {row.reports for row in incidents.values()} == {
        len(reports) // many
    }  # no update of another worker was written over
    alerts = Counter((row.incident_id, row.institution, row.unit) for row in house.rows(Alert))
    assert set(alerts.values()) == {1}
    ids = Counter(call.id for call in house.sink.calls)
    assert set(ids.values()) == ({1} if words is WORDS else set())  # talk of this level goes to no webhook
    told_once = Counter(
        (call.data["incident"], call.data["round"], call.login, *call.told) for call in house.sink.calls
    )
    assert set(told_once.values()) == set(ids.values())
    assert len(house.rows(Delivery)) == len(house.sink.calls)
    await house.settle()
    assert broken_links(sorted(house.rows(Journal), key=lambda line: line.seq)) == []
    assert verify(house.store.engine).faults == []
