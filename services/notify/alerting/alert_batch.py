"""Turn decisions into rows: alerts, deliveries and ladders, written as owed in the transaction that decided them.

A `AlertBatch` gathers what one transaction owes for many incidents, and writes it with a statement per table. Whom
an incident concerns is for routing.py to say, by when it must be answered for ladder.py, in what words for
wording.py; here they meet the store.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from schemas.deliveries import delivery_row
from schemas.policy.recipients import Recipient
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.answers import AnswerToken
from schemas.rows.alerts import AlertRow, DeliveryRow, LadderRow
from schemas.rows.answers import AnswerTokenRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import (
    ANSWERED,
    AlertReason,
    AlertState,
    Duty,
    Handling,
    IncidentState,
    Level,
    chased,
)
from services.incidents.other_answers import Handing, given_away, handings, is_late, spared, still_asked
from services.notify.alerting import queries
from services.notify.alerting.alert_content import AlertContent
from services.notify.alerting.duties import ASKS
from services.notify.alerting.referral_recipients import with_referrals
from services.notify.alerting.suppression import left_out
from services.notify.contacts import Contact
from services.notify.context import NotifyContext, wants_answer
from services.notify.delivery.closing_mark import mark_of
from services.notify.delivery.dispatcher import LEASE, Outcome
from services.notify.delivery.reply_codes import Codes
from services.notify.delivery.throttling import throttle
from services.notify.messages.alert_message import button_label, compose
from services.notify.watchdog import canary
from services.policy.escalation import LadderState
from services.security import auth
from services.store.ids import beside, derived, is_beside
from services.store.transaction import Transaction
from services.warnings.recipients import is_warning, recipients_of


class AlertBatch(AlertContent):
    """What one transaction owes: decided incident by incident, written at its end, then sent."""

    def __init__(self, tx: Transaction, context: NotifyContext, incidents: Sequence[str]) -> None:
        super().__init__(tx, context, incidents)
        self.status = context.contacts.conflict_status(tx.now)
        self._verified = self._confirmed()
        self._deliveries: dict[str, DeliveryRow] = {}
        self._tokens: list[AnswerTokenRow] = []
        self._codes = Codes(tx)
        self._handings: dict[str, list[Handing]] = {}  # by alert

    def _confirmed(self) -> frozenset[str]:
        """Give which of those that must be verified first an officer has verified; that a lead answered is none."""
        first = [id_ for id_, row in self.incidents.items() if row["handling"] == Handling.VERIFY_FIRST]
        found = {id_ for id_ in first if self.incidents[id_]["state"] == IncidentState.VERIFIED}
        # One that was answered or closed since, and is open again, has been verified all the same; a new one has not.
        changed = [id_ for id_ in first if id_ not in found and self.incidents[id_]["revision"] > 1]
        if changed:
            found |= queries.verified_among(self.unit, changed)
        return frozenset(found)

    # -- what an incident asks for ---------------------------------------------------------------------------------

    def recipients(self, row: IncidentRow) -> list[Recipient]:
        """Say who is told of an incident now: whom routing names, and whom a coordinator has added."""
        named, added = self._routed(row), self.referrals.get(row["id"])
        return with_referrals(named, added, self.case(row), self.desk.district) if added else named

    def _routed(self, row: IncidentRow) -> list[Recipient]:
        """Give all that routing names, or first only those who can verify."""
        if row["id"] in self.canaries:
            coordinator = self.desk.district.overlays.coordinator
            return [Recipient(institution=coordinator, duty=Duty.INFORM, why=("uji otomatis",))]
        if is_warning(row):
            return recipients_of(row, self.desk.district)
        named = list(self.desk.routes.of(self.case(row), self.status))
        if not wants_answer(row):
            return [one for one in named if one.duty == Duty.LEAD]
        if row["handling"] == Handling.VERIFY_FIRST and row["id"] not in self._verified:
            secretariat = {code for code, one in self.desk.district.institutions.items() if one.kind == "secretariat"}
            return [one for one in named if one.duty == Duty.LEAD or one.institution in secretariat]
        return named

    def needed(self, row: IncidentRow) -> frozenset[tuple[str, str]]:
        """Say whose own answer is needed besides the lead's, told of the incident already or not yet."""
        if row["id"] in self.canaries or not wants_answer(row):
            return frozenset()
        warned = recipients_of(row, self.desk.district) if is_warning(row) else None
        routed = self.desk.routes.of(self.case(row), self.status) if warned is None else warned
        return frozenset((one.institution, one.unit or "") for one in routed if one.needed)

    def tell_first(self, row: IncidentRow, recipient: Recipient, reason: AlertReason) -> None:
        """Tell an institution that knows nothing yet."""
        self.tell(row, self.alert_for(row, recipient), reason)

    # -- telling ---------------------------------------------------------------------------------------------------

    def tell(self, row: IncidentRow, alert: AlertRow, reason: AlertReason) -> bool:
        """Owe an institution its messages; returns False when nobody can be reached, which is journalled."""
        duties = self.desk.duties
        if duties and alert["duty"] not in duties:
            return True
        self.touch(alert, round=row["round"], reason=reason.value)
        if left_out(self, row, alert):
            return True
        contacts = self._contacts(row, alert)
        if not contacts:
            facts = {"institution": alert["institution"], "unit": alert["unit"], "duty": alert["duty"]}
            self.unit.audit("alert.unreachable", "notify", incident=row["id"], subject=alert["id"], **facts)
            self.not_reached(row["id"], alert, asked=reason in ASKS)
            return False
        for contact in contacts:
            self._owe(row, alert, reason, contact)
        return True

    def tell_at(self, row: IncidentRow, alert: AlertRow, reason: AlertReason, contact: Contact) -> None:
        """Owe one message to one address, because another address of the same person did not work."""
        self._owe(row, alert, reason, contact)

    def tell_taker(self, row: IncidentRow, alert: AlertRow) -> None:
        """Owe its messages to whom a colleague has handed a duty over; once for each handing over."""
        at, to = alert.get("handed_at"), alert.get("handed_to")
        duties = self.desk.duties
        if at is None or to is None or (duties and alert["duty"] not in duties):
            return
        if (answered := alert.get("acknowledged_at")) is not None and answered >= at:
            return
        if not (found := self._taker(row, alert)):
            self.desk.contacts.forget()  # his shift may have been entered just now
            self.desk.contacts.refresh(self.unit.session, self.unit.now)
            found = self._taker(row, alert)
        for contact in found:
            self._owe(row, alert, AlertReason.HANDED_OVER, contact, wave=f"{to} {at.isoformat()}")

    def _taker(self, row: IncidentRow, alert: AlertRow) -> list[Contact]:
        found, divert = self._contacts(row, alert), self.desk.contacts.divert
        return found if divert else [one for one in found if one.person_id == alert["handed_to"]]

    def _contacts(self, row: IncidentRow, alert: AlertRow) -> list[Contact]:
        """Give the addresses at which an institution is told of an incident now.

        Whoever has handed his part over is left out, unless nobody else is on duty; whoever was told that he need not
        answer, as long as the answer of the colleague who took it back is not late.
        """
        if row["id"] in self.canaries:
            return [canary.ADDRESS]
        named = self.named(row)
        found = self.desk.contacts.of(
            alert["institution"],
            alert["unit"] or None,
            Level(row["level"]),
            self.unit.now,
            named=named,
            without=self.desk.lists if named else frozenset(),  # more people read a list than are named
        )
        if not (handed := self._handed(alert)):
            return found
        late = is_late(alert["state"], alert["ack_due"], self.unit.now)
        asked = still_asked({one.person_id or "" for one in found}, handed, late=late)
        return [one for one in found if (one.person_id or "") in asked]

    def _handed(self, alert: AlertRow) -> list[Handing]:
        """Give what was handed over of an alert, and taken back, asked for where anything was."""
        if alert.get("handed_at") is None:
            return []
        if alert["id"] not in self._handings:
            found = handings(self.unit.session, alert["id"], alert["incident_id"], alert["owed_at"])
            self._handings[alert["id"]] = found
        return self._handings[alert["id"]]

    def _owe(
        self, row: IncidentRow, alert: AlertRow, reason: AlertReason, contact: Contact, wave: str | int | None = None
    ) -> None:
        """Owe one message to one address, once in a round, or in another `wave` of telling."""
        wave = row["round"] if wave is None else wave
        id_ = _delivery_id(row["id"], alert["id"], wave, reason.value, contact.channel, contact.address)
        if id_ in self._deliveries:
            return
        data = self._data(row, alert, reason, contact)
        payload: dict[str, Any] = {"data": data, "language": contact.language, "needed": alert["needed"]}
        if contact.channel != "webhook":
            token = auth.answer_token(self.desk.secret, id_)
            if alert["duty"] != Duty.INFORM and contact.person_id:
                made = auth.answer_token_row(token, alert["id"], id_, contact.person_id, self.unit.now)
                self._tokens.append({**made, "used_at": None})
                payload["url"] = f"{self.desk.base_url}/terima/{token}"
                payload["button"] = button_label(contact.language)
            else:
                payload["url"] = data["url"]
            text = data.get("text")
            facts = replace(
                self._facts(row, alert, reason, contact, payload["url"]),
                text=text,
                reply_code=self._reply_code(row, alert, contact),
                asked_again=contact.person_id in given_away(self._handed(alert)),
                asked_after_all=contact.person_id in spared(self._handed(alert)),
            )
            words = compose(
                facts,
                channel_length=self.desk.length(contact.channel),
                may_carry_text=text is not None,
                language=contact.language,
            )
            data |= self._answers(facts, contact)
            payload |= asdict(words) | ({"code": facts.reply_code} if facts.reply_code else {})
        self._deliveries[id_] = delivery_row(
            id_,
            contact.channel,
            contact.address,
            payload,
            reason=reason.value,
            now=self.unit.now,
            alert=alert["id"],
            incident=row["id"],
            person=contact.person_id,
            round_=row["round"],
            classification=int(self.secrecy(row)) if data["text"] else 1,
            urgent=row["level"] == Level.KRITIS,
            leased=(self.desk.instance, self.unit.now + LEASE),
        )

    def _reply_code(self, row: IncidentRow, alert: AlertRow, contact: Contact) -> str | None:
        """Give the code by which this person can answer from the message itself, where the channel lets him."""
        asked = alert["duty"] != Duty.INFORM and self.desk.answers(contact.channel)
        if not asked or not contact.person_id:
            return None
        return self._codes.of(contact.person_id, alert["id"], row["id"], answered=alert["state"] in ANSWERED)

    def people_told(self, incident: str) -> frozenset[str]:
        """Give who is owed a message about an incident by this transaction."""
        rows = self._deliveries.values()
        return frozenset(row["person_id"] for row in rows if row["incident_id"] == incident and row["person_id"])

    def tells_at(self, incident: str, channel: str, address: str) -> bool:
        """Say whether this transaction owes a message about an incident at an address."""
        wanted = (incident, channel, address)
        rows = self._deliveries.values()
        return any((row["incident_id"], row["channel"], row["address"]) == wanted for row in rows)

    # -- writing ---------------------------------------------------------------------------------------------------

    def write(self) -> list[DeliveryRow]:
        """Write what is owed, with its journal lines; returns the deliveries, leased to this process."""
        unit = self.unit
        self.save()
        throttle(unit, self.desk, self._deliveries.values())
        fresh = unit.add_new(Delivery, list(self._deliveries.values()))
        self._codes.write()
        unit.add(AnswerToken, [token for token in self._tokens if token["delivery_id"] in fresh])
        told: dict[str, list[str]] = defaultdict(list)
        for id_ in fresh:
            delivery = self._deliveries[id_]
            told[delivery["incident_id"]].append(delivery["alert_id"])
        for incident, alerts in told.items():
            row = self.incidents[incident]
            facts = {"alerts": sorted(set(alerts)), "round": row["round"], "level": row["level"]}
            unit.audit("alerts.owed", "notify", incident=incident, subject=incident, **facts)
        return [self._deliveries[id_] for id_ in fresh if self._deliveries[id_]["held"] is None]


def _delivery_id(incident: str, alert: str, *parts: object) -> str:
    """Give the same id for the same message, by an alert of an earlier release the same as that release gave."""
    told = ("delivery", alert, *parts)
    return beside(incident, *told) if is_beside(alert, incident) else derived(*told)


def arrived(tx: Transaction, context: NotifyContext, outcomes: Sequence[Outcome]) -> None:
    """Set alerts delivered, and start the clocks that run from delivery, in the transaction that marks it.

    A message that an incident was closed delivers no alert.
    """
    asked = {outcome.row["alert_id"] for outcome in outcomes if mark_of(outcome.row) is None}
    alerts = tx.rows(Alert, "id", sorted(asked))
    fresh = [alert for alert in alerts if alert["state"] == AlertState.OWED]
    awaited = [one["incident_id"] for one in fresh if chased(one["duty"], needed=one["needed"])]
    ladders = {row["incident_id"]: row for row in tx.rows(Ladder, "incident_id", awaited)}
    changed: list[AlertRow] = []
    climbing: list[LadderRow] = []
    for alert in fresh:
        change: AlertRow = {"id": alert["id"], "state": AlertState.DELIVERED.value, "delivered_at": tx.now}
        ladder = ladders.get(alert["incident_id"]) if chased(alert["duty"], needed=alert["needed"]) else None
        if ladder and ladder["stopped"] is None and (alert["needed"] or ladder["started_at"] is None):
            escalation = context.escalation(context.frozen(ladder["policy"]))
            change |= escalation.timers(alert["duty"], tx.now, needed=alert["needed"], asks=True)
            if alert["duty"] == Duty.LEAD and ladder["started_at"] is None:
                state = escalation.delivered(LadderState.of(ladder), tx.now)
                climbing.append({"incident_id": ladder["incident_id"], **state.columns()})
        changed.append(change)
    tx.put(Alert, changed)
    tx.put(Ladder, climbing, key="incident_id")
