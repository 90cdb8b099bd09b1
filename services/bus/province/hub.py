"""The province's end: declare the hub's stream, and read in it what the districts have told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import nats.errors
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
from pydantic import TypeAdapter

from schemas.province import ProvinceMessage, Told
from services.bus.line import BusUnavailable
from services.bus.province.client import PATIENCE, connected, left
from services.bus.province.conf import HUB_STREAM
from services.bus.province.line import ANSWER, DAY, FAILS, KEPT

AT_ONCE = 200
LOOK = 2.0  # seconds for which who follows waits before looking whether the hub is still there
LASTS = ("province.*.*.told",)  # what came late is history
ALL = ("province.>",)
MESSAGE: TypeAdapter[ProvinceMessage] = TypeAdapter(ProvinceMessage)


def hub_stream(replicas: int = 1) -> StreamConfig:
    """Give the hub's stream; a message is known by its id for a week, longer than a line is cut unseen."""
    return StreamConfig(
        name=HUB_STREAM,
        subjects=["province.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        max_age=KEPT,
        duplicate_window=7 * DAY,
        allow_direct=True,
        num_replicas=replicas,
    )


def read(subject: str, number: int, body: bytes) -> Told:
    """Read a message; who sent it says its subject, which the accounts guard. Raises ValueError."""
    _, sender, _, _ = subject.split(".")
    return Told(kabupaten=f"{sender[:2]}.{sender[2:]}", number=number, message=MESSAGE.validate_json(body))


class Hub:
    """A connection to the hub, as whoever reads or as whoever declares."""

    def __init__(self, url: str, authority: str = "", patience: float = PATIENCE) -> None:
        self._url = url
        self._patience = patience
        self._authority = authority
        self._client: Client | None = None
        self.unread = 0  # messages that this release cannot read
        self.following: int | None = None  # up to which number `follow` has told

    async def open(self) -> None:
        """Connect; raises BusUnavailable when nobody answers or the password is wrong."""
        try:
            self._client = await connected(self._url, self._authority, name="hub", patience=self._patience)
        except FAILS as error:
            raise BusUnavailable from error

    async def close(self) -> None:
        """Leave."""
        await left(self._client)

    @property
    def _js(self) -> JetStreamContext:
        if self._client is None:
            raise BusUnavailable
        return self._client.jetstream(timeout=ANSWER)

    async def declare(self, replicas: int = 1) -> None:
        """Make the stream, or bring it to its settings; raises BusUnavailable."""
        try:
            try:
                await self._js.add_stream(hub_stream(replicas))
            except js_errors.BadRequestError:  # exists with other settings
                await self._js.update_stream(hub_stream(replicas))
        except FAILS as error:
            raise BusUnavailable from error

    async def latest(self) -> list[Told]:
        """Give the last message about each incident of each kabupaten, in the order in which they came."""
        try:
            return [told async for told in self._told(DeliverPolicy.LAST_PER_SUBJECT, LASTS, to_end=True)]
        except FAILS as error:
            raise BusUnavailable from error

    async def everything(self) -> list[Told]:
        """Give all messages that are kept, in the order in which they came."""
        try:
            return [told async for told in self._told(DeliverPolicy.ALL, ALL, to_end=True)]
        except FAILS as error:
            raise BusUnavailable from error

    async def follow(self) -> AsyncIterator[Told]:
        """Give what comes from now on, for ever, through whatever cut: nothing is passed over, nothing told twice."""
        made = None
        while True:
            try:
                stream = await self._js.stream_info(HUB_STREAM)
                if self.following is None:
                    self.following = stream.state.last_seq
                elif stream.created != made:  # the hub has lost its disk, and counts from 1
                    self.following = 0
                made = stream.created
                async for told in self._told(DeliverPolicy.BY_START_SEQUENCE, ALL, after=self.following):
                    if told.number > self.following:  # a hub that was killed tells some of them again
                        self.following = told.number
                        yield told
            except FAILS:
                await asyncio.sleep(1.0)

    async def _told(
        self, policy: DeliverPolicy, subjects: tuple[str, ...], *, after: int = 0, to_end: bool = False
    ) -> AsyncIterator[Told]:
        config = ConsumerConfig(
            deliver_policy=policy,
            opt_start_seq=after + 1 if policy == DeliverPolicy.BY_START_SEQUENCE else None,
            ack_policy=AckPolicy.NONE,
            filter_subject=subjects[0],
            inactive_threshold=60.0,
        )
        js = self._js
        source = await js.pull_subscribe(subjects[0], stream=HUB_STREAM, config=config)
        try:
            while True:
                left_over = (await source.consumer_info()).num_pending or 0
                if to_end and not left_over:
                    return
                try:
                    messages = await source.fetch(min(AT_ONCE, max(left_over, 1)), timeout=LOOK)
                except (nats.errors.TimeoutError, TimeoutError):
                    continue
                for message in messages:
                    with contextlib.suppress(LookupError):
                        yield self._read(message)
        finally:
            with contextlib.suppress(*FAILS):
                await source.unsubscribe()

    def _read(self, message: Msg) -> Told:
        """Read one; raises LookupError, and counts it, where this release cannot."""
        try:
            return read(message.subject, message.metadata.sequence.stream, message.data)
        except ValueError:
            self.unread += 1
            raise LookupError from None
