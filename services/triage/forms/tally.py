"""Count what deeds say for which form: done, ahead, told as a hoax. Pure.

Deeds that are denied, feared, planned, prevented or long past do not count as done.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.triage.deeds.tuples import Tuple
from services.triage.forms.known import KnownForms
from services.triage.text.normalise import Plain
from services.triage.text.polarity import AHEAD, BACKGROUND, CALLED, HOAX, NEGATED

STRONG = 4.0
_CALLED_TO = frozenset(["violent", "raid", "closure"])


@dataclass(slots=True)
class Tally:
    """What the deeds of a text weigh, by form."""

    done: dict[str, float] = field(default_factory=dict)
    strong: dict[str, float] = field(default_factory=dict)  # of `done`, from strong deeds only
    ahead: dict[str, float] = field(default_factory=dict)
    hoax: dict[str, float] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)  # form -> its first token
    told: dict[str, list[Tuple]] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)  # forms that somebody says it was not: "bukan tawuran"
    feared: bool = False
    near: bool = False


def count(known: KnownForms, told: Iterable[Tuple], plain: Plain, *, cause: bool) -> Tally:
    """Count the deeds of a text; `cause`: an issue is named."""
    tally = Tally()
    told = list(told)
    public = known.having("assembly", "closure", "violent", "raid")
    if any(one.form in public and not one.of_a_case and one.sure for one in told):
        told = [one for one in told if not one.of_a_case]  # a crowd comes for three heard of an earlier deed
    untrue = not plain.lists.untrue.isdisjoint(plain.tokens)
    seen: set[tuple[str, str]] = set()
    for one in told:
        if one.form is None or one.form not in known.named:
            continue
        if "cause" in one.deed.by and not cause:
            continue
        weight = one.weight
        word = (one.form, plain.tokens[one.first])
        weight *= 0.5 if word in seen else 1.0
        seen.add(word)
        tokens = plain.tokens[one.first : one.last + 1]
        tally.feared = tally.feared or any(token.startswith(("rawan", "kerawanan")) for token in tokens)
        if one.mark & (NEGATED | HOAX):
            tally.denied.add(one.form)
        form = one.form
        table = _table(known, one, tally, plain, untrue=untrue)
        if table is None:
            continue
        if table is tally.ahead and one.mark & CALLED and known.named[form].traits & _CALLED_TO:
            form, table = known.only("call") or form, tally.done  # who calls people to a brawl has called
            tally.strong[form] = tally.strong.get(form, 0.0) + weight
        table[form] = table.get(form, 0.0) + weight
        tally.first.setdefault(form, one.first)
        tally.told.setdefault(form, []).append(one)
        if table is tally.done and one.deed.weight >= STRONG and one.sure and form == one.form:
            tally.strong[form] = tally.strong.get(form, 0.0) + weight
    return tally


def _table(known: KnownForms, one: Tuple, tally: Tally, plain: Plain, *, untrue: bool) -> dict[str, float] | None:
    """Give where a deed counts: done, ahead, told as a hoax; None for what is denied or long past."""
    traits = known.named[one.form or ""].traits
    mark = one.mark
    if "rumour" in traits:  # the word itself is what it says; only refusing it is no news of one
        refused = plain.lists.messages_refused & set(plain.tokens[max(0, one.first - 5) : one.first])
        return None if refused else tally.done
    if mark & HOAX and traits & {"call", "convoy", "assembly"} and not untrue:
        mark &= ~HOAX  # "beredar ajakan ...": passed on, not denied
    if mark & NEGATED and not (mark & AHEAD and "convoy" in traits):
        return None
    if mark & HOAX:
        return tally.hoax
    if mark & AHEAD:
        tally.near = tally.near or bool(mark & 8)
        return tally.ahead
    if mark & BACKGROUND:
        return None if traits & {"tension", "breach"} else {}
    return tally.done
