"""What the bench makes of its figures."""

import argparse
import contextlib
import math
import os
import socket
import sqlite3
import threading
import time
from bisect import bisect_left
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.steps.step_times import BOUNDS, StepTimes
from tests.bench import command, rig
from tests.bench.comparison import beside, compared, figures, written
from tests.bench.database import fresh
from tests.bench.load import percentile
from tests.bench.machine import cpu_by_part, part_of, tree
from tests.bench.steps import rows_of, share_of, since, together
from tests.bench.steps import said as steps_said
from tests.servers import GENEROUS, free_port


def run(commit: str, sustained: int, p99: float) -> dict[str, object]:
    row = {"rate": 100, "p50": 3.0, "p99": p99, "cpu_s_per_1000": 2.5}
    part = {"name": "floor", "sustained": sustained, "idle_mb": 180, "peak_mb": 200, "rates": [row]}
    return {"commit": commit, "parts": [part], "ratios": {"floor": 1.0}}


def test_two_runs_stand_side_by_side_with_their_ratio() -> None:
    lines = compared(run("aaaaaaa", 400, 10.0), run("bbbbbbb", 600, 5.0))
    assert lines[0].split() == ["aaaaaaa", "bbbbbbb", "ratio"]
    told = [line.split() for line in lines]
    assert ["sustained", "400", "600", "1.50"] in told
    assert ["100/s", "p99", "10.0", "5.0", "0.50"] in told


def test_a_line_or_rate_that_only_one_run_has_is_left_out() -> None:
    new = run("b", 600, 5.0)
    new["parts"] = [*new["parts"], {"name": "another", "sustained": 1, "rates": []}]  # type: ignore[misc]
    new["parts"][0]["rates"][0]["rate"] = 900  # type: ignore[index]
    assert not any("/s" in line or "another" in line for line in compared(run("a", 400, 10.0), new))


def test_cpu_is_counted_by_what_a_process_runs() -> None:
    assert os.getpid() in tree(os.getpid())
    assert sum(cpu_by_part(os.getpid()).values()) > 0


def test_what_an_earlier_run_has_left_on_its_ports_is_named_and_not_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as left:
        left.bind(("127.0.0.1", 0))
        left.listen()
        monkeypatch.setattr(rig, "BUS", left.getsockname()[1])
        monkeypatch.setattr(rig, "HTTP", free_port())
        monkeypatch.setattr(command, "_bench", None)
        options = argparse.Namespace(compare=None, save=None, json=False)
        assert command.run(options) == 2
    assert f"Port {rig.BUS} of the bench is taken by {os.getpid()}: " in capsys.readouterr().err


def test_what_else_two_runs_differ_by_is_said_where_both_know_it() -> None:
    old, new = {**run("a", 400, 10.0), "store": "SQLite"}, {**run("b", 600, 5.0), "store": "PostgreSQL", "seconds": 5}
    assert [line.split() for line in compared(old, new)[1:3]] == [["store", "SQLite", "PostgreSQL"], ["floor"]]


def of_a_line(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "rates": [], **more}


def test_growth_parts_and_steps_are_compared_too() -> None:
    row = {"rate": 20, "cpu_by_part": {"triage": 8.0}, "lock_waits_s_per_1000": {"advisory": 2.0}}
    less = {"rate": 20, "cpu_by_part": {"triage": 4.0, "new": 1.0}, "lock_waits_s_per_1000": {"advisory": 1.0}}
    steps = {"rate": 50, "steps": {"judge": {"waits_p50": 4.0}}}
    fewer = {"rate": 50, "steps": {"judge": {"waits_p50": 2.0}, "plan": {"waits_p50": 1.0}}}
    old = of_a_line("line", rates=[row], store_mb_per_1000=8.0, bus_mb_per_1000=4.0, by_step=steps, lost=0)
    new = of_a_line("line", rates=[less], store_mb_per_1000=4.0, bus_mb_per_1000=2.0, by_step=fewer, lost=0)
    told = [line.rsplit(None, 3) for line in written(figures(old, new))]
    assert {name.strip(): ratio for name, _, _, ratio in told} == {
        "store_mb_per_1000": "0.50",
        "bus_mb_per_1000": "0.50",
        "20/s CPU of triage": "0.50",
        "20/s waits for lock advisory": "0.50",
        "50/s judge waits p50": "0.50",
    }


def test_runs_of_before_there_were_steps_are_compared_by_what_both_have() -> None:
    old, new = run("a", 400, 10.0), run("b", 600, 5.0)
    new["parts"][0] |= {"by_step": {"rate": 50, "steps": {"judge": {"waits_p50": 1.0}}}, "store_mb_per_1000": 8.0}  # type: ignore[index]
    assert compared(old, new) == compared(old, run("b", 600, 5.0))
    assert compared(new, old)


def test_steps_at_another_rate_are_not_compared() -> None:
    one, two = ({"rate": rate, "steps": {"judge": {"waits_p50": 1.0}}} for rate in (20, 50))
    assert list(written(figures(of_a_line("a", by_step=one), of_a_line("b", by_step=two)))) == []


def test_two_lines_of_one_run_stand_side_by_side() -> None:
    told = beside(of_a_line("line, lead only", sustained=300), of_a_line("2 workers, lead only", sustained=450))
    assert [line.split()[-3:] for line in told[1:]] == [["300", "450", "1.50"]]
    assert "line, lead only" in told[0]
    assert "2 workers" in told[0]


@pytest.mark.parametrize(("share", "found"), [(0.0, 1.0), (0.5, 3.0), (0.99, 4.0), (1.0, 4.0)])
def test_a_percentile_is_one_of_the_values(share: float, found: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == found


def test_a_percentile_of_nothing_is_no_number() -> None:
    assert math.isnan(percentile([], 0.5))


@given(st.lists(st.floats(0.0, 6.0), min_size=1, max_size=200), st.sampled_from((0.5, 0.9, 0.99)))
def test_a_percentile_read_from_a_histogram_is_within_the_bounds_of_the_real_one(
    seconds: list[float], share: float
) -> None:
    times = StepTimes()
    times.note_each("triage", "judge", "works", seconds)
    counts = together([times.of("triage")])["judge works"]
    found = share_of(counts, share)
    assert found is not None
    exact = sorted(seconds)[max(0, math.ceil(share * len(seconds)) - 1)]
    place = bisect_left(BOUNDS, exact)
    low, high = (0.0, *BOUNDS)[place], BOUNDS[place]
    assert 1000 * low - 1e-6 <= found <= 1000 * high + 1e-6


def test_what_several_processes_counted_is_added_and_what_was_before_is_taken_off() -> None:
    one, two = StepTimes(), StepTimes()
    one.note("triage", "judge", "works", 0.001, 3)
    before = together([one.of("triage")])
    one.note("triage", "judge", "works", 0.001, 5)
    two.note("triage", "settle", "waits", 0.002, 7)
    came = since(before, together([one.of("triage"), two.of("triage")]))
    assert {name: sum(counts) for name, counts in came.items()} == {"judge works": 5, "settle waits": 7}
    assert share_of([0] * (len(BOUNDS) + 1), 0.5) is None


def test_the_door_waits_as_long_as_the_bench_saw_and_steps_stand_in_their_order() -> None:
    times = StepTimes()
    for step in ("send", "door"):
        times.note("any", step, "works", 0.0009, 10)
    rows = rows_of(together([times.of("any")]), [0.002, 0.004])
    assert list(rows) == ["door", "send"]
    assert (rows["door"]["waits_p50"], rows["door"]["waits_p99"]) == (4.0, 4.0)
    assert "waits_p50" not in rows["send"]
    told = steps_said(rows)
    assert [line.split()[0] for line in told[1:]] == ["door", "send"]
    assert told[2].split()[1:3] == ["-", "-"]


def test_a_part_is_known_by_what_it_runs_and_not_by_an_address() -> None:
    assert part_of(["/venv/bin/nats-server", "-c", "x.conf"]) == "nats-server"
    assert (
        part_of(["python", "-m", "tests.bench.floor", "hook", "nats://127.0.0.1:1", "http://127.0.0.1:2/x"]) == "hook"
    )
    assert part_of(["python", "-c", "...", "up", "--divert", "http://127.0.0.1:18200/hook"]) == "supervisor"


def test_a_store_of_one_file_is_measured_with_what_lies_in_its_log(tmp_path: Path) -> None:
    with fresh("", tmp_path) as database:
        with contextlib.closing(sqlite3.connect(tmp_path / "kentongan.db")) as store:
            store.execute("PRAGMA journal_mode=WAL")
            store.execute("CREATE TABLE t (x)")
            store.execute("INSERT INTO t VALUES (zeroblob(1000000))")
            store.commit()
            assert 1.0 < database.megabytes() < 1.2
        assert database.processor_seconds() is None
        with database.watched() as waits:
            pass
        assert waits == {}


def test_a_file_that_was_named_stays_as_it_is_and_the_one_beside_it_goes(tmp_path: Path) -> None:
    named = tmp_path / "office.db"
    named.write_bytes(b"the office's")
    with fresh(f"sqlite:///{named}", tmp_path) as database:
        with contextlib.closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as store:
            store.execute("CREATE TABLE t (x)")
        assert len(list(tmp_path.iterdir())) == 2
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"the office's"]


@pytest.mark.postgres
def test_a_line_has_a_database_of_its_own_beside_the_one_that_was_named(postgres: str, tmp_path: Path) -> None:
    names = "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1"
    with psycopg.connect(postgres, autocommit=True) as admin:
        before = admin.execute(names).fetchall()
        with fresh(postgres.replace("postgresql://", "postgresql+psycopg://"), tmp_path) as database:
            (own,) = set(admin.execute(names).fetchall()) - set(before)
            with psycopg.connect(database.url.replace("+psycopg", ""), autocommit=True) as used:
                assert used.execute("SELECT current_database()").fetchone() == own
                assert used.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
            assert database.megabytes() > 1
            server = database.processor_seconds()
            assert server is not None
            assert server > 0
        assert admin.execute(names).fetchall() == before


@pytest.mark.postgres
def test_who_waits_for_a_lock_is_seen(postgres: str, tmp_path: Path) -> None:
    lock = "SELECT pg_advisory_xact_lock(1)"
    with fresh(postgres.replace("postgresql://", "postgresql+psycopg://"), tmp_path) as database:
        plain = database.url.replace("+psycopg", "")
        with psycopg.connect(plain) as first, psycopg.connect(plain) as second, database.watched() as waits:
            first.execute(lock)
            waiting = threading.Thread(target=second.execute, args=(lock,))
            waiting.start()
            give_up = time.monotonic() + GENEROUS
            while not waits and time.monotonic() < give_up:
                time.sleep(0.001)
            first.commit()
            waiting.join()
    assert list(waits) == ["advisory"]
