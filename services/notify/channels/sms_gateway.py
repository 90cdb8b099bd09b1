"""Tell a person by SMS through any gateway that speaks HTTP: its shapes are settings, not code.

`body` is the request as the gateway's documentation shows it, with `{to}`, `{text}` and `{id}` where they belong; it
is filled in as JSON values, form fields or query parameters, so no text can break out of its place. Paths such as
`messages.0.id` say where an answer, a receipt or an inbound message holds what. Many gateways say 200 and mean no:
`ok_path` and `ok_values` tell them apart.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal

import aiohttp
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.vocabulary import Blame, Classification, DeliveryState
from services.notify.channel_kit.base import Capabilities, Example, Inbound, Outgoing, Receipt, Verdict
from services.notify.channel_kit.gsm7 import normalise, room, segments
from services.notify.channel_kit.http_channel import HttpChannel, HttpSettings, by_status, json_answer
from services.notify.channel_kit.receipt_parsing import look, moment, objects, words
from services.notify.channel_kit.text_limits import fit
from services.web.phone_numbers import e164

MARK = re.compile(r"\{(to|text|id)\}")
# What gateways call the states of a message: SMPP 3.4 table 5-8 and the words in common use
STATES = {
    "sent": DeliveryState.SENT,
    "accepted": DeliveryState.SENT,
    "acceptd": DeliveryState.SENT,
    "enroute": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "delivrd": DeliveryState.DELIVERED,
    "failed": DeliveryState.DEAD,
    "undelivered": DeliveryState.DEAD,
    "undeliv": DeliveryState.DEAD,
    "rejected": DeliveryState.DEAD,
    "rejectd": DeliveryState.DEAD,
    "expired": DeliveryState.DEAD,
    "deleted": DeliveryState.DEAD,
}


class SmsGatewaySettings(HttpSettings):
    """The gateway and its shapes; tables are JSON in the environment."""

    model_config = SettingsConfigDict(env_prefix="KENTONGAN_CHANNEL_SMS_GATEWAY_")

    url: str = Field(description="Where messages are handed over")
    method: Literal["POST", "GET"] = Field(default="POST", description="How")
    encoding: Literal["json", "form", "query"] = Field(default="json", description="How the body is written")
    headers: dict[str, SecretStr] = Field(default_factory=dict, description="Headers of every call, keys among them")
    body: dict[str, Any] = Field(
        default_factory=lambda: {"to": "{to}", "text": "{text}", "id": "{id}"}, description="The request to fill in"
    )
    number: Literal["+62", "62", "0"] = Field(default="+62", description="How Indonesian numbers are written")
    max_segments: int = Field(default=2, ge=1, le=10, description="SMS one message may cost")
    ok_path: str = Field(default="", description="Where a 2xx answer says whether it means it; empty: it does")
    ok_values: list[str] = Field(default_factory=lambda: ["true", "ok", "success", "0"], description="What means yes")
    again_values: list[str] = Field(default_factory=list, description="What means not now; everything else means never")
    id_path: str = Field(default="id", description="Where an answer holds the gateway's id of the message")
    receipts_path: str = Field(default="", description="Where a receipt call holds its list; empty: it is one receipt")
    receipt_id: str = Field(default="id", description="Where a receipt holds the gateway's id")
    receipt_state: str = Field(default="status", description="Where a receipt holds the state")
    receipt_at: str = Field(default="at", description="Where a receipt holds the time")
    states: dict[str, DeliveryState] = Field(default_factory=dict, description="The gateway's own words for states")
    inbound_path: str = Field(default="", description="Where an inbound call holds its list; empty: one message")
    inbound_from: str = Field(default="from", description="Where an inbound message holds the sender")
    inbound_text: str = Field(default="text", description="Where it holds the text")
    inbound_at: str = Field(default="at", description="Where it holds the time")
    inbound_id: str = Field(default="id", description="Where it holds the gateway's id")
    secret_header: str = Field(default="authorization", description="Header of its calls that proves who calls")
    secret: SecretStr = Field(default=SecretStr(""), description="What that header must hold")


class SmsGateway(HttpChannel):
    """Hand an SMS to a gateway described by settings."""

    name: ClassVar[str] = "sms_gateway"
    Settings: ClassVar[type[BaseSettings]] = SmsGatewaySettings
    capabilities = Capabilities(
        carries=Classification.BIASA,
        max_length=306,
        segments="gsm7",
        can_answer=True,
        receipts=True,
        invites=True,
        rings=True,
        columns=("sms", "hp", "no hp", "nomor hp", "telepon", "phone"),
    )
    example: ClassVar[Example] = Example(
        address="+6281234567890",
        settings={"url": "{server}/send", "headers": {"Authorization": "App made-up"}},
        answer={"id": "gw-000123"},
        bad_addresses=("", "110", "piket", "+62"),
    )

    def __init__(self, settings: SmsGatewaySettings) -> None:
        super().__init__(settings)
        self._settings = settings
        self.capabilities = replace(self.capabilities, max_length=room(settings.max_segments))
        self._headers = {name: value.get_secret_value() for name, value in settings.headers.items()}
        self._secret = settings.secret.get_secret_value().encode()
        self._states = STATES | {word.lower(): state for word, state in settings.states.items()}

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept a phone number."""
        return e164(address)

    async def _call(self, session: aiohttp.ClientSession, message: Outgoing, address: str) -> Verdict:
        settings = self._settings
        text = fit((normalise(message.short),), message.url, lambda text: segments(text) <= settings.max_segments)
        facts = {"to": self._number(address), "text": text, "id": message.delivery_id}
        body = _filled(settings.body, facts)
        how: dict[str, Any] = {"json": body}
        if settings.encoding != "json":
            how = {
                "data" if settings.encoding == "form" else "params": {key: words(value) for key, value in body.items()}
            }
        headers = {"Idempotency-Key": message.delivery_id, **self._headers}  # a gateway that knows it sends once
        call = session.request(settings.method, settings.url, headers=headers, allow_redirects=False, **how)
        async with call as response:
            told = await json_answer(response)
            reached = Verdict("sent", provider_id=words(_at(told, settings.id_path)) or None)
            return by_status(response.status, response.headers, self._meant(told, reached))

    def _meant(self, told: Any, reached: Verdict) -> Verdict:
        """Read the answer inside the answer."""
        if not self._settings.ok_path:
            return reached
        said = _at(told, self._settings.ok_path)
        word = str(said).lower()
        if word in (value.lower() for value in self._settings.ok_values):
            return reached
        passing = word in (value.lower() for value in self._settings.again_values)
        if passing:
            return Verdict("again", error="gateway did not take it")
        return Verdict("never", error="gateway did not take it", blame=Blame.ADDRESS)

    def _number(self, address: str) -> str:
        if self._settings.number == "+62":
            return address
        bare = address.removeprefix("+")
        return "0" + bare[2:] if self._settings.number == "0" and bare.startswith("62") else bare

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002
        """Compare the header agreed with the gateway."""
        told = headers.get(self._settings.secret_header.lower(), "").encode()
        return bool(self._secret) and hmac.compare_digest(told, self._secret)

    def parse_receipt(self, payload: Any) -> list[Receipt]:
        """Read receipts where settings say they are."""
        found: list[Receipt] = []
        for told in _items(payload, self._settings.receipts_path):
            message_id = words(_at(told, self._settings.receipt_id))
            state = self._states.get(words(_at(told, self._settings.receipt_state)).lower())
            if message_id and state:
                error = "gateway could not deliver it" if state is DeliveryState.DEAD else ""
                found.append(Receipt(message_id, state, moment(_at(told, self._settings.receipt_at)), error))
        return found

    def parse_inbound(self, payload: Any) -> list[Inbound]:
        """Read messages where settings say they are."""
        found: list[Inbound] = []
        for told in _items(payload, self._settings.inbound_path):
            sender, text = e164(words(_at(told, self._settings.inbound_from))), _at(told, self._settings.inbound_text)
            if sender and isinstance(text, str):
                at, told_id = _at(told, self._settings.inbound_at), _at(told, self._settings.inbound_id)
                found.append(Inbound(sender, text, moment(at), words(told_id)))
        return found


def _at(payload: Any, path: str) -> Any:
    return look(payload, *(int(part) if part.isdecimal() else part for part in path.split(".")))


def _items(payload: Any, path: str) -> list[dict[str, Any]]:
    if path:
        return objects(_at(payload, path))
    return objects(payload if isinstance(payload, list) else [payload])


def _filled(template: Any, facts: Mapping[str, str]) -> Any:
    """Put facts into the values of a template; what is put in is never read as a template again."""
    if isinstance(template, dict):
        return {key: _filled(value, facts) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, facts) for value in template]
    return MARK.sub(lambda mark: facts[mark[1]], template) if isinstance(template, str) else template
