"""Take photographs: decoded and written anew, so that nothing of the sender's file remains but its picture.

A photograph first waits for the report that names it; one that no report has named for two days is removed by the daily
retention (services/sources/retention.py), which knows the reports. Files lie beside the store, one folder for all
services that file or show reports.
"""

import asyncio
import contextlib
import io
import os
import re
import warnings
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from services.runtime.disk import sync_names
from services.web.problem_details import Problem

FORMATS = ("JPEG", "PNG", "WEBP")
PIXELS = 50_000_000  # of the sender's picture, told by its header before anything is decoded
EDGE = 1920  # pixels of the longer side that we keep
LARGEST = 900 * 1024  # bytes of a kept file
QUALITIES = (80, 65, 50, 35)
ID = re.compile(r"f-[0-9a-f]{32}")
AT_ONCE = 2  # pictures decoded at the same time: each may take 200 MB


class Clock(Protocol):
    """Say what time it is."""

    def __call__(self) -> datetime:
        """Give the time, aware."""
        ...


class Attachments:
    """The photographs of one installation, in a folder."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._waiting, self._kept = folder / "waiting", folder / "kept"
        self._clock = clock
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def take(self, body: bytes) -> str:
        """Keep a photograph until its report comes; returns its id. Raises Problem (415, 422)."""
        async with self._turns:
            picture = await asyncio.to_thread(redrawn, body)
        id_ = f"f-{uuid4().hex}"
        await asyncio.to_thread(self._write, id_, picture)
        return id_

    async def keep(self, ids: Sequence[str]) -> list[str]:
        """Keep what a report names; returns the ids that nobody knows. Doing it again changes nothing."""
        unknown, _ = await self.keep_new(ids)
        return unknown

    async def keep_new(self, ids: Sequence[str]) -> tuple[list[str], list[str]]:
        """Keep what a report names; returns the ids that nobody knows, and those that were not kept before."""
        return await asyncio.to_thread(self._keep, ids)

    async def give_back(self, ids: Sequence[str]) -> None:
        """Let photographs wait again: the report that named them was refused."""
        await asyncio.to_thread(self._give_back, ids)

    def find(self, id_: str) -> Path | None:
        """Give the file of a photograph that a report has named.

        It may wait again, where another report that named it was refused.
        """
        files = [folder / f"{id_}.jpg" for folder in (self._kept, self._waiting)] if ID.fullmatch(id_) else []
        return next((file for file in files if file.is_file()), None)

    def _write(self, id_: str, picture: bytes) -> None:
        self._waiting.mkdir(parents=True, exist_ok=True)
        part = self._waiting / f"{id_}.part"
        with part.open("wb") as out:
            out.write(picture)
            out.flush()
            os.fsync(out.fileno())
        part.rename(self._waiting / f"{id_}.jpg")
        sync_names(self._waiting)

    def _keep(self, ids: Sequence[str]) -> tuple[list[str], list[str]]:
        wanted = [id_ for id_ in ids if ID.fullmatch(id_)]
        if wanted:
            self._kept.mkdir(parents=True, exist_ok=True)
        new = []
        for id_ in wanted:
            with contextlib.suppress(FileNotFoundError):  # kept already, or by another try just now; or nobody knows it
                (self._waiting / f"{id_}.jpg").replace(self._kept / f"{id_}.jpg")
                new.append(id_)
        if wanted:
            sync_names(self._kept)  # also where an earlier try moved them: it may have ended before this
        return [id_ for id_ in ids if self.find(id_) is None], new

    def _give_back(self, ids: Sequence[str]) -> None:
        for id_ in ids:
            with contextlib.suppress(FileNotFoundError):
                (self._kept / f"{id_}.jpg").replace(self._waiting / f"{id_}.jpg")
        if ids:
            sync_names(self._waiting)


def redrawn(body: bytes) -> bytes:
    """Decode a picture and give it as a JPEG of our own: upright, bounded, without metadata.

    Raises Problem: 415 for what is none of FORMATS, 422 for one that is broken or has too many pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415 - many a front door sees no photograph

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is lower
            picture = Image.open(io.BytesIO(body), formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Problem(415, "Foto harus JPEG, PNG, atau WebP") from None
    except Image.DecompressionBombError:
        raise Problem(422, "Foto terlalu besar ukurannya") from None
    if picture.width * picture.height > PIXELS:
        raise Problem(422, "Foto terlalu besar ukurannya")
    try:
        picture.draft("RGB", (EDGE, EDGE))  # a large JPEG is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((EDGE, EDGE))
        plain = Image.new("RGB", upright.size, "white")
        clear = upright.convert("RGBA")
        plain.paste(clear, mask=clear.getchannel("A"))
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError):
        raise Problem(422, "Foto rusak atau tidak lengkap") from None
    for quality in QUALITIES:
        out = io.BytesIO()
        plain.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()
