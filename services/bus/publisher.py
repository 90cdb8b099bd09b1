"""Publish many messages at once and await JetStream's promises (PubAcks) together."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.bus.line import BusBusy, BusUnavailable, Line, NotTheLast, Told

__all__ = ["PUBACK", "BusBusy", "BusUnavailable", "NotTheLast", "Publisher", "Refused"]

PUBACK = 2.0  # seconds without any promise after which the bus is taken as silent
NOT_THE_LAST = 10071  # nats-server: what was said to be the last of a subject is not
LONGEST_ANSWER = 10.0  # seconds a call waits for its promises while those of others keep coming


class Refused(nats.errors.Error):
    """The server answers, and does not keep a message, or is silent about one stream while it keeps those of others."""


class _Partly(TimeoutError):  # noqa: N818 - said as a fact
    """Some of what was published together was promised, and of the rest nothing was heard."""


@dataclass
class _Owed:
    """Promises one call waits for; the numbers of those still missing."""

    missing: set[int]
    done: asyncio.Future[None]
    acks: dict[int, dict[str, Any]] = field(default_factory=dict)


class Publisher:
    """Publish many messages to JetStream at once and await their promises together, over one inbox.

    nats-py's own publish makes a future, a timer and a task for each; a batch needs one of each.
    """

    def __init__(self, connection: Client) -> None:
        self._connection = connection
        self._inbox = connection.new_inbox()
        self._owed: dict[int, _Owed] = {}
        self._number = 0
        self._line = Line()
        self._heard = 0.0  # when the last promise came, monotonic

    @classmethod
    async def open(cls, connection: Client) -> "Publisher":
        """Open the inbox."""
        publisher = cls(connection)
        await connection.subscribe(f"{publisher._inbox}.*", cb=publisher._take, pending_msgs_limit=-1)
        return publisher

    async def publish(self, messages: Sequence[Told]) -> list[dict[str, Any]]:
        """Publish subject, body and headers of each in their turn, and give their PubAcks.

        Raises BusUnavailable if one fails, BusBusy, before anything was published, if too many wait, and NotTheLast
        where a message says what its subject was to hold before it, and that holds something else.
        """
        self._check_connected()
        if not messages:
            return []  # no promise would come, and its wait would take the bus for silent
        await self._line.turn(len(messages))
        started = time.monotonic()
        try:
            acks = await self._ask(messages)
        except TimeoutError as error:
            self._line.stalled()
            raise BusUnavailable from error
        except (nats.errors.Error, OSError) as error:
            raise BusUnavailable from error
        except NotTheLast:
            self._line.answered(len(messages), time.monotonic() - started)
            raise
        else:
            self._line.answered(len(messages), time.monotonic() - started)
            return acks
        finally:
            self._line.leave(len(messages))

    async def probe(self, messages: Sequence[Told]) -> list[dict[str, Any]]:
        """Publish beside the line and give all PubAcks, or none; raises Refused when a message is refused."""
        try:
            self._check_connected()
            acks = await self._ask(messages)
        except _Partly as error:  # a stream whose write has failed once is not even refused: nobody answers for it
            raise Refused from error
        except Refused:
            raise
        except (BusUnavailable, nats.errors.Error, TimeoutError, OSError):
            return []
        self._line.answers()
        return acks

    def _check_connected(self) -> None:
        if not self._connection.is_connected:
            raise BusUnavailable  # what waits in a buffer now would be stored after we had said no

    async def _ask(self, messages: Sequence[Told]) -> list[dict[str, Any]]:
        self._check_connected()
        first = self._number + 1
        self._number += len(messages)
        numbers = range(first, self._number + 1)
        owed = _Owed(set(numbers), asyncio.get_running_loop().create_future())
        try:
            for number, (subject, body, headers) in zip(numbers, messages, strict=True):
                self._owed[number] = owed
                await self._connection.publish(subject, body, reply=f"{self._inbox}.{number}", headers=headers)
            await self._promised(owed)
        finally:
            for number in numbers:
                self._owed.pop(number, None)
        return [owed.acks[number] for number in numbers]

    async def _promised(self, owed: _Owed) -> None:
        """Wait for all promises; raises TimeoutError when the bus has fallen silent."""
        started = time.monotonic()
        while not owed.done.done():
            until = min(max(started, self._heard) + PUBACK, started + LONGEST_ANSWER)
            left = until - time.monotonic()
            if left <= 0:
                raise _Partly if owed.acks else TimeoutError
            await asyncio.wait({owed.done}, timeout=left)
        owed.done.result()

    async def _take(self, message: Msg) -> None:
        self._heard = time.monotonic()
        number = int(message.subject.rpartition(".")[2])
        owed = self._owed.get(number)
        if owed is None or owed.done.done():
            return
        if not message.data:
            owed.done.set_exception(nats.errors.NoRespondersError())  # no such stream
            return
        ack = json.loads(message.data)
        if "error" in ack:
            owed.done.set_exception(_refusal(ack["error"]))
            return
        owed.acks[number] = ack
        owed.missing.discard(number)
        if not owed.missing:
            owed.done.set_result(None)


def _refusal(error: Any) -> Exception:
    """Give what a server's word of refusal means."""
    if isinstance(error, dict) and error.get("err_code") == NOT_THE_LAST:
        return NotTheLast()
    return Refused(str(error))
