"""Say what an incident asks of people, the same for messages and pages. Pure."""

from datetime import datetime

from schemas.vocabulary import Level, Stage

ARCHIVE = "arsip"  # the close_reason of what came as history: not an officer's decision


def endangers_life(*, conflict: bool, stage: str, level: int) -> bool:
    """Say whether 110 / 112 comes first (rules.md 4): violence now, or KRITIS that is not over."""
    if not conflict or stage in (Stage.RESOLVED, Stage.POTENTIAL):
        return False
    return level == Level.KRITIS or (stage == Stage.ONGOING and level >= Level.TINGGI)


def wants_answer(*, conflict: bool) -> bool:
    """Say whether somebody must answer: a nil report and what else is no conflict are only passed on."""
    return conflict


def came_as_history(opened_at: datetime, closed_at: datetime | None, close_reason: str | None) -> bool:
    """Say whether an incident is closed because a report marked `archive` opened it, and not by an officer."""
    return closed_at == opened_at and close_reason == ARCHIVE
