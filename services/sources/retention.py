"""Remove what the district keeps no longer than its file says, each day, and say what was removed.

Who reported is erased as for somebody who asks for it: on the bus, in the store and in the key file beside the backups.
What happened stays. Runs in small transactions; what an interruption leaves is taken the next day.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from schemas.district import Retention
from schemas.records import Delivery
from schemas.rows import DeliveryRow
from services.sources import escrow, queries, tombstones
from services.sources.vault import LOST, Vault
from services.store.database import Store
from services.store.transaction import Session, Transaction

AT_ONCE = 10  # reports in one transaction: nobody waits long for the writer
RAN = "retention.ran"  # the line that says what was removed
ACTOR = tombstones.ACTOR


@dataclass(frozen=True)
class Removed:
    """How much was removed of each kind."""

    sources: int = 0  # reports of which nobody knows any more who told them
    messages: int = 0  # addresses of reporters in messages to them
    senders: int = 0  # handles of senders of inbound messages
    sessions: int = 0  # sessions and message buttons that had ended
    photographs: int = 0

    def __bool__(self) -> bool:
        return any(vars(self).values())


def due_reports(session: Session, rules: Retention, now: datetime, limit: int = AT_ONCE) -> list[str]:
    """Give some of the reports whose source is kept no longer."""
    return queries.reports_to_close(session, now - rules.sources, now - rules.exercises, limit)


async def run(store: Store, bus: tombstones.Bus, vault: Vault, rules: Retention, data: Path) -> Removed:
    """Remove whatever is due and write down how much; raises StoreUnavailable, BusUnavailable."""
    sources = await tombstones.agree(store, bus, vault, data)
    while reports := await store.read(lambda session: due_reports(session, rules, store.clock())):
        await bus.erase_keys(reports)  # first: the store still knows then what is left to do
        escrow.note_erased(data, reports)
        await store.write(lambda tx, some=reports: tombstones.close(tx, vault, some, ACTOR))  # type: ignore[misc]
        sources += len(reports)
    removed = await store.write(lambda tx: _sweep(tx, rules))
    photographs = await store.read(
        lambda session: queries.photographs_to_remove(session, store.clock() - rules.photographs)
    )
    removed = replace(removed, sources=sources, photographs=_unlink(data / "attachments" / "kept", photographs))
    if removed:
        await store.write(lambda tx: _note(tx, removed))
    if behind := await asyncio.to_thread(escrow.behind, vault.master, data):  # by this erasure, or one that was stopped
        await store.read(lambda session: escrow.write_copies(session, vault.master, behind))
    if removed or behind:
        await asyncio.to_thread(store.settle_erasures)
    return removed


def _sweep(tx: Transaction, rules: Retention) -> Removed:
    """Remove addresses, handles and what has ended."""
    told: list[DeliveryRow] = [
        {"id": id_, "address": LOST} for id_ in queries.old_messages(tx.session, tx.now - rules.messages)
    ]
    tx.put(Delivery, told)
    return Removed(
        messages=len(told),
        senders=queries.forget_old_senders(tx, tx.now - rules.senders),
        sessions=queries.delete_ended(tx, tx.now - rules.sessions),
    )


def _note(tx: Transaction, removed: Removed) -> None:
    tx.audit(RAN, ACTOR, **vars(removed))


def _unlink(folder: Path, ids: Sequence[str]) -> int:
    """Remove the files of photographs; gives how many were there."""
    gone = 0
    for id_ in ids:
        file = folder / f"{id_}.jpg"
        if file.parent == folder and file.exists():
            file.unlink(missing_ok=True)
            gone += 1
    return gone
