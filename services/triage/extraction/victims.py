"""Say how many were attacked where a report names no wound: "dua remaja dikeroyok", "pemukulan terhadap guru". Pure.

Who was beaten, stabbed or shot at by hand was hurt, one person at least. An attack alone ("diserang") says so only
of a few persons: a village that was attacked need not count a single wound.
"""

from schemas.assessment import Span
from services.triage.text.counted_people import PEOPLE, Counted
from services.triage.text.normalise import Plain

FEW = 5  # persons; more who were attacked need not all be hurt
BEFORE, AFTER = 9, 3  # tokens between the deed and the number of its victims
ONTO_REACH = 10  # tokens between a deed and "terhadap"
_PASSIVE = ("di", "ter")
# Words with which the one who suffered stands before the deed, as before a passive verb.
_SUFFERED = frozenset(
    """
    sasaran bulan bahan korban kena terkena mendapat mengalami saling
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_ATTACKED = frozenset(["diserang", "menyerang", "menembak", "menembaki", "ditembaki"])
# Deeds that hurt somebody even where nobody is named.
_GRAVE = frozenset(
    """
    membacok menusuk menikam pembacokan penusukan penikaman penembakan penganiayaan menganiaya
    pengeroyokan mengeroyok mengeroyoki ngeroyok memukuli menghajar menggebuki pemukulan menghakimi penghakiman
    kekerasan menebas
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_ONTO = frozenset(["terhadap", "kepada", "pada"])
_DOERS = frozenset(["oleh", "dilakukan"])

Attacked = tuple[int, int | None, tuple[Span, ...]]  # at least, at most, the words that say so


def victims(plain: Plain, counted: Counted, first: int, last: int) -> Attacked | None:
    """Give how many were attacked: before a passive verb, after an active one or a noun; None where nobody is said."""
    verb = plain.tokens[first]
    few = verb in _ATTACKED
    if verb.startswith(_PASSIVE) or verb in _SUFFERED:
        return _before(plain, counted, first, last, few=few)
    return _after(plain, counted, first, last, few=few)


def _before(plain: Plain, counted: Counted, first: int, last: int, *, few: bool) -> Attacked | None:
    clauses, span = plain.clauses, plain.span(first, last)
    for number in counted.before(first):
        if number.last < first and first - number.last <= BEFORE and clauses[number.last] == clauses[first]:
            if counted.noun_of(number) in PEOPLE and not (few and number.low > FEW):
                return number.low, number.high, (plain.span(number.first, number.last), span)
            break
    if few and counted.last_named(first, BEFORE) != "victims":
        return None
    return 1, None, (span,)


def _after(plain: Plain, counted: Counted, first: int, last: int, *, few: bool) -> Attacked | None:
    tokens, clauses = plain.tokens, plain.clauses
    verb = tokens[first]
    span = plain.span(first, last)
    start = last + 1
    for at in range(start, min(len(tokens), start + ONTO_REACH)):  # "pemukulan oleh dua preman terhadap ..."
        if clauses[at] != clauses[first]:
            break
        if tokens[at] in _ONTO:
            start = at + 1
            break
    for at in range(start, min(len(tokens), start + AFTER)):
        if clauses[at] != clauses[first] or tokens[at] in _DOERS:
            break
        if tokens[at] in {"sejoli", "sepasang", "pasangan"} and verb != "pengeroyokan":
            return 2, 2, (plain.span(at, at), span)
        for number in counted.after(at):
            if number.first == at and counted.noun_of(number) in PEOPLE and not (few and number.low > FEW):
                return number.low, number.high, (plain.span(number.first, number.last), span)
        kind = counted.kind(at)
        if kind == "victims" or (kind in PEOPLE and not few):
            return 1, None, (span,)
    return (1, None, (span,)) if verb in _GRAVE else None
