"""Office commands of the tests, forked from one process that has loaded them: as `up` runs its own, and nobody waits.

A fresh process reads the program's modules first, two seconds of a processor each time. What a command does, in which
environment and with which exit code, is the same; that it also starts afresh is proved where it is asked for
(tests/office, tests/faults/test_starts.py).
"""

import asyncio
import atexit
import os
import tempfile
import time
from collections.abc import Mapping
from functools import cache

from services.cli.supervision.fork_server import Forked, ForkServer

PATIENCE = 180.0  # seconds for it to be loaded


@cache
def _fork_server(path: str) -> ForkServer:
    """Give the one of this process for what Python finds at this path, such as a clock that is moved."""
    own = {name: value for name, value in os.environ.items() if not name.upper().startswith("KENTONGAN_")}
    found = ForkServer({**own, "PYTHONPATH": path, "CHAOS_CLOCK": ""}, None)
    atexit.register(found.close)
    return found


async def begin(words: tuple[str, ...], environment: Mapping[str, str], said: int) -> Forked:
    """Begin an office command; what it says goes to a file that is open."""
    server = _fork_server(environment.get("PYTHONPATH", ""))
    until = time.monotonic() + PATIENCE
    while not server.is_ready():
        assert time.monotonic() < until, "the fork server does not load"
        server.look()  # also where it was ended
        await asyncio.sleep(0.01)
    forked = server.fork(words, environment, said)
    assert forked is not None, words
    return forked


async def run(words: tuple[str, ...], environment: Mapping[str, str]) -> tuple[int, str]:
    """Run an office command to its end; gives its exit code and what it said."""
    with tempfile.TemporaryFile() as said:
        forked = await begin(words, environment, said.fileno())
        try:
            code = await asyncio.to_thread(forked.wait)
        except BaseException:
            forked.kill()
            raise
        said.seek(0)
        return code, said.read().decode()
