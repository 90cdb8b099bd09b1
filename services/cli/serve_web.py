"""Compose the web application of a process: ingest, console, or both on one port, and serve it.

Only a process that serves pages or the API loads this: triage and notify need not hold what the web takes.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.security.oidc.provider import Provider
    from services.triage.assess import Assessor

import uvicorn
from fastapi import Depends, FastAPI, Response

from schemas.district import District
from schemas.tiles import TileServer
from services.bus import Bus
from services.cli.supervision.start_checks import office_of
from services.oncall.shifts import Post
from services.policy.versions import Rules
from services.runtime.settings import Settings
from services.security import auth, revoked
from services.security.accounts import first_passwords
from services.security.devices import Devices
from services.security.keys import Keys, reading
from services.security.permissions import Act, Declared
from services.security.secret import Secret
from services.sources.vault import Vault
from services.store.database import Store, StoreUnavailable
from services.web.bounded_http import BoundedHttp

log = logging.getLogger("kentongan")
# FastAPI asks of each type whether it is one of pydantic 1, and would load that to ask: 1.4 MB. Nothing here is of it,
# and FastAPI takes no for an answer, as where a later pydantic no longer brings it.
sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]  # Python's own sign that there is none


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
    from services.web.routing import add_routes  # noqa: PLC0415
    from services.web.security_headers import protect  # noqa: PLC0415

    app = FastAPI(
        title="Kentongan", version="1", openapi_url="/v1/openapi.json", docs_url=None, redoc_url=None, telemetry=None
    )
    set_up_problems(app)
    counts = DoorCounts()
    app.add_middleware(Counted, counts=counts)  # outside of everything: a refusal by size is counted too
    whole = "console" in names  # one kind of process tells of store and bus, else each figure would be told twice
    figures = metrics.Deps(keys, rules, counts, _posts_that_lead, store if whole else None, bus if whole else None)
    add_routes(app, metrics.routes(figures))
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
        add_routes(app, inbound.routes(back))  # before the gateways' own, which takes every other name
        add_routes(app, ingest.routes(door, filing))
        if "console" not in names:
            add_routes(app, ingest.health(door))
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
            posts=_posts_that_lead,
            filing=filing,
            reader=_reader(rules),
            ways=OfficeHand(secret, settings.public_url),
            end_key=partial(revoked.note, settings.data),
            came_in=partial(first_passwords.forget, settings.data),
            sample=settings.sample,
            tiles=TileServer(settings.tiles, settings.tiles_by) if settings.tiles else None,
            two_step_roles=settings.two_step_roles,
            vault=vault,
            letters=bus,
            provider=_provider(settings, secret, store),
        )
        add_routes(app, ready_routes(desk))
        console.mount(app, desk)
        app.state.reads = desk.reads
    described = [Depends(Declared(Act.OPEN))]
    app.add_api_route("/v1/asyncapi.json", _asyncapi(bus), include_in_schema=False, dependencies=described)
    protect(app, settings.public_url, settings.host_names)
    return app


def _provider(settings: Settings, secret: Secret, store: Store) -> "Provider | None":
    """Give the office's own provider; None where there is none. Raises SettingError."""
    office = office_of(settings)
    if office is None:
        return None
    from services.security.oidc.provider import Provider  # noqa: PLC0415 - where there is one

    return Provider(office, secret, store.clock)


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


def _posts_that_lead(district: District) -> Sequence[Post]:
    """Name the posts that lead something, by the policy's own walk."""
    from services.policy.proof import demands_of, leading  # noqa: PLC0415 - only who asks pays for it

    return leading(demands_of(district))


def _asyncapi(bus: Bus) -> Callable[[], Awaitable[Response]]:
    async def asyncapi() -> Response:
        """Describe what travels on the bus (AsyncAPI)."""
        return Response(bus.asyncapi(), media_type="application/json")

    return asyncapi


async def serve_web(
    names: tuple[str, ...], settings: Settings, rules: Rules, secret: Secret, bus: Bus, store: Store, vault: Vault
) -> None:
    """Serve the pages and the API until told to stop; while the bus is not open, ingest says 503."""
    keys = Keys(secret, store.clock)
    keys.look = reading(keys, store.read)
    app = create_web(names, settings, rules, secret, bus, store, keys, vault)
    server = _Server(server_config(app, settings))
    refreshing = asyncio.create_task(_refresh_keys(keys, store))
    ready = asyncio.create_task(app.state.ready()) if "console" in names else None
    try:
        await server.serve()
    except asyncio.CancelledError:
        server.should_exit = True
        with contextlib.suppress(Exception):
            await asyncio.wait_for(server.shutdown(), 5)
        raise
    finally:
        refreshing.cancel()
        if ready:
            ready.cancel()
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
