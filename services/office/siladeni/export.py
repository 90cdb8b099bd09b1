"""Write what Siladeni is told of its reports: status and answers, in the columns the district file maps. Pure."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.vocabulary import Level
from services.office.papers.reports import LEVELS
from services.security.redaction import with_dots
from services.web.headings import ORIGIN_NUMBER

DIGITS = 8  # of a report's number, as its receipt writes it


@dataclass(frozen=True)
class Said:
    """What one institution reported of an incident."""

    institution: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Answered:
    """A report with what became of it."""

    report: str
    notes: Mapping[str, str]
    filed_at: datetime
    observed_at: datetime | None
    issue: str
    form: str
    level: int
    kecamatan: str | None
    desa: str | None
    status: str
    status_at: datetime
    said: tuple[Said, ...] = ()


def number_of(notes: Mapping[str, str]) -> str:
    """Give what Siladeni calls a report, as its export said; "" for one that was told here first."""
    return notes.get(ORIGIN_NUMBER, "")


def own_number(report: str) -> str:
    """Give what Kentongan calls a report, as on its receipt.

    >>> own_number("3f2a91bc-0000-4000-8000-000000000000")
    '3F2A-91BC'
    """
    digits = report.replace("-", "")[:DIGITS].upper()
    return f"{digits[:4]}-{digits[4:]}"


def row_of(one: Answered, district: District) -> dict[str, str]:
    """Give the cells of a report by heading, in the order of the district file; phone numbers and names are dotted."""
    zone = ZoneInfo(district.timezone)

    def local(moment: datetime | None) -> str:
        return f"{moment.astimezone(zone):%d/%m/%Y %H.%M}" if moment else ""

    def called(code: str | None) -> str:
        place = district.places.get(code or "")
        return place.name if place else ""

    issue, form = district.issues.get(one.issue), district.forms.get(one.form)
    answer = "\n".join(
        f"{local(said.at)} {district.called(said.institution)}: {with_dots(said.text)}" for said in one.said
    )
    fields = {
        "number": number_of(one.notes),
        "own_number": own_number(one.report),
        "filed_at": local(one.filed_at),
        "observed_at": local(one.observed_at),
        "region": district.name,
        "kecamatan": called(one.kecamatan),
        "desa": called(one.desa),
        "issue": issue.label_id if issue else one.issue,
        "form": form.label_id if form else one.form,
        "level": LEVELS[Level(one.level)],
        "status": one.status,
        "status_at": local(one.status_at),
        "answer": answer,
    }
    return {heading: fields[name] for heading, name in district.office.export.columns.items()}


def digest_of(cells: Mapping[str, str]) -> str:
    """Give a digest of a row: the same cells under the same headings have the same one."""
    return sha256(json.dumps(list(cells.items()), ensure_ascii=False).encode()).hexdigest()


def workbook_of(rows: Sequence[Mapping[str, str]], headings: Sequence[str]) -> bytes:
    """Write rows as a workbook with one sheet; every cell is words, none a formula."""
    from openpyxl import Workbook  # noqa: PLC0415 - 15 MB, for who is asked for it
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Jawaban"
    for cells in (dict(zip(headings, headings, strict=True)), *rows):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cells[heading]) for heading in headings])
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
