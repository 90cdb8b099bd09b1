"""Read whether a quarrel was settled, or whether peace was refused, broken, or only asked for. Pure.

The words are the lexicon's: `[peace]` (what says by itself that peace was made, what says so only once it is said to be
done, what says that it was not) and `[list]` `peace_*` (what completes, asks for or refuses it beside such a word).
"""

from collections.abc import Sequence
from enum import Enum

from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain
from services.triage.text.polarity import AHEAD, BACKGROUND, HOAX, NEGATED, tokens_after, tokens_before

# Keys of `[peace]`; the last of other things: "air mata dilepaskan".
MADE, BROKEN, NONE = "made", "broken", "none"
# Tokens of the sentence within which a word speaks of the peace that is named: before it, with people between ("kades
# mengajak kedua pihak bersalaman"); before it, where it says that it was done; behind it ("uang damai, tapi ditolak").
BEFORE, DONE_BEFORE, BEHIND = 7, 4, 5


class Peace(Enum):
    """How far peace has come by what a report says last of it."""

    UNSAID = "unsaid"
    MADE = "made"
    WANTED = "wanted"  # asked for, planned or under way
    REFUSED = "refused"  # or broken again


NOT_SETTLED = frozenset([Peace.WANTED, Peace.REFUSED])


def peace_of(plain: Plain, found: Sequence[tuple[Hit, str]], marks: Sequence[int]) -> tuple[Peace, frozenset[int]]:
    """Say how far peace has come, and give the tokens of peace that was not made; who refused and then agreed, agreed.

    What was not made is no milder for being named, so its words are not compared with those of labelled reports.
    """
    last, empty = Peace.UNSAID, set[int]()
    other = {at for hit, key in found if key == NONE for at in range(hit.first, hit.last + 1)}
    for hit, key in found:
        if hit.first in other:
            continue
        verdict = _verdict(plain, hit, key, marks)
        if verdict in NOT_SETTLED:
            empty.update(range(hit.first, hit.last + 1))
        if verdict is Peace.WANTED and last is not Peace.UNSAID:
            continue  # "sudah berdamai, besok islah resmi"; "menolak damai, besok dimediasi lagi"
        last = last if verdict is Peace.UNSAID else verdict
    return last, frozenset(empty)


def _verdict(plain: Plain, hit: Hit, key: str, marks: Sequence[int]) -> Peace:
    """Say what one mention tells."""
    mark = marks[hit.first]
    if mark & (BACKGROUND | HOAX) or (key == BROKEN and mark & NEGATED):
        return Peace.UNSAID
    before = _nearest(plain, hit.first, marks)
    if key == BROKEN or before is Peace.REFUSED or _refused_behind(plain, hit.last):
        return Peace.REFUSED
    if before is Peace.UNSAID and mark & (NEGATED | AHEAD):
        return Peace.REFUSED if mark & NEGATED else Peace.WANTED
    return Peace.MADE if before is Peace.UNSAID and key == MADE else before


def _nearest(plain: Plain, first: int, marks: Sequence[int]) -> Peace:
    """Say what the nearest word before a mention, within its sentence, makes of it: done, asked for or refused."""
    lists, tokens = plain.lists, plain.tokens
    for distance, at in enumerate(tokens_before(first, BEFORE, plain.sentences)):
        word = tokens[at]
        denied = at > 0 and tokens[at - 1] in lists.peace_refused  # "belum sepakat damai"
        if word in lists.peace_done and distance < DONE_BEFORE and not denied:
            return Peace.MADE
        if word in lists.peace_refused:
            return Peace.REFUSED
        if word in lists.peace_asked:
            return Peace.REFUSED if marks[at] & NEGATED else Peace.WANTED  # "belum mau", "tidak ingin"
    return Peace.UNSAID


def _refused_behind(plain: Plain, last: int) -> bool:
    """Say whether it is refused right behind, before it is said to be done: "uang damai, tapi ditolak"."""
    for at in tokens_after(last, BEHIND, plain.sentences):
        if plain.tokens[at] in plain.lists.peace_done:
            return False
        if plain.tokens[at] in plain.lists.peace_refused:
            return True
    return False
