"""Decide who is told about an incident, in which duty and why: the district's matrix, then its overlays in order.

Pure: a situation and a district in, recipients out. Each recipient carries the rules that put it there, in the
words officers use; rule numbers in comments are those of docs/rules.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from schemas.district import District
from schemas.policy.clocks import Step
from schemas.policy.recipients import Recipient
from schemas.vocabulary import Duty
from services.policy.recipient_rules import ORDER, SAID, Plan
from services.policy.situation import ConflictStatus, Situation, barred, spared_by_exercise, standing_for

__all__ = ["ConflictStatus", "Routes", "Situation", "barred", "monitored", "route", "told_at"]

REMEMBERED = 8192
LAST = 128
ANY_DESA = "*"
CLIMBED = "eskalasi: "  # how the reason begins of whom the ladder has told


def route(situation: Situation, district: District, conflict_status: ConflictStatus | None = None) -> list[Recipient]:
    """Give everyone who is told, the lead first, each with its reasons.

    `conflict_status` is the recorded one in force now, if any. An unknown issue is routed as LLN, an unknown
    form as not violent. There is exactly one lead; nobody is told where everybody is accused.
    """
    plan = Plan(situation, district, conflict_status)
    for rule in ORDER:
        rule(plan)
    return plan.recipients()


@dataclass
class Routes:
    """Remember routes: the same situation in the same district is asked for again and again. Holds 8,192 at most.

    Those of the last situations, with their desa, are remembered besides: one telling asks for its own several times.
    Recipients that are equal are held once: a route has some ten, most of them in others too, and 4,000 took 50 MB.
    """

    district: District
    _known: dict[tuple[Situation, ConflictStatus | None], tuple[Recipient, ...]] = field(default_factory=dict)
    _once: dict[Recipient, Recipient] = field(default_factory=dict)
    _last: dict[tuple[Situation, ConflictStatus | None], tuple[Recipient, ...]] = field(default_factory=dict)

    def of(self, situation: Situation, conflict_status: ConflictStatus | None = None) -> tuple[Recipient, ...]:
        """Give what `route` gives."""
        asked = (situation, conflict_status)
        if asked not in self._last:
            if len(self._last) >= LAST:
                self._last.clear()
            self._last[asked] = self._of(situation, conflict_status)
        return self._last[asked]

    def _of(self, situation: Situation, conflict_status: ConflictStatus | None) -> tuple[Recipient, ...]:
        # No rule asks which desa it is, only whether it is known: one route is remembered for all of a kecamatan.
        key = (replace(situation, desa=ANY_DESA) if situation.desa else situation, conflict_status)
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
                self._once.clear()
            found = route(key[0], self.district, conflict_status)
            self._known[key] = tuple(self._once.setdefault(one, one) for one in found)
        return tuple(
            one.model_copy(update={"unit": situation.desa}) if one.unit == ANY_DESA else one for one in self._known[key]
        )


def monitored(
    situation: Situation, district: District, conflict_status: ConflictStatus | None = None
) -> dict[str, tuple[str, ...]]:
    """Give, per rule in `monitor` mode that applies, what it would change: for the journal, nobody is told."""
    trial = [rule for rule in district.rules if rule.mode == "monitor"]
    if not trial:
        return {}
    now = {one.institution: (one.duty, one.needed) for one in route(situation, district, conflict_status)}
    found = {}
    for rule in trial:
        rules = tuple(one.model_copy(update={"mode": "active"}) if one is rule else one for one in district.rules)
        then = route(situation, district.model_copy(update={"rules": rules}), conflict_status)
        changes = tuple(
            f"{one.institution}: {SAID[one.duty]}{', jawabannya diperlukan' if one.needed else ''}"
            for one in then
            if now.get(one.institution) != (one.duty, one.needed)
        )
        if changes:
            found[rule.name] = changes
    return found


def told_at(step: Step, silent: Sequence[Recipient], situation: Situation, district: District) -> list[Recipient]:
    """Give whom one rung of the ladder tells while `silent` have not answered: institutions once each, with the reason.

    "superior" is that of each silent one; "duty:X" is whoever is on duty at X. Accused agencies are left out, in an
    exercise leaders and the province too; an empty list means that the rung has nobody.
    """
    out = barred(situation.accused, district) | spared_by_exercise(situation, district)
    asked = {(one.institution, one.unit) for one in silent}
    above = tuple(district.institutions[one.institution].superior for one in silent)
    names = (code for name in step.tell for code in (above if name == "superior" else (name.removeprefix("duty:"),)))
    why = f"{CLIMBED}{step.label}, karena {_listed([one.institution for one in silent])} belum menjawab"
    found: dict[str, Recipient] = {}
    for code in names:
        if code is None or code in out or code in found or any(code == institution for institution, _ in asked):
            continue
        standing, unit = standing_for(code, situation, district)
        if standing in out or (standing, unit) in asked:
            continue
        outside = not district.institutions[standing].kominda
        found[code] = Recipient(institution=standing, unit=unit, duty=Duty.SUPPORT, why=(why,), redacted=outside)
    return list(found.values())


def _listed(codes: Sequence[str]) -> str:
    """Say several names as one would."""
    return " dan ".join(filter(None, (", ".join(codes[:-1]), codes[-1])))
