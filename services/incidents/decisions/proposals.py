"""Let two people decide what one alone could use to silence a case.

Two institutions are needed to lower or dismiss what is TINGGI or KRITIS; to settle it where the lead's own people want
to or no lead has answered yet; and to merge it away where somebody who has not answered would not be asked any more.
One proposes, somebody of another agency agrees or refuses. Two offices of one agency (a unit, a post, its head) are
one institution here. Beside that an officer who may not assess proposes a place, and who may assess decides. Everything
else is done at once.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from schemas.district import District
from schemas.records.alerts import Alert
from schemas.records.by_hand import Proposal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.rows.by_hand import ProposalRow
from schemas.vocabulary import ANSWERED, Duty, Level, chased
from services.incidents import lifecycle, merging, queries
from services.incidents.access import classification_of, named_persons_only, permit
from services.incidents.changes import allowed, open_incident
from services.incidents.urgency import wants_answer
from services.policy.situation import of_one_agency
from services.security.auth import Identity
from services.security.permissions import Act, may
from services.security.refusal import Refused
from services.store.transaction import Transaction

GRAVE = Level.TINGGI  # from this level on
ROUTED_BY = ("issue", "issue_secondary", "form", "kecamatan", "desa")
OPEN, CONFIRMED, REFUSED, OUTDATED = "open", "confirmed", "refused", "outdated"
ASSESS, SETTLE, DISMISS, MERGE = "assess", "settle", "dismiss", "merge"
PLACE = "place"  # one who may not assess says that the place is wrong; one who may decides, of whichever institution


@dataclass(frozen=True)
class Verdict:
    """What came of an act: done at once (`proposal` None), or proposed to a second person."""

    proposal: str | None = None


def assess(
    tx: Transaction, district: District, incident_id: str, who: Identity, changes: dict[str, Any], reason: str
) -> Verdict:
    """Put an officer's values over the machine's, or propose that where it lowers what is grave. Raises Refused."""
    incident = open_incident(tx, incident_id)
    allowed(who, Act.ASSESS, "role_cannot_override")
    if not (incident.level >= GRAVE and lowers(incident, changes, district)):
        lifecycle.override(tx, incident_id, who, changes, reason, district=district)
        return Verdict()
    return Verdict(_propose(tx, incident, who, ASSESS, changes, reason))


def correct_place(
    tx: Transaction,
    district: District,
    incident_id: str,
    who: Identity,
    place: dict[str, str | None],
    called: str,
    reason: str,
) -> Verdict:
    """Put the place that an officer names over what was read, or propose it where he may not assess. Raises Refused.

    `place` are its codes, `called` is what people call it.
    """
    incident = open_incident(tx, incident_id)
    allowed(who, Act.SAY_PLACE, "role_cannot")
    if all(getattr(incident, name) == code for name, code in place.items()):
        raise Refused("nothing_changed")
    if may(who.role, Act.ASSESS):
        lifecycle.override(tx, incident_id, who, dict(place), reason, district=district)
        return Verdict()
    said = queries.open_proposals(tx.session, incident_id, PLACE, who.id)
    if same := next((one for one in said if one.changes == place), None):
        return Verdict(same.id)  # a tap whose answer was lost goes again by itself
    return Verdict(_propose(tx, incident, who, PLACE, dict(place), reason, place=called))


def lowers(incident: Incident, changes: dict[str, Any], district: District) -> bool:
    """Say whether values make less of an incident: a lower level, no conflict, or an issue of lower classification."""
    secrecy = classification_of(changes.get("issue", incident.issue), district)
    return (
        changes.get("level", incident.level) < incident.level
        or (incident.conflict and not changes.get("conflict", True))
        or secrecy < classification_of(incident.issue, district)
    )


def close(
    tx: Transaction, district: District, incident_id: str, who: Identity, reason: str, *, dismissed: bool
) -> Verdict:
    """Settle or dismiss, or propose that where it takes two. Raises Refused."""
    incident = open_incident(tx, incident_id)
    allowed(who, Act.CLOSE, "role_cannot_close")
    leads = [alert for alert in queries.alerts_of(tx, incident_id) if alert.duty == Duty.LEAD]
    own = any(of_one_agency(one.institution, who.institution or "", district) for one in leads)
    if incident.level < GRAVE or (_answered(tx, district, leads, who) and not (dismissed or own)):
        lifecycle.close(tx, incident_id, who, reason, dismissed=dismissed)
        return Verdict()
    return Verdict(_propose(tx, incident, who, DISMISS if dismissed else SETTLE, {}, reason))


def _answered(tx: Transaction, district: District, alerts: list[Alert], who: Identity) -> bool:
    """Say whether a lead has answered; else one person could end what nobody has looked at.

    What `who` or his office wrote down for a lead that is said to have telephoned does not count: that is one
    institution's word. The lead's own situation report does, later too.
    """
    leads = [alert for alert in alerts if alert.duty == Duty.LEAD and alert.acknowledged_at is not None]
    said = {one.acknowledged_by or "" for one in leads}
    said |= {by for one in leads for by in queries.reporters_of_situation(tx, one.incident_id, one.institution)}
    people = (tx.session.get(Person, by) for by in said)  # None: an office's own program, which speaks for it alone
    offices = (one.institution or "" if one else None for one in people)
    own = who.institution or ""
    return any(office is None or not of_one_agency(office, own, district) for office in offices)


def merge(tx: Transaction, district: District, incident_id: str, into_id: str, who: Identity, reason: str) -> Verdict:
    """Fold one incident into another, or propose that where it takes two. Raises Refused."""
    incident, into = merging.can_merge(tx, incident_id, into_id)
    allowed(who, Act.MERGE, "role_cannot_merge")
    _readable(tx, district, incident, into, who, Act.MERGE)
    if incident.level >= GRAVE and _silences(tx, district, incident, into, who):
        return Verdict(_propose(tx, incident, who, MERGE, {"into": into_id}, reason))
    merging.merge(tx, incident_id, into_id, who, reason)
    return Verdict()


def _silences(tx: Transaction, district: District, incident: Incident, into: Incident, who: Identity) -> bool:
    """Say whether a merge would end the asking: somebody who has not answered is not asked by the other one either.

    There he is asked as long as he has not answered it, and anew where the merge raises it above what he was told. A
    rise routes it anew too, which asks the same ones where issue, form and place are the same.
    """
    alerts = queries.alerts_of(tx, incident.id)
    if not wants_answer(conflict=incident.conflict) or _answered(tx, district, alerts, who):
        return False
    if not wants_answer(conflict=into.conflict):
        return True
    if into.level < incident.level and all(getattr(incident, name) == getattr(into, name) for name in ROUTED_BY):
        return False
    there = {(one.institution, one.unit): one for one in queries.alerts_of(tx, into.id) if _is_chased(one)}
    asked = {place for place, one in there.items() if one.state not in ANSWERED or one.level < incident.level}
    awaited = {(one.institution, one.unit) for one in alerts if _is_chased(one)}
    return not (awaited and awaited <= asked)


def _is_chased(alert: Alert) -> bool:
    return chased(alert.duty, needed=alert.needed)


def _readable(tx: Transaction, district: District, incident: Incident, into: Incident, who: Identity, act: Act) -> None:
    """Refuse who may not judge the other incident too, and a matter of named persons that others would read then."""
    permit(who, into, queries.alerts_to(tx.session, into.id, who.institution), act, district)
    if named_persons_only(incident, district) != named_persons_only(into, district):
        raise Refused("merge_named_issue")


def _propose(
    tx: Transaction, incident: Incident, who: Identity, kind: str, changes: dict[str, Any], reason: str, **said: str
) -> str:
    if not reason.strip():
        raise Refused("proposal_needs_reason")
    if who.institution is None:
        raise Refused("account_without_institution")
    id_ = str(uuid4())
    row: ProposalRow = {
        "id": id_,
        "incident_id": incident.id,
        "kind": kind,
        "changes": changes,
        "level": incident.level,
    }
    row |= {"reason": reason.strip(), "by": who.id, "institution": who.institution, "made_at": tx.now, "state": OPEN}
    tx.add(Proposal, [row])
    facts = {"proposal": kind, "institution": who.institution, "changes": changes, "reason": reason.strip()}
    facts |= said
    incident.stamp = tx.audit("proposal.made", who.id, incident=incident.id, subject=id_, **facts)
    return id_


def decide(
    tx: Transaction, district: District, incident_id: str, proposal_id: str, who: Identity, *, agrees: bool, reason: str
) -> None:
    """Agree with a proposal, which is done then, or refuse it with a reason; `may_agree` says who may. Raises Refused.

    Whoever proposed may take it back himself, as a refusal.
    """
    incident = open_incident(tx, incident_id)
    allowed(who, Act.CONFIRM, "role_cannot_confirm")
    one = tx.session.get(Proposal, proposal_id, with_for_update=True)
    if one is None or one.incident_id != incident_id or one.state != OPEN:
        raise Refused("proposal_gone")
    if agrees or (one.kind == PLACE and who.id != one.by):
        _second(tx, district, one, who, agrees=agrees)
    if not agrees and not reason.strip():
        raise Refused("proposal_refusal_needs_reason")
    outdated = incident.level > one.level
    if one.kind == PLACE:
        outdated = all(getattr(incident, name) == code for name, code in one.changes.items())
    state = REFUSED if not agrees else OUTDATED if outdated else CONFIRMED
    one.state, one.decided_at, one.decided_by, one.note = state, tx.now, who.id, reason.strip() or None
    facts = {"institution": who.institution, "proposed_by": one.by, "reason": reason.strip()}
    incident.stamp = tx.audit(f"proposal.{state}", who.id, incident=incident_id, subject=one.id, **facts)
    if state != CONFIRMED:
        return
    if one.kind == MERGE:
        into = one.changes["into"]
        _readable(tx, district, *merging.can_merge(tx, incident_id, into), who, Act.CONFIRM)
        merging.merge(tx, incident_id, into, who, one.reason, one.by)
    elif one.kind in (ASSESS, PLACE):
        lifecycle.override(tx, incident_id, who, dict(one.changes), one.reason, one.by, district=district)
    else:
        lifecycle.close(tx, incident_id, who, one.reason, dismissed=one.kind == DISMISS, proposed_by=one.by)


def may_agree(one: Proposal, who: Identity, district: District) -> bool:
    """Say whether somebody is the second person that it takes: of another institution; of a place, who may assess."""
    if one.kind == PLACE:
        return may(who.role, Act.ASSESS)
    return bool(who.institution) and not of_one_agency(who.institution or "", one.institution, district)


def _second(tx: Transaction, district: District, one: Proposal, who: Identity, *, agrees: bool) -> None:
    first = tx.session.get(Person, one.by)
    if who.id == one.by or not may_agree(one, who, district):
        raise Refused("role_cannot_override" if one.kind == PLACE else "second_of_another_institution")
    if agrees and first is not None and not first.active:
        raise Refused("proposer_shut_out")
