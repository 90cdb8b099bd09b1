"""Read what a tree of processes costs, from /proc: CPU seconds and resident memory."""

import asyncio
import contextlib
import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def tree(root: int) -> list[int]:
    """Give a process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting.extend(parents.get(process, ()))
    return found


def cpu_seconds(root: int) -> float:
    """Give user and system time of a tree of living processes."""
    total = 0
    for process in tree(root):
        with contextlib.suppress(OSError, IndexError):
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICK


def resident_mb(root: int) -> float:
    """Give resident memory of a tree, MB; shared pages count in each process that has them."""
    total = 0
    for process in tree(root):
        with contextlib.suppress(OSError, IndexError):
            total += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
    return total / 1e6


class Peak:
    """The highest resident memory of a tree while it is watched."""

    def __init__(self, root: int) -> None:
        self._root = root
        self.megabytes = 0.0

    async def watch(self) -> None:
        """Look twice a second, for ever."""
        while True:
            self.megabytes = max(self.megabytes, resident_mb(self._root))
            await asyncio.sleep(0.5)
