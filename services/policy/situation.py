"""Say what routing needs to know, and who stands for whom at a place, under an accusation, in an exercise.

Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from schemas.district import District
from schemas.policy.issues import Issue
from schemas.policy.recipients import Institution
from schemas.vocabulary import Level

ACCUSED = "accused_agencies"  # of an incident's facts, and of a report's judgement
PERSONS = ("post", "leader")  # kinds of institution that are one person speaking for an agency
LONGEST_STATUS = timedelta(days=90)  # UU 7/2012: a status keadaan konflik lasts at most 90 days


@dataclass(frozen=True)
class ConflictStatus:
    """A recorded status keadaan konflik; the software records it and never sets it."""

    number: str
    start: datetime
    end: datetime
    tni_support: bool = False

    def in_force(self, at: datetime) -> bool:
        """Say whether it holds at `at`: between its dates, and never beyond 90 days."""
        return self.start <= at <= min(self.end, self.start + LONGEST_STATUS)


@dataclass(frozen=True)
class Situation:
    """What routing needs to know of an incident. `spread` is the points of severity component `sebaran`."""

    issue: str
    form: str
    level: Level
    sub_issue: str | None = None
    kecamatan: str | None = None
    desa: str | None = None
    casualties: bool = False
    fire: bool = False
    minors: bool = False
    accused: tuple[str, ...] = ()
    spread: int = 0
    exercise: bool = False
    second: str | None = None  # the issue that it is told as besides


def named_only(issues: Iterable[str | None], district: District) -> frozenset[str]:
    """Give those of these issues that only persons named for them may know of (rule 8: RAD)."""
    known = (district.issues.get(code or "") for code in issues)
    return frozenset(issue.code for issue in known if issue is not None and issue.named_persons_only)


def routed_by(issue: str, second: str | None, district: District) -> Issue:
    """Give the issue whose row says who is told: the second where that one alone is for named persons only.

    An issue that the district does not know is what fits no other.
    """
    named = named_only((issue, second), district)
    code = second if second in named and issue not in named else issue
    return district.issues.get(code or "") or district.issues[district.other_issue]


def accused_by(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the codes of the agencies that reports accuse, from an incident's facts or those of a report's judgement."""
    return tuple(facts.get(ACCUSED, ()))


def barred(accused: tuple[str, ...], district: District) -> frozenset[str]:
    """Give the accused agencies with their units, posts and heads (rule 10).

    Whoever accuses a head or a post accuses the agency that he speaks for: its desk would judge its own head. A unit
    is an office beside the others; that it is accused bars those above it from nothing.
    """
    if not accused:  # nearly always, and asked for at each rung
        return frozenset()
    whole = {_answers_for(code, district) for code in accused}
    return frozenset(
        code
        for code, one in district.institutions.items()
        if code in accused or code in whole or (one.of is not None and one.of in whole)
    )


def _answers_for(code: str, district: District) -> str:
    known = district.institutions.get(code)
    return known.of if known is not None and known.of and known.kind in PERSONS else code


def decides(accused: tuple[str, ...], district: District) -> str:
    """Give the institution that decides about an incident which accuses these agencies.

    That is the coordinator; where it is accused itself, the first overseer that is not, then whoever stands above it.
    """
    out, laid = barred(accused, district), district.overlays
    standing_by = (laid.coordinator, *laid.overseers, *above(laid.coordinator, district))
    return next((one for one in standing_by if one not in out), laid.coordinator)


def above(code: str, district: District) -> tuple[str, ...]:
    """Give the institutions above one, the nearest first."""
    found: list[str] = []
    higher = district.institutions[code].superior if code in district.institutions else None
    while higher is not None and higher not in found:
        found.append(higher)
        higher = district.institutions[higher].superior
    return tuple(found)


def of_one_agency(one: str, other: str, district: District) -> bool:
    """Say whether two institutions are one agency: the same, a unit, post or head of it, or of the same one."""
    return bool(_agency(one, district) & _agency(other, district))


def _agency(code: str, district: District) -> frozenset[str]:
    known = district.institutions.get(code)
    return frozenset({code, known.of} if known and known.of else {code})


def spared_by_exercise(situation: Situation, district: District) -> frozenset[str]:
    """Give whom an exercise never tells: leaders, and everybody above the kabupaten; nobody when it is real."""
    if not situation.exercise:
        return frozenset()
    return frozenset(
        code for code, one in district.institutions.items() if one.kind == "leader" or one.level == "provinsi"
    )


def standing_for(code: str, situation: Situation, district: District) -> tuple[str, str | None]:
    """Give the institution and unit that answer for `code` at this place; a stand-in where the place is unknown."""
    while True:
        institution = district.institutions[code]
        unit = unit_of(institution, situation)
        if unit or institution.level in ("kabupaten", "provinsi") or institution.stand_in is None:
            return code, unit
        code = institution.stand_in


def unit_of(institution: Institution, situation: Situation) -> str | None:
    """Give the kecamatan or desa code of the unit that a situation concerns; None for what has no units."""
    if institution.level == "desa":
        return situation.desa
    return situation.kecamatan if institution.level == "kecamatan" else None
