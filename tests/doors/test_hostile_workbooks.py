"""Files that are made to cost their reader: each is refused, or read for little more than a large genuine one takes.

Every file is read in a process of its own, whose processor time and memory are measured.
"""

import multiprocessing
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from schemas.district import District
from services.ingest.formats.detect import UnreadableFile, read_file
from services.security.refusal import REFUSALS
from services.sheets.limits import OutOfBounds
from tests.doors.hostile_workbooks import EVERY, TEXTS
from tests.ingest.workbooks import workbook

pytestmark = pytest.mark.long
NOW = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
TIMES = 4  # as much processor time as 5,000 rows of ten columns
MEGABYTES = 300  # of memory: three times what a workbook may unpack to
HEADINGS = [
    "No",
    "Tanggal Kejadian",
    "Kecamatan",
    "Desa",
    "Uraian Kejadian",
    "Nama",
    "No HP",
    "Sumber",
    "Tindakan",
    "X",
]


class Cost(NamedTuple):
    """What reading a file took, and what came of it."""

    seconds: float
    megabytes: float
    said: str
    code: str = ""  # of its refusal, where it was refused by its own name
    in_english: str = ""


def most_memory() -> float:
    """Give the most memory that this process has had since it was reset, in megabytes."""
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def _read(path: Path, tuban: District, back: Any) -> None:
    import openpyxl  # noqa: F401 - loaded once in every process, whatever the file is

    data = path.read_bytes()
    Path("/proc/self/clear_refs").write_text("5")
    before, begun = most_memory(), time.process_time()
    try:
        said: tuple[str, ...] = (f"{len(read_file(data, path.name, tuban, NOW).rows)} rows",)
    except OutOfBounds as error:
        said = (error.refused.say("id"), error.refused.code, error.refused.say("en"))
    except UnreadableFile as error:
        said = (str(error),)
    back.send(Cost(time.process_time() - begun, most_memory() - before, *said))


def in_another(act: Callable[..., None], *given: Any) -> Any:
    """Do it in a process of its own; gives what that sends, None where it sends nothing."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    process = fork.Process(target=act, args=(*given, there))
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        return None
    finally:
        process.join()


def _write(path: Path, make: Callable[[], bytes], back: Any) -> None:
    path.write_bytes(make())
    back.send(path.stat().st_size)


def genuine() -> bytes:
    """Give a table of 5,000 reports."""
    return workbook(
        HEADINGS,
        *[
            [
                n,
                "20/04/2026",
                "Soko",
                "Mentoro",
                f"Ribut di pasar, {n} orang",
                "Darmaji",
                f"0812{n:07}",
                "w",
                "dilerai",
                "-",
            ]
            for n in range(5_000)
        ],
    )


@pytest.fixture(scope="module")
def measure(tuban: District, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], bytes]], Cost]:
    folder = tmp_path_factory.mktemp("files")

    @cache  # a file costs to make too
    def measured(name: str, make: Callable[[], bytes]) -> Cost:
        path = folder / name
        assert in_another(_write, path, make)
        cost = in_another(_read, path, tuban)
        path.unlink()
        assert isinstance(cost, Cost), "the process was ended"
        return cost

    return measured


@pytest.fixture(scope="module")
def usual(measure: Callable[[str, Callable[[], bytes]], Cost]) -> Cost:
    found = measure("tabel.xlsx", genuine)
    assert found.said == "5000 rows"
    return found


@pytest.mark.parametrize("name", EVERY)
def test_no_workbook_costs_more_than_a_large_genuine_one(
    name: str, measure: Callable[[str, Callable[[], bytes]], Cost], usual: Cost
) -> None:
    cost = measure("x.xlsx", EVERY[name])
    assert cost.seconds < TIMES * usual.seconds, cost
    assert cost.megabytes < MEGABYTES, cost


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_costs_more_than_a_large_genuine_table(
    name: str, measure: Callable[[str, Callable[[], bytes]], Cost], usual: Cost
) -> None:
    ending, make = TEXTS[name]
    cost = measure(f"x.{ending}", make)
    assert cost.seconds < TIMES * usual.seconds, cost
    assert cost.megabytes < MEGABYTES, cost


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("deep in xl/styles.xml", "file_tags"),
        ("many tags in xl/workbook.xml", "file_marks"),
        ("many texts", "file_strings"),
        ("a huge text", "file_text"),
        ("a long text in many cells", "file_shown"),
        ("a value far right in every row", "file_far_cells"),
        ("many sheets of one part", "file_sheets"),
        ("packed by bzip2", "file_packing"),
        ("one part under many names", "file_packing"),
        ("one name again and again", "file_packing"),
        ("a list of a million parts", "file_parts"),
        ("more than may be unpacked", "file_unpacked"),
    ],
)
def test_what_is_refused_is_named_in_both_languages(
    name: str, code: str, measure: Callable[[str, Callable[[], bytes]], Cost]
) -> None:
    cost = measure("x.xlsx", EVERY[name])
    assert cost.code == code
    assert cost.in_english != cost.said
    assert cost.said[:20] == REFUSALS[code][1][:20]
