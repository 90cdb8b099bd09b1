"""Read a provider's ID token: whose signature, for whom, from when to when, of which sign-in. Pure: the time is given.

Signatures by joserfc, claims by authlib (OpenID Connect Core 1.0, 3.1.3.7). Which algorithms count is said here, never
by the token or the provider: a public key is no secret to sign with, and "none" is no signature.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519", "EdDSA")
KINDS = ("RSA", "EC", "OKP")
SKEW = 60  # seconds that the provider's clock and ours may differ
LONGEST = 64 * 1024  # characters of a token


class Expected(Protocol):
    """Whose token it must be, and for whom."""

    @property
    def issuer(self) -> str:
        """Give the issuer."""
        ...

    @property
    def client(self) -> str:
        """Give our own name at the provider."""
        ...


class TokenRefusedError(Exception):
    """A token is not believed; `why` names the claim or the signature."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def kid_of(token: str) -> str:
    """Give the key that a token names, "" for none. Raises TokenRefusedError where it is no token."""
    if len(token) > LONGEST:
        raise TokenRefusedError("size")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError):
        raise TokenRefusedError("format") from None
    kid = header.get("kid", "")
    return kid if isinstance(kid, str) else ""


def read(
    token: str, keys: Sequence[Mapping[str, Any]], expected: Expected, nonce: str, access: str, now: datetime
) -> dict[str, Any]:
    """Give a token's claims. Raises TokenRefusedError.

    `keys` are the provider's as JWK, `access` the access token that came with it ("": none), `nonce` that of the
    sign-in that asked for it.
    """
    decoded = signed(token, keys)
    params = {"nonce": nonce, "client_id": expected.client, "access_token": access}
    options = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client},
        "sub": {"essential": True},
    }
    claims = CodeIDToken(decoded.claims, decoded.header, options, params)
    try:
        claims.validate(int(now.timestamp()), SKEW)
    except JoseError as error:
        raise TokenRefusedError(getattr(error, "claim", None) or str(error.error)) from None
    except (TypeError, ValueError):
        raise TokenRefusedError("claims") from None
    return dict(decoded.claims)


def signed(token: str, keys: Sequence[Mapping[str, Any]]) -> jwt.Token:
    """Give a token that a key of the provider has signed; its claims are still to be read. Raises TokenRefusedError."""
    key = _key(keys, kid_of(token))
    try:
        return jwt.decode(token, JWKRegistry.import_key(dict(key)), algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError, KeyError):
        raise TokenRefusedError("signature") from None


def _key(keys: Sequence[Mapping[str, Any]], kid: str) -> Mapping[str, Any]:
    """Find the key of a token; one that names none is only read where the provider has a single key to sign with."""
    signing = [key for key in keys if key.get("kty") in KINDS and key.get("use", "sig") == "sig"]
    fitting = [key for key in signing if key.get("kid") == kid] if kid else signing
    if len(fitting) != 1:
        raise TokenRefusedError("key")
    return fitting[0]
