"""Act on what triage concludes: the only part of triage that touches the store and the bus.

One batch from the bus is one transaction: reports kept, incidents opened, raised or changed, suggestions made,
journal lines written. Only then are the events told, under ids derived from what they say, and the batch
acknowledged. Killed anywhere, the batch comes again and changes nothing that was done.
"""

import asyncio
import gc
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from schemas.assessment import Assessment
from schemas.messages import ReportFiled
from schemas.records.reports import Tombstone
from schemas.vocabulary import EventKind
from services.bus import Bus, BusUnavailable, Event, FailedInPart, Message, run_consumer
from services.policy.versions import Rules
from services.runtime.logging import place_of
from services.runtime.steps.step_times import STEP_TIMES, WAITS, WORKS
from services.security.redaction import with_dots
from services.sources import tombstones
from services.sources.cipher import new_key
from services.sources.person import of_report
from services.sources.vault import Vault
from services.store.database import Store, StoreUnavailable
from services.store.ids import new_id
from services.store.transaction import Outgrown, Session, Transaction
from services.triage import queries
from services.triage.assess import NOTHING_KNOWN, Assessor, Context, Understood
from services.triage.correlation.bubbles import Piece, goes_on, joined, own_spans, together
from services.triage.correlation.correlation import Candidate, candidate
from services.triage.correlation.incident_fold import first_row
from services.triage.correlation.relation import UNRELATED
from services.triage.correlation.tellings import Telling
from services.triage.in_step import Steps, in_step
from services.triage.learned.disagreement import SecondOpinion
from services.triage.manual import by_hand
from services.triage.memory import Memory
from services.triage.pieces import Pieces, comes_in_pieces, made_at, piece_of
from services.triage.rows import NAMELESS, handle_of, rows_of, sealed_rows
from services.triage.settlement import Judged, Settlement, things_of

HELD = 5  # tries, a minute and a half: what is added to a report waits so long for that one, then is judged alone
log = logging.getLogger("kentongan.triage")


class NotYet(FailedInPart):
    """Reports that no key opens and that the store lacks, dead letters in the end; or that came before their first."""


class Triage:
    """Judge reports of one district and keep what follows."""

    def __init__(
        self, store: Store, rules: Rules, second_reader: Path | None = None, vault: Vault | None = None
    ) -> None:
        self._store = store
        self._vault = vault
        self._rules = rules
        self._second_reader = second_reader
        self._memory = Memory()
        self._turn_at = 0.0  # when the transaction under way began
        self._renew()

    def _renew(self) -> None:
        """Judge by the rules in force from now on; they are taken in between batches, never within one."""
        version = self._rules.version
        district = version.district
        self._assessor, self._opinion = Assessor(district), SecondOpinion(district, self._second_reader)
        self._by = version

    async def handle(self, bus: Bus, batch: Sequence[Message]) -> None:
        """Take one batch all the way: judge, keep, tell."""
        if self._by is not self._rules.version:
            await asyncio.to_thread(self._renew)
        if self._opinion.is_stale():
            await asyncio.to_thread(self._opinion.reload)
        for one in batch:
            one.expect(EventKind.REPORT_FILED)
        batch, closed = await self._readable(batch)
        reports, early = await self._with_their_first([(one, self._filed(one)) for one in batch])
        if reports:
            await self._process([one for one, _ in reports], [filed for _, filed in reports], bus)
        if closed or early:
            raise NotYet([*closed, *early])

    async def _process(self, batch: Sequence[Message], reports: Sequence[ReportFiled], bus: Bus) -> None:
        STEP_TIMES.note_each("triage", "judge", WAITS, (one.age() for one in batch))
        began, many = perf_counter(), len(batch)
        told = [(filed, one.headers.get("kentongan-digest", "")) for one, filed in zip(batch, reports, strict=True)]
        try:
            judged = await self._judged(told, batch)
            asked = perf_counter()
            events = await self._keep(judged, things_of(judged, self._kecamatan()))
        except Outgrown:  # others have changed meanwhile what it belongs to
            judged = await self._judged(told, batch)
            asked = perf_counter()
            events = await self._keep(judged, None)
        kept, turn = perf_counter(), max(asked, self._turn_at)
        STEP_TIMES.note("triage", "judge", WORKS, asked - began, many)
        STEP_TIMES.note("triage", "settle", WAITS, turn - asked, many)
        STEP_TIMES.note("triage", "settle", WORKS, kept - turn, many)
        await bus.publish(events)
        STEP_TIMES.note("triage", "tell", WORKS, perf_counter() - kept, many)

    def _kecamatan(self) -> frozenset[str]:
        """Give the codes of the district's kecamatan, of which every report that knows its place names one."""
        return frozenset(code for code, place in self._by.district.places.items() if place.kind == "kecamatan")

    async def _judged(self, told: Sequence[tuple[ReportFiled, str]], batch: Sequence[Message]) -> list[Judged]:
        """Judge a batch by what is known now.

        Where one writes at a time, what others have done meanwhile is seen in the transaction soon enough; only
        whether a report goes on with an earlier one must be known before it is read.
        """
        alone = self._store.one_writes and self._memory.knows
        if not alone or any(comes_in_pieces(filed) for filed, _ in told):
            await self._store.read(lambda session: self._memory.refresh(session, self._store.clock()))
        pieces = Pieces([filed for filed, _ in told], self._memory)
        if pieces.incidents:
            pieces.add(await self._store.read(pieces.kept))
        found = in_step([self._judge(filed, digest, pieces) for filed, digest in told])
        judged = [
            self._by_hand(filed, digest, one) if isinstance(one, Exception) else one
            for one, (filed, digest) in zip(found, told, strict=True)
        ]  # one that no rule can read is for a person to look at: nothing accepted is left unjudged
        return [self._sealed(one, message.wrapped) for one, message in zip(judged, batch, strict=True)]

    async def _readable(self, batch: Sequence[Message]) -> tuple[list[Message], list[Message]]:
        """Give what can be read, and what no key opens and the store lacks.

        Left out is what no key opens and the store has, or knows that it was erased; or the copy of an earlier try.
        """
        closed = [one for one in batch if one.unreadable]
        if closed:
            ids = [one.headers.get("ce-id", "") for one in closed]
            known = await self._store.read(lambda session: self._settled_with(session, ids))
            closed = [one for one, id_ in zip(closed, ids, strict=True) if id_ not in known]
        return [one for one in batch if not one.unreadable], closed

    async def _with_their_first(
        self, reports: Sequence[tuple[Message, ReportFiled]]
    ) -> tuple[Sequence[tuple[Message, ReportFiled]], list[Message]]:
        """Give what can be settled, and what was added to a report that is neither on file nor comes before it here.

        That one was promised, or there were no receipt for it: another worker may have it still.
        """
        asked = {str(filed.report.follows) for _, filed in reports if filed.report.follows}
        if not asked:
            return reports, []
        known = await self._store.read(lambda session: self._settled_with(session, asked))
        ready, early = [], []
        for one, filed in reports:
            first = filed.report.follows
            if first is not None and str(first) not in known and one.tries <= HELD:
                early.append(one)
            else:
                ready.append((one, filed))
                known.add(str(filed.id))
        return ready, early

    def _settled_with(self, session: Session, ids: Collection[str]) -> set[str]:
        """Give those of these reports that are on file, or were erased."""
        erased = tombstones.standing(session, self._vault, ids) if self._vault else set()
        return queries.known_reports(session, ids) | erased

    def _living(self, tx: Transaction, judged: Sequence[Judged]) -> list[Judged]:
        """Leave out what was erased, and was filed or told again since: its words are kept by nobody."""
        if self._vault is None:
            return list(judged)
        graves = {str(one.filed.id): self._vault.tombstone(str(one.filed.id)) for one in judged}
        standing = {row["id"] for row in tx.rows(Tombstone, "id", list(graves.values()))}
        return [one for one in judged if graves[str(one.filed.id)] not in standing]

    def _renew_keys(self, judged: Sequence[Judged]) -> None:
        """Wrap by the newest master what an older one has wrapped: whoever ends that has wrapped anew what was there.

        In the transaction: what is kept before the newest came is found there, what is kept after it is its own.
        """
        for one in judged:
            if self._vault is not None and (key := one.rows.key):
                key["wrapped"] = self._vault.renewed(key["id"], key["wrapped"])

    def _filed(self, told: Message) -> ReportFiled:
        """Read a report, its source under the keyed handle where there is a vault."""
        filed = ReportFiled.model_validate_json(told.body)
        if self._vault is None:
            return filed
        source = filed.source.model_copy(update={"handle": self._vault.source(filed)})
        return filed.model_copy(update={"source": source})

    def _sealed(self, one: Judged, wrapped: str) -> Judged:
        """Seal who told a report: under the key it came with, or a new one where it came in plain text."""
        if self._vault is None:
            return one
        wrapped = wrapped or self._vault.wrap(str(one.filed.id), new_key())
        return replace(one, rows=sealed_rows(one.rows, self._vault, one.filed, wrapped, self._store.clock()))

    async def _keep(self, judged: Sequence[Judged], things: Collection[str] | None) -> list[Event]:
        """Settle a batch; a report alone that cannot be settled as it was judged is settled for a person to look at.

        Raises Outgrown where it belongs to other `things` than it seemed to: it is to be judged anew.
        """
        try:
            return await self._store.write(lambda tx: self._settle(tx, judged), things)
        except Exception as error:
            self._memory = Memory()  # it may hold what the rolled-back transaction did not keep
            if isinstance(error, (StoreUnavailable, Outgrown)) or len(judged) > 1 or judged[0].manual:
                raise  # in company each is tried alone after this
            first = judged[0]
            alone = self._by_hand(first.filed, first.rows.report["digest"], error)
            alone = self._sealed(alone, first.rows.key["wrapped"] if first.rows.key else "")
        return await self._store.write(lambda tx: self._settle(tx, [alone]))

    def _by_hand(self, filed: ReportFiled, digest: str, error: Exception) -> Judged:
        log.error("report %s is left to a person: %s", filed.id, place_of(error))
        source, assessment = handle_of(filed), by_hand(filed, self._by.district)
        id_ = new_id(filed.filed_at)
        features = candidate(id_, "", assessment, (), told_at=filed.filed_at, source=source, basis=None)
        incident = first_row(id_, filed, assessment, features.to_dict(), source, filed.filed_at)
        rows = rows_of(filed, assessment, source, digest)
        version = self._memory.of(exercise=filed.report.exercise).version
        return Judged(filed, filed, assessment, features, source, incident, rows, None, UNRELATED, version, manual=True)

    def _judge(self, filed: ReportFiled, digest: str, pieces: Pieces) -> Steps[Judged]:
        """Do whatever can be done before the transaction: while it runs, nobody else writes."""
        source = handle_of(filed)
        id_ = new_id(filed.filed_at)  # of the incident it may open: ours, never one that a reporter has chosen
        person = source if of_report(filed.report, filed.source) else None  # of nobody is nothing told twice
        told = yield from self._assessor.steps(filed.report, made=filed.filed_at)
        assessment = self._score(filed, told, NOTHING_KNOWN)
        yield
        features = self._features(filed, assessment, person, id_)
        yield
        read, before = self._with_pieces(filed, features, pieces)
        kept, behind = assessment, 0
        if before:
            report, behind = joined(before, filed.report)
            read = filed.model_copy(update={"report": report})
            told = self._read(read)
            assessment = self._score(read, told, NOTHING_KNOWN)
            features = self._features(read, assessment, person, id_)
            kept = own_spans(assessment, behind)
        pieces.tell(filed)  # in the step in which it was asked for those before: the next of them finds it
        yield
        incident = first_row(id_, read, kept, features.to_dict(), source, filed.filed_at)
        rows = rows_of(filed, kept, source, digest)
        doubt = self._opinion.doubt(read.report.text, assessment)
        if doubt is not None:
            rows.judgement["data"]["second_reader"] = doubt._asdict()
        yield
        incidents = self._memory.of(exercise=filed.report.exercise)
        version, relation = incidents.version, incidents.relate(features)
        parts = tuple(piece.id for piece in before)
        return Judged(
            filed, read, kept, features, source, incident, rows, doubt, relation, version, parts, behind, told
        )

    def _with_pieces(
        self, filed: ReportFiled, features: Candidate, pieces: Pieces
    ) -> tuple[ReportFiled, tuple[Piece, ...]]:
        """Give the earlier pieces of the message that a report goes on with."""
        before = together(pieces.of(filed), piece_of(filed))
        if not before:
            return filed, ()
        report, _ = joined(before[:-1], before[-1].report)
        earlier = filed.model_copy(update={"report": report})
        known = self._features(earlier, self._score(earlier, self._read(earlier), NOTHING_KNOWN), None, str(filed.id))
        return filed, before if goes_on(known, features) else ()

    def _features(self, filed: ReportFiled, assessment: Assessment, source: str | None, id_: str) -> Candidate:
        report, told_at = filed.report, made_at(filed)
        parties = tuple(report.parties)
        text = with_dots(report.text)  # what is compared is kept with the incident: it names no reporter and no number
        found = candidate(id_, text, assessment, parties, told_at=told_at, source=source, basis=report.basis)
        return replace(found, telling=Telling(report.follows_as)) if report.follows_as else found

    def _read(self, filed: ReportFiled) -> Understood:
        """Read a report, once: whatever is learned beside it later scores what was read."""
        return self._assessor.read(filed.report, made=filed.filed_at)

    def _score(self, filed: ReportFiled, told: Understood, context: Context) -> Assessment:
        source = filed.source
        known = replace(context, nameless=True) if source.reporter == NAMELESS else context
        return self._assessor.score(told, reliability=source.reliability, context=known)

    def _settle(self, tx: Transaction, judged: Sequence[Judged]) -> list[Event]:
        """Keep a batch in the open transaction and say what to tell."""
        self._turn_at = perf_counter()
        memory = self._memory
        memory.refresh(tx.session, tx.now)
        living = self._living(tx, judged)
        self._renew_keys(living)
        return Settlement(tx, memory, self._score, self._opinion).of(living)


async def serve(
    bus: Bus, store: Store, rules: Rules, second_reader: Path | None = None, vault: Vault | None = None
) -> None:
    """Judge what the bus brings, for ever; by a second reader as well, where its file says that it is on."""
    triage = Triage(store, rules, second_reader, vault)
    gc.collect()
    gc.freeze()  # else the whole lexicon is walked now and then, up to 0.3 s, also while every writer waits

    async def handle(batch: Sequence[Message]) -> None:
        await triage.handle(bus, batch)

    await run_consumer(bus, "REPORTS", "triage", handle, (StoreUnavailable, BusUnavailable))
