"""Add and list people, and see that somebody can sign in at the first start."""

import argparse
import getpass
import secrets
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from schemas.records.people import Address, Person
from schemas.rows.people import AddressRow, PersonRow
from schemas.vocabulary import Classification, Role
from schemas.words.languages import LANGUAGES
from services.cli import demo_data as demo
from services.cli import queries
from services.cli.accounts.account_acts import FAULTS, add_account_acts, run_account_act
from services.cli.connect import add_place, open_store, settings_of
from services.cli.sources.person import add_subject_acts
from services.cli.sources.person import run as data_subject
from services.cli.verify_address import add_verify, stop_address
from services.cli.verify_address import run as verify
from services.cli.words.in_indonesian import said
from services.cli.words.known_codes import unknown_in
from services.notify.channels import discover, shown_on
from services.oncall import schedule as book
from services.oncall.people import others, put
from services.oncall.roster import Stretch
from services.policy.loader import load_district
from services.runtime.settings import Settings
from services.runtime.standard_input import NothingGiven, lines_of
from services.security import auth
from services.security.accounts import first_passwords, passwords
from services.store.database import Store
from services.store.ids import derived
from services.store.transaction import Session, Transaction

NO_TERMINAL = "A password is asked for at a terminal, and there is none: give it with --password-stdin."
KEPT = (
    "Kept besides, after those named: {channels}. "
    "One is taken away by kentongan person remove-address {login} CHANNEL:ADDRESS"
)
SHARED = "kentongan-demo"  # password of the sample people who are not listed at the start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `person`."""
    acts = parser.add_subparsers(dest="act", required=True)
    add = acts.add_parser("add", help="make a person, or change of one of the same login what is named")
    add.add_argument("name")
    add.add_argument("--login", required=True)
    add.add_argument("--role", required=True, choices=[role.value for role in Role if role is not Role.GATEWAY])
    add.add_argument("--institution", metavar="CODE")
    add.add_argument("--unit", metavar="CODE", help="kecamatan or desa code of a local unit")
    add.add_argument("--post")
    add.add_argument("--clearance", help="at first BIASA", choices=[one.name for one in Classification])
    add.add_argument("--named-for", metavar="ISSUES", help="issues for named persons only, for instance RAD")
    add.add_argument(
        "--address",
        action="append",
        default=[],
        metavar="CHANNEL:ADDRESS",
        help="one more that the office vouches for, used before those that are there, for instance email:a@b.id; "
        "- reads them from standard input, one a line, so "
        "that no list of processes shows them (behind the password, where that comes from there too)",
    )
    add.add_argument(
        "--unverified",
        action="append",
        default=[],
        metavar="CHANNEL:ADDRESS",
        help="one that is used only after person verify; - as for --address, one of both",
    )
    add.add_argument("--language", dest="speaks", choices=LANGUAGES, help="of the person, at first id")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add_account_acts(acts)
    stop = acts.add_parser("stop", help="use an address no more, after its owner asked for that")
    stop.add_argument("login")
    stop.add_argument("channel")
    for parser_ in (add, acts.add_parser("list", help="list people"), add_verify(acts), stop, *add_subject_acts(acts)):
        add_place(parser_)


def run(options: argparse.Namespace) -> int:
    """Do it: for an account of the office, or for whoever asks what is kept of them."""
    return data_subject(options) if options.act in ("export", "erase") else _account(options)


def _account(options: argparse.Namespace) -> int:
    """Do it; 1 when the institution or an address is unknown, or a code does not fit."""
    settings = settings_of(options)
    store = open_store(settings)
    try:
        return _add(store, settings, options) if options.act == "add" else _act(store, settings, options)
    finally:
        store.close()


def _act(store: Store, settings: Settings, options: argparse.Namespace) -> int:
    if options.act == "list":
        print(*store.read_now(_listed), sep="\n")
        return 0
    if options.act == "stop":
        stopped = store.write_now(lambda tx: stop_address(tx, options.login, options.channel))
        print("Stopped; now: kentongan policy check" if stopped else "No such address in use.")
        return 0 if stopped else 1
    if options.act == "verify":
        return verify(store, options.login, options.channel, options.code)
    return run_account_act(store, settings, options)


def _add(store: Store, settings: Settings, options: argparse.Namespace) -> int:
    district = load_district(settings.district)
    if unknown := unknown_in(district, options.institution, options.unit, named_for(options)):
        print(said(unknown, options.language))
        return 1
    password = sys.stdin.readline().strip() if options.password_stdin else None
    try:
        addresses = [_address(one) for one in lines_of(options.address)]
        unverified = [_address(one) for one in lines_of(options.unverified)]
    except ValueError as error:
        print(error)
        return 1
    if password is None:
        try:
            password = getpass.getpass("Password: ")  # of the terminal, whatever standard input is
        except EOFError:
            raise NothingGiven(NO_TERMINAL) from None
    own = (options.login, options.name, options.institution or "", options.post or "")
    if password and (fault := passwords.fault(password, own)):
        print(FAULTS[fault])
        return 1
    told = {
        "institution": options.institution,
        "unit": options.unit,
        "post": options.post,
        "clearance": int(Classification[options.clearance]) if options.clearance else None,
        "language": options.speaks,
        "named_for": named_for(options),
        "password": auth.hash_password(password) if password else None,
    }
    row = {"login": options.login, "name": options.name, "role": options.role}
    row |= {name: value for name, value in told.items() if value is not None}  # what is not named stays as it was
    person = store.write_now(lambda tx: tx.session.get(Person, put(tx, row, addresses, "office", unverified)))
    print(_now(person))
    if person is not None and (named := [*addresses, *unverified]):
        kept = [one.channel for one in store.read_now(lambda session: others(session, person.id, named))]
        print(*([KEPT.format(channels=", ".join(kept), login=person.login)] if kept else []))
    return 0


def named_for(options: argparse.Namespace) -> list[str] | None:
    """Give the issues that the options name; None where they say nothing of them."""
    return None if options.named_for is None else [code for code in options.named_for.split(",") if code]


def _now(person: Person | None) -> str:
    """Say whether a person who was added or changed can sign in."""
    if person is None or not person.password:
        return f"{person.login if person else '-'} is known; without a password, nobody signs in."
    if not person.active:
        return f"{person.login} is locked as before: kentongan person unlock {person.login}"
    return f"{person.login} can sign in."


def _listed(session: Session) -> list[str]:
    """Give a line per person, the channels at its end; what cannot be used says so."""
    ways: dict[str, list[str]] = defaultdict(list)
    for row in queries.all_addresses(session):
        since = row.avoided_at.date().isoformat() if row.avoided_at else ""
        why = "stopped" if row.disabled_at else f"failed {since}" if since else "" if row.verified_at else "unverified"
        ways[row.person_id].append(f"{row.channel} ({why})" if why else row.channel)
    return [
        f"{one.login}\t{one.name}\t{one.role}\t{one.institution or '-'}\t{one.unit or '-'}\t{one.post}"
        f"\t{', '.join(ways[one.id]) or '-'}"
        for one in queries.all_people(session)
    ]


def _address(given: str) -> tuple[str, str]:
    """Read CHANNEL:ADDRESS and give the address its one spelling; raises ValueError where it is none."""
    channel, _, address = given.partition(":")
    known = discover()
    spelt = known[channel].canonical(address) if channel in known else None
    if spelt is None:
        raise ValueError(f"Not an address of {', '.join(known)}: {channel}:{shown_on(channel, address)}")
    return channel, spelt


def prepare(store: Store, settings: Settings, *, demo_day: bool) -> None:
    """See that somebody can sign in, and say who; with `demo_day`, add the sample people and lay out their reports.

    The day comes first, then the year.
    """
    anybody = store.read_now(queries.anybody)
    if not demo_day:
        if anybody is None:
            desk = load_district(settings.district).overlays.coordinator
            for login, name, role, institution, does in (
                ("koordinator", "Koordinator", Role.COORDINATOR, desk, "reads and decides"),
                ("admin", "Admin", Role.ADMIN, None, "looks after people and machines, and reads no case"),
            ):
                password = secrets.token_urlsafe(12)
                row: dict[str, Any] = {"login": login, "name": name, "role": role.value, "institution": institution}
                row |= {"clearance": 4, "password": auth.hash_password(password), "named_for": []}
                said = _told(settings, login, password)  # first: nobody is made whose password nobody learns
                store.write_now(partial(put, row=row, addresses=[], actor="prepare"))
                print(f"Sign in as: {login}   {said}; {does})", flush=True)
        return
    district = load_district(settings.district)
    people = demo.load_people(settings.district, district)
    if anybody is None:
        zone = ZoneInfo(district.timezone)
        yesterday = store.clock().astimezone(zone).date() - timedelta(days=1)  # whose night may still last
        shifts = demo.load_shifts(settings.district, yesterday, zone)
        store.write_now(lambda tx: _put_all(tx, people, shifts))
        now = store.clock()
        day = (*demo.load_reports(settings.district, now), *demo.load_year(settings.district, district, now))
        lines = [report.model_dump_json(exclude_none=True, exclude_defaults=True) for report in day]
        (settings.data / "demo-reports.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("Sample people to sign in as (login / password):")
    for one in people:
        if one.password:
            print(f"  {one.login:<14} {one.password:<28} {one.post}")
    print(f"Everybody else, for instance polsek.soko or camat.jenu: {SHARED}")
    sys.stdout.flush()


def _told(settings: Settings, login: str, password: str) -> str:
    """Say a first password to whoever sits there; where nobody does, say where it lies: what is printed is logged."""
    if sys.stdout.isatty():
        return f"password: {password}   (shown once"
    return f"password in: {first_passwords.keep(settings.data, login, password)}   (until that person comes in"


def _put_all(tx: Transaction, people: tuple[demo.DemoPerson, ...], shifts: Sequence[tuple[str, Stretch]]) -> None:
    """Add the sample people at once, and their rota."""
    rows: list[PersonRow] = []
    addresses: list[AddressRow] = []
    # One password for all who are not named at the start: hashing one for each of hundreds would take a minute.
    shared = auth.hash_password(SHARED)
    for one in people:
        id_ = derived("person", one.login)
        rows.append(
            {
                "id": id_,
                "name": one.name,
                "login": one.login,
                "password": auth.hash_password(one.password) if one.password else shared,
                "role": one.role.value,
                "institution": one.institution,
                "unit": one.unit,
                "post": one.post,
                "clearance": int(one.clearance),
                "language": one.language,
                "active": True,
                "named_for": list(one.named_for),
            }
        )
        for rank, (channel, address) in enumerate(one.addresses, start=1):
            made: AddressRow = {"id": derived("address", id_, channel, address), "person_id": id_, "channel": channel}
            addresses.append({**made, "address": address, "rank": rank, "verified_at": tx.now})
    tx.add(Person, rows)
    tx.add(Address, addresses)
    tx.audit("people.demo", "prepare", count=len(rows))
    office = auth.Identity("prepare", "prepare", Role.ADMIN)
    for login, stretch in shifts:
        book.put(tx, office, login, "duty", [stretch])
