"""Open a zip archive that a stranger has made: how much it holds is known before any of it is unpacked. Pure."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from services.security.refusal import Refused
from services.sheets.cells import UnreadableFile
from services.sheets.limits import PARTS, UNPACKED, OutOfBounds

PIECE = 65_536
ENTRY = b"PK\x01\x02"  # how each part begins in the list at the end of an archive
HEAD = 30  # bytes before the name of a part
BROKEN = (
    KeyError, ValueError, TypeError, OSError, SyntaxError, EOFError, MemoryError, AttributeError,
    IndexError, AssertionError, OverflowError, RuntimeError, zipfile.BadZipFile, zipfile.LargeZipFile,
    zlib.error,
)  # fmt: skip


@contextmanager
def open_zip(data: bytes, unpacked: int = UNPACKED) -> Iterator[zipfile.ZipFile]:
    """Open an archive; raises UnreadableFile when it is locked or holds too much, one of BROKEN when it is none.

    Only what was stored or deflated is read: of the other ways to pack, a piece of some bytes is unpacked whole into
    memory, however large it is and whatever the list says.
    """
    if data.count(ENTRY) > PARTS:  # a list of a million parts is a gigabyte in memory
        raise OutOfBounds(Refused("file_parts", most=PARTS))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > unpacked:
            raise OutOfBounds(Refused("file_unpacked"))
        if any(part.flag_bits & 1 for part in parts):
            raise UnreadableFile("berkas berkata sandi: simpan tanpa kata sandi, lalu kirim lagi")
        if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
            raise OutOfBounds(Refused("file_packing"))
        if _overlap(parts) or len({part.filename for part in parts}) < len(parts):
            raise OutOfBounds(Refused("file_packing"))
        yield archive


def _overlap(parts: list[zipfile.ZipInfo]) -> bool:
    """Say whether two parts are made of the same bytes."""
    end = 0
    for part in sorted(parts, key=lambda one: one.header_offset):
        if part.header_offset < end:
            return True
        end = part.header_offset + HEAD + part.compress_size
    return False
