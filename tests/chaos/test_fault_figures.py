"""What a run counts: each report to its fault, and what was said falsely while it lasted."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.figures import FALSE, STUCK, Figures, Run, Seen, count, count_mails, table
from tests.chaos.kept import Kept
from tests.chaos.watch import SHUT, STANDS, Watch, door_well, figures_of, line_well

WELL = """\
# TYPE kentongan_bus_up gauge
kentongan_bus_up 1.0
kentongan_bus_promises 1.0
kentongan_store_up 1.0
kentongan_store_writable 1.0
kentongan_bus_waiting_messages{stream="INCIDENTS",consumer="notify"} 4.0
kentongan_bus_waiting_messages{stream="REPORTS",consumer="triage"} 0.0
kentongan_bus_unanswered_messages{stream="REPORTS",consumer="triage"} 0.0
"""


@dataclass
class Hook:
    """A webhook as far as it is counted."""

    id: str
    at: float
    reports: tuple[str, ...] = ()
    incident: str = "i"
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        own = {"reports": self.reports, "incident": self.incident, "institution": "POLRES", "round": 1}
        return own | self.more


def run_of(filed: dict[str, float], calls: list[Hook], *, stored: set[str] | None = None, gone: str = "") -> Run:
    run = Run(1, 5.0, faults=[Figures("one", begun=10, ended=20), Figures("two", begun=30, ended=40)])
    kept = frozenset(filed if stored is None else stored)
    count(run, Seen(filed, [12.0, 31.0, 32.0], kept, kept - set(filed), frozenset(gone.split()), calls))
    return run


def test_each_report_belongs_to_the_fault_during_or_after_which_it_came() -> None:
    run = run_of(
        {"a": 5.0, "b": 29.0, "c": 30.5},
        [Hook("1", 6.0, ("a",)), Hook("2", 44.0, ("b",), "j"), Hook("3", 31.0, ("c",), "k")],
    )
    one, two = run.faults
    assert [(fault.accepted, fault.refused, fault.late) for fault in run.faults] == [(2, 1, 15.0), (1, 2, 0.5)]
    assert (one.stuck, two.stuck, run.untold, run.lost) == (0, 0, 0, 0)
    assert run.holds()


def test_what_is_told_late_or_never_is_stuck_and_what_nobody_stored_is_lost() -> None:
    filed = {"late": 11.0, "never": 12.0, "lost": 13.0}
    run = run_of(filed, [Hook("1", 20.0 + STUCK + 1, ("late",))], stored={"late", "never"})
    assert (run.faults[0].stuck, run.faults[0].lost, run.untold) == (2, 1, 2)
    assert not run.holds()


def test_what_lay_only_on_a_folder_that_was_removed_is_said_apart() -> None:
    run = run_of({"a": 11.0, "b": 12.0}, [Hook("1", 13.0, ("a",))], stored={"a"}, gone="b")
    assert (run.lost, run.gone, run.faults[0].lost, run.faults[0].gone) == (1, 1, 1, 1)
    assert run.holds()
    assert "1 of them lay only on a folder of the bus that was removed" in table(run)
    assert "| one | 1 | 10.0, 10.0 | 2 | 1 | 1 | 1 | 0 |" in table(run)
    assert not run_of({"a": 11.0, "b": 12.0}, [Hook("1", 13.0, ("a",))], stored={"a"}).holds()


def test_mails_are_counted_by_their_message_id_and_one_that_never_came_does_not_hold() -> None:
    run = run_of({"a": 11.0}, [Hook("1", 13.0, ("a",))])
    assert "mails" not in table(run)
    count_mails(run, ["<1@x>", "<2@x>", "<1@x>"], {"<1@x>", "<2@x>"})
    assert run.holds()
    assert "3 mails, 1 of them repeated under the same Message-ID, 0 marked as sent that never came" in table(run)
    count_mails(run, ["<1@x>"], {"<1@x>", "<2@x>"})
    assert (run.mails_missing, run.holds()) == (1, False)


def test_what_is_gone_and_told_excuses_nothing_that_was_told_to_nobody() -> None:
    run = run_of({"a": 11.0, "b": 12.0}, [Hook("1", 13.0, ("b",))], stored={"a"}, gone="b")
    assert (run.untold, run.holds()) == (1, False)


def test_tries_that_were_refused_are_counted_whatever_else_was_accepted() -> None:
    run = run_of({"a": 11.0}, [Hook("1", 13.0, ("a",))])
    assert run.refused == 3
    assert "; 3 tries were answered 503" in table(run)


def test_the_same_call_again_is_counted_and_another_id_for_one_thing_is_a_double() -> None:
    calls = [
        Hook("1", 12.0, ("a",)),
        Hook("1", 33.0, ("a",)),
        Hook("2", 34.0, ("a",)),
        Hook("3", 35.0, ("a",), "other"),
    ]
    run = run_of({"a": 11.0}, calls)
    assert [(fault.again, fault.doubled) for fault in run.faults] == [(0, 0), (1, 1)]
    assert (run.told_twice, run.holds()) == (1, False)


def test_a_report_stored_under_an_id_that_nobody_was_told_is_a_double_of_its_fault() -> None:
    run = run_of({"a": 11.0}, [Hook("1", 12.0, ("a",)), Hook("2", 31.0, ("x",), "j")], stored={"a", "x"})
    assert (run.doubled, run.faults[1].doubled, run.holds()) == (1, 1, False)


@pytest.mark.parametrize(
    ("change", "door", "line"),
    [
        (("", ""), True, True),
        (("promises 1", "promises 0"), False, False),
        (("bus_up 1", "bus_up 0"), False, False),
        (("writable 1", "writable 0"), True, False),
        (('triage"} 0.0', 'triage"} 3.0'), True, False),
        ((WELL, ""), False, False),
    ],
)
def test_what_the_figures_say_of_the_door_and_of_the_line(change: tuple[str, str], door: bool, line: bool) -> None:  # noqa: FBT001 - a row of the table
    told = figures_of(WELL.replace(*change) if change[0] else WELL)
    assert (door_well(told), line_well(told)) == (door, line)


def watch_of(tmp_path: Path, *, ready: int = 200, well: bool = True, rises: tuple[float, ...] = ()) -> Watch:
    watch = Watch(Kept(tmp_path / "none.db"))
    seconds = [float(second) for second in range(100)]
    watch.ready = [(at, ready) for at in seconds]
    watch.told = [(at, well, well) for at in seconds]
    watch.outside.pings = seconds[::10]
    watch.rises = list(rises)
    return watch


def test_who_says_well_while_the_door_is_shut_says_it_falsely(tmp_path: Path) -> None:
    accepted, refused = [9.0, 41.5], [float(at) for at in range(10, 41)]
    false = watch_of(tmp_path, rises=(9.2, 41.8)).untrue(0, 60, accepted, refused)
    assert (false.ready, false.metrics, false.pings) == (
        29.0,
        29.0,
        3,
    )  # from 12 to 40: until then one had been accepted lately
    true = watch_of(tmp_path, ready=503, well=False, rises=(9.2, 41.8)).untrue(0, 60, accepted, refused)
    assert (true.ready, true.metrics) == (0.0, 0.0)


def test_nobody_is_held_to_a_door_that_nobody_tries(tmp_path: Path) -> None:
    false = watch_of(tmp_path).untrue(0, 60, [], [])
    assert (false.ready, false.metrics, false.pings) == (0.0, 0.0, 0)


def test_who_says_well_while_nothing_is_stored_says_it_falsely(tmp_path: Path) -> None:
    accepted = [float(at) for at in range(60)]
    stood = tuple(at + 0.3 for at in range(60) if not 20 <= at < 40)
    false = watch_of(tmp_path, rises=stood).untrue(0, 60, accepted, [])
    assert false.ready == 0.0  # it speaks of promises, and these were made
    assert (false.metrics, false.pings) == (16.0, 2)  # from 25, when the first has waited for so long, to 40
    assert SHUT < STANDS < FALSE
