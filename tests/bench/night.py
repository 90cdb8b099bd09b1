"""Replay a bad night at sixty times its speed (tests/bench/night_script.py), and say hour by hour what came of it.

The wall clock of all services runs as fast (tests/bench/fast_clock), so that what is due after fifteen minutes is due
after fifteen seconds of ours. Half of the leads answer after some minutes, the others never do: reminders and ladders
run. What looks for silent processes and for a rise by rhythms of its own is off: these rhythms are seconds of the machine.
"""

import asyncio
import contextlib
import json
import random
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from sqlalchemy import func, select

from schemas.district import District
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.reports import Report
from schemas.vocabulary import Role, Scope
from services.security.auth import Identity
from services.security.keys import SCOPES, own_program
from services.security.secret import load_secret
from services.store.database import Store
from services.store.transaction import Session, Transaction, table_of
from tests.bench.database import Database, fresh
from tests.bench.machine import cpu_by_part, folder_mb, resident_mb, used_since
from tests.bench.night_script import BEGINS, REPORTERS, Telling, part, written
from tests.bench.rig import BUS, HTTP, listening, started
from tests.bench.wire import Sink

SPEED = 60
HOUR = 3600 / SPEED  # seconds of ours
STARTS = 40  # seconds of ours that a start may take: the clock begins so much earlier
LOOK = 0.25  # seconds of ours between looks at what is due
LATE = 60.0  # seconds of the night by which a step may be late: one of ours
ANSWERED, MINUTES = 0.5, (3, 12)  # share of leads that answer, and after how many minutes
DRAINS = 60.0  # seconds of ours in which everything must have arrived
QUIET = {"AUDIT_MINUTES": "0", "CANARY_MINUTES": "0", "WATCH_MINUTES": "0", "TICK": "0.25"}
CLOCK = Path(__file__).parent / "fast_clock"
REASONS = ("reminder", "escalated", "lapsed")
ACCEPTED = (200, 202)

Say = Callable[[str], None]


@dataclass
class Hour:
    """What one hour of the night came to."""

    offered: int = 0
    accepted: int = 0
    refused: int = 0
    latencies: list[float] = field(
        default_factory=list
    )  # ms from when a report was due to the first webhook that names it
    memory_mb: float = 0.0
    store_mb: float = 0.0
    bus_mb: float = 0.0
    cpu_s: float = 0.0
    restarts: int = 0  # processes that ended and were started again
    reminders: int = 0
    escalations: int = 0
    due: int = 0  # steps of the chase
    late: list[float] = field(default_factory=list)  # seconds of the night by which each of them came late


@dataclass
class Receiver(Sink):
    """A receiver that also notes whom a message makes answer, and counts a reminder as a message of its own."""

    leads: Callable[[str, str], None] = lambda _incident, _institution: None

    def take(self, webhook_id: str, body: bytes) -> None:
        """Note one webhook."""
        event = json.loads(body)
        data = event.get("data", event)
        if data.get("duty") == "lead" and data.get("reason") in ("opened", "raised"):
            self.leads(data["incident"], data["institution"])
        told = {**data, "institution": f"{data.get('institution')} {data.get('duty')} {data.get('reason')}"}
        super().take(webhook_id, json.dumps(told).encode())


class Dues:
    """Which steps of the chase are due, and by how much each came late: seen from beside, look by look."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str, datetime], None] = {}
        self.late: list[tuple[datetime, float]] = []  # when it was due, and seconds after that
        self._last: datetime | None = None

    def look(self, now: datetime, waiting: Iterable[tuple[str, str, datetime]]) -> None:
        """Take in what waits to be done at an instant, as (kind, of what, when): what is gone and was due was done."""
        found = dict.fromkeys(waiting)
        for one in self._open:
            if one not in found and one[2] <= now:
                self.late.append((one[2], max(0.0, (now - one[2]).total_seconds())))
        self._open, self._last = found, now

    def left(self) -> list[float]:
        """Give by how many seconds what is still open at the last look is late."""
        last = self._last
        return [] if last is None else [(last - due).total_seconds() for _, _, due in self._open if due <= last]


class Clock:
    """The clock that the services have."""

    def __init__(self, shown: datetime) -> None:
        """Begin now, showing this."""
        self.real, self.shown = time.time(), shown

    def __call__(self) -> datetime:
        """Give what it shows."""
        return self.shown + timedelta(seconds=(time.time() - self.real) * SPEED)

    @property
    def environment(self) -> dict[str, str]:
        """Give what lets a service have it."""
        return {"PYTHONPATH": str(CLOCK), "BENCH_CLOCK": f"{self.real} {self.shown.timestamp()} {SPEED}"}


@dataclass
class Night:
    """One night while it is replayed."""

    district: District
    begins: datetime  # of the part that is replayed
    first: float  # seconds after the night began
    clock: Clock
    store: Store
    database: Database
    folder: Path
    process: int
    keys: Mapping[str, str]
    client: aiohttp.ClientSession
    sink: Receiver
    hours: dict[int, Hour] = field(default_factory=lambda: defaultdict(Hour))
    posted: dict[str, tuple[int, float]] = field(default_factory=dict)  # accepted: in which hour, when it was due
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    dues: Dues = field(default_factory=Dues)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def spawn(self, work: Any) -> None:
        """Do something beside."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def hour(self, at: datetime) -> Hour:
        """Give the hour of the night in which an instant lies."""
        return self.hours[int((self.first + (at - self.begins).total_seconds()) // 3600)]

    async def tell(self, one: Telling, due: float) -> None:
        """File one report."""
        number = int(one.at // 3600)
        hour = self.hours[number]
        hour.offered += 1
        self.kinds[one.kind] += 1
        path = "/v1/inbound/sms" if one.kind == "sms" else "/v1/reports"
        key = self.keys["sms" if one.kind == "sms" else one.source]
        status, body = await self._post(path, key, one.body())
        self.statuses[status] += 1
        if status not in ACCEPTED:
            hour.refused += 1
            return
        for kept in body["accepted"] if one.kind == "sms" else [body]:
            self.posted[kept["id"]] = (number, due)
        hour.accepted += 1

    async def _post(self, path: str, key: str, body: Mapping[str, object]) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {key}"}
        try:
            async with self.client.post(path, json=body, headers=headers) as told:
                return told.status, await told.json(content_type=None) if told.status in ACCEPTED else None
        except (aiohttp.ClientError, TimeoutError):
            return 0, None

    def lead(self, incident: str, institution: str) -> None:
        """Let half of the leads answer, once for each incident."""
        dice = random.Random(incident)
        if incident in self.asked or dice.random() >= ANSWERED:
            return
        self.asked.add(incident)
        self.spawn(self._answer(incident, institution, dice.uniform(*MINUTES) * 60 / SPEED))

    async def _answer(self, incident: str, institution: str, pause: float) -> None:
        await asyncio.sleep(pause)
        if institution in self.keys:
            path = f"/v1/incidents/{incident}/acknowledgements"
            self.answers[(await self._post(path, self.keys[institution], {}))[0]] += 1

    async def watch(self) -> None:
        """Look what is due, again and again."""
        while True:
            now = self.clock()
            found = await asyncio.to_thread(self.store.read_now, partial(waiting, now=now))
            self.dues.look(self.clock(), found)
            await asyncio.sleep(LOOK)

    async def weigh(self) -> None:
        """Note at the end of each hour what everything takes."""
        before = cpu_by_part(self.process)
        while True:
            left = HOUR - (self.clock() - self.begins).total_seconds() / SPEED % HOUR
            hour = self.hour(self.clock())
            await asyncio.sleep(max(0.1, left - 0.5))
            after = cpu_by_part(self.process)
            used, hour.restarts = used_since(before, after)
            hour.cpu_s, before = sum(used.values()), after
            hour.memory_mb = await asyncio.to_thread(resident_mb, self.process)
            hour.store_mb = self.database.megabytes()
            hour.bus_mb = await asyncio.to_thread(folder_mb, self.folder / "bus")
            await asyncio.sleep(0.6)


def waiting(session: Session, now: datetime) -> list[tuple[str, str, datetime]]:
    """Give the steps of the chase that are due or nearly so."""
    soon, connection = now + timedelta(seconds=4 * LOOK * SPEED), session.connection()
    ladder, alert = table_of(Ladder).c, table_of(Alert).c
    rungs = select(ladder.incident_id, ladder.next_at).where(ladder.next_at <= soon, ladder.stopped.is_(None))
    reminders = select(alert.id, alert.remind_at).where(alert.remind_at <= soon)
    return [
        (kind, row[0], row[1])
        for kind, query in (("rung", rungs), ("reminder", reminders))
        for row in connection.execute(query)
    ]


def _keys(tx: Transaction, district: District, folder: Path) -> dict[str, str]:
    """List a key for every source, for the gateway, and for every institution that may have to answer."""
    filing, secret = frozenset({Scope.FILE}), load_secret("", folder)
    names = [*(f"reporter-{number}" for number in range(REPORTERS)), "flood"]
    wanted = [
        Identity(name, name, Role.REPORTER, None, "BCDF"[number % 4], scopes=filing)
        for number, name in enumerate(names)
    ]
    wanted.append(Identity("sms", "sms", Role.GATEWAY, scopes=SCOPES[Role.GATEWAY], channel="sms"))
    wanted += [Identity(name, name, Role.MEMBER, name, scopes=SCOPES[Role.MEMBER]) for name in district.institutions]
    return {one.id: own_program(tx, secret, one) for one in wanted}


@contextlib.asynccontextmanager
async def _opened(district: District, url: str, first: float) -> AsyncIterator[Night]:
    """Start the line with its fast clock, so that the part begins when everything is up."""
    folder = Path(tempfile.mkdtemp(prefix="kentongan-night-"))
    sink = Receiver()
    address = await sink.open()
    zone = ZoneInfo(district.timezone)
    saturday = datetime.now(zone) - timedelta(days=(datetime.now(zone).weekday() - 5) % 7 or 7)
    begins = saturday.replace(hour=BEGINS, minute=0, second=0, microsecond=0).astimezone(UTC) + timedelta(seconds=first)
    words = ["up", "--data", str(folder), "--port", str(HTTP), "--nats-port", str(BUS), "--divert", address]
    try:
        with fresh(url, folder, "night") as database:
            clock = Clock(begins - timedelta(seconds=STARTS * SPEED))
            own = clock.environment | {f"KENTONGAN_{name}": value for name, value in QUIET.items()}
            own["KENTONGAN_STORE_URL"] = database.url
            async with started(words, own) as process, aiohttp.ClientSession(f"http://127.0.0.1:{HTTP}") as client:
                await listening(HTTP)
                store = Store(database.url)
                try:
                    keys = await asyncio.to_thread(store.write_now, lambda tx: _keys(tx, district, folder))
                    await asyncio.sleep(3)  # services look for new keys
                    clock_begins = max(begins, clock())
                    yield Night(
                        district, clock_begins, first, clock, store, database, folder, process, keys, client, sink
                    )
                finally:
                    store.close()
    finally:
        sink.close()
        shutil.rmtree(folder, ignore_errors=True)


async def replay(hours: float, url: str, district: District, say: Say) -> dict[str, Any]:
    """Replay a night, or the hours before its peak is over, and give the figures."""
    first, told = part(written(district), hours)
    say(f"{len(told):,} reports in {hours:g} hours of a night, {SPEED} times as fast: {hours * HOUR / 60:.0f} minutes")
    async with _opened(district, url, first) as night:
        night.sink.leads = night.lead
        beside = [asyncio.create_task(night.watch()), asyncio.create_task(night.weigh())]
        await asyncio.sleep(max(0.0, (night.begins - night.clock()).total_seconds() / SPEED))
        begun = time.perf_counter()
        last = 0
        for one in told:
            due = begun + (one.at - first) / SPEED
            if (pause := due - time.perf_counter()) > 0:
                await asyncio.sleep(pause)
            night.spawn(night.tell(one, due))
            if int(one.at // 3600) != last:
                last = int(one.at // 3600)
                say(f"  {(BEGINS + last) % 24:02}.00: {len(night.posted):,} accepted")
        await asyncio.sleep(max(0.0, begun + hours * HOUR - time.perf_counter()))
        lost = await _missing(night)
        for task in beside:
            task.cancel()
        for results in await asyncio.gather(*beside, return_exceptions=True):
            if isinstance(results, Exception):
                raise results
        for task in list(night.tasks):
            task.cancel()
        figures = _figures(night, lost)
    for line in said(figures["night"]):
        say(line)
    return figures


async def _missing(night: Night) -> int:
    """Wait until everything that was accepted is kept; gives how many reports never were."""
    give_up = time.monotonic() + DRAINS
    report = table_of(Report).c.id
    while True:
        kept = await asyncio.to_thread(
            night.store.read_now, lambda found: set(found.connection().execute(select(report)).scalars())
        )
        missing = len(night.posted.keys() - kept)
        if not missing or time.monotonic() > give_up:
            return missing
        await asyncio.sleep(0.5)


def _sent(session: Session) -> Sequence[Any]:
    sent = table_of(Delivery).c
    query = select(sent.reason, sent.owed_at, func.count()).where(sent.reason.in_(REASONS))
    return session.connection().execute(query.group_by(sent.reason, sent.owed_at)).all()


def _figures(night: Night, lost: int) -> dict[str, Any]:
    for id_, (number, due) in night.posted.items():
        if (seen := night.sink.first.get(id_)) is not None:
            night.hours[number].latencies.append((seen - due) * 1000)
    for reason, at, many in night.store.read_now(_sent):
        hour = night.hour(at)
        if reason == "reminder":
            hour.reminders += many
        else:
            hour.escalations += many
    for at, seconds in night.dues.late:
        hour = night.hour(at)
        hour.due += 1
        hour.late.append(seconds)
    begins = int(night.first // 3600)
    rows = [row_of(number, night.hours[number]) for number in sorted(night.hours) if number >= begins]
    late = sorted(seconds for _, seconds in night.dues.late)
    left = [seconds for seconds in night.dues.left() if seconds > LATE]
    told = {
        "speed": SPEED,
        "hours": rows,
        "kinds": dict(night.kinds),
        "statuses": {str(status): many for status, many in night.statuses.items()},
        "answers": {str(status): many for status, many in night.answers.items()},
        "offered": sum(row["offered"] for row in rows),
        "accepted": sum(row["accepted"] for row in rows),
        "lost": lost,
        "doubled": night.sink.doubled,
        "repeated": night.sink.repeated,
        "webhooks": night.sink.received,
        "chase": {
            "due": len(late) + len(left),
            "late_p50": share(late, 0.5),
            "late_p99": share(late, 0.99),
            "late_most": share(late, 1.0),
            "over": sum(seconds > LATE for seconds in late),
            "left": len(left),
        },
    }
    line = {"name": "night", "rates": [], "lost": lost, "doubled": night.sink.doubled, "sustained": 0}
    return {"parts": [line], "ratios": {}, "night": told}


def share(ordered: Sequence[float], of: float) -> float:
    """Give the value below which so large a share lies; 0 of nothing.

    >>> share([1.0, 2.0, 3.0, 4.0], 0.5), share([1.0, 2.0], 1.0), share([], 0.5)
    (3.0, 2.0, 0.0)
    """
    return round(ordered[min(len(ordered) - 1, int(of * len(ordered)))], 1) if ordered else 0.0


def row_of(number: int, hour: Hour) -> dict[str, Any]:
    """Give an hour as it is kept."""
    latencies, late = sorted(hour.latencies), sorted(hour.late)
    return {
        "hour": (BEGINS + number) % 24,
        "offered": hour.offered,
        "accepted": hour.accepted,
        "refused": hour.refused,
        "told": len(latencies),
        "p50": share(latencies, 0.5),
        "p99": share(latencies, 0.99),
        "due": hour.due,
        "late_p99": share(late, 0.99),
        "reminders": hour.reminders,
        "escalations": hour.escalations,
        "cpu_s": round(hour.cpu_s, 1),
        "restarts": hour.restarts,
        "memory_mb": round(hour.memory_mb),
        "store_mb": round(hour.store_mb, 1),
        "bus_mb": round(hour.bus_mb, 1),
    }


COLUMNS = ("offered", "accepted", "refused", "told", "p50", "p99", "due", "late_p99", "reminders", "escalations", "cpu_s", "restarts", "memory_mb", "store_mb", "bus_mb")  # fmt: skip


def said(night: Mapping[str, Any]) -> list[str]:
    """Say the figures as a table, an hour each, and what was lost, doubled and late."""
    lines = ["\nhour   " + "".join(f"{name:>12}" for name in COLUMNS)]
    lines += [f"{row['hour']:02}.00  " + "".join(f"{row[name]:>12}" for name in COLUMNS) for row in night["hours"]]
    chase = night["chase"]
    return [
        *lines,
        (
            f"offered {night['offered']}, accepted {night['accepted']}, lost {night['lost']}, doubled {night['doubled']} "
            f"(sent again under the same id: {night['repeated']}); {night['webhooks']} webhooks"
        ),
        (
            f"steps of the chase that fell due: {chase['due']}; late by {chase['late_p50']} s of the night at the median, "
            f"{chase['late_p99']} at p99, {chase['late_most']} at most; {chase['over']} by more than {LATE:g}, "
            f"{chase['left']} never done"
        ),
    ]


def compared_nights(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Set the hours of two nights side by side: p99, memory and what lies on the disk."""
    before = {row["hour"]: row for row in old["hours"]}
    lines = ["night"]
    for row in new["hours"]:
        if was := before.get(row["hour"]):
            for name in ("accepted", "p50", "p99", "cpu_s", "memory_mb", "store_mb", "bus_mb"):
                if was[name]:
                    title = f"{row['hour']:02}.00 {name}"
                    lines.append(f"  {title:32}{was[name]:>12}{row[name]:>12}   {row[name] / was[name]:.2f}")
    return lines
