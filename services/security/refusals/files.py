"""Give the refusals of a file that is sent: what it holds, how it is packed. Pure."""

from typing import Final

ROWS: Final[dict[str, tuple[str, str, str]]] = {
    "file_definitions": (
        "state",
        "Berkas ini memuat definisi XML yang tidak dilayani: simpan ulang dari Excel, lalu kirim lagi.",
        "This file holds XML definitions that are not served: save it again from Excel and send it again.",
    ),
    "file_far_cells": (
        "state",
        "Sel yang terisi terpencar terlalu jauh: salin tabelnya ke berkas baru, lalu kirim lagi.",
        "The filled cells lie too far apart: copy the table into a new file and send it again.",
    ),
    "file_formats": (
        "state",
        "Berkas ini memuat lebih dari {most} format sel: salin tabelnya ke berkas baru.",
        "This file holds more than {most} cell formats: copy the table into a new file.",
    ),
    "file_marks": (
        "state",
        "Isi berkas ini terlalu banyak untuk dibaca sekaligus: bagi menjadi beberapa berkas.",
        "This file holds too much to be read at once: divide it into several files.",
    ),
    "file_packing": (
        "state",
        "Arsip berkas ini tidak dikemas seperti oleh Excel atau WhatsApp: simpan atau ekspor ulang, lalu kirim lagi.",
        "This archive is not packed as Excel or WhatsApp packs it: save or export it again and send it again.",
    ),
    "file_parts": (
        "state",
        "Arsip berkas ini memuat lebih dari {most} bagian: salin tabelnya ke berkas baru.",
        "This archive holds more than {most} parts: copy the table into a new file.",
    ),
    "file_rows": (
        "state",
        "Berkas ini memuat lebih dari {most} baris: bagi menjadi beberapa berkas.",
        "This file holds more than {most} rows: divide it into several files.",
    ),
    "file_sheets": (
        "state",
        "Dua lembar kerja di berkas ini bernama sama atau berisi bagian yang sama: simpan ulang, lalu kirim lagi.",
        "Two sheets of this file have the same name or are made of the same part: save it again and send it again.",
    ),
    "file_shown": (
        "state",
        "Teks semua sel di berkas ini terlalu panjang: bagi menjadi beberapa berkas.",
        "The texts of all cells of this file are too long together: divide it into several files.",
    ),
    "file_strings": (
        "state",
        "Berkas ini memuat lebih dari {most} teks: bagi menjadi beberapa berkas.",
        "This file holds more than {most} texts: divide it into several files.",
    ),
    "file_tags": (
        "state",
        "Susunan XML berkas ini bukan dari program lembar kerja: salin tabelnya ke berkas baru.",
        "The XML of this file was not written by a spreadsheet program: copy the table into a new file.",
    ),
    "file_text": (
        "state",
        "Satu sel di berkas ini terlalu panjang: pendekkan teksnya, lalu kirim lagi.",
        "One cell of this file is too long: shorten its text and send it again.",
    ),
    "file_unpacked": (
        "state",
        "Isi berkas terlalu besar setelah dibuka: bagi menjadi beberapa berkas.",
        "The file is too large once it is unpacked: divide it into several files.",
    ),
    "file_wide": (
        "state",
        "Lembar kerja rusak: ada baris yang terlalu lebar.",
        "The sheet is broken: a row is too wide.",
    ),
}
