"""Find the open incident a report speaks of, among thousands. Pure.

Only a few are compared closely: those of the same place and about the same time, those that share rare words, those
that the same person told, those told last. Each kind has its index, so a look-up does not grow with their number.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, pairwise
from math import log
from operator import itemgetter

from services.triage.association.weights import known_weights
from services.triage.association.words import Matter, known_words
from services.triage.correlation.evidence import Live, can_be, weighed
from services.triage.correlation.features import Candidate, called, candidate, grown
from services.triage.correlation.meant import MEANT_WITHIN, meant, possible
from services.triage.correlation.relation import UNRELATED, Outcome, Relation, best_of, compare, rank
from services.triage.correlation.similarity import DAY, DISPUTES, HOUR, LASTS, MOVES_WITHIN, MOVING, on_the_way
from services.triage.correlation.tellings import FOLLOWING, Telling

__all__ = ["Candidate", "Incidents", "Relation", "candidate", "grown"]

REPEAT_DAYS = 90
PER_INDEX = 8  # incidents that one index gives
MOST_COMPARED = 24  # incidents looked at closely for one report
MOST_POSTINGS = 40  # a word shared by more open incidents is no rare word
LEAST_SHARED = 2  # rare words that bring two reports together without a common day and place
AROUND = 2 * DAY  # a new telling is of an incident of these days
BEFORE = 14 * DAY  # a follow-up may come as late
SEEN_BEFORE = 4 * MOVES_WITHIN  # a convoy that was last seen within an hour may have set out so long ago
CHANGES_KEPT = 512
FAMILIAR = 20  # as if so many incidents were known, so that few open ones make no word rare

Timed = list[tuple[int, str]]  # (seconds, incident), in order


class Incidents:
    """The open incidents with their indexes; `version` grows with each change."""

    def __init__(self, weights: Mapping[str, float] | None = None) -> None:
        """Begin without any; `weights` of the signs are those that were fitted, where none are given."""
        self._signs_weigh = known_weights() if weights is None else weights
        self._open: dict[str, Candidate] = {}
        self._places: defaultdict[str, Timed] = defaultdict(list)  # desa, landmark or kecamatan -> its incidents
        self._named: defaultdict[str, Timed] = defaultdict(list)  # by what a follow-up calls the place
        self._postings: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._told_by: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=PER_INDEX))
        self._copies: dict[int, str] = {}  # fingerprint of a telling -> the incident it was last told of
        self._timed: Timed = []  # all of them
        self._days: defaultdict[tuple[str, str], Timed] = defaultdict(list)  # for repeats, closed ones too
        self._into: dict[str, str] = {}  # a merged incident -> the one it is part of
        self._counted: dict[str, tuple[int, tuple[tuple[str, str], ...]]] = {}
        self._changes: deque[str] = deque(maxlen=CHANGES_KEPT)
        self._matters: dict[str, Matter] = {}  # of the incidents that were weighed
        self.version = 0

    def __len__(self) -> int:
        return len(self._open)

    def get(self, incident: str) -> Candidate | None:
        """Give what is known of an open incident."""
        return self._open.get(incident)

    def put(self, candidate: Candidate, into: str | None = None) -> None:
        """Take in an incident, or replace what is known of it; `into` is the one it was merged into."""
        candidate = replace(candidate, said="") if candidate.said else candidate
        self.drop(candidate.id)
        self._count_day(candidate)
        self._changed(candidate.id)
        self._open[candidate.id] = candidate
        if into is not None:
            self._into[candidate.id] = into
        moment = (_moment(candidate), candidate.id)
        insort(self._timed, moment)
        for place in _places(candidate):
            insort(self._places[place], moment)
        for name in called(candidate.place_name):
            insort(self._named[name], moment)
        for word in candidate.words:
            self._postings[word][candidate.id] = None
        for source in candidate.sources:
            self._told_by[source].append(candidate.id)
        self._copies.update(dict.fromkeys(candidate.prints, candidate.id))

    def drop(self, incident: str) -> None:
        """Leave out an incident that is no longer open; it still counts as a repeat."""
        old = self._open.pop(incident, None)
        if old is None:
            return
        self._changed(incident)
        self._matters.pop(incident, None)
        self._into.pop(incident, None)
        moment = (_moment(old), incident)
        _take_out(self._timed, moment)
        for place in _places(old):
            _take_out(self._places[place], moment)
            if not self._places[place]:
                del self._places[place]
        for name in called(old.place_name):
            _take_out(self._named[name], moment)
            if not self._named[name]:
                del self._named[name]
        for word in old.words:
            self._postings[word].pop(incident, None)
            if not self._postings[word]:
                del self._postings[word]
        self._forget_tellings(incident, old)

    def _forget_tellings(self, incident: str, old: Candidate) -> None:
        for source in old.sources:
            if incident in self._told_by[source]:
                self._told_by[source].remove(incident)
            if not self._told_by[source]:
                del self._told_by[source]
        for told in old.prints:
            if self._copies.get(told) == incident:
                del self._copies[told]

    def expire(self, before: datetime) -> None:
        """Leave out incidents told last before a time, and repeats from more than 90 days before it."""
        limit = int(before.timestamp())
        for incident in [id_ for id_, known in self._open.items() if _last(known, limit) < limit]:
            self.drop(incident)
        oldest = limit - REPEAT_DAYS * DAY
        for incident, (moment, _) in list(self._counted.items()):
            if moment < oldest:
                self._forget_day(incident)

    def repeats(self, place_code: str | None, issue: str, before: datetime) -> int:
        """Count the incidents of a place and issue in the 90 days before a time."""
        days = self._days.get((place_code, issue)) if place_code else None
        if not days:
            return 0
        until = int(before.timestamp())
        return bisect_left(days, (until, "")) - bisect_left(days, (until - REPEAT_DAYS * DAY, ""))

    def relate(self, report: Candidate) -> Relation:
        """Say which open incident a report speaks of, if any."""
        return self._best(report, self._near(report))

    def relate_again(self, report: Candidate, known: Relation, version: int) -> Relation:
        """Say it once more after changes since `version`, comparing with nothing that has not changed."""
        behind = self.version - version
        if not behind:
            return known
        if behind > len(self._changes):
            return self.relate(report)
        changed = dict.fromkeys(list(self._changes)[-behind:])
        if known.incident in changed or report.telling in FOLLOWING or report.desa is None:
            return self.relate(report)
        if len(changed) > PER_INDEX:  # in a batch of many: those that a look from the start would find
            news = [one for one in self._near(report) if one.id in changed]
        else:
            news = [self._open[id_] for id_ in changed if id_ in self._open and id_ != report.id]
        return best_of([known, self._best(report, news)], report)

    def told_by(self, source: str) -> Iterator[Candidate]:
        """Give the incidents that a source told of, the last first."""
        for incident in reversed(self._told_by.get(source, ())):
            yield self._open[incident]

    def compared(self, report: Candidate) -> tuple[Relation, list[Live], int]:
        """Say what the points alone say, and of which live incidents, of how many, a report can be."""
        near = self._near(report)
        best, points = self._by_points(report, near)
        return best, *self._live(report, near, points)

    def _best(self, report: Candidate, near: Sequence[Candidate]) -> Relation:
        best, points = self._by_points(report, near)
        if report.desa is not None or report.told is None or best.copy:
            return best
        return weighed(report, *self._live(report, near, points), best, self._signs_weigh)

    def _by_points(self, report: Candidate, near: Sequence[Candidate]) -> tuple[Relation, dict[str, float]]:
        """Say what the points alone say, and give the points of each that was compared."""
        weights = self._weights(report.words)
        unfamiliar = log((len(self._open) + FAMILIAR) / 2)
        others = possible(report, near)
        outcome = Outcome(report)
        relations = [compare(report, other, weights, unfamiliar, outcome) for other in others]
        points = {one.id: relation.score for one, relation in zip(others, relations, strict=True)}
        best = best_of(self._of_living(relations), report) if relations else UNRELATED
        if report.desa is not None or report.told is None:
            return best, points
        if best.kind != "same":
            lately = self._lately(report.told)
            if report.kecamatan is None and any(one.desa and report.names(one.place_name) for one in others):
                lately = [one for one in lately if one in others]
            best = meant(report, lately, others, best)
        return best, points

    def _live(
        self, report: Candidate, near: Iterable[Candidate], points: Mapping[str, float]
    ) -> tuple[list[Live], int]:
        """Give the incidents told of lately that a report can be of, and how many were; only those near of too many."""
        told = report.told or 0
        low = bisect_left(self._timed, (told - LASTS, ""))
        high = bisect_right(self._timed, (told + HOUR, "\uffff"))
        few = high - low <= MOST_COMPARED
        lately = (self._open[incident] for _, incident in self._timed[low:high]) if few else iter(())
        found = {one.id: one for one in (*near, *lately) if one.id not in self._into and one.id != report.id}
        known = [one for one in found.values() if can_be(report, one)]
        weights = self._weights(report.words)
        unfamiliar = log((len(self._open) + FAMILIAR) / 2)
        outcome = Outcome(report)
        found_points = {
            one.id: points[one.id] if one.id in points else compare(report, one, weights, unfamiliar, outcome).score
            for one in known
        }
        live = [Live(one, found_points[one.id], self._matter(one)) for one in known]
        return live, len(live) if few else high - low

    def _matter(self, known: Candidate) -> Matter:
        found = self._matters.get(known.id)
        if found is None:
            found = self._matters[known.id] = known_words().matter((*known.words, *known.marks))
        return found

    def _of_living(self, relations: Iterable[Relation]) -> list[Relation]:
        """Let what was merged be no rival of what it is part of: of their relations the best stands, to the living."""
        best: dict[str | None, Relation] = {}
        for one in relations:
            living = self._living(one.incident) if one.incident else None
            if living not in best or rank(one) < rank(best[living]):
                best[living] = one if living == one.incident else replace(one, incident=living)
        return list(best.values())

    def _living(self, incident: str) -> str:
        """Give the incident that this one is part of, itself where nobody merged it."""
        while (into := self._into.get(incident)) is not None:
            incident = into
        return incident

    def _lately(self, told: int) -> list[Candidate]:
        """Give the incidents told of shortly before a moment; none where they are too many for one to be meant."""
        low = bisect_left(self._timed, (told - LASTS, ""))
        high = bisect_right(self._timed, (told + HOUR, "\uffff"))
        if high - low > MOST_COMPARED:
            return []
        known = (self._open[incident] for _, incident in self._timed[low:high] if incident not in self._into)
        return [one for one in known if one.told is not None and -HOUR <= told - one.told <= MEANT_WITHIN]

    def _near(self, report: Candidate) -> list[Candidate]:
        """Give the few incidents worth a close look."""
        found: dict[str, None] = {}
        if report.prints and (copied := self._copies.get(report.prints[0])):
            found[copied] = None
        for source in report.sources:
            found.update(dict.fromkeys(reversed(self._told_by.get(source, ()))))
        moment = _moment(report)
        new = report.telling in {Telling.NEW, Telling.APART} and report.kind not in DISPUTES
        before = AROUND if new else BEFORE
        for place in _places(report):
            found.update(dict.fromkeys(_around(self._places.get(place, ()), moment, before)))
        if report.telling in FOLLOWING or report.desa is None:
            for name in _names(report.said.lower()):
                if timed := self._named.get(name):  # most words name nothing
                    found.update(dict.fromkeys(_around(timed, moment, before)))
        found.update(dict.fromkeys(self._sharing(report)))
        if report.kecamatan is None:
            found.update(dict.fromkeys(_around(self._timed, moment, DAY)))
        elif report.kind == MOVING or on_the_way(report):
            found.update(dict.fromkeys(_around(self._timed, moment, SEEN_BEFORE)))
        found.pop(report.id, None)
        return [self._open[incident] for incident in list(found)[:MOST_COMPARED]]

    def _sharing(self, report: Candidate) -> list[str]:
        """Give the incidents that share most of a report's rare words."""
        found = (self._postings.get(word) for word in report.words)
        shared = Counter(chain.from_iterable(one for one in found if one and len(one) <= MOST_POSTINGS))
        often = [(times, incident) for incident, times in shared.items() if times >= LEAST_SHARED]
        often.sort(key=itemgetter(0), reverse=True)  # of as many in the order in which they were found
        return [incident for _, incident in often[:PER_INDEX]]

    def _weights(self, words: Iterable[str]) -> dict[str, float]:
        """Give each word its weight: the rarer among open incidents, the more."""
        total = len(self._open) + FAMILIAR
        return {word: log(total / (len(self._postings.get(word, ())) + 1)) for word in words}

    def _changed(self, incident: str) -> None:
        self._changes.append(incident)
        self.version += 1

    def _count_day(self, candidate: Candidate) -> None:
        self._forget_day(candidate.id)
        moment = candidate.start or candidate.end
        if moment is None:
            return
        keys = tuple((place, candidate.issue) for place in {candidate.kecamatan, candidate.desa} if place is not None)
        self._counted[candidate.id] = (moment, keys)
        for key in keys:
            insort(self._days[key], (moment, candidate.id))

    def _forget_day(self, incident: str) -> None:
        moment, keys = self._counted.pop(incident, (0, ()))
        for key in keys:
            _take_out(self._days[key], (moment, incident))
            if not self._days[key]:
                del self._days[key]


def _moment(candidate: Candidate) -> int:
    return candidate.moment or 0


def _last(candidate: Candidate, otherwise: int) -> int:
    """Give when an incident was last told or happened."""
    return max((time for time in (candidate.told, candidate.end, candidate.start) if time), default=otherwise)


def _places(candidate: Candidate) -> dict[str, None]:
    """Give the places an incident is found by, the closest first: not all that are near may be looked at."""
    places = (candidate.desa, *candidate.sites, *candidate.maybe, candidate.kecamatan)
    return dict.fromkeys(place for place in places if place)


def _names(said: str) -> Iterator[str]:
    """Give each word and each pair of words that may be the name of a place."""
    words = said.split()
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words))


def _around(timed: Timed | tuple[()], moment: int, before: int) -> list[str]:
    """Give the incidents nearest in time to a moment, those of some time before it and of two days after."""
    low, high = bisect_left(timed, (moment - before, "")), bisect_right(timed, (moment + AROUND, "\uffff"))
    at = bisect_left(timed, (moment, ""), low, high)
    nearest = sorted(timed[max(low, at - PER_INDEX) : min(high, at + PER_INDEX)], key=lambda one: abs(one[0] - moment))
    return [incident for _, incident in nearest[:PER_INDEX]]


def _take_out(timed: Timed, moment: tuple[int, str]) -> None:
    at = bisect_left(timed, moment)
    if at < len(timed) and timed[at] == moment:
        del timed[at]
