"""Run the bench: the floor, a FastStream pipeline that does nothing, the real line with one webhook, the whole fan-out.

`bench --save FILE` keeps the figures with the commit they are of; `bench --compare OLD NEW` sets two such files side by
side. A rate is sustained when everything offered was accepted and delivered; between the last rate that was held and
the first that was not, the bench goes on halving until they are a twelfth apart.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.vocabulary import Role, Scope
from services.cli.up import nats_config, nats_server
from services.policy.loader import load_district
from services.runtime.listening import fault_of
from services.runtime.settings import DISTRICT
from services.security import auth
from services.security.keys import own_program
from services.security.secret import load_secret
from services.store.database import Store
from tests.bench.load import Result, bodies, offer
from tests.bench.machine import Peak, cpu_by_part, folder_mb, holder, resident_mb
from tests.bench.wire import Sink

HTTP, BUS = 18_080, 14_222


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `bench`."""
    parser.add_argument("--seconds", type=int, default=20, help="length of each stretch (default 20)")
    parser.add_argument("--quick", action="store_true", help="short stretches and few rates: a look, not a measurement")
    parser.add_argument("--store", default="", metavar="URL", help="measure on this database instead of SQLite")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the figures, with the commit, as JSON")
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("OLD", "NEW"), help="set two kept runs side by side")


@dataclass(frozen=True)
class Rig:
    """A running line to be measured: its root process, its key, its sink and its folder."""

    process: int
    key: str
    sink: Sink
    folder: Path  # of everything it keeps


def run(options: argparse.Namespace) -> int:
    """Measure and print; 1 when something was lost or doubled."""
    if options.compare:
        for line in compared(*(json.loads(path.read_text()) for path in options.compare)):
            print(line)
        return 0
    if taken := _taken():
        print(taken, file=sys.stderr)
        return 2
    figures = asyncio.run(_bench(options))
    if options.save:
        options.save.write_text(json.dumps(figures, indent=1))
    if options.json:
        print(json.dumps(figures))
    return 1 if any(part["lost"] or part["doubled"] for part in figures["parts"]) else 0


def _taken() -> str | None:
    """Say who listens where the lines are to: one that an earlier run has left would be measured in their place."""
    for port in (HTTP, BUS):
        if fault_of("127.0.0.1", port):
            return f"Port {port} of the bench is taken by {holder(port) or 'another program'}. End it first."
    return None


def _say(words: str) -> None:
    print(words, flush=True)


def _hush(_words: str) -> None:
    pass


async def _bench(options: argparse.Namespace) -> dict[str, Any]:
    seconds = 5 if options.quick else options.seconds
    ladder = (200, 400, 800) if options.quick else (100, 200, 400, 800, 1600)
    say = _hush if options.json else _say
    district = load_district(DISTRICT)
    parts = []
    say(f"{os.cpu_count()} cores, stretches of {seconds} s; latency is POST to first webhook, in milliseconds\n")
    rigs: tuple[tuple[str, Callable[[], contextlib.AbstractAsyncContextManager[Rig]]], ...] = (
        ("floor", lambda: _peer("hook", "post", module="floor")),
        ("FastStream, nothing done", lambda: _peer("hook", "triage", "post", module="noop")),
        ("line, lead only", lambda: _line(options.store, "lead")),
        ("line, whole fan-out", lambda: _line(options.store, "")),
        ("one process, lead only", lambda: _line(options.store, "lead", "--one-process")),
    )
    for name, open_rig in rigs:
        async with open_rig() as rig:
            part = await _measure(rig, name, district, seconds, ladder, say)
        parts.append(part)
    ratios = {part["name"]: round(part["sustained"] / max(1, parts[0]["sustained"]), 3) for part in parts}
    say("\nsustained, of the floor's: " + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))
    return {"commit": _commit(), "cores": os.cpu_count(), "seconds": seconds, "parts": parts, "ratios": ratios}


def _commit() -> str:
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def compared(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Set two kept runs side by side: for each line and figure old, new and new over old."""
    lines = [f"{'':34}{old['commit'] or 'old':>12}{new['commit'] or 'new':>12}   ratio"]
    before = {part["name"]: part for part in old["parts"]}
    for part in new["parts"]:
        if (was := before.get(part["name"])) is None:
            continue
        figures = [(name, was.get(name), part.get(name)) for name in ("sustained", "idle_mb", "peak_mb")]
        rates = {row["rate"]: row for row in was["rates"]}
        for row in part["rates"]:
            if known := rates.get(row["rate"]):
                figures += [
                    (f"{row['rate']}/s {name}", known[name], row[name]) for name in ("p50", "p99", "cpu_s_per_1000")
                ]
        figures.append(("of the floor", old["ratios"].get(part["name"]), new["ratios"].get(part["name"])))
        lines.append(part["name"])
        for name, one, two in figures:
            if one is not None and two is not None:
                lines.append(f"  {name:32}{one:>12}{two:>12}   {two / one if one else float('nan'):.2f}")
    return lines


async def _measure(
    rig: Rig, name: str, district: Any, seconds: int, ladder: tuple[int, ...], say: Any
) -> dict[str, Any]:
    peak = Peak(rig.process)
    watching = asyncio.create_task(peak.watch())
    idle_mb = resident_mb(rig.process)
    part: dict[str, Any] = {"name": name, "idle_mb": round(idle_mb), "lost": 0, "rates": [], "sustained": 0}
    say(f"{name}: {idle_mb:.0f} MB idle")
    await offer("127.0.0.1", HTTP, rig.key, rig.sink, bodies(district, 100, 1), 50)  # warm
    before, filed = folder_mb(rig.folder), 0
    numbers = itertools.count(2)

    async def stretch(rate: int) -> bool:
        nonlocal filed
        result, row = await _stretch(rig, district, rate, seconds, next(numbers))
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
    part["disk_mb_per_1000"] = round((folder_mb(rig.folder) - before) / max(1, filed) * 1000, 2)
    say(
        f"  sustained {part['sustained']}/s, peak {part['peak_mb']} MB, disk {part['disk_mb_per_1000']} MB/1000, "
        f"lost {part['lost']}, doubled {part['doubled']} (sent again under the same id: {part['repeated']})"
    )
    return part


async def _stretch(rig: Rig, district: Any, rate: int, seconds: int, seed: int) -> tuple[Result, dict[str, Any]]:
    """Offer one rate and give what came of it."""
    before, webhooks = cpu_by_part(rig.process), rig.sink.received
    made = bodies(district, rate * seconds, seed)
    result: Result = await offer("127.0.0.1", HTTP, rig.key, rig.sink, made, rate)
    thousands = max(1, len(result.accepted)) / 1000
    after = cpu_by_part(rig.process)
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
    return result, row


def _said(row: dict[str, Any], result: Result) -> str:
    parts = " ".join(f"{name} {used}" for name, used in row["cpu_by_part"].items() if used >= 0.05)
    return (
        f"  {row['rate']:>5}/s  accepted {row['accepted_per_s']:>6}/s  p50 {row['p50']:>7}  p99 {row['p99']:>7}  "
        f"CPU {row['cpu_s_per_1000']:>5} s/1000 ({parts})  webhooks/report {row['webhooks_per_report']:>5}  "
        f"refused {result.refused}  lost {result.lost}  {'held' if result.sustained else 'not held'}"
    )


def _key(url: str, folder: Path) -> str:
    """List a key of the bench's own."""
    identity = auth.Identity("bench", "bench", Role.REPORTER, scopes=frozenset({Scope.FILE}))
    store = Store(url)
    try:
        return store.write_now(lambda tx: own_program(tx, load_secret("", folder), identity))
    finally:
        store.close()


@contextlib.asynccontextmanager
async def _line(store: str, duties: str, *more: str) -> AsyncIterator[Rig]:
    """Start the real thing in an empty folder, diverted to a sink."""
    folder = Path(tempfile.mkdtemp(prefix="kentongan-bench-"))
    sink = Sink()
    address = await sink.open()
    words = ["up", "--data", str(folder), "--port", str(HTTP), "--nats-port", str(BUS), "--divert", address]
    environment = {**os.environ, **({"KENTONGAN_STORE_URL": store} if store else {})}
    program = [sys.executable, "-c", "import sys; from services.cli.main import main; sys.exit(main())"]
    program += [*words, *(["--duties", duties] if duties else []), *more]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*program, env=environment, stdout=quiet, stderr=quiet)
    try:
        await _listening(HTTP)
        key = await asyncio.to_thread(_key, store or f"sqlite:///{folder / 'kentongan.db'}", folder)
        await asyncio.sleep(3)  # let every service come up before its idle memory is read
        yield Rig(process.pid, key, sink, folder)
    finally:
        process.terminate()
        await process.wait()
        sink.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def _peer(*parts: str, module: str) -> AsyncIterator[Rig]:
    """Start what the line is compared with, on the same nats-server settings; its door is the last of its parts."""
    folder = Path(tempfile.mkdtemp(prefix="kentongan-peer-"))
    sink = Sink()
    address = await sink.open()
    url = f"nats://127.0.0.1:{BUS}"
    begun = [
        f"{sys.executable} -m tests.bench.{module} {part} {url} {HTTP if part == 'post' else address}" for part in parts
    ]
    script = f"{nats_server()} -c {nats_config(folder, BUS)} & sleep 1; " + " & ".join([*begun, "wait"])
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", script, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        await _listening(HTTP)
        await asyncio.sleep(1)
        yield Rig(process.pid, "", sink, folder)
    finally:
        os.killpg(process.pid, 15)
        await process.wait()
        await _silent(HTTP, BUS)  # the shell ends before its bus does; the next line finds its ports free
        sink.close()
        shutil.rmtree(folder, ignore_errors=True)


async def _silent(*ports: int) -> None:
    for port in ports:
        with contextlib.suppress(OSError):
            while True:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await asyncio.sleep(0.1)


async def _listening(port: int) -> None:
    for _ in range(1800):  # a busy machine takes its time
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return
    raise OSError(f"nothing listens on port {port}")
