"""Note who has an incident open, and say it to others who may work at it.

Kept in the store, because a district may run more than one desk process. It is no duty and no proof: nobody is kept
from acting, no line of the audit log is written, and what was noted is gone after an hour.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.records.running import Presence
from schemas.rows.running import PresenceRow
from services.console.together import queries
from services.security.auth import Identity
from services.security.permissions import Act, may
from services.store.database import Store
from services.store.transaction import Session, Transaction

LASTS = timedelta(minutes=5)  # after the last sign of an open page; the page gives one each minute
AGAIN = timedelta(seconds=30)  # a later sign within it changes nothing that is shown, and is not written
KEPT = timedelta(hours=1)
PART = "kentongan-part"  # header of a page that asks for itself again, or looks ahead: nobody has opened anything


@dataclass(frozen=True)
class Here:
    """Somebody who has an incident open, and when his page gave its last sign."""

    name: str
    institution: str | None
    at: datetime


def takes_part(who: Identity) -> bool:
    """Say whether somebody is told of others and others of him: whoever may verify; who only reads or audits is not."""
    return may(who.role, Act.VERIFY, program=who.program)


def note(tx: Transaction, incident: str, who: Identity) -> None:
    """Note that `who` has the incident open now."""
    id_ = f"{incident}:{who.id}"
    known = tx.session.get(Presence, id_)
    if known is None:
        queries.forget_before(tx, tx.now - KEPT)
        row: PresenceRow = {"id": id_, "incident_id": incident, "person_id": who.id, "at": tx.now}
        tx.add(Presence, [row])
    elif tx.now - known.at >= AGAIN:
        known.at = tx.now


def others(session: Session, incidents: Collection[str], who: Identity, now: datetime) -> dict[str, list[Here]]:
    """Give by incident who else has it open, the latest first; nothing to somebody who takes no part."""
    found: defaultdict[str, list[Here]] = defaultdict(list)
    if incidents and takes_part(who):
        for row, name, institution in queries.present(session, incidents, now - LASTS):
            if row.person_id != who.id:
                found[row.incident_id].append(Here(name, institution, row.at))
    return dict(found)


async def present(
    store: Store, who: Identity, incident: str, now: datetime, *, whole: bool, arrived: bool
) -> list[Here]:
    """Give who else has an incident open, and note `who` where he has `arrived` at its page.

    Nothing to whoever may not verify it, or does not read the `whole` of it.
    """
    if not takes_part(who) or not whole:
        return []
    if arrived:
        await store.write(lambda tx: note(tx, incident, who))
    found = await store.read(lambda session: others(session, [incident], who, now))
    return found.get(incident, [])
