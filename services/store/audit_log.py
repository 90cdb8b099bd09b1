"""Chain the lines of the audit log by hash, and find where the chain is broken.

A line gets its number in the transaction that writes it, and its hash a moment later, when every line before it is
known (services/store/sealer.py). Until then its hash is empty: it is not sealed yet.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from sqlmodel import Session, col, func, select

from schemas.records import Chain, Journal

_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str).encode
CHECKPOINT = "audit.checkpoint"  # the kind of a line whose hash is signed and kept outside the store
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
        return session.scalar(select(func.max(Journal.seq))) or 0
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
