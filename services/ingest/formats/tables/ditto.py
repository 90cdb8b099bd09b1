"""Repeat what stands above where a row only says so: a ditto mark, "sda", "idem". Pure."""

import re
from dataclasses import replace

from services.sheets.cells import Line, shown

_DITTO = re.compile(
    r"(?:-\s?)?[\"\u201c\u201d\u2033\u3003]{1,4}(?:\s?-)?|s\.?\s?d\.?\s?a\.?|idem|ditto|sama dengan (?:di )?atas",
    re.IGNORECASE,
)


def is_ditto(value: object) -> bool:
    """Say whether a cell only says that it is as the one above.

    >>> is_ditto('"'), is_ditto("s.d.a."), is_ditto("Idem"), is_ditto("-"), is_ditto("sda Soko")
    (True, True, True, False, False)
    """
    return isinstance(value, str) and _DITTO.fullmatch(shown(value)) is not None


def repeated(line: Line, above: Line | None) -> Line:
    """Give a row with the values of the row above where it only repeats them; without one above as it stands."""
    if above is None or not any(map(is_ditto, line.cells)):
        return line
    cells = (
        above.cells[place] if is_ditto(cell) and place < len(above.cells) else cell
        for place, cell in enumerate(line.cells)
    )
    return replace(line, cells=tuple(cells))
