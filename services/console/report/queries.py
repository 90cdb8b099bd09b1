"""Ask the store about one report for who holds its receipt, and about one photograph for who reads its incident."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from schemas.records.reports import Report
from services.console.incidents.queries import Followed, follow
from services.sources.queries import added_to
from services.store.transaction import Session

MOST_ADDED = 50  # of what was added to one report, the last are listed
ALIKE = 50  # reports whose ids begin with the same eight digits: two are a rarity


@dataclass(frozen=True)
class Progress:
    """How far a report has come, and what its reporter has added; nothing of what triage has not kept yet."""

    followed: Followed | None = None
    anonymous: bool = True  # also while nobody knows
    exercise: bool = False
    added: Sequence[Report] = ()


def progress(session: Session, report: str) -> Progress:
    """Give what the holder of a report's receipt may see of it."""
    first = session.get(Report, report)
    if first is None:
        return Progress()
    added = added_to(session, report)[-MOST_ADDED:]
    return Progress(follow(session, report), first.anonymous, first.exercise, added)


def numbered(session: Session, digits: str) -> Sequence[str]:
    """Give the ids of reports whose number is `digits` (eight, lower case)."""
    query = select(col(Report.id)).where(col(Report.id) >= digits, col(Report.id) < f"{digits}~")
    return session.scalars(query.limit(ALIKE)).all()


def names_photo(session: Session, incident: str, photo: str) -> bool:
    """Say whether a report of this incident names the photograph."""
    query = select(Report).where((col(Report.incident_id) == incident) | (col(Report.folded_into) == incident))
    return any(photo in report.told.get("attachments", ()) for report in session.scalars(query))
