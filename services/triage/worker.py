"""Act on what triage concludes: the only part of triage that touches the store and the bus.

One batch from the bus is one transaction: reports kept, incidents opened, raised or changed, suggestions made,
journal lines written. Only then are the events told, under ids derived from what they say, and the batch
acknowledged. Killed anywhere, the batch comes again and changes nothing that was done.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from schemas.assessment import Assessment
from schemas.district import District
from schemas.messages import IncidentEvent, ReportFiled
from schemas.records import Incident, Judgement, Report, ReportSource, Suggestion
from schemas.rows import IncidentRow, SuggestionRow
from schemas.vocabulary import OPEN_STATES, AlertReason, IncidentState, Level
from services.bus import Bus, BusUnavailable, Event, Message, incident_event, run_consumer
from services.policy.versions import Rules
from services.store.database import Store, StoreUnavailable
from services.store.ids import derived
from services.store.transaction import Session, Transaction
from services.triage import queries
from services.triage.assess import NOTHING_KNOWN, Assessor, Context
from services.triage.correlation.correlation import Candidate, Incidents, candidate
from services.triage.correlation.incident_fold import absorb, first_row, is_news, reopened
from services.triage.learned.disagreement import Doubt, SecondOpinion
from services.triage.rows import ReportRows, handle_of, rows_of

NAMELESS = "anonymous"  # reporter of what was filed without a key or without a name
NEWS = "laporan baru membawa keterangan baru"  # why an incident is open again, as the journal says it
UNREAD = ("text", "notes")  # columns of a report that telling its incident again does not need
EXPIRE_EVERY = timedelta(minutes=10)
OPEN_DAYS = 14  # incidents a new report may belong to (early_warning: open incidents of 14 days)


@dataclass(frozen=True)
class Judged:
    """One report with its judgement, before it is known what it belongs to."""

    filed: ReportFiled
    assessment: Assessment
    features: Candidate
    source: str  # its opaque handle
    incident: IncidentRow  # the row it opens, unless it belongs to one that is there
    rows: ReportRows  # what is kept of it in any case
    doubt: Doubt | None = None  # of the second reader
    likely: str | None = None  # the incident it seems to belong to: read beforehand, decided in the transaction


@dataclass
class Memory:
    """The incidents of late as correlation sees them; refreshed inside each transaction from what changed since."""

    real: Incidents = field(default_factory=Incidents)
    exercise: Incidents = field(default_factory=Incidents)
    stamp: int = -1
    expired_at: datetime | None = None

    def of(self, *, exercise: bool) -> Incidents:
        """Give the incidents a report may belong to; an exercise never touches a real one."""
        return self.exercise if exercise else self.real

    def refresh(self, session: Session, now: datetime) -> None:
        """Take in what changed since the last look, by whichever process."""
        since = now - timedelta(days=OPEN_DAYS)
        for state, exercise, features, stamp in queries.changed_after(session, self.stamp, since):
            incidents = self.of(exercise=exercise)
            known = Candidate.from_dict(features)
            if exercise and state in (IncidentState.SETTLED, IncidentState.DISMISSED):
                incidents.drop(known.id)  # the next drill or canary is one of its own
            else:
                incidents.put(known)  # closed or merged too: a copy goes where it has gone
            self.stamp = stamp
        if self.expired_at is None or now - self.expired_at >= EXPIRE_EVERY:  # walks all of them: not at every batch
            self.expired_at = now
            for incidents in (self.real, self.exercise):
                incidents.expire(since)


class Triage:
    """Judge reports of one district and keep what follows."""

    def __init__(self, store: Store, rules: Rules, second_reader: Path | None = None) -> None:
        self._store = store
        self._rules = rules
        self._second_reader = second_reader
        self._memory = Memory()
        self._renew()

    def _renew(self) -> None:
        """Judge by the rules in force from now on; they are taken in between batches, never within one."""
        version = self._rules.version
        district = version.district
        self._assessor, self._opinion = Assessor(district), SecondOpinion(district, self._second_reader)
        self._district, self._by = district, version

    async def handle(self, bus: Bus, batch: Sequence[Message]) -> None:
        """Take one batch all the way: judge, keep, tell."""
        if self._by is not self._rules.version:
            await asyncio.to_thread(self._renew)
        if self._opinion.is_stale():
            await asyncio.to_thread(self._opinion.reload)
        judged = [self._judge(told) for told in batch]  # the loop of this process has nothing else to do
        try:
            events = await self._store.write(lambda tx: self._settle(tx, judged))
        except Exception:
            self._memory = Memory()  # it may hold what the rolled-back transaction did not keep
            raise
        await bus.publish(events)

    def _judge(self, told: Message) -> Judged:
        """Do whatever can be done before the transaction: while it runs, nobody else writes."""
        filed = ReportFiled.model_validate_json(told.body)
        assessment = self._assess(filed, NOTHING_KNOWN)
        features = candidate(str(filed.id), filed.report.text, assessment, tuple(filed.report.parties))
        source = handle_of(filed)
        incident = first_row(str(filed.id), filed, assessment, features.to_dict(), source, filed.filed_at)
        rows = rows_of(filed, assessment, source, told.headers.get("kentongan-digest", ""))
        doubt = self._opinion.doubt(filed.report.text, assessment)
        if doubt is not None:
            rows.judgement["data"]["second_reader"] = doubt._asdict()
        likely = self._memory.of(exercise=filed.report.exercise).relate(features)
        return Judged(filed, assessment, features, source, incident, rows, doubt, likely.incident)

    def _assess(self, filed: ReportFiled, context: Context) -> Assessment:
        source = filed.source
        known = replace(context, nameless=source.reporter == NAMELESS)
        return self._assessor.assess(
            filed.report, filed_at=filed.filed_at, reliability=source.reliability, context=known
        )

    def _settle(self, tx: Transaction, judged: Sequence[Judged]) -> list[Event]:
        """Keep a batch in the open transaction and say what to tell."""
        memory = self._memory
        memory.refresh(tx.session, tx.now)
        events = Settlement(tx, memory, self._district, self._assess, self._opinion).of(judged)
        memory.stamp = tx.seq  # nobody else wrote meanwhile: what comes after this is news
        return events


class Settlement:
    """What one batch does to the store: filled report by report, written at its end."""

    def __init__(
        self, tx: Transaction, memory: Memory, district: District, assess: Any, opinion: SecondOpinion
    ) -> None:
        self._unit = tx
        self._memory = memory
        self._district = district
        self._assess = assess
        self._opinion = opinion
        self._reports: list[ReportRows] = []
        self._suggestions: list[SuggestionRow] = []
        self._read: dict[str, IncidentRow] = {}  # incidents as they stood before this batch
        self._new: dict[str, IncidentRow] = {}  # incidents opened by this batch
        self._changed: dict[str, IncidentRow] = {}  # incidents of before, changed by it
        self._events: dict[str, tuple[AlertReason, UUID]] = {}  # the strongest change per incident

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
        events = []
        self._known: dict[UUID, bool] = {}
        for row in self._unit.rows(Report, "id", ids, without=UNREAD):
            report = UUID(row["id"])
            self._known[report] = True
            event = IncidentEvent(
                incident=UUID(row["incident_id"]),
                revision=row["revision"],
                reason=AlertReason(row["outcome"]),
                level=Level(row["level"]),
                report=report,
            )
            events.append(incident_event(event, self._district.code, row["told"].get("found_kecamatan")))
        return events

    def _place(self, one: Judged) -> None:
        """Decide which incident a report belongs to, and change or open it."""
        report = one.filed.report
        incidents = self._memory.of(exercise=report.exercise)
        relation = incidents.relate(one.features)
        near = self._incident(relation.incident) if relation.incident else None
        row = near if relation.kind == "same" else None
        if row is None:
            outcome, row = AlertReason.OPENED, self._open(one, incidents)
            if near is not None and near["state"] in OPEN_STATES and relation.kind == "linked":
                self._suggest(row["id"], near["id"], one, relation.score, relation.reasons)
        else:
            outcome = self._fold(row, one)
        self._mark(row, one)
        self._keep(one, row, outcome)

    def _open(self, one: Judged, incidents: Incidents) -> IncidentRow:
        place = one.assessment.place.desa or one.assessment.place.kecamatan
        repeats = incidents.repeats(place, one.assessment.issue, one.filed.filed_at) if place else 0
        row = one.incident
        if repeats:
            again = self._assess(one.filed, Context(repeats=repeats))
            row = first_row(row["id"], one.filed, again, one.features.to_dict(), one.source, self._unit.now)
        row["opened_at"] = row["changed_at"] = self._unit.now
        facts = {"issue": row["issue"], "form": row["form"], "level": row["level"], "score": row["score"]}
        if one.filed.report.archive:
            row["closed_at"] = self._unit.now
            facts["archive"] = True
        row["stamp"] = self._unit.audit("incident.opened", "triage", incident=row["id"], subject=row["id"], **facts)
        self._new[row["id"]] = row
        incidents.put(one.features)
        self._events[row["id"]] = (AlertReason.OPENED, one.filed.id)
        return row

    def _fold(self, row: IncidentRow, one: Judged) -> AlertReason:
        source = one.source
        independent = source not in row["sources"]
        assessment = self._assess(one.filed, Context(corroborated=True)) if independent else one.assessment
        before = row.copy()
        rose = absorb(row, one.filed, assessment, source, self._unit.now)
        outcome = AlertReason.RAISED if rose else AlertReason.CHANGED
        if before["state"] not in OPEN_STATES and is_news(
            before, one.filed, assessment, rose=rose, independent=independent
        ):
            row.update(reopened())
            outcome = AlertReason.REOPENED
        facts: dict[str, Any] = {"report": str(one.filed.id), "level": row["level"], "score": row["score"]}
        if outcome == AlertReason.REOPENED:
            facts |= {"reason": NEWS, "was": {"state": before["state"], "reason": before["close_reason"]}}
        row["stamp"] = self._unit.audit(f"incident.{outcome.value}", "triage", incident=row["id"], **facts)
        if row["id"] not in self._new:
            self._changed[row["id"]] = row
            if self._events.get(row["id"], (None, None))[0] not in (AlertReason.RAISED, AlertReason.REOPENED):
                self._events[row["id"]] = (outcome, one.filed.id)
        return AlertReason.OPENED if row["id"] in self._new else outcome

    def _mark(self, row: IncidentRow, one: Judged) -> None:
        """Ask for a person where the second reader strongly disagrees with the incident's issue, whoever gave that."""
        if one.doubt is not None and one.doubt.issue != row["issue"]:
            words = self._opinion.words(one.doubt)
            row["missing"] = [*(fact for fact in row["missing"] if fact != words), words]

    def _suggest(self, incident: str, other: str, one: Judged, score: float, reasons: tuple[str, ...]) -> None:
        row: SuggestionRow = {"id": derived("suggestion", incident, other), "incident_id": incident, "other_id": other}
        row |= {"report_id": str(one.filed.id), "score": score, "reasons": list(reasons), "state": "open"}
        self._suggestions.append({**row, "made_at": self._unit.now})

    def _keep(self, one: Judged, row: IncidentRow, outcome: AlertReason) -> None:
        report, judgement = one.rows.report, one.rows.judgement
        report["incident_id"], report["outcome"] = row["id"], outcome.value
        report["revision"], report["level"] = row["revision"], row["level"]
        report["told"]["found_kecamatan"] = row["kecamatan"]
        judgement["incident_id"], judgement["at"] = row["id"], self._unit.now
        self._reports.append(one.rows)

    def _incident(self, id_: str) -> IncidentRow | None:
        """Give an incident's row, or that of the one it was merged into, as it stands in this batch."""
        row = self._new.get(id_) or self._changed.get(id_)
        if row is None:
            row = self._read.get(id_) or next(iter(self._unit.rows(Incident, "id", [id_])), None)
            if row and row["state"] == IncidentState.MERGED and row["merged_into"]:
                return self._incident(row["merged_into"])
        return row

    def _write(self) -> None:
        unit = self._unit
        unit.add(Incident, list(self._new.values()))
        unit.put(Incident, list(self._changed.values()))
        unit.add(Report, [one.report for one in self._reports])
        unit.add(ReportSource, [one.source for one in self._reports])
        unit.add(Judgement, [one.judgement for one in self._reports])
        unit.add_new(Suggestion, self._suggestions)

    def _event(self, id_: str, reason: AlertReason, report: UUID) -> Event:
        row = self._new.get(id_) or self._changed[id_]
        event = IncidentEvent(
            incident=UUID(id_), revision=row["revision"], reason=reason, level=Level(row["level"]), report=report
        )
        return incident_event(event, self._district.code, row["kecamatan"])


async def serve(bus: Bus, store: Store, rules: Rules, second_reader: Path | None = None) -> None:
    """Judge what the bus brings, for ever; by a second reader as well, where its file says that it is on."""
    triage = Triage(store, rules, second_reader)

    async def handle(batch: Sequence[Message]) -> None:
        await triage.handle(bus, batch)

    await run_consumer(bus, "REPORTS", "triage", handle, (StoreUnavailable, BusUnavailable))
