"""Judge one report: read it, place it, score it, say how sure and what to do. Pure: no clock, no network, no store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.assessment import Assessment, Count, Facts, Occurred, PlaceFound, Reason, Span
from schemas.district import District
from schemas.messages import ReportIn
from schemas.policy.dates import Window
from schemas.vocabulary import Level, Phase, Stage
from schemas.words.explanations import reason
from services.triage.extraction.extractor import Extractor
from services.triage.extraction.issues import LEAST, sub_issue
from services.triage.extraction.reading import Reading
from services.triage.forms.happening import Happening
from services.triage.in_step import Steps, finished
from services.triage.places.gazetteer import Gazetteer, Where
from services.triage.places.names import Names
from services.triage.scoring.confidence import confidence, handling, rating
from services.triage.scoring.severity import DEADLY_WEAPONS, Circumstances, judge
from services.triage.text.lexicon import lexicon_of
from services.triage.text.normalise import Plain
from services.triage.text.times import Calendar, When
from services.triage.text.unicode import written

MOB = 20  # as many who break things together are group violence
HOURS_AHEAD = (("under_24h", 24), ("under_72h", 72), ("under_7d", 168))  # keys of the policy's `waktu`
_BRAWL = frozenset(["violent", "brawl"])  # traits of the brawl that a protest turns into
PLACE = "tempat"  # component of the reason that says what named the place
DAY_TOLERANCE = timedelta(days=1)
# What was decided by labelled reports, not by the rules -> what a person is told.
_LIKELY = {"form": "check_likely_form", "issue": "check_likely_issue", "quiet": "check_likely_quiet"}


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the report: earlier incidents of this place and issue, and independent confirmation."""

    repeats: int = 0
    corroborated: bool = False
    nameless: bool = False  # nobody stands for it, whether or not the reporter asked for that
    vouched: bool = False  # it was added to a report that somebody stands for
    follows: tuple[str, str] | None = None  # issue and form of the incident that it goes on with


NOTHING_KNOWN = Context()


@dataclass(frozen=True, slots=True)
class Understood:
    """What a report says, read once; scoring it takes no look at the text."""

    report: ReportIn
    reading: Reading
    where: Where
    when: When
    issue: str
    second: str | None
    sub: str | None
    stage: Stage
    facts: Facts
    circumstances: Circumstances
    missing: tuple[str, ...]


class Assessor:
    """Judges reports by one district's words and policy; built once, never changed."""

    def __init__(self, district: District) -> None:
        self._district = district
        words = district.lexicon
        names = Names(district, words)
        self._lexicon = lexicon_of(words, names.spellings())
        self._extractor = Extractor(district, self._lexicon)
        self._forms, self._issues = self._extractor.forms, self._extractor.issues
        self._gazetteer = Gazetteer(district, names, words, self._lexicon.normaliser.plain)
        self._calendar = Calendar(district.timezone)
        self._zone = ZoneInfo(district.timezone)
        self._ruleset = f"{district.ruleset}+{words.get('version', 'none')}"
        subs: Any = words.get("sub", {})
        self._subs: Mapping[str, Mapping[str, list[str]]] = subs
        self._hot_spots = frozenset(district.severity.hot_spots)

    def assess(
        self, report: ReportIn, *, filed_at: datetime, reliability: str = "F", context: Context = NOTHING_KNOWN
    ) -> Assessment:
        """Judge one report. `filed_at` is when it was accepted; relative times in its words count from there."""
        return self.score(self.read(report, made=filed_at), reliability=reliability, context=context)

    def judge(
        self, report: ReportIn, *, made: datetime | None, reliability: str = "F", context: Context = NOTHING_KNOWN
    ) -> Assessment:
        """Judge a report that may not say when it was made; relative times then stay unresolved."""
        return self.score(self.read(report, made=made), reliability=reliability, context=context)

    def read(self, report: ReportIn, *, made: datetime | None) -> Understood:
        """Read a report: all that its words and fields say. What is known beside it scores this again, unread.

        `made` is when it was made, UTC; None where nobody knows.
        """
        return finished(self.steps(report, made=made))

    def steps(self, report: ReportIn, *, made: datetime | None) -> Steps[Understood]:
        """Read a report as `read` does, in steps that those of a batch do together."""
        told = written(report.text)
        plain = self._lexicon.normaliser.plain(told)
        yield
        where = self._gazetteer.locate(report, plain)
        yield
        reading = yield from self._extractor.steps(plain, placed=_is_placed(report, where))
        yield
        when = self._calendar.read(told, made, report.observed_at, report.observed_until)
        happening = reading.happening
        issue, second = reading.issue, reading.second
        if report.issue is not None and report.issue in self._district.issues:
            second = issue if issue not in {report.issue, self._issues.other} else second
            issue = report.issue
        yield
        stage = self._stage(reading, when)
        facts = _facts(reading, report)
        return Understood(
            report=report,
            reading=reading,
            where=where,
            when=when,
            issue=issue,
            second=second,
            sub=self._sub(plain, issue) if happening.conflict else None,
            stage=stage,
            facts=facts,
            circumstances=self._circumstances(reading, facts, where, when, issue, stage),
            missing=(*_missing(report, happening, facts, where, when), *_to_check(reading)),
        )

    def terms(self, report: ReportIn, *, made: datetime | None) -> Mapping[str, Sequence[str]]:
        """Give what of a report is compared with labelled ones."""
        return self.read(report, made=made).reading.terms

    def score(self, told: Understood, *, reliability: str = "F", context: Context = NOTHING_KNOWN) -> Assessment:
        """Score what a report says beside what else is known: arithmetic on facts, no text."""
        if context.follows is not None:
            told = self._as_told_of(told, *context.follows)
        circumstances = told.circumstances
        if context.repeats and told.reading.happening.conflict:
            circumstances = replace(circumstances, repeats=context.repeats)
        verdict = judge(circumstances, self._district.severity)
        rated = rating(reliability, told.report.basis, corroborated=context.corroborated)
        sure = confidence(rated, self._district.confidence)
        danger = _life_in_danger(circumstances, verdict.level)
        nameless = (told.report.anonymous or context.nameless) and not (context.corroborated or context.vouched)
        form = self._district.forms[told.reading.happening.form]
        return Assessment.model_construct(
            conflict=told.reading.happening.conflict,
            issue=told.issue,
            sub_issue=told.sub,
            issue_secondary=told.second,
            form=told.reading.happening.form,
            form_kind=form.kind,
            lasting="lasting" in form.traits,
            nil="nil" in form.traits,
            stage=told.stage,
            score=verdict.score,
            level=verdict.level,
            confidence=sure,
            rating=rated,
            handling=handling(verdict.level, sure, self._district.confidence, life_in_danger=danger, nameless=nameless),
            place=told.where.found,
            occurred=told.when.occurred,
            facts=told.facts,
            reasons=(*verdict.reasons, *_place_reason(told.where.found)),
            missing=told.missing,
            ruleset=self._ruleset,
        )

    def _as_told_of(self, told: Understood, issue: str, form: str) -> Understood:
        """Take a follow-up that tells of dead or badly hurt, and of no violence itself, for what the incident is.

        "Update Mentoro: 2 orang tewas" need not name the brawl again; the dead of a collision are those of no brawl.
        What likeness alone takes for violence names none either.
        """
        happening = told.reading.happening
        named = happening.violence and "form" not in told.reading.learned
        struck = any(count is not None and count.min for count in (told.facts.killed, told.facts.badly_injured))
        if not struck or named or happening.benign or not self._forms.has(form, "violent"):
            return told
        meant = replace(happening, form=form, conflict=True, violence=True, ahead=False)
        reading = replace(told.reading, happening=meant)
        stage = self._stage(reading, told.when)
        circumstances = self._circumstances(reading, told.facts, told.where, told.when, issue, stage)
        return replace(told, reading=reading, issue=issue, sub=None, stage=stage, circumstances=circumstances)

    def _sub(self, plain: Plain, issue: str) -> str | None:
        known = [sub.code for sub in self._district.issues[issue].sub] if issue in self._district.issues else []
        return sub_issue(plain, self._subs.get(issue, {}), known)

    def _circumstances(
        self, reading: Reading, facts: Facts, where: Where, when: When, issue: str, stage: Stage
    ) -> Circumstances:
        happening = reading.happening
        if not happening.conflict:
            return Circumstances(form=happening.form, when="past", evidence={})
        policy = self._district.forms[happening.form]
        done = not happening.ahead
        crowd = facts.crowd.min if facts.crowd else 0
        trigger, trigger_spans = self._trigger(reading, issue)
        violence = happening.violence
        points = policy.points if done or policy.phase is not Phase.GN else 1
        if happening.clash_at_protest:  # "ricuh": no peaceful protest, and worth what a brawl is
            violence = True
            points = max(points, *(form.points for form in self._district.forms.values() if form.traits == _BRAWL))
        # "Jalan ditutup setelah pelajar tewas tertabrak": the dead are what it is about
        struck = done and (violence or not policy.traits & {"assembly", "closure"})
        damaged = frozenset(reading.damage) if done else frozenset()
        mob = "damage" in policy.traits and crowd >= MOB and bool(damaged - {"light", "closed"})
        window = self._window(when.occurred, issue) or issue in reading.occasions
        key, time_spans = self._when_key(reading, when, stage)
        evidence: dict[str, tuple[Span, ...]] = {
            "bentuk": happening.spans,
            "korban": _spans(facts.killed, facts.badly_injured, facts.injured),
            "senjata": reading.weapon_spans,
            "kerusakan": reading.damage_spans,
            "massa": _spans(facts.crowd),
            "pemicu": trigger_spans,
            "ajakan": reading.call_spans,
            "waktu": time_spans,
            "sebaran": where.site_spans,
            "konteks": when.spans if window else (),
        }
        return Circumstances(
            form=happening.form,
            form_points=points,
            killed=facts.killed.min if facts.killed and struck else 0,
            badly=facts.badly_injured.min if facts.badly_injured and struck else 0,
            hurt=facts.injured.min if facts.injured and struck else 0,
            weapons=frozenset(facts.weapons),
            damage=damaged,
            crowd=crowd,
            trigger=trigger,
            call=reading.call,
            when=key,
            spread=self._spread(where, crowd, happening.form),
            window=window,
            hot_spot=bool(self._hot_spots & {where.found.kecamatan, where.found.desa}),
            violence=violence,
            group=violence and (happening.group or mob or (happening.by_crowd and reading.still)),
            ongoing=stage is Stage.ONGOING
            or (done and key == "unknown"),  # no time told, and nobody says that it is over
            settled=stage is Stage.RESOLVED,
            hurting="damage" not in policy.traits or bool(facts.killed or facts.badly_injured or facts.injured),
            coerced=done and "raid" in policy.traits,
            taken=done and "hold" in policy.traits and stage is not Stage.RESOLVED,
            massed=reading.massed,
            from_outside=where.from_outside,
            peaceful_form="assembly" in policy.traits,
            likely=reading.likely,
            likely_most=reading.likely_most,
            likely_words=reading.likely_words,
            evidence=evidence,
        )

    def _trigger(self, reading: Reading, issue: str) -> tuple[str | None, tuple[Span, ...]]:
        """Give the identity trigger: faith or ethnicity only where the issue is about it or the text says SARA."""
        known = self._district.issues.get(issue)
        if reading.says_sara or (known and "identity" in known.traits and reading.sara_spans):
            return "sara", reading.sara_spans  # a group's name alone is no trigger
        if reading.group_spans:
            return "group", reading.group_spans
        if reading.resident_spans and self._forms.has(reading.happening.form, "closure"):
            return "group", reading.resident_spans  # the people of a place close it to others
        return None, ()

    def _spread(self, where: Where, crowd: int, form: str) -> str | None:
        if where.from_outside and crowd:
            return "outside"
        if form in self._forms.having("tension", "breach"):
            return None  # places named in a complaint are no spread of an incident
        if len(where.kecamatan) > 1:
            return "kecamatan_2"
        if len(where.desa) > 1:
            return "desa_2"
        return None

    def _stage(self, reading: Reading, when: When) -> Stage:
        """Say where in its course the incident stands."""
        happening = reading.happening
        if not happening.conflict:
            return Stage.RESOLVED
        if happening.ahead or (when.future and happening.form not in self._forms.having("violent")):
            return Stage.POTENTIAL
        if reading.settled:
            return Stage.RESOLVED
        stands = self._forms.has(happening.form, "closure")  # a seal, a blockade: until it is said to be open
        goes_on = reading.still or reading.call == "ultimatum" or self._forms.has(happening.form, "lasting")
        return Stage.ONGOING if stands or (goes_on and not reading.calmed) else Stage.OCCURRED

    def _when_key(self, reading: Reading, when: When, stage: Stage) -> tuple[str, tuple[Span, ...]]:
        """Give the key of the policy's `waktu` and the words for it."""
        if stage is Stage.ONGOING:
            return "ongoing", reading.still_spans or reading.happening.spans
        if stage is Stage.POTENTIAL:
            return _ahead(when)
        if when.occurred.basis == "reported" and not reading.calmed and not reading.settled:
            return "unknown", ()
        return "past", ()

    def _window(self, occurred: Occurred, issue: str) -> bool:
        """Tell whether it falls into a vulnerable date range of this issue, a day's tolerance either side."""
        if occurred.start is None:
            return False
        day = occurred.start.astimezone(self._zone).date()
        return any(
            window.issue in {issue, "", "*"} and window.start - DAY_TOLERANCE <= day <= window.end + DAY_TOLERANCE
            for window in self._windows()
        )

    def _windows(self) -> tuple[Window, ...]:
        return self._district.calendar


def _facts(reading: Reading, report: ReportIn) -> Facts:
    people = reading.people
    stated: Mapping[str, int | None] = {"killed": report.killed, "injured": report.injured, "crowd": report.crowd}

    def count(name: str, read_: Count | None) -> Count | None:
        value = stated[name]
        if value is None:
            return read_
        return Count.model_construct(min=value, max=value, spans=read_.spans if read_ else ())

    return Facts.model_construct(
        killed=count("killed", people.killed),
        injured=count("injured", people.injured),
        badly_injured=people.badly,
        crowd=count("crowd", people.crowd),
        held=people.held,
        weapons=tuple(sorted(reading.weapons)),
        damage=reading.damage_kind,
        trigger=reading.trigger,
        call=reading.call,
        parties=tuple(sorted({*report.parties, *reading.parties})),
        minors=people.minors,
        fire="burned" in reading.damage,
        house_of_worship="worship" in reading.damage,
        accused_agencies=reading.accused,
    )


def _place_reason(found: PlaceFound) -> tuple[Reason, ...]:
    """Say that the place field, and not the text, names the place; worth no points."""
    named = ", ".join(name for name in (found.desa_name, found.kecamatan_name) if name)
    if found.basis != "place" or not named:
        return ()
    return (Reason.model_construct(component=PLACE, points=0, spans=(), rule=reason("place_field", named)),)


def _is_placed(report: ReportIn, where: Where) -> bool:
    """Tell whether the words or a field name a place of the district."""
    found = where.found
    named = found.basis in {"text", "place"} and bool(found.kecamatan or found.desa)
    return named or bool(found.candidates or report.kecamatan or report.desa)


def _spans(*counts: Count | None) -> tuple[Span, ...]:
    return tuple(dict.fromkeys(span for count in counts if count is not None and count.min for span in count.spans))


def _ahead(when: When) -> tuple[str, tuple[Span, ...]]:
    """Give how far ahead it lies."""
    if when.occurred.start is None or when.ahead_by is None:
        return "unknown", ()
    hours = when.ahead_by.total_seconds() / 3600
    key = next((key for key, limit in HOURS_AHEAD if hours < limit), "past")
    return key, when.spans


def _life_in_danger(told: Circumstances, level: Level) -> bool:
    deadly = bool(told.weapons & DEADLY_WEAPONS)
    return (
        level >= Level.TINGGI
        and told.ongoing
        and (told.violence or told.taken)
        and (deadly or told.badly > 0 or told.killed > 0)
    )


def _missing(report: ReportIn, happening: Happening, facts: Facts, where: Where, when: When) -> tuple[str, ...]:
    if not happening.conflict:
        return ()
    missing = []
    if facts.crowd is None:
        missing.append(reason("unknown_crowd"))
    if facts.killed is None and facts.injured is None and happening.violence:
        missing.append(reason("unknown_casualties"))
    if not facts.weapons and happening.violence:
        missing.append(reason("unknown_weapons"))
    if where.found.kecamatan is None:
        missing.append(reason("unknown_place"))
    if when.occurred.start is None:
        missing.append(reason("unknown_time"))
    if report.basis is None:
        missing.append(reason("unknown_source"))
    return tuple(missing)


def _to_check(reading: Reading) -> tuple[str, ...]:
    """Say what of a judgement is guessed, for a person to look at."""
    likely = [reason(_LIKELY[what], ", ".join(words)) for what, words in reading.learned.items() if words]
    if not reading.happening.conflict:
        return tuple(likely)
    check = []
    if max(reading.issues.values(), default=0.0) < LEAST:
        check.append(reason("check_issue"))
    if reading.happening.guessed:
        check.append(reason("check_form"))
    return (*check, *likely)
