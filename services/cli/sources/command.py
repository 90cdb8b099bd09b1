"""Seal what is kept in plain text, replace the master key, and say what the retention rules would remove."""

import argparse
import time

from schemas.district import District
from services.bus import Bus, BusUnavailable
from services.cli.connect import add_place, open_store, settings_of, with_bus
from services.policy.active import LOOK_SECONDS
from services.runtime.settings import Settings
from services.sources import escrow, queries
from services.sources.keyring import behind, open_vault, replace_master, retire_master, rewrap
from services.sources.plain import seal_all
from services.sources.vault import Vault
from services.store.database import Store

NOTICED = 3 * LOOK_SECONDS  # seconds in which every service that can has said that it knows the newest master


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `source`."""
    acts = parser.add_subparsers(dest="act", required=True)
    for name, about in (
        ("status", "how many sources are sealed, and by which master"),
        ("seal", "seal what an earlier version has kept in plain text"),
        ("rotate", "wrap every key by a new master; the one before stays for older backups"),
        ("retire", "end the master before: backups that it sealed open no more"),
    ):
        act = acts.add_parser(name, help=about)
        add_place(act)
        if name == "retire":
            act.add_argument("--no-bus", action="store_true", help="though reports on the bus will open no more")


def _renewed_on_bus(settings: Settings, vault: Vault) -> bool:
    """Wrap anew the keys of reports that lie on the bus; says whether that was done."""

    async def renew(bus: Bus, _district: District) -> int:
        return await bus.renew_keys(vault.renewed)

    many = 0
    try:
        while fresh := with_bus(settings, renew):  # until there was none: doors go on meanwhile
            many += fresh
        print(f"{many} keys on the bus are wrapped by the new master.")
    except (BusUnavailable, TimeoutError):
        print("The bus does not answer, and only the older master opens what it holds: nothing was ended.")
        return False
    return True


def _still_behind(store: Store, vault: Vault) -> list[str]:
    """Name the running services that know an older master alone, when they had the time to notice the newer one."""
    until = time.monotonic() + NOTICED
    while late := store.read_now(lambda session: behind(session, vault, store.clock())):
        if time.monotonic() > until:
            return late
        time.sleep(0.5)
    return []


def run(options: argparse.Namespace) -> int:
    """Do it; 2 where the master is not a file and has to be replaced in the settings."""
    settings = settings_of(options)
    if options.act == "retire" and (settings.master_key or settings.master_command):
        print("The master is not a file here: take the older one out of the settings.")
        return 2
    store = open_store(settings)
    try:
        if options.act == "retire":
            return _retire(settings, store, bus=not options.no_bus)
        if options.act == "rotate":
            return _rotate(settings, store)
        vault = open_vault(settings, store)
        if options.act == "seal":
            print(f"{seal_all(store, vault)} sources and addresses sealed. Copies on the bus age out in 400 days.")
            return 0
        plain, keys = store.read_now(queries.count_plain), store.read_now(queries.count_keys)
        print(f"{keys} keys of reporters, {plain} sources in plain text, {vault!r} opens.")
        return 1 if plain else 0
    finally:
        store.close()


def _rotate(settings: Settings, store: Store) -> int:
    count = replace_master(settings, store)
    vault = open_vault(settings, store)
    store.read_now(lambda session: escrow.write_copies(session, vault.master, escrow.copies(settings.data)))
    print(f"{count} keys are wrapped by the new master. Services that read it from this file know it already;")
    print("start those again that were given the one before in another way. Then make a backup.")
    return 0


def _retire(settings: Settings, store: Store, *, bus: bool) -> int:
    """End the older master when nothing that counts is wrapped by it, and nobody wraps by it any more."""
    vault = open_vault(settings, store)
    if late := _still_behind(store, vault):
        print(f"These services know the older master alone: {', '.join(late)}. Nothing was ended; give them the")
        print("new one (the file, KENTONGAN_MASTER_KEY, or what the command prints) and start them again.")
        return 1
    if bus and not _renewed_on_bus(settings, vault):
        return 1
    rewrap(settings, store)  # what only the older one opens would be lost
    retire_master(settings)
    print("Only the new master opens what is sealed. Backups of before it are void: make one now.")
    return 0
