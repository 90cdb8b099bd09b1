"""Find the heads and posts of institutions whom a report accuses, by their titles. Pure.

A title alone accuses nobody: "Kapolsek turun ke lokasi". It does beside a word of misconduct or of being turned out:
right before it ("oknum Kapolsek", "lengserkan Camat"), or after it, with nothing but names and a rank between them
("Kapolsek Soko AKP Budi memukul warga"), so that what others did is not laid on whoever came to stop it.
"""

from collections.abc import Callable, Iterator, Sequence

from services.triage.text.clauses import Clauses
from services.triage.text.lexicon import GAP, Hit
from services.triage.text.normalise import Plain
from services.triage.text.polarity import DENIED

HEAD, ACCUSING = "head", "accusing"
BEFORE, AFTER, BESIDE, NOT_IN_OFFICE = "before", "after", "beside", "not_in_office"  # lists of [accusing]
OTHERS = frozenset(["deed", "noun", "people", "party", "frame", HEAD])  # between title and word: it is about these
POLITE = frozenset(["si", "pak", "bapak", "bu", "ibu"])
VERBAL = ("mem", "men", "meng", "meny", "ber", "di")  # of a verb, which has another word of misconduct as its object
LEAST = 6  # letters of such a verb


def accused_heads(
    plain: Plain, cut: Clauses, hits: Sequence[Hit], marks: Sequence[int], is_place: Callable[[str], bool]
) -> set[str]:
    """Give the codes of the institutions, posts and heads whose title stands with an accusation that is not denied."""
    told = [
        (hit, tag.key) for hit in hits for tag in hit.tags if tag.section == ACCUSING and not marks[hit.first] & DENIED
    ]
    if not told:
        return set()
    others = {
        at for hit in hits if any(one.section in OTHERS for one in hit.tags) for at in range(hit.first, hit.last + 1)
    }
    return {
        code
        for title, code in _titles(hits)
        if any(_accuses(plain, cut, title, word, key, others, is_place) for word, key in told)
    }


def _titles(hits: Sequence[Hit]) -> Iterator[tuple[Hit, str]]:
    """Give the titles of who is in office: a candidate and a predecessor are not."""
    outside = {hit.last for hit in hits for tag in hit.tags if tag.section == ACCUSING and tag.key == NOT_IN_OFFICE}
    for hit in hits:
        for tag in hit.tags:
            if tag.section == HEAD and hit.first - 1 not in outside:
                yield hit, tag.key


def _accuses(
    plain: Plain,
    cut: Clauses,
    title: Hit,
    word: Hit,
    key: str,
    others: set[int],
    is_place: Callable[[str], bool],
) -> bool:
    tokens = plain.tokens
    if key == BEFORE:
        between = tokens[word.last + 1 : title.first]
        return word.last < title.first and len(between) <= 1 and POLITE.issuperset(between)
    if key not in (AFTER, BESIDE) or word.first <= title.last:
        return False
    inside = range(title.last + 1, word.first)
    if key == BESIDE:
        return not inside
    if len(inside) > GAP or cut.of[title.last] != cut.of[word.first]:
        return False
    return not any(
        at in others or _is_verb(tokens[at], is_place) for at in inside if tokens[at] not in plain.lists.asked_to_go
    )


def _is_verb(token: str, is_place: Callable[[str], bool]) -> bool:
    return len(token) >= LEAST and token.startswith(VERBAL) and not is_place(token)
