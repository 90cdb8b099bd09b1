"""Run the bench: the floor, a FastStream pipeline that does nothing, the real line with one webhook, the whole fan-out.

`bench --save FILE` keeps the figures with the commit they are of; `bench --compare OLD NEW` sets two such files side by
side. A rate is sustained when everything offered was accepted and delivered; between the last rate that was held and
the first that was not, the bench goes on halving until they are a twelfth apart. `bench --workers N` sets N triage and
N notify workers beside one of each, `--steps RATE` says how long each step of the path takes. `bench --open N`
and `--lines N` set a full store beside an empty one, `bench --replay` replays a bad night.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.policy.loader import load_district
from services.runtime.settings import DISTRICT
from tests.bench.comparison import beside, compared
from tests.bench.filled import measure_filled
from tests.bench.measure import measure
from tests.bench.night import replay
from tests.bench.rig import Rig, line, peer, taken

Opens = Callable[[], contextlib.AbstractAsyncContextManager[Rig]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `bench`."""
    parser.add_argument("--seconds", type=int, default=20, help="length of each stretch (default 20)")
    parser.add_argument("--quick", action="store_true", help="short stretches and few rates: a look, not a measurement")
    parser.add_argument("--store", default="", metavar="URL", help="measure on this database instead of SQLite")
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="set N triage and N notify workers beside one of each, behind one front door",
    )
    parser.add_argument(
        "--steps", type=int, default=50, metavar="RATE", help="rate at which each step is timed (default 50; 0: none)"
    )
    parser.add_argument(
        "--open",
        type=int,
        default=0,
        metavar="N",
        help="measure the line beside a store with N open incidents and beside an empty one, in turn",
    )
    parser.add_argument(
        "--lines", type=int, default=0, metavar="N", help="the same with N lines of the audit log, chained and sealed"
    )
    parser.add_argument(
        "--replay", action="store_true", help="replay 24 hours of a bad night at 60 times the speed: 24 minutes"
    )
    parser.add_argument(
        "--hours", type=float, default=24, metavar="H", help="of --replay: only the H hours until the peak is over"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, and nothing else")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the figures, with the commit, as JSON")
    parser.add_argument(
        "--compare",
        type=Path,
        nargs=2,
        metavar=("OLD", "NEW"),
        help="measure nothing; set two runs that --save has kept side by side: bench --compare A B",
    )


def run(options: argparse.Namespace) -> int:
    """Measure and print; 1 when something was lost or doubled."""
    if options.compare:
        for told in compared(*(json.loads(path.read_text()) for path in options.compare)):
            print(told)
        return 0
    if where := taken():
        print(where, file=sys.stderr)
        return 2
    figures = asyncio.run(_figures(options))
    if options.save:
        options.save.write_text(json.dumps(figures, indent=1))
    if options.json:
        print(json.dumps(figures))
    return 1 if any(part["lost"] or part["doubled"] for part in figures["parts"]) else 0


def _say(words: str) -> None:
    print(words, flush=True)


def _hush(_words: str) -> None:
    pass


def _rigs(options: argparse.Namespace) -> tuple[tuple[str, Opens, int], ...]:
    """Give what is measured, in its order: its name, how it is started, and at which rate its steps are timed."""
    floor: tuple[str, Opens, int] = ("floor", lambda: peer("hook", "post", module="floor"), 0)
    one: tuple[str, Opens, int] = ("line, lead only", lambda: line(options.store, "lead"), options.steps)
    if options.workers > 1:
        several = f"{options.workers} workers, lead only"
        return (
            floor,
            one,
            (several, lambda: line(options.store, "lead", workers=options.workers), options.steps),
        )
    return (
        floor,
        ("FastStream, nothing done", lambda: peer("hook", "triage", "post", module="noop"), 0),
        one,
        ("line, whole fan-out", lambda: line(options.store, ""), 0),
        ("one process, lead only", lambda: line(options.store, "lead", "--one-process"), 0),
    )


async def _figures(options: argparse.Namespace) -> dict[str, Any]:
    """Measure what the options ask for; what every kind of run says of itself comes first."""
    say, district = _hush if options.json else _say, load_district(DISTRICT)
    seconds = 5 if options.quick else options.seconds
    kind = "PostgreSQL" if options.store.startswith("postgresql") else "SQLite"
    about = {"commit": _commit(), "cores": os.cpu_count(), "seconds": seconds, "store": kind}
    if options.replay:
        return about | await replay(options.hours, options.store, district, say)
    if options.open or options.lines:
        return about | await measure_filled(options.open, options.lines, options.store, seconds, district, say)
    return about | await _bench(options)


async def _bench(options: argparse.Namespace) -> dict[str, Any]:
    seconds = 5 if options.quick else options.seconds
    ladder = (200, 400, 800) if options.quick else (100, 200, 400, 800, 1600)
    say = _hush if options.json else _say
    district = load_district(DISTRICT)
    parts = []
    say(f"{os.cpu_count()} cores, stretches of {seconds} s; latency is POST to first webhook, in milliseconds\n")
    for name, open_rig, step_rate in _rigs(options):
        async with open_rig() as rig:
            part = await measure(rig, name, district, seconds, ladder, say, step_rate)
        parts.append(part)
    ratios = {part["name"]: round(part["sustained"] / max(1, parts[0]["sustained"]), 3) for part in parts}
    say("\nsustained, of the floor's: " + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))
    if options.workers > 1:
        say("\n" + "\n".join(beside(parts[1], parts[2])))
    return {"workers": options.workers, "parts": parts, "ratios": ratios}


def _commit() -> str:
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return told.stdout.strip()
