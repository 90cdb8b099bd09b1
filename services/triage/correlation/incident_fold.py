"""Build an incident out of its reports: the first one opens it, later ones add and never overwrite. Pure.

Real copies of one event disagree (36 or 39 people held), so each figure is kept with the report it came from and
shown as a range; level and score only rise by a report, an officer alone lowers them. What an officer gave (`given`)
stands against every report.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from schemas.assessment import Assessment
from schemas.messages import ReportFiled
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import Handling, IncidentState, Stage
from services.incidents.situation_of import COUNTS, FLAGS, LISTS, joined, without_counts
from services.incidents.urgency import ARCHIVE, came_as_history

POINT = ("lat", "lon", "precision", "radius_m")  # of a place


def figures(report: str, assessment: Assessment, filed: ReportFiled) -> dict[str, Any]:
    """Give what one report says, each figure with its source: `{fact: [{report, min, max}]}` and plain flags."""
    facts: dict[str, Any] = {}
    for name in COUNTS:
        count = getattr(assessment.facts, name)
        stated = getattr(filed.report, name, None)
        if stated is not None:
            facts[name] = [{"report": report, "min": stated, "max": stated}]
        elif count is not None:
            facts[name] = [{"report": report, "min": count.min, "max": count.max}]
    for name in FLAGS:
        if getattr(assessment.facts, name):
            facts[name] = True
    for name in LISTS:
        if values := getattr(assessment.facts, name):
            facts[name] = sorted(values)
    return facts


def first_row(
    id_: str, filed: ReportFiled, assessment: Assessment, features: dict[str, Any], source: str, now: datetime
) -> IncidentRow:
    """Give the row of an incident that one report opens."""
    place = assessment.place
    ended: IncidentRow = {"closed_at": now, "close_reason": ARCHIVE} if filed.report.archive else {}
    opened: IncidentRow = {
        "id": id_,
        "state": (IncidentState.SETTLED if filed.report.archive else IncidentState.OPEN).value,
        "exercise": filed.report.exercise,
        **_judgement(assessment),
        "kabupaten": place.kabupaten,
        "kecamatan": place.kecamatan,
        "desa": place.desa,
        "place": _place_of(assessment, filed.report.place),
        "occurred_start": assessment.occurred.start,
        "occurred_end": assessment.occurred.end,
        "facts": figures(str(filed.id), assessment, filed),
        "reasons": [{**reason.model_dump(mode="json"), "report": str(filed.id)} for reason in assessment.reasons],
        "missing": list(assessment.missing),
        "parties": sorted({*filed.report.parties, *assessment.facts.parties}),
        "features": features,
        "sources": [source],
        "reports": 1,
        "opened_at": now,
        "changed_at": now,
        "closed_at": None,
        "close_reason": None,
        "revision": 1,
        "round": 1,
        "merged_into": None,
        "given": [],
    }
    return {**opened, **ended}


def _place_of(assessment: Assessment, told: str | None) -> dict[str, Any]:
    """Give the place of a judgement as it is kept, with the words of its place field."""
    return assessment.place.model_dump(mode="json", exclude_defaults=True) | ({"told": told} if told else {})


def _judgement(assessment: Assessment) -> IncidentRow:
    return {
        "issue": assessment.issue,
        "sub_issue": assessment.sub_issue,
        "issue_secondary": assessment.issue_secondary,
        "form": assessment.form,
        "stage": assessment.stage.value,
        "level": int(assessment.level),
        "score": assessment.score,
        "confidence": assessment.confidence,
        "rating": assessment.rating,
        "handling": assessment.handling.value,
        "conflict": assessment.conflict,
    }


def absorb(
    row: IncidentRow,
    filed: ReportFiled,
    assessment: Assessment,
    source: str,
    now: datetime,
    *,
    instead_of: Collection[str] = (),
) -> bool:
    """Add one more report to an incident's row, in place; returns whether the level rose.

    Every report is a new revision and a new round of telling: who is told of a mere addition is for routing to say.
    `instead_of` are earlier pieces of the same message: what they say is said by this judgement, which read them all.
    """
    report = str(filed.id)
    before = row["level"]
    if instead_of:
        row["facts"] = without_counts(row["facts"], instead_of)
    if _judges_better(row, assessment):
        judged = _judgement(assessment)
        judged["level"] = max(judged["level"], row["level"])
        judged["confidence"] = max(judged["confidence"], row["confidence"])
        if judged["issue"] == row["issue"]:  # a follow-up need not name again what is known
            for name in ("sub_issue", "issue_secondary"):
                judged[name] = judged[name] or row[name]
        row.update(_without_given(judged, row["given"]))
        row["reasons"] = [{**reason.model_dump(mode="json"), "report": report} for reason in assessment.reasons]
        row["missing"] = [fact for fact in row["missing"] if fact in assessment.missing]
    else:
        row["confidence"] = max(row["confidence"], assessment.confidence)
        if row["handling"] == Handling.VERIFY_FIRST:
            row["handling"] = assessment.handling.value  # somebody stands for it now, or still nobody does
    row["facts"] = joined(row["facts"], figures(report, assessment, filed))
    _learn_place(row, filed, assessment)
    starts = [start for start in (row["occurred_start"], assessment.occurred.start) if start]
    ends = [end for end in (row["occurred_end"], assessment.occurred.end) if end]
    row["occurred_start"], row["occurred_end"] = min(starts, default=None), max(ends, default=None)
    row["missing"] = [fact for fact in row["missing"] if not _is_known(fact, row, filed)]
    row["parties"] = sorted({*row["parties"], *filed.report.parties, *assessment.facts.parties})
    if source not in row["sources"]:
        row["sources"] = [*row["sources"], source]
    row["reports"] += 1
    row["revision"] += 1
    row["round"] += 1
    row["changed_at"] = now
    return bool(row["level"] > before)


def _judges_better(row: IncidentRow, assessment: Assessment) -> bool:
    """Tell whether a report judges an incident better than those before.

    One that is no conflict, however many it tells of, is no better judgement of one. Where an officer has lowered the
    level, his word counts against what is no graver than he read, but not against who tells of dead or badly hurt.
    """
    if (assessment.conflict, assessment.score) > (bool(row["conflict"]), row["score"]):
        return True
    harmed = (assessment.facts.killed, assessment.facts.badly_injured)
    told = any(count is not None and count.min for count in harmed)
    return assessment.conflict and assessment.level > row["level"] and told


def _without_given(judged: IncidentRow, given: Collection[str]) -> IncidentRow:
    """Leave out of a judgement what an officer gave: his issue stands with all that belongs to it."""
    kept = {"issue", "sub_issue", "issue_secondary"} if "issue" in given else set()
    if "form" in given:
        kept |= {"form"}
    rest: Any = {name: value for name, value in judged.items() if name not in kept}
    return cast("IncidentRow", rest)


def add_copy(row: IncidentRow, now: datetime) -> None:
    """Count a word-for-word copy, in place: it says nothing new, confirms nothing, and nobody is told of it."""
    row["reports"] += 1
    row["revision"] += 1
    row["changed_at"] = now


def add_denial(row: IncidentRow, source: str, now: datetime) -> None:
    """Add a report that denies the incident, in place: its figures are none, and a person decides what follows."""
    add_copy(row, now)
    row["round"] += 1
    if source not in row["sources"]:
        row["sources"] = [*row["sources"], source]


def propose(row: IncidentRow, words: str) -> None:
    """Ask a person to look at something; the words stand with what is missing, once."""
    row["missing"] = [*(fact for fact in row["missing"] if fact != words), words]


def is_news(row: IncidentRow, filed: ReportFiled, assessment: Assessment, *, rose: bool, independent: bool) -> bool:
    """Say whether a report opens a closed incident again (`row` as it stood): it brings what the close did not know.

    It is worse than was known; or it goes on, or happened, after the close; or somebody else tells of what was
    dismissed as untrue. A late copy of what was settled is kept with it and wakes nobody. What came as history nobody
    was told of and no officer closed: whoever tells of it as news is heard.
    """
    if filed.report.archive:
        return False
    if came_as_history(row["opened_at"], row["closed_at"], row["close_reason"]):
        return True
    closed_at = row["closed_at"]
    if closed_at is None or rose or (row["state"] == IncidentState.DISMISSED and independent):
        return True
    began = assessment.occurred.start
    if began is not None and began > closed_at:
        return True
    seen = assessment.occurred.end or filed.report.observed_at or filed.filed_at
    return assessment.stage == Stage.ONGOING and seen > closed_at


def reopened() -> IncidentRow:
    """Give what changes in the row of an incident that is open again."""
    return {"state": IncidentState.OPEN.value, "closed_at": None, "close_reason": None}


def _learn_place(row: IncidentRow, filed: ReportFiled, assessment: Assessment) -> None:
    """Take the place from a report where the incident had none, and the finer one of the same kecamatan."""
    place = assessment.place
    if row["kecamatan"] is not None and row["kecamatan"] != place.kecamatan:
        return
    finer = row["desa"] is None and place.desa is not None
    same = place.desa == row["desa"]  # a position beside the kecamatan alone is none of the desa that is known
    exact = same and place.precision == "exact" and row["place"].get("precision") != "exact"
    if row["kecamatan"] is not None and not finer and not exact:
        return
    if row["kecamatan"] is None and place.kecamatan is None:
        row["kabupaten"] = row["kabupaten"] or place.kabupaten
        return
    before = row["place"]
    row["place"] = _place_of(assessment, filed.report.place or before.get("told"))
    if before.get("precision") == "exact" and place.precision != "exact":  # a desa is named; the point stays
        row["place"] |= {name: before.get(name) for name in POINT}
    for name in ("kabupaten", "kecamatan", "desa"):
        row[name] = getattr(place, name) or row[name]


def _is_known(fact: str, row: IncidentRow, filed: ReportFiled) -> bool:
    """Tell whether something that an earlier report left open is known by now."""
    facts = row["facts"]
    known = {
        "unknown_crowd": "crowd" in facts,
        "unknown_casualties": "killed" in facts or "injured" in facts,
        "unknown_weapons": "weapons" in facts,
        "unknown_place": row["kecamatan"] is not None,
        "unknown_time": row["occurred_start"] is not None,
        "unknown_source": filed.report.basis is not None,
    }
    return known.get(fact, False)
