"""Keep leases in a key-value bucket of the bus, one revision of each key; `nats kv ls LEASES` shows them."""

import json
from collections.abc import Mapping

import nats.errors
from nats.aio.client import Client
from nats.js.api import StreamConfig

from services.bus.partitions.leases import NOBODY, WORKER, Lease
from services.bus.publisher import NOT_THE_LAST

STREAM = "KV_LEASES"
ROOT = "$KV.LEASES."  # begins the subject of each key
ANSWER = 2.0  # seconds to wait for an answer
KEPT = "15s"  # how long a key stays that nobody writes: what is there for longer than a lease lasts is there no more
LAST = "Nats-Expected-Last-Subject-Sequence"
ENOUGH = 500  # keys of one service, at most

# Not among STREAMS: nothing of it is to be kept, and whoever declares one partition has none.
LEASES = StreamConfig(
    name=STREAM,
    subjects=[f"{ROOT}>"],
    max_msgs_per_subject=1,
    allow_msg_ttl=True,
    allow_rollup_hdrs=True,
    deny_delete=True,
    max_age=3600.0,
    duplicate_window=120.0,
)


class LeaseBucket:
    """The leases of one service, by the number of its partitions; raises what nats-py raises when nobody answers.

    Workers that go by another number of them share nothing with these.
    """

    def __init__(self, connection: Client, service: str, partitions: int) -> None:
        self._connection = connection
        self._root = f"{ROOT}{service}.{partitions}."

    async def read(self) -> Mapping[str, Lease]:
        """Give every key that stands; any server may answer, and one that follows tells what stood a moment ago."""
        inbox = self._connection.new_inbox()
        subscription = await self._connection.subscribe(inbox)
        found: dict[str, Lease] = {}
        try:
            request = json.dumps({"multi_last": [f"{self._root}>"], "batch": ENOUGH}).encode()
            await self._connection.publish(f"$JS.API.DIRECT.GET.{STREAM}", request, reply=inbox)
            while True:
                message = await subscription.next_msg(timeout=ANSWER)
                headers = message.headers or {}
                if "Nats-Sequence" in headers:
                    key = headers["Nats-Subject"].removeprefix(self._root)
                    found[key] = Lease(int(headers["Nats-Sequence"]), message.data.decode(errors="replace"))
                elif headers.get("Status") in ("204", "404"):  # that was all; there is none
                    return found
                else:
                    raise nats.errors.NoRespondersError
        finally:
            await subscription.unsubscribe()

    async def put(self, key: str, holder: str, revision: int | None) -> int | None:
        """Write a key, where it stands at this revision if one is given; gives the new one, None where it does not."""
        headers = {"Nats-TTL": KEPT, "Nats-Expected-Stream": STREAM}
        if revision is not None:
            headers[LAST] = str(revision)
        told = await self._connection.request(self._root + key, holder.encode(), timeout=ANSWER, headers=headers)
        answer = json.loads(told.data)
        if error := answer.get("error"):
            if error.get("err_code") == NOT_THE_LAST:
                return None
            raise nats.errors.Error(str(error))
        return int(answer["seq"])


async def holders(connection: Client, service: str, partitions: int) -> dict[str, str]:
    """Give who has each partition of a service now, by durable; one that nobody has is not there."""
    found = await LeaseBucket(connection, service, partitions).read()
    return {key: one.holder for key, one in found.items() if not key.startswith(WORKER) and one.holder != NOBODY}
