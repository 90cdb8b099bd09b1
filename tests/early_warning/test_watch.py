"""`kentongan watch` reads a table, answers each row in order, and refuses what cannot be read by naming it."""

import io
import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.cli.main import main
from services.early_warning.count_table import TableError, read, watch
from tests.early_warning.series import district, spread

pytestmark = pytest.mark.usefixtures("in_english")

HEAD = "area,period,count\n"


def table(weeks: int = 40, days: int = 7, burst: int = 0, group: str | None = None) -> str:
    lines = [HEAD if group is None else "area,period,count,group\n"]
    for t, counts in enumerate(district(1, weeks, spread(10, 0.05, 1.0))):
        day = date(2024, 1, 1) + timedelta(days=t * days)
        for key, n in counts.items():
            more = burst if t == weeks - 2 and key.area == "area 3" else 0
            lines.append(f"{key.area},{day},{n + more}" + (f",{group}\n" if group is not None else "\n"))
    return "".join(lines)


def answers(text: str, per_month: float = 1.0) -> list[dict]:
    return list(watch(read(io.StringIO(text)), per_month))


def test_each_row_is_answered_in_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "counts.csv"
    file.write_text(table(burst=9))
    assert main(["watch", str(file), "--false-per-month", "1"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    rows = [line.split(",") for line in table(burst=9).splitlines()[1:]]
    assert [[a["area"], a["period"], str(a["count"])] for a in lines] == rows
    for a in lines:
        assert 0 <= a["chance"] <= 1
        assert a["expected"] >= 0
        assert {"notify", "district_wide", "reason", "needs"} <= set(a)
    told = [a for a in lines if a["notify"] and a["area"] == "area 3" and a["count"] >= 9]
    assert len(told) == 1
    assert told[0]["reason"].endswith("Bukan ramalan.")
    assert told[0]["reason_en"].endswith("Not a forecast.")


def test_the_order_of_the_file_does_not_matter() -> None:
    text = table(burst=9)
    lines = text.splitlines()[1:]
    by_area = "\n".join([HEAD.strip(), *sorted(lines)])
    first = {(a["area"], a["period"]): a for a in answers(text) if not a["district_wide"]}
    second = {(a["area"], a["period"]): a for a in answers(by_area) if not a["district_wide"]}
    assert first == second


def test_it_reads_standard_input() -> None:
    program = [sys.executable, "-c", "import sys; from services.cli.main import main; sys.exit(main())"]
    for name in ("-", "/dev/stdin"):
        done = subprocess.run([*program, "watch", name], input=table(10), capture_output=True, text=True, check=True)
        assert len(done.stdout.splitlines()) == 100


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "no column area, period, count"),
        ("", "no column"),
        (HEAD + "A,2024-01-01,-1\n", "line 2: -1 is not a number of incidents"),
        (HEAD + "A,2024-01-01,100001\n", "line 2: 100001"),
        (HEAD + "A,2024-01-01,2.5\n", "'2.5' is not a whole number"),
        (HEAD + "A,01/02/2024,2\n", "is not an ISO date"),
        (HEAD + "A,2024-01-01\n", "a column is missing"),
        (HEAD + ",2024-01-01,1\n", "the area is empty"),
        (HEAD + "A,2024-01-01,1\nA,2024-01-01,2\n", "line 3: A on 2024-01-01 is already in line 2"),
        (
            HEAD + "A,2024-01-01,1\nA,2024-01-31,0\nA,2024-03-01,1\n",
            "line 3: 2024-01-31 is not a whole number of weeks",
        ),
        (HEAD + "A,2024-01-01,1\nA,2024-01-29,0\n", "periods are 28 days apart"),
        (HEAD + "A,0224-01-01,1\nA,2024-01-01,0\n", "more than 40 years"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TableError, match=said):
        read(io.StringIO(text))
    file = tmp_path / "bad.csv"
    file.write_text(text)
    assert main(["watch", str(file)]) == 1
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch", "/nowhere/counts.csv"]) == 2
    assert "nowhere" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["watch", "-", "--false-per-month", "0"])
    assert ended.value.code == 2


def test_many_wrong_rows_are_named_up_to_twenty() -> None:
    with pytest.raises(TableError, match="and 5 more"):
        read(io.StringIO(HEAD + "".join(f"A,2024-01-0{i % 7 + 1},x\n" for i in range(25))))


def test_a_table_of_only_what_happened_means_zeros_by_what_it_leaves_out() -> None:
    first = [f"area {i},2023-12-25,{int(i == 0)}" for i in range(10)]  # so that both tables begin in the same week
    full = "\n".join([*table(60).splitlines(), *first])
    listed = "\n".join(line for line in full.splitlines() if not line.endswith(",0"))
    read_full, read_listed = read(io.StringIO(full)), read(io.StringIO(listed))
    assert read_listed.missing_are_zeros
    assert read_listed.missing > 100
    assert not read_full.missing_are_zeros
    whole = {(a["area"], a["period"]): a["needs"] for a in answers(full)}
    some = answers(listed)
    assert len(some) > 80
    assert [a["needs"] for a in some] == [whole[a["area"], a["period"]] for a in some]


def test_a_hole_in_a_table_with_zeros_was_not_reported() -> None:
    lines = table(60).splitlines()
    got = read(io.StringIO("\n".join(line for i, line in enumerate(lines) if i % 17 != 5)))
    assert got.missing
    assert not got.missing_are_zeros


def test_semicolons_a_byte_order_mark_and_other_columns_are_read() -> None:
    text = "\ufeff" + "Count;Area;note;Period\n" + "3;A;x;2024-01-01\n"
    assert answers(text)[0]["count"] == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_utf_8_and_utf_16_with_its_mark_are_read(
    encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = "\ufeff" if encoding.endswith("e") else ""
    file = tmp_path / "counts.csv"
    file.write_bytes((mark + HEAD + "Désa Ä,2024-01-01,3\r\nB,2024-01-01,1\r\n").encode(encoding))
    assert main(["watch", str(file)]) == 0
    assert [json.loads(line)["area"] for line in capsys.readouterr().out.splitlines()] == ["Désa Ä", "B"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ((HEAD + "A,2024-01-01,3\nDésa,2024-01-01,3\n").encode("latin-1"), "line 3: this is not UTF-8"),
        ((HEAD + "A–B,2024-01-01,3\n").encode("cp1252"), "line 2: this is not UTF-8"),
        ((HEAD + "A,2024-01-01,3\n").encode("utf-16")[:-1], "line 2: this is not UTF-16"),
        ((HEAD + "A,2024-01-01,3\n").encode("utf-16-le"), "line 1: the table has no column"),
    ],
)
def test_another_encoding_is_refused_by_file_and_line(
    data: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "counts.csv"
    file.write_bytes(data)
    assert main(["watch", str(file)]) == 1
    err = capsys.readouterr().err
    assert str(file) in err
    assert said in err


def test_rows_that_lie_in_the_future_are_said_and_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "counts.csv"
    today = datetime.now(UTC).date()
    weeks = [today + timedelta(days=2) - timedelta(weeks=back) for back in range(12, -3, -1)]
    file.write_text(HEAD + "".join(f"Soko,{week},{n % 2}\n" for n, week in enumerate(weeks)))
    assert main(["watch", str(file)]) == 0
    got = capsys.readouterr()
    assert len(got.out.splitlines()) == 15
    assert f"3 rows begin in the future, the last of them in line 16: Soko on {weeks[-1]};" in got.err
    file.write_text(HEAD + "".join(f"Soko,{week},{n % 2}\n" for n, week in enumerate(weeks[:-3])))
    assert main(["watch", str(file)]) == 0
    assert "future" not in capsys.readouterr().err


def test_groups_are_kept_apart_and_named() -> None:
    text = table(40, group="agraria") + "".join(
        line + "\n" for line in table(40, group="sara", burst=9).splitlines()[1:]
    )
    got = answers(text)
    assert {a["group"] for a in got} == {"agraria", "sara"}
    told = [a for a in got if a["notify"] and a["area"] == "area 3" and a["count"] >= 9]
    assert [a["group"] for a in told] == ["sara"]
    assert "area 3, sara:" in told[0]["reason"]


def test_an_empty_table_has_no_answers() -> None:
    assert answers(HEAD) == []
