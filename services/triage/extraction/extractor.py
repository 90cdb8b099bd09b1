"""Read what a report says: the words found, what is asserted, the facts with their spans. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.assessment import Span
from services.triage.extraction import form_classifier as forms
from services.triage.extraction.casualties import FactsReader
from services.triage.extraction.form_classifier import Happening
from services.triage.text.assertion import AHEAD, BACKGROUND, DENIED, HOAX, statuses
from services.triage.text.counted_people import People
from services.triage.text.lexicon import Hit
from services.triage.text.normalise import Plain

_DAMAGE_KIND = {
    "burned": "burned",
    "worship": "house",
    "vital": "house",
    "house": "house",
    "fleeing": "house",
    "light": "light",
}
_DAMAGE_RANK = ("burned", "worship", "vital", "house", "fleeing", "light")
_CALL_RANK = ("violence", "ultimatum", "gather", "rumour")
_SETTLED = frozenset(
    ["berdamai", "sepakat damai", "damai secara kekeluargaan", "secara kekeluargaan", "mufakat", "islah", "disepakati",
     "mencapai kesepakatan", "kesepakatan damai", "saling memaafkan", "dilepaskan", "berakhir damai", "dibuka kembali",
     "menandatangani kesepakatan", "rukun kembali"]
)  # fmt: skip
_MASS_WORDS = frozenset(
    ["tawuran", "massa", "kumpul", "berkumpul", "grup", "rombongan", "ramai", "konvoi", "perang", "semua"]
)
_STILL_WEAK = frozenset(["masih", "sedang", "kian", "semakin", "makin", "berkumpul", "saat ini", "sekarang"])
_NOW = frozenset(["saat ini", "sekarang"])
_SARA_SAID = frozenset(["sara", "rasis", "suku", "etnis", "ras", "kafir", "pribumi"])
# "Mengancam dengan celurit": what is threatened lies ahead, the weapon is there.
_BORNE = frozenset(
    """
    dengan pakai memakai menggunakan bawa membawa menodongkan mengacungkan menghunus mengalungkan bersenjata
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_SECTIONS = ("weapon", "damage", "trigger", "call", "stage", "accused", "party", "casualty")


@dataclass(slots=True)
class Reading:
    """Everything the judgement needs to know from the words."""

    happening: Happening
    people: People
    marks: list[int]
    weapons: set[str] = field(default_factory=set)
    weapon_spans: tuple[Span, ...] = ()
    damage: set[str] = field(default_factory=set)
    damage_kind: str | None = None
    damage_spans: tuple[Span, ...] = ()
    trigger: str | None = None
    says_sara: bool = False
    sara_spans: tuple[Span, ...] = ()
    group_spans: tuple[Span, ...] = ()
    call: str | None = None
    call_spans: tuple[Span, ...] = ()
    massed: bool = False  # the call is to many: to a gathering or a brawl
    resident_spans: tuple[Span, ...] = ()  # "warga": the people of the place
    still: bool = False
    still_spans: tuple[Span, ...] = ()
    settled: bool = False
    calmed: bool = False
    attacked: bool = False  # somebody was wounded by another's hand
    parties: frozenset[str] = frozenset()
    accused: tuple[str, ...] = ()


def read(plain: Plain, hits: Sequence[Hit]) -> Reading:
    """Read one report from its words."""
    marks = statuses(plain, hits)
    sorted_out: dict[str, list[tuple[Hit, str]]] = {section: [] for section in _SECTIONS}
    for hit in hits:
        for tag in hit.tags:
            if (found := sorted_out.get(tag.section)) is not None:
                found.append((hit, tag.key))
    not_burned = _covered(sorted_out["damage"], "not_burned")
    no_bomb = _covered(sorted_out["damage"], "no_bomb")
    happening = forms.read(plain, hits, marks, not_burned, no_bomb)
    people = FactsReader(plain, hits, marks).read()
    reading = Reading(happening, people, marks)
    _weapons(reading, plain, sorted_out["weapon"])
    _damage(reading, plain, sorted_out["damage"], not_burned)
    _triggers(reading, plain, sorted_out["trigger"])
    _calls(reading, plain, sorted_out["call"])
    reading.massed = not _MASS_WORDS.isdisjoint(plain.tokens)
    if "warga" in plain.tokens:
        at = plain.tokens.index("warga")
        reading.resident_spans = (plain.span(at, at),)
    _course(reading, plain, sorted_out["stage"])
    reading.parties = frozenset(" ".join(plain.tokens[hit.first : hit.last + 1]) for hit, _ in sorted_out["party"])
    reading.accused = tuple(sorted({key for hit, key in sorted_out["accused"] if not marks[hit.first] & DENIED}))
    return reading


def _covered(found: list[tuple[Hit, str]], kind: str) -> frozenset[int]:
    """Give the tokens of the phrases of a kind."""
    return frozenset(at for hit, key in found if key == kind for at in range(hit.first, hit.last + 1))


def _weapons(reading: Reading, plain: Plain, found: list[tuple[Hit, str]]) -> None:
    """Keep the weapons told as present; "kayu" and "sarung" only where something was done with them."""
    spans: list[Span] = []
    unarmed = _covered(found, "no_weapon")
    for hit, key in found:
        mark = reading.marks[hit.first]
        if hit.first in unarmed:  # "tembakan peringatan" is the police's, "palu arit" a symbol
            continue
        threat = reading.happening.form == "INTIMIDASI" and plain.tokens[max(0, hit.first - 1)] in _BORNE
        if mark & (DENIED | BACKGROUND) or (mark & AHEAD and not (reading.happening.near or threat)):
            continue
        if key in {"wood", "stones", "fists", "fireworks"} and not reading.happening.violence:
            continue
        if key == "explosives" and plain.tokens[hit.first : hit.first + 2] == ["bom", "molotov"]:
            continue
        if key in {"explosives", "firearms"} and not reading.happening.conflict:
            continue
        reading.weapons.add(key)
        spans.append(plain.span(hit.first, hit.last))
    reading.weapon_spans = tuple(dict.fromkeys(spans))[:4]
    reading.attacked = reading.happening.violence


def _damage(reading: Reading, plain: Plain, found: list[tuple[Hit, str]], not_burned: frozenset[int]) -> None:
    if not reading.happening.violence and reading.happening.form not in {
        "BLOKADE",
        "UNRAS",
        "SWEEPING",
        "PEMBUBARAN",
        "SEGEL",
    }:
        return
    spans: list[Span] = []
    for hit, key in found:
        if key in {"not_burned", "no_bomb"} or (key == "burned" and hit.first in not_burned):
            continue
        if reading.marks[hit.first] & (DENIED | AHEAD | BACKGROUND) or reading.marks[hit.last] & DENIED:
            continue
        reading.damage.add(key)
        spans.append(plain.span(hit.first, hit.last))
    reading.damage_spans = tuple(dict.fromkeys(spans))[:4]
    worst = next((kind for kind in _DAMAGE_RANK if kind in reading.damage), None)
    reading.damage_kind = _DAMAGE_KIND[worst] if worst else None


def _triggers(reading: Reading, plain: Plain, found: list[tuple[Hit, str]]) -> None:
    sara: list[Span] = []
    group: list[Span] = []
    for hit, key in found:
        if reading.marks[hit.first] & DENIED and not reading.marks[hit.first] & HOAX:
            continue
        span = plain.span(hit.first, hit.last)
        if key == "sara":
            sara.append(span)
            if plain.tokens[hit.first] in _SARA_SAID:
                reading.says_sara = True
        else:
            group.append(span)
    reading.sara_spans = tuple(dict.fromkeys(sara))[:3]
    reading.group_spans = tuple(dict.fromkeys(group))[:3]
    reading.trigger = "sara" if reading.says_sara else "group" if group else None


def _calls(reading: Reading, plain: Plain, found: list[tuple[Hit, str]]) -> None:
    spans: dict[str, list[Span]] = {}
    for hit, key in found:
        if reading.marks[hit.first] & 3 and key != "rumour":  # denied or prevented
            continue
        if key == "violence" and reading.marks[hit.first] & BACKGROUND:
            continue
        spans.setdefault(key, []).append(plain.span(hit.first, hit.last))
    for kind in _CALL_RANK:
        if kind in spans:
            reading.call = kind
            reading.call_spans = tuple(dict.fromkeys(spans[kind]))[:3]
            return


def _right_before(plain: Plain, hit: Hit, happening: Happening) -> bool:
    """Say whether "sekarang" stands right before the deed: "sekarang bentrok", not "sekarang sudah kondusif"."""
    following = range(hit.last + 1, min(len(plain.tokens), hit.last + 3))
    starts = {plain.span(at, at)[0] for at in following if plain.clauses[at] == plain.clauses[hit.last]}
    return any(start in starts for start, _ in happening.spans)


def _course(reading: Reading, plain: Plain, found: list[tuple[Hit, str]]) -> None:
    weak: list[Span] = []
    strong: list[Span] = []
    for hit, key in found:
        words = " ".join(plain.tokens[hit.first : hit.last + 1])
        denied = reading.marks[hit.first] & DENIED
        if key == "ongoing" and not denied:
            vague = words in _STILL_WEAK and not (words in _NOW and _right_before(plain, hit, reading.happening))
            (weak if vague else strong).append(plain.span(hit.first, hit.last))
        elif key == "resolved" and not denied and not reading.marks[hit.first] & AHEAD:
            reading.calmed = True
            if words in _SETTLED:
                reading.settled = True
    quiet_form = reading.happening.form in {
        "KETEGANGAN",
        "PELANGGARAN",
        "INTIMIDASI",
        "UNRAS",
        "BLOKADE",
        "SEGEL",
        "AJAKAN",
        "KONVOI",
        "HOAKS",
    }
    reading.still = bool(strong) or (bool(weak) and quiet_form)
    reading.still_spans = tuple(dict.fromkeys(strong + weak))[:2]
