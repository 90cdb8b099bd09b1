"""Read the headers of chats, as WhatsApp on phones here and elsewhere and Telegram write them. Pure.

    [20/04/25 01.12.33] Name: text      iPhone          20/04/25 01.12 - Name: text      Android
    [01.12, 20/4/2025] Name: text       copied          4/20/25, 1:12 PM - Name: text    a phone set to English (US)
    [2025-04-20, 01:12:33] Name: text   a phone set to ISO dates
    [20/04 01.12] Name: text            several messages copied on Android: without a year
    Name, [20/04/2025 01:12]            copied in Telegram Desktop: the text begins in the next line
    Name, [20 Apr 2025 at 01:12:33]:    copied in Telegram on a Mac

Blanks or the ">" of a quotation may stand before a header.

The phone's settings decide the order of day and month: it is decided once for a whole file, by what only one order can
mean, never message by message.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schemas.words.time_words import DAY_PART_NAMES, MONTHS, any_of
from services.ingest.formats.chat.system_lines import is_system
from services.ingest.formats.clocks import Clock, in_whole_day
from services.ingest.formats.dates import DAY_FIRST, MONTH_FIRST, full_year, latest_day

INVISIBLE = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_DATE = r"(?P<{0}1>\d{{1,4}})[./-](?P<{0}2>\d{{1,2}})[./-](?P<{0}3>\d{{1,4}})"
# AM and PM, and what phones set to Javanese (isuk, wengi) and Malay (PG, PTG) write for them; then parts of the day.
_HALVES = {"isuk": "am", "wengi": "pm", "pg": "am", "ptg": "pm"}
_PARTS = any_of(*_HALVES, *DAY_PART_NAMES)
_LINE = r"[-\u2010-\u2015\u2212]"
_TIME = (
    r"(?P<{0}h>\d{{1,2}})[.:](?P<{0}m>\d\d)(?:[.:](?P<{0}s>\d\d))?"
    rf"(?:\s?(?P<{{0}}part>[AaPp]\.?\s?[Mm]\b\.?|(?i:{_PARTS})\b))?"
)
_STAMP = (
    rf"(?:{_DATE.format('a')}(?:,\s*|\s+)(?:pukul\s+|jam\s+|at\s+)?{_TIME.format('a')}"
    rf"|{_TIME.format('b')},\s*{_DATE.format('b')})"
)
_SHORT = r"(?P<{0}1>\d{{1,2}})/(?P<{0}2>\d{{1,2}})"
_SHORT_STAMP = rf"(?:{_SHORT.format('c')}(?:,\s*|\s+){_TIME.format('c')}|{_TIME.format('d')},\s*{_SHORT.format('d')})"
_BEFORE = rf"[{INVISIBLE}\s>]*"
_BRACKET = re.compile(rf"{_BEFORE}\[(?:{_STAMP}\]\s?|{_SHORT_STAMP}\]\s?(?=[^:\n]{{1,80}}:(?:\s|$)))", re.ASCII)
_DASH = re.compile(rf"{_BEFORE}{_STAMP}\s{{1,3}}{_LINE}\s{{1,3}}", re.ASCII)
_MONTH = any_of(*MONTHS)
_TELEGRAM = re.compile(rf"{_BEFORE}(?P<who>[^\s\[\]:>][^\n\[\]:]{{0,79}}), \[{_STAMP}\]:?\s*$", re.ASCII)
_MAC = re.compile(
    rf"{_BEFORE}(?P<who>[^\s\[\]:>][^\n\[\]:]{{0,79}}), \[(?:(?P<e3>\d{{1,2}})\s(?P<month>(?i:{_MONTH}))\.?"
    rf"|(?P<month_first>(?i:{_MONTH}))\.?\s(?P<f3>\d{{1,2}}),)\s(?P<e1>\d{{4}}),?\s(?:at\s|pukul\s)?"
    rf"{_TIME.format('e')}\]:?\s*$",
    re.ASCII,
)
# Anything that stands where a header stands and looks like one, whether or not its numbers are a date.
_SHAPED = re.compile(
    rf"{_BEFORE}(?:\[[^\]\n]{{0,12}}\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}[^\]\n]{{0,24}}\][^:\n]{{1,80}}:"
    rf"|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}},?\s[^\n]{{0,12}}?\d{{1,2}}[.:]\d{{1,2}}[^\n]{{0,14}}?\s{_LINE}\s)",
    re.ASCII,
)
# A person, an office or a number in front of the text: a line of a chronology goes on in small letters.
_NAMED = re.compile(r"(?:[^\W_a-z]|[+~(])[^\s:]*(?: (?:[^\W_a-z]|[+~(&-]|(?:bin|binti|al|dan) )[^\s:]*){0,7}:(?: |$)")
# A header whose day is in words, which no phone here writes, or of LINE: known so that such a chat is refused.
_FOREIGN = re.compile(
    rf"{_BEFORE}(?:\[[^\]\n]{{0,40}}\d{{1,2}}[.:]\d\d[^\]\n]{{0,30}}\]\s?[^:\n]{{1,80}}:\s"
    r"|(?:[^\W\d]{3,9},?\s)?\d{1,2}\s[^\W\d]{3,10}\s\d{4},?\s\d{1,2}[.:]\d\d\s[-\u2013\u2014]\s[^:\n]{1,80}:\s"
    r"|\d{1,2}[.:]\d\d\t[^\t\n]{1,80}\t\S)"
)
_DAY = timedelta(days=1)
_PLAIN = str.maketrans({"\u202f": " ", "\xa0": " ", "\uff3b": "[", "\uff3d": "]"})


@dataclass(frozen=True)
class Stamp:
    """The numbers of a header's date as they stand, and its hour."""

    numbers: tuple[int, ...]  # without a year two
    clock: Clock
    year_first: bool
    sure: bool = False  # its month is in words

    def moment(self, order: str, zone: ZoneInfo, now: datetime) -> datetime | None:
        """Give the instant in UTC under an order of day and month; None when the calendar has none.

        Without a year it is the latest such day that is not after the tomorrow of `now`.
        """
        first, second = self.numbers[:2]
        if self.year_first:
            year: int | None = first
            month, day = self.numbers[1:]
            month, day = (day, month) if order == MONTH_FIRST and not self.sure else (month, day)
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
    telegram = None
    found = _DASH.match(line) if dashes else None
    if found is None and "[" in line:
        if mac := _MAC.match(line):
            return _of_mac(mac)
        telegram = _TELEGRAM.match(line)
        found = telegram or _BRACKET.match(line)
    if found:
        told = {name[1:]: value for name, value in found.groupdict().items() if value is not None and name != "who"}
        numbers = tuple(int(told[place]) for place in "123" if place in told)
        clock = _clock(told)
        rest = f"{telegram['who']}: " if telegram else line[found.end() :]
        bare = not telegram and found[0].rstrip()[-1] != "]"
        return Header(Stamp(numbers, clock, len(told["1"]) == 4), rest, bare)  # noqa: PLR2004
    if (shaped := _SHAPED.match(line)) and (dashes or re.sub(_BEFORE, "", shaped[0], count=1).startswith("[")):
        return Header(None, line)
    return None


def _clock(told: Mapping[str, str]) -> Clock:
    """Give the hour of a header."""
    part = " ".join(told.get("part", "").lower().split())
    part = part if part in DAY_PART_NAMES and part not in _HALVES else _HALVES.get(part, part.replace(" ", ""))
    return Clock(int(told["h"]), int(told["m"]), int(told.get("s", 0)), part)


def _of_mac(found: re.Match[str]) -> Header:
    """Give a header whose month is in words."""
    month = MONTHS[(found["month"] or found["month_first"]).lower()]
    numbers = (int(found["e1"]), month, int(found["e3"] or found["f3"]))
    clock = _clock({name: told for name in ("h", "m", "s", "part") if (told := found[f"e{name}"])})
    return Header(Stamp(numbers, clock, year_first=True, sure=True), f"{found['who']}: ")


def names_a_sender(header: Header) -> bool:
    """Say whether a person, an office, a number or the application itself stands behind a header without brackets."""
    return _NAMED.match(header.rest) is not None or is_system(header.rest)


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
    return text.translate(_PLAIN).replace("\r\n", "\n").replace("\r", "\n")


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
    stamps = [stamp for stamp in stamps if not stamp.sure]
    for stamp in stamps:
        first, second = stamp.numbers[1:] if stamp.year_first else stamp.numbers[:2]
        if first > 12 >= second or second > 12 >= first:  # noqa: PLR2004
            month_first = (first > 12) is stamp.year_first  # noqa: PLR2004 - after a year the month is expected first
            proofs[MONTH_FIRST if month_first else DAY_FIRST] += 1
    if any(proofs.values()):
        return (MONTH_FIRST if proofs[MONTH_FIRST] > proofs[DAY_FIRST] else DAY_FIRST), True
    fits = [order for order in (DAY_FIRST, MONTH_FIRST) if _flows(stamps, order, zone, now)]
    if len(fits) == 1:
        return fits[0], fits[0] == DAY_FIRST  # what the order of messages alone proves is said
    foreign = any(stamp.clock.part[:1] in ("a", "p") and stamp.clock.part != "pagi" for stamp in stamps)
    same = all(stamp.numbers[0] == stamp.numbers[1] or stamp.year_first for stamp in stamps)
    return DAY_FIRST, same or not foreign


def _flows(stamps: Sequence[Stamp], order: str, zone: ZoneInfo, now: datetime) -> bool:
    moments = [moment for stamp in stamps if (moment := stamp.moment(order, zone, now))]
    return moments == sorted(moments) and all(moment <= now + _DAY for moment in moments)
