"""Write the store into one file that `restore` reads, on SQLite or PostgreSQL alike."""

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

from services.cli.connect import add_place, open_store, settings_of
from services.cli.ops import queries
from services.store.transaction import Transaction

FORMAT = "kentongan-backup-1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `backup`."""
    parser.add_argument("file", type=Path, help="file to write, for instance kentongan.jsonl.gz")
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Write every row of one consistent moment; the file is not readable by others."""
    store = open_store(settings_of(options))
    part = options.file.with_name(options.file.name + ".part")
    try:
        with gzip.open(part, "wt", encoding="utf-8") as out:
            part.chmod(0o600)

            def write(table: str, row: dict[str, Any]) -> None:
                out.write(json.dumps({"table": table, "row": row}, default=str) + "\n")

            def dump(tx: Transaction) -> int:
                seq, digest = queries.chain_head(tx)
                out.write(json.dumps({"format": FORMAT, "seq": seq, "hash": digest}) + "\n")
                return queries.dump(tx, write)

            store.write_now(lambda tx: tx.audit("backup.written", "office"))  # before: it is in the backup too
            rows = store.write_now(dump)  # holds the writers for as long as it takes: one moment, not a stretch of time
        part.rename(options.file)
    finally:
        store.close()
    print(f"{rows} rows written to {options.file}")
    return 0
