"""Say whether a disk has room for what is still to be written, and see that names are on it."""

import os
from pathlib import Path

LOW = 32 << 20  # bytes free below which nothing more is promised: what was promised before must still fit

ENOUGH = 256 << 20  # bytes free below which whoever runs the machine is told


FULL = 4 << 20  # bytes free below which some write may have failed already: a message of the bus may have 1 MB
BUS_FOLDER = "bus"  # in the data folder: what the bus that `kentongan up` runs keeps
NAMES = 256  # files that may still be made: each block of a stream is one, and a disk can have bytes and no names left


def has_room(folder: Path, least: int = LOW) -> bool:
    """Say whether the disk of a folder has so many bytes and some names left; one that cannot be asked has none."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    names = found.f_files == 0 or found.f_favail >= NAMES  # some file systems count none
    return names and found.f_bavail * found.f_frsize >= least


def is_full(folder: Path) -> bool:
    """Say whether something that was to be written there may have failed; a folder that is not there is as full."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return True
    return found.f_bavail * found.f_frsize < FULL or (found.f_files > 0 and found.f_favail == 0)


def bus_folder(data: Path) -> Path | None:
    """Give where a bus on this machine keeps what it is told; None where it runs elsewhere."""
    folder = data / BUS_FOLDER
    return folder if folder.is_dir() else None


def sync_names(folder: Path) -> None:
    """See the names in a folder on the disk: a file that was renamed into it is found after a power cut only then."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
