"""Keep what was erased erased, whoever files it again and whichever copy of before comes back (decision 0073).

An id that was erased stands as a keyed hash in the store and on the bus, as itself in the data folder. Each of the
three may be lost or be put back as it was earlier: what one of them still says, the others learn, and what came back
meanwhile is erased again.
"""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from services.sources import escrow, queries
from services.sources.subject import erase_report
from services.sources.vault import Vault
from services.store.database import Store
from services.store.transaction import Session, Transaction

AT_ONCE = 10  # reports in one transaction: nobody waits long for the writer
ACTOR = "retention"


class Bus(Protocol):
    """What holds the other copy of each key and each tombstone; services/bus has this shape."""

    async def tombstones(self) -> set[str]:
        """Give the keyed hashes of all ids that were erased; raises BusUnavailable."""
        ...

    async def bury(self, tombstones: Collection[str]) -> None:
        """Put up tombstones; raises BusUnavailable."""
        ...

    async def reports_with_keys(self) -> list[str]:
        """Give the ids of all reports whose key lies there; raises BusUnavailable."""
        ...

    async def erase_keys(self, reports: Collection[str]) -> int:
        """Overwrite the keys of reports; raises BusUnavailable."""
        ...


def close(tx: Transaction, vault: Vault, reports: Collection[str], actor: str) -> None:
    """Erase from the store who told these reports, their keys with it, and keep their tombstones."""
    for id_ in reports:
        erase_report(tx, vault, id_, actor)
    queries.delete_keys(tx, reports)
    queries.bury(tx, [vault.tombstone(id_) for id_ in reports])


def bury_noted(tx: Transaction, vault: Vault, data: Path) -> int:
    """Keep the tombstones of what the data folder says was erased; gives how many are new."""
    return queries.bury(tx, [vault.tombstone(id_) for id_ in escrow.erased(data)])


async def agree(store: Store, bus: Bus, vault: Vault, data: Path) -> int:
    """Let bus, store and data folder hold the same tombstones; gives how many reports had to be erased again.

    Raises StoreUnavailable, BusUnavailable; doing it again does what is left.
    """
    here, there = await store.read(queries.tombstones), await bus.tombstones()
    noted = await asyncio.to_thread(lambda: {vault.tombstone(id_) for id_ in escrow.erased(data)})
    every = here | there | noted
    again: set[str] = set()
    if lost := every - there:  # a bus that was made anew, or is older than they are
        await bus.bury(lost)  # first: no key comes after the look for keys
        again |= _of(vault, await bus.reports_with_keys(), lost)
        await bus.erase_keys(again)
    if lost := every - here:  # a store that was put back as it was before
        kept = await store.read(queries.reports_with_keys)
        back = sorted(await asyncio.to_thread(_of, vault, kept, lost))
        if new := set(back) - escrow.erased(data):
            escrow.note_erased(data, sorted(new))  # first: who is stopped half-way finds them by it
        for start in range(0, len(back), AT_ONCE):
            some = back[start : start + AT_ONCE]
            await bus.erase_keys(some)
            await store.write(lambda tx, some=some: close(tx, vault, some, ACTOR))  # type: ignore[misc]
        again |= set(back)
        await store.write(lambda tx: queries.bury(tx, lost))
    if new := again - escrow.erased(data):
        escrow.note_erased(data, sorted(new))
    return len(again)


def _of(vault: Vault, reports: Collection[str], tombstones: Collection[str]) -> set[str]:
    """Give those of these reports that one of the tombstones stands for."""
    return {id_ for id_ in reports if vault.tombstone(id_) in tombstones}


def standing(session: Session, vault: Vault, reports: Collection[str]) -> set[str]:
    """Give those of these reports that were erased, as the store knows it."""
    by = {vault.tombstone(id_): id_ for id_ in reports}
    return {by[one] for one in queries.tombstones_among(session, by)}
