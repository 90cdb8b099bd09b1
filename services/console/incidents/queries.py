"""Ask the store what the desk shows; every question about incidents is asked for one reader."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from schemas.district import District
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.answers import Sitrep
from schemas.records.audit_log import Journal
from schemas.records.by_hand import Proposal
from schemas.records.incidents import Incident, Judgement, Suggestion
from schemas.records.people import Person
from schemas.records.reports import Report, ReportSource
from schemas.vocabulary import ANSWERED, OPEN_STATES, AlertState, Duty, EventKind, IncidentState, Origin, Role
from services.incidents.access import TEST_OVER, Reach, barring, hidden_issues, oversees, reach, sees_all
from services.incidents.lifecycle import status_word
from services.incidents.other_answers import DECLINED_HOW
from services.incidents.queries import BARRED_LINE, of_issues
from services.policy.situation import ACCUSED, accused_by
from services.search.indexer import Index
from services.search.queries import holding
from services.search.words import SHORTEST, as_written, says
from services.security.auth import Identity
from services.security.kept_conditions import kept
from services.security.permissions import Act, may
from services.security.redaction import with_dots
from services.store.audit_log import safe_line
from services.store.transaction import Session

COPIED = "report.copied"  # a word-for-word copy was counted
READ = "incident.read"  # the journal's line of a read of what is secret: no change
AT_ONCE = 500  # ids in one statement
LOOKED_THROUGH = 300  # reports that hold a word, the newest first, where there is no index yet
PEOPLE = 50  # of one name
NUMBER = re.compile(r"[0-9a-f-]{4,36}")  # what the number of an incident begins with
OWED_AT_ONCE = 20  # answers that one page asks for
TIMELINE = 200  # newest journal lines shown of one incident
TOLD = (AlertState.DELIVERED, AlertState.SEEN, AlertState.ACKNOWLEDGED, AlertState.REPORTED, AlertState.LAPSED)


class Word(NamedTuple):
    """One word of a search, and the codes of issues, forms and places whose names hold it."""

    text: str
    issues: tuple[str, ...]
    forms: tuple[str, ...]
    places: tuple[str, ...]
    parts: tuple[str, ...] = ()  # the words of reports that it asks for: one, or more where signs part it


@dataclass(frozen=True)
class Wanted:
    """Which incidents, and which page of them; empty means any."""

    states: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    issues: tuple[str, ...] = ()
    kecamatan: tuple[str, ...] = ()
    desa: tuple[str, ...] = ()  # of incidents whose desa the reader may be told
    since: datetime | None = None
    about: tuple["Word", ...] = ()  # every one of them must be said of an incident
    page: int = 1
    per_page: int = 25


@dataclass(frozen=True)
class File:
    """Everything kept about one incident, as rows."""

    incident: Incident
    reports: Sequence[Report]
    judgements: dict[str, Judgement]  # the machine's, by report
    alerts: Sequence[Alert]
    deliveries: dict[str, list[Delivery]]  # by alert
    sitreps: Sequence[Sitrep]
    journal: Sequence[Journal]
    ladder: Ladder | None
    suggestions: Sequence[Suggestion]
    names: dict[str, str]  # of the people who acted
    barred: Sequence[Journal]
    proposals: Sequence[Proposal] = ()


@kept
def _may_see(reader: Identity, district: District) -> list[ColumnElement[bool]]:
    """Give the conditions of an incident that the reader may know of at all (rules.md 8, 10, need to know)."""
    if not may(reader.role, Act.READ, program=reader.program):
        return [col(Incident.id).is_(None)]
    conditions: list[ColumnElement[bool]] = [col(Incident.close_reason).is_distinct_from(TEST_OVER)]
    if barred := barring(reader, district):  # the bar of an accusation comes first, for every role
        # Most incidents accuse nobody: their facts are opened once, not once for each office.
        conditions.append(or_(_accused().is_(None), ~or_(*(_accuses(code) for code in barred))))
    if hidden := hidden_issues(reader, district):
        # A second issue counts too: a land dispute told as terrorism is still terrorism's business.
        conditions += [
            col(Incident.issue).not_in(hidden),
            or_(col(Incident.issue_secondary).is_(None), col(Incident.issue_secondary).not_in(hidden)),
        ]
    if sees_all(reader):
        return conditions
    if reader.role != Role.LEADER:
        told = [col(Alert.incident_id) == col(Incident.id), col(Alert.institution) == (reader.institution or "")]
        if reader.unit:
            told.append(col(Alert.unit).in_(("", reader.unit)))
        conditions.append(or_(exists().where(*told), *(_accuses(code) for code in oversees(reader, district))))
    return conditions


def _accuses(code: str) -> ColumnElement[bool]:
    """Give the condition of an incident one of whose reports accuses an agency."""
    return func.coalesce(_accused(), "").like(f'%"{code}"%')


def _accused() -> ColumnElement[Any]:
    told: ColumnElement[Any] = col(Incident.facts)[ACCUSED].as_string()
    return told


def page_of(session: Session, reader: Identity, district: District, wanted: Wanted) -> tuple[int, Sequence[Incident]]:
    """Count the incidents wanted and give one page of them, the gravest and newest first."""
    conditions = [*_may_see(reader, district), col(Incident.origin) == Origin.REPORTS.value]
    for column, values in (
        (col(Incident.state), wanted.states),
        (col(Incident.level), wanted.levels),
        (col(Incident.issue), wanted.issues),
        (col(Incident.kecamatan), wanted.kecamatan),
    ):
        if values:
            conditions.append(column.in_(values))
    if wanted.desa:
        conditions += [col(Incident.desa).in_(wanted.desa), *_may_place(reader, district)]
    if wanted.about:
        conditions += _about(session, reader, district, wanted.about)
    if wanted.since:
        conditions.append(col(Incident.changed_at) >= wanted.since)
    order = (col(Incident.level).desc(), col(Incident.score).desc(), col(Incident.opened_at).desc(), col(Incident.id))
    query, start = select(Incident), (wanted.page - 1) * wanted.per_page
    if wanted.about:  # the words are looked for once: all that is found is counted from its ids
        found = session.scalars(select(col(Incident.id)).where(*conditions).order_by(*order)).all()
        shown = query.where(col(Incident.id).in_(found[start : start + wanted.per_page])).order_by(*order)
        return len(found), session.scalars(shown).all()
    total = session.scalar(select(func.count()).select_from(Incident).where(*conditions)) or 0
    rows = session.scalars(query.where(*conditions).order_by(*order).limit(wanted.per_page).offset(start))
    return total, rows.all()


def opened_within(
    session: Session, reader: Identity, district: District, issues: Collection[str], within: tuple[datetime, datetime]
) -> Sequence[Incident]:
    """Give the incidents of some issues opened in [start, end) that the reader may know of, the first one first.

    Exercises are left out.
    """
    query = select(Incident).where(
        *_may_see(reader, district),
        col(Incident.origin) == Origin.REPORTS.value,
        ~col(Incident.exercise),
        col(Incident.issue).in_(issues),
        col(Incident.opened_at) >= within[0],
        col(Incident.opened_at) < within[1],
    )
    return session.scalars(query.order_by(col(Incident.opened_at), col(Incident.id))).all()


def _about(session: Session, reader: Identity, district: District, words: Sequence[Word]) -> list[ColumnElement[bool]]:
    """Give the conditions of an incident of which every one of these words is said."""
    index, told = Index.of(session), and_(*_may_read(reader, district))
    conditions = []
    for word in words:
        places = word.places
        known: list[ColumnElement[bool]] = [col(Incident.issue).in_(word.issues), col(Incident.form).in_(word.forms)]
        known.append(col(Incident.kecamatan).in_(places))
        known.append(_by_number(word.text))
        if word.parts:
            said = _told_with(session, reader, district, index, word)
            known.append(and_(col(Incident.id).in_(said), told))
        # A desa and who acted are searched for only by who may be told it; the kecamatan is no secret.
        if sees_all(reader):
            own = or_(col(Incident.desa).in_(places), *_acted(session, word.parts))
            known.append(and_(own, *_may_place(reader, district)))
        conditions.append(or_(*known))
    return conditions


def _by_number(text: str) -> ColumnElement[bool]:
    """Give the condition of an incident whose number begins with a text."""
    begins = text.lower().removeprefix("#")
    return col(Incident.id).startswith(begins, autoescape=True) if NUMBER.fullmatch(begins) else false()


def _acted(session: Session, parts: Sequence[str]) -> list[ColumnElement[bool]]:
    """Give the conditions of an incident for which somebody of the office has acted whose name holds these words."""
    if not parts or min(map(len, parts)) < SHORTEST:
        return []
    named = select(col(Person.id)).where(*(col(Person.name).icontains(part) for part in parts))
    people = session.scalars(named.limit(PEOPLE)).all()
    if not people:
        return []
    answered = select(col(Alert.incident_id)).where(col(Alert.acknowledged_by).in_(people))
    reported = select(col(Sitrep.incident_id)).where(col(Sitrep.by).in_(people))
    return [col(Incident.id).in_(answered), col(Incident.id).in_(reported)]


@kept
def _may_place(reader: Identity, district: District) -> list[ColumnElement[bool]]:
    """Give the conditions of an incident whose desa the reader may be told: of what is masked the kecamatan alone."""
    told = [code for code in district.issues if reach(reader, code, district, redacted=False) != Reach.MASKED]
    return [of_issues(told) if sees_all(reader) else false()]


@kept
def _may_read(reader: Identity, district: District) -> list[ColumnElement[bool]]:
    """Give the conditions of an incident whose reports the reader may read, beside those of `_may_see`.

    What is hidden from him in a text is not found by its words either: that it is found would tell what it holds.
    """
    full = [code for code in district.issues if reach(reader, code, district, redacted=False) == Reach.FULL]
    conditions: list[ColumnElement[bool]] = [of_issues(full)]
    if not sees_all(reader):
        mine = [col(Alert.incident_id) == col(Incident.id), col(Alert.institution) == (reader.institution or "")]
        conditions.append(or_(exists().where(*mine, col(Alert.redacted).is_(False)), ~exists().where(*mine)))
    return conditions


def _told_with(
    session: Session, reader: Identity, district: District, index: Index, word: Word
) -> Select[Any] | set[str]:
    """Give the incidents of which one report says a word in all its parts: by the index, and by what is newer.

    Without an index the newest reports that the reader may read are looked through, at most `LOOKED_THROUGH`.
    """
    of = func.coalesce(col(Report.folded_into), col(Report.incident_id))
    if index.usable:
        newer = index.tail_says(session, word.parts)
        held = col(Report.id).in_(holding(session, word.parts)) & col(Report.id).not_in(index.tail)
        return select(of).where(or_(held, col(Report.id).in_(newer)) if index.tail else held)
    may = [*_may_see(reader, district), *_may_read(reader, district)]
    query = select(of, col(Report.text)).where(of == col(Incident.id), *may)
    for part in as_written(word.text):  # an accent makes a difference here
        query = query.where(col(Report.text).icontains(part, autoescape=True))
    rows: Any = session.execute(query.order_by(col(Report.filed_at).desc()).limit(LOOKED_THROUGH))
    return {incident for incident, text in rows if says(with_dots(text), word.parts)}


def find(session: Session, reader: Identity, district: District, id_: str) -> Incident | None:
    """Find one incident if the reader may know of it."""
    return session.scalars(select(Incident).where(col(Incident.id) == id_, *_may_see(reader, district))).first()


@dataclass(frozen=True)
class Changes:
    """Incidents that changed, each with its newest journal line, and the line up to which that is everything."""

    incidents: Sequence[tuple[int, Incident]]
    reached: int
    more: bool


def changed_after(session: Session, reader: Identity, district: District, seq: int, limit: int) -> Changes:
    """Give incidents that journal lines after `seq` changed, in the order they changed; reads change nothing."""
    head = newest_line(session)
    newest = func.max(Journal.seq)
    query = select(col(Journal.incident_id), newest).where(
        col(Journal.seq) > seq,
        col(Journal.seq) <= head,  # before a higher one, a lower one may still come
        col(Journal.incident_id).is_not(None),
        col(Journal.kind) != READ,
    )
    lines: Any = session.execute(query.group_by(col(Journal.incident_id)).order_by(newest).limit(limit)).all()
    last: dict[str, int] = {id_: line for id_, line in lines}  # noqa: C416 - rows are not tuples to the type checker
    visible = session.scalars(select(Incident).where(col(Incident.id).in_(last), *_may_see(reader, district)))
    told = sorted(((last[incident.id], incident) for incident in visible), key=lambda pair: pair[0])
    more = len(last) == limit
    return Changes(told, max(last.values()) if more else max(head, seq), more)


def newest_line(session: Session) -> int:
    """Give the number of the journal's newest line behind which none can come; 0 when there is none."""
    return safe_line(session)


def revisions_of(session: Session, incident: str) -> list[datetime]:
    """Give when each revision of an incident was made, the first first: each has one line of these kinds."""
    kinds = [kind.value for kind in EventKind if kind.startswith("incident.")] + [COPIED]
    query = select(col(Journal.at)).where(col(Journal.incident_id) == incident, col(Journal.kind).in_(kinds))
    return list(session.scalars(query.order_by(col(Journal.seq))))


def alerts_of(session: Session, incidents: Iterable[str]) -> dict[str, list[Alert]]:
    """Give the alerts of incidents, by incident."""
    found: dict[str, list[Alert]] = defaultdict(list)
    asked = list(incidents)
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        for alert in session.scalars(select(Alert).where(col(Alert.incident_id).in_(some))):
            found[alert.incident_id].append(alert)
    return found


def owed_by(
    session: Session, reader: Identity, district: District, most: int = OWED_AT_ONCE
) -> Sequence[tuple[Incident, Alert]]:
    """Give what the reader's own institution is asked to answer and has not, the gravest and first due first.

    One line for an incident: what his own unit is asked, where it is asked something itself.
    """
    if not reader.institution or not may(reader.role, Act.ANSWER):
        return ()
    own: Any = aliased(Alert)  # who may know of an incident is asked of all its alerts
    asked = [own.incident_id == col(Incident.id), own.institution == reader.institution]
    if reader.unit:
        asked.append(own.unit.in_(("", reader.unit)))
        asked.append(~_answered_by(own, reader.unit))  # his answer is his unit's own, where it is asked itself
    owed = (
        own.state.not_in(ANSWERED),
        own.acknowledged_how.is_distinct_from(DECLINED_HOW),
        or_(own.duty != Duty.INFORM, own.needed.is_(True)),
        col(Incident.conflict),  # of what is quiet nobody is asked for an answer
        col(Incident.state).in_(OPEN_STATES),
        *_may_see(reader, district),
    )
    order = (col(Incident.level).desc(), own.ack_due.is_(None), own.ack_due, col(Incident.id), own.unit != reader.unit)
    rows: Any = session.execute(select(Incident, own).where(*asked, *owed).order_by(*order).limit(2 * most))
    found: dict[str, tuple[Incident, Alert]] = {}
    for incident, alert in rows:
        found.setdefault(incident.id, (incident, alert))
    return tuple(found.values())[:most]


def _answered_by(alert: Any, unit: str) -> ColumnElement[bool]:
    """Give the condition of an alert beside which a unit of that institution has answered its own."""
    its = aliased(Alert)
    of_it: list[Any] = [its.incident_id == alert.incident_id, its.institution == alert.institution, its.unit == unit]
    return exists().where(*of_it, col(its.state).in_(ANSWERED))


def proposals_of(session: Session, incident: str) -> Sequence[Proposal]:
    """Give what is proposed for an incident and not decided yet, the oldest first."""
    query = select(Proposal).where(col(Proposal.incident_id) == incident, col(Proposal.state) == "open")
    return session.scalars(query.order_by(col(Proposal.made_at), col(Proposal.id))).all()


def open_counts(session: Session, reader: Identity, district: District) -> dict[int, int]:
    """Count open incidents by level."""
    query = select(col(Incident.level), func.count()).where(
        col(Incident.state).in_(OPEN_STATES), col(Incident.origin) == Origin.REPORTS.value
    )
    rows: Any = session.execute(query.where(*_may_see(reader, district)).group_by(col(Incident.level)))
    return {level: count for level, count in rows}  # noqa: C416 - rows are not tuples to the type checker


def file_of(session: Session, reader: Identity, district: District, incident: Incident) -> File:
    """Give everything kept about an incident that the reader may know of."""
    id_ = incident.id
    reports = session.scalars(
        select(Report)
        .where(
            or_((col(Report.incident_id) == id_) & col(Report.folded_into).is_(None), col(Report.folded_into) == id_)
        )
        .order_by(col(Report.filed_at), col(Report.id))
    ).all()
    told = [report.id for report in reports]
    judgements = session.scalars(
        select(Judgement).where(col(Judgement.report_id).in_(told), col(Judgement.by) == "machine")
    )
    alerts = session.scalars(select(Alert).where(col(Alert.incident_id) == id_)).all()
    deliveries: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in session.scalars(
        select(Delivery).where(col(Delivery.incident_id) == id_).order_by(col(Delivery.owed_at))
    ):
        deliveries[delivery.alert_id].append(delivery)
    sitreps = session.scalars(select(Sitrep).where(col(Sitrep.incident_id) == id_).order_by(col(Sitrep.at))).all()
    newest = select(Journal).where(col(Journal.incident_id) == id_).order_by(col(Journal.seq).desc()).limit(TIMELINE)
    journal = session.scalars(newest).all()
    people = {line.actor for line in journal} | {sitrep.by for sitrep in sitreps}
    people |= {one.by for one in proposals_of(session, id_)}
    people |= {one for alert in alerts for one in (alert.acknowledged_by, alert.handed_to, alert.handed_by) if one}
    suggestions = session.scalars(
        select(Suggestion).where(
            or_(col(Suggestion.incident_id) == id_, col(Suggestion.other_id) == id_), col(Suggestion.state) == "open"
        )
    ).all()
    return File(
        incident=incident,
        reports=reports,
        judgements={judgement.report_id or "": judgement for judgement in judgements},
        alerts=alerts,
        deliveries=deliveries,
        sitreps=sitreps,
        journal=list(reversed(journal)),
        ladder=session.get(Ladder, id_),
        suggestions=_of_what_is_seen(session, reader, district, incident, suggestions),
        names=names_of(session, people),
        barred=_barred(session, incident),
        proposals=proposals_of(session, id_),
    )


def _of_what_is_seen(
    session: Session, reader: Identity, district: District, incident: Incident, suggestions: Sequence[Suggestion]
) -> Sequence[Suggestion]:
    """Leave out suggestions whose other incident is not there for this reader: their reasons quote its words."""
    others = {one.id: one.other_id if one.incident_id == incident.id else one.incident_id for one in suggestions}
    query = select(col(Incident.id)).where(col(Incident.id).in_(others.values()), *_may_see(reader, district))
    seen = set(session.scalars(query))
    return [one for one in suggestions if others[one.id] in seen]


def _barred(session: Session, incident: Incident) -> Sequence[Journal]:
    """Give the lines that say whom an accusation has left out; a long timeline may show them no more."""
    if not accused_by(incident.facts):
        return ()
    query = select(Journal).where(col(Journal.incident_id) == incident.id, col(Journal.kind) == BARRED_LINE)
    return session.scalars(query.order_by(col(Journal.seq))).all()


def names_of(session: Session, people: Iterable[str]) -> dict[str, str]:
    """Give the names of people by id; programs and keys have none here."""
    found: Any = session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(list(people))))
    return {id_: name for id_, name in found}  # noqa: C416 - rows are not tuples to the type checker


@dataclass(frozen=True)
class Followed:
    """A report as its reporter may follow it."""

    status: str  # a status word known from SP4N-LAPOR
    reporter: str
    incident: str | None
    reason: str | None  # told only with "Ditolak"


def follow(session: Session, report_id: str) -> Followed | None:
    """Say how far a report has come; None while triage has not kept it yet."""
    report = session.get(Report, report_id)
    if report is None:
        return None
    incident = session.get(Incident, report.folded_into or report.incident_id)
    if incident is not None and incident.merged_into:
        incident = session.get(Incident, incident.merged_into) or incident
    source = session.get(ReportSource, report_id)
    told = incident is not None and session.scalar(
        select(exists().where(col(Alert.incident_id) == incident.id, col(Alert.state).in_(TOLD)))
    )
    state = incident.state if incident else IncidentState.OPEN
    word = status_word(state, told=bool(told))
    reason = with_dots(incident.close_reason or "") or None if incident and word == "Ditolak" else None
    return Followed(word, source.reporter if source else "", incident.id if incident else None, reason)


def visible(reader: Identity, district: District) -> list[ColumnElement[bool]]:
    """Give the conditions of an incident that the reader may know of, for questions of other rooms."""
    return _may_see(reader, district)


def happened(reader: Identity, district: District, until: datetime) -> list[ColumnElement[bool]]:
    """Give the conditions of what figures and maps count of what the reader may know of, in questions up to `until`.

    It is no exercise, no copy that was merged, no history, no nil report and no warning.
    """
    return [
        *_may_see(reader, district),
        col(Incident.exercise).is_(False),
        col(Incident.origin) == Origin.REPORTS.value,
        col(Incident.conflict).is_(True),
        col(Incident.state) != IncidentState.MERGED,
        func.coalesce(col(Incident.closed_at), until) != col(Incident.opened_at),
    ]
