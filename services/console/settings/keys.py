"""Serve the page of keys: who holds one, for what and until when; making one, ending one."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.records.accounts import Key
from schemas.vocabulary import Role
from services.console.dependencies import Deps
from services.console.settings import queries
from services.console.settings.pages import admin_of
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import SignedInPages
from services.console.web.sessions import Visitor
from services.security.auth import Identity
from services.security.keys import SCOPES, YEAR, issue
from services.security.refusal import Refused
from services.store.transaction import Transaction

PAGE = "/pengaturan/kunci"
ROLES = (Role.REPORTER, Role.MEMBER, Role.AUDITOR)  # programs act for nobody above; gateways are made by command
RELIABILITY = "ABCDEF"
MOST_DAYS = 3 * YEAR.days


class KeyPages:
    """Keys of programs and reporters; for admins."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def show(self, request: Request) -> Response:
        """List keys."""
        visitor = await admin_of(request, self._counter)
        return await self._page(request, visitor)

    async def _page(
        self,
        request: Request,
        visitor: Visitor,
        *,
        made: str | None = None,
        wrong: str | None = None,
        form: Mapping[str, str] | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        keys, now = await self._deps.store.read(queries.keys), self._deps.clock()
        facts = {
            "keys": [(one, _state(one, now)) for one in keys],
            "roles": ROLES,
            "reliability": RELIABILITY,
            "days": YEAR.days,
            "institutions": sorted(self._deps.district.institutions.values(), key=lambda one: one.name),
            "made": made,
            "wrong": wrong,
            "form": form or {},
            "said": "settings.done.cabut" if request.query_params.get("pesan") == "cabut" else None,
        }
        return self._counter.show(request, "settings_keys.html", visitor, facts, status)

    async def add(self, request: Request) -> Response:
        """Make a key and show it once."""
        visitor = await admin_of(request, self._counter)
        form = await self._counter.form(request, visitor)
        name, days = form.get("name", "")[:80], form.get("days", "")
        id_ = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        institution = form.get("institution") or None
        known = institution is None or institution in self._deps.district.institutions
        good = form.get("role") in ROLES and form.get("reliability") in tuple(RELIABILITY) and known
        if not good or not re.fullmatch(r"[0-9]{1,4}", days) or not 1 <= int(days) <= MOST_DAYS:
            raise Sorry(Kind.BAD, HTTPStatus.BAD_REQUEST)
        role = Role(form["role"])
        identity = Identity(id_, name, role, institution, form["reliability"], scopes=SCOPES[role])
        lasts = timedelta(days=int(days))
        made = None
        if id_:
            made = await self._deps.store.write(
                lambda tx: issue(tx, self._deps.secret, identity, visitor.identity.id, lasts=lasts)
            )
        if made is None:
            wrong, status = "settings.fault.key_taken", HTTPStatus.UNPROCESSABLE_ENTITY
            return await self._page(request, visitor, wrong=wrong, form=form, status=status)
        return await self._page(request, visitor, made=made)

    async def end(self, request: Request) -> Response:
        """End a key."""
        visitor = await admin_of(request, self._counter)
        await self._counter.form(request, visitor)
        id_ = request.path_params["id"]

        def act(tx: Transaction) -> None:
            key = tx.session.get(Key, id_)
            if key is None:
                raise Refused("key_not_found")
            key.revoked_at = key.revoked_at or tx.now
            if self._deps.end_key is not None:  # on disk before it is said: a restored store is older than this
                self._deps.end_key(key.kid or key.id)
            tx.audit("key.revoked", visitor.identity.id, subject=id_, kid=key.kid)

        await self._deps.store.write(act)
        return RedirectResponse(f"{PAGE}?pesan=cabut", HTTPStatus.SEE_OTHER)


def _state(key: Key, now: datetime) -> str:
    if key.revoked_at:
        return "revoked"
    return "ended" if key.ends_at and key.ends_at <= now else "good"
