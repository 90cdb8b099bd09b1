"""Serve passkeys: made and looked after on the page about one's own account, shown at the door."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from schemas.records.accounts import Passkey
from schemas.records.people import Person
from services.console.account import registered_device
from services.console.account.guesses import NETWORK
from services.console.account.passkey_views import ceremonies_of
from services.console.account.security_pages import PAGE, SecurityPages, then_of
from services.console.dependencies import Deps
from services.console.web.errors import Kind, Sorry
from services.console.web.form_body import form_of
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.rendering import HEADERS
from services.console.web.sessions import from_here, inside
from services.security import auth, queries
from services.security.accounts import passkeys
from services.security.accounts.passkey_facts import LASTS, Asked, PasskeyRefusedError
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction
from services.web.rate_limit import Buckets, caller

if TYPE_CHECKING:
    from services.security.accounts.passkey_ceremony import Ceremonies

COOKIE = "kentongan_kunci"
DOOR = "/masuk/kunci"
ANSWER = "bukti"  # the field that brings what the browser answered
SAID = {"late": "sign_in_late", "used": "sign_in_late", "challenge": "sign_in_late", "unknown": "sign_in_passkey_gone"}
WRONG = "sign_in_passkey_wrong"
Page = Callable[[Request, dict[str, Any], int], Response]
Entered = Callable[[str, str, str], Response]


class OwnPasskeys:
    """What a person does with his passkeys."""

    def __init__(self, deps: Deps, counter: SignedInPages, account: SecurityPages) -> None:
        self._deps = deps
        self._counter = counter
        self._account = account

    async def begin(self, request: Request) -> Response:
        """Ask this browser for a new one, for whoever knows the password: a taken session makes itself no way back."""
        visitor = await self._counter.arriving(request)
        form = await self._counter.form(request, visitor)
        me, ceremonies = visitor.identity.id, self._here()
        person = await self._deps.store.read(lambda session: session.get_one(Person, me))
        if not person.password:
            raise Refused("passkey_password")
        if (refused := await self._account.knows_password(request, visitor, form.get("old", ""))) is not None:
            return refused

        def ask(session: Session) -> tuple[str, list[str]]:
            had = queries.passkeys(session, me)
            passkeys.room_for_one(had)
            return passkeys.handle_of(session, me), [one.id for one in had]

        handle, had = await self._deps.store.read(ask)
        here = auth.session_id(visitor.cookie)
        asked = ceremonies.ask_new(person.login, person.name, handle, here, had)
        making = {"options": asked.options, "name": form.get("nama", "")[: passkeys.NAME]}
        return self._keep(await self._account.page(request, {"making": making}), asked)

    async def keep(self, request: Request) -> Response:
        """Keep the one that the browser has made."""
        visitor = await self._counter.arriving(request)
        form = await self._counter.form(request, visitor)
        me, ceremonies, here = visitor.identity.id, self._here(), auth.session_id(visitor.cookie)
        try:
            made = ceremonies.new(request.cookies.get(COOKIE, ""), here, form.get(ANSWER, ""))
        except PasskeyRefusedError as refused:
            raise Refused("passkey_not_made") from refused
        name = form.get("nama", "")

        def act(tx: Transaction) -> None:
            passkeys.add(tx, me, made, name)
            auth.second_step_shown(tx, visitor.cookie)

        await self._deps.store.write(act)
        response = RedirectResponse(then_of(request) or f"{PAGE}?pesan=kunci", HTTPStatus.SEE_OTHER)
        registered_device.remember(response, self._deps, made.id)
        return _forgotten(response, self._deps)

    async def call(self, request: Request) -> Response:
        """Give one another name."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        me, id_, name = visitor.identity.id, form.get("id", ""), form.get("nama", "")
        await self._deps.store.write(lambda tx: passkeys.call(tx, me, id_, name))
        return RedirectResponse(f"{PAGE}?pesan=nama", HTTPStatus.SEE_OTHER)

    async def remove(self, request: Request) -> Response:
        """Take one away."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        me, id_, here = visitor.identity.id, form.get("id", ""), auth.session_id(visitor.cookie)

        def act(tx: Transaction) -> None:
            self._deps.steps.check_passkey_may_go(tx.session, tx.session.get_one(Person, me), id_)
            passkeys.remove(tx, me, id_, keep=here)

        await self._deps.store.write(act)
        return RedirectResponse(f"{PAGE}?pesan=lepas", HTTPStatus.SEE_OTHER)

    def _here(self) -> "Ceremonies":
        found = ceremonies_of(self._deps)
        if found is None:
            raise Refused("passkey_site")
        return found

    def _keep(self, response: Response, asked: Asked) -> Response:
        return _kept(response, self._deps, asked.kept, int(LASTS.total_seconds()))


class PasskeyDoor:
    """Let in who shows a passkey; `page` shows the form to sign in, `entered` lets somebody in."""

    def __init__(self, deps: Deps, page: Page, entered: Entered) -> None:
        self._deps = deps
        self._page = page
        self._entered = entered
        self._tries = Buckets(NETWORK)

    async def begin(self, request: Request) -> Response:
        """Say as JSON what the browser is to ask its keys."""
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, HTTPStatus.FORBIDDEN)
        ceremonies = ceremonies_of(self._deps)
        if ceremonies is None:
            raise Refused("passkey_site")
        own = await self._deps.store.read(lambda session: registered_device.passkey_here(session, request, self._deps))
        asked = ceremonies.ask_shown(own.id, own.handle) if own else ceremonies.ask_shown()
        response = JSONResponse({"options": asked.options}, headers=HEADERS)
        return _kept(response, self._deps, asked.kept, int(LASTS.total_seconds()))

    async def enter(self, request: Request) -> Response:
        """Open a session for a passkey that fits."""
        if not from_here(request, self._deps):
            raise Sorry(Kind.STALE, HTTPStatus.FORBIDDEN)
        form = await form_of(request)
        then, network = inside(form.get("ke", "/")), caller(request.client.host if request.client else None)
        ceremonies, now = ceremonies_of(self._deps), self._deps.clock()
        if ceremonies is None:
            raise Refused("passkey_site")
        if self._tries.take(network, now):
            return self._page(request, {"then": then, "wrong": "sign_in_slow"}, HTTPStatus.TOO_MANY_REQUESTS)
        kept, answer = request.cookies.get(COOKIE, ""), form.get(ANSWER, "")
        opened = await self._open(ceremonies, kept, answer, request.headers.get("user-agent", ""))
        if isinstance(opened, str):
            facts = {"then": then, "wrong": SAID.get(opened, WRONG)}
            response = self._page(request, facts, HTTPStatus.UNAUTHORIZED)
            registered_device.forget(response, self._deps)  # the next try is free to show another one
            return _forgotten(response, self._deps)
        self._tries.give_back(network, now)
        response = self._entered(opened.cookie, opened.login, then)
        registered_device.remember(response, self._deps, opened.passkey)
        return _forgotten(response, self._deps)

    async def _open(self, ceremonies: "Ceremonies", kept: str, answer: str, agent: str) -> passkeys.Entered | str:
        """Open a session, or say why not, in one word. Signatures are checked while no writer waits."""
        told, found = None, None
        try:
            told = ceremonies.shown(kept, answer)
            found = await self._deps.store.read(lambda session: session.get(Passkey, told.id))
            proof = ceremonies.proved(told, found.public_key if found else None, found.count if found else 0)
        except PasskeyRefusedError as refused:
            why, who, challenge = refused.why, found.person_id if found else "", told.challenge if told else ""
            await self._deps.store.write(lambda tx: passkeys.refuse(tx, why, who, challenge))
            return why

        def act(tx: Transaction) -> passkeys.Entered | str:
            return passkeys.enter(tx, proof, agent=agent)

        return await self._deps.store.write(act)


def _kept(response: Response, deps: Deps, kept: str, seconds: int) -> Response:
    """Give a browser what it brings back with its answer: for this site's own requests, unreadable for scripts."""
    secure = deps.base_url.startswith("https://")
    response.set_cookie(COOKIE, kept, max_age=seconds, httponly=True, samesite="strict", secure=secure)
    return response


def _forgotten(response: Response, deps: Deps) -> Response:
    return _kept(response, deps, "", 0)


def own_passkey_routes(
    deps: Deps, counter: SignedInPages, account: SecurityPages
) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes by which a person looks after his passkeys."""
    pages = OwnPasskeys(deps, counter, account)
    return (
        (f"{PAGE}/kunci", "POST", pages.begin, Act.OWN),
        (f"{PAGE}/kunci/simpan", "POST", pages.keep, Act.OWN),
        (f"{PAGE}/kunci/nama", "POST", pages.call, Act.OWN),
        (f"{PAGE}/kunci/hapus", "POST", pages.remove, Act.OWN),
    )


def passkey_door_routes(deps: Deps, page: Page, entered: Entered) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of the door for passkeys."""
    pages = PasskeyDoor(deps, page, entered)
    return ((f"{DOOR}/mulai", "POST", pages.begin, Act.OPEN), (DOOR, "POST", pages.enter, Act.OPEN))
