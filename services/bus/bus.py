"""Tell and take: the whole bus, as services use it."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import nats.errors
from nats.aio.msg import Msg
from nats.js import errors as js_errors

from schemas.messages import ReportFiled
from schemas.vocabulary import EventKind
from services.bus.connection import BATCH
from services.bus.consumer import Message, message_of, status_of
from services.bus.inspection import StreamInspection, known_record
from services.bus.publisher import BusUnavailable
from services.bus.sealing import SEALED, Sealer
from services.bus.streams import TYPE, Event, place_subject, stream_of

log = logging.getLogger("kentongan.bus")
KEY_PAUSES = (0.0, 0.02, 0.1, 0.4, 1.0)  # seconds before each look for the key of a report
LOOK_AFTER = 10.0  # seconds without a message after which a worker looks whether its consumer can have one
GONE = 20.0  # seconds without its consumer until a worker ends: whoever may declare has not done it so far


Told = tuple[str, bytes, dict[str, str]]  # subject, body, headers


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
        body, wrapped, mark = filed.model_dump_json().encode(), "", digest
        if self._sealer is not None:
            (body, wrapped), mark = self._sealer.seal_report(filed), self._sealer.fingerprint(digest)
        headers["kentongan-digest"] = mark
        report, known = (subject, body, headers), known_record(headers, wrapped)
        try:
            known_as, ack = await self._publisher.publish([known, report])
            self.promised.note(ack)
            if wrapped:
                await self._pair_up(
                    report, known, filed=bool(ack.get("duplicate")), known=bool(known_as.get("duplicate"))
                )
            if not ack.get("duplicate"):
                return PublishedReport(filed.id, filed.filed_at, again=False, same=True)
            first = await self.js.get_msg("KNOWN", known_as["seq"], direct=True)
        except (
            js_errors.NotFoundError
        ):  # its key was erased with it: it was accepted once, and that is all that is left
            return PublishedReport(filed.id, filed.filed_at, again=True, same=True)
        except (nats.errors.Error, js_errors.Error, TimeoutError, OSError) as error:
            raise BusUnavailable from error
        told = first.headers or {}
        at = datetime.fromisoformat(told["ce-time"]).astimezone(UTC)
        same = told.get("kentongan-digest") in (mark, digest)  # plain, as it was marked before it was keyed
        return PublishedReport(filed.id, at, again=True, same=same)

    async def _pair_up(self, report: Told, key: Told, *, filed: bool, known: bool) -> None:
        """See that the report that lies on the bus and the key beside it belong together.

        One of the two was there `filed` or `known` before, from a try that failed half-way: its fellow is new, and
        does not fit. What is missing is published once more; the copy that no key opens has no effect.
        """
        if filed == known:
            return
        subject, body, headers = report if filed else key
        again = {**headers, "Nats-Msg-Id": f"{headers['Nats-Msg-Id']}:{uuid4().hex}"}
        await self._publisher.publish([(subject, body, again)])

    async def publish(self, events: Iterable[Event]) -> None:
        """Publish events and await all their promises; raises BusUnavailable when one is missing."""
        if not self.has_room():
            raise BusUnavailable
        now = datetime.now(UTC)
        messages = [
            (
                event.subject,
                self._body(event),
                self._headers(event.kind, event.id, now, stream=stream_of(event.subject)),
            )
            for event in events
        ]
        if messages:
            await self._publisher.publish(messages)

    def _body(self, event: Event) -> bytes:
        sealed = self._sealer is not None and event.kind == EventKind.INBOUND_MESSAGE
        return self._sealer.seal_inbound(event.body) if sealed and self._sealer else event.body

    async def _opened(self, told: Sequence[Message]) -> None:
        """Open what lies sealed; a report's key may reach the disk a moment after the report."""
        sealer = self._sealer
        if sealer is None:
            return
        for one in told:
            if one.kind == EventKind.INBOUND_MESSAGE:
                one.body = sealer.open_inbound(one.body)
        waiting = [one for one in told if one.kind == EventKind.REPORT_FILED and SEALED in one.body]
        for pause in KEY_PAUSES:
            await asyncio.sleep(pause)
            await asyncio.gather(*(self._open(sealer, one) for one in waiting))
            waiting = [one for one in waiting if one.unreadable and one.is_young()]
            if not waiting:
                return

    async def _open(self, sealer: Sealer, told: Message) -> None:
        told.unreadable = True
        with contextlib.suppress(BusUnavailable):
            wrapped = await self.key_of(told.headers.get("ce-id", ""))
            if wrapped is not None:
                with contextlib.suppress(ValueError):
                    told.body, told.wrapped, told.unreadable = sealer.open_report(told.body, wrapped), wrapped, False

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
                    await self._opened(told)
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
        self.on_consumer_gone()
        await asyncio.sleep(0.5)
        if self.declares:
            with contextlib.suppress(BusUnavailable, nats.errors.Error, js_errors.Error, TimeoutError):
                await self.provision()
        elif time.monotonic() - self._taken_at > GONE:
            raise ConsumerGone
