"""Let a person look after the ways in which he is reached: push on his devices, and what is used first.

A subscription made by a signed-in person in his own session is verified by that act: the push service hands messages
to this browser and to nobody else. What the office has entered is changed by the office.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from schemas.deliveries import delivery_row
from schemas.records.alerts import Delivery
from schemas.records.people import Address
from schemas.vocabulary import DeliveryState
from services.oncall import queries
from services.oncall.push_subscription import CHANNEL, MOVED, Subscription, endpoint_of
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Session, Transaction

PAUSE = timedelta(minutes=1)  # between two trials of one device
MOST_DEVICES = 10  # of one person; more is a mistake or mischief
LONGEST_LABEL = 60
ARRIVED = (DeliveryState.SENT.value, DeliveryState.DELIVERED.value, DeliveryState.READ.value)
TRIAL = "trial"  # why a delivery was owed: a person wanted to see that it comes


@dataclass(frozen=True)
class Way:
    """One address of a person; `sent_at` and `shown_at` are of the last message that went there."""

    address: Address
    sent_at: datetime | None = None
    shown_at: datetime | None = None


def listed(session: Session, who: Identity) -> list[Way]:
    """Give a person's addresses in the order in which they are used, those used no more last."""
    found = sorted(queries.addresses_of(session, who.id), key=_order)
    return [Way(one, *_last(session, one)) for one in found]


def _order(one: Address) -> tuple[bool, bool, int, str]:
    return one.disabled_at is not None, one.avoided_at is not None, one.rank, one.id


def _last(session: Session, one: Address) -> tuple[datetime | None, datetime | None]:
    return queries.last_sent(session, one, ARRIVED), queries.last_sent(session, one, ARRIVED[1:])


def turn_on(tx: Transaction, who: Identity, subscription: Subscription, label: str) -> str:
    """Reach a person on this device from now on, before any other way; gives the address's id. Raises Refused.

    A device has one owner: whoever turned it on before is no longer told there.
    """
    address = subscription.address
    id_ = derived("address", who.id, CHANNEL, address)
    own = [way.address for way in listed(tx.session, who) if way.address.channel == CHANNEL]
    for one in own:  # the same device under new keys, or one that was dropped before
        if one.id != id_ and endpoint_of(one.address) == subscription.endpoint:
            tx.session.delete(one)
    live = [one for one in own if one.disabled_at is None and endpoint_of(one.address) != subscription.endpoint]
    if len(live) >= MOST_DEVICES:
        raise Refused("too_many_devices", most=MOST_DEVICES)
    _hand_over(tx, who, subscription)
    made = Address(id=id_, person_id=who.id, channel=CHANNEL, address=address, verified_at=tx.now)
    made.label = " ".join(label.split())[:LONGEST_LABEL] or None
    tx.session.merge(made)
    tx.session.flush()
    _put_first(tx, who, id_)
    tx.audit("address.turned_on", who.id, subject=id_, channel=CHANNEL)
    return id_


def _hand_over(tx: Transaction, who: Identity, subscription: Subscription) -> None:
    """Take the device from others; the endpoint alone says which device it is."""
    start = f"{subscription.endpoint}#"
    for one in queries.enabled_beginning(tx, CHANNEL, start):
        same = endpoint_of(one.address) == subscription.endpoint  # SQLite finds without regard to capitals
        if same and one.person_id != who.id:
            one.disabled_at, one.disabled_why = tx.now, MOVED
            tx.audit("address.moved", who.id, subject=one.id, person=one.person_id, channel=CHANNEL)


def turn_off(tx: Transaction, who: Identity, id_: str) -> None:
    """Take a device off a person's ways; it can be turned on again. Raises Refused."""
    one = _own(tx, who, id_)
    if one.channel != CHANNEL:
        raise Refused("address_kept_by_office")
    tx.session.delete(one)
    tx.audit("address.turned_off", who.id, subject=id_, channel=one.channel)


def put_first(tx: Transaction, who: Identity, id_: str) -> None:
    """Use an address before all others of its owner. Raises Refused."""
    one = _own(tx, who, id_)
    if one.disabled_at is not None or one.verified_at is None:
        raise Refused("address_not_ready")
    _put_first(tx, who, id_)
    tx.audit("address.put_first", who.id, subject=id_, channel=one.channel)


def _put_first(tx: Transaction, who: Identity, id_: str) -> None:
    """Rank an address before all others; the office ranks from 1, so that its hand never ties with the person's."""
    own = [way.address for way in listed(tx.session, who)]
    least = min((one.rank for one in own if one.id != id_), default=1)
    for one in own:
        if one.id == id_:
            one.rank = min(least, 1) - 1
    tx.session.flush()


def try_out(tx: Transaction, who: Identity, id_: str, words: tuple[str, str], url: str) -> str:
    """Owe a trial message to one of a person's devices, by the path of every alert; gives the delivery's id.

    `words` are its subject and its text. Raises Refused; at most one a minute.
    """
    one = _own(tx, who, id_)
    if one.channel != CHANNEL or one.disabled_at is not None:
        raise Refused("device_off")
    if queries.count_deliveries(tx, [one.address], TRIAL, tx.now - PAUSE):
        raise Refused("test_just_sent")
    id_ = str(uuid4())
    subject, text = words
    payload = {"subject": subject, "body": text, "short": text, "url": url, "data": {"url": url}}
    row = delivery_row(
        id_,
        one.channel,
        one.address,
        payload | {"language": who.language},
        reason=TRIAL,
        now=tx.now,
        alert=derived(TRIAL, id_),  # of nobody: no alert is behind it
        person=who.id,
    )
    tx.add(Delivery, [row])
    tx.audit("address.tried", who.id, subject=one.id, channel=one.channel)
    return id_


def _own(tx: Transaction, who: Identity, id_: str) -> Address:
    one = tx.session.get(Address, id_)
    if one is None or one.person_id != who.id:
        raise Refused("address_not_yours")
    return one


DOTS = "••••"
HEAD, TAIL = 6, 2  # signs of a telephone number that are left


def shown(channel: str, address: str, label: str = "") -> str:
    """Give what the page says of an address; `label` is what its owner calls a device.

    >>> shown("email", "piket.polres@tuban.example"), shown("sms_android", "+6281234567890")
    ('p••••@tuban.example', '+62812••••90')
    >>> shown("webhook", "https://sink.example/x?y=1"), shown("apprise", "slack://T1/B2/C3"), shown("ntfy", "rahasia")
    ('sink.example', 'slack', 'rah••••')
    >>> shown("webpush", "https://fcm.googleapis.com/fcm/send/abc#p256dh=B", "Chrome, Android")
    'Chrome, Android'
    """
    if channel == CHANNEL:
        return label or _host(address)
    if "://" in address:
        return _host(address) if address.startswith("http") else address.partition("://")[0]
    name, at, domain = address.rpartition("@")
    if at:
        return f"{name[:1]}{DOTS}@{domain}"
    if address.startswith("+"):
        return f"{address[:HEAD]}{DOTS}{address[-TAIL:]}"
    return f"{address[:3]}{DOTS}"


def _host(address: str) -> str:
    return urlsplit(address).hostname or DOTS
