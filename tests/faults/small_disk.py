"""A disk of a few megabytes that can be filled and freed: a file system in memory, for whoever may mount one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

may_mount = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts file systems")


class SmallDisk:
    """A mounted disk; `fill` leaves no byte on it, `free` gives them back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self, *, leave: int = 0) -> None:
        with self._ballast.open("ab", buffering=0) as file:
            while True:
                free = os.statvfs(self.folder).f_bavail * os.statvfs(self.folder).f_frsize
                if leave and free <= leave:
                    return
                try:
                    file.write(bytes(min(1 << 18, max(free - leave, 4096))))
                except OSError:
                    return

    def free(self) -> None:
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount it at `folder`; unmounted at the end, whoever still uses it."""
    folder.mkdir(parents=True)
    options = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if subprocess.run(options, check=False, capture_output=True).returncode:
        pytest.skip("this machine mounts no file systems")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
