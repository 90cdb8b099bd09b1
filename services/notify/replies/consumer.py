"""Take what people send back off the bus: messages and receipts, each batch in one transaction.

The act, its journal line, the message that confirms it, and the note that this message has had its effect, so that
telling it again has none, stand in it (one_message.py). Receipts of providers come by the same way (receipts.py).
What turns out to be a report goes back on the bus after the commit, under an id of its own.
"""

from collections.abc import Callable, Sequence

from schemas.messages import InboundMessage, InboundReceipt
from schemas.records.answers import Answered
from schemas.vocabulary import EventKind
from services.bus import Bus, Message
from services.notify.context import NotifyContext
from services.notify.delivery.address_health import worked
from services.notify.delivery.dispatcher import Dispatcher
from services.notify.replies.one_message import OneMessage, Outcome, prepared
from services.notify.replies.receipts import receive
from services.notify.replies.senders import find_sender
from services.store.database import Store
from services.store.transaction import Transaction


class Answers:
    """The consumer of what comes in."""

    def __init__(self, store: Store, bus: Bus, desk: Callable[[], NotifyContext], dispatcher: Dispatcher) -> None:
        self._store = store
        self._bus = bus
        self._desk = desk  # asked each time: the district may be read anew
        self._dispatcher = dispatcher

    async def handle(self, batch: Sequence[Message]) -> None:
        """Give messages and receipts their effect, in one transaction."""
        for told in batch:
            told.expect(EventKind.INBOUND_MESSAGE, EventKind.INBOUND_RECEIPT)
        outcome = await self._store.write(lambda tx: self.decide(tx, batch))
        self._dispatcher.send(outcome.deliveries)
        for report in outcome.reports:  # again after a kill: the id is known then, and nothing happens
            await self._bus.publish_report(report.filed, report.digest)
        for told in outcome.early:
            await told.failed()  # told again in a second or two

    def decide(self, tx: Transaction, batch: Sequence[Message]) -> Outcome:
        """Do what the batch says; receipts first, for they know nothing of what people do."""
        outcome = Outcome()
        receipts = [told for told in batch if told.kind == EventKind.INBOUND_RECEIPT]
        read = [(told, InboundReceipt.model_validate_json(told.body)) for told in receipts]
        outcome.deliveries, outcome.early = receive(tx, self._desk(), read)
        for told in batch:
            if told.kind == EventKind.INBOUND_MESSAGE:
                self._take(tx, InboundMessage.model_validate_json(told.body), outcome)
                tx.session.flush()
        return outcome

    def _take(self, tx: Transaction, message: InboundMessage, outcome: Outcome) -> None:
        desk = self._desk()
        desk.contacts.refresh(tx.session, tx.now)
        sender = find_sender(tx, desk, message.channel, message.sender)
        worked(tx, desk, {(row.channel, row.address) for _, row in sender.people})
        known = tx.session.get(Answered, message.id)
        if known is None:
            OneMessage(tx, desk, message, sender, outcome).decide()
        elif known.kind == "report":
            outcome.reports += prepared(message, sender, desk.secret)
