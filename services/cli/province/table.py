"""Show what districts have told: a line for each incident, its latest message. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.province import ProvinceTold, ProvinceWithdrawn, Told
from schemas.vocabulary import AlertReason, IncidentState, Level
from services.notify.messages.alert_phrases import LEVELS, REASONS
from services.web.localised import clock_time

NUMBER = 8  # characters of an incident's id that a line shows
SHOWN_WITHDRAWN = timedelta(days=1)  # whoever looks once in a shift sees that it is gone; `--all` shows it for longer
WIDEST = 60  # characters of a cell: another office wrote it, and every line is as wide as the widest
WORDS: Mapping[str, Mapping[str, str]] = {
    "id": {
        "headings": "KABUPATEN|TINGKAT|NOMOR|ISU|TEMPAT|SEJAK|JAWABAN|DIKABARKAN",
        "none": "Tidak ada peristiwa yang dikabarkan dan masih terbuka.",
        "count": "{incidents} peristiwa dari {districts} kabupaten/kota.",
        "waiting": "belum: {names}",
        "settled": "selesai",
        "dismissed": "bukan peristiwa",
        "withdrawn": "dicabut",
        "withdrawn_count": "{count} dicabut: kabupaten tidak lagi mengabarkannya kepada provinsi.",
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
        "withdrawn": "withdrawn",
        "withdrawn_count": "{count} withdrawn: the kabupaten no longer tells the province of it.",
        "exercise": "EXERCISE",
        "unread": "{count} messages cannot be read by this release: upgrade Kentongan at the hub.",
        "no_place": "-",
    },
}


def standing(found: Iterable[Told], now: datetime, *, days: int, closed: bool) -> list[Told]:
    """Give the latest message about each incident, the gravest first and what is withdrawn last.

    Without what is old or over, unless `closed`; what was withdrawn within a day is shown in any case.
    """
    latest: dict[tuple[str, str], Told] = {}
    for one in found:
        key = (one.kabupaten, str(one.message.incident))
        known = latest.get(key)
        if known is None or one.message.told_at >= known.message.told_at:
            latest[key] = one
    since = now - timedelta(days=days)
    kept = [one for one in latest.values() if one.message.told_at >= since and (closed or not is_over(one, now))]
    return sorted(kept, key=lambda one: (is_withdrawn(one), -_grade(one), one.message.told_at))


def is_withdrawn(told: Told) -> bool:
    """Say whether the last word about an incident is that it was withdrawn."""
    return isinstance(told.message, ProvinceWithdrawn)


def is_over(told: Told, now: datetime) -> bool:
    """Say whether the last word about an incident is that it was closed, or was withdrawn more than a day ago."""
    if is_withdrawn(told):
        return told.message.told_at < now - SHOWN_WITHDRAWN
    return told.message.reason == AlertReason.CLOSED


def _grade(told: Told) -> int:
    message = told.message
    if isinstance(message, ProvinceWithdrawn) or message.level not in Level.__members__:
        return 0
    return Level[message.level].value


def answer(message: ProvinceTold, language: str) -> str:
    """Say how the answer stands, as the message says it."""
    words = WORDS[language]
    if message.outcome is not None:
        return words["dismissed" if message.outcome == IncidentState.DISMISSED else "settled"]
    if message.waiting:
        return words["waiting"].format(names=", ".join(message.waiting))
    return REASONS[language][message.reason]


def cells(told: Told, names: Mapping[str, str], language: str, zone: ZoneInfo) -> tuple[str, ...]:
    """Give the cells of one line; of what is withdrawn only which one and since when."""
    message, name = told.message, names.get(told.kabupaten, told.kabupaten)
    if isinstance(message, ProvinceWithdrawn):
        words, number = WORDS[language], str(message.incident)[:NUMBER]
        none = words["no_place"]
        return _cut(name, none, number, none, none, none, words["withdrawn"], _moment(message.told_at, zone))
    level = LEVELS[language][Level[message.level]] if message.level in Level.__members__ else message.level
    place = ", ".join(filter(None, (message.place.kecamatan_name, message.place.desa_name)))
    return _cut(
        name,
        f"{WORDS[language]['exercise']} {level}" if message.exercise else level,
        str(message.incident)[:NUMBER],
        message.issue_label or message.issue,
        place or WORDS[language]["no_place"],
        _moment(message.since or message.told_at, zone),
        answer(message, language),
        _moment(message.told_at, zone),
    )


def _cut(*found: str) -> tuple[str, ...]:
    return tuple(cell if len(cell) <= WIDEST else f"{cell[: WIDEST - 3]}..." for cell in found)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    try:
        return f"{at.astimezone(zone):%d-%m} {clock_time(at, zone)}"
    except OverflowError:  # the first and last hours of the calendar are not in every zone
        return f"{at:%d-%m-%Y}"


def table(found: Sequence[Told], names: Mapping[str, str], language: str, zone: ZoneInfo) -> str:
    """Write the list."""
    words = WORDS[language]
    told = [one for one in found if not is_withdrawn(one)]
    count = words["count"].format(incidents=len(told), districts=len({one.kabupaten for one in told}))
    after = [count if told else words["none"]]
    if gone := len(found) - len(told):
        after.append(words["withdrawn_count"].format(count=gone))
    if not found:
        return "\n".join(after)
    rows = [tuple(words["headings"].split("|")), *(cells(one, names, language, zone) for one in found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*(plain(line) for line in lines), *after])


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
