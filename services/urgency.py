"""Say what an incident asks of people, the same for messages and pages. Pure."""

from schemas.vocabulary import Level, Stage

NIL = "NIHIL"  # the form of a report that nothing happened


def endangers_life(*, conflict: bool, stage: str, level: int) -> bool:
    """Say whether 110 / 112 comes first (rules.md 4): violence now, or KRITIS that is not over."""
    if not conflict or stage in (Stage.RESOLVED, Stage.POTENTIAL):
        return False
    return level == Level.KRITIS or (stage == Stage.ONGOING and level >= Level.TINGGI)


def wants_answer(*, conflict: bool, form: str) -> bool:
    """Say whether somebody must answer: a nil report and what is no conflict are only passed on."""
    return conflict and form != NIL
