"""Type the rows of every state change: the chained lines, and the head of the chain."""

from datetime import datetime
from typing import Any, TypedDict


class JournalRow(TypedDict, total=False):
    """A row of `Journal`."""

    seq: int
    at: datetime
    actor: str
    kind: str
    incident_id: str | None
    subject_id: str | None
    data: dict[str, Any]
    rows: dict[str, str] | None
    hash: str


class ChainRow(TypedDict, total=False):
    """A row of `Chain`."""

    id: int
    seq: int
    hash: str
    rows_as_of: str
