"""Say how long a report waits and is worked on at each step of its way, at one rate.

The services count it themselves (services/runtime/steps) and tell it with their sign of life; what they told before a
stretch is taken from what they tell after it. How long a report waits until the door has read it no service can know:
that is from when the bench had it due to when the door says that it was filed.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlmodel import col, select

from schemas.records.reports import Report
from schemas.records.running import Process
from services.runtime.steps.step_times import BOUNDS, WAITS, WORKS
from services.store.database import Store
from tests.bench.load import bodies, offer, percentile
from tests.bench.rig import HTTP, Rig

Counted = dict[str, list[int]]  # "step part" -> how many below each bound
STEPS = ("door", "bus", "judge", "settle", "tell", "plan", "send")  # in the order in which a report meets them
TOLD = 40  # seconds within which every process gives a sign of life
PAGE = 500  # ids asked for at once


def together(told: Iterable[Mapping[str, Any]]) -> Counted:
    """Add up what several processes have counted."""
    found: Counted = {}
    for one in told:
        for name, counted in one.items():
            before = found.get(name, [0] * (len(BOUNDS) + 1))
            found[name] = [a + b for a, b in zip(before, counted["counts"], strict=True)]
    return found


def since(before: Counted, after: Counted) -> Counted:
    """Give what came to the counts."""
    nothing = [0] * (len(BOUNDS) + 1)
    return {
        name: [b - a for a, b in zip(before.get(name, nothing), counts, strict=True)] for name, counts in after.items()
    }


def share_of(counts: Sequence[int], share: float) -> float | None:
    """Give a percentile in milliseconds, read between two bounds as if all of them were spread evenly; None of none."""
    total = sum(counts)
    if not total:
        return None
    wanted, below = share * total, 0.0
    for number, (low, high) in zip(counts, pairwise((0.0, *BOUNDS)), strict=False):
        if number and below + number >= wanted:
            return 1000 * (low + (high - low) * (wanted - below) / number)
        below += number
    return 1000 * BOUNDS[-1]  # or more: nobody has looked above the last bound


def rows_of(counted: Counted, door_waits: Sequence[float]) -> dict[str, dict[str, float]]:
    """Give for each step p50 and p99 of what is waited and worked there, in milliseconds."""
    found: dict[str, dict[str, float]] = {}
    for step in STEPS:
        row = {}
        for part in (WAITS, WORKS):
            for label, share in (("p50", 0.5), ("p99", 0.99)):
                seen = share_of(counted.get(f"{step} {part}", ()), share)
                if step == "door" and part == WAITS and door_waits:
                    seen = 1000 * percentile(door_waits, share)
                if seen is not None:
                    row[f"{part}_{label}"] = round(seen, 1)
        if row:
            found[step] = row
    return found


def said(steps: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Give the table as it is printed."""
    columns = [f"{part}_{label}" for part in (WAITS, WORKS) for label in ("p50", "p99")]
    lines = ["    " + f"{'':8}" + "".join(f"{name.replace('_', ' '):>12}" for name in columns)]
    lines += [
        "    " + f"{step:8}" + "".join(f"{row.get(name, '-'):>12}" for name in columns) for step, row in steps.items()
    ]
    return lines


async def measure_steps(rig: Rig, district: Any, rate: int, seconds: int, seed: int) -> dict[str, Any]:
    """Offer one rate and say how long each step took."""
    assert rig.store is not None
    store = Store(rig.store.url)
    try:
        before = await _told_since(store, datetime.now(UTC))
        made = bodies(district, rate * seconds, seed)
        began, wall = time.perf_counter(), time.time()
        result = await offer("127.0.0.1", HTTP, rig.key, rig.sink, made, rate)
        after = await _told_since(store, datetime.now(UTC))
        filed = await asyncio.to_thread(store.read_now, lambda session: _filed(session, list(result.accepted)))
    finally:
        store.close()
    due = {id_: wall + (at - began) for id_, at in result.accepted.items()}
    waits = sorted(max(0.0, at.timestamp() - due[id_]) for id_, at in filed.items())
    return {
        "rate": rate,
        "p50": round(result.percentile(0.5), 1),
        "p99": round(result.percentile(0.99), 1),
        "lost": result.lost,
        "steps": rows_of(since(before, after), waits),
    }


async def _told_since(store: Store, moment: datetime) -> Counted:
    """Wait until every process that lives has told what it counted up to a moment; gives it, added up."""
    until = time.monotonic() + TOLD
    while True:
        told = await asyncio.to_thread(store.read_now, _processes)
        living = [one for one in told if moment - one[0] < timedelta(seconds=2 * TOLD)]
        if all(at >= moment for at, _ in living) or time.monotonic() >= until:
            return together(steps for _, steps in living)
        await asyncio.sleep(1)


def _processes(session: Any) -> list[tuple[datetime, dict[str, Any]]]:
    return [(one.seen_at, one.facts.get("steps", {})) for one in session.exec(select(Process))]


def _filed(session: Any, ids: Sequence[str]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for at in range(0, len(ids), PAGE):
        query = select(Report.id, Report.filed_at).where(col(Report.id).in_(ids[at : at + PAGE]))
        found |= {str(id_): filed_at for id_, filed_at in session.exec(query)}
    return found
