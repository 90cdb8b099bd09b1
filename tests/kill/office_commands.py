"""Office commands of the tests, forked from one process that has loaded them: as `up` runs its own, and nobody waits.

A fresh process reads the program's modules first, two seconds of a processor each time. What a command does, in which
environment and with which exit code, is the same; that it also starts afresh is proved where it is asked for
(tests/office, tests/faults/test_starts.py).
"""

import asyncio
import atexit
import os
import tempfile
from collections.abc import Mapping
from functools import cache

from services.cli.supervision.fork_server import ForkServer
from tests.servers import until


@cache
def _fork_server(path: str) -> ForkServer:
    """Give the one of this process for what Python finds at this path, such as a clock that is moved."""
    own = {name: value for name, value in os.environ.items() if not name.upper().startswith("KENTONGAN_")}
    found = ForkServer({**own, "PYTHONPATH": path, "CHAOS_CLOCK": ""}, None)
    atexit.register(found.close)
    return found


async def run(words: tuple[str, ...], environment: Mapping[str, str]) -> tuple[int, str]:
    """Run an office command to its end; gives its exit code and what it said."""
    server = _fork_server(environment.get("PYTHONPATH", ""))

    def ready() -> bool:
        server.look()  # begins it, and again where it has ended
        return server.is_ready()

    await until(ready, "the fork server of office commands")
    with tempfile.TemporaryFile() as said:
        forked = server.fork(words, environment, said.fileno())
        assert forked is not None, words
        try:
            code = await asyncio.to_thread(forked.wait)
        except BaseException:
            forked.kill()
            raise
        said.seek(0)
        return code, said.read().decode()
