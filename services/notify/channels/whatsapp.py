"""Tell a person by WhatsApp: Meta's Cloud API, https://developers.facebook.com/documentation/business-messaging/whatsapp.

Outside the 24 hours after a person last wrote, only an approved template is let through (error 131047), so a
template with one body parameter belongs to every real set-up; its URL button, if it has one, takes the rest of our
page's address. Meta gives our id back with every receipt, but does not fold two messages of one id into one.

Who has taken a username may write without a number (page business-scoped-user-ids, from 2026): then Meta vouches for
an id of that person towards us, `ID.1349...`, which can be answered and is the sender's address here.
"""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

import aiohttp
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.vocabulary import Blame, Classification, DeliveryState
from services.notify.channel_kit.base import Capabilities, Example, Inbound, Outgoing, Receipt, Verdict
from services.notify.channel_kit.http_channel import HttpChannel, HttpSettings, by_status, json_answer
from services.notify.channel_kit.receipt_parsing import look, moment, objects, position, shared_place, words
from services.notify.channel_kit.text_limits import fit
from services.web.phone_numbers import e164

# Types of a message that are something else than words, and what they are.
MEDIA = {
    "image": "photo",
    "video": "video",
    "audio": "voice",
    "document": "file",
    "sticker": "sticker",
    "contacts": "other",
    "unsupported": "other",
}
LONGEST_TEXT = 4096  # text.body
LONGEST_PARAMETER = 900  # a template's body holds 1,024 with its own words
USER = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")  # a business-scoped user id: country, dot, up to 128
# Error codes that pass: unknown, service, call limits, throughput, overload, spam limit, pair limit, maintenance
PASSING = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004, 133016})
# Error codes about the person: cannot be reached; about the message: its parameters, its template, its window of time.
ADDRESS_CODES = frozenset({131026})
MESSAGE_CODES = frozenset({100, 131008, 131009, 131047, 131051, 131052, 131053, *range(132000, 133000)})
LASTING = frozenset({3})  # no permission for the method: said with HTTP 500, and yet nothing that passes
STATES = {"sent": DeliveryState.SENT, "delivered": DeliveryState.DELIVERED, "read": DeliveryState.READ}


class WhatsAppSettings(HttpSettings):
    """The business number that speaks."""

    model_config = SettingsConfigDict(env_prefix="KENTONGAN_CHANNEL_WHATSAPP_")

    phone_number_id: str = Field(pattern=r"^[0-9]{5,20}$", description="Id of our number, from the app dashboard")
    token: SecretStr = Field(description="Access token of a system user")
    url: str = Field(default="https://graph.facebook.com/v26.0", description="Graph API with its version")
    template: str = Field(default="", description="Approved template with one body parameter; empty: free text")
    template_base: str = Field(default="", description="Fixed part of the template's URL button; empty: no button")
    app_secret: SecretStr = Field(default=SecretStr(""), description="Signs calls of the inbound door")
    verify_token: SecretStr = Field(default=SecretStr(""), description="Word Meta repeats when it checks the door")


class WhatsApp(HttpChannel):
    """Send a template or a text; receipts and answers come back as calls signed by Meta."""

    name: ClassVar[str] = "whatsapp"
    Settings: ClassVar[type[BaseSettings]] = WhatsAppSettings
    capabilities = Capabilities(
        carries=Classification.BIASA,
        max_length=LONGEST_TEXT,
        can_answer=True,
        proves_sender=True,
        receipts=True,
        invites=True,
        rings=True,
        columns=("whatsapp", "wa"),
        nicknames=("wa",),
    )
    example: ClassVar[Example] = Example(
        address="+6281234567890",
        settings={"phone_number_id": "106540352242922", "token": "EAAJB-made-up", "url": "{server}"},
        answer={
            "messaging_product": "whatsapp",
            "contacts": [{"input": "6281234567890", "wa_id": "6281234567890"}],
            "messages": [{"id": "wamid.HBgLMTY0NjcwNDM1OTUVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA"}],
        },
        bad_addresses=("", "110", "piket", "+62", "wa.me/6281234567890"),
    )

    def __init__(self, settings: WhatsAppSettings) -> None:
        super().__init__(settings)
        self._url = f"{settings.url.rstrip('/')}/{settings.phone_number_id}/messages"
        self._headers = {"Authorization": f"Bearer {settings.token.get_secret_value()}"}
        self._template, self._base = settings.template, settings.template_base
        self._app_secret = settings.app_secret.get_secret_value()
        self._verify_token = settings.verify_token.get_secret_value()

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept a phone number, or the id Meta gives for a person whose number it withholds."""
        return address if USER.fullmatch(address) else e164(address)

    async def _call(self, session: aiohttp.ClientSession, message: Outgoing, address: str) -> Verdict:
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **({"recipient": address} if USER.fullmatch(address) else {"to": address.removeprefix("+")}),
            "biz_opaque_callback_data": message.delivery_id,  # comes back with every receipt
        }
        body |= self._by_template(message) if self._template else _by_text(message)
        async with session.post(self._url, json=body, headers=self._headers, allow_redirects=False) as response:
            told = await json_answer(response)
            verdict = by_status(response.status, response.headers, Verdict("sent"))
        if verdict.outcome == "sent":
            return Verdict("sent", provider_id=words(look(told, "messages", 0, "id")) or None)
        code = look(told, "error", "code")
        if not isinstance(code, int):
            return verdict
        passing = code in PASSING or (verdict.outcome == "again" and code not in LASTING)
        if passing:
            return Verdict("again", retry_after=verdict.retry_after, error=f"WhatsApp {code}")
        return Verdict("never", error=f"WhatsApp {code}", blame=_blame(code))

    def _by_template(self, message: Outgoing) -> dict[str, Any]:
        rest = (message.url or "").removeprefix(self._base) if self._base else ""
        in_button = bool(rest) and rest != message.url
        short = re.sub(r"\s+", " ", message.short)  # a parameter with a line break or tab is refused
        link = None if in_button else message.url
        said = fit((short,), link, lambda text: len(text) <= LONGEST_PARAMETER).replace("\n", " ")
        parts: list[dict[str, Any]] = [{"type": "body", "parameters": [{"type": "text", "text": said}]}]
        if in_button:
            button = {"type": "button", "sub_type": "url", "index": "0"}
            parts.append(button | {"parameters": [{"type": "text", "text": rest}]})
        template = {"name": self._template, "language": {"code": message.language}, "components": parts}
        return {"type": "template", "template": template}

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Check Meta's HMAC-SHA256 over the raw body."""
        signed = "sha256=" + hmac.new(self._app_secret.encode(), body, sha256).hexdigest()
        told = headers.get("x-hub-signature-256", "")
        return bool(self._app_secret) and hmac.compare_digest(told.encode(), signed.encode())

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """Repeat Meta's challenge when it knows our word."""
        told = query.get("hub.verify_token", "")
        known = bool(self._verify_token) and hmac.compare_digest(told.encode(), self._verify_token.encode())
        return query.get("hub.challenge") if known and query.get("hub.mode") == "subscribe" else None

    def parse_receipt(self, payload: Any) -> list[Receipt]:
        """Read the statuses of a call; kinds of status that are no step of a delivery are passed over."""
        return [
            receipt
            for value in _values(payload)
            for status in objects(value.get("statuses"))
            if (receipt := _receipt(status))
        ]

    def parse_inbound(self, payload: Any) -> list[Inbound]:
        """Read texts, captions, pressed reply buttons, shared positions and corrections.

        Media without words is told as such, so that its sender can be told that it cannot be read.
        """
        told = (message for value in _values(payload) for message in objects(value.get("messages")))
        return [found for message in told if (found := _inbound(message))]


def _inbound(message: dict[str, Any]) -> Inbound | None:
    sender = e164("+" + words(message.get("from"))) or _user(words(message.get("from_user_id")))
    edited = look(message, "edit", "message")  # page webhooks/reference/messages/edit
    said = edited if isinstance(edited, dict) else message
    text = _said(said) or shared_place(*(look(said, "location", name) for name in ("name", "address")))
    media = MEDIA.get(words(said.get("type")), "")
    shared = position(*(look(said, "location", name) for name in ("latitude", "longitude")))
    if not sender or not (text or media or shared) or (said is edited and not text):
        return None
    at, id_ = moment(message.get("timestamp")), words(message.get("id"))
    return Inbound(sender, text, at, id_, media, said is edited, shared)


def _said(message: dict[str, Any]) -> str:
    """Give the words of a message: its text, what stands under its picture, or the code on its button."""
    found = (
        look(message, "text", "body")
        or next((caption for kind in MEDIA if (caption := look(message, kind, "caption"))), None)
        or look(message, "button", "payload")
        or look(message, "interactive", "button_reply", "id")
    )
    return found if isinstance(found, str) else ""


def _blame(code: object) -> Blame:
    """Say what an error code is about."""
    if code in ADDRESS_CODES:
        return Blame.ADDRESS
    return Blame.MESSAGE if code in MESSAGE_CODES else Blame.ACCOUNT


def _user(told: str) -> str | None:
    return told if USER.fullmatch(told) else None


def _by_text(message: Outgoing) -> dict[str, Any]:
    said = fit((message.body, message.short), message.url, lambda text: len(text) <= LONGEST_TEXT)
    return {"type": "text", "text": {"preview_url": False, "body": said}}


def _values(payload: Any) -> list[dict[str, Any]]:
    changes = [change for entry in objects(look(payload, "entry")) for change in objects(entry.get("changes"))]
    return objects([change.get("value") for change in changes if change.get("field") == "messages"])


def _receipt(status: dict[str, Any]) -> Receipt | None:
    told, message_id = status.get("status"), words(status.get("id"))
    at, ours = moment(status.get("timestamp")), words(status.get("biz_opaque_callback_data")) or None
    if not message_id:
        return None
    if told == "failed":
        code = look(status, "errors", 0, "code")
        state = DeliveryState.FAILED if code in PASSING else DeliveryState.DEAD
        error = f"WhatsApp {code}" if isinstance(code, int) else "WhatsApp"
        # What Meta finds out only later is about the person, unless it says that it was about the message.
        blame = Blame.MESSAGE if code in MESSAGE_CODES else Blame.ADDRESS
        return Receipt(message_id, state, at, error, ours, blame)
    state_told = STATES.get(words(told))
    return Receipt(message_id, state_told, at, delivery_id=ours) if state_told else None
