"""Hold the connection to NATS, for ever, and declare on it what must be there."""

import asyncio
import contextlib
import json
import logging
import signal
import ssl
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import nats.errors
from faststream.nats import NatsBroker
from faststream.security import BaseSecurity
from faststream.specification.asyncapi import AsyncAPI
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js import errors as js_errors
from nats.js.api import ConsumerConfig

from services.bus.accounts import inbox_of
from services.bus.consumer import Arrivals
from services.bus.declaring import (
    STREAMS,
    answered,
    consumer_differences,
    kept,
    stream_differences,
    wanted_consumer,
    wanted_stream,
    where_it_began,
)
from services.bus.partitions.bucket import LEASES
from services.bus.publisher import PUBACK, BusUnavailable, Publisher, Refused
from services.bus.sealing import Sealer
from services.bus.streams import (
    DIVIDED,
    HEARD,
    PROBED,
    Consumer,
    consumers,
    describe,
    probe,
    service_of,
    stream_of,
)
from services.bus.watermarks import Promised, RecentKeys, instant
from services.runtime.disk import has_room
from services.runtime.signs import KEEPS, REFUSES, SILENT

log = logging.getLogger("kentongan.bus")
FAILS = (BusUnavailable, nats.errors.Error, js_errors.Error, TimeoutError)
# Nobody is there, or not enough of a cluster: the same again may succeed. Any other answer is about what was asked.
AWAY = (
    BusUnavailable,
    TimeoutError,
    js_errors.ServiceUnavailableError,
    nats.errors.NoRespondersError,
    nats.errors.NoServersError,
    nats.errors.ConnectionClosedError,
    nats.errors.ConnectionReconnectingError,
)
PROBED_FOR = 1.0  # seconds for which a probe that was kept counts
GOODBYE = 5.0  # seconds to wait for the server when leaving
REFUSED = "The bus refuses this installation's name or password: is another program's bus on this port?"
LARGEST = 1 << 20  # bytes of a message that the server must take: deploy/nats and `up` set so many
BATCH = 64  # messages a worker takes at most: bounds a transaction, and what is sent again after a kill


def is_away(error: BaseException) -> bool:
    """Say whether an error means that the bus, or the majority of its servers, is not there now."""
    return isinstance(error, AWAY)


def token_of(name: str) -> str:
    """Write a name so that a subject can hold it.

    >>> token_of("notify-2"), token_of("triage@ruang 3.kantor")
    ('notify-2', 'triage-ruang-3-kantor')
    """
    return "".join(one if one.isascii() and one.isalnum() else "-" for one in name)


class Connection:
    """One connection to NATS, reconnecting for ever; `name` is the service's.

    Only one that `declares` makes streams and consumers; all others have no right to, and wait until they are there.
    With a `sealer`, reports and inbound messages lie sealed; without one they lie as they are: tools and tests alone.
    `authority` is the file of who has signed the servers' certificates: with it, nothing is said in the clear.
    `disk` is a folder on the disk of a bus on this machine: without enough room there, nothing is promised.
    `partitions` says into how many the work of triage and notify is divided; `worker` begins the name under which this
    process leases some of them.
    Whoever `serves` is ended when the bus refuses its name or password; for all others `open` raises BusUnavailable.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        kabupaten: str,
        replicas: int = 1,
        ack_wait: float = 10.0,
        declares: bool = False,
        authority: str = "",
        sealer: Sealer | None = None,
        disk: Path | None = None,
        serves: bool = False,
        partitions: int = 1,
        worker: str = "",
    ) -> None:
        trusted = ssl.create_default_context(cafile=authority) if authority else None
        self.broker = NatsBroker(
            [server.strip() for server in url.split(",")],
            name=name,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.25,  # type: ignore[arg-type]  # nats-py sleeps for it: a fraction is fine
            connect_timeout=2,
            allow_reconnect=True,
            graceful_timeout=15,
            logger=None,
            reconnected_cb=self._reconnected,
            error_cb=self._error,
            ping_interval=10,
            max_outstanding_pings=2,
            security=BaseSecurity(ssl_context=trusted) if trusted else None,
            inbox_prefix=inbox_of(urlsplit(url.split(",", maxsplit=1)[0].strip()).username or ""),
        )
        self.declares = declares
        self._sealer = sealer
        self._disk = disk
        self._serves = serves
        self._refused = False
        self.promised = Promised()
        self.keys = RecentKeys()
        # Says of a stream, made at an instant, up to which number the store has everything.
        self.taken_before: Callable[[str, datetime], int] = lambda _stream, _created_at: 0
        # What is done at once where a consumer or a stream is missing.
        self.on_consumer_gone: Callable[[], None] = lambda: None
        self._kabupaten = kabupaten
        self.consumers = consumers(partitions)
        self._partitions = partitions
        self._was_last: dict[tuple[str, datetime], int] = {}  # how far each stream went at the last look
        # Two processes may have one name, and one that was killed and starts again is another.
        self._worker = f"{token_of(worker or name)}-{uuid4().hex[:8]}"
        self.was_ready: bool | None = None  # what the last trial said; None before one
        self._kept_at = float("-inf")  # when every stream last kept a probe
        self._replicas = replicas
        self._ack_wait = ack_wait
        self._arrivals: list[Arrivals] = []  # of whoever takes messages
        self._source = f"/kentongan/{kabupaten.replace('.', '')}/{name}"
        self._nc: Client | None = None
        self._js: JetStreamContext | None = None
        self._given: Publisher | None = None
        self._described = False

    async def open(self) -> None:
        """Connect, waiting for the server as long as it takes, and declare what is missing where that is ours to do.

        Raises BusUnavailable when the bus refuses who does not serve.
        """
        while True:
            try:
                self._nc = await self.broker.connect()
                self._js = self._nc.jetstream(timeout=PUBACK)
                self._given = await Publisher.open(self._nc)
                return await self.provision() if self.declares else None
            except (OSError, nats.errors.Error, TimeoutError) as error:
                if self._refused and not self._serves:
                    raise BusUnavailable(REFUSED) from error
                log.info("waiting for the bus: %s", type(error).__name__)
                await asyncio.sleep(0.3)

    async def close(self) -> None:
        """Flush and disconnect; with the server gone there is nobody to say goodbye to."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(GOODBYE):
                await self.broker.stop()
        # A client that is looking for its server is not closed by that, and would look for ever.
        if self._nc is not None and not self._nc.is_closed:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(GOODBYE):
                    await self._nc.close()

    async def _reconnected(self) -> None:
        log.info("the bus is back")
        for one in self._arrivals:
            one.renew()

    async def _error(self, error: Exception) -> None:
        if isinstance(error, nats.errors.AuthorizationError) or "authorization" in str(error).lower():
            # The client gives up silently on this one. Whoever supervises starts a service again until the word is
            # right; to a command it is said.
            self._refused = True
            if self._serves:
                log.error("the bus refuses our name or password: ending")
                signal.raise_signal(signal.SIGTERM)
        log.debug("bus: %s", type(error).__name__)

    @property
    def js(self) -> JetStreamContext:
        """Give JetStream; raises BusUnavailable before `open`."""
        if self._js is None:
            raise BusUnavailable
        return self._js

    @property
    def nc(self) -> Client:
        """Give the plain connection; raises BusUnavailable before `open`."""
        if self._nc is None:
            raise BusUnavailable
        return self._nc

    @property
    def _publisher(self) -> Publisher:
        if self._given is None:
            raise BusUnavailable
        return self._given

    async def provision(self) -> None:
        """Declare streams and consumers, or bring them to the declared settings; safe to repeat.

        Copies, retention and windows only grow. A consumer that stands beyond the end of its stream would pass over
        everything until the stream has caught up with it: it begins anew. One that is missing begins behind what
        `taken_before` says that the store has.
        """
        for declared in STREAMS:
            wanted = wanted_stream(declared, self._replicas)
            try:
                await self.js.add_stream(wanted)
            except js_errors.BadRequestError:  # exists with other settings
                found = (await self.js.stream_info(wanted.name or "")).config
                await self.js.update_stream(kept(wanted, found))
        if self._partitions > 1:
            await self._declare_leases()
        for service in HEARD:
            await self._declare(service)

    async def _declare_leases(self) -> None:
        wanted = wanted_stream(LEASES, self._replicas)
        try:
            await self.js.add_stream(wanted)
        except js_errors.BadRequestError:  # exists with other settings
            await self.js.update_stream(wanted)

    async def _declare(self, service: str) -> None:
        """Declare the consumers of one service, and then remove those of another number of partitions.

        Those that are missing begin where the others have not answered everything: until these are removed both are
        given what comes, and a repeated delivery has no effect.
        """
        stream = stream_of(HEARD[service][0])
        before = await self._of_another_number(service)
        for _, durable, subjects in self._consumers_of(service):
            if await self._beyond(stream, durable):
                log.error("consumer %s stands beyond the end of %s: it begins anew", durable, stream)
                await self.js.delete_consumer(stream, durable)
            await self.js.add_consumer(stream, await self._consumer(stream, durable, subjects, before))
        for durable in before:
            log.info("consumer %s is removed: its work is divided otherwise now", durable)
            with contextlib.suppress(js_errors.NotFoundError):
                await self.js.delete_consumer(stream, durable)

    def _consumers_of(self, service: str) -> list[Consumer]:
        return [one for one in self.consumers if service_of(one[1]) == service]

    async def _of_another_number(self, service: str) -> list[str]:
        """Name the consumers of a service that belong to another number of partitions."""
        if service not in DIVIDED:
            return []
        wanted = {durable for _, durable, _ in self._consumers_of(service)}
        asked = f"$JS.API.CONSUMER.NAMES.{stream_of(HEARD[service][0])}"
        try:
            told = await self.nc.request(asked, b"{}", timeout=PUBACK)
        except TimeoutError:
            if self._partitions > 1:
                raise
            # So the accounts.conf of an older release answers. It never had another number, and is no reason to stop.
            log.warning("consumers of another number of partitions cannot be looked for: is accounts.conf up to date?")
            return []
        names = json.loads(told.data).get("consumers") or ()
        return sorted(one for one in names if service_of(one) == service and one not in wanted)

    async def _consumer(self, stream: str, durable: str, subjects: list[str], before: Sequence[str]) -> ConsumerConfig:
        """Give what a consumer is declared as: nats-server updates one of the same name, but never where it began."""
        try:
            found = (await self.js.consumer_info(stream, durable)).config
        except js_errors.NotFoundError:
            after = await self._after(stream)
            if before:
                after = max(after, min([await self._answered(stream, one) for one in before]))
            return wanted_consumer(durable, subjects, self._ack_wait, after=after)
        return where_it_began(wanted_consumer(durable, subjects, self._ack_wait), found)

    async def _answered(self, stream: str, durable: str) -> int:
        """Give up to which number a consumer has answered; 0 where it stands beyond its stream, which has lost some."""
        return 0 if await self._beyond(stream, durable) else answered(await self.js.consumer_info(stream, durable))

    async def _after(self, stream: str) -> int:
        """Say behind which number the consumer of a stream may begin; 0 where that is not known for sure."""
        found = await self.js.stream_info(stream)
        number = self.taken_before(stream, instant(found.created))
        return number if number <= found.state.last_seq else 0

    async def _beyond(self, stream: str, durable: str) -> bool:
        """Say whether a consumer has been given messages that its stream never had."""
        try:
            given = (await self.js.consumer_info(stream, durable)).delivered
        except js_errors.NotFoundError:
            return False
        last = (await self.js.stream_info(stream)).state.last_seq  # asked second: it only grows
        return given is not None and given.stream_seq > last

    async def differences(self) -> list[str]:
        """Name streams and consumers that are missing or not as declared, changing nothing; raises BusUnavailable."""
        said: list[str] = []
        try:
            for declared in STREAMS:
                wanted = wanted_stream(declared, self._replicas)
                try:
                    said += stream_differences(wanted, (await self.js.stream_info(wanted.name or "")).config)
                except js_errors.NotFoundError:
                    said.append(f"{wanted.name}: missing")
            for stream, durable, subjects in self.consumers:
                try:
                    found = (await self.js.consumer_info(stream, durable)).config
                    said += consumer_differences(wanted_consumer(durable, subjects, self._ack_wait), found)
                    if await self._beyond(stream, durable):
                        said.append(f"{durable}: stands beyond the end of {stream}")
                except js_errors.NotFoundError:
                    said.append(f"{durable}: missing")
            for service in DIVIDED:
                others = await self._of_another_number(service)
                said += [f"{one}: belongs to another number of partitions" for one in others]
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        return said

    async def ready(self) -> bool:
        """Say whether the bus would promise a report now: all is there, each stream keeps a message, there is room.

        A server that answers questions may refuse every message since its disk was full once, so it is tried. What
        was tried with is gone after seconds, and no consumer hears it.
        """
        try:
            for stream, durable, _ in self.consumers:
                await self.js.consumer_info(stream, durable, timeout=1)
            self.was_ready = self.has_room() and await self._keeps()
        except FAILS:
            self.was_ready = False
        return self.was_ready

    async def keeps(self) -> str:
        """Say whether each stream keeps a message, whatever consumers are missing: KEEPS, REFUSES or SILENT.

        One that refuses is helped by a restart alone; one that is silent may be slow, stopped, or starting. It is
        silent too before `open` has found it.
        """
        try:
            return KEEPS if await self._keeps() else SILENT
        except Refused:
            return REFUSES
        except BusUnavailable:
            return SILENT

    async def _keeps(self) -> bool:
        """Say whether each stream keeps a message; what is asked many times a second is tried once. Raises Refused."""
        if time.monotonic() - self._kept_at > PROBED_FOR:
            before = self.keys.highest
            acks = await self._publisher.probe([probe(stream) for stream in PROBED])
            if not acks:
                return False
            self.keys.see(acks[PROBED.index("KNOWN")], before)
            self._kept_at = time.monotonic()
        return True

    def takes(self) -> int:
        """Give how many bytes a message may have; with fewer than LARGEST some are refused for ever."""
        return self.nc.max_payload

    def has_room(self) -> bool:
        """Say whether the disk of a bus on this machine has enough room left to promise; True for any other bus."""
        return self._disk is None or has_room(self._disk)

    def asyncapi(self) -> str:
        """Describe what travels, as AsyncAPI JSON."""
        if not self._described:  # here and not at the start, which takes 30 ms: hardly any process is asked
            describe(self.broker)
            self._described = True
        return AsyncAPI(self.broker, title="Kentongan", version="1").to_specification().to_json()
