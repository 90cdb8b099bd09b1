"""Ask an institution for something by a time, answer it, and reckon when it is told again (docs/office.md)."""

from datetime import datetime, timedelta
from typing import Final

from schemas.district import District
from schemas.office.records import Ask
from schemas.records.incidents import Incident
from schemas.rows.office import AskRow
from schemas.vocabulary import Classification, IncidentState, Role
from services.incidents.access import sees_all
from services.incidents.accusations import barred_by
from services.office import queries
from services.office.access import about_incident, cleared, kept_from, somebody_may_read, writer
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Transaction

ACKNOWLEDGE, PATROL, CLARIFY, ACT, ANSWER = "acknowledge", "patrol", "clarify", "act", "answer"
KINDS: Final = (PATROL, CLARIFY, ACT)  # that a person chooses from; the others follow from papers
WRITTEN: Final = (ACKNOWLEDGE, ANSWER)  # a paper makes them, and its program writes their words
ESCALATED_FROM: Final = 2  # tellings before the due time: at once, and half way
AGAIN: Final = timedelta(days=1)  # between tellings after the due time
LONGEST: Final = timedelta(days=366)
TEXT_LIMIT: Final = 4000
RESTS: Final = "ask.rests"  # journal line, once: nobody is told of it while its incident is as it is
ANSWERERS: Final = frozenset({Role.COORDINATOR})  # may note an answer that came by telephone


def tell_at(at: datetime, due: datetime, told: int) -> datetime:
    """Give when an unanswered ask is told for the time after `told` tellings: at once, half way, due, then daily.

    >>> from datetime import UTC
    >>> start = datetime(2026, 11, 24, 8, tzinfo=UTC)
    >>> [f"{tell_at(start, start + timedelta(hours=8), told):%d %H}" for told in range(4)]
    ['24 08', '24 12', '24 16', '25 16']
    """
    if told < ESCALATED_FROM:
        return at + told * (due - at) / ESCALATED_FROM
    return due + (told - ESCALATED_FROM) * AGAIN


def ask(
    tx: Transaction,
    district: District,
    who: Identity,
    *,
    kind: str,
    institution: str,
    text: str,
    due: datetime,
    classification: int = Classification.TERBATAS,
    unit: str = "",
    incident: str | None = None,
    document: str | None = None,
    meeting: str | None = None,
    forum_input: str | None = None,
) -> str:
    """Ask an institution; gives the ask's id. Asking the same twice is asking once. Raises Refused."""
    asked_for = writer(who)
    one = district.institutions.get(institution)
    if one is None:
        raise Refused("institution_unknown", institution=institution)
    if not text.strip():
        raise Refused("ask_needs_words")
    if not tx.now < due <= tx.now + LONGEST:
        raise Refused("ask_due")
    if not cleared(who, classification):
        raise Refused("classification_above_clearance")
    somebody_may_read(tx.session, district, institution, classification)
    if incident:
        kecamatan = about_incident(tx.session, who, district, incident, (institution,))
        unit = unit or (kecamatan or "")
    if one.level == "desa":
        raise Refused("recipient_level", recipient=one.name)
    if one.level == "kecamatan" and not unit:
        raise Refused("ask_needs_unit", name=one.name)
    id_ = derived("ask", kind, institution, unit, text, asked_for, incident, document, meeting, forum_input, due)
    row: AskRow = {
        "id": id_,
        "kind": kind,
        "institution": institution,
        "unit": unit if one.level == "kecamatan" else "",
        "text": text.strip()[:TEXT_LIMIT],
        "classification": int(classification),
        "incident_id": incident or None,
        "document_id": document,
        "meeting_id": meeting,
        "input_id": forum_input,
        "asked_by": who.id,
        "asked_for": asked_for,
        "at": tx.now,
        "due": due,
        "next_at": tx.now,
    }
    if tx.add_new(Ask, [row]):
        facts = {"kind": kind, "institution": institution, "asked_for": asked_for, "due": due.isoformat()}
        tx.audit("ask.made", who.id, subject=id_, **facts)
    return id_


def answer(tx: Transaction, district: District, who: Identity, id_: str, text: str) -> None:
    """Answer an ask for one's institution; a coordinator may note what another one said. Raises Refused."""
    found = tx.session.get(Ask, id_)
    if found is None or kept_from(tx.session, who, district, (found.incident_id,)):
        raise Refused("ask_not_found")
    if not sees_all(who) and who.institution not in (found.institution, found.asked_for):
        raise Refused("ask_not_found")  # no list of his has it
    own = who.institution == found.institution and (not who.unit or not found.unit or who.unit == found.unit)
    if who.role in (Role.REPORTER, Role.AUDITOR) or not (own or who.role in ANSWERERS):
        raise Refused("ask_of_another", called=district.called(found.institution, found.unit))
    if not cleared(who, found.classification):
        raise Refused("ask_above_clearance")
    if found.answered_at is not None:
        raise Refused("ask_answered")
    if not text.strip() and (found.kind != ACKNOWLEDGE or not own):
        raise Refused("answer_empty")
    found.answered_at, found.answered_by, found.next_at = tx.now, who.id, None
    found.answer = text.strip()[:TEXT_LIMIT] or None
    tx.audit("ask.answered", who.id, subject=id_, institution=found.institution, own=own, late=tx.now > found.due)


def rests(incident: Incident, institution: str, district: District) -> bool:
    """Say whether nobody is told of an ask about this incident: it was none, or accuses whom the ask is told to."""
    return incident.state == IncidentState.DISMISSED or institution in barred_by(incident.facts, district)


def rest(tx: Transaction, found: Ask) -> None:
    """Tell nobody this time; it is looked at again in a day, for an incident may be opened again."""
    found.next_at = tx.now + AGAIN
    if not queries.has_line(tx.session, found.incident_id, RESTS, found.id):
        tx.audit(RESTS, "notify", incident=found.incident_id, subject=found.id, institution=found.institution)


def told(tx: Transaction, found: Ask) -> bool:
    """Note that somebody is being told of an ask, and set the next time; gives whether it is late.

    Whatever was missed while the machine was off is told as one.
    """
    found.told += 1
    while (after := tell_at(found.at, found.due, found.told)) <= tx.now:
        found.told += 1
    found.next_at = after
    late = tx.now >= found.due
    if late and found.escalated_at is None:
        found.escalated_at = tx.now
        tx.audit("ask.escalated", "notify", subject=found.id, institution=found.institution)
    return late
