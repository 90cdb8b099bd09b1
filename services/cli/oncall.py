"""Show and change who is on duty, and warn of holes before the night on which they would be found."""

import argparse
import json
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.district import District
from schemas.vocabulary import Role
from services.cli.connect import add_place, open_store, settings_of
from services.cli.silences import instant
from services.cli.words.bounded import MOST_DAYS, whole
from services.oncall import schedule as book
from services.oncall.shifts import stretches_of
from services.policy.loader import load_district
from services.policy.proof import demands_of, leading
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.database import Store

_SAID = {"nobody": "tidak ada yang dapat dihubungi", "rota": "jadwal kosong, semua orangnya diberi tahu"}
_KINDS: dict[str, book.Kind] = {"add": "duty", "override": "override", "absent": "absence"}
_ABOUT = {
    "add": "put somebody on shift",
    "override": "let somebody stand above the rota for a while",
    "absent": "somebody is not there",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `rota`."""
    acts = parser.add_subparsers(dest="act", required=True)
    for name, about in _ABOUT.items():
        command = acts.add_parser(name, help=about)
        command.add_argument("login")
        command.add_argument("--from", dest="start", required=True, metavar="TIME", help="RFC 3339, or a date")
        command.add_argument("--to", dest="end", required=True, metavar="TIME", help="RFC 3339, or the last date")
        command.add_argument("--hours", metavar="HH:MM-HH:MM", help="with dates: a shift each day, overnight too")
        command.add_argument("--weekdays", default="1234567", help="with dates: ISO, Monday is 1")
        command.add_argument("--note", default="")
    change = acts.add_parser("swap", help="two people of one post take each other's shifts")
    change.add_argument("login")
    change.add_argument("other")
    change.add_argument("--from", dest="start", required=True, type=instant, metavar="TIME")
    change.add_argument("--to", dest="end", required=True, type=instant, metavar="TIME")
    remove = acts.add_parser("remove", help="take one stretch out")
    remove.add_argument("id")
    show = acts.add_parser("show", help="who is on duty, from now on")
    show.add_argument("--institution", metavar="CODE")
    holes = acts.add_parser("gaps", help="posts that lead and have nobody; exit 1 where there is such a hole")
    for command in (show, holes):
        command.add_argument("--days", type=whole(1, MOST_DAYS), default=book.AHEAD)
        command.add_argument("--json", action="store_true", help="for programs")
    for command in acts.choices.values():
        add_place(command)


def run(options: argparse.Namespace) -> int:
    """Do it: 1 when it was refused or holes were found, 2 bad usage."""
    settings = settings_of(options)
    district = load_district(settings.district)
    store = open_store(settings)
    try:
        if options.act == "show":
            return _show(store, district, options)
        if options.act == "gaps":
            return _gaps(store, district, options)
        return _change(store, district, options)
    except Refused as refused:
        print(refused.say(options.language), file=sys.stderr)
        return 1
    except (ValueError, OverflowError) as error:  # of dates: none, or beyond the calendar
        print(error, file=sys.stderr)
        return 2
    finally:
        store.close()


def _change(store: Store, district: District, options: argparse.Namespace) -> int:
    who = Identity("office", "office", Role.ADMIN)
    if options.act == "swap":
        start, end = options.start, options.end
        changed = store.write_now(lambda tx: book.swap(tx, who, options.login, options.other, start, end))
        print(f"{changed} shifts changed hands.")
    elif options.act == "remove":
        store.write_now(lambda tx: book.remove(tx, who, options.id))
    else:
        kind, zone = _KINDS[options.act], ZoneInfo(district.timezone)
        told = {"hours": options.hours or "", "weekdays": options.weekdays}
        spells = stretches_of(options.start, options.end, zone, whole=kind != "duty", **told)
        print("\n".join(store.write_now(lambda tx: book.put(tx, who, options.login, kind, spells, options.note))))
    return 0


def _show(store: Store, district: District, options: argparse.Namespace) -> int:
    now = store.clock()
    until = now + timedelta(days=options.days)
    found = store.read_now(lambda session: book.listed(session, now, until, institution=options.institution))
    if options.json:
        print(json.dumps([shift.model_dump(mode="json") | {"login": one.login} for shift, one in found]))
        return 0
    zone = ZoneInfo(district.timezone)
    for shift, one in found:
        where = district.called(one.institution or "", one.unit or None)
        note = f"\t{shift.note}" if shift.note else ""
        print(f"{shift.id}\t{_spell(shift.start, shift.end, zone)}\t{shift.kind}\t{where}\t{one.login}{note}")
    return 0


def _gaps(store: Store, district: District, options: argparse.Namespace) -> int:
    """Say where nobody is; a rota's own hole is only told, since everybody there is told instead."""
    now = store.clock()
    posts = leading(demands_of(district))
    found = store.read_now(lambda session: book.holes(session, posts, now, options.days))
    if options.json:
        rows = [{"kind": gap.kind, **vars(gap.post), "start": gap.start, "end": gap.end} for gap in found]
        print(json.dumps(rows, default=str))
    else:
        zone = ZoneInfo(district.timezone)
        for gap in found:
            where = district.called(gap.post.institution, gap.post.unit)
            named = f" (ditunjuk untuk {gap.post.issue})" if gap.post.issue else ""
            print(f"{_spell(gap.start, gap.end, zone)}\t{where}{named}\t{_SAID[gap.kind]}")
        if not found:
            print(f"Semua pos penanggung jawab terisi sampai {options.days} hari ke depan.")
    return 1 if any(gap.kind == "nobody" for gap in found) else 0


def _spell(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    return f"{start.astimezone(zone):%d-%m %H.%M} s.d. {end.astimezone(zone):%d-%m %H.%M}"
