"""Use an address no more once its provider says that there is no such address: a browser's permission taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from schemas.records import Address
from services.notify.desk import Desk
from services.push import GONE
from services.store import Unit

Row = Mapping[str, Any]


def let_go(unit: Unit, desk: Desk, lost: Sequence[Row]) -> Sequence[Row]:
    """Disable the addresses of lost deliveries that are no more (`gone`); gives the deliveries unchanged.

    Whoever has such an address sees it on his own page, and may turn the device on again there.
    """
    for channel, address in {(row["channel"], row["address"]) for row in lost if row["gone"]}:
        query = select(Address).where(col(Address.channel) == channel, col(Address.address) == address)
        for one in unit.session.exec(query.where(col(Address.disabled_at).is_(None))):
            one.disabled_at, one.disabled_why = unit.now, GONE
            unit.journal("address.gone", "notify", subject=one.id, person=one.person_id, channel=channel)
            desk.contacts.forget()
    unit.session.flush()
    return lost
