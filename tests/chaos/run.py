"""Run faults by chance, from a seed, over a running installation under load, and say what each of them cost.

`make chaos` runs a long one and writes its table into docs/reliability.md; tests/chaos/test_chaos.py runs a short one.
What must hold, whatever happens: no accepted report is missing in the store, none is stored under two ids, each is named
in a webhook, nobody is told one thing under two ids, and every fault that ends leaves nothing for an operator to do.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.policy.loader import default_folder, load_district
from tests.chaos.faults import FAULTS, ODD, Fault, disk_full, power_cut
from tests.chaos.ground import Figures, Ground
from tests.chaos.older import UNSENDABLE, unpack
from tests.chaos.usage import Usage
from tests.faults.small_disk import cut_disk
from tests.kill.filing import settled
from tests.kill.installation import Installation
from tests.servers import Sink, end_tasks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
UPGRADE = "upgrade from 0.1 under load, killed three times at its start"
AGAIN, WEBHOOK = 10.0, 30.0  # seconds after a fault's end within which it must be over
BEGIN, END = "<!-- table of the last run: written by make chaos -->", "<!-- end of the table -->"


@dataclass
class Run:
    """What a whole run came to."""

    seed: int
    rate: float
    seconds: float = 0.0
    faults: list[Figures] = field(default_factory=list)
    accepted: int = 0
    tries: int = 0
    nameless: int = 0
    lost: int = 0  # accepted, and not in the store
    doubled: int = 0  # stored, and never accepted under that id
    unanswered: int = 0  # calls without an id that ended without an answer: so many may be stored and not be known
    untold: int = 0  # accepted, and named in no webhook
    told_twice: int = 0  # one thing told to one institution in one round under two ids
    again: int = 0  # calls repeated under the same id
    sent_again: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, Any] = field(default_factory=dict)  # what reconcile found
    usage: Usage = field(default_factory=Usage)

    def holds(self) -> bool:
        """Say whether everything held that must."""
        return not (self.lost or self.doubled > self.unanswered or self.untold or self.told_twice or self.wrong)


async def one(ground: Ground, fault: Fault) -> Figures:
    """Let one fault happen and wait until everything works again."""
    figures, begun = Figures(fault.name), time.monotonic()
    await fault.act(ground)
    ended = time.monotonic()
    accepted, webhook = await asyncio.gather(ground.next_accepted(ended), ground.next_webhook(ended))
    figures.again_after, figures.webhook_after = accepted - ended, webhook - ended
    figures.accepted = len(ground.accepted_since(begun))
    figures.refused = sum(at > begun for at in ground.refusals)
    figures.false_ready = ground.false_ready(begun, ended)
    return figures


async def _upgraded(ground: Ground) -> Figures:
    """Begin the installation that an older release left, killed three times while it is brought up to date."""
    figures = Figures(UPGRADE)
    for _ in range(3):
        ground.up.begin()
        await asyncio.sleep(ground.dice.uniform(0.3, 4.0))
        await asyncio.to_thread(ground.up.kill_supervisor)
    ground.up.begin()
    begun = time.monotonic()
    accepted, webhook = await asyncio.gather(ground.next_accepted(begun), ground.next_webhook(begun))
    figures.again_after, figures.webhook_after = accepted - begun, webhook - begun
    figures.accepted, figures.refused = len(ground.filed), len(ground.refusals)
    return figures


async def chaos(
    folder: Path,
    *,
    seed: int,
    faults: Sequence[Fault],
    rate: float,
    reports: int = 0,
    at_most: float = 1e9,
    older: bool = False,
    usage: Usage | None = None,
) -> Run:
    """Run these faults one after the other, then settle and count; at least so many `reports` are filed.

    After `at_most` seconds no other fault begins, and no more is filed. With `older` it begins on what release 0.1 left.
    """
    run, dice, started = Run(seed, rate, usage=usage or Usage()), random.Random(seed), time.monotonic()
    sink = await Sink().start()
    try:
        up = Installation(folder, f"{sink.url}/DIVERT/-/divert")
        ground = Ground(up, sink, load_district(default_folder()), dice)
        if older:
            left = unpack(up.data)
            ground.key, ground.known = left.key, left.reports
        async with up.stopped_at_the_end() if older else up:
            ground.key = ground.key or await up.reporter()
            watching = asyncio.create_task(run.usage.watch(up))
            async with ground.load(rate):
                if older:
                    run.faults.append(await _upgraded(ground))
                await ground.next_webhook(0.0)
                for fault in faults:
                    if time.monotonic() - started > at_most:
                        break
                    run.faults.append(await one(ground, fault))
                    print(run.faults[-1], file=sys.stderr, flush=True)
                    await asyncio.sleep(dice.uniform(0.2, 1.0))
                while len(ground.filed) < reports and time.monotonic() - started < at_most:  # noqa: ASYNC110 - reporters are ours
                    await asyncio.sleep(0.2)
            await end_tasks([watching])
            findings = await settled(up, dead=UNSENDABLE if older else 0)
            await _count(run, ground, findings)
    finally:
        await sink.stop()
    run.seconds = time.monotonic() - started
    return run


async def _count(run: Run, ground: Ground, findings: dict[str, Any]) -> None:
    run.accepted, run.tries, run.nameless = len(ground.filed), ground.tries, ground.nameless
    async with ground.bus("office") as bus:
        stored = {id_ async for _, id_, _ in bus.reports_on_disk()}
    run.lost = len(set(ground.filed) - stored) + len(findings["missing"])
    expected = set(ground.filed) | ground.known | ground.canaries() | {headers.get("ce-id") for headers in ODD}
    run.doubled = len(stored - expected)
    run.unanswered = ground.unanswered
    taken = ground.sink.taken
    run.untold = len(set(ground.filed) - {report for call in taken for report in call.data.get("reports", ())})
    ids: dict[tuple[str, str, int], set[str]] = {}
    for call in taken:
        told = call.data
        ids.setdefault((told["incident"], told["institution"], told["round"]), set()).add(call.id)
    run.told_twice = sum(len(known) > 1 for known in ids.values())
    run.again = sum(times - 1 for times in Counter(call.id for call in taken).values())
    run.sent_again = findings["sent_again"]
    names = (
        "missing",
        "differing",
        "orphaned",
        "untold",
        "unsent",
        "timerless",
        "doubled",
        "bus_lost",
        "consumers_beyond",
    )
    run.wrong = {name: findings[name] for name in names if findings[name]}


def drawn(seed: int, many: int, more: Sequence[Fault] = (), only: str = "") -> list[Fault]:
    """Draw faults: every kind whose name holds these words as often as every other, in an order by chance."""
    kinds, dice = [fault for fault in (*FAULTS, *more) if only in fault.name], random.Random(seed)
    rounds = [fault for _ in range(-(-many // len(kinds))) for fault in dice.sample(kinds, len(kinds))]
    return rounds[:many]


def table(run: Run) -> str:
    """Write the run as Markdown, a row for each kind of fault."""
    head = (
        f"Seed {run.seed}: {run.accepted:,} reports at {run.rate:g}/s, {len(run.faults)} faults in {run.seconds / 60:.0f} min. "
        f"Lost {run.lost}, stored under an id that nobody was told {run.doubled} ({run.unanswered} calls without an id ended "
        f"without an answer), untold {run.untold}, told under two ids {run.told_twice}; "
        f"calls repeated under the same id {run.again} ({_by_channel(run.sent_again)}); {run.tries - run.accepted:,} tries were answered 503 or not at all; "
        f"`reconcile`: {'nothing wrong' if not run.wrong else json.dumps({k: len(v) for k, v in run.wrong.items()})}.\n\n"
    )
    late = sum(one.again_after > AGAIN or one.webhook_after > WEBHOOK for one in run.faults)
    head += (
        f"{late} of {len(run.faults)} faults took longer than {AGAIN:.0f} s to a 202 or {WEBHOOK:.0f} s to a webhook; "
        f"{os.cpu_count()} processors, at a load of {run.usage.load():.0f}.\n\n"
    )
    rows = [
        '| fault | times | accepted meanwhile | tries refused | s to 202: median, worst | s to webhook: median, worst | false "ready" s | operator |',
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in sorted({one.name for one in run.faults}):
        same = [one for one in run.faults if one.name == name]
        again, webhook = sorted(one.again_after for one in same), sorted(one.webhook_after for one in same)
        rows.append(
            f"| {name} | {len(same)} | {sum(one.accepted for one in same)} | {sum(one.refused for one in same)} "
            f"| {again[len(again) // 2]:.1f}, {again[-1]:.1f} | {webhook[len(webhook) // 2]:.1f}, {webhook[-1]:.1f} "
            f"| {max(one.false_ready for one in same):.1f} | {same[0].operator} |"
        )
    return head + "\n".join(rows) + "\n\n" + run.usage.table() + "\n"


def _by_channel(sent: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(sent.items())) or "by the store's count none"


def write_page(told: str, *, beside: bool = False) -> None:
    """Put the table into docs/reliability.md, in the place of those that are there or beside them."""
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    if beside:
        told = page.split(BEGIN)[1].split(END)[0].strip() + "\n\n" + told
    PAGE.write_text(f"{before}{BEGIN}\n\n{told}\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Run by the command line; 1 when something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--reports", type=int, default=20_000, help="filed at least")
    parser.add_argument("--rate", type=float, default=10.0, help="reports a second")
    parser.add_argument("--megabytes", type=int, default=0, help="put everything on a disk of this size, and fill it")
    parser.add_argument("--only", default="", help="draw only kinds whose names hold these words")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no fault after so many")
    parser.add_argument("--beside", action="store_true", help="with --write: keep the tables of other runs")
    parser.add_argument("--older", action="store_true", help="begin on what release 0.1 left, under load")
    parser.add_argument("--write", action="store_true", help="write the table into docs/reliability.md")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kentongan-chaos-")))
        disk = stack.enter_context(cut_disk(folder / "disk", options.megabytes)) if options.megabytes else None
        more = (Fault("disk full 8-12 s", disk_full(disk)), Fault("power cut", power_cut(disk))) if disk else ()
        faults = drawn(options.seed, options.faults, more, options.only)
        place = disk.folder if disk else folder
        seconds = options.minutes * 60
        told = asyncio.run(
            chaos(
                place,
                seed=options.seed,
                faults=faults,
                rate=options.rate,
                reports=options.reports,
                at_most=seconds,
                older=options.older,
            )
        )
    print(table(told))
    if options.write:
        write_page(table(told), beside=options.beside)
    return 0 if told.holds() else 1


if __name__ == "__main__":
    raise SystemExit(main())
