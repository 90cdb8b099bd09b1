"""Declare the bus: the one command that may change streams and consumers."""

import argparse
import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial

from services.bus import HEARD, Bus, is_away, service_of
from services.bus.accounts import CLUSTER, conf
from services.cli.connect import add_place, open_store, settings_of
from services.cli.ops import queries
from services.policy.loader import load_district
from services.runtime.logging import set_up_logging
from services.runtime.settings import Settings
from services.store import stream_marks
from services.store.database import StoreShapeError, StoreUnavailable

log = logging.getLogger("kentongan.bus")
EMPTY_STORE = 3  # exit code
EMPTY = (
    "The store holds no report, but the bus has reports that were in it. Put a backup back (kentongan restore FILE), "
    "or start with --new-store and then have the store built from the bus: kentongan db rebuild"
)
EVERY = 5.0  # seconds between looks of `declare --keep`


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `bus`."""
    acts = parser.add_subparsers(dest="act", required=True)
    declare = acts.add_parser("declare", help="make streams and consumers, or bring them to their settings")
    declare.add_argument("--check", action="store_true", help="then hold the bus against the store (what `up` does)")
    declare.add_argument("--new-store", action="store_true", help="with --check: a store without its reports is meant")
    declare.add_argument("--keep", action="store_true", help=f"look again every {EVERY:g} seconds, for ever")
    rewind = acts.add_parser("rewind", help="let a consumer take everything again that its stream still holds")
    rewind.add_argument("consumer", choices=list(HEARD))
    acts.add_parser("accounts", help="print deploy/nats/accounts.conf for this number of partitions")
    accept = acts.add_parser("accept", help="say that every loss that was found on the bus is known")
    for parser_ in (declare, rewind, accept):
        add_place(parser_)


def run(options: argparse.Namespace) -> int:
    """Do it; raises BusUnavailable when the bus does not answer."""
    if options.act == "accounts":
        words = {user: f"$NATS_PASSWORD_{user.upper()}" for user in CLUSTER}
        print(conf(CLUSTER, words, Settings().partitions), end="")
        return 0
    set_up_logging("INFO")
    if options.act == "accept":
        return _accept(settings_of(options))
    settings = settings_of(options, user="deploy")
    if options.act == "rewind":
        asyncio.run(_rewind(settings, options.consumer))
        return 0
    check = settings_of(options) if options.check else None
    office: Settings | None = settings_of(options)
    if office is not None and office.nats_url == settings.nats_url:  # a cluster: it has known its ids from the first on
        office = None
    taken = partial(_taken_before, settings)
    asyncio.run(_declare(settings, office, taken, keep=options.keep and check is None))
    return 0 if check is None else asyncio.run(_check(check, new_store=options.new_store))


def _taken_before(settings: Settings, stream: str, created_at: datetime) -> int:
    """Say up to which number of a stream the store has everything; 0 where no store answers."""
    try:
        store = open_store(settings)
        try:
            return store.read_now(lambda session: stream_marks.taken(session, stream, created_at))
        finally:
            store.close()
    except (StoreUnavailable, StoreShapeError):
        return 0


def _accept(settings: Settings) -> int:
    store = open_store(settings)
    try:
        streams = store.write_now(lambda tx: stream_marks.accept(tx, "office"))
    finally:
        store.close()
    print(f"Known now: losses of {', '.join(streams)}." if streams else "Nothing is missing.")
    return 0


async def _check(settings: Settings, *, new_store: bool) -> int:
    """Hold the bus against what the store knows of it; EMPTY_STORE when the store has lost what the bus still has."""
    store = open_store(settings)
    bus = _bus(settings, declares=False)
    await bus.open()
    try:
        before = await store.read(stream_marks.marks)
        seen, load = await bus.marks(), await bus.load()
        lost = await store.write(lambda tx: stream_marks.take_in(tx, before, seen, "office"))
        for one in lost:
            print(f"The bus has lost messages: {one.sentence()}. When you know of it: kentongan bus accept", flush=True)
        judged = any(number > 0 for durable, number in load.done.items() if service_of(durable) == "triage")
        if judged and not new_store and await store.read(queries.is_empty) and await anything(bus.reports_on_disk()):
            print(EMPTY, flush=True)
            return EMPTY_STORE
        return 0
    finally:
        await bus.close()
        store.close()


async def anything(reports: AsyncIterator[object]) -> bool:
    """Say whether there is at least one."""
    async for _ in reports:
        return True
    return False


async def _declare(
    settings: Settings, office: Settings | None, taken: Callable[[str, datetime], int], *, keep: bool
) -> None:
    bus = _bus(settings, declares=True)
    bus.taken_before = taken
    await bus.open()
    try:
        if office is not None and await bus.knows_less_than_it_holds():
            await _remember(office)
        while keep:
            await asyncio.sleep(EVERY)
            try:
                await bus.provision()
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("the bus does not answer; looking again")
    finally:
        await bus.close()


async def _remember(settings: Settings) -> None:
    """Write down the ids of reports that were filed before ids had a stream of their own."""
    bus = _bus(settings, declares=False)
    await bus.open()
    try:
        log.info("%d reports of before are known by their ids now", await bus.remember())
    finally:
        await bus.close()


async def _rewind(settings: Settings, consumer: str) -> None:
    bus = _bus(settings, declares=True)
    await bus.open()
    try:
        await bus.rewind(consumer)
    finally:
        await bus.close()


def _bus(settings: Settings, *, declares: bool) -> Bus:
    district = load_district(settings.district)
    return Bus(
        settings.nats_url,
        name="deploy" if declares else "office",
        kabupaten=district.code,
        replicas=settings.replicas,
        ack_wait=settings.ack_wait,
        declares=declares,
        authority=settings.nats_ca,
        serves=declares,
        partitions=settings.partitions,
    )
