"""Decide who may read what the office writes, and who may write it."""

from collections.abc import Collection, Iterable

from schemas.district import District
from schemas.vocabulary import Classification, Role
from services.incidents.access import hidden_issues, is_barred, named_persons_only, sees_all
from services.incidents.accusations import accused_in
from services.office import queries
from services.policy.situation import barred
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.transaction import Session

WRITERS = frozenset({Role.MEMBER, Role.VERIFIER, Role.COORDINATOR, Role.LEADER})
CHAIRS = frozenset({Role.COORDINATOR})  # keep meetings, reports upward, the register
READERS = WRITERS | {Role.AUDITOR}


def concerns(reader: Identity, institutions: Collection[str]) -> bool:
    """Say whether a paper between these institutions is any of the reader's business."""
    return reader.role in READERS and (sees_all(reader) or (reader.institution or "") in institutions)


def cleared(reader: Identity, classification: int) -> bool:
    """Say whether a reader's clearance covers a classification."""
    return reader.clearance >= classification


def is_logged(classification: int) -> bool:
    """Say whether every reading leaves a line (rules.md 8: Rahasia and above)."""
    return classification >= Classification.RAHASIA


def writer(who: Identity) -> str:
    """Give the institution that somebody writes for; raises Refused where there is none or the role may not."""
    if who.role not in WRITERS:
        raise Refused("role_cannot_write")
    if not who.institution:
        raise Refused("writer_without_institution")
    return who.institution


def chair(who: Identity) -> str:
    """Give the institution of who keeps the forum's papers; raises Refused for others."""
    if who.role not in CHAIRS:
        raise Refused("meetings_coordinator_only")
    return writer(who)


def kept_from(session: Session, who: Identity, district: District, ids: Iterable[str | None]) -> frozenset[str]:
    """Give which of these incidents are not there for a reader, in no paper either, whatever his role.

    They accuse his agency, or are for named persons of whom he is none (rules.md 8 and 10). An id of none is not there.
    """
    asked = {one for one in ids if one}
    known, hidden = queries.incidents(session, asked), set(hidden_issues(who, district))
    return frozenset(
        id_
        for id_ in asked
        if (row := known.get(id_)) is None
        or is_barred(who, row, district)
        or hidden & {row.issue, row.issue_secondary or ""}
    )


def about_incident(
    session: Session, who: Identity, district: District, incident_id: str, recipients: Collection[str]
) -> str | None:
    """Check that a paper to `recipients` may speak of an incident, and give its kecamatan. Raises Refused.

    What goes to named persons only is spoken of nowhere else, and to an accused agency nothing is said (rules.md 10).
    """
    incident = queries.incident(session, incident_id)
    if incident is None or not queries.told_of(session, who, incident_id, oversees=sees_all(who)):
        raise Refused("incident_not_found")
    if incident_id in kept_from(session, who, district, (incident_id,)):
        raise Refused("incident_not_found")
    accused = barred(tuple(sorted(accused_in(incident))), district)
    if out := sorted(accused & set(recipients)):
        raise Refused("institution_accused", called=district.called(out[0]))
    if named_persons_only(incident, district):
        raise Refused("issue_of_named_persons")
    known = district.issues.get(incident.issue)
    if known and not cleared(who, known.classification):
        raise Refused("incident_above_clearance")
    return incident.kecamatan


def somebody_may_read(session: Session, district: District, institution: str, classification: int) -> None:
    """Refuse to send a paper to an institution of which nobody may read it. Raises Refused."""
    if not queries.highest_clearance(session, institution) >= classification:
        called = district.called(institution)
        raise Refused("nobody_cleared", called=called)
