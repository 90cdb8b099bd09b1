"""Read a provider's logout token: which session it ends. Pure: the time is given.

OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6; signatures and algorithms as for ID tokens (id_token.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from services.security.oidc.id_token import SKEW, Expected, TokenRefusedError, signed

EVENT = "http://schemas.openid.net/event/backchannel-logout"
KINDS = (None, "JWT", "logout+jwt")  # older providers name no kind of their own
OLDEST = timedelta(minutes=10)  # of what is believed; how long its id is remembered follows from it
LONGEST = 256  # characters of an id


@dataclass(frozen=True)
class Over:
    """What is over at the provider: all of an account (`subject`), one session there, or one session of an account."""

    subject: str
    session: str
    id: str  # of the token, which counts once


def read(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected, now: datetime) -> Over:
    """Say what a logout token ends. Raises TokenRefusedError."""
    decoded = signed(token, keys)
    claims, seconds = dict(decoded.claims), int(now.timestamp())
    if decoded.header.get("typ") not in KINDS:
        raise TokenRefusedError("typ")
    rules = JWTClaimsRegistry(
        seconds,
        SKEW,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        rules.validate(claims)
    except JoseError as error:
        raise TokenRefusedError(getattr(error, "claim", None) or "claims") from None
    except (TypeError, ValueError):
        raise TokenRefusedError("claims") from None
    if claims["iat"] < seconds - OLDEST.total_seconds():
        raise TokenRefusedError("iat")
    if "nonce" in claims:  # an ID token, given to end instead of to begin
        raise TokenRefusedError("nonce")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise TokenRefusedError("events")
    id_ = _word(claims, "jti")
    subject, session = _word(claims, "sub"), _word(claims, "sid")
    if not id_ or not (subject or session):
        raise TokenRefusedError("jti" if not id_ else "sub")
    return Over(subject, session, id_)


def _word(claims: Mapping[str, Any], name: str) -> str:
    """Give a claim that is a word, "" where it is not there. Raises TokenRefusedError where it is something else."""
    told = claims.get(name, "")
    if not isinstance(told, str) or len(told) > LONGEST or (name in claims and not told):
        raise TokenRefusedError(name)
    return told
