"""Turn a detector into plain data and back, so that it can be stored between two periods."""

from dataclasses import fields
from typing import Any

from .area import Area, Group
from .baseline import Rates
from .budget import Budget
from .detector import WHOLE, Detector, Key
from .district import Level
from .season import Season

VERSION = 1
_NAMED = "group:"
_DISTRICT = "district"


class StateError(ValueError):
    """Say that stored data are not a detector's state."""


def to_dict(detector: Detector) -> dict[str, Any]:
    """Give the whole state as dictionaries, lists, texts and numbers, ready for JSON."""
    return {
        "version": VERSION,
        "days": detector.days,
        "period": detector.period,
        "budget": _plain(detector.budget),
        "groups": {name: _group(group) for name, group in detector.groups.items()},
        "areas": [[key.group, key.area, _area(area)] for key, area in detector.areas.items()],
        "levels": {_name(n): [level.shares for level in chain] for n, chain in detector.levels.items()},
        "told": {_name(n): period for n, period in detector.told.items()},
    }


def from_dict(data: dict[str, Any]) -> Detector:
    """Make the detector again that `to_dict` described. Raises StateError."""
    if data.get("version") != VERSION:
        raise StateError(f"the state is of version {data.get('version')}, this program reads {VERSION}")
    try:
        detector = Detector(data["days"], data["budget"]["per_month"], period=data["period"])
        detector.budget = Budget(**data["budget"])
        for name, had in data["groups"].items():
            detector.groups[name] = Group(**had | {"rates": Rates(tuple(had["rates"]))})
        for group, area, had in data["areas"]:
            unseen = {int(week): part for week, part in had["unseen"].items()}
            season = Season(*had["season"]) if had["season"] else None
            detector.areas[Key(group, area)] = Area(**had | {"unseen": unseen, "season": season})
        detector.levels = {_unnamed(n): [Level(list(s)) for s in chain] for n, chain in data["levels"].items()}
        detector.told = {_unnamed(n): period for n, period in data["told"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise StateError(f"the state is damaged: {error}") from error
    return detector


def _plain(part: Any) -> dict[str, Any]:
    """Give a part's fields; lists are copied, since the detector goes on changing its own."""
    values = {f.name: getattr(part, f.name) for f in fields(part)}
    return {name: list(v) if isinstance(v, list) else v for name, v in values.items()}


def _group(group: Group) -> dict[str, Any]:
    return _plain(group) | {"rates": list(group.rates.weights)}


def _area(area: Area) -> dict[str, Any]:
    season = area.season
    return _plain(area) | {
        "unseen": {str(week): part for week, part in area.unseen.items()},
        "season": [season.origin, season.trend, season.cosine, season.sine] if season else None,
    }


def _name(name: str | None) -> str:
    return _DISTRICT if name is WHOLE else _NAMED + name


def _unnamed(name: str) -> str | None:
    return WHOLE if name == _DISTRICT else name.removeprefix(_NAMED)
