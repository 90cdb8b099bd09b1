"""Tell and take: the whole bus, as services use it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import nats.errors
from nats.aio.msg import Msg
from nats.js import errors as js_errors

from schemas.messages import ReportFiled
from schemas.vocabulary import EventKind
from services.bus.connection import BATCH
from services.bus.consumer import Arrivals, Message, message_of, status_of
from services.bus.erasing import Erasing
from services.bus.inspection import known_record, known_subject, message_at
from services.bus.partitions.pulls import Pulls, hand_back
from services.bus.partitions.shares import shares_of
from services.bus.publisher import BusUnavailable, NotTheLast
from services.bus.sealing import KEY_HEADER, SEALED, Sealer
from services.bus.streams import TYPE, Event, place_subject, probe, service_of, stream_of

log = logging.getLogger("kentongan.bus")
KEY_PAUSES = (0.0, 0.02, 0.1, 0.4, 1.0)  # seconds before each look for the key of a report
LOOK_AFTER = 10.0  # seconds without a message after which a worker looks whether its consumer can have one
GONE = 20.0  # seconds without its consumer until a worker ends: whoever may declare has not done it so far


@dataclass(frozen=True)
class PublishedReport:
    """A report that is on disk. `again`: the id was known; `same`: with the same content."""

    id: UUID
    filed_at: datetime
    again: bool
    same: bool


@dataclass(frozen=True)
class Known:
    """What is known of a report: the headers of its record, and its body under the key that lies there."""

    headers: dict[str, str]
    body: bytes
    new: bool  # nobody had filed it before
    number: int = 0  # of the record that its key was taken from


class ConsumerGone(Exception):  # noqa: N818 - said as a fact
    """The consumer is not there, and this identity may not declare it: whoever may has to."""


class Bus(Erasing):
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
        headers["kentongan-digest"] = digest if self._sealer is None else self._sealer.fingerprint(digest)
        try:
            known = await self._made_known(filed, headers)
            if known is None:  # it was erased: it was accepted once, and that is all that is left
                return PublishedReport(filed.id, filed.filed_at, again=True, same=True)
            await self._under_the_newest(known)
            (ack,) = await self._publisher.publish([(subject, known.body, headers)])
            self.promised.note(ack)
            if ack.get("duplicate") and known.new:
                # The stream of keys was lost, and the report there opens no more; or another door was just quicker,
                # and a copy does no harm.
                copy = headers | {"Nats-Msg-Id": f"{headers['Nats-Msg-Id']}:{uuid4().hex}"}
                await self._publisher.publish([(subject, known.body, copy)])
        except (nats.errors.Error, js_errors.Error, TimeoutError, OSError) as error:
            raise BusUnavailable from error
        if not ack.get("duplicate"):
            return PublishedReport(filed.id, filed.filed_at, again=False, same=True)
        at = datetime.fromisoformat(known.headers["ce-time"]).astimezone(UTC)
        same = known.headers.get("kentongan-digest") in (headers["kentongan-digest"], digest)  # once it was plain
        return PublishedReport(filed.id, at, again=True, same=same)

    async def _made_known(self, filed: ReportFiled, headers: dict[str, str]) -> Known | None:
        """Make the id of a report known, with the key of its body; None where that was erased.

        The key is on the disk before the report, and whoever files the report again, at whichever door, seals it under
        the key that is known: what reaches the disk can be read, whichever tries before failed half-way.
        """
        body, wrapped = self._sealed(filed)
        subject, nothing, told = known_record(headers, wrapped)
        record = subject, nothing, told | self._unless_erased(str(filed.id))
        before = self.keys.highest
        try:
            (ack,) = await self._publisher.publish([record])
        except NotTheLast:  # its tombstone stands there, also where the server has forgotten which ids it knew
            return None
        if not ack.get("duplicate"):
            self.keys.note(record, ack, before)
            return Known(told, body, new=True, number=ack["seq"])
        found = await self._known(ack["seq"])
        if found is None:
            return None
        if self._sealer is None or KEY_HEADER not in found:  # it was filed before reports were sealed
            return Known(found, filed.model_dump_json().encode(), new=False)
        with contextlib.suppress(ValueError):
            body, _ = self._sealer.seal_report(filed, found[KEY_HEADER])
            return Known(found, body, new=False, number=ack["seq"])
        try:  # under a master that was ended: the same key lies behind it under the newest one
            later = await message_at(self.js, self.nc, "KNOWN", ack["seq"] + 1, known_subject(str(filed.id)))
            body, wrapped = self._sealer.seal_report(filed, (later.headers or {}).get(KEY_HEADER, ""))
            return Known(found | {KEY_HEADER: wrapped}, body, new=False, number=later.seq or 0)
        except (ValueError, js_errors.NotFoundError) as error:  # under a master key that is not here
            raise BusUnavailable from error

    async def put_keys_again(self, erased: Callable[[Collection[str]], Awaitable[set[str]]]) -> int:
        """Put the keys of reports that were filed here lately on the disk again; gives how many.

        `erased` gives those of some reports whose key is to stay away. Raises BusUnavailable.
        """
        self.keys.lost = False
        try:
            records = {record[2]["ce-id"]: record for record in self.keys.lately()}
            gone = await erased(records)
            for id_, record in records.items():
                if id_ not in gone:
                    with contextlib.suppress(NotTheLast):
                        await self._publisher.publish([record])
        except BaseException:
            self.keys.lost = True
            raise
        return len(records) - len(gone)

    async def _under_the_newest(self, known: Known) -> None:
        """See, before a report is promised, that its key lies there under the newest master.

        It is asked for once more when the key lies on the disk: an older master is ended only after a walk over all
        keys, which finds this one if a newer master came after this question, and may miss it if it came before.
        """
        wrapped = known.headers.get(KEY_HEADER)
        if self._sealer is None or not wrapped:
            return
        try:
            fresh = self._sealer.renewed(known.headers["ce-id"], wrapped)
        except ValueError as error:
            raise BusUnavailable from error
        if fresh != wrapped:
            await self._renew(known.headers, fresh, known.number)

    def _sealed(self, filed: ReportFiled) -> tuple[bytes, str]:
        """Give a report's body under a new key, and the key, wrapped; as it is, and no key, where nothing is sealed."""
        return (filed.model_dump_json().encode(), "") if self._sealer is None else self._sealer.seal_report(filed)

    async def _known(self, number: int) -> dict[str, str] | None:
        """Give the headers of the record of a known id by its number; None where it was erased.

        Any server of a cluster may answer, also one that has not heard of that number yet: whether it was erased is
        known where a later one is there. Raises BusUnavailable while nobody can say.
        """
        for pause in KEY_PAUSES:
            await asyncio.sleep(pause)
            with contextlib.suppress(js_errors.NotFoundError):
                found = await message_at(self.js, self.nc, "KNOWN", number, ">")
                return dict(found.headers or {}) if found.seq == number else None
            await self._publisher.probe([probe("KNOWN")])  # a later one, where there is none
        raise BusUnavailable

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
        """Open what lies sealed; the server of a cluster that is asked may learn a report's key a moment late."""
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
            waiting = [one for one in waiting if one.unasked or (one.unreadable and one.is_young())]
            if not waiting:
                return
        while waiting := [one for one in waiting if one.unasked]:  # an outage is no try: nothing becomes a dead letter
            with contextlib.suppress(nats.errors.Error, OSError):
                for one in told:
                    await one.holding()
            await asyncio.sleep(KEY_PAUSES[-1])
            await asyncio.gather(*(self._open(sealer, one) for one in waiting))

    async def _open(self, sealer: Sealer, told: Message) -> None:
        told.unreadable, told.unasked = True, True
        with contextlib.suppress(BusUnavailable):
            wrapped = await self.key_of(told.headers.get("ce-id", ""))
            told.unasked = False
            if wrapped is not None:
                with contextlib.suppress(ValueError):
                    told.body, told.wrapped, told.unreadable = sealer.open_report(told.body, wrapped), wrapped, False

    async def consume(self, stream: str, service: str) -> AsyncGenerator[list[Message], None]:
        """Yield what a service's consumers have for this worker, at once and in order, at most `BATCH` at a time.

        One pull request stands at the server for each and is renewed as it is used up; heartbeats, a reconnect or
        silence renew it too, and a vanished consumer is declared again. Where the work is divided, a message is given
        only while this worker has the lease of its partition.
        """
        arrivals = Arrivals()
        pulls = Pulls(self.nc, stream, arrivals, BATCH)
        durables = [durable for _, durable, _ in self.consumers if service_of(durable) == service]
        self._arrivals.append(arrivals)
        try:
            async with shares_of(
                self.nc, service, durables, self._worker, pulls, arrivals.wake, self._declared_anew
            ) as shares:
                while True:
                    await shares.settle(pulls)
                    await pulls.ask()
                    told = await self._taken(stream, pulls)
                    await self._opened(told)
                    if mine := await _still(told, shares.held()):
                        yield mine
        finally:
            self._arrivals.remove(arrivals)
            await pulls.close()

    async def _taken(self, stream: str, pulls: Pulls) -> list[Message]:
        """Give the messages that came, and see to consumers that are not as they should be; raises ConsumerGone."""
        told = []
        for message in await pulls.some():
            pull = pulls.whose(message)
            if pull is None:
                await hand_back(message)
            elif pull.hear(message):
                await self._mend(status_of(message) or "", message, pull.taken_at)
            elif status_of(message) is None:
                told.append(message_of(message))
                pull.looked_at = pull.heard_at
        for pull in () if told else pulls:
            if time.monotonic() - pull.looked_at > LOOK_AFTER:
                pull.looked_at = time.monotonic()
                await self._see_to(stream, pull.durable)
        return told

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

    async def _mend(self, status: str, message: Msg, taken_at: float) -> None:
        description = (message.headers or {}).get("Description", "")
        if status != "503" and "Deleted" not in description:
            return
        log.warning("the consumer is gone: %s %s", status, description)
        await self._declared_anew()
        if not self.declares and time.monotonic() - taken_at > GONE:
            raise ConsumerGone

    async def _declared_anew(self) -> None:
        """Let what is missing be declared, or declare it where that is ours to do."""
        self.on_consumer_gone()
        await asyncio.sleep(0.5)
        if self.declares:
            with contextlib.suppress(BusUnavailable, nats.errors.Error, js_errors.Error, TimeoutError):
                await self.provision()


async def _still(told: Sequence[Message], held: Collection[str]) -> list[Message]:
    """Give the messages of partitions that this worker still has; the others are handed back."""
    mine = []
    for one in told:
        if one.durable in held:
            mine.append(one)
        else:
            await hand_back(one.message)
    return mine
