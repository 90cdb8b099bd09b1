"""Say how long a district keeps what identifies people."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from schemas.messages import Frozen
from schemas.policy.clocks import TimeOfDay

_LASTING = re.compile(r"([1-9][0-9]{0,5}) (minutes|hours|days)")


def _lasting(told: object) -> object:
    """Read "400 days", "12 hours", "30 minutes"."""
    if not isinstance(told, str):
        return told
    found = _LASTING.fullmatch(told.strip())
    if found is None:
        msg = 'write a number and minutes, hours or days, as in "400 days"'
        raise ValueError(msg)
    return timedelta(**{found[2]: int(found[1])})


Lasting = Annotated[timedelta, BeforeValidator(_lasting)]


class Retention(Frozen):
    """How long what identifies people is kept; what happened is kept for good (docs/security.md)."""

    at: TimeOfDay = "02:30"  # each day, in the district's time
    sources: Lasting = timedelta(days=400)  # who reported, after the incident was closed
    exercises: Lasting = timedelta(days=30)  # who reported an exercise, after it was filed
    messages: Lasting = timedelta(days=90)  # addresses of reporters in messages to them
    senders: Lasting = timedelta(days=30)  # handles of who sent inbound messages
    sessions: Lasting = timedelta(days=7)  # sessions and buttons, after their end
    photographs: Lasting = timedelta(days=730)  # of reports, after the incident was closed
