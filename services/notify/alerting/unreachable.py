"""Tell the coordinator, once per incident, whom nobody could reach: a hole in the rota is a person's to mend.

The hole itself is journalled where it is found, and the ladder does not wait for it: where it is the lead's, the ladder
climbs at once; where it is in an office whose answer is needed besides, whoever stands above that one is told.
"""

from schemas.policy.clocks import Step
from schemas.policy.recipients import Recipient
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import ANSWERED, AlertReason, Duty
from services.notify.alerting import queries
from services.notify.alerting.alert_batch import AlertBatch
from services.policy.routing import CLIMBED, barred, told_at
from services.policy.situation import accused_by, decides

TOLD = "coordinator.told_unreachable"  # journal line that keeps it to once per incident
SUPERIOR = Step(after=0, tell=("superior",), label="atasan langsung")


def finish(telling: AlertBatch) -> list[DeliveryRow]:
    """Tell whom a hole concerns, then write all that is owed; returns the deliveries, leased to this process."""
    _tell_superiors(telling)
    _tell_coordinator(telling)
    return telling.write()


def _tell_superiors(telling: AlertBatch) -> None:
    """Tell whoever stands above an institution that is needed and not there; the ladder keeps the lead's time."""
    for incident, missing in list(telling.missing.items()):
        row, district = telling.incidents[incident], telling.desk.district
        telling.next_round(row)  # a telling of its own, as the coordinator's
        for one in missing:
            gone = Recipient(institution=one["institution"], unit=one["unit"] or None, duty=Duty(one["duty"]))
            why = f"{district.called(gone.institution, gone.unit)} tidak dapat dihubungi"
            for above in told_at(SUPERIOR, [gone], telling.case(row), district):
                alert = telling.alert_for(row, above.model_copy(update={"why": (f"{CLIMBED}{why}",)}))
                if alert["state"] not in ANSWERED:
                    telling.tell(row, alert, AlertReason.UNREACHABLE)


def _tell_coordinator(telling: AlertBatch) -> None:
    """Owe the coordinator a message for each incident of this transaction in which somebody could not be reached."""
    district, unit = telling.desk.district, telling.unit
    for incident, names in list(telling.unreachable.items()):
        row = telling.incidents[incident]
        accused = accused_by(row["facts"])
        coordinator = decides(accused, district)
        if coordinator in barred(accused, district) or queries.has_line(unit, incident, TOLD):
            continue
        alert = telling.alerts[incident].get((coordinator, "")) or telling.alert_for(
            row,
            Recipient(institution=coordinator, duty=Duty.INFORM, why=("koordinator: ada yang tidak dapat dihubungi",)),
        )
        telling.next_round(row)  # a telling of its own: nobody gets two different messages in one round
        told = telling.tell(row, alert, AlertReason.UNREACHABLE)
        unit.audit(TOLD, "notify", incident=incident, subject=alert["id"], institutions=names, reached=told)
