"""Serve the pages of people: a list, one person with the addresses, a table to take in, an invitation to sign in."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.deliveries import delivery_row
from schemas.records.alerts import Delivery
from schemas.records.people import Address, Person
from schemas.vocabulary import Classification, Role
from services.console import texts as words
from services.console.dependencies import Deps
from services.console.settings import queries
from services.console.settings.pages import admin_of, channels_of
from services.console.settings.people_table import LOGIN, MOST_ROWS, Table, cells_of_sheet, cells_of_text, read_table
from services.console.settings.people_table import text_of as written
from services.console.web.drawing import qr
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import SignedInPages
from services.console.web.sessions import Visitor
from services.oncall import people
from services.oncall.roster import DESK
from services.security import revoked
from services.security.accounts import second_factor, shutting_out
from services.security.accounts.invitations import LASTS, invite
from services.security.auth import Identity
from services.security.queries import addresses as addresses_of
from services.security.queries import passkeys
from services.security.queries import sessions as open_sessions
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Session, Transaction

LIST = "/pengaturan/orang"
PAGE_DIGITS = 4  # of a page's number
MOST_BYTES = 600_000  # of a table: a thousand people
DONE = (
    "sesi",
    "faktor",
    "kunci",
    "hapus",
    "kirim",
    "simpan",
    "aktif",
    "nonaktif",
    "alamat",
    "kode",
    "verifikasi",
    "uji",
    "henti",
    "impor",
)
ROLES = tuple(role for role in Role if role is not Role.GATEWAY)
CLEARANCES = tuple(Classification)


@dataclass(frozen=True)
class Listed:
    """One person of the list; `state` is of the best address."""

    person: Person
    state: str  # reached, unproved, failing, none
    invited: bool


def _state(addresses: list[Address], person: Person) -> str:
    live = [one for one in addresses if one.disabled_at is None]
    if any(one.verified_at and not one.avoided_at for one in live):
        return "reached"
    if any(one.avoided_at for one in live):
        return "failing"
    if live:
        return "unproved"
    return "desk" if person.password else "none"


class PeoplePages:
    """Who is there and how everybody is reached; for admins."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    # -- the list --------------------------------------------------------------------------------------------------

    async def listed(self, request: Request) -> Response:
        """List people."""
        visitor = await admin_of(request, self._counter)
        return await self._list(request, visitor, {}, None)

    async def add(self, request: Request) -> Response:
        """Add a person and go to him."""
        visitor = await admin_of(request, self._counter)
        form = await self._counter.form(request, visitor)
        login = form.get("login", "").lower()
        fault = "login" if not LOGIN.fullmatch(login) else "" if form.get("name") else "name"
        row = {"login": login, "password": None, "named_for": [], "language": "id", **self._columns(form)}

        def enter(tx: Transaction) -> str:
            if queries.taken(tx.session, [login]):  # asked here: another admin may be entering the same one now
                return ""
            return people.put(tx, row, [], visitor.identity.id)

        id_ = "" if fault else await self._deps.store.write(enter)
        if not id_:
            wrong = f"settings.fault.{fault or 'taken'}"
            return await self._list(request, visitor, form, wrong, HTTPStatus.UNPROCESSABLE_ENTITY)
        return _to(id_, "simpan")

    def _columns(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Read the columns that an admin sets; raises Sorry for a code that no list knows."""
        district = self._deps.district
        institution, unit = form.get("institution") or None, form.get("unit", "").strip()
        role, clearance = form.get("role", ""), form.get("clearance", "")
        good = role in ROLES and clearance in Classification.__members__ and (not unit or unit in district.places)
        if not good or (institution is not None and institution not in district.institutions):
            raise Sorry(Kind.BAD, HTTPStatus.BAD_REQUEST)
        columns = {"name": form.get("name", "")[:120], "role": role, "institution": institution, "unit": unit}
        return columns | {"post": form.get("post", "")[:120], "clearance": int(Classification[clearance])}

    async def _list(
        self,
        request: Request,
        visitor: Visitor,
        form: Mapping[str, str],
        wrong: str | None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        given, now = request.query_params, self._deps.clock()
        words, institution = given.get("cari", "")[:60].strip(), given.get("instansi", "")
        said = given.get("page", "1")
        page = int(said) if said.isascii() and said.isdecimal() and len(said) <= PAGE_DIGITS else 1

        def ask(session: Session) -> tuple[int, list[Listed]]:
            total, found = queries.people(session, words, institution, max(1, page))
            addresses = queries.addresses_of(session, [one.id for one in found])
            invited = queries.open_invitations(session, now)
            return total, [Listed(one, _state(addresses[one.id], one), one.id in invited) for one in found]

        total, found = await self._deps.store.read(ask)
        message = given.get("pesan", "")
        facts = {
            "people": found,
            "total": total,
            "page": page,
            "pages": max(1, -(-total // queries.PAGE)),
            "words": words,
            "institution": institution,
            "form": form,
            "wrong": wrong,
            "said": f"settings.done.{message}" if message in DONE else None,
            **self._choices(),
        }
        return self._counter.show(request, "settings_people.html", visitor, facts, status)

    def _choices(self) -> dict[str, Any]:
        district = self._deps.district
        return {
            "roles": ROLES,
            "clearances": CLEARANCES,
            "institutions": sorted(district.institutions.values(), key=lambda one: one.name),
            "places": sorted(
                (one for one in district.places.values() if one.kind == "kecamatan"), key=lambda one: one.name
            ),
        }

    # -- one person ------------------------------------------------------------------------------------------------

    async def one(self, request: Request) -> Response:
        """Show one person."""
        visitor = await admin_of(request, self._counter)
        message = request.query_params.get("pesan", "")
        return await self._person(request, visitor, f"settings.done.{message}" if message in DONE else None)

    async def _person(self, request: Request, visitor: Visitor, said: str | None = None, **more: Any) -> Response:
        id_, now = request.path_params["id"], self._deps.clock()

        def ask(session: Session) -> tuple[Person | None, list[Address], dict[str, Any], datetime | None]:
            person, addresses = session.get(Person, id_), queries.addresses_of(session, [id_]).get(id_, [])
            return (
                person,
                addresses,
                queries.last_tries(session, addresses),
                queries.open_invitations(session, now).get(id_),
            )

        person, addresses, tries, invited = await self._deps.store.read(ask)
        if person is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        steps = self._deps.steps
        sessions, second, keys, lacks = await self._deps.store.read(
            lambda s: (
                len(open_sessions(s, id_, now)),
                second_factor.asked(s, id_),
                len(passkeys(s, id_)),
                steps.lacks_one(s, person),
            )
        )
        ways = self._deps.ways
        facts = {
            "person": person,
            "addresses": addresses,
            "tries": tries,
            "invited": invited,
            "sessions": sessions,
            "second": second,
            "passkeys": keys,
            "lacks_step": lacks,
            "ways": ways,
            "channels": await asyncio.to_thread(channels_of, ways, DESK, "webpush"),
            "link": None,
            "picture": None,
            "wrong": None,
            "said": said,
            **self._choices(),
            **more,
        }
        return self._counter.show(request, "settings_person.html", visitor, facts)

    async def act(self, request: Request) -> Response:
        """Change a person, let him in or shut him out, invite him, add an address."""
        visitor = await admin_of(request, self._counter)
        form = await self._counter.form(request, visitor)
        id_, act, who = request.path_params["id"], request.path_params["act"], visitor.identity
        if act == "undang":
            if await self._deps.store.write(lambda tx: self._sent(tx, who, id_)):
                return _to(id_, "kirim")
            token = await self._deps.store.write(lambda tx: invite(tx, who, id_))
            link = f"{self._deps.base_url}/undangan/{token}"
            return await self._person(request, visitor, link=link, picture=qr(link), lasts=LASTS.days)
        acts: dict[str, Callable[[Transaction], object]] = {
            "simpan": lambda tx: self._change(tx, who, id_, form),
            "aktif": lambda tx: people.set_active(tx, who, id_, active=True),
            "nonaktif": lambda tx: self._shut_out(tx, who, id_),
            "alamat": lambda tx: self._add_address(tx, who, id_, form),
            "sesi": lambda tx: shutting_out.revoke(tx, id_, who.id, "sessions"),
            "faktor": lambda tx: _free(tx, id_, who),
            "kunci": lambda tx: shutting_out.revoke(tx, id_, who.id, "passkeys"),
        }
        if act not in acts:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        await self._deps.store.write(acts[act])
        if act == "aktif":
            self._remember(revoked.BACK, id_)
        return _to(id_, act)

    def _shut_out(self, tx: Transaction, who: Identity, id_: str) -> None:
        people.set_active(tx, who, id_, active=False)
        self._remember(revoked.OUT, id_)  # on disk before it is said: a restored store is older than this

    def _remember(self, what: str, id_: str) -> None:
        if self._deps.end_key is not None:
            self._deps.end_key(f"{what}{id_}")

    def _change(self, tx: Transaction, who: Identity, id_: str, form: Mapping[str, str]) -> None:
        person = tx.session.get(Person, id_)
        if person is None:
            raise Refused("person_not_found")
        columns = self._columns(form)
        if id_ == who.id and columns["role"] != Role.ADMIN:
            raise Refused("own_admin_role")
        people.change(tx, who, person, columns)

    def _sent(self, tx: Transaction, who: Identity, id_: str) -> bool:
        """Send whoever has a password already a link at his own address: the admin never sees it. Raises Refused."""
        person = tx.session.get(Person, id_)
        if person is None or not person.password or not person.active:
            return False
        live = [one for one in addresses_of(tx.session, id_) if one.verified_at and not one.disabled_at]
        ways = self._deps.ways
        to = next((one for one in live if ways and ways.invites(one.channel)), None)
        if to is None:
            raise Refused("no_address_for_link")
        url = f"{self._deps.base_url}/undangan/{invite(tx, who, id_)}"
        language = person.language if person.language in words.LANGUAGES else words.LANGUAGES[0]
        subject, text = (words.say(f"link.{key}", language, url=url) for key in ("subject", "text"))
        payload = {"subject": subject, "body": text, "short": text, "url": url, "data": {}, "language": language}
        delivery = str(uuid4())
        row = delivery_row(
            delivery,
            to.channel,
            to.address,
            payload,
            reason="invitation",
            now=tx.now,
            alert=derived("invitation", delivery),  # of nobody: no alert is behind it
            person=id_,
        )
        tx.add(Delivery, [row])
        return True

    def _add_address(self, tx: Transaction, who: Identity, id_: str, form: Mapping[str, str]) -> None:
        ways, channel = self._deps.ways, form.get("channel", "")
        spelt = ways.spelt(channel, form.get("address", "")) if ways else None
        if spelt is None:
            raise Refused("address_misfit")
        people.add_address(tx, who, id_, channel, spelt, vouched=form.get("vouched") == "1")

    async def address(self, request: Request) -> Response:
        """Send a code, take it, try an address out, use it no more."""
        visitor = await admin_of(request, self._counter)
        form = await self._counter.form(request, visitor)
        id_, act, who, ways = request.path_params["id"], request.path_params["act"], visitor.identity, self._deps.ways
        if ways is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)

        def prove(tx: Transaction) -> None:
            if not ways.prove(tx, id_, form.get("code", ""), who.id):
                raise Refused("code_wrong")

        acts: dict[str, Callable[[Transaction], object]] = {
            "kode": lambda tx: ways.send_code(tx, id_, who.id),
            "verifikasi": prove,
            "uji": lambda tx: ways.try_out(tx, id_, who.id),
            "henti": lambda tx: people.stop_address(tx, who, id_),
            "hapus": lambda tx: _remove(tx, id_, who),
        }
        if act not in acts:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)

        def done(tx: Transaction) -> str:
            one = tx.session.get(Address, id_)
            if one is None:
                raise Refused("address_not_found")
            person = one.person_id
            acts[act](tx)
            return person

        person = await self._deps.store.write(done)
        if form.get("ke") == "saluran":
            return RedirectResponse(f"/pengaturan/saluran?pesan={act}", HTTPStatus.SEE_OTHER)
        return _to(person, act)

    # -- a table of people -----------------------------------------------------------------------------------------

    async def table(self, request: Request) -> Response:
        """Show where a table of people is pasted or chosen."""
        visitor = await admin_of(request, self._counter)
        return self._table_page(request, visitor, None, "")

    def _table_page(self, request: Request, visitor: Visitor, table: Table | None, text: str) -> Response:
        columns = [words[0] for words in self._deps.ways.columns().values()] if self._deps.ways else []
        facts = {"table": table, "text": text, "most": MOST_ROWS, "columns": columns, **self._choices()}
        status = HTTPStatus.UNPROCESSABLE_ENTITY if table and not table.good else HTTPStatus.OK
        return self._counter.show(request, "settings_import.html", visitor, facts, status)

    async def take(self, request: Request) -> Response:
        """Show what a table would add; add it when that was seen."""
        visitor = await admin_of(request, self._counter)
        async with request.form(max_files=1, max_fields=5, max_part_size=MOST_BYTES) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            upload = form.get("file")
            body = b"" if upload is None or isinstance(upload, str) else await upload.read(MOST_BYTES + 1)
        self._counter.same_session(request, visitor, fields.get("csrf", ""))
        if len(body) > MOST_BYTES:
            raise Sorry(Kind.BAD, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        cells: list[list[str]] | None
        if body[:2] == b"PK":
            cells = await asyncio.to_thread(cells_of_sheet, body)  # a large one must not hold up every page
        else:
            cells = cells_of_text(body.decode("utf-8", "replace"))
        if not body:
            cells = cells_of_text(fields.get("text", ""))
        ways, district = self._deps.ways, self._deps.district
        spelt = ways.spelt if ways else (lambda _channel, _address: None)
        columns = ways.columns() if ways else {}

        def read(session: Session) -> Table:
            return read_table(cells or [], district, spelt, lambda logins: queries.taken(session, logins), columns)

        table = await self._deps.store.read(read)
        if fields.get("sure") != "1" or not table.good:
            return self._table_page(request, visitor, table, written(cells or []))

        def add(tx: Transaction) -> None:
            had = queries.taken(tx.session, [row.person["login"] for row in table.good])
            for row in table.good:
                if row.person["login"] not in had:  # somebody was quicker
                    new = {**row.person, "password": None, "named_for": [], "language": "id"}
                    people.put(tx, new, [], visitor.identity.id, row.addresses)

        await self._deps.store.write(add)
        return RedirectResponse(f"{LIST}?pesan=impor", HTTPStatus.SEE_OTHER)


def _free(tx: Transaction, person: str, who: Identity) -> None:
    shutting_out.revoke(tx, person, who.id, "factor")
    second_factor.take_away(tx, person, who.id)


def _remove(tx: Transaction, address: str, who: Identity) -> None:
    shutting_out.remove_address(tx, tx.session.get_one(Address, address), who.id)


def _to(person: str, message: str) -> Response:
    return RedirectResponse(f"{LIST}/{person}?{urlencode({'pesan': message})}", HTTPStatus.SEE_OTHER)
