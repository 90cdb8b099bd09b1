"""Write a judgement in the shape that `assess` answers in. Pure."""

from typing import Any

from schemas.assessment import Assessment, Count
from schemas.words.explanations import explained


def shown(id_: str | int, assessment: Assessment, incident: str | int, language: str) -> dict[str, Any]:
    """Write one judgement in the shape of the contract's `assess`."""
    place, facts, occurred = assessment.place, assessment.facts, assessment.occurred
    return {
        "id": id_,
        "conflict": assessment.conflict,
        "issue": assessment.issue,
        "issue_secondary": assessment.issue_secondary,
        "sub_issue": assessment.sub_issue,
        "form": assessment.form,
        "stage": assessment.stage.value,
        "score": assessment.score,
        "level": assessment.level.name,
        "confidence": assessment.confidence,
        "rating": assessment.rating,
        "handling": assessment.handling.value,
        "place": {
            "kabupaten": place.kabupaten,
            "kecamatan": place.kecamatan,
            "desa": place.desa,
            "kecamatan_name": place.kecamatan_name,
            "desa_name": place.desa_name,
            "candidates": list(place.candidates),
            "contradiction": explained(place.contradiction, language) if place.contradiction else None,
        },
        "occurred": {
            "from": occurred.start.isoformat() if occurred.start else None,
            "to": occurred.end.isoformat() if occurred.end else None,
            "basis": occurred.basis,
        },
        "facts": {
            "killed": _range(facts.killed),
            "injured": _range(facts.injured),
            "badly_injured": _range(facts.badly_injured),
            "crowd": _range(facts.crowd),
            "held": _range(facts.held),
            "weapons": list(facts.weapons),
            "damage": facts.damage,
            "trigger": facts.trigger,
            "call": facts.call,
            "minors": facts.minors,
        },
        "incident": incident,
        "reasons": [
            {
                "component": reason.component,
                "points": reason.points,
                "spans": [list(span) for span in reason.spans],
                "rule": explained(reason.rule, language),
            }
            for reason in assessment.reasons
        ],
        "missing": [explained(one, language) for one in assessment.missing],
        "ruleset": assessment.ruleset,
    }


def _range(count: Count | None) -> dict[str, int | None] | None:
    return None if count is None else {"min": count.min, "max": count.max}
