"""Owe what keeps lists true: that an incident is withdrawn, and how it stands where it may be shown again.

Looked at after each act on an incident, and from time to time (services/notify/lists/watch.py): people, addresses and
rules change without one. Looked at again, the same owes nothing twice.
"""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from schemas.deliveries import LISTED, delivery_row
from schemas.province import WITHDRAWN
from schemas.records.alerts import Delivery
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import OPEN_STATES, AlertReason
from services.notify.closing.queries import people
from services.notify.context import NotifyContext
from services.notify.delivery.dispatcher import LEASE
from services.notify.delivery.list_mark import ListMark
from services.notify.delivery.throttling import withdraw
from services.notify.lists import queries
from services.notify.lists.lines import Line, lines_of
from services.notify.lists.standing import Shows, Standing
from services.notify.messages.alert_message import compose
from services.policy.active import standing
from services.store.ids import derived
from services.store.transaction import Transaction

TAKEN_OUT, PUT_BACK = "list.withdrawn", "list.told_again"  # lines of the audit log
LEAST = timedelta(microseconds=1)


def keep_lists(tx: Transaction, context: NotifyContext, incidents: Collection[str]) -> list[DeliveryRow]:
    """Owe lists that show one of these incidents what they lack to be true; gives what is new, leased to this process.

    Nothing while everything is diverted to one address, which is no list.
    """
    if not context.lists or context.contacts.divert is not None:
        return []
    words = queries.words_of(tx, incidents, context.lists)
    if not words:
        return []
    lists = Lists(tx, context, words)
    for line in lines_of(words):
        if line.incident in lists.incidents:
            lists.keep(line)
    return lists.write_words()


class Lists(Standing):
    """The words to lists of one transaction."""

    def __init__(self, tx: Transaction, context: NotifyContext, words: Collection[DeliveryRow]) -> None:
        incidents = sorted({row["incident_id"] for row in words})
        super().__init__(tx, context, incidents)
        rules = standing(tx.session)
        self.rules_since = rules.since if rules else None
        self.whole = {one.id: one for one in queries.known_incidents(tx, incidents)}
        where = {(row["channel"], row["address"]) for row in words}
        self.people = people(tx, {one.person_id or "" for way in where for one in context.contacts.at(*way)})
        self._words: list[DeliveryRow] = []

    def keep(self, line: Line) -> None:
        """Owe one line what it lacks."""
        shows, last = self.may_show(line), line.last
        hides = shows == Shows.NOTHING or (shows == Shows.LITTLE and not line.is_masked)
        if hides:
            withdraw(self.unit, line.waiting)
        out = last if line.is_withdrawn else None
        if out is None and last is not None and hides:
            out = self._take_out(line, last)
        is_told = line.is_withdrawn and bool(line.waiting)
        if out is not None and not is_told and shows != Shows.NOTHING and self.is_open(line):
            self._put_back(line, out)

    def is_open(self, line: Line) -> bool:
        """Say whether the incident of a line is open: of one that is over nothing is told anew."""
        return self.incidents[line.incident]["state"] in OPEN_STATES

    def _take_out(self, line: Line, last: DeliveryRow) -> DeliveryRow:
        """Owe a list the word that an incident is withdrawn: which one, and nothing else of it."""
        data = {"incident": line.incident, "reason": WITHDRAWN}
        id_ = derived(WITHDRAWN, last["id"], line.given_up)
        return self._say(line, id_, line.alert, data, {}, after=last, reason=WITHDRAWN)

    def _put_back(self, line: Line, out: DeliveryRow) -> DeliveryRow:
        """Owe a list how an incident stands now that was withdrawn from it; no answer is asked for."""
        reader, row, reason = self.first_reader(line), self.incidents[line.incident], AlertReason.CHANGED
        contact, alert = reader.contact, reader.alert
        data = self._data(row, alert, reason, contact) | {"ack_due": None}
        facts = replace(
            self._facts(row, alert, reason, contact, data["url"]),
            text=data["text"],
            ack_due=None,
            sitrep_due=None,
            owes=False,
            needed=False,
            only_told=True,
        )
        words = compose(
            facts,
            channel_length=self.desk.length(contact.channel),
            may_carry_text=data["text"] is not None,
            language=contact.language,
        )
        data |= self._answers(facts, contact)
        more = {"url": data["url"], "language": contact.language} | asdict(words)
        secrecy = int(self.secrecy(row)) if data["text"] else 1
        id_ = derived("put back", out["id"])
        return self._say(
            line,
            id_,
            alert["id"],
            data,
            more,
            after=out,
            reason=reason.value,
            person=contact.person_id,
            secrecy=secrecy,
        )

    def _say(
        self,
        line: Line,
        id_: str,
        alert: str,
        data: dict[str, Any],
        more: dict[str, Any],
        *,
        after: DeliveryRow,
        reason: str,
        person: str | None = None,
        secrecy: int = 1,
    ) -> DeliveryRow:
        """Owe one word, later than the one it comes `after`: of two the later one counts, whatever a clock does."""
        mark: ListMark = {"alert": alert}
        row = delivery_row(
            id_,
            line.channel,
            line.address,
            {"data": data, "needed": False, LISTED: mark} | more,
            reason=reason,
            now=max(self.unit.now, after["owed_at"] + LEAST),
            alert=derived("word to a list", id_),
            incident=line.incident,
            person=person or after["person_id"],
            classification=secrecy,
            leased=(self.desk.instance, self.unit.now + LEASE),
        )
        self._words.append(row)
        return row

    def write_words(self) -> list[DeliveryRow]:
        """Write what is owed, with its lines of the audit log; gives what is new, leased to this process."""
        fresh = self.unit.add_new(Delivery, self._words)
        owed = [row for row in self._words if row["id"] in fresh]
        for row in owed:
            kind = TAKEN_OUT if row["reason"] == WITHDRAWN else PUT_BACK
            self.unit.audit(kind, "notify", incident=row["incident_id"], subject=row["id"], channel=row["channel"])
        return owed
