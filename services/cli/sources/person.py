"""Answer a person who asks what is kept of them, or wants it erased (UU 27/2022)."""

import argparse
import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.district import District
from services.cli.connect import open_store, settings_of, with_bus
from services.runtime.private import write_private
from services.runtime.settings import Settings
from services.runtime.standard_input import HELP, line_of
from services.sources import escrow, queries, subject
from services.sources.keyring import open_vault
from services.sources.plain import seal_all
from services.sources.retention import FOLDERS, unlink
from services.sources.subject import Found
from services.sources.vault import Vault
from services.store.database import Store, StoreUnavailable

if TYPE_CHECKING:
    from services.bus import Bus

WHO = f"number, mail address, key or name of the person, the handle on the desk, or the id of one report; {HELP}"


def add_subject_acts(acts: "argparse._SubParsersAction[argparse.ArgumentParser]") -> list[argparse.ArgumentParser]:
    """Declare `person export` and `person erase`; gives their parsers."""
    export = acts.add_parser("export", help="write down what is kept of a person, as JSON")
    export.add_argument("who", help=WHO)
    export.add_argument("--out", type=Path, metavar="FILE", help="file to write (mode 0600); default: the terminal")
    erase = acts.add_parser("erase", help="erase who reported, in store, bus and backups; what happened stays")
    erase.add_argument("who", help=WHO)
    erase.add_argument("--reason", required=True, help="who asked for it and how; the journal keeps it")
    erase.add_argument(
        "--photographs",
        action="store_true",
        help="erase the photographs of these reports too; they may show the person",
    )
    erase.add_argument("--yes", action="store_true", help="do it; without this it only says what would be erased")
    return [export, erase]


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when nothing is on file of this person, or a copy of the key file could not be written anew."""
    settings = settings_of(options)
    store = open_store(settings)
    try:
        vault = open_vault(settings, store)
        if options.act == "erase":
            seal_all(store, vault)  # what has no key of its own cannot be erased by erasing a key
        who = line_of(options.who)
        found = store.read_now(lambda session: subject.find(session, vault, who))
        if options.act == "export":
            return _export(store, vault, found, options.out)
        photographs = store.read_now(lambda session: queries.photographs_of(session, found.reports))
        print(f"{len(found.reports)} own reports, {len(found.named_in)} reports of others that name this address.")
        if photographs and not options.photographs:
            print(f"{len(photographs)} photographs show what happened and stay; --photographs erases them too.")
        if not options.yes:
            print("Nothing was erased. With --yes it is, and nothing brings it back.")
            return 0
        return _erase(store, vault, found, settings, options.reason, photographs if options.photographs else [])
    finally:
        store.close()


def _export(store: Store, vault: Vault, found: Found, out: Path | None) -> int:
    told = store.read_now(lambda session: subject.export(session, vault, found))
    store.write_now(lambda tx: tx.audit("person.exported", "office", reports=len(found.reports)))
    text = json.dumps(told, ensure_ascii=False, indent=2)
    if out is None:
        print(text)
    else:
        write_private(out, text + "\n")
        print(f"{len(found.reports)} reports written to {out}")
    return 0 if any(told.values()) else 1


def _erase(store: Store, vault: Vault, found: Found, settings: Settings, why: str, photographs: Sequence[str]) -> int:
    """Erase on the bus first: the store still knows then whose keys they are, should this be interrupted."""

    async def on_bus(bus: "Bus", _district: District) -> tuple[int, int]:
        return await subject.erase_on_bus(bus, vault, found)

    keys, inbound = with_bus(settings, on_bus, vault)
    escrow.note_erased(settings.data, [*found.reports, *photographs])
    done = store.write_now(lambda tx: subject.erase(tx, vault, found, "office", why, photographs))
    for folder in FOLDERS:
        unlink(settings.data / "attachments" / folder, photographs)
    files = escrow.copies(settings.data)
    missing = store.read_now(lambda session: escrow.write_copies(session, vault.master, files))
    settled = False
    with contextlib.suppress(StoreUnavailable):  # it is erased, and the receipt is printed, whoever else writes
        settled = store.settle_erasures()
    print(f"Receipt {done.receipt}")
    print(f"  {done.reports} reports: who told them is erased, what happened stays ({keys} keys on the bus)")
    print(f"  {done.named_in} reports of others: the address is dots now")
    print(f"  {len(photographs)} photographs: erased")
    print(f"  {done.messages} messages to the person, {inbound} inbound messages: erased")
    if not settled:
        print("  The store's log is in use; the next erasure or checkpoint overwrites it.")
    for file in missing:
        print(f"  {file} could not be written: it still holds the keys. Delete it, or make a backup there.")
    return 1 if missing else 0
