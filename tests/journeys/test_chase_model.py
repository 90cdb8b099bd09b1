"""Whatever people do in whatever order, the chase is right: acts by chance, and what must hold after each of them.

Who must answer has a deadline ahead or everybody has been told; nobody is told twice for one reason at one rung; nobody
is chased of what is closed, merged or asks for no answer; the auditor finds nothing.
"""

import itertools
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from schemas.district import District
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.incidents import Incident
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import (
    ANSWERED,
    OPEN_STATES,
    AlertReason,
    AlertState,
    Duty,
    Handling,
    LadderStop,
    Level,
    Role,
)
from services.incidents import lifecycle, merging, other_answers, responses
from services.notify.alerting.alert_batch import AlertBatch, arrived
from services.notify.alerting.escalation_sweep import sweep
from services.notify.alerting.planner import open_or_change
from services.notify.alerting.queries import anything_due
from services.notify.alerting.unreachable import finish
from services.notify.channel_kit.base import Verdict
from services.notify.contacts import Contacts
from services.notify.context import NotifyContext
from services.notify.delivery.dispatcher import Outcome
from services.notify.watchdog.invariants import look
from services.policy.working_hours import pace_of
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.database import Store
from services.store.transaction import Transaction
from tests.house import SECRET, SEMANDING, SOKO, Clock
from tests.incidents import filed, fold, judged, keep
from tests.people import move_in, residents

OFFICER = Identity("ratna", "Ratna Wijayanti", Role.COORDINATOR, "KESBANG")
CHASING = frozenset({AlertReason.REMINDER, AlertReason.OVERDUE, AlertReason.LAPSED, AlertReason.ESCALATED})
NIL = {"form": "NIHIL", "issue": "LLN", "conflict": False}
Told = list[DeliveryRow]


class Ground:
    """A store, the notifier's decisions, and a clock that we hold; every message arrives at once."""

    def __init__(self, district: District, file: Path) -> None:
        self.clock = Clock()
        self.store = Store(f"sqlite:///{file}", self.clock, pace_of(district))
        self.file = file
        self.context = NotifyContext(
            district, Contacts(channels=frozenset({"webhook"})), SECRET, "notify-1", "https://kentongan.example"
        )
        people = list(residents(district, (SOKO, SEMANDING)))
        self.store.write_now(lambda tx: move_in(tx, people, "https://sink.example", tx.now))
        self.incidents: list[str] = []
        self.asked: set[str] = set()  # incidents whose ladder a person wants to climb

    def end(self) -> None:
        self.store.close()
        self.file.unlink()

    def act(self, act: Callable[[Transaction], object], *incidents: str) -> None:
        """Do what a person does, if he may, and let the notifier hear of it."""
        try:
            self.store.write_now(act)
        except Refused:
            return
        self.hear(*incidents)

    def hear(self, *incidents: str) -> None:
        def decide(tx: Transaction) -> Told:
            telling = AlertBatch(tx, self.context, incidents)
            for incident in incidents:
                open_or_change(telling, incident)
            return finish(telling)

        again = [self.store.write_now(decide) for _ in range(2)]
        assert again[1] == []  # to hear of it twice tells nobody twice
        self.check(self.arrive(again[0]))

    def arrive(self, told: Told) -> Told:
        outcomes = [Outcome(row, Verdict("delivered")) for row in told]
        self.store.write_now(lambda tx: self.mark(tx, outcomes))
        return told

    def mark(self, tx: Transaction, outcomes: Sequence[Outcome]) -> None:
        arrived(tx, self.context, outcomes)
        tx.put(
            Delivery,
            [{"id": one.row["id"], "state": "delivered", "next_at": None, "leased_by": None} for one in outcomes],
        )

    def tick(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)
        for _ in range(30):
            if not self.store.read_now(lambda session: anything_due(session, self.clock.now)):
                break
            before = {one.incident_id: one for one in self.rows(Ladder)}
            owing = {one.id: one for one in self.rows(Alert)}
            told = self.arrive(self.store.write_now(lambda tx: sweep(tx, self.context)))
            self.chased(told, before, owing)
            self.check(told)
        else:
            raise AssertionError("the sweep comes to no end")
        found = self.store.read_now(lambda session: look(session, self.clock.now, 1.0))
        assert [one for one in found if one.kind != "unsealed"] == []  # nobody seals here

    def rows(self, table: type[Any]) -> list[Any]:
        return self.store.read_now(lambda session: list(session.exec(select(table)).all()))

    def chased(self, told: Told, ladders: dict[str, Ladder], owing: dict[str, Alert]) -> None:
        """Hold what time alone has told against how everything stood."""
        incidents = {one.id: one for one in self.rows(Incident)}
        for row in told:
            incident, reason = incidents[row["incident_id"]], row["reason"]
            assert incident.state in OPEN_STATES, (incident.state, reason)
            if reason not in CHASING:
                continue
            assert incident.conflict or incident.id in self.asked, reason
            alert = owing.get(row["alert_id"])
            if reason in (AlertReason.OVERDUE, AlertReason.REMINDER) and alert and alert.state != AlertState.REPORTED:
                assert alert.state not in (*ANSWERED, AlertState.LAPSED), (alert.state, reason)
                assert alert.ack_due is not None
            if reason == AlertReason.OVERDUE and incident.id not in self.asked and ladders[incident.id].step == 0:
                assert alert is not None
                assert alert.ack_due <= self.clock.now, "told that it is late before it was"
            if reason == AlertReason.ESCALATED and incident.id not in self.asked:
                waited = [one for one in owing.values() if one.incident_id == incident.id and awaited(one)]
                lapsed = any(one["reason"] == AlertReason.LAPSED for one in told if one["incident_id"] == incident.id)
                assert lapsed or any(one.ack_due is not None for one in waited), "nobody was asked"
        self.asked -= {row["incident_id"] for row in told if row["reason"] == AlertReason.ESCALATED}

    def check(self, told: Told) -> None:
        """Hold the rows and what has just been told against what must hold at any time."""
        twice = [
            key
            for key, count in Counter((row["alert_id"], row["reason"], row["address"]) for row in told).items()
            if count > 1
        ]
        assert twice == []
        reasons: dict[str, set[str]] = {}
        for row in told:
            reasons.setdefault(row["alert_id"], set()).add(row["reason"])
        assert not [one for one in reasons.values() if {AlertReason.LAPSED, AlertReason.OVERDUE} <= one]
        now, ladders = self.clock.now, {one.incident_id: one for one in self.rows(Ladder)}
        alerts: dict[str, list[Alert]] = {}
        for alert in self.rows(Alert):
            alerts.setdefault(alert.incident_id, []).append(alert)
        for incident in self.rows(Incident):
            ladder, own = ladders[incident.id], alerts.get(incident.id, [])
            if incident.state not in OPEN_STATES or not (incident.conflict or incident.id in self.asked):
                assert ladder.next_at is None, (incident.state, ladder.stopped)
                assert not [one for one in own if one.remind_at or one.sitrep_due]
                continue
            if not incident.conflict:
                continue
            leads = [one for one in own if one.duty == Duty.LEAD]
            assert len(leads) == 1
            assert ladder.policy["level"] == incident.level
            for alert in filter(awaited, own):
                ahead = ladder.stopped is None and ladder.next_at is not None and ladder.next_at >= now
                assert ahead or ladder.stopped == LadderStop.EXHAUSTED, (alert.state, ladder.stopped, ladder.next_at)
                assert alert.ack_due is not None
                waits = alert.state != AlertState.LAPSED and alert.reminders < len(ladder.policy["remind"])
                assert alert.remind_at is not None or not waits, (alert.state, alert.reminders)
            if not any(map(awaited, own)) and incident.id not in self.asked:
                assert ladder.stopped is not None, "everybody has answered, and it would climb"
            if leads[0].state == AlertState.ACKNOWLEDGED:
                assert leads[0].sitrep_due is not None
                assert leads[0].sitrep_due >= now


def awaited(alert: Alert) -> bool:
    return (alert.duty == Duty.LEAD or alert.needed) and alert.state not in ANSWERED


# -- acts by chance ------------------------------------------------------------------------------------------------------

levels = st.sampled_from(Level)
which = st.integers(0, 3)
ACTS = st.one_of(
    st.tuples(st.just("open"), levels, st.sampled_from(["conflict", "nil", "verify first"])),
    st.tuples(st.just("add"), which, levels, st.sampled_from(["conflict", "nil"])),
    st.tuples(st.just("assess"), which, levels),
    st.tuples(st.just("find"), which, st.sampled_from(["NIHIL", "BENTROK", "KETEGANGAN"])),
    st.tuples(st.just("issue"), which, st.sampled_from(["SLT", "AGM", "DES"])),
    st.tuples(st.just("verify"), which),
    st.tuples(st.just("answer"), which, st.integers(0, 9)),
    st.tuples(st.just("take back"), which, st.integers(0, 9)),
    st.tuples(st.just("report"), which, st.integers(0, 9)),
    st.tuples(st.just("merge"), which, which),
    st.tuples(st.just("split"), which),
    st.tuples(st.just("close"), which),
    st.tuples(st.just("reopen"), which),
    st.tuples(st.just("escalate"), which),
    st.tuples(st.just("wait"), st.sampled_from([1, 2, 3, 5, 8, 15, 30, 60, 200, 1500, 6000])),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 15, 60])),
)


def open_(ground: Ground, level: Level, kind: str) -> None:
    report = filed("Kejadian.")
    given: dict[str, Any] = NIL if kind == "nil" else {}
    given |= {"handling": Handling.VERIFY_FIRST} if kind == "verify first" else {}
    ground.store.write_now(lambda tx: keep(tx, report, judged(level, **given)))
    ground.incidents.append(str(report.id))
    ground.hear(str(report.id))


def add(ground: Ground, incident: str, level: Level, kind: str) -> None:
    if ground.store.read_now(lambda session: session.get_one(Incident, incident).state) not in OPEN_STATES:
        return  # triage adds to where it lives on, or opens it again
    report = filed("Kabar lain.", reporter="lain")
    ground.store.write_now(lambda tx: fold(tx, incident, report, judged(level, **(NIL if kind == "nil" else {}))))
    ground.hear(incident)


def assess(ground: Ground, incident: str, **changes: Any) -> None:
    ground.act(lambda tx: lifecycle.override(tx, incident, OFFICER, changes, "Dinilai."), incident)


def of_alert(ground: Ground, incident: str, number: int) -> tuple[Alert, Identity] | None:
    """Choose an alert of an incident, those that are awaited first, and somebody who speaks for it."""
    own = [one for one in ground.rows(Alert) if one.incident_id == incident]
    own.sort(key=lambda one: (not awaited(one), one.duty, one.institution))
    if not own:
        return None
    alert = own[number % len(own)]
    who = Identity(f"p-{alert.institution}", "Petugas", Role.MEMBER, alert.institution)
    return alert, replace(who, unit=alert.unit)


def speak(ground: Ground, what: str, incident: str, number: int) -> None:
    chosen = of_alert(ground, incident, number)
    if chosen is None:
        return
    alert, who = chosen
    if what == "answer":
        ground.act(lambda tx: responses.acknowledge(tx, incident, who, alert_id=alert.id), incident)
    elif what == "report":
        ground.act(lambda tx: responses.report_situation(tx, incident, who, "Regu di lokasi."), incident)
    else:
        ground.act(lambda tx: other_answers.withdraw(tx, incident, who), incident)


def merge(ground: Ground, one: str, other: str) -> None:
    ground.act(lambda tx: merging.merge(tx, one, other, OFFICER, "Sama."), one, other)


def split(ground: Ground, one: str) -> None:
    into = ground.store.read_now(lambda session: session.get_one(Incident, one).merged_into)
    if into is not None:
        ground.act(lambda tx: merging.split(tx, one, OFFICER, "Dua."), one, into)


def escalate(ground: Ground, incident: str) -> None:
    ladder, state = ground.store.read_now(
        lambda session: (session.get(Ladder, incident), session.get_one(Incident, incident).state)
    )
    if ladder is None or state not in OPEN_STATES:
        return
    ground.asked.add(incident)
    ground.act(lambda tx: responses.escalate(tx, incident, OFFICER, "Mohon."), incident)


def perform(ground: Ground, act: tuple[Any, ...]) -> None:
    name, *rest = act
    ground.clock.forward(milliseconds=7)  # no two acts are done at one instant
    if name == "open" and len(ground.incidents) < 4:
        open_(ground, *rest)
    elif name == "wait":
        ground.tick(*rest)
    elif name != "open" and ground.incidents:
        incident, *more = ground.incidents[rest[0] % len(ground.incidents)], *rest[1:]
        reason = "Sudah tenang."
        doing: dict[str, Callable[[], None]] = {
            "add": lambda: add(ground, incident, *more),
            "assess": lambda: assess(ground, incident, level=int(more[0])),
            "find": lambda: assess(ground, incident, form=more[0], conflict=more[0] != "NIHIL"),
            "issue": lambda: assess(ground, incident, issue=more[0]),
            "verify": lambda: ground.act(lambda tx: lifecycle.verify(tx, incident, OFFICER), incident),
            "merge": lambda: merge(ground, incident, ground.incidents[more[0] % len(ground.incidents)]),
            "split": lambda: split(ground, incident),
            "close": lambda: ground.act(lambda tx: lifecycle.close(tx, incident, OFFICER, reason), incident),
            "reopen": lambda: ground.act(lambda tx: lifecycle.reopen(tx, incident, OFFICER, reason), incident),
            "escalate": lambda: escalate(ground, incident),
        }
        doing.get(name, lambda: speak(ground, name, incident, *more))()
        ground.tick(0)


@pytest.fixture
def new_ground(tuban: District, blank_sqlite: bytes, tmp_path: Path) -> Callable[[], Ground]:
    """Make a ground of its own for each example."""
    numbers = itertools.count()

    def make() -> Ground:
        file = tmp_path / f"{next(numbers)}.db"
        file.write_bytes(blank_sqlite)
        return Ground(tuban, file)

    return make


@settings(
    max_examples=int(os.environ.get("CHASE_EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.tuples(st.just("open"), levels, st.sampled_from(["conflict", "nil", "verify first"])),
    acts=st.lists(ACTS, min_size=3, max_size=14),
)
def test_whatever_is_done_in_whatever_order_the_chase_is_right(
    new_ground: Callable[[], Ground], first: tuple[Any, ...], acts: list[tuple[Any, ...]]
) -> None:
    ground = new_ground()
    try:
        for act in (first, *acts):
            perform(ground, act)
    finally:
        ground.end()
