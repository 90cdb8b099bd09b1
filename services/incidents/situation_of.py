"""Build what routing needs to know of an incident from its row: the one place that reads it so. Pure."""

from schemas.rows import IncidentRow
from schemas.vocabulary import Level
from services.policy.situation import Situation, accused_by


def situation_of(row: IncidentRow) -> Situation:
    """Build the situation of an incident; a row of fewer columns needs all that are read here."""
    facts = row["facts"]
    spread = next((reason["points"] for reason in row["reasons"] if reason["component"] == "sebaran"), 0)
    return Situation(
        issue=row["issue"],
        sub_issue=row["sub_issue"],
        form=row["form"],
        level=Level(row["level"]),
        kecamatan=row["kecamatan"],
        desa=row["desa"],
        casualties=hurt(row),
        fire=bool(facts.get("fire")),
        minors=bool(facts.get("minors")),
        accused=accused_by(facts),
        spread=spread,
        exercise=row["exercise"],
        second=row["issue_secondary"],
    )


def hurt(row: IncidentRow) -> bool:
    """Say whether any report tells of somebody hurt; "no casualties" is a figure too, and is none."""
    told = (figure for name in ("killed", "injured", "badly_injured") for figure in row["facts"].get(name, ()))
    return any(figure["min"] > 0 or (figure["max"] or 0) > 0 for figure in told)
