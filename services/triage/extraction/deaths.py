"""Tell of whom a word of death speaks: an animal, somebody threatened, one who died before this event. Pure."""

from collections.abc import Collection, Sequence

from services.triage.text.normalise import Plain

DEEDS = frozenset(["pembunuhan", "membunuh", "dibunuh", "bunuh", "terbunuh"])  # a killer counts no dead
NEAR, THREAT_REACH = 3, 6  # tokens before a deed that say it is none yet
BEFORE_REACH, AGO_REACH = 7, 9  # tokens from a death back to "setelah", and on to "pekan lalu"
_NO_DEED_YET = frozenset(
    """
    pelaku tersangka terduga ancaman percobaan diancam mau arep bernada seruan ajakan napi narapidana mantan residivis
    terpidana kasus buron buronan perkara sidang dakwaan vonis
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_THREATENS = frozenset(["ngancam", "ancam", "mengancam", "diancam", "ancaman", "ngancem", "siapa", "sopo"])
_OF_ANIMALS = "ekor"
# What a later event follows: "setelah seorang pemuda tewas pekan lalu, rumah pelaku dibakar".
_FOLLOWS = frozenset(
    """
    yang menyusul buntut buntute setelah sesudah sehabis usai pasca mana dipicu akibat atas memperingati mengenang
    melayat takziah tahlilan hari
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_UNITS = frozenset(
    """
    pekan minggu bulan tahun hari dino senin selasa rabu kamis jumat sabtu ahad januari februari maret april mei juni
    juli agustus september oktober november desember
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
# A case that goes on is the event itself: "polisi menangkap pelaku pengeroyokan yang menewaskan santri pekan lalu".
_CASE = frozenset(
    """
    polisi polres polsek polda satreskrim reskrim penyidik tersangka terdakwa rekonstruksi menangkap membekuk meringkus
    mengamankan ditangkap dibekuk diringkus diamankan ditahan menetapkan ditetapkan adegan
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_AGO = frozenset(["lalu", "silam", "kepungkur", "wingi", "kemarin"])
_NAMED = frozenset(["meninggalnya", "tewasnya", "wafatnya", "kematian", "gugurnya"])


def is_no_death(plain: Plain, first: int, last: int, animals: Collection[int]) -> bool:
    """Tell whether a word of death, at tokens `first` to `last`, says of nobody that he died in what is reported."""
    tokens = plain.tokens
    if tokens[first] in DEEDS and (
        tokens[last + 1 : last + 2] == ["diri"]
        or last + 1 in animals
        or not _NO_DEED_YET.isdisjoint(tokens[max(0, first - NEAR) : first])
    ):
        return True
    if tokens[first] == "dihabisi" and not _THREATENS.isdisjoint(tokens[max(0, first - THREAT_REACH) : first]):
        return True
    return _of_an_animal(plain, first, animals) or _is_earlier(plain, first, last)


def _of_an_animal(plain: Plain, first: int, animals: Collection[int]) -> bool:
    """Tell "wedus loro mati" and "900 ekor tewas" from "pencuri sapi tewas"."""
    if first < 2:  # noqa: PLR2004 - an animal and its number
        return False
    return plain.tokens[first - 1] == _OF_ANIMALS or (first - 2 in animals and _counts(plain.tokens[first - 1]))


def _counts(word: str) -> bool:
    return word.isdigit() or word in {"loro", "telu", "papat", "dua", "tiga", "empat", "lima", "siji", "satu"}


def _is_earlier(plain: Plain, first: int, last: int) -> bool:
    """Tell a death that something else followed: "buntut tewasnya pemuda Sabtu lalu", "yang menewaskan A pekan silam".

    It needs both: a word that the event of the report follows it, and a time that is past.
    """
    tokens, sentences = plain.tokens, plain.sentences
    if any(word in _CASE for word, sentence in zip(tokens, sentences, strict=True) if sentence == sentences[first]):
        return False
    before = [at for at in range(max(0, first - BEFORE_REACH), first) if sentences[at] == sentences[first]]
    after = [at for at in range(last + 1, min(len(tokens), last + 1 + AGO_REACH)) if sentences[at] == sentences[first]]
    follows = tokens[first] in _NAMED or any(tokens[at] in _FOLLOWS for at in before)
    return follows and _is_past(tokens, after)


def _is_past(tokens: Sequence[str], span: Sequence[int]) -> bool:
    return any(tokens[at] in _AGO and tokens[at - 1] in _UNITS for at in span)
