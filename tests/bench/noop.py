"""Be a FastStream pipeline that judges nothing and keeps nothing: what the framework alone costs on the same bus.

Three processes like the real line's: `python -m tests.bench.noop post|triage|hook NATS_URL PORT_OR_ADDRESS`.
"""

import json
import sys
from typing import Any

import aiohttp
import uvicorn
import uvloop
from faststream import AckPolicy, FastStream
from faststream.nats import JStream, NatsBroker
from nats.js.api import ConsumerConfig
from pydantic import BaseModel

REPORTS, INCIDENTS = (
    JStream("NOOPREPORTS", subjects=["noop.report"]),
    JStream("NOOPINCIDENTS", subjects=["noop.incident"]),
)
WAITING = ConsumerConfig(max_ack_pending=512)
AT_ONCE = 64  # messages one handler works on at a time


class Filed(BaseModel):
    """A report as it passes through."""

    id: str
    text: str
    kecamatan: str
    desa: str
    basis: str


async def post(url: str, port: int) -> None:
    """Accept reports: checked by pydantic, one publish with its promise each, 202."""
    broker = NatsBroker(url)
    publisher = broker.publisher("noop.report", stream=REPORTS)
    await broker.start()

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        message = await receive()
        await publisher.publish(Filed.model_validate_json(message["body"]))
        await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})

    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, http="httptools", lifespan="off")
    await uvicorn.Server(config).serve()


async def triage(url: str, _where: str) -> None:
    """Pass every report on as an incident."""
    broker = NatsBroker(url, logger=None)
    publisher = broker.publisher("noop.incident", stream=INCIDENTS)

    @broker.subscriber(
        "noop.report", stream=REPORTS, durable="noop", config=WAITING, max_workers=AT_ONCE, ack_policy=AckPolicy.ACK
    )
    async def handle(filed: Filed) -> None:
        await publisher.publish(filed)

    await FastStream(broker, logger=None).run()


async def hook(url: str, address: str) -> None:
    """Send every incident as a webhook."""
    broker = NatsBroker(url, logger=None)
    async with aiohttp.ClientSession() as session:

        @broker.subscriber(
            "noop.incident", stream=INCIDENTS, durable="noop", config=WAITING, max_workers=AT_ONCE,
            ack_policy=AckPolicy.ACK,
        )  # fmt: skip
        async def handle(filed: Filed) -> None:
            body = json.dumps({"data": {"incident": filed.id, "reports": [filed.id], "institution": "-", "round": 1}})
            async with session.post(address, data=body, headers={"webhook-id": filed.id}):
                pass

        await FastStream(broker, logger=None).run()


if __name__ == "__main__":
    part, bus, where = sys.argv[1:]
    uvloop.run(post(bus, int(where)) if part == "post" else (triage if part == "triage" else hook)(bus, where))
