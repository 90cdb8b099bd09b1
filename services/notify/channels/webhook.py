"""Tell a program: a CloudEvent, signed the Standard Webhooks way.

Body: structured CloudEvents 1.0 JSON of type `id.kentongan.alert.v1`. Headers: `webhook-id` (the delivery's id, the
same at every retry), `webhook-timestamp` (Unix seconds of this try), `webhook-signature` (`v1,` and the base64 of
HMAC-SHA256 over `id.timestamp.body`), after https://github.com/standard-webhooks/standard-webhooks.
"""

import base64
import binascii
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, ClassVar

import aiohttp
from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import to_json
from pydantic_settings import BaseSettings, SettingsConfigDict
from yarl import URL

from schemas.vocabulary import Classification
from services.notify.channel_kit.base import Capabilities, Example, Outgoing, Verdict
from services.notify.channel_kit.http_channel import HttpChannel, HttpSettings, answer, by_status, forbidden

EVENT_TYPE = "id.kentongan.alert.v1"
DELIVERED = Verdict("delivered")
SECRET_BYTES = range(24, 65)  # Standard Webhooks: between 24 and 64 bytes


def _key(secret: str) -> bytes:
    """Decode a `whsec_` secret; raises ValueError."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        key = b""
    if not secret.startswith("whsec_") or len(key) not in SECRET_BYTES:
        msg = "must be whsec_ and the base64 of 24 to 64 bytes"
        raise ValueError(msg)
    return key


def _checked(secret: SecretStr) -> SecretStr:
    _key(secret.get_secret_value())
    return secret


Secret = Annotated[SecretStr, AfterValidator(_checked)]


class WebhookSettings(HttpSettings):
    """How webhooks are signed."""

    model_config = SettingsConfigDict(env_prefix="KENTONGAN_CHANNEL_WEBHOOK_")

    secret: Secret = Field(description="Signs every call: whsec_ and base64 of 24 to 64 bytes")
    secrets: dict[str, Secret] = Field(
        default_factory=dict, description="Other secrets by beginning of address, JSON; the longest that fits counts"
    )
    secret_before: SecretStr = Field(default=SecretStr(""), description="Also signs, while `secret` is being replaced")
    source: str = Field(default="/kentongan", description="CloudEvents source: who sends")


def sign(key: bytes, delivery_id: str, timestamp: str, body: bytes) -> str:
    """Give the `webhook-signature` of a body.

    >>> sign(b"MfKQ9r8GKYqrTwjU", "msg_1", "1614265330", b"{}")
    'v1,W20KVLN5WMvT7qvEtThbN83NS03f4drMN3pzmjKS3LI='
    """
    signed = hmac.digest(key, f"{delivery_id}.{timestamp}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(signed).decode()


@lru_cache(maxsize=4096)
def _url(address: str) -> URL | None:
    """Parse an address once; None unless it is http(s) with a host, no user and no way to a machine's own metadata."""
    try:
        url = URL(address)
        host = url.host
    except ValueError:
        return None
    if url.scheme not in ("http", "https") or not host or url.user or url.password or url.fragment:
        return None
    if forbidden(host) or any(sign <= " " for sign in address):
        return None
    return url


@lru_cache(maxsize=4096)
def _private(address: str) -> bool:
    """Say whether nobody on the way can read what goes there: TLS, or this machine itself."""
    url = _url(address)
    if url is None or url.host is None:
        return False
    return url.scheme == "https" or url.host in ("localhost", "127.0.0.1", "::1")


class Webhook(HttpChannel):
    """Post signed events to `https://host/path`."""

    name: ClassVar[str] = "webhook"
    Settings: ClassVar[type[BaseSettings]] = WebhookSettings
    capabilities = Capabilities(carries=Classification.RAHASIA, max_length=None)
    example: ClassVar[Example] = Example(
        address="{server}/alerts",
        settings={"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
        bad_addresses=(
            "",
            "ftp://sink.example/a",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "http:///x",
            "https://user:pass@sink.example/",
            "http://169.254.169.254/latest",
            "http://[::ffff:169.254.169.254]/latest",
            "https://a b/",
        ),
    )

    def __init__(self, settings: WebhookSettings) -> None:
        super().__init__(settings)
        self._source = settings.source
        self._key = _key(settings.secret.get_secret_value())
        before = settings.secret_before.get_secret_value()
        self._before = _key(before) if before else None
        by_length = sorted(settings.secrets.items(), key=lambda pair: -len(pair[0]))
        self._keys = [(start, _key(secret.get_secret_value())) for start, secret in by_length]

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept http and https with a host; nothing that names a user, a fragment or a link-local machine."""
        return address if _url(address) is not None else None

    def carries_to(self, address: str) -> Classification:
        """Give RAHASIA over TLS and on this machine, BIASA over plain HTTP."""
        return self.capabilities.carries if _private(address) else Classification.BIASA

    async def _call(self, session: aiohttp.ClientSession, message: Outgoing, address: str) -> Verdict:
        body = self.event(message, private=_private(address))
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/cloudevents+json",
            "webhook-id": message.delivery_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": " ".join(
                sign(key, message.delivery_id, timestamp, body) for key in self._keys_of(address)
            ),
        }
        async with session.post(
            _url(address) or address, data=body, headers=headers, allow_redirects=False
        ) as response:
            await answer(response)
            return by_status(response.status, response.headers, DELIVERED)

    def event(self, message: Outgoing, *, private: bool) -> bytes:
        """Write the event: the same bytes at every retry; without the report's words where others could read them."""
        data: Mapping[str, object] = message.data
        if not private and data.get("text") is not None:
            data = {**data, "text": None}
        event: dict[str, object] = {
            "specversion": "1.0",
            "id": message.delivery_id,
            "source": self._source,
            "type": EVENT_TYPE,
            "datacontenttype": "application/json",
            "data": data,
        }
        if message.at is not None:
            event["time"] = message.at
        return to_json(event, inf_nan_mode="null")

    def _keys_of(self, address: str) -> list[bytes]:
        """Give the keys to sign by: two while the installation's own is being replaced, as Standard Webhooks has it."""
        own = next((key for start, key in self._keys if address.startswith(start)), None)
        if own is not None:
            return [own]
        return [self._key] if self._before is None else [self._key, self._before]
