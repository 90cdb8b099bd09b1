"""Say what a district decides: its places, issues, scores, institutions, routes and clocks, as types.

`deploy/<district>/district.toml` is read into a `District` by `services/policy/loader.py`; the numbers are the
district's house policy, the shapes are ours.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from schemas.messages import Frozen
from schemas.office.settings import Office
from schemas.vocabulary import Classification, Duty, Level, Phase
from schemas.warnings import WarningPolicy

# What is known of an issue beside its code; code asks for the trait, never for the code.
IssueTrait = Literal[
    "identity",  # religion, ethnicity, race: a trigger of its own (severity component `pemicu`)
    "place",  # its words also name where people meet: "di pasar", "depan masjid"
    "manner",  # its words say how people act, not why: it yields to a cause that is named
    "talk",  # it is about what is said: words that are denied name it all the same
    "other",  # what fits no other issue
]


class Issue(Frozen):
    """Why there is conflict (jenis masalah), and who owes it what: one `[[issue]]` block."""

    code: str
    label_id: str
    label_en: str
    family: str
    bidang: str
    uu7_2012_art5: str = ""
    classification: Classification = Classification.TERBATAS
    kominda_lead: str
    lead: str
    support: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    named_persons_only: bool = False  # RAD: no fan-out to units and forums
    synonyms: tuple[str, ...] = ()  # other words for it in "Kategori Laporan" of exports
    traits: frozenset[IssueTrait] = frozenset()
    fits: dict[str, float] = Field(default_factory=dict)  # form -> how much more its words say then; "*": other forms
    benefit: float = 2.0  # points of a form whose issue this is (`[[form]] issue`)
    sub: tuple["SubIssue", ...] = ()


class SubIssue(Frozen):
    """A narrower issue with its own recipients, for instance AGM/aliran."""

    code: str
    lead: str
    kominda_lead: str | None = None
    support: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()


# What is known of a form beside its code; code asks for the trait, never for the code.
FormTrait = Literal[
    "nil",  # nothing happened
    "tension",  # complaints and quarrels in words
    "breach",  # against a rule, without force
    "rumour",  # something untrue goes round
    "call",  # people are called or challenged
    "convoy",  # masses on the move
    "assembly",  # a protest: a protected right (UU 9/1998)
    "closure",  # a road, an office, a works is shut: disruption
    "threat",  # persons are threatened
    "raid",  # a crowd searches or comes to a house
    "expulsion",  # an event or a person is driven away
    "hold",  # persons or ships are held
    "violent",  # somebody or something is attacked
    "group",  # by or between groups
    "brawl",  # with fists, between persons
    "mutual",  # two sides
    "assault",  # one side attacks
    "mob",  # a crowd punishes
    "damage",
    "fire",
    "riot",
    "explosive",
    "lasting",  # goes on until it is said to be over
]
# Kinds that reports of one event share: a clash that one calls a brawl; used to tell the same incident.
FormKind = Literal["clash", "damage", "protest", "tension", "talk", "convoy", "hold", "terror", "nil", ""]


class Form(Frozen):
    """What is happening (bentuk): one `[[form]]` block; `points` are those of component `bentuk`."""

    code: str
    label_id: str
    label_en: str
    phase: Phase
    points: int = Field(ge=0, le=10)
    traits: frozenset[FormTrait] = frozenset()
    rank: int = Field(default=0, ge=0)  # which form a report is called by when several are told as done: the highest
    issue: str | None = None  # the issue of a report whose words name none
    kind: FormKind = ""


class Institution(Frozen):
    """One institution: one `[[institution]]` block. People, numbers and shifts live in tables, never here."""

    code: str
    name: str
    short: str = ""  # what messages and lists call it; "{place}" is its unit's kecamatan or desa
    kind: str  # secretariat, police, army, navy, prosecutor, intelligence, civil, forum, leader, ...
    level: Literal["desa", "kecamatan", "kabupaten", "provinsi"]
    kominda: bool = False
    superior: str | None = None  # who is told first when it stays silent as lead
    of: str | None = None  # the agency whose unit, post or head it is: an accusation against that one bars it too
    stand_in: str | None = None  # who takes its place when the kecamatan or desa is not known
    least_people: int = Field(default=1, ge=1)  # reachable persons it must have to be trusted with a lead


class SeverityPolicy(Frozen):
    """Points and bounds of docs/scoring.md; every table is `name -> points`."""

    version: str
    maximum: dict[str, int]
    bounds: dict[Level, int]  # lowest score of a level
    korban: dict[str, int]
    senjata: dict[str, int]
    kerusakan: dict[str, int]
    massa: dict[int, int]  # crowd at least -> points
    pemicu: dict[str, int]
    ajakan: dict[str, int]
    waktu: dict[str, int]
    sebaran: dict[str, int]
    pengulangan: dict[int, int]
    konteks: dict[str, int]
    hot_spots: tuple[str, ...] = ()  # place codes


class ConfidencePolicy(Frozen):
    """Admiralty letters and numerals as fractions, and the limits that handling uses (points)."""

    reliability: dict[str, float]
    credibility: dict[str, float]
    send_now: int = 50
    verify_first: int = 35


class Step(Frozen):
    """One rung: minutes after delivery of the first alert, and the institutions told then."""

    after: int
    tell: tuple[str, ...]  # institution codes, "superior" or "duty:KESBANG"
    label: str


# Adds minutes to an instant: round the clock (True), or of the district's working time (False).
Pace = Callable[[datetime, int, bool], datetime]


class Clock(Frozen):
    """Time limits of one level; minutes, from delivery of the alert."""

    level: Level
    precedence: str
    always: bool  # round the clock, or the district's working hours
    ack: int
    remind: tuple[int, ...]
    ladder: tuple[Step, ...]
    first_sitrep: int
    sitrep_every: int | None
    loops: int = Field(default=2, ge=0)  # how often the last rung is told again while the lead stays silent
    needs: tuple[str, ...] = ()  # institutions that are asked too, and whose silence is chased like the lead's

    @model_validator(mode="after")
    def _in_order(self) -> "Clock":
        """Refuse a clock that reminds after its deadline or climbs backwards."""
        rungs = [step.after for step in self.ladder]
        reminders = list(self.remind)
        if rungs != sorted(set(rungs)):
            msg = "the rungs of a ladder must come one after another"
            raise ValueError(msg)
        if reminders != sorted(set(reminders)) or any(minutes >= self.ack for minutes in reminders):
            msg = "reminders must come one after another, before `ack`"
            raise ValueError(msg)
        if self.ack < 1 or (rungs and rungs[0] < self.ack):
            msg = "the ladder must leave the lead its time to answer (`ack`, at least 1 minute)"
            raise ValueError(msg)
        return self


class WorkingHours(Frozen):
    """When the slow clocks run: ISO weekdays, local time, less public holidays."""

    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(default=(1, 2, 3, 4, 5), min_length=1)
    start: str = Field(default="07:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    end: str = Field(default="16:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    holidays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> "WorkingHours":
        if self.end <= self.start:
            msg = "working hours must end after they start"
            raise ValueError(msg)
        return self


class Digest(Frozen):
    """When copies for information below TINGGI are told: in working hours, every so many hours; 0: each at once."""

    every: int = Field(default=4, ge=0, le=24)


class Monitor(Frozen):
    """A second district folder that decides beside this one; the difference is journalled, nobody is told."""

    district: str = Field(min_length=1)  # its path, from this district's folder


# Messages in minutes, to one address: GoAlert's limits for SMS (its engine/message package), here for every channel.
GOALERT_LIMITS: dict[str, tuple[tuple[int, int], ...]] = {"*": ((1, 1), (5, 15), (11, 60), (21, 180))}
ANY_CHANNEL = "*"  # the limits of channels that have none of their own
UNLIMITED = frozenset({"webhook", "desk"})  # programs want each message at once; on the desk nothing rings
_Many = Annotated[int, Field(ge=1, le=100_000)]


class Overlays(Frozen):
    """Recipient rules laid over the matrix, in this order: violence, level, KODIM rule, RAD, agency, casualties, ..."""

    violence_lead: str = "POLRES"
    violence_lead_low: str = "POLSEK"
    never_lead: tuple[str, ...] = ("KODIM", "KORAMIL", "POSAL")
    sedang_add: tuple[str, ...] = ()
    tinggi_add: tuple[str, ...] = ()
    kritis_add: tuple[str, ...] = ()
    casualties_add: tuple[str, ...] = ()
    fire_add: tuple[str, ...] = ()
    minors_add: tuple[str, ...] = ()
    border_add: tuple[str, ...] = ()
    border_kecamatan: tuple[str, ...] = ()
    border_spread: int = 3  # points of component `sebaran` from which a border kecamatan concerns the province
    coordinator: str = "KESBANG"  # who decides when an agency is accused, and the last to take an orphaned lead
    overseers: tuple[
        str, ...
    ] = ()  # who decides instead where the coordinator is accused itself: the first that is not


class RecipientRule(Frozen):
    """A recipient rule of the district's own, laid over the others: one `[[rule]]` block.

    It applies when everything it names is true; what it leaves out does not matter. In `monitor` mode it decides and
    is journalled, and nobody is told: the way to try a rule on real reports first.
    """

    name: str
    why: str
    mode: Literal["active", "monitor", "off"] = "active"
    issues: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    level: Level = Level.RENDAH  # at least
    kecamatan: tuple[str, ...] = ()
    facts: tuple[Literal["casualties", "fire", "minors"], ...] = ()
    lead: str | None = None  # of what is not violent; violence stays with the police
    support: tuple[str, ...] = ()
    inform: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # asked too, and chased like the lead until they have answered


class Window(Frozen):
    """A vulnerable date range of the calendar (both days included, a day's tolerance either side)."""

    code: str
    name: str
    start: date
    end: date
    issue: str
    note: str = ""
    source: str = ""  # where the dates are known from
    kind: Literal["", "fixed", "lunar"] = ""  # whether the dates move with the moon


class Place(Frozen):
    """A Kemendagri place or a hand-kept landmark; degrees WGS 84, the radius in metres round its centre."""

    code: str
    kind: str  # kabupaten, kecamatan, desa, kelurahan, landmark
    name: str
    kecamatan: str
    kabupaten: str = "35.23"
    lat: float | None = None
    lon: float | None = None
    radius_m: int | None = None  # estimated from its neighbours' centres when the district is read
    aliases: tuple[str, ...] = ()


class Shape(Frozen):
    """An area on the district's map: the path of an SVG, and where its name stands; pixels of the picture."""

    code: str
    path: Annotated[str, StringConstraints(pattern=r"^[MLZ0-9.,-]+$")]
    x: float
    y: float
    source: str = ""  # who published these boundaries; empty: they are approximate


class Intake(Frozen):
    """Column headings of export files -> field of a report (compared without case, spaces and punctuation)."""

    columns: dict[str, tuple[str, ...]]
    anonymous: bool = True
    anonymous_per_hour: int = 6  # of one device, or of an address that shows none
    address_per_hour: int = Field(default=300, ge=1)  # of all devices behind one address
    sms: str = ""  # number that takes a report when nothing else gets through; empty: none
    heard_per_day: int = Field(default=6, ge=0)  # messages to a contact that a program has named, not proved


_LASTING = re.compile(r"([1-9][0-9]{0,5}) (minutes|hours|days)")


def _lasting(told: object) -> object:
    """Read "400 days", "12 hours", "30 minutes"."""
    if not isinstance(told, str):
        return told
    found = _LASTING.fullmatch(told.strip())
    if found is None:
        msg = 'write a number and minutes, hours or days, as in "400 days"'
        raise ValueError(msg)
    return timedelta(**{found[2]: int(found[1])})


Lasting = Annotated[timedelta, BeforeValidator(_lasting)]


class Retention(Frozen):
    """How long what identifies people is kept; what happened is kept for good (docs/security.md)."""

    at: str = Field(default="02:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")  # each day, in the district's time
    sources: Lasting = timedelta(days=400)  # who reported, after the incident was closed
    exercises: Lasting = timedelta(days=30)  # who reported an exercise, after it was filed
    messages: Lasting = timedelta(days=90)  # addresses of reporters in messages to them
    senders: Lasting = timedelta(days=30)  # handles of who sent inbound messages
    sessions: Lasting = timedelta(days=7)  # sessions and buttons, after their end
    photographs: Lasting = timedelta(days=730)  # of reports, after the incident was closed


class SignInPolicy(Frozen):
    """How people sign in where the office has a provider of its own (KENTONGAN_OIDC_ISSUER)."""

    password: bool = True  # names and passwords of ours count beside it, also while it does not answer


class ForumPeriod(Frozen):
    """The forum's name and legal basis while they held (docs/rules.md 1: dated data, never constants)."""

    name: str
    legal_basis: str
    valid_from: date
    valid_to: date | None = None
    note: str = ""


class District(Frozen):
    """Everything one kabupaten decides for itself."""

    code: str
    name: str
    timezone: str
    forum: str
    legal_basis: str = ""
    ruleset: str
    emergency: str = "110 / 112"
    languages: tuple[str, ...] = ("id", "en")
    issues: dict[str, Issue]
    forms: dict[str, Form]
    institutions: dict[str, Institution]
    severity: SeverityPolicy
    confidence: ConfidencePolicy
    clocks: dict[Level, Clock]
    working: WorkingHours
    overlays: Overlays
    intake: Intake
    retention: Retention = Retention()
    sign_in: SignInPolicy = SignInPolicy()
    sitrep_templates: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # by form; "*": for any
    limits: dict[str, tuple[tuple[_Many, _Many], ...]] = GOALERT_LIMITS  # channel, or "*" for the others
    digest: Digest = Digest()
    monitor: Monitor | None = None
    rules: tuple[RecipientRule, ...] = ()
    forum_periods: tuple[ForumPeriod, ...] = ()
    calendar: tuple[Window, ...] = ()
    warnings: WarningPolicy = WarningPolicy()
    places: dict[str, Place] = Field(default_factory=dict)
    neighbours: dict[str, Place] = Field(default_factory=dict)
    shapes: tuple[Shape, ...] = ()  # of kecamatan
    desa_shapes: tuple[Shape, ...] = ()
    lexicon: dict[str, object] = Field(default_factory=dict)  # read by triage, which owns its shape
    learned: dict[str, Any] = Field(default_factory=dict)  # numbers learned from labelled reports; triage's too
    office: Office = Office()

    def called(self, institution: str, unit: str | None = None) -> str:
        """Give what people call an institution, or a unit of it: "Polres Tuban", "Polsek Soko"."""
        known = self.institutions.get(institution)
        if known is None:
            return institution
        place = self.places.get(unit) if unit else None
        return (known.short or known.name).replace("{place}", place.name if place else "").strip()

    @model_validator(mode="after")
    def _refers_to_known(self) -> "District":
        """Refuse a policy that names an institution, issue or form nobody declared."""
        self._has_what_code_asks_for()
        unknown = sorted(self._named() - set(self.institutions))
        if unknown:
            msg = f"unknown institution: {', '.join(unknown)}"
            raise ValueError(msg)
        self._always_has_a_lead()
        self._warns_of_known()
        self._names_known_places()
        if strange := sorted({*self.office.harmony.issues} - set(self.issues)):
            msg = f"office.harmony names an unknown issue: {', '.join(strange)}"
            raise ValueError(msg)
        for own in self.rules:
            strange = sorted({*own.issues} - set(self.issues)) + sorted({*own.forms} - set(self.forms))
            if strange:
                msg = f"rule {own.name} names an unknown issue or form: {', '.join(strange)}"
                raise ValueError(msg)
        return self

    def _always_has_a_lead(self) -> None:
        """Refuse stand-ins in a circle, and a lead given to one that never leads, itself or by its stand-in."""
        laid = self.overlays
        leads = {f"rule {own.name}": own.lead for own in self.rules if own.lead}
        leads |= {
            f"overlays.{name}": getattr(laid, name) for name in ("violence_lead", "violence_lead_low", "coordinator")
        }
        stands: dict[str, list[str]] = {}
        for code in self.institutions:
            chain, standing = [code], self.institutions[code].stand_in
            while standing is not None:
                if standing in chain:
                    msg = f"stand-ins go round in a circle: {code}"
                    raise ValueError(msg)
                chain.append(standing)
                standing = self.institutions[standing].stand_in
            stands[code] = chain
        for where, code in leads.items():
            if never := [one for one in stands[code] if one in laid.never_lead]:
                msg = f"{where} gives the lead to one that never leads: {never[0]}"
                raise ValueError(msg)

    def _names_known_places(self) -> None:
        """Refuse rules about places that are not in the list of places: they would never apply."""
        named = {f"rule {own.name}": own.kecamatan for own in self.rules}
        named |= {
            "overlays.border_kecamatan": self.overlays.border_kecamatan,
            "severity.hot_spots": self.severity.hot_spots,
        }
        for where, codes in named.items():
            if self.places and (strange := sorted({*codes} - set(self.places))):
                msg = f"{where} names an unknown place: {', '.join(strange)}"
                raise ValueError(msg)

    def _warns_of_known(self) -> None:
        """Refuse warnings about issues, forms or families that nobody declared, or that leave an issue out."""
        families = {issue.family for issue in self.issues.values()}
        grouped = [family for group in self.warnings.group for family in group.families]
        if grouped and sorted(grouped) != sorted(families):
            wrong = sorted(families.symmetric_difference(grouped)) or sorted(set(grouped))
            msg = f"each family of issues stands in one [[warnings.group]]: {', '.join(wrong)}"
            raise ValueError(msg)
        for rule in self.warnings.rule:
            strange = sorted({*rule.issues} - set(self.issues)) + sorted({*rule.forms} - set(self.forms))
            if strange:
                msg = f"warning rule {rule.code} names an unknown issue or form: {', '.join(strange)}"
                raise ValueError(msg)

    def _has_what_code_asks_for(self) -> None:
        """Refuse a policy without the forms and the issue that every report may come to."""
        for trait in ("nil", "tension"):
            if sum(trait in form.traits for form in self.forms.values()) != 1:
                msg = f"exactly one [[form]] needs the trait {trait}"
                raise ValueError(msg)
        if sum("other" in issue.traits for issue in self.issues.values()) != 1:
            msg = "exactly one [[issue]] needs the trait other: what fits no other issue is routed as that"
            raise ValueError(msg)
        unknown = sorted({form.issue for form in self.forms.values() if form.issue} - set(self.issues))
        if unknown:
            msg = f"a form names an unknown issue: {', '.join(unknown)}"
            raise ValueError(msg)

    @property
    def nil(self) -> str:
        """Give the form of a report that nothing happened."""
        return next(code for code, form in self.forms.items() if "nil" in form.traits)

    @property
    def tension(self) -> str:
        """Give the form of complaints and quarrels, which is also that of what nobody could read."""
        return next(code for code, form in self.forms.items() if "tension" in form.traits)

    @property
    def other_issue(self) -> str:
        """Give the issue of what fits no other."""
        return next(code for code, issue in self.issues.items() if "other" in issue.traits)

    def forms_having(self, *traits: FormTrait) -> frozenset[str]:
        """Give the codes of the forms with one of the traits."""
        return frozenset(code for code, form in self.forms.items() if not form.traits.isdisjoint(traits))

    def _named(self) -> set[str]:
        """Gather every institution code that the policy speaks of."""
        rows: list[Issue | SubIssue | RecipientRule] = [*self.issues.values(), *self.rules]
        rows += [sub for issue in self.issues.values() for sub in issue.sub]
        named = {code for row in rows for code in (row.lead, *row.support, *row.inform)}
        named |= {code for rule in self.rules for code in rule.needs}
        named |= {code for clock in self.clocks.values() for code in clock.needs}
        named |= {row.kominda_lead for row in rows if not isinstance(row, RecipientRule)}
        for one in self.institutions.values():
            named |= {one.superior, one.of, one.stand_in}
        for step in (step for clock in self.clocks.values() for step in clock.ladder):
            named |= {who.removeprefix("duty:") for who in step.tell if who != "superior"}
        laid = self.overlays
        named |= {laid.violence_lead, laid.violence_lead_low, laid.coordinator, *laid.never_lead}
        named |= {*laid.sedang_add, *laid.tinggi_add, *laid.kritis_add, *laid.casualties_add}
        named |= {*self.office.letterheads, self.office.signatory, self.office.report_to}
        named |= {*laid.fire_add, *laid.minors_add, *laid.border_add, *laid.overseers, *self.warnings.tell}
        named |= {member.institution for member in self.office.members} | {*self.office.harmony.partners}
        return {code for code in named if code is not None}


class Recipient(Frozen):
    """One institution's duty as routing decides it; `unit` is the kecamatan or desa code of a local unit."""

    institution: str
    unit: str | None = None
    duty: Duty
    why: tuple[str, ...] = ()
    needed: bool = False  # the ladder goes on until it has answered too
    redacted: bool = False  # outside Kominda: a request without source and names (docs/rules.md 13)
