"""Remember ended keys beside the secret that proves them: a restored store is older than the last revocation.

One kid per line, in the data folder; whoever brings the secret to another folder brings this file along.
"""

import os
from pathlib import Path

FILE = "revoked-keys"


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
    file = data / FILE
    return frozenset(file.read_text(encoding="utf-8").split()) if file.exists() else frozenset()
