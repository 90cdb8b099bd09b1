"""Headings as offices and forms write them: units, remarks, groups of a form, two things in one, a second row."""

import pytest

from schemas.district import District
from services.ingest.formats.headings import Headings
from tests.ingest.test_rekap import read, rows, when


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("JAM (WIB)", "observed_at"),
        ("Waktu [WIB]", "observed_at"),
        ("Pukul WIB", "observed_at"),
        ("TANGGAL (hh/bb/tttt)", "observed_at"),
        ("Tanggal*", "observed_at"),
        ("Hari / Tgl / Jam", "observed_at"),
        ("Koordinat GPS", "position"),
        ("TITIK KOORDINAT (Lat, Long)", "position"),
        ("Lintang (LS)", "latitude"),
        ("Uraian Kejadian :", "text"),
        ("Uraian Singkat", "text"),
        ("KRONOLOGI SINGKAT (siapa, apa, di mana)", "text"),
        ("Nama Desa", "desa"),
        ("NAMA PELAPOR / NO HP", "reporter"),
        ("Desa/Kecamatan", "address"),
        ("kejadian/tanggal_kejadian", "observed_at"),
        ("lokasi/_koordinat_latitude", "latitude"),
        ("Jumlah Korban", "casualties"),
    ],
)
def test_a_heading_is_known_whatever_stands_beside_it(tuban: District, heading: str, field: str) -> None:
    found = Headings(tuban).field_of(heading)
    assert found is not None
    assert found[0] == field


@pytest.mark.parametrize(
    "heading",
    ["Tanggal (lapor)", "Tanggal Lapor", "Nama Korban", "Nama Pelaku", "Jumlah Kejadian", "Nomor/Tanggal Surat",
     "Kerugian (Rp)", "Umur (korban)", "Keterangan", "(WIB)", "", None, "()" * 200],
)  # fmt: skip
def test_a_heading_of_another_sense_is_not_taken_for_one_that_is_known(tuban: District, heading: str | None) -> None:
    assert Headings(tuban).field_of(heading) is None


def test_a_listed_heading_goes_before_one_that_fits_loosely(tuban: District) -> None:
    text = "Tanggal (hari/bulan/tahun);Tanggal Kejadian;Uraian\n20/11/2026;23/11/2026 21.15;Ribut\n"
    (row,) = rows(read(tuban, text, "x.csv"))
    assert when(row) == "23/11/2026 21.15"
    assert row.notes == {"Tanggal (hari/bulan/tahun)": "20/11/2026"}


def test_a_table_of_units_and_remarks_loses_no_column(tuban: District) -> None:
    text = (
        "URAIAN KEJADIAN *;DESA;KEC.;JAM (WIB);TANGGAL (hh/bb/tttt);NAMA PELAPOR / NO HP;TITIK KOORDINAT (Lat, Long)\n"
        "Ribut;Bangunrejo;Soko;21.15;23/11/2026;Darmaji / 0812-0000-2222;-7.1043, 111.9512\n"
    )
    (row,) = rows(read(tuban, text, "x.csv"))
    assert (when(row), row.desa, row.contact) == ("23/11/2026 21.15", "35.23.11.2016", "Darmaji / 0812-0000-2222")
    assert row.position is not None
    assert row.notes == {}


SUB = "No;Waktu;;Tempat;;Uraian;Korban;;Kerugian"


@pytest.mark.parametrize(
    ("sub", "injured", "text"),
    [
        (";Tanggal;Jam;Kec;Desa;;MD;Luka;", 2, "Ribut"),
        (";Tanggal;Jam;Kec;Desa;;Jiwa;Luka;(Rp)", 2, "Ribut"),  # "Jiwa" means the dead under "Korban" alone
        (";Tgl.;Pukul (WIB);Kec.;Desa/Kel.;;MD;Hilang;", None, "Ribut\nKorban Hilang: 2 orang."),
    ],
)
def test_two_heading_rows_without_merged_cells_are_joined(
    tuban: District, sub: str, injured: int | None, text: str
) -> None:
    data = f"{SUB}\n{sub}\n(1);(2);(3);(4);(5);(6);(7);(8);(9)\n1;23/11/2026;21.15;Soko;Bangunrejo;Ribut;1;2;-\n"
    (row,) = rows(read(tuban, data, "rekap.csv"))
    assert (when(row), row.desa, row.text) == ("23/11/2026 21.15", "35.23.11.2016", text)
    assert (row.killed, row.injured) == (1, injured)


def test_a_first_report_of_short_words_is_no_second_heading_row(tuban: District) -> None:
    text = "No;Waktu;;Tempat;;Uraian;Korban;\n1;malam;;Pasar;Jadi;Ribut;nihil;\n"
    assert [taken.line for taken in read(tuban, text, "rekap.csv").rows] == [2]


@pytest.mark.parametrize(
    "heading",
    ["Waktu dan Tempat Kejadian", "Hari/Tgl/Jam/Tempat", "Tanggal & TKP", "Waktu/Lokasi Kejadian", "Tgl + Tempat"],
)
@pytest.mark.parametrize(
    "told", ["Senin, 23/11/2026 pkl 21.15 di Ds. Jadi Kec. Semanding", "23 Nov 2026 21.15\nDs. Jadi, Kec. Semanding"]
)
def test_a_column_of_time_and_place_gives_both(tuban: District, heading: str, told: str) -> None:
    (taken,) = read(tuban, f'No;{heading};Uraian Singkat Kejadian\n1;"{told}";Tawuran\n', "x.csv").rows
    assert taken.row is not None
    assert when(taken.row) == "23/11/2026 21.15"
    assert (taken.row.kecamatan, taken.row.place) == ("35.23.15", told)
    assert taken.row.desa is not None
    assert not taken.doubts


@pytest.mark.parametrize(
    "heading", ["Nama dan Alamat", "Nama/Alamat", "Nama & Alamat", "Pelaku dan Korban", "Barang dan Tempat"]
)
def test_two_things_of_which_one_is_not_known_are_a_note(tuban: District, heading: str) -> None:
    assert Headings(tuban).field_of(heading) is None
