"""Owe the coordinator a message about the service itself: no incident asks for it, a person must still know.

A notice is a delivery like any other (owed, sent, tried again, marked), only without an alert behind it.
"""

from typing import Any

from schemas.records import Delivery
from schemas.vocabulary import DeliveryState, Level
from services.notify.context import Desk
from services.notify.delivery.dispatcher import LEASE
from services.store.database import Unit
from services.store.ids import derived

PROGRAMS = frozenset({"webhook"})  # programs read alerts; a notice is for a person


def owe_notice(
    unit: Unit, desk: Desk, key: str, *, subject: str, body: str, issue: str = "LLN"
) -> list[dict[str, Any]]:
    """Write a notice to everybody on duty at the coordinator, one address each; gives what is new, leased to us.

    The same `key` is told once, by whichever process comes first. While everything is diverted nobody is told.
    """
    if desk.contacts.divert is not None:
        return []
    desk.contacts.refresh(unit.session, unit.now)
    coordinator = desk.district.overlays.coordinator
    rows: dict[str, dict[str, Any]] = {}
    told: set[str | None] = set()
    for contact in desk.contacts.of(coordinator, None, issue, Level.KRITIS, unit.now, named_only=False):
        if contact.channel in PROGRAMS or contact.person_id in told:
            continue
        told.add(contact.person_id)
        id_ = derived("notice", key, contact.channel, contact.address)
        short = f"{subject}. {desk.base_url}"
        payload = {"subject": subject, "body": body, "short": short, "url": desk.base_url, "data": {}}
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
            "owed_at": unit.now,
            "next_at": unit.now + LEASE,
            "leased_by": desk.instance,
        }
    return [rows[id_] for id_ in unit.add_new(Delivery, list(rows.values()))]
