"""Know who can be reached for an institution: people, posts, addresses and shifts, read from the store.

Answers are kept for a few seconds: they change by an office hand, and are asked for thousands of times.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from schemas.records import Address, Person, Shift
from schemas.vocabulary import Level

FRESH = timedelta(seconds=5)


@dataclass(frozen=True)
class Contact:
    """One address of one person; `clearance` is the highest classification the person may read."""

    person_id: str | None
    channel: str
    address: str
    clearance: int = 1
    language: str = "id"
    rank: int = 1


@dataclass
class _Listed:
    person: Person
    contacts: list[Contact]
    absences: list[tuple[datetime, datetime]] = field(default_factory=list)
    duties: list[tuple[datetime, datetime]] = field(default_factory=list)


@dataclass
class Contacts:
    """Who is reached for an institution at an instant; with `divert`, everybody is one address."""

    divert: Contact | None = None
    _read_at: datetime | None = None
    _people: dict[str, list[_Listed]] = field(default_factory=dict)

    def refresh(self, session: Session, now: datetime) -> None:
        """Read people, verified addresses and shifts, unless that was done just now."""
        if self.divert is not None or (self._read_at and abs(now - self._read_at) < FRESH):
            return
        addresses: dict[str, list[Address]] = defaultdict(list)
        usable = select(Address).where(col(Address.verified_at).is_not(None), col(Address.disabled_at).is_(None))
        for address in session.exec(usable.order_by(col(Address.rank))):
            addresses[address.person_id].append(address)
        listed: dict[str, _Listed] = {}
        people: dict[str, list[_Listed]] = defaultdict(list)
        for person in session.exec(select(Person).where(col(Person.active)).order_by(col(Person.id))):
            contacts = [
                Contact(person.id, one.channel, one.address, person.clearance, person.language, one.rank)
                for one in addresses[person.id]
            ]
            listed[person.id] = _Listed(person, contacts)
            people[person.institution or ""].append(listed[person.id])
        for shift in session.exec(
            select(Shift).where(col(Shift.end) >= now, col(Shift.start) <= now + timedelta(days=1))
        ):
            if one := listed.get(shift.person_id):
                (one.absences if shift.kind == "absence" else one.duties).append((shift.start, shift.end))
        self._people, self._read_at = people, now

    def of(
        self, institution: str, unit: str | None, issue: str, level: Level, now: datetime, *, named_only: bool
    ) -> list[Contact]:
        """Give the addresses to use now for one institution; empty when nobody can be reached.

        People of the unit come before people of the whole institution, people on a shift before the rest; KRITIS uses
        every channel of a person, other levels the best one. Issues for named persons reach only who is named for them.
        """
        if self.divert is not None:
            return [self.divert]
        here = [one for one in self._people.get(institution, []) if one.contacts and not _within(one.absences, now)]
        if named_only:
            here = [one for one in here if issue in one.person.named_for]
        if unit and (local := [one for one in here if one.person.unit == unit]):
            here = local
        on_duty = [one for one in here if _within(one.duties, now)]
        chosen = on_duty or here
        return [contact for one in chosen for contact in (one.contacts if level == Level.KRITIS else one.contacts[:1])]


def _within(stretches: list[tuple[datetime, datetime]], now: datetime) -> bool:
    return any(start <= now < end for start, end in stretches)
