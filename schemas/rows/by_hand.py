"""Type the rows of what a coordinator decides by hand."""

from datetime import datetime
from typing import Any, TypedDict


class SilenceRow(TypedDict, total=False):
    """A row of `Silence`."""

    id: str
    author: str
    reason: str
    issue: str | None
    form: str | None
    kecamatan: str | None
    institution: str | None
    exercise: bool | None
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    ended_by: str | None
    left_out: int


class ReferralRow(TypedDict, total=False):
    """A row of `Referral`."""

    id: str
    incident_id: str
    institution: str
    duty: str
    by: str
    reason: str
    at: datetime


class ProposalRow(TypedDict, total=False):
    """A row of `Proposal`."""

    id: str
    incident_id: str
    kind: str
    changes: dict[str, Any]
    level: int
    reason: str
    by: str
    institution: str
    made_at: datetime
    state: str
    decided_at: datetime | None
    decided_by: str | None
    note: str | None
