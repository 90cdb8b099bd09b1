"""Show what districts have told: a line for each incident, its latest message. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.province import Told
from schemas.vocabulary import AlertReason, IncidentState, Level
from services.notify.messages.alert_phrases import LEVELS, REASONS
from services.web.localised import clock_time

NUMBER = 8  # characters of an incident's id that a line shows
WIDEST = 60  # characters of a cell: another office wrote it, and every line is as wide as the widest
WORDS: Mapping[str, Mapping[str, str]] = {
    "id": {
        "headings": "KABUPATEN|TINGKAT|NOMOR|ISU|TEMPAT|SEJAK|JAWABAN|DIKABARKAN",
        "none": "Tidak ada peristiwa yang dikabarkan dan masih terbuka.",
        "count": "{incidents} peristiwa dari {districts} kabupaten/kota.",
        "waiting": "belum: {names}",
        "settled": "selesai",
        "dismissed": "bukan peristiwa",
        "exercise": "LATIHAN",
        "unread": "{count} pesan tidak terbaca oleh versi ini: perbarui Kentongan di pusat.",
        "no_place": "-",
    },
    "en": {
        "headings": "KABUPATEN|LEVEL|NUMBER|ISSUE|PLACE|SINCE|ANSWER|TOLD",
        "none": "No incident that was told is still open.",
        "count": "{incidents} incidents of {districts} kabupaten.",
        "waiting": "missing: {names}",
        "settled": "settled",
        "dismissed": "no incident",
        "exercise": "EXERCISE",
        "unread": "{count} messages cannot be read by this release: upgrade Kentongan at the hub.",
        "no_place": "-",
    },
}


def standing(found: Iterable[Told], now: datetime, *, days: int, closed: bool) -> list[Told]:
    """Give the latest message about each incident, the gravest first; without what is over or old."""
    latest: dict[tuple[str, str], Told] = {}
    for one in found:
        key = (one.kabupaten, str(one.message.incident))
        known = latest.get(key)
        if known is None or one.message.told_at >= known.message.told_at:
            latest[key] = one
    since = now - timedelta(days=days)
    kept = [one for one in latest.values() if one.message.told_at >= since and (closed or not is_over(one))]
    return sorted(kept, key=lambda one: (-_grade(one), one.message.told_at))


def is_over(told: Told) -> bool:
    """Say whether the last word about an incident is that it was closed."""
    return told.message.reason == AlertReason.CLOSED


def _grade(told: Told) -> int:
    return Level[told.message.level].value if told.message.level in Level.__members__ else 0


def answer(told: Told, language: str) -> str:
    """Say how the answer stands, as the message says it."""
    message, words = told.message, WORDS[language]
    if message.outcome is not None:
        return words["dismissed" if message.outcome == IncidentState.DISMISSED else "settled"]
    if message.waiting:
        return words["waiting"].format(names=", ".join(message.waiting))
    return REASONS[language][message.reason]


def cells(told: Told, names: Mapping[str, str], language: str, zone: ZoneInfo) -> tuple[str, ...]:
    """Give the cells of one line."""
    message = told.message
    level = LEVELS[language][Level[message.level]] if message.level in Level.__members__ else message.level
    place = ", ".join(filter(None, (message.place.kecamatan_name, message.place.desa_name)))
    found = (
        names.get(told.kabupaten, told.kabupaten),
        f"{WORDS[language]['exercise']} {level}" if message.exercise else level,
        str(message.incident)[:NUMBER],
        message.issue_label or message.issue,
        place or WORDS[language]["no_place"],
        _moment(message.since or message.told_at, zone),
        answer(told, language),
        _moment(message.told_at, zone),
    )
    return tuple(cell if len(cell) <= WIDEST else f"{cell[: WIDEST - 3]}..." for cell in found)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    try:
        return f"{at.astimezone(zone):%d-%m} {clock_time(at, zone)}"
    except OverflowError:  # the first and last hours of the calendar are not in every zone
        return f"{at:%d-%m-%Y}"


def table(found: Sequence[Told], names: Mapping[str, str], language: str, zone: ZoneInfo) -> str:
    """Write the list."""
    words = WORDS[language]
    if not found:
        return words["none"]
    rows = [tuple(words["headings"].split("|")), *(cells(one, names, language, zone) for one in found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    count = words["count"].format(incidents=len(found), districts=len({one.kabupaten for one in found}))
    return "\n".join([*(plain(line) for line in lines), count])


def line(told: Told, names: Mapping[str, str], language: str, zone: ZoneInfo) -> str:
    """Write one message as it comes."""
    return plain(" · ".join(cells(told, names, language, zone)))


def plain(text: str) -> str:
    """Take out what steers a terminal: another office wrote it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def as_json(told: Told, names: Mapping[str, str]) -> str:
    """Write one message for programs."""
    whole: dict[str, Any] = {"kabupaten": told.kabupaten, "name": names.get(told.kabupaten, ""), "number": told.number}
    return json.dumps(whole | told.message.model_dump(mode="json"), ensure_ascii=True)
