"""Do what is harmless to many incidents at once: note that they were seen, say that suggested pairs are two.

Nothing else is done in bulk: what judges, answers or tells somebody is done where the incident is read. Each act is
done by itself, in a transaction of its own, with the rule of the single act; what is refused is said with its reason.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from schemas.district import District
from schemas.records.incidents import Suggestion
from schemas.vocabulary import AlertState, Level
from services.console.dependencies import Deps
from services.console.incidents.actions import ASKED, perform, permitted
from services.console.incidents.presenter.composer import Composer
from services.console.incidents.queries import alerts_of, find
from services.console.incidents.views import IncidentRow
from services.console.queue.queries import open_suggestions
from services.console.read_log import of_rows
from services.console.web.page_base import Endpoint, SignedInPages
from services.console.web.sessions import Visitor
from services.incidents.queries import alerts_to
from services.security.auth import Identity
from services.security.permissions import Act
from services.security.refusal import Refused
from services.store.database import StoreUnavailable
from services.store.transaction import Session, Transaction

PAGE = "/borongan"
WORDS = ("dilihat", "beda")
PICK = "p."  # before the id of an incident, in the name of a field: each name stands once in a form
MOST = 100  # a form has at most 120 fields
SHORT = 40  # characters of an id that are looked at
UNSEEN = (AlertState.OWED, AlertState.DELIVERED)


@dataclass(frozen=True)
class Item:
    """One act on one incident, and what is to be said of it; `row` is None where the visitor may not know of it."""

    field: str
    row: IncidentRow | None
    other: IncidentRow | None = None
    refused: str = ""  # why it is not done, in the visitor's language


@dataclass(frozen=True)
class Picked:
    """What a field names: an incident and, of a pair, the suggestion."""

    incident: str
    suggestion: str = ""

    @property
    def field(self) -> str:
        """Give the name of its field."""
        return PICK + ".".join(part for part in (self.incident, self.suggestion) if part)


def picked(given: Mapping[str, str]) -> list[Picked]:
    """Read what was picked, in the order given; raises Refused when it is too much.

    >>> picked({"csrf": "x", "p.a": "1", "p.b.s": "1", "p.": "1"})
    [Picked(incident='a', suggestion=''), Picked(incident='b', suggestion='s')]
    """
    parts = (name.removeprefix(PICK).partition(".") for name in given if name.startswith(PICK))
    found = [Picked(incident[:SHORT], suggestion[:SHORT]) for incident, _, suggestion in parts if incident]
    if len(found) > MOST:
        raise Refused("bulk_too_many", most=str(MOST))
    return found


def check(session: Session, district: District, who: Identity, act: str, one: Picked) -> None:
    """Raise Refused where an act on one incident would change nothing or is not this person's."""
    as_who = permitted(session, who, district, one.incident, ASKED[act])
    if act == "beda":
        suggestion = session.get(Suggestion, one.suggestion)
        if suggestion is None or suggestion.state != "open":
            raise Refused("suggestion_gone")
        if find(session, who, district, suggestion.other_id) is None:
            raise Refused("suggestion_gone")  # the pair is not shown to whoever may not know of both
        return
    incident = find(session, who, district, one.incident)
    if incident is not None and incident.level >= Level.KRITIS:
        raise Refused("bulk_not_critical")
    own = [alert for alert in alerts_to(session, one.incident, who.institution) if alert.unit in ("", as_who.unit)]
    if not own:
        raise Refused("institution_not_alerted")
    if not any(alert.seen_at is None and alert.state in UNSEEN for alert in own):
        raise Refused("already_seen")


class BulkPages:
    """What many incidents have done to them at once: first the list to confirm, then what came of each."""

    def __init__(self, deps: Deps, counter: SignedInPages) -> None:
        self._deps = deps
        self._counter = counter

    async def confirm(self, request: Request) -> Response:
        """List each incident with what would be done, or why not; nothing is changed."""
        visitor = await self._counter.visitor(request)
        act, chosen = request.url.path.rpartition("/")[2], picked(request.query_params)
        district = self._deps.district

        def ask(session: Session) -> list[Item]:
            expanded = chosen if act != "beda" else list(_pairs(session, visitor.identity, district, chosen))
            if len(expanded) > MOST:
                raise Refused("bulk_too_many", most=str(MOST))
            return [self._tried(session, visitor, act, one) for one in expanded]

        return self._shown(request, visitor, act, await self._deps.store.read(ask), done=False)

    async def act(self, request: Request) -> Response:
        """Do each act by itself, and say of each what came of it."""
        visitor = await self._counter.visitor(request)
        act = request.url.path.rpartition("/")[2]
        form = await self._counter.form(request, visitor)
        items = [await self._one(visitor, act, one) for one in picked(form)]
        return self._shown(request, visitor, act, items, done=True)

    async def _one(self, visitor: Visitor, act: str, one: Picked) -> Item:
        def do(tx: Transaction) -> Item:
            item = self._tried(tx.session, visitor, act, one)
            if not item.refused:
                form = {"suggestion": one.suggestion}
                perform(tx, self._deps.district, one.incident, visitor.identity, act, form)
            return item

        try:
            return await self._deps.store.write(do)
        except Refused as refused:
            return Item(one.field, None, refused=refused.say(visitor.language))
        except StoreUnavailable:  # what was done before it stays done, and is said
            return Item(one.field, None, refused=Refused("bulk_store_away").say(visitor.language))

    def _tried(self, session: Session, visitor: Visitor, act: str, one: Picked) -> Item:
        refused = ""
        try:
            check(session, self._deps.district, visitor.identity, act, one)
        except Refused as error:
            refused = error.say(visitor.language)
        suggestion = session.get(Suggestion, one.suggestion) if one.suggestion else None
        other = self._row(session, visitor, suggestion.other_id) if suggestion and not refused else None
        return Item(one.field, self._row(session, visitor, one.incident), other, refused)

    def _row(self, session: Session, visitor: Visitor, id_: str) -> IncidentRow | None:
        incident = find(session, visitor.identity, self._deps.district, id_)
        if incident is None:
            return None
        composer = Composer(self._deps.district, visitor.identity, self._deps.clock(), visitor.language)
        return composer.row(incident, alerts_of(session, [id_]).get(id_, ()))

    def _shown(self, request: Request, visitor: Visitor, act: str, items: list[Item], *, done: bool) -> Response:
        rows = [row for item in items for row in (item.row, item.other) if row is not None]
        self._deps.reads.note(visitor.identity, "bulk", of_rows(rows))
        good = [item for item in items if not item.refused]
        facts: dict[str, Any] = {"act": act, "page": PAGE, "items": items, "good": len(good), "done": done}
        return self._counter.show(request, "bulk.html", visitor, facts)


def _pairs(session: Session, who: Identity, district: District, chosen: list[Picked]) -> Iterator[Picked]:
    """Give the open pairs in which the picked incidents stand, each once; an incident without one as it was picked."""
    given: set[str] = set()
    for one in chosen:
        if find(session, who, district, one.incident) is None:
            yield one
            continue
        pairs = open_suggestions(session, one.incident)
        for pair in pairs:
            if pair.id not in given:
                given.add(pair.id)
                yield Picked(pair.incident_id, pair.id)
        if not pairs:
            yield one


def bulk_routes(deps: Deps, counter: SignedInPages) -> tuple[tuple[str, str, Endpoint, Act], ...]:
    """Give the routes of what is done in bulk."""
    pages = BulkPages(deps, counter)
    return tuple(
        route
        for word in WORDS
        for route in (
            (f"{PAGE}/{word}", "GET", pages.confirm, ASKED[word]),
            (f"{PAGE}/{word}", "POST", pages.act, ASKED[word]),
        )
    )
