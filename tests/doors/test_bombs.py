"""Files that unpack to more than they are: what a page takes is bounded before anything is opened."""

import io
import zipfile
from collections.abc import Iterable

import openpyxl
import pytest

from schemas.vocabulary import Role
from services.console.settings import people_table
from services.console.settings.people_table import cells_of_sheet
from services.sheets.cells import UnreadableFile
from services.sheets.workbook import sheets
from tests.console.caller import Caller
from tests.console.conftest import *  # noqa: F403 - its desk and people
from tests.console.desk import Desk

CELL = b'<c t="inlineStr"><is><t>x</t></is></c>'
BOMBS = {
    "spaces": (b"<row>" + b" " * 1_000_000 + b"</row>" for _ in range(5)),
    "rows": (b'<row r="%d">' % row + CELL * 20 + b"</row>" for row in range(1, 9_000)),
    "one wide row": (b'<row r="1">' + CELL * 120_000 + b"</row>" for _ in range(1)),
    "depth": (b"<x>" * 500_000 for _ in range(1)),
}


def workbook(rows: Iterable[bytes]) -> bytes:
    """Write a workbook whose one sheet holds this XML."""
    plain = io.BytesIO()
    openpyxl.Workbook().save(plain)
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.infolist():
            if part.filename != "xl/worksheets/sheet1.xml":
                made.writestr(part.filename, given.read(part))
        with made.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for row in rows:
                sheet.write(row)
            sheet.write(b"</sheetData></worksheet>")
    return out.getvalue()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_is_opened(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError(name)

    bomb = workbook(BOMBS[name])
    assert len(bomb) < 400_000
    monkeypatch.setattr(openpyxl, "load_workbook", opened)
    assert cells_of_sheet(bomb) is None


def test_a_row_wider_than_a_sheet_is_no_row_in_any_file() -> None:
    with pytest.raises(UnreadableFile, match="terlalu lebar"):
        list(sheets(workbook([b'<row r="1">' + CELL * 20_000 + b"</row>"])))


def test_a_long_table_is_read_no_further_than_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [b'<row r="%d">' % row + CELL * 2 + b"</row>" for row in range(1, 4_000)]
    cells = cells_of_sheet(workbook(rows))
    assert cells is not None
    assert len(cells) == people_table.MOST_ROWS + 2


def test_the_admins_page_says_that_it_cannot_read_one(desk: Desk) -> None:
    admin: Caller = desk.official(Role.ADMIN, "KESBANG", login="admin-uji")
    bomb, csrf = workbook([b"<x>" * 500_000]), admin.get("/akun").csrf
    fields = f'--z\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{csrf}\r\n--z\r\n'
    fields += 'Content-Disposition: form-data; name="file"; filename="orang.xlsx"\r\n\r\n'
    body = fields.encode() + bomb + b"\r\n--z--\r\n"
    answer = admin.ask("POST", "/pengaturan/orang-tabel", body, {"Content-Type": "multipart/form-data; boundary=z"})
    assert answer.status == 422, answer.body
