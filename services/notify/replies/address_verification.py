"""Prove an address before it is used: six digits sent to it come back from it, or by the hand of the office."""

import hmac
import re
from datetime import timedelta

from schemas.records.people import Address, AddressCheck
from services.notify.delivery.address_health import clear
from services.notify.replies import queries
from services.store.ids import derived
from services.store.transaction import Transaction

LASTS = timedelta(hours=1)
TRIES = 5
CODE = re.compile(r"\D*(\d{6})\D*")


def hash_of(address: str, code: str) -> str:
    """Give what is kept of a code."""
    return derived("address check", address, code)


def begin(tx: Transaction, address: Address, code: str, actor: str) -> None:
    """Keep a new code for an address in place of any older one."""
    ends = tx.now + LASTS
    tx.session.merge(AddressCheck(address_id=address.id, code_hash=hash_of(address.id, code), ends_at=ends))
    tx.audit("address.check_sent", actor, subject=address.id, channel=address.channel)


def answers_check(tx: Transaction, addresses: list[Address]) -> bool:
    """Say whether a code is awaited from one of these addresses."""
    return queries.awaits_code(tx, [one.id for one in addresses])


def prove(tx: Transaction, addresses: list[Address], said: str, actor: str | None = None) -> Address | None:
    """Verify the address whose code this is; None when it is no address's, too late or tried too often."""
    found = CODE.fullmatch(said)
    for address in addresses:
        check = tx.session.get(AddressCheck, address.id)
        if check is None or check.ends_at < tx.now or check.tries >= TRIES:
            continue
        check.tries += 1
        if found and hmac.compare_digest(hash_of(address.id, found[1]), check.code_hash):
            tx.session.delete(check)
            address.verified_at, address.disabled_at = tx.now, None
            clear(address)
            tx.audit("address.verified", actor or address.person_id, subject=address.id, channel=address.channel)
            return address
    return None
