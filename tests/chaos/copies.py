"""Copy what a few reports left in a store and on a bus under other ids, as often as one likes: a large one in minutes."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlmodel import select

from schemas.records.audit_log import Journal
from schemas.records.reports import ReporterKey
from schemas.rows.reports import ReporterKeyRow
from schemas.vocabulary import EventKind
from services.bus import Bus
from services.bus.inspection import known_record
from services.bus.streams import place_subject
from services.cli.ops import queries
from services.cli.up import nats_config
from services.sources.cipher import new_key
from services.sources.vault import Vault
from services.store.database import Store
from services.store.transaction import Session, Transaction
from tests.servers import NatsServer

OF_REPORTS = ("report", "report_source", "judgement", "incident", "suggestion", "alert", "ladder", "delivery")
NAME = re.compile(r"[0-9a-f][0-9a-f-]{15,}")
TOGETHER = 200  # messages that are published at once
Row = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Known:
    """What is known of a copied report."""

    id: str
    digest: str
    wrapped: str
    at: datetime


class Copies:
    """What some reports left in a store, and how it is said of others."""

    def __init__(self, store: Store) -> None:
        self.rows: list[Row] = []
        self._lines: list[Any] = []
        store.read_now(self._read)
        self._ids = {row["id"] for _, row in self.rows if isinstance(row.get("id"), str)}
        self.reports = [row for table, row in self.rows if table == "report"]

    def _read(self, session: Session) -> None:
        def keep(table: str, row: dict[str, Any]) -> None:
            if table in OF_REPORTS:
                self.rows.append((table, json.loads(json.dumps(row, default=str))))

        queries.dump(session, keep)
        lines = select(Journal.kind, Journal.actor, Journal.incident_id, Journal.data)
        self._lines = list(session.exec(lines.where(Journal.incident_id.is_not(None))).all())  # type: ignore[union-attr]

    def put(self, tx: Transaction, number: int, vault: Vault) -> list[Known]:
        """Insert copy number so-and-so of everything, with as many lines of the log; gives what is known of its reports."""
        known: dict[str, str] = {}

        def renamed(found: re.Match[str]) -> str:
            old = found[0]
            if old not in self._ids:
                return old
            if old not in known:
                known[old] = _name(old, number)
            return known[old]

        copy = [(table, json.loads(NAME.sub(renamed, json.dumps(row)))) for table, row in self.rows]
        reports = [
            Known(row["id"], row["digest"], vault.wrap(row["id"], new_key()), tx.now)
            for table, row in copy
            if table == "report"
        ]
        for name in OF_REPORTS:
            if some := [row for table, row in copy if table == name]:
                queries.insert_rows(tx, name, some)
        keys: list[ReporterKeyRow] = [
            {"id": one.id, "person": "", "wrapped": one.wrapped, "made_at": one.at} for one in reports
        ]
        tx.add(ReporterKey, keys)
        for kind, actor, incident, data in self._lines:
            tx.audit(kind, actor, incident=known.get(incident, incident), **data)
        return reports


def _name(old: str, number: int) -> str:
    """Give the id that stands for an old one in a copy, in the same form."""
    made = blake2b(f"{old} {number}".encode(), digest_size=16).hexdigest()
    return str(UUID(made)) if "-" in old else made[: len(old)].ljust(len(old), "0")


def enlarge(store: Store, vault: Vault, reports: int) -> list[Known]:
    """Copy what is in a store until it holds so many reports; gives what is known of those that were added."""
    copies, added = Copies(store), list[Known]()
    event.listen(store.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    store.engine.dispose()  # nobody else is there yet, and what a power cut would cost is made again
    for number in range(max(0, reports // len(copies.reports) - 1)):
        added += store.write_now(lambda tx, number=number: copies.put(tx, number, vault))  # type: ignore[misc]
        store.seal_now()
    return added


def quick(data: Path) -> NatsServer:
    """Start a nats-server over an installation's bus that does not wait for the disk after each message."""
    server = NatsServer(data)
    lines = nats_config(data, server.port).read_text().splitlines(keepends=True)
    file = data / "quick.conf"
    file.write_text("".join(line for line in lines if "sync_interval" not in line and "include" not in line))
    return server.run(file)


async def fill_bus(data: Path, kabupaten: str, reports: Sequence[Known]) -> None:
    """Put a report and its key on the bus of an installation that stands still, for each of these; none is judged."""
    server = quick(data)
    bus = Bus(server.url, name="copies", kabupaten=kabupaten, declares=True)
    try:
        await bus.open()
        waiting: list[tuple[str, bytes, dict[str, str]]] = []
        for message in _messages(kabupaten, reports):
            waiting.append(message)
            if len(waiting) == TOGETHER:
                await bus._publisher.publish(waiting)
                waiting = []
        await bus._publisher.publish(waiting)
        last = (await bus.js.stream_info("REPORTS")).state.last_seq
        bus.taken_before = lambda stream, _made: last if stream == "REPORTS" else 0
        await bus.js.delete_consumer("REPORTS", "triage")
        await bus.provision()
    finally:
        await bus.close()
        server.stop()


def _messages(kabupaten: str, reports: Sequence[Known]) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    subject, kind = place_subject(EventKind.REPORT_FILED, kabupaten, None), EventKind.REPORT_FILED
    body = b'{"sealed":"' + b"x" * 900 + b'"}'
    for one in reports:
        told = {"ce-id": one.id, "ce-time": one.at.isoformat(), "kentongan-digest": one.digest}
        headers = told | {"ce-type": f"id.kentongan.{kind}.v1", "Nats-Expected-Stream": "REPORTS"}
        yield known_record(headers, one.wrapped)
        yield subject, body, headers | {"Nats-Msg-Id": f"{kind}:{one.id}"}
