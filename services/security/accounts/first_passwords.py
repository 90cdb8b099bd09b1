"""Keep the passwords of a first start that nobody was there to read: a private file each, until its owner comes in.

What is printed without a terminal lies in the log of whatever started us, for whoever reads logs.
"""

import re
from pathlib import Path

from services.runtime.private import write_private

FOLDER = "first-passwords"
LOGIN = re.compile(r"[a-z]+")  # of those that a first start makes; every other login has no such file


def keep(data: Path, login: str, password: str) -> Path:
    """Write a password down for its owner (mode 0600); gives the file."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / login
    write_private(file, password + "\n")
    return file


def forget(data: Path, login: str) -> None:
    """Remove the file of somebody who has come in; where there is none, nothing happens."""
    if LOGIN.fullmatch(login):
        (data / FOLDER / login).unlink(missing_ok=True)


def waiting(data: Path) -> list[str]:
    """Give the logins whose first password lies there still, by name."""
    folder = data / FOLDER
    return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
