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
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.triage.assess import Assessor

import uvicorn
from fastapi import Depends, FastAPI, Response

from schemas.district import District
from services.bus import Bus, ConsumerGone
from services.cli.up import CONSUMER_GONE
from services.oncall.shifts import Post
from services.policy.active import Follower, begin
from services.policy.versions import Rules
from services.runtime.logging import set_up_logging
from services.runtime.private import keep_private
from services.runtime.settings import Settings
from services.runtime.watchdog import Alive
from services.security import auth, revoked
from services.security.devices import Devices
from services.security.keys import Keys, reading
from services.security.permissions import Act, Declared
from services.security.secret import Secret, load_secret
from services.sources.keyring import open_vault
from services.sources.vault import Vault
from services.store.database import Store, StoreUnavailable
from services.store.stream_marks import note_promises
from services.web.bounded_http import BoundedHttp

STOPPING = 40  # seconds from the wish to stop to the end, at most
PROMISES_SECONDS = 2.0  # between notes of what was promised
FILE_SECONDS = 2.0  # between looks whether the store's file is still there
SERVICES = ("ingest", "triage", "notify", "console")
log = logging.getLogger("kentongan")


class StoreReplaced(Exception):  # noqa: N818 - said as a fact
    """Another file lies in the store's place."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `serve`."""
    parser.add_argument("services", nargs="+", choices=SERVICES, metavar="SERVICE", help=" | ".join(SERVICES))
    parser.add_argument("--port", type=int, help="port of the pages and the API")


def run(options: argparse.Namespace) -> int:
    """Run the named services until SIGTERM."""
    settings = Settings()
    if options.port:
        settings = settings.model_copy(update={"port": options.port})
    if settings.divert and "notify" in options.services:
        from services.notify.worker import check_divert  # noqa: PLC0415 - each process loads only what it runs

        try:
            check_divert(settings.divert, settings.public_url)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
    set_up_logging(settings.log_level)
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
        log.error("the store's file was replaced by another: starting again on that one")  # noqa: TRY400 - it says it
        code = 1
    return code


async def _serve(names: tuple[str, ...], settings: Settings) -> None:
    store = Store(settings.database, limited=True)
    rules = begin(store, settings.district)
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
        disk=settings.data if (settings.data / "bus").is_dir() else None,
    )
    alive = Alive(names[0])
    tasks: list[Coroutine[Any, Any, None]] = [Follower(rules, store, names, settings.instance).run()]
    tasks += [alive.run(), _same_file(store)]
    if "ingest" in names or "console" in names:
        tasks.append(_web(names, settings, rules, secret, bus, store, vault))
        tasks.append(alive.tell_of(bus.keeps, bus.ready))
        tasks.append(_note_promises(bus, store))
    if "triage" in names:
        from services.triage.learned.disagreement import FILE  # noqa: PLC0415 - each process loads only what it runs
        from services.triage.worker import serve as triage  # noqa: PLC0415

        tasks.append(_after(bus.open, triage(bus, store, rules, settings.data / FILE, vault)))
    if "notify" in names:
        from services.notify.worker import serve as notify  # noqa: PLC0415

        tasks.append(_after(bus.open, notify(bus, store, rules, settings, secret, vault)))
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
    """End the process when another file has been put in the store's place: what it knows of the old one is no use."""
    while True:
        await asyncio.sleep(FILE_SECONDS)
        if store.replaced:
            raise StoreReplaced


async def _note_promises(bus: Bus, store: Store) -> None:
    """Keep outside the bus how far this process's promises go: beside them a bus that has lost some is found out."""
    noted = 0
    while True:
        await asyncio.sleep(PROMISES_SECONDS)
        reports, highest = bus.promised.reports, bus.promised.highest
        if reports > noted:
            with contextlib.suppress(StoreUnavailable):
                more = reports - noted
                await store.write(lambda tx, more=more, highest=highest: note_promises(tx, more, highest))  # type: ignore[misc]
                noted = reports


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


def create_web(
    names: tuple[str, ...],
    settings: Settings,
    rules: Rules,
    secret: Secret,
    bus: Bus,
    store: Store,
    keys: Keys,
    vault: Vault | None = None,
) -> FastAPI:
    """Compose the ASGI application of ingest, console, or both on one port."""
    from services.metrics import app as metrics  # noqa: PLC0415
    from services.metrics.request_counts import Counted, DoorCounts  # noqa: PLC0415
    from services.web.problem_details import set_up_problems  # noqa: PLC0415
    from services.web.security_headers import protect  # noqa: PLC0415

    app = FastAPI(
        title="Kentongan", version="1", openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None, telemetry=None
    )
    set_up_problems(app)
    counts = DoorCounts()
    app.add_middleware(Counted, counts=counts)  # outside of everything: a refusal by size is counted too
    whole = "console" in names  # one kind of process tells of store and bus, else each figure would be told twice
    leading = _posts_that_lead()
    figures = metrics.Deps(keys, rules, counts, leading, store if whole else None, bus if whole else None)
    app.include_router(metrics.routes(figures))
    from services.ingest import app as ingest  # noqa: PLC0415 - the page to report on files as the door does

    door = ingest.Deps(
        journal=bus,
        keys=keys,
        receipts=auth.Receipts(secret),
        rules=rules,
        clock=store.clock,
        base_url=settings.public_url,
        devices=Devices(secret),
        attachments=settings.data / "attachments",
    )
    filing = ingest.Filing(door)
    if "ingest" in names:
        from services.notify.replies import webhooks as inbound  # noqa: PLC0415

        back = inbound.Deps(bus, inbound.inbound_channels(secret, settings.public_url), store.clock)
        app.include_router(inbound.routes(back))  # before the gateways' own, which takes every other name
        app.include_router(ingest.routes(door, filing))
        if "console" not in names:
            app.include_router(ingest.health(door))
    if "console" in names:
        from services.console import app as console  # noqa: PLC0415
        from services.console.incidents.api import ready_routes  # noqa: PLC0415
        from services.notify.replies.office_hand import OfficeHand  # noqa: PLC0415

        desk = console.Deps(
            store=store,
            secret=secret,
            keys=keys,
            rules=rules,
            bus=bus,
            base_url=settings.public_url,
            posts=leading,
            filing=filing,
            reader=_reader(rules),
            ways=OfficeHand(secret, settings.public_url),
            end_key=partial(revoked.note, settings.data),
            sample=settings.sample,
            vault=vault,
        )
        app.include_router(ready_routes(desk))
        console.mount(app, desk)
        app.state.reads = desk.reads
    described = [Depends(Declared(Act.OPEN))]
    app.add_api_route("/v1/asyncapi.json", _asyncapi(bus), include_in_schema=False, dependencies=described)
    protect(app, settings.public_url, settings.host_names)
    return app


def _reader(rules: Rules) -> Callable[[], "Assessor"]:
    """Give what makes the reader of texts, by the rules in force; remembered while they stay."""
    known: list[tuple[District, Assessor]] = []

    def reader() -> "Assessor":
        from services.triage.assess import Assessor  # noqa: PLC0415 - its words are loaded where they are read first

        district = rules.district
        if not known or known[0][0] is not district:
            known[:] = [(district, Assessor(district))]
        return known[0][1]

    return reader


def _posts_that_lead() -> Callable[[District], Sequence[Post]]:
    """Give what names the posts that lead something, by the policy's own walk; remembered while the rules stay."""
    known: list[tuple[District, tuple[Post, ...]]] = []

    def posts(district: District) -> tuple[Post, ...]:
        from services.policy.proof import demands_of, leading  # noqa: PLC0415

        if not known or known[0][0] is not district:
            known[:] = [(district, leading(demands_of(district)))]
        return known[0][1]

    return posts


def _asyncapi(bus: Bus) -> Callable[[], Awaitable[Response]]:
    async def asyncapi() -> Response:
        """Describe what travels on the bus (AsyncAPI)."""
        return Response(bus.asyncapi(), media_type="application/json")

    return asyncapi


async def _web(
    names: tuple[str, ...], settings: Settings, rules: Rules, secret: Secret, bus: Bus, store: Store, vault: Vault
) -> None:
    keys = Keys(secret, store.clock)
    keys.look = reading(keys, store.read)
    app = create_web(names, settings, rules, secret, bus, store, keys, vault)
    server = _Server(server_config(app, settings))
    opening = asyncio.create_task(bus.open())  # until it is open, ingest says 503
    refreshing = asyncio.create_task(_refresh_keys(keys, store))
    try:
        await server.serve()
    except asyncio.CancelledError:
        server.should_exit = True
        with contextlib.suppress(Exception):
            await asyncio.wait_for(server.shutdown(), 5)
        raise
    finally:
        opening.cancel()
        refreshing.cancel()
        if (reads := getattr(app.state, "reads", None)) is not None:
            with contextlib.suppress(StoreUnavailable):
                await asyncio.wait_for(reads.flush(), 3)


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """Say how the pages are served, with bounds on what strangers may send."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies or None,
        http=BoundedHttp,
        ws="none",
        lifespan="off",
        timeout_graceful_shutdown=3,  # an open event stream would hold the exit for ever
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to us: one process may run more than pages."""
        yield


async def _refresh_keys(keys: Keys, store: Store) -> None:
    while True:
        try:
            await store.read(keys.refresh)
        except StoreUnavailable:
            log.warning("keys: the store is away, keeping what is known")
        await asyncio.sleep(1 if keys.known is None else 3)
