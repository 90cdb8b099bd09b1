"""Chain the lines of the audit log by hash, and find where the chain is broken."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any

from schemas.records import Journal


def chain_hash(previous: str, seq: int, line: dict[str, Any]) -> str:
    """Hash one journal line together with the one before it (SHA-256, hex)."""
    told = json.dumps([previous, seq, line], sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def broken_links(lines: Iterable[Journal], previous: str = "", seq: int = 0) -> list[int]:
    """Name the sequence numbers at which the journal's hash chain does not hold; lines in order of `seq`."""
    broken = []
    for line in lines:
        seq += 1
        told: dict[str, Any] = {"actor": line.actor, "kind": line.kind, "incident_id": line.incident_id}
        told |= {"subject_id": line.subject_id, "data": line.data, "at": line.at.astimezone(UTC).isoformat()}
        if line.seq != seq or chain_hash(previous, seq, told) != line.hash:
            broken.append(line.seq)
        previous, seq = line.hash, line.seq
    return broken
