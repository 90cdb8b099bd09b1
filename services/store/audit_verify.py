"""Find the first wrong line of the audit log and say what kind of wrong it is, reading everything once.

What is compared: each line with its hash and the one before it; the head and the checkpoints with the lines; and the
watched rows with what the last line that speaks of them says. Memory stays the same however long the log is: what has
to be remembered lies in a temporary file.
"""

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, func, select

from schemas.records.audit_log import Chain, Journal
from schemas.records.incidents import Incident
from services.store.audit_log import ADOPTED, CHECKPOINT, SKIPPED, chain_hash, told
from services.store.row_digests import AT_ONCE, GONE, digests_of, every_row
from services.store.transaction import Session, table_of

JOURNAL = table_of(Journal)
CHAIN = table_of(Chain)
AT_A_TIME = 200  # lines read at once; one of an upgrade names hundreds of rows
NAMED_ROWS = 50_000  # rows that the lines of one window speak of, after which it ends
FAR = 1_000  # lines by which later ones may have been renumbered
NAMED = 50  # faults of one kind that are named
TOO_LATE = "it has no hash, and a later line has one: it came when the seal had passed"
COLUMNS = ("seq", "at", "actor", "kind", "incident_id", "subject_id", "data", "rows", "hash")


class Kind(StrEnum):
    """What is wrong with the log, or with what lies beside it."""

    EMPTIED = "emptied"  # there are no lines, and there were
    REMOVED = "removed"  # lines are missing between others
    CHANGED = "changed"  # a line says something else than it did
    REORDERED = "reordered"  # a line stands in another one's place
    REWRITTEN = "rewritten"  # every hash fits, and a checkpoint says that this was another log
    CUT = "cut"  # the newest lines are missing
    ROW_DIFFERS = "row differs"  # the log is whole, and a row is not as its last line says
    CHECKPOINT = "checkpoint"  # forged, or missing
    LATE = "late"  # a line stands where the seal has passed already
    UNSEALED = "unsealed"  # lines wait for their seal longer than they may


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: at which line, and what. `row` names a row as `table:id`."""

    line: int
    kind: Kind
    detail: str
    row: str | None = None


@dataclass(frozen=True)
class Checkpoint:
    """What somebody outside the store knows: that line `seq` had this hash; `place` is where it is kept."""

    seq: int
    hash: str
    place: str


@dataclass
class Verdict:
    """What was read and what is wrong; no faults means that everything fits."""

    lines: int = 0
    head: str = ""
    checkpoints: int = 0
    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)  # of faults by kind, those included that are not named
    taken_over: list[int] = field(default_factory=list)  # first lines at which rows of an older version were taken in
    skipped: int = 0  # lines that stand for a number of which no line came
    unsealed: int = 0  # of the lines, the newest, which have no hash yet
    unsealed_since: datetime | None = None  # when the oldest of them was written

    @property
    def first(self) -> Fault | None:
        """Give the first wrong line: of the chain; if that is whole, of the rows, the checkpoints, then the end."""
        order = {Kind.ROW_DIFFERS: 1, Kind.CHECKPOINT: 2, Kind.UNSEALED: 3}
        return min(self.faults, key=lambda one: (order.get(one.kind, 0), one.line), default=None)

    def wrong(self, line: int, kind: Kind, detail: str, row: str | None = None) -> None:
        """Remember a fault."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= NAMED:
            self.faults.append(Fault(line, kind, detail, row))


@dataclass(frozen=True)
class Outside:
    """What is known outside the store: the checkpoints in force, and the lines of all that a trusted key has signed.

    A line that asks for a checkpoint, is older than `settled` and is not among `signed` lacks it; None: do not look. A
    line that is older than `settled` and not sealed waits longer than it may.
    """

    checkpoints: Sequence[Checkpoint] = ()
    signed: frozenset[int] | None = None
    settled: datetime | None = None


def verify(engine: Engine, outside: Outside = Outside(), *, rows: bool = True) -> Verdict:
    """Read the whole log and hold it against what is known outside and, unless told not to, against the rows."""
    verdict = Verdict(checkpoints=len(outside.checkpoints))
    with _snapshot(engine) as connection, _Remembered() as known:
        _Chain(connection, verdict, known, outside).check()
        if rows:
            _rows(connection, verdict, known)
    return verdict


@contextlib.contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one moment however long it reads."""
    options: dict[str, Any] = {"reading": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.execution_options(**options).connect() as connection:
        yield connection


def lines_after(connection: Connection, seq: int, limit: int | None = None) -> Generator[dict[str, Any], None, None]:
    """Yield the lines beyond a number in order, as rows, without holding them all."""
    query = select(*(JOURNAL.c[name] for name in COLUMNS)).where(JOURNAL.c.seq > seq).order_by(JOURNAL.c.seq)
    with connection.execute(query.limit(limit), execution_options={"yield_per": AT_A_TIME}) as found:
        for row in found:
            yield dict(zip(COLUMNS, row, strict=True))


def page_after(session: Session, seq: int, limit: int) -> list[dict[str, Any]]:
    """Give at most so many lines beyond a number, in order, as rows."""
    return list(lines_after(session.connection(), seq, limit))


def fits(line: dict[str, Any], previous: str, seq: int | None = None) -> bool:
    """Say whether a line's hash is that of its words after the line before it, under its own number or another."""
    made = chain_hash(previous, line["seq"] if seq is None else seq, told(line))
    return made == str(line["hash"])


@dataclass(frozen=True)
class Window:
    """How far the log was followed, and what the last stretch of it held."""

    seq: int = 0
    hash: str = ""
    checkpoints: tuple[tuple[int, str, datetime], ...] = ()  # line, hash and time of lines that ask for a checkpoint
    news: bool | None = None  # whether lines follow the last of them; None: there was no line
    faults: tuple[Fault, ...] = ()
    ended: bool = True  # that was all for now
    suspects: frozenset[tuple[str, str, int]] = frozenset()  # rows that differed: looked at again, for they may move


def window_after(session: Session, before: Window, limit: int = 5_000) -> Window:
    """Follow the log from where `before` ended, at most `limit` lines: their hashes, and the rows they speak of.

    It ends sooner where they speak of very many rows, as those of an upgrade do: these are looked at before it goes on,
    and those that differ once more at the end, for later lines may speak of them.
    Without a line to begin at, the line that `before` names must still have the hash that it had.
    """
    connection = session.connection()
    seq, previous, news = before.seq, before.hash, None
    asked: list[tuple[int, str, datetime]] = []
    rows: dict[str, tuple[str, int]] = {row: (digest, line) for row, digest, line in before.suspects}
    fault = _moved(connection, before)
    passed = _sealed_to(connection)
    lines, named = ([], 0) if fault else _some_after(connection, seq, limit)
    full = len(lines) >= limit or named >= NAMED_ROWS
    sealed = [line for line in lines if line["seq"] <= passed]
    for line in sealed:
        fault = _misfit(line, seq, previous)
        if fault:
            break
        seq, previous = line["seq"], line["hash"]
        rows |= {row: (digest, seq) for row, digest in (line["rows"] or {}).items()}
        news = line["kind"] != CHECKPOINT
        if not news:
            asked.append((seq, previous, line["at"]))
    waiting = lines[len(sealed) :]
    fault = fault or _hole(connection, waiting, passed)
    for line in waiting:  # rows that move on just now are looked at when these lines are sealed
        rows = {row: said for row, said in rows.items() if row not in (line["rows"] or {})}
    faults: list[Fault] = []
    if fault or (full and named < NAMED_ROWS):
        suspects = {one for one in before.suspects if rows.get(one[0]) == one[1:]}  # of others a later line has spoken
    else:
        suspects = _differing(connection, rows)
        if not full:  # what differed before, and no line has spoken of since
            twice = sorted(suspects & before.suspects, key=lambda one: one[2])
            faults = [Fault(line, Kind.ROW_DIFFERS, "the row is not as this line says", row) for row, _, line in twice]
            suspects -= {*twice}
    faults += [fault] if fault else []
    ended = bool(waiting) or not full
    return Window(seq, previous, tuple(asked), news, tuple(faults), ended, frozenset(suspects))


def _some_after(connection: Connection, seq: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Read the lines of one window, and count the rows that they speak of."""
    lines: list[dict[str, Any]] = []
    rows = 0
    with contextlib.closing(lines_after(connection, seq, limit)) as found:
        for line in found:
            lines.append(line)
            rows += len(line["rows"] or ())
            if rows >= NAMED_ROWS:
                break
    return lines, rows


def _hole(connection: Connection, waiting: Sequence[dict[str, Any]], passed: int) -> Fault | None:
    """Say which number is missing among the lines that wait for their seal, where one transaction writes at a time."""
    if connection.dialect.name == "sqlite":
        for number, line in enumerate(waiting, passed + 1):
            if line["seq"] != number:
                return Fault(number, Kind.REMOVED, f"lines {number} to {line['seq'] - 1} are missing")
    return None


def _sealed_to(connection: Connection) -> int:
    """Give the number of the newest line that has a hash, or that the head names."""
    newest = select(JOURNAL.c.seq).where(JOURNAL.c.hash != "").order_by(JOURNAL.c.seq.desc()).limit(1)
    head = connection.scalar(select(CHAIN.c.seq).where(CHAIN.c.id == 1))
    return max(connection.scalar(newest) or 0, head or 0)


def _misfit(line: dict[str, Any], seq: int, previous: str) -> Fault | None:
    """Say in a word what is wrong with a line that should be sealed after the one before it."""
    if line["seq"] != seq + 1:
        return Fault(seq + 1, Kind.REMOVED, f"lines {seq + 1} to {line['seq'] - 1} are missing")
    if not line["hash"]:
        return Fault(line["seq"], Kind.LATE, TOO_LATE)
    return None if fits(line, previous) else Fault(line["seq"], Kind.CHANGED, "it does not fit its hash")


def _moved(connection: Connection, before: Window) -> Fault | None:
    """Say what has become of the line at which `before` ended."""
    if not before.seq:
        return None
    kept = connection.scalar(select(JOURNAL.c.hash).where(JOURNAL.c.seq == before.seq))
    if kept == before.hash:
        return None
    if kept is not None:
        return Fault(before.seq, Kind.REWRITTEN, "this line had another hash")
    last = connection.scalar(select(func.max(JOURNAL.c.seq)))
    if last is None:
        return Fault(1, Kind.EMPTIED, f"there are no lines, and line {before.seq} was there")
    kind = Kind.CUT if last < before.seq else Kind.REMOVED
    return Fault(last + 1 if kind == Kind.CUT else before.seq, kind, f"line {before.seq} was there")


def _differing(connection: Connection, rows: dict[str, tuple[str, int]]) -> set[tuple[str, str, int]]:
    """Hold rows against what was last said of them, some at a time; gives those that differ, with what was said."""
    wrong: set[tuple[str, str, int]] = set()
    said = iter(rows.items())
    while some := dict(islice(said, AT_ONCE)):
        now = digests_of(connection, some)
        wrong |= {(row, *told_) for row, told_ in some.items() if now.get(row, GONE) != told_[0]}
    return wrong


class _Remembered:
    """What must be remembered while everything is read, in a file that goes away: the last word on each row."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="kentongan-audit-")
        self._db = sqlite3.connect(Path(self._folder.name) / "rows", isolation_level=None)
        for word in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-32000"):
            self._db.execute(f"PRAGMA {word}")
        self._db.execute("CREATE TABLE last (row TEXT PRIMARY KEY, digest TEXT, seq INTEGER) WITHOUT ROWID")
        self._db.execute("BEGIN")
        self._waiting: list[tuple[str, str, int]] = []
        return self

    def __exit__(self, *_error: object) -> None:
        self._db.close()
        self._folder.cleanup()

    def add(self, seq: int, rows: dict[str, str]) -> None:
        """Remember what a line says of rows."""
        self._waiting += [(row, digest, seq) for row, digest in rows.items()]
        if len(self._waiting) >= AT_A_TIME:
            self._put()

    def _put(self) -> None:
        self._db.executemany("INSERT OR REPLACE INTO last VALUES (?, ?, ?)", self._waiting)
        self._waiting.clear()

    def take(self, names: Sequence[str]) -> dict[str, tuple[str, int]]:
        """Give digest and line of these rows, and forget them."""
        self._put()
        asked = (json.dumps(list(names)),)
        some = "FROM last WHERE row IN (SELECT value FROM json_each(?))"
        found = self._db.execute("SELECT row, digest, seq " + some, asked).fetchall()
        self._db.execute("DELETE " + some, asked)
        return {row: (digest, seq) for row, digest, seq in found}

    def left(self) -> Iterable[tuple[str, int]]:
        """Give the rows that should be there and nobody took, with their lines, in the order of those."""
        self._put()
        return self._db.execute("SELECT row, seq FROM last WHERE digest != ? ORDER BY seq, row", (GONE,))


class _Chain:
    """One pass over the lines."""

    def __init__(self, connection: Connection, verdict: Verdict, known: _Remembered, outside: Outside) -> None:
        self._connection = connection
        self._verdict = verdict
        self._known = known
        self._outside = outside
        self._checkpoints = sorted(outside.checkpoints, key=lambda one: (one.seq, one.place))
        self._next = 0  # of them
        self._good = 0  # newest line that a checkpoint confirms
        self._broken = 0  # first line that does not fit
        self._rewritten = False
        self._shapes: dict[str, int] = {}  # of the tables whose rows were taken over, with the last line of it

    def check(self) -> None:
        """Read every line once."""
        seq, previous = 0, ""
        passed, only_one_writes = _sealed_to(self._connection), self._connection.dialect.name == "sqlite"
        end = 0
        for line in lines_after(self._connection, 0):
            self._verdict.lines += 1
            self._note(line)
            if line["seq"] > passed:
                if only_one_writes and line["seq"] != (end or passed) + 1:
                    self._break((end or passed) + 1, Kind.REMOVED, f"the lines before line {line['seq']} are missing")
                self._wait(line)
                end = line["seq"]
                continue
            self._link(line, seq, previous)
            self._hold(line)
            seq, previous = line["seq"], line["hash"]
        self._verdict.head = previous
        self._end(seq, previous, end)

    def _wait(self, line: dict[str, Any]) -> None:
        """Count a line that is not sealed yet; the first of them is the oldest."""
        verdict, settled = self._verdict, self._outside.settled
        verdict.unsealed += 1
        if verdict.unsealed_since is None:
            verdict.unsealed_since = line["at"]
            if settled is not None and line["at"] < settled:
                verdict.wrong(
                    line["seq"], Kind.UNSEALED, f"written at {line['at']:%Y-%m-%d %H:%M} UTC, not sealed since"
                )

    def _link(self, line: dict[str, Any], seq: int, previous: str) -> None:
        """Hold a line against the one before it."""
        self._verdict.skipped += line["kind"] == SKIPPED
        if line["seq"] != seq + 1:
            self._break(seq + 1, Kind.REMOVED, f"lines {seq + 1} to {line['seq'] - 1} are missing")
        elif not line["hash"]:
            self._break(line["seq"], Kind.LATE, TOO_LATE)
        elif not fits(line, previous):
            kind, detail = (
                (Kind.CHANGED, "it does not fit its hash") if self._broken else self._classify(line, previous)
            )
            self._break(line["seq"], kind, detail)

    def _break(self, seq: int, kind: Kind, detail: str) -> None:
        self._broken = self._broken or seq
        self._verdict.wrong(seq, kind, detail)

    def _classify(self, line: dict[str, Any], previous: str) -> tuple[Kind, str]:
        """Say why a line does not fit: others were taken out and the rest renumbered, it was swapped, or changed."""
        seq = line["seq"]
        after = next(iter([*lines_after(self._connection, seq, 1)]), None)
        if after is not None:
            for by in range(1, FAR):
                if fits(after, line["hash"], after["seq"] + by):
                    return Kind.REMOVED, f"{by} lines before it are missing and the later ones were renumbered"
            if fits(after, previous, seq) and not fits(line, after["hash"], seq + 1):
                return Kind.CHANGED, "it was put in and the later ones were renumbered"
        with contextlib.closing(lines_after(self._connection, seq)) as others:
            for other in others:
                if chain_hash(previous, seq, told(other)) in (other["hash"], line["hash"]):
                    return Kind.REORDERED, f"what belongs here stands at line {other['seq']}"
        if after is not None and not fits(after, line["hash"]):
            return Kind.CHANGED, "it does not fit its hash, nor does the line after it"
        before = f"; or line {seq - 1} was changed together with its own" if seq > 1 else ""
        return Kind.CHANGED, f"it does not fit its hash{before}"

    def _hold(self, line: dict[str, Any]) -> None:
        """Hold a line against the checkpoints that speak of it."""
        while self._next < len(self._checkpoints) and self._checkpoints[self._next].seq <= line["seq"]:
            one = self._checkpoints[self._next]
            self._next += 1
            if one.seq < line["seq"]:
                continue  # that line is missing, which was said
            if line["hash"].startswith(one.hash):
                self._good = one.seq
            elif not self._rewritten and not self._broken > self._good:
                self._rewritten = True
                said = f"the checkpoint of line {one.seq} ({one.place}) names another hash"
                self._verdict.wrong(self._good + 1, Kind.REWRITTEN, f"{said}: lines from here on were written anew")

    def _note(self, line: dict[str, Any]) -> None:
        if line["rows"]:
            self._known.add(line["seq"], line["rows"])
        signed, settled = self._outside.signed, self._outside.settled
        if line["kind"] == CHECKPOINT and signed is not None and settled is not None:
            if line["seq"] not in signed and line["at"] < settled:
                self._verdict.wrong(line["seq"], Kind.CHECKPOINT, "missing: this line was signed, and nobody has it")
        elif line["kind"] == ADOPTED:
            self._taken_over(line)

    def _taken_over(self, line: dict[str, Any]) -> None:
        """Note where rows of an older version were taken in; twice for one shape would hide a change."""
        shape, seq = str(line["data"].get("shape")), line["seq"]
        if shape not in self._shapes:
            self._verdict.taken_over.append(seq)
        elif self._shapes[shape] != seq - 1:
            self._verdict.wrong(seq, Kind.ROW_DIFFERS, f"the rows of shape {shape} were taken over a second time")
        self._shapes[shape] = seq

    def _end(self, seq: int, previous: str, end: int) -> None:
        """Hold the last sealed line and, where some follow, the last of all against whoever knows of more."""
        head = self._connection.execute(select(CHAIN.c.seq, CHAIN.c.hash).where(CHAIN.c.id == 1)).first()
        incident = table_of(Incident)
        stamp = self._connection.scalar(select(func.max(incident.c.stamp))) or 0
        knows = [(one.seq, f"a checkpoint ({one.place}) knows line {one.seq}") for one in self._checkpoints[-1:]]
        knows += [(head.seq, f"the head is line {head.seq}")] if head else []
        knows += [(stamp, f"an incident was changed by line {stamp}")] if stamp > end else []
        newest, said = max(knows, default=(0, ""))
        if not seq and end and not newest:
            return  # none is sealed yet
        if not seq:
            if newest:
                self._verdict.wrong(1, Kind.EMPTIED, f"there are no lines, and {said}")
            elif self._connection.scalar(select(func.count()).select_from(incident)):
                self._verdict.wrong(1, Kind.EMPTIED, "there are no lines, and there are incidents")
        elif newest > seq:
            kind = Kind.REMOVED if end else Kind.CUT
            self._verdict.wrong(seq + 1, kind, f"the sealed lines end at line {seq}, and {said}")
        elif not head or head.seq < seq:
            told_ = head.seq if head else 0
            self._verdict.wrong(told_ + 1, Kind.CHANGED, f"it was put in: the head is line {told_}")
        elif head.hash != previous and not self._broken:
            self._verdict.wrong(self._good + 1, Kind.REWRITTEN, "the head names another hash")


def _rows(connection: Connection, verdict: Verdict, known: _Remembered) -> None:
    """Hold every watched row against the last line that speaks of it."""
    some: dict[str, str] = {}
    for name, digest in every_row(connection):
        some[name] = digest
        verdict.rows += 1
        if len(some) == AT_ONCE:
            _hold_rows(verdict, known, some)
            some = {}
    if some:
        _hold_rows(verdict, known, some)
    for name, seq in known.left():
        verdict.wrong(seq, Kind.ROW_DIFFERS, "the row is not there any more", name)


def _hold_rows(verdict: Verdict, known: _Remembered, some: dict[str, str]) -> None:
    remembered = known.take(list(some))
    for name, digest in some.items():
        said, seq = remembered.get(name, (None, verdict.lines + 1))
        if said is None:
            verdict.wrong(seq, Kind.ROW_DIFFERS, "no line speaks of the row", name)
        elif said != digest:
            verdict.wrong(seq, Kind.ROW_DIFFERS, "the row is not as this line says", name)


__all__ = [
    "Checkpoint",
    "Fault",
    "Kind",
    "Outside",
    "Verdict",
    "Window",
    "fits",
    "lines_after",
    "page_after",
    "verify",
    "window_after",
]
