"""No pattern of the services takes more than linear time on any text: one that does is a way to hold a processor.

Patterns are collected as they are compiled, and attacked by texts made from their own parts, with the methods by which
the code asks them: what is searched begins at each letter anew, what is matched does not.
"""

import itertools
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.doors.patterns import attacks
from tests.measured import reference_seconds

ROOT = Path(__file__).resolve().parents[2]
SHORT, LONG = 2_000, 8_000  # characters: an accepted text has at most 8,000
TRIED = 60  # texts for each pattern
NOTICED = 20  # times the reference work, 20 ms, below which growth is not measured
MOST = 400  # times the reference work after which a text has taken too long, whatever its length
STEEPEST = 8.0  # linear is 4, quadratic 16
SEARCHED = re.compile(r"\b(\w++)(?=\.(?:search|finditer|findall|sub|subn|split)\b)")  # by its name


class Late(Exception):  # noqa: N818 - said as a fact
    """A text took too long."""


def cost(pattern: re.Pattern[str], text: str, *, searched: bool, most: float) -> float:
    """Give the seconds of a processor that a pattern takes for a text, at most `most`."""

    def late(*_: object) -> None:
        raise Late

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, most)
    begun = time.thread_time()  # where a timer of the process runs, its own clock moves by 4 ms
    try:
        (pattern.search if searched else pattern.fullmatch)(text)
        if not searched:
            pattern.match(text)
    except Late:
        return most
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.thread_time() - begun


def steepness(pattern: str, flags: int, *, searched: bool) -> tuple[float, str]:
    """Give how much longer a pattern takes for a text four times as long, at worst, and how that text begins."""
    made, worst, unit = re.compile(pattern, flags), (0.0, ""), reference_seconds(clock=time.thread_time)
    most = MOST * unit
    pairs = zip(attacks(pattern, flags, SHORT), attacks(pattern, flags, LONG), strict=True)
    for short, long in itertools.islice(pairs, TRIED):
        if (much := cost(made, long, searched=searched, most=most)) > NOTICED * unit:
            little = min(cost(made, short, searched=searched, most=most) for _ in range(3))
            if much > STEEPEST * little:  # what others on the machine cost it once they do not cost it each time
                much = min(cost(made, long, searched=searched, most=most) for _ in range(3))
            worst = max(worst, (much / max(little, 1e-6), long[:40]))
            if much >= most:
                return max(worst, (2 * STEEPEST, long[:40]))
    return worst


@pytest.mark.long
def test_every_pattern_takes_linear_time_for_what_is_made_against_it() -> None:
    collect = "import json; from tests.doors.patterns import named; print(json.dumps(named()))"
    told = subprocess.run([sys.executable, "-c", collect], cwd=ROOT, capture_output=True, text=True, check=True)
    found: list[tuple[str, int, str, list[str]]] = json.loads(told.stdout.splitlines()[-1])
    assert len(found) > 100
    searching = {
        name
        for file in (ROOT / "services").rglob("*.py")
        for name in SEARCHED.findall(file.read_text(encoding="utf-8"))
    }
    steep = {}
    for pattern, flags, file, names in found:
        searched = not names or not searching.isdisjoint(names)
        times, text = steepness(pattern, flags, searched=searched)
        if times > STEEPEST:
            steep[file, pattern[:60]] = (round(times, 1), text)
    assert steep == {}


@pytest.mark.parametrize(
    ("pattern", "searched"),
    [(r"(?:a+)+b", False), (r"\s*x?\s*y", False), (r"[\s:.-]*[(]\d", True), (r"(?:\w+\s*)*;", False)],
)
def test_a_pattern_that_is_not_linear_is_found(pattern: str, searched: bool) -> None:  # noqa: FBT001 - a parameter
    assert steepness(pattern, 0, searched=searched)[0] > STEEPEST
