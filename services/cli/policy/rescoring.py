"""Say which incidents on file changed rules would read or score differently. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from schemas.assessment import Assessment
from schemas.district import District
from schemas.vocabulary import Level
from services.cli.policy.stored_reports import Refiled
from services.triage.assess import Assessor
from services.triage.correlation.correlation import Incidents, candidate


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reports of one incident come to under one set of rules."""

    issue: str
    form: str
    level: Level
    score: int


@dataclass(frozen=True, slots=True)
class Move:
    """One incident that would not stay as it is."""

    incident: str
    old: Verdict
    new: Verdict


@dataclass(frozen=True, slots=True)
class Moves:
    """What a change of rules does to the judgement of all incidents on file."""

    reports: int
    incidents: int
    moved: tuple[Move, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Count the incidents that rise, fall, only change in points, or change issue or form."""
        pairs = [(move.old, move.new) for move in self.moved]
        return {
            "moved": len(pairs),
            "level_up": sum(new.level > old.level for old, new in pairs),
            "level_down": sum(new.level < old.level for old, new in pairs),
            "score_only": sum(
                new.score != old.score and (new.level, new.issue, new.form) == (old.level, old.issue, old.form)
                for old, new in pairs
            ),
            "issue": sum(new.issue != old.issue for old, new in pairs),
            "form": sum(new.form != old.form for old, new in pairs),
        }

    def as_json(self) -> dict[str, Any]:
        """Give it for programs, levels by name."""
        moved = [
            {"incident": move.incident, "old": _as_json(move.old), "new": _as_json(move.new)} for move in self.moved
        ]
        return {"reports": self.reports, "incidents": self.incidents, "counts": self.counts, "moved": moved}


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {**asdict(verdict), "level": verdict.level.name}


def moves(reports: Sequence[Refiled], old: District, new: District) -> Moves:
    """Judge the reports, in the order of filing, under both sets of rules; the biggest moves come first.

    The machine's two readings are compared, not what officers made of them. Which reports are of one incident stays.
    """
    before = verdicts(reports, old)
    after = before if old == new else verdicts(reports, new)
    moved = [Move(id_, verdict, after[id_]) for id_, verdict in before.items() if verdict != after[id_]]
    moved.sort(key=lambda move: (-abs(move.new.level - move.old.level), -abs(move.new.score - move.old.score)))
    return Moves(len(reports), len(before), tuple(moved))


def verdicts(reports: Iterable[Refiled], district: District) -> dict[str, Verdict]:
    """Judge reports in the order of filing and join those of one incident as triage does: the higher score speaks."""
    assessor = Assessor(district)
    known = Incidents()
    found: dict[str, Verdict] = {}
    for number, one in enumerate(reports):
        assessment = one.judged(assessor)
        if one.opened:
            place = assessment.place.desa or assessment.place.kecamatan
            repeats = known.repeats(place, assessment.issue, one.filed_at) if place else 0
            known.put(candidate(str(number), one.report.text, assessment, tuple(one.report.parties)))
            if repeats:
                assessment = one.judged(assessor, repeats)
        found[one.incident] = _joined(found.get(one.incident), assessment)
    return found


def _joined(so_far: Verdict | None, more: Assessment) -> Verdict:
    if so_far is None:
        return Verdict(more.issue, more.form, more.level, more.score)
    level = max(so_far.level, more.level)
    if more.score > so_far.score:
        return Verdict(more.issue, more.form, level, more.score)
    return Verdict(so_far.issue, so_far.form, level, so_far.score)
