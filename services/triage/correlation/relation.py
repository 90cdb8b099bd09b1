"""Decide whether a report speaks of an open incident: same, linked, or different. Pure.

A wrong merge hides an incident, a missed one costs a click: "same" only beyond doubt, "linked" is a suggestion with
its reasons. Two clashes in one night stay two; a retaliation is linked with what it answers.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from schemas.words.explanations import reason
from services.policy.geography import kecamatan_code
from services.triage.correlation.commonness import COMMON_STEMS
from services.triage.correlation.copies import is_copy, is_passed_on
from services.triage.correlation.features import Candidate
from services.triage.correlation.references import is_everyday
from services.triage.correlation.similarity import (
    CONTRADICTED,
    DAY,
    DISPUTES,
    HOUR,
    LEAST_PLACE,
    NAMED,
    NEAR,
    NO_ISSUE,
    SAME_DESA,
    Reasons,
    by_actors,
    by_counts,
    by_nature,
    by_parties,
    by_place,
    by_source,
    by_time,
    by_words,
)
from services.triage.correlation.tellings import FOLLOWING, Telling

SAME, FOLLOWS, LINKED = 5.5, 4.4, 3.2  # points; see `compare`
LESS = 0.5  # points fewer that are asked of a new telling that shares rare words
WITHOUT_PLACE = 0.8  # points more that are asked where no place agrees
LEAST_WORDS = 0.8  # points of rare words that such a report must share
MARGIN = 1.0  # points by which the best must lead the second, else a person chooses
LEAST_OWN = 0.3  # points of words, people, parties, figures or source that two of one kecamatan must share
WITHOUT_DEED = -1.0  # points fewer that are asked of a follow-up without a place that tells no other deed
RETOLD, RETOLD_WITHIN = 0.3, 6 * HOUR  # share of the shorter telling's words by which it is the same news, hours later
NEVER = 100.0
COPY_DAYS = 3 * DAY
ANOTHER_HOUR = 8 * HOUR  # between two tellings in the same words of this hour
QUIET_FOLLOWS, QUIET_FROM_DESA = 72 * HOUR, 36 * HOUR
QUIET_AGAIN, QUIET_WORDS = 3.8, 1.15  # points, and of rare words, that are asked of a quiet report of a quiet incident
INQUIRED_WITHIN = 6 * HOUR  # an inquiry that names a deed only by its issue and place
SHIFT = 8 * HOUR  # between two nil reports of one place
_OF_INCIDENTS = re.compile(
    r" (?:pelaku\w*|tersangka|massa|dikeroyok|kroyok\w*|dibacok|bentrok\w*|tawuran|keributan|gegeran|damai|"
    r"berdamai|dievakuasi|ganti rugi|islah|pengungkapan|terungkap|kumpulkan|ngumpulke|dikumpulkan|dibubarkan|"
    r"siaga|jaga jaga|berjaga|ngungsi|mengungsi|mediasi|sepakat|kesepakatan|dipertemukan|saksi|siuman|"
    r"(?:tidak|tdk|ndak|gak|ga|ora) ada (?:yang|yg|sing)) "
)
OF_NOTHING = re.compile(r" (?:nihil (?!korban)|(?:tidak|tdk|ndak|gak|ga) ada kejadian)")
AT_ONCE = re.compile(r" (?:sekarang|skrg|saiki|barusan|baru saja|malam ini|mlm ini|tolong|tulung|cepat|cepet) ")
AGAIN_AFTER = 1.5 * HOUR  # "bentrok lagi" within it goes on with the same brawl


@dataclass(frozen=True, slots=True)
class Relation:
    """What a report has to do with an open incident, and why: codes with values (`schemas.words.explanations`)."""

    kind: Literal["same", "linked", "different"]
    incident: str | None
    score: float
    reasons: tuple[str, ...]
    copy: bool = False  # word for word what was told of it before


UNRELATED = Relation("different", None, 0.0, ())


class Outcome:
    """A report taken for what came of an incident, made once for all incidents that it is compared with."""

    __slots__ = ("_made", "_report")

    def __init__(self, report: Candidate) -> None:
        self._report = report
        self._made: Candidate | None = None

    def of_it(self) -> Candidate:
        """Give it."""
        if self._made is None:
            self._made = replace(self._report, telling=Telling.OUTCOME)
        return self._made


def compare(
    report: Candidate,
    other: Candidate,
    weights: Mapping[str, float],
    unfamiliar: float,
    outcome: Outcome | None = None,
) -> Relation:
    """Compare a report with one incident: points for what agrees; what contradicts outweighs everything."""
    if _of_another_shift(report, other):
        return UNRELATED
    said, words = Reasons(), None
    if report.desa is None and not report.conflict:  # its words say whether it follows at all
        words = by_words(report, other, weights, unfamiliar, said)
    report, taken = _as_follow_up(report, other, words or 0.0, outcome or Outcome(report))
    reasons = Reasons()
    place = by_place(report, other, reasons)
    if _is_copy(report, other, place):
        return Relation("same", other.id, SAME * 2, (reason("copy"),), copy=True)
    time = 0.0 if place <= CONTRADICTED else by_time(report, other, reasons)
    if min(place, time) <= CONTRADICTED:  # more than all that may agree can make good
        return UNRELATED
    if words is None:
        words = by_words(report, other, weights, unfamiliar, said)
    reasons.take(said)
    own = words + by_actors(report, other, reasons) + by_parties(report, other, reasons)
    own += by_counts(report, other, reasons) + by_source(report, other, reasons)
    score = place + time + by_nature(report, other, reasons) + own
    if score < LINKED:
        return UNRELATED
    asked = _asked(report, other, place, words, own, taken=taken)
    kind: Literal["same", "linked"] = "linked"
    if score >= asked and not _another(report, other, place, time):
        kind = "same"
    return Relation(kind, other.id, round(score, 2), reasons.written())


def rules_out(report: Candidate, other: Candidate) -> bool:
    """Tell whether what both say of place and hour makes a report another incident's, whatever else they share."""
    if _of_another_shift(report, other):
        return True
    reasons = Reasons()
    place, time = by_place(report, other, reasons), by_time(report, other, reasons)
    copied = is_copy(report.prints, other.prints) and _of_another_hour(report, other)
    return copied or min(place, time) <= CONTRADICTED


def _asked(report: Candidate, other: Candidate, place: float, words: float, own: float, *, taken: bool) -> float:
    """Give the points from which a report is of an incident beyond doubt."""
    follows = report.telling in FOLLOWING
    asked = FOLLOWS if follows else SAME - (LESS if words >= LEAST_WORDS else 0.0)
    if _goes_on_there(report, other, place):
        asked = LINKED if follows else FOLLOWS
    if _both_quiet(report, other, words):
        return QUIET_AGAIN
    if place < LEAST_PLACE and not set(report.sources) & set(other.sources):
        return asked + _asked_more(report, other, words)
    return NEVER if own < LEAST_OWN and _says_too_little(report, other, place, taken=taken) else asked


def _both_quiet(report: Candidate, other: Candidate, words: float) -> bool:
    """Tell whether a quiet report without a place shares rare words with a quiet one of these hours."""
    if report.conflict or other.conflict or report.kecamatan or report.maybe or words < QUIET_WORDS:
        return False
    soon = 0 <= (report.told or 0) - (other.told or 0) <= SHIFT
    return soon and bool({*report.words} & {*other.words} - COMMON_STEMS) and not is_everyday(report.said)


def _goes_on_there(report: Candidate, other: Candidate, place: float) -> bool:
    """Tell whether an incident of the very desa goes on: calm, what came of it, the same dispute without a deed."""
    if place < NAMED or not other.conflict:
        return False
    if report.telling in FOLLOWING:
        hard = report.telling not in {Telling.PROCESS, Telling.REFERS, Telling.GOING_ON}
        return hard and place >= SAME_DESA and not report.conflict
    dispute = report.kind in DISPUTES and report.telling == Telling.NEW
    return dispute and other.kind in {*DISPUTES, "protest"} and report.issue == other.issue != NO_ISSUE


def _as_follow_up(report: Candidate, other: Candidate, words: float, outcome: Outcome) -> tuple[Candidate, bool]:
    """Take a report that tells no deed for what came of an incident told of before; say whether only its desa says so.

    "Tidak ada yang MD", "kedua kades dipertemukan" need no word that says that they follow. From the very desa it may
    share nothing else; from its kecamatan, or from no place at all, it must share rare words (`LEAST_WORDS`).
    """
    if report.telling != Telling.NEW or report.conflict or not other.conflict:
        return report, False
    if (report.killed and report.killed[0]) or report.told is None or other.told is None:
        return report, False  # a body that was found is news
    later = report.told - other.told
    if not 0 <= later <= QUIET_FOLLOWS:
        return report, False
    if report.desa is None:
        open_ = {kecamatan_code(code) for code in report.maybe}
        here = report.kecamatan in {None, other.kecamatan} and (not open_ or other.kecamatan in open_)
        near = here and words >= LEAST_WORDS and not is_everyday(report.said)
        return (report if not near or OF_NOTHING.search(report.said.lower()) else outcome.of_it()), False
    same = report.desa == other.desa and report.desa[:2].isdigit()  # a landmark is a place of many
    there = same and later <= QUIET_FROM_DESA and not is_everyday(report.said)
    return (outcome.of_it(), True) if there else (report, False)


def talks_of_one(report: Candidate) -> bool:
    """Tell whether a quiet report names people, deeds or outcomes of incidents.

    That it comes soon after and from the very desa says nothing: a road accident or a village's communal work does too.
    """
    return _OF_INCIDENTS.search(report.said.lower()) is not None


def _says_too_little(report: Candidate, other: Candidate, place: float, *, taken: bool) -> bool:
    """Tell whether only the place speaks for one incident, where several things may happen in one place."""
    if taken:
        return not talks_of_one(report)
    if report.telling not in FOLLOWING:  # two brawls of one kind in one kecamatan and night are two
        return place == LEAST_PLACE or not (report.conflict or other.conflict)
    if report.telling in {Telling.PROCESS, Telling.REFERS}:
        return not _of_these_hours(report, other)  # inquiries, statements and care are told of every deed
    return report.conflict and other.conflict and not _may_be_one(report, other)  # what became of another deed


def _of_these_hours(report: Candidate, other: Candidate) -> bool:
    """Tell whether an inquiry into a deed is of the issue and the hours of one that is known."""
    soon = 0 <= (report.told or 0) - (other.told or 0) <= INQUIRED_WITHIN
    issue = report.issue == other.issue != NO_ISSUE
    return soon and issue and report.conflict and other.conflict and _may_be_one(report, other)


def _may_be_one(report: Candidate, other: Candidate) -> bool:
    """Tell whether two deeds are of one issue, or of kinds that tellings of one event are called by."""
    kinds = {report.kind, other.kind}
    return report.issue == other.issue or len(kinds) == 1 or kinds in NEAR


def _of_another_shift(report: Candidate, other: Candidate) -> bool:
    """Tell whether two reports of nothing, often word for word alike, are of two turns of duty."""
    if not (report.nil and other.nil) or report.told is None or other.told is None:
        return False
    return abs(report.told - other.told) > SHIFT


def _asked_more(report: Candidate, other: Candidate, words: float) -> float:
    """Give the points more that are asked of two tellings whose places do not agree: their words must, and the day."""
    if words < LEAST_WORDS:
        return NEVER
    if report.telling in FOLLOWING and report.kecamatan is None and other.conflict:
        return WITHOUT_DEED if not report.conflict or report.form == other.form else 0.0
    alike = (report.issue, report.form) == (other.issue, other.form) and report.conflict and other.conflict
    return 0.0 if alike and report.sure_day and other.sure_day else WITHOUT_PLACE


def _is_copy(report: Candidate, other: Candidate, place: float) -> bool:
    """Tell whether a report only repeats, word for word and within days, what was told of this incident."""
    if place < 0 or report.vouched or not is_copy(report.prints, other.prints):
        return False
    if report.told is None or other.told is None:
        return True
    near = abs(report.told - other.told) <= COPY_DAYS and not _of_another_hour(report, other)
    return near and (report.conflict or report.kecamatan is not None or bool(set(report.sources) & set(other.sources)))


def _of_another_hour(report: Candidate, other: Candidate) -> bool:
    """Tell whether the same words are told of another hour: the next night's call for help is no copy of this one's.

    Who passes a message on says so; whoever writes "sekarang" or "tolong", or gives the time, tells of his own hour.
    """
    if is_passed_on(report.said):
        return False
    if report.seen and other.seen and report.start is not None and other.start is not None:
        return abs(report.start - other.start) > ANOTHER_HOUR
    now = AT_ONCE.search(report.said.lower()) is not None
    return now and abs((report.told or 0) - (other.told or 0)) > ANOTHER_HOUR


def _another(report: Candidate, other: Candidate, place: float, time: float) -> bool:
    """Tell whether something makes it another incident, however alike the two are."""
    if place < 0 or (time < 0 and not _retold(report, other, place, time)):
        return True
    if is_copy(report.prints, other.prints) and _of_another_hour(report, other):
        return True
    if report.telling == Telling.APART or (report.telling == Telling.ANSWER and other.telling != Telling.ANSWER):
        return True  # an answer is another deed than what it answers; two may tell of one
    if report.telling == Telling.AGAIN:
        mine, theirs = report.told or report.moment, other.told or other.moment
        return mine is None or theirs is None or mine - theirs > AGAIN_AFTER
    return False


def _retold(report: Candidate, other: Candidate, place: float, time: float) -> bool:
    """Tell whether a report from the very desa says much the same words some hours later, with no hour of its own."""
    shared = len(set(report.words) & set(other.words))
    few = max(min(len(report.words), len(other.words)), 5)
    soon = abs((report.told or 0) - (other.told or 0)) <= RETOLD_WITHIN
    return place >= SAME_DESA and time > -1 and soon and shared / few >= RETOLD


def best_of(relations: Sequence[Relation], report: Candidate) -> Relation:
    """Choose the incident a report belongs to; where two are as likely, a person does.

    A new telling names its own place and time, so the best stands. A follow-up may name neither.
    """
    found = sorted((one for one in relations if one.kind != "different"), key=rank)
    if not found:
        return UNRELATED
    best = found[0]
    follows = report.telling in FOLLOWING
    placeless = report.kecamatan is None and (follows or not report.conflict)
    if best.kind == "same" and not best.copy and (follows or placeless):
        rivals = [one for one in found[1:] if (placeless or one.kind == "same") and best.score - one.score < MARGIN]
        if rivals:
            return Relation("linked", best.incident, best.score, best.reasons)
    return best


def rank(relation: Relation) -> tuple[bool, float]:
    """Order relations, the best first."""
    return relation.kind != "same", -relation.score
