"""Say what a coordinator decides by hand and is kept: whom to leave alone for a while, whom to tell besides."""

from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Field

from schemas.record import Record, json_field
from schemas.rows.by_hand import ProposalRow, ReferralRow, SilenceRow


class Silence(Record[SilenceRow], table=True):
    """A stretch of time in which some tellings are left out, by a person and with a reason; it ends, it is not deleted.

    A matcher that is None matches everything.
    """

    __tablename__: ClassVar[Any] = "silence"
    id: str = Field(primary_key=True)
    author: str
    reason: str
    issue: str | None = None
    form: str | None = None
    kecamatan: str | None = None
    institution: str | None = None
    exercise: bool | None = None
    starts_at: datetime
    ends_at: datetime = Field(index=True)
    made_at: datetime
    ended_by: str | None = None  # who ended it before its time
    left_out: int = 0  # tellings it has kept from somebody so far


class Referral(Record[ReferralRow], table=True):
    """One more institution that is told of an incident, besides whom routing names; it outlives every re-routing."""

    __tablename__: ClassVar[Any] = "referral"
    id: str = Field(primary_key=True)  # of incident and institution
    incident_id: str = Field(index=True)
    institution: str  # as chosen; which unit answers for it follows from the place
    duty: str  # support or inform, never lead
    by: str
    reason: str
    at: datetime


class Proposal(Record[ProposalRow], table=True):
    """What one person wants done to a grave incident and a second one of another institution agrees with or refuses."""

    __tablename__: ClassVar[Any] = "proposal"
    id: str = Field(primary_key=True)
    incident_id: str = Field(index=True)
    kind: str  # assess, settle, dismiss, merge
    changes: dict[str, Any] = json_field()  # or `into`
    level: int  # of the incident when it was proposed: a rise since then makes it outdated
    reason: str
    by: str
    institution: str
    made_at: datetime
    state: str = "open"  # open, confirmed, refused, outdated
    decided_at: datetime | None = None
    decided_by: str | None = None
    note: str | None = None  # of who decided
