"""Remember which addresses do not work, so that the next telling begins at one that does.

A message given up for a reason that lies in the address makes that address the person's last choice, until it is
verified again, somebody writes from it, or a message is known to have arrived there. The coordinator hears it once. A
provider that refuses everybody condemns nobody: where several addresses of a channel fail within an hour and nothing
gets through between, it is the channel that is told of.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

from schemas.records.people import Address, Person
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import Blame, DeliveryState
from services.notify.context import NotifyContext
from services.notify.delivery import queries
from services.notify.delivery.bundles import OutgoingRow
from services.notify.delivery.coordinator_notices import owe_notice
from services.notify.messages.notices import Notice
from services.oncall.push_subscription import GONE
from services.store.transaction import Transaction

TOGETHER = timedelta(hours=1)  # within which several addresses of a channel fail for one reason
SLACK = timedelta(minutes=1)  # outcomes of one burst are marked in several transactions
ARRIVED = (DeliveryState.DELIVERED.value, DeliveryState.READ.value)


def failed(tx: Transaction, context: NotifyContext, lost: Sequence[OutgoingRow]) -> list[DeliveryRow]:
    """Remember the addresses that messages were given up for; gives what the coordinator is told, leased to us.

    `lost` are deliveries with what their channel blames for it (`blame`).
    """
    if context.contacts.divert is not None:
        return []
    notices: list[DeliveryRow] = []
    blamed = [row for row in lost if row["person_id"] and row["blame"] == Blame.ADDRESS]
    for channel, address in sorted({(row["channel"], row["address"]) for row in blamed}):
        known = queries.usable_addresses(tx, channel, address)
        for one in known:
            one.failed_at = tx.now
        if not known:
            continue
        tx.session.flush()
        context.contacts.forget()
        if _refuses_everybody(tx, context, channel, address):
            notices += _forgive(tx, context, channel)
        else:
            notices += [notice for one in known if one.avoided_at is None for notice in _avoid(tx, context, one)]
        tx.session.flush()
    return notices


def worked(tx: Transaction, context: NotifyContext, addresses: Collection[tuple[str, str]]) -> None:
    """Use addresses (channel, address) as before: a message is known to have arrived, or somebody wrote from there."""
    context.contacts.refresh(tx.session, tx.now)  # another process may have found it failing
    failing = context.contacts.failing & set(addresses)
    if not failing:
        return
    for one in queries.failed_addresses(tx, (address for _, address in failing)):
        if (one.channel, one.address) in failing:
            clear(one)
            tx.audit("address.works", "notify", subject=one.id, person=one.person_id, channel=one.channel)
    tx.session.flush()
    context.contacts.forget()


def clear(address: Address) -> None:
    """Forget that an address has failed."""
    address.failed_at = address.avoided_at = None


def proves(context: NotifyContext, channel: str, outcome: str) -> bool:
    """Say whether a try that went well shows that the address works: where receipts follow, only they do."""
    found = context.channels.get(channel)
    return outcome == "delivered" or (found is not None and not found.capabilities.receipts)


def _avoid(tx: Transaction, context: NotifyContext, one: Address) -> list[DeliveryRow]:
    one.avoided_at = tx.now
    tx.audit("address.avoided", "notify", subject=one.id, person=one.person_id, channel=one.channel)
    person = tx.session.get(Person, one.person_id)
    name = f"{person.name} ({person.post or person.institution or '-'})" if person else one.person_id
    login = person.login if person else one.person_id
    notice = Notice("address_fails", {"name": name, "login": login, "channel": one.channel})
    return owe_notice(tx, context, f"avoided:{one.id}:{tx.now.isoformat()}", notice)


def _forgive(tx: Transaction, context: NotifyContext, channel: str) -> list[DeliveryRow]:
    """Take back what a provider's fault has condemned, and tell the coordinator of the channel, once a day."""
    for one in queries.avoided_since(tx, channel, tx.now - TOGETHER):
        one.avoided_at = None
        tx.audit("address.forgiven", "notify", subject=one.id, person=one.person_id, channel=channel)
    day = tx.now.astimezone(context.zone).date().isoformat()
    return owe_notice(tx, context, f"channel:{channel}:{day}", Notice("channel_fails", {"channel": channel}))


def _refuses_everybody(tx: Transaction, context: NotifyContext, channel: str, address: str) -> bool:
    """Say whether a channel fails others too and brings nothing to anybody."""
    times = queries.failures_of_others(tx, channel, address, tx.now - TOGETHER)
    if not times:
        return False
    found = context.channels.get(channel)
    shows = ARRIVED if found and found.capabilities.receipts else (DeliveryState.SENT.value, *ARRIVED)
    return not queries.reaches_others(tx, channel, address, min(times) - SLACK, shows)


def disable_address(tx: Transaction, context: NotifyContext, lost: Sequence[OutgoingRow]) -> Sequence[OutgoingRow]:
    """Disable the addresses of lost deliveries that are no more (`gone`); gives the deliveries unchanged.

    Whoever has such an address sees it on his own page, and may turn the device on again there.
    """
    for channel, address in {(row["channel"], row["address"]) for row in lost if row["gone"]}:
        for one in queries.enabled_addresses(tx, channel, address):
            one.disabled_at, one.disabled_why = tx.now, GONE
            tx.audit("address.gone", "notify", subject=one.id, person=one.person_id, channel=channel)
            context.contacts.forget()
    tx.session.flush()
    return lost
