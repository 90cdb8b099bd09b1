"""Chain the lines of the audit log by hash, and find where the chain is broken."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from sqlmodel import Session, col, select

from schemas.records import Journal

_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str).encode
CHECKPOINT = "audit.checkpoint"  # the kind of a line whose hash is signed and kept outside the store


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


def newest_line(session: Session, kinds: str, after: int = 0) -> Journal | None:
    """Return the newest line after a number whose kind begins with `kinds`."""
    found = select(Journal).where(col(Journal.seq) > after, col(Journal.kind).startswith(kinds))
    return session.exec(found.order_by(col(Journal.seq).desc()).limit(1)).first()


def broken_links(lines: Iterable[Journal], previous: str = "", seq: int = 0) -> list[int]:
    """Name the sequence numbers at which the journal's hash chain does not hold; lines in order of `seq`."""
    broken = []
    for line in lines:
        seq += 1
        if line.seq != seq or chain_hash(previous, seq, told(line.as_row())) != line.hash:
            broken.append(line.seq)
        previous, seq = line.hash, line.seq
    return broken
