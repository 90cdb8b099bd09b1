"""Build the store from the bus: what is missing in it is judged again by triage, and told by notify.

The services run meanwhile. What the store has stays as it is: a report it knows has no effect a second time. Answers
that officers gave to incidents which are opened anew are lost with the incidents they answered; who is asked again
answers again.
"""

import argparse
import asyncio

from schemas.district import District
from services.bus import Bus
from services.cli.connect import open_store, settings_of, with_bus
from services.cli.ops import queries
from services.sources import tombstones
from services.sources.keyring import load_master, open_vault
from services.store.database import Store
from services.store.stream_marks import note_timeline

LOOK = 0.25  # seconds between looks whether all is judged


def rebuild(options: argparse.Namespace) -> int:
    """Tell every missing report again and wait for its judgement; 1 when one is still missing at the end."""
    settings = settings_of(options)
    store = open_store(settings)
    try:
        load_master(settings, make=False)  # one that is made here would seal what the right one opens
        vault = open_vault(settings, store)

        async def act(bus: Bus, _district: District) -> int:
            await tombstones.agree(store, bus, vault, settings.data)
            told = await tell_missing(bus, store)
            left = await judged(bus, store, options.wait)
            print(f"{told} reports told again; {left} of them are not in the store yet.")
            return 1 if left else 0

        return with_bus(settings, act, vault)
    finally:
        store.close()


async def tell_missing(bus: Bus, store: Store) -> int:
    """Tell again every report that lies on the bus and not in the store; gives how many.

    But what was erased, what a person has put aside, and what no key opens any more.
    """
    kept = {*await store.read(queries.digests), *await store.read(queries.put_aside)}
    missing: dict[str, int] = {}
    async for number, id_, _ in bus.reports_on_disk():
        if id_ not in kept:
            missing.setdefault(id_, number)
    for id_ in await bus.erased_among(missing):
        del missing[id_]
    return sum([await bus.tell_again(number) for number in missing.values()])


async def judged(bus: Bus, store: Store, patience: float) -> int:
    """Wait at most `patience` seconds for triage to take what lies on the bus by now; gives how many are missing still.

    Where none is, that is noted: a database that has taken over lacks nothing any more. What comes meanwhile is not
    waited for: on a busy bus something always does.
    """
    left = {id_ async for _, id_, _ in bus.reports_on_disk()} - await store.read(queries.put_aside)
    for look in range(max(1, int(patience / LOOK))):
        asked = frozenset(left)
        left -= await store.read(lambda session, asked=asked: queries.kept_among(session, asked))  # type: ignore[misc]
        if not look:
            left -= await bus.erased_among(left)
        if not left:
            await store.write(note_timeline)  # whichever server it is on, it holds what the bus has
            break
        await asyncio.sleep(LOOK)
    return len(left)
