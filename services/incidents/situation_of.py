"""Say what is known of an incident by its row: what routing needs, and what its reports say together. Pure.

Of figures each keeps its source: `{fact: [{report, min, max}]}`; beside them are flags, and lists of values.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import Level
from services.policy.situation import ACCUSED, Situation, accused_by

COUNTS = ("killed", "injured", "badly_injured", "crowd", "held")
FLAGS = ("minors", "fire", "house_of_worship")
WEAPONS = "weapons"
LISTS = (WEAPONS, ACCUSED)

Facts = dict[str, Any]


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


def joined(facts: Mapping[str, Any], more: Mapping[str, Any]) -> Facts:
    """Give what two tellings say together."""
    both = dict(facts)
    for name, told in more.items():
        if name in COUNTS:
            both[name] = [*both.get(name, []), *told]
        elif name in LISTS:
            both[name] = sorted({*both.get(name, []), *told})
        else:
            both[name] = told
    return both


def without_counts(facts: Mapping[str, Any], reports: Collection[str]) -> Facts:
    """Leave out the figures of some reports."""
    kept = dict(facts)
    for name in COUNTS:
        left = [one for one in facts.get(name, ()) if one["report"] not in reports]
        kept.pop(name, None)
        if left:
            kept[name] = left
    return kept


def without_traits(facts: Mapping[str, Any], leaving: Mapping[str, Any], staying: Sequence[Mapping[str, Any]]) -> Facts:
    """Leave out the flags and weapons that one telling alone tells of: who is accused, `accusations` knows."""
    kept = dict(facts)
    for name in FLAGS:
        if leaving.get(name) and not any(one.get(name) for one in staying):
            kept.pop(name, None)
    still = {weapon for one in staying for weapon in one.get(WEAPONS, ())}
    weapons = [weapon for weapon in facts.get(WEAPONS, ()) if weapon in still or weapon not in leaving.get(WEAPONS, ())]
    kept.pop(WEAPONS, None)
    return kept | ({WEAPONS: weapons} if weapons else {})
