"""Answer `GET /metrics`: what this process counted and, where it is asked to, what store and bus hold.

What is read is kept for a few seconds, so that a storm of scrapes costs one look. A store or bus that is away is a
figure (`kentongan_store_up 0`), never an error: that is when somebody looks.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from schemas.district import District
from schemas.vocabulary import Scope
from services.bus import Bus, BusUnavailable, Load
from services.metrics.request_counts import DoorCounts
from services.metrics.store_metrics import QUESTIONS, Tail
from services.metrics.uncovered_posts import Posts
from services.metrics.warning_metrics import warnings
from services.oncall.shifts import Post
from services.policy.versions import Rules
from services.security.keys import Keys, KeysUnknown
from services.security.permissions import TABLE, Act, Declared
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session
from services.web.problem_details import Problem, documented

READS = TABLE[Act.FIGURES].programs
FRESH = timedelta(seconds=5)  # for which what was read is told again
VERSION = "0.1.0"  # pyproject.toml's, which is not there in a container
PATIENCE = 3.0  # seconds to wait for the bus: Prometheus gives up on us after ten
log = logging.getLogger("kentongan.metrics")


@dataclass(frozen=True)
class Deps:
    """What is looked at; without `store` and `bus` only this process."""

    keys: Keys
    rules: Rules
    door: DoorCounts
    leading: Callable[[District], Sequence[Post]]  # the posts that lead something by these rules
    store: Store | None = None
    bus: Bus | None = None


class Snapshot(Collector):
    """What store and bus held at the last look; one look at a time."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._tail = Tail()
        self._posts = Posts(deps.rules, deps.leading)
        self._told: list[Metric] = []
        self._looked_at: datetime | None = None
        self._looking = asyncio.Lock()

    async def look(self) -> None:
        """Look anew, unless that was done just now."""
        if self._deps.store is None:
            return
        async with self._looking:
            now, begun = self._deps.store.clock(), time.monotonic()
            if self._looked_at is not None and timedelta() <= now - self._looked_at < FRESH:
                return
            store, bus = await asyncio.gather(self._store(self._deps.store, now), self._bus())
            took = GaugeMetricFamily(
                "kentongan_look_duration_seconds", "How long this look took", time.monotonic() - begun
            )
            self._told, self._looked_at = [*store, *bus, took], now

    def collect(self) -> Iterator[Metric]:
        """Give what was seen."""
        yield from self._told

    async def _store(self, store: Store, now: datetime) -> list[Metric]:
        try:
            await asyncio.to_thread(self._posts.prepare)
            told = await store.read(lambda session: self._read(session, now))
        except StoreUnavailable:
            log.warning("the store is away")
            told = []
        up = GaugeMetricFamily("kentongan_store_up", "Whether the store answers (1)", int(bool(told)))
        writable = bool(told) and await store.writable()
        return [*told, up, GaugeMetricFamily("kentongan_store_writable", "Whether it takes writes (1)", int(writable))]

    def _read(self, session: Session, now: datetime) -> list[Metric]:
        told = [family for question in (*QUESTIONS, warnings) for family in question(session, now)]
        return [*told, *self._tail.read(session), *self._posts.read(session, now)]

    async def _bus(self) -> list[Metric]:
        bus = self._deps.bus
        if bus is None:
            return []
        up = GaugeMetricFamily("kentongan_bus_up", "Whether the bus answers (1)")
        promises = GaugeMetricFamily("kentongan_bus_promises", "Whether each stream keeps a message (1)")
        try:
            async with asyncio.timeout(PATIENCE):
                load = await bus.load()
        except (BusUnavailable, TimeoutError):
            log.warning("the bus is away")
            up.add_metric((), 0)
            promises.add_metric((), 0)
            return [up, promises]
        up.add_metric((), 1)
        if bus.was_ready is not None:  # tried every few seconds by the process itself
            promises.add_metric((), int(bus.was_ready))
        held = GaugeMetricFamily("kentongan_bus_messages", "Messages that a stream holds", labels=("stream",))
        ever = CounterMetricFamily(
            "kentongan_bus_told_messages", "Messages ever told on a stream, trials of it too", labels=("stream",)
        )
        for stream, (messages, last) in load.streams.items():
            held.add_metric((stream,), messages)
            ever.add_metric((stream,), last)
        who = ("stream", "consumer")
        waiting = GaugeMetricFamily(
            "kentongan_bus_waiting_messages", "Messages a consumer has not taken yet", labels=who
        )
        in_hand = GaugeMetricFamily(
            "kentongan_bus_unanswered_messages", "Messages it has taken and not answered", labels=who
        )
        for consumer, (pending, taken) in load.services.items():
            waiting.add_metric(consumer, pending)
            in_hand.add_metric(consumer, taken)
        letters = GaugeMetricFamily(
            "kentongan_dead_letters", "Messages nobody could process", load.streams["DEADLETTERS"][0]
        )
        return [up, promises, held, ever, waiting, in_hand, letters, *_partitions(load)]


def _partitions(load: Load) -> list[Metric]:
    """Give what each partition has before it, and whether a worker has it; no figures where the work is not divided."""
    which = ("consumer", "partition")
    waiting = GaugeMetricFamily(
        "kentongan_partition_waiting_messages", "Messages that a partition has not taken or not answered", labels=which
    )
    held = GaugeMetricFamily("kentongan_partition_held", "Whether a worker takes from a partition (1)", labels=which)
    for durable, waits in load.waits.items():
        service, _, number = durable.partition("-")
        if number and load.unheld is not None:
            waiting.add_metric((service, number), waits)
            held.add_metric((service, number), int(durable not in load.unheld))
    return [waiting, held]


class Build(Collector):
    """Say what runs here."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def collect(self) -> Iterator[Metric]:
        """Give version, kind of store, and the rules that this process runs."""
        rules, store = self._deps.rules.version, self._deps.store
        labels = {"version": VERSION, "ruleset": rules.district.ruleset, "digest": rules.short}
        if store is not None:
            labels["store"] = store.engine.dialect.name
        family = GaugeMetricFamily("kentongan_build_info", "What runs here", labels=tuple(labels))
        family.add_metric(tuple(labels.values()), 1)
        yield family


def routes(deps: Deps) -> APIRouter:
    """Build `/metrics` over a registry of this application's own."""
    snapshot = Snapshot(deps)
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    for collector in (Build(deps), deps.door, snapshot):
        registry.register(collector)
    router = APIRouter(tags=["health"])
    told: dict[int | str, Any] = {
        200: {"description": "Prometheus text or OpenMetrics, as asked for", "content": {"text/plain": {}}}
    }

    @router.get(
        "/metrics",
        summary="Figures for Prometheus; keys of auditors and admins only",
        response_class=Response,
        dependencies=[Depends(Declared(Act.FIGURES))],  # held by `_admit`
        responses={**told, **documented(401, 403, 503)},
    )
    async def metrics(request: Request) -> Response:
        await _admit(request, deps.keys)
        await snapshot.look()
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"Content-Type": kind, "Cache-Control": "no-store"})

    return router


async def _admit(request: Request, keys: Keys) -> None:
    """Let keys of auditors and admins in; raises Problem (401, 403, 503)."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    try:
        identity = await keys.recognise(bearer.strip()) if scheme.lower() == "bearer" else None
    except KeysUnknown:
        raise Problem(503, headers={"Retry-After": "2"}) from None
    if identity is None:
        raise Problem(401)
    if identity.role not in READS or Scope.FIGURES not in identity.scopes:
        raise Problem(403, "Angka-angka ini untuk kunci auditor atau admin")
