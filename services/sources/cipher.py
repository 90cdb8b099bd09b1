"""Encrypt and decrypt: AES-256-GCM for what is kept, AES-SIV for addresses that must be found again. Pure.

Both are the library `cryptography`'s. What a text is `bound` to is authenticated with it: a ciphertext that is put in
another's place does not open.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

KEY = 32  # bytes
NONCE = 12  # bytes, random for each text: NIST SP 800-38D allows 2**32 texts under one key


class SealError(ValueError):
    """A ciphertext does not open: another key, another place, or changed bytes."""


def new_key() -> bytes:
    """Make a key of 32 bytes."""
    return os.urandom(KEY)


def seal(key: bytes, plain: bytes, bound: str) -> str:
    """Encrypt bytes, bound to a text; the result is URL-safe base64 of nonce, ciphertext and tag."""
    nonce = os.urandom(NONCE)
    return urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, plain, bound.encode())).decode()


def unseal(key: bytes, sealed: str, bound: str) -> bytes:
    """Decrypt what `seal` has made; raises SealError."""
    try:
        packed = urlsafe_b64decode(sealed)
        return AESGCM(key).decrypt(packed[:NONCE], packed[NONCE:], bound.encode())
    except (InvalidTag, ValueError) as error:
        raise SealError(type(error).__name__) from None


def seal_alike(key: bytes, text: str) -> str:
    """Encrypt a text so that the same text gives the same result (AES-SIV, key of 64 bytes): it can be searched for."""
    return urlsafe_b64encode(AESSIV(key).encrypt(text.encode() or b"\x00", None)).decode()


def unseal_alike(key: bytes, sealed: str) -> str:
    """Decrypt what `seal_alike` has made; raises SealError."""
    try:
        return AESSIV(key).decrypt(urlsafe_b64decode(sealed), None).decode()
    except (InvalidTag, ValueError) as error:
        raise SealError(type(error).__name__) from None
