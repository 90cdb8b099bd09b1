"""Type the rows of who is told, where they are reached, and when they are on duty."""

from datetime import datetime
from typing import Any, TypedDict


class PersonRow(TypedDict, total=False):
    """A row of `Person`."""

    id: str
    name: str
    login: str
    password: str | None
    role: str
    institution: str | None
    unit: str
    post: str
    clearance: int
    language: str
    active: bool
    named_for: list[Any]


class AddressRow(TypedDict, total=False):
    """A row of `Address`."""

    id: str
    person_id: str
    channel: str
    address: str
    rank: int
    verified_at: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None
    label: str | None
    failed_at: datetime | None
    avoided_at: datetime | None


class AddressCheckRow(TypedDict, total=False):
    """A row of `AddressCheck`."""

    address_id: str
    code_hash: str
    ends_at: datetime
    tries: int


class OptOutRow(TypedDict, total=False):
    """A row of `OptOut`."""

    id: str
    at: datetime


class ShiftRow(TypedDict, total=False):
    """A row of `Shift`."""

    id: str
    person_id: str
    institution: str
    kind: str
    start: datetime
    end: datetime
    note: str
