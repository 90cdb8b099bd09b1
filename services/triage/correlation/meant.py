"""Find the one incident that a report can mean though its place does not say which: by elimination. Pure.

A report that names no place, or only the kecamatan, means what the reader knows of: where one incident alone was told
of lately, it is that one. Where there are several, one must share with it what no other does. A person chooses else.
"""

from collections.abc import Sequence

from schemas.words.explanations import reason
from services.triage.correlation.commonness import COMMON_STEMS
from services.triage.correlation.features import Candidate
from services.triage.correlation.references import is_everyday, is_fragment, points
from services.triage.correlation.relation import AT_ONCE, FOLLOWS, Relation, talks_of_one
from services.triage.correlation.similarity import DAY, HOUR, NEAR
from services.triage.correlation.tellings import FOLLOWING, SOFT, Telling

MEANT_WITHIN = DAY  # hours back in which a report that names no place must mean the only incident that it can
TELLING_WITHIN = 6 * HOUR  # and a report that tells a deed: the next evening's brawl is another one
FRAGMENT_WITHIN = 1.5 * HOUR  # and one of trouble that it does not explain
PEOPLE_WITHIN = 3 * HOUR  # and one of the same kind of people
OWN_WITHIN = 4 * HOUR  # and one of somebody who told of one incident alone
TIES, LEAD = 3, 2  # that one of several must have with a follow-up or a quiet report, and more than any other
SUCCEEDED_AFTER = 6 * HOUR  # since an incident was told of last: the next of its kind and desa takes its place
SHARED = 2  # words that a deed told again shares with it, where the issue is another
_VAGUE = frozenset(["LLN", "UNR"])  # issues that say nothing


def meant(report: Candidate, lately: Sequence[Candidate], others: Sequence[Candidate], best: Relation) -> Relation:
    """Give a report the only incident of the last day that it can mean, else what was best.

    It is none of the last day's where it goes better with another (`others`) that was told of before.
    """
    if report.maybe or report.telling not in {*FOLLOWING, Telling.NEW}:
        return best
    known = [one for one in lately if one.id != report.id and one.conflict]
    if report.kecamatan is not None:
        found = _in_kecamatan(report, known)
    elif report.telling in FOLLOWING:
        found = _spoken_of(report, known)
        if found is not None and _speaks_of_another(report, found):
            return best
    else:
        found = _told_again(report, known)
    if found is None or _unlike(report, found) or _goes_better(report, found, others, best):
        return best
    return Relation("same", found.id, max(best.score, FOLLOWS), (reason("only_one"),))


def _goes_better(report: Candidate, found: Candidate, others: Sequence[Candidate], best: Relation) -> bool:
    """Tell whether another incident is more like a report than the only one of the last day, by points or words."""
    rivals = [one for one in others if one.conflict and one.id not in {found.id, report.id}]
    if any(one.id == best.incident for one in rivals):
        return True
    mine = len({*report.words} & {*found.words} - COMMON_STEMS)
    return any(len({*report.words} & {*one.words} - COMMON_STEMS) > mine for one in rivals)


def possible(report: Candidate, others: Sequence[Candidate]) -> list[Candidate]:
    """Leave out incidents that a report cannot mean beside others: it names the desa of one, or a later one is there.

    Of two of one kind and desa a follow-up means the later, unless it shares more with the earlier.
    """
    if report.kecamatan is None and (named := [one for one in others if one.desa and report.names(one.place_name)]):
        others = named
    if report.telling not in FOLLOWING:
        return list(others)
    deeds = {one.kecamatan for one in others if one.conflict and one.kecamatan}
    others = [one for one in others if one.conflict or one.kecamatan not in deeds]  # nothing comes of a prayer
    return [one for one in others if not any(_is_succeeded(report, one, two) for two in others)]


def _is_succeeded(report: Candidate, one: Candidate, two: Candidate) -> bool:
    """Tell whether a second incident of the place and kind of a first began after that was told of last."""
    if one.desa is None or one.desa != two.desa or not (one.conflict and two.conflict and _alike(one, two)):
        return False
    began = two.moment or 0
    later = (one.told or 0) + SUCCEEDED_AFTER < began <= (report.told or 0)
    return later and len({*report.words} & {*one.words}) <= len({*report.words} & {*two.words})


def _in_kecamatan(report: Candidate, known: Sequence[Candidate]) -> Candidate | None:
    """Give the only incident of its kecamatan, for what came of one: inquiries and calm are told of the whole of it."""
    if report.telling not in FOLLOWING or is_everyday(report.said):
        return None
    there = [one for one in known if one.kecamatan == report.kecamatan]
    told_of_one = report.telling == Telling.OUTCOME or points(report.said)
    told_of_one = told_of_one or (report.telling == Telling.ALL_CLEAR and talks_of_one(report))
    inquired = report.telling == Telling.PROCESS and report.conflict and report.issue not in _VAGUE
    if not told_of_one and not (inquired and {report.issue} == {one.issue for one in there}):
        return None
    near = [one for one in there if not report.conflict or (_alike(report, one) and _may_be_of_one_issue(report, one))]
    return near[0] if len(there) == len(near) == 1 else None


def _spoken_of(report: Candidate, known: Sequence[Candidate]) -> Candidate | None:
    """Give the only incident that a follow-up can mean: the only one, or the only one that shares something with it."""
    if len(known) == 1:
        return known[0]
    tied = sorted(((_ties(report, one), one.id, one) for one in known), reverse=True)
    if not tied or tied[0][0] < TIES or tied[0][0] - tied[1][0] < LEAD:
        return None
    return tied[0][2]


def _speaks_of_another(report: Candidate, found: Candidate) -> bool:
    """Tell whether a report that shares no word with an incident speaks of an everyday matter, or comes late."""
    if {*report.words} & {*found.words}:
        return False
    late = report.telling == Telling.REFERS and _since(report, found) > TELLING_WITHIN
    return late or (is_everyday(report.said) and report.telling in {Telling.REFERS, Telling.UPDATE, *SOFT})


def _told_again(report: Candidate, known: Sequence[Candidate]) -> Candidate | None:
    """Give the only incident of the last hours that a report can tell more of which names no place."""
    if report.conflict:
        again = [one for one in known if _as_a_retelling(report, one)]
        return again[0] if len(again) == 1 else None
    if is_everyday(report.said):
        return None
    if len(known) > 1:
        return _spoken_of(report, known)
    return known[0] if known and _is_more_of(report, known[0]) else None


def _is_more_of(report: Candidate, other: Candidate) -> bool:
    """Tell whether a quiet report tells more of the only incident: a word, the teller or the people are the same.

    Or it comes at once and tells of trouble that it does not explain.
    """
    later = _since(report, other)
    return (
        bool({*report.words} & {*other.words} - {*report.spots})
        or (later <= OWN_WITHIN and bool({*report.sources} & {*other.sources}))
        or (later <= PEOPLE_WITHIN and bool({*report.actors} & {*other.actors}))
        or (later <= FRAGMENT_WITHIN and is_fragment(report.said))
    )


def _ties(report: Candidate, other: Candidate) -> int:
    """Count what a report shares: a rare word thrice, another word, people, issue, kind, spot and source once."""
    words = {*report.words} & {*other.words} - {*report.spots}
    people = bool({*report.actors} & {*other.actors})
    issue = report.conflict and report.issue == other.issue and report.issue not in _VAGUE
    kind = report.conflict and report.kind == other.kind
    spot = bool({*report.spots} & {*other.spots})
    source = bool({*report.sources} & {*other.sources})
    return len(words) + 2 * len(words - COMMON_STEMS) + people + issue + kind + spot + source


def _since(report: Candidate, other: Candidate) -> int:
    return (report.told or 0) - (other.told or 0)


def _as_a_retelling(report: Candidate, other: Candidate) -> bool:
    """Tell whether a report of a deed shares its issue, its people or a word with an incident."""
    if not report.conflict or (report.killed and report.killed[0]):
        return False
    later = _since(report, other)
    if later > TELLING_WITHIN or (later > HOUR and AT_ONCE.search(report.said.lower())):
        return False
    words = len({*report.words} & {*other.words})
    known = bool({*report.actors} & {*other.actors}) or words > 0
    return words >= SHARED or (report.issue == other.issue and known)


def _alike(report: Candidate, other: Candidate) -> bool:
    """Tell whether two deeds are of kinds that tellings of one event are called by."""
    return report.kind == other.kind or frozenset((report.kind, other.kind)) in NEAR


def _may_be_of_one_issue(report: Candidate, other: Candidate) -> bool:
    return report.issue == other.issue or not _VAGUE.isdisjoint((report.issue, other.issue))


def _unlike(report: Candidate, other: Candidate) -> bool:
    """Tell whether a report cannot mean an incident, though it be the only one."""
    elsewhere = report.kabupaten and other.kabupaten and report.kabupaten != other.kabupaten
    if elsewhere or (report.actors and other.actors and not {*report.actors} & {*other.actors}):
        return True
    return report.conflict and not _alike(report, other) and _of_another_kind(report, other)


def _of_another_kind(report: Candidate, other: Candidate) -> bool:
    """Tell whether a deed of another kind than an incident's is another deed, by what both share beside it."""
    words = len({*report.words} & {*other.words})
    known = bool(report.kind and other.kind)
    if report.telling in FOLLOWING:
        return known and words == 0 and report.telling in {Telling.REFERS, *SOFT}
    if report.issue != other.issue or report.issue in _VAGUE:
        return True
    return words < SHARED or not {*report.actors} & {*other.actors} if known else words == 0
