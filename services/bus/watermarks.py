"""Compare what a bus holds with what is known of it from before: a bus cannot prove its own completeness.

What is known is kept in the store (services/store/stream_marks.py): when each stream was made, the highest number seen
in it, and how many reports the doors have promised. A stream that is younger, or ends before that number, has lost
messages. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

SAME = timedelta(seconds=1)  # the server's instant has nanoseconds, a database's has not


@dataclass(frozen=True)
class StreamMark:
    """One stream as it was seen: when it was made (UTC), and the highest number in it, 0 when there never was one."""

    stream: str
    created_at: datetime
    last: int


class Promised:
    """Count what this process has promised: reports kept under new ids, and the highest number the bus gave them."""

    def __init__(self) -> None:
        self.reports = 0
        self.highest = 0

    def note(self, ack: Mapping[str, Any]) -> None:
        """Take in one PubAck of a report."""
        if not ack.get("duplicate"):
            self.reports += 1
        self.highest = max(self.highest, int(ack.get("seq", 0)))


@dataclass(frozen=True)
class Loss:
    """One stream that holds less than was known of it."""

    stream: str
    kind: str  # "younger": made anew since; "shorter": its end lies before a number that was promised or seen
    known: int
    found: int

    def sentence(self) -> str:
        """Say it to an operator, in English."""
        how = "was made anew" if self.kind == "younger" else "has lost its end"
        return f"stream {self.stream} {how}: it had reached number {self.known}, now it ends at {self.found}"


def losses(known: Iterable[StreamMark], found: Iterable[StreamMark]) -> list[Loss]:
    """Name the streams that are younger or shorter than what is known of them.

    >>> day = datetime(2026, 11, 23)
    >>> losses([StreamMark("REPORTS", day, 260)], [StreamMark("REPORTS", day, 127)])[0].sentence()
    'stream REPORTS has lost its end: it had reached number 260, now it ends at 127'
    """
    now = {mark.stream: mark for mark in found}
    lost = []
    for mark in known:
        seen = now.get(mark.stream)
        if seen is None:
            continue
        if seen.created_at > mark.created_at + SAME and mark.last > 0:
            lost.append(Loss(mark.stream, "younger", mark.last, seen.last))
        elif seen.last < mark.last:
            lost.append(Loss(mark.stream, "shorter", mark.last, seen.last))
    return lost
