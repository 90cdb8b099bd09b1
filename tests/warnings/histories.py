"""A history of incidents in the store, written as triage writes them, with the days on which they happened."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from schemas.assessment import Occurred, PlaceFound
from schemas.district import District
from schemas.messages import ReportFiled, ReportIn, Source
from schemas.records.incidents import Incident
from schemas.records.reports import Report
from schemas.vocabulary import Level
from services.store.transaction import Transaction
from services.triage.correlation.correlation import candidate
from services.triage.correlation.incident_fold import first_row
from services.warnings.counting import kecamatan_of
from tests.incidents import judged

SEMANDING, SOKO, PALANG = "35.23.15", "35.23.11", "35.23.17"
NAMES = UUID("6c1d0f3e-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class Happened:
    """One incident of a history; `at` is aware."""

    at: datetime
    kecamatan: str = SEMANDING
    issue: str = "WRG"
    form: str = "BENTROK"
    level: Level = Level.SEDANG
    desa: str | None = None
    parties: tuple[str, ...] = ()
    exercise: bool = False


def noon(day: date) -> datetime:
    """Give noon in Tuban of a day."""
    return datetime(day.year, day.month, day.day, 5, tzinfo=UTC)


def usual(district: District, until: date, weeks: int, seed: int = 1, most: float = 0.6) -> list[Happened]:
    """Give weeks of sparse incidents in all kecamatan, the last one the day before `until`."""
    chosen = random.Random(seed)
    found = []
    for area in kecamatan_of(district):
        rate = chosen.uniform(0.1, most) / 7
        days = [back for back in range(1, weeks * 7 + 1) if chosen.random() < rate]
        found += [Happened(noon(until - timedelta(days=back)), area) for back in days]
    return found


def keep(tx: Transaction, incidents: Iterable[Happened], **fields: Any) -> list[str]:
    """Keep incidents with one report each; gives their ids in order."""
    rows, reports, ids = [], [], []
    for number, one in enumerate(incidents):
        id_ = uuid5(NAMES, f"{one.at.isoformat()}:{one.kecamatan}:{one.issue}:{one.level}:{number}:{fields}")
        told = ReportIn(id=id_, text="Kejadian.", exercise=one.exercise, parties=list(one.parties))
        filed = ReportFiled(id=id_, filed_at=one.at, report=told, source=Source(reporter="pelapor"))
        place = PlaceFound(kabupaten="35.23", kecamatan=one.kecamatan, desa=one.desa)
        changes: dict[str, Any] = {"issue": one.issue, "form": one.form, "place": place}
        changes |= {"occurred": Occurred(start=one.at, end=one.at)}
        judgement = judged(one.level, **changes)
        features = candidate(str(id_), told.text, judgement, one.parties).to_dict()
        row = first_row(str(id_), filed, judgement, features, "pelapor", one.at)
        row |= {"stamp": 0, "parties": list(one.parties), **fields}
        rows.append(row)
        kept = {"id": str(id_), "digest": "", "filed_at": one.at, "text": "Kejadian.", "told": {}, "notes": {}}
        kept |= {"channel": "api", "source": "pelapor", "incident_id": str(id_), "outcome": "opened", "revision": 1}
        reports.append({**kept, "level": int(one.level), "exercise": one.exercise, "anonymous": False})
        ids.append(str(id_))
    for row in rows:  # what came from the past asks nobody for an answer in these tests
        row.setdefault("state", "settled")
    tx.add(Incident, rows)
    tx.add(Report, reports)
    return ids


def burst(day: date, count: int, area: str = SEMANDING, **fields: Any) -> list[Happened]:
    """Give some incidents of one place on one day, minutes apart."""
    return [Happened(noon(day) + timedelta(minutes=n), area, **fields) for n in range(count)]
