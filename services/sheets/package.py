"""Make a workbook anew of the parts that are read, after each was counted: a reader is given nothing else. Pure.

Sheets and their texts are copied as they are. The list of parts, the workbook, its relations and its formats are
written anew with what a value depends on. Drawings, comments, names, links to other files, themes and properties stay
behind, unread.
"""

import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import IO
from xml.sax.saxutils import quoteattr

from services.security.refusal import Refused
from services.sheets.archive import BROKEN, PIECE, open_zip
from services.sheets.cells import UnreadableFile
from services.sheets.limits import FORMAT, Bounds, Budget, OutOfBounds
from services.sheets.scan import MAIN, STRICT_MAIN, Marks, Scan, SheetScan, SmallScan, StringsScan, StylesScan

LIST = "[Content_Types].xml"
STYLES = "xl/styles.xml"
STRINGS = "xl/sharedStrings.xml"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MACRO_TYPES = "application/vnd.ms-excel"
# What the list of parts calls a workbook: a template or not, with macros or not; the first that is named counts.
BOOKS = (
    f"{_MACRO_TYPES}.template.macroEnabled.main+xml",
    f"{_MACRO_TYPES}.sheet.macroEnabled.main+xml",
    f"{_TYPES}.template.main+xml",
    f"{_TYPES}.sheet.main+xml",
)
STRINGS_TYPE = f"{_TYPES}.sharedStrings+xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DATE, SPAN, PLAIN = 14, 46, 0  # Excel's own formats: a day, hours that may pass 24, none
BROKEN_SHEET = "lembar kerja rusak"


@dataclass
class Found:
    """One sheet: its name, whether somebody hid it, and what was noted of its cells; `part` holds it."""

    name: str
    hidden: bool
    part: str
    marks: Marks = field(default_factory=Marks)
    comments: bool = False
    strict: bool = False


@dataclass(frozen=True)
class Package:
    """A workbook that may be read: its bytes, and its sheets in order, of which the hidden ones are not in it."""

    data: bytes
    sheets: tuple[Found, ...]
    budget: Budget
    since_1904: bool = False


@dataclass
class _Book:
    """What the parts that name other parts say."""

    overrides: dict[str, str] = field(default_factory=dict)  # the first part of each kind
    relations: dict[str, tuple[str, str]] = field(default_factory=dict)  # kind and target, by id
    sheets: list[dict[str, str]] = field(default_factory=list)
    since_1904: bool = False

    def hear_of_part(self, name: str, given: dict[str, str]) -> None:
        if name == "Override":
            self.overrides.setdefault(given.get("ContentType", ""), given.get("PartName", "").removeprefix("/"))

    def hear_of_relation(self, name: str, given: dict[str, str]) -> None:
        if name == "Relationship" and given.get("TargetMode") != "External":
            self.relations[given.get("Id", "")] = given.get("Type", ""), given.get("Target", "")

    def hear_of_book(self, name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            self.sheets.append({key.rpartition(" ")[2]: value for key, value in given.items()})
        elif name == "workbookPr":
            self.since_1904 = given.get("date1904") in ("1", "true", "t")


def checked(data: bytes, bounds: Bounds) -> Package:
    """Give the workbook that may be read; raises UnreadableFile."""
    budget = Budget(marks=bounds.marks)
    try:
        with open_zip(data, bounds.unpacked) as archive:
            return _checked(archive, budget, bounds)
    except BROKEN as error:
        raise UnreadableFile("bukan berkas xlsx yang utuh") from error


def _checked(archive: zipfile.ZipFile, budget: Budget, bounds: Bounds) -> Package:
    names = frozenset(archive.namelist())
    book = _Book()
    _read(archive, LIST, SmallScan(budget, book.hear_of_part))
    main = next((book.overrides[kind] for kind in BOOKS if kind in book.overrides), "xl/workbook.xml")
    folder, own = posixpath.split(main)
    _read(archive, main, SmallScan(budget, book.hear_of_book))
    _read(archive, posixpath.join(folder, "_rels", f"{own}.rels"), SmallScan(budget, book.hear_of_relation))
    found = _sheets(book, folder, names)
    for sheet in found:
        if not sheet.hidden:
            _scan_sheet(archive, sheet, budget, bounds.rows)
            sheet.comments = _has_comments(archive, sheet.part, names, budget)
    strings = book.overrides.get(STRINGS_TYPE, "")
    texts, styles = StringsScan(budget), StylesScan(budget)
    if strings:
        _read(archive, strings, texts)
    if STYLES in names:
        _read(archive, STYLES, styles)
    made = _made(archive, book, found, (strings, texts.strict), styles)
    return Package(made, tuple(found), budget, book.since_1904)


def _read(archive: zipfile.ZipFile, name: str, scan: Scan) -> None:
    with archive.open(name) as part:
        scan.read(part)


def _sheets(book: _Book, folder: str, names: frozenset[str]) -> list[Found]:
    """Give the sheets of tables in order; raises OutOfBounds where two are made of one part or have one name."""
    found = []
    for given in book.sheets:
        if not given.get("id"):
            continue
        kind, target = book.relations[given["id"]]
        part = posixpath.normpath(target[1:] if target.startswith("/") else posixpath.join(folder, target))
        if part in names and "chartsheet" not in kind:
            found.append(Found(given.get("name", ""), given.get("state", "visible") != "visible", part))
    for many in (Counter(one.part for one in found), Counter(one.name for one in found)):
        if many and max(many.values()) > 1:
            raise OutOfBounds(Refused("file_sheets"))
    return found


def _scan_sheet(archive: zipfile.ZipFile, sheet: Found, budget: Budget, rows: int | None) -> None:
    scan = SheetScan(budget)
    try:
        _read(archive, sheet.part, scan)
    except BROKEN as error:
        raise UnreadableFile(BROKEN_SHEET) from error
    sheet.marks, sheet.strict = scan.marks, scan.strict
    if rows is not None:
        sheet.marks.last = min(rows, sheet.marks.last)


def _has_comments(archive: zipfile.ZipFile, part: str, names: frozenset[str], budget: Budget) -> bool:
    """Say whether somebody wrote comments beside the cells of a sheet."""
    folder, own = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{own}.rels")
    if relations not in names:
        return False
    related = _Book()
    _read(archive, relations, SmallScan(budget, related.hear_of_relation))
    return any(kind.lower().endswith(("/comments", "/threadedcomment")) for kind, _ in related.relations.values())


def _made(
    archive: zipfile.ZipFile, book: _Book, found: list[Found], strings: tuple[str, bool], styles: StylesScan
) -> bytes:
    out = io.BytesIO()
    shown = [sheet for sheet in found if not sheet.hidden]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for number, sheet in enumerate(shown, 1):
            _copy(archive, sheet.part, made, f"xl/worksheets/sheet{number}.xml", strict=sheet.strict)
        if strings[0]:
            _copy(archive, strings[0], made, STRINGS, strict=strings[1])
        made.writestr(LIST, _list(strings=bool(strings[0])))
        made.writestr("xl/workbook.xml", _workbook(shown, since_1904=book.since_1904))
        made.writestr("xl/_rels/workbook.xml.rels", _relations(len(shown)))
        made.writestr(STYLES, _styles(styles))
    return out.getvalue()


def _copy(archive: zipfile.ZipFile, name: str, made: zipfile.ZipFile, as_: str, *, strict: bool) -> None:
    """Copy a part, in the namespace that openpyxl knows."""
    if strict:
        made.writestr(as_, archive.read(name).replace(STRICT_MAIN.encode(), MAIN.encode()))
        return
    with archive.open(name) as given, made.open(as_, "w") as part:
        _pass_on(given, part)


def _pass_on(given: IO[bytes], part: IO[bytes]) -> None:
    while piece := given.read(PIECE):
        part.write(piece)


def _list(*, strings: bool) -> str:
    types = [("xl/workbook.xml", BOOKS[-1]), *([(STRINGS, STRINGS_TYPE)] if strings else [])]
    said = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types)
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{said}</Types>'


def _workbook(sheets: list[Found], *, since_1904: bool) -> str:
    said = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="r{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    counted = '<workbookPr date1904="1"/>' if since_1904 else ""
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{counted}<sheets>{said}</sheets></workbook>'


def _relations(sheets: int) -> str:
    said = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, sheets + 1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{said}</Relationships>'


def _styles(styles: StylesScan) -> str:
    """Write for each cell format whether its values are days, spans of time, or neither."""
    kind = _kind_of(styles.codes)
    said = "".join(f'<xf numFmtId="{kind(number)}"/>' for number in styles.formats)
    return f'<styleSheet xmlns="{MAIN}"><cellXfs>{said}</cellXfs></styleSheet>'


def _kind_of(codes: dict[int, str]) -> Callable[[int], int]:
    from openpyxl.styles import numbers  # noqa: PLC0415 - 15 MB, for who is sent a workbook

    @cache
    def kind(number: int) -> int:
        code = codes[number] if number in codes else numbers.builtin_format_code(number)
        code = (code or "")[:FORMAT]
        if not numbers.is_date_format(code):
            return PLAIN
        return SPAN if numbers.is_timedelta_format(code) else DATE

    return kind
