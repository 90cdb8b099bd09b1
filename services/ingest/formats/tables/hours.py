"""Read the hours that stand in a column of their own, as spreadsheets and forms write them. Pure."""

import re
from datetime import time, timedelta

from services.sheets.cells import shown
from services.web.headings import plain

_FRACTION = re.compile(r"0[.,]\d{3,12}", re.ASCII)  # of a day, as text; two digits are minutes
_SECONDS = re.compile(r"(\d{1,2})\.[0-5]\d\.[0-5]\d", re.ASCII)  # as Google Forms writes an hour here
_COMMA = re.compile(r"(\d{1,2}),(\d\d)", re.ASCII)  # "21,15", as a spreadsheet here shows a number


def is_clock(cell: tuple[str, object]) -> bool:
    """Say whether a cell of a column of hours is one with seconds, and not a date with points.

    >>> is_clock(("Jam Kejadian", "20.10.05")), is_clock(("Tanggal", "20.10.25")), is_clock(("Jam", "28.11.26"))
    (True, False, False)
    """
    heading, value = cell
    found = _SECONDS.fullmatch(shown(value))
    return found is not None and plain(heading).startswith(("jam", "pukul", "waktu")) and int(found[1]) < 24  # noqa: PLR2004


def hour_written(value: object) -> str:
    """Give an hour that stands in a column of its own: a time, 21.15, 21, or a fraction of the day.

    >>> hour_written(time(21, 15)), hour_written(21.3), hour_written("21"), hour_written(0.5)
    ('21:15:00', '21.30', 'jam 21', '12:00:00')
    """
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and 0 <= value < 1:
        return str(timedelta(seconds=round(value * 86_400)))
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.2f}"  # 21.3 is what a spreadsheet shows of 21.30
    return _of_text(shown(value))


def _of_text(told: str) -> str:
    """Give an hour in text.

    >>> _of_text("2115"), _of_text("21,15"), _of_text("21.15.30"), _of_text("malam")
    ('jam 2115', '21.15', '21:15:30', 'malam')
    """
    told = told.replace(".", ":") if _SECONDS.fullmatch(told) else told
    if _FRACTION.fullmatch(told):
        return hour_written(float(told.replace(",", ".")))
    if comma := _COMMA.fullmatch(told):
        return f"{comma[1]}.{comma[2]}"
    if re.fullmatch(r"\d{1,4}", told, re.ASCII):
        return f"jam {told:0>4}" if len(told) > 2 else f"jam {told}"  # noqa: PLR2004 - with its minutes
    return told
