"""Read single messages of a stream as they lie there, whatever their headers say.

nats-py takes a message whose own header is `Status: 503` for a server's answer that nobody listens, and one without a
body and with `Status: 404` for one that is not there: a single odd message would make a stream unreadable.
"""

import contextlib
import json
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext, api
from nats.js import errors as js_errors

# An answer about a message, or the words of an odd one; without `Description` nats-py trips over its own reading.
UNSURE = (nats.errors.NoRespondersError, js_errors.APIError, KeyError)
ANSWER = 5.0  # seconds to wait for an answer
NUMBER = "Nats-Sequence"  # header of a message that a stream holds, and of no answer about one


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
