"""Incidents of a level that a story wants, kept and told as triage keeps and tells them."""

from typing import Any
from uuid import UUID, uuid4

from schemas.assessment import Assessment, Facts, Occurred, PlaceFound, Reason
from schemas.messages import IncidentEvent, ReportFiled, ReportIn, Source
from schemas.records.incidents import Incident
from schemas.records.reports import Report
from schemas.vocabulary import AlertReason, EventKind, Handling, Level, Stage
from services.bus import Event, incident_event
from services.store.transaction import Transaction
from services.triage.correlation.correlation import candidate
from services.triage.correlation.incident_fold import absorb, first_row
from tests.house import NIGHT, SOKO, House

LOWEST = {Level.RENDAH: 5, Level.SEDANG: 20, Level.TINGGI: 35, Level.KRITIS: 60}  # points, of severity.md


def judged(level: Level, **changes: Any) -> Assessment:
    """Judge something unnamed to be of this level."""
    given: dict[str, Any] = {
        "conflict": True,
        "issue": "SLT",
        "form": "BENTROK",
        "stage": Stage.ONGOING,
        "score": LOWEST[level],
        "level": level,
        "confidence": 60,
        "rating": "B2",
        "handling": Handling.SEND_NOW,
        "place": PlaceFound(kabupaten="35.23", kecamatan=SOKO, kecamatan_name="Soko"),
        "occurred": Occurred(),
        "facts": Facts(),
        "reasons": (Reason(component="bentuk", points=8, rule="bentuk BENTROK"),),
        "ruleset": "test",
    }
    return Assessment(**(given | changes))


def filed(text: str, *, reporter: str = "pelapor", **fields: Any) -> ReportFiled:
    id_ = uuid4()
    report = ReportIn(id=id_, text=text, **fields)
    return ReportFiled(id=id_, filed_at=NIGHT, report=report, source=Source(reporter=reporter))


def keep(tx: Transaction, report: ReportFiled, assessment: Assessment) -> Event:
    """Open an incident in this transaction; gives the event that triage would tell."""
    id_ = str(report.id)
    features = candidate(id_, report.report.text, assessment, tuple(report.report.parties)).to_dict()
    row = first_row(id_, report, assessment, features, report.source.reporter, tx.now)
    row["stamp"] = tx.audit(EventKind.INCIDENT_OPENED, "triage", incident=id_, subject=id_)
    tx.add(Incident, [row])
    _keep_report(tx, report, row, AlertReason.OPENED)
    return _event(row, AlertReason.OPENED, report.id)


def fold(tx: Transaction, incident: str, report: ReportFiled, assessment: Assessment) -> Event:
    """Add a report to an incident; it may raise it."""
    row = tx.rows(Incident, "id", [incident])[0]
    outcome = AlertReason.RAISED if absorb(row, report, assessment, report.source.reporter, tx.now) else None
    outcome = outcome or AlertReason.CHANGED
    row["stamp"] = tx.audit(f"incident.{outcome.value}", "triage", incident=incident)
    tx.put(Incident, [row])
    _keep_report(tx, report, row, outcome)
    return _event(row, outcome, report.id)


def _keep_report(tx: Transaction, report: ReportFiled, row: dict[str, Any], outcome: AlertReason) -> None:
    kept = {"id": str(report.id), "digest": "", "filed_at": tx.now, "text": report.report.text, "told": {}}
    kept |= {"notes": {}, "channel": "api", "source": report.source.reporter, "incident_id": row["id"]}
    kept |= {"outcome": outcome.value, "revision": row["revision"], "level": row["level"]}
    tx.add(Report, [{**kept, "exercise": report.report.exercise, "anonymous": report.report.anonymous}])


def _event(row: dict[str, Any], reason: AlertReason, report: UUID) -> Event:
    event = IncidentEvent(
        incident=UUID(row["id"]), revision=row["revision"], reason=reason, level=Level(row["level"]), report=report
    )
    return incident_event(EventKind(f"incident.{reason}"), event, row["kabupaten"], row["kecamatan"])


async def opened(house: House, level: Level, *, exercise: bool = False, text: str = "Kejadian.", **changes: Any) -> str:
    """Open an incident of this level, let everybody be told, and give its id."""
    report = filed(text, exercise=exercise)
    event = await house.store.write(lambda tx: keep(tx, report, judged(level, **changes)))
    await house.publish([event])
    await house.settle()
    return str(report.id)


async def added(house: House, incident: str, level: Level, *, reporter: str = "lain", **changes: Any) -> str:
    """Add another report to an incident and let it take its course; gives the report's id."""
    report = filed("Kabar lain.", reporter=reporter)
    event = await house.store.write(lambda tx: fold(tx, incident, report, judged(level, **changes)))
    await house.publish([event])
    await house.settle()
    return str(report.id)
