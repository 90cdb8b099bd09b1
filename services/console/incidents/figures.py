"""Work out what an incident's rows say together: danger, ranges of figures, who is named. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.vocabulary import OPEN_STATES
from services.console.incidents.views import FactView, Figure, Happening
from services.incidents.urgency import endangers_life, wants_answer

COUNTS = ("killed", "badly_injured", "injured", "held", "crowd")


def in_danger(incident: Incident) -> bool:
    """Say whether the page begins with 110 / 112: as messages do, while the incident is open."""
    open_ = incident.state in OPEN_STATES
    return open_ and endangers_life(conflict=incident.conflict, stage=incident.stage, level=incident.level)


def asks_for_an_answer(incident: Incident) -> bool:
    """Say whether somebody is waited for."""
    return wants_answer(conflict=incident.conflict)


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


def with_institutions(line: Journal, institutions: Mapping[str, str]) -> dict[str, Any]:
    """Name the institutions that a journal line speaks of; `institutions` by id of their alerts and deliveries."""
    data = dict(line.data)
    subject = line.subject_id or ""
    if "institution" not in data and subject in institutions:
        data["institution"] = institutions[subject]
    if "alerts" in data:
        data["institutions"] = sorted({institutions[alert] for alert in data["alerts"] if alert in institutions})
    return data


def gathered(timeline: Iterable[Happening]) -> tuple[Happening, ...]:
    """Say what happened to many messages at once in one line: a timeline is read by a person."""
    found: list[Happening] = []
    for line in timeline:
        last = found[-1] if found else None
        if last is None or last.kind != line.kind or not line.kind.startswith("delivery."):
            told = {"institutions": [line.data["institution"]]} if line.data.get("institution") else {}
            found.append(replace(line, data={**told, **line.data}))
            continue
        together = sorted({*last.data.get("institutions", ()), *filter(None, [line.data.get("institution")])})
        found[-1] = replace(last, data={**last.data, "institutions": together})
    return tuple(found)
