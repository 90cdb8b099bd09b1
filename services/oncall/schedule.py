"""Keep who is on duty when: shifts, overrides, absences and swaps, each journalled; read it as a roster."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from schemas.records.people import Person, Shift
from schemas.rows.people import ShiftRow
from schemas.vocabulary import Classification, Role
from services.oncall import queries
from services.oncall.roster import DESK, Officer, Reach, Roster, Stretch
from services.oncall.shifts import Gap, Post, gaps
from services.security.auth import Identity
from services.security.queries import active_person
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Session, Transaction

Kind = Literal["duty", "override", "absence"]
AHEAD = 14  # days looked at for holes: two weekends
REMEMBERED = timedelta(days=60)  # so that a rota nobody went on with is still warned of as one without anybody
OVERSEERS = frozenset({Role.COORDINATOR, Role.VERIFIER, Role.AUDITOR, Role.ADMIN})


def person_of(session: Session, login: str) -> Person:
    """Find an active person who may be told; raises Refused."""
    found = active_person(session, login)
    if found is None:
        raise Refused("person_unknown", login=login)
    if found.institution is None:
        raise Refused("person_without_institution", login=login)
    return found


def put(
    tx: Transaction, who: Identity, login: str, kind: Kind, stretches: Sequence[Stretch], note: str = ""
) -> list[str]:
    """Keep stretches of one kind for a person and give their ids; the same stretch twice is one. Raises Refused.

    Nobody has two shifts, or two absences, at once; an absence over a shift is what absences are for.
    """
    person = _allowed(tx, who, login, kind)
    if not stretches:
        raise Refused("no_such_day")
    if any(end <= start for start, end in stretches):
        raise Refused("shift_ends_before_start")
    rows: dict[str, ShiftRow] = {}
    taken = [(one.start, one.end) for one in queries.shifts_of(tx, person.id, kind)]
    for start, end in stretches:
        if (start, end) in taken:
            continue
        if any(start < other_end and other < end for other, other_end in taken):
            raise Refused("shift_taken", login=login)
        taken.append((start, end))
        # With the line's number: a swap gives a shift to another and keeps its id, and the same one may be put anew.
        id_ = derived("shift", tx.seq + 1, person.id, kind, start.isoformat(), end.isoformat())
        rows[id_] = {"id": id_, "person_id": person.id, "institution": person.institution or "", "kind": kind}
        rows[id_] |= {"start": start, "end": end, "note": note}
    tx.add(Shift, list(rows.values()))
    for id_, row in sorted(rows.items()):
        start, end = row["start"], row["end"]
        tx.audit("rota.put", who.id, subject=id_, kind=kind, person=person.id, start=str(start), end=str(end))
    return list(rows)


def swap(tx: Transaction, who: Identity, one: str, other: str, start: datetime, end: datetime) -> int:
    """Let two people of one post take each other's shifts that begin in [start, end); gives how many.

    Raises Refused.
    """
    first, second = _allowed(tx, who, one), _allowed(tx, who, other)
    if (first.institution, first.unit) != (second.institution, second.unit) or first.id == second.id:
        raise Refused("swap_one_post_only")
    shifts = queries.duties_beginning(tx, [first.id, second.id], start, end)
    for shift in shifts:
        before = shift.person_id
        shift.person_id = second.id if before == first.id else first.id
        tx.audit("rota.swapped", who.id, subject=shift.id, before=before, after=shift.person_id)
    if not shifts:
        raise Refused("nothing_to_swap")
    return len(shifts)


def remove(tx: Transaction, who: Identity, id_: str) -> None:
    """Take a stretch out of the rota; the journal keeps what it was. Raises Refused."""
    shift = tx.session.get(Shift, id_)
    if shift is None:
        raise Refused("shift_not_found")
    person = tx.session.get_one(Person, shift.person_id)  # also of who has left
    if who.id != person.id and not may_read(who, person.institution, person.unit):
        raise Refused("shift_not_found")
    _check(who, person, shift.kind)
    was = {"kind": shift.kind, "person": shift.person_id, "start": str(shift.start), "end": str(shift.end)}
    tx.audit("rota.removed", who.id, subject=id_, **was)
    tx.session.delete(shift)


def may_change(who: Identity, person: Person | Officer, kind: str = "duty") -> bool:
    """Say whether `who` may change that person's rota.

    That of one's own institution (of one's own unit, where one has one), as a coordinator anybody's; everybody who is
    told may say that he is away himself.
    """
    if who.role in (Role.COORDINATOR, Role.ADMIN):
        return True
    if kind == "absence" and who.id == person.id and who.role not in (Role.REPORTER, Role.AUDITOR):
        return True
    own = who.institution == person.institution and who.unit in ("", person.unit)
    return own and who.role in (Role.MEMBER, Role.VERIFIER)


def may_enter(who: Identity) -> bool:
    """Say whether somebody may open the rota at all."""
    return who.role in OVERSEERS or (who.role != Role.REPORTER and who.institution is not None)


def may_read(who: Identity, institution: str | None, unit: str = "") -> bool:
    """Say whether `who` may see who is on duty there: overseers everywhere, others at their own office."""
    if who.role in OVERSEERS:
        return True
    if who.role == Role.REPORTER or who.institution is None:
        return False
    return who.institution == institution and who.unit in ("", unit)


def _allowed(tx: Transaction, who: Identity, login: str, kind: str = "duty") -> Person:
    """Give the person, if `who` may change that rota; raises Refused, of another office's as of nobody's."""
    found = active_person(tx.session, login)
    if found and found.id != who.id and not may_read(who, found.institution, found.unit):
        raise Refused("person_unknown", login=login)
    person = person_of(tx.session, login)
    _check(who, person, kind)
    return person


def _check(who: Identity, person: Person, kind: str) -> None:
    if not may_change(who, person, kind):
        raise Refused("roster_of_others")


def listed(
    session: Session, start: datetime, end: datetime, *, institution: str | None = None
) -> list[tuple[Shift, Person]]:
    """Give every stretch that lies at least partly in [start, end), with whose it is; the first to begin first."""
    return queries.shifts_within(session, start, end, institution)


def coming(session: Session, person: str, now: datetime, most: int) -> Sequence[Shift]:
    """Give a person's own stretches that have not ended, the first to begin first."""
    return queries.shifts_to_come(session, person, now, most)


def holes(
    session: Session,
    posts: Iterable[Post],
    now: datetime,
    days: int = AHEAD,
    channels: frozenset[str] | None = None,
) -> list[Gap]:
    """Find the holes of these posts so many days ahead; with `channels`, other addresses are as good as none."""
    return gaps(posts, roster_of(session, channels, now), now, now + timedelta(days=days))


def roster_of(session: Session, channels: frozenset[str] | None = None, now: datetime | None = None) -> Roster:
    """Read everybody who may be told, with addresses, shifts and absences; `channels` leaves out other addresses.

    With `now`, what ended more than `REMEMBERED` before it is left out: it grows for ever and tells nothing. Addresses
    are in the order in which they are used: by rank, those that have failed after those that work.
    """
    addresses: dict[str, list[Reach]] = defaultdict(list)
    for row in queries.enabled_addresses(session):
        if channels is None or row.channel in channels:
            reach = Reach(row.channel, row.address, row.verified_at is not None, row.avoided_at is not None)
            addresses[row.person_id].append(reach)
    stretches: dict[tuple[str, str], list[Stretch]] = defaultdict(list)
    ended = now - REMEMBERED if now is not None else None
    for person, kind, start, end in queries.stretches_after(session, ended):
        stretches[person, kind].append((start, end))
    people = queries.people_told(session)
    return Roster(tuple(_officer(one, addresses[one.id], stretches) for one in people))


def _officer(one: Person, addresses: list[Reach], stretches: Mapping[tuple[str, str], Sequence[Stretch]]) -> Officer:
    return Officer(
        id=one.id,
        name=one.name,
        institution=one.institution or "",
        unit=one.unit,
        role=Role(one.role),
        post=one.post,
        clearance=Classification(one.clearance),
        language=one.language,
        named_for=tuple(one.named_for),
        login=one.login,
        addresses=(*addresses, *([Reach(DESK, one.login)] if one.password else [])),
        absences=tuple(stretches.get((one.id, "absence"), ())),
        shifts=tuple(stretches.get((one.id, "duty"), ())),
        overrides=tuple(stretches.get((one.id, "override"), ())),
    )
