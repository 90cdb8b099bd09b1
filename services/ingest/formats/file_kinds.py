"""Tell what kind a file is by what it holds, and say of a kind that is not read what it is and what to do. Pure."""

import re
import zipfile

from services.security.refusal import Refused
from services.sheets.archive import BROKEN, open_zip
from services.sheets.cells import UnreadableFile
from services.sheets.limits import MARKS, ROW_TAGS, OutOfBounds

TEXT_OR_TABLE = "kirim sebagai xlsx, csv atau teks"
BY_HEAD: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", f"PDF tidak dibaca: salin teksnya ke pesan atau berkas txt, atau {TEXT_OR_TABLE}"),
    (b"{\\rtf", "RTF tidak dibaca: buka di Word, simpan sebagai teks biasa (txt)"),
    (b"\xff\xd8\xff", "foto JPEG tidak dibaca: tuliskan laporannya, fotonya sebagai lampiran"),
    (b"\x89PNG", "gambar PNG tidak dibaca: tuliskan laporannya, gambarnya sebagai lampiran"),
    (b"GIF8", "gambar GIF tidak dibaca: tuliskan laporannya, gambarnya sebagai lampiran"),
    (b"BM", "gambar BMP tidak dibaca: tuliskan laporannya, gambarnya sebagai lampiran"),
    (b"II*\x00", "gambar TIFF tidak dibaca: tuliskan laporannya, gambarnya sebagai lampiran"),
    (b"MM\x00*", "gambar TIFF tidak dibaca: tuliskan laporannya, gambarnya sebagai lampiran"),
    (b"<svg", "gambar SVG tidak dibaca: tuliskan laporannya, gambarnya sebagai lampiran"),
    (b"\xff\xfb", "rekaman suara tidak dibaca: tuliskan isinya"),
    (b"\xff\xf3", "rekaman suara tidak dibaca: tuliskan isinya"),
    (b"\xff\xf1", "rekaman suara tidak dibaca: tuliskan isinya"),
    (b"OggS", "rekaman suara tidak dibaca: tuliskan isinya"),
    (b"ID3", "rekaman suara tidak dibaca: tuliskan isinya"),
    (b"#!AMR", "rekaman suara tidak dibaca: tuliskan isinya"),
    (b"Rar!", "arsip RAR tidak dibaca: keluarkan isinya, lalu kirim berkasnya satu per satu"),
    (b"7z\xbc\xaf\x27\x1c", "arsip 7z tidak dibaca: keluarkan isinya, lalu kirim berkasnya satu per satu"),
    (b"\x1f\x8b", "arsip gzip tidak dibaca: keluarkan isinya, lalu kirim berkasnya"),
    (b"SQLite format 3", "basis data tidak dibaca: ekspor percakapannya dari aplikasi"),
    (b"BEGIN:VCARD", "kartu kontak tidak memuat laporan"),
    (b"BEGIN:VCALENDAR", "kalender tidak memuat laporan"),
    (b"[InternetShortcut]", f"pintasan internet, bukan berkasnya: unduh berkasnya, {TEXT_OR_TABLE}"),
)
ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # a text may begin with "PKL", who sell in the street
LONE = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams inside Microsoft's compound files, as their names stand there in UTF-16, and what holds them.
IN_OLE = (
    ("EncryptedPackage", "berkas berkata sandi: buka di Excel, hapus kata sandinya, simpan, lalu kirim lagi"),
    ("__substg1.0_", f"surel Outlook (msg) tidak dibaca: salin isinya ke berkas txt, atau {TEXT_OR_TABLE}"),
    ("WordDocument", "dokumen Word lama (doc) tidak dibaca: simpan sebagai teks biasa (txt)"),
    ("PowerPoint Document", "PowerPoint tidak dibaca: salin teksnya ke berkas txt"),
    ("Workbook", "xls lama tidak dibaca: simpan ulang sebagai xlsx atau csv"),
    ("Book", "xls lama tidak dibaca: simpan ulang sebagai xlsx atau csv"),
)
BY_PART = (
    ("word/", "dokumen Word (docx) tidak dibaca: simpan sebagai teks biasa (txt), atau salin tabelnya ke xlsx"),
    ("ppt/", "PowerPoint (pptx) tidak dibaca: salin teksnya ke berkas txt"),
    ("xl/workbook.bin", "xlsb tidak dibaca: simpan ulang sebagai xlsx"),
    ("AndroidManifest.xml", "berkas aplikasi Android tidak memuat laporan"),
)
BY_MIMETYPE = (
    (b"opendocument.spreadsheet", "lembar OpenDocument (ods) tidak dibaca: simpan ulang sebagai xlsx atau csv"),
    (b"opendocument.text", "dokumen OpenDocument (odt) tidak dibaca: simpan sebagai teks biasa (txt)"),
    (b"epub", "buku EPUB tidak memuat laporan"),
)
NO_ARCHIVE = "bukan arsip zip yang utuh: simpan ulang, lalu kirim lagi"
NO_SHEET = "bukan xlsx yang utuh: simpan ulang, lalu kirim lagi"
BY_ENDING = {
    "xlsx": NO_SHEET,
    "xlsm": NO_SHEET,
    "zip": NO_ARCHIVE,
    "ods": BY_MIMETYPE[0][1],
    "xls": IN_OLE[-1][1],
    "docx": BY_PART[0][1],
    "pdf": BY_HEAD[0][1],
}
HTML = (
    "HTML tidak dibaca: ekspor Telegram ulang sebagai JSON (Machine-readable JSON); "
    "tabel dari peramban simpan sebagai xlsx atau csv"
)
MAIL = f"surel (eml) tidak dibaca: salin isinya ke berkas txt, atau {TEXT_OR_TABLE}"
LINK = "tautan Google Drive, bukan berkasnya: unduh sebagai xlsx atau csv, lalu kirim"
CUT = "JSON terpotong atau rusak: ekspor ulang, lalu kirim lagi"
UNKNOWN = f"bukan jenis berkas yang dikenal: {TEXT_OR_TABLE}"
_MAIL_HEADER = re.compile(
    rb"(?i)(?:from|to|subject|date|received|return-path|delivered-to|message-id|mime-version|content-type|"
    rb"content-transfer-encoding|reply-to|cc|x-[a-z-]{1,40}):[ \t]"
)
_MAIL_SURE = re.compile(rb"(?im)^(?:mime-version|received|message-id|return-path|delivered-to|subject):[ \t]")
_HTML = re.compile(
    rb"(?is)\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|table|body)\b"
)


def refuse_other_kinds(data: bytes, ending: str) -> None:
    """Raise UnreadableFile, by the file's own name, for every kind that is not read."""
    for head, why in BY_HEAD:
        if data.startswith(head) and (head != b"BM" or ending == "bmp"):
            raise UnreadableFile(why)
    if data.startswith(OLE[:4]):
        raise UnreadableFile(next((why for name, why in IN_OLE if name.encode("utf-16-le") in data), BY_ENDING["xls"]))
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        raise UnreadableFile("foto, video atau rekaman suara tidak dibaca: tuliskan laporannya")
    if _HTML.match(data[:4096]):
        raise UnreadableFile(HTML)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5] == b"<?xml":
        raise UnreadableFile(f"XML tidak dibaca: {TEXT_OR_TABLE}")
    if _is_mail(data):
        raise UnreadableFile(MAIL)
    if not data.startswith((*ZIP, b"\xff\xfe", b"\xfe\xff")) and _is_binary(data):
        raise UnreadableFile(BY_ENDING.get(ending, UNKNOWN))


def refuse_too_much(data: bytes) -> None:
    """Raise OutOfBounds for a text of more lines, or JSON of more values, than a workbook may have rows or marks.

    An empty value of JSON is three bytes in a file and a hundred in memory.
    """
    if max(data.count(b"\n"), data.count(b"\r")) > ROW_TAGS:
        raise OutOfBounds(Refused("file_rows", most=ROW_TAGS))
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and sum(map(data.count, (b",", b"{", b"["))) > MARKS:
        raise OutOfBounds(Refused("file_marks"))


def _is_mail(data: bytes) -> bool:
    lines = data[:8192].splitlines()
    heads = [line for line in lines[:12] if _MAIL_HEADER.match(line)]
    if len(heads) < 3 or heads[0] != lines[0]:  # noqa: PLR2004
        return False
    return _MAIL_SURE.search(data[:8192]) is not None


def _is_binary(data: bytes) -> bool:
    """Say whether bytes are no text: more than a few control characters at their beginning."""
    head = data[:4096]
    strange = sum(1 for sign in head if sign < 9 or 13 < sign < 27)  # noqa: PLR2004
    return strange > max(1, len(head) // 20)


def open_archive(data: bytes, ending: str) -> tuple[str, bytes]:
    """Look into a zip archive: "xlsx" with the whole file, or the one text in it with its ending.

    A chat goes before all else; without one a lone table of text or an export of Telegram is read.

    Raises UnreadableFile for any other, by its own name.
    """
    try:
        with open_zip(data) as archive:
            names = archive.namelist()
            _refuse_by_parts(archive, names)
            if any(name.startswith("xl/") for name in names):
                return "xlsx", data
            chats = [name for name in names if name.lower().endswith(".txt") and not name.startswith("__MACOSX")]
            chats = [name for name in chats if name.rsplit("/", 1)[-1] == "_chat.txt"] or chats
            if len(chats) == 1:
                return "txt", archive.read(chats[0])
            others = [name for name in names if name.lower().endswith(LONE) and not name.startswith("__MACOSX")]
            if not chats and len(others) == 1:
                return others[0].lower().rsplit(".", 1)[-1], archive.read(others[0])
    except BROKEN as error:
        raise UnreadableFile(NO_ARCHIVE if ending == "zip" else NO_SHEET) from error
    if chats:
        raise UnreadableFile("arsip zip memuat lebih dari satu txt: kirim satu per satu")
    raise UnreadableFile("arsip zip tanpa percakapan (_chat.txt) atau lembar kerja: keluarkan isinya, kirim berkasnya")


def _refuse_by_parts(archive: zipfile.ZipFile, names: list[str]) -> None:
    for part, why in BY_PART:
        if any(name.startswith(part) for name in names):
            raise UnreadableFile(why)
    if "mimetype" in names:
        with archive.open("mimetype") as told:
            kind = told.read(200)
        for mark, why in BY_MIMETYPE:
            if mark in kind:
                raise UnreadableFile(why)
