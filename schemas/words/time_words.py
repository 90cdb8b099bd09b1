"""Name months, days of the week, parts of the day and hours as people here write them. Pure data.

Files and reports are read by different rules, yet with the same words. English names come from exported files.
"""

from typing import Final


def _numbered(*names: str, first: int) -> dict[str, int]:
    return {name: number for number, listed in enumerate(names, first) for name in listed.split()}


MONTHS: Final = _numbered(
    "januari jan january", "februari feb pebruari peb february", "maret mar march mrt", "april apr", "mei may",
    "juni jun june", "juli jul july", "agustus agu agt ags agst agust aug august", "september sep sept",
    "oktober okt oct october", "november nov nopember nop", "desember des dec december",
    first=1,
)  # fmt: skip
# Monday is 0, as for `date.weekday`.
WEEKDAYS: Final = _numbered(
    "senin monday mon", "selasa tuesday tue", "rabu wednesday wed", "kamis thursday thu",
    "jumat jum'at jemuah friday fri", "sabtu saturday sat", "minggu ahad sunday sun",
    first=0,
)  # fmt: skip
# Local hours that a part of the day covers; subuh and dini hari are told of the day they belong to. Before and after
# the prayers people meet; their hours are those of Java.
DAY_PARTS: Final = {
    "dini hari": (0, 4), "subuh": (3, 6), "pagi": (5, 11), "siang": (10, 15), "sore": (14, 18), "asar": (15, 17),
    "petang": (17, 19), "isya": (18, 21), "tengah malam": (22, 24), "malam": (18, 24),
}  # fmt: skip
# An hour may be told with a part of the day that, told alone, does not reach so far: "jam 3 pagi", "16.30 siang".
_SAID_UNTIL: Final = {"pagi": (0, 11), "siang": (10, 17)}
# How each is written, Javanese included.
DAY_PART_NAMES: Final = {
    **{name: name for name in DAY_PARTS},
    "dinihari": "dini hari", "isuk": "pagi", "esuk": "pagi", "awan": "siang", "ashar": "asar", "magrib": "petang",
    "maghrib": "petang", "malem": "malam", "mlm": "malam", "bengi": "malam", "mbengi": "malam",
}  # fmt: skip
HOURS: Final = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
    "sepuluh": 10, "sebelas": 11, "dua belas": 12,
}  # fmt: skip


def any_of(*words: str) -> str:
    """Give a pattern for any of the words, the longest first.

    >>> any_of("malam", "tengah malam")
    'tengah malam|malam'
    """
    return "|".join(sorted(words, key=len, reverse=True))


def hour_of_day(hour: int, part: str) -> int | None:
    """Give the hour of 24 that an hour with its part of the day means; None where they contradict each other.

    It is the hour as it stands or twelve later, whichever lies in that part of the day or an hour before; 24 closes
    a day.

    >>> hour_of_day(3, "sore"), hour_of_day(1, "malam"), hour_of_day(12, "malam"), hour_of_day(8, "siang")
    (15, 1, 24, None)
    """
    part = DAY_PART_NAMES[part]
    first, last = _SAID_UNTIL.get(part, DAY_PARTS[part])
    for found in (hour, hour + 12):
        if first - 1 <= found <= last and found <= 24:  # noqa: PLR2004
            return found
    if part in ("malam", "tengah malam") and hour <= 4:  # noqa: PLR2004 - "jam 1 malam" is past midnight
        return hour
    if part in ("dini hari", "tengah malam") and hour == 12:  # noqa: PLR2004
        return 0
    if part in ("malam", "sore", "petang") and hour < 12:  # noqa: PLR2004
        return hour + 12
    return None
