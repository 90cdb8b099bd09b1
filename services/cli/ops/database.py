"""Bring the tables up to date, and prepare an installation for its first start."""

import argparse

from services.bus import accounts
from services.cli.connect import add_place, settings_of
from services.cli.supervision.start_checks import check_start
from services.runtime.private import keep_private
from services.security.accounts import second_factor
from services.security.secret import load_secret
from services.sources.keyring import open_vault
from services.sources.plain import seal_all
from services.store import rights
from services.store.database import Store
from services.store.stream_marks import note_timeline


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `db`."""
    acts = parser.add_subparsers(dest="act", required=True)
    add_place(acts.add_parser("upgrade", help="bring the tables to the newest shape"))
    rebuild = acts.add_parser("rebuild", help="judge every report again that the bus still holds, into this store")
    rebuild.add_argument("--wait", type=float, default=600, metavar="SECONDS", help="how long to wait for its end")
    add_place(rebuild)
    prepare = acts.add_parser("prepare", help="upgrade, and see that somebody can sign in (what `up` does first)")
    prepare.add_argument("--demo", action="store_true", help="add the sample people and a day of sample reports")
    add_place(prepare)


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when a rebuilt store does not hold every report of the bus."""
    if options.act == "rebuild":
        from services.cli.ops.rebuild import rebuild  # noqa: PLC0415 - with the bus, which the others do without

        return rebuild(options)
    settings = settings_of(options)
    if options.act == "prepare":
        check_start(settings, ("ingest", "console", "notify"), listens=False)  # that its port is free `up` has seen to
    keep_private(settings.data)
    store = Store(settings.database)
    try:
        store.upgrade()
        store.write_now(lambda tx: note_timeline(tx, first=True))  # a standby has it before there is anything to lose
        if roles := rights.grant(store.engine):
            print(f"Rights of {', '.join(roles)} are as they should be.")
        if options.act == "prepare":
            secret = load_secret(settings.secret, settings.data, settings.secret_previous)  # before anybody starts
            if len(secret.live) > 1:  # it is being replaced: what only the older one opens would be lost with it
                store.write_now(lambda tx: second_factor.seal_anew(tx, secret))
            accounts.prepare(settings.data, settings.partitions)
            if sealed := seal_all(store, open_vault(settings, store)):
                print(f"{sealed} sources that were kept in plain text are sealed now.", flush=True)
            from services.cli.people import prepare  # noqa: PLC0415

            prepare(store, settings, demo_day=options.demo)
    finally:
        store.close()
    return 0
