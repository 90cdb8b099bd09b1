"""Hash the committed lines of the audit log in order, a moment after they were written: no writer waits for another.

Lines are numbered when they are written, and sealed up to a number below which nothing is under way any more. On SQLite
that is every line, for one transaction writes at a time. On PostgreSQL numbers come from a sequence, and transactions
end in another order than they took them: the sealer notes how far the sequence is, then an id of a transaction of its
own, and waits until every transaction with a lower id has ended; each of those that took a number has one. A number of
which no line came (its transaction failed) gets a line `line.skipped` from the sealer: the chain has no holes, and
whoever would write a line at that number later is refused by the database.

Any number of processes may seal; one at a time does, and none waits for it. Hashes are computed outside of any
transaction that writes.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import cast

from sqlalchemy import Connection, bindparam, select, text, update

from schemas.records.audit_log import Chain, Journal
from schemas.rows.audit_log import JournalRow
from services.store.audit_log import SKIPPED, chain_hash, told
from services.store.statements import find, run
from services.store.transaction import Session, table_of

Ask = Callable[[Callable[[Session], int]], int]
NO_BOUND = -1  # every line is behind all others
CHAIN, JOURNAL = table_of(Chain), table_of(Journal)
AT_ONCE = 1_000  # lines sealed in one transaction: on SQLite others wait for it, some milliseconds
LOOKS, PAUSE = 10, 0.005  # for whoever writes just now to end; seconds
ACTOR = "sealer"

HEAD = select(CHAIN.c.seq, CHAIN.c.hash).where(CHAIN.c.id == 1)
NEXT = select(JOURNAL).where(JOURNAL.c.seq > bindparam("head")).order_by(JOURNAL.c.seq).limit(AT_ONCE)
NEXT_UP_TO = NEXT.where(JOURNAL.c.seq <= bindparam("bound"))
MOVE_HEAD = update(CHAIN).where(CHAIN.c.id == 1)
TAKEN = text("SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM journal_seq")
OWN_ID = text("SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)")
OLDEST_UNDER_WAY = text("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)")
MY_TURN = text("SELECT pg_try_advisory_xact_lock(:room, 0)")
TURN_ROOM = 0x6B656E02  # of advisory locks: the sealer's
SEAL = (
    update(JOURNAL)
    .where(JOURNAL.c.seq == bindparam("number"), JOURNAL.c.hash == "")
    .values(hash=bindparam("made"))
    .execution_options(synchronize_session=False)
)
SEAL_MANY = text(
    "UPDATE journal SET hash = made.hash "
    "FROM unnest(CAST(:numbers AS bigint[]), CAST(:made AS text[])) AS made(seq, hash) "
    "WHERE journal.seq = made.seq AND journal.hash = ''"
)


class ChangedMeanwhile(Exception):  # noqa: N818 - said as a fact
    """Lines or head are not as they were when the hashes were computed; the next look begins anew."""


@dataclass(frozen=True)
class Page:
    """Lines with the hashes that they are to have."""

    seq: int  # the head as it was
    hash: str
    hashes: dict[int, str] = field(default_factory=dict)  # by number, in order
    skipped: list[JournalRow] = field(default_factory=list)  # lines to be put in

    @property
    def full(self) -> bool:
        """Say whether there may be more."""
        return len(self.hashes) == AT_ONCE

    @property
    def head(self) -> tuple[int, str]:
        """Give the head as it will be."""
        return next(reversed(self.hashes.items()), (self.seq, self.hash))


class Sealer:
    """Seals one store's log; `clock` dates the lines that it puts in."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._asked: tuple[int, int] | None = None  # a number taken from the sequence, and an id given after that

    def bound(self, read: Ask) -> int | None:
        """Give the number below which nothing is under way; None where every line is behind all others (SQLite)."""
        if read(self._ask) == NO_BOUND:
            return None
        for look in range(LOOKS):
            asked = self._asked  # another thread of ours may be at it too: either gives the same answer
            if asked is None:
                return 0
            taken, id_ = asked
            if read(_oldest) >= id_:
                self._asked = None
                return taken
            if look + 1 < LOOKS:
                time.sleep(PAUSE)
        return 0  # somebody writes for long: the next look asks again

    def _ask(self, session: Session) -> int:
        """Note how far the sequence is, and then an id: whoever took a number until now has a lower one."""
        connection = session.connection()
        if connection.dialect.name != "postgresql":
            return NO_BOUND
        taken = int(connection.execute(TAKEN).scalar_one())
        if self._asked is None and taken > connection.execute(HEAD).one().seq:
            self._asked = taken, int(connection.execute(OWN_ID).scalar_one())
        return taken

    def page(self, session: Session, bound: int | None) -> Page:
        """Compute the hashes of the next lines, up to a number or all of them."""
        connection = session.connection()
        [(seq, previous)] = find(connection, HEAD, {}).rows
        page = Page(seq, previous)
        if bound is not None and bound <= seq:
            return page
        query, asked = (NEXT, {"head": seq}) if bound is None else (NEXT_UP_TO, {"head": seq, "bound": bound})
        lines = cast("list[JournalRow]", find(connection, query, asked).dicts())
        for line in islice(self._in_order(lines, seq, bound), AT_ONCE):
            previous = page.hashes[line["seq"]] = chain_hash(previous, line["seq"], told(line))
            if "hash" not in line:
                page.skipped.append({**line, "hash": previous})
        return page

    def _in_order(self, lines: Sequence[JournalRow], seq: int, bound: int | None) -> Iterator[JournalRow]:
        """Yield the lines after a number and, where there is a bound, one for each number of which there is none.

        Without a bound no number is ever skipped: a hole is somebody's doing, and nothing behind it is sealed.
        """
        for line in lines:
            if line["hash"] or (bound is None and line["seq"] != seq + 1):
                return  # only a sealer gives a hash: `audit verify` names the line
            yield from self._without_line(seq + 1, line["seq"])
            yield line
            seq = line["seq"]
        if bound is not None and len(lines) < AT_ONCE:
            yield from self._without_line(seq + 1, bound + 1)

    def _without_line(self, first: int, end: int) -> Iterator[JournalRow]:
        """Yield a line for each of these numbers."""
        line: JournalRow = {"at": self._clock(), "actor": ACTOR, "kind": SKIPPED, "incident_id": None}
        for seq in range(first, end):
            yield {**line, "subject_id": None, "seq": seq, "data": {}, "rows": None}

    def put(self, session: Session, page: Page) -> bool:
        """Write the hashes and move the head; False where another one is at it. Raises ChangedMeanwhile."""
        connection = session.connection()
        postgres = connection.dialect.name == "postgresql"
        if postgres and not connection.execute(MY_TURN, {"room": TURN_ROOM}).scalar():
            return False
        if find(connection, HEAD, {}).rows != [(page.seq, page.hash)]:
            return False
        filled = {line["seq"] for line in page.skipped}
        if filled:
            connection.execute(JOURNAL.insert(), [dict(line) for line in page.skipped])  # fails where one is late
        sealed = {seq: made for seq, made in page.hashes.items() if seq not in filled}
        if sealed and _sealed(connection, sealed, many=postgres) != len(sealed):
            raise ChangedMeanwhile
        seq, made = page.head
        run(connection, MOVE_HEAD, [{"seq": seq, "hash": made}])
        return True


def _sealed(connection: Connection, hashes: dict[int, str], *, many: bool) -> int:
    """Write hashes of lines that have none; gives how many lines that were."""
    if many:
        return connection.execute(SEAL_MANY, {"numbers": list(hashes), "made": list(hashes.values())}).rowcount
    return run(connection, SEAL, [{"number": seq, "made": made} for seq, made in hashes.items()])


def _oldest(session: Session) -> int:
    return int(session.connection().execute(OLDEST_UNDER_WAY).scalar_one())
