"""Weigh what agrees and what contradicts between a report and an open incident, in points with reasons. Pure.

Text alone does not separate two incidents of a kind: day, place, nature and parties do, rare shared words help. Each
function gives the points of one aspect and adds its reason, a code with values (`schemas.words.explanations`).
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from math import fsum
from typing import Any

from schemas.words.explanations import reason
from services.policy.geography import kecamatan_code
from services.triage.correlation.features import Candidate
from services.triage.correlation.tellings import FOLLOWING, Telling

HOUR, DAY = 3_600, 86_400
APART = 3 * HOUR  # clock times further apart are two events of one night
CONTRADICTED = -20.0  # outweighs everything else
SAME_DESA = 3.0
PUT_RIGHT = 2.4  # points of another desa of the kecamatan that a correction names
SAME_SPOT = 2.2  # points of a market, a bridge, a crossroads of one kecamatan that both name
NAMED, NAMED_AFTER = 2.0, 2.7  # points of the incident's desa named beside no place, and by a follow-up
ELSEWHERE = 0.0  # points of a place outside where only what came of it happened
LEAST_PLACE = 1.5  # points of place below which nothing is beyond doubt on its own
ALIKE = -0.1  # below 0: never the same beyond doubt
DISPUTES = frozenset({"tension", "talk"})  # kinds without a deed: a dispute that goes on
NO_ISSUE = "LLN"
MOVING = "convoy"  # the kind of form that has no one place
MOVES_WITHIN = HOUR  # between two sightings of one convoy in two kecamatan
_ON_THE_WAY = re.compile(
    r" (?:(?:konvoi|rombongan|arak arakan|iring iringan|pesilat|massa) (?:\w+ ){0,2}(?:tadi|td|tsb|tersebut|itu|iku)"
    r"|(?:konvoi|rombongan|gerombolan|iring iringan) (?:\w+ ){0,3}"
    r"(?:masuk|mlebu|lewat|melintas|sampai|tekan|tiba|menuju)"
    r"|mereka (?:\w+ )?(?:sekarang|skrg|saiki|sudah|sdh|masuk|lewat|menuju|di|ke)"
    r"|(?:sudah|sdh|wis|wes|telah|baru|saiki|sekarang|skrg) (?:\w+ )?"
    r"(?:sampai|sampe|tekan|tiba|mlebu|masuk|melintas|lewat|nyampe)"
    r"|(?:lanjut|bergeser|bergerak|menuju|terus) (?:ke |nang |arah )?) "
)
BRIEF = frozenset({"clash", "damage"})  # over in an hour or two; a protest lasts the day
ANSWERS = 8  # days within which a retaliation or a second protest comes
LASTS = 3 * DAY  # what is closed, held or rumoured goes on for days
MOST_BY_WORDS = 3.0
CROWD_WORDS = frozenset({2, 10, 11, 20, 100, 1000})  # floors of "beberapa", "puluhan", ...: sharing one says little
# What one telling calls a brawl another calls damage: read from different words of the same event.
NEAR = {
    frozenset(pair)
    for pair in (
        ("clash", "damage"), ("clash", "convoy"), ("protest", "damage"), ("protest", "tension"), ("damage", "tension"),
        ("talk", "tension"), ("clash", "tension"), ("convoy", "damage"), ("talk", "clash"),
    )
}  # fmt: skip


# "bukan Soko tapi Rengel", "salah tulis lokasi", "TKP yang benar": a name, no abbreviation, after the denial.
_PLACE_PUT_RIGHT = re.compile(
    r" (?:[Bb]ukan|[Bb]kn|[Dd]udu) (?:(?:di|[Dd]s|[Dd]esa|[Kk]ec|[Kk]ecamatan|[Kk]el|[Dd]sn) )*(?P<name>[A-Z][a-z]+)"
    r"|(?i: (?:lokasi|tkp|tempat|desa|ds|kecamatan|kec) (?:kejadian )?(?:yang |yg |sing )?"
    r"(?:benar|sebenarnya|seharusnya) )"
    r"|(?i: salah (?:tulis |sebut |ketik )?(?:lokasi|tkp|tempat|desa|ds|kecamatan|kec|alamat) )"
)


class Reasons:
    """What agrees between two tellings, in the order found. Most pairs differ: only what is read later is written."""

    __slots__ = ("_given",)

    def __init__(self) -> None:
        self._given: list[tuple[Any, ...]] = []

    def give(self, *code_and_values: Any) -> None:
        """Add a code with its values, whatever `str` writes of them."""
        self._given.append(code_and_values)

    def take(self, others: "Reasons") -> None:
        """Add what others found, in their order."""
        self._given.extend(others)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """Give each code with its values."""
        return iter(self._given)

    def written(self) -> tuple[str, ...]:
        """Write them as they are kept."""
        return tuple(reason(*one) for one in self._given)


class _Rarest:
    """The four rarest of some words, by name."""

    __slots__ = ("_weights", "_words")

    def __init__(self, words: AbstractSet[str], weights: Mapping[str, float]) -> None:
        self._words, self._weights = words, weights

    def __str__(self) -> str:
        return ", ".join(sorted(self._words, key=lambda word: (-self._weights[word], word))[:4])


@lru_cache(maxsize=8)
def _set_of(words: tuple[str, ...]) -> frozenset[str]:
    """Give some words as a set; a report is compared with many incidents one after another."""
    return frozenset(words)


def by_place(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare the places: -20 to 3 points."""
    outside = bool(report.kabupaten and other.kabupaten and report.kabupaten != other.kabupaten)
    if not outside and report.desa and report.desa == other.desa:
        name = report.place_name or other.place_name or report.desa
        reasons.give("same_spot" if _is_landmark(report.desa) else "same_desa", name)
        return SAME_DESA
    talk = "talk" in {report.kind, other.kind}
    if not outside and talk and (report.kecamatan is not None or not _says(report, other)):
        return _talked_of(report, other)
    if not outside and report.kecamatan and other.kecamatan:
        return _in_kecamatan(report, other, reasons)
    if _says(report, other):  # "tersangka bentrok Sendang ditangkap di Bojonegoro"
        reasons.give("place_named_too")
        return NAMED_AFTER if report.telling in FOLLOWING and not (outside or talk) else NAMED
    return _outside(report) if outside else _unknown(report, other, reasons)


def _talked_of(report: Candidate, other: Candidate) -> float:
    """Compare two places of which one is where a thing was only talked of."""
    apart = report.kecamatan and other.kecamatan and report.kecamatan != other.kecamatan
    if apart and report.kind != other.kind:
        return ALIKE  # what was done is not where it was talked of: a person decides
    return 1.0  # what is talked of has no place of its own: each telling names where it was heard


def _outside(report: Candidate) -> float:
    """Compare with a place outside: who did it may be caught, or cared for, elsewhere."""
    return ELSEWHERE if report.telling == Telling.OUTCOME and report.desa is None else CONTRADICTED


def _says(report: Candidate, other: Candidate) -> bool:
    """Tell whether a follow-up says the name of the incident's desa, wherever the follow-up itself is placed."""
    moved = other.kind == MOVING and report.kecamatan is None
    known = other.desa is not None or (moved and other.kecamatan is not None)
    bare = report.desa is None and report.kecamatan in {None, other.kecamatan} and (other.desa or "")[:2].isdigit()
    return known and (bare or report.telling in FOLLOWING) and report.names(other.place_name)


def _unknown(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare two places of which one kecamatan at least is not known."""
    if report.maybe or other.maybe:
        return _maybe(report, other, reasons)
    return 0.5 if report.kecamatan is None and other.kecamatan is None else 0.0


def _in_kecamatan(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare two places whose kecamatan are known."""
    shared = _named_by_both(report, other)
    if report.kecamatan != other.kecamatan:
        if _puts_place_right(report):
            return 1.0  # the other place was the mistake
        return _in_two_kecamatan(report, other, reasons, shared=shared)
    apart = report.desa and other.desa and _is_landmark(report.desa) == _is_landmark(other.desa)
    if not apart:  # a landmark lies in a desa that the other telling names
        return _one_desa_at_most(report, other, reasons)
    if shared or _says(report, other):
        reasons.give("place_named_too")
        return 2.0
    otherwise = -0.5 if report.telling == Telling.CORRECTION else CONTRADICTED / 4
    return PUT_RIGHT if _puts_place_right(report) else otherwise


def _one_desa_at_most(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare two places of one kecamatan of which not both are desa."""
    if _names_desa(report, other):  # "dalmas diturunkan ke Mliwang"
        reasons.give("place_named_too")
        return NAMED_AFTER
    reasons.give("same_kecamatan")
    if report.desa is None and set(report.spots) & set(other.spots):
        return SAME_SPOT
    return 1.0 if _other_spot(report, other) else LEAST_PLACE


def _names_desa(report: Candidate, other: Candidate) -> bool:
    """Tell whether a report of the kecamatan says the name of the incident's desa, which is not the kecamatan's own."""
    known = report.desa is None and (other.desa or "")[:2].isdigit() and report.place_name != other.place_name
    return known and report.names(other.place_name)


def _puts_place_right(report: Candidate) -> bool:
    """Tell whether a correction is one of the place: "bukan Soko tapi Rengel", not "bukan Pagar Nusa tapi PSHT"."""
    said = _PLACE_PUT_RIGHT.search(report.said) if report.telling == Telling.CORRECTION else None
    return said is not None and not (said["name"] and said["name"].lower() in " ".join(report.parties))


def _in_two_kecamatan(report: Candidate, other: Candidate, reasons: Reasons, *, shared: bool) -> float:
    """Compare two kecamatan: what moves is at both, a mistaken one is called alike."""
    if shared and report.kind == other.kind == MOVING:
        reasons.give("place_named_too")
        return LEAST_PLACE
    if other.kind == MOVING and _moved_on(report, other):
        reasons.give("moved_on")
        return LEAST_PLACE
    if _called_alike(report, other) and report.telling not in FOLLOWING:
        return ALIKE  # two desa of one name, or one of the tellings is mistaken: a person decides
    return 0.5 if shared or _called_alike(report, other) else CONTRADICTED


def _moved_on(report: Candidate, other: Candidate) -> bool:
    """Tell whether a convoy says soon after that it has come further: "rombongan tadi sudah sampai Soko"."""
    soon = 0 <= (report.told or 0) - (other.told or 0) <= MOVES_WITHIN
    return soon and on_the_way(report)


def on_the_way(report: Candidate) -> bool:
    """Tell whether a report says that a group has come further."""
    return _ON_THE_WAY.search(report.said.lower()) is not None


def _other_spot(report: Candidate, other: Candidate) -> bool:
    """Tell whether one names a spot and no desa, the other another spot or a desa: "di pasar Soko", "di Bangunrejo"."""
    if report.telling in FOLLOWING or set(report.spots) & set(other.spots):
        return False
    pairs = ((report, other), (other, report))
    return any(one.desa is None and one.spots and (two.desa or two.spots) for one, two in pairs)


def _maybe(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare a place with those that the other telling leaves open, such as the desa of one name."""
    open_, known = (report, other) if report.maybe else (other, report)
    if known.desa in open_.maybe:
        reasons.give("called_alike", known.place_name)
        return 2.5
    if open_.maybe == (known.kecamatan,) and report.telling in FOLLOWING:
        reasons.give("maybe_kecamatan")
        return 2.0
    if known.kecamatan in {kecamatan_code(code) for code in open_.maybe}:
        reasons.give("maybe_kecamatan")
        return LEAST_PLACE
    return 0.0 if known.kecamatan is None else -1.0


def _named_by_both(report: Candidate, other: Candidate) -> bool:
    """Tell whether one names the other's place among its sites."""
    mine, theirs = report.desa or report.kecamatan, other.desa or other.kecamatan
    return mine in other.sites or theirs in report.sites


def _called_alike(report: Candidate, other: Candidate) -> bool:
    """Tell whether both name a desa by the same name, in two kecamatan: one of them is mistaken."""
    named = (report.desa and report.place_name, other.desa and other.place_name)
    return bool(named[0]) and named[0] == named[1]


def _is_landmark(code: str) -> bool:
    return not code[:2].isdigit() and "-" in code


def by_time(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare when they happened, or when they were told where nobody says: -20 to 2.5 points."""
    if report.telling in FOLLOWING:
        return _after(report, other, reasons)
    if report.telling in {Telling.ANSWER, Telling.AGAIN}:
        return _answers(report, other, reasons)
    if hours_apart(report, other):
        return CONTRADICTED
    if report.sure_day and other.sure_day:
        return _days_apart(report, other, reasons)
    return _told_apart(report, other, reasons)


def _days_apart(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare the days that both say."""
    gap = _gap(report, other)
    if gap < DAY // 2:
        reasons.give("same_time")
        return 2.0
    if gap <= DAY:
        reasons.give("day_apart")
        return 0.8
    if report.form == other.form and report.lasting and gap <= LASTS:
        return 0.5
    return CONTRADICTED / 4 - gap / DAY


def _answers(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Weigh how long after an incident comes what says that it answers one, or is one more."""
    mine, theirs = report.moment, other.told or other.moment
    if mine is None or theirs is None or mine < theirs - DAY:
        return 0.0
    for within, points in ((3 * HOUR, 2.4), (2 * DAY, 1.5), (ANSWERS * DAY, 0.8)):
        if mine - theirs <= within:
            reasons.give("goes_on")
            return points
    return -1.0


def _gap(report: Candidate, other: Candidate) -> int:
    """Give the seconds between two stretches of time; 0 where they overlap."""
    mine, theirs = (
        (report.start or 0, report.end or report.start or 0),
        (other.start or 0, other.end or other.start or 0),
    )
    return max(0, theirs[0] - mine[1], mine[0] - theirs[1])


def _told_apart(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    mine, theirs = report.moment, other.moment
    if mine is None or theirs is None:
        return 0.3
    gap = min(abs(mine - theirs), abs((report.told or mine) - (other.told or theirs)))
    if other.ahead and other.start is not None and other.end is not None:  # told before: is it now that it was to be?
        gap = max(0, other.start - mine, mine - other.end)
    brief = {report.kind, other.kind} <= BRIEF
    for within, points, words in (
        (HOUR, 2.4, "same_time"),
        (2 * HOUR, 2.0, "same_time"),
        (APART if brief else 8 * HOUR, 1.2, "near_time"),
    ):
        if gap <= within:
            reasons.give(words)
            return points
    lasts = report.lasting or other.lasting or not (report.conflict and other.conflict)
    if gap <= DAY and lasts:
        return 0.6
    if gap <= LASTS and report.kind in DISPUTES and report.issue == other.issue:
        return 0.6
    return -0.5 - gap / DAY / 7  # a report that says no time speaks of its own hour


def _after(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Weigh how long after the last telling a follow-up comes."""
    told, last = report.told or report.end, other.told or other.end
    if told is None or last is None:
        return 0.3
    if report.sure_day and other.sure_day and _gap(report, other) > 3 * DAY:
        return CONTRADICTED / 4
    if told < last - HOUR:
        return 0.3
    vague = "talk" not in {report.kind, other.kind} and report.desa != other.desa
    within_a_day = 1.7 if vague else 2.0  # a kecamatan has other incidents the next day
    for within, points in ((6 * HOUR, 2.5), (DAY + 6 * HOUR, within_a_day), (3 * DAY, 1.2), (7 * DAY, 0.2)):
        if told - last <= within:
            reasons.give("follow_up")
            return points
    return -1.5


def hours_apart(report: Candidate, other: Candidate) -> bool:
    """Tell whether both give an hour, and the hours are too far apart for one event."""
    if report.start is None or report.end is None or other.start is None or other.end is None:
        return False
    if report.end - report.start > HOUR or other.end - other.start > HOUR:  # no clock time was given
        return False
    return abs(report.start - other.start) > APART


def by_nature(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare issue and form: -1.5 to 2 points; a follow-up need not name the deed again."""
    points = 0.0
    both = report.conflict and other.conflict  # that two name no issue says nothing of a follow-up
    if report.issue == other.issue and (both or report.telling not in FOLLOWING):
        reasons.give("same_issue", report.issue)
        points += 0.8
    elif report.issue in (theirs := (other.issue, other.second)) or (
        report.second is not None and report.second in theirs
    ):
        points += 0.3
    if report.nil or other.nil or not report.conflict or not other.conflict:
        return points if report.telling in FOLLOWING or report.conflict == other.conflict else points - 0.8
    if report.form == other.form:
        reasons.give("same_form", report.form)
        return points + 1.0
    kinds = frozenset((report.kind or report.form, other.kind or other.form))
    if len(kinds) == 1:
        return points + 0.8
    if kinds in NEAR:
        return points + 0.2
    if report.telling == Telling.ANSWER:
        return points + 0.3  # who answers a brawl with a protest does something else, and names the brawl
    return points - (0.2 if report.telling in FOLLOWING else 1.2)


def by_actors(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare who did it: -2 where both name other kinds of people, 0.3 where both name the same."""
    if not report.actors or not other.actors:
        return 0.0
    if both := set(report.actors) & set(other.actors):
        reasons.give("same_actors", ", ".join(sorted(both)))
        return 0.3
    return 0.0 if report.telling in FOLLOWING else -2.0


def by_parties(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare the parties: -0.6 to 0.8 points."""
    if not report.parties or not other.parties:
        return 0.0
    if both := set(report.parties) & set(other.parties):
        reasons.give("same_parties", ", ".join(sorted(both)))
        return 0.8
    return 0.0 if report.telling in FOLLOWING else -0.6


def by_counts(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Compare people killed, hurt, gathered: up to 0.8 points."""
    points = 0.0
    for mine, theirs, what in (
        (report.killed, other.killed, "same_killed"),
        (report.injured, other.injured, "same_injured"),
        (report.crowd, other.crowd, "same_crowd"),
    ):
        if mine is None or theirs is None or not (mine[0] or theirs[0]):
            continue
        if mine[0] == theirs[0] and not (what == "same_crowd" and mine[0] in CROWD_WORDS):
            reasons.give(what, mine[0])
            points += 0.4
    return min(points, 0.8)


def by_source(report: Candidate, other: Candidate, reasons: Reasons) -> float:
    """Weigh that the same person told both: 0.5 points, 2 for a follow-up."""
    if not report.sources or set(report.sources).isdisjoint(other.sources):
        return 0.0
    reasons.give("same_source")
    return 2.0 if report.telling in FOLLOWING else 0.5


def by_words(
    report: Candidate, other: Candidate, weights: Mapping[str, float], unfamiliar: float, reasons: Reasons
) -> float:
    """Weigh the rare words in common: 0 to 3 points by their share of the shorter telling."""
    shared = _set_of(report.words).intersection(other.words)
    if not shared or shared.issubset(report.spots):  # "pasar": there is one in every kecamatan
        return 0.0
    smaller = min(len(report.words), len(other.words))
    if unfamiliar <= 0:
        return 0.0
    reasons.give("rare_words", _Rarest(shared, weights))
    weight = fsum(weights[word] for word in shared)  # the same in whatever order a process holds the words
    share = weight / (max(smaller, 5) * unfamiliar)
    return min(MOST_BY_WORDS, 6.0 * share)
