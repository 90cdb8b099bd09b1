"""Compose services out of their parts and run them: the only place that knows all of them.

Several may share a process and a port (`serve ingest console`, as `up` does); in production each stands alone.
"""

import argparse
import asyncio
import contextlib
import gc
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Collection, Coroutine
from functools import partial
from typing import Any

from services.bus import Bus, BusUnavailable, ConsumerGone
from services.cli.supervision.start_checks import check_start
from services.cli.up import CONSUMER_GONE
from services.policy.active import Follower, begin
from services.runtime.bus_users import know_leaf
from services.runtime.disk import bus_folder
from services.runtime.logging import keep_words_out, set_up_logging, unforeseen
from services.runtime.memory import give_back
from services.runtime.private import keep_private
from services.runtime.settings import Settings
from services.runtime.signs import GONE_WORD
from services.runtime.steps.step_times import STEP_TIMES
from services.runtime.watchdog import Alive
from services.security.secret import load_secret
from services.sources import tombstones
from services.sources.keyring import MASTER, open_vault
from services.sources.vault import Vault, name_of
from services.store.database import Store, StoreUnavailable
from services.store.stream_marks import MARKS, note_promises, note_taken

STOPPING = 40  # seconds from the wish to stop to the end, at most
PROMISES_SECONDS = 2.0  # between notes of what was promised
TAKEN_SECONDS = 10.0  # between notes of what was taken
STARTED_SECONDS = 15.0  # after which what a start has read is dropped
MEMORY_SECONDS = 60.0  # between later times that free memory is given back: a burst of reports leaves some too
STREAMS_SECONDS = 5.0  # between looks whether each stream is there: most have no consumer whose worker would notice
FILE_SECONDS = 2.0  # between looks whether the store's file is still there
SERVICES = ("ingest", "triage", "notify", "console")
log = logging.getLogger("kentongan")


class StoreReplaced(Exception):  # noqa: N818 - said as a fact
    """Another file lies in the store's place, or one that can be written again."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `serve`."""
    parser.add_argument("services", nargs="+", choices=SERVICES, metavar="SERVICE", help=" | ".join(SERVICES))
    parser.add_argument("--port", type=int, help="port of the pages and the API")


def run(options: argparse.Namespace) -> int:
    """Run the named services until SIGTERM."""
    settings = Settings()
    know_leaf(settings.data)
    if options.port:
        settings = settings.model_copy(update={"port": options.port})
    check_start(settings, options.services)
    set_up_logging(settings.log_level)
    keep_words_out()
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: PLC0415 - optional speed

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    keep_private(settings.data)
    code = 0
    try:
        asyncio.run(_serve(tuple(options.services), settings))
    except* ConsumerGone:
        code = CONSUMER_GONE
    except* StoreReplaced:
        log.error("the store's file was replaced, or read-only until now: starting again on it")  # noqa: TRY400 - it says it
        code = 1
    return code


async def _serve(names: tuple[str, ...], settings: Settings) -> None:
    asyncio.get_running_loop().set_exception_handler(unforeseen)
    store = Store(settings.database, limited=True)
    rules = begin(store, settings.district)
    if "notify" not in names:  # who alone may have to put them in force
        rules.version.let_texts_go()
    store.pace = rules.pace
    secret = load_secret(settings.secret, settings.data, settings.secret_previous)
    vault = open_vault(settings, store)
    bus = Bus(
        settings.nats_url,
        name="+".join(names),
        kabupaten=rules.district.code,
        replicas=settings.replicas,
        ack_wait=settings.ack_wait,
        authority=settings.nats_ca,
        sealer=vault,
        disk=bus_folder(settings.data),
        serves=True,
        partitions=settings.partitions,
        worker=f"{names[0]}-{settings.instance}",
    )
    alive = Alive(names[0])

    def known() -> dict[str, str]:
        return {MASTER: name_of(vault.master.current)}

    bus.on_consumer_gone = partial(alive.tell, GONE_WORD)
    follower = Follower(rules, store, names, settings.instance, known, STEP_TIMES.of)
    tasks: list[Coroutine[Any, Any, None]] = [follower.run(), alive.run(), _same_file(store), _give_back(store)]
    if "ingest" in names or "console" in names:
        from services.cli.serve_web import serve_web  # noqa: PLC0415 - as below

        tasks.append(serve_web(names, settings, rules, secret, bus, store, vault))
        tasks.append(alive.tell_of(bus.keeps, bus.ready))
        tasks.append(_after(bus.open, _note_promises(bus, store)))
        tasks.append(_put_keys_again(bus, store, vault))
    if "triage" in names:
        from services.triage.learned.disagreement import FILE  # noqa: PLC0415 - each process loads only what it runs
        from services.triage.worker import serve as triage  # noqa: PLC0415

        tasks.append(_after(bus.open, triage(bus, store, rules, settings.data / FILE, vault)))
        tasks.append(_note_taken(bus, store, "REPORTS", "triage"))
    if "notify" in names:
        from services.notify.worker import serve as notify  # noqa: PLC0415

        tasks.append(_after(bus.open, notify(bus, store, rules, settings, secret, vault)))
        tasks += [_note_taken(bus, store, "INCIDENTS", "notify"), _note_taken(bus, store, "INBOUND", "answers")]
        tasks.append(_see_streams(bus))
    gc.collect()
    gc.freeze()  # what was loaded to start with stays; collecting it again and again only costs time
    sys.setswitchinterval(0.001)  # a batch in the writing thread must not keep the loop from its messages for 5 ms
    gc.set_threshold(20_000, 20, 50)  # batches make many objects and few cycles
    try:
        await _until_signalled(tasks)
    finally:
        await bus.close()
        store.close()


async def _same_file(store: Store) -> None:
    """End the process when another file lies in the store's place, or ours can be written again: only a start helps."""
    while True:
        await asyncio.sleep(FILE_SECONDS)
        if store.replaced:
            raise StoreReplaced


async def _give_back(store: Store) -> None:
    """Give back free memory, and pages read from the store: after the start, and now and then from then on."""
    await asyncio.sleep(STARTED_SECONDS)
    while True:
        await store.give_pages_back()
        give_back()
        await asyncio.sleep(MEMORY_SECONDS)


async def _note_promises(bus: Bus, store: Store) -> None:
    """Keep outside the bus how far this process's promises go: beside them a bus that has lost some is found out."""
    while True:
        await asyncio.sleep(PROMISES_SECONDS)
        reports, highest = bus.promised.reports, bus.promised.highest
        if highest:  # a report that is repeated raises it too, and would be noted after a loss else
            with contextlib.suppress(StoreUnavailable):
                await store.write(partial(note_promises, reports=reports, highest=highest), MARKS)
                bus.promised.noted(reports, highest)


async def _put_keys_again(bus: Bus, store: Store, vault: Vault) -> None:
    """Put the keys of what was filed lately on the bus again once their stream was made anew."""

    async def erased(reports: Collection[str]) -> set[str]:
        return await store.read(lambda session: tombstones.standing(session, vault, reports))

    while True:
        await asyncio.sleep(PROMISES_SECONDS)
        if bus.keys.lost:
            with contextlib.suppress(BusUnavailable, StoreUnavailable):
                many = await bus.put_keys_again(erased)
                log.warning("the stream of keys was made anew: the keys of %d reports were put there again", many)


async def _see_streams(bus: Bus) -> None:
    """Ask for streams that are missing to be declared again, those too that nobody takes from."""
    while True:
        await asyncio.sleep(STREAMS_SECONDS)
        with contextlib.suppress(BusUnavailable):
            if missing := await bus.missing():
                log.warning("streams are missing: %s", ", ".join(missing))
                bus.on_consumer_gone()


async def _note_taken(bus: Bus, store: Store, stream: str, durable: str) -> None:
    """Keep in the store up to where a consumer has taken everything: one that is made anew begins there, not at 1."""
    noted = 0
    while True:
        await asyncio.sleep(TAKEN_SECONDS)
        with contextlib.suppress(BusUnavailable, StoreUnavailable):
            created_at, number = await bus.taken(stream, durable)
            if number != noted:
                note = partial(note_taken, stream=stream, created_at=created_at, number=number)
                await store.write(note, MARKS)
                noted = number


async def _after(first: Callable[[], Awaitable[None]], then: Coroutine[Any, Any, None]) -> None:
    try:
        await first()
        await then
    finally:
        then.close()


async def _until_signalled(tasks: list[Coroutine[Any, Any, None]]) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    running = [asyncio.create_task(task) for task in tasks]
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({*running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    signal.alarm(STOPPING)  # whatever hangs on its way out, the process ends
    for task in (*running, stopping):
        task.cancel()
    await asyncio.wait({*running, stopping}, timeout=15)
    for task in done - {stopping}:
        task.result()  # a service that ended by itself ends the process; whoever supervises starts it again
