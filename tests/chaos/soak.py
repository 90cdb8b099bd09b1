"""Let an installation run for an hour at ten reports a second without any fault, and write down what it takes.

`python -m tests.chaos.soak --write` puts the table into docs/reliability.md; nothing of it is written by hand. The first
ten minutes are left out of it: caches fill then, and connections are opened as they are needed.
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from tests.chaos.figures import Run
from tests.chaos.run import PAGE, chaos
from tests.chaos.usage import Usage

BEGIN, END = "<!-- growth: written by tests/chaos/soak.py -->", "<!-- end of growth -->"
WARM = 600.0  # seconds left out at the beginning
LOOK = 60.0  # seconds between lines in the file of looks


def told(run: Run) -> str:
    """Write what a run came to, and what it took, as Markdown."""
    found = "nothing wrong" if not run.wrong else json.dumps({name: len(ids) for name, ids in run.wrong.items()})
    return (
        f"Seed {run.seed}: {run.accepted:,} reports at {run.rate:g}/s in {run.seconds / 60:.0f} min, no fault. Lost {run.lost}, "
        f"stored under an id that nobody was told {run.doubled}, untold {run.untold}, told under two ids {run.told_twice}, "
        f"repeated under the same id {run.again}; {run.refused} tries refused; `reconcile`: {found}. Other work at "
        f"a load of {run.usage.load():.0f}. Without the first {WARM / 60:.0f} minutes:\n\n{run.usage.table(warm=WARM)}\n"
    )


def of_looks(file: Path) -> str:
    """Write what the looks of a run that has not ended, or not well, come to so far, as Markdown."""
    usage = Usage()
    for line in file.read_text(encoding="utf-8").splitlines():
        for what, (at, value) in json.loads(line).items():
            usage.samples.setdefault(what, []).append((at, value))
    minutes = max((seen[-1][0] for seen in usage.samples.values()), default=0.0) / 60
    return (
        f"A look each minute, {minutes:.0f} minutes, other work at a load of {usage.load():.0f}; the run had not ended, so "
        f"nothing is counted. Without the first {WARM / 60:.0f} minutes:\n\n{usage.table(warm=WARM)}\n"
    )


async def _written(usage: Usage, file: Path) -> None:
    """Write each minute, for ever, what was seen last, so that a run that is ended has not run for nothing."""
    while True:
        await asyncio.sleep(LOOK)
        last = {what: [round(number, 2) for number in seen[-1]] for what, seen in usage.samples.items()}
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(last) + "\n")


async def soak(folder: Path, *, seed: int, rate: float, minutes: float, file: Path | None) -> Run:
    """File for so many minutes, then settle and count."""
    usage = Usage()
    writing = asyncio.create_task(_written(usage, file)) if file else None
    try:
        return await chaos(folder, seed=seed, faults=(), rate=rate, reports=round(rate * minutes * 60), usage=usage)
    finally:
        if writing:
            writing.cancel()


def main() -> int:
    """Run by the command line; 1 when something did not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=4410)
    parser.add_argument("--rate", type=float, default=10.0, help="reports a second")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--looks", type=Path, help="a file that gets a line each minute")
    parser.add_argument("--only-looks", type=Path, help="run nothing: write the table of such a file")
    parser.add_argument("--write", action="store_true", help="write the table into docs/reliability.md")
    options = parser.parse_args()
    if options.only_looks:
        table, holds = of_looks(options.only_looks), True
    else:
        with tempfile.TemporaryDirectory(prefix="kentongan-soak-") as folder:
            run = asyncio.run(
                soak(Path(folder), seed=options.seed, rate=options.rate, minutes=options.minutes, file=options.looks)
            )
        table, holds = told(run), run.holds()
    print(table)
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n{END}{after}", encoding="utf-8")
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
