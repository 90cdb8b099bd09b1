"""Write the store into one file that `restore` reads, on SQLite or PostgreSQL alike."""

import argparse
import gzip
import json
from pathlib import Path

from sqlalchemy import Table
from sqlmodel import SQLModel

import schemas.by_hand
import schemas.records
import schemas.running  # noqa: F401 - each registers tables
from schemas.records import Chain
from services.cli.connect import add_place, open_store, settings_of
from services.store.transaction import table_of

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
            rows = 0

            def dump(unit: object) -> int:
                nonlocal rows
                session = unit.session  # type: ignore[attr-defined]
                head = session.connection().execute(table_of(Chain).select()).mappings().one()
                out.write(json.dumps({"format": FORMAT, "seq": head["seq"], "hash": head["hash"]}) + "\n")
                for table in in_order():
                    for row in session.connection().execute(table.select()).mappings():
                        out.write(json.dumps({"table": table.name, "row": dict(row)}, default=str) + "\n")
                        rows += 1
                return rows

            store.write_now(dump)  # holds the writers for as long as it takes: one moment, not a stretch of time
        part.rename(options.file)
    finally:
        store.close()
    print(f"{rows} rows written to {options.file}")
    return 0


def in_order() -> list[Table]:
    """Give every table of ours."""
    return list(SQLModel.metadata.sorted_tables)
