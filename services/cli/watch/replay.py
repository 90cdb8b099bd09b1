"""Replay the store's history for `kentongan watch --replay`: every warning that would have been raised, day by day."""

import argparse
import json
import sys
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.warnings import WarningKind
from services.cli.connect import open_store, settings_of
from services.policy.loader import load_district
from services.warnings.counting import Counted
from services.warnings.history import every_counted
from services.warnings.watcher import Told, replayed

MONTH = 30.44  # days


def line_of(told: Told, district: District) -> dict[str, Any]:
    """Give the line of JSON that says it."""
    found, place = told.found, district.places.get(told.found.area)
    numbers = {name: found.facts.get(name) for name in ("count", "days", "usual", "chance", "months")}
    return {
        "day": told.day.isoformat(),
        "kind": found.kind.value,
        "area": found.area,
        "place": place.name if place else "",
        "group": found.group,
        "rule": found.rule,
        **numbers,
        "reason": found.words["id"],
        "reason_en": found.words["en"],
        "incidents": list(found.incidents),
        "followed": told.followed,
    }


def run(args: argparse.Namespace) -> int:
    """Print a line of JSON for each warning, and what came of them on standard error; returns 0."""
    settings = settings_of(args)
    district = load_district(settings.district)
    store = open_store(settings)
    try:
        now = store.clock()
        incidents = store.read_now(lambda session: every_counted(session, district, now))
    finally:
        store.close()
    per_month = args.false_per_month or district.warnings.false_per_month
    today = now.astimezone(ZoneInfo(district.timezone)).date()
    told = list(replayed(incidents, district, per_month, today))
    for one in told:
        sys.stdout.write(json.dumps(line_of(one, district), ensure_ascii=False) + "\n")
    print(summary(told, incidents, district, per_month, today), file=sys.stderr)
    return 0


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
