"""Give Siladeni what has changed since the last time, and nothing twice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.district import District
from schemas.office.records import HandedOver
from schemas.rows import HandedOverRow
from schemas.vocabulary import Classification
from services.office.siladeni import queries
from services.office.siladeni.export import Answered, digest_of, number_of, row_of, workbook_of
from services.store.transaction import Transaction


@dataclass(frozen=True)
class HandedTo:
    """What a hand-over did: the file (None: nothing had changed), how many rows, numbers that two reports bear."""

    file: Path | None
    rows: int
    doubled: tuple[str, ...]


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
    answers = queries.answered_reports(tx.session, leaves(district))
    chosen, doubled = _one_per_number(answers, district)
    known = queries.handed_over(tx.session)
    rows = [(one, row_of(one, district)) for one in chosen]
    fresh = [(one, cells, digest) for one, cells in rows if (digest := digest_of(cells)) != known.get(one.report)]
    if everything:
        fresh = [(one, cells, digest_of(cells)) for one, cells in rows]
    if not fresh:
        return HandedTo(None, 0, doubled)
    headings = list(district.office.export.columns)
    content = digest_of({one.report: digest for one, _, digest in fresh})
    file = folder / f"siladeni-{content[:12]}.xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".part")
    written.write_bytes(workbook_of([cells for _, cells, _ in fresh], headings))
    written.replace(file)
    _note(tx, [(one.report, digest) for one, _, digest in fresh], known)
    tx.audit("siladeni.handed_over", "office", rows=len(fresh), file=file.name)
    return HandedTo(file, len(fresh), doubled)


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


def _note(tx: Transaction, given: Sequence[tuple[str, str]], known: dict[str, str]) -> None:
    rows: list[HandedOverRow] = [{"report_id": report, "digest": digest, "at": tx.now} for report, digest in given]
    tx.add(HandedOver, [row for row in rows if row["report_id"] not in known])
    tx.put(HandedOver, [row for row in rows if row["report_id"] in known], key="report_id")
