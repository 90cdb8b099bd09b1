"""What each duty looks at after a start costs the same however much is open: nothing is fetched that only adds up.

The statements of a report are held to this by test_growing_tables; these are those of the looks beside it.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from services.notify.alerting.escalation_sweep import due
from services.notify.alerting.queries import anything_due
from services.notify.watchdog import queries
from services.notify.watchdog.invariants import look
from services.store.database import Store
from services.store.transaction import Transaction
from services.triage.correlation.incident_fold import first_row
from services.warnings.counting import ahead_of_utc, begin_of, counted, counts_of, counts_of_days, kecamatan_of
from services.warnings.history import own_areas, read_behind
from services.warnings.queries import countable, daily, reporting, reporting_days
from services.warnings.watcher import Watcher
from tests.console.night import DISTRICT, NOW, PROTEST, Clock, filed_and_judged, fill, unanswered
from tests.journeys.test_growing_tables import GROWING
from tests.warnings.histories import keep, usual

LATE = NOW + timedelta(seconds=40)
TODAY = NOW.astimezone(ZoneInfo(DISTRICT.timezone)).date()
LOOKS: dict[str, Callable[[Store], object]] = {
    "audit": lambda store: store.read_now(lambda session: look(session, LATE, 1.0)),
    "untold": lambda store: store.read_now(lambda session: queries.untold_incidents(session, LATE, LATE)),
    "changes": lambda store: store.read_now(lambda session: queries.untold_changes(session, LATE, LATE)),
    "timers": lambda store: store.read_now(lambda session: (anything_due(session, NOW), due(session, NOW))),
    "issues": lambda store: store.read_now(queries.open_issues),
    "institutions": lambda store: store.read_now(queries.alerted_institutions),
    "watch": lambda store: asyncio.run(Watcher(store, lambda: DISTRICT).look()),
}


def opened(tx: Transaction, count: int, first: int = 0) -> None:
    """Open so many light incidents within the last hours; three institutions were told of each and none has answered."""
    filed, assessment = filed_and_judged("x", PROTEST)
    base = first_row(str(filed.id), filed, assessment, {}, "s", filed.filed_at)
    incidents, alerts = [], []
    for number in range(first, first + count):
        id_, at = f"m{number}", NOW - timedelta(seconds=5 * number)
        incidents.append({**base, "stamp": 1, "id": id_, "level": 1, "opened_at": at, "changed_at": at})
        alerts += unanswered(id_, at)
    tx.add(Incident, incidents)  # type: ignore[arg-type]
    tx.add(Alert, alerts)  # type: ignore[arg-type]


class Fetched:
    """How many rows SQLite has given, and what it was asked."""

    def __init__(self, store: Store) -> None:
        self.rows = 0
        self.asked: list[tuple[str, Any]] = []
        store.engine.dispose()
        event.listen(store.engine, "connect", self._count)
        event.listen(store.engine, "before_cursor_execute", lambda *told: self.asked.append(told[2:4]))

    def _count(self, raw: Any, _record: object) -> None:
        def counted_row(_cursor: Any, row: Any) -> Any:
            self.rows += 1
            return row

        raw.row_factory = counted_row


@pytest.fixture
def store(new_database: Callable[[str], str]) -> Iterator[Store]:
    """Give a store with people and a few incidents."""
    made = Store(new_database("sqlite"), Clock())
    made.write_now(fill)
    yield made
    made.close()


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_fetches_no_more_where_four_times_as_much_is_open(store: Store, name: str) -> None:
    few, more = 150, 450
    store.write_now(lambda tx: opened(tx, few))
    fetched = Fetched(store)
    LOOKS[name](store)
    before, fetched.rows = fetched.rows, 0
    store.write_now(lambda tx: opened(tx, more, few))
    fetched.rows = 0
    LOOKS[name](store)
    assert fetched.rows <= before + 8, name  # a value more of what is added up, as another hour's


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_reads_no_growing_table_whole(store: Store, name: str) -> None:
    store.write_now(lambda tx: opened(tx, 50))
    fetched = Fetched(store)
    LOOKS[name](store)
    asked = [one for one in fetched.asked if one[0].startswith("SELECT")]

    def plans(session: Any) -> list[str]:
        raw = session.connection().connection.driver_connection
        told = [
            (row[3], words) for words, values in asked for row in raw.execute(f"EXPLAIN QUERY PLAN {words}", values)
        ]
        return [f"{plan}: {words}" for plan, words in told if plan in {f"SCAN {table}" for table in GROWING}]

    assert asked
    assert store.read_now(plans) == []


# -- what the store adds up is what counting each incident gives --------------------------------------------------------


@pytest.fixture
def told(database: str) -> Iterator[Store]:
    """Give a store of either kind with a history of a month and what happened at the borders of days."""
    made = Store(database, Clock())
    made.write_now(fill)
    made.write_now(lambda tx: keep(tx, usual(DISTRICT, TODAY, 30), state="settled"))
    made.write_now(lambda tx: opened(tx, 5))
    made.write_now(at_borders)
    yield made
    made.close()


def at_borders(tx: Transaction) -> None:
    """Let incidents begin or be told a moment before a local day ends and as it begins; one issue is not known."""
    day = begin_of(TODAY - timedelta(days=3), ZoneInfo(DISTRICT.timezone))
    moment = timedelta(microseconds=1)
    rows: list[Any] = []
    for number, at in enumerate((day - moment, day, day + moment)):
        rows.append({"id": f"m{number}", "opened_at": at})
    rows.append({"id": "m3", "opened_at": day + timedelta(days=1), "occurred_start": day - moment, "issue": "LAMA"})
    rows.append(
        {"id": "m4", "occurred_start": NOW + timedelta(days=1)}
    )  # begins later than it was told: an announcement
    for row in rows:
        tx.put(Incident, [row])


@pytest.mark.parametrize("zone", [DISTRICT.timezone, "Europe/Berlin", "Asia/Kathmandu"])
def test_the_store_counts_days_as_they_are_counted_one_by_one(told: Store, zone: str) -> None:
    district = DISTRICT.model_copy(update={"timezone": zone})
    since = NOW - timedelta(days=400)
    ahead = ahead_of_utc(ZoneInfo(zone), since.date(), NOW.date())

    def both(session: Any) -> tuple[Any, Any]:
        rows = countable(session, district.code, since)
        days = daily(session, own_areas(district), since, ahead)
        return counts_of(counted(rows, district)), counts_of_days(days, district)

    one_by_one, added_up = told.read_now(both)
    assert added_up == one_by_one
    assert sum(sum(keys.values()) for keys in added_up.values()) > 30


def test_days_on_which_somebody_reported_are_those_of_the_reports(told: Store) -> None:
    zone, since = ZoneInfo(DISTRICT.timezone), NOW - timedelta(days=85)
    ahead = ahead_of_utc(zone, since.date(), NOW.date())
    single = told.read_now(lambda session: reporting(session, DISTRICT.code, since))
    days = told.read_now(lambda session: reporting_days(session, DISTRICT.code, since, ahead))
    assert len(days) == len(set(days))
    assert set(days) == {(area, at.astimezone(zone).date()) for area, at in single}


def test_what_stands_behind_a_rise_is_read_as_it_was_counted(told: Store) -> None:
    since = NOW - timedelta(days=400)
    every = counted(told.read_now(lambda session: countable(session, DISTRICT.code, since)), DISTRICT)
    groups = {one.group for one in every} | {""}
    for first in (TODAY - timedelta(days=3), TODAY - timedelta(days=9)):
        for group in sorted(groups):
            for area in ("", kecamatan_of(DISTRICT)[0], every[-1].kecamatan):
                last = TODAY - timedelta(days=1)
                inside = [
                    one
                    for one in every
                    if first <= one.day <= last and area in ("", one.kecamatan) and group in ("", one.group)
                ]
                read = told.read_now(
                    lambda session, f=first, u=last, a=area, g=group: read_behind(
                        session, DISTRICT, f, u, area=a, group=g
                    )
                )
                assert read == inside


def test_a_clock_that_is_moved_in_summer_is_followed_to_the_second() -> None:
    zone = ZoneInfo("Europe/Berlin")
    moves = ahead_of_utc(zone, date(2026, 1, 1), date(2026, 12, 31))
    assert [one.seconds for one in moves] == [3600, 7200, 3600]
    assert [one.since.isoformat() for one in moves[1:]] == ["2026-03-29T01:00:00+00:00", "2026-10-25T01:00:00+00:00"]
    assert begin_of(date(2026, 3, 29), zone) == datetime.fromisoformat("2026-03-28T23:00:00+00:00")
