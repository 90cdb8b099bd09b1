"""Let people in whom the office's own provider vouches for (OpenID Connect), in two halves: out, and back.

Nothing here makes an account or gives a right: who comes back is matched with a person the office has entered.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.console.account.guesses import NETWORK
from services.console.account.provider_sign_in import PASSKEY_FIRST, Entered, Page, farewell_of
from services.console.dependencies import Deps
from services.console.web.errors import Sorry
from services.console.web.form_body import form_of
from services.console.web.rendering import HEADERS
from services.console.web.sessions import inside, visitor_of
from services.security.accounts import provider_sessions
from services.security.auth import Admitted, PasskeyFirst, Ticket
from services.security.oidc.id_token import TokenRefusedError
from services.security.oidc.linking import ended, enter
from services.security.oidc.provider import (
    LASTS,
    Provider,
    ProviderAwayError,
    ProviderRefusedError,
    Vouched,
)
from services.store.transaction import Transaction
from services.web.rate_limit import Buckets, Rate, caller

log = logging.getLogger("kentongan.console")
WORDS = Rate(burst=600, per_hour=6_000)  # of the provider: an office that is shut sends one for each person
COOKIE = "kentongan_penyedia"
AWAY = "sign_in_provider_away"
SAID = {"unknown": "sign_in_provider_unknown", "linked": "sign_in_provider_linked", "factor": "sign_in_provider_factor"}
SAID |= dict.fromkeys(("late", "used", "over"), "sign_in_late") | {"unverified": "sign_in_provider_unknown"}
REFUSED = "sign_in_provider_refused"


class ProviderPages:
    """The way out to the provider and the way back; `page` shows the form to sign in, `entered` lets somebody in."""

    def __init__(self, deps: Deps, provider: Provider, page: Page, entered: Entered) -> None:
        self._deps = deps
        self._provider = provider
        self._page = page
        self._entered = entered
        self._tries = Buckets(NETWORK)
        self._words = Buckets(WORDS)
        self._away = ""  # why it was away last, as the log has it

    def _note(self, why: str) -> None:
        """Log why the provider is away, once until that changes: strangers may ask for it again and again."""
        if why and why != self._away:
            log.warning("the sign-in provider %s: nobody comes in by it", why)
        self._away = why

    async def leave(self, request: Request) -> Response:
        """Send somebody to the provider."""
        then = inside(request.query_params.get("ke", "/"))
        if await visitor_of(request, self._deps):
            return RedirectResponse(then, HTTPStatus.SEE_OTHER)
        try:
            address, kept = await self._provider.begin(then)
        except ProviderAwayError as away:
            self._note(away.why)
            return self._say(request, AWAY, then, HTTPStatus.SERVICE_UNAVAILABLE)
        self._note("")
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
        except ProviderAwayError as away:
            self._note(away.why)
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

        def act(tx: Transaction) -> Admitted | str:
            return enter(tx, office, secret, vouched, agent=agent, steps=self._deps.steps)

        opened, then = await self._deps.store.write(act), inside(vouched.then)
        if isinstance(opened, str):
            return self._say(request, SAID.get(opened, REFUSED), then, HTTPStatus.FORBIDDEN)
        if isinstance(opened, PasskeyFirst):
            return self._say(request, PASSKEY_FIRST, then, HTTPStatus.FORBIDDEN)
        if isinstance(opened, Ticket):
            facts = {"then": then, "ticket": opened.word, "path": "/masuk", "given": {}}
            return self._page(request, facts, HTTPStatus.OK)
        return self._entered(opened[0], then)

    async def over(self, request: Request) -> Response:
        """End the sessions that the provider says are over (OpenID Connect Back-Channel Logout 1.0).

        200 once they are, 400 without a reason for whatever is no word of the provider or has counted before, 503 where
        its keys cannot be read: then it may try again.
        """
        if self._words.take(caller(request.client.host if request.client else None), self._deps.clock()):
            return _answer(HTTPStatus.TOO_MANY_REQUESTS)
        try:
            token = (await form_of(request)).get("logout_token", "")
            over = await self._provider.over(token)
        except ProviderAwayError:
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
        except Sorry as sorry:
            return _answer(sorry.status)
        except TokenRefusedError as refused:
            log.warning("a word of the sign-in provider that a session is over is not believed: %s", refused.why)
            return _answer(HTTPStatus.BAD_REQUEST)
        origin, word = ended(self._provider.office, over)
        counts = await self._deps.store.write(lambda tx: provider_sessions.end(tx, origin, word))
        return _answer(HTTPStatus.OK if counts else HTTPStatus.BAD_REQUEST)

    async def farewell(self, request: Request) -> Response:
        """Send somebody who has signed out here to where he signs out at the provider."""
        del request
        return RedirectResponse(await farewell_of(self._deps) or "/masuk", HTTPStatus.SEE_OTHER, headers=HEADERS)

    def _say(self, request: Request, word: str, then: str, status: int) -> Response:
        # Nothing on the page repeats the address: what the provider has sent along is nobody's to keep.
        return self._page(request, {"then": then, "wrong": word, "path": "/masuk", "given": {}}, status)

    def _keep(self, response: Response, kept: str, seconds: int) -> None:
        """Give the browser what it needs to come back: sent with the return from another site, to no script."""
        secure = self._deps.base_url.startswith("https://")
        response.set_cookie(COOKIE, kept, max_age=seconds, httponly=True, samesite="lax", secure=secure)


def _refused(why: str) -> Callable[[Transaction], object]:
    return lambda tx: tx.audit("signin.refused", "anonymous", why=f"provider:{why}")


def _answer(status: int) -> Response:
    return Response(status_code=status, headers={"Cache-Control": "no-store"})
