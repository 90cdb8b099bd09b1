"""Say how many were attacked where a report names no wound: "dua remaja dikeroyok", "pemukulan terhadap guru". Pure.

Who was stabbed or shot was hurt. Who was beaten was hurt where the report is about that (its first sentence tells it);
blows told of in passing, of a suspect or of a case, count nobody: readers of reports count wounds, not blows.
"""

from schemas.assessment import Span
from services.triage.deeds.tuples import EACH_OTHER, Tuple
from services.triage.text.counted_people import PEOPLE, Counted
from services.triage.text.morphology import Voice
from services.triage.text.normalise import Plain

FEW = 5  # persons; more who were attacked need not all be hurt
BEFORE, AFTER = 9, 3  # tokens between the deed and the number of its victims
ONTO_REACH = 10  # tokens between a deed and "terhadap"
_ATTACK = frozenset(["attack", "shoot"])  # a village that was attacked need not count a single wound
_WOUNDS = frozenset(["stab", "pierce", "hit_by"])  # deeds that nobody suffers unhurt
_ONTO = frozenset(["terhadap", "kepada", "pada"])
_DOERS = frozenset(["oleh", "dilakukan"])

Attacked = tuple[int, int | None, tuple[Span, ...]]  # at least, at most, the words that say so


def victims(plain: Plain, counted: Counted, deed: Tuple) -> Attacked | None:
    """Give how many were attacked: before a passive verb, after an active one or a noun; None where nobody is said."""
    first, last = deed.first, deed.last
    wounds = deed.deed.name in _WOUNDS
    if deed.target == EACH_OTHER and not wounds:
        return None  # "saling jambak" says of nobody that he was hurt
    if not wounds and (
        plain.sentences[first] > 0 or not plain.lists.victims_case.isdisjoint(plain.tokens[max(0, first - 2) : first])
    ):
        return None
    few = deed.deed.name in _ATTACK
    passive = deed.voice in {Voice.PASSIVE, Voice.EACH_OTHER} or plain.tokens[first].startswith(("di", "ter"))
    if passive or plain.tokens[first] in plain.lists.suffered:
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
        if tokens[at] in plain.lists.pairs:
            return 2, 2, (plain.span(at, at), span)
        for number in counted.after(at):
            if number.first == at and counted.noun_of(number) in PEOPLE and not (few and number.low > FEW):
                return number.low, number.high, (plain.span(number.first, number.last), span)
        kind = counted.kind(at)
        if kind == "victims" or (kind in PEOPLE and not few):
            return 1, None, (span,)
    return (1, None, (span,)) if not few else None
