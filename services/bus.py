"""Know the bus: subjects, streams, durables, redelivery and dead letters, and nothing else knows them.

FastStream's broker holds the connection and describes the messages (AsyncAPI); streams and consumers are
declared here once, in plain JetStream, and read back. The two busy hops pull with a loop of our own, which takes
whatever is there: a lone report at once, a flood in batches (docs/decisions/0003).
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import nats.errors
from faststream.nats import NatsBroker
from faststream.specification.asyncapi import AsyncAPI
from nats.aio.client import Client
from nats.aio.msg import Msg
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

from schemas.messages import InboundMessage, InboundReceipt, IncidentEvent, ReportFiled
from services.telemetry import place_of

log = logging.getLogger("kentongan.bus")

TYPE = "id.kentongan."
DAY = 86_400.0
BATCH = 128  # messages a worker takes at most: bounds a transaction, and what is sent again after a kill
GIVE_UP_AFTER = 8  # failed tries before a message becomes a dead letter
DELAYS = (1, 2, 5, 15, 60, 180, 300)  # seconds until a failed message is tried again
PUBACK = 2.0  # seconds to wait for the promise of one publish


class BusUnavailable(Exception):  # noqa: N818 - said as a fact
    """The bus cannot promise anything now; trying again later is right."""


@dataclass(frozen=True)
class Kept:
    """A report that is on disk. `again`: the id was known; `same`: with the same content."""

    id: UUID
    filed_at: datetime
    again: bool
    same: bool


@dataclass(frozen=True)
class Event:
    """One message to publish; `id` is derived from what it says, so that telling it twice is telling it once."""

    id: str
    subject: str
    kind: str  # "incident.opened", ... without the type's prefix and version
    body: bytes


@dataclass(frozen=True)
class DeadLetter:
    """A message nobody could process, with why; `advisory` is its number in the list."""

    advisory: int
    stream: str
    sequence: int
    consumer: str
    deliveries: int
    reason: str
    at: str


@dataclass
class _Owed:
    """Promises one call waits for; the numbers of those still missing."""

    missing: set[int]
    done: asyncio.Future[None]
    acks: dict[int, dict[str, Any]] = field(default_factory=dict)


class Promises:
    """Publish many messages to JetStream at once and await their promises together, over one inbox.

    nats-py's own publish makes a future, a timer and a task for each; a batch needs one of each.
    """

    def __init__(self, connection: Client) -> None:
        self._connection = connection
        self._inbox = connection.new_inbox()
        self._owed: dict[int, _Owed] = {}
        self._number = 0

    @classmethod
    async def on(cls, connection: Client) -> "Promises":
        """Open the inbox."""
        promises = cls(connection)
        await connection.subscribe(f"{promises._inbox}.*", cb=promises._take, pending_msgs_limit=-1)
        return promises

    async def of(self, messages: Sequence[tuple[str, bytes, dict[str, str]]]) -> list[dict[str, Any]]:
        """Publish subject, body and headers of each, and give their PubAcks; raises BusUnavailable if one fails."""
        if not self._connection.is_connected:
            raise BusUnavailable  # what waits in a buffer now would be stored after we had said no
        first = self._number + 1
        self._number += len(messages)
        numbers = range(first, self._number + 1)
        owed = _Owed(set(numbers), asyncio.get_running_loop().create_future())
        try:
            for number, (subject, body, headers) in zip(numbers, messages, strict=True):
                self._owed[number] = owed
                await self._connection.publish(subject, body, reply=f"{self._inbox}.{number}", headers=headers)
            async with asyncio.timeout(PUBACK):
                await owed.done
        except (nats.errors.Error, TimeoutError, OSError) as error:
            raise BusUnavailable from error
        finally:
            for number in numbers:
                self._owed.pop(number, None)
        return [owed.acks[number] for number in numbers]

    async def _take(self, message: Msg) -> None:
        number = int(message.subject.rpartition(".")[2])
        owed = self._owed.get(number)
        if owed is None or owed.done.done():
            return
        ack = json.loads(message.data) if message.data else {"error": "nobody answers for this stream"}
        if "error" in ack:
            owed.done.set_exception(nats.errors.Error(str(ack["error"])))
            return
        owed.acks[number] = ack
        owed.missing.discard(number)
        if not owed.missing:
            owed.done.set_result(None)


@dataclass
class Told:
    """One message taken from a stream, and how its telling ends."""

    message: Msg
    kind: str
    sequence: int
    tries: int
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)

    async def done(self) -> None:
        """Say that its effect is committed; if that is lost, it is told again, which does no harm."""
        with contextlib.suppress(nats.errors.Error, OSError):
            await self.message.ack()

    async def holding(self) -> None:
        """Ask for more time."""
        await self.message.in_progress()

    async def failed(self) -> None:
        """Hand it back for later, with a growing delay, or give it up as a dead letter."""
        with contextlib.suppress(nats.errors.Error, OSError):
            if self.tries >= GIVE_UP_AFTER:
                await self.message.term()
            else:
                await self.message.nak(delay=DELAYS[min(self.tries, len(DELAYS)) - 1])


STREAMS = (
    # The dedupe window is what turns a report's id into "known": as long as its retention (docs/decisions/0004).
    StreamConfig(name="REPORTS", subjects=["report.filed.>"], duplicate_window=400 * DAY, max_age=400 * DAY),
    StreamConfig(
        name="INCIDENTS", subjects=["incident.>", "alert.>", "warning.>"], duplicate_window=DAY, max_age=30 * DAY
    ),
    # A provider that got no answer from us tells again for days; what it says is answered once.
    StreamConfig(name="INBOUND", subjects=["inbound.>"], duplicate_window=7 * DAY, max_age=30 * DAY),
    StreamConfig(
        name="DEADLETTERS",
        subjects=["$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>", "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>"],
        max_age=400 * DAY,
        duplicate_window=120.0,
    ),
)
CONSUMERS = (
    ("REPORTS", "triage", ["report.filed.>"]),
    (
        "INCIDENTS",
        "notify",
        [
            "incident.opened.>",
            "incident.raised.>",
            "incident.changed.>",
            "incident.assessed.>",
            "incident.verified.>",
            "incident.split.>",
            "incident.acknowledged.>",
            "incident.settled.>",
            "incident.dismissed.>",
        ],
    ),
    ("INBOUND", "answers", ["inbound.message.>", "inbound.receipt.>"]),
)


def place_tokens(kabupaten: str, kecamatan: str | None) -> str:
    """Give the two place tokens of a subject.

    >>> place_tokens("35.23", "35.23.11"), place_tokens("35.23", None)
    ('3523.11', '3523.00')
    """
    return f"{kabupaten.replace('.', '')}.{kecamatan[-2:] if kecamatan else '00'}"


def incident_event(event: IncidentEvent, kabupaten: str, kecamatan: str | None) -> Event:
    """Build the bus event of one change of an incident."""
    kind = f"incident.{event.reason.value}"
    subject = f"{kind}.{place_tokens(kabupaten, kecamatan)}"
    return Event(f"{event.incident}:{event.revision}", subject, kind, event.model_dump_json().encode())


def inbound_message(message: InboundMessage) -> Event:
    """Build the bus event of what somebody sent us."""
    kind = "inbound.message"
    return Event(message.id, f"{kind}.{message.channel}", kind, message.model_dump_json().encode())


def inbound_receipt(id_: str, receipt: InboundReceipt) -> Event:
    """Build the bus event of what a provider tells of a message of ours."""
    kind = "inbound.receipt"
    return Event(id_, f"{kind}.{receipt.channel}", kind, receipt.model_dump_json().encode())


def _stream_of(subject: str) -> str:
    return "INBOUND" if subject.startswith("inbound.") else "INCIDENTS"


class Bus:
    """One connection to NATS, reconnecting for ever; `name` is the service's."""

    def __init__(self, url: str, *, name: str, kabupaten: str, replicas: int = 1, ack_wait: float = 10.0) -> None:
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
        )
        self._kabupaten = kabupaten
        self._replicas = replicas
        self._ack_wait = ack_wait
        self._back = asyncio.Event()
        self._source = f"/kentongan/{kabupaten.replace('.', '')}/{name}"
        self._nc: Client | None = None
        self._js: JetStreamContext | None = None
        self._given: Promises | None = None
        describe(self.broker)

    async def open(self) -> None:
        """Connect, waiting for the server as long as it takes, and declare what is missing."""
        while True:
            try:
                self._nc = await self.broker.connect()
                self._js = self._nc.jetstream(timeout=PUBACK)
                self._given = await Promises.on(self._nc)
                return await self.provision()
            except (OSError, nats.errors.Error, TimeoutError) as error:
                log.info("waiting for the bus: %s", type(error).__name__)
                await asyncio.sleep(0.3)

    async def close(self) -> None:
        """Flush and disconnect."""
        with contextlib.suppress(Exception):
            await self.broker.stop()

    async def _reconnected(self) -> None:
        log.info("the bus is back")
        self._back.set()

    async def _error(self, error: Exception) -> None:
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
    def _promises(self) -> Promises:
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

    # -- telling ---------------------------------------------------------------------------------------------------

    def _headers(self, kind: str, id_: str, at: datetime, *, stream: str) -> dict[str, str]:
        return {
            "ce-id": id_,
            "ce-type": f"{TYPE}{kind}.v1",
            "ce-source": self._source,
            "ce-time": at.isoformat(),
            "ce-specversion": "1.0",
            "content-type": "application/json",
            "Nats-Msg-Id": f"{kind}:{id_}",
            "Nats-Expected-Stream": stream,
        }

    async def keep(self, filed: ReportFiled, digest: str) -> Kept:
        """Put a report on the disk of the bus; raises BusUnavailable when it cannot promise.

        The same id again gives back the first filing, with `same` telling whether its content was this one.
        """
        if self._nc is None or not self._nc.is_connected:
            # Publishing now would wait in a buffer and be stored after we had said 503.
            raise BusUnavailable
        subject = f"report.filed.{place_tokens(self._kabupaten, filed.report.kecamatan)}"
        headers = self._headers("report.filed", str(filed.id), filed.filed_at, stream="REPORTS")
        headers["kentongan-digest"] = digest
        try:
            [ack] = await self._promises.of([(subject, filed.model_dump_json().encode(), headers)])
            if not ack.get("duplicate"):
                return Kept(filed.id, filed.filed_at, again=False, same=True)
            first = await self.js.get_msg("REPORTS", ack["seq"], direct=True)
        except (nats.errors.Error, js_errors.Error, TimeoutError, OSError) as error:
            raise BusUnavailable from error
        known = first.headers or {}
        at = datetime.fromisoformat(known["ce-time"]).astimezone(UTC)
        return Kept(filed.id, at, again=True, same=known.get("kentongan-digest") == digest)

    async def tell(self, events: Iterable[Event]) -> None:
        """Publish events and await all their promises; raises BusUnavailable when one is missing."""
        now = datetime.now(UTC)
        messages = [
            (event.subject, event.body, self._headers(event.kind, event.id, now, stream=_stream_of(event.subject)))
            for event in events
        ]
        if messages:
            await self._promises.of(messages)

    # -- taking ----------------------------------------------------------------------------------------------------

    async def take(self, stream: str, durable: str) -> AsyncIterator[list[Told]]:
        """Yield what a durable consumer has, at once and in order, at most `BATCH` messages at a time.

        One pull request stands at the server and is renewed as it is used up; heartbeats, a reconnect or silence
        renew it too, and a vanished consumer is declared again.
        """
        queue: asyncio.Queue[Msg] = asyncio.Queue()
        inbox = self.nc.new_inbox()
        subscription = await self.nc.subscribe(inbox, cb=queue.put, pending_msgs_limit=-1, pending_bytes_limit=-1)
        request = {"batch": BATCH, "expires": 30_000_000_000, "idle_heartbeat": 5_000_000_000}
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        standing = 0
        try:
            while True:
                if standing <= 0:
                    self._back.clear()
                    with contextlib.suppress(nats.errors.Error, OSError):
                        await self.nc.publish(subject, json.dumps(request).encode(), reply=inbox)
                    standing = BATCH
                first = await self._next(queue)
                waiting = [] if first is None else [first]
                while not queue.empty() and len(waiting) < BATCH:
                    waiting.append(queue.get_nowait())
                standing = 0 if first is None else standing - len(waiting)
                told = []
                for message in waiting:
                    status = (message.headers or {}).get("Status")
                    if status is None:
                        told.append(_told(message))
                    elif status == "100":
                        standing += 1
                    else:
                        standing = 0
                        await self._mend(status, message)
                if told:
                    yield told
        finally:
            with contextlib.suppress(Exception):
                await subscription.unsubscribe()

    async def _next(self, queue: asyncio.Queue[Msg]) -> Msg | None:
        """Give the next message; None when the request must be renewed (reconnected, or silent for too long)."""
        if not queue.empty():
            return queue.get_nowait()
        arrival = asyncio.ensure_future(queue.get())
        back = asyncio.ensure_future(self._back.wait())
        try:
            await asyncio.wait({arrival, back}, timeout=12, return_when=asyncio.FIRST_COMPLETED)
            return arrival.result() if arrival.done() else None
        finally:
            arrival.cancel()
            back.cancel()

    async def _mend(self, status: str, message: Msg) -> None:
        description = (message.headers or {}).get("Description", "")
        if status == "503" or "Deleted" in description:
            log.warning("consumer is gone, declaring it again: %s %s", status, description)
            await asyncio.sleep(0.5)
            with contextlib.suppress(BusUnavailable, nats.errors.Error, js_errors.Error, TimeoutError):
                await self.provision()

    # -- dead letters and reading back -----------------------------------------------------------------------------

    async def dead_letters(self) -> list[DeadLetter]:
        """List what could not be processed, oldest first."""
        found = []
        async for message in self.stored("DEADLETTERS"):
            advisory = json.loads(message.data or b"{}")
            found.append(
                DeadLetter(
                    message.seq or 0,
                    advisory["stream"],
                    advisory["stream_seq"],
                    advisory["consumer"],
                    advisory.get("deliveries", 0),
                    advisory.get("reason") or advisory["type"].rsplit(".", 1)[-1],
                    advisory["timestamp"],
                )
            )
        return found

    async def dead_body(self, letter: DeadLetter) -> tuple[str, bytes]:
        """Give the subject and the body of a dead letter."""
        message = await self.js.get_msg(letter.stream, letter.sequence, direct=True)
        return message.subject or "", message.data or b""

    async def replay(self, letter: DeadLetter) -> None:
        """Tell a dead letter again as a new message, and take it off the list."""
        message = await self.js.get_msg(letter.stream, letter.sequence, direct=True)
        headers = dict(message.headers or {})
        headers["Nats-Msg-Id"] = f"replay:{letter.advisory}:{headers.get('Nats-Msg-Id', letter.sequence)}"
        await self.js.publish(message.subject or "", message.data or b"", stream=letter.stream, headers=headers)
        await self.drop(letter)

    async def drop(self, letter: DeadLetter) -> None:
        """Take a dead letter off the list; the message itself stays in its stream."""
        await self.js.delete_msg("DEADLETTERS", letter.advisory)

    async def stored(self, stream: str) -> AsyncIterator[Any]:
        """Yield every message of a stream in order, without a consumer."""
        info = await self.js.stream_info(stream)
        for sequence in range(max(1, info.state.first_seq), info.state.last_seq + 1):
            try:
                yield await self.js.get_msg(stream, sequence, direct=True)
            except js_errors.NotFoundError:
                continue

    async def reports_on_disk(self) -> AsyncIterator[tuple[int, str, str]]:
        """Yield number, id and digest of every report ever accepted that the stream still holds, in order."""
        last = (await self.js.stream_info("REPORTS")).state.last_seq
        config = ConsumerConfig(ack_policy=AckPolicy.NONE, headers_only=True, inactive_threshold=30.0)
        subscription = await self.js.pull_subscribe("report.filed.>", stream="REPORTS", config=config)
        seen = 0
        try:
            while seen < last:
                try:
                    batch = await subscription.fetch(500, timeout=2)
                except TimeoutError:
                    return
                for message in batch:
                    told = _told(message)
                    seen = told.sequence
                    if seen <= last:
                        yield seen, told.headers["ce-id"], told.headers.get("kentongan-digest", "")
        finally:
            await subscription.unsubscribe()

    async def waiting(self) -> dict[str, int]:
        """Count what each consumer has still to take or answer."""
        counts = {}
        for stream, durable, _ in CONSUMERS:
            info = await self.js.consumer_info(stream, durable)
            counts[durable] = (info.num_pending or 0) + (info.num_ack_pending or 0)
        return counts


def _told(message: Msg) -> Told:
    metadata = message.metadata
    headers = message.headers or {}
    kind = headers.get("ce-type", "").removeprefix(TYPE).rsplit(".", 1)[0]
    return Told(message, kind, metadata.sequence.stream, metadata.num_delivered or 1, message.data, headers)


def describe(broker: NatsBroker) -> None:
    """Declare what travels, for AsyncAPI."""
    broker.publisher("report.filed.{kabupaten}.{kecamatan}", schema=ReportFiled, title="report.filed")
    for kind in ("opened", "raised", "changed", "acknowledged", "reported", "settled", "dismissed", "merged"):
        broker.publisher(f"incident.{kind}.{{kabupaten}}.{{kecamatan}}", schema=IncidentEvent, title=f"incident.{kind}")
    broker.publisher("inbound.message.{channel}", schema=InboundMessage, title="inbound.message")
    broker.publisher("inbound.receipt.{channel}", schema=InboundReceipt, title="inbound.receipt")


async def work(
    bus: Bus,
    stream: str,
    durable: str,
    handle: Callable[[Sequence[Told]], Awaitable[None]],
    unavailable: tuple[type[Exception], ...],
) -> None:
    """Hand batches to `handle` for ever; acknowledge after it, retry alone what fails in company.

    While something it needs is away (`unavailable`), the batch is held, not failed: an outage is nobody's fault
    and must not turn reports into dead letters.
    """
    async for batch in bus.take(stream, durable):
        try:
            await _patiently(handle, batch, unavailable)
        except Exception as error:  # noqa: BLE001 - whatever it is, the batch is tried message by message
            log.error("a batch of %d from %s failed, each alone now: %s", len(batch), stream, place_of(error))  # noqa: TRY400 - no words
            for told in batch:  # one poisonous message must not take its company along
                await _alone(handle, told, unavailable)
            continue
        for told in batch:
            await told.done()


async def _alone(
    handle: Callable[[Sequence[Told]], Awaitable[None]], told: Told, unavailable: tuple[type[Exception], ...]
) -> None:
    try:
        await _patiently(handle, [told], unavailable)
    except Exception as error:  # noqa: BLE001 - whatever it is, the message is handed back or given up
        log.error("%s of message %d failed (try %d): %s", told.kind, told.sequence, told.tries, place_of(error))  # noqa: TRY400 - no words
        await told.failed()
    else:
        await told.done()


async def _patiently(
    handle: Callable[[Sequence[Told]], Awaitable[None]], batch: Sequence[Told], unavailable: tuple[type[Exception], ...]
) -> None:
    delay = 0.1
    while True:
        try:
            return await handle(batch)
        except unavailable as error:
            log.warning("holding %d messages: %s is away", len(batch), type(error).__name__)
            with contextlib.suppress(nats.errors.Error, OSError):
                for told in batch:
                    await told.holding()
            await asyncio.sleep(delay)
            delay = min(delay * 2, 2.0)
