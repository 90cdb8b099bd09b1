"""Read a position as forms, maps and phones write it: degrees WGS 84. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from services.policy.geography import Area

_NUMBER = r"[-+]?\d{1,3}(?:[.,]\d{1,20})?"
_PAIR = re.compile(
    rf"\s*(?:(?:geo:|loc:)\s*)?(?P<lat>[-+]?\d{{1,3}}[.,]\d{{1,20}})(?:\s*[,;]\s*|\s+)(?P<lon>[-+]?\d{{1,3}}[.,]\d{{1,20}})"
    rf"(?:[\s;]+(?P<height>{_NUMBER})[\s;]+(?P<accuracy>\d{{1,6}}(?:[.,]\d{{1,6}})?))?\s*",
    re.ASCII,
)
_LINK = re.compile(
    r"https?://\S{0,200}?(?:[?&](?:q|query|ll|destination|daddr)=(?:loc:)?|/@|/place/|/search/|geo:)"
    r"(?P<lat>[-+]?\d{1,2}\.\d{1,20})(?:,|%2C)\+?(?P<lon>[-+]?\d{1,3}\.\d{1,20})\S{0,200}",
    re.ASCII | re.IGNORECASE,
)
# The pin of a place in a link whose "@" is the middle of the screen.
_PIN = re.compile(
    r"https?://\S{0,700}?!3d(?P<lat>[-+]?\d{1,2}\.\d{1,20})!4d(?P<lon>[-+]?\d{1,3}\.\d{1,20})\S{0,300}",
    re.ASCII | re.IGNORECASE,
)
_LONGEST = 1200  # characters of a cell that is a position: a link of a place is long
_MINUTE, _SECOND = "['\u2032\u2019]", "(?:\"|\u2033|\u201d|'')"
_PARTS = (
    rf"(?P<{{0}}>\d{{{{1,3}}}})\s?°\s?(?P<{{0}}1>\d{{{{1,2}}}})\s?{_MINUTE}\s?"
    rf"(?:(?P<{{0}}2>\d{{{{1,2}}}}(?:[.,]\d{{{{1,6}}}})?)\s?{_SECOND})?\s?"
)
_SEXAGESIMAL = re.compile(  # 6°54'23" LS 112°3'10" BT, or S and E
    rf"{_PARTS.format('lat')}(?P<ns>LS|LU|[NSU])\b[\s,;]{{0,3}}{_PARTS.format('lon')}(?P<ew>BT|BB|[EWTB])\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """A position in a text, and where it stands there."""

    position: dict[str, Any]
    start: int
    end: int


def read_pair(text: str) -> dict[str, Any] | None:
    """Give the position that a whole cell is: two degrees, KoBo's four numbers, a map's link, degrees and minutes.

    >>> read_pair("-7.1043 111.9512 32.1 4.8")
    {'lat': -7.1043, 'lon': 111.9512, 'accuracy_m': 4.8}
    """
    if len(text) > _LONGEST:
        return None
    if found := _PAIR.fullmatch(text):
        return _checked(found["lat"], found["lon"], found["accuracy"])
    within = find_position(text)
    return within.position if within and not text[: within.start].strip() and not text[within.end :].strip() else None


def doubt_of(position: dict[str, Any], area: Area) -> str:
    """Say in Indonesian why a position is in doubt, which is taken as it was written; "" when it is not."""
    lat, lon = position["lat"], position["lon"]
    if area.mirrored(lat, lon):
        return f"di belahan bumi utara, mungkin lintangnya tanpa tanda minus ({-lat}, {lon}), periksa posisi"
    return "" if area.holds(lat, lon) else "jauh di luar daerah, periksa posisi"


def find_position(text: str) -> Found | None:
    """Find the first link of a map, or degrees and minutes, in a text."""
    pin = _PIN.search(text)
    if (found := _LINK.search(text)) and pin and pin.start() <= found.start():
        found = pin
    if found := found or pin:
        position = _checked(found["lat"], found["lon"], None)
        return Found(position, found.start(), found.end()) if position else None
    if found := _SEXAGESIMAL.search(text):
        lat = _degrees(found["lat"], found["lat1"], found["lat2"], south=found["ns"].upper() in ("S", "LS"))
        lon = _degrees(found["lon"], found["lon1"], found["lon2"], south=found["ew"].upper() in ("W", "B", "BB"))
        position = _checked(str(lat), str(lon), None)
        return Found(position, found.start(), found.end()) if position else None
    return None


def from_columns(lat: str, lon: str, accuracy: str = "") -> dict[str, Any] | None:
    """Give the position of two cells, decimal comma or point; None when they are no degrees.

    >>> from_columns("-6,9876", "112.0123"), from_columns("-69876", "112")
    ({'lat': -6.9876, 'lon': 112.0123}, None)
    """
    if not (re.fullmatch(_NUMBER, lat.strip()) and re.fullmatch(_NUMBER, lon.strip())):
        return None
    return _checked(lat, lon, accuracy.strip() if re.fullmatch(_NUMBER, accuracy.strip()) else None)


def _checked(lat: str, lon: str, accuracy: str | None) -> dict[str, Any] | None:
    north, east = (float(part.strip().replace(",", ".")) for part in (lat, lon))
    if not (-90 <= north <= 90 and -180 <= east <= 180) or (north == 0 and east == 0):  # noqa: PLR2004
        return None
    metres = float(accuracy.replace(",", ".")) if accuracy else -1.0
    return {"lat": north, "lon": east, **({"accuracy_m": metres} if 0 < metres <= 100_000 else {})}  # noqa: PLR2004


def _degrees(whole: str, minutes: str, seconds: str | None, *, south: bool) -> float:
    degrees = int(whole) + int(minutes) / 60 + float((seconds or "0").replace(",", ".")) / 3600
    return round(-degrees if south else degrees, 6)
