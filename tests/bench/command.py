"""Run the bench: the floor, then the real line with one webhook a report, then with the whole fan-out."""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.vocabulary import Role, Scope
from services.cli.up import nats_config, nats_server
from services.policy.loader import load_district
from services.runtime.settings import DISTRICT
from services.security import auth
from services.security.keys import own_program
from services.security.secret import load_secret
from services.store.database import Store
from tests.bench.load import Result, bodies, offer
from tests.bench.machine import Peak, cpu_seconds, resident_mb
from tests.bench.wire import Sink

HTTP, BUS = 18_080, 14_222


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `bench`."""
    parser.add_argument("--seconds", type=int, default=20, help="length of each stretch (default 20)")
    parser.add_argument("--quick", action="store_true", help="short stretches and few rates: a look, not a measurement")
    parser.add_argument("--store", default="", metavar="URL", help="measure on this database instead of SQLite")
    parser.add_argument("--json", action="store_true")


@dataclass(frozen=True)
class Rig:
    """A running line to be measured: its root process, its key and its sink."""

    process: int
    key: str
    sink: Sink


def run(options: argparse.Namespace) -> int:
    """Measure and print; 1 when something was lost or doubled."""
    figures = asyncio.run(_bench(options))
    if options.json:
        print(json.dumps(figures))
    return 1 if any(part["lost"] or part["doubled"] for part in figures["parts"]) else 0


def _say(words: str) -> None:
    print(words, flush=True)


def _hush(_words: str) -> None:
    pass


async def _bench(options: argparse.Namespace) -> dict[str, Any]:
    seconds = 5 if options.quick else options.seconds
    ladder = (100, 300, 500) if options.quick else (200, 300, 400, 500, 600, 700, 800, 1000, 1200)
    say = _hush if options.json else _say
    district = load_district(DISTRICT)
    parts = []
    say(f"{os.cpu_count()} cores, stretches of {seconds} s; latency is POST to first webhook, in milliseconds\n")
    for name, open_rig in (
        ("floor", _floor),
        ("line, lead only", lambda: _line(options.store, "lead")),
        ("line, whole fan-out", lambda: _line(options.store, "")),
    ):
        async with open_rig() as rig:
            part = await _measure(rig, name, district, seconds, ladder, say)
        parts.append(part)
    ratio = parts[1]["sustained"] / parts[0]["sustained"] if parts[0]["sustained"] else 0.0
    say(f"\nline to floor: {ratio:.2f} of the floor's sustained rate")
    return {"parts": parts, "ratio": ratio}


async def _measure(
    rig: Rig, name: str, district: Any, seconds: int, ladder: tuple[int, ...], say: Any
) -> dict[str, Any]:
    peak = Peak(rig.process)
    watching = asyncio.create_task(peak.watch())
    idle_mb = resident_mb(rig.process)
    part: dict[str, Any] = {"name": name, "idle_mb": round(idle_mb), "lost": 0, "rates": [], "sustained": 0}
    say(f"{name}: {idle_mb:.0f} MB idle")
    await offer("127.0.0.1", HTTP, rig.key, rig.sink, bodies(district, 100, 1), 50)  # warm
    for number, rate in enumerate((20, 100, *ladder)):
        before, webhooks = cpu_seconds(rig.process), rig.sink.received
        made = bodies(district, rate * seconds, number + 2)
        result: Result = await offer("127.0.0.1", HTTP, rig.key, rig.sink, made, rate)
        cpu = (cpu_seconds(rig.process) - before) / max(1, len(result.accepted)) * 1000
        hooks = (rig.sink.received - webhooks) / max(1, len(result.accepted))
        part["lost"] += result.lost
        row = {
            "rate": rate,
            "accepted_per_s": round(len(result.accepted) / max(result.took, 0.001), 1),
            "p50": round(result.percentile(0.5), 1),
            "p99": round(result.percentile(0.99), 1),
            "cpu_s_per_1000": round(cpu, 2),
            "webhooks_per_report": round(hooks, 2),
            "refused": result.refused,
            "lost": result.lost,
            "sustained": result.sustained,
        }
        part["rates"].append(row)
        say(
            f"  {rate:>5}/s  accepted {row['accepted_per_s']:>6}/s  p50 {row['p50']:>7}  p99 {row['p99']:>7}  "
            f"CPU {row['cpu_s_per_1000']:>5} s/1000  webhooks/report {row['webhooks_per_report']:>5}  "
            f"refused {result.refused}  lost {result.lost}  {'held' if result.sustained else 'not held'}"
        )
        if result.sustained:
            part["sustained"] = rate
        elif rate > 100:
            break
    watching.cancel()
    part |= {"peak_mb": round(peak.megabytes), "doubled": rig.sink.doubled, "repeated": rig.sink.repeated}
    say(
        f"  sustained {part['sustained']}/s, peak {part['peak_mb']} MB, lost {part['lost']}, "
        f"doubled {part['doubled']} (sent again under the same id: {part['repeated']})"
    )
    return part


def _key(url: str, folder: Path) -> str:
    """List a key of the bench's own."""
    identity = auth.Identity("bench", "bench", Role.REPORTER, scopes=frozenset({Scope.FILE}))
    store = Store(url)
    try:
        return store.write_now(lambda tx: own_program(tx, load_secret("", folder), identity))
    finally:
        store.close()


@contextlib.asynccontextmanager
async def _line(store: str, duties: str) -> AsyncIterator[Rig]:
    """Start the real thing in an empty folder, diverted to a sink."""
    folder = Path(tempfile.mkdtemp(prefix="kentongan-bench-"))
    sink = Sink()
    address = await sink.open()
    words = ["up", "--data", str(folder), "--port", str(HTTP), "--nats-port", str(BUS), "--divert", address]
    environment = {**os.environ, **({"KENTONGAN_STORE_URL": store} if store else {})}
    program = [sys.executable, "-c", "import sys; from services.cli.main import main; sys.exit(main())"]
    program += [*words, *(["--duties", duties] if duties else [])]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*program, env=environment, stdout=quiet, stderr=quiet)
    try:
        await _listening(HTTP)
        key = await asyncio.to_thread(_key, store or f"sqlite:///{folder / 'kentongan.db'}", folder)
        await asyncio.sleep(3)  # let every service come up before its idle memory is read
        yield Rig(process.pid, key, sink)
    finally:
        process.terminate()
        await process.wait()
        sink.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def _floor() -> AsyncIterator[Rig]:
    """Start the bare floor on the same nats-server settings."""
    folder = Path(tempfile.mkdtemp(prefix="kentongan-floor-"))
    sink = Sink()
    address = await sink.open()
    url = f"nats://127.0.0.1:{BUS}"
    script = (
        f"{nats_server()} -c {nats_config(folder, BUS)} & sleep 1; "
        f"{sys.executable} -m tests.bench.floor hook {url} {address} & "
        f"{sys.executable} -m tests.bench.floor post {url} {HTTP} & wait"
    )
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", script, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        await _listening(HTTP)
        await asyncio.sleep(1)
        yield Rig(process.pid, "", sink)
    finally:
        os.killpg(process.pid, 15)
        await process.wait()
        sink.close()
        shutil.rmtree(folder, ignore_errors=True)


async def _listening(port: int) -> None:
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        return
    raise OSError(f"nothing listens on port {port}")
