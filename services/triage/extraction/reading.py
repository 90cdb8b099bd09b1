"""Say what is known from the words of one report: what happens, who is hurt, what is told beside it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.assessment import Span
from schemas.vocabulary import Level
from services.triage.deeds.peace import Peace
from services.triage.forms.happening import Happening
from services.triage.text.counted_people import People


@dataclass(slots=True)
class Reading:
    """Everything the judgement needs to know from the words."""

    happening: Happening
    people: People
    marks: list[int]
    issues: dict[str, float] = field(default_factory=dict)  # issue -> how much its words say
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
    peace: Peace = Peace.UNSAID
    not_made: frozenset[int] = frozenset()  # tokens of peace that was refused, or only asked for
    calmed: bool = False
    parties: frozenset[str] = frozenset()
    occasions: frozenset[str] = frozenset()  # issues whose vulnerable days the words name: "pengesahan warga baru"
    accused: tuple[str, ...] = ()
    issue: str = ""
    second: str | None = None  # another issue that its words name
    likely: Level = Level.RENDAH  # readers gave at least this to labelled reports of such words
    likely_most: Level = Level.KRITIS  # and at most this
    likely_words: Callable[..., tuple[str, ...]] | None = (
        None  # what spoke for a level, or against it: asked for seldom
    )
    learned: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what was decided by likeness -> its words
    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)  # what was counted for that

    @property
    def settled(self) -> bool:
        """Say whether peace was made, those held are free, or what was shut is open."""
        return self.peace is Peace.MADE
