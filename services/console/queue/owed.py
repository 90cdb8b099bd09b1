"""Serve what each institution still owes: who owes how much, and of one institution every open duty by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response

from schemas.records.alerts import Alert
from schemas.vocabulary import ANSWERED
from services.console.dependencies import Deps
from services.console.incidents.presenter.alerts import delivery_view
from services.console.incidents.presenter.composer import Composer
from services.console.incidents.views import DeliveryView, IncidentRow
from services.console.queue import queries
from services.console.queue.entries import next_rung
from services.console.queue.pages import in_the_open
from services.console.queue.queries import Owed
from services.console.read_log import of_incidents
from services.console.web.errors import Kind, Sorry
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.incidents.access import Reach
from services.store.transaction import Session

PAGE = "/utang"
MOST = 100  # duties of one institution on one page
COPIED = 12  # of them in the text to copy


@dataclass(frozen=True)
class Told:
    """One message to the institution: to whom, and what became of it."""

    name: str  # empty: to an address of the institution
    sent: DeliveryView


@dataclass(frozen=True)
class Duty:
    """What one incident still asks of the institution; `since` is when the time of the answer or report began."""

    incident: IncidentRow
    kinds: tuple[str, ...]  # answer, sitrep, check
    duty: str
    state: str
    since: datetime
    due: datetime | None
    step: int | None  # of the ladder, taken next
    step_at: datetime | None
    told: tuple[Told, ...]


def duties(found: Owed, composer: Composer) -> Iterator[Duty]:
    """Give the duties that the reader may be told of."""
    for alert, incident, asked in found.rows:
        row = composer.row(incident, ())
        if row.reach != Reach.FULL:
            continue
        answered = alert.state in ANSWERED
        kinds: tuple[str, ...] = ("sitrep",) if answered and alert.sitrep_due else ()
        kinds += ("answer",) if not answered and incident.conflict else ()
        kinds += ("check",) if asked else ()
        rung = next_rung(found.ladders.get(incident.id))
        yield Duty(
            incident=row,
            kinds=kinds,
            duty=alert.duty,
            state=alert.state,
            since=_since(alert, answered=answered),
            due=alert.sitrep_due if answered else alert.ack_due if "answer" in kinds else None,
            step=rung[0] if rung else None,
            step_at=rung[1] if rung else None,
            told=tuple(
                Told(found.names.get(one.person_id or "", ""), delivery_view(one))
                for one in found.deliveries.get(alert.id, ())
            ),
        )


def _since(alert: Alert, *, answered: bool) -> datetime:
    reported = alert.reported_at if answered else None
    return reported or (alert.acknowledged_at if answered else None) or alert.owed_at


class OwedPages:
    """What institutions still owe, for who oversees them."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def show(self, request: Request) -> Response:
        """Show who owes something, or what the institution owes that the address names."""
        visitor = await self._counter.visitor(request)
        code, unit = (request.query_params.get(name, "") for name in ("instansi", "unit"))
        if code:
            return await self._one(request, visitor, (code, unit))
        district, now = self._deps.district, self._deps.clock()
        rows = await self._deps.store.read(
            lambda session: queries.who_owes(session, visitor.identity, district, now),
        )
        return self._counter.show(request, "owed.html", visitor, {"who": None, "rows": rows})

    async def _one(self, request: Request, visitor: Visitor, who: tuple[str, str]) -> Response:
        district, now, reader = self._deps.district, self._deps.clock(), visitor.identity
        if who[0] not in district.institutions or (who[1] and who[1] not in district.places):
            raise Sorry(Kind.NOT_FOUND, HTTPStatus.NOT_FOUND)
        shown = in_the_open(reader)  # what is copied goes into groups: nothing of what is Rahasia

        def ask(session: Session) -> tuple[Owed, Owed, list[queries.Owing]]:
            own = queries.owed_by(session, reader, district, who, MOST)
            copied = queries.owed_by(session, shown, district, who, COPIED)
            return own, copied, queries.who_owes(session, shown, district, now)

        found, copied, counts = await self._deps.store.read(ask)
        self._deps.reads.note(
            reader, "owed", of_incidents(reader, self._deps.district, (one for _, one, _ in found.rows))
        )
        rows = list(duties(found, Composer(district, reader, now, visitor.language)))
        told = list(duties(copied, Composer(district, shown, now, visitor.language)))
        facts: dict[str, Any] = {
            "who": district.called(*who),
            "rows": rows,
            "more": found.total - len(found.rows),
            "copied": told,
            "copied_more": copied.total - len(copied.rows),
            "copied_counts": next((one for one in counts if one[:2] == who), None),
            "link": f"{self._deps.base_url}{PAGE}?{request.url.query}",
        }
        return self._counter.show(request, "owed.html", visitor, facts)


def owed_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint], ...]:
    """Give the route of what is owed."""
    return ((PAGE, "GET", OwedPages(deps, counter).show),)
