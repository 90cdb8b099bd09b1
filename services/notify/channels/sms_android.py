"""Tell a person by SMS through an Android phone: SMS Gateway for Android (https://docs.sms-gate.app), local or cloud.

`POST /messages` (or `/message`) on the phone, `POST /3rdparty/v1/messages` in the cloud (features/sending-messages):
a second message of one id is taken for the first, with 202 or 409 as the version has it. Its webhooks `sms:sent`,
`sms:delivered`, `sms:failed` and `sms:received` come back signed (features/webhooks).

One SMS received is at times told twice under two event ids (its issues 288, 291, 301, 310, 372), and the id of the
message is made of its words: what is one here is the sender, the words and the time of receipt together.
"""

import base64
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, ClassVar

import aiohttp
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.vocabulary import Classification, DeliveryState
from services.notify.channel_kit.base import Capabilities, Example, Inbound, Outgoing, Receipt, Verdict
from services.notify.channel_kit.gsm7 import normalise, room, segments
from services.notify.channel_kit.http_channel import HttpChannel, HttpSettings, by_status, json_answer
from services.notify.channel_kit.receipt_parsing import look, moment, words
from services.notify.channel_kit.text_limits import fit
from services.web.phone_numbers import e164

CONFLICT = 409  # a message with this id is already there: our earlier try arrived
AT_ONCE = 100  # from this priority on the phone's own pauses and limits are passed over
STAMP = re.compile(r"[0-9]{1,12}")  # seconds since 1970: more digits are no number that can be compared
SKEW = 300  # seconds a signed call may be old, as its documentation advises
STATES = {
    "sms:sent": (DeliveryState.SENT, "sentAt"),
    "sms:delivered": (DeliveryState.DELIVERED, "deliveredAt"),
    "sms:failed": (DeliveryState.DEAD, "failedAt"),  # its id is used up: the phone takes no second try of it
}


class SmsAndroidSettings(HttpSettings):
    """The phone that speaks."""

    model_config = SettingsConfigDict(env_prefix="KENTONGAN_CHANNEL_SMS_ANDROID_")

    url: str = Field(description="Where messages are posted: http://phone:8080/messages or the cloud's address")
    username: str = Field(description="Name the app shows")
    password: SecretStr = Field(description="Password the app shows")
    sim: int | None = Field(default=None, ge=1, le=3, description="SIM to send with; empty: the phone's own choice")
    max_segments: int = Field(default=2, ge=1, le=10, description="SMS one message may cost")
    ttl: int = Field(default=3600, ge=60, description="Seconds after which an unsent message is thrown away")
    signing_key: SecretStr = Field(default=SecretStr(""), description="Signing key of its webhooks")


class SmsAndroid(HttpChannel):
    """Hand an SMS to a phone; the phone tells what became of it and what was answered."""

    name: ClassVar[str] = "sms_android"
    Settings: ClassVar[type[BaseSettings]] = SmsAndroidSettings
    capabilities = Capabilities(
        carries=Classification.BIASA,
        max_length=306,
        segments="gsm7",
        can_answer=True,
        receipts=True,
        invites=True,
        rings=True,
    )
    example: ClassVar[Example] = Example(
        address="+6281234567890",
        settings={"url": "{server}/messages", "username": "sms", "password": "made-up"},
        answer={
            "id": "0192f0c4-7a3e-7b1e-9d43-0a1b2c3d4e5f",
            "state": "Pending",
            "isHashed": False,
            "isEncrypted": False,
            "recipients": [{"phoneNumber": "+6281234567890", "state": "Pending"}],
            "states": {},
        },
        bad_addresses=("", "110", "piket", "+62"),
    )

    def __init__(self, settings: SmsAndroidSettings) -> None:
        super().__init__(settings)
        self._settings = settings
        self.capabilities = replace(self.capabilities, max_length=room(settings.max_segments))
        pair = f"{settings.username}:{settings.password.get_secret_value()}"
        self._headers = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        self._key = settings.signing_key.get_secret_value().encode()

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept a phone number."""
        return e164(address)

    async def _call(self, session: aiohttp.ClientSession, message: Outgoing, address: str) -> Verdict:
        most = self._settings.max_segments
        text = fit((normalise(message.short),), message.url, lambda text: segments(text) <= most)
        body: dict[str, Any] = {
            "id": message.delivery_id,
            "textMessage": {"text": text},
            "phoneNumbers": [address],
            "withDeliveryReport": True,
            "ttl": self._settings.ttl,
            "priority": AT_ONCE if message.urgent else 0,
        }
        if self._settings.sim is not None:
            body["simNumber"] = self._settings.sim
        async with session.post(
            self._settings.url, json=body, headers=self._headers, allow_redirects=False
        ) as response:
            told = await json_answer(response)
            if response.status == CONFLICT:
                return Verdict("sent", provider_id=message.delivery_id)
            reached = Verdict("sent", provider_id=words(told.get("id")) or message.delivery_id)
            return by_status(response.status, response.headers, reached)

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Check HMAC-SHA256 over body and timestamp, and that the call is not an old one played again."""
        stamp = headers.get("x-timestamp", "")
        if not self._key or not STAMP.fullmatch(stamp) or abs(time.time() - int(stamp)) > SKEW:
            return False
        signed = hmac.new(self._key, body + stamp.encode(), sha256).hexdigest()
        return hmac.compare_digest(headers.get("x-signature", "").lower().encode(), signed.encode())

    def parse_receipt(self, payload: Any) -> list[Receipt]:
        """Read `sms:sent`, `sms:delivered` (one per part) and `sms:failed`."""
        state, field = STATES.get(words(look(payload, "event")), (None, ""))
        told = look(payload, "payload")
        message_id = words(look(told, "messageId"))
        if state is None or not message_id:
            return []
        error = "phone could not send it" if state is DeliveryState.DEAD else ""
        return [Receipt(message_id, state, moment(look(told, field)), error)]

    def parse_inbound(self, payload: Any) -> list[Inbound]:
        """Read `sms:received`; senders that are words, not numbers, are nobody's answer."""
        told = look(payload, "payload")
        sender, text = e164(words(look(told, "sender")) or words(look(told, "phoneNumber"))), look(told, "message")
        if look(payload, "event") != "sms:received" or sender is None or not isinstance(text, str):
            return []
        at = moment(look(told, "receivedAt"))
        return [Inbound(sender, text, at, "" if at else words(look(payload, "id")))]
