"""Look names of hosts up, each in a thread of its own: one whose name server says nothing holds up no other one.

An event loop has a few threads for all names together (uvloop four), and a lookup that hangs takes one for up to half a
minute, also when nobody waits for it any more.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

MOST = 64  # lookups at once: as many as a channel has connections


class Names:
    """The two questions that aiohttp's resolver asks an event loop, answered beside it."""

    def __init__(self) -> None:
        self._room = threading.BoundedSemaphore(MOST)

    async def getaddrinfo(self, host: str, port: int, *, family: int = 0, type: int = 0, flags: int = 0) -> Any:  # noqa: A002 - asyncio's own word
        """Ask for the addresses of a name; raises OSError."""
        return await self._asked(socket.getaddrinfo, host, port, family, type, 0, flags)

    async def getnameinfo(self, address: Any, flags: int = 0) -> Any:
        """Write an address; raises OSError."""
        return await self._asked(socket.getnameinfo, address, flags)

    async def _asked(self, ask: Callable[..., Any], *given: Any) -> Any:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        if not self._room.acquire(blocking=False):
            raise OSError(None, "too many names are being looked up")

        def settle(found: Any, error: Exception | None) -> None:
            if answer.done():  # nobody waits any more
                return
            if error is None:
                answer.set_result(found)
            else:
                answer.set_exception(error)

        def act() -> None:
            found, failed = None, None
            try:
                found = ask(*given)
            except (OSError, UnicodeError) as error:
                failed = error if isinstance(error, OSError) else OSError(None, "no name of a host")
            finally:
                self._room.release()
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(settle, found, failed)

        try:
            threading.Thread(target=act, name="names", daemon=True).start()
        except RuntimeError:  # no more threads
            self._room.release()
            raise OSError(None, "no thread to look a name up") from None
        return await answer
