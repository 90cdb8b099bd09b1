"""Sound an exercise through the real path, and print who was reached and who answered, after how many seconds.

The report goes in by the front door, marked as an exercise: every message says LATIHAN, leaders and the province are
left out, statistics too. Only the level is forced, by an officer's act that the journal keeps.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from schemas.district import District
from schemas.records import Incident, Report
from schemas.vocabulary import Handling, Level, Role, Scope, Stage
from schemas.warnings import WarningKind
from services.cli.connect import add_place, open_store, settings_of
from services.cli.ops import drill_report as drill_sheet
from services.cli.ops import queries
from services.incidents import lifecycle
from services.notify.watchdog.canary import File, door
from services.notify.watchdog.queries import open_exercises_of
from services.policy.loader import load_district
from services.security import auth
from services.security.secret import load_secret
from services.store.database import Store
from services.store.transaction import Session, Transaction
from services.warnings.counting import Found
from services.warnings.queries import open_exercises
from services.warnings.raising import raise_warning

NAME = "drill"  # the key's name, by which drills are known
REPORTER = auth.Identity(NAME, NAME, Role.REPORTER, scopes=frozenset({Scope.FILE}))
OFFICER = auth.Identity(NAME, NAME, Role.COORDINATOR)
PATIENCE = 30.0  # seconds for a report to be judged, and for its messages to be on their way
LOOK = 0.2  # seconds between looks
WATCH = 5.0  # seconds between sheets with --watch


class NotHeld(Exception):  # noqa: N818 - said as a fact
    """The drill could not be held; says why."""


@dataclass(frozen=True)
class Scenario:
    """What is to be exercised."""

    issue: str
    form: str
    level: Level
    kecamatan: str | None

    def text(self, district: District) -> str:
        """Write the report."""
        place = district.places.get(self.kecamatan or "")
        where = f" di Kecamatan {place.name}" if place else ""
        return f"LATIHAN: {district.forms[self.form].label_id}, {district.issues[self.issue].label_id}{where}."

    def faults(self, district: District) -> list[str]:
        """Name what the district does not know."""
        kinds: dict[str, tuple[str, Mapping[str, object]]] = {
            "issue": (self.issue, district.issues),
            "form": (self.form, district.forms),
        }
        wrong = [f"--{name} {code}: {', '.join(known)}" for name, (code, known) in kinds.items() if code not in known]
        place = district.places.get(self.kecamatan) if self.kecamatan else None
        if self.kecamatan and (place is None or place.kind != "kecamatan"):
            wrong.append(f"--kecamatan {self.kecamatan}")
        return wrong


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
        if faults := asked.faults(district):
            return _sorry(f"The district file does not know {'; '.join(faults)}", 2)
    store = open_store(settings)
    try:
        if asked is None:
            return 0 if _print(store, district, options.again[1], as_json=options.json) else 1
        secret = load_secret(settings.secret, settings.data, settings.secret_previous)
        file = door((options.url or settings.public_url).rstrip("/"), store, secret, REPORTER)
        if options.warning:
            incident = store.write_now(lambda tx: warn(tx, district, asked))
        else:
            incident = asyncio.run(hold(store, district, asked, file))
        told = asyncio.run(_until(lambda: store.read_now(lambda session: not on_the_way(session, incident))))
        if not told:
            print("Not everybody has been told yet; is Kentongan running?", file=sys.stderr)
        _print(store, district, incident, as_json=options.json)
        while options.watch:
            asyncio.run(asyncio.sleep(WATCH))
            _print(store, district, incident, as_json=options.json)
    except NotHeld as error:
        return _sorry(str(error), 1)
    finally:
        store.close()
    return 0


def _sorry(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


async def hold(store: Store, district: District, scenario: Scenario, file: File) -> str:
    """File the exercise, force its level, and give its incident; raises NotHeld.

    Drills still open are closed first: two exercises at one place are one incident to triage.
    """
    await store.write(_close_earlier)
    report = str(uuid4())
    body: dict[str, Any] = {"id": report, "text": scenario.text(district), "issue": scenario.issue}
    body |= {"exercise": True, "basis": "saw"} | ({"kecamatan": scenario.kecamatan} if scenario.kecamatan else {})
    if not await file(body):
        raise NotHeld(
            "The front door did not take the exercise; is Kentongan running? At another address than usual: --url."
        )
    if not await _until(lambda: store.read_now(lambda session: session.get(Report, report)) is not None):
        raise NotHeld("The exercise was accepted, but triage has not judged it.")
    return await store.write(lambda tx: _force(tx, report, scenario))


def warn(tx: Transaction, district: District, scenario: Scenario) -> str:
    """Raise an early warning as an exercise, and give its id; earlier ones that are open are closed first.

    It goes the way of every warning; the statistics, and how often warnings came true, leave it out.
    """
    for id_ in open_exercises(tx.session):
        lifecycle.close(tx, id_, OFFICER, "latihan berikutnya dimulai")
    place = district.places.get(scenario.kecamatan or "")
    name = place.name if place else district.name
    issue = district.issues[scenario.issue]
    found = Found(
        kind=WarningKind.RULE,
        issue=scenario.issue,
        level=scenario.level,
        ends=tx.now.date() + timedelta(days=1),
        area=scenario.kecamatan or "",
        rule="latihan",
        words={
            "id": f"LATIHAN: peringatan dini {issue.label_id} di {name}. Tidak ada kejadian sebenarnya. Bukan ramalan.",
            "en": f"EXERCISE: early warning, {issue.label_en}, {name}. Nothing has really happened. Not a forecast.",
        },
    )
    return raise_warning(tx, district, found, tx.now.date(), number=tx.seq + 1, exercise=True)


async def _until(condition: Callable[[], bool]) -> bool:
    """Wait until something holds, at most `PATIENCE` seconds."""
    for _ in range(round(PATIENCE / LOOK)):
        if condition():
            return True
        await asyncio.sleep(LOOK)
    return condition()


def _close_earlier(tx: Transaction) -> None:
    for id_ in sorted({incident for _, incident in open_exercises_of(tx.session, NAME)}):
        lifecycle.close(tx, id_, OFFICER, "latihan berikutnya dimulai")


def _force(tx: Transaction, report: str, scenario: Scenario) -> str:
    """Make the incident what is exercised, whatever triage made of the words."""
    incident = tx.session.get_one(Incident, tx.session.get_one(Report, report).incident_id)
    wanted: dict[str, Any] = {"issue": scenario.issue, "form": scenario.form, "level": int(scenario.level)}
    wanted |= {"conflict": True, "stage": Stage.ONGOING.value, "handling": Handling.SEND_NOW.value}
    changes = {name: value for name, value in wanted.items() if getattr(incident, name) != value}
    if changes:
        lifecycle.override(tx, incident.id, OFFICER, changes, "skenario latihan")
    return incident.id


def on_the_way(session: Session, incident: str) -> bool:
    """Say whether the forced level has still to be told, or a message of it to be sent."""
    level = session.get_one(Incident, incident).level
    return not queries.is_told(session, incident, level) or queries.is_being_sent(session, incident)


def sheet_of(session: Session, district: District, incident_id: str) -> tuple[Incident, list[drill_sheet.Row]] | None:
    """Read the sheet of an exercise; None when there is none of this id."""
    incident = session.get(Incident, incident_id)
    if incident is None or not incident.exercise:
        return None
    alerts, deliveries = queries.alerts_of(session, incident_id), queries.deliveries_of(session, incident_id)
    return incident, drill_sheet.rows(district, alerts, deliveries)


def _print(store: Store, district: District, incident_id: str, *, as_json: bool) -> bool:
    found = store.read_now(lambda session: sheet_of(session, district, incident_id))
    if found is None:
        print(f"There is no exercise {incident_id}.", file=sys.stderr)
        return False
    if as_json:
        print(json.dumps(drill_sheet.as_json(*found), default=str))
    else:
        print("\n".join(drill_sheet.told(*found)), flush=True)
    return True
