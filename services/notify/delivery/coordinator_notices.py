"""Owe the coordinator a message about the service itself: no incident asks for it, a person must still know.

A notice is a delivery like any other (owed, sent, tried again, marked), only without an alert behind it. Its mark in
the payload says which notice it is and whom it was told to: by it another address is found when one does not work.
"""

from typing import Any, TypedDict, cast

from schemas.deliveries import delivery_row
from schemas.records.alerts import Delivery
from schemas.records.people import Person
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import DeliveryState, Level
from services.notify.contacts import Contact
from services.notify.context import NotifyContext
from services.notify.delivery import queries
from services.notify.delivery.dispatcher import LEASE
from services.notify.messages.notices import Notice
from services.policy.situation import barred, decides
from services.store.ids import derived
from services.store.transaction import Transaction

PROGRAMS = frozenset({"webhook"})  # programs read alerts; a notice is for a person
MARK = "notice"  # its key in the payload


class NoticeMark(TypedDict):
    """Which notice a delivery brings, and to which institution."""

    key: str
    institution: str


def owe_notice(
    tx: Transaction, context: NotifyContext, key: str, notice: Notice, *, accused: tuple[str, ...] = ()
) -> list[DeliveryRow]:
    """Write a notice to everybody on duty at the coordinator, in his language, one address each.

    Gives what is new, leased to us.

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
    mark = NoticeMark(key=key, institution=institution)
    for contact in context.contacts.of(institution, None, Level.KRITIS, tx.now, without=PROGRAMS | context.lists):
        if contact.person_id in told:
            continue
        told.add(contact.person_id)
        subject, body = notice.say(contact.language)
        short = f"{subject}. {context.base_url}"
        payload = {"subject": subject, "body": body, "short": short, "url": context.base_url, "data": {}, MARK: mark}
        row = _row(tx, context, mark, contact, payload)
        rows[row["id"]] = row
    return [rows[id_] for id_ in tx.add_new(Delivery, list(rows.values()))]


def owe_other_way(tx: Transaction, context: NotifyContext, lost: DeliveryRow) -> list[DeliveryRow]:
    """Owe a notice that did not get through to its person's next address; gives what is new, leased to us.

    Nothing where another address of his may still have it, or he is of that institution no more.
    """
    mark = cast("NoticeMark | None", lost["payload"].get(MARK))
    person = tx.session.get(Person, lost["person_id"] or "")
    if mark is None or person is None or person.institution != mark["institution"]:
        return []
    context.contacts.refresh(tx.session, tx.now)
    ways = [one for one in context.contacts.ways_to(person.id) if one.channel not in PROGRAMS | context.lists]
    own = queries.told_to(tx, lost["alert_id"], person.id)
    if any(row["state"] != DeliveryState.DEAD for row in own if row["id"] != lost["id"]):
        return []
    used = {(row["channel"], row["address"]) for row in own}
    way = next((one for one in ways if (one.channel, one.address) not in used), None)
    if way is None:
        return []
    row = _row(tx, context, mark, way, lost["payload"])
    fresh = tx.add_new(Delivery, [row])
    if fresh:
        tx.audit("notice.other_way", "notify", subject=row["id"], person=person.id, lost=lost["channel"])
    return [row] if fresh else []


def _row(
    tx: Transaction, context: NotifyContext, mark: NoticeMark, contact: Contact, payload: dict[str, Any]
) -> DeliveryRow:
    return delivery_row(
        derived("notice", mark["key"], contact.channel, contact.address),
        contact.channel,
        contact.address,
        {**payload, "language": contact.language},
        reason="notice",
        now=tx.now,
        alert=derived("notice", mark["key"]),
        person=contact.person_id,
        leased=(context.instance, tx.now + LEASE),
    )
