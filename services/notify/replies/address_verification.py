"""Prove an address before it is used: six digits sent to it come back from it, or by the hand of the office."""

import hmac
import re
from datetime import timedelta

from sqlmodel import col, select

from schemas.records import Address, AddressCheck
from services.notify.delivery.address_health import clear
from services.store.database import Unit
from services.store.ids import derived

LASTS = timedelta(hours=1)
TRIES = 5
CODE = re.compile(r"\D*(\d{6})\D*")


def hash_of(address: str, code: str) -> str:
    """Give what is kept of a code."""
    return derived("address check", address, code)


def begin(unit: Unit, address: Address, code: str, actor: str) -> None:
    """Keep a new code for an address in place of any older one."""
    ends = unit.now + LASTS
    unit.session.merge(AddressCheck(address_id=address.id, code_hash=hash_of(address.id, code), ends_at=ends))
    unit.journal("address.check_sent", actor, subject=address.id, channel=address.channel)


def answers_check(unit: Unit, addresses: list[Address]) -> bool:
    """Say whether a code is awaited from one of these addresses."""
    ids = [one.id for one in addresses]
    query = select(AddressCheck.address_id).where(col(AddressCheck.address_id).in_(ids))
    return unit.session.exec(query.limit(1)).first() is not None


def prove(unit: Unit, addresses: list[Address], said: str, actor: str | None = None) -> Address | None:
    """Verify the address whose code this is; None when it is no address's, too late or tried too often."""
    found = CODE.fullmatch(said)
    for address in addresses:
        check = unit.session.get(AddressCheck, address.id)
        if check is None or check.ends_at < unit.now or check.tries >= TRIES:
            continue
        check.tries += 1
        if found and hmac.compare_digest(hash_of(address.id, found[1]), check.code_hash):
            unit.session.delete(check)
            address.verified_at, address.disabled_at = unit.now, None
            clear(address)
            unit.journal("address.verified", actor or address.person_id, subject=address.id, channel=address.channel)
            return address
    return None
