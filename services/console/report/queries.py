"""Ask the store about one report for who holds its receipt, and about one photograph for who reads its incident."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from schemas.records.reports import Report
from services.store.transaction import Session

ALIKE = 50  # reports whose ids begin with the same eight digits: two are a rarity


def numbered(session: Session, digits: str) -> Sequence[str]:
    """Give the ids of reports whose number is `digits` (eight, lower case)."""
    query = select(col(Report.id)).where(col(Report.id) >= digits, col(Report.id) < f"{digits}~")
    return session.scalars(query.limit(ALIKE)).all()


def names_photo(session: Session, incident: str, photo: str) -> bool:
    """Say whether a report of this incident names the photograph."""
    query = select(Report).where((col(Report.incident_id) == incident) | (col(Report.folded_into) == incident))
    return any(photo in report.told.get("attachments", ()) for report in session.scalars(query))
