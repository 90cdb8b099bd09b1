"""Tell one more institution of an incident, by a coordinator's hand and with a reason.

Where an accusation has left an agency out, "a coordinator decides" who is told instead (rules.md 10): this is how.
Notify owes the alert as if routing had named the institution, with its clearance and redaction.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from schemas.district import District
from schemas.records.by_hand import Referral
from schemas.rows.by_hand import ReferralRow
from schemas.vocabulary import Classification, Duty, EventKind
from services.incidents import queries
from services.incidents.changes import allowed, changed, open_incident
from services.incidents.situation_of import situation_of
from services.policy.situation import Situation, barred, decides, named_only, spared_by_exercise, standing_for
from services.security.auth import Identity
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Session, Transaction

DUTIES = (Duty.SUPPORT, Duty.INFORM)  # who leads follows from the matrix and an officer's assessment
SAID: Mapping[str, tuple[str, str]] = {
    Duty.LEAD: ("penanggung jawab", "lead"),
    Duty.SUPPORT: ("pendukung", "support"),
    Duty.INFORM: ("tembusan", "informed"),
}


@dataclass(frozen=True)
class Offer:
    """Whom a coordinator may add: who stands above or in for an accused agency first, then everybody else; codes."""

    stand_ins: tuple[str, ...]
    others: tuple[str, ...]


def refer(
    tx: Transaction, district: District, incident_id: str, who: Identity, institution: str, duty: Duty, reason: str
) -> str:
    """Add an institution to those told of an incident; gives the referral's id. Raises Refused.

    Whoever was told for information may be called to support; nobody is told twice, and an accused agency, its units,
    posts and heads never (rules.md 10).
    """
    incident = open_incident(tx, incident_id)
    allowed(who, Act.REFER, "referral_coordinator_only")
    if not _may_read(who, incident.issue, district):
        raise Refused("referral_above_clearance")
    if not reason.strip():
        raise Refused("referral_needs_reason")
    if duty not in DUTIES:
        raise Refused("referral_duty")
    if institution not in district.institutions:
        raise Refused("institution_unknown", institution=institution)
    case = situation_of(incident.as_row())
    if why := objection(case, district, institution):
        raise why
    standing, place = standing_for(institution, case, district)
    called = district.called(standing, place)
    _somebody_is_named(tx.session, case, district, standing, called)
    id_ = derived("referral", incident_id, institution)
    _not_told_already(tx.session, incident_id, (standing, place or ""), duty, called)
    row: ReferralRow = {
        "incident_id": incident_id,
        "institution": institution,
        "duty": duty.value,
        "by": who.id,
        "at": tx.now,
    }
    row |= {"id": id_, "reason": reason.strip()}
    if known := tx.session.get(Referral, id_):
        if known.duty in (duty, Duty.SUPPORT):
            raise Refused("referral_already_added", called=called, duty=SAID[known.duty])
        known.duty, known.by, known.reason, known.at = duty.value, who.id, reason.strip(), tx.now
    else:
        tx.add(Referral, [row])
    facts = {"institution": standing, "unit": place or "", "duty": duty.value, "reason": reason.strip()}
    changed(tx, incident, EventKind.INCIDENT_REFERRED, who.id, id_, **facts)
    return id_


def _may_read(who: Identity, issue: str, district: District) -> bool:
    """Say whether `who` may read what is decided about (rules.md 8); a sentence of refusal may tell of it."""
    known = district.issues.get(issue)
    return (
        known is None
        or known.classification < Classification.RAHASIA
        or (who.clearance >= known.classification or issue in who.named_for)
    )


def objection(case: Situation, district: District, code: str) -> Refused | None:
    """Give the refusal of an institution that may not be told of this at all; None when it may."""
    standing, unit = standing_for(code, case, district)
    called, accused = district.called(standing, unit), barred(case.accused, district)
    if code in accused or standing in accused:
        names = ", ".join(district.called(one) for one in case.accused if one in district.institutions)
        return Refused("recipient_accused", called=called, names=names)
    if {code, standing} & spared_by_exercise(case, district):
        return Refused("exercise_spares")
    local = district.institutions[standing].level in ("desa", "kecamatan")
    if local and named_only((case.issue, case.second), district):
        return Refused("named_persons_only")
    if district.institutions[standing].level in ("desa", "kecamatan") and unit is None:
        return Refused("place_uncertain", called=called)
    return None


def offered(case: Situation, district: District, told: Collection[tuple[str, str]]) -> Offer:
    """Give whom a coordinator may add; `told` are the institutions, with their units, that know already."""

    def open_to(code: str) -> bool:
        standing, unit = standing_for(code, case, district)
        return standing == code and (standing, unit or "") not in told and objection(case, district, code) is None

    first = [code for code in stand_ins(case, district) if open_to(code)]
    return Offer(tuple(first), tuple(code for code in district.institutions if code not in first and open_to(code)))


def stand_ins(case: Situation, district: District) -> tuple[str, ...]:
    """Give who may act where an accused agency may not: its superiors, who oversees it, then the coordinator.

    Superiors that are barred themselves are passed over, not stopped at: above Kapolres stands Polda.
    """
    out, found = barred(case.accused, district), []
    for accused in case.accused:
        institution = district.institutions.get(accused)
        seen: set[str] = set()
        above = institution.superior if institution else None
        while above is not None and above not in seen:
            seen.add(above)
            if above not in out:
                found.append(above)
            above = district.institutions[above].superior
    return tuple(dict.fromkeys([*found, decides(case.accused, district)])) if case.accused else ()


def referred(session: Session, incidents: Collection[str]) -> dict[str, list[Referral]]:
    """Give what was added by hand to these incidents, by incident, oldest first."""
    found: dict[str, list[Referral]] = {}
    for one in queries.referrals_of(session, incidents):
        found.setdefault(one.incident_id, []).append(one)
    return found


def _not_told_already(session: Session, incident: str, key: tuple[str, str], duty: Duty, called: str) -> None:
    alert = queries.alert_to(session, incident, *key)
    if alert is not None and not (alert.duty == Duty.INFORM and duty == Duty.SUPPORT):
        raise Refused("referral_already_told", called=called, duty=SAID[alert.duty])


def _somebody_is_named(session: Session, case: Situation, district: District, code: str, called: str) -> None:
    """Refuse an institution nobody of which is named for an issue of named persons: adding it would tell nobody."""
    named = named_only((case.issue, case.second), district)
    if named and not any(named.issubset(one.named_for) for one in queries.active_people_of(session, code)):
        raise Refused("nobody_named", called=called)
