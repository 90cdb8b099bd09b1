"""Say what the desk shows: frozen, plain, the same for pages and JSON. Codes stay codes; words names them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from services.console.fact_checks import CheckView
from services.console.incidents.highlights import Segment


@dataclass(frozen=True, kw_only=True)
class PlaceView:
    """Where: codes of Kemendagri with names; `label` is what a person reads."""

    label: str
    kecamatan: str | None = None
    kecamatan_name: str | None = None
    desa: str | None = None
    desa_name: str | None = None
    candidates: tuple[str, ...] = ()
    contradiction: str | None = None
    by_place_field: bool = False  # the place field, not the text, names it
    by_position: bool = False  # the desa is the one nearest to where the reporter stood


@dataclass(frozen=True, kw_only=True)
class Range:
    """A stretch of time, UTC."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, kw_only=True)
class LeadView:
    """The institution that must answer, and how far it is."""

    institution: str
    unit: str
    unit_name: str
    state: str
    ack_due: datetime | None
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """One incident in a list."""

    id: str
    state: str
    exercise: bool
    conflict: bool
    issue: str
    issue_label: str
    form: str
    form_label: str
    stage: str
    level: str
    score: int
    confidence: int
    place: PlaceView
    occurred: Range
    opened_at: datetime
    changed_at: datetime
    reports: int
    archive: bool  # closed from the start as history: nobody was told of it
    lead: LeadView | None
    silent: tuple[str, ...]
    waiting_since: datetime | None
    waiting_minutes: int | None
    classification: str
    reach: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class OwedRow:
    """One incident that the reader's institution has still to answer: since when, and until when."""

    row: IncidentRow
    since: datetime
    due: datetime | None


@dataclass(frozen=True, kw_only=True)
class IncidentPage:
    """A page of a list."""

    items: tuple[IncidentRow, ...]
    total: int
    page: int
    per_page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number as one report gave it; `max` None: at least `min`."""

    report: str
    min: int
    max: int | None


@dataclass(frozen=True, kw_only=True)
class FactView:
    """A number of people as all reports together give it, each figure with its source."""

    name: str
    min: int
    max: int | None
    agreed: bool
    figures: tuple[Figure, ...]


class Sentence(str):
    """A sentence of the machine, with the language it is in: an older version kept some in Indonesian."""

    __slots__ = ("language",)

    language: str

    def __new__(cls, said: str, language: str) -> Self:
        """Make the sentence; `language` is "id" or "en"."""
        made = super().__new__(cls, said)
        made.language = language
        return made


@dataclass(frozen=True, kw_only=True)
class ReasonView:
    """One component's points out of its most, the rule, and the words that gave them."""

    component: str
    points: int
    most: int
    rule: str
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """One telling; `number` counts within its incident."""

    id: str
    number: int
    filed_at: datetime
    observed_at: datetime | None
    channel: str  # empty where the reader is told the source only roughly
    institution: str | None
    anonymous: bool
    source: str  # office, public: all that told agencies learn of who reported
    hidden: bool  # something of the text or opinion is dotted out
    basis: str | None
    text: str
    segments: tuple[Segment, ...]
    opinion: str | None
    outcome: str
    rating: str | None
    checks: tuple[CheckView, ...]  # what the reporter said of what was read from his text
    photos: tuple[str, ...]
    added_as: str | None  # what it is to the report that its reporter has added it to; None: a report by itself
    added_to: int | None  # the number of that one, where it is told of this incident too


@dataclass(frozen=True, kw_only=True)
class DeliveryView:
    """One message to one address, without the address."""

    channel: str
    state: str
    attempts: int
    error: str | None
    sent_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One step of an alert that was taken: when, and after how many seconds."""

    at: datetime
    seconds: int


@dataclass(frozen=True, kw_only=True)
class HandedView:
    """To whom of an institution somebody has handed over what is asked, by name; `mine`, `by_me`: the reader."""

    to: str
    by: str
    at: datetime
    mine: bool
    by_me: bool


@dataclass(frozen=True, kw_only=True)
class AlertView:
    """What one institution was told and how far it has come."""

    id: str
    institution: str
    institution_name: str
    unit: str
    unit_name: str
    duty: str
    needed: bool  # its own answer is waited for, besides the lead's
    state: str
    round: int
    reason: str
    why: tuple[str, ...]
    redacted: bool
    silent: bool
    owed: Mark
    delivered: Mark | None
    seen: Mark | None
    acknowledged: Mark | None
    acknowledged_by: str | None
    acknowledged_how: str | None
    acknowledged_reason: str | None
    reported: Mark | None
    ack_due: datetime | None
    overdue: bool
    sitrep_due: datetime | None
    handed: HandedView | None
    deliveries: tuple[DeliveryView, ...]
    stuck: bool  # everything tried so far has failed


@dataclass(frozen=True, kw_only=True)
class SitrepView:
    """What an institution found and did."""

    id: str
    institution: str
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of the journal."""

    seq: int
    at: datetime
    kind: str
    actor: str
    data: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class LadderView:
    """Where the escalation stands."""

    step: int
    next_at: datetime | None
    stopped: str | None


@dataclass(frozen=True, kw_only=True)
class SuggestionView:
    """Another incident that may be the same, with why."""

    id: str
    other: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BarredView:
    """Who was left out because of an accusation (names), who is accused, and who leads instead if the lead was."""

    at: datetime
    institutions: tuple[str, ...]
    accused: tuple[str, ...]
    instead: str | None


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    """What one person wants done, and a second one decides: one of another institution; of a place, who may assess."""

    id: str
    kind: str  # assess, settle, dismiss, merge, place
    changes: dict[str, Any]
    asked: tuple[tuple[str, str], ...]  # what is to change (level, issue, form, kecamatan, desa), and its new name
    reason: str
    by: str
    institution: str
    made_at: datetime
    mine: bool  # proposed by the reader himself, who may take it back
    second: bool  # the reader may agree: he is of another institution; of a place, he may assess


@dataclass(frozen=True, kw_only=True)
class Outline:
    """One incident as files and maps take it; degrees WGS 84, `precision` says of what the position is."""

    row: IncidentRow
    facts: tuple[FactView, ...]
    lat: float | None
    lon: float | None
    precision: str | None  # "exact" is a position that a reporter sent; "desa", "kecamatan": the centre of that place
    radius_m: int | None  # metres around the position within which it happened, as far as that is known


@dataclass(frozen=True, kw_only=True)
class StageView:
    """Since when reports say that it stands so, and which told it first and last; they are numbered as `told` is.

    The instant is when that report's reporter saw it, or, where he does not say, when the report came in.
    """

    at: datetime
    observed: bool
    report: int
    last_at: datetime
    last_report: int
    hours: bool  # the reader is told the hour alone


@dataclass(frozen=True, kw_only=True)
class PositionView:
    """Where on a map: degrees WGS 84; `precision` and `radius_m` as in `Outline`."""

    lat: float
    lon: float
    precision: str
    radius_m: int | None


@dataclass(frozen=True, kw_only=True)
class IncidentView(IncidentRow):
    """One incident with everything its reader may see."""

    stage_told: StageView | None  # None: nobody is shown who told it
    position: PositionView | None
    danger: bool
    rating: str
    handling: str
    issue_secondary: str | None
    facts: tuple[FactView, ...]
    traits: tuple[str, ...]
    weapons: tuple[str, ...]
    parties: tuple[str, ...]
    reasons: tuple[ReasonView, ...]
    missing: tuple[str, ...]
    checks: tuple[str, ...]  # what a person is asked to look at
    told: tuple[ReportView, ...]
    alerts: tuple[AlertView, ...]
    sitreps: tuple[SitrepView, ...]
    timeline: tuple[Happening, ...]
    verified: bool  # somebody has confirmed it since it was opened, or opened again
    ladder: LadderView | None
    suggestions: tuple[SuggestionView, ...]
    closed_at: datetime | None
    close_reason: str | None  # an officer's words: only for readers of everything
    merged_into: str | None
    logged: bool
    accused: tuple[str, ...]  # codes of agencies that a report accuses
    barred: tuple[BarredView, ...]
    proposals: tuple[ProposalView, ...]
    decides: bool  # the reader's institution decides in the desk's place, which a report accuses


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a reader may do now: codes of institutions to act for; empty means no such button."""

    acknowledge_own: str | None
    answer_owed: bool  # False: told for information, an answer is welcome and not waited for
    acknowledge_for: tuple[tuple[str, str], ...]
    sitrep_for: tuple[tuple[str, str], ...]
    verify: bool
    escalate: bool
    close: bool
    reopen: bool
    assess: bool
    split: bool
    refer: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]  # who may be added: (group, institutions)
    silence: bool
    confirm: bool  # may be the second of two
    unmask: bool  # may read what is hidden in a report, with a reason

    @property
    def nothing(self) -> bool:
        """Say whether there is nothing to do."""
        return not any(
            (
                self.acknowledge_own,
                self.acknowledge_for,
                self.sitrep_for,
                self.verify,
                self.escalate,
                self.close,
                self.reopen,
                self.assess,
                self.refer,
            )
        )
