"""Measure one running line: rates from calm to more than it holds, then halving between the two."""

import asyncio
import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

from services.runtime.disk import BUS_FOLDER
from tests.bench.load import Result, bodies, offer
from tests.bench.machine import Peak, cpu_by_part, folder_mb, resident_mb
from tests.bench.rig import HTTP, Rig
from tests.bench.steps import measure_steps
from tests.bench.steps import said as steps_said

SERVER = "postgres"


async def measure(
    rig: Rig, name: str, district: Any, seconds: int, ladder: tuple[int, ...], say: Any, step_rate: int = 0
) -> dict[str, Any]:
    """Measure a line at all rates, and with a `step_rate` each step of its path at that one; gives its figures."""
    peak = Peak(*rig.roots)
    watching = asyncio.create_task(peak.watch())
    idle_mb = resident_mb(*rig.roots)
    part: dict[str, Any] = {"name": name, "idle_mb": round(idle_mb), "lost": 0, "rates": [], "sustained": 0}
    say(f"{name}: {idle_mb:.0f} MB idle")
    await offer("127.0.0.1", HTTP, rig.key, rig.sink, bodies(district, 100, 1), 50)  # warm
    numbers = itertools.count(2)
    if step_rate and rig.store is not None:
        part["by_step"] = await measure_steps(rig, district, step_rate, seconds, next(numbers))
        part["lost"] += part["by_step"]["lost"]
        say(f"  {step_rate}/s by step, in milliseconds (a step works on all of its batch at once):")
        say("\n".join(steps_said(part["by_step"]["steps"])))
    before, filed = _kept(rig), 0

    async def stretch(rate: int) -> bool:
        nonlocal filed
        result, row = await stretch_of(rig, district, rate, seconds, next(numbers))
        filed += len(result.accepted)
        part["lost"] += result.lost
        part["rates"].append(row)
        say(_said(row, result))
        if result.sustained:
            part["sustained"] = max(part["sustained"], rate)
        return result.sustained

    failed = 0
    for rate in (20, 100, *(rate for rate in ladder if rate > 100)):
        if not await stretch(rate) and rate > 100:
            failed = rate
            break
    while failed and failed - part["sustained"] > max(10, part["sustained"] / 12):
        rate = (failed + part["sustained"]) // 2
        if not await stretch(rate):
            failed = rate
    watching.cancel()
    part |= {"peak_mb": round(peak.megabytes), "doubled": rig.sink.doubled, "repeated": rig.sink.repeated}
    part |= {name: round((now - before[name]) / max(1, filed) * 1000, 2) for name, now in _kept(rig).items()}
    store = f"store {part['store_mb_per_1000']}, " if "store_mb_per_1000" in part else ""
    say(
        f"  sustained {part['sustained']}/s, peak {part['peak_mb']} MB, {store}bus {part['bus_mb_per_1000']}, whole "
        f"folder {part['disk_mb_per_1000']} MB/1000, lost {part['lost']}, doubled {part['doubled']} (sent again under the same id: {part['repeated']})"
    )
    return part


def _kept(rig: Rig) -> dict[str, float]:
    """Give what the line keeps on the disk by now, MB, by the name of its figure."""
    found = {"disk_mb_per_1000": folder_mb(rig.folder), "bus_mb_per_1000": folder_mb(rig.folder / BUS_FOLDER)}
    return found if rig.store is None else {**found, "store_mb_per_1000": rig.store.megabytes()}


def _used(rig: Rig) -> dict[str, float]:
    """Give what each part has used of the processor by now; the database's server too, where it is on this machine."""
    server = rig.store.processor_seconds() if rig.store is not None else None
    return cpu_by_part(*rig.roots) | ({} if server is None else {SERVER: server})


@contextlib.contextmanager
def _lock_waits(rig: Rig) -> Iterator[dict[str, float]]:
    if rig.store is None:
        yield {}
        return
    with rig.store.watched() as waits:
        yield waits


async def stretch_of(rig: Rig, district: Any, rate: int, seconds: int, seed: int) -> tuple[Result, dict[str, Any]]:
    """Offer one rate and give what came of it."""
    before, webhooks = _used(rig), rig.sink.received
    made = bodies(district, rate * seconds, seed)
    with _lock_waits(rig) as waits:
        result: Result = await offer("127.0.0.1", HTTP, rig.key, rig.sink, made, rate)
    thousands = max(1, len(result.accepted)) / 1000
    after = _used(rig)
    parts = {name: round((used - before.get(name, 0.0)) / thousands, 2) for name, used in after.items()}
    row = {
        "rate": rate,
        "accepted_per_s": round(len(result.accepted) / max(result.took, 0.001), 1),
        "p50": round(result.percentile(0.5), 1),
        "p99": round(result.percentile(0.99), 1),
        "cpu_s_per_1000": round(sum(parts.values()), 2),
        "cpu_by_part": parts,
        "webhooks_per_report": round((rig.sink.received - webhooks) / (thousands * 1000), 2),
        "refused": result.refused,
        "lost": result.lost,
        "sustained": result.sustained,
    }
    if rig.store is not None and rig.store.is_server:
        row["lock_waits_s_per_1000"] = {kind: round(waited / thousands, 2) for kind, waited in sorted(waits.items())}
    return result, row


def _said(row: dict[str, Any], result: Result) -> str:
    parts = " ".join(f"{name} {used}" for name, used in row["cpu_by_part"].items() if used >= 0.05)
    locks = ", ".join(f"{kind} {waited}" for kind, waited in row.get("lock_waits_s_per_1000", {}).items()) or "none"
    waits = f"waits for locks, s/1000: {locks}  " if "lock_waits_s_per_1000" in row else ""
    return (
        f"  {row['rate']:>5}/s  accepted {row['accepted_per_s']:>6}/s  p50 {row['p50']:>7}  p99 {row['p99']:>7}  "
        f"CPU {row['cpu_s_per_1000']:>5} s/1000 ({parts})  webhooks/report {row['webhooks_per_report']:>5}  "
        f"{waits}refused {result.refused}  lost {result.lost}  {'held' if result.sustained else 'not held'}"
    )
