"""Read a ladder's row as the state that policy reckons with, and write it back."""

from schemas.records import Ladder
from services.policy.escalation import LadderState


def state_of(ladder: Ladder) -> LadderState:
    """Return where a ladder stands."""
    return LadderState(ladder.step, ladder.loops, ladder.next_at, ladder.stopped, ladder.started_at)


def move(ladder: Ladder, state: LadderState) -> None:
    """Set a ladder to where it stands now."""
    for name, value in state.columns().items():
        setattr(ladder, name, value)
