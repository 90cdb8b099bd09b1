"""Find another way when a message that an incident was closed was given up: the person's next address, nothing more.

No ladder climbs for it and no coordinator is told: nobody owes an answer. Other messages go as fallback.py has it.
"""

from collections.abc import Sequence

from schemas.records.incidents import Incident
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import AlertReason, DeliveryState
from services.incidents.answer_authority import final_of, may_know
from services.notify.alerting import fallback
from services.notify.closing import queries
from services.notify.closing.notices import Notices, closing_named
from services.notify.closing.recipients import Told, closing_of
from services.notify.context import NotifyContext
from services.notify.delivery.bundles import OutgoingRow
from services.notify.delivery.closing_mark import mark_of, still_so
from services.store.transaction import Transaction


def other_ways(tx: Transaction, context: NotifyContext, lost: Sequence[OutgoingRow]) -> list[DeliveryRow]:
    """Owe the next address of each person whose message was given up; gives the deliveries, leased to this process."""
    owed = fallback.other_ways(tx, context, lost)
    for row in lost:
        if mark_of(row) is not None and row["person_id"] and row.get("final", True):
            owed += _another(tx, context, row)
    return owed


def _another(tx: Transaction, context: NotifyContext, lost: OutgoingRow) -> list[DeliveryRow]:
    mark, own = mark_of(lost), tx.session.get(Incident, lost["incident_id"])
    if mark is None or own is None or not still_so(tx, lost, mark):
        return []
    incident, reason = final_of(tx.session, own), AlertReason(lost["reason"])
    sent = [
        row
        for row in queries.marked(tx, [own.id])
        if row["person_id"] == lost["person_id"] and row["reason"] == reason and mark_of(row) == mark
    ]
    if any(row["state"] != DeliveryState.DEAD for row in sent if row["id"] != lost["id"]):
        return []  # another device or address of his may have it
    notices = Notices(tx, context, [own.id])
    alert = next((one for one in notices.alerts[own.id].values() if one["id"] == lost["alert_id"]), None)
    person = queries.people(tx, [lost["person_id"] or ""]).get(lost["person_id"] or "")
    closing = closing_of(tx, incident) if reason == AlertReason.CLOSED else closing_named(mark)
    if alert is None or person is None or closing is None or not may_know(person, alert, incident, context.district):
        return []
    used = {(row["channel"], row["address"]) for row in sent}
    ways = context.contacts.ways_to(person.id)
    way = next((one for one in ways if (one.channel, one.address) not in used), None)
    if way is None:
        return []
    facts = {"institution": alert["institution"], "unit": alert["unit"], "lost": lost["channel"]}
    tx.audit("alert.other_way", "notify", incident=own.id, subject=alert["id"], **facts)
    notices.tell_at(closing, Told(person.id, alert, notices.incidents[own.id], mark["on_the_way"]), reason, way)
    return notices.write()
