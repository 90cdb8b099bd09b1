"""Push to a phone's ntfy app: https://docs.ntfy.sh/publish/#publish-as-json.

A topic's name is its password unless the server has access control, so it carries nothing that is not public to
whoever guesses it. `sequence_id` is the delivery's: from ntfy 2.16 a second copy takes the place of the first
(https://docs.ntfy.sh/publish/#updating-notifications); an older server passes it over, and both are seen.
"""

import re
from typing import Any, ClassVar

import aiohttp
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.vocabulary import Classification
from services.notify.channel_kit.base import Capabilities, Example, Outgoing, Verdict
from services.notify.channel_kit.http_channel import HttpChannel, HttpSettings, by_status, json_answer
from services.notify.channel_kit.receipt_parsing import words
from services.notify.channel_kit.text_limits import fit

LONGEST = 4096  # bytes; what is longer becomes an attachment
LONGEST_TITLE = 250
TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
URGENT, NORMAL = 5, 3


class NtfySettings(HttpSettings):
    """The server that pushes."""

    model_config = SettingsConfigDict(env_prefix="KENTONGAN_CHANNEL_NTFY_")

    url: str = Field(description="The ntfy server")
    token: SecretStr = Field(default=SecretStr(""), description="Access token; empty: none")


class Ntfy(HttpChannel):
    """Push to a topic, with the page behind a tap."""

    name: ClassVar[str] = "ntfy"
    Settings: ClassVar[type[BaseSettings]] = NtfySettings
    capabilities = Capabilities(carries=Classification.BIASA, max_length=LONGEST)
    example: ClassVar[Example] = Example(
        address="tuban-piket-Xk29fQ",
        settings={"url": "{server}"},
        answer={"id": "hwQ2YpKdmg", "time": 1764000000, "event": "message", "topic": "tuban-piket-Xk29fQ"},
        bad_addresses=("", "a b", "a/b", "x" * 65, "https://ntfy.sh/piket"),
    )

    def __init__(self, settings: NtfySettings) -> None:
        super().__init__(settings)
        self._url = settings.url
        token = settings.token.get_secret_value()
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept a topic."""
        return address if TOPIC.fullmatch(address) else None

    async def _call(self, session: aiohttp.ClientSession, message: Outgoing, address: str) -> Verdict:
        body: dict[str, Any] = {
            "topic": address,
            "title": message.subject[:LONGEST_TITLE],
            "message": fit((message.short,), None, lambda text: len(text.encode()) <= LONGEST),
            "priority": URGENT if message.urgent else NORMAL,
            "sequence_id": message.delivery_id,
        }
        if message.url:
            body["click"] = message.url
            if message.button:
                body["actions"] = [{"action": "view", "label": message.button, "url": message.url}]
        async with session.post(self._url, json=body, headers=self._headers, allow_redirects=False) as response:
            told = await json_answer(response)
            return by_status(response.status, response.headers, Verdict("sent", words(told.get("id")) or None))
