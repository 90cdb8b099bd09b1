"""Put a backup back into an empty store."""

import argparse
import gzip
import json
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Table, delete, func, select
from sqlmodel import col
from sqlmodel import select as select_model

from schemas.records import Chain, Journal, Report
from services.cli.connect import add_place, open_store, settings_of
from services.cli.ops.backup import FORMAT, in_order
from services.store.audit_log import broken_links
from services.store.transaction import Transaction, table_of

AT_ONCE = 500  # rows per statement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `restore`."""
    parser.add_argument("file", type=Path)
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Fill the store and check the journal's chain; 1 when the store is not empty or the chain is broken."""
    store = open_store(settings_of(options))
    try:
        if store.read_now(lambda session: session.scalar(select(func.count()).select_from(table_of(Report)))):
            print("This store is not empty. Restore into a new data folder or an empty database.")
            return 1
        with gzip.open(options.file, "rt", encoding="utf-8") as lines:
            head = json.loads(next(lines))
            if head.get("format") != FORMAT:
                print(f"{options.file} is not a backup of this kind.")
                return 1
            rows = store.write_now(lambda tx: _fill(tx, lines))
        journal = select_model(Journal).order_by(col(Journal.seq))
        broken = store.read_now(lambda session: broken_links(session.exec(journal)))
    finally:
        store.close()
    print(f"{rows} rows restored; the journal's chain {'is BROKEN' if broken else 'holds'}.")
    return 1 if broken else 0


def _fill(tx: Transaction, lines: Any) -> int:
    tables = {table.name: table for table in in_order()}
    connection = tx.session.connection()
    for table in tables.values():
        connection.execute(delete(table))
    count = 0
    while chunk := list(islice(lines, AT_ONCE)):
        gathered: dict[str, list[dict[str, Any]]] = {}
        for line in chunk:
            told = json.loads(line)
            gathered.setdefault(told["table"], []).append(_typed(tables[told["table"]], told["row"]))
        for name, rows in gathered.items():
            connection.execute(tables[name].insert(), rows)
            count += len(rows)
    head = connection.execute(table_of(Chain).select()).mappings().one()
    tx.seq, tx.head = head["seq"], head["hash"]  # the chain goes on where the backup ended
    return count


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Read instants back; everything else is JSON's own."""
    return {
        name: datetime.fromisoformat(value) if value and _is_instant(table, name) else value
        for name, value in row.items()
    }


def _is_instant(table: Table, name: str) -> bool:
    kind = table.c[name].type
    return isinstance(getattr(kind, "impl", kind), DateTime)
