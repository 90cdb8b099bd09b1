"""Watch a library at work in a thread: read what it logs instead of writing it, and keep it from where nobody may go.

A library that calls other machines by itself takes no resolver of ours, and its logs name addresses and secrets. While
a thread is watched, its logs are heard and dropped, and the interpreter's own audit events (PEP 578) stop it before
it connects to a forbidden address, to a socket of this machine's file system, or starts a program. Threads that a
library starts by itself are not watched.
"""

import logging
import re
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from services.notify.channel_kit.http_channel import forbidden

STATUS = re.compile(r"\b(?:error=|failed: )([1-5][0-9]{2})\b")  # the two ways in which Apprise's plug-ins say it
REACHING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
STARTING = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"})


@dataclass
class Watch:
    """What a watched library was heard and seen to do: statuses it was refused with, whether it was stopped."""

    statuses: list[int] = field(default_factory=list)
    stopped: bool = False


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch what this thread does until the block ends."""
    _stand_guard()
    watch = Watch()
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


def listen_to(loggers: Iterable[str]) -> None:
    """Hear warnings of these loggers, whatever level the process logs at; nothing below them is ever written."""
    for name in loggers:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        if not any(isinstance(one, _Ear) for one in logger.filters):
            logger.addFilter(_Ear())


class _Ear(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        watch = _watch.get()
        if watch is not None:
            watch.statuses += [int(status) for status in STATUS.findall(record.getMessage())]
        return watch is None


@cache
def _stand_guard() -> None:
    """Ask to be told before anything reaches out; a hook cannot be taken away again, so there is one."""
    sys.addaudithook(_before)


def _before(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in REACHING and event not in STARTING:
        return
    watch = _watch.get()
    if watch is not None and (event in STARTING or not _open_to(arguments[1])):
        watch.stopped = True
        raise OSError(None, "no address that may be called")


def _open_to(address: object) -> bool:
    """Say whether a socket's address may be called; one that is connected already has none."""
    if address is None:
        return True
    if not isinstance(address, tuple) or not isinstance(address[0], str):
        return False
    try:
        found = socket.getaddrinfo(address[0], None)  # a number is only read, a name asked for
    except OSError:
        return True  # nobody is there to be reached
    return not any(forbidden(str(one[4][0])) for one in found)
