"""A wire on which packets vanish: what is sent arrives nowhere, nothing is answered, and nothing is closed."""

import asyncio
import contextlib
from typing import Self

from tests.servers import end_tasks


class BlackHole:
    """Passes bytes on to `target`, a port or the path of a socket, until it swallows them.

    With `old_only` it swallows on the connections that are open now, and passes on those that are opened later: a
    firewall that has forgotten, an address that has moved.
    """

    def __init__(self, target: int | str) -> None:
        self._target = target
        self._swallowing: set[int] = set()  # numbers of connections
        self._all = False
        self._number = 0
        self._open: dict[int, tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        await end_tasks(self._tasks)

    def swallow(self, *, old_only: bool = False) -> None:
        """Let everything vanish from now on."""
        self._all = not old_only
        self._swallowing |= set(self._open)

    def pass_on(self) -> None:
        """Let new bytes through again; what has vanished stays away."""
        self._all = False
        self._swallowing.clear()

    def cut(self) -> None:
        """Close every connection."""
        for pair in self._open.values():
            for writer in pair:
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if isinstance(self._target, str):
            inner, outer = await asyncio.open_unix_connection(self._target)
        else:
            inner, outer = await asyncio.open_connection("127.0.0.1", self._target)
        self._number += 1
        number = self._number
        self._open[number] = (writer, outer)
        for source, sink in ((reader, outer), (inner, writer)):
            task = asyncio.create_task(self._pump(number, source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, number: int, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if self._all or number in self._swallowing:
                    continue
                sink.write(data)
                await sink.drain()
        sink.close()
        self._open.pop(number, None)
