"""Serve the page behind an invitation: who is meant, and a password of his own choice."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from services.console.dependencies import Deps
from services.console.web.errors import Kind, Sorry
from services.console.web.form_body import form_of
from services.console.web.page_base import SignedInPages
from services.console.web.sessions import from_here
from services.security import auth
from services.security.accounts.invitations import accept, invited
from services.security.accounts.passwords import LEAST, fault
from services.web.rate_limit import Buckets, Rate, caller

TRIES = Rate(burst=30, per_hour=60)  # links tried from one address


class InvitationPages:
    """For somebody who has no password yet."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._tries = Buckets(TRIES)

    async def show(self, request: Request) -> Response:
        """Show who is invited."""
        return await self._page(request, None)

    async def accept(self, request: Request) -> Response:
        """Take the password and lead to signing in."""
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, HTTPStatus.FORBIDDEN)
        form, token = await form_of(request), request.path_params["token"]
        person = await self._deps.store.read(lambda session: invited(session, token, self._deps.clock()))
        if person is None:
            raise self._gone()
        password = form.get("password", "")
        wrong = "differ" if password != form.get("again", "") else fault(password, auth.own_words(person))
        if wrong:
            return await self._page(request, f"password.{wrong}", HTTPStatus.UNPROCESSABLE_ENTITY)
        hashed = await auth.hashed(password)  # beside the loop, and never while writers wait
        await self._deps.store.write(lambda tx: accept(tx, token, hashed))
        return RedirectResponse("/masuk?pesan=sandi", HTTPStatus.SEE_OTHER)

    async def _page(self, request: Request, wrong: str | None, status: int = HTTPStatus.OK) -> Response:
        who, now = f"from:{caller(request.client.host if request.client else None)}", self._deps.clock()
        if self._tries.wait(who, now):
            raise Sorry(Kind.BAD, HTTPStatus.TOO_MANY_REQUESTS)
        token = request.path_params["token"]
        person = await self._deps.store.read(lambda session: invited(session, token, now))
        if person is None:
            self._tries.take(who, now)
            raise self._gone()
        facts = {"person": person, "token": token, "wrong": wrong, "shortest": LEAST}
        return self._counter.show(request, "invitation.html", None, facts, status)

    @staticmethod
    def _gone() -> Sorry:
        return Sorry(Kind.INVITATION, HTTPStatus.GONE)
