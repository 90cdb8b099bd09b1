"""Let people in whom the office's own provider vouches for (OpenID Connect), in two halves: out, and back.

Nothing here makes an account or gives a right: who comes back is matched with a person the office has entered.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.console.account.guesses import NETWORK
from services.console.dependencies import Deps
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint
from services.console.web.rendering import HEADERS
from services.console.web.sessions import inside, visitor_of
from services.security.auth import Identity, Ticket
from services.security.oidc.linking import enter
from services.security.oidc.provider import (
    LASTS,
    Provider,
    ProviderAwayError,
    ProviderRefusedError,
    Vouched,
)
from services.security.permissions import Act
from services.store.transaction import Transaction
from services.web.rate_limit import Buckets, caller

COOKIE = "kentongan_penyedia"
PATH = "/masuk/penyedia"
BACK = f"{PATH}/kembali"
AWAY = "sign_in_provider_away"
SAID = {"unknown": "sign_in_provider_unknown", "linked": "sign_in_provider_linked", "factor": "sign_in_provider_factor"}
SAID |= {"late": "sign_in_late", "used": "sign_in_late", "unverified": "sign_in_provider_unknown"}
REFUSED = "sign_in_provider_refused"
Page = Callable[[Request, dict[str, Any], int], Response]
Entered = Callable[[str, str], Response]


class ProviderPages:
    """The way out to the provider and the way back; `page` shows the form to sign in, `entered` lets somebody in."""

    def __init__(self, deps: Deps, provider: Provider, page: Page, entered: Entered) -> None:
        self._deps = deps
        self._provider = provider
        self._page = page
        self._entered = entered
        self._tries = Buckets(NETWORK)

    async def leave(self, request: Request) -> Response:
        """Send somebody to the provider."""
        then = inside(request.query_params.get("ke", "/"))
        if await visitor_of(request, self._deps):
            return RedirectResponse(then, HTTPStatus.SEE_OTHER)
        try:
            address, kept = await self._provider.begin(then)
        except ProviderAwayError:
            return self._say(request, AWAY, then, HTTPStatus.SERVICE_UNAVAILABLE)
        response = RedirectResponse(address, HTTPStatus.SEE_OTHER, headers=HEADERS)
        self._keep(response, kept, int(LASTS.total_seconds()))
        return response

    async def back(self, request: Request) -> Response:
        """Take back whom the provider has sent, and let in whom the office knows."""
        wait = self._tries.take(caller(request.client.host if request.client else None), self._deps.clock())
        if wait:
            return self._say(request, "sign_in_slow", "/", HTTPStatus.TOO_MANY_REQUESTS)
        try:
            vouched = await self._provider.finish(request.cookies.get(COOKIE, ""), request.query_params)
        except ProviderAwayError:
            response = self._say(request, AWAY, "/", HTTPStatus.SERVICE_UNAVAILABLE)
        except ProviderRefusedError as refused:
            await self._deps.store.write(_refused(refused.why))
            response = self._say(request, SAID.get(refused.why, REFUSED), "/", HTTPStatus.UNAUTHORIZED)
        else:
            response = await self._enter(request, vouched)
        self._keep(response, "", 0)
        return response

    async def _enter(self, request: Request, vouched: Vouched) -> Response:
        office, secret, agent = self._provider.office, self._deps.secret, request.headers.get("user-agent", "")

        def act(tx: Transaction) -> tuple[str, Identity] | Ticket | str:
            return enter(tx, office, secret, vouched, agent=agent)

        opened, then = await self._deps.store.write(act), inside(vouched.then)
        if isinstance(opened, str):
            return self._say(request, SAID.get(opened, REFUSED), then, HTTPStatus.FORBIDDEN)
        if isinstance(opened, Ticket):
            facts = {"then": then, "ticket": opened.word, "path": "/masuk", "given": {}}
            return self._page(request, facts, HTTPStatus.OK)
        return self._entered(opened[0], then)

    def _say(self, request: Request, word: str, then: str, status: int) -> Response:
        # Nothing on the page repeats the address: what the provider has sent along is nobody's to keep.
        return self._page(request, {"then": then, "wrong": word, "path": "/masuk", "given": {}}, status)

    def _keep(self, response: Response, kept: str, seconds: int) -> None:
        """Give the browser what it needs to come back: sent with the return from another site, to no script."""
        secure = self._deps.base_url.startswith("https://")
        response.set_cookie(COOKIE, kept, max_age=seconds, httponly=True, samesite="lax", secure=secure)


def _refused(why: str) -> Callable[[Transaction], object]:
    return lambda tx: tx.audit("signin.refused", "anonymous", why=f"provider:{why}")


async def _none(_: Request) -> Response:
    raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)


def provider_routes(deps: Deps, page: Page, entered: Entered) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the provider; without one, nothing is there."""
    if deps.provider is None:
        return ((PATH, "GET", _none, Act.OPEN), (BACK, "GET", _none, Act.OPEN))
    pages = ProviderPages(deps, deps.provider, page, entered)
    return ((PATH, "GET", pages.leave, Act.OPEN), (BACK, "GET", pages.back, Act.OPEN))
