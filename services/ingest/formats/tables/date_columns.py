"""Decide once for a column of dates whether day or month stands first, and doubt what stays uncertain. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.ingest.formats.dates import MONTH_FIRST, numbers_of, order_of
from services.sheets.cells import shown

MIXED = "hari dan bulan tidak pasti: kolom ini berisi tanggal dengan dua urutan"
BORROWED = "hari dan bulan tidak pasti: dibaca bulan lebih dulu, seperti di kolom tanggal lain berkas ini"
UNSURE = "hari dan bulan tidak pasti: dibaca hari lebih dulu; tulis bulan dengan huruf atau 2026-11-05"
SWAPPED = "hari dan bulan mungkin tertukar oleh Excel: tanggal lain di kolom ini tertulis sebagai teks"


class DateColumn:
    """How one column writes its dates, decided once for all its rows: by its own, or as `others` of the file prove.

    A form's program writes all its columns in one order, and one of them, the time of sending, has days beyond the
    twelfth sooner than the others. Proof of a column itself goes before that, and what was borrowed is doubted: it may
    have been typed by hand.
    """

    def __init__(self, values: Sequence[object], others: frozenset[str] = frozenset()) -> None:
        self.order, self.mixed = order_of(list(values))
        written = [found for value in values if (found := numbers_of(value))]
        real = [value for value in values if isinstance(value, datetime)]
        unclear = [day for day, month in written if day <= 12 and month <= 12]  # noqa: PLR2004
        self.proved = len(unclear) < len(written)
        self.borrowed = bool(unclear) and not self.proved and others == {MONTH_FIRST}
        if self.borrowed:
            self.order = MONTH_FIRST
        # A spreadsheet that reads month first makes real dates of 05/11/2026 and leaves 13/11/2026 as it was typed.
        self.swapped = bool(written and not unclear and real and all(each.day <= 12 for each in real))  # noqa: PLR2004

    def doubt(self, value: object) -> str:
        """Say why a date of this column is in doubt; "" when it is not."""
        if self.swapped and isinstance(value, datetime) and value.day != value.month:
            return SWAPPED
        if (self.mixed or self.borrowed) and is_ambiguous(value):
            return MIXED if self.mixed else BORROWED
        return ""


def is_ambiguous(value: object) -> bool:
    """Say whether a date in numbers is another day where the month stands first.

    >>> is_ambiguous("11/05/2026 21.15"), is_ambiguous("11/11/2026"), is_ambiguous("27/11/2026")
    (True, False, False)
    """
    found = numbers_of(value)
    return found is not None and max(found) <= 12 and found[0] != found[1]  # noqa: PLR2004 - months


def proved_columns(columns: Mapping[str, Sequence[object]]) -> dict[str, DateColumn]:
    """Give those columns, by name, that hold nothing but dates in numbers and prove their order."""
    return {
        name: each
        for name, values in columns.items()
        if all(map(_is_date, filter(shown, values))) and (each := DateColumn(values)).proved
    }


def date_column(
    name: str, values: Sequence[object], proved: Mapping[str, DateColumn], more: Iterable[str] = ()
) -> DateColumn:
    """Give a column of times: its order is its own, or that which the other columns prove, or `more` of the file."""
    others = {each.order for other, each in proved.items() if other != name and not each.mixed}
    return DateColumn(values, frozenset(others | set(more)))


def _is_date(value: object) -> bool:
    """Say whether a cell is a date in numbers, with its hour or without."""
    return numbers_of(value) is not None and len(shown(value)) <= 30  # noqa: PLR2004 - no sentence with a date in it
