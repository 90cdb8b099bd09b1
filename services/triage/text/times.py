"""Read when: dates, clock times and words such as "kemarin malam", as a range in UTC. Pure.

Relative words count from when the report was made; nothing here looks at a clock. "pkl 00.30" is half past midnight.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schemas.assessment import Occurred, Span
from schemas.words.time_words import DAY_PART_NAMES, DAY_PARTS, HOURS, MONTHS, WEEKDAYS, any_of, hour_of_day
from services.triage.text.normalise import lower
from services.triage.text.numbers import counted_range
from services.triage.text.unicode import Written

COUNTS = {
    "se": 1, "satu": 1, "dua": 2, "rong": 2, "tiga": 3, "telung": 3, "empat": 4, "patang": 4, "lima": 5, "limang": 5,
    "enam": 6, "nem": 6, "tujuh": 7, "pitung": 7, "delapan": 8, "sembilan": 9, "sepuluh": 10,
}  # fmt: skip
UNITS = {"menit": 1, "jam": 60, "hari": 1440, "dino": 1440, "dina": 1440, "minggu": 10080, "pekan": 10080}
_PARTS = any_of(*DAY_PART_NAMES)
_PARTS_ALONE = any_of(*(name for name in DAY_PART_NAMES if name != "awan"))  # "awan" is a cloud too
_SLASHED = re.compile(r"(?<![\d/.,])(\d{1,2})\s?[/-]\s?(\d{1,2})(?:\s?[/-]\s?(\d{4}|\d{2}))?(?![\d/])")
_UP_TO = r"(?:\s?(?:[-/]|s/d|sd|sampai|hingga)\s?\d{1,2}(?:[.:]\d{2})?)?"  # the end of a range: it began with the first
_SPELLED = re.compile(rf"(?<!\d)(\d{{1,2}}){_UP_TO}\s+({any_of(*MONTHS)})\b\.?(?:\s+(\d{{4}}))?")
_AFTER_NUMBER = re.compile(r"\s?([a-z]+)")
_SAYS_CLOCK = re.compile(r"\b(?:pukul|pkl|jam|jm)\W*$")  # "jam 3-4 sore"
_SAYS_DATE = re.compile(rf"\b(?:{any_of(*WEEKDAYS)}|tanggal|tgl|tertanggal)\W*$")  # "Rabu 3-11 warga ..."
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_CLOCK = re.compile(
    rf"(?:pukul|pkl|jam|jm)\.?\s*(\d{{1,2}})(?:\s?[.:]\s?(\d{{2}}))?{_UP_TO}(?:\s*(wib))?"
    rf"(?:\s*({_PARTS})\b)?"
    r"|(?<![\d.,])(\d{1,2})[.:](\d{2})\s*wib"
)
# The hour of a stamp beside a date: "[30/11/26 22.00] Budi: ...", "[22.00, 30/11/2026]", "30/11/26, 10:15 pm";
# no amount: "30/11/26 2.500 orang", "30/11/26 2.50 juta".
_NO_AMOUNT = r"(?![\d.%]|,\d|\s?(?:ribu|rb|juta|jt|ton|kg|km|ha|meter|persen)\b)"
_STAMP = rf"(\d{{1,2}})[.:](\d{{2}})(?:[.:]\d{{2}})?{_NO_AMOUNT}(?:\s?([ap])\.?m\b)?"
_STAMPED_AFTER = re.compile(rf",?\s?{_STAMP}")
_STAMPED_BEFORE = re.compile(rf"\[{_STAMP},\s$")
_CLOCK_WORDS = ("jam", "pukul", "pkl", "jm")  # without one of these no hour is told, but for "19.00 wib"
_DIGIT = re.compile(r"\d")
_PART_BEFORE = re.compile(rf"(?<!selamat )(?<!met )\b({_PARTS_ALONE})\b")  # not of a greeting
_CLOCK_WORD = re.compile(
    rf"(?:pukul|jam|jm)\s+(setengah\s+)?({any_of(*HOURS)}|(?<=setengah )\d{{1,2}})"
    rf"(?:\s+({_PARTS})\b)?"
)
_AGO = re.compile(
    rf"(?<!selama )(?<!hampir )\b(\d{{1,2}}\s*|(?:{'|'.join(COUNTS)}|setengah)\s*)({'|'.join(UNITS)})\s+"
    r"(?:yang\s+|yg\s+|sing\s+)?(?:lalu|kepungkur)\b"
)
_NEXT = re.compile(r"\b(senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)\s+(?:depan|ngarep)\b")
_EVE = re.compile(rf"(?<!tadi )(?<!td )\b(?:malam|malem)\s+({any_of(*WEEKDAYS)})\b")  # "malam Minggu": Saturday's night
_PART = re.compile(rf"\b(dini ?hari|{_PARTS_ALONE})\b")
_WEEKDAY = re.compile(
    r"\b(senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)\b(?!\s+(?:depan|lalu|kedua|pertama|ketiga))"
)
_RELATIVE = re.compile(
    r"\b(besok lusa|kemarin lusa|kemarin malam|kemarin|kmrn|wingi|tadi malam|tadi malem|td malam|td malem|td mlm|"
    r"semalam|mau bengi|mau isuk|mau esuk|mau awan|tadi pagi|tadi siang|tadi sore|tadi|barusan|hari ini|malam ini|"
    r"pagi ini|siang ini|sore ini|dino iki|saiki|sekarang|skrg|saat ini|nanti malam|ntar malem|ntar malam|mengko bengi|"
    r"nanti sore|nanti|besok|sesuk|lusa|pekan depan|minggu depan|minggu dpn|bulan depan)\b"
)
_COUNTDOWN = re.compile(r"\bh\s?-\s?(\d{1,2})\b")
_TOLD_BEFORE = re.compile(
    r"(kata|ujar|menurut|menyebut|menyatakan|mengatakan|keluh|jelas|tutur|menegaskan)\W+(?:\w+\W+){0,4}$"
)
RELATIVE_DAYS = {
    "besok lusa": 2, "kemarin lusa": -2, "kemarin malam": -1, "kemarin": -1, "kmrn": -1, "wingi": -1, "tadi malam": -1,
    "tadi malem": -1, "td malam": -1, "td malem": -1, "td mlm": -1, "semalam": -1, "mau bengi": -1, "besok": 1,
    "sesuk": 1, "lusa": 2, "pekan depan": 7, "minggu depan": 7, "minggu dpn": 7, "bulan depan": 30,
}  # fmt: skip
_LAST_NIGHT = frozenset(
    ["tadi malam", "tadi malem", "td malam", "td malem", "td mlm", "semalam", "mau bengi", "kemarin malam"]
)
_AHEAD = re.compile(
    r"\b(?:akan|rencana\w*|direncanakan|besok|nanti|ntar|bakal|menjelang|sesuk|arep|mengko|ajakan|mengajak|ngajak)\b"
)
YEARS = range(1900, 2101)
HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class When:
    """When a report's event happened or is to happen; `future` when its words say it lies ahead."""

    occurred: Occurred
    spans: tuple[Span, ...] = ()
    future: bool = False
    ahead_by: timedelta | None = None  # how long after the report was made it begins


class Calendar:
    """Reads times in one time zone."""

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)

    def read(
        self, told: Written, made: datetime | None, observed: datetime | None = None, until: datetime | None = None
    ) -> When:
        """Read when it happened from a text in plain letters, relative to when the report was made (UTC).

        Spans point into the text as it was sent.
        """
        found = self._read(lower(told.text), made, observed, until)
        return replace(found, spans=tuple(told.span(span) for span in found.spans))

    def _read(self, low: str, made: datetime | None, observed: datetime | None, until: datetime | None) -> When:
        """Read from a text in lower case.

        `made` None: relative words cannot be resolved. `observed` is what the reporter entered; it wins. `until` ends
        the day or the range that `observed` begins.
        """
        day, spans, basis = self._day(low, made)
        clock, clock_span = _clock(low)
        if clock is None and basis == "explicit":
            clock, clock_span = _stamped(low, spans[0])
        if observed is not None:
            return self._observed(observed, until, made, spans)
        local = made.astimezone(self._zone) if made is not None else None
        if day is None and clock is not None and local is not None:
            # A time alone: the latest such time that has passed when the report was made.
            day = local.date()
            basis = "relative"
            if datetime.combine(day, time(clock[0] % 24), self._zone) > local + timedelta(hours=1):
                day = day - timedelta(days=1) if not _ahead(low) else day
        if made is not None and basis == "relative" and clock is None and (moment := _moment(low, spans, made)):
            return When(
                Occurred.model_construct(start=moment, end=made, basis=basis), tuple(spans), ahead_by=moment - made
            )
        if day is None:
            return When(Occurred.model_construct(start=None, end=made, basis="reported"), ())
        start, end = self._range(low, day, clock, spans)
        found = (*spans, clock_span) if clock_span else tuple(spans)
        future = local is not None and start > local + HALF_HOUR
        occurred = Occurred.model_construct(start=start.astimezone(UTC), end=end.astimezone(UTC), basis=basis)
        # A day without an hour is counted to its middle.
        ahead = start + (end - start) / 2 - local if local is not None else None
        return When(occurred, found, future, ahead)

    def _observed(self, observed: datetime, until: datetime | None, made: datetime | None, spans: list[Span]) -> When:
        end = max(observed, min(until, made) if made is not None else until) if until is not None else observed
        future = made is not None and observed > made + HALF_HOUR
        return When(
            Occurred.model_construct(start=observed, end=end, basis="observed"),
            tuple(spans),
            future,
            observed - made if made else None,
        )

    def _weekday_before(self, low: str, span: Span, day: date) -> date:
        """Step back from the date of telling: "Sabtu sore ..., kata Kapolsek, Selasa (11/1)" happened on Saturday."""
        found = _WEEKDAY.search(low, 0, max(0, span[0] - 14))
        if found is None or not re.match(
            r"\W+(?:dini|subuh|pagi|siang|sore|petang|malam|sekitar|pukul|pkl)", low[found.end() :]
        ):
            return day
        back = (day.weekday() - _weekday(found[1])) % 7
        return day - timedelta(days=back)

    def _relative(self, low: str, found: re.Match[str], made: datetime | None, local: date) -> date:
        """Give the day of "kemarin", "besok", "semalam": last night after midnight is today."""
        days = RELATIVE_DAYS.get(found[1], 0)
        if days == -1 and found[1] in _LAST_NIGHT:
            clock, _ = _clock(low)
            told_at_night = made is not None and made.astimezone(self._zone).hour >= 19  # noqa: PLR2004
            if (clock is not None and clock[0] < 6) or (told_at_night and found[1] != "kemarin malam"):  # noqa: PLR2004
                days = 0
        return local + timedelta(days=days)

    def _range(
        self, low: str, day: date, clock: tuple[int, int] | None, spans: list[Span]
    ) -> tuple[datetime, datetime]:
        if clock is not None:
            # "jam 12 malam" ends the day it is called after
            start = datetime.combine(day, time(), self._zone) + timedelta(hours=clock[0], minutes=clock[1])
            return start, start + timedelta(hours=1)
        near = low[spans[0][0] : spans[-1][1] + 25] if spans else ""
        before = low[max(0, spans[0][0] - 12) : spans[0][0]] if spans else ""
        part = _PART.search(near) or _PART.search(before)
        if part is not None:
            first, last = DAY_PARTS[DAY_PART_NAMES[part[1]]]
            midnight = datetime.combine(day, time(), self._zone)
            return midnight + timedelta(hours=first), midnight + timedelta(hours=last)
        midnight = datetime.combine(day, time(), self._zone)
        return midnight, midnight + timedelta(days=1)

    def _day(self, low: str, made: datetime | None) -> tuple[date | None, list[Span], str]:
        local = made.astimezone(self._zone).date() if made is not None else None
        dates = self._dates(low, local) if _DIGIT.search(low) else []
        if dates:
            dates.sort()
            plain_dates = [one for one in dates if not one[3]] or dates
            _, span, day, _ = plain_dates[0]
            return self._weekday_before(low, span, day), [span], "explicit"
        if local is None:
            return None, [], "reported"
        return self._told(low, made, local) or (None, [], "reported")

    @staticmethod
    def _dates(low: str, local: date | None) -> list[tuple[int, Span, date, bool]]:
        """Give the dates that a text gives in numbers, each with its place and whether it is that of a statement."""
        dates: list[tuple[int, Span, date, bool]] = []
        for iso in _ISO.finditer(low) if "-" in low else ():
            _keep(dates, low, iso, _real(int(iso[1]), int(iso[2]), int(iso[3])))
        for slashed in _SLASHED.finditer(low) if "-" in low or "/" in low else ():
            if _counts(low, slashed):
                continue
            _keep(dates, low, slashed, _completed(int(slashed[1]), int(slashed[2]), slashed[3], local))
        for spelled in _SPELLED.finditer(low):
            _keep(dates, low, spelled, _completed(int(spelled[1]), MONTHS[spelled[2]], spelled[3], local))
        return dates

    def _told(self, low: str, made: datetime | None, local: date) -> tuple[date, list[Span], str] | None:
        """Give the day that words count from when the report was made."""
        night = "malam " in low or "malem " in low
        if night and (found := _EVE.search(low)):
            back = (local.weekday() - _weekday(found[1]) + 1) % 7
            return local + timedelta(days=7 - back if _ahead(low) and back else -back), [found.span()], "relative"
        if found := _RELATIVE.search(low):
            return self._relative(low, found, made, local), [found.span()], "relative"
        if ("lalu" in low or "kepungkur" in low) and (found := _AGO.search(low)):
            return local - timedelta(minutes=_minutes(found)), [found.span()], "relative"
        if ("depan" in low or "ngarep" in low) and (found := _NEXT.search(low)):
            days = (_weekday(found[1]) - local.weekday()) % 7 or 7
            return local + timedelta(days=days), [found.span()], "relative"
        if found := _COUNTDOWN.search(low):
            return local + timedelta(days=int(found[1])), [found.span()], "relative"
        return _named(low, local)


def _named(low: str, local: date) -> tuple[date, list[Span], str] | None:
    """Give the day a weekday means: the last one, the next one where the words look ahead."""
    found = _WEEKDAY.search(low)
    if found is None:
        return None
    back = (local.weekday() - _weekday(found[1])) % 7
    days = 7 - back if _ahead(low) and back else -back
    return local + timedelta(days=days), [found.span()], "relative"


def _weekday(name: str) -> int:
    return WEEKDAYS[name.replace("jum'at", "jumat")]


def _moment(low: str, spans: list[Span], made: datetime) -> datetime | None:
    """Give the moment of "dua jam lalu"; None where whole days are counted."""
    found = _AGO.match(low, spans[0][0])
    if found is None or UNITS[found[2]] > UNITS["jam"]:
        return None
    return made - timedelta(minutes=_minutes(found))


def _minutes(found: re.Match[str]) -> float:
    """Give how long ago: "dua jam lalu", "setengah jam yang lalu", "sejam lalu"."""
    said = found[1].strip()
    count = 0.5 if said == "setengah" else COUNTS.get(said) or int(said)
    return count * UNITS[found[2]]


def latest_date(low: str) -> date | None:
    """Give the latest full date a text names, for input that does not say when it was made."""
    found = [_real(int(m[1]), int(m[2]), int(m[3])) for m in _ISO.finditer(low)]
    found += [_completed(int(m[1]), int(m[2]), m[3], None) for m in _SLASHED.finditer(low) if m[3]]
    found += [_completed(int(m[1]), MONTHS[m[2]], m[3], None) for m in _SPELLED.finditer(low) if m[3]]
    return max((day for day in found if day is not None), default=None)


def _ahead(low: str) -> bool:
    return _AHEAD.search(low) is not None


def _keep(dates: list[tuple[int, Span, date, bool]], low: str, found: re.Match[str], day: date | None) -> None:
    if day is not None:
        told = _TOLD_BEFORE.search(low[max(0, found.start() - 60) : found.start()]) is not None
        dates.append((found.start(), found.span(), day, told))


def _counts(low: str, found: re.Match[str]) -> bool:
    """Tell "3-4 orang", "2/3 warga", "2-3 hari", "3-4 November" and "jam 3-4" from a day and its month."""
    if found[3] is not None:
        return False
    if _SAYS_CLOCK.search(low, max(0, found.start() - 16), found.start()):
        return True
    noun = _AFTER_NUMBER.match(low, found.end())
    if noun is None:
        return False
    if noun[1] in MONTHS:
        return True
    between = "/" if "/" in found[0] else "-"
    if not counted_range(int(found[1]), int(found[2]), between, noun[1]):
        return False
    return _SAYS_DATE.search(low, max(0, found.start() - 16), found.start()) is None


def _real(year: int, month: int, day: int) -> date | None:
    if year not in YEARS:
        return None  # "31-12-9999" is no day that anything happened on
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _completed(day: int, month: int, year: str | None, local: date | None) -> date | None:
    """Complete a date without a year to the one nearest the day the report was made, at most 60 days ahead."""
    if year is not None:
        number = int(year)
        return _real(number + 2000 if number < 100 else number, month, day)  # noqa: PLR2004 - "25" is 2025
    if local is None:
        return None
    this = _real(local.year, month, day)
    if this is None:
        return None
    if this > local + timedelta(days=60):
        return _real(local.year - 1, month, day)
    if this < local - timedelta(days=305):
        return _real(local.year + 1, month, day)
    return this


def _of_day(hour: int, part: str | None) -> int:
    found = hour_of_day(hour, part) if part is not None and hour <= 24 else None  # noqa: PLR2004
    return hour if found is None else found


def _clock(low: str) -> tuple[tuple[int, int] | None, Span | None]:
    """Give the first clock time and where it stands."""
    said = any(word in low for word in _CLOCK_WORDS)
    for found in _CLOCK.finditer(low) if said or "wib" in low else ():
        hour, minute = int(found[1] or found[5]), int(found[2] or found[6] or 0)
        part = found[4]
        if part is None and (before := _PART_BEFORE.search(low[max(0, found.start() - 16) : found.start()])):
            part = before[1]
        hour = _of_day(hour, part)
        if hour <= 24 and minute < 60:  # noqa: PLR2004
            return (hour, minute), found.span()
    if said and (word := _CLOCK_WORD.search(low)):
        half = word[1] is not None  # "setengah sepuluh" is half past nine
        hour = _of_day((HOURS.get(word[2]) or int(word[2])) - half, word[3])
        return (hour % 24, 30 if half else 0), word.span()
    return None, None


def _stamped(low: str, day: Span) -> tuple[tuple[int, int] | None, Span | None]:
    """Give the hour that stands right beside a date, as programs write it, and where it stands."""
    found = _STAMPED_AFTER.match(low, day[1]) or _STAMPED_BEFORE.search(low, max(0, day[0] - 16), day[0])
    if found is None:
        return None, None
    hour, minute, half = int(found[1]), int(found[2]), found[3]
    if half is not None:
        hour = hour % 12 + (12 if half == "p" else 0)
    return ((hour, minute), found.span()) if hour < 24 and minute < 60 else (None, None)  # noqa: PLR2004
