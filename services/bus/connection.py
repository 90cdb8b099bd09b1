"""Hold the connection to NATS, for ever, and declare on it what must be there."""

import asyncio
import contextlib
import logging
import signal
import ssl
from urllib.parse import urlsplit

import nats.errors
from faststream.nats import NatsBroker
from faststream.security import BaseSecurity
from faststream.specification.asyncapi import AsyncAPI
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js import errors as js_errors
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)

from services.bus.accounts import inbox_of
from services.bus.publisher import PUBACK, BusUnavailable, Publisher
from services.bus.sealing import Sealer
from services.bus.streams import CONSUMERS, STREAMS, describe

log = logging.getLogger("kentongan.bus")
GOODBYE = 5.0  # seconds to wait for the server when leaving
BATCH = 128  # messages a worker takes at most: bounds a transaction, and what is sent again after a kill


class Connection:
    """One connection to NATS, reconnecting for ever; `name` is the service's.

    Only one that `declares` makes streams and consumers; all others have no right to, and wait until they are there.
    With a `sealer`, reports and inbound messages lie sealed; without one they lie as they are: tools and tests alone.
    `authority` is the file of who has signed the servers' certificates: with it, nothing is said in the clear.
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
        self._kabupaten = kabupaten
        self._taken_at = 0.0
        self._replicas = replicas
        self._ack_wait = ack_wait
        self._back = asyncio.Event()
        self._source = f"/kentongan/{kabupaten.replace('.', '')}/{name}"
        self._nc: Client | None = None
        self._js: JetStreamContext | None = None
        self._given: Publisher | None = None
        describe(self.broker)

    async def open(self) -> None:
        """Connect, waiting for the server as long as it takes, and declare what is missing where that is ours to do."""
        while True:
            try:
                self._nc = await self.broker.connect()
                self._js = self._nc.jetstream(timeout=PUBACK)
                self._given = await Publisher.open(self._nc)
                return await self.provision() if self.declares else None
            except (OSError, nats.errors.Error, TimeoutError) as error:
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
        self._back.set()

    async def _error(self, error: Exception) -> None:
        if isinstance(error, nats.errors.AuthorizationError) or "authorization" in str(error).lower():
            # The client gives up silently on this one; whoever supervises starts us again until the word is right.
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
        """Declare streams and consumers, or bring them to the declared settings; safe to repeat."""
        for declared in STREAMS:
            wanted = StreamConfig(**declared.__dict__)
            wanted.storage, wanted.retention = StorageType.FILE, RetentionPolicy.LIMITS
            wanted.discard, wanted.num_replicas, wanted.allow_direct = DiscardPolicy.NEW, self._replicas, True
            try:
                await self.js.add_stream(wanted)
            except js_errors.BadRequestError:  # exists with other settings
                await self.js.update_stream(wanted)
        for stream, durable, subjects in CONSUMERS:
            config = ConsumerConfig(
                durable_name=durable,
                deliver_policy=DeliverPolicy.ALL,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=self._ack_wait,
                max_deliver=40,  # a message that kills its worker each time ends here; failures give up earlier
                max_ack_pending=4 * BATCH,
                filter_subjects=subjects,
            )
            await self.js.add_consumer(stream, config)  # nats-server updates a durable of the same name

    async def ready(self) -> bool:
        """Say whether the bus would promise: connected, streams and consumers there."""
        try:
            for stream, durable, _ in CONSUMERS:
                await self.js.consumer_info(stream, durable, timeout=1)
        except (BusUnavailable, nats.errors.Error, js_errors.Error, TimeoutError):
            return False
        return True

    def asyncapi(self) -> str:
        """Describe what travels, as AsyncAPI JSON."""
        return AsyncAPI(self.broker, title="Kentongan", version="1").to_specification().to_json()
