"""Tell who visits: a cookie or a key, in which language, and whether a form is really theirs."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request, Response

from schemas.vocabulary import Scope
from services.console.dependencies import Deps
from services.console.health import Trouble
from services.console.texts import LANGUAGES
from services.security.auth import Identity, form_token, whose_session
from services.security.keys import KeysUnknown
from services.security.refusal import Refused
from services.store.audit_log import safe_line
from services.web.problem_details import Problem

COOKIE = "kentongan_sesi"
DOOR = "/masuk"
LEAVE = "/keluar"
UNSENT = "belum"  # what the door says to who has handed in a form of a session that had ended
LANGUAGE_COOKIE = "bahasa"
CSRF_HEADER = "x-csrf"
SESSION_SECONDS = 12 * 3600  # as long as the store keeps a session (services/security/auth.py)
YEAR = 365 * 86_400


@dataclass(frozen=True)
class Visitor:
    """Somebody at the desk; `cookie` is empty for a key."""

    identity: Identity
    cookie: str
    language: str
    token: str  # that a form of this session must bring back
    troubles: tuple[Trouble, ...] | None = None  # of the service: for who looks after it, None for all others
    uncovered: tuple[int, int] | None = None  # posts that can be reached, of how many: for who looks after them

    @property
    def csrf(self) -> str:
        """Give the token as one page writes it: another word each time, or its compressed length could tell it."""
        return veiled(self.token)

    def sent(self, given: str) -> bool:
        """Say whether a form or header brings this session's token."""
        return same(self.token, unveiled(given))


def keep_session(response: Response, cookie: str, deps: Deps) -> None:
    """Give a browser its session: unreadable for scripts, not sent from other sites."""
    secure = deps.base_url.startswith("https://")
    response.set_cookie(COOKIE, cookie, max_age=SESSION_SECONDS, httponly=True, samesite="lax", secure=secure)


def language_of(request: Request, person: Identity | None = None) -> str:
    """Choose the language: the address says so, else the cookie, else the person's own, else Indonesian."""
    wishes = (request.query_params.get("bahasa"), request.cookies.get(LANGUAGE_COOKIE), person and person.language)
    return next((wish for wish in wishes if wish in LANGUAGES), LANGUAGES[0])


def keep_language(request: Request, response: Response) -> None:
    """Remember the language that the address asked for."""
    if (wish := request.query_params.get("bahasa")) in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, wish, max_age=YEAR, samesite="lax", httponly=True)


async def visitor_of(request: Request, deps: Deps) -> Visitor | None:
    """Give the person whose session cookie came along; None when there is none, it ended, or it owes a second step."""
    visitor = await arriving_of(request, deps)
    return None if visitor is None or visitor.identity.owes_step else visitor


async def arriving_of(request: Request, deps: Deps) -> Visitor | None:
    """Give the person whose session cookie came along, also one who owes the second step and is a stranger elsewhere.

    The store is asked once for a request: the rule of its route and its endpoint want the same answer.
    """
    cookie = request.cookies.get(COOKIE, "")
    if not cookie:
        return None
    if not hasattr(request.state, "person"):
        steps = deps.steps
        # The audit log's line first: what the page shows is read later, so that nothing lies between the two.
        request.state.position, request.state.person = await deps.store.read(
            lambda session: (safe_line(session), whose_session(session, cookie, deps.clock(), steps))
        )
    person = request.state.person
    if person is None:
        return None
    return Visitor(person, cookie, language_of(request, person), form_token(deps.secret, cookie))


def look_again(request: Request) -> None:
    """Have the store asked anew who visits: what it said was changed meanwhile."""
    if hasattr(request.state, "person"):
        del request.state.person


async def still_there(request: Request, deps: Deps) -> Visitor:
    """Give who calls as the store has him now, for answers that take long; raises Problem as `caller_of` does."""
    look_again(request)
    return await caller_of(request, deps)


async def caller_of(request: Request, deps: Deps) -> Visitor:
    """Give the key or person behind an API call; raises Problem 401, or 403 for a forged act of a person.

    Raises Refused for a person who must turn two-step verification on first; programs have none.
    """
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        try:
            identity = await deps.keys.recognise(bearer.strip())
        except KeysUnknown:
            raise Problem(503, headers={"Retry-After": "2"}) from None
        if identity is None:
            raise Problem(401)
        if (Scope.READ if request.method in ("GET", "HEAD") else Scope.ACT) not in identity.scopes:
            raise Problem(403, "Kunci ini tidak dibuat untuk itu")
        return Visitor(identity, "", language_of(request, identity), "")
    visitor = await arriving_of(request, deps)
    if visitor is None:
        raise Problem(401)
    if visitor.identity.owes_step:
        raise Refused("second_step_first")
    if request.method != "GET" and not visitor.sent(request.headers.get(CSRF_HEADER, "")):
        raise Problem(403, f"Tindakan dengan sesi perlu header {CSRF_HEADER}")
    return visitor


def veiled(token: str) -> str:
    """Hide a token under random bytes that go with it (against BREACH, as Django does).

    >>> unveiled(veiled("secret")), veiled("secret") == veiled("secret")
    ('secret', False)
    """
    plain = token.encode()
    pad = secrets.token_bytes(len(plain))
    mixed = bytes(one ^ other for one, other in zip(pad, plain, strict=True))
    return base64.urlsafe_b64encode(pad + mixed).decode().rstrip("=")


def unveiled(given: str) -> str:
    """Give the token under its veil; an empty word where there is none."""
    try:
        whole = base64.urlsafe_b64decode(given.encode() + b"=" * (-len(given) % 4))
    except (ValueError, UnicodeError):
        return ""
    pad, mixed = whole[: len(whole) // 2], whole[len(whole) // 2 :]
    if len(pad) != len(mixed):
        return ""
    return bytes(one ^ other for one, other in zip(pad, mixed, strict=True)).decode("utf-8", "replace")


def same(expected: str, given: str) -> bool:
    """Compare two secrets without telling by the time it takes."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


def from_here(request: Request, deps: Deps) -> bool:
    """Say whether a form was sent from one of our own pages; browsers name the origin of every POST."""
    origin = request.headers.get("origin")
    if origin is None:
        return True
    return _is_ours(request, deps, origin)


def came_from(request: Request, deps: Deps) -> str:
    """Give the page of ours that led here, without what it said was done; empty where there is none to go back to."""
    referrer = request.headers.get("referer", "")
    if not _is_ours(request, deps, referrer):
        return ""
    asked = urlsplit(referrer)
    if asked.path.startswith(DOOR) or (request.method == "GET" and asked.path == request.url.path):
        return ""
    kept = urlencode([one for one in parse_qsl(asked.query) if one[0] not in ("bahasa", "pesan")])
    return inside(f"{asked.path}?{kept}" if kept else asked.path)


def _is_ours(request: Request, deps: Deps, address: str) -> bool:
    try:
        host = urlsplit(address).netloc
    except ValueError:  # whoever calls writes it: "http://["
        return False
    return host in (request.headers.get("host"), urlsplit(deps.base_url).netloc)


def inside(path: str) -> str:
    """Give a path of this desk, or its front page when `path` leads elsewhere.

    >>> inside("/peristiwa/1"), inside("//evil.example"), inside("https://evil.example")
    ('/peristiwa/1', '/', '/')
    """
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else "/"
