"""Fill a store as a long bad week leaves one: copies of real rows under other ids, at other places and times.

Reports go through triage and notify at a clock that is held, and the ladders climb for half a day. What that left is
copied until the store holds as many open incidents as are wanted, told over nine days, through the transactions of the
program itself: so that every line of the audit log is chained and `audit verify` finds nothing.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from sqlalchemy import event, func, select
from sqlmodel import SQLModel

from schemas.district import District
from schemas.policy.places import Place
from schemas.record import Record
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident, Judgement, Suggestion
from schemas.records.reports import Report, ReporterKey, ReportSource
from services.search.indexer import Indexer
from services.sources.vault import ROOT
from services.store.database import Store
from services.store.transaction import Session, Transaction, table_of
from tests.bench.in_steps import Held, InSteps
from tests.bench.load import bodies

COPIED: tuple[type[Record[Any]], ...] = (
    Report, ReportSource, ReporterKey, Judgement, Incident, Suggestion, Alert, Ladder, Delivery,
)  # fmt: skip
SEED = 60  # reports that are judged, the others are copied
TOGETHER = 6  # of them in one transaction
DAYS = timedelta(days=9)  # over which they are told
CHASED = timedelta(hours=12)  # for which the ladders of the first climb
AN_HOUR = timedelta(hours=1)
LINES_AT_ONCE = 5_000
NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}")
DESA = re.compile(r"\d\d\.\d\d\.\d\d\.\d{4}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)")
Row = dict[str, Any]


@dataclass(frozen=True)
class Filled:
    """What a store was filled with."""

    open: int
    rows: dict[str, int]  # by table


def named(old: str, number: int) -> str:
    """Give the id that stands for an old one in copy number so-and-so, in the same form."""
    made = blake2b(f"{old} {number}".encode(), digest_size=16).hexdigest()
    return str(UUID(made)) if "-" in old else made


def later(text: str, shift: timedelta) -> str:
    """Move every instant in a text of JSON by so much."""
    return INSTANT.sub(lambda found: (datetime.fromisoformat(found[0]) + shift).isoformat(), text)


class Template:
    """What some reports left in a store, and how it is said of others."""

    def __init__(self, store: Store, district: District) -> None:
        """Read it; places are looked up in the district."""
        self.rows: dict[str, list[Row]] = {}
        self.lines: list[Row] = []
        self.began = store.clock()
        store.read_now(self._read)
        self.ids = {row["id"] for rows in self.rows.values() for row in rows if "id" in row}
        self._places = district.places
        self._around: dict[str, list[Place]] = {}
        for place in district.places.values():
            if place.kind in ("desa", "kelurahan") and place.kecamatan:
                self._around.setdefault(place.kecamatan, []).append(place)
        self._instants = {
            (name, number, column): value
            for name, rows in self.rows.items()
            for number, row in enumerate(rows)
            for column, value in row.items()
            if isinstance(value, datetime)
        }
        for name, number, column in self._instants:
            self.rows[name][number][column] = None
        self._text = json.dumps([self.rows, self.lines])

    @property
    def open(self) -> int:
        """Give how many incidents one copy adds."""
        return len(self.rows["incident"])

    def _read(self, session: Session) -> None:
        connection = session.connection()
        for kind in COPIED:
            found = connection.execute(select(table_of(kind))).mappings()
            self.rows[table_of(kind).name] = [dict(row) for row in found if row.get("id") != ROOT]
        journal = table_of(Journal)
        lines = select(journal.c.kind, journal.c.actor, journal.c.incident_id, journal.c.subject_id, journal.c.data)
        of_incidents = lines.where(journal.c.incident_id.is_not(None)).order_by(journal.c.seq)
        self.lines = [dict(row) for row in connection.execute(of_incidents).mappings()]
        self.began = connection.execute(select(func.min(table_of(Report).c.filed_at))).scalar_one()

    def copy(self, number: int, began: datetime) -> tuple[dict[str, list[Row]], list[Row]]:
        """Give all rows and lines under other ids, at other places of the same kecamatan, as if told from `began` on."""
        shift, ids = began - self.began, dict[str, str]()

        def renamed(found: re.Match[str]) -> str:
            old = found[0]
            if old not in self.ids:
                return old
            return ids.get(old) or ids.setdefault(old, named(old, number))

        text = NAME.sub(renamed, later(self._text, shift))
        text = DESA.sub(lambda found: self._elsewhere(found[0], number), text)
        rows, lines = json.loads(text)
        for (name, at, column), value in self._instants.items():
            rows[name][at][column] = value + shift
        for row in rows["incident"]:
            self._put_there(row, shift)
        return rows, lines

    def _elsewhere(self, code: str, number: int) -> str:
        """Give another desa of the same kecamatan for each copy."""
        place = self._places.get(code)
        around = self._around.get(place.kecamatan or "", []) if place else []
        if place not in around:
            return code
        return around[(around.index(place) + number) % len(around)].code

    def _put_there(self, row: Row, shift: timedelta) -> None:
        """Say of an incident where and when it is: what is compared and what is drawn on the map."""
        for name in ("start", "end", "told"):
            if row["features"].get(name) is not None:
                row["features"][name] += int(shift.total_seconds())
        place = self._places.get(row["desa"] or "")
        if place is not None:
            there = {"lat": place.lat, "lon": place.lon, "desa_name": place.name}
            row["place"] |= {name: value for name, value in there.items() if name in row["place"]}
            row["features"]["place_name"] = place.name


def put(tx: Transaction, template: Template, number: int) -> None:
    """Insert one copy with its lines of the log, as of the transaction's own time."""
    rows, lines = template.copy(number, tx.now)
    stamps: dict[str, int] = {}
    for line in lines:
        stamps[line["incident_id"]] = tx.audit(
            line["kind"], line["actor"], incident=line["incident_id"], subject=line["subject_id"], **line["data"]
        )
    for row in rows["incident"]:
        row["stamp"] = stamps[row["id"]]
    for kind in COPIED:
        tx.add(kind, cast("Any", rows[table_of(kind).name]))


async def seeded(line: InSteps) -> Template:
    """Judge some reports, let the ladders climb for half a day and stop: what they left is copied."""
    made = bodies(line.district, SEED, 1)
    for start in range(0, SEED, TOGETHER):
        await line.take(made[start : start + TOGETHER])
    for _ in range(CHASED // AN_HOUR * 6):
        await line.forward(AN_HOUR / 6)
    await line.store.write(stop_ladders)
    await line.store.seal()
    return Template(line.store, line.district)


def stop_ladders(tx: Transaction) -> None:
    """Let every timer end: a store whose ladders all fall due at the next start would measure that."""
    ladders, alerts = (tx.connection.execute(select(table_of(kind))).mappings().all() for kind in (Ladder, Alert))
    going = [row["incident_id"] for row in ladders if row["stopped"] is None]
    tx.put(
        Ladder,
        cast("Any", [{"incident_id": one, "stopped": "exhausted", "next_at": None} for one in going]),
        "incident_id",
    )
    due = [row["id"] for row in alerts if row["remind_at"] or row["sitrep_due"]]
    tx.put(Alert, cast("Any", [{"id": one, "remind_at": None, "sitrep_due": None} for one in due]))
    for one in going:
        tx.audit("ladder.stopped", "bench", incident=one)


async def fill(folder: Path, url: str, now: datetime, wanted: int, lines: int, say: Callable[[str], None]) -> Filled:
    """Fill the store of an installation with so many open incidents and so many lines of the log, until `now`."""
    clock = Held(now - DAYS)
    line = InSteps(folder, url, clock)
    store = line.store
    quicken(store)
    try:
        if wanted or lines:
            template = await seeded(line)
            copies = -(-wanted // template.open)
            for number, at in enumerate(moments(now - DAYS, now - CHASED - AN_HOUR, copies)):
                clock.now = at
                store.write_now(lambda tx, number=number: put(tx, template, number))  # type: ignore[misc]
                store.seal_now()
                if (number + 1) % max(1, copies // 10) == 0:
                    say(f"  {(number + 1) * template.open:,} open incidents")
            clock.now = now
            lengthen(store, template, lines, say)
            Indexer(store).look_now()
            settle(store)
        return store.read_now(_counted)
    finally:
        line.close()


def moments(begin: datetime, end: datetime, many: int) -> Iterator[datetime]:
    """Give so many instants between two, evenly."""
    for number in range(many):
        yield begin + (end - begin) * number / max(1, many)


def lengthen(store: Store, template: Template, lines: int, say: Callable[[str], None]) -> None:
    """Add lines of the log until it has so many, sealed as they come; they are of incidents that are kept no longer."""
    have, told = store.read_now(newest), 0
    while have < lines:
        many = min(LINES_AT_ONCE, lines - have)
        store.write_now(lambda tx, told=told, many=many: _more(tx, template, told, many))  # type: ignore[misc]
        store.seal_now()
        have, told = have + many, told + many
        if have % 100_000 < many:
            say(f"  {have:,} lines of the audit log")


def newest(session: Session) -> int:
    """Give the number of the newest line."""
    return int(session.connection().execute(select(func.max(table_of(Journal).c.seq))).scalar() or 0)


def _more(tx: Transaction, template: Template, told: int, many: int) -> None:
    known = template.lines
    for number in range(told, told + many):
        line, turn = known[number % len(known)], -1 - number // len(known)
        incident, subject = (one and named(one, turn) for one in (line["incident_id"], line["subject_id"]))
        tx.audit(line["kind"], line["actor"], incident=incident, subject=subject, **line["data"])


def quicken(store: Store) -> None:
    """Wait for no disk while a store is filled: what a power cut would cost is made again."""

    def listen(raw: Any, _record: Any) -> None:
        raw.execute("PRAGMA synchronous = OFF" if store.one_writes else "SET synchronous_commit = off")

    event.listen(store.engine, "connect", listen)
    store.engine.dispose()


def settle(store: Store) -> None:
    """Let PostgreSQL know its tables, as it does by itself after a while; SQLite needs nothing."""
    if not store.one_writes:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _counted(session: Session) -> Filled:
    tables: tuple[type[SQLModel], ...] = (*COPIED, Journal)
    rows = {
        table_of(kind).name: int(
            session.connection().execute(select(func.count()).select_from(table_of(kind))).scalar_one()
        )
        for kind in tables
    }
    return Filled(rows["incident"], rows)
