"""Say of each deed which form of conflict it is, if any, by what it was done to and what stands beside it. Pure."""

from collections.abc import Sequence

from services.triage.deeds.cues import BLADES, CALLS, SURE_ALONE, Cues
from services.triage.deeds.no_deeds import BLOWN_UP, explained, household_of, is_nobodys
from services.triage.deeds.public import is_public
from services.triage.deeds.tuples import ANYTHING, EACH_OTHER, MESSAGE, PEOPLE, TRIVIAL, WHO, Nouns, Tuple
from services.triage.text.morphology import DELIBERATE, Voice
from services.triage.text.normalise import Plain
from services.triage.text.polarity import CALLED, HOAX, NEGATED, PLANNED, tokens_before

BY_CROWD = "by crowd"
DOUBTFUL = "?"  # what a deed is where its target is not known and a second cue of violence stands in the report
# What a bare root must be done to by people to be meant.
_SUFFERERS = frozenset(
    """
    person official accused house office worship shop truck vehicle checked money ballot ship marker banner vital
    project     factory
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
KILLING, ORDER_REACH = "kill", 3  # the deed that kills, and how near stands whom an order names
INTENDED_REACH, SAID_REACH = 8, 40  # tokens before a deed: that it is meant to be done; that it was foiled or feared
_BOMBINGS = frozenset(["bomb", BLOWN_UP])
OURSELVES = "kita"  # "malam ini kita bakar kantornya"
_ORDERED = frozenset(["attack", "burn", "damage", "raid"])
_WRITTEN = frozenset([None, "tyre", "banner"])  # before an order that a banner gives: "spanduk 'usir pendatang'"
_MAYBE_HIM = frozenset([None, "person", "stones", "goods"])  # "pentungan kayu" is what he was beaten with


def mean(told: Sequence[Tuple], cues: Cues) -> None:
    """Say of each tuple which form of conflict it is, if any.

    A form is meant where the target's class is one that the deed knows; where the class is not known the deed's "*"
    decides, or a second, independent cue of violence does.
    """
    plain, named = cues.plain, cues.named
    kinds = frozenset(kind for kinds in named.also.values() for kind in kinds) | cues.told
    if kinds & {MESSAGE, "hearsay"}:
        kinds |= {CALLS}  # what is passed on is meant for many
    crowd = "crowd" in kinds
    more = len({one.first for one in told if one.deed.forms.get(ANYTHING, "-")}) > 1  # "jalan ditutup" is traffic
    officials = "official" in kinds
    told_of = {plain.sentences[at] for at, kind in named.of.items() if kind == "accused"}
    accused = {sentence + more for sentence in told_of for more in range(3)}  # "Maling tertangkap. Massa menghajarnya."
    household = household_of(plain, named)
    orders = [one for one in told if _is_order(one, cues)] if CALLS in kinds else []
    messages = _messages(plain, named)
    stabbed = [one for one in told if one.deed.weapon == BLADES and one.voice in {Voice.ACTIVE, Voice.PASSIVE}]
    for one in told:
        sentence = plain.sentences[one.first]
        armed = any(two is not one for two in stabbed)
        one.explained = explained(one, cues, household, armed=armed)
        one.excused = bool(one.explained) or is_nobodys(one, plain, named)
        ordered = sentence in messages and one.voice is Voice.BASE and one.agent in _WRITTEN
        ordered = ordered or one in orders
        if (
            one.excused
            or (_is_barely_said(one, plain) and not ordered)
            or cues.hidden(one)
            or not one.deed.by - {"crowd", "cause"} <= kinds
        ):
            continue
        if "crowd" in one.deed.by and not (
            crowd or (one.voice is Voice.PASSIVE and more and not officials and not one.agent)
        ):
            continue
        target = one.target
        if crowd and "accused" in one.deed.forms and target in _MAYBE_HIM and sentence in accused:
            target = "accused"
        one.form, one.sure = _form(one, target, cues)
        one.weight = one.deed.weight * (1.0 if one.sure else 0.5)
    _carried(told)
    _intended(told, plain)
    _in_court(told, plain)
    for one in orders:
        one.mark |= PLANNED | CALLED
    if not orders:
        _ground(told, cues)
    if MESSAGE in kinds:
        _in_messages(told, cues)


def _is_order(one: Tuple, cues: Cues) -> bool:
    """Tell "bunuh kadesnya!", "nanti malam serbu markas mereka" from "serbu pasar murah"."""
    if one.voice is not Voice.BASE or one.agent is not None:
        return False
    named, tokens = cues.named, cues.plain.tokens
    after = range(one.last + 1, min(len(tokens), one.last + 1 + ORDER_REACH))
    if one.deed.name == KILLING:
        return any(named.names(at, "servant") or named.of.get(at) == "official" for at in after)
    theirs = any(tokens[at] in cues.plain.lists.theirs for at in after) or tokens[max(0, one.first - 1)] == OURSELVES
    return one.deed.name in _ORDERED and theirs and one.target in {"office", "house", "worship"}


def _messages(plain: Plain, named: Nouns) -> set[int]:
    """Give the sentences in which a message is told of."""
    return {plain.sentences[at] for at, kinds in named.also.items() if MESSAGE in kinds}


def _in_messages(told: Sequence[Tuple], cues: Cues) -> None:
    """Say of what a message tells: untrue where it is called so, called for where it is an order.

    "Cuplikan tawuran lama diedarkan seolah di sini"; a leaflet "Usir pendatang!".
    """
    sentences = cues.plain.sentences
    within = _messages(cues.plain, cues.named)
    untrue = any(one.form and one.deed.by == {MESSAGE} and not one.mark & NEGATED for one in told)
    for one in told:
        if sentences[one.first] not in within or MESSAGE in one.deed.by:
            continue
        if untrue and not cues.plain.lists.message_led_to.intersection(cues.plain.tokens):
            one.mark |= HOAX
        elif one.voice is Voice.BASE and one.agent not in PEOPLE:
            one.mark |= PLANNED | CALLED


def _is_barely_said(one: Tuple, plain: Plain) -> bool:
    """Tell a root alone, or what comes of it, where that says no deed: "pukul", "tembakan"."""
    somebody = one.agent in PEOPLE or plain.tokens[max(0, one.first - 1)] in WHO  # "ada yang lempar batu ke masjid"
    if one.voice is Voice.BASE and somebody and one.target in _SUFFERERS and one.target in one.deed.forms:
        return False  # as officers write: "massa lempar batu ke petugas", "OTK pukul warga"
    return not one.deed.bare and one.voice is not None and one.voice not in DELIBERATE and one.target != EACH_OTHER


def _form(one: Tuple, target: str | None, cues: Cues) -> tuple[str | None, bool]:
    """Give the form of a deed by what it was done to, and whether that is sure."""
    forms = one.deed.forms
    if one.by_crowd and target in {"person", "official"} and BY_CROWD in forms:
        return forms[BY_CROWD], True
    if target == "crowd" and target not in forms and "person" in forms:
        target = "person"  # "pengungsi dilempari"
    if target is not None and target in forms:
        return forms[target] or None, True
    told_of = one.deed.alone and bool(cues.violence) and one.voice in {Voice.NOUN, Voice.THING}
    told_of = told_of or (one.last > one.first and ANYTHING in forms)  # "jalan .. ditutup" names its own object
    if target in TRIVIAL and (one.deed.nature or one.deed.hurts) and not told_of:
        return None, True  # "korban keroyokan seusai ujian ... meninggal" is no exam
    if ANYTHING in forms:
        return forms[ANYTHING], target is None or one.deed.weight >= SURE_ALONE
    struck = (
        one.deed.hurts and one.voice is Voice.PASSIVE and one.agent in PEOPLE and target != "goods"
    )  # "dihajar empat orang"
    if DOUBTFUL in forms and (target is None or target in PEOPLE or struck) and cues.another(one):
        return forms[DOUBTFUL], False
    return None, True


def _carried(told: Sequence[Tuple]) -> None:
    """Take back a blow that is only the blade somebody comes with: "remaja bawa celurit" threatens, and hits nobody."""
    bears = {one.first: one for one in told if one.form and BLADES in one.deed.by}
    for one in told:
        if one.deed.weapon and one.first == one.last and one.first - 1 in bears and one.voice is Voice.BASE:
            one.form = None
    if any(one.form and one.sure and one.deed.weight >= SURE_ALONE for one in told if one.first not in bears):
        for one in bears.values():
            one.form = None  # beside what they did it says nothing


def _intended(told: Sequence[Tuple], plain: Plain) -> None:
    """Take an act with explosives that somebody means to do as told: who threatens or prepares it has done enough.

    "Mau ngebom polsek", "rencana pengeboman gereja"; not "khawatir gereja dibom", nor what was foiled.
    """
    for one in told:
        if one.form is None or one.deed.name not in _BOMBINGS or one.mark & ~PLANNED or not one.mark:
            continue
        before = [plain.tokens[at] for at in tokens_before(one.first, SAID_REACH, plain.sentences)]
        near = (*plain.tokens[one.first : one.last + 1], *before[:INTENDED_REACH])
        if not plain.lists.intended.isdisjoint(near) and plain.lists.not_intended.isdisjoint(before):
            one.mark &= ~PLANNED


def _in_court(told: Sequence[Tuple], plain: Plain) -> None:
    """Take back what a court alone speaks of: "berkas perkara pengeroyokan dilimpahkan, sidang perdana pekan depan"."""
    meant = [one for one in told if one.form]
    if all(one.of_a_case for one in meant) and not plain.lists.court.isdisjoint(plain.tokens):
        for one in meant:
            one.form = None


def _ground(told: Sequence[Tuple], cues: Cues) -> None:
    """Take back a lone deed that nothing ties to people of a place: "segel botolnya terbuka", "ayo kumpul reuni"."""
    meant = [one for one in told if one.form]
    strong = any(one.deed.weight >= SURE_ALONE and one.sure for one in meant)
    serving = any("servant" in kinds for kinds in cues.named.also.values())  # "memukul dokter puskesmas"
    two = any(
        one.agent in PEOPLE and one.target in PEOPLE and (one.voice is not Voice.ACTIVE or serving) for one in meant
    )
    if (
        cues.placed
        or two
        or any(one.deed.alone or one.target == EACH_OTHER for one in meant)
        or len(meant) > 1
        or ((cues.issue or cues.party) and strong)
        or any(is_public(one, cues.plain, cues.named) for one in meant)
        or (serving and any(_is_done_to_people(one) for one in meant))
    ):
        return
    if not cues.anchored:
        for one in meant:
            one.form = None


def _is_done_to_people(one: Tuple) -> bool:
    return one.voice is Voice.PASSIVE and one.target in PEOPLE and one.weight >= SURE_ALONE
