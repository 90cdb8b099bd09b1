"""Keep what is known of the bus outside of it: a bus cannot prove its own completeness.

Of each stream: when it was made, the highest number seen or promised in it, and what is missing since. A stream that is
younger than known, or ends before that number, has lost messages; that is written down, told, and stands until a person
says that he knows (`kentongan bus accept`).

Beside them stands on which timeline PostgreSQL was. A server that takes over begins a new one, and may lack the last
commits of the one before, of which the bus was told that they are kept. That is said until what it lacks is told again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import case, text, update

from schemas.records.running import StreamMark
from schemas.rows.running import StreamMarkRow
from services.store.transaction import Session, Transaction, rows_of, table_of

LOST = "bus.lost"  # kind of the audit line
MARKS = frozenset(["marks of streams"])  # what notes name that are written beside incidents
TIMELINE = "postgresql"  # names no stream: `last` is the timeline on which the store is known to hold what it was told
_ON = text("SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int")
SAME = timedelta(milliseconds=1)  # the server's instant has nanoseconds, a database's has not


class Seen(Protocol):
    """A stream as the bus shows it."""

    @property
    def stream(self) -> str:
        """Give its name."""

    @property
    def created_at(self) -> datetime:
        """Say when it was made, UTC."""

    @property
    def last(self) -> int:
        """Give the highest number in it, 0 when there never was one."""


@dataclass(frozen=True)
class Loss:
    """One stream that holds less than was known of it."""

    stream: str
    kind: str  # "younger": made anew since; "shorter": its end lies before a number that was promised or seen
    known: int
    found: int

    def sentence(self) -> str:
        """Say it to an operator, in English.

        >>> Loss("REPORTS", "shorter", 260, 127).sentence()
        'stream REPORTS has lost its end: it had reached number 260, and ended at 127'
        """
        how = "was made anew" if self.kind == "younger" else "has lost its end"
        return f"stream {self.stream} {how}: it had reached number {self.known}, and ended at {self.found}"


def marks(session: Session) -> list[StreamMarkRow]:
    """Return what is known of every stream."""
    return rows_of(session, StreamMark, table_of(StreamMark).select())


def losses(known: Sequence[StreamMarkRow], seen: Sequence[Seen]) -> list[Loss]:
    """Name the streams that are younger or shorter than what is known of them."""
    found = {one.stream: one for one in seen}
    lost = []
    for mark in known:
        now = found.get(mark["stream"])
        if now is None or mark["last"] == 0:
            continue
        if now.created_at > mark["created_at"] + SAME:
            lost.append(Loss(mark["stream"], "younger", mark["last"], now.last))
        elif now.last < mark["last"]:
            lost.append(Loss(mark["stream"], "shorter", mark["last"], now.last))
    return lost


def take_in(tx: Transaction, before: Sequence[StreamMarkRow], seen: Sequence[Seen], actor: str) -> list[Loss]:
    """Compare and keep what the streams are now; gives what is lost since the last look, each with its audit line.

    `before` is what was known before the bus was asked: a door may have noted promises since, which the answer does not
    hold yet.
    """
    known = {row["stream"]: row for row in marks(tx.session)}
    lost = losses([_less(row, known[row["stream"]]) for row in before if row["stream"] in known], seen)
    for loss in lost:
        tx.audit(LOST, actor, subject=loss.stream, loss=loss.kind, known=loss.known, found=loss.found)
    by_stream = {loss.stream: loss for loss in lost}
    for one in seen:
        row = known.get(one.stream)
        if row is not None and one.created_at < row["created_at"] - SAME:
            continue  # it has been made anew since it was asked, and somebody else has taken that in
        tx.put(StreamMark, [_kept(one, row, by_stream.get(one.stream), tx)], "stream")
    return lost


def _less(before: StreamMarkRow, now: StreamMarkRow) -> StreamMarkRow:
    """Give what was known at both times: another look may have taken in a loss meanwhile."""
    same = abs(now["created_at"] - before["created_at"]) <= SAME
    return {**now, "last": min(before["last"], now["last"])} if same else now


def _kept(one: Seen, before: StreamMarkRow | None, loss: Loss | None, tx: Transaction) -> StreamMarkRow:
    """Give what is known of a stream after this look; one that was not known is added."""
    row: StreamMarkRow = {"stream": one.stream, "created_at": one.created_at, "seen_at": tx.now, "last": one.last}
    if before is None:
        first: StreamMarkRow = {**row, "promised": 0, "lost": 0, "taken": 0}
        tx.add(StreamMark, [first])
    elif loss is not None:
        row["taken"] = 0  # what is counted anew is taken anew
        row["lost"] = before["lost"] + max(loss.known - loss.found if loss.kind == "shorter" else loss.known, 1)
    else:
        row["last"] = max(before["last"], one.last)
    return row


def note_promises(tx: Transaction, reports: int, highest: int) -> None:
    """Note what a door has promised: so many reports more, up to a number of the stream of reports."""
    table = table_of(StreamMark)
    last = case((table.c.last < highest, highest), else_=table.c.last)
    promised = table.c.promised + reports
    statement = update(table).where(table.c.stream == "REPORTS").values(last=last, promised=promised)
    tx.session.connection().execute(statement)


def note_taken(tx: Transaction, stream: str, created_at: datetime, number: int) -> None:
    """Note up to which number the consumer of a stream has taken everything: all of it is in this store by now."""
    table = table_of(StreamMark)
    same = table.c.created_at.between(created_at - SAME, created_at + SAME)
    behind = (table.c.stream == stream) & same & (table.c.taken < number)
    tx.session.connection().execute(update(table).where(behind).values(taken=number))


def taken(session: Session, stream: str, created_at: datetime) -> int:
    """Say up to which number of a stream everything is in this store; 0 where the stream is not the one it knows."""
    known = next((row for row in marks(session) if row["stream"] == stream), None)
    return known["taken"] if known and abs(known["created_at"] - created_at) <= SAME else 0


def missing(session: Session) -> list[StreamMarkRow]:
    """Return the streams that have lost something which nobody has said to know yet."""
    return rows_of(session, StreamMark, table_of(StreamMark).select().where(table_of(StreamMark).c.lost > 0))


def accept(tx: Transaction, actor: str) -> list[str]:
    """Note that a person knows of every loss so far; gives the streams."""
    known = [row["stream"] for row in missing(tx.session)]
    for stream in known:
        tx.audit("bus.loss_accepted", actor, subject=stream)
        row: StreamMarkRow = {"stream": stream, "lost": 0}
        tx.put(StreamMark, [row], "stream")
    return known


def taken_over(session: Session) -> bool:
    """Say whether another server of PostgreSQL has taken over since `note_timeline`; never on SQLite."""
    number = _timeline(session)
    known = next((row["last"] for row in marks(session) if row["stream"] == TIMELINE), number)
    return number is not None and known != number


def note_timeline(tx: Transaction, *, first: bool = False) -> None:
    """Note that the store holds what it was told on the timeline of now; with `first`, only where none is noted."""
    number = _timeline(tx.session)
    if number is None:
        return
    row: StreamMarkRow = {"stream": TIMELINE, "created_at": tx.now, "seen_at": tx.now, "last": number}
    row |= {"promised": 0, "lost": 0, "taken": 0}
    if not tx.add_new(StreamMark, [row], "stream") and not first:
        tx.put(StreamMark, [row], "stream")


def _timeline(session: Session) -> int | None:
    connection = session.connection()
    return connection.execute(_ON).scalar_one() if connection.dialect.name == "postgresql" else None
