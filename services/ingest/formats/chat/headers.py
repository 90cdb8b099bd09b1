"""Read the headers of WhatsApp's messages, as phones here and elsewhere write them. Pure.

    [20/04/25 01.12.33] Name: text      iPhone          20/04/25 01.12 - Name: text      Android
    [01.12, 20/4/2025] Name: text       copied          4/20/25, 1:12 PM - Name: text    a phone set to English (US)
    [2025-04-20, 01:12:33] Name: text   a phone set to ISO dates

The phone's settings decide the order of day and month: it is decided once for a whole file, by what only one order can
mean, never message by message.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.ingest.formats.clocks import Clock, in_whole_day
from services.ingest.formats.dates import DAY_FIRST, MONTH_FIRST, full_year

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
_BRACKET = re.compile(rf"[{INVISIBLE}]*\[{_STAMP}\]\s?", re.ASCII)
_DASH = re.compile(rf"[{INVISIBLE}]*{_STAMP}\s-\s", re.ASCII)
# Anything that stands where a header stands and looks like one, whether or not its numbers are a date.
_SHAPED = re.compile(
    rf"[{INVISIBLE}]*(?:\[[^\]\n]{{0,12}}\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}[^\]\n]{{0,24}}\][^:\n]{{1,80}}:"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s[^\n]{0,12}?\d{1,2}[.:]\d{1,2}[^\n]{0,14}?\s-\s)",
    re.ASCII,
)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stamp:
    """The numbers of a header's date as they stand, and its hour."""

    numbers: tuple[int, int, int]
    clock: Clock
    year_first: bool

    def moment(self, order: str, zone: ZoneInfo) -> datetime | None:
        """Give the instant in UTC under an order of day and month; None when the calendar has none."""
        first, second, third = self.numbers
        if self.year_first:
            year, month, day = first, second, third
            month, day = (day, month) if order == MONTH_FIRST else (month, day)
        else:
            day, month, year = (first, second, third) if order == DAY_FIRST else (second, first, third)
        try:
            clock = in_whole_day(self.clock)
            if (clock.hour, clock.minute) > (24, 0):
                return None
            local = datetime(
                full_year(year),
                month,
                day,
                clock.hour % 24,
                clock.minute,
                clock.second,
                tzinfo=zone,
            )
            return (local + _DAY if clock.hour == 24 else local).astimezone(UTC)  # noqa: PLR2004
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Header:
    """What begins a message: its stamp, None when it cannot be read, and what follows it in the line."""

    stamp: Stamp | None
    rest: str


def header_of(line: str, *, dashes: bool) -> Header | None:
    """Give the header of a line; None when the line goes on with a message.

    `dashes`: this file has headers without brackets too. Only then is "20/04/25 01.12 - ..." one, for a report may
    hold a list of hours of its own.
    """
    found = _BRACKET.match(line) or (_DASH.match(line) if dashes else None)
    if found:
        told = {name[1:]: value for name, value in found.groupdict().items() if value is not None}
        numbers = (int(told["1"]), int(told["2"]), int(told["3"]))
        part = re.sub(r"\s", "", told.get("part", "").lower())
        clock = Clock(int(told["h"]), int(told["m"]), int(told.get("s", 0)), part)
        return Header(Stamp(numbers, clock, len(told["1"]) == 4), line[found.end() :])  # noqa: PLR2004
    if (shaped := _SHAPED.match(line)) and (dashes or shaped[0].lstrip(INVISIBLE).startswith("[")):
        return Header(None, line)
    return None


def begins_with_header(text: str) -> bool:
    """Say whether the first line that says something is a header."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return _SHAPED.match(first) is not None or _BRACKET.match(first) is not None


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
    moments = [moment for stamp in stamps if (moment := stamp.moment(order, zone))]
    return moments == sorted(moments) and all(moment <= now + _DAY for moment in moments)
