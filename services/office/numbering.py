"""Give papers their running numbers: one series per kind, office and month or year, without gaps or doubles."""

from datetime import date

from schemas.office.records import Numbering
from schemas.rows.office import NumberingRow
from services.store.transaction import Transaction


def next_number(tx: Transaction, series: str, institution: str, day: date, *, monthly: bool) -> int:
    """Give the next number of a series; who is given it must use it in the same transaction."""
    stretch = f"{day:%Y-%m}" if monthly else f"{day:%Y}"
    id_ = f"{series}|{institution}|{stretch}"
    found = tx.rows(Numbering, "id", [id_])
    number = found[0]["last"] + 1 if found else 1
    row: NumberingRow = {"id": id_, "last": number}
    if found:
        tx.put(Numbering, [row])
    else:
        tx.add(Numbering, [row])
    return number
