"""Sort what a text names by the sections of the lexicon, and say what that tells beside the deeds. Pure."""

from collections.abc import Mapping, Sequence

from schemas.assessment import Count
from services.triage.deeds.cues import ARMS, BLADES, CALLS
from services.triage.extraction.issues import NAMED
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain
from services.triage.text.polarity import AHEAD, BACKGROUND, DENIED

_SECOND_CUES = frozenset(["blades", "molotov", "firearms", "air_guns", "explosives", "stones"])
_SUSPECTED, _TURNED_OUT = "mencurigakan", frozenset(["ternyata", "jebule", "jebul"])
_HELD = frozenset(["isinya", "isine"])
_SOON = 3  # words after "ternyata" among which one says what it held
_NO_ARMS = frozenset(["fists", "fireworks", "no_weapon"])
_DEADLY = frozenset(["blades", "firearms"])
_WOUNDS = frozenset(["hurt", "badly", "dead"])
_MURDER = "pembunuhan"
_SECTIONS = ("occasion", "weapon", "damage", "trigger", "call", "stage", "accused", "party", "casualty", "peace")
Found = list[tuple[Hit, str]]


def sorted_out(hits: Sequence[Hit]) -> dict[str, Found]:
    """Sort what was hit by the sections of the lexicon; an air gun is no firearm."""
    found: dict[str, Found] = {section: [] for section in _SECTIONS}
    for hit in hits:
        for tag in hit.tags:
            if (listed := found.get(tag.section)) is not None:
                listed.append((hit, tag.key))
    air_guns = covered(found["weapon"], "air_guns")
    if air_guns:
        found["weapon"] = [(hit, key) for hit, key in found["weapon"] if key != "firearms" or hit.first not in air_guns]
    return found


def covered(found: Found, kind: str) -> frozenset[int]:
    """Give the tokens of the phrases of a kind."""
    return frozenset(at for hit, key in found if key == kind for at in range(hit.first, hit.last + 1))


def cleared(plain: Plain, found: Found) -> frozenset[int]:
    """Give the tokens of what was suspected and was none: "tas mencurigakan ... ternyata berisi baju"."""
    suspicion = next((at for at, word in enumerate(plain.tokens) if word == _SUSPECTED), len(plain.tokens))
    turned = next(
        (at for at, word in enumerate(plain.tokens) if word in _TURNED_OUT or (at > suspicion and word in _HELD)), None
    )
    if turned is None or any(key in _SECOND_CUES and hit.first > turned for hit, key in found):
        return frozenset()
    after = plain.tokens[turned + (plain.tokens[turned] in _TURNED_OUT) :]
    if plain.lists.held_only.isdisjoint(after[:_SOON]) or not plain.lists.dangerous.isdisjoint(after):
        return frozenset()
    suspected = [hit for hit, _ in found if _SUSPECTED in plain.tokens[hit.first : min(hit.last + 1, turned)]]
    return frozenset(at for hit in suspected for at in range(hit.first, hit.last + 1))


def violence(found: Mapping[str, Found], bits: Sequence[int], benign: str | None) -> frozenset[int]:
    """Give the tokens of wounds and weapons told of, where no mishap explains them."""
    if benign in {"accident", "disaster"}:
        return frozenset()
    unsaid = DENIED | AHEAD | BACKGROUND
    told = [hit for hit, key in found["casualty"] if key in _WOUNDS and not bits[hit.first] & unsaid]
    told += [hit for hit, key in found["weapon"] if key in _SECOND_CUES and not bits[hit.first] & DENIED]
    told = [hit for hit in told if not any(tag.section == "deed" for tag in hit.tags)]  # a deed is no cue beside itself
    return frozenset(at for hit in told for at in range(hit.first, hit.last + 1))


def beside(found: Mapping[str, Found], bits: Sequence[int], *, feast: bool) -> frozenset[str]:
    """Give what else is told that some deeds need beside them: weapons, a call to people; blades not at a feast."""
    arms = any(key not in _NO_ARMS and not bits[hit.first] & DENIED for hit, key in found["weapon"])
    calls = any(key in {"gather", "violence"} and not bits[hit.first] & DENIED for hit, key in found["call"])
    none = covered(found["weapon"], "no_weapon")
    blades = not feast and any(
        key in _DEADLY and not bits[hit.first] & DENIED and hit.first not in none for hit, key in found["weapon"]
    )
    return frozenset(name for name, told in ((ARMS, arms), (BLADES, blades), (CALLS, calls)) if told)


def caused(hits: Sequence[Hit], parties: Found, bits: Sequence[int]) -> bool:
    """Tell whether something is named that it is about; names of groups name nothing."""
    names = frozenset(at for hit, _ in parties for at in range(hit.first, hit.last + 1))
    return any(
        tag.section == "issue" and tag.weight >= NAMED and not bits[hit.first] & DENIED
        for hit in hits
        if names.isdisjoint(range(hit.first, hit.last + 1))
        for tag in hit.tags
    )


def broken(found: Found, bits: Sequence[int]) -> bool:
    """Tell whether something is told as damaged."""
    told = {"light", "house", "burned", "worship", "vital"}
    return any(key in told and not bits[hit.first] & (DENIED | AHEAD | BACKGROUND) for hit, key in found)


def called(found: Mapping[str, Found], bits: Sequence[int], explained: frozenset[int]) -> bool:
    """Tell whether people are called to something; `explained`: deeds that are no call ("suami bunuh istri")."""
    calls = {"gather", "ultimatum", "violence"}
    return any(
        key in calls and not bits[hit.first] & DENIED and hit.first not in explained for hit, key in found["call"]
    )


def only_named(killed: Count | None, plain: Plain) -> bool:
    """Tell "menuntut usut kematian sopir" from a death at the protest itself."""
    if killed is None or not killed.spans:
        return False
    at = next((at for at, span in enumerate(plain.spans) if span[0] == killed.spans[-1][0]), None)
    return at is not None and (plain.tokens[at] == _MURDER or plain.tokens[at] in plain.lists.deaths_spoken_of)
