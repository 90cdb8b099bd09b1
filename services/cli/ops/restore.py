"""Put a backup back into an empty store."""

import argparse
import gzip
import json
from itertools import islice
from pathlib import Path
from typing import Any

from services.cli.connect import add_place, open_store, settings_of
from services.cli.ops import queries
from services.cli.ops.backup import FORMAT
from services.security import revoked
from services.store.audit_verify import verify
from services.store.taking_over import take_over
from services.store.transaction import Transaction

AT_ONCE = 500  # rows per statement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `restore`."""
    parser.add_argument("file", type=Path)
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Fill the store and check the journal's chain; 1 when the store is not empty or the chain is broken."""
    settings = settings_of(options)
    store = open_store(settings, make=True)
    try:
        if not store.read_now(queries.is_empty):
            print("This store is not empty. Restore into a new data folder or an empty database.")
            return 1
        with gzip.open(options.file, "rt", encoding="utf-8") as lines:
            head = json.loads(next(lines))
            if head.get("format") != FORMAT:
                print(f"{options.file} is not a backup of this kind.")
                return 1
            rows = store.write_now(lambda tx: _fill(tx, lines, revoked.known(settings.data)))
        broken = verify(store.engine).first
    finally:
        store.close()
    print(
        f"{rows} rows restored; the journal's chain {'is BROKEN at line ' + str(broken.line) if broken else 'holds'}."
    )
    return 1 if broken else 0


def _fill(tx: Transaction, lines: Any, ended: frozenset[str]) -> int:
    queries.delete_everything(tx)
    count = 0
    while chunk := list(islice(lines, AT_ONCE)):
        gathered: dict[str, list[dict[str, Any]]] = {}
        for line in chunk:
            told = json.loads(line)
            gathered.setdefault(told["table"], []).append(told["row"])
        for name, rows in gathered.items():
            queries.insert_rows(tx, name, rows)
            count += len(rows)
    tx.seq, tx.head = queries.chain_head(tx)  # the chain goes on where the backup ended
    tx.touched.ids.clear()  # of what was filled in its lines speak already
    take_over(tx)
    for key in queries.good_keys(tx):
        if (key.kid or key.id) in ended:  # after the backup was made
            key.revoked_at = tx.now
            tx.audit("key.revoked", "restore", subject=key.id, kid=key.kid)
    return count
