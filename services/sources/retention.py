"""Remove what the district keeps no longer than its file says, each day, and say what was removed.

Who reported is erased as for somebody who asks for it: on the bus, in the store and in the key file beside the backups.
What happened stays. Runs in small transactions; what an interruption leaves is taken the next day.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from schemas.policy.retention import Retention
from schemas.records.alerts import Delivery
from schemas.rows.alerts import DeliveryRow
from services.sources import escrow, queries, tombstones
from services.sources.vault import LOST, Vault
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session, Transaction

log = logging.getLogger("kentongan.sources")
AT_ONCE = 10  # reports in one transaction: nobody waits long for the writer
RAN = "retention.ran"  # the line that says what was removed
ACTOR = tombstones.ACTOR
WAITING, KEPT = "waiting", "kept"  # folders of photographs: no report has named it yet; one has
FOLDERS = (KEPT, WAITING)
WAITS = timedelta(days=2)  # a phone without a network sends its photographs and its report within a day
# In the end a report is in the store or nowhere: as long as the bus keeps it, it may still come from there.
STRAYS = timedelta(days=400)


class Bus(tombstones.Bus, Protocol):
    """What holds the other copy of each key, and the reports; services/bus has this shape."""

    async def has_unsettled_reports(self) -> bool:
        """Say whether reports wait for triage, or are dead letters; raises BusUnavailable."""
        ...


@dataclass(frozen=True)
class Removed:
    """How much was removed of each kind."""

    sources: int = 0  # reports of which nobody knows any more who told them
    messages: int = 0  # addresses of reporters in messages to them
    senders: int = 0  # handles of senders of inbound messages
    sessions: int = 0  # sessions and message buttons that had ended
    photographs: int = 0
    unnamed: int = 0  # photographs that no report has named, or whose report was refused

    def __bool__(self) -> bool:
        return any(vars(self).values())


def due_reports(session: Session, rules: Retention, now: datetime, limit: int = AT_ONCE) -> list[str]:
    """Give some of the reports whose source is kept no longer."""
    return queries.reports_to_close(session, now - rules.sources, now - rules.exercises, limit)


async def run(store: Store, bus: Bus, vault: Vault, rules: Retention, data: Path) -> Removed:
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
    folder = data / "attachments"
    removed = replace(removed, sources=sources, photographs=unlink(folder / KEPT, photographs))
    removed = replace(removed, unnamed=await _sweep_photographs(store, bus, folder))
    if removed:
        await store.write(lambda tx: _note(tx, removed))
    await settle(store, vault, data, reports=sources, other=bool(removed))
    return removed


async def settle(store: Store, vault: Vault, data: Path, *, reports: int, other: bool = False) -> None:
    """Take what was erased out of key files beside backups and out of the store's own files.

    `reports`: how many were erased; `other`: whether anything else was.
    """
    behind = await asyncio.to_thread(escrow.behind, vault.master, data)  # by this erasure, or one that was stopped
    if behind:
        await store.read(lambda session: escrow.write_copies(session, vault.master, behind))
    if reports or behind or other:
        try:
            await asyncio.to_thread(store.settle_erasures, index=bool(reports or behind))
        except StoreUnavailable:  # what was removed is removed, and is told
            log.warning("retention: the store's files are cleaned with the next erasure: somebody else is writing")


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


async def _sweep_photographs(store: Store, bus: Bus, folder: Path) -> int:
    """Remove the photographs that no report names, each after its time; gives how many.

    What is accepted and not in the store yet is nobody's to judge: while reports wait, or are dead letters, and for
    photographs older than the store, nothing is removed. One that a report names after all is kept again.
    """
    now = store.clock()
    late = await asyncio.to_thread(_older, folder / WAITING, now - WAITS)
    stray = await asyncio.to_thread(_older, folder / KEPT, now - STRAYS)
    if not (late or stray) or await bus.has_unsettled_reports():
        return 0
    named, since = await store.read(queries.photographs_named)
    for file in late:
        if file.stem in named:
            file.replace(folder / KEPT / file.name)
    if since is None:
        return 0
    gone = [one for one, at in (late | stray).items() if one.stem not in named and at > since]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def _older(folder: Path, before: datetime) -> dict[Path, datetime]:
    """Give the files of a folder that are older than an instant, with the instant each is from."""
    found = {}
    for file in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):  # kept, or given back, just now
            at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            if at < before:
                found[file] = at
    return found


def _note(tx: Transaction, removed: Removed) -> None:
    tx.audit(RAN, ACTOR, **vars(removed))


def unlink(folder: Path, ids: Sequence[str]) -> int:
    """Remove the files of photographs; gives how many were there."""
    gone = 0
    for id_ in ids:
        file = folder / f"{id_}.jpg"
        if file.parent == folder and file.exists():
            file.unlink(missing_ok=True)
            gone += 1
    return gone
