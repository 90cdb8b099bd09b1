"""Decide who is told that an incident was closed: who is on the way to it, or was asked about it.

Those are the people of an institution that has answered, and those who got a message that asked for an answer, also of
an incident that was merged into the closed one. Not the office that closed it, nobody who got a copy only, no agency
that a report accuses, and nobody who may not know of it (any more). Each is told once of each closing.

A program that keeps a list is told where it was told, of each incident that stands in its list: also of one that was
merged into the closed one, and whoever closed it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.rows.alerts import AlertRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import CLOSED_STATES, GONE_OUT, AlertReason, EventKind
from services.incidents import queries as incident_queries
from services.incidents.accusations import barred_by
from services.incidents.answer_authority import may_know
from services.notify.alerting.alert_rows import AlertRows
from services.notify.closing import queries
from services.notify.contacts import Contact
from services.notify.delivery.closing_mark import mark_of
from services.store.transaction import Transaction
from services.warnings.recipients import is_warning

TOO_LATE = timedelta(hours=48)  # after so long nobody is on the way any more


Line = tuple[str, str, str]  # of a list: incident, channel, address


@dataclass(frozen=True)
class Closing:
    """One closing by a person: the line of the audit log that keeps it, of what, when, how, and by whose office."""

    line: int
    incident: str
    at: datetime
    dismissed: bool = False
    actor: str = ""
    institution: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Told:
    """One person who is told; `alert` is his institution's, in the closed incident or one merged into it."""

    person: str | None  # None: everybody is one address
    alert: AlertRow
    row: IncidentRow
    on_the_way: bool


def closing_of(tx: Transaction, incident: Incident) -> Closing | None:
    """Give the closing by a person that holds now.

    None for what is open, for warnings and exercises, and for what no person has closed: history, a rule, a program.
    """
    row = incident.as_row()
    if row["state"] not in CLOSED_STATES or row["exercise"] or is_warning(row):
        return None
    line = queries.last_closing(tx.session, incident.id)
    if line is None or line.at != incident.closed_at:
        return None
    who = tx.session.get(Person, line.actor)
    if who is None:
        return None
    return Closing(
        line=line.seq,
        incident=incident.id,
        at=line.at,
        dismissed=line.kind == EventKind.INCIDENT_DISMISSED,
        actor=who.id,
        institution=line.data.get("institution", who.institution or ""),
        unit=line.data.get("unit", who.unit),
    )


def merged_below(tx: Transaction, incident: str) -> list[str]:
    """Give the incidents that were merged into this one, and into those."""
    found: list[str] = []
    level = [incident]
    while level:
        level = [one.id for above in level for one in incident_queries.merged_into(tx, above)]
        level = [id_ for id_ in level if id_ not in found and id_ != incident]
        found += level
    return found


def recipients(rows: AlertRows, closing: Closing) -> list[Told]:
    """Say who is told of a closing and has not been told of it; `rows` hold the incident and those merged into it."""
    done, before = _told_of_closings(rows, closing)
    found: dict[str | None, Told] = {}
    for one in _asked(rows, closing, before):
        first = found.setdefault(one.person, one)
        found[one.person] = replace(first, on_the_way=first.on_the_way or one.on_the_way)
    return [one for one in _allowed(rows, closing, found.values()) if one.person not in done]


def in_lists(rows: AlertRows, closing: Closing) -> list[tuple[Told, Contact]]:
    """Say in which lists an incident of this closing stands open, each for itself, and at which address.

    Only where its person has the address still and may know of the incident.
    """
    if rows.desk.contacts.divert is not None:
        return []
    done, before = _listed_as_closed(rows, closing)
    alerts = {alert["id"]: alert for known in rows.alerts.values() for alert in known.values()}
    found: dict[Line, tuple[Told, Contact]] = {}
    for one in queries.listed(rows.unit, rows.incidents, rows.desk.lists):
        alert, way = alerts.get(one.alert), rows.desk.contacts.way_to(one.person, one.channel, one.address)
        if alert is None or way is None:
            continue
        line = (alert["incident_id"], one.channel, one.address)
        if line not in done and (line not in before or one.at > before[line]):
            told = Told(one.person, alert, rows.incidents[alert["incident_id"]], alert["acknowledged_at"] is not None)
            found.setdefault(line, (told, way))
    known = {id(one) for one in _allowed(rows, replace(closing, actor=""), [told for told, _ in found.values()])}
    return [(told, way) for told, way in found.values() if id(told) in known]


def _listed_as_closed(rows: AlertRows, closing: Closing) -> tuple[set[Line], dict[Line, datetime]]:
    """Give the lines of lists that were told of this closing, and when others were last taken out or told of one."""
    done: set[Line] = set()
    before: dict[Line, datetime] = dict(queries.taken_out(rows.unit, rows.incidents))
    for row in queries.marked(rows.unit, rows.incidents):
        line, mark = (row["incident_id"], row["channel"], row["address"]), mark_of(row)
        if row["reason"] != AlertReason.CLOSED or mark is None:
            continue
        if mark["line"] == closing.line:
            done.add(line)
        elif row["state"] in GONE_OUT:
            before[line] = max(row["owed_at"], before.get(line, row["owed_at"]))
    return done, before


def _told_of_closings(rows: AlertRows, closing: Closing) -> tuple[set[str | None], dict[str | None, datetime]]:
    """Give who has been told of this closing, and when others were last told of an earlier one."""
    done: set[str | None] = set()
    before: dict[str | None, datetime] = {}
    for row in queries.marked(rows.unit, rows.incidents):
        mark = mark_of(row)
        if row["reason"] != AlertReason.CLOSED or mark is None:
            continue
        if mark["line"] == closing.line:
            done.add(row["person_id"])
        elif row["state"] in GONE_OUT:
            before[row["person_id"]] = row["owed_at"]
    return done, before


def _asked(rows: AlertRows, closing: Closing, before: Mapping[str | None, datetime]) -> Iterator[Told]:
    """Give whom answers and messages make to be on the way, or asked, since he was last told of a closing."""
    everybody_is_one = rows.desk.contacts.divert is not None
    messages = queries.told_of(rows.unit, rows.incidents)
    alerts = [alert for known in rows.alerts.values() for alert in known.values()]
    for alert in sorted(alerts, key=lambda one: one["incident_id"] != closing.incident):  # its own first
        row = rows.incidents[alert["incident_id"]]
        if _is_left_alone(rows, alert, closing):
            continue
        answered = alert["acknowledged_at"]
        known = [(one.person, one.at) for one in messages if one.alert == alert["id"] and (one.asks or answered)]
        known += [(alert["acknowledged_by"], answered)] if answered else []
        for person in sorted({who or "" for who, at in known if who not in before or at > before[who]}):
            yield Told(None if everybody_is_one else person, alert, row, answered is not None)


def _is_left_alone(rows: AlertRows, alert: AlertRow, closing: Closing) -> bool:
    """Say whether an institution is told nothing: its people closed it, or only what others owe is sent at all."""
    duties = rows.desk.duties
    own = (alert["institution"], alert["unit"]) == (closing.institution, closing.unit)
    return own or bool(duties and alert["duty"] not in duties)


def _allowed(rows: AlertRows, closing: Closing, found: Iterable[Told]) -> list[Told]:
    """Give those of them who may know of it now, without who closed it."""
    found = list(found)
    incident = rows.unit.session.get_one(Incident, closing.incident)
    people = queries.people(rows.unit, {one.person for one in found if one.person})
    district = rows.desk.district
    out = barred_by(incident.facts, district)

    def allowed(one: Told) -> bool:
        if one.person is None:
            return one.alert["institution"] not in out
        person = people.get(one.person)
        return person is not None and person.id != closing.actor and may_know(person, one.alert, incident, district)

    return [one for one in found if allowed(one)]
