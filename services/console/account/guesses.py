"""Slow guessing down at the door without locking anybody else out. Pure: the time is given.

A try is counted before anything is computed, and given back when it was right. It is counted for one account from one
network, and for the network; never for an account from everywhere, or a stranger could keep its owner out. A browser
from which somebody has come in before is counted by itself: neighbours behind one address cannot use up its tries.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from services.security.secret import Secret
from services.web.rate_limit import Buckets, Rate

ACCOUNT = Rate(burst=10, per_hour=60)  # of one account from one network, or from one known browser
NETWORK = Rate(burst=60, per_hour=240)  # of all accounts together: an office behind one address signs in at once
CODES = Rate(burst=10, per_hour=20)  # second proofs of one person: who is asked has shown the password
COOKIE = "kentongan_kenal"
PURPOSE = "known browser"
DAYS = 180
LENGTH = 22  # characters of the random word
LOGIN = 120  # characters of a login that are remembered: a form carries 64 KiB, and tries are kept by tens of thousands


@dataclass
class Gate:
    """Count tries of one process."""

    secret: Secret
    _own: Buckets = field(default_factory=lambda: Buckets(ACCOUNT))
    _network: Buckets = field(default_factory=lambda: Buckets(NETWORK))
    _codes: Buckets = field(default_factory=lambda: Buckets(CODES))

    def known(self, browser: str, login: str) -> bool:
        """Say whether this login has come in from this browser before: it shows a word that we gave it then."""
        word, _, proof = browser.partition(".")
        return len(word) == LENGTH and self.secret.fits(PURPOSE, f"{word}:{login}", proof)

    def word(self, login: str) -> str:
        """Give the word by which a browser is known for this login from now on."""
        word = secrets.token_urlsafe(16)
        return f"{word}.{self.secret.sign(PURPOSE, f'{word}:{login}')}"

    def enter(self, login: str, network: str, browser: str, now: datetime) -> int:
        """Count a try; gives 0, or the seconds to wait, and then nothing is counted and nothing must be computed."""
        login = login[:LOGIN]
        if self.known(browser, login):
            return self._own.take(f"{browser}:{login}", now)
        wait = max(self._own.wait(f"{login}@{network}", now), self._network.wait(network, now))
        if not wait:
            self._own.take(f"{login}@{network}", now)
            self._network.take(network, now)
        return wait

    def leave(self, login: str, network: str, browser: str, now: datetime) -> None:
        """Give a try back that was right."""
        login = login[:LOGIN]
        if self.known(browser, login):
            self._own.give_back(f"{browser}:{login}", now)
            return
        self._own.give_back(f"{login}@{network}", now)
        self._network.give_back(network, now)

    def code(self, person: str, now: datetime) -> int:
        """Count a second proof of a person; gives 0, or the seconds to wait."""
        return self._codes.take(person, now)
