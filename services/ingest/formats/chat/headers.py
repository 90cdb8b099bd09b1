"""Read the headers of chats, as WhatsApp on phones here and elsewhere and Telegram write them. Pure.

    [20/04/25 01.12.33] Name: text      iPhone          20/04/25 01.12 - Name: text      Android
    [01.12, 20/4/2025] Name: text       copied          4/20/25, 1:12 PM - Name: text    a phone set to English (US)
    [2025-04-20, 01:12:33] Name: text   a phone set to ISO dates
    [20/04 01.12] Name: text            several messages copied on Android: without a year
    Name, [20/04/2025 01:12]            copied in Telegram Desktop: the text begins in the next line

Blanks or the ">" of a quotation may stand before a header.

The phone's settings decide the order of day and month: it is decided once for a whole file, by what only one order can
mean, never message by message.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.ingest.formats.chat.system_lines import is_system
from services.ingest.formats.clocks import Clock, in_whole_day
from services.ingest.formats.dates import DAY_FIRST, MONTH_FIRST, full_year, latest_day

INVISIBLE = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_DATE = r"(?P<{0}1>\d{{1,4}})[./-](?P<{0}2>\d{{1,2}})[./-](?P<{0}3>\d{{1,4}})"
_TIME = (
    r"(?P<{0}h>\d{{1,2}})[.:](?P<{0}m>\d\d)(?:[.:](?P<{0}s>\d\d))?"
    r"(?:\s?(?P<{0}part>[AaPp]\.?\s?[Mm]\b\.?|pagi|siang|sore|malam))?"
)
_STAMP = (
    rf"(?:{_DATE.format('a')}(?:,\s*|\s+)(?:pukul\s+|jam\s+|at\s+)?{_TIME.format('a')}"
    rf"|{_TIME.format('b')},\s*{_DATE.format('b')})"
)
_SHORT = r"(?P<{0}1>\d{{1,2}})/(?P<{0}2>\d{{1,2}})"
_SHORT_STAMP = rf"(?:{_SHORT.format('c')}(?:,\s*|\s+){_TIME.format('c')}|{_TIME.format('d')},\s*{_SHORT.format('d')})"
_BEFORE = rf"[{INVISIBLE}\s>]*"
_BRACKET = re.compile(rf"{_BEFORE}\[(?:{_STAMP}\]\s?|{_SHORT_STAMP}\]\s?(?=[^:\n]{{1,80}}:(?:\s|$)))", re.ASCII)
_DASH = re.compile(rf"{_BEFORE}{_STAMP}\s[-\u2013\u2014]\s", re.ASCII)
_TELEGRAM = re.compile(rf"{_BEFORE}(?P<who>[^\s\[\]:>][^\n\[\]:]{{0,79}}), \[{_STAMP}\]:?\s*$", re.ASCII)
# Anything that stands where a header stands and looks like one, whether or not its numbers are a date.
_SHAPED = re.compile(
    rf"{_BEFORE}(?:\[[^\]\n]{{0,12}}\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}[^\]\n]{{0,24}}\][^:\n]{{1,80}}:"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s[^\n]{0,12}?\d{1,2}[.:]\d{1,2}[^\n]{0,14}?\s[-\u2013\u2014]\s)",
    re.ASCII,
)
# A person, an office or a number in front of the text: a line of a chronology goes on in small letters.
_NAMED = re.compile(r"(?:[^\W_a-z]|[+~(])[^\s:]*(?: (?:[^\W_a-z]|[+~(&-]|(?:bin|binti|al|dan) )[^\s:]*){0,7}:(?: |$)")
# A header whose day is in words, which no phone here writes: known so that such a chat is refused, not glued.
_FOREIGN = re.compile(
    rf"{_BEFORE}(?:\[[^\]\n]{{0,40}}\d{{1,2}}[.:]\d\d[^\]\n]{{0,30}}\]\s?[^:\n]{{1,80}}:\s"
    r"|(?:[^\W\d]{3,9},?\s)?\d{1,2}\s[^\W\d]{3,10}\s\d{4},?\s\d{1,2}[.:]\d\d\s[-\u2013\u2014]\s[^:\n]{1,80}:\s)"
)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stamp:
    """The numbers of a header's date as they stand, and its hour."""

    numbers: tuple[int, ...]  # without a year two
    clock: Clock
    year_first: bool

    def moment(self, order: str, zone: ZoneInfo, now: datetime) -> datetime | None:
        """Give the instant in UTC under an order of day and month; None when the calendar has none.

        Without a year it is the latest such day that is not after the tomorrow of `now`.
        """
        first, second = self.numbers[:2]
        if self.year_first:
            year: int | None = first
            month, day = self.numbers[1:]
            month, day = (day, month) if order == MONTH_FIRST else (month, day)
        else:
            day, month = (first, second) if order == DAY_FIRST else (second, first)
            year = self.numbers[2] if self.numbers[2:] else None
        try:
            clock = in_whole_day(self.clock)
            if (clock.hour, clock.minute) > (24, 0):
                return None
            today = now.astimezone(zone).date()
            on = latest_day(today, month, day) if year is None else date(full_year(year), month, day)
            local = datetime.combine(on, time(clock.hour % 24, clock.minute, clock.second), zone)
            return (local + _DAY if clock.hour == 24 else local).astimezone(UTC)  # noqa: PLR2004
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Header:
    """What begins a message: its stamp, None when it cannot be read, and what follows it in the line."""

    stamp: Stamp | None
    rest: str
    bare: bool = False  # without brackets, as a report's own list of hours is written too


def header_of(line: str, *, dashes: bool) -> Header | None:
    """Give the header of a line; None when the line goes on with a message.

    `dashes`: this file has headers without brackets too. Only then is "20/04/25 01.12 - ..." one, for a report may
    hold a list of hours of its own.
    """
    telegram = _TELEGRAM.match(line)
    found = telegram or _BRACKET.match(line) or (_DASH.match(line) if dashes else None)
    if found:
        told = {name[1:]: value for name, value in found.groupdict().items() if value is not None and name != "who"}
        numbers = tuple(int(told[place]) for place in "123" if place in told)
        part = re.sub(r"\s", "", told.get("part", "").lower())
        clock = Clock(int(told["h"]), int(told["m"]), int(told.get("s", 0)), part)
        rest = f"{telegram['who']}: " if telegram else line[found.end() :]
        bare = not telegram and found[0].rstrip()[-1] != "]"
        return Header(Stamp(numbers, clock, len(told["1"]) == 4), rest, bare)  # noqa: PLR2004
    if (shaped := _SHAPED.match(line)) and (dashes or re.sub(_BEFORE, "", shaped[0], count=1).startswith("[")):
        return Header(None, line)
    return None


def has_dashes(text: str) -> bool:
    """Say whether a text has headers without brackets: it begins with one, or two of them name a sender.

    A title or a note may stand above a chat; a report's own list of hours names nobody, or goes on in small letters.
    """
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if _SHAPED.match(first) is not None or header_of(first, dashes=False) is not None:
        return True
    rests = [line[found.end() :] for line in lines if (found := _DASH.match(line))]
    named = [rest for rest in rests if _NAMED.match(rest)]
    return len(named) > 1 and all(_NAMED.match(rest) or is_system(rest) for rest in rests)


def plain(text: str) -> str:
    """Give a text with one kind of blank and of line end."""
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("\r\n", "\n").replace("\r", "\n")


def above_headers(text: str) -> str:
    """Give what stands above the first header of a text: all of it when it has none."""
    text = plain(text)
    dashes, lines = has_dashes(text), text.split("\n")
    first = next((place for place, line in enumerate(lines) if header_of(line, dashes=dashes)), len(lines))
    return "\n".join(lines[:first])


def has_unknown_headers(text: str) -> bool:
    """Say whether two lines look like headers of a chat, of which none can be read."""
    text = plain(text)
    dashes, lines = has_dashes(text), text.split("\n")
    return sum(_FOREIGN.match(line) is not None for line in lines) > 1 and not any(
        header.stamp for line in lines if (header := header_of(line, dashes=dashes))
    )


def is_quoted(line: str) -> bool:
    """Say whether the ">" of a quotation stands before a line."""
    return re.sub(rf"^[{INVISIBLE}\s]*", "", line).startswith(">")


def order_of_file(stamps: Sequence[Stamp], zone: ZoneInfo, now: datetime) -> tuple[str, bool]:
    """Decide whether day or month stands first in all headers of a file; says also whether that is certain.

    What only one order can mean decides; then the order in which messages follow each other and none lies ahead of
    `now`; where both do, the day stands first, as phones here write it. Hours with AM and PM are those of a phone set
    to another country, so that without proof it is not certain then.
    """
    proofs = {DAY_FIRST: 0, MONTH_FIRST: 0}
    for stamp in stamps:
        first, second = stamp.numbers[1:] if stamp.year_first else stamp.numbers[:2]
        if first > 12 >= second or second > 12 >= first:  # noqa: PLR2004
            month_first = (first > 12) is stamp.year_first  # noqa: PLR2004 - after a year the month is expected first
            proofs[MONTH_FIRST if month_first else DAY_FIRST] += 1
    if any(proofs.values()):
        return (MONTH_FIRST if proofs[MONTH_FIRST] > proofs[DAY_FIRST] else DAY_FIRST), True
    fits = [order for order in (DAY_FIRST, MONTH_FIRST) if _flows(stamps, order, zone, now)]
    if len(fits) == 1:
        return fits[0], True
    foreign = any(stamp.clock.part[:1] in ("a", "p") and stamp.clock.part != "pagi" for stamp in stamps)
    same = all(stamp.numbers[0] == stamp.numbers[1] or stamp.year_first for stamp in stamps)
    return DAY_FIRST, same or not foreign


def _flows(stamps: Sequence[Stamp], order: str, zone: ZoneInfo, now: datetime) -> bool:
    moments = [moment for stamp in stamps if (moment := stamp.moment(order, zone, now))]
    return moments == sorted(moments) and all(moment <= now + _DAY for moment in moments)
