"""Tell browsers apart without knowing whose they are: a random word that only we can have given.

It is used for counting alone: many phones share one address of a mobile network. It is kept with no report.
"""

import hmac
import secrets
from dataclasses import dataclass

DEVICE_COOKIE = "kentongan_hp"
LENGTH = 22  # characters of the random part


@dataclass(frozen=True)
class Devices:
    """Give words to browsers and know them again."""

    secret: bytes

    def make(self) -> str:
        """Give a new word.

        >>> devices = Devices(b"secret")
        >>> devices.known(devices.make()), devices.known("made-up." + "0" * 32)
        (True, False)
        """
        word = secrets.token_urlsafe(16)
        return f"{word}.{self._proof(word)}"

    def known(self, given: str) -> bool:
        """Say whether we have given this word."""
        word, _, proof = given.partition(".")
        return len(word) == LENGTH and hmac.compare_digest(self._proof(word).encode(), proof.encode("utf-8", "replace"))

    def _proof(self, word: str) -> str:
        return hmac.new(self.secret, f"device:{word}".encode("utf-8", "replace"), "sha256").hexdigest()[:32]
