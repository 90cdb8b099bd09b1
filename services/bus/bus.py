"""Tell and take: the whole bus, as services use it."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import nats.errors
from nats.aio.msg import Msg
from nats.js import errors as js_errors

from schemas.messages import ReportFiled
from schemas.vocabulary import EventKind
from services.bus.connection import BATCH
from services.bus.consumer import Message, message_of, status_of
from services.bus.inspection import StreamInspection, known_record
from services.bus.publisher import BusUnavailable
from services.bus.streams import TYPE, Event, place_subject, stream_of

log = logging.getLogger("kentongan.bus")
LOOK_AFTER = 10.0  # seconds without a message after which a worker looks whether its consumer can have one
GONE = 5.0  # seconds without its consumer until a worker ends, for its supervisor to see to it


@dataclass(frozen=True)
class PublishedReport:
    """A report that is on disk. `again`: the id was known; `same`: with the same content."""

    id: UUID
    filed_at: datetime
    again: bool
    same: bool


class ConsumerGone(Exception):  # noqa: N818 - said as a fact
    """The consumer is not there, and this identity may not declare it: whoever may has to."""


class Bus(StreamInspection):
    """Reports kept, events told, messages taken."""

    def _headers(self, kind: EventKind, id_: str, at: datetime, *, stream: str) -> dict[str, str]:
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

    async def publish_report(self, filed: ReportFiled, digest: str) -> PublishedReport:
        """Put a report on the disk of the bus; raises BusUnavailable when it cannot promise.

        The same id again gives back the first filing, with `same` telling whether its content was this one.
        """
        if self._nc is None or not self._nc.is_connected:
            # Publishing now would wait in a buffer and be stored after we had said 503.
            raise BusUnavailable
        if not self.has_room():
            raise BusUnavailable  # while there is room still: a disk that was full once costs the server its streams
        subject = place_subject(EventKind.REPORT_FILED, self._kabupaten, filed.report.kecamatan)
        headers = self._headers(EventKind.REPORT_FILED, str(filed.id), filed.filed_at, stream="REPORTS")
        headers["kentongan-digest"] = digest
        try:
            ack, known_as = await self._publisher.publish(
                [(subject, filed.model_dump_json().encode(), headers), known_record(headers)]
            )
            self.promised.note(ack)
            if not ack.get("duplicate"):
                return PublishedReport(filed.id, filed.filed_at, again=False, same=True)
            first = await self.js.get_msg("KNOWN", known_as["seq"], direct=True)
        except (nats.errors.Error, js_errors.Error, TimeoutError, OSError) as error:
            raise BusUnavailable from error
        known = first.headers or {}
        at = datetime.fromisoformat(known["ce-time"]).astimezone(UTC)
        return PublishedReport(filed.id, at, again=True, same=known.get("kentongan-digest") == digest)

    async def publish(self, events: Iterable[Event]) -> None:
        """Publish events and await all their promises; raises BusUnavailable when one is missing."""
        if not self.has_room():
            raise BusUnavailable
        now = datetime.now(UTC)
        messages = [
            (event.subject, event.body, self._headers(event.kind, event.id, now, stream=stream_of(event.subject)))
            for event in events
        ]
        if messages:
            await self._publisher.publish(messages)

    async def consume(self, stream: str, durable: str) -> AsyncIterator[list[Message]]:
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
        self._taken_at = looked_at = time.monotonic()
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
                if first is None or status_of(first) in (None, "100"):
                    self._taken_at = time.monotonic()
                for message in waiting:
                    status = status_of(message)
                    if status is None:
                        told.append(message_of(message))
                    elif status == "100":
                        standing += 1
                    else:
                        standing = 0
                        await self._mend(status, message)
                if told:
                    looked_at = time.monotonic()
                    yield told
                elif time.monotonic() - looked_at > LOOK_AFTER:
                    looked_at = time.monotonic()
                    await self._see_to(stream, durable)
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

    async def _see_to(self, stream: str, durable: str) -> None:
        """Look whether the consumer stands beyond its stream, which would pass over what comes; raises ConsumerGone."""
        beyond = False
        with contextlib.suppress(BusUnavailable, nats.errors.Error, js_errors.Error, TimeoutError):
            beyond = await self._beyond(stream, durable)
        if beyond:
            log.error("consumer %s stands beyond the end of %s: messages were lost", durable, stream)
            if not self.declares:
                raise ConsumerGone
            with contextlib.suppress(BusUnavailable, nats.errors.Error, js_errors.Error, TimeoutError):
                await self.provision()

    async def _mend(self, status: str, message: Msg) -> None:
        description = (message.headers or {}).get("Description", "")
        if status != "503" and "Deleted" not in description:
            return
        log.warning("the consumer is gone: %s %s", status, description)
        await asyncio.sleep(0.5)
        if self.declares:
            with contextlib.suppress(BusUnavailable, nats.errors.Error, js_errors.Error, TimeoutError):
                await self.provision()
        elif time.monotonic() - self._taken_at > GONE:
            raise ConsumerGone
