"""Owe the messages that an incident was closed, and that one is open again, to those who were told of the closing.

They are no tellings of an alert (services/notify/delivery/closing_mark.py): no round, no button, no code, nothing due,
and nothing changes of alert or ladder. Who is on the way is told at once; who was only asked may be told later,
together with other messages. That it is closed never rings as an alert does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from schemas.deliveries import delivery_row
from schemas.records.alerts import Delivery, Ladder
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.rows.alerts import AlertRow, DeliveryRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import GONE_OUT, OPEN_STATES, AlertReason, EventKind, LadderStop, Level
from services.incidents.answer_authority import final_of, may_know
from services.incidents.queries import last_line
from services.notify.alerting.alert_batch import AlertBatch
from services.notify.alerting.alert_content import AlertContent
from services.notify.alerting.planner import CLOSED
from services.notify.alerting.queries import data_of_lines
from services.notify.alerting.suppression import left_out
from services.notify.closing import queries
from services.notify.closing.queries import TOLD
from services.notify.closing.recipients import TOO_LATE, Closing, Told, closing_of, in_lists, merged_below, recipients
from services.notify.contacts import Contact
from services.notify.context import NotifyContext
from services.notify.delivery.closing_mark import MARK, ClosingMark, mark_of
from services.notify.delivery.dispatcher import LEASE
from services.notify.delivery.throttling import throttle
from services.notify.messages.alert_message import AlertFacts, compose
from services.store.ids import derived
from services.store.transaction import Transaction

OPEN_AGAIN = "closing.told_open_again"


class Notices(AlertContent):
    """The messages about closings of one transaction; `incidents` are the closed one and those merged into it."""

    def __init__(self, tx: Transaction, context: NotifyContext, incidents: Sequence[str]) -> None:
        super().__init__(tx, context, incidents)
        self._owed: dict[str, DeliveryRow] = {}

    def tell(self, closing: Closing, one: Told, reason: AlertReason) -> bool:
        """Owe a person his message, by the best way to him; returns False where there is none.

        A list is told by itself, at its own address.
        """
        diverted = self.desk.contacts.divert
        best = [] if diverted else self.desk.contacts.best_of(one.person or "")
        ways = [diverted] if diverted else [way for way in best if way.channel not in self.desk.lists]
        for contact in ways:
            self.tell_at(closing, one, reason, contact)
        return bool(ways)

    def tell_again(self, closing: Closing, one: Told, told: DeliveryRow) -> bool:
        """Owe whoever was told so of the closing that it is open again; returns False where there is no way."""
        if told["channel"] not in self.desk.lists:
            return self.tell(closing, one, AlertReason.REOPENED)
        way = self.desk.contacts.way_to(one.person or "", told["channel"], told["address"])
        if way is not None:
            self.tell_at(closing, one, AlertReason.REOPENED, way)
        return way is not None

    def tell_at(self, closing: Closing, one: Told, reason: AlertReason, contact: Contact) -> None:
        """Owe a person his message at one address."""
        of = ["closing", str(closing.line), reason.value, contact.person_id or "", contact.channel, contact.address]
        if contact.channel in self.desk.lists and one.row["id"] != closing.incident:
            of.append(one.row["id"])  # a list has each incident for itself; a person is told once
        id_ = derived(*of)
        self._owed[id_] = delivery_row(
            id_,
            contact.channel,
            contact.address,
            self._payload(closing, one, reason, contact),
            reason=reason.value,
            now=self.unit.now,
            alert=one.alert["id"],
            incident=one.row["id"],
            person=contact.person_id,
            urgent=reason != AlertReason.CLOSED and one.row["level"] == Level.KRITIS,
            leased=(self.desk.instance, self.unit.now + LEASE),
        )

    def write(self) -> list[DeliveryRow]:
        """Write what is owed; returns what is new and need not wait, leased to this process."""
        throttle(self.unit, self.desk, self._owed.values())
        fresh = self.unit.add_new(Delivery, list(self._owed.values()))
        return [self._owed[id_] for id_ in fresh if self._owed[id_]["held"] is None]

    def _payload(self, closing: Closing, one: Told, reason: AlertReason, contact: Contact) -> dict[str, Any]:
        data = self._data(one.row, one.alert, reason, contact) | {"ack_due": None}
        if reason == AlertReason.CLOSED:
            data |= {"outcome": "dismissed" if closing.dismissed else "settled", "on_the_way": one.on_the_way}
        mark: ClosingMark = {
            "line": closing.line,
            "incident": closing.incident,
            "at": closing.at.isoformat(),
            "on_the_way": one.on_the_way,
        }
        payload: dict[str, Any] = {"data": data, "language": contact.language, "needed": False, MARK: mark}
        if contact.channel == "webhook":
            return payload
        facts = self._words(closing, one, reason, contact, data["url"])
        data |= self._answers(facts, contact)
        words = compose(
            facts,
            channel_length=self.desk.length(contact.channel),
            may_carry_text=False,
            language=contact.language,
        )
        return payload | {"url": data["url"]} | asdict(words)

    def _words(self, closing: Closing, one: Told, reason: AlertReason, contact: Contact, url: str) -> AlertFacts:
        facts = self._facts(one.row, one.alert, reason, contact, url)
        told = replace(facts, ack_due=None, sitrep_due=None, owes=False, needed=False, verify=False)
        if reason != AlertReason.CLOSED:
            return replace(told, only_told=True)
        district = self.desk.district
        by = district.called(closing.institution, closing.unit or None) if closing.institution else ""
        return replace(told, dismissed=closing.dismissed, on_the_way=one.on_the_way, closed_at=closing.at, closed_by=by)

    def _text(self, row: IncidentRow, alert: AlertRow, contact: Contact) -> None:
        """Give no report's text: what is told is that it is over, or open again; the page has the rest."""


def tell_closed(tx: Transaction, context: NotifyContext, incident_id: str) -> list[DeliveryRow]:
    """Owe whoever is on the way to an incident, or was asked about it, that a person has closed it.

    Gives what is new, leased to this process; nothing where it is not closed now, or was closed two days ago. The same
    closing looked at again owes nothing twice.
    """
    incident = tx.session.get(Incident, incident_id)
    closing = closing_of(tx, incident) if incident is not None else None
    if closing is None:
        return []
    merged = merged_below(tx, incident_id)
    tx.also(merged)
    notices = Notices(tx, context, [incident_id, *merged])
    told = recipients(notices, closing) if tx.now - closing.at < TOO_LATE else []
    told = [one for one in told if one.on_the_way or not left_out(notices, one.row, one.alert)]
    reached = [one for one in told if notices.tell(closing, one, AlertReason.CLOSED)]
    for one, way in in_lists(notices, closing):  # that is never too late
        notices.tell_at(closing, one, AlertReason.CLOSED, way)
        reached.append(one)
    owed = notices.write()
    if reached or all(data["line"] != closing.line for data in data_of_lines(tx, incident_id, TOLD)):
        _keep(tx, TOLD, closing, reached)  # once also where nobody is told: it is proved that it was looked at
    return owed


def told_closed(telling: AlertBatch) -> dict[str, list[DeliveryRow]]:
    """Give, by incident that is open again, what went out of its last closing: ask before its ladder is set anew.

    One that was split out of what is closed is open again too.
    """
    found: dict[str, list[DeliveryRow]] = {}
    for id_, row in telling.incidents.items():
        ladder = telling.ladders.get(id_)
        if ladder is None or row["state"] not in OPEN_STATES:
            continue
        sent: list[DeliveryRow] = []
        if ladder["stopped"] in CLOSED:
            sent = _last_told(telling.unit, id_)
        elif ladder["stopped"] == LadderStop.MERGED:
            sent = _told_while_merged(telling, id_)
        if sent:
            found[id_] = sent
    return found


def _last_told(tx: Transaction, incident: str, *parts: str) -> list[DeliveryRow]:
    """Give what went out of the last closing of an incident, to whom it is known by itself, what is merged, `parts`."""
    merged = [*merged_below(tx, incident), *parts]
    tx.also(merged)
    sent = [one for one in queries.marked(tx, [incident, *merged]) if one["state"] in GONE_OUT]
    lines = [mark["line"] for one in sent if one["reason"] == AlertReason.CLOSED and (mark := mark_of(one))]
    return [one for one in sent if (mark := mark_of(one)) and mark["line"] == max(lines)] if lines else []


def _told_while_merged(telling: AlertBatch, incident: str) -> list[DeliveryRow]:
    """Give what people of a split incident got of the closing of the whole, by whichever of the two he was told.

    Nothing where the whole has been heard to be open again: that was told to them too.
    """
    tx = telling.unit
    out_of = tx.session.get(Incident, last_line(tx, incident, EventKind.INCIDENT_SPLIT).data["out_of"])
    whole = final_of(tx.session, out_of) if out_of else None
    ladder = tx.session.get(Ladder, whole.id) if whole else None
    if whole is None or ladder is None or ladder.stopped not in CLOSED:
        return []
    parts = [incident, *merged_below(tx, incident)]
    tx.also([whole.id])
    told = _last_told(tx, whole.id, *parts)
    sent = [one for one in told if (mark := mark_of(one)) and mark["incident"] == whole.id]
    people = {one.person for one in queries.told_of(tx, parts) if one.person}
    people |= {alert["acknowledged_by"] for alert in telling.alerts[incident].values() if alert["acknowledged_by"]}
    return [one for one in sent if one["person_id"] in people]


def tell_open_again(telling: AlertBatch, closed: Mapping[str, Sequence[DeliveryRow]]) -> list[DeliveryRow]:
    """Owe whoever was told of a closing that it is open again, where nothing else has just told him so.

    `closed` is what `told_closed` gave. Those are people of incidents merged into it or split out of it, and whom the
    ladder alone told.
    """
    owed: list[DeliveryRow] = []
    for incident_id, sent in closed.items():
        tx, context = telling.unit, telling.desk
        notices = Notices(tx, context, sorted({incident_id, *(row["incident_id"] for row in sent)}))
        alerts = {one["id"]: one for known in notices.alerts.values() for one in known.values()}
        merged = merged_below(tx, incident_id)
        incident = tx.session.get_one(Incident, incident_id)
        people = queries.people(tx, {row["person_id"] for row in sent if row["person_id"]})
        reached: list[Told] = []
        closing: Closing | None = None
        for row in sent:
            person, mark = people.get(row["person_id"] or ""), mark_of(row)
            alert = alerts.get(row["alert_id"])
            if alert and alert["incident_id"] not in (incident_id, *merged):
                alert = _own_alert(notices, incident_id, alert, person)
            if person is None or alert is None or mark is None or _is_told(telling, incident_id, row):
                continue
            if may_know(person, alert, incident, context.district):
                closing = closing_named(mark)
                one = Told(person.id, alert, notices.incidents[alert["incident_id"]], mark["on_the_way"])
                reached += [one] if notices.tell_again(closing, one, row) else []
        owed += notices.write()
        if closing is not None and reached:
            _keep(tx, OPEN_AGAIN, closing, reached)
    return owed


def _is_told(telling: AlertBatch, incident: str, closed: DeliveryRow) -> bool:
    """Say whether something else tells the same in this transaction: the person, or the list at its address."""
    if closed["channel"] in telling.desk.lists:
        return telling.tells_at(closed["incident_id"], closed["channel"], closed["address"])
    return closed["person_id"] in telling.people_told(incident)


def _own_alert(notices: Notices, incident: str, told: AlertRow, person: Person | None) -> AlertRow | None:
    """Give the alert by which somebody knows a split incident, who was told of the closing by one of the whole."""
    own = [one for one in notices.alerts[incident].values() if one["institution"] == told["institution"]]
    return next((one for one in own if person and person.unit in ("", one["unit"])), None)


def closing_named(mark: ClosingMark) -> Closing:
    """Give the closing that a mark names, as far as it does."""
    return Closing(mark["line"], mark["incident"], datetime.fromisoformat(mark["at"]))


def _keep(tx: Transaction, kind: str, closing: Closing, told: Sequence[Told]) -> None:
    facts: dict[str, Any] = {"line": closing.line, "institutions": sorted({one.alert["institution"] for one in told})}
    facts |= {} if told else {"nobody": True}
    tx.audit(kind, "notify", incident=closing.incident, subject=closing.incident, **facts)
