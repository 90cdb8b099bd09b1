"""Say what an answer to an older message counts for now: whose word it is, and for which incident.

A message lies in a pocket while the world moves on: its recipient changes office, its incident is merged into another
and perhaps split off again. Buttons and reply codes ask here before they act.
"""

from dataclasses import dataclass, replace

from schemas.district import District
from schemas.records.alerts import Alert
from schemas.records.answers import AnswerToken
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.rows.alerts import AlertRow
from schemas.vocabulary import IncidentState
from services.incidents import queries
from services.incidents.access import Reach, named_persons_only, reach
from services.incidents.accusations import barred_by
from services.incidents.responses import Answer, acknowledge
from services.security.auth import Identity, identity_of
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction

DEPARTED = "departed"  # reason of a refusal: the recipient no longer speaks for the institution
RELEASED = "released"  # a report accuses the institution, or the one it is part of: others handle it now (rules.md 10)
ELSEWHERE = "elsewhere"  # merged into an incident in which the institution has no duty
MERGES = 100  # of one incident, one after another: a bound, no rule


@dataclass(frozen=True)
class AnswerAuthority:
    """What an alert stands for now: itself, or its institution's alert in the incident it was merged into."""

    alert: Alert | None  # None: the institution has no duty there
    incident: Incident
    merged: bool


def final_of(session: Session, incident: Incident) -> Incident:
    """Give the incident in which a merged one lives on; itself, when it is merged into none."""
    for _ in range(MERGES):
        into = session.get(Incident, incident.merged_into) if incident.state == IncidentState.MERGED else None
        if into is None:
            break
        incident = into
    return incident


def standing_of(session: Session, alert: Alert) -> AnswerAuthority | None:
    """Follow an alert to where it counts now; None where its incident is not kept any more."""
    own = session.get(Incident, alert.incident_id)
    if own is None:
        return None
    incident = final_of(session, own)
    if incident.id == own.id:
        return AnswerAuthority(alert, own, merged=False)
    there = queries.alert_to(session, incident.id, alert.institution, alert.unit)
    return AnswerAuthority(there, incident, merged=True)


def speaker(person: Person, alert: Alert, incident: Incident, district: District) -> Identity:
    """Give the recipient of a message as a speaker for the institution it went to.

    Raises Refused (DEPARTED) when he is not active any more, has moved to another office or unit, or is no longer
    named for an issue that is for named persons only; (RELEASED) as `on_duty` does.
    """
    named = named_persons_only(incident, district).issubset(person.named_for)
    here = person.institution == alert.institution and person.unit in ("", alert.unit)
    if not (person.active and here and named):
        called = district.called(alert.institution, alert.unit or None)
        raise Refused(DEPARTED, called=called)
    on_duty(alert, incident, district)
    return replace(identity_of(person), unit=alert.unit)


def may_know(person: Person, alert: AlertRow, incident: Incident, district: District) -> bool:
    """Say whether a person still speaks for the alert's office and may know of its incident now."""
    here = person.active and person.institution == alert["institution"] and person.unit in ("", alert["unit"])
    if not here or alert["institution"] in barred_by(incident.facts, district):
        return False
    if not named_persons_only(incident, district).issubset(person.named_for):
        return False
    who, issue, second = identity_of(person), incident.issue, incident.issue_secondary
    return reach(who, issue, district, redacted=alert["redacted"], second=second) != Reach.MASKED


def on_duty(alert: Alert, incident: Incident, district: District) -> None:
    """Refuse (RELEASED) the answer of an institution that a report has come to accuse; the sentence does not say so."""
    if alert.institution in barred_by(incident.facts, district):
        called = district.called(alert.institution, alert.unit or None)
        raise Refused(RELEASED, called=called)


def acknowledge_by_token(tx: Transaction, token: AnswerToken, who: Identity) -> Answer:
    """Acknowledge by a message's button: once, in time, by the recipient it was made for. Raises Refused."""
    claimed = tx.session.get(AnswerToken, token.id, with_for_update=True)
    if claimed is None or claimed.ends_at < tx.now:
        raise Refused("button_expired")
    if claimed.used_at is not None:
        raise Refused("button_used")
    told = tx.session.get(Alert, claimed.alert_id)
    standing = standing_of(tx.session, told) if told else None
    if standing is None or standing.alert is None:
        raise Refused("alert_not_found")
    alert = standing.alert
    answer = acknowledge(tx, standing.incident.id, who, institution=alert.institution, how="button", alert_id=alert.id)
    claimed.used_at = tx.now
    return answer
