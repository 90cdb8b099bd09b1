"""Somebody in every office, each with an address at the test's own receiver. All of them are invented."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from schemas.district import District
from schemas.records.people import Address, Person
from schemas.vocabulary import Classification, Role
from services.store.ids import derived
from services.store.transaction import Transaction

HIGHEST = Classification.SANGAT_RAHASIA


@dataclass(frozen=True)
class Resident:
    """One person of a test's district; without `addresses`, one webhook at the test's receiver."""

    login: str
    institution: str
    unit: str = ""
    role: Role = Role.MEMBER
    clearance: Classification = HIGHEST
    named_for: tuple[str, ...] = ()
    addresses: tuple[tuple[str, str], ...] | None = None
    password: str | None = None
    language: str = "id"

    @property
    def id(self) -> str:
        return derived("person", self.login)


def residents(district: District, kecamatan: tuple[str, ...]) -> Iterator[Resident]:
    """Give one person per office of the kabupaten, and per local office of the named kecamatan."""
    for code, one in district.institutions.items():
        if one.level in ("kabupaten", "provinsi"):
            yield Resident(code.lower(), code)
        elif one.level == "kecamatan":
            yield from (Resident(f"{code.lower()}.{unit}", code, unit) for unit in kecamatan)


def move_in(tx: Transaction, people: list[Resident], sink: str, now: datetime) -> None:
    """Keep people with verified addresses."""
    rows: list[dict[str, Any]] = []
    addresses: list[dict[str, Any]] = []
    for one in people:
        rows.append(
            {
                "id": one.id,
                "name": f"Petugas {one.institution}",
                "login": one.login,
                "password": one.password,
                "role": one.role.value,
                "institution": one.institution,
                "unit": one.unit,
                "post": one.institution,
                "clearance": int(one.clearance),
                "language": one.language,
                "active": True,
                "named_for": list(one.named_for),
            }
        )
        own = one.addresses
        if own is None:
            own = (("webhook", f"{sink}/{one.institution}/{one.unit or '-'}/{one.login}"),)
        for rank, (channel, address) in enumerate(own, start=1):
            made = {"id": derived("address", one.id, channel, address), "person_id": one.id, "rank": rank}
            addresses.append({**made, "channel": channel, "address": address, "verified_at": now, "disabled_at": None})
    tx.add(Person, rows)
    tx.add(Address, addresses)


def with_changes(people: list[Resident], **changes: Resident | None) -> list[Resident]:
    """Put others in the place of people by login; None takes somebody away."""
    kept = [changes.get(one.login.replace(".", "_"), one) for one in people]
    return [replace(one) for one in kept if one is not None]
