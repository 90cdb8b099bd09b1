"""Find another way when a message was given up: the person's next address, and when there is none, tell a person.

Only while nobody of the institution has answered: an answer means that it arrived in some way; and a rung only until
everybody has. That an address does not work is remembered in any case (failing.py).
"""

from collections.abc import Sequence

from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.rows.alerts import AlertRow, DeliveryRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import ANSWERED, OPEN_STATES, AlertReason, AlertState, DeliveryState
from services.incidents.accusations import barred_by
from services.incidents.answer_authority import may_know
from services.notify.alerting import queries
from services.notify.alerting.alert_batch import AlertBatch
from services.notify.alerting.unreachable import finish
from services.notify.contacts import Contact
from services.notify.context import NotifyContext
from services.notify.delivery.address_health import failed
from services.notify.delivery.bundles import OutgoingRow
from services.notify.delivery.closing_mark import mark_of
from services.notify.delivery.coordinator_notices import owe_other_way
from services.notify.delivery.throttling import overtaken
from services.store.transaction import Transaction


def other_ways(tx: Transaction, context: NotifyContext, lost: Sequence[OutgoingRow]) -> list[DeliveryRow]:
    """Owe the next address of each person whose message was given up; gives the deliveries, leased to this process.

    What is not `final` yet is still being tried: it gets another way beside it, where there is one.
    """
    notices = failed(tx, context, [row for row in lost if row.get("final", True)])
    notices += [owed for row in lost for owed in owe_other_way(tx, context, row)]
    lost = [row for row in lost if row["incident_id"] and row["person_id"] and mark_of(row) is None]
    if not lost:
        return notices
    telling = AlertBatch(tx, context, sorted({row["incident_id"] for row in lost}))
    alerts = {alert["id"]: alert for known in telling.alerts.values() for alert in known.values()}
    # Of messages to one person that were lost at once, the other way of the last says what stands now.
    latest = {(row["alert_id"], row["person_id"]): row for row in sorted(lost, key=lambda row: row["round"])}
    gone = overtaken(tx, latest.values())
    for row in (row for row in latest.values() if row["id"] not in gone):
        alert, incident = alerts.get(row["alert_id"]), telling.incidents.get(row["incident_id"])
        if alert and incident and incident["state"] in OPEN_STATES and alert["state"] not in ANSWERED:
            _another(telling, row, alert, incident)
    return notices + finish(telling)


def _another(telling: AlertBatch, lost: OutgoingRow, alert: AlertRow, incident: IncidentRow) -> None:
    if alert["institution"] in barred_by(incident["facts"], telling.desk.district):
        return  # a report has accused it meanwhile
    sent = queries.sent_for(telling.unit, alert["id"], lost["round"])
    used = {(row["channel"], row["address"]) for row in sent}
    person = telling.unit.session.get(Person, lost["person_id"] or "")
    whole = telling.unit.session.get_one(Incident, incident["id"])
    knows = person is not None and may_know(person, alert, whole, telling.desk.district)  # he may have left meanwhile
    ways = telling.desk.contacts.ways_to(lost["person_id"] or "") if knows else []
    way: Contact | None = next((one for one in ways if (one.channel, one.address) not in used), None)
    facts = {"institution": alert["institution"], "unit": alert["unit"], "lost": lost["channel"]}
    if way is not None:
        telling.unit.audit("alert.other_way", "notify", incident=incident["id"], subject=alert["id"], **facts)
        telling.tell_at(incident, alert, AlertReason(lost["reason"]), way)
        return
    if not lost.get("final", True):
        return  # it is still being tried
    if any(row["state"] != DeliveryState.DEAD.value for row in sent if row["id"] != lost["id"]):
        return  # another address or another officer of the institution may still have it
    if alert["state"] == AlertState.DELIVERED.value:
        telling.touch(alert, state=AlertState.OWED.value, delivered_at=None)  # it had not arrived after all
    facts |= {"duty": alert["duty"]}
    telling.unit.audit("alert.unreachable", "notify", incident=incident["id"], subject=alert["id"], **facts)
    telling.not_reached(incident["id"], alert, asked=True)
