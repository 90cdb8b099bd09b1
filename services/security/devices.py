"""Tell browsers apart without knowing whose they are: a random word that only we can have given.

It is used for counting alone: many phones share one address of a mobile network. It is kept with no report.
"""

import secrets
from dataclasses import dataclass

from services.security.secret import Secret

DEVICE_COOKIE = "kentongan_hp"
LENGTH = 22  # characters of the random part


@dataclass(frozen=True)
class Devices:
    """Give words to browsers and know them again."""

    secret: Secret

    def make(self) -> str:
        """Give a new word.

        >>> devices = Devices(Secret(b"secret"))
        >>> devices.known(devices.make()), devices.known("made-up." + "0" * 32)
        (True, False)
        """
        word = secrets.token_urlsafe(16)
        return f"{word}.{self.secret.sign('device', word)}"

    def known(self, given: str) -> bool:
        """Say whether we have given this word."""
        word, _, proof = given.partition(".")
        return len(word) == LENGTH and self.secret.fits("device", word, proof)
