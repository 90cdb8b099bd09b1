"""Tell what is said as done from what is denied, feared, planned, prevented, long past, or called a hoax. Pure.

A negator denies its own predicate in its own clause: "tidak terjadi bentrok" denies the clash, "orang tidak dikenal
membacok" denies only that he is known.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from schemas.words.time_words import MONTHS
from services.triage.text.clauses import Clauses
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain
from services.triage.text.numbers import is_number

NEGATED, PREVENTED, PLANNED, NEAR, BACKGROUND, HOAX, CALLED = 1, 2, 4, 8, 16, 32, 64
DENIED = NEGATED | HOAX
AHEAD = PREVENTED | PLANNED | NEAR  # not done, yet possible

# How far a cue reaches in tokens, within its narrow clause.
_FORWARD: dict[str, tuple[int, int]] = {
    "prevented": (PREVENTED, 9),
    "prevented_short": (PREVENTED, 4),
    "planned": (PLANNED, 6),
    "called": (PLANNED | CALLED, 6),
    "demanded": (PLANNED, 18),
    "near": (NEAR, 3),
    "at_first": (BACKGROUND, 9),
    "conditional": (PLANNED, 9),
}
# How far a cue reaches in tokens within its sentence, whatever the clauses.
_FAR: dict[str, tuple[int, int]] = {"hoax": (HOAX, 14), "feared": (PLANNED, 16)}
PAST_REACH = 12
MOST_DIGITS = 4
HISTORY = range(1500, 2001)  # years of which nobody reports what happened
YEAR_REACH, NAMED_REACH = 8, 3  # tokens from a year back to a verb, and to what it names: "kerusuhan Mei 1998"
_IN_THE_YEAR = frozenset(["tahun", "era"])
# "Buntut bentrok bulan lalu, seorang pemuda tewas": what was long ago is only why.
_WHY = frozenset(
    ["buntut", "imbas", "dendam", "dampak", "akibat", "gegara", "menyusul", "dipicu", "lanjutan", "karena"]
)
_NOW = frozenset(["tadi", "barusan", "semalam", "kini", "sekarang", "saiki", "wingi"])
_PART_OF_NOW = frozenset(["malam", "hari", "pagi", "siang", "sore", "saat", "bengi"])  # before "ini", "iki"
_BACK: dict[str, tuple[int, int]] = {
    "negated_back": (NEGATED, 4),
    "prevented_back": (PREVENTED, 5),
    "follow_up": (PLANNED, 2),
    "background_back": (BACKGROUND, 8),
}
# Between a negator and the predicate that it denies.
_LIGHT = frozenset(
    """
    ada terjadi sampai pernah lagi ikut akan mau jadi sempat boleh usah ingin perlu sing yang menimbulkan
    memakan menelan menemukan melakukan terlibat mengalami menderita menjurus berujung berubah bisa benar
    memicu berakhir memastikan jumlah kok sido oleh sampek nganti adanya terdapat jangan saling
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_NO, _NO_MORE = frozenset(["tidak", "bukan", "enggak", "ora", "gak"]), frozenset([",", ".", "!", "malah", "justru"])
_ONLY = frozenset(["hanya", "cuma", "sekadar", "mung", "saja"])
# After these everything that follows in the clause is denied: "tidak ada korban jiwa maupun luka".
_EXISTENTIAL = frozenset(["ada", "terjadi", "terdapat", "adanya", "menimbulkan", "pernah", "ditemukan", "ono"])
_WHOLE = frozenset(["nihil", "tanpa"])
_INSTEAD = frozenset(["tapi", "tetapi", "melainkan"])
_PERSONS = frozenset(["orang", "warga", "wong", "pemuda", "korban"])
EXISTENTIAL_REACH, OWN_REACH, ALLEGED_REACH = 7, 5, 3
LEAST_PASSIVE = 6  # letters of a passive verb
_UNTRUE = frozenset(["hoaks", "bohong", "palsu", "benar"])
_CAUSED_BY = frozenset(
    """
    dipicu setelah usai gegara akibat karena oleh termakan terprovokasi gara menyebar menyebarkan dugaan tidak
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_HEADING_WORDS, _AFTER_A_HEADING = 1, frozenset([",", "!", ".", ":", "-"])  # "awas hoaks, ...": words before it at most
LOOK_REACH = 9  # tokens from a check to what it found
_CLOSES = frozenset([",", ".", "!", ";", ")"])
_SECOND_HALF = 17  # tokens before "ternyata hoaks" that it calls untrue
_COUNTS = frozenset(
    """
    dua tiga empat lima enam tujuh satu setiap semua seluruh sebulan setahun seminggu sejam seluruhnya
    """.split()  # noqa: SIM905 - a list of words reads better as words
)


def marks(plain: Plain, cut: Clauses, hits: Sequence[Hit], predicates: Collection[int]) -> list[int]:
    """Give for each token the bits of the cues that reach it; `predicates` are tokens of deeds and casualties."""
    found = [0] * len(plain.tokens)
    for hit in hits:
        for tag in hit.tags:
            if tag.section == "cue":
                for at, bit in _reached(tag.key, hit, plain, cut, predicates):
                    found[at] |= bit
    for at in _answered_no(plain):
        found[at] |= NEGATED
    for at in _looked_into(plain):
        found[at] |= HOAX
    for at in _of_history(plain, predicates):
        found[at] |= BACKGROUND
    return found


def _answered_no(plain: Plain) -> Iterator[int]:
    """Give what is asked and denied at once: "Berakhir ricuh? Tidak, ..."."""
    tokens = plain.tokens
    for at in range(1, len(tokens) - 2):
        if tokens[at] == "?" and tokens[at + 1] in _NO and tokens[at + 2] in _NO_MORE:
            yield from tokens_before(at, _SECOND_HALF, plain.sentences)


def _looked_into(plain: Plain) -> Iterator[int]:
    """Give what was heard and not found: "kabar tawuran di Pakis, setelah dicek nihil", "tak cek gak ada itu".

    Not "dicek, korban tidak ada", which says that nobody was hurt.
    """
    tokens, lists = plain.tokens, plain.lists
    heard: int | None = None  # the last word that says so, of what nobody has looked into yet
    for at, word in enumerate(tokens):
        if word in lists.unproven:
            heard = at
        elif heard is not None and word in lists.checks:
            reached = range(at + 1, min(_end(plain.sentences, at), at + 1 + LOOK_REACH))
            if any(_finds_nothing(plain, end) for end in reached):
                yield from range(heard, at)
                heard = None


def _finds_nothing(plain: Plain, at: int) -> bool:
    tokens = plain.tokens
    none = tokens[at] == "nihil"
    if not none and not (tokens[at] == "tidak" and tokens[at + 1 : at + 2] in (["ada"], ["ditemukan"], ["terjadi"])):
        return False
    after = tokens[at + (1 if none else 2) :][:1]
    whole = not after or after[0] in _CLOSES
    there = tokens[at - 1] in plain.lists.checks | plain.lists.looked_at
    return (after[:1] != [] and after[0] in plain.lists.nothing_at_all) or (whole and there)


def _of_history(plain: Plain, predicates: Collection[int]) -> Iterator[int]:
    """Give what a year long past says when it was: "kerusuhan Mei 1998", "menyerbu pos tahun 1949"."""
    tokens = plain.tokens
    for at, word in enumerate(tokens):
        if not (word.isdigit() and int(word[:MOST_DIGITS]) in HISTORY) or not at:
            continue
        dated = tokens[at - 1] in _IN_THE_YEAR
        if not (dated or tokens[at - 1] in MONTHS or at - 1 in predicates):
            continue
        for told in tokens_before(at, YEAR_REACH if dated else NAMED_REACH, plain.clauses):
            if tokens[told] in plain.lists.kept_of_the_past:
                break
            if told in predicates:
                yield told


def _reached(key: str, hit: Hit, plain: Plain, cut: Clauses, predicates: Collection[int]) -> Iterator[tuple[int, int]]:
    """Give the tokens that one cue reaches, each with its bit."""
    if key in _BACK:
        bit, reach = _BACK[key]
        yield from ((at, bit) for at in tokens_before(hit.first, reach, cut.of))
    elif key == "negated":
        yield from ((at, NEGATED) for at in _denied(hit, plain, cut, predicates))
    elif key == "background":
        yield from ((at, BACKGROUND) for at in _past(hit, plain))
    elif key in _FAR:
        bit, reach = _FAR[key]
        numbering = plain.clauses if key == "hoax" else plain.sentences
        yield from ((at, bit) for at in tokens_after(hit.last, reach, numbering))
        if key == "hoax":
            yield from ((at, HOAX) for at in range(hit.first, hit.last + 1))
            yield from ((at, HOAX) for at in _called_untrue(plain, hit))
            yield from ((at, HOAX) for at in _headed(plain, hit, reach))
    elif key == "alleged":
        yield from ((at, BACKGROUND) for at in _alleged(hit, plain, cut))
    elif key == "purpose":
        yield from ((at, PLANNED) for at in _meant_for(hit, plain, cut, predicates))
    elif not (key == "near" and _counts(plain.tokens, hit.last + 1)):
        bit, reach = _FORWARD[key]
        reached = tokens_after(hit.last, reach, cut.narrow)
        if key == "near":
            reached = _through_death(reached, plain)
        yield from ((at, bit) for at in (_until_done_to(reached, plain) if key == "planned" else reached))


def tokens_after(last: int, reach: int, numbering: Sequence[int]) -> Iterator[int]:
    """Give so many tokens after one, of its own clause or sentence as `numbering` has them."""
    for at in range(last + 1, min(len(numbering), last + 1 + reach)):
        if numbering[at] != numbering[last]:
            return
        yield at


def _headed(plain: Plain, hit: Hit, reach: int) -> Iterator[int]:
    """Give what a heading calls untrue: "HOAX! tawuran di pasar", "awas hoaks, katanya ada penculikan"."""
    tokens = plain.tokens
    heads = hit.first <= _HEADING_WORDS and tokens[hit.first] == "hoaks"
    if heads and not _AFTER_A_HEADING.isdisjoint(tokens[hit.last + 1 : hit.last + 2]):
        yield from range(hit.last + 2, min(len(tokens), hit.last + 2 + reach))


def _past(hit: Hit, plain: Plain) -> Iterator[int]:
    """Give what was long ago: the sentence, but for a part of it that tells of today, or of what came of it."""
    of = plain.clauses
    begin = next((at + 1 for at in range(hit.first - 1, -1, -1) if of[at] != of[hit.first]), 0)
    is_why = not _WHY.isdisjoint(plain.tokens[begin : hit.first])
    opens = not hit.first or plain.sentences[hit.first - 1] != plain.sentences[hit.first]
    active = opens and plain.tokens[hit.first].startswith("me")  # "mengenang X, mahasiswa bentrok": they do now
    recalled = not active and not plain.lists.recalls.isdisjoint(plain.tokens[begin : hit.last + 1])
    clause = of[hit.last]
    kept = (
        hit.first > 0 and plain.tokens[hit.first - 1] in plain.lists.kept_of_the_past
    )  # "diskusi buku sejarah | dibubarkan ormas"
    for at in tokens_after(hit.last, PAST_REACH, plain.sentences):
        if kept and plain.tokens[at].startswith("di") and len(plain.tokens[at]) >= LEAST_PASSIVE:
            return
        if of[at] != clause:
            clause = of[at]
            if not recalled and (is_why or active or _tells_of_today(plain, at)) and not _is_aftermath(plain, at):
                return
        yield at


def _tells_of_today(plain: Plain, first: int) -> bool:
    """Say whether a clause names an hour of today or of the night before."""
    told = plain.tokens[first : _end(plain.clauses, first)]
    return not _NOW.isdisjoint(told) or any(
        part in _PART_OF_NOW and after in {"ini", "iki"} for part, after in pairwise(told)
    )


def _is_aftermath(plain: Plain, first: int) -> bool:
    """Say whether what is left of a sentence tells of police, courts or prayers, which speak of what is past."""
    return not plain.lists.aftermath.isdisjoint(plain.tokens[first : _end(plain.sentences, first)])


def _end(numbering: Sequence[int], first: int) -> int:
    """Give the token behind the last of a clause or a sentence."""
    return next((at for at in range(first, len(numbering)) if numbering[at] != numbering[first]), len(numbering))


def _until_done_to(reached: Iterator[int], plain: Plain) -> Iterator[int]:
    """Stop before the passive verb of the sentence: "petugas yang mau memutus listrik | dipukul"."""
    acted = False
    for at in reached:
        word = plain.tokens[at]
        if acted and word.startswith("di") and len(word) >= LEAST_PASSIVE:
            return
        acted = acted or word.startswith("me")
        yield at


def _through_death(reached: Iterator[int], plain: Plain) -> Iterator[int]:
    """Stop behind a death: "nyaris tewas | dikeroyok", who was beaten."""
    for at in reached:
        yield at
        if plain.tokens[at] in plain.lists.dead:
            return


def tokens_before(first: int, reach: int, numbering: Sequence[int]) -> Iterator[int]:
    """Give so many tokens before one, nearest first, of its own clause or sentence as `numbering` has them."""
    for at in range(first - 1, max(-1, first - 1 - reach), -1):
        if numbering[at] != numbering[first]:
            return
        yield at


def _denied(hit: Hit, plain: Plain, cut: Clauses, predicates: Collection[int]) -> Iterator[int]:
    """Give what a negator denies: its own predicate, or all that follows "tidak ada"."""
    tokens = plain.tokens
    after = tokens[hit.last + 1] if hit.last + 1 < len(tokens) else ""
    if after in _ONLY:
        return
    said = tokens[hit.first : hit.last + 1]
    if after in _EXISTENTIAL or not _EXISTENTIAL.isdisjoint(said) or not _WHOLE.isdisjoint(said):
        yield from tokens_after(hit.last, EXISTENTIAL_REACH, cut.of)
        return
    for at in tokens_after(hit.last, OWN_REACH, plain.clauses):
        yield at
        of_dead = tokens[at] == "korban" and at + 1 in predicates  # "belum ada korban tewas"
        counted = _numbers(tokens, at) and _is_corrected(plain, at, predicates)
        if not of_dead and (at in predicates or not (tokens[at] in _LIGHT or counted)):
            return


def _alleged(hit: Hit, plain: Plain, cut: Clauses) -> Iterator[int]:
    """Give what somebody is said to have done; "dikira begal digebuki": who is beaten is beaten."""
    for at in tokens_after(hit.last, ALLEGED_REACH, cut.narrow):
        if plain.tokens[at].startswith("di"):
            return
        yield at


def _meant_for(hit: Hit, plain: Plain, cut: Clauses, predicates: Collection[int]) -> Iterator[int]:
    """Give what "untuk" says is meant: the verb behind it; "untuk kilang menggeruduk kantor" plans no raid."""
    for at in tokens_after(hit.last, OWN_REACH, cut.narrow):
        if at in predicates:
            yield at
        if at in predicates or plain.tokens[at] not in _LIGHT:
            return


def _called_untrue(plain: Plain, hit: Hit) -> Iterator[int]:
    """Give what a sentence says before it calls it a hoax; a clash caused by a hoax is real."""
    tokens = plain.tokens
    if tokens[hit.last] not in _UNTRUE or (hit.first and tokens[hit.first - 1] in _CAUSED_BY):
        return
    yield from tokens_before(hit.first, _SECOND_HALF, plain.sentences)


def _numbers(tokens: Sequence[str], at: int) -> bool:
    """Tell the number, or who is numbered, in "bukan tiga orang tewas"."""
    return is_number(tokens[at]) or (at > 0 and tokens[at] in _PERSONS and is_number(tokens[at - 1]))


def _is_corrected(plain: Plain, first: int, predicates: Collection[int]) -> bool:
    """Say whether the same is told again with another number: "bukan tiga tewas tapi satu tewas"."""
    tokens, end = plain.tokens, _end(plain.sentences, first)
    turn = next((at for at in range(first, end) if tokens[at] in _INSTEAD), end)
    denied = {tokens[at] for at in range(first, turn) if at in predicates}
    return any(tokens[at] in denied for at in range(turn, end))


def _counts(tokens: Sequence[str], at: int) -> bool:
    """Tell "hampir dua jam" from "hampir bentrok"."""
    word = tokens[at] if at < len(tokens) else ""
    return word[:1].isdigit() or word in _COUNTS
