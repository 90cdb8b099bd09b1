"""Owe the coordinator a message about the service itself: no incident asks for it, a person must still know.

A notice is a delivery like any other (owed, sent, tried again, marked), only without an alert behind it.
"""

from schemas.deliveries import delivery_row
from schemas.records import Delivery
from schemas.rows import DeliveryRow
from schemas.vocabulary import Level
from services.notify.context import NotifyContext
from services.notify.delivery.dispatcher import LEASE
from services.policy.situation import barred, decides
from services.store.ids import derived
from services.store.transaction import Transaction

PROGRAMS = frozenset({"webhook"})  # programs read alerts; a notice is for a person


def owe_notice(
    tx: Transaction, context: NotifyContext, key: str, *, subject: str, body: str, accused: tuple[str, ...] = ()
) -> list[DeliveryRow]:
    """Write a notice to everybody on duty at the coordinator, one address each; gives what is new, leased to us.

    About an incident whose reports accuse agencies (`accused`) it goes to whoever decides there, and to nobody where
    that one is accused too (rules.md 10). The same `key` is told once, by whichever process comes first. While
    everything is diverted nobody is told.
    """
    institution = decides(accused, context.district)
    if context.contacts.divert is not None or institution in barred(accused, context.district):
        return []
    context.contacts.refresh(tx.session, tx.now)
    rows: dict[str, DeliveryRow] = {}
    told: set[str | None] = set()
    for contact in context.contacts.of(institution, None, Level.KRITIS, tx.now):
        if contact.channel in PROGRAMS or contact.person_id in told:
            continue
        told.add(contact.person_id)
        id_ = derived("notice", key, contact.channel, contact.address)
        short = f"{subject}. {context.base_url}"
        payload = {"subject": subject, "body": body, "short": short, "url": context.base_url, "data": {}}
        rows[id_] = delivery_row(
            id_,
            contact.channel,
            contact.address,
            {**payload, "language": contact.language},
            reason="notice",
            now=tx.now,
            alert=derived("notice", key),
            person=contact.person_id,
            leased=(context.instance, tx.now + LEASE),
        )
    return [rows[id_] for id_ in tx.add_new(Delivery, list(rows.values()))]
