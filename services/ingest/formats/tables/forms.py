"""Read a form whose headings stand one under the other, each with its value beside it, as a table. Pure."""

import re
from collections.abc import Callable, Sequence

from services.ingest.formats.tables.skipped_rows import filled
from services.sheets.cells import Line, line_of, shown

FEWEST = 3  # known headings that make a form
_ORDINAL = re.compile(r"\(?(?:[IVXLC]{1,7}|[A-Za-z]|\d{1,3})[.)]?", re.ASCII)
_IN_ONE_CELL = re.compile(r"(?P<label>[^:\n]{2,60}?)\s*:\s*(?P<value>\S[\s\S]*)")
_SHORT = re.compile(r"[^\W\d_][\w/.]*(?: [\w/.]+){0,3}")

Known = Callable[[object], object]  # says something of a heading that is known


def rows_of_form(lines: Sequence[Line], known: Known) -> tuple[tuple[Line, ...], list[int]]:
    """Give a row of headings and a row for each form of a sheet, nothing where it holds none; and what is in neither.

    A heading said again begins the next form. What has no heading goes on with the value above it. Titles and
    signatures are in no form: the numbers of their rows are given.
    """
    beside: list[int] = []
    records: list[tuple[int, dict[str, object]]] = []
    label = ""
    for line in lines:
        found, value = _parted(line, known)
        if not found:
            if label and value is not None and records:
                told = records[-1][1]
                told[label] = f"{shown(told[label])}\n{shown(value)}".strip()
            else:
                label = ""
                beside += [line.number] if any(map(shown, line.cells)) else []
            continue
        label = found
        if not records or (label in records[-1][1] and known(label)):
            records.append((line.number, {}))
        records[-1][1][label] = value
    labels = list(dict.fromkeys(each for _, told in records for each in told))
    if sum(bool(known(each)) for each in labels) < FEWEST:
        return (), []
    rows = (line_of(number, tuple(told.get(each) for each in labels)) for number, told in records)
    return (line_of(-1, tuple(labels)), *rows), beside


def _parted(line: Line, known: Known) -> tuple[str, object]:
    """Give the heading and the value of a row; without a heading what goes on, None where nothing does."""
    cells = [(place, cell) for place, cell in filled(line).items() if shown(cell) not in ("", ":")]
    if len(cells) > 1 and _ORDINAL.fullmatch(shown(cells[0][1])):
        cells = cells[1:]
    if not cells:
        return "", None
    (place, first), rest = cells[0], cells[1:]
    told = shown(first)
    if not rest and (one := _IN_ONE_CELL.fullmatch(told)) and (known(one["label"]) or _SHORT.fullmatch(one["label"])):
        return one["label"], one["value"]
    if rest and len(told) <= 60:  # noqa: PLR2004 - no heading is longer
        value = rest[0][1] if len(rest) == 1 else " ".join(shown(cell) for _, cell in rest)
        return told.rstrip(" :"), value.lstrip(": ") if isinstance(value, str) else value
    return "", first if place > 0 else None
