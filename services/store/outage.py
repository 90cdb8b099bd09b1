"""Tell an outage of the database from a row that it will never take.

What the database says about its own state, or about us, is no message's fault: whoever writes holds what it has and
tries again, and no try is counted. Only what it says about a row's data (SQLSTATE classes 22 and 23; a constraint, a
type or a size for SQLite) is that row's. Source: PostgreSQL 18, appendix A; sqlite.org/rescode.html.
"""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, OperationalError

# Classes, or whole codes, of SQLSTATE that speak of the server, its disk, our rights or the tables, never of a row.
OUTAGES = (
    "08",  # connection
    "25006",  # read only: a standby, or one that has become one
    "28",  # who we are is not accepted
    "3D",  # the database is gone
    "40",  # serialisation, deadlock: the same again succeeds
    "42501",  # a right was taken
    "42703",  # a column is missing: tables of another release
    "42P01",  # a table is missing
    "53",  # disk, memory or connections are used up
    "55",  # locked, or not in the state for it
    "57",  # an operator's doing, a time limit, a shutdown
    "58",  # the system below
    "XX",  # internal: damaged
)
_ROWS = frozenset({sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_RANGE})


def is_outage(error: DBAPIError) -> bool:
    """Say whether an error is about the database as a whole, so that trying again later is right."""
    if error.connection_invalidated:
        return True
    said = error.orig
    state = getattr(said, "sqlstate", None)
    if state:
        return str(state).startswith(OUTAGES)
    if isinstance(said, sqlite3.Error):
        code = getattr(said, "sqlite_errorcode", None)
        if code is not None:
            return code & 0xFF not in _ROWS and isinstance(said, sqlite3.DatabaseError) and _whole(said)
    return isinstance(error, OperationalError)


def is_lack(error: Exception) -> bool:
    """Say whether this process has no more memory, threads or handles: no message's fault either.

    >>> is_lack(RuntimeError("can't start new thread")), is_lack(OSError(24, "handles")), is_lack(KeyError())
    (True, True, False)
    """
    if isinstance(error, OSError):
        return error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM)
    threads = isinstance(error, RuntimeError) and "can't start new thread" in str(
        error
    )  # CPython's words, all it gives
    return threads or isinstance(error, MemoryError)


def _whole(said: sqlite3.DatabaseError) -> bool:
    """Leave out what Python raises of how we used the library: that is a fault of the code, not of the file."""
    return not isinstance(said, (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError))
