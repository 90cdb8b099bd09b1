"""Say whether a disk has room for what is still to be written, and see that names are on it."""

import os
import shutil
from pathlib import Path

LOW = 32 << 20  # bytes free below which nothing more is promised: what was promised before must still fit

ENOUGH = 256 << 20  # bytes free below which whoever runs the machine is told


def has_room(folder: Path, least: int = LOW) -> bool:
    """Say whether the disk of a folder has at least so many bytes free; one that cannot be asked has none."""
    try:
        return shutil.disk_usage(folder).free >= least
    except OSError:
        return False


def sync_names(folder: Path) -> None:
    """See the names in a folder on the disk: a file that was renamed into it is found after a power cut only then."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
