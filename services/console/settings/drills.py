"""Serve the page of drills: what one is, choosing what is exercised, who would be told, beginning, watching, ending.

Who looks after the machines has no case data, and may hold a drill: its incident is invented. What is for named persons
only is offered and shown to these alone, as everywhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from schemas.records.incidents import Incident
from schemas.vocabulary import OPEN_STATES, Duty, Level
from services.console.dependencies import Deps
from services.console.incidents.queries import names_of
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import SignedInPages
from services.console.web.sessions import Visitor
from services.incidents.access import hidden_issues, named_persons_only
from services.office.drills import queries
from services.office.drills.holding import (
    LAST,
    REPORTER,
    NotHeld,
    Scenario,
    end,
    hold,
    is_drill,
    on_the_way,
    open_drills,
    sheet_of,
    warn,
)
from services.office.drills.sheet import Row
from services.security.permissions import Act, may
from services.store.transaction import Session
from services.web.problem_details import Problem

PAGE = "/pengaturan/latihan"
FIELDS = ("kind", "issue", "form", "level", "kecamatan")
WARNING = "warning"
EVERY = 5  # seconds between looks of a page whose reader has no event stream


@dataclass(frozen=True)
class DrillView:
    """One drill: its incident, who began it, whether it goes on, and the sheet of who was told."""

    incident: Incident
    by: str | None  # empty: a command; None: it was judged too late for a line of who began it
    open: bool
    rows: list[Row]
    sending: bool

    @property
    def scenario(self) -> Scenario:
        """Give what is exercised."""
        one = self.incident
        return Scenario(one.issue, one.form or "", Level(one.level), one.kecamatan)

    @property
    def reached(self) -> int:
        """Count whom a message has reached."""
        return sum(row.delivered is not None for row in self.rows)

    @property
    def asked(self) -> int:
        """Count whose answer is wanted."""
        return sum(row.duty != Duty.INFORM for row in self.rows)

    @property
    def answered(self) -> int:
        """Count who of these has answered."""
        return sum(row.acknowledged is not None for row in self.rows if row.duty != Duty.INFORM)


class DrillPages:
    """Drills, for coordinators and admins."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def show(self, request: Request) -> Response:
        """Show the drill that goes on, a form for the next, and the last ones; with a scenario, who would be told."""
        visitor = await self._counter.visitor(request)
        given = {name: request.query_params[name] for name in FIELDS if request.query_params.get(name)}
        return await self._page(request, visitor, given)

    async def _page(
        self,
        request: Request,
        visitor: Visitor,
        given: Mapping[str, str],
        wrong: str | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        district, hidden = self._deps.district, hidden_issues(visitor.identity, self._deps.district)
        chosen = self._scenario(given, hidden)
        if given.get("level") and chosen is None and wrong is None:
            wrong, status = "drill.fault.scenario", HTTPStatus.UNPROCESSABLE_ENTITY
        views = await self._deps.store.read(lambda session: self._last(session, hidden))
        warning = given.get("kind") == WARNING
        facts = {
            "path": PAGE,  # also after a form that was refused: the switch of language is a GET
            "running": [one for one in views if one.open],
            "over": [one for one in views if not one.open],
            "form": given,
            "wrong": wrong,
            "chosen": chosen,
            "warning": warning,
            "told": [] if chosen is None or warning else chosen.taking_part(district),
            "issues": [one for one in district.issues.values() if one.code not in hidden],
            "forms": [one for one in district.forms.values() if "nil" not in one.traits],
            "levels": [level.name for level in reversed(Level)],
            "places": sorted((one.name, one.code) for one in district.places.values() if one.kind == "kecamatan"),
        }
        return self._counter.show(request, "settings_drill.html", visitor, facts, status)

    def _scenario(self, given: Mapping[str, str], hidden: tuple[str, ...]) -> Scenario | None:
        """Read what is to be exercised; None where it is not whole, or not for this reader."""
        district = self._deps.district
        form = district.tension if given.get("kind") == WARNING else given.get("form", "")
        if given.get("level") not in Level.__members__ or given.get("issue") in hidden:
            return None
        found = Scenario(given.get("issue", ""), form, Level[given["level"]], given.get("kecamatan") or None)
        return None if found.faults(district) else found

    async def begin(self, request: Request) -> Response:
        """Begin a drill, and lead to its sheet."""
        visitor = await self._counter.visitor(request)
        form = await self._counter.form(request, visitor)
        given = {name: form[name] for name in FIELDS if form.get(name)}
        chosen = self._scenario(given, hidden_issues(visitor.identity, self._deps.district))
        if chosen is None:
            wrong, status = "drill.fault.scenario", HTTPStatus.UNPROCESSABLE_ENTITY
            return await self._page(request, visitor, given, wrong, status)
        who, district, store = visitor.identity.id, self._deps.district, self._deps.store
        try:
            if given.get("kind") == WARNING:
                incident = await store.write(lambda tx: warn(tx, district, chosen, who))
            else:
                incident = await hold(store, district, chosen, self._file, who)
        except NotHeld as error:
            wrong, status = f"drill.fault.{type(error).__name__}", HTTPStatus.SERVICE_UNAVAILABLE
            return await self._page(request, visitor, given, wrong, status)
        return RedirectResponse(f"{PAGE}/{incident}", HTTPStatus.SEE_OTHER)

    async def _file(self, body: dict[str, Any]) -> bool:
        """Hand the report in as the front door takes all reports; False where it does not take it."""
        if self._deps.filing is None:
            return False
        try:
            await self._deps.filing.from_page(json.dumps(body).encode(), REPORTER, None, None)
        except Problem:
            return False
        return True

    async def sheet(self, request: Request) -> Response:
        """Show who was told of a drill, who has answered and after how long; it goes on by itself."""
        visitor = await self._counter.visitor(request)
        found = await self._found(request, visitor)
        reads = may(visitor.identity.role, Act.READ)
        told = request.query_params.get("pesan") == "selesai"
        facts = {"one": found, "reads": reads, "every": EVERY, "said": "drill.done" if told else None}
        return self._counter.show(request, "settings_drill_sheet.html", visitor, facts)

    async def end(self, request: Request) -> Response:
        """End a drill; its sheet stays."""
        visitor = await self._counter.visitor(request)
        await self._counter.form(request, visitor)
        id_ = (await self._found(request, visitor)).incident.id
        await self._deps.store.write(lambda tx: end(tx, id_, visitor.identity.id))
        return RedirectResponse(f"{PAGE}/{id_}?pesan=selesai", HTTPStatus.SEE_OTHER)

    async def _found(self, request: Request, visitor: Visitor) -> DrillView:
        """Give the drill of the address; there is none for whoever may not know of it."""
        hidden, id_ = hidden_issues(visitor.identity, self._deps.district), request.path_params["id"]
        found = await self._deps.store.read(lambda session: self._view(session, id_, hidden))
        if found is None:
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        return found

    def _last(self, session: Session, hidden: tuple[str, ...]) -> list[DrillView]:
        """Give the drills that go on, whatever their age, and the last that were begun."""
        last = dict.fromkeys([*queries.begun(session, LAST), *open_drills(session)])
        found = (self._view(session, one, hidden) for one in last)
        return [one for one in found if one is not None]

    def _view(self, session: Session, id_: str, hidden: tuple[str, ...]) -> DrillView | None:
        """Give a drill; None where there is none of this number for this reader."""
        line, found = queries.begun_by(session, id_), sheet_of(session, self._deps.district, id_)
        if found is None or not is_drill(session, id_):
            return None
        incident, rows = found
        if named_persons_only(incident, self._deps.district).intersection(hidden):
            return None
        goes_on = incident.state in OPEN_STATES
        return DrillView(
            incident=incident,
            by=None if line is None else names_of(session, [line.actor]).get(line.actor, ""),
            open=goes_on,
            rows=rows,
            sending=goes_on and on_the_way(session, id_),
        )
