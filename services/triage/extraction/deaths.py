"""Tell of whom a word of death speaks: an animal, somebody threatened, one who died before this event. Pure."""

from collections.abc import Collection

from services.triage.text.normalise import Plain
from services.triage.text.numbers import is_number

_KILLED = frozenset(["dibunuh", "terbunuh"])  # "anjingnya dibunuh warga"
NEAR, THREAT_REACH = 3, 6  # tokens before a deed that say it is none yet
FOLLOWS_REACH, AGO_REACH = 4, 9  # tokens from a death back to "setelah", and on to "pekan lalu"
EVENT_REACH = 6  # tokens from "yang menewaskan" back to what it says that of
PASSIVE = 6  # letters of a passive verb: "dikeroyok"
_NOBODY: tuple[list[str], ...] = ([], [","], ["."], ["!"], ["tapi"], ["tetapi"], ["banget"], ["sekali"])
_OF_ANIMALS, _PATIENT = "ekor", "pasien"
_OF_ILLNESS = frozenset(["meninggal", "wafat"])
# What a later event follows: "setelah seorang pemuda tewas pekan lalu rumah pelaku dibakar".
_FOLLOWS = frozenset(["menyusul", "buntut", "buntute", "setelah", "sesudah", "sehabis", "usai", "pasca", "mana"])
_UNITS = frozenset(
    """
    pekan minggu bulan tahun hari dino senin selasa rabu kamis jumat sabtu ahad januari februari maret april mei juni
    juli agustus september oktober november desember
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_AGO = frozenset(["lalu", "silam", "kepungkur"])


def is_no_death(
    plain: Plain, first: int, last: int, animals: Collection[int], things: Collection[int], alive: Collection[int]
) -> bool:
    """Tell whether a word of death, at tokens `first` to `last`, says of nobody that he died in what is reported.

    `alive`: the tokens of words that deny a death; `things`: of what is killed in a figure of speech, "membunuh sifat
    sombong".
    """
    tokens = plain.tokens
    if tokens[first] == "membunuh" and tokens[last + 1 : last + 2] in _NOBODY:
        return True  # "sambalnya membunuh, tapi bikin nagih"
    if tokens[first] in plain.lists.killings and (
        tokens[last + 1 : last + 2] == ["diri"]
        or last + 1 in animals
        or last + 1 in things
        or (tokens[first] in _KILLED and first - 1 in animals and tokens[first - 2] not in plain.lists.owners)
        or not plain.lists.no_killing_yet.isdisjoint(tokens[max(0, first - NEAR) : first])
    ):
        return True
    if tokens[first] in _OF_ILLNESS and _is_patient(plain, first, last):
        return True
    if tokens[first] == "dihabisi" and not plain.lists.threatens.isdisjoint(
        tokens[max(0, first - THREAT_REACH) : first]
    ):
        return True
    return _of_an_animal(plain, first, animals) or _is_earlier(plain, first, last) or _is_untrue(plain, first, alive)


def _is_patient(plain: Plain, first: int, last: int) -> bool:
    """Tell who was ill, whatever his family has done since, from "pasien meninggal dikeroyok"."""
    tokens = plain.tokens
    before = tokens[max(0, first - 2) : first]
    done_to = any(word.startswith("di") and len(word) >= PASSIVE for word in tokens[last + 1 : last + 1 + NEAR])
    hurt = not plain.lists.hurt_before.isdisjoint(tokens[max(0, first - EVENT_REACH) : first])
    return _PATIENT in before and not hurt and not done_to


def _is_untrue(plain: Plain, first: int, alive: Collection[int]) -> bool:
    """Tell a death that was only said, and is denied in its sentence or the two after it: "faktanya cuma pingsan".

    A death that nobody is quoted for stays one, whoever else is alive.
    """
    tokens, sentences = plain.tokens, plain.sentences
    own = sentences[first]
    denied = any(at > first and sentences[at] in {own, own + 1, own + 2} for at in alive)
    said = (word for word, sentence in zip(tokens[:first], sentences, strict=False) if sentence in {own - 1, own})
    return denied and not plain.lists.hearsay.isdisjoint(said)


def _of_an_animal(plain: Plain, first: int, animals: Collection[int]) -> bool:
    """Tell "wedus loro mati" and "900 ekor tewas" from "pencuri sapi tewas"."""
    tokens = plain.tokens
    if first < 2:  # noqa: PLR2004 - an animal and its number
        return False
    if tokens[first - 1] == _OF_ANIMALS:
        return True
    owner = tokens[first - 3] if first > 2 else ""  # noqa: PLR2004 - who has it, or took it
    return first - 2 in animals and is_number(tokens[first - 1]) and owner not in plain.lists.owners


def _is_earlier(plain: Plain, first: int, last: int) -> bool:
    """Tell a death that something else followed: "buntut tewasnya pemuda Sabtu lalu", "pelaku yang menewaskan A".

    It needs a time that is past, and a word that the event of the report follows it. What is told late is no earlier
    one: "usai dikeroyok, pelajar tewas Sabtu lalu".
    """
    tokens, sentences = plain.tokens, plain.sentences
    if any(
        word in plain.lists.police_case
        for word, sentence in zip(tokens, sentences, strict=True)
        if sentence == sentences[first]
    ):
        return False
    after = [at for at in range(last + 1, min(len(tokens), last + 1 + AGO_REACH)) if sentences[at] == sentences[first]]
    if not any(tokens[at] in _AGO and tokens[at - 1] in _UNITS for at in after):
        return False
    return tokens[first] in plain.lists.deaths_spoken_of or _says_who(plain, first) or _follows(plain, first)


def _says_who(plain: Plain, first: int) -> bool:
    """Tell "pelaku pengeroyokan yang menewaskan A" from "bentrok yang menewaskan dua orang"."""
    tokens = plain.tokens
    if first < 2 or tokens[first - 1] != "yang":  # noqa: PLR2004 - somebody, and "yang"
        return False
    head = tokens[max(0, first - 1 - EVENT_REACH) : first - 1]
    return plain.lists.clashes.isdisjoint(head) or not plain.lists.killers.isdisjoint(head)


def _follows(plain: Plain, first: int) -> bool:
    """Tell "setelah seorang pemuda tewas", in one clause, from "setelah dikeroyok pemuda tewas"."""
    tokens, clauses = plain.tokens, plain.clauses
    for at in range(first - 1, max(-1, first - 1 - FOLLOWS_REACH), -1):
        if clauses[at] != clauses[first] or (tokens[at].startswith("di") and len(tokens[at]) >= PASSIVE):
            return False
        if tokens[at] in _FOLLOWS:
            return True
    return False
