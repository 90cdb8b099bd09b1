"""Prove a district's policy before it is needed, explain it, and say what a change would alter.

Pure. `check` walks every issue and narrower issue, form, level and kecamatan (and the place not known yet), at every
minute of a week where people have shifts or absences, and finds each cell whose lead or ladder does not end at a
person who can be reached. What does not change the answer is looked at once: of forms only whether they are violent.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product

from schemas.district import District
from schemas.policy.recipients import Recipient
from schemas.vocabulary import Level, Phase
from schemas.words.languages import LANGUAGES
from services.oncall.roster import Roster
from services.oncall.shifts import Post
from services.policy.escalation import Escalation
from services.policy.proof_words import Demanded, Example, Sentence
from services.policy.routing import ConflictStatus, Situation, route, told_at
from services.policy.situation import named_only
from services.policy.working_hours import pace_of

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Finding:
    """Something wrong (`fails`) or worth knowing about the policy or the people, and the cells it touches."""

    kind: str  # lead, depth, rung, post, needed, recipient, clearance, gap, address
    sentence: Sentence
    cells: int
    instance: Example
    fails: bool = True
    at: datetime | None = None

    def what(self, language: str = LANGUAGES[0]) -> str:
        """Say it in this language."""
        return self.sentence.say(language)

    def example(self, language: str = LANGUAGES[0]) -> str:
        """Name a cell that it touches."""
        return self.instance.say(language)


@dataclass(frozen=True)
class Walk:
    """What `check` looked at and what it found."""

    findings: tuple[Finding, ...]
    cells: int
    posts: int
    moments: int

    @property
    def holds(self) -> bool:
        """Say whether every cell ends at a person who can be reached."""
        return not any(finding.fails for finding in self.findings)


@dataclass(frozen=True)
class Line:
    """One line of who is told: when (minutes of the level's clock, and the instant), who, and why."""

    minutes: int
    at: datetime
    what: str  # lead, support, inform, remind, rung, sitrep
    institution: str
    unit: str | None
    people: tuple[str, ...]
    channels: tuple[str, ...]
    why: tuple[str, ...]
    redacted: bool = False


@dataclass(frozen=True)
class Change:
    """What a change of rules alters for one situation."""

    situation: Situation
    cells: int
    sentences: tuple[Sentence, ...]

    def what(self, language: str = LANGUAGES[0]) -> tuple[str, ...]:
        """Say it in this language."""
        return tuple(one.say(language) for one in self.sentences)


@dataclass
class _Demand:
    example: Example
    cells: int = 0

    def seen(self, cells: int) -> None:
        self.cells += cells


@dataclass
class Demands:
    """What a policy demands of a roster, with the cells behind each demand; made by `demands_of`."""

    lead: dict[Demanded, _Demand] = field(default_factory=dict)
    rung: dict[frozenset[Demanded], _Demand] = field(default_factory=dict)
    post: dict[Demanded, _Demand] = field(default_factory=dict)
    told: dict[Demanded, _Demand] = field(default_factory=dict)
    needed: dict[Demanded, _Demand] = field(default_factory=dict)
    unclear: dict[tuple[Demanded, str], _Demand] = field(default_factory=dict)
    cells: int = 0


_walked: deque[tuple[District, Demands]] = deque(maxlen=4)  # by the rules in force, those before, those on trial


def check(district: District, roster: Roster, start: datetime | None = None, demands: Demands | None = None) -> Walk:
    """Walk every cell of the policy; see the module's first lines.

    With `start`, the week from then on is looked at with its shifts and absences, else the people as listed. A lead
    needs as many listed people as its institution's `least_people`, and one of them at every minute; each post on a
    ladder needs one. A recipient nobody can be reached for, a rota's gap and too low a clearance are told, not failed.
    `demands` are those of this district when they are known already: people change more often than rules.
    """
    demands = demands or demands_of(district)
    findings = [*_leads(district, roster, demands), *_rungs(roster, demands), *_needed(roster, demands)]
    findings += _softer(district, roster, demands)
    moments = roster.moments(start, start + WEEK) if start is not None else []
    for moment in moments:
        findings += _absent(roster, demands, moment)
    if start is not None:
        findings += _gaps(roster, demands, moments)
    return Walk(
        tuple(_once(findings)),
        demands.cells,
        len({*demands.lead, *demands.post, *demands.told, *demands.needed}),
        len(moments),
    )


def cells(district: District) -> Iterator[tuple[Situation, int]]:
    """Give the situations that differ in their answer, each with the number of cells of the walk it stands for.

    Issue and narrower issue x form x level x kecamatan, and once with the kecamatan not known; again with the facts
    that the district's own rules ask for.
    """
    forms: dict[tuple[bool, ...], list[str]] = {}
    for form in district.forms.values():
        alike = (form.phase == Phase.GN, *(form.code in rule.forms for rule in district.rules))
        forms.setdefault(alike, []).append(form.code)
    places = [code for code, place in district.places.items() if place.kind == "kecamatan"]
    facts = dict.fromkeys([(), *(rule.facts for rule in district.rules)])
    rows = [(issue.code, sub) for issue in district.issues.values() for sub in (None, *(sub.code for sub in issue.sub))]
    for given, (issue, sub), codes, level, place in product(facts, rows, forms.values(), Level, (*places, None)):
        yield (
            Situation(
                issue,
                codes[0],
                level,
                sub_issue=sub,
                kecamatan=place,
                casualties="casualties" in given,
                fire="fire" in given,
                minors="minors" in given,
            ),
            len(codes),
        )


def demands_of(district: District) -> Demands:
    """Give what the policy demands of the people: leads, rungs, posts, recipients.

    A walk takes half a second, so those of the newest districts are remembered.
    """
    for known, demands in tuple(_walked):
        if known is district:
            return demands
    demands = _walk_cells(district)
    _walked.append((district, demands))
    return demands


def _walk_cells(district: District) -> Demands:
    found = Demands()
    for situation, weight in cells(district):
        found.cells += weight
        example = Example(situation)
        issue = district.issues[situation.issue]
        named = issue.code if issue.named_persons_only else None
        recipients = route(situation, district)
        lead = recipients[0]
        needed = [one for one in recipients[1:] if one.needed]
        post = Demanded(lead.institution, lead.unit, named)
        found.lead.setdefault(post, _Demand(example)).seen(weight)
        for recipient in recipients[1:]:
            other = Demanded(recipient.institution, recipient.unit, named)
            asked = found.needed if recipient.needed else found.told
            asked.setdefault(other, _Demand(example)).seen(weight)
        if not lead.redacted:
            found.unclear.setdefault((post, issue.code), _Demand(example)).seen(weight)
        for step in district.clocks[situation.level].ladder:
            on_rung = Example(situation, step.label)
            told = frozenset(
                Demanded(one.institution, one.unit, named)
                for one in told_at(step, [lead, *needed], situation, district)
            )
            found.rung.setdefault(told, _Demand(on_rung)).seen(weight)
            for one in told:
                found.post.setdefault(one, _Demand(on_rung)).seen(weight)
    return found


def leading(demands: Demands) -> tuple[Post, ...]:
    """Give the posts that lead something, in the order in which they were met."""
    return tuple(Post(one.institution, one.unit, one.issue) for one in demands.lead)


def _leads(district: District, roster: Roster, demands: Demands) -> Iterator[Finding]:
    for post, demand in demands.lead.items():
        people = roster.listed(post.institution, post.unit, post.issue)
        least = district.institutions[post.institution].least_people
        if not people:
            yield Finding("lead", Sentence("lead", (post,)), demand.cells, demand.example)
        elif len(people) < least:
            why = Sentence("depth", (post,), (("has", str(len(people))), ("least", str(least))))
            yield Finding("depth", why, demand.cells, demand.example)


def _rungs(roster: Roster, demands: Demands) -> Iterator[Finding]:
    for posts, demand in demands.rung.items():
        if not any(roster.listed(post.institution, post.unit, post.issue) for post in posts):
            yield Finding("rung", Sentence("rung", tuple(posts)), demand.cells, demand.example)
    for post, demand in demands.post.items():
        if not roster.listed(post.institution, post.unit, post.issue):
            yield Finding("post", Sentence("post", (post,)), demand.cells, demand.example)


def _needed(roster: Roster, demands: Demands) -> Iterator[Finding]:
    for post, demand in demands.needed.items():
        if not roster.listed(post.institution, post.unit, post.issue):
            yield Finding("needed", Sentence("needed", (post,)), demand.cells, demand.example)


def _softer(district: District, roster: Roster, demands: Demands) -> Iterator[Finding]:
    for post, demand in demands.told.items():
        if not roster.listed(post.institution, post.unit, post.issue):
            why = Sentence("recipient", (post,))
            yield Finding("recipient", why, demand.cells, demand.example, fails=False)
    for post, demand in {**demands.told, **demands.lead}.items():
        if silent := [one for one in roster.listed(post.institution, post.unit, post.issue) if one.has_failed]:
            why = Sentence("address", (post,), (("names", ", ".join(one.name for one in silent)),))
            yield Finding("address", why, demand.cells, demand.example, fails=False)
    for (post, code), demand in demands.unclear.items():
        people = roster.listed(post.institution, post.unit, post.issue)
        needed = district.issues[code].classification
        if people and all(one.clearance < needed for one in people):
            why = Sentence("clearance", (post,), (("issue", code), ("needed", needed.name)))
            yield Finding("clearance", why, demand.cells, demand.example, fails=False)


def _absent(roster: Roster, demands: Demands, at: datetime) -> Iterator[Finding]:
    """Find posts that have people, but none of them there at `at`."""
    for kind, posts in (("lead", demands.lead), ("post", demands.post), ("needed", demands.needed)):
        for post, demand in posts.items():
            where = (post.institution, post.unit)
            if roster.listed(*where, post.issue) and not roster.reached(*where, at, post.issue):
                yield Finding(kind, Sentence("absent", (post,)), demand.cells, demand.example, at=at)


def _gaps(roster: Roster, demands: Demands, moments: Iterable[datetime]) -> Iterator[Finding]:
    """Warn where a post keeps a rota and nobody of it is on shift: everybody there is told instead."""
    for post, demand in demands.lead.items():
        people = roster.listed(post.institution, post.unit, post.issue)
        if any(one.shifts or one.overrides for one in people):
            for at in moments:
                if not any((one.on_shift(at) or one.overriding(at)) and not one.away(at) for one in people):
                    why = Sentence("gap", (post,))
                    yield Finding("gap", why, demand.cells, demand.example, fails=False, at=at)


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Keep the first finding of each kind and sentence: the earliest hour of an absence stands for the rest."""
    seen: set[tuple[str, Sentence]] = set()
    for finding in findings:
        if (finding.kind, finding.sentence) not in seen:
            seen.add((finding.kind, finding.sentence))
            yield finding


def who(
    district: District,
    roster: Roster,
    situation: Situation,
    at: datetime,
    conflict_status: ConflictStatus | None = None,
) -> list[Line]:
    """Give who would be told of this situation at `at`, in what order, over which channels and why.

    First everybody who is told at once, then the reminders of the lead and of whoever else is needed, then the
    ladder as it climbs while they stay silent, and the first situation report. Minutes are of the level's clock;
    instants are UTC.
    """
    clock = district.clocks[situation.level]
    due = Escalation(clock, pace_of(district)).deadlines(at)
    recipients = route(situation, district, conflict_status)
    if not recipients:
        return []  # everybody is accused
    lead = recipients[0]
    lines = [_line(district, roster, situation, one, 0, at, one.duty.value) for one in recipients]
    silent = [lead, *(one for one in recipients[1:] if one.needed)]
    for minutes, moment in zip(clock.remind, due.remind_at, strict=True):
        lines += [_line(district, roster, situation, one, minutes, moment, "remind") for one in silent]
    for moment, step in due.steps:
        told = told_at(step, silent, situation, district)
        lines += [_line(district, roster, situation, one, step.after, moment, "rung") for one in told]
    lines.append(_line(district, roster, situation, lead, clock.first_sitrep, due.sitrep_due, "sitrep"))
    return sorted(lines, key=lambda line: line.minutes)


_WHY_LATER: Mapping[str, tuple[str, ...]] = {
    "remind": ("pengingat sebelum batas waktu",),
    "sitrep": ("batas lapjut pertama, dihitung sejak peringatan sampai",),
}


def _line(
    district: District,
    roster: Roster,
    situation: Situation,
    one: Recipient,
    minutes: int,
    at: datetime,
    what: str,
) -> Line:
    named = named_only((situation.issue, situation.second), district)
    people = roster.reached(one.institution, one.unit, at, *named)
    return Line(
        minutes=minutes,
        at=at,
        what=what,
        institution=one.institution,
        unit=one.unit,
        people=tuple(f"{person.name} ({person.post})" if person.post else person.name for person in people),
        channels=tuple(
            dict.fromkeys(address.channel for person in people for address in person.addresses if address.verified)
        ),
        why=_WHY_LATER.get(what, one.why),
        redacted=one.redacted,
    )


def differences(
    old: District, new: District, situations: Iterable[tuple[Situation, int]] | None = None
) -> list[Change]:
    """Give what the new rules would do differently in these situations (each with how often it occurs).

    Without situations every cell of the new policy is compared. Situations of issues that only one of the two
    knows are compared as each of them routes what it does not know.
    """
    changes = []
    for situation, weight in situations if situations is not None else cells(new):
        before, after = _answer(old, situation), _answer(new, situation)
        if what := tuple(_told_apart(before, after)):
            changes.append(Change(situation, weight, what))
    return changes


def _answer(district: District, situation: Situation) -> tuple[dict[str, Recipient], tuple[object, ...]]:
    told = {f"{one.institution} {one.unit or ''}".strip(): one for one in route(situation, district)}
    clock = district.clocks[situation.level]
    return told, (clock.ack, clock.remind, clock.ladder, clock.first_sitrep, clock.sitrep_every, clock.always)


def _told_apart(
    before: tuple[dict[str, Recipient], tuple[object, ...]], after: tuple[dict[str, Recipient], tuple[object, ...]]
) -> Iterator[Sentence]:
    old, new = before[0], after[0]
    for name in sorted(old.keys() | new.keys()):
        if name not in new:
            yield Sentence("no_more_told", facts=(("name", name), ("duty", old[name].duty.value)))
        elif name not in old:
            yield Sentence("now_told", facts=(("name", name), ("duty", new[name].duty.value)))
        elif old[name].duty != new[name].duty:
            duties = (("was", old[name].duty.value), ("duty", new[name].duty.value))
            yield Sentence("other_duty", facts=(("name", name), *duties))
        elif old[name].needed != new[name].needed:
            yield Sentence("answer_needed" if new[name].needed else "answer_not_needed", facts=(("name", name),))
        elif old[name].redacted != new[name].redacted:
            yield Sentence("names_hidden" if new[name].redacted else "names_shown", facts=(("name", name),))
    if before[1] != after[1]:
        yield Sentence("other_clock")
