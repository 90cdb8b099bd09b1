"""Write the tables of a paper as a workbook, with its definitions and foot on the first sheet. Pure."""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from services.office.papers.paper import SAMPLE, Heading, Numbered, Pairs, Paper, Paragraph, Table

LONGEST = 31  # characters of a sheet's name
WIDEST = 60  # characters of a column


def xlsx_of(paper: Paper, made: datetime) -> bytes:
    """Write a workbook: the paper's words on the first sheet, each of its tables on one of its own."""
    book = Workbook()
    first: Any = book.active
    first.title = "Keterangan"
    for label, value in _words(paper):
        _append(first, [label, value])
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = 34, WIDEST
    for row in first.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for table in (block for block in paper.blocks if isinstance(block, Table)):
        _sheet(book, table)
    book.properties.created = book.properties.modified = made.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx_of_tables(title: str, words: Iterable[str], tables: Iterable[Table], made: datetime) -> bytes:
    """Write a workbook of tables that are no paper: what they mean on the first sheet, each on one of its own."""
    book = Workbook()
    first: Any = book.active
    first.title = title
    first.column_dimensions["A"].width = 2 * WIDEST
    for said in words:
        _append(first, [said])
    for (cell,) in first.iter_rows():
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for table in tables:
        _sheet(book, table)
    book.properties.created = book.properties.modified = made.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, table: Table) -> None:
    name = table.name.translate(str.maketrans("", "", "[]:*?/\\"))[:LONGEST]
    sheet = book.create_sheet(name)
    _append(sheet, table.columns)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in table.rows:
        _append(sheet, row)
    for number, heading in enumerate(table.columns, 1):
        lengths = [len(str(row[number - 1] or "")) for row in table.rows]
        letter = sheet.cell(row=1, column=number).column_letter
        sheet.column_dimensions[letter].width = min(WIDEST, max([len(heading), *lengths]) + 2)
    sheet.freeze_panes = "A2"


def _words(paper: Paper) -> Iterator[tuple[str, str]]:
    yield paper.title, paper.number
    yield "Klasifikasi", paper.marking
    if paper.sample:
        yield "Perhatian", SAMPLE
    if paper.draft:
        yield "Status", "KONSEP, BELUM DITERBITKAN"
    for block in paper.blocks:
        if isinstance(block, Pairs):
            yield from block.rows
        elif isinstance(block, Numbered):
            yield from ((str(number), item) for number, item in enumerate(block.items, 1))
        elif isinstance(block, Heading | Paragraph):
            yield "", block.text
    for line in paper.foot:
        yield "", line


def _append(sheet: Any, values: Iterable[object]) -> None:
    """Add a row; words stay words, also those that begin like a formula."""
    sheet.append([ILLEGAL_CHARACTERS_RE.sub("", one) if isinstance(one, str) else one for one in values])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"
