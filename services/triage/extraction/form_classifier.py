"""Say what is happening: one form, done or ahead, or nothing at all. Pure.

Words that are denied, feared, planned, prevented or long past do not count as done; where nothing is done, what is
planned gives the form. When several things are done the gravest that fits decides, with the rules of thumb below.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from schemas.assessment import Span
from services.triage.text.assertion import AHEAD, BACKGROUND, DENIED, HOAX, NEAR, NEGATED
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain
from services.triage.text.word_sense import not_meant

VIOLENT = frozenset(
    ["TEROR", "KERUSUHAN", "HAKIM-MASSA", "PEMBAKARAN", "BENTROK", "PENGEROYOKAN", "PERKELAHIAN", "PERUSAKAN"]
)
GROUP = frozenset(["TEROR", "KERUSUHAN", "HAKIM-MASSA", "BENTROK", "PENGEROYOKAN"])
ASSEMBLY = frozenset(["UNRAS", "KONVOI"])
STRONG = 4.0
FIRST_SENTENCE = 1.5
_BRAWL = ("BENTROK", "PENGEROYOKAN", "PERKELAHIAN")
_AFTER_BRAWL = ("SWEEPING", "PEMBUBARAN", "BLOKADE", "SEGEL", "UNRAS", "KONVOI", "INTIMIDASI", "AJAKAN")
_TWO_SIDES = frozenset(
    [
        "dua kelompok",
        "dua kubu",
        "dua geng",
        "kedua kelompok",
        "kedua kubu",
        "antar kelompok",
        "antar kampung",
        "antar desa",
        "antar pemuda",
        "antar warga",
    ]
)
_MOB = frozenset(["HAKIM-MASSA", "BENTROK", "KERUSUHAN"])
_REFUSED = frozenset(
    ["menolak", "anti", "menangkal", "melawan", "memerangi", "mencegah", "percaya", "terprovokasi", "tangkal"]
)
_TOLD_OF = frozenset(["AJAKAN", "KONVOI", "UNRAS"])
_THIEVES = frozenset(
    ["maling", "pencuri", "copet", "begal", "jambret", "penjambret", "curanmor", "rampok", "dukun", "mencuri"]
)
_BEATEN = frozenset(["ditampari", "digebuki", "dihajar", "dikeroyok", "dipukuli", "dipukul", "ditelanjangi", "bonyok"])
_MANY = frozenset(["warga", "massa", "masa", "ramai"])
_SIDES = ("antar", "dua", "kubu", "geng", "kelompok")
_CALLS = frozenset(["gather", "ultimatum", "violence"])
_RACIST = frozenset(["sara", "rasis", "kafir"])
_PHRASE = 2  # longer hits are two words with others between: either may be denied
_UNTRUE = frozenset(["hoaks", "bohong", "palsu", "fitnah"])
_MILD = frozenset(["KETEGANGAN", "PELANGGARAN"])
_GATHERING = frozenset(["UNRAS", "KONVOI", "BLOKADE", "SEGEL"])
_MASS = ("UNRAS", "KONVOI", "BLOKADE", "SEGEL", "SWEEPING", "PEMBUBARAN", "AJAKAN", "HOAKS")
_MISHAPS = frozenset(["accident", "disaster", "crime"])
_ANGRY = frozenset(
    """
    blokir memblokir diblokir pemblokiran blokade memblokade diblokade hadang menghadang unjuk demo berdemo demonstrasi
    segel menyegel disegel geruduk menggeruduk digeruduk
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_THREATENED = ("dianc", "diter", "diinti", "menganc", "mengint", "meneror")
_NOT_YET = frozenset(
    """
    akan bakal hendak rencana berencana khawatir dikhawatirkan takut bisa kalau bila jika apabila agar supaya jangan
    tidak mencegah cegah antisipasi potensi rawan
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_STOPPED = frozenset(["mencegat", "dicegat"])
_KIN = frozenset(["istrinya", "suaminya"])
_ALONG = frozenset(["bersama", "dan", "dengan", "serta"])
BENIGN_WEIGHT = {
    "accident": 5.0, "disaster": 5.0, "ceremony": 3.0, "sport": 4.0, "crime": 2.5, "prevention": 4.0, "nil": 5.0,
}  # fmt: skip


@dataclass(slots=True)
class Happening:
    """What a text says is going on."""

    form: str
    conflict: bool
    ahead: bool = False  # planned or feared, not done
    near: bool = False
    spans: tuple[Span, ...] = ()
    violence: bool = False
    group: bool = False
    clash_at_protest: bool = False
    benign: str | None = None
    benign_spans: tuple[Span, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Tally:
    done: dict[str, float] = field(default_factory=dict)
    strong: dict[str, float] = field(default_factory=dict)  # of `done`, from strong words only
    ahead: dict[str, float] = field(default_factory=dict)
    hoax: dict[str, float] = field(default_factory=dict)
    past: dict[str, float] = field(default_factory=dict)
    spans: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    benign: dict[str, float] = field(default_factory=dict)
    benign_at: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    mob: bool = False  # many against one or against each other: never plain crime
    contentious: bool = False  # a call, or a word of "us and them"
    feared: bool = False  # places or days called "rawan"
    angry: bool = False  # a road blocked, an office besieged: people answer with it to an accident
    bomb: bool = False  # more is said of terror than the word "bom"


def read(
    plain: Plain, hits: Sequence[Hit], marks: Sequence[int], not_burned: frozenset[int], no_bomb: frozenset[int]
) -> Happening:
    """Say what is happening in a report; `not_burned` and `no_bomb` are tokens that name no fire, no bomb."""
    tally = _count(plain, hits, marks, {"PEMBAKARAN": not_burned, "TEROR": not_burned | no_bomb})
    form = _done(plain, tally)
    ahead = False
    if form is None or form in _MILD:
        planned = _planned(tally)
        if form is None or planned in _GATHERING:
            form, ahead = planned, planned is not None
    if form is None and not tally.benign and tally.contentious:
        form = "KETEGANGAN"
    benign = max(tally.benign, key=lambda kind: tally.benign[kind], default=None)
    conflict = _is_conflict(form, ahead, tally, benign)
    if not conflict:
        at = tally.benign_at.get(benign or "", [])
        spans = tuple(plain.span(first, last) for first, last in at[:3])
        return Happening("NIHIL", conflict=False, benign=benign, benign_spans=spans, scores=tally.done)
    form = form or "KETEGANGAN"
    at = tally.spans.get(form, [])
    spans = tuple(dict.fromkeys(plain.span(first, last) for first, last in at))[:4]
    violence = not ahead and (form in VIOLENT or any(tally.strong.get(name, 0) for name in VIOLENT))
    if form == "HOAKS":
        violence = False
    done = tally.done
    return Happening(
        form,
        conflict=True,
        ahead=ahead,
        spans=spans,
        violence=violence,
        group=violence and form in GROUP,
        clash_at_protest=not ahead
        and form in {"UNRAS", "BLOKADE"}
        and bool(done.get("PERKELAHIAN") or done.get("PENGEROYOKAN")),
        benign=benign,
        scores=done,
    )


def _count(plain: Plain, hits: Sequence[Hit], marks: Sequence[int], unmeant: dict[str, frozenset[int]]) -> _Tally:  # noqa: C901, PLR0912 - cases, in order
    tally = _Tally()
    seen: set[tuple[str, int]] = set()
    untrue = not _UNTRUE.isdisjoint(plain.tokens)
    for hit in hits:
        for tag in hit.tags:
            if tag.section == "form":
                if (tag.key, hit.last) in seen or hit.first in unmeant.get(tag.key, ()):
                    continue
                seen.add((tag.key, hit.last))
                if not_meant(plain.tokens, hit, tag.key):
                    continue
                if plain.tokens[hit.last].startswith("rawan") or plain.tokens[hit.first].startswith("rawan"):
                    tally.feared = True
                weight = tag.weight * (FIRST_SENTENCE if plain.sentences[hit.first] == 0 else 1.0)
                mark = marks[hit.first] | (marks[hit.last] if hit.last - hit.first > _PHRASE else 0)
                if tag.key == "HOAKS":  # the word itself is what it says; only refusing it is no news of one
                    mark = NEGATED if _REFUSED & set(plain.tokens[max(0, hit.first - 5) : hit.first]) else 0
                if tag.key in _TOLD_OF and not untrue:
                    mark &= ~HOAX  # "beredar ajakan ...": passed on, not denied
                if tag.key == "INTIMIDASI" and mark & AHEAD and _is_threat(plain.tokens, hit):
                    mark &= ~AHEAD
                if mark & NEGATED and not (mark & AHEAD and tag.key == "KONVOI"):
                    continue
                if mark & HOAX:
                    table = tally.hoax
                elif mark & AHEAD:
                    table = tally.ahead
                elif mark & BACKGROUND:
                    table = tally.past
                else:
                    table = tally.done
                    tally.mob = tally.mob or tag.key in _MOB or "eroyok" in plain.tokens[hit.first]
                    tally.angry = tally.angry or plain.tokens[hit.first] in _ANGRY
                    tally.bomb = tally.bomb or (
                        tag.key == "TEROR" and plain.tokens[hit.first : hit.last + 1] != ["bom"]
                    )
                    if tag.weight >= STRONG:
                        tally.strong[tag.key] = tally.strong.get(tag.key, 0.0) + weight
                table[tag.key] = table.get(tag.key, 0.0) + weight
                tally.spans.setdefault(tag.key, []).append((hit.first, hit.last))
            elif tag.section in {"call", "trigger"}:
                sides = tag.key == "group" and plain.tokens[hit.first].startswith(_SIDES)
                if (sides or tag.key in _CALLS or plain.tokens[hit.first] in _RACIST) and not marks[hit.first] & DENIED:
                    tally.contentious = True
            elif tag.section == "benign":
                if (tag.key, hit.last) in seen or _is_companion(plain.tokens, hit):
                    continue
                if tag.key in _MISHAPS and marks[hit.first] & (NEAR | NEGATED):
                    continue
                seen.add((tag.key, hit.last))
                weight = BENIGN_WEIGHT[tag.key] * (FIRST_SENTENCE if plain.sentences[hit.first] == 0 else 1.0)
                tally.benign[tag.key] = tally.benign.get(tag.key, 0.0) + weight
                tally.benign_at.setdefault(tag.key, []).append((hit.first, hit.last))
    return tally


def _is_threat(tokens: Sequence[str], hit: Hit) -> bool:
    """Tell a threat made, "diancam dibunuh kalau melapor", from one that is feared; what it threatens lies ahead."""
    return tokens[hit.first].startswith(_THREATENED) and _NOT_YET.isdisjoint(tokens[max(0, hit.first - 4) : hit.first])


def _is_companion(tokens: Sequence[str], hit: Hit) -> bool:
    """Tell "bersama istrinya memukul tetangga" from a quarrel of husband and wife."""
    return hit.first > 0 and tokens[hit.first] in _KIN and tokens[hit.first - 1] in _ALONG


def _done(plain: Plain, tally: _Tally) -> str | None:  # noqa: C901, PLR0911, PLR0912 - cases, in order
    """Give the form of what is told as done; None where nothing is."""
    done, strong = tally.done, tally.strong
    protest = strong.get("UNRAS", 0.0) + strong.get("BLOKADE", 0.0) + strong.get("SEGEL", 0.0)
    if done.get("HOAKS", 0) >= STRONG and not _graver_than_hoax(tally):
        called = strong.get("AJAKAN", 0.0) and not _UNTRUE & set(plain.tokens)
        return "AJAKAN" if called else "HOAKS"
    if strong.get("TEROR") and (tally.bomb or not strong.get("BENTROK")):
        return "TEROR"
    words = set(plain.tokens)
    if strong.get("HAKIM-MASSA") or (
        done.get("PENGEROYOKAN") and words & _THIEVES and words & _BEATEN and words & _MANY
    ):
        return "HAKIM-MASSA"
    if strong.get("KERUSUHAN"):
        return "KERUSUHAN"
    if strong.get("PEMBAKARAN"):
        return "PEMBAKARAN"
    held = done.get("PENYANDERAAN", 0.0) and "massa" in plain.tokens and not strong.get("INTIMIDASI")
    if strong.get("PENYANDERAAN") or held:
        return "PENYANDERAAN"
    brawl = {name: strong.get(name, 0.0) for name in _BRAWL}
    if any(brawl.values()) and _TWO_SIDES & {f"{a} {b}" for a, b in pairwise(plain.tokens)}:
        brawl["BENTROK"] += 3.0
    if not protest:
        brawl = {name: max(brawl[name], done.get(name, 0.0)) for name in _BRAWL}
        if not strong.get("BENTROK"):
            brawl["BENTROK"] = 0.0
    best = max(brawl, key=lambda name: brawl[name])
    if brawl[best] and done.get("TEROR") and tally.bomb:
        return "TEROR"  # an exchange of fire with terror suspects
    if brawl[best]:
        if best == "PERKELAHIAN" and brawl[best] < STRONG and strong.get("PERUSAKAN"):
            return "PERUSAKAN"
        return best
    if strong.get("PERUSAKAN", 0) > strong.get("PEMBUBARAN", 0):
        return "PERUSAKAN"
    if strong.get("PEMBUBARAN") and strong.get("UNRAS"):
        return "UNRAS"
    for name in _AFTER_BRAWL:
        if done.get(name, 0.0) >= STRONG:
            if name == "BLOKADE" and done.get("INTIMIDASI", 0.0) >= done[name] and _stops_persons(plain, tally):
                return "INTIMIDASI"
            if name == "SWEEPING" and _within(tally, "SWEEPING", "UNRAS"):
                return "UNRAS"  # "menggeruduk kantor"
            closed = name == "BLOKADE" and done.get("SEGEL", 0.0) >= max(STRONG, done[name])
            return "SEGEL" if closed else name
    if done.get("UNRAS"):
        return "UNRAS"
    if done.get("TEROR"):
        return "TEROR"
    if done.get("KERUSUHAN"):
        return "KERUSUHAN"  # tear gas, and no word of what it was fired at
    if done.get("PELANGGARAN", 0) >= STRONG and done.get("KETEGANGAN", 0) < 2 * STRONG:
        return "PELANGGARAN"
    if done.get("PERUSAKAN") or done.get("KETEGANGAN", 0) >= STRONG or done.get("PELANGGARAN"):
        return "KETEGANGAN"
    return None


def _stops_persons(plain: Plain, tally: _Tally) -> bool:
    """Tell "mencegat pemotor dan merampas motornya" from a road that was closed."""
    return all(plain.tokens[at] in _STOPPED for at, _ in tally.spans.get("BLOKADE", ()))


def _within(tally: _Tally, name: str, other: str) -> bool:
    """Tell whether every word of one form is part of a longer phrase of another."""
    longer = tally.spans.get(other, ())
    return bool(longer) and all(
        any(first <= at <= last for first, last in longer) for at, _ in tally.spans.get(name, ())
    )


def _graver_than_hoax(tally: _Tally) -> bool:
    return any(
        tally.strong.get(name)
        for name in (*VIOLENT, "BLOKADE", "SEGEL", "UNRAS", "PENYANDERAAN", "SWEEPING", "PEMBUBARAN", "KONVOI")
    )


def _planned(tally: _Tally) -> str | None:
    """Give the form of what is only planned, feared or forbidden."""
    ahead = tally.ahead
    for name in ("UNRAS", "KONVOI", "BLOKADE", "SEGEL", "AJAKAN", "SWEEPING", "PEMBUBARAN"):
        if ahead.get(name, 0) >= STRONG:
            return name
    if any(ahead.get(name) for name in (*VIOLENT, "INTIMIDASI", "KETEGANGAN", "PENYANDERAAN")):
        return "KETEGANGAN"
    if tally.hoax:
        return "HOAKS"
    return None


def _is_conflict(form: str | None, ahead: bool, tally: _Tally, benign: str | None) -> bool:  # noqa: FBT001, PLR0911
    """Tell conflict from accidents, ceremonies, sport, plain crime and talk about keeping the peace."""
    if form is None:
        return False
    strong = tally.strong
    if form == "HAKIM-MASSA" and not ahead:
        return True
    brawl = tally.done.get("PERKELAHIAN", 0.0) + tally.done.get("PENGEROYOKAN", 0.0)
    violent = sum(strong.get(name, 0.0) for name in VIOLENT - {"PERKELAHIAN", "PENGEROYOKAN"}) + brawl
    active = violent + sum(strong.get(name, 0.0) for name in (*_AFTER_BRAWL, "PENYANDERAAN", "HOAKS"))
    total_benign = sum(tally.benign.values())
    if not total_benign:
        return True
    if not ahead and active:
        if benign in {"accident", "disaster"} and not violent:
            return tally.angry or active >= total_benign
        if benign == "crime" and not tally.mob and not any(strong.get(name) for name in _MASS):
            return violent >= total_benign
        return violent > 0 or active * 2 >= total_benign
    if ahead:
        likely = sum(tally.ahead.values()) + sum(tally.done.values())
        if benign in {"prevention", "ceremony", "sport", "nil", "accident", "disaster"}:
            return likely >= 2 * total_benign or (form in ASSEMBLY and likely >= total_benign)
        return True
    soft = tally.done.get("KETEGANGAN", 0.0) + tally.done.get("PELANGGARAN", 0.0) + tally.done.get("UNRAS", 0.0)
    return soft >= total_benign or (tally.feared and benign in {"prevention", "ceremony"})
