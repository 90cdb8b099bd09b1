"""Cut a report into clauses, finer than punctuation: "OTK membacok lalu kabur karena takut" has three. Pure.

What is said of a verb (denied, planned, by whom) holds in its own clause and no further.
"""

from dataclasses import dataclass

from services.triage.text.normalise import Plain

# A new statement begins here.
TURNS = frozenset(
    """
    tetapi tapi namun lalu kemudian terus trus banjur njuk karena krn mergo soale lantaran sebab hingga sehingga sampai
    nganti sampek setelah usai sesudah pasca pascabentrok ketika saat sewaktu waktu sedangkan sementara padahal meski
    meskipun walau walaupun sebelum menyusul akibat gegara supaya agar biar untuk guna bila kalau jika apabila nek
    serta selain dipicu
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_AND = frozenset(["dan", "terus", "karo", "lan"])
_VERBS = ("me", "di", "ber", "ng", "ny", "mb", "nd")
LEAST_OF_A_VERB = 5  # letters


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clause of each token; `of` numbers them, "yang" opens one in `narrow` only."""

    of: list[int]  # where an argument may stand: a relative clause belongs to its noun
    narrow: list[int]  # where a negator or a modal holds


def clauses(plain: Plain) -> Clauses:
    """Cut a report into clauses: at punctuation, at conjunctions, at "dan" before a verb, narrowly at "yang"."""
    wide: list[int] = []
    narrow: list[int] = []
    tokens, told = plain.tokens, plain.clauses
    of = inside = 0
    for at, token in enumerate(tokens):
        turns = (at > 0 and told[at] != told[at - 1]) or token in TURNS or (token in _AND and _before_verb(tokens, at))
        of += turns
        inside += turns or token in {"yang", "sing"}
        wide.append(of)
        narrow.append(inside)
    return Clauses(wide, narrow)


def _before_verb(tokens: list[str], at: int) -> bool:
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    return len(following) >= LEAST_OF_A_VERB and following.startswith(_VERBS)
