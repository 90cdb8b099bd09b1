"""Tell what is said at home, in play and in figures of speech from what people of a place do to one another. Pure.

"Bertengkar sama adik gara-gara remote", "dikeroyok ponakan minta uang saku", "blokir nomor", "diancam dipotong gaji".
None of it is asked where wounds or weapons are told of.
"""

from services.triage.deeds.cues import Cues
from services.triage.deeds.tuples import EACH_OTHER, KIN, PEOPLE, THING, Tuple
from services.triage.text.morphology import Voice

_STIRS = frozenset(["row", "brawl", "riot", "tension"])  # deeds that two of a home do, and nobody is hurt by
_BLOWS = frozenset(["gang_up", "beat", "throw", "attack", "threaten"])
_ME = frozenset(["aku", "saya", "kita", "kami", "kulo", "dia", "semua", "semuanya", "ia", "dirinya"])
# Words that name kin and others as well: of a home where somebody owns them, or nothing follows.
_OWNERS, _ENDS = frozenset(["saya", "aku", "kami", "kita", "ku"]), frozenset([".", ",", "!", "?", ";"])
# What stands in public: a stir there is no home's.
_SITES = frozenset(
    ["road", "shop", "office", "worship", "vital", "factory", "field", "truck", "marker", "ship", "project"]
)
SIMILE_REACH = 3  # tokens before a deed in which it is said to be only like one
_LIKE, _RICH = frozenset(["kayak", "koyok", "koyo", "kek", "serasa", "ibarat", "laksana", "kaya"]), "kaya"
INNER_REACH = 2  # tokens after a quarrel in which one's own heart stands: "bertengkar dengan batin"
BODY = "body"  # the class of parts of the body
_RT = "rt"  # a number on a list as well as a person
_PRICKS = frozenset(["hit_by", "pierce", "shoot"])
_FELLED = frozenset(["cut_down", "dismantle"])
_USES = frozenset(["untuk", "buat", "gawe", "kanggo", "kangge", "damel"])
USE_REACH = 5  # tokens after a deed in which it is said what it was for
ACCOUNT_REACH = 3  # tokens between a block and the account that it bars


def is_everyday(one: Tuple, cues: Cues) -> bool:
    """Tell whether a deed is one of a home, of play, of speech, of school or of a telephone."""
    return any(is_so(one, cues) for is_so in _ANYWHERE) or (
        not (cues.placed or cues.party)
        and (
            _is_of_a_home(one, cues)
            or _is_typed(one, cues)
            or (not cues.anchored and any(is_so(one, cues) for is_so in _UNTIED))
        )
    )


def _is_of_a_home(one: Tuple, cues: Cues) -> bool:
    """Tell "bertengkar sama adik", "kulkas dijarah anakku" from "adik saya dikeroyok"."""
    if one.deed.name not in _STIRS | _BLOWS:
        return False
    plain, named = cues.plain, cues.named
    sentence = plain.sentences[one.first]
    told = [at for at in {*named.of, *named.also} if plain.sentences[at] == sentence]
    if any(named.of.get(at) in _SITES for at in told):
        return False
    told += [
        at
        for at, word in enumerate(plain.tokens)
        if word in cues.plain.lists.family and plain.sentences[at] == sentence
    ]
    people = [
        at
        for at in dict.fromkeys(told)
        if named.of.get(at) in PEOPLE or named.names(at, KIN) or plain.tokens[at] in cues.plain.lists.family
    ]
    family = {at for at in people if _is_family(at, cues)}
    beside = _ME if cues.plain.lists.small_schools.isdisjoint(plain.tokens) else _ME | cues.plain.lists.teachers
    if not family or any(at not in family and plain.tokens[at] not in beside for at in people):
        return False
    if one.deed.name in _STIRS or one.target == EACH_OTHER:
        return True
    if one.voice is Voice.PASSIVE:
        return not family.isdisjoint(range(one.last + 1, one.last + 3))
    return len(people) > 1


def _is_family(at: int, cues: Cues) -> bool:
    tokens = cues.plain.tokens
    if tokens[at] in cues.plain.lists.family:
        return True
    if tokens[at] not in cues.plain.lists.anybodys_kin:
        return cues.named.names(at, KIN)
    after = tokens[at + 1] if at + 1 < len(tokens) else "."
    playing = tokens[at] == "anak" and not cues.plain.lists.play.isdisjoint(tokens)
    return after in _OWNERS or playing or (after in _ENDS and "-" not in tokens[max(0, at - 1) : at])


def _is_likened(one: Tuple, cues: Cues) -> bool:
    """Tell "ngasih piring kayak ngajak berantem"."""
    plain = cues.plain
    for at in range(max(0, one.first - SIMILE_REACH), one.first):
        if plain.tokens[at] in _LIKE and plain.clauses[at] == plain.clauses[one.first]:
            rich = plain.tokens[at] == _RICH and at and plain.tokens[at - 1] in cues.plain.lists.rich
            return not rich
    return False


def _is_a_word(one: Tuple, cues: Cues) -> bool:
    """Tell "granat itu buah apa", which asks what a word means."""
    after = cues.plain.tokens[one.last + 1 : one.last + 3]
    return len(after) > 1 and after[0] == "itu" and after[1] in cues.plain.lists.asked_of_words


def _is_a_treat(one: Tuple, cues: Cues) -> bool:
    """Tell "ditodong traktiran", "ditodong bakso"."""
    after = one.last + 1
    treated = cues.named.names(after, "food") or not cues.plain.lists.treats.isdisjoint(
        cues.plain.tokens[after : after + 1]
    )
    return "todong" in cues.plain.tokens[one.first] and treated


def _is_of_an_account(one: Tuple, cues: Cues) -> bool:
    """Tell "memblokir semua akunku", "blokir nomor"."""
    reach = range(one.first - ACCOUNT_REACH, one.last + 1 + ACCOUNT_REACH)
    return one.deed.name == "block" and any(cues.named.names(at, "account") for at in reach)


def _is_a_penalty(one: Tuple, cues: Cues) -> bool:
    """Tell "telat masuk, diancam dipotong gaji" from "diancam dipotong lehernya"."""
    tokens = cues.plain.tokens
    after = tokens[one.last + 1 : one.last + 3]
    kept = (
        len(after) > 1 and after[0] == "tidak" and after[1] in cues.plain.lists.given
    )  # "diancam tidak dikasih jajan"
    cut = not cues.plain.lists.penalties.isdisjoint(after[:1]) and not cues.named.names(one.last + 2, BODY)
    return tokens[one.first].startswith("dianc") and (kept or cut)


def _is_studied(one: Tuple, cues: Cues) -> bool:
    """Tell "diskusi buku tentang konflik agraria", "konflik batin tokoh cerpen", "bertengkar dengan batin"."""
    if one.voice in {Voice.ACTIVE, Voice.PASSIVE} or one.deed.hurts:
        return False
    plain = cues.plain
    lists = plain.lists
    inner = not lists.inner.isdisjoint(plain.tokens[one.last + 1 : one.last + 1 + INNER_REACH])
    if inner and one.deed.name in {"tension", "brawl", "duel"}:
        return True
    if lists.studied_about.isdisjoint(plain.tokens[max(0, one.first - 2) : one.first]):
        return False
    sentence = plain.sentences[one.first]
    return any(word in lists.study and of == sentence for word, of in zip(plain.tokens, plain.sentences, strict=True))


def _is_at_a_thing(one: Tuple, cues: Cues) -> bool:
    """Tell "menyerang argumen kelompok lima", "lempar mangga tetangga" from blows."""
    plain, named, at = cues.plain, cues.named, one.last + 1
    if one.voice is Voice.PASSIVE:
        return one.deed.name == "throw" and not cues.plain.lists.soft.isdisjoint(plain.tokens[at : at + 1])
    fruit = one.deed.name == "throw" and named.names(at, "food") and "ke" not in plain.tokens[at : at + USE_REACH]
    return (one.deed.hurts and named.of.get(at) == THING) or fruit


def _is_admired(one: Tuple, cues: Cues) -> bool:
    """Tell "berantemnya keren" of a film."""
    tokens = cues.plain.tokens
    return tokens[one.first].endswith("nya") and not cues.plain.lists.liked.isdisjoint(
        tokens[one.last + 1 : one.last + 2]
    )


def _is_sulking(one: Tuple, cues: Cues) -> bool:
    """Tell "anak mogok sekolah", one of a home, from pupils who strike."""
    tokens = cues.plain.tokens
    who = one.first - 2 if tokens[max(0, one.first - 1)] in _OWNERS else one.first - 1
    single = who >= 0 and (
        tokens[who] in cues.plain.lists.family or tokens[who] == "anak" or cues.named.names(who, KIN)
    )
    return one.deed.name == "strike" and single and "-" not in tokens[max(0, who - 1) : who]


def _is_care(one: Tuple, cues: Cues) -> bool:
    """Tell "kena tembak jarum infus"."""
    return one.deed.name in _PRICKS and not cues.plain.lists.care.isdisjoint(cues.plain.tokens)


def _is_for_use(one: Tuple, cues: Cues) -> bool:
    """Tell "kayu jati ditebang untuk saka masjid", "ladang dibakar biar bersih"."""
    if one.voice is not Voice.PASSIVE or one.agent is not None:
        return False
    after = cues.plain.tokens[one.last + 1 : one.last + 1 + USE_REACH]
    used = not _USES.isdisjoint(after[:1])
    return (one.deed.name in _FELLED and used) or (one.deed.name == "burn" and (used or "biar" in after))


def _is_typed(one: Tuple, cues: Cues) -> bool:
    """Tell "grup WA keluarga rusuh", "ribut-ribut di grup" from a stir in the street."""
    if one.deed.name not in {"row", "riot"}:
        return False
    near = cues.plain.tokens[max(0, one.first - 3) : one.last + 4]
    return not cues.plain.lists.chat_rooms.isdisjoint(near)


def _is_with_might(one: Tuple, cues: Cues) -> bool:
    """Tell "mati-matian belajar" from people who hold something to the last."""
    return one.deed.name == "tension" and cues.plain.tokens[one.first] == "mati"


def _is_a_timetable(one: Tuple, cues: Cues) -> bool:
    """Tell "rapat bentrok sama jam makan siang" from people who clash."""
    plain = cues.plain
    if plain.tokens[one.first] != "bentrok" or one.voice is not Voice.BASE:
        return False
    tokens = (*plain.tokens, "")
    times = any(
        word in cues.plain.lists.appointments and not tokens[at + 1][:1].isdigit()
        for at, word in enumerate(plain.tokens)
        if plain.sentences[at] == plain.sentences[one.first]
    )
    nobody = not any(kind in PEOPLE and plain.tokens[at] != _RT for at, kind in cues.named.of.items())
    return nobody and times


_ANYWHERE = (_is_a_word, _is_a_treat, _is_of_an_account, _is_a_penalty, _is_studied, _is_sulking, _is_at_a_thing)
_UNTIED = (
    _is_likened,
    _is_care,
    _is_for_use,
    _is_with_might,
    _is_a_timetable,
    _is_admired,
)  # where no crowd and no official is named either
