"""What an installation takes while it runs: memory, handles and the write-ahead log, and by how much they grow."""

import asyncio
import contextlib
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.kill.installation import WORDS, Installation

EVERY = 5.0  # seconds between looks
PARTS = ("nats-server", "ingest", "triage", "notify", "fork_server")


def memory(pid: int) -> float:
    """Give its private memory, in MB: what it shares with others or maps of a file does not count."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    # Not what is private and clean: a program's own pages are that while nobody else on the machine runs it.
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty:")) / 1024


def _handles(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@dataclass
class Usage:
    """Samples of a run: seconds since its start and value, by what was measured."""

    samples: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    async def watch(self, up: Installation) -> None:
        """Look every few seconds, for ever; a part that is not there just now is left out of that look."""
        begun = time.monotonic()
        while True:
            await asyncio.sleep(EVERY)
            at = time.monotonic() - begun
            for what in ("up", *PARTS):
                try:
                    if (pid := up.pids()[0] if what == "up" else up.pid(what)) is not None:
                        self._take(f"memory of {what}, MB", at, memory(pid))
                        self._take(f"handles of {what}", at, _handles(pid))
                except (OSError, AssertionError):
                    continue  # it has just ended
            for what, file in (("write-ahead log, MB", "kentongan.db-wal"), ("store, MB", "kentongan.db")):
                with contextlib.suppress(OSError):
                    self._take(what, at, (up.data / file).stat().st_size / 1e6)
            self._take("load of the machine", at, os.getloadavg()[0])

    def load(self) -> float:
        """Give the median load of the machine."""
        return median([value for _, value in self.samples.get("load of the machine", [])] or [0.0])

    def _take(self, what: str, at: float, value: float) -> None:
        self.samples.setdefault(what, []).append((at, value))

    def table(self, *, warm: float = 0.0) -> str:
        """Write medians of the first and the last third, the highest value, and the slope, as Markdown.

        Looks of the first `warm` seconds are left out.
        """
        rows = ["| what | first third | last third | highest | per hour |", "|---|---|---|---|---|"]
        for what, looked in self.samples.items():
            if not (seen := [(at, value) for at, value in looked if at >= warm]):
                continue
            third = max(1, len(seen) // 3)
            first, last = (median(value for _, value in part) for part in (seen[:third], seen[-third:]))
            highest = max(value for _, value in seen)
            rows.append(f"| {what} | {first:.1f} | {last:.1f} | {highest:.1f} | {slope(seen):+.1f} |")
        return "\n".join(rows)


def slope(seen: list[tuple[float, float]]) -> float:
    """Give by how much a value grows in an hour: least squares."""
    middle = sum(at for at, _ in seen) / len(seen)
    spread = sum((at - middle) ** 2 for at, _ in seen)
    return 3600 * sum((at - middle) * value for at, value in seen) / spread if spread else 0.0


assert set(PARTS) <= set(WORDS)
