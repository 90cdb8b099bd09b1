"""Do the work of a batch in step: each step for all of it before the next one begins. Pure.

A step's code and the tables it looks things up in then stay in the processor's caches. Work that is done whole, one
piece after another, finds them pushed out by the other steps each time.
"""

from collections.abc import Generator, Sequence
from typing import TypeVar

T = TypeVar("T")
Steps = Generator[None, None, T]  # work that pauses after each step


def finished(steps: Steps[T]) -> T:
    """Do all steps of one piece of work, and give what it gives."""
    try:
        while True:
            next(steps)
    except StopIteration as end:
        found: T = end.value
        return found


def in_step(work: Sequence[Steps[T]]) -> list[T | Exception]:
    """Do the first step of each piece of work, then the second of each; give what each gives, or what ended it.

    Within a step they take turns in their order, and what one raises ends no other.
    """
    found: dict[int, T | Exception] = {}
    going = list(enumerate(work))
    while going:
        for at, steps in going:
            try:
                next(steps)
            except StopIteration as end:
                found[at] = end.value
            except Exception as error:  # noqa: BLE001 - whatever it is
                found[at] = error
        going = [one for one in going if one[0] not in found]
    return [found[at] for at in range(len(work))]
