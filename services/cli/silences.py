"""Silence some tellings for a while, list silences, end one before its time."""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.records.by_hand import Silence
from schemas.vocabulary import Role
from services.cli import queries
from services.cli.connect import add_place, open_store, settings_of
from services.cli.words.bounded import MOST_DAYS, above
from services.cli.words.in_indonesian import said
from services.policy.loader import load_district
from services.security.auth import Identity
from services.security.refusal import Refused
from services.silences import silences
from services.store.database import Store

YEARS = 2000, 2999  # of an instant that is meant; days and zones added to it stay within the calendar
_SAID = {"pending": "menunggu", "active": "berlaku", "expired": "berakhir"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `silence`."""
    acts = parser.add_subparsers(dest="act", required=True)
    add = acts.add_parser("add", help="leave tellings out for a while; never KRITIS, never the lead of TINGGI")
    add.add_argument("--reason", required=True)
    length = add.add_mutually_exclusive_group(required=True)
    length.add_argument("--hours", type=above(0, MOST_DAYS * 24), metavar="N")
    length.add_argument("--until", type=instant, metavar="TIME", help="RFC 3339")
    add.add_argument("--from", dest="start", type=instant, metavar="TIME", help="RFC 3339; default now")
    for name in ("issue", "form", "kecamatan", "institution"):
        add.add_argument(f"--{name}", metavar="CODE")
    kind = add.add_mutually_exclusive_group()
    kind.add_argument("--exercise", action="store_true", default=None, help="exercises only")
    kind.add_argument("--real", dest="exercise", action="store_false", help="what is real only")
    show = acts.add_parser("list", help="silences that hold or will")
    show.add_argument("--all", action="store_true", help="those that have ended too")
    show.add_argument("--json", action="store_true", help="for programs")
    end = acts.add_parser("end", help="end a silence now")
    end.add_argument("id")
    for command in (add, end):
        command.add_argument("--by", default="office", metavar="NAME", help="who decides it, for the journal")
    for command in (add, show, end):
        add_place(command)


def instant(text: str) -> datetime:
    """Read an instant with its offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("needs an offset, for instance 2026-11-24T19:00+07:00")
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise argparse.ArgumentTypeError(f"a year from {YEARS[0]} to {YEARS[1]}")
    return moment.astimezone(UTC)


def run(options: argparse.Namespace) -> int:
    """Do it; 1 when it was refused."""
    settings = settings_of(options)
    store = open_store(settings)
    try:
        if options.act == "list":
            return _list(store, ZoneInfo(load_district(settings.district).timezone), options)
        who = Identity(options.by, options.by, Role.COORDINATOR)
        if options.act == "end":
            store.write_now(lambda tx: silences.end(tx, options.id, who))
            return 0
        district = load_district(settings.district)
        matchers = {name: getattr(options, name) for name in silences.MATCHERS}
        if strange := silences.unknown(matchers, district):
            print(
                said(f"The district file does not know {strange} {matchers[strange]}.", options.language),
                file=sys.stderr,
            )
            return 2
        until = options.until or (options.start or store.clock()) + timedelta(hours=options.hours)
        print(
            store.write_now(
                lambda tx: silences.add(tx, who, matchers, reason=options.reason, start=options.start, end=until)
            )
        )
    except Refused as refused:
        print(refused.say(options.language), file=sys.stderr)
        return 1
    finally:
        store.close()
    return 0


def _list(store: Store, zone: ZoneInfo, options: argparse.Namespace) -> int:
    now = store.clock()
    found = store.read_now(lambda session: silences.listed(session, now, every=options.all))
    if options.json:
        print(json.dumps([one.model_dump(mode="json") for one in found]))
        return 0
    names = store.read_now(lambda session: queries.names_of(session, {one.author for one in found}))
    for one in found:
        state = _SAID[silences.state_of(one, now)]
        spell = f"{one.starts_at.astimezone(zone):%d-%m %H.%M} s.d. {one.ends_at.astimezone(zone):%d-%m %H.%M}"
        author = names.get(one.author, one.author)
        print(f"{one.id}\t{state}\t{spell}\t{_matchers(one)}\t{one.left_out}\t{author}\t{one.reason}")
    return 0


def _matchers(one: Silence) -> str:
    given = {name: getattr(one, name) for name in silences.MATCHERS}
    return " ".join(f"{name}={value}" for name, value in given.items() if value is not None)
