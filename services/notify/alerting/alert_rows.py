"""Keep the rows that one transaction reads and changes: incidents, their ladders and alerts, and what is new of them.

Rows are changed here and nowhere else while a telling is decided; they are written once, at its end.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Unpack

from schemas.policy.clocks import Clock
from schemas.policy.recipients import Recipient
from schemas.records.alerts import Alert, Ladder
from schemas.records.incidents import Incident
from schemas.rows.alerts import AlertRow, LadderRow
from schemas.rows.incidents import IncidentRow
from schemas.vocabulary import Duty, LadderStop, Level
from services.incidents.queries import BARRED_LINE
from services.incidents.referrals import referred
from services.incidents.situation_of import situation_of
from services.notify.alerting import queries
from services.notify.alerting.duties import owed, renewed
from services.notify.context import NotifyContext
from services.notify.watchdog import canary
from services.policy import escalation
from services.policy.escalation import Escalation, LadderState
from services.policy.situation import Situation, accused_by
from services.silences.active import Mutes
from services.store.transaction import Transaction

UNREAD = ("features", "missing", "parties", "sources")  # columns of an incident that nobody here needs


class AlertRows:
    """What is known of some incidents in one transaction, and what changes of it."""

    def __init__(self, tx: Transaction, context: NotifyContext, incidents: Sequence[str]) -> None:
        self.unit = tx
        self.desk = context
        context.contacts.refresh(tx.session, tx.now)
        self.incidents = {row["id"]: row for row in tx.rows(Incident, "id", incidents, without=UNREAD)}
        self.ladders = {row["incident_id"]: row for row in tx.rows(Ladder, "incident_id", incidents)}
        self.alerts: dict[str, dict[tuple[str, str], AlertRow]] = defaultdict(dict)
        for row in tx.rows(Alert, "incident_id", list(self.ladders)):  # without a ladder, nobody has been told
            self.alerts[row["incident_id"]][row["institution"], row["unit"]] = row
        self.reports: dict[str, list[str]] = defaultdict(list)
        for id_, incident in queries.reports_of(tx, incidents):
            self.reports[incident].append(id_)
        self.referrals = referred(tx.session, incidents)
        self.mutes = Mutes(tx.session, tx.now, context.zone)
        self.unreachable: dict[str, list[str]] = defaultdict(list)  # incident -> institutions nobody of which is there
        self.rose_from: dict[str, Level] = {}  # incident -> the level from which it rises in this transaction
        self.released: set[str] = set()  # alerts of those who led until this transaction, and have a copy now
        self.missing: dict[str, list[AlertRow]] = defaultdict(list)  # incident -> alerts of those that are needed
        self.canaries = canary.canaries(tx.session, [id_ for id_, row in self.incidents.items() if row["exercise"]])
        for id_ in self.canaries:
            self.incidents[id_]["conflict"] = False  # nobody answers a canary
        self._new_alerts: dict[str, AlertRow] = {}
        self._changed_alerts: dict[str, AlertRow] = {}
        self._new_ladders: dict[str, LadderRow] = {}
        self._changed_ladders: dict[str, LadderRow] = {}
        self._rounds: dict[str, int] = {}
        self._cases: dict[str, Situation] = {}

    def case(self, row: IncidentRow) -> Situation:
        """Give the situation of an incident, which no telling changes."""
        if row["id"] not in self._cases:
            self._cases[row["id"]] = situation_of(row)
        return self._cases[row["id"]]

    @cached_property
    def barred_before(self) -> Mapping[str, set[str]]:
        """Read whom accusations have left out, by incident: with one question for all; of a new one nothing is kept."""
        told = (self.incidents[id_] for id_ in self.ladders if id_ in self.incidents)
        asked = [row["id"] for row in told if accused_by(row["facts"])]
        kept: dict[str, set[str]] = defaultdict(set)
        for incident, data in queries.data_by_incident(self.unit, asked, BARRED_LINE):
            kept[incident].update(data["codes"])
        return kept

    def clock(self, row: IncidentRow) -> Clock:
        """Give the clock of an incident as frozen in its ladder, or the district's when its level is new."""
        ladder = self.ladders.get(row["id"])
        if ladder and ladder["policy"]["level"] == row["level"]:
            return self.desk.frozen(ladder["policy"])
        return self.desk.district.clocks[Level(row["level"])]

    def alert_for(self, row: IncidentRow, recipient: Recipient) -> AlertRow:
        """Give the alert of one institution, owing a new one if there is none."""
        key = (recipient.institution, recipient.unit or "")
        alerts = self.alerts[row["id"]]
        if key in alerts:
            return alerts[key]
        alert = owed(row, recipient, self.clock(row), self.desk, self.unit.now)
        alerts[key] = alert
        self._new_alerts[alert["id"]] = alert
        return alert

    def owe_again(self, alert: AlertRow, row: IncidentRow) -> None:
        """Let an institution owe its duty once more, whatever it had answered."""
        self.touch(alert, **renewed(row, alert, self.clock(row), self.desk, self.unit.now))

    def escalation(self, row: IncidentRow) -> Escalation:
        """Give the deadlines and the ladder of an incident's clock."""
        return self.desk.escalation(self.clock(row))

    def open_ladder(self, row: IncidentRow, *, stopped: LadderStop | None) -> None:
        """Begin an incident's ladder by the clock of its level, or keep why it never begins."""
        clock = self.desk.district.clocks[Level(row["level"])]
        begun = self.desk.escalation(clock).begin(self.unit.now)
        ladder: LadderRow = {
            "incident_id": row["id"],
            "round": row["round"],
            **(begun if stopped is None else escalation.stand_still(begun, stopped)).columns(),
            "policy": self.desk.dumped[clock.level],
        }
        self.ladders[row["id"]] = ladder
        self._new_ladders[row["id"]] = ladder

    def next_round(self, row: IncidentRow) -> None:
        """Begin another round of telling: reminders and rungs are tellings of their own."""
        row["round"] += 1
        self._rounds[row["id"]] = row["round"]
        if ladder := self.ladders.get(row["id"]):
            self.move(ladder, round=row["round"])

    def touch(self, alert: AlertRow, **changes: Unpack[AlertRow]) -> None:
        """Change an alert's row."""
        alert.update(changes)
        if alert["id"] not in self._new_alerts:
            self._changed_alerts[alert["id"]] = alert

    def move(self, ladder: LadderRow, state: LadderState | None = None, **changes: Unpack[LadderRow]) -> None:
        """Change a ladder's row to where it stands now (`state`), or what else rides with it."""
        if state is not None:
            ladder.update(state.columns())
        ladder.update(changes)
        if ladder["incident_id"] not in self._new_ladders:
            self._changed_ladders[ladder["incident_id"]] = ladder

    def not_reached(self, incident: str, alert: AlertRow, *, asked: bool) -> None:
        """Note that nobody of an institution can be reached; `asked`: it owes an answer from now on."""
        called = self.desk.district.called(alert["institution"], alert["unit"] or None)
        self.unreachable[incident].append(called)
        ladder = self.ladders.get(incident)
        if not asked or ladder is None or ladder["stopped"] is not None:
            return
        if alert["duty"] == Duty.LEAD:
            self.move(ladder, escalation.at_once(LadderState.of(ladder), self.unit.now))
        elif alert["needed"]:
            self.missing[incident].append(alert)

    def save(self) -> None:
        """Write what is new and what has changed; writers take turns, and what there was has been read in this turn."""
        unit = self.unit
        unit.add(Alert, list(self._new_alerts.values()))
        unit.add(Ladder, list(self._new_ladders.values()))
        unit.put(Alert, list(self._changed_alerts.values()))
        unit.put(Ladder, list(self._changed_ladders.values()), key="incident_id")
        rounds: list[IncidentRow] = [{"id": id_, "round": number} for id_, number in self._rounds.items()]
        unit.put(Incident, rounds)
