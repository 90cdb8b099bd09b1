"""Measure the line beside a store that is full: many open incidents, a long audit log, against an empty store.

Both are measured in one run and in turn, since the machine is not the same for two minutes. First two real lines run
beside each other and are given the same reports by turns; then both stores are taken through the steps in this process
(tests/bench/in_steps.py), a few reports here and a few there: that shows which step it is.
"""

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from schemas.district import District
from tests.bench.database import Database, fresh
from tests.bench.filling import Filled, fill
from tests.bench.in_steps import STEPS, Held, InSteps
from tests.bench.load import Result, bodies, offer
from tests.bench.machine import cpu_by_part, resident_mb, used_since
from tests.bench.rig import key_of, listening, started
from tests.bench.wire import Sink

BAR = 1.3  # what a full store may cost, of what an empty one does
PORTS = ((18_080, 14_222), (18_082, 14_224))  # pages and bus of either line
RATE, LEAST = 100, 5  # reports a second; halved until both hold it
ROUNDS = 4  # stretches of either line
CALM = 0.06  # processor seconds in a second of a line that has nothing left to catch up on
CALM_LOOKS = 3  # of five seconds each, in a row
FIRST_LOOKS = 30  # seconds in which every service has begun its first looks
PATIENCE = 900  # seconds for that
IN_STEPS, TOGETHER = 480, 8  # reports that go through the steps in this process; of them in one transaction
WARM = 80  # of them before it is counted
SLIGHT = 0.1  # processor seconds for 1,000 reports: less is named, not compared
BUSY = timedelta(milliseconds=50)  # between two reports by the clock that is held

Say = Callable[[str], None]


@dataclass
class Side:
    """One of the two: its folder, its store, and what it has cost."""

    name: str
    folder: Path
    store: Database
    filled: Filled | None = None
    process: int = 0
    key: str = ""
    sink: Sink = field(default_factory=Sink)
    port: int = 0
    idle: dict[str, float] = field(default_factory=dict)  # processor seconds in a second, by process
    used: dict[str, float] = field(default_factory=lambda: defaultdict(float))  # processor seconds, by process
    steps: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    results: list[Result] = field(default_factory=list)
    idle_mb: float = 0.0
    store_mb: float = 0.0
    restarts: int = 0  # processes that ended meanwhile and were started again
    ready_s: float = 0.0  # until it had nothing left to catch up on

    @property
    def accepted(self) -> int:
        """Give how many reports it has accepted."""
        return sum(len(result.accepted) for result in self.results)

    @property
    def latencies(self) -> Result:
        """Give all stretches as one."""
        return Result(0, 0, latencies=[one for result in self.results for one in result.latencies])


def name_of(wanted: int, lines: int) -> str:
    """Say in words what a store is filled with."""
    said = [f"{wanted:,} open"] if wanted else []
    return ", ".join([*said, f"{lines:,} lines"] if lines else said)


async def measure_filled(
    wanted: int, lines: int, store: str, seconds: int, district: District, say: Say
) -> dict[str, Any]:
    """Fill one store, measure both, and give the figures."""
    with contextlib.ExitStack() as kept:
        empty = Side("empty", *kept.enter_context(_place(store, "empty")))
        full = Side(name_of(wanted, lines), *kept.enter_context(_place(store, "full")))
        sides = (empty, full)
        begun = time.monotonic()
        for side, asked in ((empty, (0, 0)), (full, (wanted, lines))):
            side.filled = await fill(side.folder, side.store.url, datetime.now(UTC), *asked, say)
            side.store_mb = side.store.megabytes()
        say(f"  {full.name}: {full.store_mb:,.0f} MB, filled in {time.monotonic() - begun:.0f} s")
        rate = await _in_turn(sides, seconds, district, say)
        await _by_steps(sides, district)
        figures = _figures(empty, full, rate)
        for line in said(figures["flat"]):
            say(line)
        return figures


@contextlib.contextmanager
def _place(url: str, name: str) -> Iterator[tuple[Path, Database]]:
    """Give a folder and an empty store of its own."""
    folder = Path(tempfile.mkdtemp(prefix=f"kentongan-{name}-"))
    try:
        with fresh(url, folder, name) as store:
            yield folder, store
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# -- two lines, in turn ------------------------------------------------------------------------------------------------


async def _in_turn(sides: tuple[Side, Side], seconds: int, district: District, say: Say) -> int:
    """Run both lines and give them the same reports by turns; gives the rate that both held."""
    async with contextlib.AsyncExitStack() as running:
        for side, (port, bus) in zip(sides, PORTS, strict=True):
            begun = time.monotonic()
            await running.enter_async_context(_up(side, port, bus))
            await _calm(side.process)
            side.ready_s, side.idle_mb = time.monotonic() - begun, resident_mb(side.process)
            say(f"  {side.name}: ready after {side.ready_s:.0f} s, {side.idle_mb:.0f} MB idle")
            await _stretch(side, district, 1, 50, 2)  # warm
            side.results.clear()
            side.used.clear()
        rate, seed = RATE, 10
        while True:
            for number in range(ROUNDS):
                for side in sides if number % 2 else reversed(sides):
                    await _stretch(side, district, seed + number, rate, seconds)
                    say(_heard(side, rate))
            if rate // 2 < LEAST or all(_held(side) for side in sides):
                break
            rate, seed = rate // 2, seed + ROUNDS
            for side in sides:
                side.results.clear()
                side.used.clear()
        for side in sides:
            side.idle = await _idle(side.process, seconds)
        return rate


def _held(side: Side) -> bool:
    """Say whether it held the rate: one stretch that others disturbed says nothing."""
    return sum(result.sustained for result in side.results) * 2 >= len(side.results)


def _heard(side: Side, rate: int) -> str:
    result = side.results[-1]
    return (
        f"    {side.name:>24}  {rate}/s  p50 {result.percentile(0.5):7.1f}  p99 {result.percentile(0.99):7.1f}  "
        f"lost {result.lost}  {'held' if result.sustained else 'not held'}"
    )


async def _stretch(side: Side, district: District, seed: int, rate: int, seconds: int) -> None:
    before = cpu_by_part(side.process)
    result = await offer("127.0.0.1", side.port, side.key, side.sink, bodies(district, rate * seconds, seed), rate)
    await asyncio.sleep(0.7)  # outcomes are marked and lines sealed a moment later
    after = cpu_by_part(side.process)
    used, ended = used_since(before, after)
    side.restarts += ended
    for name, taken in used.items():
        side.used[name] += taken
    side.results.append(result)


async def _idle(process: int, seconds: int) -> dict[str, float]:
    """Give what a line takes that is given nothing, processor seconds in a second."""
    before = cpu_by_part(process)
    await asyncio.sleep(seconds)
    return {name: (used - before.get(name, 0.0)) / seconds for name, used in cpu_by_part(process).items()}


async def _calm(process: int) -> None:
    """Wait until a line has nothing left to catch up on: it reads what is open, and looks through what is new."""
    give_up = time.monotonic() + PATIENCE
    await asyncio.sleep(FIRST_LOOKS)
    calm = 0
    while calm < CALM_LOOKS and time.monotonic() < give_up:
        calm = calm + 1 if sum((await _idle(process, 5)).values()) <= CALM else 0


@contextlib.asynccontextmanager
async def _up(side: Side, port: int, bus: int) -> AsyncIterator[None]:
    """Run the real thing over the folder of one side, diverted to a sink of its own."""
    address = await side.sink.open()
    words = ["up", "--data", str(side.folder), "--port", str(port), "--nats-port", str(bus), "--divert", address]
    own = {"KENTONGAN_STORE_URL": side.store.url}
    try:
        async with started([*words, "--duties", "lead"], own) as side.process:
            await listening(port)
            side.port, side.key = port, await asyncio.to_thread(key_of, side.store.url, side.folder)
            yield
    finally:
        side.sink.close()


# -- the steps, in turn ------------------------------------------------------------------------------------------------


async def _by_steps(sides: tuple[Side, Side], district: District) -> None:
    """Take the same reports through both stores by turns, a transaction here and a transaction there."""
    made = bodies(district, IN_STEPS, 5)
    lines = [InSteps(side.folder, side.store.url, Held(), apart=BUSY) for side in sides]
    try:
        for start in range(0, IN_STEPS, TOGETHER):
            if start == WARM:
                for line in lines:
                    line.used.clear()
            for line in lines if start // TOGETHER % 2 else reversed(lines):
                await line.take(made[start : start + TOGETHER])
    finally:
        for line in lines:
            line.close()
    for side, line in zip(sides, lines, strict=True):
        side.steps = line.used


# -- figures -----------------------------------------------------------------------------------------------------------


def _figures(empty: Side, full: Side, rate: int) -> dict[str, Any]:
    """Put what was measured into the form that is kept: `parts` as of other lines, and `flat` with both side by side."""
    parts = [_part(side, rate) for side in (empty, full)]
    counted = IN_STEPS - WARM
    flat = {
        "name": full.name,
        "rate": rate,
        "bar": BAR,
        "store_mb": [round(empty.store_mb, 1), round(full.store_mb, 1)],
        "idle_mb": [round(empty.idle_mb), round(full.idle_mb)],
        "restarts": [empty.restarts, full.restarts],
        "rows": full.filled.rows if full.filled else {},
        "latency": {
            name: [round(side.latencies.percentile(share), 1) for side in (empty, full)]
            for name, share in (("p50", 0.5), ("p99", 0.99))
        },
        "processes": pairs(parts[0]["rates"][0]["cpu_by_part"], parts[1]["rates"][0]["cpu_by_part"]),
        "steps": pairs(*({name: side.steps[name] / counted * 1000 for name in STEPS} for side in (empty, full))),
        "idle_ms_per_s": pairs(*({name: used * 1000 for name, used in side.idle.items()} for side in (empty, full))),
    }
    return {"parts": parts, "ratios": {}, "flat": flat}


def _part(side: Side, rate: int) -> dict[str, Any]:
    thousands = max(1, side.accepted) / 1000
    by_part = {name: round(used / thousands, 2) for name, used in side.used.items()}
    result = side.latencies
    row = {
        "rate": rate,
        "p50": round(result.percentile(0.5), 1),
        "p99": round(result.percentile(0.99), 1),
        "cpu_s_per_1000": round(sum(by_part.values()), 2),
        "cpu_by_part": by_part,
        "refused": sum(one.refused for one in side.results),
        "lost": sum(one.lost for one in side.results),
        "sustained": _held(side),
    }
    return {
        "name": side.name,
        "idle_mb": round(side.idle_mb),
        "ready_s": round(side.ready_s, 1),
        "restarts": side.restarts,
        "sustained": rate if row["sustained"] else 0,
        "rates": [row],
        "lost": row["lost"],
        "doubled": side.sink.doubled,
        "repeated": side.sink.repeated,
    }


def pairs(empty: Mapping[str, float], full: Mapping[str, float]) -> dict[str, list[float]]:
    """Set figures of both side by side by their names, with their sum."""
    found = {name: [empty.get(name, 0.0), full.get(name, 0.0)] for name in (*empty, *full)}
    found["all"] = [sum(empty.values()), sum(full.values())]
    return {name: [round(one, 2) for one in both] for name, both in found.items()}


def said(flat: Mapping[str, Any]) -> list[str]:
    """Say the figures as a table: each with its ratio, and whether that is above the bar."""
    lines = [f"\n{'':34}{'empty':>10}{flat['name']:>28}   ratio"]
    for title, rows, slight in (
        (f"CPU s/1000 at {flat['rate']}/s, by process", flat["processes"], SLIGHT),
        ("CPU s/1000 by step, in this process", flat["steps"], SLIGHT),
        (f"ms at {flat['rate']}/s", flat["latency"], 0.0),
        ("CPU ms in an idle second", flat["idle_ms_per_s"], None),
        ("MB", {"store": flat["store_mb"], "memory at rest": flat["idle_mb"]}, None),
        ("processes that ended meanwhile", {"all": flat["restarts"]}, None),
    ):
        lines.append(title)
        lines += [
            _row(name, one, two, flat["bar"] if slight is not None and max(one, two) >= slight else None)
            for name, (one, two) in rows.items()
        ]
    return lines


def _row(name: str, empty: float, full: float, bar: float | None) -> str:
    row = f"  {name:32}{empty:>10}{full:>28}"
    if bar is None or not empty:
        return row
    return f"{row}   {full / empty:.2f}{' above ' + str(bar) if full / empty > bar else ''}"


def compared_flat(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Set the ratios of two runs side by side, where both filled a store with the same."""
    if old["name"] != new["name"]:
        return []
    lines = [f"{new['name']}, of an empty store"]
    for group in ("processes", "steps", "latency"):
        for name, (empty, full) in new[group].items():
            before = old[group].get(name)
            if before and before[0] and empty:
                was, now = before[1] / before[0], full / empty
                lines.append(
                    f"  {group + ' ' + name:32}{was:>12.2f}{now:>12.2f}   {now / was if was else float('nan'):.2f}"
                )
    return lines
