"""Workbooks as offices make them, built in memory."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl

Prepare = Callable[[Any, Any], None]


def workbook(*rows: list[Any], prepare: Prepare = lambda _book, _sheet: None) -> bytes:
    """Give a workbook of one sheet; `prepare` changes the book and the sheet before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Rekap"
    for row in rows:
        sheet.append(row)
    prepare(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Give a workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in whole.infolist():
            body = whole.read(part)
            made.writestr(part.filename, change(body) if part.filename.endswith(name) else body)
    return out.getvalue()


def strict(data: bytes) -> bytes:
    """Give a workbook in the namespaces of strict OOXML."""
    spaces = (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )

    def change(body: bytes) -> bytes:
        for known, name in spaces:
            body = body.replace(known, name)
        return body

    return with_part(data, "", change)


def without_values(data: bytes) -> bytes:
    """Give a workbook whose formulas were never computed, as programs write them."""
    return with_part(data, "sheet1.xml", lambda body: re.sub(rb"(</f>)<v\s*/?>(</v>)?", rb"\1", body))
