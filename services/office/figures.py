"""Count incidents for a period as they stood at an instant: one set of figures for every page, report and file. Pure.

What is counted, and what is not, stands in `DEFINITIONS`, which every document prints beside the figures.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from schemas.district import District
from schemas.vocabulary import OPEN_STATES, EventKind, IncidentState, Level

# Key of a figure -> what it counts, in Indonesian: printed with the figures.
DEFINITIONS: Final[Mapping[str, str]] = {
    "total": "Jumlah peristiwa: yang dibuka dalam periode; arsip dihitung menurut waktu kejadiannya. Tidak dihitung: "
    "latihan, laporan nihil, yang ditolak, dan yang digabung ke peristiwa lain.",
    "settled": "Selesai: dari jumlah itu, yang sudah Selesai pada akhir periode.",
    "percent": "Penyelesaian: Selesai dibagi jumlah peristiwa, dalam persen.",
    "level": "Tingkat kerawanan: sebagaimana tercatat pada akhir periode.",
    "answer": "Median dijawab: menit dari peringatan dibuat hingga diterima oleh seseorang di instansi penanggung "
    "jawab; tampil mulai tiga jawaban.",
    "silent": "Belum menjawab: penanggung jawab yang belum menjawab sampai batas waktunya.",
    "hidden": "Masalah yang hanya untuk orang yang ditunjuk tidak dihitung di dokumen ini.",
    "after": "Koreksi yang dibuat setelah akhir periode tidak mengubah angka periode itu; arsip yang dimasukkan "
    "kemudian ikut dihitung sampai laporannya diterbitkan, dan jumlahnya disebut.",
}
MEDIAN_FROM: Final = 3  # cases; below, a median is an accident of one
FEW: Final = 5  # a public count below this is not shown


@dataclass(frozen=True)
class Period:
    """A stretch of time, aware instants: from `start` up to but not including `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Case:
    """One incident as it stood at an instant."""

    id: str
    at: datetime  # when it counts: when it was opened; of an archive's, when it happened
    issue: str
    form: str
    level: int
    kecamatan: str | None
    state: str
    conflict: bool
    reports: int = 1
    history: bool = False  # of an archive
    second: str | None = None  # the issue that it is told as besides, as it stands now: what is secret stays so


@dataclass(frozen=True)
class Line:
    """One audit line of an incident."""

    seq: int
    at: datetime
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """What one institution was told as lead, and when a person answered for it."""

    incident: str
    institution: str
    owed_at: datetime
    due: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class Checkpoint:
    """The last line of the audit log that the figures rest on; 0 and "" where there is none."""

    seq: int = 0
    hash: str = ""


NO_CHECKPOINT: Final = Checkpoint()


@dataclass(frozen=True)
class Figures:
    """Counts of one period as things stood at `as_of`; keys are codes of the district file."""

    period: Period
    as_of: datetime
    total: int = 0
    settled: int = 0
    open: int = 0
    reports: int = 0
    dismissed: int = 0
    history: int = 0  # of `total`, those of an archive
    by_level: Mapping[int, int] = field(default_factory=dict)
    by_issue: Mapping[str, int] = field(default_factory=dict)
    settled_by_issue: Mapping[str, int] = field(default_factory=dict)
    by_bidang: Mapping[str, int] = field(default_factory=dict)
    settled_by_bidang: Mapping[str, int] = field(default_factory=dict)
    by_phase: Mapping[str, int] = field(default_factory=dict)
    by_kecamatan: Mapping[str, int] = field(default_factory=dict)
    by_month: Mapping[str, int] = field(default_factory=dict)  # "2026-11", local time
    answer_minutes: int | None = None
    answered: int = 0
    asked: int = 0
    silent: Mapping[str, int] = field(default_factory=dict)  # institution -> leads unanswered past their time
    checkpoint: Checkpoint = NO_CHECKPOINT

    @property
    def percent(self) -> float | None:
        """Give the share of settled incidents, per cent with one decimal; None where there was no incident."""
        return round(100 * self.settled / self.total, 1) if self.total else None


_STATES: Final[Mapping[str, IncidentState]] = {
    EventKind.INCIDENT_OPENED: IncidentState.OPEN,
    EventKind.INCIDENT_REOPENED: IncidentState.OPEN,
    EventKind.INCIDENT_VERIFIED: IncidentState.VERIFIED,
    EventKind.INCIDENT_ACKNOWLEDGED: IncidentState.HANDLED,
    EventKind.INCIDENT_SETTLED: IncidentState.SETTLED,
    EventKind.INCIDENT_DISMISSED: IncidentState.DISMISSED,
}
_ASSESSED = ("issue", "form", "level", "kecamatan", "conflict")


def state_at(lines: Sequence[Line], as_of: datetime) -> str | None:
    """Give the state that an incident had at an instant, from its audit lines; None before it was opened.

    An incident that came as history is settled from its first line on.
    """
    state: str | None = None
    before: str | None = None
    for line in sorted(lines, key=lambda one: one.seq):
        if line.at > as_of:
            break
        if line.kind == EventKind.INCIDENT_MERGED:
            before, state = state, IncidentState.MERGED
        elif line.kind == EventKind.INCIDENT_SPLIT:
            state = before or IncidentState.OPEN
        elif line.kind == EventKind.INCIDENT_OPENED and line.data.get("archive"):
            state = IncidentState.SETTLED
        elif found := _STATES.get(line.kind):
            closing = found in (IncidentState.SETTLED, IncidentState.DISMISSED, IncidentState.OPEN)
            state = found if closing or state in (None, IncidentState.OPEN, IncidentState.VERIFIED) else state
    return str(state) if state is not None else None


def at_instant(case: Case, lines: Sequence[Line], as_of: datetime) -> Case | None:
    """Give an incident as it stood at `as_of`: later assessments undone, later states unheard of; None before it was.

    `case` is the incident as it stands now; its audit lines say what changed since.
    """
    state = state_at(lines, as_of)
    if state is None:
        return None
    found: dict[str, Any] = {"state": state}
    later = [line for line in lines if line.at > as_of]
    for line in sorted(later, key=lambda one: one.seq, reverse=True):
        if line.kind == EventKind.INCIDENT_ASSESSED:
            found |= {name: value for name, value in line.data.get("before", {}).items() if name in _ASSESSED}
    if later:
        levels = [found_ for line in lines if line.at <= as_of and (found_ := _level_of(line)) is not None]
        if levels:
            found["level"] = levels[-1]
        added = sum(line.kind in (EventKind.INCIDENT_RAISED, EventKind.INCIDENT_CHANGED) for line in later)
        found["reports"] = max(1, case.reports - added)
    return replace(case, **found)


def level_if_open(case: Case, lines: Sequence[Line], start: datetime, end: datetime) -> int | None:
    """Give the level at the end of a stretch of time of an incident that was open at any time in it; else None.

    `case` is the incident as it stands now; of one without a line of its opening `case.at` is that.
    """
    told = [Line(-1, case.at, EventKind.INCIDENT_OPENED, {}), *lines]
    begun = (EventKind.INCIDENT_OPENED, EventKind.INCIDENT_REOPENED, EventKind.INCIDENT_SPLIT)
    inside = any(line.kind in begun and start <= line.at < end for line in told)
    stood = at_instant(case, told, end)
    if stood is None or not stood.conflict or not (inside or state_at(told, start) in OPEN_STATES):
        return None
    return stood.level


def _level_of(line: Line) -> int | None:
    """Give the level that a line says the incident has from then on; None where it says none."""
    told = line.data.get("after", {}) if line.kind == EventKind.INCIDENT_ASSESSED else line.data
    level = told.get("level")
    return int(level) if isinstance(level, int) else None


def figures_of(
    cases: Iterable[Case],
    told: Iterable[Told],
    period: Period,
    as_of: datetime,
    district: District,
    *,
    hidden: Iterable[str] = (),
    only: Iterable[str] | None = None,
    checkpoint: Checkpoint = NO_CHECKPOINT,
) -> Figures:
    """Count the incidents of a period as they stood at `as_of`; issues in `hidden` are left out altogether.

    An incident has two issues: either one hides it. `only` are the first issues that are counted, where not all are.
    """
    left_out = set(hidden)
    seen = [one for one in cases if not left_out & {one.issue, one.second}]
    asked = seen if only is None else [one for one in seen if one.issue in set(only)]
    inside = [one for one in asked if period.start <= one.at < period.end]
    real = [one for one in inside if one.conflict and one.state != IncidentState.MERGED]
    counted = [one for one in real if one.state != IncidentState.DISMISSED]
    settled = [one for one in counted if one.state == IncidentState.SETTLED]
    mine = {one.id for one in counted}
    leads = [one for one in told if one.incident in mine]
    waits = [
        (one.acknowledged_at - one.owed_at).total_seconds() / 60
        for one in leads
        if one.acknowledged_at and one.acknowledged_at <= as_of
    ]
    silent = Counter(
        one.institution
        for one in leads
        if one.due and one.due <= as_of and not (one.acknowledged_at and one.acknowledged_at <= as_of)
    )
    zone = ZoneInfo(district.timezone)
    return Figures(
        period=period,
        as_of=as_of,
        total=len(counted),
        settled=len(settled),
        open=len(counted) - len(settled),
        reports=sum(one.reports for one in counted),
        dismissed=len(real) - len(counted),
        history=sum(one.history for one in counted),
        by_level={int(level): sum(one.level == level for one in counted) for level in Level},
        by_issue=_by(one.issue for one in counted),
        settled_by_issue=_by(one.issue for one in settled),
        by_bidang=_by(_bidang(one.issue, district) for one in counted),
        settled_by_bidang=_by(_bidang(one.issue, district) for one in settled),
        by_phase=_by(district.forms[one.form].phase.value for one in counted if one.form in district.forms),
        by_kecamatan=_by(one.kecamatan or "" for one in counted),
        by_month=dict(sorted(_by(f"{one.at.astimezone(zone):%Y-%m}" for one in counted).items())),
        answer_minutes=round(median(waits)) if len(waits) >= MEDIAN_FROM else None,
        answered=len(waits),
        asked=len(leads),
        silent=dict(silent.most_common()),
        checkpoint=checkpoint,
    )


def _by(keys: Iterable[str]) -> dict[str, int]:
    """Count keys, the most frequent first, then by name."""
    return dict(sorted(Counter(keys).items(), key=lambda pair: (-pair[1], pair[0])))


def _bidang(issue: str, district: District) -> str:
    known = district.issues.get(issue)
    return known.bidang if known else issue


def blurred(count: int) -> int | None:
    """Blur a count before it goes to the public: None below five, else down to a multiple of five.

    A total is blurred too: nothing that is hidden follows from what is shown.

    >>> [blurred(count) for count in (0, 1, 4, 5, 9, 13)]
    [0, None, None, 5, 5, 10]
    """
    return None if 0 < count < FEW else count - count % FEW


_KEPT: Final = TypeAdapter(Figures)


def as_json(found: Figures) -> dict[str, Any]:
    """Write figures as JSON, to be kept with a report that was issued."""
    kept: dict[str, Any] = _KEPT.dump_python(found, mode="json")
    return kept


def from_json(kept: Mapping[str, Any]) -> Figures:
    """Read figures that were kept with a report."""
    return _KEPT.validate_python(dict(kept))
