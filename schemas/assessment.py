"""Say what triage concludes about one report: facts with the words that gave them, and a judgement with its reasons."""

from typing import Literal

from pydantic import Field

from schemas.messages import Frozen, Utc
from schemas.vocabulary import Handling, Level, Stage

Precision = Literal["exact", "landmark", "desa", "kecamatan"]
PlaceBasis = Literal["fields", "place", "text", "position"]  # codes of the form, its place field, ...
Span = tuple[int, int]  # [start, end) offsets in characters of the report's text


class Count(Frozen):
    """A number of people as a range; `max` is None when the words give only a floor ("ratusan")."""

    min: int = Field(ge=0)
    max: int | None = None
    spans: tuple[Span, ...] = ()


class PlaceFound(Frozen):
    """Where it happened. Codes are Kemendagri's; None where it is not known for certain."""

    kabupaten: str | None = None
    kecamatan: str | None = None
    desa: str | None = None
    kecamatan_name: str | None = None
    desa_name: str | None = None
    candidates: tuple[str, ...] = ()  # codes to choose from when the words are ambiguous
    contradiction: str | None = None  # a code of `explanations`: two of form, place field, text, position differ
    spans: tuple[Span, ...] = ()
    lat: float | None = None
    lon: float | None = None
    precision: Precision | None = None  # what lat and lon are: a reported position, or the centre of a place
    radius_m: int | None = None  # metres around lat and lon within which it happened, as far as that is known
    basis: PlaceBasis | None = None  # what named the place
    landmark: str | None = None  # the one it happened at, if the words name one
    sites: tuple[str, ...] = ()  # every desa, landmark and kecamatan the words name as a place of it
    named: tuple[Span, ...] = ()  # where in the text names of places stand


class Occurred(Frozen):
    """When it happened or is to happen, as a range, UTC."""

    start: Utc | None = None
    end: Utc | None = None
    basis: str = "reported"  # explicit, relative, observed, reported


class Facts(Frozen):
    """What the text says, before anything is judged."""

    killed: Count | None = None
    injured: Count | None = None
    badly_injured: Count | None = None
    crowd: Count | None = None
    held: Count | None = None
    weapons: tuple[str, ...] = ()  # of "stones", "blades", "firearms", ...: codes of the lexicon
    damage: str | None = None  # "light", "house", "burned"
    trigger: str | None = None  # "group", "sara"
    call: str | None = None  # "rumour", "gather", "ultimatum", "violence"
    parties: tuple[str, ...] = ()
    minors: bool = False
    fire: bool = False
    house_of_worship: bool = False
    accused_agencies: tuple[str, ...] = ()  # institution codes a report alleges misconduct by


class Reason(Frozen):
    """One component's points, the words that gave them, and the rule."""

    component: str
    points: int
    spans: tuple[Span, ...] = ()
    rule: str


class Assessment(Frozen):
    """One report's judgement. `score` 0-100 points, `confidence` 0-100."""

    conflict: bool
    issue: str
    sub_issue: str | None = None
    issue_secondary: str | None = None
    form: str
    form_kind: str = ""  # what tellings of one event share: the district's `[[form]] kind`
    lasting: bool = False  # its form goes on until it is said to be over
    nil: bool = False  # nothing happened
    stage: Stage
    score: int = Field(ge=0, le=100)
    level: Level
    confidence: int = Field(ge=0, le=100)
    rating: str  # Admiralty, for instance "B2"
    handling: Handling
    place: PlaceFound
    occurred: Occurred
    facts: Facts
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...] = ()
    ruleset: str
