"""Owe the coordinator a message about the service itself: no incident asks for it, a person must still know.

A notice is a delivery like any other (owed, sent, tried again, marked), only without an alert behind it.
"""

from typing import Any

from schemas.records import Delivery
from schemas.vocabulary import DeliveryState, Level
from services.notify.context import NotifyContext
from services.notify.delivery.dispatcher import LEASE
from services.store.ids import derived
from services.store.transaction import Transaction

PROGRAMS = frozenset({"webhook"})  # programs read alerts; a notice is for a person


def owe_notice(
    tx: Transaction, context: NotifyContext, key: str, *, subject: str, body: str, issue: str = "LLN"
) -> list[dict[str, Any]]:
    """Write a notice to everybody on duty at the coordinator, one address each; gives what is new, leased to us.

    The same `key` is told once, by whichever process comes first. While everything is diverted nobody is told.
    """
    if context.contacts.divert is not None:
        return []
    context.contacts.refresh(tx.session, tx.now)
    coordinator = context.district.overlays.coordinator
    rows: dict[str, dict[str, Any]] = {}
    told: set[str | None] = set()
    for contact in context.contacts.of(coordinator, None, issue, Level.KRITIS, tx.now, named_only=False):
        if contact.channel in PROGRAMS or contact.person_id in told:
            continue
        told.add(contact.person_id)
        id_ = derived("notice", key, contact.channel, contact.address)
        short = f"{subject}. {context.base_url}"
        payload = {"subject": subject, "body": body, "short": short, "url": context.base_url, "data": {}}
        rows[id_] = {
            "id": id_,
            "alert_id": derived("notice", key),
            "incident_id": "",
            "person_id": contact.person_id,
            "channel": contact.channel,
            "address": contact.address,
            "round": 0,
            "reason": "notice",
            "payload": {**payload, "language": contact.language},
            "classification": 1,
            "urgent": False,
            "state": DeliveryState.SENDING.value,
            "attempts": 0,
            "owed_at": tx.now,
            "next_at": tx.now + LEASE,
            "leased_by": context.instance,
        }
    return [rows[id_] for id_ in tx.add_new(Delivery, list(rows.values()))]
