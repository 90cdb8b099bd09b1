"""What the cells of a table mean when they name a kabupaten, or hold a sign for "nothing"."""

import json
from datetime import UTC, datetime
from uuid import uuid5
from zoneinfo import ZoneInfo

import pytest

from schemas.district import District
from services.ingest.formats.detect import read_file
from services.ingest.formats.fields import Fields
from services.ingest.formats.row import NAMESPACE, Taken, derived_id, doubted
from services.sheets.cells import letter
from services.web.field_errors import Fault
from tests.ingest.test_rekap import NOW

TEXT = "Dua rombongan pemuda saling serang di lapangan"
DAY = "23/11/2026 21.15"


def one(district: District, **cells: str) -> Taken:
    columns = {"Tanggal": DAY, "Kecamatan": "Semanding", "Uraian": TEXT} | cells
    lines = [";".join(columns), ";".join(f'"{value}"' for value in columns.values())]
    (taken,) = read_file("\n".join(lines).encode(), "x.csv", district, NOW).rows
    return taken


@pytest.mark.parametrize("prefix", ["Kab. ", "Kab ", "Kabupaten ", "KAB. ", "kabupaten: "])
def test_a_value_that_says_kabupaten_is_no_kecamatan(tuban: District, prefix: str) -> None:
    """The kabupaten and one of its kecamatan share a name; a neighbour's kabupaten is outside of the district."""
    own = one(tuban, Kecamatan=f"{prefix}Tuban").row
    assert own is not None
    assert own.kecamatan is None
    with_kecamatan = one(tuban, Kecamatan=f"{prefix}Tuban, Kec. Semanding").row
    assert with_kecamatan is not None
    assert with_kecamatan.kecamatan is not None
    assert tuban.places[with_kecamatan.kecamatan].name == "Semanding"
    outside = one(tuban, Kecamatan=f"{prefix}Bojonegoro").row
    assert outside is not None
    assert (outside.kecamatan, outside.place) == (None, f"{prefix}Bojonegoro".strip())


@pytest.mark.parametrize("prefix", ["", "Kec. ", "Kecamatan "])
def test_a_kecamatan_of_the_kabupatens_name_is_found(tuban: District, prefix: str) -> None:
    row = one(tuban, Kecamatan=f"{prefix}Tuban").row
    assert row is not None
    assert row.kecamatan is not None
    assert tuban.places[row.kecamatan].kind == "kecamatan"
    assert tuban.places[row.kecamatan].name == "Tuban"


FILLED = ["-", "--", "—", "?", "n/a", "N/A", "Tidak diketahui", "TIDAK DIKETAHUI", "(belum diketahui)", "Nihil", "."]
COLUMNS = ["Tanggal", "Kecamatan", "Desa", "Kabupaten", "Alamat", "Koordinat", "Latitude", "Longitude"]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("filler", FILLED)
def test_a_sign_for_nothing_is_an_empty_cell(tuban: District, filler: str, column: str) -> None:
    filled, empty = one(tuban, **{column: filler}), one(tuban, **{column: ""})
    assert empty.row is not None
    assert filled.row is not None, [str(fault) for fault in filled.faults]
    assert filled.row.model_dump() == empty.row.model_dump()
    assert [str(doubt) for doubt in filled.doubts] == [str(doubt) for doubt in empty.doubts]


def test_words_beside_a_sign_for_nothing_are_kept(tuban: District) -> None:
    row = one(tuban, Alamat="Tidak diketahui pasti, sekitar pasar").row
    assert row is not None
    assert row.place == "Tidak diketahui pasti, sekitar pasar"


@pytest.mark.parametrize("hour", ["21.15", "21:15", "pukul 21.15 WIB", "0.885416667", "9.15 malam"])
@pytest.mark.parametrize(
    "day",
    ["46349", "23/11/2026", "23 November 2026", "23/11/2026 00:00:00", "23/11/2026 00.00", "2026-11-23T00:00:00",
     "2026-11-22T17:00:00.000Z", "2026-11-23 00:00:00", "2026-11-23 00:00:00+07:00"],
)  # fmt: skip
def test_an_hour_of_its_own_column_is_of_the_day_however_the_day_is_written(
    tuban: District, day: str, hour: str
) -> None:
    told = one(tuban, Tanggal=day, Jam=hour)
    assert told.row is not None, [str(fault) for fault in told.faults]
    assert told.row.observed_at == datetime(2026, 11, 23, 14, 15, tzinfo=UTC)
    assert told.row.observed_until is None
    assert not told.doubts


@pytest.mark.parametrize("day", ["2026-11-23", "23/11/2026", "2026-11-23T00:00:00", datetime(2026, 11, 23)])  # noqa: DTZ001
@pytest.mark.parametrize("hours", ["08:00-10:00", "08:00 - 10:00", "08:00\u201310:00", "08.00-10.00"])
def test_hours_of_a_range_beside_a_day_are_no_offset(tuban: District, day: object, hours: str) -> None:
    filled = Fields(tuban, NOW).fill(
        {"text": [("Uraian", TEXT)], "observed_at": [("Tanggal", day), ("Jam", hours)]}, []
    )
    assert not filled.faults
    told = [datetime.fromisoformat(filled.fields[name]) for name in ("observed_at", "observed_until")]
    assert told == [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (1, 3)]


@pytest.mark.parametrize(
    ("hour", "at"), [("jam 3 pagi", 3), ("pukul 16.00 siang", 16), ("Pkl.21.00", 21), ("pkl:21.00", 21)]
)
def test_an_hour_with_its_part_of_the_day_in_a_column_of_its_own_is_read(tuban: District, hour: str, at: int) -> None:
    row = one(tuban, Tanggal="23/11/2026", Jam=hour).row
    assert row is not None
    assert row.observed_at is not None
    assert (row.observed_at.astimezone(ZoneInfo(tuban.timezone)).hour, row.observed_until) == (at, None)


def test_a_midnight_without_an_hour_beside_it_stays_one_and_its_doubts_stay_with_an_hour(tuban: District) -> None:
    alone = one(tuban, Tanggal="24/11/2026 00.00").row
    assert alone is not None
    assert (alone.observed_at, alone.observed_until) == (datetime(2026, 11, 23, 17, tzinfo=UTC), None)
    filled = Fields(tuban, NOW).fill(
        {"text": [("Uraian", TEXT)], "observed_at": [("Tanggal", "11/23/2026 00:00:00"), ("Jam", "21.15")]}, []
    )
    assert datetime.fromisoformat(filled.fields["observed_at"]) == datetime(2026, 11, 23, 14, 15, tzinfo=UTC)
    assert ["tertukar" in doubt.why for doubt in filled.doubts] == [True]


@pytest.mark.parametrize("number", ["46349.885416667", "46349,885416667"])
def test_a_day_number_with_its_hour_is_a_point_by_point_and_by_comma(tuban: District, number: str) -> None:
    row = one(tuban, Tanggal=number).row
    assert row is not None
    assert row.observed_at == datetime(2026, 11, 23, 14, 15, tzinfo=UTC)


def test_a_numeric_day_and_hour_of_a_workbook_are_one_time(tuban: District) -> None:
    filled = Fields(tuban, NOW).fill(
        {"text": [("Uraian", TEXT)], "observed_at": [("Tanggal", 46349), ("Jam", 21.15)]}, []
    )
    assert not filled.faults
    assert datetime.fromisoformat(filled.fields["observed_at"]) == datetime(2026, 11, 23, 14, 15, tzinfo=UTC)


def test_a_rows_own_number_is_part_of_what_it_is(tuban: District) -> None:
    """The same row twice is one report; another number is another, and a row without one keeps the id it always had."""
    first, again = one(tuban, **{"No Laporan": "LP-001"}), one(tuban, **{"No Laporan": "LP-001"})
    other, none, empty = one(tuban, **{"No Laporan": "LP-002"}), one(tuban), one(tuban, **{"No Laporan": ""})
    ids = [taken.row.id for taken in (first, again, other, none, empty) if taken.row]
    assert len(ids) == 5
    assert ids[0] == ids[1]
    assert ids[3] == ids[4]
    assert len(set(ids)) == 3
    said = {"text": "Ribut.", "observed_at": "2026-11-24T10:00:00+07:00"}
    assert derived_id(said) == uuid5(NAMESPACE, '{"observed_at":"2026-11-24T10:00:00+07:00","text":"Ribut."}')


@pytest.mark.parametrize(
    ("told", "name"), [("Sokko", "Soko"), ("Semandng", "Semanding"), ("Kec. Rengell", "Rengel"), ("Kec. Soko Kab. Tuban", "Soko"),
                       ("Tuban Kota", "Tuban"), ("Kota Tuban", "Tuban"), ("Kec. Tuban Kota", "Tuban")]
)  # fmt: skip
def test_a_kecamatan_one_slip_away_is_taken_and_doubted(tuban: District, told: str, name: str) -> None:
    taken = one(tuban, Kecamatan=told)
    assert taken.row is not None
    assert taken.row.kecamatan is not None
    assert tuban.places[taken.row.kecamatan].name == name
    slipped = told in ("Sokko", "Semandng", "Kec. Rengell")
    assert [("periksa tempat" in str(doubt)) for doubt in taken.doubts] == [True] * slipped
    assert (told in (taken.row.place or "")) == slipped


@pytest.mark.parametrize(
    "told", ["Atlantis", "Soko/Rengel", "So", "Tidak jelas, antara Soko dan Rengel", "Soko dan Rengel"]
)
def test_a_kecamatan_that_is_nowhere_costs_no_report(tuban: District, told: str) -> None:
    taken = one(tuban, Kecamatan=told)
    assert taken.row is not None
    assert (taken.row.kecamatan, taken.row.place) == (None, told)
    assert "periksa tempat" in str(taken.doubts[0])


def test_no_neighbours_kecamatan_is_taken_for_one_of_ours_nor_one_of_ours_for_another(tuban: District) -> None:
    own = {place.name: place.code for place in tuban.places.values() if place.kind == "kecamatan"}
    around = {place.name for place in tuban.neighbours.values() if place.kind == "kecamatan"}
    assert len(around) > 20
    for name in around | set(own):
        taken = one(tuban, Kecamatan=name)
        assert taken.row is not None
        assert (taken.row.kecamatan, taken.doubts) == (own.get(name), ()), name


def test_a_kabupaten_beside_a_kecamatan_is_believed(tuban: District) -> None:
    row = one(tuban, Kecamatan="Kec. Soko Kab. Bojonegoro").row
    assert row is not None
    assert (row.kecamatan, row.place) == (None, "Kec. Soko Kab. Bojonegoro")


ELSEWHERE = [
    "Ds. Sumberagung Kec. Sumberrejo Kab. Bojonegoro",
    "Ds. Bangunrejo Kab. Lamongan",
    "ds. bangunrejo kab. lamongan",
    "DS. BANGUNREJO KAB. KEDIRI",
    "Desa Bangunrejo, Kecamatan Kanor",
    "Desa Bangunrejo, Kanor, Bojonegoro",
    "Kec. Parengan Kab. Bojonegoro",
    "Pasar Kabupaten Bojonegoro, Kec. Soko",
]


@pytest.mark.parametrize("column", ["Alamat", "Lokasi"])
@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_elsewhere_gives_no_place_of_ours(tuban: District, column: str, address: str) -> None:
    """Also in a part of a table under the title of one of our kecamatan, and in JSON."""
    row = one(tuban, Kecamatan="", **{column: address}).row
    assert row is not None
    assert (row.kecamatan, row.desa, row.place) == (None, None, address)
    under = f"Tanggal;{column};Uraian\nKECAMATAN SOKO;;\n{DAY};{address};{TEXT}\n"
    (titled,) = read_file(under.encode(), "x.csv", tuban, NOW).rows
    assert titled.row is not None
    assert (titled.row.kecamatan, titled.row.desa) == (None, None)
    (told,) = read_file(json.dumps({"text": TEXT, column: address}).encode(), "x.jsonl", tuban, NOW).rows
    assert told.row is not None
    assert (told.row.kecamatan, told.row.desa, told.row.place) == (None, None, address)


@pytest.mark.parametrize(
    ("address", "desa"),
    [
        ("Ds. Bangunrejo Kec. Soko Kab. Tuban", "Bangunrejo"),
        ("Ds. Bangunrejo, Soko, Kab. Tuban dekat Kab. Bojonegoro", "Bangunrejo"),
        ("Ds. Bangunrejo Kec. Soko dekat pasar", "Bangunrejo"),
        ("Ds. Bangunrejo Kec. Soko, perbatasan Kec. Kanor", "Bangunrejo"),
        ("Ds. Bangunrejo, jalan kabupaten arah Soko", "Bangunrejo"),
        ("Ds. Bangunrejo, JL KABUPATEN KLOTOK", "Bangunrejo"),
        ("Ds. Bangunrejo, pertigaan kecamatan arah Soko", "Bangunrejo"),
        ("Ds. Bangunrejo Kec. Sokko", "Bangunrejo"),
    ],
)
def test_an_address_of_ours_gives_its_desa(tuban: District, address: str, desa: str) -> None:
    row = one(tuban, Kecamatan="", Alamat=address).row
    assert row is not None
    assert row.desa is not None
    assert (tuban.places[row.desa].name, row.place) == (desa, address)


def test_a_kecamatan_of_its_own_column_is_believed_before_an_address(tuban: District) -> None:
    row = one(tuban, Kecamatan="Soko", Desa="Bangunrejo", Alamat="rumah warga Kab. Bojonegoro").row
    assert row is not None
    assert row.desa is not None
    named = one(tuban, Kecamatan="", Desa="Bangunrejo", Alamat="Kec. Kanor Kab. Bojonegoro").row
    assert named is not None
    assert (named.desa, named.place) == (None, "Kec. Kanor Kab. Bojonegoro, Bangunrejo")


def test_a_desa_of_another_kecamatan_is_doubted_and_a_dusun_is_not(tuban: District) -> None:
    other = one(tuban, Kecamatan="Rengel", Desa="Bangunrejo")
    assert [str(doubt) for doubt in other.doubts] == ["Desa: Bangunrejo ada di Soko, bukan di Rengel, periksa tempat"]
    assert not one(tuban, Kecamatan="Rengel", Desa="Dusun Krajan Lor").doubts


def test_two_rows_of_one_number_that_tell_two_things_are_both_taken_and_the_second_is_doubted(tuban: District) -> None:
    """A number copied down by a slip costs no report; the same row twice is the same report, without a doubt."""
    data = (
        "No Laporan;Tanggal;Uraian\nLP-001;23/11/2026;Ribut di pasar\nLP-001;23/11/2026;Warga menutup jalan\n"
        "LP-001;23/11/2026;Ribut di pasar\nLP-002;23/11/2026;Ribut di pasar\n;23/11/2026;Ribut\n;24/11/2026;Ricuh\n"
    )
    rows = read_file(data.encode(), "x.csv", tuban, NOW).rows
    assert len({taken.row.id for taken in rows if taken.row}) == 5
    assert [bool(taken.doubts) for taken in rows] == [False, True, False, False, False, False]
    assert rows[1].row is not None
    assert "sama dengan baris 2" in rows[1].row.notes["Perlu diperiksa"]
    alone = data.split("\n")
    (again,) = read_file("\n".join((alone[0], alone[2])).encode(), "x.csv", tuban, NOW).rows
    assert again.row is not None
    assert again.row.id == rows[1].row.id


APART = [
    ("Tanggal;Kecamatan;Uraian;Dusun\n", "27/11/2026;Soko;Perkelahian pemuda;{}\n", ["Krajan", "Ngrejeng", "Krajan"]),
    ("No;Tanggal;Uraian;Nama Korban;Korban Luka\n", "1;27/11/2026;Bentrok;{};1\n", ["Wagimin", "Tukiran", "Wagimin"]),
    ("Tanggal;Uraian\n", "27/11/2026 21.00-{};Bentrok\n", ["22.00", "23.00", "22.00"]),
]


@pytest.mark.parametrize(("heads", "row", "told"), APART)
def test_rows_that_differ_in_what_no_field_holds_are_two_reports(
    tuban: District, heads: str, row: str, told: list[str]
) -> None:
    """The second has an id of its own, the same whenever the file is read; equal rows, wherever they stand, stay one."""
    data = heads + "".join(map(row.format, told))
    rows = read_file(data.encode(), "x.csv", tuban, NOW).rows
    ids = [taken.row.id for taken in rows if taken.row]
    assert (ids[0] == ids[2], ids[0] == ids[1]) == (True, False)
    assert ["sama dengan baris 2 selain" in " ".join(map(str, taken.doubts)) for taken in rows] == [False, True, False]
    longer = data + row.format(told[1]) + row.format("01.00" if "-" in row else "Kasmuri")
    again = [taken.row.id for taken in read_file(longer.encode(), "x.csv", tuban, NOW).rows if taken.row]
    assert again[:3] == ids
    assert (again[3], len(set(again))) == (ids[1], 3)


@pytest.mark.parametrize(("columns", "kept"), [(39, 39), (40, 39), (45, 39), (150, 39)])
def test_columns_beyond_the_room_for_notes_are_joined_and_said(tuban: District, columns: int, kept: int) -> None:
    """A report's own number and the title that places it come first, wherever their columns stand."""
    many = {f"Kolom {letter(at)}{at}": f"isi {at}" for at in range(columns - 1)}
    told = one(tuban, **many, **{"No Laporan": "LP-77"})
    assert told.row is not None
    notes = {name: said for name, said in told.row.notes.items() if name != "Perlu diperiksa"}
    assert notes["Nomor asal"] == "LP-77"
    assert len(notes) == kept
    everything = "; ".join(f"{name}: {said}" for name, said in notes.items())
    assert all(f"{heading}: {said}" in everything for heading, said in many.items())
    joined = columns + 1 > kept  # the number stands under its own heading too
    assert ["39 catatan" in doubt.why for doubt in told.doubts] == [True] * joined
    assert ("Kolom lainnya" in notes) == joined
    again = doubted(told, Fault("", "sesuatu"))
    assert again.row is not None
    assert set(notes) < set(again.row.notes)


def test_equal_rows_under_running_numbers_stay_one_report(tuban: District) -> None:
    data = "No;Tanggal;Uraian\n1;27/11/2026;Bentrok\n2;27/11/2026;Bentrok\n"
    first, second = read_file(data.encode(), "x.csv", tuban, NOW).rows
    assert first.row is not None
    assert second.row is not None
    assert first.row.id == second.row.id
    assert not second.doubts


def test_an_id_brought_twice_with_other_content_is_named_before_anything_is_sent(tuban: District) -> None:
    own = '{"id": "0197c3a4-6f0e-7000-8000-000000000001", "text": "%s"}'
    rows = read_file("\n".join((own % "a", own % "b", own % "a")).encode(), "x.jsonl", tuban, NOW).rows
    assert [taken.row is not None for taken in rows] == [True, False, True]
    assert str(rows[1].faults[0]) == "id: sudah dipakai baris 1, yang isinya berbeda"


def test_a_district_that_has_changed_is_read_by_its_own_names(tuban: District) -> None:
    """Names are sorted once for each district; a changed one, and the old one after it, keep theirs."""
    soko = next(place for place in tuban.places.values() if place.name == "Soko")
    other = soko.model_copy(update={"name": "Wanamukti Baru"})
    renamed = tuban.model_copy(update={"places": {**tuban.places, soko.code: other}})
    for district, found in ((tuban, soko.code), (renamed, None), (tuban, soko.code)):
        row = one(district, Kecamatan="Kec. Soko").row
        assert row is not None
        assert row.kecamatan == found
