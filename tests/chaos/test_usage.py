"""What a run says of memory and of its growth is what the installation itself holds."""

import mmap
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.usage import memory, slope

LARGE = 64 << 20  # bytes


@pytest.fixture
def on_disk() -> Iterator[Path]:
    """Give a folder on a disk, as programs lie on: pages of a file in memory (TMPDIR) are memory."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_pages_of_a_file_that_is_only_read_are_no_memory_of_a_process_and_its_own_are(on_disk: Path) -> None:
    """The memory of a bus grew by the size of its program when another test's bus ended."""
    file = on_disk / "program"
    with file.open("wb") as written:
        written.write(b"x" * LARGE)
        written.flush()
        os.fsync(written.fileno())  # until then its pages are dirty, as no program's are
    before = memory(os.getpid())
    with (
        file.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, prot=mmap.PROT_READ, flags=mmap.MAP_PRIVATE) as program,
    ):
        assert sum(program[at] for at in range(0, LARGE, mmap.PAGESIZE)) > 0
        assert memory(os.getpid()) - before < LARGE / 2**20 / 2
    held = bytearray(os.urandom(1 << 20) * (LARGE >> 20))
    assert memory(os.getpid()) - before > len(held) / 2**20 / 2


def test_a_slope_is_that_of_the_line_through_all_looks() -> None:
    assert slope([(0.0, 1.0), (1800.0, 2.0), (3600.0, 3.0)]) == pytest.approx(2.0)
    assert slope([(5.0, 1.0)]) == 0.0
