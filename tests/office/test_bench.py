"""What the bench makes of its figures."""

import argparse
import os
import socket

import pytest

from tests.bench import command
from tests.bench.command import compared
from tests.bench.machine import cpu_by_part, tree
from tests.servers import free_port


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
        monkeypatch.setattr(command, "BUS", left.getsockname()[1])
        monkeypatch.setattr(command, "HTTP", free_port())
        monkeypatch.setattr(command, "_bench", None)
        options = argparse.Namespace(compare=None, save=None, json=False)
        assert command.run(options) == 2
    assert f"Port {command.BUS} of the bench is taken by {os.getpid()}: " in capsys.readouterr().err
