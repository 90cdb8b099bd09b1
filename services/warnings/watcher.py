"""Look for what people are to be warned of, every few minutes, and raise it.

One look reads what has changed, computes beside the loop, and writes in one short transaction. It writes warnings
only: no incident is changed, muted or delayed by it, and a look that fails is tried again at the next.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.rows.warnings import EarlyWarningRow
from schemas.vocabulary import CLOSED_STATES, IncidentState, Level
from schemas.warnings import WarningKind
from services.early_warning.detector import Change, Key, Verdict
from services.early_warning.wording import say, say_change
from services.policy.active import note
from services.runtime.logging import place_of
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session, Transaction
from services.warnings import queries, raising, wording
from services.warnings.counting import (
    DAY,
    Counted,
    Found,
    accused_in,
    behind,
    counts_of,
    groups_of,
    kecamatan_of,
    main_issue,
)
from services.warnings.history import Behind, History, read_behind, read_history, read_of_issue
from services.warnings.rises import MOST_DAYS, Risen, RiseWatch, replay, risen
from services.warnings.thresholds import Reached, quiet, reached
from services.warnings.vulnerable_dates import earlier_years, lowered_on, spans_before, to_brief, windows

log = logging.getLogger("kentongan.watch")
COVERED = (WarningKind.RISE, WarningKind.RULE)
GREW = 2  # times as many incidents as were told: a threshold's warning is told again


@dataclass(frozen=True)
class Stood:
    """What stands out by the counts of one look, and the thresholds that are reached."""

    rises: Sequence[Risen]
    hits: Sequence[Reached]


def series_of(district: District) -> tuple[Key, ...]:
    """Give the series that are watched: each group of issues in each kecamatan."""
    areas = kecamatan_of(district)
    return tuple(Key(group.code, area) for group in groups_of(district) for area in areas)


class Watcher:
    """Look for what is unusual in one installation."""

    def __init__(self, store: Store, district: Callable[[], District], instance: str = "") -> None:
        self._store = store
        self._district = district
        self._instance = instance
        self._rises: RiseWatch | None = None

    async def look(self) -> list[str]:
        """Look once; gives the ids of the warnings raised by it."""
        try:
            return await self._look()
        except StoreUnavailable:
            log.warning("watch: the store is away")
        except Exception as error:  # noqa: BLE001 - the next look tries again, and the auditor tells of silence
            log.error("watch: a look failed: %s", place_of(error))  # noqa: TRY400 - no words
        return []

    async def _look(self) -> list[str]:
        district, now = self._district(), self._store.clock()
        history = await self._store.read(lambda session: read_history(session, district, now))
        today = now.astimezone(ZoneInfo(district.timezone)).date()
        stood = await asyncio.to_thread(self.find, history, district, today)
        found = await self._store.read(lambda session: told_of(session, stood, history, district, today))
        return await self._store.write(lambda tx: self._settle(tx, district, found, today))

    # -- what is found ---------------------------------------------------------------------------------------------

    def find(self, history: History, district: District, today: date) -> Stood:
        """Give what stands out by the counts and which thresholds are reached, told already or not."""
        lowered = lowered_on(windows(district, history.entries), today)
        hits = reached(history.fitting, district, today, lowered, _spent(history))
        return Stood(self._risen(history, district, today), hits)

    def _risen(self, history: History, district: District, today: date) -> list[Risen]:
        series, per_month = series_of(district), district.warnings.false_per_month
        if self._rises is None or (self._rises.series, self._rises.per_month) != (series, per_month):
            self._rises = RiseWatch(series, per_month)
        return self._rises.today(history.counts, _told(history.warnings), today)

    def _settle(self, tx: Transaction, district: District, found: Sequence[Found], today: date) -> list[str]:
        """Raise what is new, let grow what grew, end what is over; in one transaction, by what stands there now."""
        raised = _Settling(tx, district, today).settle(found)
        if self._instance:
            note(tx, self._instance, watched=tx.now.timestamp())
        return raised


class _Settling:
    """What becomes, in one transaction, of what a look has found."""

    def __init__(self, tx: Transaction, district: District, today: date) -> None:
        self._tx, self._district, self._today = tx, district, today
        kept = queries.warnings_since(tx.session, tx.now - MOST_DAYS * DAY)
        self._standing = [one for one in kept if not one["exercise"]]
        self._exercises = [one for one in kept if one["exercise"] and one["ended_at"] is None]
        self._states = queries.states_of(tx.session, [one["id"] for one in self._standing])
        self._current: dict[tuple[str, str, str, str], EarlyWarningRow] = {}
        for row in self._standing:
            if row["ended_at"] is None:
                self._current.setdefault(_key(row), row)

    def settle(self, found: Sequence[Found]) -> list[str]:
        """Raise, join, renew and end; gives the ids of the warnings raised."""
        tx, district = self._tx, self._district
        # A threshold joins a rise that speaks of the same incidents, if there is one.
        ordered = sorted(found, key=lambda one: one.kind != WarningKind.RISE)
        raised = [id_ for id_ in map(self._one, ordered) if id_ is not None]
        seen = {one.key for one in found}
        for row in self._standing:
            if row["ended_at"] is None:
                self._end_or_lift(row, self._states.get(row["id"], ""), silent=_key(row) in seen)
        for row in self._exercises:
            if row["ends_day"] < self._today.isoformat():
                raising.end(tx, row, _ending(row, district))
        return raised

    def _one(self, one: Found) -> str | None:
        """Settle one thing; gives the id of a warning that was raised for it."""
        cover = _cover(one, self._current.values(), self._states)
        if cover is not None:
            raising.join(self._tx, cover, one, self._today)
            return None
        known = self._current.get(one.key)
        if known is not None and self._states.get(known["id"]) not in CLOSED_STATES:
            _renew(self._tx, self._district, known, one, self._today)
            return None
        if _told_before(one, self._standing, self._today):
            return None
        number = sum(_key(row) == one.key and row["day"] == self._today.isoformat() for row in self._standing)
        raised = raising.raise_warning(self._tx, self._district, one, self._today, number=number)
        fresh = queries.warning(self._tx.session, raised)
        if fresh is not None:
            self._current[one.key] = fresh
        return raised

    def _end_or_lift(self, row: EarlyWarningRow, state: str, *, silent: bool) -> None:
        """End a warning that is over, or give one that an officer has verified the level of its rules."""
        tx, district = self._tx, self._district
        spoken = row["kind"] == WarningKind.SILENT and not silent
        if state in CLOSED_STATES or spoken or row["ends_day"] < self._today.isoformat():
            raising.end(tx, row, _ending(row, district))
        elif (reached := rules_of(row)) and state not in ("", IncidentState.OPEN):
            wanted = [rule.level for rule in district.warnings.rule if rule.code in reached]
            if wanted and queries.is_verified(tx.session, row["id"]):
                raising.lift(tx, district, row, max(wanted))


def told_of(session: Session, stood: Stood, history: History, district: District, today: date) -> list[Found]:
    """Give everything that people are to be warned of today, told already or not, with the incidents behind it.

    These are read here, a stretch at a time: of most looks there is nothing to say.
    """
    behind_it = partial(read_behind, session, district)
    newest = {one.key: one for day in stood.rises for one in rises_of(day, behind_it, district)}
    found = list(newest.values())  # of several days the newest
    found += [found_by_rule(hit, district, today) for hit in stood.hits]
    found += _dated(session, history, district, today)
    for silent in quiet(history.reporting, district, today):
        found.append(
            Found(
                kind=WarningKind.SILENT,
                issue=district.other_issue,
                level=district.warnings.silent,
                ends=today + DAY,
                area=silent.area,
                facts={"since": silent.since.isoformat(), "days": silent.days, "chance": silent.chance},
                words=wording.of_quiet(silent, district),
            )
        )
    return found


def _dated(session: Session, history: History, district: District, today: date) -> Iterator[Found]:
    """Give the vulnerable windows of which people are told today, with what happened in them in earlier years."""
    zone = ZoneInfo(district.timezone)
    began = history.began.astimezone(zone).date() if history.began else None
    dated = windows(district, history.entries)
    for one in to_brief(dated, today):
        spans = spans_before(one, dated, began)
        earlier = [incident for span in spans for incident in read_of_issue(session, district, one, *span)]
        years = earlier_years(one, dated, list({i.id: i for i in earlier}.values()), began, int(Level.TINGGI))
        yield Found(
            kind=WarningKind.DATE,
            issue=one.issue if one.issue in district.issues else district.other_issue,
            level=district.warnings.date,
            ends=one.last + DAY,
            area=one.kecamatan or "",
            rule=one.code,
            facts={"first": one.first.isoformat(), "last": one.last.isoformat(), "source": one.source},
            words=wording.of_date(one, years),
        )


def found_by_rule(hit: Reached, district: District, today: date) -> Found:
    """Give what a reached threshold warns of; until a person verifies it, it has at most the level `unverified`."""
    return Found(
        kind=WarningKind.RULE,
        issue=main_issue(hit.incidents, district),
        level=min(hit.rule.level, district.warnings.unverified),
        ends=today + district.warnings.lasts_days * DAY,
        area=hit.area,
        rule=hit.rule.code,
        incidents=tuple(one.id for one in hit.incidents),
        accused=accused_in(hit.incidents),
        facts={"count": len(hit.incidents), "asked": hit.asked, "days": hit.rule.days},
        words=wording.of_rule(hit, district),
    )


def rises_of(risen: Risen, behind: Behind, district: District) -> list[Found]:
    """Give what a day's counts notify, with the incidents behind it and its words."""
    found = [_rise(key, verdict, behind, district, risen.day) for key, verdict in risen.verdicts]
    if risen.change is not None:
        found.append(_changed(risen.change, behind, district, risen.day))
    return found


def _rise(key: Key, verdict: Verdict, behind: Behind, district: District, today: date) -> Found:
    policy = district.warnings
    group = next(one for one in groups_of(district) if one.code == key.group)
    inside = behind(today - (verdict.days - 1) * DAY, today, area=key.area, group=key.group)
    again = verdict.state == "held"
    return Found(
        kind=WarningKind.RISE,
        issue=main_issue(inside, district),
        level=policy.again if again else policy.rise,
        ends=today + policy.lasts_days * DAY,
        area=key.area,
        group=key.group,
        incidents=tuple(one.id for one in inside),
        accused=accused_in(inside),
        facts={
            "count": verdict.seen,
            "days": verdict.days,
            "usual": round(verdict.usual, 3),
            "chance": verdict.chance,
            "months": verdict.months,
            "needs": verdict.needs,
            "short": verdict.short,
            "since": inside[0].day.isoformat() if inside else today.isoformat(),
            "per_month": policy.false_per_month,
        },
        words={
            language: say(
                verdict,
                wording.place_name(district, key.area),
                wording.group_name(group, language),
                wording.short_name(district),
                language,
            )
            for language in wording.LANGUAGES
        },
        again=again,
    )


def _changed(change: Change, behind: Behind, district: District, today: date) -> Found:
    group = next((one for one in groups_of(district) if one.code == change.group), None)
    inside = behind(today - 6 * DAY, today, group=change.group or "")
    return Found(
        kind=WarningKind.DISTRICT,
        # The whole district is nobody's issue in particular; the coordinator leads (docs/early-warning.md).
        issue=main_issue(inside, district) if group else district.other_issue,
        level=district.warnings.rise,
        ends=today + district.warnings.lasts_days * DAY,
        group=change.group or "",
        incidents=tuple(one.id for one in inside),
        accused=accused_in(inside) if group else (),
        facts={
            "count": change.seen,
            "days": 7,
            "usual": round(change.usual, 3),
            "chance": change.chance,
            "months": change.months,
            "factor": round(change.factor, 2),
            "since": inside[0].day.isoformat() if inside else today.isoformat(),
            "per_month": district.warnings.false_per_month,
        },
        words={
            language: say_change(
                change, wording.group_name(group, language) if group else "", wording.short_name(district), language
            )
            for language in wording.LANGUAGES
        },
    )


def _key(row: EarlyWarningRow) -> tuple[str, str, str, str]:
    return row["kind"], row["area"], row["group"], row["rule"]


def _told(warnings: Sequence[EarlyWarningRow]) -> dict[date, set[Key | str | None]]:
    """Give by day what people were told of: series that rose, and None or a group where the district changed."""
    told: dict[date, set[Key | str | None]] = defaultdict(set)
    for row in warnings:
        for day in {row["day"], row["told_day"]}:
            if row["kind"] == WarningKind.RISE:
                told[date.fromisoformat(day)].add(Key(row["group"], row["area"]))
            elif row["kind"] == WarningKind.DISTRICT:
                told[date.fromisoformat(day)].add(row["group"] or None)
        for group, area, day in row["facts"].get("rises", ()):
            told[date.fromisoformat(day)].add(Key(group, area))
    return dict(told)


def rules_of(row: EarlyWarningRow) -> set[str]:
    """Give the threshold rules that a warning stands for: its own, and those that joined it."""
    own = {row["rule"]} if row["kind"] == WarningKind.RULE else set()
    return own | set(row["facts"].get("rules", ()))


def _cover(found: Found, current: Iterable[EarlyWarningRow], states: dict[str, str]) -> EarlyWarningRow | None:
    """Give the open warning that already speaks of most of these incidents in this place: one thing is told once."""
    if found.kind not in COVERED or found.again:
        return None
    mine = set(found.incidents)
    for row in current:
        other = row["kind"] in COVERED and row["area"] == found.area and _key(row) != found.key
        shared = mine & set(row["facts"].get("incidents", ()))
        if other and states.get(row["id"], "open") not in CLOSED_STATES and 2 * len(shared) >= len(mine) > 0:
            return row
    return None


def _spent(history: History) -> dict[str, set[str]]:
    """Give by rule the incidents behind its warnings that are over."""
    spent: dict[str, set[str]] = defaultdict(set)
    for row in history.warnings:
        over = row["ended_at"] is not None or history.states.get(row["id"]) in CLOSED_STATES
        for rule in rules_of(row) if over else ():
            spent[rule] |= set(row["facts"].get("incidents", ()))
    return spent


def _told_before(found: Found, standing: Sequence[EarlyWarningRow], today: date) -> bool:
    """Say whether a person or a rule has ended this very thing: a date is told once, a rise once in a day.

    A threshold asks for incidents of its own, none that stood behind a warning that is over.
    """
    same = [row for row in standing if _key(row) == found.key]
    if found.kind == WarningKind.DATE:
        return bool(same)
    if found.kind == WarningKind.SILENT:  # closed by a person: told again only after a report has come meanwhile
        return any(row["facts"].get("since") == found.facts["since"] for row in same)
    told = (day for row in same for day in (row["day"], row["told_day"]))
    return found.kind != WarningKind.RULE and today.isoformat() in told


def _renew(tx: Transaction, district: District, row: EarlyWarningRow, found: Found, today: date) -> None:
    """Keep an open warning in step with what is found now; told again only where it has grown much."""
    if found.kind == WarningKind.RISE and found.again:
        raising.grow(tx, district, row, found, today)
    elif found.kind == WarningKind.RULE:
        many, told = len(found.incidents), int(row["facts"].get("told", row["facts"]["count"]))
        facts = {**found.facts, "told": many}
        if many >= GREW * told and raising.grow(tx, district, row, replace(found, facts=facts), today):
            return
        if set(found.incidents) != set(row["facts"]["incidents"]) or row["ends_day"] != found.ends.isoformat():
            kept = {**found.facts, "told": told, "incidents": list(found.incidents)}
            raising.keep(tx, row, found.ends, kept)
    elif found.kind == WarningKind.SILENT:
        raising.keep(tx, row, found.ends)


def _ending(row: EarlyWarningRow, district: District) -> dict[str, str]:
    key = {WarningKind.DATE.value: "ended_date", WarningKind.SILENT.value: "ended_silent"}.get(row["kind"], "ended")
    return {language: wording.say(key, language, days=district.warnings.lasts_days) for language in wording.LANGUAGES}


@dataclass(frozen=True)
class Told:
    """One warning that a replay would have raised, and whether a serious incident came in its place after it."""

    day: date
    found: Found
    followed: str | None


def replayed(incidents: list[Counted], district: District, per_month: float, today: date) -> Iterator[Told]:
    """Give every warning that would have been raised of rises and thresholds, the oldest first; dates are left out."""
    counts, serious = counts_of(incidents), [one for one in incidents if one.level >= Level.TINGGI]
    until: dict[tuple[str, str], date] = {}
    spent: dict[str, set[str]] = {}
    told: dict[tuple[str, str], set[str]] = {}
    for day, judgement in replay(series_of(district), per_month, counts, today):
        known = [one for one in incidents if one.day <= day]
        found = rises_of(risen(day, judgement), partial(behind, known), district)
        for key, ends in list(until.items()):
            if ends < day:
                spent.setdefault(key[0], set()).update(told.pop(key))
                del until[key]
        for hit in reached(known, district, day, {}, spent):
            key = hit.rule.code, hit.area
            if key not in until:
                found.append(found_by_rule(hit, district, day))
            until[key] = day + district.warnings.lasts_days * DAY
            told.setdefault(key, set()).update(one.id for one in hit.incidents)
        for one in found:
            yield Told(day, one, _followed(one, day, serious, district.warnings.true_days))


def _followed(found: Found, day: date, serious: list[Counted], days: int) -> str | None:
    """Give the first serious incident that came in a warning's place within some days, and is not behind it."""
    for one in serious:
        here = found.area in ("", one.kecamatan) and found.group in ("", one.group)
        if here and day <= one.day <= day + days * DAY and one.id not in found.incidents:
            return one.id
    return None
