"""Say in words what was read from a report's text, and what its reporter said of it: right or not. Pure.

A fact is a code and what was read: "injured:3", "crowd:100+", "form:bentrok", "weapons:blades,stones",
"place:35.23.11.2010", "time:2026-11-24T13:15:00+00:00". Only such codes travel and
are kept, never words of the reporter.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.assessment import Assessment, Count
from schemas.district import District
from services.console import texts as words
from services.console.web.formatting import date_time

NUMBERS = ("killed", "injured", "held", "crowd")
FIELDS = ("killed", "injured", "crowd")  # those that a report has a field for
MOST = 12  # facts of one report
LONGEST = 160  # characters of a code
_NUMBER = re.compile(r"[0-9]{1,8}(-[0-9]{1,8}|\+)?")
_RIGHT, _WRONG = "benar", "bukan"


@dataclass(frozen=True)
class CheckView:
    """One fact that was read, in words, and whether the reporter called it right."""

    right: bool
    name: str
    said: str


def read_codes(found: Assessment, district: District) -> tuple[str, ...]:
    """Give what was read from a text as codes, without its place."""
    codes = []
    if found.conflict and found.form in district.forms:
        codes.append(f"form:{found.form.lower()}")
    for name in NUMBERS:
        count: Count | None = getattr(found.facts, name)
        if count:
            codes.append(f"{name}:{_range(count)}")
    if found.facts.weapons:
        codes.append(f"weapons:{','.join(found.facts.weapons)}")
    if found.occurred.start is not None and found.occurred.basis in ("explicit", "relative"):
        codes.append(f"time:{found.occurred.start.isoformat()}")
    return tuple(codes)


def place_code(codes: Iterable[str]) -> str:
    """Give the code of the places that a text may mean."""
    return f"place:{','.join(codes)}"


def _range(count: Count) -> str:
    if count.max is None:
        return f"{count.min}+"
    return str(count.min) if count.min == count.max else f"{count.min}-{count.max}"


def in_words(code: str, district: District, language: str) -> tuple[str, str] | None:
    """Give a fact's name and what was read of it; None for what is no such code.

    Every part is one that this program or the district's file names, so that a code carries nothing else.
    """
    kind, _, value = code.partition(":")
    if len(code) > LONGEST:
        return None
    if kind in NUMBERS:
        return (words.name("fact", kind, language), value) if _NUMBER.fullmatch(value) else None
    if kind == "form":
        form = district.forms.get(value.upper())
        called = (form.label_id if language == "id" else form.label_en) if form else None
        return (words.say("lapor.read.form", language), called) if called else None
    if kind == "weapons":
        weapons = value.split(",")
        named = ", ".join(words.name("weapon", one, language) for one in weapons)
        known = all(f"weapon.{one}" in words.WORDS for one in weapons)
        return (words.say("weapons", language), named) if known else None
    if kind == "place":
        places = [district.places.get(one) for one in value.split(",")]
        named = ", ".join(place.name for place in places if place)
        return (words.say("lapor.read.place", language), named) if all(places) else None
    return _time_in_words(value, district, language) if kind == "time" else None


def _time_in_words(value: str, district: District, language: str) -> tuple[str, str] | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    try:
        return words.say("lapor.read.time", language), date_time(moment, district.timezone, language)
    except OverflowError:  # the calendar's first and last hours may have no local time
        return None


def note_of(right: str, wrong: str, district: District) -> str:
    """Give the note that keeps what a reporter said: codes parted by blanks, "" where he said nothing we know."""
    parts = []
    for word, given in ((_RIGHT, right), (_WRONG, wrong)):
        known = [one for one in given.split()[:MOST] if in_words(one, district, "id")]
        parts += [" ".join((word, *known))] if known else []
    return "; ".join(parts)


def checks_of(note: object, district: District, language: str) -> tuple[CheckView, ...]:
    """Read a note back, in words."""
    found = []
    for part in str(note or "").split("; "):
        word, *codes = part.split() or [""]
        said = (in_words(one, district, language) for one in codes if word in (_RIGHT, _WRONG))
        found += [CheckView(word == _RIGHT, *one) for one in said if one]
    return tuple(found)
