"""Tell what is done in public, whoever says where: no place need be named for it to be an alarm. Pure."""

from services.triage.deeds.tuples import PEOPLE, TRIVIAL, Nouns, Tuple
from services.triage.text.morphology import Voice
from services.triage.text.normalise import Plain

_BEARING = frozenset(["bear_arms", "bear_clubs"])
_SITES = frozenset(["road", "field", "shop", "office", "vital", "factory", "worship"])
_COSTLY = frozenset(["truck", "office", "worship", "factory", "ship", "vehicle", "vital"])  # nobody burns them for use
_TAKING = frozenset(["seize", "abduct"])
# What follows a deed of which no more is said.
_AFTER_ALL = frozenset([".", ",", "!", "?", "di", "nang", "neng", "ning", "tadi", "semalam", "kemarin", "pak"])
_RUIN = frozenset(["burn", "damage", "break_things"])
REACH = 3  # tokens beside a deed in which stands who did it, or what it was done to


def is_public(one: Tuple, plain: Plain, named: Nouns) -> bool:
    """Tell "blokir jalan di pertigaan", "bupati didemo", "kios dibakar orang", "penjaga tambak diculik"."""
    kinds = _SUFFERED if one.voice is Voice.PASSIVE else _DONE
    return any(is_so(one, plain, named) for is_so in kinds)


def _is_borne(one: Tuple, _plain: Plain, named: Nouns) -> bool:
    """Tell "ada yang bawa celurit di lapangan"."""
    return one.deed.name in _BEARING and any(named.of.get(at) in _SITES for at in named.located)


def _is_a_siege(one: Tuple, _plain: Plain, _named: Nouns) -> bool:
    """Tell "wong akeh ngepung omahe pak carik"."""
    return one.deed.name == "surround" and one.agent in PEOPLE and one.target in {"house", "office"}


def _is_barred(one: Tuple, _plain: Plain, _named: Nouns) -> bool:
    """Tell "blokir jalan di pertigaan"."""
    return one.deed.name == "block" and one.target == "road" and one.voice in {Voice.ACTIVE, Voice.BASE}


def _is_protested(one: Tuple, _plain: Plain, _named: Nouns) -> bool:
    """Tell "bupati didemo"."""
    return one.deed.name == "demo" and one.target in PEOPLE


def _is_driven_out(one: Tuple, plain: Plain, named: Nouns) -> bool:
    """Tell "ustaz diusir dari masjid", "satu keluarga diusir dari kampung" from "diusir dari kamar"."""
    if one.deed.name != "expel" or one.target not in PEOPLE:
        return False
    clause = plain.clauses[one.first]
    home = not plain.lists.villages.isdisjoint(plain.tokens[one.last + 1 : one.last + 1 + REACH])
    return home or any(kind == "worship" and plain.clauses[at] == clause for at, kind in named.of.items())


def _is_by_strangers(one: Tuple, _plain: Plain, named: Nouns) -> bool:
    """Tell "kios dibakar orang", "sumur dirusak wong kampung sebelah"."""
    if one.deed.name not in _RUIN or one.agent not in PEOPLE or one.target in TRIVIAL:
        return False
    return any(named.names(at, "crowd") for at in range(one.last + 1, one.last + 1 + REACH))


def _is_taken(one: Tuple, plain: Plain, _named: Nouns) -> bool:
    """Tell "penjaga tambak diculik" from "diculik teman ke pantai"."""
    after = plain.tokens[one.last + 1 : one.last + 2]
    return one.deed.name in _TAKING and one.target in {"person", "official"} and (not after or after[0] in _AFTER_ALL)


def _is_desecrated(one: Tuple, plain: Plain, _named: Nouns) -> bool:
    """Tell "kuburan dirusak", "patok dirusak", which nobody does to his own."""
    return one.deed.name == "damage" and not plain.lists.shrines.isdisjoint(
        plain.tokens[max(0, one.first - REACH) : one.first]
    )


def _is_fire_bombed(one: Tuple, plain: Plain, _named: Nouns) -> bool:
    """Tell "bom molotov dilempar ke warung"."""
    return one.deed.name == "throw" and not plain.lists.fire_bombs.isdisjoint(plain.tokens)


def _is_burnt_down(one: Tuple, plain: Plain, _named: Nouns) -> bool:
    """Tell "ekskavator dibakar", "kios dibakar" from rubbish, bricks and meals."""
    costly = one.target in _COSTLY or not plain.lists.homes.isdisjoint(plain.tokens[max(0, one.first - 2) : one.first])
    return one.deed.name == "burn" and costly


_DONE = (_is_borne, _is_a_siege, _is_barred)
_SUFFERED = (
    _is_protested,
    _is_driven_out,
    _is_by_strangers,
    _is_taken,
    _is_desecrated,
    _is_fire_bombed,
    _is_burnt_down,
)
