"""Keep people and the addresses under which the office reaches them; every change has its line in the audit log."""

from collections.abc import Collection, Sequence
from typing import Any

from schemas.records.people import Address, Person
from services.oncall import queries as oncall_queries
from services.security import queries
from services.security.accounts import shutting_out
from services.security.auth import Identity, mark_of
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Session, Transaction


def put(
    tx: Transaction,
    row: dict[str, Any],
    addresses: Sequence[tuple[str, ...]],
    actor: str,
    unverified: Sequence[tuple[str, ...]] = (),
) -> str:
    """Add or change a person with verified addresses (the office vouches for them) and others to be proved.

    Gives the person's id. `row` holds a person's columns without `id`; a column that it leaves out keeps what it had,
    and who is locked stays so. Addresses that are not named stay too, and are used after those that are.
    """
    id_ = derived("person", row["login"])
    before = tx.session.get(Person, id_)
    stood_on, office = (mark_of(before), _office(before)) if before else (None, None)
    now = tx.session.merge(Person(**{**_kept(before), **row, "id": id_}))
    if stood_on is not None and stood_on != mark_of(now):
        _end_what_stood_on_it(tx, id_, actor, moved=office != _office(now))
    _rank_others(tx, id_, (*addresses, *unverified))
    for rank, (channel, address) in enumerate((*addresses, *unverified), start=1):
        key = derived("address", id_, channel, address)
        made = Address(id=key, person_id=id_, channel=channel, address=address, rank=rank)
        known = tx.session.get(Address, key)
        made.verified_at = tx.now if rank <= len(addresses) else (known.verified_at if known else None)
        made.disabled_at = (
            known.disabled_at if known else None
        )  # who sent STOP is asked by `person verify`, not overruled
        if known and rank > len(addresses):
            made.failed_at, made.avoided_at = known.failed_at, known.avoided_at
        tx.session.merge(made)
    tx.audit("person.put", actor, subject=id_, role=now.role, institution=now.institution)
    return id_


def _office(person: Person) -> tuple[str | None, str]:
    return person.institution, person.unit


def _end_what_stood_on_it(tx: Transaction, person: str, actor: str, *, moved: bool) -> None:
    """End sessions, buttons, codes and devices: another password, role or office is another account.

    Whoever has `moved` to another office is not told either what his old one was still owed.
    """
    shutting_out.revoke(tx, person, actor, "changed")
    shutting_out.remove_devices(tx, person, actor)
    if moved:
        queries.withdraw_deliveries(tx, person, None)


def others(session: Session, person: str, named: Collection[tuple[str, ...]]) -> list[Address]:
    """Give the addresses that the office has entered of a person besides those named, the first used first."""
    known = sorted(queries.addresses(session, person), key=lambda one: one.rank)
    return [one for one in known if one.channel != shutting_out.DEVICE and (one.channel, one.address) not in named]


def _rank_others(tx: Transaction, person: str, given: Sequence[tuple[str, ...]]) -> None:
    """Let the addresses that are not named come after those that are, in their order, where any is named."""
    for rank, one in enumerate(others(tx.session, person, given) if given else (), start=len(given) + 1):
        one.rank = rank


def _kept(known: Person | None) -> dict[str, Any]:
    return known.model_dump() if known else {}


def set_active(tx: Transaction, who: Identity, person: str, *, active: bool) -> None:
    """Let a person in and be told again, or no more; nobody shuts himself out. Raises Refused."""
    found = tx.session.get(Person, person)
    if found is None:
        raise Refused("person_not_found")
    if found.id == who.id:
        raise Refused("own_account_off")
    if active:
        shutting_out.unlock(tx, found, who.id)
    else:
        shutting_out.lock(tx, found, who.id)


def stop_address(tx: Transaction, who: Identity, address: str) -> None:
    """Use an address no more, after its owner asked for that; it stays listed. Raises Refused."""
    found = tx.session.get(Address, address)
    if found is None:
        raise Refused("address_not_found")
    if found.disabled_at is None:
        found.disabled_at = tx.now
        tx.audit("address.stopped", who.id, subject=found.id, channel=found.channel)


def change(tx: Transaction, who: Identity, person: Person, columns: dict[str, Any]) -> None:
    """Change what a person is: name, role, institution, unit, post, clearance. What he may do changes at once."""
    before, stood_on = {name: getattr(person, name) for name in columns}, mark_of(person)
    office = _office(person)
    for name, value in columns.items():
        setattr(person, name, value)
    changed = sorted(name for name, value in columns.items() if before[name] != value)
    facts: dict[str, Any] = {"role": person.role, "institution": person.institution, "changed": changed}
    tx.audit("person.put", who.id, subject=person.id, **facts)
    if stood_on != mark_of(person):
        _end_what_stood_on_it(tx, person.id, who.id, moved=office != _office(person))


def add_address(
    tx: Transaction, who: Identity, person: str, channel: str, address: str, *, vouched: bool = False
) -> str:
    """Add an address in its one spelling, used after the others; `vouched`: the office knows that it is his.

    Gives its id. Raises Refused.
    """
    if tx.session.get(Person, person) is None:
        raise Refused("person_not_found")
    id_ = derived("address", person, channel, address)
    known = tx.session.get(Address, id_)
    if known is not None and known.disabled_at is None:
        raise Refused("address_known")
    if known is not None:
        raise Refused("address_stopped")
    rank = 1 + max((one.rank for one in oncall_queries.addresses_of(tx.session, person)), default=0)
    verified = tx.now if vouched else None
    made = Address(id=id_, person_id=person, channel=channel, address=address, rank=rank, verified_at=verified)
    tx.session.add(made)
    tx.audit("address.added", who.id, subject=id_, person=person, channel=channel, vouched=vouched)
    return id_
