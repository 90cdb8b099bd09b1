"""Read one pasted chat message: take the application's own marks off and part several forwarded ones. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

# [20/04/25 01.12] Name: text  ·  [01.12, 20/4/2025] Name: text  ·  20/04/25 01.12 - Name: text
_BRACKET = re.compile(r"\[(?P<stamp>[^\]\[\n]{8,30})\][ ]?(?P<who>[^:\n]{1,80}):[ ]?")
_STAMP = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}[, ]{1,3}(?:pukul )?\d{1,2}[.:]\d\d(?:[.:]\d\d)?(?: ?[AaPp][Mm])?"
_DASH = re.compile(rf"(?P<stamp>{_STAMP}) - (?P<who>[^:\n]{{1,80}}): ?")
_SYSTEM = re.compile(rf"{_STAMP} - [^:\n]*$")  # "... joined the group": nobody's words
_DATE = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d\d)(?!\d)")
_DOTTED = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4}|\d\d)(?!\d)")  # looked for last: a time may look so too
_TIME = re.compile(r"(?<![\d/.-])(\d{1,2})[.:](\d\d)(?:[.:]\d\d)?(?![\d/.-])\s?([AaPp])?")
_INVISIBLE = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_FORWARDED = re.compile(r"(?i)^\W*(?:diteruskan(?: berkali-kali)?|forwarded(?: many times)?)\W*$")
_ABSENT = re.compile(r"(?i)<\s*(?:media|lampiran|sticker|stiker|foto|video)[^>\n]*(?:omitted|tidak disertakan)\s*>")
_MARKS = tuple(re.compile(rf"(?<!\w){mark}(?=\S)([^\n]*?\S){mark}(?!\w)") for mark in (r"\*", "_", "~"))
_CHATTER = frozenset(
    {
        "siap",
        "ok",
        "oke",
        "okay",
        "86",
        "8.6",
        "monitor",
        "copy",
        "dicopy",
        "kopi",
        "laksanakan",
        "noted",
        "izin",
        "ijin",
        "ndan",
        "dan",
        "pak",
        "bapak",
        "komandan",
        "terima",
        "kasih",
        "makasih",
        "mksh",
        "trims",
        "suwun",
        "nggih",
        "njih",
        "inggih",
        "ya",
        "iya",
        "sip",
        "mantap",
    }
)


@dataclass(frozen=True)
class ChatMessage:
    """What one sender wrote, without the application's marks; `sent_at` UTC where a header told it."""

    text: str
    sender: str | None = None
    sent_at: datetime | None = None
    line: int = 1


def split(pasted: str, timezone: str) -> list[ChatMessage]:
    """Part what was pasted into its messages, in order; chatter ("siap, ndan") is left out.

    >>> split("[20/04/25 01.12] Rukun: *Lapor* tawuran di balai desa", "Asia/Jakarta")[0].text
    'Lapor tawuran di balai desa'
    """
    zone = ZoneInfo(timezone)
    text = (
        _INVISIBLE.sub("", pasted).replace("\u202f", " ").replace("\xa0", " ").replace("\r\n", "\n").replace("\r", "\n")
    )
    parts = [_clean(part) for part in _parts(text, zone)]
    told = [part for part in parts if part.text and not _is_chatter(part.text)]
    # Everything may have looked like chatter: what somebody took the trouble to send is then kept whole.
    return told or [part for part in parts if part.text]


def _parts(text: str, zone: ZoneInfo) -> Iterator[ChatMessage]:
    lines: list[str] = []
    open_ = ChatMessage("")
    for number, line in enumerate(text.split("\n"), 1):
        header = _BRACKET.match(line) or _DASH.match(line)
        sent_at = _stamp(header["stamp"], zone) if header else None
        if header and sent_at:
            yield ChatMessage("\n".join(lines), open_.sender, open_.sent_at, open_.line)
            open_, lines = ChatMessage("", header["who"].strip(" ~"), sent_at, number), [line[header.end() :]]
        elif not _SYSTEM.match(line):
            lines.append(line)
    yield ChatMessage("\n".join(lines), open_.sender, open_.sent_at, open_.line)


def _stamp(stamp: str, zone: ZoneInfo) -> datetime | None:
    """Read a header's time, day before month as phones here write it; None when it is no time."""
    date = _DATE.search(stamp) or _DOTTED.search(stamp)
    time = _TIME.search(stamp[: date.start()] + " " + stamp[date.end() :]) if date else None
    if not date or not time:
        return None
    day, month, year = (int(part) for part in date.groups())
    hour = int(time[1])
    if half := (time[3] or "").lower():
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        local = datetime(year + 2000 if year < 100 else year, month, day, hour, int(time[2]), tzinfo=zone)  # noqa: PLR2004
    except ValueError:
        return None
    return local.astimezone(UTC)


def _clean(message: ChatMessage) -> ChatMessage:
    lines = [line.rstrip() for line in message.text.replace("```", "").split("\n") if not _FORWARDED.match(line)]
    text = _ABSENT.sub("", "\n".join(lines)).strip()
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    return ChatMessage(text, message.sender, message.sent_at, message.line)


def _is_chatter(text: str) -> bool:
    words = re.findall(r"[\w.]*\w", text.lower())
    return all(word in _CHATTER for word in words)
