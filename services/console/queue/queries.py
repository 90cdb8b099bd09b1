"""Ask the store what needs a person now; every question is asked for one reader."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Mapped, defer
from sqlmodel import col

from schemas.district import District
from schemas.records.accounts import SignIn
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.audit_log import Journal
from schemas.records.by_hand import Proposal
from schemas.records.incidents import Incident, Suggestion
from schemas.records.people import Person
from schemas.vocabulary import (
    ANSWERED,
    OPEN_STATES,
    AlertState,
    DeliveryState,
    Duty,
    Handling,
    IncidentState,
    Origin,
    Role,
)
from services.console.incidents.queries import READ, happened, names_of, visible
from services.incidents.access import Reach, reach
from services.incidents.decisions.proposals import OPEN as UNDECIDED
from services.incidents.other_answers import DECLINED_HOW
from services.incidents.queries import of_issues
from services.incidents.urgency import ARCHIVE
from services.office.figures import level_if_open
from services.office.queries import case_of, lines_of
from services.security.auth import Identity
from services.store.transaction import Session

AT_ONCE = 500  # ids in one statement
MOST = 40  # entries shown of one kind
GIVEN_UP = (DeliveryState.FAILED, DeliveryState.DEAD)
HEAVY: Any = (Incident.features, Incident.reasons, Incident.missing, Incident.parties, Incident.sources)
TO_VERIFY = (Handling.VERIFY_FIRST, Handling.SEND_AND_VERIFY)


@dataclass
class Pressing:
    """Rows of what needs a person, and how many there are of each kind."""

    silent: Sequence[Alert] = ()
    due: Sequence[Alert] = ()
    stuck: Sequence[Alert] = ()
    declined: Sequence[Alert] = ()
    unverified: Sequence[Incident] = ()
    suggestions: Sequence[Suggestion] = ()
    proposals: Sequence[Proposal] = ()
    counts: dict[str, int] = field(default_factory=dict)
    open: int = 0
    critical: int = 0  # silent at KRITIS
    busy: int = 0  # of the open ones, how many need a person; what may be one with another is not counted
    incidents: dict[str, Incident] = field(default_factory=dict)
    ladders: dict[str, Ladder] = field(default_factory=dict)
    by_place: dict[str, tuple[int, int]] = field(default_factory=dict)  # kecamatan: how many, and the worst level


class Waiting(NamedTuple):
    """What one alert may ask of a person: `kind` from `at` on."""

    kind: str  # silent, due, declined; empty: it is here only because it is stuck
    at: datetime
    alert: str
    stuck: bool  # everything tried was given up
    owed_at: datetime


class Facts(NamedTuple):
    """What the queue knows of one open incident."""

    level: int
    kecamatan: str | None
    opened_at: datetime
    verifying: bool
    reported: bool  # people reported it; a warning is in the queue, not on the map
    waiting: tuple[Waiting, ...]
    proposed: tuple[tuple[datetime, str], ...] = ()  # what waits for a second person: since when, and its id


class Pair(NamedTuple):
    """Two incidents that may be one, as somebody is asked to decide, and how alike they are."""

    incident: str
    other: str
    score: float


def open_facts(
    session: Session, only: Collection[str] | None = None, known: Mapping[str, Facts] | None = None
) -> dict[str, Facts]:
    """Give every open incident, whoever may know of it, with what its alerts wait for; `only`: of these ids.

    They are read a page at a time. What is as `known` has it already is that one and takes no memory of its own.
    """
    still = col(Incident.state).in_(OPEN_STATES) if only is None else _still_open()
    where = [still] if only is None else [still, col(Incident.id).in_(only)]
    plain = (Incident.id, Incident.level, Incident.kecamatan, Incident.opened_at)
    reported = col(Incident.origin) == Origin.REPORTS.value
    query = select(*(col(column) for column in plain), _to_verify(), reported).where(*where)
    proposed, before, found = _undecided(session, where), known or {}, dict[str, Facts]()
    with session.connection().execute(query, execution_options={"yield_per": AT_ONCE}) as rows:
        pages: Any = rows.partitions()
        for page in pages:
            waiting = _waiting(session, [row[0] for row in page])
            for id_, level, kecamatan, opened_at, unsure, told in page:
                asked = tuple(waiting.get(id_, ()))
                of_two = tuple(proposed.get(id_, ()))
                one = Facts(level, kecamatan, opened_at, bool(unsure), bool(told), asked, of_two)
                had = before.get(id_)
                found[id_] = had if had is not None and had == one else one
    return found


def hidden_from(
    session: Session, reader: Identity, district: District, opened: Collection[str], only: Collection[str] | None = None
) -> set[str]:
    """Give those of these open incidents that the reader may not know of: few of many; `only`: of these ids."""
    where = [*visible(reader, district), col(Incident.state).in_(OPEN_STATES) if only is None else _still_open()]
    if only is not None:
        where.append(col(Incident.id).in_(only))
    hidden = set(opened if only is None else (one for one in only if one in opened))
    seen = select(col(Incident.id)).where(*where)
    with session.connection().execute(seen, execution_options={"yield_per": AT_ONCE}) as rows:
        for (id_,) in rows:
            hidden.discard(id_)
    return hidden


def _undecided(session: Session, where: Sequence[ColumnElement[bool]]) -> dict[str, list[tuple[datetime, str]]]:
    """Give by incident what waits for a second person."""
    proposed: dict[str, list[tuple[datetime, str]]] = {}
    undecided = (col(Proposal.state) == UNDECIDED, col(Proposal.incident_id) == col(Incident.id))
    columns = select(col(Proposal.incident_id), col(Proposal.made_at), col(Proposal.id))
    rows: Any = session.execute(columns.where(*undecided, *where))
    for incident, made_at, id_ in rows:
        proposed.setdefault(incident, []).append((made_at, id_))
    return proposed


def _waiting(session: Session, incidents: Sequence[str]) -> dict[str, list[Waiting]]:
    """Give by incident what the alerts of these incidents, a page of them, wait for."""
    waiting: dict[str, list[Waiting]] = {}
    unanswered, answered = col(Alert.state).not_in(ANSWERED), col(Alert.state).in_(ANSWERED)
    chased = or_(col(Alert.duty) == Duty.LEAD, col(Alert.needed))
    columns = (Alert.id, Alert.incident_id, Alert.state, Alert.ack_due, Alert.sitrep_due, Alert.owed_at)
    query = select(*(col(column) for column in columns), col(Alert.acknowledged_how), chased)
    asks = or_(
        unanswered & chased & col(Alert.ack_due).is_not(None),
        answered & col(Alert.sitrep_due).is_not(None),
        unanswered & (col(Alert.acknowledged_how) == DECLINED_HOW),
        col(Alert.state) == AlertState.OWED,
    )
    rows: Any = session.execute(query.where(col(Alert.incident_id).in_(incidents), asks).order_by(col(Alert.id))).all()
    at: dict[datetime, datetime] = {}  # the alerts of an incident have the same instants: one of each is held
    lost = _undelivered(session, [row.id for row in rows if row.state == AlertState.OWED])
    for id_, incident, state, ack_due, sitrep_due, owed_at, how, asked in rows:
        stuck, owed = id_ in lost, at.setdefault(owed_at, owed_at)
        if state in ANSWERED:
            one = Waiting("due", sitrep_due, id_, stuck, owed)
        elif how == DECLINED_HOW:
            one = Waiting("declined", owed, id_, stuck, owed)
        elif asked and ack_due is not None:
            one = Waiting("silent", at.setdefault(ack_due, ack_due), id_, stuck, owed)
        elif stuck:
            one = Waiting("", owed, id_, stuck, owed)
        else:
            continue
        waiting.setdefault(incident, []).append(one)
    return waiting


def _still_open() -> ColumnElement[bool]:
    """Give the condition of an incident, found by its id, that is open.

    In words that no index answers: of two indexes SQLite takes the one of what is open, and reads through all of that.
    """
    return func.coalesce(col(Incident.state), "").in_(OPEN_STATES)


def _to_verify() -> ColumnElement[bool]:
    """Give the condition of an incident that somebody must still verify."""
    return (col(Incident.state) == IncidentState.OPEN) & col(Incident.handling).in_(TO_VERIFY)


def changed_since(session: Session, line: int, most: int) -> set[str] | None:
    """Give the incidents that journal lines after `line` are about; None where they are more than `most`."""
    query = select(col(Journal.incident_id)).where(col(Journal.seq) > line, col(Journal.incident_id).is_not(None))
    rows = session.scalars(query.where(col(Journal.kind) != READ).distinct().limit(most + 1)).all()
    return None if len(rows) > most else {row for row in rows if row is not None}


def overseers(session: Session, roles: Sequence[Role], now: datetime) -> Sequence[Person]:
    """Give the active persons of these roles, those who have signed in first."""
    here = select(col(SignIn.id)).where(col(SignIn.person_id) == col(Person.id), col(SignIn.ends_at) >= now).exists()
    query = select(Person).where(col(Person.active), col(Person.role).in_(roles))
    return session.scalars(query.order_by(here.desc(), col(Person.id))).all()


def proposals_by_id(session: Session, ids: Collection[str]) -> dict[str, Proposal]:
    """Give proposals by their ids."""
    return {one.id: one for one in session.scalars(select(Proposal).where(col(Proposal.id).in_(ids)))}


def alerts_by_id(session: Session, ids: Collection[str]) -> dict[str, Alert]:
    """Give alerts by their ids."""
    return {one.id: one for one in session.scalars(select(Alert).where(col(Alert.id).in_(ids)))}


def _undelivered(session: Session, alerts: list[str]) -> set[str]:
    """Give the alerts of which something was tried and all of it was given up, or is being tried again."""
    tried: dict[str, bool] = {}
    for start in range(0, len(alerts), AT_ONCE):
        some = alerts[start : start + AT_ONCE]
        rows: Any = session.execute(
            select(col(Delivery.alert_id), col(Delivery.state)).where(
                col(Delivery.alert_id).in_(some), col(Delivery.round) > 0
            )
        )
        for alert, state in rows:
            tried[alert] = tried.get(alert, True) and state in GIVEN_UP
    return {alert for alert, given_up in tried.items() if given_up}


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def open_pairs(session: Session, only: Collection[str] | None = None) -> dict[str, Pair]:
    """Give what nobody has decided about of two incidents that may be one; `only`: those with one of these incidents.

    Whether both are open and there for a reader is for whoever asks: the facts of open incidents say so.
    """
    columns = (Suggestion.id, Suggestion.incident_id, Suggestion.other_id, Suggestion.score)
    query = select(*(col(one) for one in columns)).where(col(Suggestion.state) == "open")
    if only is None:
        still = select(col(Incident.id)).where(col(Incident.state).in_(OPEN_STATES))
        query = query.where(col(Suggestion.incident_id).in_(still))
    else:
        query = query.where(or_(col(Suggestion.incident_id).in_(only), col(Suggestion.other_id).in_(only)))
    rows: Any = session.execute(query)
    return {id_: Pair(incident, other, score) for id_, incident, other, score in rows}


def suggestions_by_id(session: Session, ids: Sequence[str]) -> list[Suggestion]:
    """Give those of these suggestions that nobody has decided about, in this order."""
    rows = session.scalars(select(Suggestion).where(col(Suggestion.id).in_(ids), col(Suggestion.state) == "open"))
    found = {one.id: one for one in rows}
    return [found[id_] for id_ in ids if id_ in found]


def open_suggestions(session: Session, incident: str) -> Sequence[Suggestion]:
    """Give the pairs that nobody has decided about in which an incident stands, the surest first."""
    either = or_(col(Suggestion.incident_id) == incident, col(Suggestion.other_id) == incident)
    query = select(Suggestion).where(either, col(Suggestion.state) == "open")
    return session.scalars(query.order_by(col(Suggestion.score).desc(), col(Suggestion.id))).all()


def open_in(session: Session, reader: Identity, district: District, kecamatan: str) -> Sequence[Incident]:
    """Give the open incidents of a kecamatan that the reader may know of, without what a map never shows."""
    light = [defer(column, raiseload=True) for column in HEAVY]
    seen = [*visible(reader, district), col(Incident.state).in_(OPEN_STATES)]
    seen += [col(Incident.origin) == Origin.REPORTS.value, col(Incident.kecamatan) == kecamatan]
    return session.scalars(select(Incident).where(*seen).options(*light)).all()


class Placed(NamedTuple):
    """One incident of a stretch of time, for the map; `desa` is empty where the reader is not told it."""

    id: str
    issue: str
    kecamatan: str
    desa: str
    level: int
    issue_secondary: str | None = None


@dataclass(frozen=True)
class Stretch:
    """What a map of some weeks asks for: [start, end), of one kecamatan or of all.

    `standing`: what was open at any time in it; else what was opened in it. `past`: it is over, and what
    stood open in it has the level that it had at its end.
    """

    start: datetime
    end: datetime
    kecamatan: str = ""
    standing: bool = False
    past: bool = False


def _in_stretch(reader: Identity, district: District, asked: Stretch) -> list[ColumnElement[bool]]:
    where = [*happened(reader, district, asked.end), col(Incident.opened_at) < asked.end]
    if asked.standing:
        where.append(or_(col(Incident.closed_at).is_(None), col(Incident.closed_at) >= asked.start))
    else:
        where.append(col(Incident.opened_at) >= asked.start)
    if asked.kecamatan:
        where.append(col(Incident.kecamatan) == asked.kecamatan)
    return where


def placed_in(session: Session, reader: Identity, district: District, asked: Stretch) -> list[Placed]:
    """Give the incidents of a stretch of time where the reader may be told that they were."""
    reaches = {code: reach(reader, code, district, redacted=False) for code in district.issues}
    columns: tuple[Any, ...] = (
        Incident.issue_secondary,
        Incident.id,
        Incident.issue,
        Incident.kecamatan,
        Incident.desa,
        Incident.level,
    )
    columns += (
        Incident.form,
        Incident.state,
        Incident.conflict,
        Incident.reports,
        Incident.opened_at,
        Incident.changed_at,
    )
    query = select(*(col(one) for one in columns)).where(*_in_stretch(reader, district, asked))
    rows: Any = session.execute(query.order_by(col(Incident.id))).all()
    stood = _levels_then(session, rows, asked) if asked.standing and asked.past else {}
    found = []
    for row in rows:
        level = stood.get(row.id, row.level)
        if level is not None:
            masked = Reach.MASKED in (reaches.get(row.issue), reaches.get(row.issue_secondary or ""))
            desa = "" if masked else row.desa or ""
            found.append(Placed(row.id, row.issue, row.kecamatan or "", desa, level, row.issue_secondary))
    return found


def _levels_then(session: Session, rows: Sequence[Any], asked: Stretch) -> dict[str, int | None]:
    """Give the level at the end of a stretch of what has changed since; None: it was not open in it."""
    changed = [row for row in rows if row.changed_at >= asked.end]
    lines = lines_of(session, [row.id for row in changed])
    found = {}
    for row in changed:
        now = case_of(row, row.opened_at)
        found[row.id] = level_if_open(now, lines.get(row.id, []), asked.start, asked.end)
    return found


def answer_times(session: Session, reader: Identity, district: District, asked: Stretch) -> dict[str, timedelta]:
    """Give how long each incident of a stretch waited for its lead's answer, as far as the reader reads it in full."""
    full = [code for code in district.issues if reach(reader, code, district, redacted=False) == Reach.FULL]
    where = [col(Alert.incident_id) == col(Incident.id), *_in_stretch(reader, district, asked)]
    where += [of_issues(full), col(Alert.duty) == Duty.LEAD, col(Alert.acknowledged_at).is_not(None)]
    columns = (col(Alert.incident_id), col(Alert.owed_at), col(Alert.acknowledged_at))
    rows: Any = session.execute(select(*columns).where(*where))
    times: dict[str, timedelta] = {}
    for incident, owed_at, answered_at in rows:
        times[incident] = min(times.get(incident, timedelta.max), answered_at - owed_at)
    return times


def gather(session: Session, reader: Identity, district: District, found: Pressing, unverified: Sequence[str]) -> None:
    """Read the incidents behind what was found, without what the queue never shows, and their ladders.

    Asked for the reader once more: what is remembered is never the last word on who may know.
    """
    alerts = (*found.silent, *found.due, *found.stuck, *found.declined)
    wanted = {alert.incident_id for alert in alerts} | set(unverified)
    wanted |= {one.incident_id for one in found.proposals}
    wanted |= {one.incident_id for one in found.suggestions} | {one.other_id for one in found.suggestions}
    light = [defer(column, raiseload=True) for column in HEAVY]
    seen = [*visible(reader, district), _still_open()]
    rows = session.scalars(select(Incident).where(col(Incident.id).in_(wanted), *seen).options(*light))
    found.incidents = {one.id: one for one in rows}
    found.unverified = [found.incidents[id_] for id_ in unverified if id_ in found.incidents]
    ladders = session.scalars(select(Ladder).where(col(Ladder.incident_id).in_(wanted)))
    found.ladders = {one.incident_id: one for one in ladders}


def _since(reader: Identity, district: District, at: Mapped[Any], since: datetime) -> list[ColumnElement[bool]]:
    """Ask for what the reader may know of and began or ended (`at`) since then, in itself and not as history.

    What came as history (incidents/urgency.py, `came_as_history`) did not happen when it was filed.
    """
    other_reason = or_(col(Incident.close_reason).is_(None), col(Incident.close_reason) != ARCHIVE)
    not_history = or_(other_reason, col(Incident.closed_at) != col(Incident.opened_at))
    return [*visible(reader, district), at >= since, col(Incident.merged_into).is_(None), not_history]


def opened_since(session: Session, reader: Identity, district: District, since: datetime) -> Sequence[Incident]:
    """Give the incidents opened since then that the reader may know of, the gravest and newest first."""
    where = _since(reader, district, col(Incident.opened_at), since)
    light = [defer(column, raiseload=True) for column in HEAVY]
    order = (col(Incident.level).desc(), col(Incident.opened_at).desc(), col(Incident.id))
    return session.scalars(select(Incident).where(*where).order_by(*order).options(*light)).all()


def count_opened_since(session: Session, reader: Identity, district: District, since: datetime) -> int:
    """Count the incidents opened since then that the reader may know of."""
    where = _since(reader, district, col(Incident.opened_at), since)
    return session.scalar(select(func.count()).select_from(Incident).where(*where)) or 0


def count_closed_since(session: Session, reader: Identity, district: District, since: datetime) -> int:
    """Count the incidents closed since then that the reader may know of."""
    where = _since(reader, district, col(Incident.closed_at), since)
    return session.scalar(select(func.count()).select_from(Incident).where(*where)) or 0


class Owing(NamedTuple):
    """What one institution, or one local unit of it, owes in open incidents: how many of each kind, how many late."""

    institution: str
    unit: str
    answers: int
    sitreps: int
    checks: int  # incidents that it was asked to verify
    late: int  # answers and situation reports past their time


@dataclass(frozen=True)
class Owed:
    """Alerts that ask something of one institution, the gravest and oldest first, with what stands around them."""

    rows: Sequence[tuple[Alert, Incident, bool]]  # the last: it was asked to verify
    total: int
    ladders: dict[str, Ladder]
    deliveries: dict[str, list[Delivery]]  # by alert
    names: dict[str, str]  # of the persons told


def _owed() -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    """Give when an alert owes an answer, a situation report, a look on the spot: as an incident's own page says it."""
    asked = or_(col(Alert.duty) != Duty.INFORM, col(Alert.needed))
    answered = col(Alert.state).in_(ANSWERED)
    answer = ~answered & asked & col(Incident.conflict)
    return answer, answered & col(Alert.sitrep_due).is_not(None), asked & _to_verify()


def _of_open(reader: Identity, district: District) -> list[ColumnElement[bool]]:
    """Ask for alerts of open incidents that the reader may read in full: who was told is need-to-know itself."""
    full = [code for code in district.issues if reach(reader, code, district, redacted=False) == Reach.FULL]
    told = [col(Alert.incident_id) == col(Incident.id), of_issues(full)]
    return [*told, *visible(reader, district), col(Incident.state).in_(OPEN_STATES)]


def who_owes(session: Session, reader: Identity, district: District, now: datetime) -> list[Owing]:
    """Give who owes something in open incidents, who is late in most of them first."""
    answer, sitrep, check = _owed()
    late = or_(and_(answer, col(Alert.ack_due) < now), and_(sitrep, col(Alert.sitrep_due) < now))
    counts = [func.sum(case((one, 1), else_=0)) for one in (answer, sitrep, check, late)]
    query = select(col(Alert.institution), col(Alert.unit), *counts).where(*_of_open(reader, district))
    grouped = query.where(or_(answer, sitrep, check)).group_by(col(Alert.institution), col(Alert.unit))
    rows: Any = session.execute(grouped)
    found = [Owing(row[0], row[1], *map(int, row[2:])) for row in rows]
    return sorted(found, key=lambda one: (-one.late, -one.answers - one.sitreps, -one.checks, one[:2]))


def owed_by(session: Session, reader: Identity, district: District, who: tuple[str, str], most: int) -> Owed:
    """Give what an institution owes (`who`: its code and its unit, which may be empty), at most so many alerts."""
    answer, sitrep, check = _owed()
    where = [*_of_open(reader, district), col(Alert.institution) == who[0], col(Alert.unit) == who[1]]
    where.append(or_(answer, sitrep, check))
    light = [defer(column, raiseload=True) for column in HEAVY]
    order = (col(Incident.level).desc(), col(Alert.owed_at), col(Alert.id))
    found: Any = session.execute(
        select(Alert, Incident, check).where(*where).options(*light).order_by(*order).limit(most)
    )
    rows = [(alert, incident, bool(asked)) for alert, incident, asked in found]
    total = session.scalar(select(func.count()).select_from(Alert, Incident).where(*where)) if len(rows) == most else 0
    incidents = {incident.id for _, incident, _ in rows}
    ladders = session.scalars(select(Ladder).where(col(Ladder.incident_id).in_(incidents)))
    deliveries: dict[str, list[Delivery]] = {}
    sent = select(Delivery).where(col(Delivery.alert_id).in_([alert.id for alert, _, _ in rows]))
    for one in session.scalars(sent.order_by(col(Delivery.owed_at), col(Delivery.id))):
        deliveries.setdefault(one.alert_id, []).append(one)
    people = {one.person_id for told in deliveries.values() for one in told if one.person_id}
    names = names_of(session, people)
    return Owed(rows, max(len(rows), total or 0), {one.incident_id: one for one in ladders}, deliveries, names)


def lines_of_kind(session: Session, kind: str, most: int) -> list[tuple[Journal, str]]:
    """Give the newest lines of one kind, each with the name of who wrote it."""
    query = select(Journal, col(Person.name)).join(Person, col(Person.id) == col(Journal.actor), isouter=True)
    rows: Any = session.execute(query.where(col(Journal.kind) == kind).order_by(col(Journal.seq).desc()).limit(most))
    return [(line, name or line.actor) for line, name in rows]
