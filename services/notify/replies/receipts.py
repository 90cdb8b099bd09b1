"""Take in what providers tell later of our messages: delivered, read, or given up after all.

Calls come in any order and more than once: only what is news moves a delivery on. A message given up goes another way
(fallback.py); one read is an alert seen.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from schemas.messages import InboundReceipt
from schemas.records import Delivery
from schemas.rows import DeliveryRow
from schemas.vocabulary import DeliveryState
from services.bus import Message
from services.incidents.responses import see
from services.notify.channel_kit.receipt_parsing import is_news
from services.notify.closing.other_way import other_ways
from services.notify.context import NotifyContext
from services.notify.delivery.address_health import worked
from services.notify.delivery.bundles import OutgoingRow
from services.notify.delivery.closing_mark import mark_of
from services.notify.replies import queries
from services.store.transaction import Transaction

UNMARKED = (DeliveryState.PENDING.value, DeliveryState.SENDING.value)
EARLY = 6  # times that a receipt is told because its message is not marked yet; marking takes a tenth of a second
UNKNOWN = 2  # times that one is told whose message is not known
PAUSE = timedelta(seconds=60)  # until a message that the provider could not bring now is tried again


def receive(
    tx: Transaction, context: NotifyContext, receipts: Sequence[tuple[Message, InboundReceipt]]
) -> tuple[list[DeliveryRow], list[Message]]:
    """Mark deliveries; gives what is owed another way now, and the receipts that came before their time."""
    early: list[Message] = []
    lost: list[OutgoingRow] = []
    for told, receipt in receipts:
        rows = queries.deliveries_of(tx, receipt)
        if not rows or any(row["state"] in UNMARKED for row in rows):
            if told.tries < (EARLY if rows else UNKNOWN):
                early.append(told)
                continue
            if not rows:  # not ours, or from before a restore: nothing waits for it
                tx.audit("receipt.unknown", "notify", channel=receipt.channel, state=receipt.state.value)
        for row in rows:
            if is_news(DeliveryState(row["state"]), receipt.state):
                _mark(tx, row, receipt)
                if receipt.state in (DeliveryState.DELIVERED, DeliveryState.READ):
                    worked(tx, context, [(row["channel"], row["address"])])
                if receipt.state is DeliveryState.DEAD:
                    lost.append(cast("OutgoingRow", {**row, "blame": receipt.blame}))
    return other_ways(tx, context, lost), early


def _mark(tx: Transaction, row: DeliveryRow, receipt: InboundReceipt) -> None:
    again = receipt.state is DeliveryState.FAILED
    change: DeliveryRow = {
        "id": row["id"],
        "state": receipt.state.value,
        "error": receipt.error or None,
        "next_at": tx.now + PAUSE if again else None,
        "leased_by": None,
    }
    if row["sent_at"] is None and not again and receipt.state is not DeliveryState.DEAD:
        change["sent_at"] = receipt.told_at
    row.update(change)
    tx.put(Delivery, [change])
    tx.audit(
        f"delivery.{receipt.state.value}",
        "notify",
        incident=row["incident_id"] or None,
        subject=row["id"],
        channel=row["channel"],
        told_at=receipt.told_at.isoformat(),
        error=receipt.error or None,
    )
    if receipt.state is DeliveryState.READ and mark_of(row) is None:
        see(tx, row["alert_id"], row["person_id"] or "notify")
        tx.session.flush()
