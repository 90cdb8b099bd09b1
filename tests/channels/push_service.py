"""A browser and its push service, as RFC 8030, 8291 and 8292 describe them, on primitives alone."""

import base64
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
LONGEST_RECORD = 4096  # RFC 8030 7.2: what every push service must take
DAY = 86_400


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def unsealed(body: bytes, private: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """Open a message as the browser does (RFC 8291 3.4, RFC 8188 2): one record, its last byte 2 and padding."""
    salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
    sender, record = body[21 : 21 + length], body[21 + length :]
    assert size >= len(record) > 17
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
    info = b"WebPush: info\0" + point(private.public_key()) + sender
    secret = derive(shared, auth, info, 32)
    key = derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
    assert plain.endswith(b"\x02")
    return plain[:-1]


def opened_with(private: str, address: str, body: bytes) -> bytes:
    """Open a message with a private key written as base64url, sent to an address of ours."""
    key = ec.derive_private_key(int.from_bytes(raw(private)), CURVE)
    return unsealed(body, key, raw(address.rpartition("auth=")[2]))


@dataclass
class Browser:
    """One device: what it gives the page, and what only it can open."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    got: list[dict[str, Any]] = field(default_factory=list)  # messages, opened
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def form(self) -> dict[str, str]:
        """Give the fields that the page's script sends."""
        return {
            "endpoint": self.endpoint,
            "p256dh": b64(point(self.private.public_key())),
            "auth": b64(self.auth),
            "label": "Chrome, Android",
        }


class PushService:
    """A push service that takes nothing it should not, and hands messages to the browsers that subscribed."""

    def __init__(self) -> None:
        self.browsers: dict[str, Browser] = {}
        self.key = ""  # the application server key that browsers subscribed with; "" until the first
        self.refused: list[str] = []
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}  # path -> what to say instead
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/wpush/{token:.+}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def browser(self, token: str) -> Browser:
        """Let a browser subscribe."""
        path = f"/wpush/{token}"
        self.browsers[path] = Browser(self.url + path)
        return self.browsers[path]

    def forget(self, browser: Browser) -> None:
        """Let a browser take its permission back: its endpoint is gone."""
        del self.browsers[urlsplit(browser.endpoint).path]

    async def _take(self, request: web.Request) -> web.Response:
        path = request.raw_path  # as it came, undecoded
        if path in self.answers:
            status, headers = self.answers[path]
            return web.Response(status=status, headers=headers)
        body = await request.read()
        try:
            self._check(request.headers, body)
            self._know(request.headers.get("Authorization", ""))
        except web.HTTPException as refusal:
            self.refused.append(str(refusal.text))
            raise
        browser = self.browsers.get(path)
        if browser is None:
            return web.Response(status=410)
        try:
            message = json.loads(unsealed(body, browser.private, browser.auth))
        except (InvalidTag, AssertionError, ValueError):
            self.refused.append("the browser cannot open it")  # it would drop it without a word
            return web.Response(status=201)
        browser.got.append(message)
        browser.headers.append({name.lower(): value for name, value in request.headers.items()})
        return web.Response(status=201, headers={"Location": f"{self.url}/m/{len(browser.got)}"})

    def _check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Check what a request must say: RFC 8030 5."""
        topic = headers.get("Topic", "")
        if headers.get("Content-Encoding") != "aes128gcm":
            raise web.HTTPUnsupportedMediaType(text="not aes128gcm")
        if not headers.get("TTL", "").isdigit():
            raise web.HTTPBadRequest(text="no TTL")
        if headers.get("Urgency", "normal") not in ("very-low", "low", "normal", "high"):
            raise web.HTTPBadRequest(text="no such urgency")
        if len(topic) > 32 or not topic.replace("-", "").replace("_", "a").isalnum():
            raise web.HTTPBadRequest(text="no such topic")
        if len(body) > LONGEST_RECORD:
            raise web.HTTPRequestEntityTooLarge(LONGEST_RECORD, len(body), text="too long")

    def _know(self, authorization: str) -> None:
        """Check who calls: RFC 8292 2 and 3."""
        scheme, _, given = authorization.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in given.split(",") if "=" in part)
        if scheme.lower() != "vapid" or set(parts) != {"t", "k"}:
            raise web.HTTPUnauthorized(text="no vapid")
        head, claims, signature = parts["t"].split(".")
        told, signed = json.loads(raw(claims)), raw(signature)
        key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw(parts["k"]))
        pair = utils.encode_dss_signature(int.from_bytes(signed[:32]), int.from_bytes(signed[32:]))
        try:
            key.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
        except InvalidSignature:
            raise web.HTTPForbidden(text="not signed with its key") from None
        sender = str(told.get("sub", ""))
        for holds, fault in (
            (json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}, "not ES256"),
            (told["aud"] == self.url, "not for this push service"),
            (0 < told["exp"] - time.time() <= DAY, "ended, or lives longer than a day"),
            (sender.startswith(("mailto:", "https://")), "nobody to write to"),
            (parts["k"] == (self.key or parts["k"]), "not the key that was subscribed with"),
        ):
            if not holds:
                raise web.HTTPForbidden(text=fault)
