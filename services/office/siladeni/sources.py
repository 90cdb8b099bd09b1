"""Fetch new files of Siladeni: from a folder, or from an address that answers JSON. One class per way.

A source only reads: what it gives twice is known by its content, and taken in once.
"""

import asyncio
import csv
import io
import json
import os
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp

LARGEST = 50 * 1024 * 1024  # bytes of one file or answer
ENDINGS = (".xlsx", ".csv", ".json", ".jsonl")
STEADY_SECONDS = 2.0  # a file whose size changes within may still be written
PAGES = 1000  # of one fetch


class SourceError(Exception):
    """A source cannot be read; says why, in Indonesian."""


@dataclass(frozen=True)
class Fetched:
    """One file: its name, its bytes, and where the source goes on after it ("" where it needs no such word)."""

    name: str
    data: bytes
    cursor: str = ""


class Source(Protocol):
    """A way to fetch what Siladeni has."""

    def fetch(self, cursor: str) -> AsyncIterator[Fetched]:
        """Yield files after `cursor`, the oldest first; raises SourceError."""
        ...


class Folder:
    """A folder on this machine or a mounted share; nothing in it is changed, renamed or deleted."""

    def __init__(self, path: Path, steady: float = STEADY_SECONDS) -> None:
        self._path = path
        self._steady = steady

    async def fetch(self, cursor: str) -> AsyncIterator[Fetched]:  # noqa: ARG002 - content tells what is new
        """Yield every file, by its time; one that is being written waits for the next look."""
        try:
            found = {file: file.lstat() for file in self._path.iterdir() if file.suffix.lower() in ENDINGS}
        except OSError as error:
            raise SourceError(f"Folder {self._path} tidak dapat dibaca: {error.strerror}") from error
        # Others write here: a link may lead to a file of this machine.
        before = {file: was for file, was in found.items() if stat.S_ISREG(was.st_mode)}
        if self._steady and before:
            await asyncio.sleep(self._steady)
        for file, was in sorted(before.items(), key=lambda pair: (pair[1].st_mtime_ns, pair[0].name)):
            try:
                data = await asyncio.to_thread(_content, file, was.st_size)
            except OSError:
                continue  # gone between two looks, or a link by now
            if data:
                yield Fetched(file.name, data)


def _content(file: Path, size: int) -> bytes | None:
    """Read a file whose size is still `size`; None when it is another, too large, or none of its own.

    What is looked at is what is read: between a look and an opening somebody could lay a link. Raises OSError.
    """
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as opened:
        found = os.fstat(opened.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size != size or not 0 < size <= LARGEST:
            return None
        return opened.read(LARGEST + 1)


class Http:
    """An address that answers `GET ?sejak=CURSOR` with `{"laporan": [{heading: value}], "berikutnya": CURSOR}`.

    An empty `laporan` ends it. A redirect is an error and not followed: it could lead to any address inside the office.
    Values are words or numbers, headings those of the district file; the key travels as `Authorization: Bearer`.
    """

    def __init__(self, url: str, key: str = "") -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def fetch(self, cursor: str) -> AsyncIterator[Fetched]:
        """Yield one table per answer."""
        timeout = aiohttp.ClientTimeout(total=60, connect=10)
        async with aiohttp.ClientSession(headers=self._headers, timeout=timeout) as session:
            for _ in range(PAGES):
                page = await self._page(session, cursor)
                rows, after = page["laporan"], str(page.get("berikutnya") or "")
                if not rows:
                    return
                yield Fetched(f"siladeni-{after or 'akhir'}.csv", _table(rows), after)
                if not after or after == cursor:
                    return
                cursor = after

    async def _page(self, session: aiohttp.ClientSession, cursor: str) -> dict[str, Any]:
        try:
            asked = {"sejak": cursor} if cursor else {}
            async with session.get(self._url, params=asked, allow_redirects=False) as response:
                if response.status != 200:  # noqa: PLR2004
                    raise SourceError(f"Siladeni menjawab {response.status}.")
                body = await response.content.read(LARGEST + 1)
                while len(body) <= LARGEST and (more := await response.content.read(LARGEST + 1 - len(body))):
                    body += more
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SourceError(f"Siladeni tidak terjangkau ({type(error).__name__}).") from error
        if len(body) > LARGEST:
            raise SourceError("Jawaban Siladeni terlalu besar.")
        try:
            page = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise SourceError("Jawaban Siladeni bukan JSON.") from error
        rows = page.get("laporan") if isinstance(page, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise SourceError('Jawaban Siladeni tidak berisi daftar "laporan".')
        return dict(page)


def _table(rows: list[dict[str, Any]]) -> bytes:
    """Write objects as a table with every heading that one of them has."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, restval="")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    return out.getvalue().encode()


def is_web(address: str) -> bool:
    """Say whether it is a web address, or a folder; raises SourceError for an address of another kind (decision 0076).

    >>> is_web("https://siladeni.example/api"), is_web("/mnt/siladeni")
    (True, False)
    """
    kind, parted, _ = address.partition("://")
    if parted and kind.lower() not in ("https", "http"):
        raise SourceError(f"{address}: alamat {kind} tidak dikenal; pasang sebagai folder, lalu sebut foldernya.")
    return bool(parted)


def source_of(address: str, key: str = "") -> Source:
    """Give the source that an address names: a web address, or a folder. Raises SourceError for another kind."""
    if is_web(address):
        return Http(address, key)
    return Folder(Path(address))
