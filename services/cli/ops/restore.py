"""Put a backup back into an empty store."""

import argparse
import base64
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any

from schemas.records.alerts import Delivery
from schemas.records.reports import Report
from schemas.rows.alerts import DeliveryRow
from schemas.rows.reports import ReporterKeyRow, ReportRow
from services.cli.connect import add_place, open_store, settings_of
from services.cli.ops import queries
from services.cli.ops.backup import FORMAT, KIND
from services.runtime.private import keep_private
from services.runtime.settings import Settings
from services.security import revoked
from services.security.accounts.shutting_out import lock
from services.security.secret import FILE, Secret, made
from services.sources import escrow, tombstones
from services.sources.cipher import SealError, unseal
from services.sources.keyring import load_master, open_vault
from services.sources.stream import OpenedReader, is_sealed
from services.sources.vault import LOST, unwrapped
from services.store.audit_log import take_over
from services.store.audit_verify import verify
from services.store.transaction import Transaction

# What a file that is none, or not whole, makes of being unpacked and read as text.
UNREADABLE = (gzip.BadGzipFile, EOFError, zlib.error, UnicodeDecodeError)
AT_ONCE = 500  # rows per statement
PLAIN = "kentongan-backup-1"  # as 0.1 wrote it: not encrypted
PHOTOGRAPH = re.compile(r"(?:kept|waiting)/f-[0-9a-f]{32}\.jpg")
ERASED = {"text": "[dihapus]", "told": {}, "notes": {}}  # of a report whose key was erased after the backup


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `restore`."""
    parser.add_argument("file", type=Path)
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Fill the store and check the journal's chain.

    1 when the store is not empty, the chain is broken or the file no backup that opens here; 2 when it cannot be read.
    """
    settings = settings_of(options)
    with options.file.open("rb") as source:  # and looked into before a folder or tables are made for it
        try:
            lines, keys = _opened(source, options.file, settings)
            if not _is_backup(next(lines, "{}")):
                print(f"{options.file} is not a backup of this kind.")
                return 1
            return _restore(settings, lines, keys)
        except SealError as error:
            print(f"{options.file} cannot be opened: {error}.")
            return 1
        except UNREADABLE:
            print(f"{options.file} is no backup, or it is cut off or damaged.")
            return 2


def _is_backup(line: str) -> bool:
    """Say whether a file that begins with this line is a backup of ours."""
    try:
        head = json.loads(line)
    except ValueError:
        return False
    return isinstance(head, dict) and head.get("format") in (FORMAT, PLAIN)


def _restore(settings: Settings, lines: Iterator[str], keys: Mapping[str, ReporterKeyRow]) -> int:
    """Fill the store with the lines of a backup behind its first."""
    another = False
    store = open_store(settings, make=True)
    try:
        if not store.read_now(queries.is_empty):
            print("This store is not empty. Restore into a new data folder or an empty database.")
            return 1
        filling = _Filling(keys, settings)
        rows = store.write_now(lambda tx: filling.fill(tx, lines))
        broken = verify(store.engine).first
        if not broken:
            another = not settings.secret and not (settings.data / FILE).exists()
            if another:
                made(settings.data, anew=True)
            vault = open_vault(settings, store)  # the front door's copy of the root is this store's from now on
            store.write_now(lambda tx: tombstones.bury_noted(tx, vault, settings.data))
    finally:
        store.close()
    print(f"{rows} rows and {filling.photographs} photographs restored; {len(keys)} keys of reporters are here.")
    if filling.erased:
        print(f"{filling.erased} reports opened no more: their keys were erased, or the key file is not here.")
    print("All sessions and unused invitations have ended.")
    for login in filling.shut_out:
        print(f"{login} is shut out: that was done after the backup.")
    print("Passwords, second steps, passkeys and addresses are those of the backup: what was taken away since is back.")
    if another:
        print(
            "The secret was not brought along, and another one signs: keys, receipts, buttons, authenticators and "
            "recovery codes of before are void. Who signs in by two steps: kentongan person reset-factor LOGIN"
        )
    print(f"The journal's chain {'is BROKEN at line ' + str(broken.line) if broken else 'holds'}.")
    return 1 if broken else 0


def _opened(source: IO[bytes], file: Path, settings: Settings) -> tuple[Iterator[str], Mapping[str, ReporterKeyRow]]:
    """Give the lines of a backup, and the reporters' keys that lie beside it; raises SealError."""
    if not is_sealed(source):
        return iter(gzip.open(source, "rt", encoding="utf-8")), {}
    master = load_master(settings, make=False)
    keys = escrow.without(escrow.read(escrow.copy_of(file), master), escrow.erased(settings.data))
    return _lines(source, master), keys


def _lines(source: IO[bytes], master: Secret) -> Iterator[str]:
    buffered = io.BufferedReader(OpenedReader(source, master, KIND))
    return iter(gzip.open(buffered, "rt", encoding="utf-8"))


class _Filling:
    """Fills a store from the lines of a backup."""

    def __init__(self, keys: Mapping[str, ReporterKeyRow], settings: Settings) -> None:
        self._keys = keys
        self._ended, self._out = revoked.known(settings.data), revoked.shut_out(settings.data)
        self.shut_out: list[str] = []  # logins
        self._photos, self._erased_photos = settings.data / "attachments", escrow.erased_photographs(settings.data)
        self._master = load_master(settings, make=False) if keys else None
        self.photographs = 0
        self._changed: list[str] = []  # reports whose words no key opens
        self._left_out: list[str] = []  # messages whose address the backup does not hold

    @property
    def erased(self) -> int:
        """Give how many reports no key opens."""
        return len(self._changed)

    def fill(self, tx: Transaction, lines: Iterator[str]) -> int:
        queries.delete_everything(tx)
        count = 0
        while chunk := list(islice(lines, AT_ONCE)):
            gathered: dict[str, list[dict[str, Any]]] = {}
            for line in chunk:
                told = json.loads(line)
                if "photograph" in told:
                    self._put(told["photograph"], base64.b64decode(told["content"]))
                else:
                    gathered.setdefault(told["table"], []).append(self._row(told["table"], told["row"]))
            for name, rows in gathered.items():
                queries.insert_rows(tx, name, rows)
                count += len(rows)
        queries.insert_keys(tx, self._keys.values())
        tx.go_on_numbering()  # after the lines of the backup
        tx.touched.ids.clear()  # of what was filled in its lines speak already
        self._write_down_what_differs(tx)
        take_over(tx)
        for key in queries.good_keys(tx):
            if (key.kid or key.id) in self._ended:  # after the backup was made
                key.revoked_at = tx.now
                tx.audit("key.revoked", "restore", subject=key.id, kid=key.kid)
        self._end_what_may_have_ended(tx)
        return count

    def _end_what_may_have_ended(self, tx: Transaction) -> None:
        """Shut out whoever was since the backup, and end what lets somebody in: it may have been ended since."""
        sessions, invitations = queries.end_sessions_and_invitations(tx)
        if sessions or invitations:
            tx.audit("restore.ended", "restore", sessions=sessions, invitations=invitations)
        for person in queries.active_among(tx, self._out):
            lock(tx, person, "restore", "shut out after the backup was made")
            self.shut_out.append(person.login)

    def _write_down_what_differs(self, tx: Transaction) -> None:
        """Let the log say of which rows the backup holds less than it held when it was made."""
        reports: list[ReportRow] = [{"id": id_, "notes": {}} for id_ in self._changed]
        tx.put(Report, reports)
        messages: list[DeliveryRow] = [{"id": id_, "address": LOST} for id_ in self._left_out]
        tx.put(Delivery, messages)
        if reports or messages:
            tx.audit("restore.left_out", "restore", reports=len(reports), messages=len(messages))

    def _row(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        if table == "delivery" and row["address"] == LOST:
            self._left_out.append(row["id"])
        if table != "report" or "sealed" not in row:
            return row
        sealed, id_ = row.pop("sealed"), row["id"]
        key = self._keys.get(id_)
        if key is None or self._master is None:
            self._changed.append(id_)
            return row | ERASED
        written: dict[str, Any] = json.loads(
            unseal(unwrapped(self._master, id_, key["wrapped"]), sealed, f"backup {id_}")
        )
        return row | written

    def _put(self, name: str, content: bytes) -> None:
        if not PHOTOGRAPH.fullmatch(name):
            raise SealError(f"it holds a photograph under a strange name ({name[:40]!r})")
        file = self._photos / name
        if file.stem in self._erased_photos:
            return
        keep_private(file.parent)
        file.write_bytes(content)
        self.photographs += 1
