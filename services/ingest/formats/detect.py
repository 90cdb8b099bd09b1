"""Tell what kind of file this is and read it with the intake made for it. Pure: bytes in, rows out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from schemas.district import District
from services.ingest.formats.chat_message import split
from services.ingest.formats.jsonl import read_jsonl
from services.ingest.formats.row import Taken, take
from services.ingest.formats.siladeni import Export
from services.ingest.formats.spreadsheets import UnreadableFile, decoded
from services.web.field_errors import Fault

__all__ = ["Reading", "UnreadableFile", "read_file"]


@dataclass(frozen=True)
class Reading:
    """What a file holds: the channel its reports come by, and its rows in order."""

    channel: str
    rows: tuple[Taken, ...]


def read_file(data: bytes, name: str, district: District, now: datetime) -> Reading:
    """Read a Siladeni export, JSONL or a pasted message, by what it holds and, in doubt, by its name.

    Raises UnreadableFile when the file as a whole cannot be read.
    """
    ending = name.lower().rsplit(".", 1)[-1]
    export = Export(district, now)
    if not data.strip():
        raise UnreadableFile("berkas kosong")
    if data[:2] == b"PK" or ending == "xlsx":
        return Reading("siladeni", tuple(export.read_xlsx(data)))
    if data[:4] == b"\xd0\xcf\x11\xe0" or ending == "xls":
        raise UnreadableFile("xls lama tidak dilayani, simpan ulang sebagai xlsx atau csv")
    if ending in ("jsonl", "ndjson", "json") or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:2] in (b'{"', b"[{"):
        return Reading("jsonl", tuple(read_jsonl(data, district, now)))
    if ending in ("csv", "tsv") or export.knows(data):
        return Reading("siladeni", tuple(export.read_csv(data)))
    return Reading("message", tuple(_messages(decoded(data), district, now)))


def _messages(text: str, district: District, now: datetime) -> Iterator[Taken]:
    for part in split(text, district.timezone):
        if part.sent_at and part.sent_at > now:
            yield Taken(part.line, None, (Fault("waktu", "waktu ini belum terjadi"),))
            continue
        sent_at = part.sent_at.isoformat() if part.sent_at else None
        fields = {"text": part.text, "observed_at": sent_at, "contact": part.sender}
        yield take(part.line, fields, {}, district, now)
