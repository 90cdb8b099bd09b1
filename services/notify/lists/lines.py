"""Read out of deliveries what a list shows of an incident now: one line, by the latest word that is there. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.province import WITHDRAWN
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import GONE_OUT, AlertReason, DeliveryState
from services.notify.delivery.closing_mark import mark_of
from services.notify.delivery.list_mark import list_mark_of
from services.notify.delivery.throttling import UNSENT


def _is_there(row: DeliveryRow) -> bool:
    """Say whether a message may have come to the list; of a withdrawal, whether it has or is going to.

    A try that failed may have arrived all the same, one that was refused at once has not. A withdrawal that was given
    up is owed anew.
    """
    if row["reason"] == WITHDRAWN:
        return row["state"] in (*GONE_OUT, *UNSENT)
    if row["state"] in GONE_OUT:
        return True
    return row["attempts"] > (1 if row["state"] == DeliveryState.DEAD else 0)


@dataclass(frozen=True)
class Line:
    """One incident in the list at one address: all that was owed to it, oldest first."""

    incident: str
    channel: str
    address: str
    words: Sequence[DeliveryRow]

    @property
    def last(self) -> DeliveryRow | None:
        """Give the latest word that is there; None where nothing is."""
        return next((row for row in reversed(self.words) if _is_there(row)), None)

    @property
    def is_withdrawn(self) -> bool:
        """Say whether the latest word is that the incident was taken out."""
        return self.last is not None and self.last["reason"] == WITHDRAWN

    @property
    def is_closed(self) -> bool:
        """Say whether the latest word is that the incident was closed."""
        return self.last is not None and self.last["reason"] == AlertReason.CLOSED

    @property
    def is_masked(self) -> bool:
        """Say whether the latest word told level, issue and kecamatan alone."""
        return self.last is not None and self.last["payload"]["data"].get("occurred") is None

    @property
    def waiting(self) -> list[DeliveryRow]:
        """Give what was to be told and has not gone out."""
        return [row for row in self.words if row["state"] in UNSENT and row["reason"] != WITHDRAWN]

    @property
    def alert(self) -> str:
        """Give the alert by which the list knows of the incident."""
        told = [row for row in self.words if list_mark_of(row) is None]
        mark = list_mark_of(self.words[-1])
        return told[-1]["alert_id"] if told else mark["alert"] if mark else ""

    @property
    def given_up(self) -> int:
        """Give how often a withdrawal was given up."""
        return sum(row["reason"] == WITHDRAWN and row["state"] == DeliveryState.DEAD for row in self.words)


def lines_of(words: Iterable[DeliveryRow]) -> list[Line]:
    """Give the lines of which these deliveries tell; of two of one instant a closing is the later one."""
    found: dict[tuple[str, str, str], list[DeliveryRow]] = defaultdict(list)
    for row in sorted(words, key=lambda row: (row["owed_at"], mark_of(row) is not None)):
        found[row["incident_id"], row["channel"], row["address"]].append(row)
    return [Line(*key, rows) for key, rows in found.items()]
