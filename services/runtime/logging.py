"""Say what happens: one log line per happening, to standard error, never with a report's text in it."""

import logging
import sys
import time
from pathlib import Path


class OneLine(logging.Formatter):
    """Begin a line for a happening alone: what somebody else wrote begins none, and moves no cursor."""

    def format(self, record: logging.LogRecord) -> str:
        """Give a happening; its further lines stand four spaces in, other signs that steer are named."""
        told = super().format(record)
        return "".join(one if one.isprintable() else "\n    " if one == "\n" else f"\\x{ord(one):02x}" for one in told)


def set_up_logging(level: str) -> None:
    """Log to standard error with time (UTC), level and name."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = OneLine("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("faststream", "apscheduler", "aiosmtplib", "nats", "alembic", "sqlalchemy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


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
