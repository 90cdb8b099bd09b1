"""Tell a colleague that what was handed over to him was taken back: he need not answer.

It goes to the addresses to which the handing over went, and to no other: who was not told of that is told nothing.
What of that still waits is withdrawn. No alert stands behind the words: nothing is due, nothing changes when they come.
"""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from schemas.deliveries import delivery_row
from schemas.records.alerts import Delivery
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.rows.alerts import AlertRow, DeliveryRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import GONE_OUT, OPEN_STATES, AlertReason, Level
from services.incidents.answer_authority import may_know
from services.notify.alerting.alert_content import AlertContent
from services.notify.closing import queries
from services.notify.closing.recipients import TOO_LATE
from services.notify.contacts import Contact
from services.notify.context import NotifyContext
from services.notify.delivery.dispatcher import LEASE
from services.notify.delivery.throttling import UNSENT, withdraw
from services.notify.messages.alert_message import compose
from services.store.ids import derived
from services.store.transaction import Transaction


class TakenBack(AlertContent):
    """The words about handings over of one incident that were taken back."""

    def row(self, line: Journal, alert: AlertRow, sent: DeliveryRow, by: str) -> DeliveryRow:
        """Build the message to one address to which the handing over went."""
        incident, reason = self.incidents[alert["incident_id"]], AlertReason.TAKEN_BACK
        language = sent["payload"].get("language", "id")
        contact = Contact(sent["person_id"], sent["channel"], sent["address"], language=language)
        data = self._data(incident, alert, reason, contact) | {"ack_due": None}
        payload: dict[str, Any] = {"data": data, "language": language, "needed": False}
        if contact.channel != "webhook":
            facts = self._facts(incident, alert, reason, contact, data["url"])
            words = compose(
                replace(facts, life_in_danger=False, peaceful=False, taken_back_by=by),
                channel_length=self.desk.length(contact.channel),
                may_carry_text=False,
                language=language,
            )
            payload |= {"url": data["url"]} | asdict(words)
        id_ = derived("taken back", line.seq, contact.channel, contact.address)
        return delivery_row(
            id_,
            contact.channel,
            contact.address,
            payload,
            reason=reason.value,
            now=self.unit.now,
            alert=derived("words back", id_),
            person=contact.person_id,
            urgent=incident["level"] == Level.KRITIS,
            leased=(self.desk.instance, self.unit.now + LEASE),
        )

    def _text(self, row: IncidentRow, alert: AlertRow, contact: Contact) -> None:
        """Give no report's text: there is nothing to do."""


def tell_taken_back(tx: Transaction, context: NotifyContext, incident_id: str) -> list[DeliveryRow]:
    """Owe each colleague from whom something was taken back the words that he need not answer; once.

    Gives what is new, leased to this process. Nothing where he has answered since, or holds it again.
    """
    lines = queries.taken_back(tx, incident_id, tx.now - TOO_LATE)
    rows = TakenBack(tx, context, [incident_id]) if lines else None
    incident = rows.incidents.get(incident_id) if rows else None
    if rows is None or incident is None or incident["state"] not in OPEN_STATES:
        return []
    alerts = {one["id"]: one for one in rows.alerts[incident_id].values()}
    owed: list[DeliveryRow] = []
    for line in lines:
        alert = alerts.get(line.subject_id or "")
        if alert is not None and not _is_over(line, alert):
            owed += _words(rows, line, alert)
    fresh = tx.add_new(Delivery, owed)
    return [row for row in owed if row["id"] in fresh]


def _is_over(line: Journal, alert: AlertRow) -> bool:
    """Say whether the colleague holds it again, has answered since, or it is owed anew."""
    answered = alert["acknowledged_at"] is not None and alert["acknowledged_by"] == line.data["to"]
    return answered or alert["handed_to"] == line.data["to"] or alert["owed_at"] > line.at


def _words(rows: TakenBack, line: Journal, alert: AlertRow) -> list[DeliveryRow]:
    tx, to = rows.unit, line.data["to"]
    people = queries.people(tx, [to, line.actor])
    sent = queries.handed(tx, alert["id"], to, datetime.fromisoformat(line.data["since"]))
    withdraw(tx, [row for row in sent if row["state"] in UNSENT])
    incident = tx.session.get_one(Incident, alert["incident_id"])
    if to not in people or not may_know(people[to], alert, incident, rows.desk.district):
        return []
    by = people[line.actor].name if line.actor in people else "-"
    return [rows.row(line, alert, row, by) for row in sent if row["state"] in GONE_OUT]
