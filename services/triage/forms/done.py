"""Choose the form of what is told as done, where deeds speak for several. Pure."""

from collections.abc import Mapping
from itertools import pairwise

from services.triage.deeds.tuples import EACH_OTHER, Tuple
from services.triage.forms.known import KnownForms
from services.triage.forms.tally import STRONG, Tally
from services.triage.text.normalise import Plain

PLAIN = 2.0
TWO_SIDES_BONUS = 3.0
DENIED_SHARE = 0.5  # of what a form weighs that somebody says it was not
MANY = 10  # as many who ask for something before an office protest
MOB_CROWD = 100  # as many who attack officials and offices riot
RIOT_CROWD = 200  # as many who burn and destroy make a riot
_TWO = frozenset(["dua", "kedua", "antar", "2", "loro", "rong"])
_DOERS = frozenset(["person", "crowd", None])
_RAGE = frozenset(["rampage"])
_PUBLIC_PLACES = frozenset(["office", "vital", "shop", "factory"])


def told_as_done(known: KnownForms, plain: Plain, tally: Tally, crowd: int, *, broken: bool) -> str | None:
    """Give the form of what is told as done; None where nothing is."""
    done, strong = tally.done, tally.strong
    rumour = known.first(done, "rumour", STRONG)
    if rumour and not _graver_than_rumour(known, strong):
        call = known.first(strong, "call")
        return call if call and not plain.lists.untrue & set(plain.tokens) else rumour
    protest = any(strong.get(one) for one in known.having("assembly", "closure"))
    weights = {form: weight for form, weight in (strong if protest else done).items() if weight}
    for form in tally.denied & weights.keys():
        weights[form] *= DENIED_SHARE
    brawls = [one for form in weights if known.has(form, "brawl") for one in tally.told.get(form, ())]
    each_other = any(one.target == EACH_OTHER and one.deed.weight >= STRONG for one in brawls)
    weights = _of_two_sides(known, weights, plain, strong, each_other=each_other)
    _riot(known, weights, strong, tally.told, crowd)
    if not broken and any(strong.get(one) for one in known.having("closure")):
        weights = {form: weight for form, weight in weights.items() if not known.has(form, "damage")}
    _by_threat(known, weights, strong)
    _shut_in(known, weights, strong, tally.told)
    _driven_out(known, weights, strong)
    _turned(known, weights, strong, tally, crowd, broken=broken)
    _at_protest(known, weights, strong, tally.told)
    complained = done.get(known.tension, 0.0) >= (STRONG if crowd < MANY else PLAIN)
    grave = {
        form: weight
        for form, weight in weights.items()
        if _counts(known, form, strong, weight) and (weight >= PLAIN or complained or not known.has(form, "assembly"))
    }
    if len(grave) > 1:  # tear gas alone makes no riot of a protest
        grave = {form: weight for form, weight in grave.items() if strong.get(form) or not known.has(form, "riot")}
    if grave:
        return max(grave, key=lambda form: (known.named[form].rank, grave[form], -tally.first.get(form, 0)))
    return _soft(known, done)


def _counts(known: KnownForms, form: str, strong: Mapping[str, float], weight: float) -> bool:
    """Tell whether a form has enough: a strong deed, or of a brawl or a protest any."""
    traits = known.named[form].traits
    if traits & {"tension", "breach"}:
        return False
    return bool(strong.get(form)) or (bool(traits & {"brawl", "assembly", "riot", "explosive", "mob"}) and weight > 0)


def _of_two_sides(
    known: KnownForms, weights: dict[str, float], plain: Plain, strong: dict[str, float], *, each_other: bool
) -> dict[str, float]:
    """Give a clash more where two sides are named; a brawl named in passing yields to a strong deed."""
    brawls = {form: weight for form, weight in weights.items() if known.has(form, "brawl")}
    if not brawls:
        return weights
    two = any(how in _TWO and who in plain.lists.two_sides for how, who in pairwise(plain.tokens))
    clash = known.only("mutual")
    sides = not plain.lists.sides.isdisjoint(plain.tokens) and any(strong.get(form) for form in brawls)
    if clash and (sides or two):
        if (each_other or sides) and clash not in brawls:  # "dua kelompok ... saling bacok"
            brawls[clash] = strong[clash] = STRONG
        if clash in brawls:
            brawls[clash] += TWO_SIDES_BONUS
    told = {form: weight for form, weight in brawls.items() if strong.get(form)} or brawls
    best = max(told, key=lambda form: told[form])
    return {form: weight for form, weight in (weights | brawls).items() if form not in brawls or form == best}


def _riot(
    known: KnownForms, weights: dict[str, float], strong: dict[str, float], told: Mapping[str, list[Tuple]], crowd: int
) -> None:
    """Call it a riot where hundreds burn and destroy; a riot that one word names yields to a named assault."""
    riot, fire, damage = known.only("riot"), known.only("fire"), known.only("damage")
    if riot is None:
        return
    gassed = bool(told.get(riot)) and bool(strong.get(damage or ""))  # tear gas, and things broken
    if crowd >= MOB_CROWD and (gassed or _against_offices(known, told) > 1):
        weights[riot] = strong[riot] = STRONG
        return
    broken = {one.target for form in (fire, damage) for one in told.get(form or "", ())}
    if _raging(told) and len(broken) > 1:
        weights[riot] = strong[riot] = STRONG
        return
    wide = any(one.target in _PUBLIC_PLACES for one in told.get(fire or "", ()))
    if wide and fire and damage and strong.get(damage) and crowd >= RIOT_CROWD:
        weights[riot] = strong[riot] = strong[fire]
        weights.pop(fire, None)
        return
    mob = known.only("mob")
    if mob in weights and strong.get(riot) and not any(one.target == "accused" for one in told.get(mob or "", ())):
        weights.pop(mob)  # "jadi sasaran amuk massa" in a riot punishes nobody accused
    assault = [form for form in weights if known.has(form, "assault") and strong.get(form)]
    if riot in weights and assault and weights[riot] <= STRONG and not strong.get(fire or ""):
        weights.pop(riot)


def _against_offices(known: KnownForms, told: Mapping[str, list[Tuple]]) -> int:
    """Count the deeds of violence against officials, offices and what belongs to them."""
    attacks = [form for form in told if known.has(form, "assault") or known.has(form, "damage")]
    deeds = [one for form in attacks for one in told[form] if one.form == form and one.deed.weight >= STRONG]
    official = any(one.target in {"official", "office"} for one in deeds)
    return len(deeds) if official else 0


def _raging(told: Mapping[str, list[Tuple]]) -> bool:
    """Tell whether a crowd is said to rage or to storm a place."""
    return any(one.deed.name in _RAGE and one.deed.weight >= STRONG for deeds in told.values() for one in deeds)


def _by_threat(known: KnownForms, weights: dict[str, float], strong: Mapping[str, float]) -> None:
    """Call damage or a closure that goes with a threat as strong a threat: stones, and "go away"."""
    threat, damage = known.only("threat"), known.only("damage")
    for form in (damage, *known.having("closure")):
        if threat and form in weights and strong.get(threat, 0.0) >= weights[form]:
            weights.pop(form)  # who extorts shuts the works for it


def _driven_out(known: KnownForms, weights: dict[str, float], strong: Mapping[str, float]) -> None:
    """Leave an expulsion one where things are thrown about at it: "pengajian dibubarkan, panggung dirobohkan"."""
    damage = known.only("damage")
    out = max((strong.get(one, 0.0) for one in known.having("expulsion")), default=0.0)
    if damage and out and weights.get(damage, 0.0) <= out:
        weights.pop(damage, None)


def _shut_in(
    known: KnownForms, weights: dict[str, float], strong: Mapping[str, float], told: Mapping[str, list[Tuple]]
) -> None:
    """Leave a blockade a blockade where people cannot leave because of it."""
    if any(strong.get(one) for one in known.having("closure", "assembly")):
        for form in [form for form in weights if known.has(form, "hold")]:
            if all(one.deed.state for one in told.get(form, ())):
                weights.pop(form)


def _turned(
    known: KnownForms, weights: dict[str, float], strong: dict[str, float], tally: Tally, crowd: int, *, broken: bool
) -> None:
    """Call a protest whose crowd attacks officials and breaks things, or is of hundreds, a riot."""
    riot, row = known.only("riot"), known.only("brawl")
    if riot is None or not any(strong.get(one) for one in known.having("assembly")):
        return
    thrown = [
        one
        for form in weights
        if known.has(form, "assault") or known.has(form, "damage")
        for one in tally.told.get(form, ())
        if one.target == "official" and one.agent in _DOERS and one.deed.weight >= STRONG and one.form == form
    ]
    unruly = tally.done.get(riot) and any(strong.get(one) for one in known.having("fire", "damage"))
    if unruly or (thrown and (broken or crowd >= RIOT_CROWD or (row and tally.done.get(row)))):
        weights[riot] = strong[riot] = max(STRONG, weights.get(riot, 0.0))


def _at_protest(
    known: KnownForms, weights: dict[str, float], strong: Mapping[str, float], told: Mapping[str, list[Tuple]]
) -> None:
    """Call a protest at which somebody was beaten a protest, unless more is told of the beating."""
    protest = max((strong.get(one, 0.0) for one in known.having("assembly")), default=0.0)
    for form in [form for form in weights if known.has(form, "assault") and weights[form] <= protest]:
        weights.pop(form)
    if protest and any(known.has(form, "assembly") for form in weights):
        for form in [form for form in weights if known.has(form, "closure") and _one_car(told, form)]:
            weights.pop(form)  # a crowd that stops an official's car goes on protesting


def _one_car(told: Mapping[str, list[Tuple]], form: str) -> bool:
    """Tell whether nothing but a car was stopped."""
    return all(one.target == "vehicle" for one in told.get(form, ()))


def _soft(known: KnownForms, done: Mapping[str, float]) -> str | None:
    """Give the form of what people complain of, quarrel about or do against the rules."""
    breach, threat = known.only("breach"), known.only("threat")
    if threat and done.get(threat):
        return threat
    if breach and done.get(breach, 0.0) >= STRONG and done[breach] >= done.get(known.tension, 0.0):
        return breach
    if done.get(known.tension, 0.0) >= STRONG or (breach and done.get(breach)):
        return known.tension
    violent = known.having("violent") - known.having("brawl")
    return known.tension if any(done.get(form) for form in violent) else None


def _graver_than_rumour(known: KnownForms, strong: Mapping[str, float]) -> bool:
    graver = known.having("violent", "closure", "assembly", "hold", "raid", "convoy")
    return any(strong.get(one) for one in graver)
