"""Serve "Keamanan akun": a person's own sessions, password and second proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.records.accounts import SignIn
from schemas.records.people import Person
from services.console.account import passkey_views
from services.console.account.browsers import Browser, browser_of
from services.console.account.guesses import CODES
from services.console.account.registered_device import passkey_here
from services.console.dependencies import Deps
from services.console.web.drawing import qr
from services.console.web.errors import STATUS, Kind, Sorry
from services.console.web.page_base import ACCOUNT, Endpoint, SignedInPages
from services.console.web.sessions import Visitor, inside, keep_session, look_again
from services.security import auth, queries
from services.security.accounts import passwords, second_factor
from services.security.accounts import shutting_out as accounts
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction
from services.web.rate_limit import Buckets

PAGE = ACCOUNT
DONE = ("sandi", "sesi", "mati", "kunci", "nama", "lepas")
PICTURE = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"}


@dataclass(frozen=True)
class SessionView:
    """One session as its owner sees it."""

    id: str
    made_at: datetime
    ends_at: datetime
    agent: str
    here: bool
    browser: Browser


def shown(sessions: list[SignIn], cookie: str) -> list[SessionView]:
    """Show sessions; `here` is the one that asks."""
    own = auth.session_id(cookie)
    return [
        SessionView(one.id, one.made_at, one.ends_at, one.agent, one.id == own, browser_of(one.agent))
        for one in sessions
    ]


def then_of(request: Request) -> str:
    """Give where somebody wanted to go who was led here to turn two-step verification on; empty: nowhere."""
    return inside(request.query_params["ke"]) if "ke" in request.query_params else ""


def back_to(request: Request) -> str:
    """Give the address of the page, which remembers where somebody wanted to go."""
    then = then_of(request)
    return f"{PAGE}?{urlencode({'ke': then})}" if then else PAGE


class SecurityPages:
    """What keeps a person's account his own."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter
        self._proofs = Buckets(CODES)  # tries of one's own password and codes: whoever took a session has neither

    async def show(self, request: Request) -> Response:
        """Show the sessions, and the forms for password and second proof."""
        message = request.query_params.get("pesan", "")
        return await self.page(request, {"said": f"account.done.{message}" if message in DONE else None})

    async def page(self, request: Request, facts: Mapping[str, Any], status: int = HTTPStatus.OK) -> Response:
        """Show the page with what it has to say."""
        visitor, now = await self._counter.arriving(request), self._deps.clock()
        secret, me, steps = self._deps.secret, visitor.identity.id, self._deps.steps

        site = self._deps.passkey_site

        def ask(session: Session) -> dict[str, Any]:
            person = session.get_one(Person, me)
            here = passkey_here(session, request, self._deps)
            begun = second_factor.pending(session, secret, person, now)
            return {
                "sessions": shown(list(queries.sessions(session, me, now)), visitor.cookie),
                "asked": second_factor.asked(session, me),
                "begun": begun.secret if begun else None,
                "has_password": bool(person.password),
                "passkeys": passkey_views.shown(
                    queries.passkeys(session, me), site.id if site else "", here.id if here else None
                ),
                "offered": site is not None,
                "required": steps.required(person),
                "factor_stays": steps.required(person) and not steps.has_passkey(session, me),
            }

        told = await self._deps.store.read(ask)
        given = {"path": PAGE, "wrong": None, "codes": (), "making": None, "least": passwords.LEAST, "said": None}
        given |= {"then": then_of(request)}
        return self._counter.show(request, "account.html", visitor, {**given, **told, **facts}, status)

    async def change_password(self, request: Request) -> Response:
        """Set another password, by whoever knows the one before; other sessions end."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        if (refused := await self.knows_password(request, visitor, form.get("old", ""))) is not None:
            return refused
        given = form.get("password", "")
        own = await self._deps.store.read(lambda s: auth.own_words(s.get_one(Person, visitor.identity.id)))
        fault = "differ" if given != form.get("again", "") else passwords.fault(given, own)
        if fault:
            return await self.page(request, {"wrong": f"password.{fault}"}, HTTPStatus.UNPROCESSABLE_ENTITY)
        hashed = await auth.hashed(given)

        def act(tx: Transaction) -> str:
            person = tx.session.get_one(Person, visitor.identity.id)
            origin, both = auth.origin_of(tx.session, visitor.cookie), auth.by_two_steps(tx.session, visitor.cookie)
            accounts.set_password(tx, person, hashed, person.id)
            tx.session.flush()
            return auth.open_session(tx, person, request.headers.get("user-agent", ""), origin, two_steps=both)

        cookie = await self._deps.store.write(act)
        response = RedirectResponse(f"{PAGE}?pesan=sandi", HTTPStatus.SEE_OTHER)
        keep_session(response, cookie, self._deps)
        return response

    async def knows_password(self, request: Request, visitor: Visitor, told: str) -> Response | None:
        """Ask for the present password before what a session alone must not do; gives the page that refuses."""
        me, now = visitor.identity.id, self._deps.clock()
        if self._proofs.take(me, now):
            return await self.page(request, {"wrong": "sign_in_slow"}, HTTPStatus.TOO_MANY_REQUESTS)
        claim = await self._deps.store.read(lambda session: auth.claim_of(session, self._login(session, visitor)))
        if not await auth.check(claim, told, known=True):
            return await self.page(request, {"wrong": "password.old"}, HTTPStatus.UNPROCESSABLE_ENTITY)
        self._proofs.give_back(me, now)
        return None

    @staticmethod
    def _login(session: Session, visitor: Visitor) -> str:
        return session.get_one(Person, visitor.identity.id).login

    async def end_session(self, request: Request) -> Response:
        """End one of one's own sessions, or all but this one."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        me, here, id_ = visitor.identity.id, auth.session_id(visitor.cookie), form.get("id", "")

        def act(tx: Transaction) -> None:
            if id_:
                accounts.end_session(tx, me, id_, me)
            else:
                accounts.end_sessions(tx, me, me, keep=here)

        await self._deps.store.write(act)
        return RedirectResponse(f"{PAGE}?pesan=sesi", HTTPStatus.SEE_OTHER)

    # -- the second proof ------------------------------------------------------------------------------------------

    async def begin(self, request: Request) -> Response:
        """Make a secret for the authenticator, for whoever knows the password: a taken session locks nobody out.

        Where one is on already, this is another phone, and a code of the one before is asked for besides.
        """
        visitor = await self._counter.arriving(request)
        form = await self._counter.form(request, visitor)
        me, secret, code = visitor.identity.id, self._deps.secret, form.get("kode", "")
        has, on = await self._deps.store.read(
            lambda session: (session.get_one(Person, me).password, second_factor.asked(session, me))
        )
        if has and (refused := await self.knows_password(request, visitor, form.get("old", ""))) is not None:
            return refused
        if on and self._proofs.take(me, self._deps.clock()):
            return await self.page(request, {"wrong": "sign_in_slow"}, HTTPStatus.TOO_MANY_REQUESTS)

        def act(tx: Transaction) -> bool:
            person = tx.session.get_one(Person, me)
            if second_factor.asked(tx.session, me):
                return second_factor.begin_move(tx, secret, person, code)
            second_factor.begin(tx, secret, person)
            return True

        if not await self._deps.store.write(act):
            return await self.page(request, {"wrong": "sign_in_code"}, HTTPStatus.UNPROCESSABLE_ENTITY)
        return RedirectResponse(back_to(request), HTTPStatus.SEE_OTHER)

    async def picture(self, request: Request) -> Response:
        """Draw the QR code by which an authenticator takes the secret, until its first code was shown."""
        visitor = await self._counter.arriving(request)
        secret, me, now = self._deps.secret, visitor.identity.id, self._deps.clock()
        begun = await self._deps.store.read(
            lambda session: second_factor.pending(session, secret, session.get_one(Person, me), now)
        )
        if begun is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        return Response(qr(begun.address), media_type="image/svg+xml", headers=PICTURE)

    async def turn_on(self, request: Request) -> Response:
        """Ask for the second proof from now on, and show the codes to write down, once."""
        visitor = await self._counter.arriving(request)
        form = await self._counter.form(request, visitor)
        me, code = visitor.identity.id, form.get("kode", "")

        def act(tx: Transaction) -> list[str]:
            told = second_factor.turn_on(tx, self._deps.secret, tx.session.get_one(Person, me), code)
            auth.second_step_shown(tx, visitor.cookie)
            return told

        try:
            codes = await self._deps.store.write(act)
        except Refused as refused:
            return await self.page(request, {"refused": refused.say(visitor.language)}, STATUS[refused.reason])
        look_again(request)  # the other pages are open to him now
        return await self.page(request, {"codes": codes})

    async def turn_off(self, request: Request) -> Response:
        """Ask for it no more, by whoever can still show it."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        me, code, now = visitor.identity.id, form.get("kode", ""), self._deps.clock()
        if self._proofs.take(me, now):
            return await self.page(request, {"wrong": "sign_in_slow"}, HTTPStatus.TOO_MANY_REQUESTS)

        def act(tx: Transaction) -> bool:
            self._deps.steps.check_factor_may_go(tx.session, tx.session.get_one(Person, me))
            if not second_factor.prove(tx, self._deps.secret, me, code):
                tx.audit("factor.refused", me, subject=me, why="off")
                return False
            second_factor.take_away(tx, me, me)
            return True

        if not await self._deps.store.write(act):
            return await self.page(request, {"wrong": "sign_in_code"}, HTTPStatus.UNPROCESSABLE_ENTITY)
        return RedirectResponse(f"{PAGE}?pesan=mati", HTTPStatus.SEE_OTHER)


def security_routes(pages: SecurityPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the page about one's own account."""
    return (
        (PAGE, "GET", pages.show, Act.OWN),
        (f"{PAGE}/sandi", "POST", pages.change_password, Act.OWN),
        (f"{PAGE}/sesi", "POST", pages.end_session, Act.OWN),
        (f"{PAGE}/faktor", "POST", pages.begin, Act.OWN),
        (f"{PAGE}/faktor/qr.svg", "GET", pages.picture, Act.OWN),
        (f"{PAGE}/faktor/nyala", "POST", pages.turn_on, Act.OWN),
        (f"{PAGE}/faktor/mati", "POST", pages.turn_off, Act.OWN),
    )
