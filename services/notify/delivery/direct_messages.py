"""Owe somebody a few words over a channel: a confirmation, a question back, a code, what became of a report.

A delivery like any other (owed, sent, tried again, marked), with no alert behind it; it is never held back or bundled,
because somebody waits for it.
"""

from datetime import datetime
from typing import Any

from schemas.records import Delivery
from schemas.vocabulary import DeliveryState
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
) -> dict[str, Any]:
    """Build the row of one message, leased to this process; the same `key` is the same message."""
    row = message_row(
        key,
        channel,
        address,
        text,
        reason=reason,
        person=person,
        language=language,
        now=tx.now,
        length=context.length(channel),
    )
    lease = {"state": DeliveryState.SENDING.value, "next_at": tx.now + LEASE, "leased_by": context.instance}
    return row | lease


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
) -> dict[str, Any]:
    """Build the row of one message that waits to be taken up; `length` is the most characters of its short form."""
    id_ = derived(reason, *key)
    short = plain(text)[: length or SHORT]
    return {
        "id": id_,
        "alert_id": derived("words back", id_),  # of nobody: no alert is behind it
        "incident_id": "",
        "person_id": person,
        "channel": channel,
        "address": address,
        "round": 0,
        "reason": reason,
        "payload": {"subject": SUBJECT, "body": text, "short": short, "url": None, "data": {}, "language": language},
        "classification": 1,
        "urgent": False,
        "state": DeliveryState.PENDING.value,
        "attempts": 0,
        "owed_at": now,
        "next_at": now,
        "leased_by": None,
    }


def owe(tx: Transaction, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write the rows that are not there yet and give them."""
    fresh = tx.add_new(Delivery, rows)
    return [row for row in {row["id"]: row for row in rows}.values() if row["id"] in fresh]
