"""Remember beside the secret which keys were ended and who was shut out: a restored store is older than that.

One kid per line, or a person's id behind `out:`, and behind `back:` once he is let in again, in the data folder;
whoever brings the secret to another folder brings this file along.
"""

import os
from pathlib import Path

FILE = "revoked-keys"
OUT, BACK = "out:", "back:"


def note(data: Path, kid: str) -> None:
    """Write down that a key was ended, on disk before it is said."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(data / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as kept:
        kept.write(f"{kid}\n")
        kept.flush()
        os.fsync(kept.fileno())


def known(data: Path) -> frozenset[str]:
    """Give the kids of keys that were ended here."""
    return frozenset(one for one in _lines(data) if not one.startswith((OUT, BACK)))


def shut_out(data: Path) -> frozenset[str]:
    """Give the persons who were shut out here and not let in again since."""
    last = {one.partition(":")[2]: one.startswith(OUT) for one in _lines(data) if one.startswith((OUT, BACK))}
    return frozenset(person for person, out in last.items() if out)


def _lines(data: Path) -> list[str]:
    file = data / FILE
    return file.read_text(encoding="utf-8").split() if file.exists() else []
