"""Run faults by chance, from a seed, over a running installation under load, and say what each of them cost.

`make chaos` runs a long one and writes its table into docs/reliability.md; tests/chaos/test_chaos.py runs a short one.
What must hold, whatever happens: no accepted report is missing in the store, none is stored under two ids, each is named
in a webhook, nobody is told one thing under two ids, and every fault that ends leaves nothing for an operator to do.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

from services.policy.loader import default_folder, load_district
from tests.chaos.faults import FAULTS, OF_MAIL, ON_POSTGRES, Fault, of_disk
from tests.chaos.figures import Figures, Run, Seen, count, count_mails, table
from tests.chaos.ground import PATIENCE, Ground
from tests.chaos.kept import Kept, Postgres, postgres
from tests.chaos.mail import MailServer, people_move_in, unhurried
from tests.chaos.older import UNSENDABLE, unpack
from tests.chaos.usage import Usage
from tests.chaos.watch import Outside, Watch
from tests.faults.small_disk import cut_disk
from tests.kill.filing import settled
from tests.kill.installation import Installation
from tests.servers import Sink, end_tasks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
UPGRADE = "upgrade from 0.1 under load, killed three times at its start"
BEGIN, END = "<!-- table of the last run: written by make chaos -->", "<!-- end of the table -->"


async def one(ground: Ground, fault: Fault) -> Figures:
    """Let one fault happen and wait until everything works again."""
    figures = Figures(fault.name, begun=time.monotonic(), operator=[])
    ground.operated = figures.operator
    await fault.act(ground)
    await _recovered(ground, figures)
    return figures


async def _recovered(ground: Ground, figures: Figures) -> None:
    figures.ended = ended = time.monotonic()
    accepted, webhook = await asyncio.gather(ground.next_accepted(ended), ground.next_webhook(ended))
    figures.again_after, figures.webhook_after = accepted - ended, webhook - ended
    refusals = sorted(ground.refusals)
    both = max(accepted, webhook)  # what is said falsely just after a fault is as false as within it
    figures.untrue = ground.watch.untrue(figures.begun, both, sorted(ground.filed.values()), refusals)


async def _upgraded(ground: Ground) -> Figures:
    """Begin the installation that an older release left, killed three times while it is brought up to date."""
    figures = Figures(UPGRADE, begun=time.monotonic())
    for _ in range(3):
        ground.up.begin()
        await asyncio.sleep(ground.dice.uniform(0.3, 4.0))
        await asyncio.to_thread(ground.up.kill_supervisor)
    ground.up.begin()
    await _recovered(ground, figures)
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
    mail: bool = False,
    server: Postgres | None = None,
    usage: Usage | None = None,
) -> Run:
    """Run these faults one after the other, then settle and count; at least so many `reports` are filed.

    After `at_most` seconds no other fault begins, and no more is filed. With `older` it begins on what release 0.1 left;
    with `mail` people are told by webhook and by mail, else every message goes to one webhook; with `server` it keeps
    its store there.
    """
    run, started = Run(seed, rate, usage=usage or Usage()), time.monotonic()
    run.store = "PostgreSQL" if server else "SQLite"
    sink, outside = Sink(), Outside()
    async with AsyncExitStack() as stack:
        await sink.start()
        stack.push_async_callback(sink.stop)
        await stack.enter_async_context(outside.listening())
        settings = {"KENTONGAN_STORE_URL": server.url} if server else {}
        smtp = MailServer() if mail else None
        if smtp:
            await smtp.start()
            stack.push_async_callback(smtp.stop)
            settings |= smtp.settings | {"KENTONGAN_DISTRICT": str(unhurried(default_folder(), folder / "district"))}
        up = Installation(folder, "" if mail else f"{sink.url}/DIVERT/-/divert", **settings, **outside.settings)
        kept = Kept(up.data / "kentongan.db", server)
        watch = Watch(kept, outside)
        ground = Ground(up, sink, load_district(default_folder()), random.Random(seed), kept, watch, smtp)
        if older:
            left = unpack(up.data)
            ground.key, ground.known = left.key, left.reports
        async with up.stopped_at_the_end() if older else up:
            if mail:
                people_move_in(ground.store, ground.district, sink.url)
            if not older:
                ground.key, watch.key = await asyncio.gather(up.reporter(), up.reader())
            watching = asyncio.create_task(run.usage.watch(up))
            async with ground.load(rate):
                if older:
                    run.faults.append(await _upgraded(ground))
                    watch.key = await up.reader()
                await ground.next_webhook(0.0)
                for fault in faults:
                    if time.monotonic() - started > at_most:
                        break
                    run.faults.append(await one(ground, fault))
                    print(run.faults[-1], file=sys.stderr, flush=True)
                    await asyncio.sleep(ground.dice.uniform(0.2, 1.0))
                while len(ground.filed) < reports and time.monotonic() - started < at_most:  # noqa: ASYNC110 - reporters are ours
                    await asyncio.sleep(0.2)
            await end_tasks([watching])
            findings = await settled(up, dead=UNSENDABLE if older else 0)
            _count(run, ground, findings)
            await _pinged(outside, time.monotonic())
    run.seconds = time.monotonic() - started
    return run


async def _pinged(outside: Outside, since: float) -> None:
    """Wait for a ping: with nothing left to do, whoever watches from outside is told that all is well."""
    async with asyncio.timeout(PATIENCE):
        while not outside.pings or outside.pings[-1] < since:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)


def _count(run: Run, ground: Ground, findings: dict[str, Any]) -> None:
    run.accepted, run.nameless = len(ground.filed), ground.nameless
    run.unanswered, run.sent_again = ground.unanswered, findings["sent_again"]
    run.pings = len(ground.watch.outside.pings)
    expected = set(ground.filed) | ground.known | ground.canaries()
    stored = frozenset(ground.stored())
    strangers = stored - expected
    count(run, Seen(ground.filed, ground.refusals, stored, strangers, frozenset(ground.gone), ground.sink.taken))
    if ground.mail:
        count_mails(run, ground.mail.taken, ground.mailed())
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


def drawn(seed: int, many: int, kinds: Sequence[Fault] = FAULTS, only: str = "") -> list[Fault]:
    """Draw faults: every kind whose name holds one of these words (`|` between them) as often as every other, in an order by chance."""
    kinds, dice = [fault for fault in kinds if any(word in fault.name for word in only.split("|"))], random.Random(seed)
    rounds = [fault for _ in range(-(-many // len(kinds))) for fault in dice.sample(kinds, len(kinds))]
    return rounds[:many]


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
    parser.add_argument(
        "--only", default="", help="draw only kinds whose names hold one of these words, `|` between them"
    )
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no fault after so many")
    parser.add_argument("--beside", action="store_true", help="with --write: keep the tables of other runs")
    parser.add_argument("--postgres", action="store_true", help="keep the store in PostgreSQL, with outages of its own")
    parser.add_argument("--mail", action="store_true", help="people are told by webhook and by mail")
    parser.add_argument("--older", action="store_true", help="begin on what release 0.1 left, under load")
    parser.add_argument("--write", action="store_true", help="write the table into docs/reliability.md")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kentongan-chaos-")))
        disk = stack.enter_context(cut_disk(folder / "disk", options.megabytes)) if options.megabytes else None
        kinds = (*(ON_POSTGRES if options.postgres else FAULTS), *(of_disk(disk) if disk else ()))
        kinds += OF_MAIL if options.mail else ()
        server = stack.enter_context(postgres()) if options.postgres else None
        faults = drawn(options.seed, options.faults, kinds, options.only)
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
                mail=options.mail,
                server=server,
            )
        )
    print(table(told))
    if options.write:
        write_page(table(told), beside=options.beside)
    return 0 if told.holds() else 1


if __name__ == "__main__":
    raise SystemExit(main())
