"""Files that are not read are refused by their own name, in one sentence that says what to do."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from schemas.district import District
from services.ingest.formats.detect import UnreadableFile, read_file
from tests.ingest.workbooks import with_part, workbook

NOW = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500


def archive(*names: str, mimetype: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        if mimetype:
            made.writestr("mimetype", mimetype)
        for name in names:
            made.writestr(name, "<x/>")
    return out.getvalue()


def ole(stream: str) -> bytes:
    return OLE + stream.encode("utf-16-le") + b"\x00" * 500


MAIL = b"From: Piket <piket@soko.example>\r\nTo: siaga@tuban.example\r\nSubject: Ribut\r\nMIME-Version: 1.0\r\n\r\nRibut di pasar\r\n"
KINDS = {
    "pdf": (b"%PDF-1.4\n", "laporan.pdf", "PDF", "xlsx"),
    "pdf under another name": (b"%PDF-1.4\n", "laporan.xlsx", "PDF", "xlsx"),
    "rtf": (b"{\\rtf1\\ansi x}", "laporan.rtf", "RTF", "txt"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "foto.jpg", "JPEG", "tuliskan"),
    "png": (b"\x89PNG\r\n\x1a\n", "foto.png", "PNG", "tuliskan"),
    "heic": (b"\x00\x00\x00\x18ftypheic", "foto.heic", "foto", "tuliskan"),
    "voice": (b"OggS\x00\x02", "suara.opus", "suara", "tuliskan"),
    "tiff": (b"II*\x00", "foto.tif", "TIFF", "tuliskan"),
    "svg": (b"<svg/>", "peta.svg", "SVG", "tuliskan"),
    "mp3": (b"\xff\xfb\x90\x00", "suara.mp3", "suara", "tuliskan"),
    "calendar": (b"BEGIN:VCALENDAR\n", "rapat.ics", "kalender", "laporan"),
    "shortcut": (b"[InternetShortcut]\nURL=x", "rekap.url", "pintasan", "unduh"),
    "docx": (archive("[Content_Types].xml", "word/document.xml"), "laporan.docx", "docx", "txt"),
    "pptx": (archive("[Content_Types].xml", "ppt/presentation.xml"), "paparan.pptx", "pptx", "txt"),
    "xlsb": (archive("[Content_Types].xml", "xl/workbook.bin"), "laporan.xlsb", "xlsb", "xlsx"),
    "ods": (archive("content.xml", mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "x.ods", "ods", "xlsx"),
    "odt": (archive("content.xml", mimetype=b"application/vnd.oasis.opendocument.text"), "x.odt", "odt", "txt"),
    "old xls": (ole("Workbook"), "lama.xls", "xls", "xlsx"),
    "doc": (ole("WordDocument"), "lama.doc", "Word", "txt"),
    "msg": (ole("__substg1.0_0037001F"), "surat.msg", "msg", "txt"),
    "password": (ole("EncryptedPackage"), "rahasia.xlsx", "sandi", "simpan"),
    "eml": (MAIL, "surat.eml", "eml", "txt"),
    "html": (b"<!DOCTYPE html>\n<html><body>x</body></html>", "messages.html", "HTML", "JSON"),
    "html called xls": (b"<html><table><tr><td>Uraian</td></tr></table>", "ekspor.xls", "HTML", "xlsx"),
    "xml": (b'<?xml version="1.0"?><Workbook/>', "x.xml", "XML", "xlsx"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "x.rar", "RAR", "keluarkan"),
    "gzip": (b"\x1f\x8b\x08\x00", "x.gz", "gzip", "keluarkan"),
    "unknown": (bytes(range(32)) * 20, "x.dat", "dikenal", "csv"),
    "zip of nothing": (archive("a.bin"), "x.zip", "zip", "keluarkan"),
    "torn zip": (archive("a.bin")[:20], "x.zip", "zip", "simpan"),
}


@pytest.mark.parametrize(("data", "name", "kind", "do"), KINDS.values(), ids=KINDS.keys())
def test_a_kind_is_refused_by_its_name_with_what_to_do(
    tuban: District, data: bytes, name: str, kind: str, do: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_file(data, name, tuban, NOW)
    said = str(refused.value)
    assert kind in said
    assert do in said
    assert "\n" not in said
    assert len(said) < 200


@pytest.mark.parametrize("ending", ["xlsx", "xlsm", "xls", "docx"])
def test_a_table_of_text_is_read_whatever_its_name_says(tuban: District, ending: str) -> None:
    table = b"Tanggal;Kecamatan;Uraian\n27/11/2026;Soko;Bentrok\n"
    assert read_file(table, f"x.{ending}", tuban, NOW) == read_file(table, "x.csv", tuban, NOW)


@pytest.mark.parametrize("data", [b"Bentrok di Soko", b"\x00\x01" * 50])
@pytest.mark.parametrize(("ending", "kind"), [("xlsx", "xlsx"), ("zip", "zip")])
def test_what_bears_the_name_of_a_workbook_and_is_none_is_no_message(
    tuban: District, data: bytes, ending: str, kind: str
) -> None:
    with pytest.raises(UnreadableFile, match=rf"{kind}"):
        read_file(data, f"x.{ending}", tuban, NOW)


def test_a_byte_order_mark_alone_is_an_empty_file(tuban: District) -> None:
    with pytest.raises(UnreadableFile, match="berkas kosong"):
        read_file(b"\xef\xbb\xbf \n", "x.txt", tuban, NOW)


def test_words_about_mail_are_no_mail(tuban: District) -> None:
    (taken,) = read_file(b"From: warga\nDate: besok\nribut di pasar Soko", "wa.txt", tuban, NOW).rows
    assert taken.row is not None


def zipped(text: bytes, name: str = "isi.txt") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, text)
        archive.writestr("__MACOSX/._isi", "x")
    return out.getvalue()


@pytest.mark.parametrize("text", ["PKL menutup jalan di pasar Soko", "PK", "PKK Desa Jadi ribut"])
def test_a_text_that_begins_as_archives_do_is_a_text(tuban: District, text: str) -> None:
    (taken,) = read_file(text.encode(), "wa.txt", tuban, NOW).rows
    assert taken.row is not None
    assert taken.row.text == text


def test_the_one_text_of_an_archive_is_read_as_it_would_be_alone(tuban: District) -> None:
    table = b"Tanggal;Kecamatan;Uraian\n27/11/2026;Soko;Bentrok\n28/11/2026;Rengel;Ricuh\n"
    lines = b'{"text": "Bentrok"}\n{"text": "Ricuh"}\n'
    for text in (table, lines, b"Bentrok di Soko"):
        assert read_file(zipped(text), "x.zip", tuban, NOW) == read_file(text, "x.txt", tuban, NOW)
    one = b'{"text": "Bentrok",\n "kecamatan": "Soko"}'
    for text, name in ((table, "rekap.csv"), (lines, "a/rekap.jsonl"), (one, "ChatExport/result.json")):
        assert read_file(zipped(text, name), "x.zip", tuban, NOW) == read_file(text, name, tuban, NOW)
    for held in (zipped(table), b"%PDF-1.7", b" "):
        with pytest.raises(UnreadableFile):
            read_file(zipped(held), "x.zip", tuban, NOW)


BOMB = b'<?xml version="1.0"?>' + b"<!-- " + b"x" * 5000 + b" -->" + b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 50 + b'">]>'


@pytest.mark.parametrize("part", ["sheet1.xml", "xl/workbook.xml", "workbook.xml.rels", "styles.xml"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
def test_no_entity_of_a_workbook_is_expanded(tuban: District, part: str, coding: str) -> None:
    """Also where the definition stands behind a long comment, or in another encoding than a search would look for."""

    def change(body: bytes) -> bytes:
        inside = body.partition(b"?>")[2] if body.startswith(b"<?xml") else body
        text = (BOMB + inside).decode()
        return text.replace('version="1.0"', f'version="1.0" encoding="{coding}"', 1).encode(coding)

    data = workbook(["Uraian", "Kecamatan"], ["Ribut", "Soko"])
    assert read_file(data, "x.xlsx", tuban, NOW).rows
    with pytest.raises(UnreadableFile):
        read_file(with_part(data, part, change), "x.xlsx", tuban, NOW)


def test_merged_cells_that_overlap_by_the_thousand_are_no_workbook(tuban: District) -> None:
    merged = b"".join(b'<mergeCell ref="A1:B%d"/>' % (number + 2) for number in range(5_000))
    data = with_part(
        workbook(["Uraian", "Kecamatan"], ["Ribut", "Soko"]),
        "sheet1.xml",
        lambda body: body.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merged + b"</mergeCells>"),
    )
    with pytest.raises(UnreadableFile, match="menindih"):
        read_file(data, "x.xlsx", tuban, NOW)


@pytest.mark.parametrize("reference", ["", "A", "A1:ZZZZ9", "1:2", "A0", "\u0661"])
def test_nonsense_in_merged_cells_is_no_exception(tuban: District, reference: str) -> None:
    tag = f'</sheetData><mergeCells><mergeCell ref="{reference}"/></mergeCells>'.encode()
    data = with_part(
        workbook(["Uraian", "Kecamatan"], ["Ribut", "Soko"]),
        "sheet1.xml",
        lambda body: body.replace(b"</sheetData>", tag),
    )
    try:
        assert len(read_file(data, "x.xlsx", tuban, NOW).rows) == 1
    except UnreadableFile as refused:
        assert "rusak" in str(refused)  # noqa: PT017
