"""Publish many messages at once and await JetStream's publisher together."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

PUBACK = 2.0  # seconds to wait for the publisher of one call


class BusUnavailable(Exception):  # noqa: N818 - said as a fact
    """The bus cannot promise anything now; trying again later is right."""


@dataclass
class _Owed:
    """Publisher one call waits for; the numbers of those still missing."""

    missing: set[int]
    done: asyncio.Future[None]
    acks: dict[int, dict[str, Any]] = field(default_factory=dict)


class Publisher:
    """Publish many messages to JetStream at once and await their publisher together, over one inbox.

    nats-py's own publish makes a future, a timer and a task for each; a batch needs one of each.
    """

    def __init__(self, connection: Client) -> None:
        self._connection = connection
        self._inbox = connection.new_inbox()
        self._owed: dict[int, _Owed] = {}
        self._number = 0

    @classmethod
    async def open(cls, connection: Client) -> "Publisher":
        """Open the inbox."""
        publisher = cls(connection)
        await connection.subscribe(f"{publisher._inbox}.*", cb=publisher._take, pending_msgs_limit=-1)
        return publisher

    async def publish(self, messages: Sequence[tuple[str, bytes, dict[str, str]]]) -> list[dict[str, Any]]:
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
