"""Tell institutions of what they are asked for, again until they have answered, and above them once it is late.

A message says who asks and until when; what is asked stands behind the sign-in (docs/rules.md 9). The timer is the
ask's row, so that a restart loses none.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from schemas.deliveries import delivery_row
from schemas.district import District
from schemas.office.records import Ask
from schemas.records.alerts import Delivery
from schemas.records.incidents import Incident
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import Level
from services.incidents.accusations import accused_in
from services.incidents.answer_authority import final_of
from services.notify.contacts import Contact
from services.notify.context import NotifyContext
from services.notify.delivery.coordinator_notices import PROGRAMS
from services.notify.delivery.dispatcher import LEASE
from services.notify.messages import ask_message
from services.notify.messages.alert_message import told_time
from services.office import asks, queries
from services.policy.situation import barred, decides
from services.store.database import Store
from services.store.ids import derived
from services.store.transaction import Transaction


class AskChaser:
    """Chases the asks of one installation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def look(self, context: NotifyContext) -> list[DeliveryRow]:
        """Owe what has fallen due; gives the deliveries, leased to this process."""
        now = self._store.clock()
        if not await self._store.read(lambda session: queries.due_asks(session, now, 1)):
            return []
        return await self._store.write(lambda tx: chase(tx, context))


def chase(tx: Transaction, context: NotifyContext) -> list[DeliveryRow]:
    """Tell of every ask that is due now; whoever is told moves its timer in the same transaction."""
    rows: list[DeliveryRow] = []
    for ask in queries.due_asks(tx.session, tx.now):
        incident = tx.session.get(Incident, ask.incident_id) if ask.incident_id else None
        incident = final_of(tx.session, incident) if incident else None
        if incident and asks.rests(incident, ask.institution, context.district):
            asks.rest(tx, ask)
            continue
        number = ask.told
        late = asks.told(tx, ask)
        accused = tuple(sorted(accused_in(incident))) if incident else ()
        rows += _telling(tx, context, ask, number, accused, late=late)
    return rows


def _telling(
    tx: Transaction, context: NotifyContext, ask: Ask, number: int, accused: tuple[str, ...], *, late: bool
) -> list[DeliveryRow]:
    if context.contacts.divert is not None:
        return []
    context.contacts.refresh(tx.session, tx.now)
    rows: dict[str, DeliveryRow] = {}
    people: set[str | None] = set()
    url = f"{context.base_url}/permintaan/{ask.id}"
    found = {one: _reached(tx, context, *one) for one in told_of(ask, context.district, accused, late=late)}
    if not found[ask.institution, ask.unit or None]:
        coordinator = decides(accused, context.district)
        if coordinator not in barred(accused, context.district):
            found.setdefault((coordinator, None), _reached(tx, context, coordinator, None))
    for (institution, _), contacts in found.items():
        for contact in contacts:
            if contact.person_id in people:
                continue
            people.add(contact.person_id)
            language = contact.language
            body = words(ask, context, tx.now, language, late=late, own=institution == ask.institution)
            id_ = derived("ask told", ask.id, number, contact.channel, contact.address)
            subject = ask_message.title(ask.kind, language)
            payload = {"subject": subject, "body": body, "short": f"{body} {url}", "url": url, "data": {}}
            rows[id_] = delivery_row(
                id_,
                contact.channel,
                contact.address,
                {**payload, "language": language},
                reason="ask",
                now=tx.now,
                alert=derived("ask", ask.id),
                person=contact.person_id,
                leased=(context.instance, tx.now + LEASE),
            )
    fresh = tx.add_new(Delivery, list(rows.values()))
    return [rows[id_] for id_ in fresh]


def _reached(tx: Transaction, context: NotifyContext, institution: str, unit: str | None) -> list[Contact]:
    """Give the people of an institution who are told now; programs read alerts, an ask is for a person."""
    return context.contacts.of(institution, unit, Level.SEDANG, tx.now, without=PROGRAMS | context.lists)


def told_of(
    ask: Ask, district: District, accused: tuple[str, ...] = (), *, late: bool
) -> Iterator[tuple[str, str | None]]:
    """Give whom an ask is told to: its institution; once late its superior, who asked, and the coordinator too.

    Not whom a report of its incident accuses; whoever decides there instead of the coordinator is told for it.
    """
    yield ask.institution, ask.unit or None
    if late:
        known, out = district.institutions.get(ask.institution), barred(accused, district)
        above: Sequence[str | None] = (known.superior if known else None, ask.asked_for, decides(accused, district))
        told = (code for code in dict.fromkeys(above) if code and code != ask.institution and code not in out)
        yield from ((code, None) for code in told)


def words(ask: Ask, context: NotifyContext, now: datetime, language: str, *, late: bool, own: bool) -> str:
    """Say what is asked without saying it: kind, who asks, until when."""
    district = context.district
    told_above = "late" if now >= ask.due else "unreached"
    told_own = "own_late" if late else "own"
    return ask_message.body(
        told_own if own else told_above,
        ask.kind,
        language,
        asker=district.called(ask.asked_for),
        called=district.called(ask.institution, ask.unit or None),
        until=told_time(ask.due, told_at=now, zone=context.zone, language=language),
    )
