"""Tell what is told in words of a deed and is none of people: beasts, works, shows, matches, figures of speech."""

from collections.abc import Mapping
from itertools import pairwise

from services.triage.deeds.contests import is_contest, is_figure
from services.triage.deeds.cues import BLADES, Cues
from services.triage.deeds.everyday import BODY, is_everyday
from services.triage.deeds.frames import ROW
from services.triage.deeds.household import Household
from services.triage.deeds.tuples import (
    ALONE,
    ANIMAL,
    CONTEST,
    EACH_OTHER,
    HEADS,
    KIN,
    PEOPLE,
    RIVAL,
    RUNS_INTO,
    TEAM,
    WILD,
    Nouns,
    Tuple,
)
from services.triage.text.morphology import Voice
from services.triage.text.normalise import Plain

HOUSEHOLD, FIGURE, EVERYDAY = "household", "figure", "everyday"
CUT = "hit_by"  # the deed that a wound by a thing is
TENSION = "tension"  # the deed that a quarrel is without blows
DUEL, SPORT = "duel", "sport"  # the deed that a contest is called by, and the frame of matches
NEXT = 3  # tokens from a deed to such a rival
NOISE_REACH = 8  # tokens from a bang to what made it
_NOT = frozenset(["bukan", "dudu", "bkn"])
PARADE = "parade"  # class of what crowds ride and walk in for joy
SHOTS, BLAST = "fire_shot", "blast"  # the deeds that shots and explosions are, heard or seen
BLOWN_UP = "blow_up"  # the deed of who blows something up
_FOR = frozenset(["untuk", "karena", "demi", "guna", "kanggo", "buat", "gawe", "kangge"])
FEAST_REACH = 4  # tokens after a road that was closed in which its reason may stand
_BLIND = frozenset(["nature", "animal", "prize", "mine", "project"])  # what does things without meaning to
_SWARM = "rubut"
_UNTIDY = "kacau"  # "parkirnya kacau" tells of no disorder, "suasana kacau" does


def explained(one: Tuple, cues: Cues, household: Household, *, armed: bool) -> str:
    """Give what a deed was that is no conflict: one household's, a figure of cases, a show, a contest; else "".

    `armed`: somebody was wounded with a weapon by another deed of the text, which leaves no quarrel a small one.
    """
    plain, also = cues.plain, cues.named.also
    if one.deed.hurts and household.hurts_its_own(one.first, one.last, one.voice):
        return HOUSEHOLD
    if is_figure(plain, one.first, one.last, one.voice):
        return FIGURE
    if one.target == EACH_OTHER and any(PARADE in also.get(at, ()) for at in range(one.first - NEXT, one.first)):
        return PARADE  # "barongsai saling serang"
    if cues.violence:
        return ""
    return EVERYDAY if not armed and is_everyday(one, cues) else _harmless(one, cues)


def _harmless(one: Tuple, cues: Cues) -> str:
    """Give what a deed is where no wound and no weapon is told: a stir about a beast, a contest, a match; else ""."""
    plain, also = cues.plain, cues.named.also
    sentence = plain.sentences[one.first]
    if one.target == ANIMAL or (one.deed.name == ROW and one.target != EACH_OTHER):  # "ular masuk rumah, warga geger"
        return WILD if any(WILD in kinds and plain.sentences[at] == sentence for at, kinds in also.items()) else ""
    if one.deed.name == DUEL:
        contest = [at for at, kinds in also.items() if CONTEST in kinds]
        people = [at for at, kind in cues.named.of.items() if kind in PEOPLE and at not in contest]
        return CONTEST if is_contest(plain, one.first, contest, people) else ""
    match = SPORT in cues.frames.sentences.get(sentence, ())
    beaten = one.voice is Voice.PASSIVE and one.agent in PEOPLE  # "tim tamu dipukuli suporter"
    return SPORT if match and one.deed.hurts and not beaten and _is_rival(one, plain, also) else ""


def _is_rival(one: Tuple, plain: Plain, also: Mapping[int, frozenset[str]]) -> bool:
    """Tell "membanting lawan", "lawannya dibanting": whom a match is played against."""
    near = (
        range(one.last + 1, one.last + 1 + NEXT)
        if one.voice is not Voice.PASSIVE
        else range(one.first - NEXT, one.first)
    )
    return any(RIVAL in also.get(at, ()) and plain.clauses[at] == plain.clauses[one.first] for at in near)


def household_of(plain: Plain, named: Nouns) -> Household:
    """Give who is named in a text, for what a household does to its own."""
    nouns = named.of.keys() - named.located
    kin = frozenset(at for at, kinds in named.also.items() if KIN in kinds)
    alone = frozenset(at for at, kinds in named.also.items() if ALONE in kinds)
    return Household(plain, nouns | kin, kin, alone)


def is_nobodys(one: Tuple, plain: Plain, named: Nouns) -> bool:
    """Tell what wind, beasts and vehicles do, what is no deed in this form, and what officials do by their office."""
    deed = one.deed
    said = one.voice in {Voice.ACTIVE, Voice.PASSIVE, Voice.BASE}  # a noun has no doer before it
    if one.voice is Voice.ACTIVE and "crowd" in deed.by and one.agent in HEADS:
        return True  # "pagar yang menutup akses"
    stolen = one.agent == "accused" and "accused" not in deed.forms and one.target not in PEOPLE
    if stolen or (PARADE in deed.forms and _in_a_parade(one, plain, named)):
        return True  # "brankas dibobol maling"; "karnaval dan iring-iringan drumben"
    if said and deed.nature and (one.agent in _BLIND or (one.agent in RUNS_INTO and deed.hurts)):
        return True
    if any(is_none(one, plain, named) for is_none in _NO_DEEDS):
        return True
    single = one.first == one.last and one.voice not in {Voice.ACTIVE, Voice.PASSIVE}
    named_so = (
        one.first > 0 and single and one.agent not in PEOPLE and named.of.get(one.first - 1) in {"food", "game"}
    )  # "bakso granat"
    by_office = not deed.officials and (
        one.agent == "official" or _for_a_feast(one, plain, named) or _at_work(one, plain)
    )
    return named_so or by_office or (deed.name == ROW and _is_untidy(one, plain))


def _is_of_beasts(one: Tuple, _plain: Plain, _named: Nouns) -> bool:
    """Tell "kucing tetangga berkelahi", "kopinya nendang" from what is done to people."""
    if one.voice is Voice.PASSIVE:
        return False
    if one.target in PEOPLE:
        # "barongan menyeruduk penonton", "harga bawang menghajar pedagang"
        armed = one.deed.weapon == BLADES  # "gara-gara sapi membacok tetangga"
        return one.agent in {ANIMAL, "food"} and one.deed.hurts and one.voice is Voice.ACTIVE and not armed
    tough = one.deed.hurts or one.deed.name == TENSION  # "dagingnya alot"
    return one.agent == ANIMAL or (one.agent == "food" and tough and one.target is None)


def _at_play(one: Tuple, plain: Plain, _named: Nouns) -> bool:
    """Tell "anak saya dipukul temannya waktu main" from a beating."""
    by = plain.tokens[one.last + 1 : one.last + 2]
    sentence = plain.sentences[one.first]
    return (
        one.deed.hurts
        and not plain.lists.friends.isdisjoint(by)
        and any(
            plain.sentences[at] == sentence
            for at, token in enumerate(plain.tokens)
            if token in plain.lists.friends_play
        )
    )


def _is_felt(one: Tuple, plain: Plain, _named: Nouns) -> bool:
    """Tell "dibakar semangat", "dikeroyok cicilan"."""
    by = plain.tokens[one.last + 1 : one.last + 2]
    return one.deed.nature and one.voice is Voice.PASSIVE and not plain.lists.feelings.isdisjoint(by)


def _in_a_parade(one: Tuple, plain: Plain, named: Nouns) -> bool:
    """Tell "karnaval dan iring-iringan drumben" from a crowd that shows its strength."""
    sentence = plain.sentences[one.first]
    return any(
        PARADE in kinds and plain.sentences[at] == sentence and not one.first <= at <= one.last
        for at, kinds in named.also.items()
    )


def _for_a_feast(one: Tuple, plain: Plain, named: Nouns) -> bool:
    """Tell "jalan ditutup untuk hajatan" from what people do against somebody."""
    tokens = plain.tokens
    # "ditutup warga karena ada perbaikan yang mangkrak"
    doers = range(one.first, one.last + 1)
    by_whom = one.agent in PEOPLE or any(named.names(at, "residents") for at in doers)
    if by_whom and not plain.lists.drawn_out.isdisjoint(tokens[one.last + 1 :]):
        return False
    for at in range(one.last + 1, min(len(tokens) - 1, one.last + 1 + FEAST_REACH)):
        if tokens[at] not in _FOR:
            continue
        why = (
            at + 2 if tokens[at + 1] in plain.lists.under_way and not by_whom else at + 1
        )  # "karena ada perbaikan jembatan"
        if named.names(why, "feast") or named.names(why, "event"):
            return True
    return False


def _at_work(one: Tuple, plain: Plain) -> bool:
    """Tell "warga kerja bakti membongkar pos ronda lama" from what people do against somebody."""
    if not one.deed.vague or one.voice is Voice.PASSIVE:
        return False
    sentence = plain.sentences[one.first]
    pairs = (f"{word} {after}" for word, after in pairwise(plain.tokens))
    return any(pair in plain.lists.works and plain.sentences[at] == sentence for at, pair in enumerate(pairs))


def _is_untidy(one: Tuple, plain: Plain) -> bool:
    """Tell "parkirnya kacau", "pagi yang kacau", "ributnya minta ampun" from "suasana kacau"."""
    if plain.tokens[one.first].endswith("nya") and not plain.lists.very.isdisjoint(
        plain.tokens[one.last + 1 : one.last + 3]
    ):
        return True
    before = plain.tokens[max(0, one.first - 2) : one.first]
    return plain.tokens[one.first] == _UNTIDY and (
        before[-1:] != [] and (before[-1].endswith("nya") or not plain.lists.moods.isdisjoint(before))
    )


def _is_liked(one: Tuple, plain: Plain, _named: Nouns) -> bool:
    """Tell "penjual es dikerubuti anak-anak" from a beating by many."""
    by = plain.tokens[one.last + 1 : one.last + 2]
    return _SWARM in plain.tokens[one.first] and one.voice is Voice.PASSIVE and not plain.lists.swarms.isdisjoint(by)


def _by_a_team(one: Tuple, _plain: Plain, named: Nouns) -> bool:
    """Tell "Persela bantai tamunya"."""
    return one.deed.hurts and named.names(one.first - 1, TEAM)


def _is_noise(one: Tuple, plain: Plain, _named: Nouns) -> bool:
    """Tell "suara tembakan ternyata petasan" from "suara tembakan, bukan petasan"."""
    if one.deed.name not in {SHOTS, BLAST, BLOWN_UP}:
        return False
    harmless = plain.lists.no_shots | (frozenset() if one.deed.name == SHOTS else plain.lists.no_blast)
    if one.deed.name == BLOWN_UP:
        harmless |= plain.lists.blasted
    tokens, sentence = plain.tokens, plain.sentences[one.first]
    near = range(max(0, one.first - NOISE_REACH), min(len(tokens), one.last + 1 + NOISE_REACH))
    made = [at for at in near if tokens[at] in harmless and plain.sentences[at] == sentence]
    return any(at == 0 or tokens[at - 1] not in _NOT for at in made)


def _is_a_cut(one: Tuple, plain: Plain, named: Nouns) -> bool:
    """Tell "tangan kena pisau dapur" from a blow of somebody."""
    if one.deed.name != CUT or plain.lists.tools.isdisjoint(plain.tokens[max(0, one.first - 2) : one.last + 1]):
        return False
    return not any(kind in PEOPLE and not named.names(at, BODY) for at, kind in named.of.items())


_NO_DEEDS = (_is_a_cut, _is_of_beasts, _at_play, _is_liked, _by_a_team, _is_felt, _is_noise)
