"""Tell a press of the button in a message's page from a program that sends every form it finds.

Scanners of mail open links in a browser of their own and submit what they see (FusionAuth#2443, rask#1013). A press
carries what our page offered (signed for this token, with its time), names the button that was chosen - a form sent by
a script names none, one sent by its first button names another - and comes after a person can have read the page. No
script is needed for it, and no cookie.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.console.web.sessions import same
from services.security.auth import form_token
from services.security.secret import Secret

CHOICE = "terima"  # value of the button that accepts; the form's first button has another
SOONEST = timedelta(seconds=1)  # nobody reads level, issue and kecamatan and aims a thumb in less
LATEST = timedelta(hours=24)  # as the button itself


@dataclass(frozen=True)
class Presses:
    """Make what a page offers and check what comes back."""

    secret: Secret
    clock: Callable[[], datetime]

    def offer(self, token: str) -> str:
        """Give what the page's form carries: when it was made, signed for this token."""
        made = str(int(self.clock().timestamp() * 1000))
        return f"{made}.{self._sign(token, made)}"

    def meant(self, token: str, form: Mapping[str, str]) -> bool:
        """Say whether a form is the press of a person on a page of ours."""
        made, _, signature = form.get("lembar", "").partition(".")
        if form.get("jawab") != CHOICE or not made.isdecimal() or not same(self._sign(token, made), signature):
            return False
        age = self.clock() - datetime.fromtimestamp(int(made) / 1000, UTC)
        return SOONEST <= age <= LATEST

    def _sign(self, token: str, made: str) -> str:
        return form_token(self.secret, f"press:{token}:{made}")
