"""Say when a district wants people told: deadlines and ladders, working hours, digests, limits of channels."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from schemas.messages import Frozen
from schemas.vocabulary import Level

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]  # local: "07:30"


class Step(Frozen):
    """One rung: minutes after delivery of the first alert, and the institutions told then."""

    after: int
    tell: tuple[str, ...]  # institution codes, "superior" or "duty:KESBANG"
    label: str


# Adds minutes to an instant: round the clock (True), or of the district's working time (False).
Pace = Callable[[datetime, int, bool], datetime]


class Clock(Frozen):
    """Time limits of one level; minutes, from delivery of the alert."""

    level: Level
    precedence: str
    always: bool  # round the clock, or the district's working hours
    ack: int
    remind: tuple[int, ...]
    ladder: tuple[Step, ...]
    first_sitrep: int
    sitrep_every: int | None
    loops: int = Field(default=2, ge=0)  # how often the last rung is told again while the lead stays silent
    needs: tuple[str, ...] = ()  # institutions that are asked too, and whose silence is chased like the lead's

    @model_validator(mode="after")
    def _in_order(self) -> "Clock":
        """Refuse a clock that reminds after its deadline or climbs backwards."""
        rungs = [step.after for step in self.ladder]
        reminders = list(self.remind)
        if rungs != sorted(set(rungs)):
            msg = "the rungs of a ladder must come one after another"
            raise ValueError(msg)
        if reminders != sorted(set(reminders)) or any(minutes >= self.ack for minutes in reminders):
            msg = "reminders must come one after another, before `ack`"
            raise ValueError(msg)
        if self.ack < 1 or (rungs and rungs[0] < self.ack):
            msg = "the ladder must leave the lead its time to answer (`ack`, at least 1 minute)"
            raise ValueError(msg)
        return self


class WorkingHours(Frozen):
    """When the slow clocks run: ISO weekdays, local time, less public holidays."""

    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(default=(1, 2, 3, 4, 5), min_length=1)
    start: TimeOfDay = "07:30"
    end: TimeOfDay = "16:00"
    holidays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> "WorkingHours":
        if self.end <= self.start:
            msg = "working hours must end after they start"
            raise ValueError(msg)
        return self


class Digest(Frozen):
    """When copies for information below TINGGI are told: in working hours, every so many hours; 0: each at once."""

    every: int = Field(default=4, ge=0, le=24)


# Messages in minutes, to one address: GoAlert's limits for SMS (its engine/message package), here for every channel.
GOALERT_LIMITS: dict[str, tuple[tuple[int, int], ...]] = {"*": ((1, 1), (5, 15), (11, 60), (21, 180))}
ANY_CHANNEL = "*"  # the limits of channels that have none of their own
UNLIMITED = frozenset({"webhook", "province", "desk"})  # programs want each message at once; on the desk nothing rings
