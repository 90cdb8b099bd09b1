"""Count how often what each source told came true. Pure.

A report is judged by its incident: what officers found there. A percentage is told from five judged reports on, with
the range in which it may lie by chance (Wilson's interval, 95 of 100): below that one report moves it by a fifth.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from schemas.vocabulary import EventKind, IncidentState
from services.console.figures.queries import LineFacts, ReportFacts
from services.early_warning.proportions import wilson

SOME = 5  # judged reports: below, no percentage
MOST = 50  # reporters in the table, those with most reports
CORRECTED = ("issue", "form", "kecamatan", "desa")  # what happened and where; the level is the machine's own word


class Truth(StrEnum):
    """What came of a report."""

    RIGHT = "right"  # verified or settled, and nobody has changed what or where
    PARTLY = "partly"  # the same, but an officer has
    WRONG = "wrong"  # dismissed
    UNKNOWN = "unknown"  # not settled yet


@dataclass(frozen=True)
class Track:
    """One source or kind of source: reports by what came of them, and how often each grade was given."""

    code: str  # see `kind_of`; of one reporter his handle
    kind: str
    truths: Mapping[Truth, int]
    grades: tuple[tuple[str, int], ...]  # Admiralty letters of the source as known at each report, most often first
    latest: tuple[str, str] = ("", "")  # incident and report by which a reporter's source is opened

    @property
    def reports(self) -> int:
        """Give how many reports there are."""
        return sum(self.truths.values())

    @property
    def judged(self) -> int:
        """Give of how many it is known what came of them."""
        return self.reports - self.truths[Truth.UNKNOWN]

    @property
    def percent(self) -> int | None:
        """Give how many of a hundred judged ones were right; None where there are too few."""
        return round(100 * self.truths[Truth.RIGHT] / self.judged) if self.judged >= SOME else None

    @property
    def between(self) -> tuple[int, int] | None:
        """Give the per cent between which the share may lie."""
        return interval(self.truths[Truth.RIGHT], self.judged) if self.judged >= SOME else None


def interval(part: int, whole: int) -> tuple[int, int]:
    """Give Wilson's interval of a share, in whole per cent.

    >>> interval(8, 10), interval(5, 5), interval(0, 5), interval(80, 100)
    ((49, 94), (57, 100), (0, 43), (71, 87))
    """
    low, high = wilson(part, whole)
    return round(100 * low), round(100 * high)


def kind_of(report: ReportFacts) -> str:
    """Give the kind of source: "office:FKDM", "nameless", "channel:sms"; an office's channel does not matter."""
    if report.institution:
        return f"office:{report.institution}"
    return "nameless" if report.anonymous else f"channel:{report.channel}"


def truths_of(states: Mapping[str, str], lines: Iterable[LineFacts]) -> dict[str, Truth]:
    """Say of each incident what came of it; `lines` in the order of the audit log.

    A lead's answer is no verification, and what was reopened is asked anew.
    """
    verified: dict[str, bool] = {}
    corrected: set[str] = set()
    for line in lines:
        if line.kind == EventKind.INCIDENT_ASSESSED:
            before, after = line.data.get("before", {}), line.data.get("after", {})
            if any(name in after and after[name] != before.get(name) for name in CORRECTED):
                corrected.add(line.incident)
        else:
            verified[line.incident] = line.kind == EventKind.INCIDENT_VERIFIED

    def truth(id_: str, state: str) -> Truth:
        if state == IncidentState.DISMISSED:
            return Truth.WRONG
        if state != IncidentState.SETTLED and not verified.get(id_):
            return Truth.UNKNOWN
        return Truth.PARTLY if id_ in corrected else Truth.RIGHT

    return {id_: truth(id_, state) for id_, state in states.items()}


def tracks(
    reports: Iterable[ReportFacts], truths: Mapping[str, Truth], key: Callable[[ReportFacts], str] = kind_of
) -> tuple[Track, ...]:
    """Count reports by source, those with most first; `key` names the source of a report."""
    by: dict[str, list[ReportFacts]] = defaultdict(list)
    for one in reports:
        by[key(one)].append(one)
    found = []
    for code, own in by.items():
        counts = Counter(truths[one.incident] for one in own)
        grades = Counter(one.rating[:1] for one in own if one.rating)
        last = max(own, key=lambda one: (one.filed_at, one.id))
        found.append(
            Track(
                code,
                kind_of(last),
                {truth: counts[truth] for truth in Truth},
                tuple(sorted(grades.items(), key=lambda one: (-one[1], one[0]))),
                (last.incident, last.id),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.reports, one.code)))


def reporters(
    reports: Iterable[ReportFacts], truths: Mapping[str, Truth], nobodies: Collection[str]
) -> tuple[Track, ...]:
    """Count by reporter, known by his handle alone; `nobodies` are handles that many people without a name share."""
    named = (one for one in reports if not one.anonymous and one.source not in nobodies)
    return tracks(named, truths, lambda one: one.source)
