"""Say what a web push subscription is and whose key signs: what the page that takes one and the channel share.

The key pair follows from the installation's secret, so that every process on every machine has the same one with
nothing to set up: a browser's subscription is bound to it for life (RFC 8292 4.2).
"""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.security.secret import Secret

CHANNEL = "webpush"
HOSTS = "fcm.googleapis.com, jmt17.google.com, *.push.services.mozilla.com, *.push.apple.com, *.notify.windows.com"
GONE, MOVED = "gone", "moved"  # why a device is told nothing more: it said so; it is somebody else's now
LONGEST = 1500  # characters of an address; known ones have 300 to 900, PostgreSQL indexes up to 2,700
KEY_BYTES, POINT_BYTES, AUTH_BYTES = 32, 65, 16  # RFC 8291 3.1 and 3.2
UNCOMPRESSED = 4  # first byte of a point that gives both its coordinates (SEC 1, 2.3.3)
# The curve P-256 (FIPS 186-4, D.1.2.3): y^2 = x^3 - 3x + B modulo P; ORDER counts its points.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SAFE = re.compile(r"[!-~]+")  # a URL as it travels: visible ASCII


def _checked(secret: SecretStr) -> SecretStr:
    given = secret.get_secret_value()
    if given and (len(key := decoded(given)) != KEY_BYTES or not 0 < int.from_bytes(key) < ORDER):
        raise ValueError("must be base64url of a private key on P-256, 32 bytes")
    return secret


PrivateKey = Annotated[SecretStr, AfterValidator(_checked)]


class PushSettings(BaseSettings):
    """What the page and the channel must agree on."""

    model_config = SettingsConfigDict(
        env_prefix="KENTONGAN_CHANNEL_WEBPUSH_", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    secret: PrivateKey = Field(default=SecretStr(""), description="Private VAPID key: base64url of 32 bytes")
    subject: str = Field(default="", description="Who sends, for push services to write to: https: or mailto:")
    hosts: str = Field(
        default=HOSTS,
        description="Push services that may be called, by commas; *. is any name below; http://127.0.0.1:PORT in full",
    )


def load_push(secret: Secret, base_url: str) -> PushSettings:
    """Give the settings of web push: the environment's, else what follows from the installation's secret."""
    given = PushSettings()
    private = given.secret.get_secret_value() or derived_key(secret)
    return given.model_copy(
        update={"secret": SecretStr(private), "subject": given.subject or subject_of(base_url)},
    )


def derived_key(secret: Secret) -> str:
    """Derive a private key on P-256 from the installation's secret, base64url of 32 bytes.

    Browsers subscribe with its public half: during a rotation it stays that of the older secret.
    """
    number = int.from_bytes(hmac.digest(secret.live[-1], b"webpush", "sha512")) % (ORDER - 1) + 1
    return encoded(number.to_bytes(32))


def subject_of(base_url: str) -> str:
    """Give who sends, as RFC 8292 2.1 wants it; Apple refuses a mailbox at localhost, but pages there have no push.

    >>> subject_of("https://siaga.example/"), subject_of("http://127.0.0.1:8080")
    ('https://siaga.example', 'mailto:admin@127.0.0.1')
    """
    if base_url.startswith("https://"):
        return base_url.rstrip("/")
    return f"mailto:admin@{urlsplit(base_url).hostname or 'localhost'}"


@cache
def public_key(private: str) -> str:
    """Give the public key browsers subscribe with: base64url of the uncompressed point."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - 9 MB that most processes need not hold
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    key = ec.derive_private_key(int.from_bytes(decoded(private)), ec.SECP256R1())
    return encoded(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def proof(private: str, delivery: str) -> str:
    """Give what a device shows to say that a delivery has arrived: only who could read the message knows it."""
    return encoded(hmac.digest(decoded(private), f"arrived:{delivery}".encode(), "sha256")[:18])


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser is reached, and the keys that only it can open messages with."""

    endpoint: str
    p256dh: str
    auth: str

    @classmethod
    def of(cls, endpoint: str, p256dh: str, auth: str) -> Self | None:
        """Take what a browser gives; None where it is no subscription."""
        try:
            point, shared = decoded(p256dh), decoded(auth)
        except ValueError:
            return None
        if not _on_curve(point) or len(shared) != AUTH_BYTES or not _callable(endpoint):
            return None
        made = cls(endpoint, encoded(point), encoded(shared))
        return made if len(made.address) <= LONGEST else None

    @classmethod
    def read(cls, address: str) -> Self | None:
        """Read an address: our one spelling, or the JSON of a browser's PushSubscription."""
        if address.startswith("{"):
            try:
                told = json.loads(address)
                return cls.of(told["endpoint"], told["keys"]["p256dh"], told["keys"]["auth"])
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                return None
        endpoint, _, keys = address.partition("#")
        given = parse_qs(keys)
        return cls.of(endpoint, *(given.get(name, [""])[0] for name in ("p256dh", "auth")))

    @property
    def address(self) -> str:
        """Give its one spelling: the endpoint, its keys behind a #."""
        return f"{self.endpoint}#p256dh={self.p256dh}&auth={self.auth}"

    @property
    def origin(self) -> str:
        """Give scheme, host and port of its push service (RFC 6454 6.1)."""
        parts = urlsplit(self.endpoint)
        named = f":{parts.port}" if parts.port not in (None, 443) else ""
        return f"{parts.scheme}://{parts.hostname}{named}"

    def allowed(self, hosts: str) -> bool:
        """Say whether its push service is one of those that may be called."""
        origin, host = self.origin, urlsplit(self.endpoint).hostname or ""
        for one in (name.strip().lower().rstrip("/") for name in hosts.split(",")):
            if one.startswith("http://"):  # only this machine's own, and only when named in full
                if one == origin:
                    return True
            elif one and origin.startswith("https://") and _named(host, one):
                return True
        return False


def endpoint_of(address: str) -> str:
    """Give the endpoint in an address."""
    return address.partition("#")[0]


def _named(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _callable(endpoint: str) -> bool:
    """Say whether an endpoint may be called at all: https with a name, or http on this very machine."""
    if not _SAFE.fullmatch(endpoint) or any(sign in endpoint for sign in "#\"'<>\\"):
        return False
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or not host:
        return False
    if parts.scheme == "http":
        return host == "127.0.0.1"
    return parts.scheme == "https" and port in (None, 443) and "." in host and not _is_number(host)


def _is_number(host: str) -> bool:
    """Say whether a host is an IP address: push services have names, and what a name leads to is checked again."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdigit()
    return True


def _on_curve(point: bytes) -> bool:
    if len(point) != POINT_BYTES or point[0] != UNCOMPRESSED:
        return False
    x, y = int.from_bytes(point[1:33]), int.from_bytes(point[33:])
    return x < P and y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0


def encoded(raw: bytes) -> str:
    """Write bytes as base64url without padding (RFC 7515 2)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Read base64, url-safe or not, padded or not; raises ValueError."""
    try:
        bare = text.rstrip("=").replace("+", "-").replace("/", "_").encode("ascii")
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64") from error


def topic(delivery: str) -> str:
    """Give the Topic of a delivery (RFC 8030 5.4: at most 32 characters of base64url), the same at every try."""
    bare = delivery.replace("-", "")
    if re.fullmatch(r"[0-9a-f]{32}", bare):
        return bare
    return encoded(hashlib.sha256(delivery.encode()).digest())[:32]
