"""Say what is kept of the people who are told: their posts, their addresses, their duty."""

from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.people import AddressCheckRow, AddressRow, OptOutRow, PersonRow, ShiftRow


class Person(Record[PersonRow], table=True):
    """Somebody who signs in or is told: a post in an institution, never a name in git."""

    __tablename__: ClassVar[Any] = "person"
    id: str = Field(primary_key=True)
    name: str
    login: str = Field(unique=True)
    password: str | None = None  # argon2 hash
    role: str
    institution: str | None = Field(default=None, index=True)
    unit: str = ""
    post: str = ""
    clearance: int = 1
    language: str = "id"
    active: bool = True
    named_for: list[Any] = json_field(list)  # issues that go to named persons only, and name this one


class Address(Record[AddressRow], table=True):
    """Where a person is reached; used only once verified."""

    __tablename__: ClassVar[Any] = "address"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    channel: str
    address: str = Field(index=True)
    rank: int = 1
    verified_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_why: str | None = None  # gone: its push service says so; moved: the device is somebody else's now
    label: str | None = None  # what the person knows a device by
    failed_at: datetime | None = None  # when a message to it was last given up for a reason that lies in the address
    avoided_at: datetime | None = None  # since when it is the person's last choice, because of that


class AddressCheck(Record[AddressCheckRow], table=True):
    """A six-digit code sent to an address, to prove that who reads there is who we think."""

    __tablename__: ClassVar[Any] = "address_check"
    address_id: str = Field(primary_key=True)
    code_hash: str
    ends_at: datetime
    tries: int = 0


class OptOut(Record[OptOutRow], table=True):
    """An address without a person behind it (a reporter's) that asked to be left alone."""

    __tablename__: ClassVar[Any] = "opt_out"
    id: str = Field(primary_key=True)  # an opaque handle of the address
    at: datetime


class Shift(Record[ShiftRow], table=True):
    """A stretch of duty or absence of one person; `kind` is duty, override or absence."""

    __tablename__: ClassVar[Any] = "shift"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    institution: str
    kind: str = "duty"
    start: datetime
    end: datetime
    note: str = ""
