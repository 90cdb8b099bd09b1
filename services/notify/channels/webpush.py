"""Ring a person's own browser by web push, with no account at anybody's.

RFC 8030 says how a push service is called, RFC 8291 how a message is sealed so that only the browser reads it, RFC 8292
(VAPID) how we say who calls. The browser names the push service, so only those in `hosts` are called. What the
person's device shows is drawn by services/console/static/sw.js, which also tells us that it has arrived.
"""

import hmac
import ipaddress
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import aiohttp
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from yarl import URL

from schemas.vocabulary import AlertReason, Blame, Classification, DeliveryState
from services.notify.channel_kit.base import Capabilities, Example, Outgoing, Receipt, Verdict
from services.notify.channel_kit.http_channel import HttpChannel, HttpSettings, answer, by_status
from services.notify.channel_kit.receipt_parsing import look, words
from services.notify.channel_kit.text_limits import fit
from services.oncall import push_subscription as push
from services.oncall.push_subscription import PrivateKey, PushSettings, Subscription
from services.web.json_body import read_json

if TYPE_CHECKING:
    from webpush import WebPush

# A push service takes 4,096 bytes of record (RFC 8030 7.2), Firefox on Android some 2,800 of ours; the rest is links.
LONGEST, LONGEST_TITLE = 500, 120  # characters, of four bytes at most
TOKEN_SECONDS = 12 * 3600  # RFC 8292 2: at most 24 hours
FRESH_SECONDS = 3600  # a token is made anew when it has no longer to live
GONE = (404, 410)  # RFC 8030 7.3: the subscription has expired or was taken back
ANOTHERS = (401, 403)  # RFC 8292 4.2: the subscription is bound to another key than ours, and stays so
ASKED = ("lead", "support")  # duties whose holder is waited for
ARRIVED = {"delivered": DeliveryState.DELIVERED, "read": DeliveryState.READ}
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"  # RFC 8291 5
KEYS = f"p256dh={POINT}&auth=BTBZMqHH6r4Tts7J_aSIgg"


class WebPushSettings(PushSettings, HttpSettings):
    """Who signs, whom we may call, how long a push service keeps a message."""

    model_config = SettingsConfigDict(env_prefix="KENTONGAN_CHANNEL_WEBPUSH_")

    secret: PrivateKey = Field(description="Private VAPID key: base64url of 32 bytes")
    ttl: int = Field(default=86_400, ge=60, le=2_419_200, description="Seconds a push service keeps a message")


class WebPushChannel(HttpChannel):
    """Post sealed messages to the push services of people's browsers."""

    name: ClassVar[str] = push.CHANNEL
    Settings: ClassVar[type[BaseSettings]] = WebPushSettings
    capabilities = Capabilities(carries=Classification.BIASA, max_length=LONGEST, receipts=True)
    example: ClassVar[Example] = Example(
        address=f"{{server}}/wpush/v2/gAAAAABg%2bExample#{KEYS}",
        settings={"secret": "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", "hosts": "{server}"},
        opens="q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
        bad_addresses=(
            "",
            "https://fcm.googleapis.com/fcm/send/abc",
            f"http://fcm.googleapis.com/fcm/send/abc#{KEYS}",
            f"https://10.0.0.1/x#{KEYS}",
            f"https://[::1]/x#{KEYS}",
            f"https://2130706433/x#{KEYS}",
            f"https://localhost/x#{KEYS}",
            f"https://a:b@fcm.googleapis.com/x#{KEYS}",
            f"https://fcm.googleapis.com:22/x#{KEYS}",
            f"https://fcm.googleapis.com/a b#{KEYS}",
            f"javascript:alert(1)#{KEYS}",
            "https://fcm.googleapis.com/x#p256dh=BBBB&auth=BTBZMqHH6r4Tts7J_aSIgg",
            f"https://fcm.googleapis.com/x#p256dh={POINT.replace('x', 'y')}&auth=BTBZMqHH6r4Tts7J_aSIgg",
            '{"endpoint": "https://fcm.googleapis.com/x", "keys": []}',
        ),
    )

    def __init__(self, settings: WebPushSettings) -> None:
        super().__init__(settings)
        self._settings = settings
        self._private = settings.secret.get_secret_value()
        self._seal: WebPush | None = None
        self._tokens: dict[str, tuple[str, float]] = {}  # origin -> token and when it ends

    @classmethod
    def canonical(cls, address: str) -> str | None:
        """Accept an endpoint with its keys, or a browser's PushSubscription as JSON."""
        found = Subscription.read(address)
        return found.address if found else None

    @staticmethod
    def refused(host: str) -> bool:
        """Refuse whatever is not an address of the internet at large: no push service lives next door."""
        return not ipaddress.ip_address(host).is_global

    async def _call(self, session: aiohttp.ClientSession, message: Outgoing, address: str) -> Verdict:
        subscription = Subscription.read(address)
        if subscription is None or not subscription.allowed(self._settings.hosts):
            return Verdict("never", error="push service not among those allowed", blame=Blame.ADDRESS)
        headers = {
            "Authorization": self._authorization(subscription.origin),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(self._settings.ttl),
            "Urgency": "high" if message.urgent or _is_awaited(message.data) else "normal",
            "Topic": push.topic(message.delivery_id),
        }
        body = self._sealed(self._content(message), subscription)
        url = URL(subscription.endpoint, encoded=True)  # a token in it must stay as the browser wrote it
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            await answer(response)
            if response.status in GONE:
                return Verdict("never", error=f"HTTP {response.status}", gone=True, blame=Blame.ADDRESS)
            if response.status in ANOTHERS:
                return Verdict("never", error=f"Web push {response.status}", blame=Blame.ADDRESS)
            return by_status(response.status, response.headers, Verdict("sent", message.delivery_id))

    def _content(self, message: Outgoing) -> bytes:
        """Write what the device shows: level, issue, kecamatan, what is asked, and where to go."""
        said = message.line or (message.short.replace(message.url, "").rstrip() if message.url else message.short)
        told: dict[str, Any] = {
            "id": message.delivery_id,
            "proof": push.proof(self._private, message.delivery_id),
            "title": message.subject[:LONGEST_TITLE],
            "body": fit((said,), None, lambda text: len(text) <= LONGEST),
            "open": message.data.get("url") or message.url,
            "stay": message.urgent,
            "lang": message.language,
        }
        if message.url and message.button:
            told |= {"answer": message.url, "button": message.button}
        if message.at is not None:
            told["at"] = message.at.isoformat()
        return json.dumps(told, ensure_ascii=False).encode()

    def _sealed(self, content: bytes, subscription: Subscription) -> bytes:
        """Encrypt for one browser (RFC 8291), under new keys each time."""
        from webpush import WebPushSubscription  # noqa: PLC0415 - with its cryptography 10 MB, for who pushes only

        if self._seal is None:
            self._seal = _sealer(self._private)
        keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
        given = WebPushSubscription.model_validate({"endpoint": subscription.endpoint, "keys": keys})
        sealed: bytes = self._seal.get(content, given).encrypted
        return sealed

    def _authorization(self, origin: str) -> str:
        """Give the header by which a push service knows us (RFC 8292 3).

        The token is ours and not the package's, whose audience lacks a port and whose subject is always a mailbox.
        """
        import jwt  # noqa: PLC0415 - loaded by the package anyway

        now = time.time()
        token, ends = self._tokens.get(origin, ("", 0.0))
        if ends - now < FRESH_SECONDS:
            ends = now + TOKEN_SECONDS
            claims = {"aud": origin, "exp": int(ends), "sub": self._settings.subject or "mailto:admin@localhost"}
            token = jwt.encode(claims, _pem(self._private)[0], algorithm="ES256")
            self._tokens[origin] = token, ends
        return f"vapid t={token}, k={push.public_key(self._private)}"

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002
        """Believe a device that shows what only the message told it."""
        try:
            told = read_json(body)
        except ValueError:
            return False
        delivery, shown = words(look(told, "id")), words(look(told, "proof"))
        return bool(delivery) and hmac.compare_digest(push.proof(self._private, delivery).encode(), shown.encode())

    def parse_receipt(self, payload: Any) -> list[Receipt]:
        """Read what a device tells: shown to the person, or opened by him."""
        delivery, state = words(look(payload, "id")), ARRIVED.get(words(look(payload, "state")))
        return [Receipt(delivery, state, delivery_id=delivery)] if delivery and state else []


def _is_awaited(data: Mapping[str, Any]) -> bool:
    """Say whether a message must not wait until its phone is used: it asks, or stops whoever is on the way."""
    closed = data.get("reason") == AlertReason.CLOSED
    return bool(data.get("on_the_way")) if closed else data.get("duty") in ASKED


def _pem(private: str) -> tuple[bytes, bytes]:
    """Give the key pair as the libraries read it."""
    from cryptography.hazmat.primitives import serialization as form  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.derive_private_key(int.from_bytes(push.decoded(private)), ec.SECP256R1())
    return (
        key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()),
        key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo),
    )


def _sealer(private: str) -> "WebPush":
    from webpush import WebPush  # noqa: PLC0415

    secret, public = _pem(private)
    return WebPush(private_key=secret, public_key=public, subscriber="unused")
