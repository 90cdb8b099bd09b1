"""Sipolmas' list is taken in as it is: what is wrong is named, the same again changes nothing, names only suggest."""

from pathlib import Path
from typing import Any

import pytest

from schemas.office.records import Ormas
from services.cli.main import main
from services.office import ormas, queries
from services.store.database import Store
from tests.console.night import Clock
from tests.ingest.workbooks import workbook

HEADINGS = ["No. Registrasi", "Nama Ormas", "Status", "Alamat Sekretariat", "Warna"]
GOOD = [["1/2020", "Tapak Angin", "aktif", "Tuban", "x"], ["2/2020", "Melati", "aktif", "Soko", ""]]


def test_what_is_wrong_is_named_with_its_line() -> None:
    lines = [
        HEADINGS,
        *GOOD,
        ["1/2020", "Lain", "", "", ""],
        ["", "Tanpa nomor", "", "", ""],
        ["abc", "Huruf", "", "", ""],
    ]
    read = ormas.read_list(lines)
    assert [row["number"] for row in read.rows] == ["1/2020", "2/2020"]
    assert read.unknown == ("Warna",)
    assert read.faults == (
        (4, "nomor 1/2020 sudah ada di baris lain"),
        (5, "nomor atau nama kosong"),
        (6, "nomor abc bukan nomor registrasi"),
    )


@pytest.mark.parametrize("lines", [[], [["Warna"]], [["Nama"], ["x"]]])
def test_what_is_no_list_is_refused(lines: list[list[str]]) -> None:
    read = ormas.read_list(lines)
    assert read.rows == ()
    assert read.faults[0][0] == 1


def test_the_same_list_again_changes_nothing_and_what_is_gone_is_marked(database: str) -> None:
    store = Store(database, Clock())

    def put(lines: list[list[str]]) -> ormas.Imported:
        return store.write_now(lambda tx: ormas.put_list(tx, "office", ormas.read_list([HEADINGS, *lines]).rows))

    def line() -> Any:
        return store.read_now(queries_head)

    assert put(GOOD) == ormas.Imported(2, 0, 0, 0)
    head = line()
    assert put(GOOD) == ormas.Imported(0, 0, 2, 0)
    assert line() == head
    assert put([GOOD[0], ["2/2020", "Melati", "dicabut", "Soko", ""]]) == ormas.Imported(0, 1, 1, 0)
    assert put(GOOD[:1]) == ormas.Imported(0, 0, 1, 1)
    gone = store.read_now(lambda session: session.get(Ormas, "2/2020"))
    assert gone is not None
    assert gone.missing_since is not None
    assert put(GOOD) == ormas.Imported(0, 1, 1, 0)
    store.close()


def queries_head(session: Any) -> Any:
    from services.console.incidents.queries import newest_line

    return newest_line(session)


def test_the_command_reads_a_workbook_and_names_what_it_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], new_database: Any
) -> None:
    url = new_database("sqlite")
    monkeypatch.setenv("KENTONGAN_STORE_URL", url)
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    file = tmp_path / "sipolmas.xlsx"
    file.write_bytes(workbook(HEADINGS, *GOOD, ["1/2020", "Lagi", "", "", ""]))
    assert main(["ormas", "import", str(file)]) == 1
    said = capsys.readouterr()
    assert "2 baru, 0 berubah, 0 tetap" in said.out
    assert "baris 4: nomor 1/2020 sudah ada" in said.err
    assert "kolom Warna tidak dikenal" in said.err
    assert main(["ormas", "import", str(tmp_path / "gone.xlsx")]) == 2
    store = Store(url)
    assert [one.number for one in store.read_now(queries.all_ormas)] == ["2/2020", "1/2020"]
    store.close()


@pytest.mark.parametrize(
    ("party", "expected"),
    [
        ("Tapak Angin Soko", ["1"]),
        ("TAPAK ANGIN", ["1"]),
        ("warga", []),
        ("pemuda", []),
        ("Karang Taruna", ["2"]),
        ("", []),
    ],
)
def test_names_that_resemble_are_suggested_and_common_words_are_not(party: str, expected: list[str]) -> None:
    names = {"1": "Perguruan Pencak Silat Tapak Angin", "2": "Karang Taruna Melati", "3": "Forum Nelayan Pantura"}
    assert [number for number, _ in ormas.suggestions(party, names)] == expected
