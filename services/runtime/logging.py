"""Say what happens: one log line per happening, to standard error, never with a report's text in it.

An error's own words may quote what somebody sent, or a secret: a line about it says what kind it is and where, and so
does what nobody has caught (a task, a thread, the process itself).
"""

import asyncio
import logging
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

log = logging.getLogger("kentongan")
OURS = ("kentongan", "services")  # what our own lines begin with; below WARNING, libraries name values (Pillow: EXIF)
CAUSES = 20  # errors that are told of one: its causes, and the members of a group
Caught = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class OneLine(logging.Formatter):
    """Begin a line for a happening alone: what somebody else wrote begins none, and moves no cursor."""

    def format(self, record: logging.LogRecord) -> str:
        """Give a happening; its further lines stand four spaces in, other signs that steer are named."""
        told = super().format(record)
        return "".join(one if one.isprintable() else "\n    " if one == "\n" else f"\\x{ord(one):02x}" for one in told)

    def formatException(self, ei: Caught) -> str:  # noqa: N802 - the standard library's own word
        """Give the way to an error, without its words."""
        return way_to(ei[1]) if ei[1] is not None else ""


def set_up_logging(level: str) -> None:
    """Log to standard error with time (UTC), level and name: ours from `level` on, libraries' from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = OneLine("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())


def keep_words_out() -> None:
    """Let what ends a service's thread, or the service, be logged as any error is: Python itself prints its words."""
    sys.excepthook = lambda _kind, error, _trace: _uncaught("the process", error)
    threading.excepthook = lambda told: _uncaught("a thread", told.exc_value)
    sys.unraisablehook = lambda told: _uncaught("what was being let go", told.exc_value)


def unforeseen(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what nobody has caught in an event loop: asyncio's own line quotes the error and what was called."""
    _uncaught("a task", context.get("exception"))


def _uncaught(what: str, error: BaseException | None) -> None:
    log.error("%s failed: %s", what, way_to(error) if error is not None else "?")


def way_to(error: BaseException) -> str:
    r"""Say what failed and by which way, without the error's own words; a line for each of its causes.

    >>> way_to(ExceptionGroup("words", [KeyError("more words")]))
    'ExceptionGroup\nKeyError'
    """
    told: list[str] = []
    waiting: list[BaseException] = [error]
    while waiting and len(told) < CAUSES:
        one = waiting.pop(0)
        steps = traceback.walk_tb(one.__traceback__)
        way = ", ".join(f"{Path(frame.f_code.co_filename).name}:{line}" for frame, line in steps)
        told.append(f"{type(one).__name__} by {way}" if way else type(one).__name__)
        cause = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        waiting += [*getattr(one, "exceptions", ()), *([cause] if cause else [])]
    return "\n".join(told)


def place_of(error: BaseException) -> str:
    """Say what failed and where, without the error's own words, which may quote a report.

    >>> place_of(KeyError("words"))
    'KeyError'
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{at}"
