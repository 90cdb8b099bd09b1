"""Be the bare floor: POST, JetStream's promise, a consumer, a webhook; no triage, no store, nothing kept.

Two processes like the real line's: `python -m tests.bench.floor post|hook NATS_URL PORT_OR_ADDRESS`.
"""

import asyncio
import json
import sys
from typing import Any
from uuid import uuid4

import aiohttp
import nats
import uvicorn
import uvloop
from nats.js.api import ConsumerConfig


async def post(url: str, port: int) -> None:
    """Accept reports: one JetStream publish each, 202 after its promise."""
    connection = await nats.connect(url)
    stream = connection.jetstream()
    await stream.add_stream(name="FLOOR", subjects=["floor"])

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        message = await receive()
        await stream.publish("floor", message["body"], stream="FLOOR", headers={"Nats-Msg-Id": str(uuid4())})
        await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})

    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, http="httptools", lifespan="off")
    await uvicorn.Server(config).serve()


async def hook(url: str, address: str) -> None:
    """Send each report as a webhook and acknowledge it."""
    connection = await nats.connect(url)
    stream = connection.jetstream()
    await stream.add_stream(name="FLOOR", subjects=["floor"])
    config = ConsumerConfig(max_ack_pending=256)
    async with aiohttp.ClientSession() as session:

        async def send(message: Any) -> None:
            id_ = json.loads(message.data)["id"]
            body = json.dumps({"data": {"incident": id_, "reports": [id_], "institution": "-", "round": 1}})
            async with session.post(address, data=body, headers={"webhook-id": id_}):
                await message.ack()

        tasks: set[asyncio.Task[None]] = set()

        async def take(message: Any) -> None:
            task = asyncio.create_task(send(message))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        await stream.subscribe("floor", durable="floor", cb=take, config=config, manual_ack=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    part, bus, where = sys.argv[1:]
    uvloop.run(post(bus, int(where)) if part == "post" else hook(bus, where))
