"""Judge one report: read it, place it, score it, say how sure and what to do. Pure: no clock, no network, no store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.assessment import Assessment, Count, Facts, Occurred, Span
from schemas.district import District, Window
from schemas.messages import ReportIn
from schemas.vocabulary import Level, Phase, Stage
from services.triage.extraction import form_classifier as forms
from services.triage.extraction import issue_classifier as issues
from services.triage.extraction.extractor import Reading, read
from services.triage.extraction.form_classifier import Happening
from services.triage.places.gazetteer import Gazetteer, Where
from services.triage.places.names import Names
from services.triage.scoring.confidence import confidence, handling, rating
from services.triage.scoring.severity import Circumstances, judge
from services.triage.text.lexicon import lexicon_of
from services.triage.text.normalise import lower
from services.triage.text.times import Calendar, When

MOB = 20  # as many who break things together are group violence
FRESH = timedelta(hours=24)
DAY_TOLERANCE = timedelta(days=1)
MISSING = {
    "crowd": "jumlah massa belum diketahui",
    "casualties": "ada tidaknya korban belum diketahui",
    "place": "kecamatan belum diketahui",
    "time": "waktu kejadian belum diketahui",
    "weapons": "ada tidaknya senjata belum diketahui",
    "source": "cara pelapor mengetahui belum diketahui",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the report: earlier incidents of this place and issue, and independent confirmation."""

    repeats: int = 0
    corroborated: bool = False
    nameless: bool = False  # nobody stands for it, whether or not the reporter asked for that


NOTHING_KNOWN = Context()


class Assessor:
    """Judges reports by one district's words and policy; built once, never changed."""

    def __init__(self, district: District) -> None:
        self._district = district
        words = district.lexicon
        names = Names(district, words)
        self._lexicon = lexicon_of(words, names.spellings())
        self._gazetteer = Gazetteer(district, names, words, self._lexicon.normaliser.phrase)
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
        return self.judge(report, made=filed_at, reliability=reliability, context=context)

    def judge(
        self, report: ReportIn, *, made: datetime | None, reliability: str = "F", context: Context = NOTHING_KNOWN
    ) -> Assessment:
        """Judge a report that may not say when it was made; relative times then stay unresolved."""
        plain = self._lexicon.normaliser.plain(report.text)
        hits = self._lexicon.scan(plain)
        reading = read(plain, hits)
        where = self._gazetteer.locate(report, plain)
        when = self._calendar.read(lower(report.text), made, report.observed_at, report.observed_until)
        happening = reading.happening
        issue, second = issues.read(plain, hits, reading.marks, happening)
        if report.issue is not None and report.issue in self._district.issues:
            second = issue if issue not in {report.issue, "LLN"} else second
            issue = report.issue
        stage = _stage(reading, when)
        facts = _facts(reading, report)
        circumstances = self._circumstances(reading, facts, where, when, issue, stage, context)
        verdict = judge(circumstances, self._district.severity)
        rated = rating(reliability, report.basis, corroborated=context.corroborated)
        sure = confidence(rated, self._district.confidence)
        danger = _life_in_danger(circumstances, verdict.level)
        nameless = (report.anonymous or context.nameless) and not context.corroborated
        subs = [sub.code for sub in self._district.issues[issue].sub] if issue in self._district.issues else []
        return Assessment.model_construct(
            conflict=happening.conflict,
            issue=issue,
            sub_issue=issues.sub_issue(plain, self._subs.get(issue, {}), subs) if happening.conflict else None,
            issue_secondary=second,
            form=happening.form,
            stage=stage,
            score=verdict.score,
            level=verdict.level,
            confidence=sure,
            rating=rated,
            handling=handling(verdict.level, sure, self._district.confidence, life_in_danger=danger, nameless=nameless),
            place=where.found,
            occurred=when.occurred,
            facts=facts,
            reasons=verdict.reasons,
            missing=_missing(report, happening, facts, where, when),
            ruleset=self._ruleset,
        )

    def _circumstances(
        self,
        reading: Reading,
        facts: Facts,
        where: Where,
        when: When,
        issue: str,
        stage: Stage,
        context: Context,
    ) -> Circumstances:
        happening = reading.happening
        if not happening.conflict:
            return Circumstances(form="NIHIL", when="past", evidence={})
        policy = self._district.forms.get(happening.form)
        done = not happening.ahead
        crowd = facts.crowd.min if facts.crowd else 0
        trigger, trigger_spans = _trigger(reading, issue)
        violence = happening.violence or (reading.attacked and done)
        points = policy.points if policy and (done or policy.phase is not Phase.GN) else 1
        if happening.clash_at_protest:  # "ricuh": no peaceful protest, and worth what a brawl is
            violence = True
            points = max(points, self._district.forms["PERKELAHIAN"].points)
        damaged = frozenset(reading.damage) if done else frozenset()
        mob = happening.form == "PERUSAKAN" and crowd >= MOB and bool(damaged - {"light"})
        window = self._window(when.occurred, issue)
        key, time_spans = _when_key(reading, when, stage, happening)
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
            killed=facts.killed.min if facts.killed and done else 0,
            badly=facts.badly_injured.min if facts.badly_injured and done else 0,
            hurt=facts.injured.min if facts.injured and done else 0,
            weapons=frozenset(facts.weapons),
            damage=damaged,
            crowd=crowd,
            trigger=trigger,
            call=reading.call,
            when=key,
            spread=_spread(where, crowd, happening.form),
            repeats=context.repeats,
            window=window,
            hot_spot=bool(self._hot_spots & {where.found.kecamatan, where.found.desa}),
            violence=violence,
            group=violence and (happening.group or mob),
            ongoing=stage is Stage.ONGOING or (done and _may_go_on(reading, when, key)),
            taken=done and happening.form == "PENYANDERAAN" and stage is not Stage.RESOLVED,
            massed=reading.massed,
            from_outside=where.from_outside,
            peaceful_form=happening.form in forms.ASSEMBLY,
            evidence=evidence,
        )

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


def _spans(*counts: Count | None) -> tuple[Span, ...]:
    return tuple(dict.fromkeys(span for count in counts if count is not None and count.min for span in count.spans))


def _trigger(reading: Reading, issue: str) -> tuple[str | None, tuple[Span, ...]]:
    """Give the identity trigger: faith or ethnicity only where the issue is about it or the text says SARA."""
    if reading.says_sara or (issue in {"AGM", "ETN"} and reading.sara_spans):  # a group's name alone is no trigger
        return "sara", reading.sara_spans
    if reading.group_spans:
        return "group", reading.group_spans
    if reading.resident_spans and reading.happening.form in {"BLOKADE", "SEGEL"}:
        return "group", reading.resident_spans  # the people of a place close it to others
    return None, ()


def _spread(where: Where, crowd: int, form: str) -> str | None:
    if where.from_outside and crowd:
        return "outside"
    if form in {"KETEGANGAN", "PELANGGARAN"}:
        return None  # places named in a complaint are no spread of an incident
    if len(where.kecamatan) > 1:
        return "kecamatan_2"
    if len(where.desa) > 1:
        return "desa_2"
    return None


def _stage(reading: Reading, when: When) -> Stage:
    """Say where in its course the incident stands."""
    happening = reading.happening
    if not happening.conflict:
        return Stage.RESOLVED
    if happening.ahead or (when.future and happening.form not in forms.VIOLENT):
        return Stage.POTENTIAL
    if reading.settled:
        return Stage.RESOLVED
    if (reading.still or reading.call == "ultimatum") and not reading.calmed:
        return Stage.ONGOING
    if happening.form in {"KETEGANGAN", "PELANGGARAN", "INTIMIDASI", "SEGEL", "AJAKAN"} and not reading.calmed:
        return Stage.ONGOING
    return Stage.OCCURRED


def _when_key(reading: Reading, when: When, stage: Stage, happening: Happening) -> tuple[str, tuple[Span, ...]]:  # noqa: PLR0911 - cases, in order
    """Give the key of the policy's `waktu` and the words for it."""
    if stage is Stage.ONGOING:
        return "ongoing", reading.still_spans or happening.spans
    if stage is Stage.POTENTIAL:
        start = when.occurred.start
        if start is None or when.ahead_by is None:
            return "unknown", ()
        hours = when.ahead_by.total_seconds() / 3600
        if hours < 24:  # noqa: PLR2004
            return "under_24h", when.spans
        if hours < 72:  # noqa: PLR2004
            return "under_72h", when.spans
        return ("under_7d" if hours < 168 else "past"), when.spans  # noqa: PLR2004
    if happening.form == "BLOKADE" and not reading.calmed and not reading.settled:
        return "ongoing", happening.spans
    if when.occurred.basis == "reported" and not reading.calmed and not reading.settled:
        return "unknown", ()
    return "past", ()


def _may_go_on(reading: Reading, when: When, key: str) -> bool:
    """Tell whether it may still go on: no time was told, or it began within a day, and nobody says it has calmed."""
    if reading.calmed or reading.settled:
        return False
    fresh = when.ahead_by is not None and when.ahead_by >= -FRESH
    return key == "unknown" or fresh


def _life_in_danger(told: Circumstances, level: Level) -> bool:
    deadly = bool(told.weapons & {"firearms", "explosives", "blades", "molotov"})
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
        missing.append(MISSING["crowd"])
    if facts.killed is None and facts.injured is None and happening.violence:
        missing.append(MISSING["casualties"])
    if not facts.weapons and happening.violence:
        missing.append(MISSING["weapons"])
    if where.found.kecamatan is None:
        missing.append(MISSING["place"])
    if when.occurred.start is None:
        missing.append(MISSING["time"])
    if report.basis is None:
        missing.append(MISSING["source"])
    return tuple(missing)
