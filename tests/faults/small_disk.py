"""A disk of a few megabytes that can be filled, freed and cut off from its power, for whoever may mount one."""

import fcntl
import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

may_mount = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts file systems")


@contextmanager
def read_only(*files: Path) -> Iterator[None]:
    """Let nobody write into these files, root neither; for whoever may say so of them."""
    words = [str(file) for file in files]
    if subprocess.run(["chattr", "+i", *words], check=False, capture_output=True).returncode:
        pytest.skip("this file system keeps nobody from writing")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", *words], check=True)


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


SHUTDOWN, NO_FLUSH = 0x8004587D, 2  # EXT4_IOC_SHUTDOWN: nothing that was not synced reaches the disk


class CutDisk(SmallDisk):
    """A disk of its own (ext4 in a file): after a `cut` it holds what was synced, and nothing else."""

    def __init__(self, folder: Path, image: Path) -> None:
        super().__init__(folder)
        self._image = image

    def mount(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        words = ["mount", "-o", "loop", str(self._image), str(self.folder)]
        if subprocess.run(words, check=False, capture_output=True).returncode:
            pytest.skip("this machine mounts no file systems")

    def cut(self) -> None:
        """Cut its power: whatever is written from now on fails, whatever was not synced is gone."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", NO_FLUSH))
        finally:
            os.close(handle)

    def unmount(self) -> None:
        subprocess.run(["umount", str(self.folder)], check=True, capture_output=True)


@contextmanager
def cut_disk(folder: Path, megabytes: int) -> Iterator[CutDisk]:
    """Make one and mount it at `folder`."""
    image = folder.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    disk = CutDisk(folder, image)
    disk.mount()
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)
        image.unlink()
