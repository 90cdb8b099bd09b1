"""Ask the store what drills need of it."""

from collections.abc import Sequence

from sqlmodel import col, select

from schemas.records.alerts import Alert, Delivery
from schemas.records.audit_log import DRILLS, Journal
from schemas.vocabulary import WAITING
from services.store.transaction import Session

BEGUN = "drill.begun"  # the audit log's line by which drills are found again
ENDED = "drill.ended"


def is_told(session: Session, incident: str, level: int) -> bool:
    """Say whether an incident has an alert of a level or a higher one."""
    query = select(Alert.id).where(Alert.incident_id == incident, Alert.level >= level).limit(1)
    return session.exec(query).first() is not None


def is_being_sent(session: Session, incident: str) -> bool:
    """Say whether a delivery of an incident has no outcome yet."""
    query = select(Delivery.id).where(Delivery.incident_id == incident, col(Delivery.state).in_(WAITING)).limit(1)
    return session.exec(query).first() is not None


def alerts_of(session: Session, incident: str) -> list[Alert]:
    """Return all alerts of an incident."""
    return list(session.exec(select(Alert).where(Alert.incident_id == incident)))


def deliveries_of(session: Session, incident: str) -> list[Delivery]:
    """Return all deliveries of an incident."""
    return list(session.exec(select(Delivery).where(Delivery.incident_id == incident)))


def begun(session: Session, most: int) -> Sequence[str]:
    """Return the incidents and warnings of the drills begun last, the newest first."""
    lines = select(Journal.incident_id).where(
        DRILLS
    )  # in the words of its index: a bound value would read the log whole
    return [one for one in session.exec(lines.order_by(col(Journal.seq).desc()).limit(most)) if one]


def begun_by(session: Session, incident: str) -> Journal | None:
    """Return the line that tells who began a drill and when."""
    return _line(session, incident, BEGUN)


def is_ended(session: Session, incident: str) -> bool:
    """Say whether somebody has ended this as a drill."""
    return _line(session, incident, ENDED) is not None


def _line(session: Session, incident: str, kind: str) -> Journal | None:
    lines = select(Journal).where(Journal.incident_id == incident, Journal.kind == kind)
    return session.exec(lines.order_by(col(Journal.seq).desc()).limit(1)).first()
