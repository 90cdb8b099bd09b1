"""Write shifts as a calendar file that telephones and office programs take in. Pure (RFC 5545)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

KIND = "text/calendar; charset=utf-8"
LINE = 75  # octets of one line without its end; what is longer goes on in the next after a blank (3.1)
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")  # no text may hold them (3.3.11); a line feed is written as a sign


@dataclass(frozen=True)
class Entry:
    """One entry of a calendar: `id` is the same whenever it is written, instants are aware."""

    id: str
    start: datetime
    end: datetime
    said: str


def calendar_of(entries: Iterable[Entry], now: datetime) -> str:
    """Write a whole file: times in UTC, which need no rules of a zone; private, since programs share calendars."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kentongan//Piket//ID", "CALSCALE:GREGORIAN"]
    for one in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.id}",
            f"DTSTAMP:{_instant(now)}",
            f"DTSTART:{_instant(one.start)}",
            f"DTEND:{_instant(one.end)}",
            f"SUMMARY:{_text(one.said)}",
            "CLASS:PRIVATE",
            "END:VEVENT",
        ]
    return "".join(f"{part}\r\n" for line in (*lines, "END:VCALENDAR") for part in _folded(line))


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """Escape what has a meaning of its own in a value."""
    plain = _CONTROLS.sub("", words.replace("\r\n", "\n"))
    return re.sub(r"([\\;,])", r"\\\1", plain).replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Cut a line where it is too long, never within a sign of several octets."""
    part, room = "", LINE
    for sign in line:
        size = len(sign.encode())
        if size > room:
            yield part
            part, room = " ", LINE - 1
        part, room = part + sign, room - size
    yield part
