"""Make, list and revoke keys."""

import argparse
import re

from schemas.records import Key
from schemas.rows import KeyRow
from schemas.vocabulary import Role
from services.cli import queries
from services.cli.connect import add_place, open_store, settings_of
from services.security import auth
from services.store.transaction import Transaction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `key`."""
    acts = parser.add_subparsers(dest="act", required=True)
    add = acts.add_parser("add", help="make a key and print it once")
    add.add_argument("name")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--institution", metavar="CODE")
    add.add_argument("--reliability", default="F", choices=list("ABCDEF"), help="Admiralty letter of this source")
    add.add_argument(
        "--may-reply",
        action="store_true",
        help="a number that its reports name as contact is told by SMS what became of them (role reporter)",
    )
    revoke = acts.add_parser("revoke", help="end a key")
    revoke.add_argument("name")
    for parser_ in (add, revoke, acts.add_parser("list", help="list keys")):
        add_place(parser_)


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when the name is taken or unknown."""
    settings = settings_of(options)
    store = open_store(settings)
    try:
        if options.act == "list":
            for key in store.read_now(queries.all_keys):
                state = "revoked" if key.revoked_at else "good"
                print(f"{key.name}\t{key.role}\t{key.institution or '-'}\t{key.reliability}\t{state}")
            return 0
        id_ = re.sub(r"[^a-z0-9]+", "-", options.name.lower()).strip("-")
        if options.act == "revoke":
            return store.write_now(lambda tx: _revoke(tx, id_))
        if options.may_reply and options.role != Role.REPORTER:
            print("--may-reply is for keys of role reporter: others file nothing for people outside.")
            return 2
        keys = auth.Keys(auth.load_secret(settings.secret, settings.data))
        identity = auth.Identity(id_, options.name, Role(options.role), options.institution, options.reliability)
        if not store.write_now(lambda tx: _add(tx, identity, may_reply=options.may_reply)):
            print(f"A key named {options.name!r} exists; revoke it or choose another name.")
            return 1
        print(keys.make(identity))
        return 0
    finally:
        store.close()


def _add(tx: Transaction, identity: auth.Identity, *, may_reply: bool = False) -> bool:
    row: KeyRow = {
        "id": identity.id,
        "name": identity.name,
        "role": identity.role.value,
        "institution": identity.institution,
        "reliability": identity.reliability,
        "may_reply": may_reply,
        "made_at": tx.now,
    }
    new = tx.add_new(Key, [row])
    if new:
        tx.audit("key.made", "office", subject=identity.id, role=identity.role.value, may_reply=may_reply)
    return bool(new)


def _revoke(tx: Transaction, id_: str) -> int:
    key = tx.session.get(Key, id_)
    if key is None:
        print("No such key.")
        return 1
    key.revoked_at = tx.now
    tx.audit("key.revoked", "office", subject=id_)
    return 0
