"""Join what several reports say of one incident, and take apart what one of them alone says. Pure.

`{fact: [{report, min, max}]}` for counts, each with its source; flags, and lists of values.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from services.policy.situation import ACCUSED

COUNTS = ("killed", "injured", "badly_injured", "crowd", "held")
FLAGS = ("minors", "fire", "house_of_worship")
WEAPONS = "weapons"
LISTS = (WEAPONS, ACCUSED)

Facts = dict[str, Any]


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
