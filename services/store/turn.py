"""Let writers take turns: on SQLite all of them, on PostgreSQL those that change the same.

PostgreSQL (`take_turn`): whoever does not say what he changes writes alone. Whoever does holds, until his transaction
ends, a lock for each of these things, all taken at its beginning and in one order, so that no two wait for each other.

SQLite (`Turn`): a lock on a file that the kernel hands over at once, within a limit. SQLite's own waiting sleeps for
1, 2, 5, 10, ... ms between looks, and whoever has slept longest looks last. The lock alone (flock) waits for ever:
behind a process that is stopped, nobody would write again and nobody would say so.
"""

import fcntl
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from sqlalchemy import Connection, text

from services.runtime.private import give_to_owner

TURN = 5.0  # seconds; a transaction of a full batch takes well under one


ALONE = text("SELECT pg_advisory_xact_lock(:room, 0)")
BESIDE_OTHERS = text("SELECT pg_advisory_xact_lock_shared(:room, 0)")
EACH = text(
    "SELECT count(pg_advisory_xact_lock(:room, one)) "
    "FROM (SELECT one FROM unnest(CAST(:keys AS int[])) AS one ORDER BY one) AS in_order"
)
EACH_IF_FREE = text("SELECT pg_try_advisory_xact_lock(:room, one) FROM unnest(CAST(:keys AS int[])) AS one")
TRIES, PAUSE = 10, 0.005  # for things that turn out to be changed too: nobody waits long while he holds others; seconds
WRITING, THINGS = 0x6B656E00, 0x6B656E01  # rooms of advisory locks: writing at all, what is changed


class TurnNotCome(Exception):  # noqa: N818 - said as a fact
    """Somebody else has held the turn for too long."""


class Turn:
    """The turn of one process; used by one thread at a time. Without a `file` there is nothing to take turns for."""

    def __init__(self, file: Path | None, patience: float = TURN) -> None:
        self._path = file
        self._file: BinaryIO | None = None
        self._patience = patience
        self._state = threading.Lock()
        self._come = threading.Event()
        self._waits = False  # a thread of ours stands in the kernel's line
        self._wanted = False  # and somebody still wants what it waits for

    def __enter__(self) -> None:
        """Take the turn; raises TurnNotCome after `patience` seconds."""
        if self._path is None:
            return
        if self._file is None:  # opened by the first who writes: whoever only looks makes no file
            self._file = self._path.open("wb")
            give_to_owner(self._file.fileno(), self._path.parent)
        if self._free():
            return
        with self._state:
            self._wanted = True
            if not self._waits:
                self._come.clear()
                try:
                    threading.Thread(target=self._stand, name="store-turn", daemon=True).start()
                except RuntimeError:  # no memory for one: nobody stands in the line, and the next who comes tries again
                    self._wanted = False
                    raise TurnNotCome from None
                self._waits = True
        if self._come.wait(self._patience):
            return
        with self._state:
            self._wanted = False
            if self._come.is_set():  # it came in this very moment
                self._release()
        raise TurnNotCome

    def __exit__(self, *_error: object) -> None:
        self._release()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def _free(self) -> bool:
        """Take the lock if nobody has it; never beside a thread of ours that waits for it."""
        with self._state:
            if self._waits:
                return False
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]  # checked before
            except BlockingIOError:
                return False
            return True

    def _stand(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)  # type: ignore[arg-type]  # checked before
        except (OSError, ValueError):  # closed meanwhile
            return
        with self._state:
            self._waits = False
            if self._wanted:
                self._wanted = False
                self._come.set()
            else:
                self._release()

    def _release(self) -> None:
        if self._file is not None and not self._file.closed:
            fcntl.flock(self._file, fcntl.LOCK_UN)


def take_turn(connection: Connection, things: Collection[str] | None) -> None:
    """Wait until nobody writes who changes one of these things, or nobody at all (None); the turn ends with the work.

    Things are names as the callers agree on them. Two names may share a lock: that costs a wait and nothing else.
    """
    if connection.dialect.name != "postgresql":
        return
    if things is None:
        connection.execute(ALONE, {"room": WRITING})
        return
    connection.execute(BESIDE_OTHERS, {"room": WRITING})
    if things:
        connection.execute(EACH, {"room": THINGS, "keys": _keys(things)})


def take_more(connection: Connection, things: Collection[str]) -> bool:
    """Take these things too where nobody else has them; False after some milliseconds.

    Waiting for as long as it takes would let two transactions wait for each other.
    """
    asked = {"room": THINGS, "keys": _keys(things)}
    for look in range(TRIES):
        if all(connection.execute(EACH_IF_FREE, asked).scalars()):
            return True
        if look + 1 < TRIES:
            time.sleep(PAUSE)
    return False


def _keys(things: Collection[str]) -> list[int]:
    return sorted({crc32(thing.encode()) - 2**31 for thing in things})
