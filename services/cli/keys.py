"""Make, list and revoke keys, and replace the secret that signs them: a new one signs, the one before stays good."""

import argparse
import re
from datetime import datetime, timedelta
from pathlib import Path

from schemas.records.accounts import Key
from schemas.vocabulary import Role, Scope
from services.cli import queries
from services.cli.connect import add_place, open_store, settings_of
from services.cli.words.bounded import MOST_DAYS, whole
from services.cli.words.in_indonesian import said
from services.cli.words.known_codes import unknown_in
from services.policy.loader import load_district
from services.runtime.settings import Settings
from services.security import revoked
from services.security.accounts import second_factor
from services.security.auth import Identity
from services.security.keys import SCOPES, YEAR, issue
from services.security.secret import load_secret, retire, rotate
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
        "--days", type=whole(0, MOST_DAYS), default=YEAR.days, metavar="N", help="days until it ends (0: never)"
    )
    add.add_argument(
        "--scope",
        action="append",
        choices=[scope.value for scope in Scope],
        help="only this, of what its role allows; may be given more than once",
    )
    add.add_argument("--channel", metavar="NAME", help="role gateway: the one channel it passes messages on of")
    add.add_argument(
        "--answers", action="store_true", help="role gateway: officers' answers count, which need their codes"
    )
    add.add_argument(
        "--may-reply",
        action="store_true",
        help="a number that its reports name as contact is told by SMS what became of them (role reporter)",
    )
    revoke = acts.add_parser("revoke", help="end a key")
    revoke.add_argument("name")
    rotate = acts.add_parser("rotate", help="sign by a new secret; what the one before signed stays good")
    retire = acts.add_parser("retire", help="end the secret before: keys it signed, receipts and webhooks are void")
    for parser_ in (add, revoke, rotate, retire, acts.add_parser("list", help="list keys")):
        add_place(parser_)


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when the name is taken or unknown, 2 when it is none or the options do not go together."""
    settings = settings_of(options)
    if options.act in ("rotate", "retire"):
        return _replace(settings, options.act)
    id_ = re.sub(r"[^a-z0-9]+", "-", getattr(options, "name", "").lower()).strip("-")
    if options.act != "list" and (fault := _fault(options, id_, settings)):
        print(said(fault, options.language))
        return 2
    store = open_store(settings)
    try:
        if options.act == "list":
            now = store.clock()
            for key in store.read_now(queries.all_keys):
                print(_line(key, now))
            return 0
        if options.act == "revoke":
            return store.write_now(lambda tx: _revoke(tx, id_, settings.data))
        identity = Identity(
            id_,
            options.name,
            Role(options.role),
            options.institution,
            options.reliability,
            scopes=_scopes(options),
            channel=options.channel,
        )
        secret = load_secret(settings.secret, settings.data, settings.secret_previous)
        lasts = timedelta(days=options.days) if options.days else None
        made = store.write_now(
            lambda tx: issue(tx, secret, identity, "office", lasts=lasts, may_reply=options.may_reply)
        )
        if made is None:
            there = store.read_now(lambda session: session.get(Key, id_))
            print(f"There is a key {there.name if there else id_!r} already, known as {id_}. Choose another name.")
            return 1
        print(made)
        return 0
    finally:
        store.close()


def _replace(settings: Settings, act: str) -> int:
    """Replace the secret in the data folder, or end the one before it; 2 where it comes from the environment."""
    if settings.secret:
        print("KENTONGAN_SECRET is set: put a new one there, and the old one into KENTONGAN_SECRET_PREVIOUS.")
        return 2
    if act == "rotate":
        rotate(settings.data)
        print("A new secret signs from the next start on. Make new keys, then: kentongan key retire")
    else:
        _seal_anew(settings)  # else whoever signs in with an authenticator is kept out from then on
        retire(settings.data)
        print("Only the new secret counts from the next start on. Devices with push have to be turned on again.")
        print(
            "Authenticators and recovery codes go on. Was the data folder stolen? kentongan person reset-factor LOGIN"
        )
    return 0


def _seal_anew(settings: Settings) -> None:
    secret, store = load_secret("", settings.data), open_store(settings)
    try:
        store.write_now(lambda tx: second_factor.seal_anew(tx, secret))
    finally:
        store.close()


def _fault(options: argparse.Namespace, id_: str, settings: Settings) -> str | None:
    """Say that a name is none, that options do not go together, or what the district does not know."""
    if not id_:
        return f"A key's name has letters a to z or digits, by which it is known; {options.name!r} has none."
    if options.act != "add":
        return None
    known = unknown_in(load_district(settings.district), options.institution) if options.institution else None
    return known or _unfit(options)


def _unfit(options: argparse.Namespace) -> str | None:
    """Say which options do not go together."""
    if options.may_reply and options.role != Role.REPORTER:
        return "--may-reply is for keys of role reporter: others file nothing for people outside."
    gateway = options.role == Role.GATEWAY
    if gateway != bool(options.channel) or (options.channel and not _is_name(options.channel)):
        return "--channel NAME goes with --role gateway, and a gateway has exactly one: small letters, digits and -."
    if options.answers and not gateway:
        return "--answers is for keys of role gateway."
    refused = set(options.scope or ()) - {scope.value for scope in SCOPES[Role(options.role)]}
    if refused:
        return f"The role {options.role} does not allow {', '.join(sorted(refused))}."
    return None


def _is_name(channel: str) -> bool:
    """Say whether a gateway's channel may be called so."""
    from services.ingest.gateways import GATEWAY  # noqa: PLC0415 - it brings along what reads messages of all kinds

    return GATEWAY.fullmatch(channel) is not None


def _scopes(options: argparse.Namespace) -> frozenset[Scope]:
    scopes = frozenset(map(Scope, options.scope)) if options.scope else SCOPES[Role(options.role)]
    return scopes | {Scope.ANSWER} if options.answers else scopes


def _line(key: Key, now: datetime) -> str:
    state = "revoked" if key.revoked_at else "ended" if key.ends_at and key.ends_at <= now else "good"
    until = f"{key.ends_at:%Y-%m-%d}" if key.ends_at else "no end"
    may = ",".join(sorted(key.scopes if key.scopes is not None else SCOPES[Role(key.role)]))
    facts = (key.name, key.role, key.institution or key.channel or "-", key.reliability, state, until, may)
    return "\t".join(facts)


def _revoke(tx: Transaction, id_: str, data: Path) -> int:
    key = tx.session.get(Key, id_)
    if key is None:
        print("No such key.")
        return 1
    key.revoked_at = tx.now
    revoked.note(data, key.kid or key.id)
    tx.audit("key.revoked", "office", subject=id_, kid=key.kid)
    return 0
