"""Measure by size of the store for how long a backup keeps writers waiting, and what a restore takes and loses.

`python -m tests.chaos.backups --write` puts the table into docs/performance.md; nothing of it is written by hand. A hundred
reports are filed at a real installation, and what they left is copied under other ids until the store is as
large as it is to be (tests/chaos/copies.py). Then reports are filed again, and a backup is made meanwhile.
"""

import argparse
import asyncio
import itertools
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
from sqlmodel import select

from schemas.records.reports import Report
from services.policy.loader import default_folder, load_district
from services.runtime.settings import Settings
from services.sources.keyring import open_vault
from services.store.database import Store
from tests.chaos.copies import enlarge, fill_bus
from tests.kill.filing import file_until_accepted, settled
from tests.kill.installation import KENTONGAN, Installation, reports
from tests.servers import Sink

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- backups: written by tests/chaos/backups.py -->", "<!-- end of backups -->"
SIZES = (1_000, 10_000, 100_000)  # reports
FIRST = 100  # of them are filed, the others copied
RATE = 5.0  # reports filed a second while it is measured
QUIET = 20.0  # seconds measured without a backup
PAUSE = 0.02  # seconds between transactions of the writer that is measured
BROUGHT = ("master", "secret", "root")  # what whoever restores brings along (docs/operations.md)
HEAD = """| reports | store, MB | backup, MB | s | memory of it, MB | a writer waited without it: p99, longest, ms | while it was made | 202 meanwhile: p99, longest, ms | log at most, MB | restored, s | memory of it, MB | lost without the bus | told again from the bus, s | lost |
|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""


@dataclass
class Waits:
    """How long somebody waited each time, in seconds, and when that began."""

    seen: list[tuple[float, float]] = field(default_factory=list)

    def between(self, begin: float, end: float) -> str:
        """Give the 99th of 100 and the longest of those that touch a stretch of time, in milliseconds."""
        took = sorted(seconds for at, seconds in self.seen if at < end and at + seconds > begin)
        return f"{took[int(len(took) * 0.99)] * 1000:.0f}, {took[-1] * 1000:.0f}" if took else "-"


class Writer(threading.Thread):
    """Writes a line of the log again and again, as a process of its own would, and looks how large SQLite's log is."""

    def __init__(self, data: Path) -> None:
        super().__init__()
        self.waits, self.log = Waits(), 0
        self._file, self._ends = data / "kentongan.db", threading.Event()

    def run(self) -> None:
        store = Store(f"sqlite:///{self._file}")
        while not self._ends.wait(PAUSE):
            begun = time.monotonic()
            store.write_now(lambda tx: tx.audit("backup.measured", "office"))
            self.waits.seen.append((begun, time.monotonic() - begun))
            self.log = max(self.log, self._file.with_name("kentongan.db-wal").stat().st_size)
        store.close()

    def end(self) -> None:
        self._ends.set()
        self.join()


def ran(up: Installation, data: Path, *words: str) -> tuple[float, float]:
    """Run an office command to its end; gives seconds, and its highest memory in MB."""
    begun = time.monotonic()
    process = subprocess.Popen([*KENTONGAN, *words, "--data", str(data)], env=up.environment, stdout=subprocess.DEVNULL)
    _, code, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    assert process.returncode == 0, words
    return time.monotonic() - begun, used.ru_maxrss / 1024


def store_of(data: Path) -> Store:
    return Store(f"sqlite:///{data / 'kentongan.db'}")


def kept(data: Path) -> set[str]:
    """Give the ids of all reports in a store."""
    store = store_of(data)
    try:
        return set(store.read_now(lambda session: session.exec(select(Report.id)).all()))
    finally:
        store.close()


async def file_until(ends: asyncio.Event, up: Installation, key: str, filed: set[str], waits: Waits) -> None:
    """File until it ends and all is accepted that was begun, and note how long each waited for its 202."""
    some = reports(400, load_district(default_folder()))
    async with aiohttp.ClientSession(up.url) as client, asyncio.TaskGroup() as tasks:

        async def one(report: dict[str, Any]) -> None:
            begun = time.monotonic()
            await file_until_accepted(client, key, report)
            waits.seen.append((begun, time.monotonic() - begun))
            filed.add(report["id"])

        for report in itertools.cycle(some):
            if ends.is_set():
                return
            tasks.create_task(one({**report, "id": str(uuid4())}))
            await asyncio.sleep(1 / RATE)


async def made_large(up: Installation, size: int) -> str:
    """File a few reports, stop, and copy what they left; gives the reporter's key."""
    async with up:
        key = await up.reporter()
        async with aiohttp.ClientSession(up.url) as client:
            some = enumerate(reports(FIRST, load_district(default_folder())))
            numbered = [{**report, "id": str(UUID(int=number + 1))} for number, report in some]
            await asyncio.gather(*(file_until_accepted(client, key, report) for report in numbered))
        await settled(up)
    store = store_of(up.data)
    try:
        vault = open_vault(Settings(data=up.data), store)
        added = await asyncio.to_thread(enlarge, store, vault, size)
    finally:
        store.close()
    await fill_bus(up.data, load_district(default_folder()).code, added)
    return key


async def measured(folder: Path, size: int) -> str:
    """Give one line of the table."""
    sink = await Sink().start()
    up = Installation(folder, f"{sink.url}/DIVERT/-/divert")
    backup, filed, answers = folder / "kentongan.backup", set[str](), Waits()
    try:
        key = await made_large(up, size)
        async with up:
            ends = asyncio.Event()
            filing = asyncio.create_task(file_until(ends, up, key, filed, answers))
            writer = Writer(up.data)
            writer.start()
            try:
                quiet = time.monotonic()
                await asyncio.sleep(QUIET)
                begun = time.monotonic()
                seconds, memory = await asyncio.to_thread(ran, up, up.data, "backup", str(backup))
                ended = time.monotonic()
            finally:
                ends.set()
                writer.end()
                await filing
            await settled(up)
        line = [
            f"{len(kept(up.data)):,}",
            f"{(up.data / 'kentongan.db').stat().st_size / 1e6:,.0f}",
            f"{backup.stat().st_size / 1e6:,.0f}",
            f"{seconds:.1f}",
            f"{memory:.0f}",
            writer.waits.between(quiet, begun),
            writer.waits.between(begun, ended),
            answers.between(begun, ended),
            f"{writer.log / 1e6:.0f}",
        ]
        return f"| {' | '.join([*line, *await restored(up, folder / 'new', backup, filed)])} |"
    finally:
        await sink.stop()


def bring(here: Path, there: Path) -> None:
    """Bring into a new folder what whoever restores brings along."""
    there.mkdir(mode=0o700)
    for name in BROUGHT:
        if (here / name).exists():
            shutil.copy2(here / name, there / name)


async def restored(up: Installation, there: Path, backup: Path, filed: set[str]) -> list[str]:
    """Restore into an empty folder, first alone and then beside the bus that went on; gives seconds and what is lost."""
    bring(up.data, there)
    seconds, memory = await asyncio.to_thread(ran, up, there, "restore", str(backup))
    lost = len(filed - kept(there))
    for name in ("bus", "bus-users.json", "bus-accounts.conf"):
        (up.data / name).rename(there / name)
    up.data = there
    async with up:
        begun = time.monotonic()
        code, said = await up.run("db", "rebuild", "--wait", "120")
        again = time.monotonic() - begun
        assert code == 0, said
    return [f"{seconds:.1f}", f"{memory:.0f}", f"{lost}", f"{again:.1f}", f"{len(filed - kept(there))}"]


def lines_of(sizes: Sequence[int]) -> Iterator[str]:
    """Measure each size in a folder of its own; gives a line of the table for each."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="kentongan-backups-") as folder:
            yield asyncio.run(measured(Path(folder), size))


def write(lines: Sequence[str]) -> None:
    """Put the lines that there are into the page: a run that is ended has not run for nothing."""
    load = f"{os.cpu_count()} processors, at a load of {os.getloadavg()[2]:.0f}"
    table = "\n".join([f"{RATE:g} reports a second were filed meanwhile; {load}.", "", HEAD, *lines])
    before, after = PAGE.read_text(encoding="utf-8").split(BEGIN)[0], PAGE.read_text(encoding="utf-8").split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Run by the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="REPORTS")
    parser.add_argument("--lines", type=Path, help="run nothing: take the lines that an earlier run has printed")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    options = parser.parse_args()
    lines: list[str] = []
    for line in options.lines.read_text().splitlines() if options.lines else lines_of(options.sizes):
        print(line, flush=True)
        lines.append(line)
        if options.write:
            write(lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
