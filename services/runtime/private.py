"""Keep the data folder to its owner: nobody else on the machine reads reports, names or secrets.

Only the standard library is imported here: `up` holds it in memory for as long as it runs.
"""

import contextlib
import os
import resource
import stat
from collections.abc import Iterator
from pathlib import Path

UMASK = 0o077
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write_no_core() -> None:
    """Let no crash of this process, or of what it starts, write its memory into a file: keys and reports are in it."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner alone, also where one lay there that others could read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(text)


def give_to_owner(descriptor: int, folder: Path) -> None:
    """Give a file that root makes to whoever owns its folder: the service that runs as him must open it."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def give_all_to_owner(data: Path) -> None:
    """Give what root has made in the folder to whoever owns the folder; what has a second name elsewhere stays root's.

    By descriptors and without following links: the owner of the folder must not get a file of root's by it.
    """
    if os.geteuid() != 0 or not data.is_dir():
        return
    owner = data.stat()
    for _, folders, files, inside in os.fwalk(data) if owner.st_uid else ():
        for name in (*folders, *files):
            with contextlib.suppress(FileNotFoundError):  # it was a short-lived one
                found = os.stat(name, dir_fd=inside, follow_symlinks=False)
                if found.st_uid == 0 and (stat.S_ISDIR(found.st_mode) or found.st_nlink == 1):
                    os.chown(name, owner.st_uid, owner.st_gid, dir_fd=inside, follow_symlinks=False)


def keep_private(data: Path) -> None:
    """Make the folder for its owner alone, and take from others what an older version left open to them."""
    os.umask(UMASK)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in open_to_others(data):
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)


def open_to_others(data: Path) -> Iterator[Path]:
    """Give the folder and whatever lies in it that others may read, write or enter; links are not followed."""
    for folder, _, files in os.walk(data):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            try:
                status = path.lstat()
            except FileNotFoundError:  # it was a short-lived one
                continue
            if not stat.S_ISLNK(status.st_mode) and status.st_mode & OTHERS:
                yield path
