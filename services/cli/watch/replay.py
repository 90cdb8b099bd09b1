"""Replay the store's history for `kentongan watch --replay`: every warning that would have been raised, day by day."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.vocabulary import Level
from schemas.warnings import WarningKind
from services.cli.connect import open_store, settings_of
from services.policy.loader import load_district
from services.warnings.counting import Counted, Found, counted, counts_of
from services.warnings.rises import replay, risen
from services.warnings.thresholds import reached
from services.warnings.watcher import found_by_rule, read_history, rises_of, series_of

MONTH = 30.44  # days
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """One warning that would have been raised, and whether a serious incident came in its place after it."""

    day: date
    found: Found
    followed: str | None

    def line(self, district: District) -> dict[str, Any]:
        """Give the line of JSON that says it."""
        found, place = self.found, district.places.get(self.found.area)
        numbers = {name: found.facts.get(name) for name in ("count", "days", "usual", "chance", "months")}
        return {
            "day": self.day.isoformat(),
            "kind": found.kind.value,
            "area": found.area,
            "place": place.name if place else "",
            "group": found.group,
            "rule": found.rule,
            **numbers,
            "reason": found.words["id"],
            "reason_en": found.words["en"],
            "incidents": list(found.incidents),
            "followed": self.followed,
        }


def run(args: argparse.Namespace) -> int:
    """Print a line of JSON for each warning, and what came of them on standard error; returns 0."""
    settings = settings_of(args)
    district = load_district(settings.district)
    store = open_store(settings)
    try:
        history = store.read_now(lambda session: read_history(session, district, store.clock()))
        now = store.clock()
    finally:
        store.close()
    incidents = counted(history.incidents, district)
    per_month = args.false_per_month or district.warnings.false_per_month
    today = now.astimezone(ZoneInfo(district.timezone)).date()
    told = list(replayed(incidents, district, per_month, today))
    for one in told:
        sys.stdout.write(json.dumps(one.line(district), ensure_ascii=False) + "\n")
    print(summary(told, incidents, district, per_month, today), file=sys.stderr)
    return 0


def replayed(incidents: list[Counted], district: District, per_month: float, today: date) -> Iterator[Told]:
    """Give every warning that would have been raised of rises and thresholds, the oldest first; dates are left out."""
    counts, serious = counts_of(incidents), [one for one in incidents if one.level >= Level.TINGGI]
    until: dict[tuple[str, str], date] = {}
    spent: dict[str, set[str]] = {}
    behind: dict[tuple[str, str], set[str]] = {}
    for day, judgement in replay(series_of(district), per_month, counts, today):
        known = [one for one in incidents if one.day <= day]
        found = rises_of(risen(day, judgement), known, district)
        for key, ends in list(until.items()):
            if ends < day:
                spent.setdefault(key[0], set()).update(behind.pop(key))
                del until[key]
        for hit in reached(known, district, day, {}, spent):
            key = hit.rule.code, hit.area
            if key not in until:
                found.append(found_by_rule(hit, district, day))
            until[key] = day + district.warnings.lasts_days * DAY
            behind.setdefault(key, set()).update(one.id for one in hit.incidents)
        for one in found:
            yield Told(day, one, _followed(one, day, serious, district.warnings.true_days))


def _followed(found: Found, day: date, serious: list[Counted], days: int) -> str | None:
    """Give the first serious incident that came in a warning's place within some days, and is not behind it."""
    for one in serious:
        here = found.area in ("", one.kecamatan) and found.group in ("", one.group)
        if here and day <= one.day <= day + days * DAY and one.id not in found.incidents:
            return one.id
    return None


def summary(told: list[Told], incidents: list[Counted], district: District, per_month: float, today: date) -> str:
    """Say in a few lines what the replay gave."""
    if not incidents:
        return "replay: the store holds no incident that counts"
    months = max((today - incidents[0].day).days / MONTH, 1 / MONTH)
    rises = sum(one.found.kind in (WarningKind.RISE, WarningKind.DISTRICT) for one in told)
    followed = sum(one.followed is not None for one in told)
    return (
        f"replay: {len(incidents)} incidents from {incidents[0].day} to {today}, {months:.1f} months\n"
        f"replay: {rises} rises ({rises / months:.2f} a month; at most about {per_month:g} by chance alone), "
        f"{len(told) - rises} thresholds\n"
        f"replay: after {followed} of {len(told)} a serious incident came in their place within "
        f"{district.warnings.true_days} days"
    )
