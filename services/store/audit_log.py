"""Chain the lines of the audit log by hash, and find where the chain is broken.

A line gets its number in the transaction that writes it, and its hash a moment later, when every line before it is
known (services/store/sealer.py). Until then its hash is empty: it is not sealed yet.

Rows of an older version are taken into the log as they stand, once for each shape of the tables. A row that was changed
behind the log before that cannot be told from a true one any more: the log names the line at which it happened, and a
second taking over of the same shape is a finding.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from itertools import islice
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from schemas.records.audit_log import Chain, Journal
from services.store.row_digests import AT_ONCE, every_row
from services.store.statements import find
from services.store.transaction import NEWEST, Transaction, shape, table_of

_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str).encode
CHECKPOINT = "audit.checkpoint"  # the kind of a line whose hash is signed and kept outside the store
ADOPTED = "rows.adopted"  # the kind of a line by which rows of an older version were taken over
SKIPPED = "line.skipped"  # the kind of a line that fills a number of which no transaction has made a line


def chain_hash(previous: str, seq: int, line: dict[str, Any]) -> str:
    """Hash one journal line together with the one before it (SHA-256, hex)."""
    return hashlib.sha256(_ENCODE([previous, seq, line]).encode()).hexdigest()


def told(line: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the hash of a line covers, besides its number; the digests of rows only where it has some."""
    said = {name: line[name] for name in ("actor", "kind", "incident_id", "subject_id", "data")}
    said["at"] = line["at"].astimezone(UTC).isoformat()
    if line.get("rows"):
        said["rows"] = line["rows"]
    return said


def safe_line(session: Session) -> int:
    """Return the number of the line behind which no line can come any more; 0 when there is none.

    Whoever follows the log by number goes no further. On SQLite one transaction writes at a time, so it is the newest
    line; on PostgreSQL a lower number may be committed later than a higher one, so it is the newest sealed line.
    """
    if session.get_bind().dialect.name == "sqlite":
        return find(session.connection(), NEWEST, {}).rows[0][0] or 0
    return session.scalar(select(col(Chain.seq)).where(col(Chain.id) == 1)) or 0


def newest_line(session: Session, kinds: str, after: int = 0) -> Journal | None:
    """Return the newest line after a number whose kind begins with `kinds`."""
    found = select(Journal).where(col(Journal.seq) > after, col(Journal.kind).startswith(kinds))
    return session.exec(found.order_by(col(Journal.seq).desc()).limit(1)).first()


def broken_links(lines: Iterable[Journal], previous: str = "", seq: int = 0) -> list[int]:
    """Name the numbers at which the chain of hashes does not hold; lines in order of `seq`, all of them sealed."""
    broken = []
    for line in lines:
        seq += 1
        if line.seq != seq or chain_hash(previous, seq, told(line.as_row())) != line.hash:
            broken.append(line.seq)
        previous, seq = line.hash, line.seq
    return broken


def take_over(tx: Transaction) -> None:
    """Write the digests of all watched rows into lines, unless the tables have this shape since they were last taken.

    Tables that have just been made have no rows, and get no line.
    """
    connection, chain = tx.session.connection(), table_of(Chain)
    newest = shape(tx.session)
    if connection.scalar(select(chain.c.rows_as_of).where(chain.c.id == 1)) == newest:
        return
    connection.execute(update(chain).where(chain.c.id == 1).values(rows_as_of=newest))
    rows = iter(list(every_row(connection)))  # read whole: lines are written while it is looked at
    while some := dict(islice(rows, AT_ONCE)):
        tx.audit(ADOPTED, "store", shape=newest)
        tx.lines[-1]["rows"] = some
