"""Read what a tree of processes costs, from /proc: CPU seconds and resident memory."""

import asyncio
import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

LISTENS = "0A"  # state of a socket in /proc/net/tcp
TICK = os.sysconf("SC_CLK_TCK")
PARTS = ("nats-server", "ingest", "triage", "notify", "console", "hook", "post")  # by the first word that fits


def tree(*roots: int) -> list[int]:
    """Give processes and all their descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], list(roots)
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting.extend(parents.get(process, ()))
    return found


def part_of(words: Sequence[str]) -> str:
    """Say which part runs by the words of its command; addresses name none.

    >>> part_of(["python", "serve", "triage"]), part_of(["kentongan", "up", "--divert", "http://127.0.0.1:18200/hook"])
    ('triage', 'supervisor')
    """
    told = [word for word in words if not word.startswith(("http:", "nats:"))]
    return next((name for name in PARTS if any(name in word for word in told)), "supervisor")


def cpu_by_part(*roots: int) -> dict[str, float]:
    """Give user and system time of trees of living processes by what each runs, in seconds."""
    found: dict[str, float] = {}
    for process in tree(*roots):
        with contextlib.suppress(OSError, IndexError):
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            words = Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace").split("\0")
            part = part_of(words)
            found[part] = found.get(part, 0.0) + (int(fields[11]) + int(fields[12])) / TICK
    return found


def used_since(before: dict[str, float], after: dict[str, float]) -> tuple[dict[str, float], int]:
    """Give what each part has used between two looks, and how many have ended and begun anew meanwhile.

    >>> used_since({"triage": 2.0, "notify": 9.0}, {"triage": 2.5, "notify": 1.0})
    ({'triage': 0.5, 'notify': 1.0}, 1)
    """
    anew = {name for name, used in after.items() if used < before.get(name, 0.0)}
    return {name: used - (0.0 if name in anew else before.get(name, 0.0)) for name, used in after.items()}, len(anew)


def processor_seconds(root: int) -> float:
    """Give what a server has used with all that it has started, ended ones too: it starts one for each connection."""
    total = 0.0
    for process in tree(root):
        with contextlib.suppress(OSError, IndexError):
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            used = fields[11:15] if process == root else fields[11:13]  # 13 and 14 are those that have ended
            total += sum(map(int, used)) / TICK
    return total


def folder_mb(folder: Path) -> float:
    """Give what the files below a folder take, MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def resident_mb(*roots: int) -> float:
    """Give what trees of processes hold in memory, MB; a page that several share counts once, in parts (PSS)."""
    total = 0
    for process in tree(*roots):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024 / 1e6


class Peak:
    """The highest resident memory of a tree while it is watched."""

    def __init__(self, *roots: int) -> None:
        self._roots = roots
        self.megabytes = 0.0

    async def watch(self) -> None:
        """Look twice a second, for ever."""
        while True:
            self.megabytes = max(self.megabytes, resident_mb(*self._roots))
            await asyncio.sleep(0.5)


def holder(port: int) -> str:
    """Give number and words of the process of this user or, for root, of anybody that listens on a port; "" if none.

    Linux alone says it.
    """
    rows = [row.split() for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[3] == LISTENS and int(row[1].rpartition(":")[2], 16) == port}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(str(handle.readlink()) in sockets for handle in (process / "fd").iterdir()):
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                return f"{process.name}: {words.strip()}"
    return ""
