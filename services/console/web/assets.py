"""Hold the files that pages load: each at an address that names its content, compressed once. Pure after import.

A file may name others as `/static/NAME`; they are written as their own addresses, so that a changed font changes the
address of the style sheet that names it.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

FOLDER = Path(__file__).resolve().parent.parent / "static"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
PACKED = frozenset({".png", ".woff2"})  # compressed by their own format
NAMED = re.compile(rb"/static/([\w-]+\.[a-z0-9]+)")


@dataclass(frozen=True)
class Asset:
    """One file: its address, its bytes, and the same compressed (None where that gains nothing)."""

    name: str
    address: str
    body: bytes
    packed: bytes | None
    kind: str


def load(folder: Path) -> dict[str, Asset]:
    """Read a folder's files, by name; raises KeyError when a file names one that is not there."""
    raw = {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}
    done: dict[str, Asset] = {}

    def made(name: str) -> Asset:
        if name not in done:
            suffix = PurePosixPath(name).suffix
            body = raw[name]
            if suffix not in PACKED:
                body = NAMED.sub(lambda found: made(found[1].decode()).address.encode(), body)
            digest = hashlib.sha256(body).hexdigest()[:10]
            address = f"/static/{PurePosixPath(name).stem}.{digest}{suffix}"
            packed = None if suffix in PACKED else gzip.compress(body, 9, mtime=0)
            done[name] = Asset(name, address, body, packed, KINDS[suffix])
        return done[name]

    return {name: made(name) for name in raw}


ASSETS: Mapping[str, Asset] = load(FOLDER)
_BY_ADDRESS = {asset.address: asset for asset in ASSETS.values()}


def address_of(name: str) -> str:
    """Give the address of a file; raises KeyError when there is none of that name.

    >>> address_of("desk.css").startswith("/static/desk.")
    True
    """
    return ASSETS[name].address


def asset_at(name: str) -> tuple[Asset, bool] | None:
    """Find what lies behind `/static/{name}`, and whether that address names its content and may be kept for ever."""
    if found := _BY_ADDRESS.get(f"/static/{name}"):
        return found, True
    return (ASSETS[name], False) if name in ASSETS else None
