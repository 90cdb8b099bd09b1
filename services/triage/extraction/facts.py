"""Add the facts that the score is made of: weapons, damage, triggers, calls, how it goes on. Pure."""

from collections.abc import Mapping

from schemas.assessment import Span
from services.triage.extraction.found import Found, cleared, covered
from services.triage.extraction.reading import Reading
from services.triage.forms.happening import Forms, Happening
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain
from services.triage.text.polarity import AHEAD, BACKGROUND, DENIED, HOAX, NEGATED, PREVENTED

_DAMAGE_KIND = {
    "burned": "burned",
    "worship": "house",
    "vital": "house",
    "house": "house",
    "fleeing": "house",
    "light": "light",
}
_DAMAGE_RANK = ("burned", "worship", "vital", "house", "fleeing", "light")
_CALL_RANK = ("violence", "ultimatum", "gather", "rumour")
_NOW = frozenset(["saat ini", "sekarang"])
_USED_ONLY = frozenset(["wood", "stones", "fists", "fireworks"])  # no weapons unless something was done with them
_CLOSED = ("closed", "paralysed")  # kinds of disruption: keys of the policy's `kerusakan`
HIGHWAY = "highway"  # a road that the whole district needs: shut, it is at a standstill


def add_facts(forms: Forms, reading: Reading, plain: Plain, found: Mapping[str, Found]) -> None:
    """Add the facts that the score is made of."""
    form = reading.happening.form
    burned_for_use = covered(found["damage"], "not_burned")
    _weapons(forms, reading, plain, found["weapon"])
    _damage(forms, reading, plain, found["damage"], burned_for_use)
    _triggers(reading, plain, found["trigger"])
    _calls(reading, plain, found["call"])
    reading.massed = not plain.lists.massed.isdisjoint(plain.tokens)
    if "warga" in plain.tokens:
        at = plain.tokens.index("warga")
        reading.resident_spans = (plain.span(at, at),)
    quiet = not forms.having("violent") & {form}
    _course(reading, plain, found["stage"], quiet=quiet)
    reading.calmed = reading.calmed or reading.settled
    reading.occasions = frozenset(key for _, key in found["occasion"])
    reading.parties = frozenset(" ".join(plain.tokens[hit.first : hit.last + 1]) for hit, _ in found["party"])
    reading.accused = tuple(sorted({key for hit, key in found["accused"] if not reading.marks[hit.first] & DENIED}))


def _weapons(forms: Forms, reading: Reading, plain: Plain, found: Found) -> None:
    """Keep the weapons told as present; "kayu" and "sarung" only where something was done with them."""
    spans: list[Span] = []
    unarmed = covered(found, "no_weapon") | cleared(plain, found)
    happening = reading.happening
    for hit, key in found:
        mark = reading.marks[hit.first]
        if (
            hit.first in unarmed or not happening.conflict or forms.has(happening.form, "rumour")
        ):  # "tembakan peringatan" is the police's
            continue
        shown = happening.near or bool(forms.having("threat", "convoy") & {happening.form})
        threat = shown and plain.tokens[max(0, hit.first - 1)] in plain.lists.borne
        if mark & (DENIED | BACKGROUND) or (mark & AHEAD and not (happening.near or threat)):
            continue
        if key in _USED_ONLY and not (happening.violence or threat):
            continue
        if key == "explosives" and plain.tokens[hit.first : hit.first + 2] == ["bom", "molotov"]:
            continue
        reading.weapons.add(key)
        spans.append(plain.span(hit.first, hit.last))
    for one in happening.deeds if happening.violence else ():
        if one.deed.weapon and one.first not in unarmed and not one.mark & (DENIED | AHEAD | BACKGROUND):
            reading.weapons.add(one.deed.weapon)
            spans.append(plain.span(one.first, one.last))
    reading.weapon_spans = tuple(dict.fromkeys(spans))[:4]


def _damage(forms: Forms, reading: Reading, plain: Plain, found: Found, burned_for_use: frozenset[int]) -> None:
    """Keep what was damaged or shut by what is told."""
    happening = reading.happening
    traits = forms.having("violent", "closure", "assembly", "raid", "hold", "threat", "convoy")
    if happening.form not in traits and not happening.violence:
        return
    spans: list[Span] = []
    closure = forms.has(happening.form, "closure") or bool(
        forms.having("closure") & {one.form for one in happening.deeds}
    )
    if closure and not happening.ahead:
        reading.damage.add(_CLOSED[0])
        spans += happening.spans[:1]
    for hit, key in found:
        if key in {"not_burned", "no_bomb"} or (key == "burned" and hit.first in burned_for_use):
            continue
        if reading.marks[hit.first] & (DENIED | AHEAD | BACKGROUND) or reading.marks[hit.last] & DENIED:
            continue
        if key == HIGHWAY:
            reading.damage.update(_CLOSED[1:] if closure else ())
            continue
        if key in _CLOSED and not (closure or forms.has(happening.form, "assembly")):
            continue
        if key not in _CLOSED and not happening.violence and forms.has(happening.form, "threat"):
            continue
        reading.damage.add(key)
        spans.append(plain.span(hit.first, hit.last))
    reading.damage_spans = tuple(dict.fromkeys(spans))[:4]
    worst = next((kind for kind in _DAMAGE_RANK if kind in reading.damage), None)
    reading.damage_kind = _DAMAGE_KIND[worst] if worst else None


def _triggers(reading: Reading, plain: Plain, found: Found) -> None:
    sara: list[Span] = []
    group: list[Span] = []
    for hit, key in found:
        if reading.marks[hit.first] & DENIED and not reading.marks[hit.first] & HOAX:
            continue
        span = plain.span(hit.first, hit.last)
        if key == "sara":
            sara.append(span)
            if plain.tokens[hit.first] in plain.lists.sara:
                reading.says_sara = True
        else:
            group.append(span)
    reading.sara_spans = tuple(dict.fromkeys(sara))[:3]
    reading.group_spans = tuple(dict.fromkeys(group))[:3]
    reading.trigger = "sara" if reading.says_sara else "group" if group else None


def _calls(reading: Reading, plain: Plain, found: Found) -> None:
    spans: dict[str, list[Span]] = {}
    for hit, key in found:
        if reading.marks[hit.first] & (NEGATED | PREVENTED) and key != "rumour":
            continue
        if key == "violence" and reading.marks[hit.first] & BACKGROUND:
            continue
        spans.setdefault(key, []).append(plain.span(hit.first, hit.last))
    for kind in _CALL_RANK:
        if kind in spans:
            reading.call = kind
            reading.call_spans = tuple(dict.fromkeys(spans[kind]))[:3]
            return


def _course(reading: Reading, plain: Plain, found: Found, *, quiet: bool) -> None:
    """Read whether it still goes on, has calmed down, or was settled."""
    weak: list[Span] = []
    strong: list[Span] = []
    brief = False
    for hit, key in found:
        words = " ".join(plain.tokens[hit.first : hit.last + 1])
        denied = reading.marks[hit.first] & DENIED
        if key == "ongoing" and not denied:
            vague = words in plain.lists.still_weak and not (
                words in _NOW and _right_before(plain, hit, reading.happening)
            )
            (weak if vague else strong).append(plain.span(hit.first, hit.last))
        elif key == "brief":
            brief = True
        elif key == "resolved" and quiet and words in plain.lists.still_calm:
            weak.append(plain.span(hit.first, hit.last))
        elif key == "resolved" and not denied and not reading.marks[hit.first] & (AHEAD | BACKGROUND):
            reading.calmed = True
    reading.calmed = reading.calmed or (brief and not strong and not weak)
    reading.still = bool(strong) or (bool(weak) and quiet)
    reading.still_spans = tuple(dict.fromkeys(strong + weak))[:2]


def _right_before(plain: Plain, hit: Hit, happening: Happening) -> bool:
    """Say whether "sekarang" stands right before the deed: "sekarang bentrok", not "sekarang sudah kondusif"."""
    following = range(hit.last + 1, min(len(plain.tokens), hit.last + 3))
    starts = {plain.span(at, at)[0] for at in following if plain.clauses[at] == plain.clauses[hit.last]}
    return any(start in starts for start, _ in happening.spans)
