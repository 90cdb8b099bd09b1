"""Read a table of counts (CSV: area, period, count, and any group), check it, and run a detector over it."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from .detector import MOST_COUNT, Detector, Judgement, Key, replay
from .wording import code, facts, say, say_change

COLUMNS = ("area", "period", "count")
MOST_ERRORS = 20
MOST_DAYS = 40 * 366
DENSE = 0.5
WEEK = 7


class TableError(ValueError):
    """Name what is wrong with a table, a line each; all of it is refused, since its rows explain each other."""


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one line of the table."""

    line: int
    key: Key
    period: date
    count: int


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a checked table: rows in the file's order, days in a period, and whether rows that are missing are zeros."""

    rows: tuple[Row, ...]
    days: int
    grouped: bool
    missing: int
    missing_are_zeros: bool

    def periods(self) -> Iterator[dict[Key, int]]:
        """Give the counts of each period from the first to the last, those without any row included."""
        if not self.rows:
            return
        first, last = min(r.period for r in self.rows), max(r.period for r in self.rows)
        counts: list[dict[Key, int]] = [{} for _ in range((last - first).days // self.days + 1)]
        for row in self.rows:
            counts[(row.period - first).days // self.days][row.key] = row.count
        keys = list(dict.fromkeys(row.key for row in self.rows))
        for given in counts:
            yield {key: given.get(key, 0) for key in keys} if self.missing_are_zeros else given


def decoded(data: bytes) -> str:
    """Give the text of a file: UTF-16 where its byte order mark says so, else UTF-8. Raises TableError."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-16" if wide else "utf-8", "ignore")
        line = before.count("\n") + 1
        raise TableError(
            f"line {line}: this is not {'UTF-16' if wide else 'UTF-8'}; save the table as UTF-8"
        ) from error


def read(lines: Iterable[str]) -> Table:
    """Read and check a table.

    Rows that are missing were not reported, unless no row of the file counts zero: a table that lists only what
    happened means zeros by what it leaves out. Raises TableError.
    """
    rows, errors, grouped = [], [], False
    for line, row in _records(lines):
        if isinstance(row, str):
            errors.append(f"line {line}: {row}")
        else:
            rows.append(row)
            grouped = grouped or bool(row.key.group)
    seen: dict[tuple[Key, date], int] = {}
    for row in rows:
        before = seen.setdefault((row.key, row.period), row.line)
        if before != row.line:
            errors.append(f"line {row.line}: {row.key.area} on {row.period} is already in line {before}")
    if errors:
        more = [f"... and {len(errors) - MOST_ERRORS} more"] if len(errors) > MOST_ERRORS else []
        raise TableError("\n".join([*errors[:MOST_ERRORS], *more]))
    if not rows:
        return Table((), WEEK, grouped=False, missing=0, missing_are_zeros=False)
    no_zero = all(row.count for row in rows)
    days = _step(rows, sparse=no_zero)
    missing = _missing(rows, days)
    return Table(tuple(rows), days, grouped, missing, missing_are_zeros=bool(missing) and no_zero)


def watch(table: Table, per_month: float) -> Iterator[dict[str, Any]]:
    """Judge a table and give an answer for each row, in the file's order (docs/early-warning.md names the fields)."""
    if not table.rows:
        return
    first = min(row.period for row in table.rows)
    places: dict[int, dict[Key, int]] = {}
    for i, row in enumerate(table.rows):
        places.setdefault((row.period - first).days // table.days, {})[row.key] = i
    answers: list[dict[str, Any]] = [{} for _ in table.rows]
    for t, judgement in enumerate(replay(Detector(table.days, per_month), table.periods())):
        here = places.get(t, {})
        for i in here.values():
            answers[i] = _answer(table, table.rows[i], judgement)
        if judgement.change is not None and here:
            _tell_change(judgement, [answers[i] for i in here.values()])
    yield from answers


def _answer(table: Table, row: Row, judgement: Judgement) -> dict[str, Any]:
    verdict = judgement.verdicts[row.key]
    answer: dict[str, Any] = {"area": row.key.area}
    if table.grouped:
        answer["group"] = row.key.group
    answer |= {
        "period": row.period.isoformat(),
        "count": row.count,
        "expected": round(verdict.expected, 4),
        "chance": verdict.chance,
        "notify": verdict.notify,
        "district_wide": False,
        "reason": say(verdict, row.key.area, row.key.group),
        "needs": verdict.needs,
        "code": code(verdict),
        "short_history": verdict.short,
    }
    if verdict.notify:
        answer |= facts(verdict) | {"reason_en": say(verdict, row.key.area, row.key.group, language="en")}
    return answer


def _tell_change(judgement: Judgement, answers: list[dict[str, Any]]) -> None:
    """Tell a change of the district on one row of its period: the first that has nothing to tell itself."""
    change = judgement.change
    if change is None:
        return
    row = next((a for a in answers if not a["notify"]), answers[0])
    row |= {
        "notify": True,
        "district_wide": True,
        "reason": say_change(change, change.group or ""),
        "reason_en": say_change(change, change.group or "", language="en"),
        "code": "district",
        "district_group": change.group,
        "district_count": change.seen,
        "district_expected": round(change.usual, 2),
        "district_chance": change.chance,
        "district_factor": round(change.factor, 2),
        "months_between": round(change.months, 2),
    }


def _records(lines: Iterable[str]) -> Iterator[tuple[int, Row | str]]:
    """Give (line number, row or what is wrong with it)."""
    lines = iter(lines)
    head = next(lines, "").lstrip("\ufeff")
    delimiter = ";" if head.count(";") > head.count(",") else ","
    names = [name.strip().lower() for name in next(csv.reader([head], delimiter=delimiter), [])]
    lacking = [name for name in COLUMNS if name not in names]
    if lacking:
        raise TableError(f"line 1: the table has no column {', '.join(lacking)}; it needs area, period, count")
    at = [names.index(name) for name in COLUMNS]
    group = names.index("group") if "group" in names else None
    reader = csv.reader(lines, delimiter=delimiter)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num + 1, _row(cells, at, group, reader.line_num + 1)


def _row(cells: list[str], at: list[int], group: int | None, line: int) -> Row | str:
    if len(cells) <= max(*at, group or 0):
        return "a column is missing"
    area, period, count = (cells[i].strip() for i in at)
    if not area:
        return "the area is empty"
    try:
        day = date.fromisoformat(period)
    except ValueError:
        return f"{period!r} is not an ISO date (2026-01-31)"
    try:
        number = int(count)
    except ValueError:
        return f"{count!r} is not a whole number"
    if not 0 <= number <= MOST_COUNT:
        return f"{number} is not a number of incidents: it is 0 to {MOST_COUNT}"
    return Row(line, Key(cells[group].strip() if group is not None else "", area), day, number)


def _step(rows: list[Row], *, sparse: bool) -> int:
    """Give the days in a period, 1 or 7; raises TableError where the dates have no such step."""
    days = sorted({row.period for row in rows})
    span = (days[-1] - days[0]).days
    if span > MOST_DAYS:
        raise TableError(f"the table spans {days[0]} to {days[-1]}: more than 40 years, is a date mistyped?")
    steps = [(b - a).days for a, b in pairwise(days)]
    if all(step % WEEK == 0 for step in steps):
        if steps and min(steps) > WEEK:
            raise TableError(f"periods are {min(steps)} days apart; the step is a day or a week")
        return WEEK
    if min(steps) > 1 or (not sparse and len(days) < DENSE * (span + 1)):
        odd = next(row for row in rows if (row.period - days[0]).days % WEEK)
        raise TableError(
            f"line {odd.line}: {odd.period} is not a whole number of weeks after {days[0]}, and most days are missing"
        )
    return 1


def _missing(rows: list[Row], days: int) -> int:
    """Count the rows that are missing between a series' first period and the last of the table."""
    last = max(row.period for row in rows)
    first: dict[Key, date] = {}
    had: dict[Key, int] = {}
    for row in rows:
        first[row.key] = min(first.get(row.key, row.period), row.period)
        had[row.key] = had.get(row.key, 0) + 1
    return sum((last - first[key]).days // days + 1 - had[key] for key in had)
