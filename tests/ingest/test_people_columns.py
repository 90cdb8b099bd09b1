"""Columns of people in a table: whole numbers fill fields, words are told as sentences, signs for nobody tell nothing."""

from datetime import UTC, datetime

import pytest

from schemas.district import District
from schemas.messages import ReportIn
from services.ingest.formats.detect import read_file
from services.ingest.formats.row import Taken
from services.triage.assess import Assessor

NOW = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
TEXT = "Dua rombongan pemuda saling serang di lapangan"
DEAD = [
    "Korban Meninggal",
    "MD",
    "Korban Jiwa",
    "Jumlah Korban Meninggal (orang)",
    "KORBAN_MENINGGAL",
    "korban/meninggal",
]
HURT = ["Korban Luka", "Luka-luka", "Jml. Korban Luka", "Luka"]
CROWD = ["Massa", "Jumlah Massa", "Perkiraan Jumlah Massa", "Jml Massa (org)"]


def one(district: District, **cells: str) -> Taken:
    columns = {"Tanggal": "23/11/2026 21.15", "Kecamatan": "Semanding", "Uraian": TEXT} | cells
    lines = [";".join(columns), ";".join(f'"{value}"' for value in columns.values())]
    (taken,) = read_file("\n".join(lines).encode(), "x.csv", district, NOW).rows
    assert taken.row is not None, [str(fault) for fault in taken.faults]
    return taken


@pytest.mark.parametrize(
    ("field", "heading"),
    [("killed", each) for each in DEAD] + [("injured", each) for each in HURT] + [("crowd", each) for each in CROWD],
)
@pytest.mark.parametrize(
    ("cell", "number"),
    [("2", 2), ("2 orang", 2), ("\u00b1 14 org", 14), ("1.200", 1200), ("", None), ("-", None), ("Nihil", None)],
)
def test_a_number_in_a_column_of_people_fills_its_field(
    tuban: District, field: str, heading: str, cell: str, number: int | None
) -> None:
    taken = one(tuban, **{heading: cell})
    assert taken.row is not None
    counted = {name: getattr(taken.row, name) for name in ("killed", "injured", "crowd")}
    assert counted == {"killed": None, "injured": None, "crowd": None} | {field: number}
    assert (taken.row.text, taken.row.notes, taken.doubts) == (TEXT, {}, ())


@pytest.mark.parametrize("heading", [DEAD[0], HURT[0], CROWD[0], "LB", "Korban"])
@pytest.mark.parametrize("zero", ["0", "0 orang"])
def test_a_zero_is_noted_and_never_said_against_the_text(tuban: District, heading: str, zero: str) -> None:
    row = one(tuban, **{heading: zero, "Uraian": "Dua orang tewas dalam bentrok pemuda"}).row
    assert row is not None
    assert (row.killed, row.injured, row.crowd) == (None, None, None)
    assert row.notes == {heading: zero}
    facts = Assessor(tuban).judge(ReportIn(**row.model_dump(exclude={"notes", "follows_receipt"})), made=NOW).facts
    assert facts.killed is not None
    assert facts.killed.min == 2


@pytest.mark.parametrize(
    ("heading", "cell", "killed", "injured"),
    [
        ("Korban", "2 MD", 2, None),
        ("Korban", "3 luka", None, 3),
        ("Korban", "2 luka, 1 MD", 1, 2),
        ("KORBAN JIWA", "1 MD, 2 luka", 1, 2),
        ("Korban Meninggal", "2 orang (suami istri)", 2, None),
        ("Korban Luka", "3 orang, dirawat di puskesmas", None, 3),
    ],
)
def test_words_in_a_column_of_people_are_told_so_that_they_are_judged(
    tuban: District, heading: str, cell: str, killed: int | None, injured: int | None
) -> None:
    row = one(tuban, **{heading: cell}).row
    assert row is not None
    assert cell in row.text
    assert row.text.endswith(".")
    facts = Assessor(tuban).judge(ReportIn(**row.model_dump(exclude={"notes", "follows_receipt"})), made=NOW).facts
    found = [count and count.min for count in (facts.killed, facts.injured)]
    assert found == [killed, injured], row.text


@pytest.mark.parametrize(
    ("cells", "injured", "doubted"),
    [
        ({"LB": "1", "LR": "3"}, 4, False),
        ({"Luka Ringan": "3"}, 3, False),
        ({"Korban Luka": "4", "LB": "1", "LR": "3"}, 4, False),
        ({"Korban Luka": "2", "LB": "1", "LR": "3"}, 4, True),
        ({"Korban Luka": "6", "LB": "1"}, 6, False),
    ],
)
def test_badly_and_lightly_injured_are_all_injured(
    tuban: District, cells: dict[str, str], injured: int, *, doubted: bool
) -> None:
    taken = one(tuban, **cells)
    assert taken.row is not None
    assert taken.row.injured == injured
    assert bool(taken.doubts) == doubted
    assert ("Luka berat: 1 orang." in taken.row.text) == ("LB" in cells)


@pytest.mark.parametrize("cell", ["50-60", "20/11", "2.5", "12.345.678.901", "-3", "081200002222", "dua orang"])
def test_what_is_no_whole_number_of_people_fills_no_field(tuban: District, cell: str) -> None:
    row = one(tuban, **{"Jumlah Massa": cell}).row
    assert row is not None
    assert row.crowd is None
    assert cell in row.text


def test_two_columns_that_disagree_are_doubted_and_kept(tuban: District) -> None:
    taken = one(tuban, **{"Korban Meninggal": "2", "MD": "1"})
    assert taken.row is not None
    assert taken.row.killed == 2
    assert "jumlah yang berbeda" in str(taken.doubts[0])
    assert {"Korban Meninggal": "2", "MD": "1"}.items() <= taken.row.notes.items()


def test_names_of_the_dead_make_no_count_and_no_sentence(tuban: District) -> None:
    row = one(tuban, **{"Nama Korban": "Wagimin", "Jumlah Kejadian": "3"}).row
    assert row is not None
    assert row.text == TEXT
    assert row.notes == {"Nama Korban": "Wagimin", "Jumlah Kejadian": "3"}
