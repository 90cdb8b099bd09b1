"""Sound an exercise through the real path, and print who was reached and who answered, after how many seconds.

What it does stands in services/office/drills; the desk's page does the same.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from schemas.district import District
from schemas.vocabulary import Level
from services.cli.connect import add_place, open_store, settings_of
from services.cli.words.in_indonesian import said
from services.notify.watchdog.canary import door
from services.office.drills import sheet
from services.office.drills.holding import (
    REPORTER,
    NotHeld,
    NotJudged,
    Scenario,
    ShutDoor,
    hold,
    on_the_way,
    sheet_of,
    until,
    warn,
)
from services.policy.loader import load_district
from services.security.refusal import Refused
from services.security.secret import load_secret
from services.store.database import Store

WATCH = 5.0  # seconds between sheets with --watch
WHY: dict[type[NotHeld], str] = {
    ShutDoor: "The front door did not take the exercise; is Kentongan running? At another address than usual: --url. "
    "A drill that still went on has been ended.",
    NotJudged: "The exercise was accepted, but triage has not judged it. It may still come; end it at the desk then.",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `drill`."""
    parser.add_argument("again", nargs="*", metavar="sheet INCIDENT", help="print the sheet of a drill held before")
    parser.add_argument("--issue", metavar="CODE")
    parser.add_argument("--form", metavar="CODE")
    parser.add_argument("--level", type=str.upper, choices=[level.name for level in Level])
    parser.add_argument("--kecamatan", metavar="CODE")
    parser.add_argument("--warning", action="store_true", help="an early warning instead of an incident; no --form")
    parser.add_argument("--watch", action="store_true", help="print the sheet again and again until Ctrl-C")
    parser.add_argument("--url", help="the front door; by default the one on this machine")
    parser.add_argument("--json", action="store_true", help="for programs")
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Hold the drill or print its sheet; 1 when it could not be held, 2 bad usage."""
    settings = settings_of(options)
    district = load_district(settings.district)
    asked = None
    if options.again:
        if len(options.again) != 2 or options.again[0] != "sheet":  # noqa: PLR2004
            return _sorry("usage: kentongan drill sheet INCIDENT", 2)
    elif not (options.issue and (options.form or options.warning) and options.level):
        return _sorry(
            "usage: kentongan drill --issue CODE {--form CODE | --warning} --level LEVEL [--kecamatan CODE] [--watch]",
            2,
        )
    else:
        form = district.tension if options.warning else options.form
        asked = Scenario(options.issue, form, Level[options.level], options.kecamatan)
        if faults := [_fault(*one) for one in asked.faults(district)]:
            return _sorry(f"The district file does not know {'; '.join(faults)}", 2)
    store = open_store(settings)
    try:
        if asked is None:
            return 0 if _print(store, district, options.again[1], options) else 1
        secret = load_secret(settings.secret, settings.data, settings.secret_previous)
        file = door((options.url or settings.public_url).rstrip("/"), store, secret, REPORTER)
        if options.warning:
            incident = store.write_now(lambda tx: warn(tx, district, asked))
        else:
            incident = asyncio.run(hold(store, district, asked, file))
        told = asyncio.run(until(store, lambda session: not on_the_way(session, incident)))
        if not told:
            print(said("Not everybody has been told yet; is Kentongan running?", options.language), file=sys.stderr)
        _print(store, district, incident, options)
        while options.watch:
            asyncio.run(asyncio.sleep(WATCH))
            _print(store, district, incident, options)
    except (NotHeld, Refused) as error:  # refused: somebody closed it meanwhile
        return _sorry(_why(error, options.language), 1)
    finally:
        store.close()
    return 0


def _why(error: NotHeld | Refused, language: str) -> str:
    return said(WHY[type(error)], language) if isinstance(error, NotHeld) else error.say(language)


def _sorry(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _fault(name: str, code: str, known: Sequence[str]) -> str:
    return f"--{name} {code}" + (f": {', '.join(known)}" if known else "")


def _print(store: Store, district: District, incident_id: str, options: argparse.Namespace) -> bool:
    found = store.read_now(lambda session: sheet_of(session, district, incident_id))
    if found is None:
        print(said(f"There is no exercise {incident_id}.", options.language), file=sys.stderr)
        return False
    if options.json:
        print(json.dumps(sheet.as_json(*found), default=str))
    else:
        print("\n".join(sheet.told(*found)), flush=True)
    return True
