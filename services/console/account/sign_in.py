"""Let people in and out: the password, and the second proof where there is one."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.console.account.guesses import COOKIE as BROWSER
from services.console.account.guesses import DAYS, Gate
from services.console.account.passkey_pages import passkey_door_routes
from services.console.account.provider_sign_in import PASSKEY_FIRST, farewell_of, provider_routes
from services.console.account.registered_device import COOKIE as COOKIE_OF_DEVICE
from services.console.account.registered_device import forget, passkey_here
from services.console.dependencies import Deps
from services.console.web.errors import Kind, Sorry
from services.console.web.form_body import form_of
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import COOKIE, LEAVE, UNSENT, arriving_of, from_here, inside, keep_session
from services.security import auth
from services.security.permissions import Act
from services.web.rate_limit import caller

SAID = {"sandi": "invitation.done", "keluar": "signed_out"}
WRONG = {UNSENT: "sign_in_unsent"}
WAITING = 50  # strangers whose passwords are checked one after another; the next ones are told to come again
BROWSER_SECONDS = DAYS * 86_400


class SignInPages:
    """Who comes and goes."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._gate = Gate(deps.secret)
        self._waiting = 0

    async def show(self, request: Request) -> Response:
        """Show the form; in a browser that came in by passkey, its one button, unless another way is asked for."""
        then = inside(request.query_params.get("ke", "/"))
        if await arriving_of(request, self._deps):  # who owes the second step is led on to it by the page itself
            return RedirectResponse(then, HTTPStatus.SEE_OTHER)
        message = request.query_params.get("pesan", "")
        told = {"then": then, "said": SAID.get(message), "wrong": WRONG.get(message)}
        if self._deps.passkey_site is None or COOKIE_OF_DEVICE not in request.cookies:
            return self.page(request, told)
        found = await self._deps.store.read(lambda session: passkey_here(session, request, self._deps))
        known = found is not None and "lain" not in request.query_params
        response = self.page(request, {**told, "device": known})
        if not known:
            forget(response, self._deps)
        return response

    def page(self, request: Request, facts: Mapping[str, Any], status: int = HTTPStatus.OK) -> Response:
        """Show the form with what it has to say."""
        provider = self._deps.provider.office.name if self._deps.provider else None
        shown = {
            "then": "/",
            "wrong": None,
            "login": "",
            "ticket": None,
            "device": False,
            "provider": provider,
            **facts,
        }
        shown["by_password"] = self._by_password
        shown["passkeys"] = self._deps.passkey_site is not None
        return self._counter.show(request, "sign_in.html", None, shown, status)

    @property
    def _by_password(self) -> bool:
        return self._deps.provider is None or self._deps.district.sign_in.password

    async def enter(self, request: Request) -> Response:
        """Open a session, ask for the second proof, or say that name and password do not match."""
        form = await self._form(request)
        login, then = form.get("login", "").lower(), inside(form.get("ke", "/"))
        shown, now = {"then": then, "login": login}, self._deps.clock()
        if not self._by_password:
            return self.page(request, {"then": then, "wrong": "sign_in_provider_only"}, HTTPStatus.FORBIDDEN)
        network, browser = _network(request), request.cookies.get(BROWSER, "")
        known = self._gate.known(browser, login)
        if self._gate.enter(login, network, browser, now) or (self._waiting >= WAITING and not known):
            return self.page(request, {**shown, "wrong": "sign_in_slow"}, HTTPStatus.TOO_MANY_REQUESTS)
        claim = await self._deps.store.read(lambda session: auth.claim_of(session, login))
        # Hashing takes tens of milliseconds by intent: beside the loop, and never while writers wait.
        self._waiting += 1
        try:
            right = await auth.check(claim, form.get("password", ""), known=known)
        finally:
            self._waiting -= 1
        agent = request.headers.get("user-agent", "")
        opened = await self._deps.store.write(
            lambda tx: auth.sign_in(tx, claim, self._deps.secret, right=right, agent=agent, steps=self._deps.steps)
        )
        if opened is None:
            return self.page(request, {**shown, "wrong": "sign_in_wrong"}, HTTPStatus.UNAUTHORIZED)
        self._gate.leave(login, network, browser, now)
        if isinstance(opened, auth.PasskeyFirst):
            return self.page(request, {**shown, "wrong": PASSKEY_FIRST}, HTTPStatus.FORBIDDEN)
        if isinstance(opened, auth.Ticket):
            return self.page(request, {**shown, "ticket": opened.word})
        return self.known(opened[0], login, then)

    async def enter_with_code(self, request: Request) -> Response:
        """Open a session after the second proof."""
        form = await self._form(request)
        ticket, then, now = form.get("ticket", ""), inside(form.get("ke", "/")), self._deps.clock()
        secret = self._deps.secret
        claim = await self._deps.store.read(lambda session: auth.ticket_of(session, secret, ticket, now))
        if claim is None:
            return self.page(request, {"then": then, "wrong": "sign_in_late"}, HTTPStatus.UNAUTHORIZED)
        shown = {"then": then, "ticket": ticket}
        if self._gate.code(claim.id, now):
            return self.page(request, {**shown, "wrong": "sign_in_slow"}, HTTPStatus.TOO_MANY_REQUESTS)
        code, agent = form.get("kode", ""), request.headers.get("user-agent", "")
        cookie = await self._deps.store.write(lambda tx: auth.sign_in_with_code(tx, secret, ticket, code, agent=agent))
        if cookie is None:
            return self.page(request, {**shown, "wrong": "sign_in_code"}, HTTPStatus.UNAUTHORIZED)
        return self.known(cookie, claim.login, then)

    def entered(self, cookie: str, then: str) -> Response:
        """Lead somebody in with his session."""
        response = RedirectResponse(then, HTTPStatus.SEE_OTHER)
        keep_session(response, cookie, self._deps)
        return response

    def known(self, cookie: str, login: str, then: str) -> Response:
        """Lead somebody in, and remember that he has come in from this browser."""
        if self._deps.came_in is not None:
            self._deps.came_in(login)
        response = self.entered(cookie, then)
        secure = self._deps.base_url.startswith("https://")
        word = self._gate.word(login)
        response.set_cookie(BROWSER, word, max_age=BROWSER_SECONDS, httponly=True, samesite="lax", secure=secure)
        return response

    async def leave(self, request: Request) -> Response:
        """End the session."""
        visitor = await self._counter.arriving(request)
        await self._counter.form(request, visitor)
        origin = await self._deps.store.write(lambda tx: auth.sign_out(tx, visitor.cookie))
        # By a link: no form leads a browser to another site here, and the session there may be wanted elsewhere.
        there = origin.account and await farewell_of(self._deps) is not None
        response = RedirectResponse("/masuk?pesan=keluar" if there else "/masuk", HTTPStatus.SEE_OTHER)
        response.delete_cookie(COOKIE)
        forget(response, self._deps)
        return response

    async def _form(self, request: Request) -> dict[str, str]:
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, HTTPStatus.FORBIDDEN)
        return await form_of(request)


def _network(request: Request) -> str:
    return caller(request.client.host if request.client else None)


def sign_in_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the door."""
    pages = SignInPages(deps, counter)
    return (
        ("/masuk", "GET", pages.show, Act.OPEN),
        ("/masuk", "POST", pages.enter, Act.OPEN),
        ("/masuk/kode", "POST", pages.enter_with_code, Act.OPEN),
        (LEAVE, "POST", pages.leave, Act.OWN),
        *provider_routes(deps, pages.page, pages.entered),
        *passkey_door_routes(deps, pages.page, pages.known),
    )
