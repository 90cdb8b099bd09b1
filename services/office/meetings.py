"""Hold meetings of the forum and public forums: attendance, decisions as asks, inputs, minutes that are closed once."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from schemas.district import District
from schemas.office.records import ForumInput, Meeting
from schemas.rows.office import ForumInputRow, MeetingRow
from schemas.vocabulary import Classification
from services.office import asks, queries
from services.office.access import chair, cleared
from services.office.numbering import next_number
from services.office.papers.official import local_day, written_number
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Transaction

RAPAT, FORUM, SOSIALISASI, LATIHAN = "rapat", "forum", "sosialisasi", "latihan"
KINDS: Final = (RAPAT, FORUM, SOSIALISASI, LATIHAN)
PUBLIC: Final = (FORUM, SOSIALISASI)
MINUTES_LIMIT: Final = 20_000
SHORT: Final = 300


def plan(tx: Transaction, who: Identity, *, kind: str, title: str, place: str, starts_at: datetime) -> str:
    """Plan a meeting; gives its id. What the public takes part in is Biasa. Raises Refused."""
    chair(who)
    if kind not in KINDS:
        raise Refused("meeting_kind")
    if not title.strip() or not place.strip():
        raise Refused("meeting_needs_words")
    id_ = derived("meeting", kind, title.strip(), place.strip(), starts_at)
    row: MeetingRow = {
        "id": id_,
        "kind": kind,
        "title": title.strip()[:SHORT],
        "place": place.strip()[:SHORT],
        "starts_at": starts_at,
        "classification": int(Classification.BIASA if kind in PUBLIC else Classification.TERBATAS),
        "made_by": who.id,
        "agenda": [],
        "attendance": [],
        "minutes": "",
    }
    if tx.add_new(Meeting, [row]):
        tx.audit("meeting.planned", who.id, subject=id_, kind=kind)
    return id_


def mark_of(kept: object) -> str:
    """Give a mark of what a form was filled in from: another one where somebody has changed it meanwhile."""
    return derived("meeting.read", json.dumps(kept, sort_keys=True))


def attend(
    tx: Transaction, who: Identity, id_: str, attendance: Sequence[Mapping[str, str]], read: str | None = None
) -> None:
    """Keep who came: institution or element, name, post. Raises Refused.

    `read` is the mark of the list that the form was filled in from. An institution by itself came with nobody.
    """
    meeting = _open(tx, who, id_)
    lines = [{name: one.get(name, "").strip()[:SHORT] for name in ("of", "name", "post")} for one in attendance]
    came = [one for one in lines if one["name"] or one["post"]]
    if read not in (None, mark_of(meeting.attendance)) and came != meeting.attendance:
        raise Refused("attendance_changed")
    meeting.attendance = came
    tx.audit("meeting.attended", who.id, subject=id_, count=len(meeting.attendance))


def write(tx: Transaction, who: Identity, id_: str, minutes: str, read: str | None = None) -> None:
    """Keep what was said; `read` is the mark of the text that the form was filled in from. Raises Refused."""
    meeting = _open(tx, who, id_)
    said = minutes.strip()[:MINUTES_LIMIT]
    if read not in (None, mark_of(meeting.minutes)) and said != meeting.minutes:
        raise Refused("minutes_changed")
    meeting.minutes = said
    tx.audit("meeting.written", who.id, subject=id_, length=len(meeting.minutes))


def decide(
    tx: Transaction, district: District, who: Identity, id_: str, *, institution: str, text: str, due: datetime
) -> str:
    """Turn a decision into an ask of an institution; gives the ask's id. Raises Refused."""
    meeting = _open(tx, who, id_)
    return asks.ask(
        tx,
        district,
        who,
        kind=asks.ACT,
        institution=institution,
        text=text,
        due=due,
        classification=meeting.classification,
        meeting=id_,
    )


def put_in(
    tx: Transaction,
    district: District,
    who: Identity,
    id_: str,
    *,
    element: str,
    text: str,
    institution: str,
    due: datetime,
) -> str:
    """Register an input of a public forum with who owes the answer, and by when; gives its id. Raises Refused."""
    meeting = _open(tx, who, id_)
    if meeting.kind != FORUM:
        raise Refused("input_forum_only")
    if not element.strip() or not text.strip():
        raise Refused("input_needs_words")
    forum_input = derived("input", id_, element, text)
    row: ForumInputRow = {
        "id": forum_input,
        "meeting_id": id_,
        "element": element.strip()[:SHORT],
        "text": text.strip()[: asks.TEXT_LIMIT],
        "at": tx.now,
    }
    if not tx.add_new(ForumInput, [row]):
        raise Refused("input_known")
    tx.audit("input.registered", who.id, subject=forum_input, meeting=id_)
    asks.ask(
        tx,
        district,
        who,
        kind=asks.ACT,
        institution=institution,
        text=text,
        due=due,
        classification=Classification.BIASA,
        meeting=id_,
        forum_input=forum_input,
    )
    return forum_input


def close(tx: Transaction, district: District, who: Identity, id_: str, agenda: Sequence[Any]) -> str:
    """Close the minutes: number them, freeze the agenda; nothing is changed after. Raises Refused."""
    meeting = _open(tx, who, id_)
    office = chair(who)
    if tx.now < meeting.starts_at:
        raise Refused("meeting_not_begun")
    if not meeting.attendance:
        raise Refused("attendance_missing")
    number = next_number(tx, "letter", office, local_day(tx.now, district), monthly=False)
    meeting.number = written_number(
        district.office.letter_number,
        number,
        local_day(tx.now, district),
        Classification(meeting.classification),
        office,
    )
    meeting.closed_at, meeting.agenda = tx.now, list(agenda)
    tx.audit("meeting.closed", who.id, subject=id_, number=meeting.number)
    return meeting.number


def _open(tx: Transaction, who: Identity, id_: str) -> Meeting:
    chair(who)
    meeting = queries.meeting(tx.session, id_)
    if meeting is None or not cleared(who, meeting.classification):
        raise Refused("meeting_not_found")
    if meeting.closed_at is not None:
        raise Refused("minutes_closed")
    return meeting
