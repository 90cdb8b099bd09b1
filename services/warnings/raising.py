"""Raise a warning on the way that incidents take, let it grow, and end it: rows, audit lines and events.

A warning is a row of `warning` with what was found, and a row of `incident` (origin `warning`) with the same id, on
which it is routed, chased, answered and closed like any incident. Each function works on an open transaction.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from schemas.district import District
from schemas.records.incidents import Incident
from schemas.records.running import Outbox
from schemas.records.warnings import EarlyWarning
from schemas.rows.incidents import IncidentRow
from schemas.rows.running import OutboxRow
from schemas.rows.warnings import EarlyWarningRow
from schemas.vocabulary import (
    CLOSED_STATES,
    AlertReason,
    EventKind,
    Handling,
    IncidentState,
    LadderStop,
    Level,
    Origin,
    Stage,
)
from schemas.warnings import WarningEvent, WarningKind
from services.bus import warning_event
from services.incidents.lifecycle import stop_timers
from services.policy.situation import ACCUSED
from services.store.ids import derived
from services.store.transaction import Transaction
from services.warnings.counting import Found

FORM = "PERINGATAN"  # the form of a warning's row: no form of conflict
ACTOR = "watch"
UNRATED = "-"


def warning_id(found: Found, day: date, number: int = 0) -> str:
    """Give the id of what is found on a day, `number` of the kind being over: two processes raise it once."""
    return str(UUID(derived("warning", *found.key, day.isoformat(), *([number] if number else []))))


def raise_warning(
    tx: Transaction, district: District, found: Found, day: date, *, number: int = 0, exercise: bool = False
) -> str:
    """Raise a warning, and owe the bus `warning.raised`; gives its id. Raised already, nothing happens."""
    id_ = warning_id(found, day, number)
    if tx.session.get(EarlyWarning, id_) is not None:
        return id_
    row: EarlyWarningRow = {
        "id": id_,
        "kind": found.kind.value,
        "area": found.area,
        "group": found.group,
        "rule": found.rule,
        "day": day.isoformat(),
        "told_day": day.isoformat(),
        "ends_day": found.ends.isoformat(),
        "raised_at": tx.now,
        "ended_at": None,
        "exercise": exercise,
        "facts": _facts(found),
        "words": found.words,
    }
    tx.add(EarlyWarning, [row])
    told: dict[str, Any] = {"warning": found.kind.value, "area": found.area, "group": found.group}
    told |= {"rule": found.rule, "words": found.words}
    stamp = tx.audit(EventKind.WARNING_RAISED, ACTOR, incident=id_, subject=id_, level=int(found.level), **told)
    tx.add(Incident, [_incident(id_, district, found, tx.now, stamp, exercise=exercise)])
    _owe(tx, EventKind.WARNING_RAISED, row, 1, AlertReason.OPENED, found.level, district.code)
    return id_


def _joined(row: EarlyWarningRow) -> dict[str, Any]:
    """Give what has joined a warning, which stays whatever else is found of it."""
    return {name: row["facts"][name] for name in ("rules", "rises") if name in row["facts"]}


def _facts(found: Found) -> dict[str, Any]:
    return {**found.facts, "incidents": list(found.incidents)}


def _incident(id_: str, district: District, found: Found, now: datetime, stamp: int, *, exercise: bool) -> IncidentRow:
    """Build the row on which a warning is answered: it tells of what may come, hurts nobody and accuses nobody new."""
    facts: dict[str, Any] = {"warning": {"kind": found.kind.value, **found.words}}
    if found.accused:
        facts[ACCUSED] = list(found.accused)
    ruled = found.kind == WarningKind.RULE
    return {
        "id": id_,
        "state": IncidentState.OPEN.value,
        "exercise": exercise,
        "issue": found.issue,
        "sub_issue": None,
        "issue_secondary": None,
        "form": FORM,
        "stage": Stage.POTENTIAL.value,
        "level": int(found.level),
        "score": district.severity.bounds.get(found.level, 0),
        "confidence": 0,
        "rating": UNRATED,
        "handling": (Handling.SEND_AND_VERIFY if ruled else Handling.SEND).value,
        "conflict": True,
        "kabupaten": district.code,
        "kecamatan": found.area or None,
        "desa": None,
        "place": {},
        "occurred_start": None,
        "occurred_end": None,
        "facts": facts,
        "reasons": [],
        "missing": [],
        "parties": [],
        "features": {},
        "sources": [],
        "reports": 0,
        "opened_at": now,
        "changed_at": now,
        "closed_at": None,
        "close_reason": None,
        "revision": 1,
        "round": 1,
        "stamp": stamp,
        "merged_into": None,
        "given": [],
        "origin": Origin.WARNING.value,
    }


def grow(tx: Transaction, district: District, row: EarlyWarningRow, found: Found, day: date) -> bool:
    """Tell once more of an open warning that has grown; at most once a day. Says whether it was told."""
    incident = tx.session.get(Incident, row["id"])
    if incident is None or incident.state in CLOSED_STATES or row["told_day"] == day.isoformat():
        return False
    rose = found.level > incident.level
    if rose:
        incident.level, incident.score = int(found.level), district.severity.bounds.get(found.level, 0)
    incident.facts = {**incident.facts, "warning": {"kind": row["kind"], **found.words}}
    if found.accused:
        incident.facts = {**incident.facts, ACCUSED: list(found.accused)}
    incident.round += 1
    changed: EarlyWarningRow = {"id": row["id"], "told_day": day.isoformat(), "ends_day": found.ends.isoformat()}
    changed |= {"facts": _facts(found) | _joined(row), "words": found.words}
    tx.put(EarlyWarning, [changed])
    row |= changed
    _change(tx, incident, row, AlertReason.RAISED if rose else AlertReason.CHANGED, words=found.words)
    return True


def lift(tx: Transaction, district: District, row: EarlyWarningRow, level: Level) -> None:
    """Give a warning that a person has verified the level its rule asks for."""
    incident = tx.session.get(Incident, row["id"])
    if incident is None or incident.state in CLOSED_STATES or incident.level >= level:
        return
    incident.level, incident.score = int(level), district.severity.bounds.get(level, 0)
    incident.round += 1
    _change(tx, incident, row, AlertReason.RAISED)


def _change(tx: Transaction, incident: Incident, row: EarlyWarningRow, reason: AlertReason, **facts: Any) -> None:
    """Write down and send out a change; `words` among `facts` say that it is told anew, and how."""
    incident.revision += 1
    incident.changed_at = tx.now
    facts |= {"warning": row["kind"], "level": incident.level, "reason": reason.value}
    incident.stamp = tx.audit(EventKind.WARNING_CHANGED, ACTOR, incident=incident.id, subject=incident.id, **facts)
    level = Level(incident.level)
    _owe(tx, EventKind.WARNING_CHANGED, row, incident.revision, reason, level, incident.kabupaten)


def keep(tx: Transaction, row: EarlyWarningRow, ends: date, facts: dict[str, Any] | None = None) -> None:
    """Let an open warning last longer, or know more incidents behind it, without telling anybody."""
    changed: EarlyWarningRow = {"id": row["id"], "ends_day": ends.isoformat()}
    if facts is not None:
        changed["facts"] = facts | _joined(row)
    tx.put(EarlyWarning, [changed])
    row |= changed


def join(tx: Transaction, row: EarlyWarningRow, found: Found, day: date) -> None:
    """Add to an open warning what else speaks of the same incidents: a threshold, or a rise. Nobody is told anew."""
    facts, words = dict(row["facts"]), dict(row["words"])
    if found.kind == WarningKind.RISE:
        known = [group for group, _, _ in facts.get("rises", ())]
        fresh = found.group not in known
        facts["rises"] = [*facts.get("rises", ()), *([[found.group, found.area, day.isoformat()]] if fresh else [])]
    else:
        fresh = found.rule not in facts.get("rules", ())
        facts["rules"] = [*facts.get("rules", ()), *([found.rule] if fresh else [])]
    if not fresh:
        return
    facts["incidents"] = list(dict.fromkeys([*facts.get("incidents", ()), *found.incidents]))
    words = {language: f"{said} {found.words.get(language, '')}".strip() for language, said in words.items()}
    changed: EarlyWarningRow = {"id": row["id"], "facts": facts, "words": words}
    tx.put(EarlyWarning, [changed])
    row |= changed
    told = {"warning": row["kind"], "also": found.kind.value, "rule": found.rule, "group": found.group}
    tx.audit("warning.joined", ACTOR, incident=row["id"], subject=row["id"], **told, words=words)


def end(tx: Transaction, row: EarlyWarningRow, words: dict[str, str]) -> None:
    """End a warning: settle its row if nobody has closed it, stop its timers, and owe the bus `warning.ended`."""
    incident = tx.session.get(Incident, row["id"])
    ended: EarlyWarningRow = {"id": row["id"], "ended_at": tx.now}
    tx.put(EarlyWarning, [ended])
    if incident is None:
        return
    by_rule = incident.state not in CLOSED_STATES
    if by_rule:
        incident.state, incident.closed_at, incident.close_reason = IncidentState.SETTLED.value, tx.now, words["id"]
        stop_timers(tx, incident.id, LadderStop.CLOSED)
    incident.revision += 1
    incident.changed_at = tx.now
    facts = {"warning": row["kind"], "by_rule": by_rule}
    incident.stamp = tx.audit(EventKind.WARNING_ENDED, ACTOR, incident=incident.id, subject=incident.id, **facts)
    level = Level(incident.level)
    _owe(tx, EventKind.WARNING_ENDED, row, incident.revision, AlertReason.CLOSED, level, incident.kabupaten)


def _owe(
    tx: Transaction,
    kind: EventKind,
    row: EarlyWarningRow,
    revision: int,
    reason: AlertReason,
    level: Level,
    kabupaten: str | None,
) -> None:
    event = WarningEvent(
        warning=UUID(row["id"]),
        revision=revision,
        kind=WarningKind(row["kind"]),
        reason=reason,
        level=level,
        kecamatan=row["area"] or None,
        group=row["group"],
        rule=row["rule"],
    )
    owed = warning_event(kind, event, kabupaten)
    body = event.model_dump(mode="json")
    outbox: OutboxRow = {"id": owed.id, "subject": owed.subject, "kind": kind.value, "body": body, "made_at": tx.now}
    tx.add(Outbox, [outbox])
