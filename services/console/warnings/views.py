"""Compose what the pages and the API of early warning show, for one reader in one language. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from schemas.rows.warnings import DateEntryRow, EarlyWarningRow, IndicatorRow, OutcomeRow
from schemas.vocabulary import ANSWERED, OPEN_STATES, Duty, Level, chased
from schemas.warnings import WarningKind
from services.console.read_log import Shown, Told, of_incidents
from services.console.warnings.pictures import Bars, bars_of
from services.console.warnings.queries import Read
from services.console.warnings.record import Record, record_of
from services.incidents.access import barring, hidden_issues, sees_all
from services.security.auth import Identity
from services.security.redaction import with_dots
from services.warnings import wording
from services.warnings.counting import Counted, behind, counted, groups_of
from services.warnings.places import Chain, PlaceLevel, WatchNote, chains, levels, step_of, watch_notes
from services.warnings.thresholds import Quiet, quiet
from services.warnings.vulnerable_dates import Dated, Earlier, coming, earlier_years, windows

DAYS_SHOWN, WEEKS_SHOWN, SMALL_WEEKS = 28, 26, 12
WEEK = 7
DAY = timedelta(days=1)
AHEAD = 60  # days of the calendar that are shown


@dataclass(frozen=True, kw_only=True)
class Answering:
    """How far one institution is with its answer."""

    institution: str
    name: str
    duty: str
    state: str
    needed: bool
    due: datetime | None


@dataclass(frozen=True, kw_only=True)
class WarningView:
    """One warning."""

    id: str
    kind: str
    level: str
    state: str
    open: bool
    area: str
    place: str
    group: str
    group_label: str
    rule: str
    rule_label: str
    issue: str
    issue_label: str
    text: str
    day: date
    told_day: date
    ends_day: date
    since: date | None
    raised_at: datetime
    ended_at: datetime | None
    close_reason: str | None
    exercise: bool
    count: int | None
    usual: float | None
    chance: float | None
    months_between: float | None
    needs: int | None
    days: int | None
    short_history: bool
    incidents: int
    answers: tuple[Answering, ...]
    useful: int
    not_useful: int


@dataclass(frozen=True)
class Desk:
    """The first page of early warning, and what the API gives."""

    open: tuple[WarningView, ...]
    over: tuple[WarningView, ...]
    record: Record
    per_month: float


@dataclass(frozen=True)
class AreaOfMap:
    """One kecamatan on the map of levels, with its weeks in small."""

    code: str
    name: str
    path: str
    x: float
    y: float
    step: int
    count: int
    rate: float
    warned: bool
    bars: Bars


class Kept(NamedTuple):
    """An incident as far as its secrecy goes."""

    id: str
    issue: str
    issue_secondary: str | None


class Composer:
    """Compose the views of early warning from what was read for one reader."""

    def __init__(self, read: Read, district: District, reader: Identity, now: datetime, language: str = "id") -> None:
        self._read = read
        self._district = district
        self._reader = reader
        self.language: wording.Language = "en" if language == "en" else "id"
        self._zone = ZoneInfo(district.timezone)
        self.today = now.astimezone(self._zone).date()
        self._groups = {one.code: one for one in groups_of(district)}
        self._rules = {one.code: one for one in district.warnings.rule}
        self._hidden = hidden = set(hidden_issues(reader, district))
        out = set() if sees_all(reader) else set(barring(reader, district))
        # What is kept from a reader is no part of the counts shown to that reader either.
        kept = [one for one in read.countable if not hidden & {one["issue"], one.get("issue_secondary")}]
        self.incidents = [one for one in counted(kept, district) if not out & set(one.accused)]

    # -- what is shown ---------------------------------------------------------------------------------------------

    def shown(self, ids: Iterable[str]) -> list[Shown]:
        """Give what the reader is shown of these warnings, and of the incidents among them that he may open."""
        known: dict[str, Told] = {
            one["id"]: Kept(one["id"], one["issue"], one["issue_secondary"])
            for one in self._read.countable
            if one["id"] in self.open_ids
        }
        known |= self._read.rows
        told = [known[id_] for id_ in dict.fromkeys(ids) if id_ in known]
        return list(of_incidents(self._reader, self._district, told))

    # -- warnings --------------------------------------------------------------------------------------------------

    def desk(self) -> Desk:
        """Give the open warnings, those that are over, and how warnings have done."""
        views = [self.view(row) for row in self._read.warnings]
        return Desk(
            open=tuple(sorted((one for one in views if one.open), key=lambda one: -Level[one.level].value)),
            over=tuple(one for one in views if not one.open),
            record=self.record(),
            per_month=self._district.warnings.false_per_month,
        )

    def record(self) -> Record:
        """Give how warnings have done, of those that this reader may know of."""
        return record_of(self._read.warnings, self._by_warning(), self.incidents, self._district, self.today)

    def _by_warning(self) -> dict[str, list[OutcomeRow]]:
        found: dict[str, list[OutcomeRow]] = defaultdict(list)
        for one in self._read.outcomes:
            found[one["warning_id"]].append(one)
        return found

    def view(self, row: EarlyWarningRow) -> WarningView:
        """Compose one warning."""
        incident, facts = self._read.rows[row["id"]], row["facts"]
        said = self._by_warning().get(row["id"], [])
        useful = sum(one["useful"] for one in said)
        return WarningView(
            id=row["id"],
            kind=row["kind"],
            level=Level(incident.level).name,
            state=incident.state,
            open=incident.state in OPEN_STATES and row["ended_at"] is None,
            area=row["area"],
            place=self.place(row["area"]),
            group=row["group"],
            group_label=self.group_label(row["group"]),
            rule=row["rule"],
            rule_label=self.rule_label(row["rule"]),
            issue=incident.issue,
            issue_label=self.issue_label(incident.issue),
            text=row["words"].get(self.language, ""),
            day=date.fromisoformat(row["day"]),
            told_day=date.fromisoformat(row["told_day"]),
            ends_day=date.fromisoformat(row["ends_day"]),
            since=date.fromisoformat(facts["since"]) if facts.get("since") else None,
            raised_at=row["raised_at"],
            ended_at=row["ended_at"] or incident.closed_at,
            close_reason=with_dots(incident.close_reason) if incident.close_reason else None,
            exercise=row["exercise"],
            count=facts.get("count"),
            usual=facts.get("usual"),
            chance=facts.get("chance"),
            months_between=facts.get("months"),
            needs=facts.get("needs"),
            days=facts.get("days"),
            short_history=bool(facts.get("short", False)),
            incidents=len(facts.get("incidents", ())),
            answers=self._answers(incident, self._read.alerts.get(row["id"], ())),
            useful=useful,
            not_useful=len(said) - useful,
        )

    def _answers(self, incident: Incident, alerts: Sequence[Alert]) -> tuple[Answering, ...]:
        order = [duty.value for duty in Duty]
        shown = sorted(alerts, key=lambda one: (order.index(one.duty), one.institution, one.unit))
        open_ = incident.state in OPEN_STATES
        return tuple(
            Answering(
                institution=one.institution,
                name=self._district.called(one.institution, one.unit or None),
                duty=one.duty,
                state=one.state,
                needed=chased(one.duty, needed=one.needed),
                due=one.ack_due if open_ and one.state not in ANSWERED else None,
            )
            for one in shown
        )

    def outcomes_of(self, warning: str) -> list[OutcomeRow]:
        """Give what people said of a warning, the oldest first, as others are shown it."""
        return [{**one, "note": with_dots(one["note"])} for one in self._by_warning().get(warning, [])]

    def said_by(self, warning: str, person: str) -> OutcomeRow | None:
        """Give what one person said of a warning, in his own words: for the form in which he changes it."""
        return next((one for one in self._by_warning().get(warning, []) if one["by"] == person), None)

    def signs(self) -> list[IndicatorRow]:
        """Give the signs that were seen, as others are shown them."""
        return [{**one, "note": with_dots(one["note"])} for one in self._read.signs]

    def behind(self, row: EarlyWarningRow) -> list[tuple[Counted, bool]]:
        """Give the incidents behind a warning that this reader may count, and whether each may be opened."""
        wanted = set(row["facts"].get("incidents", ()))
        return [(one, one.id in self._read.open_ids) for one in self.incidents if one.id in wanted]

    def pictures(self, row: EarlyWarningRow) -> tuple[Bars, Bars] | None:
        """Give the bars by day and by week of a warning that counts incidents."""
        if row["kind"] in (WarningKind.DATE, WarningKind.SILENT):
            return None
        facts, told = row["facts"], date.fromisoformat(row["told_day"])
        until = max(self._last(facts.get("incidents", ()), told), date.fromisoformat(row["day"]))
        days = [one.day for one in self._counted_by(row)]
        length = int(facts.get("days", WEEK))
        usual = facts.get("usual")
        weekly = usual * WEEK / length if usual is not None else None
        return (
            bars_of(days, until, step=1, number=DAYS_SHOWN, told_days=length),
            bars_of(days, until, step=WEEK, number=WEEKS_SHOWN, usual=weekly, told_days=1),
        )

    def _last(self, ids: Sequence[str], otherwise: date) -> date:
        wanted = set(ids)
        return max((one.day for one in self.incidents if one.id in wanted), default=otherwise)

    def _counted_by(self, row: EarlyWarningRow) -> list[Counted]:
        rule = self._rules.get(row["rule"]) if row["kind"] == WarningKind.RULE else None
        inside = behind(self.incidents, date.min, date.max, area=row["area"], group=row["group"])
        if rule is None:
            return inside
        ids = set(row["facts"].get("incidents", ()))
        return [
            one
            for one in self.incidents
            if one.id in ids
            or (one in inside and one.level >= rule.least_level and (not rule.issues or one.issue in rule.issues))
        ]

    # -- names -----------------------------------------------------------------------------------------------------

    def place(self, code: str | None) -> str:
        """Name a kecamatan or desa; the district where there is none."""
        place = self._district.places.get(code or "")
        return place.name if place else self._district.name

    def group_label(self, code: str) -> str:
        """Name a group of issues."""
        group = self._groups.get(code)
        return (group.label_en if self.language == "en" else group.label_id) if group else code

    def rule_label(self, code: str) -> str:
        """Name a threshold rule; its code where the district no longer knows it."""
        rule = self._rules.get(code)
        return (rule.label_en if self.language == "en" else rule.label_id) if rule else code

    def issue_label(self, code: str) -> str:
        """Name an issue."""
        issue = self._district.issues.get(code)
        return (issue.label_en if self.language == "en" else issue.label_id) if issue else code

    # -- places ----------------------------------------------------------------------------------------------------

    def levels(self, *, desa: bool = False) -> list[PlaceLevel]:
        """Give the places by level."""
        return levels(self.incidents, self._district, self.today, desa=desa)

    def map(self) -> list[AreaOfMap]:
        """Give the map of levels with a small picture of twelve weeks for each kecamatan."""
        found = {one.code: one for one in self.levels()}
        highest = max((one.rate for one in found.values()), default=0.0)
        days: dict[str, list[date]] = defaultdict(list)
        for one in self.incidents:
            days[one.kecamatan].append(one.day)
        warned = {row["area"] for row in self._read.warnings if self.view(row).open}
        return [
            AreaOfMap(
                code=shape.code,
                name=found[shape.code].name,
                path=shape.path,
                x=shape.x,
                y=shape.y,
                step=step_of(found[shape.code].rate, highest),
                count=sum(found[shape.code].by_level.values()),
                rate=found[shape.code].rate,
                warned=shape.code in warned,
                bars=bars_of(days[shape.code], self.today, step=WEEK, number=SMALL_WEEKS),
            )
            for shape in self._district.shapes
            if shape.code in found
        ]

    def watch_notes(self) -> list[WatchNote]:
        """Give the neighbourhoods that are watched."""
        return watch_notes(self.incidents, self._district, self.today)

    def chains(self) -> list[Chain]:
        """Give the threads of incidents that may answer one another."""
        return chains(self.incidents, self._district, self.today)

    def by_id(self) -> Mapping[str, Counted]:
        """Give the incidents that count, by id."""
        return {one.id: one for one in self.incidents}

    @property
    def open_ids(self) -> frozenset[str]:
        """Give the incidents that the reader may open."""
        return self._read.open_ids

    # -- dates and silence -----------------------------------------------------------------------------------------

    def dates(self, ahead: int = AHEAD) -> list[tuple[Dated, list[Earlier]]]:
        """Give the windows that are open or come, with what happened in them in earlier years."""
        told: list[DateEntryRow] = [
            {
                **one,
                "name": with_dots(one["name"]),
                "source": with_dots(one["source"]),
                "reason": with_dots(one["reason"]),
            }
            for one in self._read.entries
        ]
        dated = [one for one in windows(self._district, told) if one.issue not in self._hidden]
        began = self._read.began.astimezone(self._zone).date() if self._read.began else None
        return [
            (one, earlier_years(one, dated, self.incidents, began, int(Level.TINGGI)))
            for one in coming(dated, self.today, ahead)
        ]

    def silent(self) -> list[Quiet]:
        """Give the kecamatan that usually report and are silent."""
        days = [(area, at.astimezone(self._zone).date()) for area, at in self._read.reporting]
        return quiet(days, self._district, self.today)
