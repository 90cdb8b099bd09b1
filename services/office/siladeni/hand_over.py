"""Give Siladeni what has changed since the last time: as a file, or to an address, and nothing twice.

What is given to an address goes in parts, each named by its content: where the answer is lost, the next run sends the
same part under the same name, which a receiver can tell. It is noted as given once the address has said so.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.district import District
from schemas.office.records import HandedOver
from schemas.rows.office import HandedOverRow
from schemas.vocabulary import Classification
from services.office.siladeni import queries
from services.office.siladeni.export import Answered, digest_of, number_of, row_of, workbook_of
from services.store.transaction import Session, Transaction

PART = 200  # rows in one sending


@dataclass(frozen=True)
class HandedTo:
    """What a hand-over did: the file (None: nothing had changed), how many rows, numbers that two reports bear."""

    file: Path | None
    rows: int
    doubled: tuple[str, ...]


@dataclass(frozen=True)
class OwedRow:
    """One row to be given: its report, its cells by heading, and by what a change of them is known."""

    report: str
    cells: dict[str, str]
    digest: str


@dataclass(frozen=True)
class Owed:
    """What is to be given now, and the numbers that two reports bear."""

    rows: tuple[OwedRow, ...]
    doubled: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name it by its content."""
        return digest_of({one.report: one.digest for one in self.rows})[:12]

    def parts(self) -> Iterator["Owed"]:
        """Give it in parts for one sending each."""
        for first in range(0, len(self.rows), PART):
            yield Owed(self.rows[first : first + PART])


def owed(session: Session, district: District, *, everything: bool = False) -> Owed:
    """Give the rows whose cells differ from those last given, or with `everything` all that may leave."""
    chosen, doubled = _one_per_number(queries.answered_reports(session, leaves(district)), district)
    known = queries.handed_over(session)
    rows = (OwedRow(one.report, cells, digest_of(cells)) for one in chosen for cells in (row_of(one, district),))
    return Owed(tuple(row for row in rows if everything or row.digest != known.get(row.report)), doubled)


def leaves(district: District) -> list[str]:
    """Give the issues of which something may leave: at most Terbatas, and none for named persons only."""
    return [
        code
        for code, one in district.issues.items()
        if not one.named_persons_only and one.classification <= Classification.TERBATAS
    ]


def hand_over(tx: Transaction, district: District, folder: Path, *, everything: bool = False) -> HandedTo:
    """Write the rows that have changed into a file of `folder`, and note them as given, in one transaction.

    The file's name follows from its content: where the machine stops between the two, the next run writes the same
    file again. Of reports with the same number of Siladeni's the latest speaks.
    """
    found = owed(tx.session, district, everything=everything)
    if not found.rows:
        return HandedTo(None, 0, found.doubled)
    headings = list(district.office.export.columns)
    file = folder / f"siladeni-{found.name}.xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".part")
    written.write_bytes(workbook_of([row.cells for row in found.rows], headings))
    written.replace(file)
    given(tx, found, file.name)
    return HandedTo(file, len(found.rows), found.doubled)


def given(tx: Transaction, rows: Owed, where: str) -> None:
    """Note rows as given; whoever gives them again later gives only what has changed since."""
    known = queries.handed_over(tx.session)
    notes: list[HandedOverRow] = [{"report_id": one.report, "digest": one.digest, "at": tx.now} for one in rows.rows]
    tx.add(HandedOver, [row for row in notes if row["report_id"] not in known])
    tx.put(HandedOver, [row for row in notes if row["report_id"] in known], key="report_id")
    tx.audit("siladeni.handed_over", "office", rows=len(notes), file=where)


def _one_per_number(answers: Sequence[Answered], district: District) -> tuple[list[Answered], tuple[str, ...]]:
    """Give the reports that are told of: with a number of theirs, each number once; and the numbers borne twice."""
    numbers = {one.report: number_of(one.notes) for one in answers}
    counts = Counter(number for number in numbers.values() if number)
    latest = {number: one.report for one in answers if (number := numbers[one.report])}
    only_theirs = district.office.export.only_theirs
    chosen = [
        one
        for one in answers
        if (latest.get(numbers[one.report]) == one.report if numbers[one.report] else not only_theirs)
    ]
    return chosen, tuple(sorted(number for number, count in counts.items() if count > 1))
