"""Owe somebody a few words over a channel: a confirmation, a question back, a code, what became of a report.

A delivery like any other (owed, sent, tried again, marked), with no alert behind it; it is never held back or bundled,
because somebody waits for it.
"""

from datetime import datetime

from schemas.deliveries import delivery_row
from schemas.records.alerts import Delivery
from schemas.rows.alerts import DeliveryRow
from services.notify.context import NotifyContext
from services.notify.delivery.dispatcher import LEASE
from services.notify.messages.alert_message import SHORT, plain
from services.store.ids import derived
from services.store.transaction import Transaction

SUBJECT = "Kentongan"


def words_back(
    tx: Transaction,
    context: NotifyContext,
    key: tuple[str, ...],
    channel: str,
    address: str,
    text: str,
    *,
    reason: str,
    person: str | None = None,
    language: str = "id",
) -> DeliveryRow:
    """Build the row of one message, leased to this process; the same `key` is the same message.

    The address of somebody who is no officer is kept sealed.
    """
    return message_row(
        key,
        channel,
        address if person else context.kept_address(address),
        text,
        reason=reason,
        person=person,
        language=language,
        now=tx.now,
        length=context.length(channel),
        leased=(context.instance, tx.now + LEASE),
    )


def message_row(
    key: tuple[str, ...],
    channel: str,
    address: str,
    text: str,
    *,
    reason: str,
    person: str | None,
    language: str,
    now: datetime,
    length: int | None = None,
    leased: tuple[str, datetime] | None = None,
) -> DeliveryRow:
    """Build the row of one message, `leased` or not; `length` is the most characters of its short form."""
    id_ = derived(reason, *key)
    short = plain(text)[: length or SHORT]
    return delivery_row(
        id_,
        channel,
        address,
        {"subject": SUBJECT, "body": text, "short": short, "url": None, "data": {}, "language": language},
        reason=reason,
        now=now,
        alert=derived("words back", id_),  # of nobody: no alert is behind it
        person=person,
        leased=leased,
    )


def owe(tx: Transaction, rows: list[DeliveryRow]) -> list[DeliveryRow]:
    """Write the rows that are not there yet and give them."""
    fresh = tx.add_new(Delivery, rows)
    return [row for row in {row["id"]: row for row in rows}.values() if row["id"] in fresh]
