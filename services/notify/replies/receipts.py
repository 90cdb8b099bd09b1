"""Take in what providers tell later of our messages: delivered, read, or given up after all.

Calls come in any order and more than once: only what is news moves a delivery on. What got through delivers its alert,
as it does where the try itself says so. A message given up goes another way (fallback.py); one that fails for now gets
another way beside it from its second try on, and is given up after two days; one read is an alert seen.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from schemas.messages import InboundReceipt
from schemas.records.alerts import Delivery
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import Blame, DeliveryState
from services.bus import Message
from services.incidents.responses import see
from services.notify.alerting.alert_batch import arrived
from services.notify.channel_kit.base import Verdict
from services.notify.channel_kit.receipt_parsing import is_news
from services.notify.closing.other_way import other_ways
from services.notify.context import NotifyContext
from services.notify.delivery.address_health import worked
from services.notify.delivery.bundles import OutgoingRow
from services.notify.delivery.closing_mark import mark_of
from services.notify.delivery.dispatcher import OTHER_WAY_TRIES, PAUSES, Outcome, is_given_up
from services.notify.replies import queries
from services.store.transaction import Transaction

UNMARKED = (DeliveryState.PENDING.value, DeliveryState.SENDING.value)
GOT_THROUGH = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ)
EARLY = 6  # times that a receipt is told because its message is not marked yet; marking takes a tenth of a second
UNKNOWN = 2  # times that one is told whose message is not known
PAUSE = timedelta(seconds=60)  # at least, until a message that the provider could not bring now is tried again


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
                lost += _take(tx, context, row, receipt)
    return other_ways(tx, context, lost), early


def _take(tx: Transaction, context: NotifyContext, row: DeliveryRow, receipt: InboundReceipt) -> list[OutgoingRow]:
    """Mark one delivery; gives it where another way is to be found."""
    state = receipt.state
    if state is DeliveryState.FAILED and is_given_up(row, row["attempts"], tx.now):
        state = DeliveryState.DEAD
    _mark(tx, row, receipt, state)
    if state in GOT_THROUGH:
        arrived(tx, context, [Outcome(row, Verdict("delivered"))])
    if state in GOT_THROUGH[1:]:
        worked(tx, context, [(row["channel"], row["address"])])
    if state is DeliveryState.READ and mark_of(row) is None:
        see(tx, row["alert_id"], row["person_id"] or "notify")
        tx.session.flush()
    if state is not DeliveryState.DEAD and (state is not DeliveryState.FAILED or row["attempts"] < OTHER_WAY_TRIES):
        return []
    # What failed for now until it was given up condemns no address: its provider never said that it is wrong.
    blame = receipt.blame if receipt.state is DeliveryState.DEAD else Blame.LINE
    return [cast("OutgoingRow", {**row, "blame": blame, "final": state is DeliveryState.DEAD})]


def _mark(tx: Transaction, row: DeliveryRow, receipt: InboundReceipt, state: DeliveryState) -> None:
    again = state is DeliveryState.FAILED
    change: DeliveryRow = {
        "id": row["id"],
        "state": state.value,
        "error": receipt.error or None,
        "next_at": tx.now + _pause(row) if again else None,
        "leased_by": None,
    }
    if row["sent_at"] is None and state in GOT_THROUGH:
        change["sent_at"] = receipt.told_at
    row.update(change)
    tx.put(Delivery, [change])
    tx.audit(
        f"delivery.{state.value}",
        "notify",
        incident=row["incident_id"] or None,
        subject=row["id"],
        channel=row["channel"],
        told_at=receipt.told_at.isoformat(),
        error=receipt.error or None,
    )


def _pause(row: DeliveryRow) -> timedelta:
    """Give the time until the next try, longer after many tries: a provider that is busy for hours is left in peace."""
    return max(PAUSE, timedelta(seconds=PAUSES[min(row["attempts"], len(PAUSES)) - 1]))
