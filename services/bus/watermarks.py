"""Say how far the streams of a bus go, and what this process has promised: for whoever keeps that outside of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


def instant(told: Any) -> datetime:
    """Read an instant as the server or its client gives it."""
    if isinstance(told, datetime):
        return told if told.tzinfo else told.replace(tzinfo=UTC)
    return datetime.fromisoformat(str(told)).astimezone(UTC)


@dataclass(frozen=True)
class StreamMark:
    """One stream as it was seen: when it was made (UTC), and the highest number in it, 0 when there never was one."""

    stream: str
    created_at: datetime
    last: int


class Promised:
    """Count what this process has promised since that was noted last: reports kept under new ids, the highest number.

    No longer: a bus that was made anew counts from 1, and a number of the one before would look like a loss of it.
    """

    def __init__(self) -> None:
        self.reports = 0
        self.highest = 0

    def note(self, ack: Mapping[str, Any]) -> None:
        """Take in one PubAck of a report."""
        if not ack.get("duplicate"):
            self.reports += 1
        self.highest = max(self.highest, int(ack.get("seq", 0)))

    def noted(self, reports: int, highest: int) -> None:
        """Forget what was noted elsewhere."""
        self.reports -= reports
        self.highest = 0 if self.highest == highest else self.highest
