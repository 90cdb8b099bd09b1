"""Tell a person by a Telegram bot: https://core.telegram.org/bots/api (sendMessage, Update, setWebhook's secret token).

Private chats only: a group has readers nobody verified, and only a group's number ever changes (migrate_to_chat_id).
The Bot API knows no id of ours, so a retry after a lost answer can be seen twice; it carries the same reply code and
link. A refusal is a 4xx with a reason in words that may change; only `parameters.retry_after` is meant for programs.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar

import aiohttp
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.vocabulary import Blame, Classification
from services.notify.channel_kit.base import Capabilities, Example, Inbound, Outgoing, Verdict
from services.notify.channel_kit.http_channel import LONGEST_PAUSE, HttpChannel, HttpSettings, by_status, json_answer
from services.notify.channel_kit.receipt_parsing import look, moment, position, shared_place, words
from services.notify.channel_kit.text_limits import fit, utf16

# Fields of a Message that hold something else than words, and what it is.
MEDIA = {
    "photo": "photo",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "voice": "voice",
    "audio": "voice",
    "document": "file",
    "sticker": "sticker",
    "contact": "other",
    "poll": "other",
    "story": "other",
    "checklist": "other",
    "paid_media": "other",
}
# 400: no such chat; 403: the person has blocked the bot. 401 and 404 are about our token.
BLAME = {400: Blame.ADDRESS, 403: Blame.ADDRESS, 413: Blame.MESSAGE}
LONGEST = 4096  # sendMessage: 1-4096 characters
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # setWebhook: secret_token
PERSON = re.compile(r"[1-9][0-9]{4,15}")  # a user's id; below zero are groups and channels


def _settable(secret: SecretStr) -> SecretStr:
    """Refuse what setWebhook would not take as its secret_token; raises ValueError."""
    if secret.get_secret_value() and not SECRET.fullmatch(secret.get_secret_value()):
        raise ValueError("must be 1 to 256 of A-Z, a-z, 0-9, _ and -")
    return secret


class TelegramSettings(HttpSettings):
    """The bot that speaks."""

    model_config = SettingsConfigDict(env_prefix="KENTONGAN_CHANNEL_TELEGRAM_")

    token: SecretStr = Field(description="Token of the bot, from @BotFather")
    url: str = Field(default="https://api.telegram.org", description="Bot API server")
    inbound_secret: Annotated[SecretStr, AfterValidator(_settable)] = Field(
        default=SecretStr(""), description="Secret token given to setWebhook: A-Z, a-z, 0-9, _ and -"
    )


class Telegram(HttpChannel):
    """Send a bot's message, with a button for the page; answers come back as updates."""

    name: ClassVar[str] = "telegram"
    Settings: ClassVar[type[BaseSettings]] = TelegramSettings
    capabilities = Capabilities(
        carries=Classification.BIASA,
        max_length=LONGEST,
        can_answer=True,
        proves_sender=True,
        tells_id=False,
        invites=True,
        columns=("telegram",),
        nicknames=("tg",),
    )
    example: ClassVar[Example] = Example(
        address="52817340",
        settings={"token": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "url": "{server}"},
        answer={"ok": True, "result": {"message_id": 365, "date": 1764000000, "chat": {"id": 52817340}}},
        bad_addresses=("", "@piket", "-1001234567890", "0", "12a45678"),
    )

    def __init__(self, settings: TelegramSettings) -> None:
        super().__init__(settings)
        self._url = f"{settings.url.rstrip('/')}/bot{settings.token.get_secret_value()}/sendMessage"
        self._inbound_secret = settings.inbound_secret.get_secret_value()

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept the number of a person's chat with the bot."""
        return address if PERSON.fullmatch(address) else None

    async def _call(self, session: aiohttp.ClientSession, message: Outgoing, address: str) -> Verdict:
        button = message.url if message.url and message.url.startswith("https://") and message.button else None
        link = None if button else message.url
        body: dict[str, Any] = {
            "chat_id": int(address),
            "text": fit((message.body, message.short), link, lambda text: 0 < utf16(text) <= LONGEST),
            "link_preview_options": {"is_disabled": True},  # nobody but the reader opens the page
            "protect_content": True,
        }
        if button:
            body["reply_markup"] = {"inline_keyboard": [[{"text": message.button, "url": button}]]}
        async with session.post(self._url, json=body, allow_redirects=False) as response:
            told = await json_answer(response)
            verdict = by_status(response.status, response.headers, Verdict("sent"), BLAME)
        if verdict.outcome == "sent":
            return Verdict("sent", provider_id=words(look(told, "result", "message_id")) or None)
        pause = look(told, "parameters", "retry_after")
        if verdict.outcome == "again" and isinstance(pause, int):
            return Verdict("again", retry_after=min(float(pause), LONGEST_PAUSE), error=verdict.error)
        if verdict.outcome == "never":
            return replace(verdict, error=f"Telegram {response.status}")
        return verdict

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002
        """Compare the secret token Telegram repeats in every call."""
        told = headers.get("x-telegram-bot-api-secret-token", "")
        return bool(self._inbound_secret) and hmac.compare_digest(told.encode(), self._inbound_secret.encode())

    def parse_inbound(self, payload: Any) -> list[Inbound]:
        """Read an Update: a person's own message in a private chat, by the id Telegram vouches for, never by a name.

        A caption is what somebody says of a photo; an edited message is said anew. Media without words is told as
        such, so that its sender can be told that it cannot be read. A live position moves by edits: its first counts.
        """
        edited = look(payload, "message") is None
        message = look(payload, "edited_message" if edited else "message")
        sender, text = words(look(message, "from", "id")), look(message, "text") or look(message, "caption")
        private = look(message, "chat", "type") == "private" and look(message, "from", "is_bot") is not True
        if not private or not self.valid(sender):
            return []
        media = next((kind for name, kind in MEDIA.items() if look(message, name) is not None), "")
        told = text if isinstance(text, str) else ""
        at, update = moment(look(message, "date")), words(look(payload, "update_id"))
        shared = None if edited else position(*(look(message, "location", name) for name in ("latitude", "longitude")))
        if shared and not told:
            told = shared_place(*(look(message, "venue", name) for name in ("title", "address")))
        if not told and not shared and (edited or not media):
            return []
        return [Inbound(sender, told, at, update, media, edited, shared)]
