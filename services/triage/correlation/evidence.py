"""Weigh every sign that a report whose words name no desa is of one live incident, of another, or of none. Pure.

The points of `relation` ask whether two tellings agree; a follow-up without a place agrees with several, or with none.
Here the live incidents compete: a word that one alone holds, the matter of the words (`association`), the teller, the
people, the hours since. What comes out is the chance of each, and of none. The weights were fitted to sequences of
labelled reports (`services.triage.learned.fit_chances`); issue and form count only as the same or not the same.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, fsum, log1p

from schemas.words.explanations import reason
from services.policy.geography import kecamatan_code
from services.triage.association.words import Matter, alike, known_words
from services.triage.correlation.commonness import COMMON_STEMS
from services.triage.correlation.features import Candidate
from services.triage.correlation.references import is_everyday, is_fragment, refers
from services.triage.correlation.relation import AT_ONCE, FOLLOWS, OF_NOTHING, Relation, rules_out
from services.triage.correlation.similarity import DAY, HOUR, NO_ISSUE
from services.triage.correlation.tellings import FOLLOWING, SOFT, Telling

LIVE_WITHIN = 3 * DAY  # since an incident was last told of
LATE = 30 * HOUR
FRAGMENT_WITHIN = 1.5 * HOUR
SURE, SURE_OF_A_DEED = 0.65, 0.9  # chances from which a report is of an incident; one that tells a deed may be news
SURE_BY_MATTER = 0.85  # of one with which it shares neither a word nor the teller
ASKED = 1.5  # no chance: it joins never, yet a person may be asked
NEVER = 2.0
FEW = 6  # live incidents among which one usual word tells one
KEPT = 0.5  # below which what the points alone have joined is only suggested
KEPT_ALONE = 0.6  # the same of what it has joined as the only one of the last day
SUGGESTED = 0.4  # from which a person is asked
OF_ITS_OWN = frozenset([Telling.APART, Telling.ANSWER, Telling.AGAIN])
VAGUE = frozenset([NO_ISSUE, "UNR"])  # issues that say nothing
NEAR_MATTER = 0.5  # from which likeness of the matter counts more
MOST_SHARED, MOST_ONLY, MOST_POINTS = 3.0, 2.0, 8.0
USUAL_RARITY = 0.35  # of a word of three letters that says nothing
SHORT, LONG = 6, 12  # words of a report; stems
USUAL = 0.8  # stems that a text is taken to hold beside its own, so that one shared of two is not all


# "Jalan Manunggal", "SMPN Semanding", "di Perbon": a report that names a place of its own, whether we know it or not.
_SITE = re.compile(
    r" (?:[Jj]l|[Jj]alan|[Dd]i|[Nn]ang|[Nn]ing|[Nn]eng|[Dd]s|[Dd]esa|[Dd]sn|[Dd]usun|S(?:DN?|MPN?|MAN?|MKN?)"
    r"|[Mm]asjid|[Pp]asar|[Tt]erminal|[Pp]ondok) [A-Z][a-z]+ "
)


@dataclass(frozen=True, slots=True)
class Live:
    """An incident that was told of lately, with the points of its comparison and the matter of all its words."""

    known: Candidate
    points: float
    matter: Matter


def weighed(
    report: Candidate, live: Sequence[Live], many: int, best: Relation, weights: Mapping[str, float]
) -> Relation:
    """Give what a report has to do with the live incidents once all signs are weighed; `best` is what points say.

    `many` are live, of which some were looked at closely. A copy, a nil report and what says that it is another one are
    left as they are.
    """
    if not live or best.copy or is_of_its_own(report):
        return best
    *each, _ = chances(signs(report, live, best), signs_of_none(report, many), weights)
    chance, at = max((chance, -at) for at, chance in enumerate(each))
    chosen = live[-at].known
    sure = SURE_OF_A_DEED if report.conflict and report.telling in {Telling.NEW, *SOFT} else SURE
    if not (best.kind == "same" and best.incident == chosen.id) and not _shares(report, chosen, many):
        sure = NEVER if _is_news(report) else max(sure, SURE_BY_MATTER)
    if _is_another_deed(report, chosen):
        sure = max(sure, ASKED)
    if chance >= sure:
        if best.kind == "same" and best.incident == chosen.id:
            return best
        fits = (reason("fits_best", round(chance * 100)),)
        return Relation("linked" if rules_out(report, chosen) else "same", chosen.id, max(best.score, FOLLOWS), fits)
    if best.kind == "same":
        known = next((share for share, one in zip(each, live, strict=True) if one.known.id == best.incident), KEPT)
        least = KEPT_ALONE if best.reasons == (reason("only_one"),) else KEPT
        return best if known >= least else replace(best, kind="linked")
    if best.kind == "different" and chance >= SUGGESTED and sure < NEVER:
        return Relation("linked", chosen.id, round(chance * FOLLOWS, 2), (reason("fits_best", round(chance * 100)),))
    return best


def _shares(report: Candidate, other: Candidate, many: int) -> bool:
    """Tell whether a report shares a word, a number or the teller with one of so many; of many no usual word."""
    rarity = known_words().rarity
    marks = {mark for mark in {*report.marks} & {*other.marks} if mark.isdigit() or rarity(mark) > USUAL_RARITY}
    words = {*report.words} & {*other.words} - {*report.spots}
    words = words if len(words) > 1 or many <= FEW else words - COMMON_STEMS
    return bool(marks or words or {*report.sources} & {*other.sources})


def _is_another_deed(report: Candidate, other: Candidate) -> bool:
    """Tell whether a report names its kecamatan and tells a conflict of another issue than an incident's.

    Two clashes of one evening and kecamatan share much, and the second is told before its own incident stands.
    """
    told = report.conflict and other.conflict and report.kecamatan is not None
    return told and report.issue != other.issue and VAGUE.isdisjoint((report.issue, other.issue))


def _is_news(report: Candidate) -> bool:
    """Tell whether a report that shares nothing with an incident is of another: it tells a deed, or an everyday matter.

    That all the rest agrees does not make yesterday's brawl of this one, nor an accident a part of it.
    """
    if report.telling in FOLLOWING:
        return report.kecamatan is not None or is_everyday(report.said)
    return report.conflict or is_everyday(report.said)


def is_of_its_own(report: Candidate) -> bool:
    """Tell whether a report says that it is of another incident, or that nothing happened."""
    return report.telling in OF_ITS_OWN or (report.nil and OF_NOTHING.search(report.said.lower()) is not None)


def signs(report: Candidate, live: Sequence[Live], best: Relation) -> list[dict[str, float]]:
    """Give the signs that speak for each live incident, by name."""
    words = known_words()
    mine = {*report.words} - {*report.spots}
    matter = words.matter((*report.words, *report.marks))
    shared = [mine & {*one.known.words} for one in live]
    held = Counter(word for found in shared for word in found)
    rarity = {word: words.rarity(word) for word in {*report.words}}
    mass = fsum(rarity.values()) + USUAL
    teller = {*report.sources}
    told_before = any(teller & {*one.known.sources} for one in live)
    fragment = is_fragment(report.said)
    said = {
        "follows": float(report.telling in FOLLOWING),
        "takes_for_granted": float(refers(report.said, deed=report.conflict)),
        "fragment": float(fragment),
    }
    return [
        said | _signs(report, one, found, rarity, mass, matter, held, best, told_before=told_before, fragment=fragment)
        for one, found in zip(live, shared, strict=True)
    ]


def _signs(
    report: Candidate,
    one: Live,
    found: set[str],
    rarity: Mapping[str, float],
    mass: float,
    matter: Matter,
    held: Counter[str],
    best: Relation,
    *,
    told_before: bool,
    fragment: bool,
) -> dict[str, float]:
    other = one.known
    since = max((report.told or 0) - (other.told or 0), 0)
    weight = fsum(sorted(rarity[word] for word in found))
    rarity_of = known_words().rarity
    near = alike(matter, one.matter)
    marks = {*report.marks} & {*other.marks}
    short = fsum(sorted(max(rarity_of(mark) - USUAL_RARITY, 0.0) for mark in marks if not mark.isdigit()))
    both = report.conflict and other.conflict
    telling = both and VAGUE.isdisjoint((report.issue, other.issue))
    people, spots = (set(report.actors), set(other.actors)), (set(report.spots), set(other.spots))
    teller = bool({*report.sources} & {*other.sources})
    return {
        "matter": near,
        "near_matter": max(near - NEAR_MATTER, 0.0),
        "words": min(weight, MOST_SHARED),
        "rarest": max((rarity[word] for word in found), default=0.0),
        "share": weight / mass,
        "short_words": min(short, 1.0),
        "numbers": min(sum(mark.isdigit() for mark in marks), 2) / 2,
        "only_here": min(fsum(sorted(rarity[word] for word in found if held[word] == 1)), MOST_ONLY),
        "teller": float(teller),
        "teller_of_another": float(told_before and not teller),
        "hours": log1p(since / HOUR),
        "late": float(since > LATE),
        "soon_fragment": float(since < FRAGMENT_WITHIN and fragment),
        "same_issue": float(telling and report.issue == other.issue),
        "other_issue": float(telling and report.issue != other.issue),
        "two_deeds": float(both and report.telling not in FOLLOWING),
        "same_people": float(bool(people[0] & people[1])),
        "other_people": float(all(people) and not people[0] & people[1]),
        "quiet_incident": float(not other.conflict),
        "named": float(other.desa is not None and report.names(other.place_name)),
        "same_spot": float(bool(spots[0] & spots[1])),
        "other_spot": float(all(spots) and not spots[0] & spots[1]),
        "points": min(max(one.points, 0.0), MOST_POINTS) / 4,
        "was_same": float(best.kind == "same" and best.incident == other.id),
        "was_linked": float(best.kind == "linked" and best.incident == other.id),
    }


def signs_of_none(report: Candidate, many: int) -> dict[str, float]:
    """Give the signs that a report is of none of the live incidents, of which there are so many."""
    words = known_words()
    return {
        "none": 1.0,
        "deed": float(report.conflict),
        "deed_in_kecamatan": float(report.conflict and report.kecamatan is not None),
        "kecamatan": float(report.kecamatan is not None),
        "now": float(AT_ONCE.search(report.said.lower()) is not None),
        "short": float(len(report.said.split()) <= SHORT),
        "live": log1p(many - 1) if many else 0.0,
        "maybe": float(bool(report.maybe)),
        "site": float(not report.said.isupper() and _SITE.search(report.said) is not None),
        "dead": float(bool(report.killed and report.killed[0])),
        "stems": min(len(report.words), LONG) / LONG,
        "troubled": words.troubled(report.words),
        "unknown": words.unknown(report.words),
        "wordless": float(not report.words),
    }


def chances(one: Sequence[Mapping[str, float]], none: Mapping[str, float], weights: Mapping[str, float]) -> list[float]:
    """Give the chance of each incident by its signs, that of none last."""
    sums = [sum([weights[name] * value for name, value in signs.items() if value]) for signs in (*one, none)]
    most = max(sums)
    shares = [exp(value - most) for value in sums]
    whole = fsum(shares)
    return [share / whole for share in shares]


def can_be(report: Candidate, other: Candidate) -> bool:
    """Tell whether the hours and the places that both name allow a report to be of an incident."""
    if report.told is None or other.told is None or not -HOUR <= report.told - other.told <= LIVE_WITHIN:
        return False
    if report.kabupaten and other.kabupaten and report.kabupaten != other.kabupaten:
        return False
    if report.kecamatan and other.kecamatan and report.kecamatan != other.kecamatan:
        return False
    if report.desa and other.desa and report.desa != other.desa:
        return False
    open_ = {kecamatan_code(code) for code in report.maybe}
    return not open_ or other.kecamatan is None or other.kecamatan in open_
