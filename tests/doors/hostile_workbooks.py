"""Workbooks made to cost whoever reads them: each is small, and would be large in memory or long in time."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from tests.ingest.workbooks import with_part, workbook

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LARGE = 1 << 16
Part = bytes | Iterable[bytes]


@cache
def plain() -> bytes:
    """Give the workbook that every hostile one is made from: headings and one report."""
    data = workbook(["No", "Uraian Kejadian", "Kecamatan"], [1, "Ribut di pasar", "Soko"])
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    named = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    out = io.BytesIO(with_part(data, "[Content_Types].xml", lambda body: body.replace(b"</Types>", named)))
    with zipfile.ZipFile(out, "a") as book:
        book.writestr("xl/sharedStrings.xml", b'<sst xmlns="' + MAIN + b'"><si><t>x</t></si></sst>')
    return out.getvalue()


def many(piece: bytes, times: int) -> Iterator[bytes]:
    """Give a piece so many times, in larger ones."""
    at_once = max(1, LARGE // len(piece))
    for _ in range(times // at_once):
        yield piece * at_once
    yield piece * (times % at_once)


def each(line: str, times: int) -> Iterator[bytes]:
    """Give a line for each number from 1, in larger pieces."""
    for start in range(1, times + 1, 2000):
        yield "".join(
            [line.replace("{n}", str(number)) for number in range(start, min(start + 2000, times + 1))]
        ).encode()


def made(parts: Mapping[str, Part], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Give the plain workbook with these parts in place of its own, or beside them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain())) as given, zipfile.ZipFile(out, "w", packed, compresslevel=1) as book:
        for part in given.infolist():
            if part.filename not in parts:
                book.writestr(part.filename, given.read(part))
        for name, body in parts.items():
            with book.open(name, "w") as opened:
                for piece in [body] if isinstance(body, bytes) else body:
                    opened.write(piece)
    return out.getvalue()


def own(name: str) -> bytes:
    """Give a part of the plain workbook."""
    with zipfile.ZipFile(io.BytesIO(plain())) as given:
        return given.read(name)


def within(name: str, mark: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give a part of the plain workbook with pieces put in front of a mark."""
    before, after = own(name).rsplit(mark, 1)
    yield before
    yield from pieces
    yield mark + after


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
STYLES, BOOK = "xl/styles.xml", "xl/workbook.xml"
RELATIONS, LIST = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
ENDS = {
    SHEET: b"</sheetData>",
    STRINGS: b"</sst>",
    STYLES: b"</cellXfs>",
    BOOK: b"</sheets>",
    RELATIONS: b"</Relationships>",
    LIST: b"</Types>",
}


def put(name: str, pieces: Iterable[bytes], mark: bytes = b"") -> bytes:
    """Give the plain workbook with pieces in one of its parts."""
    return made({name: within(name, mark or ENDS[name], pieces)})


def below(pieces: Iterable[bytes], around: bytes) -> bytes:
    """Give the plain workbook with a list below its rows."""
    listed = [b"<" + around + b">", *pieces, b"</" + around + b">"]
    return put(SHEET, listed, b"<pageMargins")


def text_of(length: int, cells: int) -> bytes:
    """Give a workbook in which many cells show one long text."""
    rows = each('<row r="{n}">' + '<c t="s"><v>0</v></c>' * 100 + "</row>", cells // 100)
    text = (b'<sst xmlns="' + MAIN + b'"><si><t>', b"a" * length, b"</t></si></sst>")
    head = b'<worksheet xmlns="' + MAIN + b'"><sheetData>'
    return made({STRINGS: text, SHEET: (head, *rows, b"</sheetData></worksheet>")})


def book_of(sheets: int, state: str, body: bytes, *, one_part: bool = False) -> bytes:
    """Give a workbook of many sheets with the same content."""
    named = each(f'<sheet xmlns:r="{ROOMS}" name="L{{n}}" sheetId="{{n}}" state="{state}" r:id="x{{n}}"/>', sheets)
    part = "a" if one_part else "a{n}"
    related = each(f'<Relationship Id="x{{n}}" Type="{ROOMS}/worksheet" Target="worksheets/{part}.xml"/>', sheets)
    bodies = {
        f"xl/worksheets/{part.format(n=number)}.xml": body for number in range(1, (1 if one_part else sheets) + 1)
    }
    return made(
        {BOOK: within(BOOK, ENDS[BOOK], named), RELATIONS: within(RELATIONS, ENDS[RELATIONS], related), **bodies}
    )


ROOMS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def sheet(*rows: bytes) -> bytes:
    """Give a sheet of these rows."""
    return b'<worksheet xmlns="' + MAIN + b'"><sheetData>' + b"".join(rows) + b"</sheetData></worksheet>"


def listed_twice(times: int, name: bytes) -> bytes:
    """Give an archive whose list names its last part again and again: under one name, or under many."""
    data = plain()
    end = data.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", data[end + 16 : end + 20])[0]
    last = data.rindex(b"PK\x01\x02", start, end)
    fixed = data[last : last + 28] + struct.pack("<H", 5) + struct.pack("<HH", 0, 0) + data[last + 34 : last + 46]
    names = (name if len(name) == 5 else b"%05d" % (number % 100_000) for number in range(times))
    more = b"".join(fixed + one for one in names)
    count = min(0xFFFF, struct.unpack("<H", data[end + 8 : end + 10])[0] + times)
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, end - start + len(more), start, 0)
    return data[:end] + more + tail


def lying(data: bytes, name: str, says: int) -> bytes:
    """Give an archive whose list says another size of a part than it unpacks to."""
    out = bytearray(data)
    at = data.rindex(name.encode()) - 46
    out[at + 24 : at + 28] = struct.pack("<I", says)
    return bytes(out)


def coded(name: str, coding: str, pieces: bytes) -> bytes:
    """Give a part in another encoding, in which a search for signs finds none."""
    text = b"".join(within(name, ENDS[name], [pieces])).decode()
    text = text.partition("?>")[2] if text.startswith("<?xml") else text
    return made({name: f'<?xml version="1.0" encoding="{coding}"?>{text}'.encode(coding)})


FORMULA = "<c><f>A1</f></c>"
CODE = "[" * 30_000
EVERY: Mapping[str, Callable[[], bytes]] = {
    **{f"deep in {name}": lambda name=name: put(name, many(b"<x>", 500_000)) for name in ENDS},  # type: ignore[misc]
    **{f"many tags in {name}": lambda name=name: put(name, many(b"<x/>", 8_000_000)) for name in ENDS},  # type: ignore[misc]
    "deep in a theme": lambda: made({"xl/theme/theme1.xml": (b"<a>", *many(b"<x>", 500_000))}),
    "many tags in a theme": lambda: made({"xl/theme/theme1.xml": (b"<a>", *many(b"<x/>", 8_000_000), b"</a>")}),
    "many tags in properties": lambda: made({"docProps/core.xml": (b"<a>", *many(b"<x/>", 8_000_000), b"</a>")}),
    "many tags in one row": lambda: put(SHEET, [b"<row>", *many(b"<c/>", 6_000_000), b"</row>"]),
    "many tags in one cell": lambda: put(SHEET, [b"<row><c>", *many(b"<v/>", 6_000_000), b"</c></row>"]),
    "many tags in one text": lambda: put(STRINGS, [b"<si>", *many(b"<r/>", 6_000_000), b"</si>"]),
    "many tags before the rows": lambda: put(SHEET, many(b"<x/>", 6_000_000), b"<sheetData>"),
    "many empty rows": lambda: put(SHEET, many(b"<row/>", 6_000_000)),
    "one row again and again": lambda: put(SHEET, many(b'<row r="1"/>', 2_400_000)),
    "many comments": lambda: put(SHEET, many(b"<!---->", 12_000_000)),
    "many instructions": lambda: put(STRINGS, many(b"<?x?>", 15_000_000)),
    "a huge attribute": lambda: put(SHEET, [b'<row a="', *many(b"a" * 1000, 60_000), b'"/>']),
    "a huge comment": lambda: put(SHEET, [b"<!--", *many(b"a" * 1000, 60_000), b"-->"]),
    "many attributes": lambda: put(SHEET, [b"<row ", *each('a{n}="" ', 400_000), b"/>"]),
    "many attributes on many tags": lambda: put(
        SHEET, many(b"<row " + b"".join(each('a{n}="" ', 90)) + b"/>", 100_000)
    ),
    "many names": lambda: put(SHEET, each("<a{n}/>", 2_000_000)),
    "many namespaces": lambda: put(SHEET, [b"<row ", *each('xmlns:a{n}="u{n}" ', 200_000), b"/>"]),
    "a long namespace": lambda: put(
        SHEET, [b'<x xmlns="', b"u" * 900_000, b'">', *each("<a{n}/>", 1_500), b"</x>"], b"<sheetData>"
    ),
    "a foreign row": lambda: put(SHEET, many(b'<row xmlns="z">' + b"<c/>" * 40 + b"</row>", 150_000)),
    "a huge text": lambda: text_of(90_000_000, 100),
    "a long text in many cells": lambda: text_of(32_000, 100_000),
    "a text in pieces": lambda: put(
        STRINGS, [b"<si>", *many(b"<r><t>" + b"a" * 20_000 + b"</t></r>", 4_000), b"</si>"]
    ),
    "many texts": lambda: put(STRINGS, many(b"<si/>", 4_000_000)),
    "signs written as numbers": lambda: put(STRINGS, [b"<si><t>", *many(b"&#65;", 15_000_000), b"</t></si>"]),
    "a dimension that lies": lambda: made({SHEET: own(SHEET).replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"')}),
    "no dimension and no rows": lambda: made(
        {SHEET: (b'<worksheet xmlns="' + MAIN + b'">', *many(b"<x/>", 8_000_000), b"</worksheet>")}
    ),
    "a value far right in every row": lambda: put(SHEET, each('<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>', 99_000)),
    "an empty cell far right in every row": lambda: put(
        SHEET, each('<row r="{n}"><c r="XFD{n}" s="1"/></row>', 99_000)
    ),
    "rows full of empty cells": lambda: put(SHEET, many(b"<row>" + b"<c/>" * 16_384 + b"</row>", 400)),
    "one value in the last row of many sheets": lambda: book_of(
        1_500, "visible", sheet(b'<row r="100000"><c><v>1</v></c></row>')
    ),
    "many hidden sheets": lambda: book_of(1_900, "hidden", sheet(b"<row/>" * 2_000)),
    "many sheets": lambda: book_of(1_900, "visible", sheet(b"<row><c><v>1</v></c></row>")),
    "many sheets of one part": lambda: book_of(
        1_900, "visible", sheet(b"<row><c><v>1</v></c></row>" * 20_000), one_part=True
    ),
    "more sheets than parts": lambda: book_of(60_000, "visible", sheet(), one_part=True),
    "many merged cells": lambda: below(each('<mergeCell ref="A{n}:B{n}"/>', 2_000_000), b"mergeCells"),
    "tall merged cells": lambda: below(each('<mergeCell ref="A{n}:A1048576"/>', 19_000), b"mergeCells"),
    "many validations": lambda: below(
        many(b'<dataValidation type="list" sqref="A1"><formula1>"a,b"</formula1></dataValidation>', 800_000),
        b"dataValidations",
    ),
    "many links": lambda: below(many(b'<hyperlink ref="A1" location="x"/>', 1_500_000), b"hyperlinks"),
    "many rules": lambda: put(
        SHEET,
        many(
            b'<conditionalFormatting sqref="A1"><cfRule type="cellIs" priority="1"/></conditionalFormatting>', 600_000
        ),
        b"<pageMargins",
    ),
    "many column definitions": lambda: put(
        SHEET, [b"<cols>", *many(b'<col min="1" max="16384"/>', 1_500_000), b"</cols>"], b"<sheetData>"
    ),
    "many formulas without a value": lambda: put(SHEET, each('<row r="{n}">' + FORMULA * 199 + "</row>", 11_000)),
    "many cell formats": lambda: put(STYLES, many(b'<xf numFmtId="14" fontId="0"/>', 1_000_000)),
    "as many cell formats as Excel has": lambda: put(STYLES, many(b'<xf numFmtId="14" fontId="0"/>', 65_000)),
    "many fonts": lambda: put(STYLES, many(b'<font><sz val="1"/></font>', 2_000_000), b"</fonts>"),
    "long number formats": lambda: put(
        STYLES,
        [b"<numFmts>", *each('<numFmt numFmtId="{n}" formatCode="' + CODE + '"/>', 2_000), b"</numFmts>"],
        b"<fonts",
    ),
    "formats that are looked at again": lambda: made(
        {
            STYLES: (
                b'<styleSheet xmlns="'
                + MAIN
                + b'"><numFmts><numFmt numFmtId="170" formatCode="'
                + CODE.encode()
                + b'"/>',
                b"</numFmts><cellXfs>",
                *many(b'<xf numFmtId="170"/>', 60_000),
                b"</cellXfs></styleSheet>",
            )
        }
    ),
    "many defined names": lambda: put(
        BOOK,
        [
            b"</sheets><definedNames>",
            *each('<definedName name="n{n}">A1</definedName>', 1_000_000),
            b"</definedNames><sheets>",
        ],
    ),
    "many comments of cells": lambda: made(
        {
            "xl/comments1.xml": (
                b'<comments xmlns="' + MAIN + b'">',
                *many(b'<comment ref="A1"/>', 2_000_000),
                b"</comments>",
            )
        }
    ),
    "many drawings": lambda: made({"xl/drawings/drawing1.xml": (b"<wsDr>", *many(b"<pic/>", 6_000_000), b"</wsDr>")}),
    "a large link to another file": lambda: made(
        {"xl/externalLinks/externalLink1.xml": (b"<externalLink>", *many(b"<cell/>", 6_000_000), b"</externalLink>")}
    ),
    "a chart sheet": lambda: made(
        {
            RELATIONS: within(
                RELATIONS,
                ENDS[RELATIONS],
                each(f'<Relationship Id="x{{n}}" Type="{ROOMS}/chartsheet" Target="c.xml"/>', 1),
            ),
            BOOK: within(BOOK, ENDS[BOOK], each(f'<sheet xmlns:r="{ROOMS}" name="C" sheetId="9" r:id="x{{n}}"/>', 1)),
            "xl/c.xml": (b'<chartsheet xmlns="' + MAIN + b'">', *many(b"<x/>", 8_000_000), b"</chartsheet>"),
        }
    ),
    "the workbook is a sheet": lambda: made(
        {
            BOOK: (
                b'<worksheet xmlns="' + MAIN + b'"><sheetData>',
                *many(b"<row><c/></row>", 2_000_000),
                b"</sheetData></worksheet>",
            )
        }
    ),
    "a thousand times its size": lambda: put(SHEET, many(b" " * LARGE, 1_500)),
    "more than may be unpacked": lambda: put(SHEET, many(b" " * LARGE, 3_000)),
    "a size that lies": lambda: lying(put(SHEET, many(b" " * LARGE, 3_000)), SHEET, 1_000),
    "packed by bzip2": lambda: lying(
        made({SHEET: within(SHEET, ENDS[SHEET], many(b" " * LARGE, 5_000))}, zipfile.ZIP_BZIP2), SHEET, 1_000
    ),
    "packed by lzma": lambda: lying(
        made({SHEET: within(SHEET, ENDS[SHEET], many(b" " * LARGE, 3_000))}, zipfile.ZIP_LZMA), SHEET, 1_000
    ),
    "one part under many names": lambda: listed_twice(1_500, b""),
    "one name again and again": lambda: listed_twice(1_500, b"a.xml"),
    "a list of a million parts": lambda: listed_twice(1_000_000, b""),
    "another encoding": lambda: coded(SHEET, "utf-16", b"<x/>" * 2_000_000),
    "an encoding without our signs": lambda: coded(SHEET, "cp037", b"<x/>" * 2_000_000),
}

HEAD = "Uraian Kejadian,Tanggal Kejadian,Kecamatan\n"
MANY = 20_000_000  # bytes
TEXTS: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "one long cell": ("csv", lambda: (HEAD + "x" * MANY + ",20/04/2026,Soko\n").encode("ascii")),
    "one row of millions of columns": ("csv", lambda: (HEAD + "a," * (MANY // 2) + "\n").encode("ascii")),
    "headings without an end": ("csv", lambda: ("Uraian," * (MANY // 7) + "\nx,20/04/2026\n").encode("ascii")),
    "a quote that stays open": ("csv", lambda: (HEAD + '"' + "a\n" * (MANY // 2)).encode("ascii")),
    "quotes and nothing else": ("csv", lambda: (HEAD + '"' * MANY).encode("ascii")),
    "blank lines": ("csv", lambda: (HEAD + "\n" * MANY).encode("ascii")),
    "rows of one letter": ("csv", lambda: (HEAD + "a\n" * 400_000).encode("ascii")),
    "deep lists": ("json", lambda: b"[" * MANY),
    "deep objects": ("json", lambda: b'{"a":' * (MANY // 5)),
    "a list of empty objects": ("json", lambda: b"[" + b"{}," * (MANY // 3) + b"{}]"),
    "a line of one text": ("jsonl", lambda: b'{"text":"' + b"x" * MANY + b'"}'),
    "lines of nothing": ("jsonl", lambda: b"{}\n" * 400_000),
    "a number without an end": ("jsonl", lambda: b'{"text":"a","dead":' + b"9" * MANY + b"}"),
    "messages of one letter": (
        "json",
        lambda: (
            b'{"messages":[\n'
            + b'{"type":"message","from":"B","text":"a","date":"2026-01-01T00:00:00"},' * 200_000
            + b"{}\n]}"
        ),
    ),
    "a chat of one letter": ("txt", lambda: b"20/04/25 01.12 - B: a\n" * 120_000),
    "an archive of archives": ("zip", lambda: archive({"a.zip": archive({"b.zip": archive({"c": b"0" * MANY})})})),
}


def archive(files: Mapping[str, bytes]) -> bytes:
    """Give a zip archive of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made_:
        for name, body in files.items():
            made_.writestr(name, body)
    return out.getvalue()
