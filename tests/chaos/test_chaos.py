"""A short run of `make chaos`: a few faults of different kinds, by a seed, over real processes."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.faults import FAULTS
from tests.chaos.figures import table
from tests.chaos.run import UPGRADE, chaos, drawn

SEED = int(os.environ.get("KENTONGAN_CHAOS_SEED", "20261128"))
KINDS = (
    "kill -9 nats-server",
    "receiver says 410",
    "odd messages on REPORTS",
    "store file moved away and back",
)

WIRE = "a second of each service, its wire to the bus swallows 10-15 s"

# A fault cuts connections in the middle of being made, and aiohttp leaves such a one to the collector, which warns.
pytestmark = [pytest.mark.kill, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(autouse=True)
def _collected_here() -> Iterator[None]:
    """Collect what a test has left while the warnings about it are ignored: the next test would be blamed for it."""
    yield
    gc.collect()


async def test_a_few_faults_by_chance_cost_no_report_and_leave_nothing_to_do(tmp_path: Path) -> None:
    faults = [fault for fault in FAULTS if fault.name in KINDS]
    run = await chaos(tmp_path, seed=SEED, faults=faults, rate=5)
    print(table(run))  # shown by -rP
    assert run.holds(), table(run)
    assert run.accepted > 20
    assert {one.name for one in run.faults} == set(KINDS)


async def test_what_0_1_left_is_brought_up_to_date_under_load_and_bears_moved_clocks_and_dead_wires(
    tmp_path: Path,
) -> None:
    kinds = {"clock 3 days ahead, 1 h back, then right", WIRE}
    faults = [fault for fault in FAULTS if fault.name in kinds]
    run = await chaos(tmp_path, seed=SEED, faults=faults, rate=3, older=True)
    print(table(run))
    assert run.holds(), table(run)
    assert {one.name for one in run.faults} == kinds | {UPGRADE}


def test_every_kind_of_fault_is_drawn_as_often_as_every_other_by_a_seed() -> None:
    many = 3 * len(FAULTS)
    names = [fault.name for fault in drawn(7, many)]
    assert names == [fault.name for fault in drawn(7, many)]
    assert names != [fault.name for fault in drawn(8, many)]
    assert {names.count(name) for name in names} == {3}
    assert len(set(names)) == len(FAULTS)
