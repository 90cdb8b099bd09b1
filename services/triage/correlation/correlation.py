"""Tell whether a report speaks of an incident already open: same, linked, or different. Pure.

A wrong merge hides an incident, a missed one costs a click: "same" only beyond doubt, "linked" is a suggestion with its
reasons for a person to decide. Two clashes in one night stay two.
"""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from math import log

from services.triage.correlation.similarity import DAY, Candidate, Relation, candidate, compare

__all__ = ["Candidate", "Incidents", "Relation", "candidate"]

REPEAT_DAYS = 90
MOST_COMPARED = 24  # incidents looked at closely for one report
MOST_POSTINGS = 40  # a word shared by more open incidents is no rare word
LEAST_SHARED = 3  # rare words that bring two reports together without a common day and place
UNRELATED = Relation("different", None, 0.0, ())


class Incidents:
    """The open incidents, indexed so that a look-up among tens of thousands stays far below a millisecond."""

    def __init__(self) -> None:
        self._open: dict[str, Candidate] = {}
        self._blocks: defaultdict[tuple[str | None, str, int], dict[str, None]] = defaultdict(dict)
        self._postings: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._days: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._open)

    def put(self, candidate: Candidate) -> None:
        """Take in an incident, or replace what is known of it."""
        self.drop(candidate.id)
        self._forget_days(candidate.id, candidate)
        self._open[candidate.id] = candidate
        self._blocks[_block(candidate)][candidate.id] = None
        for word in candidate.words:
            self._postings[word][candidate.id] = None
        moment = candidate.start or candidate.end
        if moment is not None:
            for place in {candidate.kecamatan, candidate.desa} - {None}:
                insort(self._days[(str(place), candidate.issue)], (moment, candidate.id))

    def _forget_days(self, id_: str, candidate: Candidate) -> None:
        for place in {candidate.kecamatan, candidate.desa} - {None}:
            key = (str(place), candidate.issue)
            days = self._days.get(key)
            if days and any(known == id_ for _, known in days):
                self._days[key] = [day for day in days if day[1] != id_]

    def drop(self, incident: str) -> None:
        """Leave out an incident that is no longer open; it still counts as a repeat."""
        old = self._open.pop(incident, None)
        if old is None:
            return
        block = _block(old)
        self._blocks[block].pop(incident, None)
        if not self._blocks[block]:
            del self._blocks[block]
        for word in old.words:
            postings = self._postings[word]
            postings.pop(incident, None)
            if not postings:
                del self._postings[word]

    def expire(self, before: datetime) -> None:
        """Leave out incidents from before a time, and repeats from more than 90 days before it."""
        limit = int(before.timestamp())
        old = [id_ for id_, known in self._open.items() if (known.end or known.start or limit) < limit]
        for id_ in old:
            self.drop(id_)
        oldest = limit - REPEAT_DAYS * DAY
        for key in list(self._days):
            kept = [day for day in self._days[key] if day[0] >= oldest]
            if kept:
                self._days[key] = kept
            else:
                del self._days[key]

    def repeats(self, place_code: str | None, issue: str, before: datetime) -> int:
        """Count the incidents of a place and issue in the 90 days before a time."""
        days = self._days.get((place_code, issue)) if place_code else None
        if not days:
            return 0
        until = int(before.timestamp())
        return bisect_left(days, (until, "")) - bisect_left(days, (until - REPEAT_DAYS * DAY, ""))

    def relate(self, report: Candidate) -> Relation:
        """Say which open incident a report speaks of, if any."""
        best = UNRELATED
        weights = self._weights(report.words)
        for other in self._near(report):
            relation = compare(report, other, weights, self._unfamiliar)
            if relation.score > best.score:
                best = relation
        return best if best.kind != "different" else UNRELATED

    def _near(self, report: Candidate) -> Iterable[Candidate]:
        """Give the few incidents worth a close look: same place, issue and days; or several rare words in common."""
        found: dict[str, None] = {}
        place, _, day = _block(report)
        for issue in {report.issue, report.second} - {None}:
            for nearby in (day, day - 1, day + 1):
                block = self._blocks.get((place, str(issue), nearby))
                if block:
                    found.update(dict.fromkeys(list(block)[-MOST_COMPARED:]))
        shared: Counter[str] = Counter()
        for word in report.words:
            postings = self._postings.get(word)
            if postings and len(postings) <= MOST_POSTINGS:
                shared.update(postings.keys())
        named = [id_ for id_, times in shared.most_common(MOST_COMPARED) if times >= LEAST_SHARED]
        ids = dict.fromkeys([*named, *sorted(found, key=lambda id_: -shared[id_])])
        return [self._open[id_] for id_ in list(ids)[:MOST_COMPARED] if id_ != report.id]

    def _weights(self, words: Iterable[str]) -> dict[str, float]:
        """Give each word its weight: the rarer among open incidents, the more."""
        total = len(self._open) + 20
        return {word: log(total / (len(self._postings.get(word, ())) + 1)) for word in words}

    @property
    def _unfamiliar(self) -> float:
        return log((len(self._open) + 20) / 2)


def _block(candidate: Candidate) -> tuple[str | None, str, int]:
    moment = candidate.start if candidate.start is not None else candidate.end
    return candidate.kecamatan, candidate.issue, 0 if moment is None else moment // DAY
