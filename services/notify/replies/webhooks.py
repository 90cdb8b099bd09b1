"""Be the door for what comes back over channels: receipts of providers, answers of people, checks of the address.

A call is proved by the channel (`authentic`), read by it, and put on the bus; 202 is said only once that is on disk.
What it means is decided by the `answers` consumer, behind the door (answering.py). Nothing here touches the store.
"""

import json
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response

from schemas.messages import TEXT_LIMIT, InboundMessage, InboundReceipt, Position
from services.bus import BusUnavailable, Event, inbound_message, inbound_receipt
from services.notify.channels import Channel, Inbound, Receipt, discover, homemade, set_up
from services.security.permissions import Act, Declared
from services.security.secret import Secret
from services.store.ids import derived
from services.web.json_body import read_json
from services.web.problem_details import Problem, documented

log = logging.getLogger("kentongan.door")

RETRY_AFTER = "2"  # seconds: a bus that is started again is back by then
NAMELESS = 600  # seconds in which the same words of the same sender count once, where the provider gives no id
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class Journal(Protocol):
    """Where what came in is safe; services/bus has this shape."""

    async def publish(self, events: list[Event]) -> None:
        """Put events on disk; raises BusUnavailable when that cannot be promised."""


@dataclass(frozen=True)
class Deps:
    """What the door is given."""

    journal: Journal
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]


def inbound_channels(secret: Secret, base_url: str) -> dict[str, Channel]:
    """Give the channels that are set up and over which something can come back."""
    found = set_up(discover(), homemade(secret, base_url))
    return {
        name: one
        for name, one in found.items()
        if type(one).parse_inbound is not Channel.parse_inbound or type(one).parse_receipt is not Channel.parse_receipt
    }


def routes(deps: Deps) -> APIRouter:
    """Build the routes: one per channel that is set up, so that any other name stays the gateways'."""
    router = APIRouter(
        tags=["inbound"], dependencies=[Depends(Declared(Act.OPEN))]
    )  # each proves itself by its signature
    for name, channel in deps.channels.items():
        router.add_api_route(
            f"/v1/inbound/{name}",
            _check(channel),
            methods=["GET"],
            summary=f"Answer {name}'s check of this address",
            responses=documented(403),
        )
        router.add_api_route(
            f"/v1/inbound/{name}",
            _take(name, channel, deps),
            methods=["POST"],
            status_code=202,
            summary=f"Take receipts and answers of {name}, in its own format",
            responses=documented(400, 401, 413, 503),
        )
    return router


def _check(channel: Channel) -> Endpoint:
    async def check(request: Request) -> Response:
        answer = channel.challenge(dict(request.query_params))
        if answer is None:
            raise Problem(403)
        return Response(answer, media_type="text/plain")

    return check


def _take(name: str, channel: Channel, deps: Deps) -> Endpoint:
    async def take(request: Request) -> Response:
        body = await request.body()  # of 256 KiB at most: the application's limit stands before this
        headers = {key.lower(): value for key, value in request.headers.items()}
        if not channel.authentic(headers, body):
            log.warning("inbound %s: a call that proves nothing was refused", name)
            raise Problem(401)
        events = events_of(name, channel, _read(headers, body), deps.clock())
        if events:
            try:
                await deps.journal.publish(events)
            except BusUnavailable:
                raise Problem(503, headers={"Retry-After": RETRY_AFTER}) from None
        return Response(json.dumps({"accepted": len(events)}), 202, media_type="application/json")

    return take


def _read(headers: Mapping[str, str], body: bytes) -> Any:
    """Read JSON or a form; raises Problem (400)."""
    try:
        text = body.decode()
        if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(text, keep_blank_values=True))
        return read_json(text)
    except ValueError:
        raise Problem(400) from None


def events_of(name: str, channel: Channel, payload: Any, now: datetime) -> list[Event]:
    """Read a provider's call into events; what is not understood is none."""
    vouched = channel.capabilities.proves_sender
    messages = (_message(name, one, now, vouched=vouched) for one in channel.parse_inbound(payload))
    return [event for event in messages if event] + [_receipt(name, one, now) for one in channel.parse_receipt(payload)]


def _message(name: str, one: Inbound, now: datetime, *, vouched: bool) -> Event | None:
    text = one.text.replace("\x00", "").encode("utf-8", "ignore").decode()[:TEXT_LIMIT]
    where = Position(lat=one.position[0], lon=one.position[1]) if one.position else None
    if where and not text.strip():
        text = f"Lokasi dibagikan: {where.lat}, {where.lon}"
    if not text.strip() and not one.media:
        return None
    told = one.at.isoformat() if one.at else int(now.timestamp()) // NAMELESS
    known = (one.message_id,) if one.message_id else (one.sender_address, text, told)
    id_ = derived("inbound", name, *known)
    message = InboundMessage(
        id=id_,
        channel=name,
        sender=one.sender_address,
        text=text.strip() and text,
        at=now,
        vouched=vouched,
        media=one.media,
        edited=one.edited,
        position=where,
    )
    return inbound_message(message)


def _receipt(name: str, one: Receipt, now: datetime) -> Event:
    told = InboundReceipt(
        channel=name,
        provider_id=one.provider_id,
        state=one.state,
        told_at=one.at or now,
        error=one.error,
        delivery_id=one.delivery_id,
        blame=one.blame,
    )
    return inbound_receipt(derived("receipt", name, one.provider_id, one.state.value), told)
