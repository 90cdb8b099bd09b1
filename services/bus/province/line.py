"""The district's end: keep what the province is to be told on the leaf node's disk, and pass it on to the hub in order.

Keeping never waits for the hub. One message is passed on at a time and is done once the hub has promised to keep it;
until then it is tried again, for ever. The hub knows a second copy by its id. What a withdrawal has overtaken on this
side of the line is not passed on any more.
"""

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js import errors as js_errors
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from schemas.province import KEPT_DAYS, TYPE, TYPE_WITHDRAWN, ProvinceMessage, ProvinceWithdrawn
from services.bus.line import BusUnavailable
from services.bus.province.client import connected, left
from services.bus.province.conf import (
    CONSUMER,
    HUB_STREAM,
    STREAM,
    kept_subject,
    told_subject,
    withdrawn_subject,
)
from services.runtime.logging import place_of

log = logging.getLogger("kentongan.province")
DAY = 86_400.0
KEPT = KEPT_DAYS * DAY
ANSWER = 4.0  # seconds to wait for a promise
ACK_WAIT = 10.0  # seconds until what a killed process was passing on is taken up
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between tries to reach the hub
FAILS = (nats.errors.Error, js_errors.Error, OSError, TimeoutError)
NOT_THE_STREAM = "NONE"  # the hub refuses what asks for another stream than its own, and keeps nothing


@dataclass(frozen=True)
class LineState:
    """How a line stands: what has not reached the hub, since when the oldest of it waits, whether the hub answers."""

    waiting: int
    since: datetime | None
    hub_answers: bool


def kept_stream() -> StreamConfig:
    """Give the stream of a leaf node; a message is known by its id for as long as its delivery is tried."""
    return StreamConfig(
        name=STREAM,
        subjects=[kept_subject("*"), kept_subject("*", late=True), withdrawn_subject("*")],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        max_age=KEPT,
        duplicate_window=3 * DAY,
        allow_direct=True,
    )


def passing_on(ack_wait: float) -> ConsumerConfig:
    """Give the consumer of a leaf node: one message under way, so that they arrive in their order."""
    return ConsumerConfig(
        durable_name=CONSUMER,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ack_wait,
        max_ack_pending=1,
        max_deliver=-1,
        filter_subject="out.>",
    )


class Line:
    """One process's connection to the installation's own leaf node."""

    def __init__(self, url: str, kabupaten: str, authority: str = "", ack_wait: float = ACK_WAIT) -> None:
        self._url = url
        self._kabupaten = kabupaten
        self._authority = authority
        self._ack_wait = ack_wait
        self._client: Client | None = None
        self._js: JetStreamContext | None = None
        self._task: asyncio.Task[None] | None = None
        self._in_turn = asyncio.Lock()

    async def open(self) -> None:
        """Begin to pass on what lies there; needs no answer, and comes back from whatever breaks."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End it; harmless twice."""
        task, self._task = self._task, None
        while task is not None and not task.done():
            task.cancel()  # until Python 3.12 `asyncio.wait_for` swallows a cancellation that meets its result
            await asyncio.wait({task}, timeout=1)
        client, self._client, self._js = self._client, None, None
        await left(client)

    @property
    def is_there(self) -> bool:
        """Say whether the leaf node is reached now, whether it keeps what it is given or not."""
        return self._client is not None and self._client.is_connected

    async def keep(self, message: ProvinceMessage) -> bool:
        """Put a message on the leaf node's disk; raises BusUnavailable when it does not promise that.

        False: its incident was withdrawn after it was owed, and it is not kept.
        """
        async with self._in_turn:  # two about one incident must not overtake each other
            js = self._js
            if js is None or not self.is_there:
                raise BusUnavailable
            try:
                subject = await self._subject(js, message)
                if subject is not None:
                    body = message.model_dump_json().encode()
                    await js.publish(subject, body, timeout=ANSWER, stream=STREAM, headers=_headers(message))
            except FAILS as error:
                raise BusUnavailable from error
        return subject is not None

    async def _subject(self, js: JetStreamContext, message: ProvinceMessage) -> str | None:
        """Say as what a message is kept; None: a withdrawal has overtaken it.

        It is late where a newer one about its incident lies there: it was tried in vain meanwhile.
        """
        incident = str(message.incident)
        told, out = [await _last(js, one) for one in (kept_subject(incident), withdrawn_subject(incident))]
        withdraws = isinstance(message, ProvinceWithdrawn)
        if not withdraws and out is not None and out.at is not None and out.at >= message.told_at:
            return None
        newer = [one for one in (told, out) if one and one.id != message.id and one.at and one.at > message.told_at]
        if newer:
            return kept_subject(incident, late=True)
        return withdrawn_subject(incident) if withdraws else kept_subject(incident)

    async def look(self) -> LineState:
        """Say how the line stands; raises BusUnavailable when the leaf node does not answer."""
        client: Client | None = None
        try:
            async with asyncio.timeout(3 * ANSWER):
                client = await connected(self._url, self._authority, name="look", patience=ANSWER / 2)
                return await self._state(client, client.jetstream(timeout=ANSWER))
        except FAILS as error:
            raise BusUnavailable from error
        finally:
            await left(client)

    async def _state(self, client: Client, js: JetStreamContext) -> LineState:
        info = await js.consumer_info(STREAM, CONSUMER)
        waiting = (info.num_pending or 0) + (info.num_ack_pending or 0)
        since = None
        if waiting:
            first = (info.ack_floor.stream_seq if info.ack_floor else 0) + 1
            with contextlib.suppress(js_errors.NotFoundError):
                found = await js.get_msg(STREAM, seq=first, next=True, subject="out.>")
                since = _time_of(found.headers)
        return LineState(waiting, since, await self._hub_answers(client))

    async def _hub_answers(self, client: Client) -> bool:
        """Say whether the hub's stream answers: asked for another stream, it refuses and keeps nothing."""
        subject = told_subject(self._kabupaten, "look")
        try:
            await client.request(subject, b"", timeout=ANSWER, headers={"Nats-Expected-Stream": NOT_THE_STREAM})
        except FAILS:
            return False
        return True

    async def _run(self) -> None:
        """Connect, declare and pass on, for ever."""
        while True:
            try:
                client = self._client = await self._reached()
                js = client.jetstream(timeout=ANSWER)
                await _declare(js, self._ack_wait)
                self._js = js
                await self._pass_on(client, js)
            except Exception as error:  # noqa: BLE001 - whatever it is, what waits is passed on later
                log.warning("nothing is passed on to the province: %s", place_of(error))
                await asyncio.sleep(1.0)

    async def _reached(self) -> Client:
        """Give a connection to the leaf node, a new one where there is none; what the server refuses is closed."""
        pause = 0.1
        while self._client is None or self._client.is_closed:
            try:
                return await connected(self._url, self._authority, name="province")
            except FAILS as error:
                log.info("waiting for the leaf node: %s", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, 2.0)
        return self._client

    async def _pass_on(self, client: Client, js: JetStreamContext) -> None:
        source = await js.pull_subscribe_bind(CONSUMER, STREAM)
        try:
            while True:
                try:
                    (message,) = await source.fetch(1, timeout=5)
                except (nats.errors.TimeoutError, TimeoutError):
                    await js.consumer_info(STREAM, CONSUMER)  # raises where it is gone: it is declared again
                    continue
                await self._through(client, js, message)
                await message.ack_sync(timeout=ANSWER)
        finally:
            with contextlib.suppress(*FAILS):
                await source.unsubscribe()

    async def _through(self, client: Client, js: JetStreamContext, message: Msg) -> None:
        """Tell the hub one message until it has promised to keep it, or a withdrawal makes it needless."""
        _, incident, how = message.subject.split(".")
        subject = told_subject(self._kabupaten, incident, late=how == "late")
        kept = message.headers or {}
        headers = {name: value for name, value in kept.items() if name == "Nats-Msg-Id" or name.startswith("ce-")}
        headers["Nats-Expected-Stream"] = HUB_STREAM
        tries = 0
        while True:
            out = await _last(js, withdrawn_subject(incident))
            if out is not None and out.number > message.metadata.sequence.stream:
                return  # it has not left, and is not to
            try:
                answer = await client.request(subject, message.data, timeout=ANSWER, headers=headers)
            except FAILS as error:
                why = type(error).__name__
            else:
                why = _refusal(answer.data)
                if not why:
                    if tries:
                        log.info("the hub answers again, after %d tries", tries)
                    return
            if tries in (0, 10) or tries % 100 == 0:
                log.warning("the hub does not keep a message of the province (try %d): %s", tries + 1, why)
            await message.in_progress()
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1


@dataclass(frozen=True)
class _Kept:
    """A message that lies on the leaf node's disk: its place there, its id, when it was owed."""

    number: int
    id: str
    at: datetime | None


async def _last(js: JetStreamContext, subject: str) -> _Kept | None:
    """Give the last message of a subject in the stream of the leaf node; None where there is none."""
    try:
        found = await js.get_last_msg(STREAM, subject, direct=True)
    except js_errors.NotFoundError:
        return None
    return _Kept(found.seq or 0, (found.headers or {}).get("ce-id", ""), _time_of(found.headers))


def _headers(told: ProvinceMessage) -> dict[str, str]:
    return {
        "Nats-Msg-Id": told.id,
        "ce-id": told.id,
        "ce-type": TYPE_WITHDRAWN if isinstance(told, ProvinceWithdrawn) else TYPE,
        "ce-time": told.told_at.isoformat(),
        "ce-specversion": "1.0",
        "content-type": "application/json",
    }


def _time_of(headers: dict[str, str] | None) -> datetime | None:
    at = (headers or {}).get("ce-time")
    return datetime.fromisoformat(at).astimezone(UTC) if at else None


def _refusal(answer: bytes) -> str:
    """Give why the hub keeps nothing; "" where it has promised."""
    try:
        told = json.loads(answer)
        return "" if told.get("stream") == HUB_STREAM and "error" not in told else str(told["error"]["description"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "no promise"


async def _declare(js: JetStreamContext, ack_wait: float) -> None:
    """Make the stream and its consumer, or find them; a stream of an earlier release takes no withdrawals yet."""
    try:
        found = await js.stream_info(STREAM)
        if withdrawn_subject("*") not in (found.config.subjects or ()):
            await js.update_stream(kept_stream())
    except js_errors.NotFoundError:
        await js.add_stream(kept_stream())
    try:
        await js.consumer_info(STREAM, CONSUMER)
    except js_errors.NotFoundError:
        await js.add_consumer(STREAM, passing_on(ack_wait))
