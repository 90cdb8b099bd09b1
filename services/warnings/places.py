"""Say where much happens ("tempat rawan"), which neighbourhoods are watched, and what may answer what. Pure.

The level of a place is a weighted rate that fades: an exponentially weighted mean does as well as a fitted Hawkes
process on the event series that we measured. It says what has happened there, and is no forecast.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log

from schemas.district import District
from schemas.vocabulary import Level
from services.policy.geography import distance
from services.warnings.counting import Counted, kecamatan_of

WEEK = 7
METRES = 1000
LEAST_CHAIN = 2
UNNAMED_DAYS = 3  # within which a link is shown where no party is named
SHARED = 0.05  # of the highest level: below it a place is not told as one


@dataclass(frozen=True)
class PlaceLevel:
    """The level of one place: weighted incidents a week, how many stand behind it by level, and which."""

    code: str
    name: str
    rate: float
    by_level: dict[str, int]
    incidents: tuple[str, ...]
    last: date | None


@dataclass(frozen=True)
class WatchNote:
    """A serious incident of late, until when its neighbourhood is watched, and what has happened near it since."""

    incident: str
    kecamatan: str
    desa: str | None
    level: int
    since: date
    until: date
    near: tuple[str, ...]  # ids, oldest first


@dataclass(frozen=True)
class Link:
    """Why one incident may answer the one before it: a shared party, or the same issues near it."""

    incident: str
    after: str
    days: int
    km: float | None
    parties: tuple[str, ...]


@dataclass(frozen=True)
class Chain:
    """Incidents that may answer one another, oldest first, with the links between them."""

    incidents: tuple[str, ...]
    links: tuple[Link, ...]


def levels(incidents: Sequence[Counted], district: District, today: date, *, desa: bool = False) -> list[PlaceLevel]:
    """Give the places by level, the highest first: all kecamatan, or the desa in which something happened.

    Weights and the half-life are the district's; a week's rate of one is one incident of weight 1 a week for years.
    """
    policy = district.warnings
    scale = policy.half_life_days / log(2) / WEEK
    rates: dict[str, float] = defaultdict(float)
    grouped: dict[str, list[Counted]] = defaultdict(list)
    for one in incidents:
        code = one.desa if desa else one.kecamatan
        age = (today - one.day).days
        if not code or age < 0:
            continue
        rates[code] += policy.weights[Level(one.level).name] * 0.5 ** (age / policy.half_life_days) / scale
        if age <= policy.half_life_days:
            grouped[code].append(one)
    codes = list(grouped) if desa else kecamatan_of(district)
    found = [_level(code, rates[code], grouped[code], district) for code in codes]
    return sorted(found, key=lambda one: (-one.rate, one.name))


def _level(code: str, rate: float, incidents: list[Counted], district: District) -> PlaceLevel:
    place = district.places.get(code)
    counts = {level.name: sum(one.level == level for one in incidents) for level in reversed(Level)}
    return PlaceLevel(
        code=code,
        name=place.name if place else code,
        rate=rate,
        by_level={name: number for name, number in counts.items() if number},
        incidents=tuple(one.id for one in reversed(incidents)),
        last=max((one.day for one in incidents), default=None),
    )


def step_of(rate: float, highest: float) -> int:
    """Give the shade of a place on the map, 0 to 4, by its part of the highest level."""
    if rate <= 0 or highest <= 0 or rate < SHARED * highest:
        return 0
    return min(4, 1 + int(4 * rate / highest * 0.999))


def watch_notes(incidents: Sequence[Counted], district: District, today: date) -> list[WatchNote]:
    """Give the neighbourhoods that are watched today, the newest serious incident first."""
    policy = district.warnings
    length = timedelta(days=policy.watch_days)
    serious = [one for one in incidents if one.level >= policy.watch_level and one.day <= today <= one.day + length]
    return [
        WatchNote(
            incident=one.id,
            kecamatan=one.kecamatan,
            desa=one.desa,
            level=one.level,
            since=one.day,
            until=one.day + length,
            near=tuple(other.id for other in incidents if other.at > one.at and is_near(one, other, policy.chain_km)),
        )
        for one in reversed(serious)
    ]


def is_near(one: Counted, other: Counted, km: float) -> bool:
    """Say whether two incidents lie within some kilometres; in one kecamatan where a place is not known."""
    far = apart(one, other)
    return far <= km if far is not None else one.kecamatan == other.kecamatan


def apart(one: Counted, other: Counted) -> float | None:
    """Give the kilometres between two incidents; None where a place is not known."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    return distance(one.lat, one.lon, other.lat, other.lon) / METRES


def chains(incidents: Sequence[Counted], district: District, today: date) -> list[Chain]:
    """Give the threads of incidents that may be retaliation, the newest first.

    An incident may answer an earlier one of the same group of issues, within the district's `chain_days`, when a party
    is named in both; where one names none, when it is of the same issue, within three days and `chain_km`, and one of
    the two is serious. It is linked to the newest such one. People judge it: nothing is merged or raised by it.
    """
    policy = district.warnings
    violent = district.forms_having("violent", "group", "mob", "damage", "fire", "threat", "raid", "call", "riot")
    of_late = [one for one in incidents if (today - one.day).days <= 3 * policy.chain_days and one.form in violent]
    links: dict[str, Link] = {}
    for number, one in enumerate(of_late):
        for before in reversed(of_late[:number]):
            link = _link(one, before, policy.chain_days, policy.chain_km)
            if link is not None:
                links[one.id] = link
                break
    return _threads(of_late, links)


def _link(one: Counted, before: Counted, days: int, km: float) -> Link | None:
    gap = (one.day - before.day).days
    if one.group != before.group or gap > days or one.at <= before.at:
        return None
    shared, far = one.parties & before.parties, apart(one, before)
    unnamed = (not one.parties or not before.parties) and max(one.level, before.level) >= Level.TINGGI
    close = gap <= UNNAMED_DAYS and is_near(one, before, km)
    if not shared and not (unnamed and one.issue == before.issue and close):
        return None
    return Link(one.id, before.id, gap, None if far is None else round(far, 1), tuple(sorted(shared)))


def _threads(incidents: Sequence[Counted], links: dict[str, Link]) -> list[Chain]:
    root: dict[str, str] = {}
    threads: dict[str, list[str]] = defaultdict(list)
    for one in incidents:
        link = links.get(one.id)
        root[one.id] = root[link.after] if link else one.id
        threads[root[one.id]].append(one.id)
    found = [
        Chain(tuple(ids), tuple(links[id_] for id_ in ids if id_ in links))
        for ids in threads.values()
        if len(ids) >= LEAST_CHAIN
    ]
    order = {one.id: number for number, one in enumerate(incidents)}
    return sorted(found, key=lambda chain: -order[chain.incidents[-1]])
