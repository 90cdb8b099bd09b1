"""Tell what is said as done from what is denied, feared, planned, prevented, long past, or called a hoax. Pure."""

from collections.abc import Sequence

from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain

NEGATED, PREVENTED, PLANNED, NEAR, BACKGROUND, HOAX = 1, 2, 4, 8, 16, 32
DENIED = NEGATED | HOAX
AHEAD = PREVENTED | PLANNED | NEAR  # not done, yet possible

# How far each cue reaches: tokens after it, and whether only to the end of its clause or to that of its sentence.
_REACH: dict[str, tuple[int, int, bool]] = {
    "negated": (NEGATED, 4, True),
    "drill": (NEGATED, 10, False),
    "prevented": (PREVENTED, 8, False),
    "prevented_short": (PREVENTED, 4, True),
    "planned": (PLANNED, 4, True),
    "near": (NEAR, 3, True),
    "background": (BACKGROUND, 12, False),
    "hoax": (HOAX, 14, True),
    "conditional": (PLANNED, 8, True),
}
_BACK: dict[str, tuple[int, int]] = {
    "negated_back": (NEGATED, 3),
    "prevented_back": (PREVENTED, 5),
    "follow_up": (PLANNED, 2),
    "background_back": (BACKGROUND, 8),
    "conditional": (PLANNED, 6),
}
# A new statement begins here: what was denied or planned before does not reach it.
_TURNS = frozenset(
    [
        "tetapi",
        "tapi",
        "namun",
        "lalu",
        "kemudian",
        "karena",
        "hingga",
        "sehingga",
        "sampai",
        "sebab",
        "setelah",
        "usai",
        "sesudah",
        "pasca",
        "pascabentrok",
    ]
)
_UNTRUE = frozenset(["hoaks", "bohong", "palsu", "benar"])
_CAUSED_BY = frozenset(
    [
        "dipicu",
        "setelah",
        "usai",
        "gegara",
        "akibat",
        "karena",
        "oleh",
        "termakan",
        "terprovokasi",
        "gara",
        "menyebar",
        "menyebarkan",
        "dugaan",
    ]
)
_SHORT = frozenset(["tidak", "bukan", "belum", "tanpa", "jangan", "ndak", "mboten"])
_LINKS = frozenset(["dan", "serta"])


def statuses(plain: Plain, hits: Sequence[Hit]) -> list[int]:  # noqa: C901, PLR0912 - cases, in order
    """Give for each token the bits of the cues that reach it."""
    tokens, sentences, clauses = plain.tokens, plain.sentences, plain.clauses
    marks = [0] * len(tokens)
    for hit in hits:
        for tag in hit.tags:
            if tag.section != "cue":
                continue
            if tag.key == "hoax":
                marks[hit.first : hit.last + 1] = [mark | HOAX for mark in marks[hit.first : hit.last + 1]]
                _call_untrue(marks, tokens, sentences, hit)  # "isu penculikan" speaks of none itself
            back = _BACK.get(tag.key)
            if back is not None:
                bit, reach = back
                clause = clauses[hit.first]
                for at in range(hit.first - 1, max(-1, hit.first - 1 - reach), -1):
                    if clauses[at] != clause:
                        break
                    marks[at] |= bit
                if tag.key not in _REACH:
                    continue
            bit, reach, within_clause = _REACH[tag.key]
            if tag.key == "negated" and hit.first == hit.last and tokens[hit.first] in _SHORT:
                reach = 2  # "tidak diketahui dikeroyok": a lone "tidak" denies its own verb only
            if bit is NEAR and hit.last + 1 < len(tokens) and _counts(tokens[hit.last + 1]):
                continue  # "hampir dua jam"
            numbering = clauses if within_clause else sentences
            same = numbering[hit.last]
            for at in range(hit.last + 1, min(len(tokens), hit.last + 1 + reach)):
                if numbering[at] != same or tokens[at] in _TURNS:
                    break
                if within_clause and tokens[at] in _LINKS and bit is not NEGATED:
                    break
                if bit is NEGATED and tokens[at] in _LINKS and tag.key == "negated" and hit.first == hit.last:
                    break
                marks[at] |= bit
    return marks


def _call_untrue(marks: list[int], tokens: list[str], sentences: list[int], hit: Hit) -> None:
    """Mark what a sentence says before it calls it a hoax; a clash caused by a hoax is real."""
    if tokens[hit.last] not in _UNTRUE or (hit.first and tokens[hit.first - 1] in _CAUSED_BY):
        return
    for at in range(hit.first - 1, max(-1, hit.first - 17), -1):
        if sentences[at] != sentences[hit.first]:
            return
        marks[at] |= HOAX


def _counts(word: str) -> bool:
    return word[0].isdigit() or word in {
        "dua",
        "tiga",
        "empat",
        "lima",
        "enam",
        "tujuh",
        "satu",
        "setiap",
        "semua",
        "seluruh",
        "sebulan",
        "setahun",
        "seminggu",
    }
