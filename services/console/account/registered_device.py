"""Know the browser in which somebody has come in by passkey: its door asks for that passkey at once, and for it alone.

The browser keeps a signed word that names the passkey. The word opens nothing: it says which passkey to ask for, and
that one proves its owner each time (docs/decisions/0078).
"""

from datetime import datetime, timedelta

from fastapi import Request, Response

from schemas.records.accounts import Passkey
from schemas.records.people import Person
from services.console.dependencies import Deps
from services.security.secret import Secret
from services.store.transaction import Session

COOKIE = "kentongan_perangkat"
PURPOSE = "registered device"
LASTS = timedelta(days=30)  # from the last time that its passkey was shown
UNTIL_DIGITS = 12  # of a time in seconds


def word(secret: Secret, passkey: str, now: datetime) -> str:
    """Give the word by which a browser is known from now on.

    >>> from datetime import UTC
    >>> secret, now = Secret(b"secret"), datetime(2026, 11, 24, tzinfo=UTC)
    >>> said_by(secret, word(secret, "key", now), now), said_by(secret, word(secret, "key", now), now + LASTS * 2)
    ('key', None)
    """
    told = f"{passkey}.{int((now + LASTS).timestamp())}"
    return f"{told}.{secret.sign(PURPOSE, told)}"


def said_by(secret: Secret, given: str, now: datetime) -> str | None:
    """Give the passkey that a word names; None where the word is too old or none of ours."""
    told, _, proof = given.rpartition(".")
    passkey, _, until = told.rpartition(".")
    if not (until.isascii() and until.isdigit() and len(until) <= UNTIL_DIGITS) or int(until) < now.timestamp():
        return None
    return passkey if secret.fits(PURPOSE, told, proof) else None


def passkey_here(session: Session, request: Request, deps: Deps) -> Passkey | None:
    """Give the passkey of this browser, while it is kept and its owner may come in."""
    id_ = said_by(deps.secret, request.cookies.get(COOKIE, ""), deps.clock())
    found = session.get(Passkey, id_) if id_ else None
    person = session.get(Person, found.person_id) if found else None
    return found if person is not None and person.active else None


def remember(response: Response, deps: Deps, passkey: str) -> None:
    """Let this browser be known by a passkey that was shown or made in it just now."""
    told, seconds = word(deps.secret, passkey, deps.clock()), int(LASTS.total_seconds())
    _give(response, deps, told, seconds)


def forget(response: Response, deps: Deps) -> None:
    """Let this browser be known no more."""
    _give(response, deps, "", 0)


def _give(response: Response, deps: Deps, told: str, seconds: int) -> None:
    secure = deps.base_url.startswith("https://")
    # Sent along when a message's link leads here; scripts do not read it.
    response.set_cookie(COOKIE, told, max_age=seconds, httponly=True, samesite="lax", secure=secure)
