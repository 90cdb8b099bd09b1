"""Settle a batch of judged reports in one transaction: which incident each belongs to, and what that changes.

What a report is compared with was decided before the transaction; within it only what has changed since is looked at.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from schemas.assessment import Assessment
from schemas.messages import IncidentEvent, ReportFiled
from schemas.records.incidents import Incident, Judgement
from schemas.records.reports import Report, ReporterKey, ReportSource
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import OPEN_STATES, AlertReason, EventKind, IncidentState, Level
from schemas.words.explanations import reason
from services.bus import Event, incident_event
from services.incidents.urgency import came_as_history
from services.policy.geography import kecamatan_code
from services.sources.person import ERASED
from services.store.transaction import Transaction
from services.triage.assess import NOTHING_KNOWN, Context, Understood
from services.triage.correlation.bubbles import own_spans, stays
from services.triage.correlation.correlation import Candidate, Incidents, Relation, grown
from services.triage.correlation.features import TALK, corrected_place
from services.triage.correlation.incident_fold import (
    absorb,
    add_copy,
    add_denial,
    first_row,
    is_news,
    propose,
    reopened,
)
from services.triage.correlation.relation import UNRELATED
from services.triage.correlation.tellings import FOLLOWING, LOWERING, Telling
from services.triage.learned.disagreement import Doubt, SecondOpinion
from services.triage.memory import Memory
from services.triage.rows import NAMELESS, ReportRows
from services.triage.suggestions import Suggestions

NEWS = "laporan baru membawa keterangan baru"  # why an incident is open again, as the journal says it
UNREAD = ("text", "notes")  # columns of a report that telling its incident again does not need
COPIED = "copied"  # outcome of a word-for-word copy: nobody is told of it
Score = Callable[[ReportFiled, Understood, Context], Assessment]  # arithmetic on what was read; no text


@dataclass(frozen=True)
class Judged:
    """One report with its judgement, before it is known what it belongs to."""

    filed: ReportFiled
    read: ReportFiled  # the same with the words of earlier pieces of its message before its own
    assessment: Assessment  # of what was read
    features: Candidate
    source: str  # its opaque handle
    incident: IncidentRow  # the row it opens, unless it belongs to one that is there
    rows: ReportRows  # what is kept of it in any case
    doubt: Doubt | None  # of the second reader
    relation: Relation  # to the incidents as they were at `version` of the memory
    version: int
    pieces: tuple[str, ...] = ()  # earlier reports of the same message
    behind: int = 0  # how far the words of `read` stand behind where they stand in `filed`
    told: Understood | None = None  # what its words and fields say; None where no rule could read it
    manual: bool = False  # no rule could read it: a person looks at its incident, and it joins none by likeness
    vouched: bool = False  # it was added to a report that somebody stands for

    @property
    def likely(self) -> str | None:
        """Give the incident it seems to belong to: read beforehand, decided in the transaction."""
        return self.relation.incident


@dataclass(frozen=True)
class First:
    """The report that its reporter has added another one to."""

    incident: str
    source: str  # its opaque handle
    vouched: bool  # somebody stands for it


ELSEWHERE = "place elsewhere"  # any kecamatan that is none of the district's


def things_of(judged: Sequence[Judged], kecamatan: Collection[str]) -> frozenset[str] | None:
    """Name what settling a batch may change, or could open twice beside others; None: anything.

    A report may belong to an incident that nobody has opened yet, as may another one that is settled just now: the two
    must then name the same thing. Where both know their kecamatan, that is one of these, a landmark, or a desa of the
    same name (`by_place` gives every other pair no chance); who does not know it, or tells talk, names every
    `kecamatan` of the district and what lies outside. So no other report is settled meanwhile, and whoever writes of an
    incident, of a delivery or of a mark need not wait. What it turns out to belong to is asked for once that is known.
    """
    things: set[str] = set()
    for one in judged:
        told = one.features
        if one.manual:
            return None
        things |= {one.likely} if one.likely else set()
        if told.kecamatan is None or told.kind == TALK:
            things |= {f"place {code}" for code in kecamatan} | {ELSEWHERE}
            continue
        places = {place for place in (told.kecamatan, told.desa, *told.sites, *told.maybe) if place}
        things |= {f"place {kecamatan_code(place)}" for place in places} | {f"place {place}" for place in places}
        things |= {f"desa {told.place_name}"} if told.desa else set()
        things |= set() if told.kecamatan in kecamatan else {ELSEWHERE}
    return frozenset(things)


class Settlement:
    """What one batch does to the store: filled report by report, written at its end."""

    def __init__(self, tx: Transaction, memory: Memory, score: Score, opinion: SecondOpinion) -> None:
        self._unit = tx
        self._memory = memory
        self._score = score
        self._opinion = opinion
        self._reports: list[ReportRows] = []
        self._suggestions = Suggestions(tx)
        self._read: dict[str, IncidentRow] = {}  # incidents as they stood before this batch
        self._new: dict[str, IncidentRow] = {}  # incidents opened by this batch
        self._changed: dict[str, IncidentRow] = {}  # incidents of before, changed by it
        self._events: dict[str, tuple[AlertReason, UUID]] = {}  # the strongest change per incident
        self._of: dict[str, str] = {}  # report -> its incident
        self._firsts: dict[str, First] = {}  # by report, of those that one of this batch was added to

    def of(self, judged: Sequence[Judged]) -> list[Event]:
        """Settle the batch and give the events to tell, those of reports kept earlier included."""
        events = self._again(judged)
        likely = sorted({one.likely for one in judged if one.likely})
        self._read = {row["id"]: row for row in self._unit.rows(Incident, "id", likely)}
        for one in judged:
            if one.filed.id not in self._known:
                self._known[one.filed.id] = True
                self._place(one)
        self._write()
        return events + [self._event(id_, reason, report) for id_, (reason, report) in self._events.items()]

    def _again(self, judged: Sequence[Judged]) -> list[Event]:
        """Find reports that an earlier telling has kept; their events may not have gone out, so they go again."""
        ids = [str(one.filed.id) for one in judged]
        ids += [piece for one in judged for piece in one.pieces]
        asked = {one.filed.id for one in judged}
        firsts = sorted({str(one.filed.report.follows) for one in judged if one.filed.report.follows})
        ids += firsts
        told_by = {row["report_id"]: row["reporter"] for row in self._unit.rows(ReportSource, "report_id", firsts)}
        events = []
        self._known: dict[UUID, bool] = {}
        for row in self._unit.rows(Report, "id", ids, without=UNREAD):
            report = UUID(row["id"])
            self._known[report] = True
            self._of[row["id"]] = row["folded_into"] or row["incident_id"]
            if row["id"] in told_by:
                vouched = told_by[row["id"]] not in (NAMELESS, ERASED) and not row["anonymous"]
                self._firsts[row["id"]] = First(self._of[row["id"]], row["source"], vouched)
            if report not in asked or row["outcome"] == COPIED:
                continue
            event = IncidentEvent(
                incident=UUID(row["incident_id"]),
                revision=row["revision"],
                reason=AlertReason(row["outcome"]),
                level=Level(row["level"]),
                report=report,
            )
            found = row["told"]
            kind = EventKind(f"incident.{event.reason}")
            events.append(incident_event(kind, event, found.get("found_kabupaten"), found.get("found_kecamatan")))
        return events

    def _place(self, one: Judged) -> None:
        """Decide which incident a report belongs to, and change or open it."""
        if self._is_added(one):
            return
        incidents = self._memory.of(exercise=one.filed.report.exercise)
        mine = next((self._of[piece] for piece in reversed(one.pieces) if piece in self._of), None)
        row = self._incident(mine) if mine else None
        relation = UNRELATED if one.manual else incidents.relate_again(one.features, one.relation, one.version)
        near = self._incident(relation.incident) if relation.incident else None
        if row is not None and self._is_of(row, one):
            outcome = self._go_on(row, one)
        elif near is not None and relation.kind == "same":
            row = near
            outcome = self._fold(row, one, relation)
        else:
            outcome, row = AlertReason.OPENED.value, self._open(one, incidents)
        if near is not None and near["id"] != row["id"] and near["state"] in OPEN_STATES:
            self._suggestions.make(row["id"], near["id"], str(one.filed.id), relation)
        self._mark(row, one)
        if one.filed.report.follows is not None:
            propose(row, reason("check_follows_unknown", one.filed.report.follows.hex[:8].upper()))
        self._keep(one, row, outcome)

    def _is_added(self, one: Judged) -> bool:
        """Put a report to the one that its reporter has added it to, whatever both say; False where that is not here.

        It is another word of the same source: it confirms nothing that this has told. An exercise never touches what
        is real.
        """
        first = self._firsts.get(str(one.filed.report.follows))
        row = self._incident(first.incident) if first else None
        if first is None or row is None or row["exercise"] != one.filed.report.exercise:
            return False
        own = replace(one, source=first.source, vouched=first.vouched)
        outcome = self._fold(row, own, UNRELATED)
        self._mark(row, own)
        self._keep(own, row, outcome)
        return True

    @staticmethod
    def _is_of(row: IncidentRow, one: Judged) -> bool:
        """Tell whether a message that goes on stays with the incident of its earlier pieces."""
        alone = row["reports"] == len(one.pieces)
        return stays(Candidate.from_dict(row["features"]), one.features, alone=alone)

    def _open(self, one: Judged, incidents: Incidents) -> IncidentRow:
        place = one.assessment.place.desa or one.assessment.place.kecamatan
        repeats = incidents.repeats(place, one.assessment.issue, one.filed.filed_at) if place else 0
        row = one.incident
        if repeats and one.told is not None:
            again = self._scored(one, Context(repeats=repeats))
            row = first_row(row["id"], one.read, again, one.features.to_dict(), one.source, self._unit.now)
        row["opened_at"] = row["changed_at"] = self._unit.now
        facts = {"issue": row["issue"], "form": row["form"], "level": row["level"], "score": row["score"]}
        if one.filed.report.archive:
            row["closed_at"] = self._unit.now
            facts["archive"] = True
        row["stamp"] = self._unit.audit(
            EventKind.INCIDENT_OPENED, "triage", incident=row["id"], subject=row["id"], **facts
        )
        self._new[row["id"]] = row
        incidents.put(one.features)
        self._events[row["id"]] = (AlertReason.OPENED, one.filed.id)
        return row

    def _fold(self, row: IncidentRow, one: Judged, relation: Relation) -> str:
        """Add a report to the incident it belongs to."""
        history = came_as_history(row["opened_at"], row["closed_at"], row["close_reason"])
        if relation.copy and not history:  # of what came as history nobody was told yet
            return self._copy(row, one)
        independent = one.source not in row["sources"]
        before = row.copy()
        known = self._judged(row, one)
        if one.features.telling == Telling.RETRACTION and _tells_worse(row, one, known):
            one = replace(one, features=replace(one.features, telling=Telling.UPDATE))
        if one.features.telling == Telling.RETRACTION:
            rose = independent = False  # a denial opens nothing again, and raises nothing
            add_denial(row, one.source, self._unit.now)
        else:
            rose = absorb(row, one.filed, known, one.source, self._unit.now)
        outcome = self._outcome(row, one, before, rose=rose, independent=independent)
        return self._changed_by(row, one, outcome, before)

    @staticmethod
    def _outcome(row: IncidentRow, one: Judged, before: IncidentRow, *, rose: bool, independent: bool) -> AlertReason:
        """Say what a report did to an incident, and open one that was closed where it brings news."""
        closed = before["state"] not in OPEN_STATES
        denied = one.features.telling == Telling.RETRACTION
        if closed and not denied and is_news(before, one.filed, one.assessment, rose=rose, independent=independent):
            row.update(reopened())
            return AlertReason.REOPENED
        return AlertReason.RAISED if rose else AlertReason.CHANGED

    def _judged(self, row: IncidentRow, one: Judged) -> Assessment:
        """Score a report anew by what is known of its incident: that others tell of it, and what it goes on with."""
        goes_on = row["conflict"] and (one.assessment.conflict or one.features.telling in FOLLOWING)
        follows = (row["issue"], row["form"]) if goes_on else None
        others = one.source not in row["sources"]
        return self._scored(one, Context(corroborated=others, vouched=one.vouched, follows=follows))

    def _scored(self, one: Judged, known: Context) -> Assessment:
        """Score a report by what is known beside it; its words are marked as they stand in it."""
        if one.told is None or known == NOTHING_KNOWN:
            return one.assessment
        return own_spans(self._score(one.read, one.told, known), one.behind)

    def _copy(self, row: IncidentRow, one: Judged) -> str:
        """Count a word-for-word copy: it confirms nothing and rings nobody."""
        add_copy(row, self._unit.now)
        row["stamp"] = self._unit.audit(
            "report.copied", "triage", incident=row["id"], subject=str(one.filed.id), level=row["level"]
        )
        if row["id"] not in self._new:
            self._changed[row["id"]] = row
        return COPIED

    def _go_on(self, row: IncidentRow, one: Judged) -> str:
        """Let a message go on with its earlier pieces: they are judged together, and told by one source once."""
        before = row.copy()
        alone = row["reports"] == len(one.pieces)
        rose = absorb(row, one.filed, self._judged(row, one), one.source, self._unit.now, instead_of=one.pieces)
        if alone:  # all that is known of the incident is this message
            row["features"] = {**one.features.to_dict(), "id": row["id"]}
        outcome = self._outcome(row, one, before, rose=rose, independent=False)  # its first piece was heard already
        return self._changed_by(row, one, outcome, before)

    def _changed_by(self, row: IncidentRow, one: Judged, outcome: AlertReason, before: IncidentRow) -> str:
        """Write down what a report did to an incident that was there."""
        known = Candidate.from_dict(row["features"])
        features = grown(known, one.features)
        row["features"] = features.to_dict()
        self._memory.of(exercise=row["exercise"]).put(features)
        facts: dict[str, Any] = {"report": str(one.filed.id), "level": row["level"], "score": row["score"]}
        said = Telling(one.filed.report.follows_as or one.features.telling)  # outright, though its words tell of worse
        if (words := LOWERING.get(said)) and row["state"] in OPEN_STATES:
            propose(row, words)
            facts["proposed"] = "lower"
        if (moved_to := corrected_place(known, one.features)) and row["state"] in OPEN_STATES:
            propose(row, reason("check_place_corrected", moved_to))
        if outcome == AlertReason.REOPENED:
            facts |= {"reason": NEWS, "was": {"state": before["state"], "reason": before["close_reason"]}}
        row["stamp"] = self._unit.audit(EventKind(f"incident.{outcome}"), "triage", incident=row["id"], **facts)
        if row["id"] in self._new:
            return AlertReason.OPENED.value
        self._changed[row["id"]] = row
        if self._events.get(row["id"], (None, None))[0] not in (AlertReason.RAISED, AlertReason.REOPENED):
            self._events[row["id"]] = (outcome, one.filed.id)
        return outcome.value

    def _mark(self, row: IncidentRow, one: Judged) -> None:
        """Ask for a person where the second reader strongly disagrees with the incident's issue, whoever gave that."""
        if one.doubt is not None and one.doubt.issue != row["issue"]:
            propose(row, self._opinion.words(one.doubt))

    def _keep(self, one: Judged, row: IncidentRow, outcome: str) -> None:
        self._of[str(one.filed.id)] = row["id"]
        vouched = one.vouched or not (one.filed.report.anonymous or one.filed.source.reporter == NAMELESS)
        self._firsts[str(one.filed.id)] = First(row["id"], one.source, vouched)
        report, judgement = one.rows.report, one.rows.judgement
        report["incident_id"], report["outcome"] = row["id"], outcome
        report["revision"], report["level"] = row["revision"], row["level"]
        report["told"] |= {"found_kabupaten": row["kabupaten"], "found_kecamatan": row["kecamatan"]}
        judgement["incident_id"], judgement["at"] = row["id"], self._unit.now
        self._reports.append(one.rows)

    def _incident(self, id_: str) -> IncidentRow | None:
        """Give an incident's row, or that of the one it was merged into, as it stands in this batch."""
        row = self._new.get(id_) or self._changed.get(id_)
        if row is None:
            row = self._read.get(id_) or self._look_up(id_)
            if row and row["state"] == IncidentState.MERGED and row["merged_into"]:
                return self._incident(row["merged_into"])
        return row

    def _look_up(self, id_: str) -> IncidentRow | None:
        """Read an incident that nothing before the transaction pointed at."""
        self._unit.also([id_])
        return next(iter(self._unit.rows(Incident, "id", [id_])), None)

    def _write(self) -> None:
        self._memory.note([*self._new.values(), *self._changed.values()])
        self._unit.add(Incident, list(self._new.values()))
        self._unit.put(Incident, list(self._changed.values()))
        self._unit.add(Report, [one.report for one in self._reports])
        self._unit.add(ReportSource, [one.source for one in self._reports])
        self._unit.add_new(ReporterKey, [one.key for one in self._reports if one.key])
        self._unit.add(Judgement, [one.judgement for one in self._reports])
        self._suggestions.write()

    def _event(self, id_: str, reason: AlertReason, report: UUID) -> Event:
        row = self._new.get(id_) or self._changed[id_]
        event = IncidentEvent(
            incident=UUID(id_), revision=row["revision"], reason=reason, level=Level(row["level"]), report=report
        )
        return incident_event(EventKind(f"incident.{reason}"), event, row["kabupaten"], row["kecamatan"])


def _tells_worse(row: IncidentRow, one: Judged, known: Assessment) -> bool:
    """Tell whether what reads as a denial tells of a deed worse than the incident: that outweighs the words.

    What is only talked of, as a hoax is, is no deed.
    """
    return known.conflict and one.features.kind != TALK and known.score > row["score"]
