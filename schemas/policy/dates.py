"""Say what holds for a district between two days: vulnerable windows, the forum under its name."""

from datetime import date
from typing import Literal

from schemas.messages import Frozen


class Window(Frozen):
    """A vulnerable date range of the calendar (both days included, a day's tolerance either side)."""

    code: str
    name: str
    start: date
    end: date
    issue: str
    note: str = ""
    source: str = ""  # where the dates are known from
    kind: Literal["", "fixed", "lunar"] = ""  # whether the dates move with the moon


class ForumPeriod(Frozen):
    """The forum's name and legal basis while they held (docs/rules.md 1: dated data, never constants)."""

    name: str
    legal_basis: str
    valid_from: date
    valid_to: date | None = None
    note: str = ""
