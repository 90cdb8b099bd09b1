"""Read hours as people here write them: 21.15, 9:15 PM, jam 9 malam, pukul 3 sore, setengah sepuluh. Pure."""

import re
from dataclasses import dataclass, replace

from schemas.words.time_words import DAY_PART_NAMES, DAY_PARTS, HOURS, any_of, hour_of_day
from services.ingest.formats.cutting import Cutting

_PART = any_of(*DAY_PART_NAMES)
_HALF = r"[ap]\.?\s?m\b\.?"
_ABOUT = r"(?:\s?-?an\b)?"  # "21.15-an", "jam 9an": about
_AFTER = rf"{_ABOUT}(?:\s*(?P<part>{_HALF}|(?:{_PART})\b))?"
_HOUR = rf"(?P<hour>\d{{1,2}}|{any_of(*HOURS)})"
_SPOKEN = r"\b(?:pukul|pkl|jam|jm)\.?\s*"
_CLOCK = re.compile(
    rf"(?<![\d.:,/])(?P<hour>\d{{1,2}})\s?[.:]\s?(?P<minute>\d\d)(?:[.:](?P<second>\d\d)(?:[.,]\d{{1,9}})?)?(?!\d){_AFTER}",
    re.ASCII,
)
_DIGITS = re.compile(
    rf"{_SPOKEN}(?P<hour>\d\d)(?P<minute>\d\d)(?!\d){_AFTER}"
    r"|(?<![\d.:,/-])(?P<hour2>\d\d)(?P<minute2>\d\d)(?=\s*wi[bt])",
    re.ASCII,
)
_HALF_PAST = re.compile(rf"(?:{_SPOKEN})?\bsetengah\s+{_HOUR}\b{_AFTER}", re.ASCII)
_WHOLE = re.compile(
    rf"{_SPOKEN}{_HOUR}(?![\d.:])(?:(?=\s?-?an\b)|\b)(?:\s*(?P<sign>lewat|lebih|kurang)\s*(?P<some>\d{{1,2}})\b(?:\s*menit)?)?{_AFTER}",
    re.ASCII,
)
_BARE = re.compile(rf"(?<![\d.:/])(?P<hour>\d{{1,2}}){_ABOUT}\s*(?P<part>{_HALF}|(?:{_PART})\b)", re.ASCII)
_ALONE = re.compile(rf"\b({_PART})\b")

_NOON = 12


@dataclass(frozen=True)
class Clock:
    """An hour of the day; 24.00 closes it. `part` is the word that stands with it, "" when none does."""

    hour: int
    minute: int = 0
    second: int = 0
    part: str = ""
    place: int = 0  # in the cell


def take_clocks(cut: Cutting) -> list[Clock]:
    """Take the hours out of a cell, in the order in which they stand there. Raises ValueError, saying why.

    >>> [(clock.hour, clock.minute) for clock in take_clocks(Cutting("jam 9-setengah sebelas malam"))]
    [(21, 0), (22, 30)]
    """
    found: list[Clock] = []
    for pattern in (_CLOCK, _DIGITS, _HALF_PAST, _WHOLE, _BARE) if cut.has_letters() else (_CLOCK,):
        half = pattern is _HALF_PAST
        found += [_clock(match.groupdict(), match.start(), half=half) for match in cut.take_all(pattern)]
    found.sort(key=lambda clock: clock.place)
    if len(found) == 2 and found[1].part and not found[0].part:  # noqa: PLR2004
        found[0] = replace(found[0], part=_part_before(found[0], found[1]))
    return [in_whole_day(clock) for clock in found]


def parts_of_day(cut: Cutting, clocks: list[Clock]) -> tuple[int, int] | None:
    """Take the words for a part of the day that stand apart from an hour.

    They move the first of `clocks` ("malam, pukul 9"); without hours their own hours are given.
    """
    named = [DAY_PART_NAMES[match[1]] for match in cut.take_all(_ALONE)]
    if not named:
        return None
    if clocks and not clocks[0].part:
        clocks[0] = in_whole_day(replace(clocks[0], part=named[0]))
    return None if clocks else DAY_PARTS[named[0]]


def _part_before(first: Clock, last: Clock) -> str:
    """Give the part of the day of an hour told without one before another: "jam 9-10 malam", "jam 11 - 1 malam"."""
    if first.hour <= last.hour:
        return last.part
    over = DAY_PART_NAMES.get(last.part) in ("malam", "tengah malam", "dini hari", "subuh")
    return "malam" if over and last.hour < _NOON >= first.hour else ""


def _clock(told: dict[str, str | None], place: int, *, half: bool) -> Clock:
    said = told.get("hour") or told.get("hour2") or ""
    hour = HOURS[said] if said in HOURS else int(said)
    minute = int(told.get("minute") or told.get("minute2") or 0)
    minute += {"kurang": -1}.get(told.get("sign") or "", 1) * int(told.get("some") or 0) - (30 if half else 0)
    hour, minute = hour + minute // 60, minute % 60 if half or told.get("some") else minute
    return Clock(hour, minute, int(told.get("second") or 0), told.get("part") or "", place)


def in_whole_day(clock: Clock) -> Clock:
    """Turn an hour with its word into one of 24; raises ValueError when they contradict each other.

    >>> in_whole_day(Clock(9, 15, part="p.m.")).hour, in_whole_day(Clock(12, 5, part="AM".lower())).hour
    (21, 0)
    """
    if not clock.part or not 0 <= clock.hour <= 24:  # noqa: PLR2004
        return clock
    if clock.part[0] in "ap" and clock.part not in DAY_PART_NAMES:
        return replace(clock, hour=_half_of_day(clock.hour, clock.part[0]))
    hour = hour_of_day(clock.hour, clock.part)
    if hour is not None:
        hour = 0 if hour == 24 and (clock.minute or clock.second) else hour  # noqa: PLR2004 - "12.30 malam"
        return replace(clock, hour=hour, part=DAY_PART_NAMES[clock.part])
    raise ValueError("jam tidak cocok dengan bagian harinya")


def _half_of_day(hour: int, half: str) -> int:
    if hour <= 12:  # noqa: PLR2004
        return hour % 12 + (12 if half == "p" else 0)
    if half == "a":
        raise ValueError("jam tidak ada")
    return hour  # "21:15 PM"
