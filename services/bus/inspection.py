"""Read back what the bus holds: dead letters, accepted reports, what still waits."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import nats.errors
from nats.aio.msg import Msg
from nats.js import errors as js_errors
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
)

from services.bus.connection import Connection
from services.bus.consumer import message_of
from services.bus.publisher import BusUnavailable
from services.bus.sealing import KEY_HEADER
from services.bus.streams import CONSUMERS, STREAMS

TOGETHER = 500  # messages that one request may give
ANSWER = 5.0  # seconds to wait for each


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


@dataclass(frozen=True)
class Load:
    """What the bus holds: messages of each stream (kept, and ever), and what each consumer has before it."""

    streams: dict[str, tuple[int, int]]  # name -> messages in it, number of the last one
    consumers: dict[tuple[str, str], tuple[int, int]]  # stream, durable -> not taken yet, taken and not answered


class StreamInspection(Connection):
    """A connection that can look at what is stored."""

    async def dead_letters(self, after: int = 0) -> list[DeadLetter]:
        """List what could not be processed, oldest first, beyond the number `after`; raises BusUnavailable."""
        try:
            return [letter async for letter in self._dead_letters(after)]
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error

    async def _dead_letters(self, after: int) -> AsyncIterator[DeadLetter]:
        async for message in self.stored("DEADLETTERS", after):
            advisory = json.loads(message.data or b"{}")
            yield DeadLetter(
                message.seq or 0,
                advisory["stream"],
                advisory["stream_seq"],
                advisory["consumer"],
                advisory.get("deliveries", 0),
                advisory.get("reason") or advisory["type"].rsplit(".", 1)[-1],
                advisory["timestamp"],
            )

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

    async def stored(self, stream: str, after: int = 0) -> AsyncIterator[Any]:
        """Yield every message of a stream in order beyond the number `after`, without a consumer."""
        info = await self.js.stream_info(stream)
        for sequence in range(max(1, after + 1, info.state.first_seq), info.state.last_seq + 1):
            try:
                yield await self.js.get_msg(stream, sequence, direct=True)
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
            message = await self.js.get_msg("CHECKPOINTS", state.last_seq, direct=True)
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
                if "Nats-Sequence" not in headers:  # 204: that was all of the batch; 404: nothing there
                    return found
                found.append((int(headers["Nats-Sequence"]), message.data))
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
            found = await self.js.get_last_msg("KNOWN", known_subject(report), direct=True)
        except js_errors.NotFoundError:
            return None
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        return (found.headers or {}).get(KEY_HEADER)

    async def erase_keys(self, reports: Iterable[str]) -> int:
        """Overwrite the keys of reports on the bus, so that nothing opens them; returns how many there were.

        Raises BusUnavailable; doing it again does what is left.
        """
        gone = 0
        for report in reports:
            try:
                while True:  # more than one where the report was filed anew after a failed try
                    found = await self.js.get_last_msg("KNOWN", known_subject(report), direct=True)
                    await self.js.delete_msg("KNOWN", found.seq or 0)
                    gone += 1
            except js_errors.NotFoundError:
                continue
            except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
                raise BusUnavailable from error
        return gone

    async def erase_inbound(self, is_theirs: Callable[[bytes], bool]) -> int:
        """Overwrite the inbound messages whose body is somebody's; returns how many. Raises BusUnavailable."""
        gone = 0
        try:
            async for message in self.stored("INBOUND"):
                if is_theirs(message.data or b""):
                    await self.js.delete_msg("INBOUND", message.seq or 0)
                    gone += 1
        except (nats.errors.Error, js_errors.Error, TimeoutError) as error:
            raise BusUnavailable from error
        return gone

    async def rewind(self, durable: str) -> None:
        """Let a consumer begin anew; its worker takes what it knows already without an effect."""
        stream = next(stream for stream, name, _ in CONSUMERS if name == durable)
        await self.js.delete_consumer(stream, durable)
        await self.provision()

    async def reports_on_disk(self) -> AsyncIterator[tuple[int, str, str]]:
        """Yield number, id and digest of every report ever accepted that the stream still holds, in order."""
        async for message in self._headers_on_disk():
            told = message_of(message)
            yield told.sequence, told.headers["ce-id"], told.headers.get("kentongan-digest", "")

    async def _headers_on_disk(self) -> AsyncIterator[Msg]:
        """Yield every report as it lies in the stream now, without its words."""
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
                    seen = message.metadata.sequence.stream
                    if seen <= last:
                        yield message
        finally:
            await subscription.unsubscribe()

    async def waiting(self) -> dict[str, int]:
        """Count what each consumer has still to take or answer."""
        counts = {}
        for stream, durable, _ in CONSUMERS:
            info = await self.js.consumer_info(stream, durable)
            counts[durable] = (info.num_pending or 0) + (info.num_ack_pending or 0)
        return counts

    async def load(self) -> Load:
        """Ask for the numbers of every stream and consumer at once; raises BusUnavailable when one is not told."""
        names = [declared.name or "" for declared in STREAMS]
        durables = [(stream, durable) for stream, durable, _ in CONSUMERS]
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
        )
