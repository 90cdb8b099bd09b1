"""Read incidents for one visitor, and keep a line for every read of what is secret (rules.md 8)."""

from collections.abc import Sequence
from datetime import datetime

from services.console.dependencies import Deps
from services.console.incidents import queries
from services.console.incidents.presenter.composer import Composer
from services.console.incidents.queries import File, Wanted
from services.console.incidents.views import IncidentPage, IncidentView, Outline, OwedRow
from services.console.read_log import of_rows
from services.console.web.sessions import Visitor
from services.incidents.access import Reach
from services.store.transaction import Session, Transaction


class Reading:
    """Views of one installation's incidents."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def _composer(self, visitor: Visitor) -> Composer:
        return Composer(self._deps.district, visitor.identity, self._deps.clock(), visitor.language)

    async def list(self, visitor: Visitor, wanted: Wanted) -> tuple[IncidentPage, dict[int, int]]:
        """Give a page of incidents, and how many are open by level."""
        reader, district, composer = visitor.identity, self._deps.district, self._composer(visitor)

        def ask(session: Session) -> tuple[IncidentPage, dict[int, int]]:
            total, incidents = queries.page_of(session, reader, district, wanted)
            alerts = queries.alerts_of(session, [incident.id for incident in incidents])
            return composer.page(total, incidents, alerts, wanted), queries.open_counts(session, reader, district)

        found = await self._deps.store.read(ask)
        self._deps.reads.note(reader, "list", of_rows(found[0].items))
        return found

    async def owed(self, visitor: Visitor) -> tuple[OwedRow, ...]:
        """Give what the visitor's institution has still to answer, as far as he may see it."""
        reader, district, composer = visitor.identity, self._deps.district, self._composer(visitor)

        def ask(session: Session) -> tuple[OwedRow, ...]:
            owed = queries.owed_by(session, reader, district)
            alerts = queries.alerts_of(session, [incident.id for incident, _ in owed])
            return tuple(
                OwedRow(row=composer.row(incident, alerts[incident.id]), since=alert.owed_at, due=alert.ack_due)
                for incident, alert in owed
            )

        found = await self._deps.store.read(ask)
        self._deps.reads.note(reader, "list", of_rows(one.row for one in found))
        return found

    async def outlines(self, visitor: Visitor, wanted: Wanted) -> tuple[Outline, ...]:
        """Give all incidents wanted, at most `wanted.per_page`, for a file or a map."""
        reader, district, composer = visitor.identity, self._deps.district, self._composer(visitor)

        def ask(session: Session) -> tuple[Outline, ...]:
            _, incidents = queries.page_of(session, reader, district, wanted)
            alerts = queries.alerts_of(session, [incident.id for incident in incidents])
            return tuple(composer.outline(incident, alerts.get(incident.id, ())) for incident in incidents)

        return await self._deps.store.read(ask)

    async def outline(self, visitor: Visitor, id_: str) -> tuple[Outline, Sequence[datetime]] | None:
        """Give one incident for a file and when each of its revisions was made; None when it is not the visitor's."""
        reader, district, composer = visitor.identity, self._deps.district, self._composer(visitor)

        def ask(session: Session) -> tuple[Outline, Sequence[datetime]] | None:
            incident = queries.find(session, reader, district, id_)
            if incident is None:
                return None
            outline = composer.outline(incident, queries.alerts_of(session, [id_]).get(id_, ()))
            return outline, queries.revisions_of(session, id_)

        return await self._deps.store.read(ask)

    async def reach(self, visitor: Visitor, id_: str) -> str | None:
        """Say how much of one incident a visitor may see, without showing any of it; None when it is not his."""
        reader, district, composer = visitor.identity, self._deps.district, self._composer(visitor)

        def ask(session: Session) -> str | None:
            incident = queries.find(session, reader, district, id_)
            if incident is None:
                return None
            return composer.row(incident, queries.alerts_of(session, [id_]).get(id_, ())).reach

        return await self._deps.store.read(ask)

    async def one(self, visitor: Visitor, id_: str) -> IncidentView | None:
        """Give one incident, None when the visitor may not know of it; a read of Rahasia or above is journalled."""
        reader, district = visitor.identity, self._deps.district

        def ask(session: Session) -> File | None:
            incident = queries.find(session, reader, district, id_)
            return queries.file_of(session, reader, district, incident) if incident else None

        file = await self._deps.store.read(ask)
        if file is None:
            return None
        view = self._composer(visitor).whole(file)
        if view.logged and view.reach != Reach.MASKED:

            def note(tx: Transaction) -> None:
                tx.audit("incident.read", reader.id, incident=id_, classification=view.classification)

            await self._deps.store.write(note)
        return view
