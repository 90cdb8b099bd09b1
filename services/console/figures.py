"""Work out what an incident's rows say together: danger, ranges of figures, who is named. Pure."""

from typing import Any

from schemas.records import Incident, Journal
from schemas.vocabulary import Level, Stage
from services.acts import OPEN_STATES
from services.console.views import FactView, Figure

COUNTS = ("killed", "badly_injured", "injured", "held", "crowd")


def in_danger(incident: Incident) -> bool:
    """Say whether life may be in danger now: 110/112 is then said before anything else (rules.md 4)."""
    if incident.state not in OPEN_STATES or incident.stage == Stage.RESOLVED:
        return False
    hurt = any(incident.facts.get(name) for name in ("killed", "injured", "badly_injured"))
    return incident.level == Level.KRITIS or (
        incident.level == Level.TINGGI and (hurt or incident.stage == Stage.ONGOING)
    )


def facts_of(facts: dict[str, Any], *, sources: bool) -> tuple[FactView, ...]:
    """Join each number of people into the range that all reports span; `sources` says which report gave which."""
    found = []
    for name in COUNTS:
        figures = facts.get(name) or ()
        if not figures:
            continue
        floor = min(figure["min"] for figure in figures)
        known = [figure["max"] for figure in figures if figure.get("max") is not None]
        open_ended = len(known) < len(figures)
        ceiling = None if open_ended else max(known)
        found.append(
            FactView(
                name=name,
                min=floor,
                max=ceiling,
                agreed=len({(figure["min"], figure.get("max")) for figure in figures}) == 1,
                figures=tuple(
                    Figure(report=figure["report"], min=figure["min"], max=figure.get("max")) for figure in figures
                )
                if sources
                else (),
            )
        )
    return tuple(found)


def with_institutions(line: Journal, institutions: dict[str, str]) -> dict[str, Any]:
    """Name the institutions whose alerts a journal line speaks of."""
    data = dict(line.data)
    if "institution" not in data and line.subject_id in institutions:
        data["institution"] = institutions[line.subject_id]
    if "alerts" in data:
        told = dict.fromkeys(institutions[alert] for alert in data["alerts"] if alert in institutions)
        data["institutions"] = sorted(told)
    return data
