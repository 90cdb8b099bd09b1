"""Verify, reassess, close and reopen incidents. Each function works on an open transaction."""

from collections.abc import Mapping
from typing import Any

from schemas.district import District
from schemas.policy.places import Place
from schemas.records.alerts import Ladder
from schemas.records.incidents import Incident, Judgement
from schemas.rows.incidents import JudgementRow
from schemas.vocabulary import (
    ANSWERED,
    CLOSED_STATES,
    Duty,
    EventKind,
    Handling,
    IncidentState,
    LadderStop,
    Level,
    Role,
    chased,
)
from services.incidents import queries
from services.incidents.changes import allowed, changed, find_incident, move, open_incident, state_of
from services.policy.escalation import stand_still
from services.policy.geography import kecamatan_code
from services.security.auth import Identity
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Transaction

PLACED_BY = frozenset({"kabupaten", "kecamatan", "desa"})


def status_word(state: str, *, told: bool) -> str:
    """Say in a word known from SP4N-LAPOR how far a report has come; `told`: an institution has been told of it.

    >>> status_word("open", told=False), status_word("verified", told=True), status_word("settled", told=True)
    ('Diterima', 'Diteruskan', 'Selesai')
    """
    return {
        IncidentState.DISMISSED: "Ditolak",
        IncidentState.SETTLED: "Selesai",
        IncidentState.HANDLED: "Ditindaklanjuti",
        IncidentState.VERIFIED: "Diteruskan" if told else "Diverifikasi",
    }.get(IncidentState(state), "Diteruskan" if told else "Diterima")


def verify(tx: Transaction, incident_id: str, who: Identity, note: str = "") -> None:
    """Confirm that the incident is as told. Raises Refused."""
    incident = open_incident(tx, incident_id)
    allowed(who, Act.VERIFY, "role_cannot_verify")
    if incident.state == IncidentState.OPEN:
        incident.state = IncidentState.VERIFIED
    changed(tx, incident, EventKind.INCIDENT_VERIFIED, who.id, note=note)


def override(
    tx: Transaction,
    incident_id: str,
    who: Identity,
    changes: dict[str, Any],
    reason: str,
    proposed_by: str | None = None,
    *,
    district: District | None = None,
) -> None:
    """Put an officer's issue, form, level or place over the machine's, which stays beside it. Raises Refused.

    What he gave, no report changes; a place is what later reports are compared with, by its name in the `district`.
    `proposed_by` is the first of two people, where `who` is the second (services/incidents/decisions/proposals.py).
    """
    incident = open_incident(tx, incident_id)
    allowed(who, Act.CONFIRM if proposed_by else Act.ASSESS, "role_cannot_override")
    if not reason.strip():
        raise Refused("override_needs_reason")
    if changes.get("level", Level.RENDAH) > Level.RENDAH and not changes.get("conflict", incident.conflict):
        changes = {**changes, "conflict": True}  # of what he says is worse than the lowest, somebody must answer
    before = {name: getattr(incident, name) for name in changes}
    raised = changes.get("level", incident.level) > incident.level
    for name, value in changes.items():
        setattr(incident, name, value)
    incident.given = sorted({*incident.given, *changes})
    if not PLACED_BY.isdisjoint(changes):
        _put_at(incident, district)
    if raised:
        incident.round += 1  # a rise re-alerts whoever was told
        stand_for(incident)
    row: JudgementRow = {"id": derived("judgement", incident_id, tx.seq + 1), "incident_id": incident_id}
    row |= {"report_id": None, "by": who.id, "at": tx.now, "ruleset": "officer", "reason": reason}
    row["data"] = {"before": before, "after": changes}
    tx.add(Judgement, [row])
    facts = {"before": before, "after": changes, "reason": reason} | first_of_two(proposed_by)
    changed(tx, incident, EventKind.INCIDENT_ASSESSED, who.id, **facts)


def _put_at(incident: Incident, district: District | None) -> None:
    """Let the place be what an officer gave: what was told of another one, its point too, is none of it."""
    known: Mapping[str, Place] = district.places if district else {}
    if incident.desa and kecamatan_code(incident.desa) != incident.kecamatan:
        incident.desa = None
    names = {name: known[code].name for name in ("desa", "kecamatan") if (code := getattr(incident, name)) in known}
    at = {name: value for name in ("kabupaten", "kecamatan", "desa") if (value := getattr(incident, name))}
    incident.place = at | {f"{name}_name": value for name, value in names.items()}
    if incident.features:  # a warning is compared with nothing
        found = {name: getattr(incident, name) for name in ("kabupaten", "kecamatan", "desa")}
        found |= {"place_name": names.get("desa") or names.get("kecamatan"), "maybe": []}
        sites = [site for site in at.values() if site != incident.kabupaten]
        incident.features = {**incident.features, **found, "sites": sites}


def stand_for(incident: Incident) -> None:
    """Let a person's word stand for an incident that he has raised: at TINGGI or above nobody waits for more of it."""
    if incident.level >= Level.TINGGI and incident.handling == Handling.VERIFY_FIRST:
        incident.handling = Handling.SEND_AND_VERIFY


def first_of_two(proposed_by: str | None) -> dict[str, str]:
    """Give what a line of the log says of who proposed."""
    return {"proposed_by": proposed_by} if proposed_by else {}


def close(
    tx: Transaction,
    incident_id: str,
    who: Identity,
    reason: str,
    *,
    dismissed: bool = False,
    proposed_by: str | None = None,
) -> None:
    """Settle or dismiss an incident, with a reason; its timers stop. Raises Refused.

    `proposed_by` as for `override`.
    """
    incident = open_incident(tx, incident_id)
    allowed(who, Act.CONFIRM if proposed_by else Act.CLOSE, "role_cannot_close")
    if not reason.strip():
        raise Refused("closing_needs_reason")
    alerts = queries.alerts_of(tx, incident_id)
    awaited = [alert for alert in alerts if chased(alert.duty, needed=alert.needed)]
    if (
        who.role == Role.MEMBER
        and not proposed_by
        and all(alert.institution != who.institution for alert in awaited if alert.duty == Duty.LEAD)
    ):
        raise Refused("close_lead_only")
    unanswered = [alert.institution for alert in awaited if alert.state not in ANSWERED]
    incident.state = IncidentState.DISMISSED if dismissed else IncidentState.SETTLED
    incident.closed_at, incident.close_reason = tx.now, reason
    stop_timers(tx, incident_id, LadderStop.CLOSED)
    kind = EventKind.INCIDENT_DISMISSED if dismissed else EventKind.INCIDENT_SETTLED
    facts = {"reason": reason, "never_answered": unanswered, **first_of_two(proposed_by)}
    facts |= {"institution": who.institution or "", "unit": who.unit}  # his own office is not told of it
    changed(tx, incident, kind, who.id, **facts)


def reopen(tx: Transaction, incident_id: str, who: Identity, reason: str) -> None:
    """Open a settled or dismissed incident again, with a reason; whoever it concerns is told anew. Raises Refused."""
    incident = find_incident(tx, incident_id)
    allowed(who, Act.REOPEN, "role_cannot_reopen")
    if incident.state not in CLOSED_STATES:
        raise Refused("not_closed")
    if not reason.strip():
        raise Refused("reopening_needs_reason")
    was = {"state": incident.state, "reason": incident.close_reason}
    incident.state, incident.closed_at, incident.close_reason = IncidentState.OPEN, None, None
    changed(tx, incident, EventKind.INCIDENT_REOPENED, who.id, reason=reason, was=was)


def stop_timers(tx: Transaction, incident_id: str, why: LadderStop) -> dict[str, Any]:
    """Stop an incident's ladder and drop the due times of its alerts; returns them as they stood (`timers_kept`)."""
    kept: dict[str, Any] = {"ladder": None, "alerts": {}}
    if ladder := tx.session.get(Ladder, incident_id):
        kept["ladder"] = ladder.next_at.isoformat() if ladder.next_at else None
        move(ladder, stand_still(state_of(ladder), why))
    for alert in queries.alerts_of(tx, incident_id):
        due = {name: at.isoformat() for name in ("remind_at", "sitrep_due") if (at := getattr(alert, name))}
        kept["alerts"][alert.id] = due | ({"held_by": alert.held_by} if alert.held_by else {})
        alert.remind_at = alert.held_by = alert.sitrep_due = None
    return kept
