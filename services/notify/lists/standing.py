"""Say whether a list may show an incident now: who reads it may know, and the policy would send it.

A list is its address's: of several people who have the address, one who may know is enough. Issues for named persons
only stand in none, for more people read a list than are named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.rows.alerts import AlertRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import CLOSED_STATES, OPEN_STATES, Level, chased
from services.incidents.accusations import barred_by
from services.incidents.answer_authority import may_know
from services.notify.alerting.alert_batch import AlertBatch
from services.notify.alerting.escalation_sweep import asked_by
from services.notify.alerting.queries import data_of_lines
from services.notify.alerting.unreachable import SUPERIOR
from services.notify.closing.queries import TOLD
from services.notify.closing.recipients import closing_of
from services.notify.contacts import Contact
from services.notify.context import wants_answer
from services.notify.lists.lines import Line
from services.policy.routing import told_at


class Shows(StrEnum):
    """What a list may show of an incident."""

    ALL = "all"
    LITTLE = "little"  # level, issue and kecamatan: the rest is above the clearance of whoever reads it
    NOTHING = "nothing"


@dataclass(frozen=True)
class Reader:
    """Somebody who has a list's address, with his institution's alert in the incident."""

    person: Person
    contact: Contact
    alert: AlertRow


class Standing(AlertBatch):
    """What lists may show of the incidents of one transaction."""

    rules_since: datetime | None = None
    whole: Mapping[str, Incident]
    people: Mapping[str, Person]

    def readers(self, line: Line) -> list[Reader]:
        """Give who reads a list and has been told of the incident by his institution, the one it was told for first."""
        row, alerts = self.incidents[line.incident], self.alerts[line.incident].values()
        if self.named(row):
            return []
        out = barred_by(row["facts"], self.desk.district)
        found: list[Reader] = []
        for contact in self.desk.contacts.at(line.channel, line.address):
            person = self.people.get(contact.person_id or "")
            if person is None or not person.active:
                continue
            for alert in alerts:
                here = person.institution == alert["institution"] and person.unit in ("", alert["unit"])
                if here and alert["institution"] not in out:
                    found.append(Reader(person, contact, alert))
        return sorted(found, key=lambda one: one.alert["id"] != line.alert)

    def may_show(self, line: Line) -> Shows:
        """Say what a line that stands, or stood, in a list may show now."""
        row, readers = self.incidents[line.incident], self.readers(line)
        if row["state"] in OPEN_STATES:
            return self._of_open(line, row, readers)
        knows = any(may_know(one.person, one.alert, self.whole[row["id"]], self.desk.district) for one in readers)
        if line.is_closed:  # where nobody has the address any more it is history, and there may be very much of it
            return Shows.ALL if knows or not self.desk.contacts.at(line.channel, line.address) else Shows.NOTHING
        return (
            Shows.ALL if row["state"] in CLOSED_STATES and knows and self._is_to_be_told(row["id"]) else Shows.NOTHING
        )

    def _is_to_be_told(self, incident: str) -> bool:
        """Say whether the list will be told that it is closed: by a person, and nobody has looked at it yet."""
        closing = closing_of(self.unit, self.whole[incident])
        looked = data_of_lines(self.unit, incident, TOLD) if closing else []
        return closing is not None and all(data["line"] != closing.line for data in looked)

    def _of_open(self, line: Line, row: IncidentRow, readers: Sequence[Reader]) -> Shows:
        sent = [one for one in readers if self._is_sent(line, row, one.alert)]
        if not sent:
            return Shows.NOTHING
        return Shows.LITTLE if all(self._is_masked(row, one.contact) for one in sent) else Shows.ALL

    def first_reader(self, line: Line) -> Reader:
        """Give by whom a list is told anew: whoever may see most of it."""
        row = self.incidents[line.incident]
        sent = [one for one in self.readers(line) if self._is_sent(line, row, one.alert)]
        return min(sent, key=lambda one: self._is_masked(row, one.contact))

    def _is_sent(self, line: Line, row: IncidentRow, alert: AlertRow) -> bool:
        """Say whether the policy sends an open incident to an institution now, by its routes or by a rung.

        The rungs are those of its level in the rules in force; of the clock that it opened with too, where the last
        word came by it after these rules were.
        """
        key = (alert["institution"], alert["unit"])
        if any((one.institution, one.unit or "") == key for one in self.recipients(row)):
            return True
        if not wants_answer(row):
            return False
        clocks = [self.desk.district.clocks[Level(row["level"])]]
        last = line.last
        if last is not None and not line.is_withdrawn and self.rules_since and last["owed_at"] >= self.rules_since:
            clocks.append(self.clock(row))
        waited = [one for one in self.alerts[row["id"]].values() if chased(one["duty"], needed=one["needed"])]
        whom = [asked_by(one) for one in waited]
        steps = [step for clock in clocks for step in clock.ladder] + [SUPERIOR]
        told = (one for step in steps for one in told_at(step, whom, self.case(row), self.desk.district))
        return any((one.institution, one.unit or "") == key for one in told)
