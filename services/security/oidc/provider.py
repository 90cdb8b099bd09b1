"""Ask an office's own provider who somebody is: OpenID Connect Core 1.0, Authorization Code with PKCE (RFC 7636).

What a browser carries between the two halves (state, nonce, verifier) is sealed in a cookie of ours; the code is
exchanged from here, so that a token never passes through a browser. What the provider says is read under bounds.
"""

import base64
import hmac
import json
import secrets
from asyncio import Lock
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urljoin, urlsplit

import aiohttp
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import get_well_known_url
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from yarl import URL

from services.security.oidc import logout_token
from services.security.oidc.id_token import TokenRefusedError, kid_of, read
from services.security.oidc.logout_token import Over
from services.security.secret import Secret
from services.web.json_body import UnreadableError, read_json

PURPOSE = "sign-in by a provider"
LASTS = timedelta(minutes=10)  # to sign in there and come back
FRESH = timedelta(hours=1)  # how long what the provider says of itself is believed
AGAIN = timedelta(seconds=30)  # at the earliest, keys are read again for a token that names another one
MOST = 256 * 1024  # bytes of one answer
SECONDS = 5.0  # for one call
USED = 4096  # returns remembered, so that one counts once
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class ProviderAwayError(Exception):
    """The provider does not answer, or not as one; `why` says how, without a word of what it sent."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ProviderRefusedError(Exception):
    """Nobody is vouched for; `why` is a word for the audit log."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Office:
    """What an office has said of its provider; `claim` is what names a person, `factors` what proves two of them."""

    issuer: str
    client: str
    client_secret: str
    name: str
    claim: str
    factors: tuple[str, ...]
    redirect: str  # where the provider sends people back to

    @property
    def after(self) -> str:
        """Give where the provider sends whoever has signed out there."""
        return urljoin(self.redirect, "/masuk")


@dataclass(frozen=True)
class Vouched:
    """Whom the provider vouches for: its own name of the account, what names him here, how he proved himself."""

    subject: str
    named: str
    factors: tuple[str, ...]
    then: str  # the page he wanted
    session: str  # his session there, "" where the provider names none
    at: datetime  # when he came back


@dataclass
class _Known:
    facts: dict[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=list)
    facts_at: datetime | None = None
    keys_at: datetime | None = None


class Provider:
    """One provider, as one process knows it."""

    def __init__(self, office: Office, secret: Secret, clock: Callable[[], datetime]) -> None:
        self.office = office
        self._box = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in secret.keys(PURPOSE)])
        self._clock = clock
        self._known = _Known()
        self._used: dict[str, datetime] = {}
        self._asking = Lock()

    async def look(self) -> None:
        """See that it says who it is and where people sign in. Raises ProviderAwayError."""
        facts = await self._facts()
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _endpoint(facts, name)

    async def begin(self, then: str) -> tuple[str, str]:
        """Give where to send somebody, and what his browser keeps until he is back. Raises ProviderAwayError."""
        facts = await self._facts()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        scope = "openid email" if self.office.claim == "email" else "openid profile email"
        address = prepare_grant_uri(
            _endpoint(facts, "authorization_endpoint"),
            client_id=self.office.client,
            response_type="code",
            redirect_uri=self.office.redirect,
            scope=scope,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "then": then}
        kept["until"] = str(int((self._clock() + LASTS).timestamp()))
        return address, self._box.encrypt(json.dumps(kept).encode()).decode()

    async def finish(self, kept: str, told: Mapping[str, str]) -> Vouched:
        """Say whom the provider vouches for. Raises ProviderRefusedError, ProviderAwayError.

        `kept` is what `begin` gave this browser, `told` what the provider sent it back with.
        """
        at, begun = self._clock(), self._opened(kept)
        if not hmac.compare_digest(begun["state"].encode(), told.get("state", "").encode("utf-8", "replace")):
            raise ProviderRefusedError("state")
        if told.get("iss", self.office.issuer) != self.office.issuer:  # RFC 9207: another provider's answer
            raise ProviderRefusedError("issuer")
        self._once(begun["state"])
        code = told.get("code", "")
        if told.get("error") or not code:
            raise ProviderRefusedError("denied")
        token, access = await self._exchange(code, begun["verifier"])
        return await self._vouched(token, access, begun, at)

    async def over(self, token: str) -> Over:
        """Say which session the provider ends with a logout token. Raises TokenRefusedError, ProviderAwayError."""
        keys = await self._keys(kid_of(token))
        return logout_token.read(token, keys, self.office, self._clock())

    async def farewell(self) -> str | None:
        """Give where somebody signs out at the provider too, None where it has no such page. Raises ProviderAwayError.

        RP-Initiated Logout 1.0, by our name there: an ID token as its hint would put a person's mail into an address.
        """
        facts = await self._facts()
        if facts.get("end_session_endpoint") is None:
            return None
        told = [("client_id", self.office.client), ("post_logout_redirect_uri", self.office.after)]
        address: str = add_params_to_uri(_endpoint(facts, "end_session_endpoint"), told)
        return address

    def _opened(self, kept: str) -> dict[str, str]:
        try:
            begun: dict[str, str] = json.loads(self._box.decrypt(kept.encode("ascii", "replace")))
        except (InvalidToken, ValueError):
            raise ProviderRefusedError("late") from None
        if int(begun["until"]) < self._clock().timestamp():
            raise ProviderRefusedError("late")
        return begun

    def _once(self, state: str) -> None:
        """Refuse a return that was made before."""
        now = self._clock()
        self._used = {one: until for one, until in self._used.items() if until > now}
        if state in self._used or len(self._used) >= USED:
            raise ProviderRefusedError("used")
        self._used[state] = now + LASTS

    async def _exchange(self, code: str, verifier: str) -> tuple[str, str]:
        facts = await self._facts()
        sent: dict[str, str] = {"code_verifier": verifier, "client_id": self.office.client, "code": code}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.office.client_secret:
            ways = facts.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
            if "client_secret_basic" in ways:
                both = f"{quote_plus(self.office.client)}:{quote_plus(self.office.client_secret)}"  # RFC 6749 2.3.1
                headers["Authorization"] = f"Basic {base64.b64encode(both.encode()).decode()}"
            else:
                sent["client_secret"] = self.office.client_secret
        body = prepare_token_request("authorization_code", redirect_uri=self.office.redirect, **sent)
        status, answer = await self._call("POST", _endpoint(facts, "token_endpoint"), body, headers)
        token, access = answer.get("id_token"), answer.get("access_token")
        if status in (400, 401, 403):
            raise ProviderRefusedError("code")
        if status != 200 or not isinstance(token, str):  # noqa: PLR2004 - the only answer that holds tokens
            raise ProviderAwayError(f"answers {status} without a token")
        return token, access if isinstance(access, str) else ""

    async def _vouched(self, token: str, access: str, begun: Mapping[str, str], at: datetime) -> Vouched:
        try:
            keys = await self._keys(kid_of(token))
            claims = read(token, keys, self.office, begun["nonce"], access, self._clock())
        except TokenRefusedError as refused:
            raise ProviderRefusedError(refused.why) from None
        named = claims.get(self.office.claim)
        if not isinstance(named, str) or not named:
            raise ProviderRefusedError("claim")
        if self.office.claim == "email" and claims.get("email_verified") is not True:
            raise ProviderRefusedError("unverified")
        amr: object = claims.get("amr")
        factors = tuple(one for one in amr if isinstance(one, str)) if isinstance(amr, list) else ()
        sid = claims.get("sid")
        return Vouched(str(claims["sub"]), named, factors, begun["then"], sid if isinstance(sid, str) else "", at)

    async def _facts(self) -> dict[str, Any]:
        """Give what the provider says of itself (OpenID Connect Discovery 1.0)."""
        async with self._asking:
            known, now = self._known, self._clock()
            if known.facts_at is None or not known.facts_at <= now < known.facts_at + FRESH:
                address = get_well_known_url(self.office.issuer, external=True)
                status, found = await self._call("GET", address)
                if status != 200:  # noqa: PLR2004
                    raise ProviderAwayError(f"answers {status} where it should say who it is")
                if found.get("issuer") != self.office.issuer:
                    raise ProviderAwayError("says that it is another issuer")
                known.facts, known.facts_at = found, now
            return known.facts

    async def _keys(self, kid: str) -> Sequence[Mapping[str, Any]]:
        """Give the provider's keys; read again where a token names one that is not among them."""
        facts = await self._facts()
        async with self._asking:
            known, now = self._known, self._clock()
            old = known.keys_at is None or not known.keys_at <= now < known.keys_at + FRESH
            unknown = kid not in {key.get("kid") for key in known.keys}
            if old or (unknown and known.keys_at is not None and now >= known.keys_at + AGAIN):
                status, found = await self._call("GET", _endpoint(facts, "jwks_uri"))
                listed = found.get("keys")
                if status != 200 or not isinstance(listed, list):  # noqa: PLR2004
                    raise ProviderAwayError(f"answers {status} without its keys")
                known.keys, known.keys_at = [one for one in listed if isinstance(one, dict)], now
            return known.keys

    @staticmethod
    async def _call(
        method: str, address: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Call the provider; gives status and JSON object. Raises ProviderAwayError."""
        own = {"Accept": "application/json", "User-Agent": "Kentongan", **(headers or {})}
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=SECONDS), cookie_jar=aiohttp.DummyCookieJar()
                ) as session,
                session.request(
                    method, URL(address, encoded=True), data=body, headers=own, allow_redirects=False
                ) as answer,
            ):
                raw = b""
                while part := await answer.content.read(MOST):
                    raw += part
                    if len(raw) > MOST:
                        raise ProviderAwayError("answers without end")
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise ProviderAwayError("does not answer") from error
        try:
            found = read_json(raw)
        except (UnreadableError, ValueError) as error:
            raise ProviderAwayError(f"answers {answer.status} with something that is no JSON") from error
        if not isinstance(found, dict):
            raise ProviderAwayError(f"answers {answer.status} with something that is no JSON object")
        return answer.status, found


def guarded(address: str) -> bool:
    """Say whether an address is one that secrets may travel to: HTTPS, or this machine itself.

    >>> guarded("https://sso.example.go.id"), guarded("http://sso.example.go.id"), guarded("http://127.0.0.1:9000")
    (True, False, True)
    >>> guarded("https://[sso"), guarded("https://sso.example:port"), guarded("sso.example.go.id")
    (False, False, False)
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port  # a port that is none is said only now
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def _endpoint(facts: Mapping[str, Any], name: str) -> str:
    address = facts.get(name)
    if not isinstance(address, str) or not guarded(address):
        raise ProviderAwayError(f"names no {name} that begins with https://")
    return address
