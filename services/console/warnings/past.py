"""Give what early warning knew at an instant, so that a week's brief says the same whenever it is drawn. Pure.

What was told, decided or entered later is undone by the dates of the rows and the lines of the audit log. Which
reports came later into an incident is known, not what each of them changed but the level: such incidents are counted.
What came as history counts from when it happened. Who may read what is decided by the reader's rights of today.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from schemas.district import District
from schemas.records.incidents import Incident
from schemas.rows.incidents import IncidentRow
from schemas.rows.warnings import DateEntryRow, EarlyWarningRow, OutcomeRow
from schemas.vocabulary import EventKind, IncidentState
from services.console.warnings.queries import JOINED, JUDGED, SIGNS, JournalLine, Later, Read
from services.incidents.access import barring, hidden_issues, sees_all
from services.incidents.urgency import came_as_history
from services.office.figures import Case, Line, at_instant
from services.security.auth import Identity
from services.warnings.counting import counted
from services.warnings.queries import counts

# Kinds of lines by which an incident is judged anew, or more is told of it; an answer or a closing is none.
CHANGED = (
    EventKind.INCIDENT_ASSESSED,
    EventKind.INCIDENT_RAISED,
    EventKind.INCIDENT_CHANGED,
    EventKind.INCIDENT_REOPENED,
    EventKind.INCIDENT_SPLIT,
)
TOLD = (EventKind.WARNING_RAISED, EventKind.WARNING_CHANGED)


@dataclass(frozen=True)
class Since:
    """What has changed of a week since its figures were drawn up: how many incidents, how many signs."""

    late: int = 0  # told of later
    gone: int = 0  # dismissed, merged, or found to be none
    changed: int = 0  # judged anew, or more was told of them
    history: int = 0  # counted, though they came as history later
    signs: int = 0  # entered later, or taken back

    @property
    def any(self) -> bool:
        """Say whether anything has."""
        return bool(self.late or self.gone or self.changed or self.history or self.signs)


@dataclass(frozen=True)
class Past:
    """What was known at an instant, and how each incident that has changed since stands now."""

    read: Read
    now: Sequence[IncidentRow]  # countable today, as they stand today
    changed: frozenset[str]  # incidents that were judged anew after the instant, or told of again
    history: frozenset[str]  # incidents that came as history after it


def as_it_stood(read: Read, later: Later, moment: datetime, zone: tzinfo) -> Past:
    """Undo what came after an instant.

    `read.countable` are all incidents of the kabupaten, also those that no longer count.
    """
    of: dict[str, list[JournalLine]] = defaultdict(list)
    for line in later.lines:
        if line.incident is not None:
            of[line.incident].append(line)
    then, history = [], set()
    for row in read.countable:
        if came_as_history(row["opened_at"], row["closed_at"], row["close_reason"]):
            if row["opened_at"] > moment:
                history.add(row["id"])
            then.append(row)
        elif row["opened_at"] <= moment:
            then.append(_stood(row, of[row["id"]], moment) if row["id"] in later.touched else row)
    warnings = [one for one in read.warnings if one["raised_at"] <= moment]
    return Past(
        read=replace(
            read,
            warnings=[_as_told(one, of.get(one["id"], ()), moment, zone) for one in warnings],
            rows={one["id"]: _at_level(read.rows[one["id"]], of.get(one["id"], ()), moment) for one in warnings},
            outcomes=_said(read.outcomes, of, moment),
            countable=[row for row in then if counts(row)],
            reporting=[one for one in read.reporting if one[1] <= moment],
            entries=[_entered(one, moment) for one in read.entries if one["at"] <= moment],
        ),
        now=[row for row in read.countable if counts(row)],
        changed=frozenset(
            line.incident for line in later.lines if line.incident and line.at > moment and line.kind in CHANGED
        ),
        history=frozenset(history),
    )


def _stood(row: IncidentRow, lines: Sequence[JournalLine], moment: datetime) -> IncidentRow:
    """Give an incident as it stood: state, level, issue, form, kecamatan; one without earlier lines was open."""
    case = Case(
        id=row["id"],
        at=row["opened_at"],
        issue=row["issue"],
        form=row["form"],
        level=row["level"],
        kecamatan=row["kecamatan"],
        state=row["state"],
        conflict=row["conflict"],
        reports=1,
    )
    own = [Line(one.seq, one.at, one.kind, one.data) for one in lines]
    opened = Line(-1, row["opened_at"], EventKind.INCIDENT_OPENED, {})
    found = at_instant(case, [opened, *own], moment) or replace(case, state=IncidentState.OPEN)
    stood: IncidentRow = {**row, "issue": found.issue, "form": found.form, "level": found.level}
    stood |= {"state": found.state, "conflict": found.conflict, "kecamatan": found.kecamatan}
    if found.kecamatan != row["kecamatan"]:
        stood |= {"desa": None, "place": {}}
    return stood


def _as_told(row: EarlyWarningRow, lines: Iterable[JournalLine], moment: datetime, zone: tzinfo) -> EarlyWarningRow:
    """Give a warning in the words and on the day in which people had been told of it last."""
    said = [one for one in lines if one.kind in (*TOLD, JOINED) and one.at <= moment and "words" in one.data]
    told = [one for one in said if one.kind != JOINED]
    ended = row["ended_at"]
    found: EarlyWarningRow = {**row, "ended_at": ended if ended and ended <= moment else None}
    if told:
        found["told_day"] = told[-1].at.astimezone(zone).date().isoformat()
        found["words"] = said[-1].data["words"]
    return found


def _at_level(row: Incident, lines: Iterable[JournalLine], moment: datetime) -> Incident:
    levels = [one.data["level"] for one in lines if one.kind in TOLD and one.at <= moment and "level" in one.data]
    if not levels or levels[-1] == row.level:
        return row
    return row.model_copy(update={"level": levels[-1]})


def _said(
    outcomes: Sequence[OutcomeRow], of: Mapping[str, Sequence[JournalLine]], moment: datetime
) -> list[OutcomeRow]:
    """Give what people had said of warnings: a word that replaced an earlier one gives way to it."""
    found = []
    for one in outcomes:
        if one["at"] <= moment:
            found.append(one)
            continue
        before = [
            line
            for line in of.get(one["warning_id"], ())
            if line.kind == JUDGED and line.actor == one["by"] and line.at <= moment
        ]
        if before:
            said = before[-1]
            found.append({**one, "at": said.at, "useful": said.data["useful"], "became": said.data["became"]})
    return found


def _entered(row: DateEntryRow, moment: datetime) -> DateEntryRow:
    withdrawn = row["withdrawn_at"]
    return {**row, "withdrawn_at": withdrawn if withdrawn and withdrawn <= moment else None}


NOTHING_SINCE = Since()


def changes(
    past: Past, monday: date, sunday: date, district: District, reader: Identity, lines: Iterable[JournalLine]
) -> Since:
    """Count what has changed of the incidents of a week that a reader may count, and of its signs."""
    hidden = set(hidden_issues(reader, district))
    out = set() if sees_all(reader) else set(barring(reader, district))

    def inside(rows: Iterable[IncidentRow]) -> set[str]:
        return {
            one.id
            for one in counted(rows, district)
            if monday <= one.day <= sunday and one.issue not in hidden and not out & set(one.accused)
        }

    then, now = inside(past.read.countable), inside(past.now)
    noted: dict[str, set[str]] = {}
    for line in lines:  # the first line after the instant says what stood before it
        if line.kind == SIGNS and line.data["week"] == monday.isoformat():
            noted.setdefault(line.data["kecamatan"], set(line.data["before"]))
    standing: dict[str, set[str]] = defaultdict(set)
    for sign in past.read.signs:
        if sign["week"] == monday.isoformat():
            standing[sign["kecamatan"]].add(sign["code"])
    return Since(
        late=len(now - then),
        gone=len(then - now),
        changed=len((then & now & past.changed) - past.history),
        history=len(then & past.history),
        signs=sum(len(standing[area] ^ before) for area, before in noted.items()),
    )
