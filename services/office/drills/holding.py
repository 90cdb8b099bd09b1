"""Hold a drill through the real path: what is exercised, beginning it, ending it, who was reached and who answered.

The report goes in by the front door, marked as an exercise: every message says LATIHAN, leaders and the province are
left out, statistics too. Its text names nothing but the place: issue, form, level and how it is handled are put in by
an officer's act that the audit log keeps.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from schemas.district import District
from schemas.policy.recipients import Recipient
from schemas.records.incidents import Incident
from schemas.records.reports import Report
from schemas.vocabulary import OPEN_STATES, Handling, Level, Role, Scope, Stage
from schemas.warnings import WarningKind
from services.incidents import lifecycle
from services.incidents.queries import open_exercises_of
from services.office.drills import queries, sheet
from services.policy.routing import Situation, route
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.database import Store
from services.store.transaction import Session, Transaction
from services.warnings.counting import Found
from services.warnings.queries import open_exercises
from services.warnings.raising import raise_warning

NAME = "drill"  # the key's name, by which drills are known
REPORTER = Identity(NAME, NAME, Role.REPORTER, scopes=frozenset({Scope.FILE}))
OFFICER = Identity(NAME, NAME, Role.COORDINATOR)
PATIENCE = 30.0  # seconds for a report to be judged, and for its messages to be on their way
LOOK = 0.2  # seconds between looks
LAST = 5  # drills that are listed
NEXT_ONE = "memberi tempat bagi latihan berikutnya"  # true also where the next one is not taken
OVER = "latihan selesai"

File = Callable[[dict[str, Any]], Awaitable[bool]]


class NotHeld(Exception):  # noqa: N818 - said as a fact
    """The drill could not be held; says why."""


class ShutDoor(NotHeld):
    """The front door did not take the report."""


class NotJudged(NotHeld):
    """The report was accepted, and nobody has judged it."""


@dataclass(frozen=True)
class Scenario:
    """What is to be exercised."""

    issue: str
    form: str
    level: Level
    kecamatan: str | None

    def text(self, district: District) -> str:
        """Write the report: no word in it from which triage would read more than is exercised."""
        place = district.places.get(self.kecamatan or "")
        return f"LATIHAN di Kecamatan {place.name}." if place else "LATIHAN."

    def faults(self, district: District) -> list[tuple[str, str, Sequence[str]]]:
        """Name what the district does not know: field, what it holds, what it may hold (empty: too long)."""
        kinds: dict[str, tuple[str, Mapping[str, object]]] = {
            "issue": (self.issue, district.issues),
            "form": (self.form, {code: one for code, one in district.forms.items() if "nil" not in one.traits}),
        }
        wrong: list[tuple[str, str, Sequence[str]]]
        wrong = [(name, code, tuple(known)) for name, (code, known) in kinds.items() if code not in known]
        place = district.places.get(self.kecamatan) if self.kecamatan else None
        if self.kecamatan and (place is None or place.kind != "kecamatan"):
            wrong.append(("kecamatan", self.kecamatan, ()))
        return wrong

    def taking_part(self, district: District) -> list[Recipient]:
        """Give who is told at once, the lead first."""
        told = Situation(self.issue, self.form, self.level, kecamatan=self.kecamatan, exercise=True)
        return route(told, district)


# -- beginning and ending ----------------------------------------------------------------------------------------------


async def hold(store: Store, district: District, scenario: Scenario, file: File, by: str = NAME) -> str:
    """File the exercise, make it what is exercised, and give its incident; raises NotHeld. `by` is who begins it.

    Drills still open, of either kind, are closed first: two exercises at one place are one incident to triage.
    """
    await store.write(lambda tx: _close(tx, open_drills(tx.session), NEXT_ONE))
    report = str(uuid4())
    body: dict[str, Any] = {"id": report, "text": scenario.text(district), "issue": scenario.issue}
    body |= {"exercise": True, "basis": "saw"} | ({"kecamatan": scenario.kecamatan} if scenario.kecamatan else {})
    if not await file(body):
        raise ShutDoor
    if not await until(store, lambda session: session.get(Report, report) is not None):
        raise NotJudged
    return await store.write(lambda tx: _force(tx, report, scenario, by))


def warn(tx: Transaction, district: District, scenario: Scenario, by: str = NAME) -> str:
    """Raise an early warning as an exercise, and give its id; drills still open are closed first.

    It goes the way of every warning; the statistics, and how often warnings came true, leave it out.
    """
    _close(tx, open_drills(tx.session), NEXT_ONE)
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
    warning = raise_warning(tx, district, found, tx.now.date(), number=tx.seq + 1, exercise=True)
    tx.audit(queries.BEGUN, by, incident=warning)
    return warning


def end(tx: Transaction, incident_id: str, by: str) -> None:
    """End a drill: its timers stop, nobody is asked any more. Raises Refused where there is none that is open."""
    found = tx.session.get(Incident, incident_id)
    if found is None or not is_drill(tx.session, incident_id):
        raise Refused("drill_not_found")
    if found.state not in OPEN_STATES:
        raise Refused("drill_over")
    _close(tx, [incident_id], OVER)
    tx.audit(queries.ENDED, by, incident=incident_id)


def open_drills(session: Session) -> list[str]:
    """Give the incidents and warnings of the drills that go on."""
    return sorted({incident for _, incident in open_exercises_of(session, NAME)} | set(open_exercises(session)))


def is_drill(session: Session, incident: str) -> bool:
    """Say whether this was begun or ended as a drill, or goes on as one: what was judged too late has no line yet."""
    known = queries.begun_by(session, incident) is not None or queries.is_ended(session, incident)
    return known or incident in open_drills(session)


def _close(tx: Transaction, drills: Sequence[str], reason: str) -> None:
    for id_ in drills:
        lifecycle.close(tx, id_, OFFICER, reason)


def _force(tx: Transaction, report: str, scenario: Scenario, by: str) -> str:
    """Make the incident what is exercised, whatever triage made of the words."""
    incident = tx.session.get_one(Incident, tx.session.get_one(Report, report).incident_id)
    wanted: dict[str, Any] = {"issue": scenario.issue, "form": scenario.form, "level": int(scenario.level)}
    wanted |= {
        "sub_issue": None,
        "issue_secondary": None,
        "conflict": True,
        "stage": Stage.ONGOING.value,
        "handling": Handling.SEND_NOW.value,
    }
    changes = {name: value for name, value in wanted.items() if getattr(incident, name) != value}
    if changes:
        lifecycle.override(tx, incident.id, OFFICER, changes, "skenario latihan")
    tx.audit(queries.BEGUN, by, incident=incident.id)
    return incident.id


# -- looking at it -----------------------------------------------------------------------------------------------------


async def until(store: Store, holds: Callable[[Session], bool]) -> bool:
    """Wait until something holds of the store, at most `PATIENCE` seconds; says whether it does."""
    for _ in range(round(PATIENCE / LOOK)):
        if await store.read(holds):
            return True
        await asyncio.sleep(LOOK)
    return await store.read(holds)


def on_the_way(session: Session, incident: str) -> bool:
    """Say whether the forced level has still to be told, or a message of it to be sent."""
    level = session.get_one(Incident, incident).level
    return not queries.is_told(session, incident, level) or queries.is_being_sent(session, incident)


def sheet_of(session: Session, district: District, incident_id: str) -> tuple[Incident, list[sheet.Row]] | None:
    """Read the sheet of an exercise; None when there is none of this id."""
    incident = session.get(Incident, incident_id)
    if incident is None or not incident.exercise:
        return None
    alerts, deliveries = queries.alerts_of(session, incident_id), queries.deliveries_of(session, incident_id)
    return incident, sheet.rows(district, alerts, deliveries)
