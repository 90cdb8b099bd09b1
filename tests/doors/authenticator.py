"""A passkey in software: makes and shows credentials as a device does, and lies on demand."""

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftKey:
    """One device with one credential; `origin` is the address that its browser shows."""

    origin: str
    count: int = 0
    step: int = 1  # 0: a key that several devices share, without a counter
    flags: int = PRESENT | VERIFIED
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    site: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int, attested: bytes = b"") -> bytes:
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count) + attested

    def make(self, options: dict[str, Any]) -> str:
        self.site, self.handle = self.site or options["rp"]["id"], raw(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | ATTESTED, attested)})
        client = self._client("webauthn.create", options["challenge"])
        response = {"clientDataJSON": b64(client), "attestationObject": b64(made)}
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response})

    def show(self, options: dict[str, Any], **lies: Any) -> str:
        """Sign a question; `lies` replace parts of the answer after it was signed."""
        self.count += self.step
        data, client = self._data(self.flags), self._client(lies.pop("kind", "webauthn.get"), options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        response |= {"userHandle": self.handle} | {name: value for name, value in lies.items() if name != "id"}
        id_ = lies.get("id", self.id)
        told = {name: None if value is None else b64(value) for name, value in response.items()}
        return json.dumps({"id": b64(id_), "rawId": b64(id_), "type": "public-key", "response": told})
