"""Say how far the streams of a bus go, and what this process has promised: for whoever keeps that outside of it."""

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.bus.line import Told


def instant(told: Any) -> datetime:
    """Read an instant as the server or its client gives it."""
    if isinstance(told, datetime):
        return told if told.tzinfo else told.replace(tzinfo=UTC)
    return datetime.fromisoformat(str(told)).astimezone(UTC)


LATELY = 600.0  # seconds for which the key of a report is kept here too: far longer than triage takes for it
MOST_LATELY = 4000  # of them, so that a flood fills no memory


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


class RecentKeys:
    """Keep the keys that this process has put on the disk lately, and notice that their stream was made anew.

    A stream of keys that somebody deletes takes along those of reports that nobody has judged yet, and these would open
    no more; who has put them there can do it again.
    """

    def __init__(self) -> None:
        self.highest = 0  # number in the stream
        self.lost = False  # the stream was made anew, and they were not put there again
        self._kept: deque[tuple[float, Told]] = deque(maxlen=MOST_LATELY)

    def note(self, record: Told, ack: Mapping[str, Any], before: int) -> None:
        """Take in a record that was promised; `before` is the highest number that was known when it was handed over."""
        self._kept.append((time.monotonic(), record))
        while self._kept[0][0] < time.monotonic() - LATELY:
            self._kept.popleft()
        self.see(ack, before)

    def see(self, ack: Mapping[str, Any], before: int) -> None:
        """Take in any promise of the stream: a number that is no higher than one before it is of another stream."""
        number = int(ack.get("seq", 0))
        if ack.get("duplicate") or not number:
            return
        anew = number <= before
        self.lost = self.lost or anew
        self.highest = number if anew else max(self.highest, number)

    def lately(self) -> list[Told]:
        """Give the records, oldest first."""
        return [record for _, record in self._kept]
