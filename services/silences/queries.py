"""Ask the store which silences there are and which alerts they hold back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from schemas.records import by_hand
from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from schemas.vocabulary import OPEN_VALUES, Origin
from services.silences import matching
from services.store.statements import find
from services.store.transaction import Session, table_of

SILENCES = table_of(by_hand.Silence)
FIELDS = [SILENCES.c[one.name] for one in fields(matching.Silence)]
NOT_ENDED = select_columns(*FIELDS).where(SILENCES.c.ends_at > bindparam("now"))


def not_ended(session: Session, now: datetime) -> Iterable[Mapping[str, Any]]:
    """Return the fields of every silence that holds or will, as `matching.Silence` has them."""
    return find(session.connection(), NOT_ENDED, {"now": now}).dicts()


def kabupaten_wide(session: Session, since: datetime) -> Sequence[tuple[str, str, int, bool]]:
    """Return (id, issue, level, exercise) of open incidents of the whole kabupaten, opened at or after an instant."""
    query = select(Incident.id, Incident.issue, Incident.level, Incident.exercise).where(
        col(Incident.state).in_(OPEN_VALUES),
        col(Incident.opened_at) >= since,
        col(Incident.kecamatan).is_(None),
        col(Incident.kabupaten).is_not(None),  # a place nobody knows yet is not the whole kabupaten
        col(Incident.origin) == Origin.REPORTS.value,  # a warning makes no telling of an incident needless
    )
    return session.exec(query).all()


def reached_by(session: Session, incidents: Sequence[str]) -> dict[str, set[str]]:
    """Return by incident the institutions to which an alert of it was delivered."""
    told: dict[str, set[str]] = defaultdict(set)
    if incidents:
        asked = select(Alert.incident_id, Alert.institution).where(
            col(Alert.incident_id).in_(incidents), col(Alert.delivered_at).is_not(None)
        )
        for incident, institution in session.exec(asked):
            told[incident].add(institution)
    return told


def silences(session: Session, now: datetime | None, hidden: Collection[str]) -> list[by_hand.Silence]:
    """Return silences that end after `now`, or all of them; those of `hidden` issues left out; next to end first."""
    query = select(by_hand.Silence).order_by(col(by_hand.Silence.ends_at))
    if hidden:
        issue = col(by_hand.Silence.issue)
        query = query.where(or_(issue.is_(None), issue.not_in(hidden)))
    return list(session.scalars(query if now is None else query.where(col(by_hand.Silence.ends_at) > now)))


def open_by_level(session: Session, matchers: Mapping[str, Any], hidden: Collection[str]) -> dict[int, int]:
    """Count by level the open incidents that every matcher fits, those of `hidden` issues left out."""
    query = select(col(Incident.level), func.count()).where(
        col(Incident.state).in_(OPEN_VALUES),
        col(Incident.issue).not_in(hidden),
        or_(col(Incident.issue_secondary).is_(None), col(Incident.issue_secondary).not_in(hidden)),
    )
    for name in ("issue", "form", "kecamatan", "exercise"):
        if matchers.get(name) is not None:
            query = query.where(getattr(Incident, name) == matchers[name])
    if institution := matchers.get("institution"):
        told = exists().where(col(Alert.incident_id) == col(Incident.id), col(Alert.institution) == institution)
        query = query.where(told)
    rows: Any = session.execute(query.group_by(col(Incident.level))).all()
    return {level: count for level, count in rows}  # noqa: C416 - rows are not tuples to the checker
