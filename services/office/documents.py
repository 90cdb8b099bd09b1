"""Issue numbered papers: information notes (Laporan Informasi), letters of referral, reports upward."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from schemas.district import District
from schemas.office.records import Document
from schemas.rows.office import DocumentRow
from schemas.vocabulary import Classification
from services.office import asks, queries
from services.office.access import about_incident, chair, cleared, somebody_may_read, writer
from services.office.numbering import next_number
from services.office.papers.official import local_day, written_number
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Transaction

NOTE, REFERRAL, REPORT = "note", "referral", "report"
RATING: Final = re.compile(r"[A-F][1-6]")
LIMIT: Final = 8000  # characters of facts or opinion
SHORT: Final = 300


@dataclass(frozen=True)
class Note:
    """What an information note says: one problem, facts apart from opinion, the source graded."""

    subject: str
    issue: str
    classification: int
    source: str
    relation: str
    how: str
    obtained: str
    rating: str
    facts: str
    opinion: str
    recipients: tuple[str, ...]
    incident: str | None = None


def issue_note(tx: Transaction, district: District, who: Identity, note: Note) -> str:
    """Issue an information note, ask every recipient to acknowledge it; gives the document's id. Raises Refused."""
    office = writer(who)
    _sound(tx, district, who, note)
    day = local_day(tx.now, district)
    number = next_number(tx, NOTE, office, day, monthly=True)
    classification = Classification(note.classification)
    written = written_number(district.office.note_number, number, day, classification, office)
    body = {
        "issue": note.issue,
        "source": note.source[:SHORT],
        "relation": note.relation[:SHORT],
        "how": note.how[:SHORT],
        "obtained": note.obtained[:SHORT],
        "rating": note.rating,
        "facts": note.facts[:LIMIT],
        "opinion": note.opinion[:LIMIT],
        "recipients": list(note.recipients),
    }
    id_ = _keep(tx, who, NOTE, written, office, classification, note.subject, body, note.incident)
    due = tx.now + timedelta(hours=district.office.note_hours)
    for recipient in note.recipients:
        asks.ask(
            tx,
            district,
            who,
            kind=asks.ACKNOWLEDGE,
            institution=recipient,
            text=f"Terima Laporan Informasi {written}",
            due=due,
            classification=classification,
            document=id_,
        )
    return id_


def _sound(tx: Transaction, district: District, who: Identity, note: Note) -> None:
    """Refuse a note that is not one: without facts, without a graded source, about two problems, to nobody."""
    for said, wanted in ((note.subject, "perihal"), (note.facts, "fakta"), (note.source, "sumber")):
        if not said.strip():
            raise Refused("paper_needs", wanted=wanted)
    if note.issue not in district.issues:
        raise Refused("one_issue")
    if district.issues[note.issue].named_persons_only:
        raise Refused("issue_not_in_papers")
    if not RATING.fullmatch(note.rating):
        raise Refused("rating_unreadable")
    _secret_enough(district, who, note)
    if not note.recipients:
        raise Refused("recipient_missing")
    for recipient in note.recipients:
        _may_receive(tx, district, recipient, note.classification)
    if note.incident:
        about_incident(tx.session, who, district, note.incident, note.recipients)


def _secret_enough(district: District, who: Identity, note: Note) -> None:
    if note.classification not in set(Classification):
        raise Refused("classification_unknown")
    if note.classification < district.issues[note.issue].classification:
        raise Refused("classification_too_low")
    if not cleared(who, note.classification):
        raise Refused("classification_above_clearance")


def _may_receive(tx: Transaction, district: District, recipient: str, classification: int) -> None:
    known = district.institutions.get(recipient)
    if known is None or known.level not in ("kabupaten", "provinsi"):
        raise Refused("recipient_level", recipient=recipient)
    somebody_may_read(tx.session, district, recipient, classification)


def issue_report(
    tx: Transaction, district: District, who: Identity, *, kind: str, key: str, subject: str, figures: Mapping[str, Any]
) -> str:
    """Issue a report upward with its figures, frozen; a report of a stretch of time is issued once. Raises Refused."""
    office = chair(who)
    id_ = derived("report", kind, key)
    if tx.session.get(Document, id_) is not None:
        return id_
    day = local_day(tx.now, district)
    number = next_number(tx, "letter", office, day, monthly=False)
    written = written_number(district.office.letter_number, number, day, Classification.TERBATAS, office)
    body = {"kind": kind, "key": key, "figures": dict(figures)}
    return _keep(tx, who, REPORT, written, office, Classification.TERBATAS, subject, body, None, id_)


def refer_ormas(
    tx: Transaction,
    district: District,
    who: Identity,
    *,
    ormas: str,
    letter: str,
    to: str,
    institution: str,
    text: str,
    incidents: Sequence[str],
) -> str:
    """Write a letter that hands what was noted of an ormas to whoever decides; gives the document's id. Raises Refused.

    The office refers: whether a sanction follows is for the minister or the court (rules.md 3).
    """
    office = chair(who)
    known = queries.ormas_of(tx.session, ormas)
    if known is None:
        raise Refused("ormas_unknown", number=ormas)
    if letter not in district.office.ormas_letters:
        raise Refused("letter_missing", article=district.office.ormas_article)
    if not to.strip() or not text.strip():
        raise Refused("letter_needs_words")
    for incident in incidents:
        about_incident(tx.session, who, district, incident, (institution,))
    day = local_day(tx.now, district)
    number = next_number(tx, "letter", office, day, monthly=False)
    written = written_number(district.office.letter_number, number, day, Classification.TERBATAS, office)
    body: dict[str, Any] = {
        "ormas": ormas,
        "name": known.name,
        "letter": letter,
        "to": to[:SHORT],
        "text": text[:LIMIT],
    }
    body |= {"incidents": list(incidents)}
    subject = f"Rujukan mengenai {known.name}"
    id_ = _keep(tx, who, REFERRAL, written, office, Classification.TERBATAS, subject, body, None)
    asks.ask(
        tx,
        district,
        who,
        kind=asks.ANSWER,
        institution=institution,
        text=f"Kirim surat {written} kepada {to.strip()[:SHORT]} dan catat jawabannya",
        due=tx.now + timedelta(days=district.office.forum_days),
        document=id_,
    )
    return id_


def _keep(
    tx: Transaction,
    who: Identity,
    kind: str,
    number: str,
    institution: str,
    classification: Classification,
    subject: str,
    body: Mapping[str, Any],
    incident: str | None,
    id_: str = "",
) -> str:
    id_ = id_ or derived("document", kind, number)
    row: DocumentRow = {
        "id": id_,
        "kind": kind,
        "number": number,
        "institution": institution,
        "classification": int(classification),
        "subject": " ".join(subject.split())[:SHORT],
        "body": dict(body),
        "incident_id": incident or None,
        "author": who.id,
        "at": tx.now,
    }
    tx.add(Document, [row])
    tx.audit("document.issued", who.id, incident=incident or None, subject=id_, kind=kind, number=number)
    return id_
