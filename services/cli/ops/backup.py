"""Write the store and the photographs into one encrypted file that `restore` reads, on SQLite or PostgreSQL alike.

Everything is read in one snapshot; writers go on meanwhile. The file is sealed by the master key. What reporters have
written and who they are is sealed once more, each report under its own key, and those keys are not in the file but
beside it (services/sources/escrow.py): whoever is erased after a backup is erased in it.
"""

import argparse
import base64
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from services.cli.connect import add_place, open_store, settings_of
from services.cli.ops import queries
from services.sources import escrow
from services.sources.cipher import SealError, seal
from services.sources.keyring import open_vault
from services.sources.retention import FOLDERS
from services.sources.stream import SealingWriter
from services.sources.vault import LOST, MARK, Vault
from services.store.transaction import Session

FORMAT = "kentongan-backup-2"
KIND = "backup"
WRITTEN = ("text", "told", "notes")  # columns of a report that its reporter has written
Write = Callable[[dict[str, Any]], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `backup`."""
    parser.add_argument("file", type=Path, help="file to write, for instance kentongan.backup")
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Write every row of one moment and every photograph; the file opens with the master key alone."""
    settings = settings_of(options)
    if options.file.is_dir():
        print(f"{options.file} is a folder. Name a file, for instance {options.file / 'kentongan.backup'}.")
        return 2
    store = open_store(settings)
    part = options.file.with_name(options.file.name + ".part")
    keys = escrow.copy_of(options.file)
    try:
        vault = open_vault(settings, store)
        # Opened first: where it cannot be written, no line says that it was.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            store.write_now(lambda tx: tx.audit("backup.written", "office"))  # before: it is in the backup too
            store.seal_now()  # with its hash

            def dump(session: Session) -> tuple[int, int, int]:
                rows, photos = _write(session, out, vault, settings.data / "attachments")
                out.flush()
                os.fsync(out.fileno())
                return rows, photos, escrow.write(session, vault.master, keys)

            rows, photos, kept = store.read_now(lambda session: dump(queries.snapshot(session)))
        part.rename(options.file)
        escrow.remember(settings.data, keys)
    finally:
        store.close()
        part.unlink(missing_ok=True)
    print(f"{rows} rows and {photos} photographs written to {options.file}, {kept} keys of reporters to {keys}")
    print("Keep the key file beside the backups, one of it, always the newest; keep the master key elsewhere.")
    return 0


def _write(session: Session, out: IO[bytes], vault: Vault, photos: Path) -> tuple[int, int]:
    with SealingWriter(out, vault.master, KIND) as sealing, gzip.open(sealing, "wt", encoding="utf-8") as lines:

        def write(told: dict[str, Any]) -> None:
            lines.write(json.dumps(told, default=str) + "\n")

        seq, digest = queries.chain_head(session)
        write({"format": FORMAT, "seq": seq, "hash": digest})
        keys = queries.wrapped_keys(session)
        rows = queries.dump(session, lambda table, row: write({"table": table, "row": _apart(vault, keys, table, row)}))
        return rows, sum(_photographs(photos / folder, folder, write) for folder in FOLDERS)


def _apart(vault: Vault, keys: dict[str, str], table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Seal in a row what its reporter has written, and leave out the address of a reporter who was told already."""
    if table == "report" and row["id"] in keys:
        written = json.dumps({name: row[name] for name in WRITTEN}, ensure_ascii=False)
        try:
            sealed = seal(vault.unwrap(row["id"], keys[row["id"]]), written.encode(), f"backup {row['id']}")
        except SealError:  # wrapped by a master of another installation: the file as a whole is sealed all the same
            return row
        return {name: value for name, value in row.items() if name not in WRITTEN} | {"sealed": sealed}
    if table == "delivery" and row["address"].startswith(MARK) and row["next_at"] is None:
        return row | {"address": LOST}
    return row


def _photographs(folder: Path, name: str, write: Write) -> int:
    """Write the photographs of a folder, one after the other."""
    many = 0
    for file in sorted(folder.glob("*.jpg")):
        try:
            content = file.read_bytes()
        except FileNotFoundError:  # nobody named it in two days, and it was removed just now
            continue
        write({"photograph": f"{name}/{file.name}", "content": base64.b64encode(content).decode()})
        many += 1
    return many
