"""Read back what the bus holds: dead letters, accepted reports, what still waits."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext, api
from nats.js import errors as js_errors
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
)

from services.bus.connection import Connection
from services.bus.consumer import message_of, status_of
from services.bus.declaring import STREAMS, answered
from services.bus.partitions.bucket import holders
from services.bus.publisher import BusUnavailable
from services.bus.sealing import KEY_HEADER, SEALED
from services.bus.streams import DIVIDED, service_of
from services.bus.watermarks import StreamMark, instant

# nats-py takes a message whose own header is `Status: 503` for a server's answer that nobody listens, one without body
# and with `Status: 404` for one that is not there, and trips over one without `Description`: a single odd message would
# make a stream unreadable. Whatever it says of these kinds is asked for once more, beside its own way.
UNSURE = (nats.errors.NoRespondersError, js_errors.APIError, KeyError)
ANSWER = 5.0  # seconds to wait for an answer
NUMBER = "Nats-Sequence"  # header of a message that a stream holds, and of no answer about one
CANNOT_LOOK = (
    "The bus does not let its reports be counted: is its disk full, or a stream missing? kentongan doctor says it."
)
TOGETHER = 500  # messages that one request may give


def known_record(headers: dict[str, str], wrapped: str = "") -> tuple[str, bytes, dict[str, str]]:
    """Give what the stream of known ids keeps of a report, made from its headers; `wrapped` is the key of its body."""
    kept = {name: headers.get(name, "") for name in ("ce-id", "ce-time", "kentongan-digest")}
    known = {"Nats-Msg-Id": f"known:{headers['ce-id']}", "Nats-Expected-Stream": "KNOWN"}
    if wrapped:
        return known_subject(headers["ce-id"]), b"", kept | known | {KEY_HEADER: wrapped}
    return "known.report", b"", kept | known


def known_subject(id_: str) -> str:
    """Return the subject under which the key of a report lies."""
    return f"known.report.{id_}"


async def message_at(
    jetstream: JetStreamContext, nc: Client, stream: str, number: int, subject: str = ""
) -> api.RawStreamMsg:
    """Give the message at a number, or with `subject` the first of that subject from there on; any server may answer.

    Raises NotFoundError where there is none, and what nats-py raises when nobody answers.
    """
    with contextlib.suppress(*UNSURE):
        return await jetstream.get_msg(stream, number, subject or None, direct=True, next=bool(subject))
    asked = {"seq": number} | ({"next_by_subj": subject} if subject else {})
    return await _asked(nc, f"$JS.API.DIRECT.GET.{stream}", json.dumps(asked).encode())


async def newest_of(jetstream: JetStreamContext, nc: Client, stream: str, subject: str) -> api.RawStreamMsg:
    """Give the newest message of a subject; as `message_at`."""
    with contextlib.suppress(*UNSURE):
        return await jetstream.get_last_msg(stream, subject, direct=True)
    return await _asked(nc, f"$JS.API.DIRECT.GET.{stream}.{subject}", b"")


async def _asked(nc: Client, subject: str, request: bytes) -> api.RawStreamMsg:
    """Ask beside nats-py's own way, and tell a message from an answer by what only the server adds."""
    inbox = nc.new_inbox()
    subscription = await nc.subscribe(inbox)
    try:
        await nc.publish(subject, request, reply=inbox)
        told = await subscription.next_msg(timeout=ANSWER)
    finally:
        await subscription.unsubscribe()
    headers: dict[str, Any] = told.headers or {}
    if NUMBER in headers:
        return api.RawStreamMsg(
            subject=headers.get("Nats-Subject"), seq=int(headers[NUMBER]), data=told.data, headers=headers
        )
    if headers.get("Status") == "404":
        raise js_errors.NotFoundError
    if headers.get("Status") == "503":
        raise nats.errors.NoRespondersError
    raise js_errors.APIError(description=headers.get("Description"))


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


class LetterGone(Exception):  # noqa: N818 - said as a fact
    """The message of a dead letter is in its stream no longer, or what lies in the list names none."""


def _letter(number: int, advisory: bytes) -> DeadLetter:
    """Read what the server says about a message that it gave up; anything else in the list is named as what it is."""
    try:
        told = json.loads(advisory)
        return DeadLetter(
            number,
            str(told["stream"]),
            int(told["stream_seq"]),
            str(told["consumer"]),
            int(told.get("deliveries", 0)),
            str(told.get("reason") or told["type"].rsplit(".", 1)[-1]),
            str(told["timestamp"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return DeadLetter(number, "-", 0, "-", 0, "unreadable", "-")


@dataclass(frozen=True)
class Load:
    """What the bus holds: messages of each stream (kept, and ever), and what each consumer has before it."""

    streams: dict[str, tuple[int, int]]  # name -> messages in it, number of the last one
    consumers: dict[tuple[str, str], tuple[int, int]]  # stream, durable -> not taken yet, taken and not answered
    done: dict[str, int] = field(default_factory=dict)  # durable -> number up to which it has answered everything
    unheld: frozenset[str] | None = None  # partitions that no worker has; None where the work is not divided

    @property
    def waits(self) -> dict[str, int]:
        """Give by durable how many messages it has still to take or to answer."""
        return {durable: pending + taken for (_, durable), (pending, taken) in self.consumers.items()}

    @property
    def services(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Give what each service's consumers have before them together."""
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for (stream, durable), (pending, taken) in self.consumers.items():
            before = found.get((stream, service_of(durable)), (0, 0))
            found[stream, service_of(durable)] = (before[0] + pending, before[1] + taken)
        return found


class StreamInspection(Connection):
    """A connection that can look at what is stored."""

    async def dead_letters(self, after: int = 0, most: int = 0) -> list[DeadLetter]:
        """List what could not be processed, oldest first, beyond the number `after`; raises BusUnavailable.

        At most `most` of them; 0: all.
        """
        found: list[DeadLetter] = []
        try:
            async for letter in self._dead_letters(after):
                found.append(letter)
                if len(found) == most:
                    break
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        return found

    async def _dead_letters(self, after: int) -> AsyncIterator[DeadLetter]:
        async for message in self.stored("DEADLETTERS", after):
            yield _letter(message.seq or 0, message.data or b"")

    async def dead_body(self, letter: DeadLetter) -> tuple[str, bytes]:
        """Give the subject and the body of a dead letter, opened where a sealer is here and its key is left.

        Raises LetterGone when its stream keeps it no longer, BusUnavailable.
        """
        message = await self._dead(letter)
        return message.subject or "", await self._opened_body(message)

    async def dead_report(self, letter: DeadLetter) -> str | None:
        """Give the id of the accepted report that a dead letter is; None where it is none, or kept no longer.

        Raises BusUnavailable.
        """
        if letter.stream != "REPORTS":
            return None
        with contextlib.suppress(LetterGone):
            return ((await self._dead(letter)).headers or {}).get("ce-id") or None
        return None

    async def _opened_body(self, message: Any) -> bytes:
        body: bytes = message.data or b""
        if self._sealer is None or SEALED not in body:
            return body
        with contextlib.suppress(ValueError):
            if (message.subject or "").startswith("inbound."):
                return self._sealer.open_inbound(body)
            wrapped = await self.key_of((message.headers or {}).get("ce-id", ""))
            return self._sealer.open_report(body, wrapped) if wrapped else body
        return body

    async def _dead(self, letter: DeadLetter) -> Any:
        if letter.stream not in {one.name for one in STREAMS}:
            raise LetterGone
        try:
            return await message_at(self.js, self.nc, letter.stream, letter.sequence)
        except js_errors.NotFoundError:
            raise LetterGone from None
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error

    async def replay(self, letter: DeadLetter) -> None:
        """Tell a dead letter again as a new message, and take it off the list; raises LetterGone, BusUnavailable."""
        message = await self._dead(letter)
        headers = dict(message.headers or {})
        headers["Nats-Msg-Id"] = f"replay:{letter.advisory}:{headers.get('Nats-Msg-Id', letter.sequence)}"
        try:
            await self.js.publish(message.subject or "", message.data or b"", stream=letter.stream, headers=headers)
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        await self.drop(letter)

    async def drop(self, letter: DeadLetter) -> None:
        """Take a dead letter off the list; the message itself stays in its stream. Raises BusUnavailable."""
        try:
            await self.js.delete_msg("DEADLETTERS", letter.advisory)
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error

    async def stored(self, stream: str, after: int = 0, *, leads: bool = False) -> AsyncIterator[Any]:
        """Yield every message of a stream in order beyond the number `after`, without a consumer.

        Any server that holds the stream may answer, and one that follows passes over what it has not heard of yet;
        whoever must miss none asks the one that `leads`.
        """
        info = await self.js.stream_info(stream)
        for sequence in range(max(1, after + 1, info.state.first_seq), info.state.last_seq + 1):
            try:
                if leads:
                    yield await self.js.get_msg(stream, sequence)
                else:
                    yield await message_at(self.js, self.nc, stream, sequence)
            except js_errors.NotFoundError:
                continue

    async def checkpoints(self) -> list[bytes]:
        """Give every checkpoint of the audit log in order, hundreds at a time; raises BusUnavailable."""
        try:
            state = (await self.js.stream_info("CHECKPOINTS")).state
            found: list[bytes] = []
            number = state.first_seq
            while state.messages and number <= state.last_seq:
                some = await self._together("CHECKPOINTS", number)
                if not some:
                    break
                found += [body for _, body in some]
                number = some[-1][0] + 1
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        return found

    async def last_checkpoint(self) -> bytes | None:
        """Give the newest checkpoint of the audit log; None where there is none. Raises BusUnavailable."""
        try:
            state = (await self.js.stream_info("CHECKPOINTS")).state
            if not state.messages:
                return None
            message = await message_at(self.js, self.nc, "CHECKPOINTS", state.last_seq)
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        return message.data or b""

    async def _together(self, stream: str, number: int) -> list[tuple[int, bytes]]:
        """Give number and body of a stream's messages from a number on, at most `TOGETHER`, by one request."""
        inbox = self.nc.new_inbox()
        subscription = await self.nc.subscribe(inbox)
        found: list[tuple[int, bytes]] = []
        try:
            request = json.dumps({"seq": number, "batch": TOGETHER}).encode()
            await self.nc.publish(f"$JS.API.DIRECT.GET.{stream}", request, reply=inbox)
            while True:
                message = await subscription.next_msg(timeout=ANSWER)
                headers = message.headers or {}
                if NUMBER not in headers:  # 204: that was all of the batch; 404: nothing there
                    return found
                found.append((int(headers[NUMBER]), message.data))
        finally:
            await subscription.unsubscribe()

    async def knows_less_than_it_holds(self) -> bool:
        """Say whether reports are kept of which no id is known: they were filed by 0.1."""
        reports, known = [(await self.js.stream_info(name)).state for name in ("REPORTS", "KNOWN")]
        return reports.messages > 0 and known.messages == 0

    async def remember(self) -> int:
        """Make the ids of all reports known; gives how many."""
        many = 0
        async for message in self._headers_on_disk():
            await self._publisher.publish([known_record(message_of(message).headers)])
            many += 1
        return many

    async def key_of(self, report: str) -> str | None:
        """Give the wrapped key of a report; None where none lies on the bus. Raises BusUnavailable."""
        try:
            found = await newest_of(self.js, self.nc, "KNOWN", known_subject(report))
        except js_errors.NotFoundError:
            return None
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        return (found.headers or {}).get(KEY_HEADER)

    async def rewind(self, service: str) -> None:
        """Let a service's consumers begin anew; its worker takes what it knows already without an effect."""
        own = [(stream, durable) for stream, durable, _ in self.consumers if service_of(durable) == service]
        own += [(own[0][0], durable) for durable in await self._of_another_number(service)]
        for stream, durable in own:
            await self.js.delete_consumer(stream, durable)
        known, self.taken_before = self.taken_before, lambda _stream, _created_at: 0
        try:
            await self.provision()
        finally:
            self.taken_before = known

    async def reports_on_disk(self) -> AsyncIterator[tuple[int, str, str]]:
        """Yield number, id and digest of every report ever accepted that the stream still holds, in order.

        A message that nobody's door has put there, and that has no id, is passed over.
        """
        async for message in self._headers_on_disk():
            headers = message.headers or {}
            if headers.get("ce-id"):
                yield message.metadata.sequence.stream, headers["ce-id"], headers.get("kentongan-digest", "")

    async def strays(self) -> list[int]:
        """Give the numbers of messages among the reports that have no id: no door of ours has put them there."""
        return [
            message.metadata.sequence.stream
            async for message in self._headers_on_disk()
            if not (message.headers or {}).get("ce-id")
        ]

    async def tell_again(self, sequence: int) -> bool:
        """Tell a report that lies in the stream once more, as a new message; who knows it already does nothing.

        False for one that is sealed under a key that is gone: a copy would open no more than it does. Raises
        BusUnavailable.
        """
        try:
            message = await message_at(self.js, self.nc, "REPORTS", sequence)
            headers = dict(message.headers or {})
            if SEALED in (message.data or b"") and await self.key_of(headers.get("ce-id", "")) is None:
                return False
            last = (await self.js.stream_info("REPORTS")).state.last_seq
            headers["Nats-Msg-Id"] = f"again:{sequence}:{last}"
            await self._publisher.publish([(message.subject or "", message.data or b"", headers)])
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        return True

    async def _headers_on_disk(self) -> AsyncIterator[Msg]:
        """Yield every report as it lies in the stream now, without its words; raises BusUnavailable, saying why."""
        state = (await self.js.stream_info("REPORTS", subjects_filter="report.filed.>")).state
        last, left = state.last_seq, sum((state.subjects or {}).values())
        if not left:
            return
        name = f"count{uuid4().hex}"
        config = ConsumerConfig(
            name=name,
            ack_policy=AckPolicy.NONE,
            headers_only=True,
            inactive_threshold=30.0,
            filter_subject="report.filed.>",
        )
        try:
            await self.js.add_consumer("REPORTS", config)
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable(CANNOT_LOOK) from error
        queue: asyncio.Queue[Msg] = asyncio.Queue()
        inbox = self.nc.new_inbox()
        subscription = await self.nc.subscribe(inbox, cb=queue.put, pending_msgs_limit=-1, pending_bytes_limit=-1)
        try:
            while left > 0:
                # Not by the client's own fetch: it takes a message for the server's word by its headers.
                request = json.dumps({"batch": TOGETHER, "expires": 2_000_000_000}).encode()
                await self.nc.publish(f"$JS.API.CONSUMER.MSG.NEXT.REPORTS.{name}", request, reply=inbox)
                for _ in range(min(TOGETHER, left)):
                    message = await asyncio.wait_for(queue.get(), 5)
                    if status_of(message) is not None:
                        break
                    left = message.metadata.num_pending
                    if message.metadata.sequence.stream > last:
                        return
                    yield message
        finally:
            await subscription.unsubscribe()

    async def waiting(self) -> dict[str, int]:
        """Count what each service has still to take or answer."""
        counts: Counter[str] = Counter()
        for stream, durable, _ in self.consumers:
            info = await self.js.consumer_info(stream, durable)
            counts[service_of(durable)] += (info.num_pending or 0) + (info.num_ack_pending or 0)
        return dict(counts)

    async def unheld(self) -> list[str]:
        """Name the partitions that no worker takes from now; none where the work is not divided.

        Raises BusUnavailable.
        """
        if self._partitions == 1:
            return []
        try:
            held = {durable for service in DIVIDED for durable in await holders(self.nc, service, self._partitions)}
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        divided = [durable for _, durable, _ in self.consumers if service_of(durable) in DIVIDED]
        return [durable for durable in divided if durable not in held]

    async def beyond(self) -> list[str]:
        """Name the consumers that stand beyond the end of their stream; raises BusUnavailable."""
        try:
            return [durable for stream, durable, _ in self.consumers if await self._beyond(stream, durable)]
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error

    async def marks(self) -> list[StreamMark]:
        """Say of each stream when it was made and how far it goes; raises BusUnavailable."""
        return [await self.mark(declared.name or "") for declared in STREAMS]

    async def mark(self, stream: str) -> StreamMark:
        """Say of one stream when it was made and how far it goes; raises BusUnavailable."""
        try:
            info = await self.js.stream_info(stream)
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        return StreamMark(stream, instant(info.created), info.state.last_seq)

    async def missing(self) -> list[str]:
        """Name the streams that are not there, of which a server says so; raises BusUnavailable."""
        found = []
        for declared in STREAMS:
            try:
                await self.js.stream_info(declared.name or "")
            except js_errors.NotFoundError:
                found.append(declared.name or "")
            except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
                raise BusUnavailable from error
        return found

    async def taken(self, stream: str, service: str) -> tuple[datetime, int]:
        """Say when a stream was made, and up to which number a service has taken everything.

        A partition that has nothing before it counts as having taken what was there at the look before: the server
        that leads its consumer may not have heard yet of what is newer. Raises BusUnavailable when one of them is not
        there, or nobody answers.
        """
        durables = [durable for _, durable, _ in self.consumers if service_of(durable) == service]
        try:
            found = [await self.js.consumer_info(stream, durable) for durable in durables]
            info = await self.js.stream_info(stream)
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        made = instant(info.created)
        before = self._was_last.get((stream, made), 0) if len(durables) > 1 else 0
        self._was_last = {**self._was_last, (stream, made): info.state.last_seq}
        idle = [not (one.num_pending or one.num_ack_pending) for one in found]
        return made, min(max(answered(one), before * is_idle) for one, is_idle in zip(found, idle, strict=True))

    async def load(self) -> Load:
        """Ask for the numbers of every stream and consumer at once; raises BusUnavailable when one is not told."""
        names = [declared.name or "" for declared in STREAMS]
        durables = [(stream, durable) for stream, durable, _ in self.consumers]
        try:
            told = await asyncio.gather(
                *(self.js.stream_info(name) for name in names), *(self.js.consumer_info(*one) for one in durables)
            )
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        streams: Any = told[: len(names)]
        consumers: Any = told[len(names) :]
        return Load(
            {name: (one.state.messages, one.state.last_seq) for name, one in zip(names, streams, strict=True)},
            {
                durable: (one.num_pending or 0, one.num_ack_pending or 0)
                for durable, one in zip(durables, consumers, strict=True)
            },
            {
                durable: one.ack_floor.stream_seq if one.ack_floor else 0
                for (_, durable), one in zip(durables, consumers, strict=True)
            },
            frozenset(await self.unheld()) if self._partitions > 1 else None,
        )
