"""Tell the coordinator, once per incident, whom nobody could reach: a hole in the rota is a person's to mend.

The hole itself is journalled where it is found; the ladder does not wait for it.
"""

from typing import TYPE_CHECKING

from sqlmodel import col, select

from schemas.district import Recipient
from schemas.records import Journal
from schemas.vocabulary import AlertReason, Duty
from services.notify.routing import barred

if TYPE_CHECKING:
    from services.notify.telling import Telling

TOLD = "coordinator.told_unreachable"  # journal line that keeps it to once per incident


def tell_coordinator(telling: "Telling") -> None:
    """Owe the coordinator a message for each incident of this transaction in which somebody could not be reached."""
    district, unit = telling.desk.district, telling.unit
    coordinator = district.overlays.coordinator
    for incident, names in list(telling.unreachable.items()):
        row = telling.incidents[incident]
        accused = tuple(row["facts"].get("accused_agencies", ()))
        if coordinator in barred(accused, district) or _known(telling, incident):
            continue
        alert = telling.alerts[incident].get((coordinator, "")) or telling.alert_for(
            row,
            Recipient(institution=coordinator, duty=Duty.INFORM, why=("koordinator: ada yang tidak dapat dihubungi",)),
        )
        telling.next_round(row)  # a telling of its own: nobody gets two different messages in one round
        told = telling.tell(row, alert, AlertReason.UNREACHABLE)
        unit.journal(TOLD, "notify", incident=incident, subject=alert["id"], institutions=names, reached=told)


def _known(telling: "Telling", incident: str) -> bool:
    line = select(Journal.seq).where(col(Journal.incident_id) == incident, col(Journal.kind) == TOLD).limit(1)
    return telling.unit.session.scalars(line).first() is not None
