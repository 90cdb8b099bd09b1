"""Single acts of people and what the chase makes of them: of one incident, by rows, without a bus."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.district import District
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.people import Address, Person
from schemas.vocabulary import Blame, Duty, LadderStop, Level, Role
from services.incidents import lifecycle, other_answers, responses
from services.notify.alerting.alert_batch import AlertBatch
from services.notify.alerting.escalation_sweep import sweep
from services.notify.alerting.fallback import other_ways
from services.notify.alerting.planner import open_or_change
from services.notify.alerting.unreachable import finish
from services.notify.channel_kit.base import Verdict
from services.notify.delivery.dispatcher import Dispatcher, Outcome, lease_due
from services.oncall import people, schedule
from services.security.auth import Identity
from services.silences import silences
from services.store.ids import derived
from services.store.transaction import Transaction
from tests.incidents import filed, judged, keep
from tests.journeys.test_chase_model import OFFICER, Ground, Told
from tests.people import Resident, move_in


@pytest.fixture
def ground(tuban: District, blank_sqlite: bytes, tmp_path: Path) -> Iterator[Ground]:
    file = tmp_path / "pieces.db"
    file.write_bytes(blank_sqlite)
    ground = Ground(tuban, file)
    yield ground
    ground.end()


def open_(ground: Ground, level: Level, **changes: Any) -> str:
    report = filed("Kejadian.")
    ground.store.write_now(lambda tx: keep(tx, report, judged(level, **changes)))
    ground.hear(str(report.id))
    return str(report.id)


def decided(tx: Transaction, ground: Ground, incident: str) -> Told:
    telling = AlertBatch(tx, ground.context, [incident])
    open_or_change(telling, incident)
    return finish(telling)


def alert_of(ground: Ground, incident: str, duty: str, institution: str | None = None) -> Alert:
    own = [one for one in ground.rows(Alert) if one.incident_id == incident and one.duty == duty]
    return next(one for one in own if institution in (None, one.institution))


def ladder_of(ground: Ground, incident: str) -> Ladder:
    return next(one for one in ground.rows(Ladder) if one.incident_id == incident)


def speaker(alert: Alert) -> Identity:
    return Identity(f"p-{alert.institution}", "Petugas", Role.MEMBER, alert.institution, unit=alert.unit)


def answer(ground: Ground, alert: Alert) -> None:
    who, incident = speaker(alert), alert.incident_id
    ground.act(lambda tx: responses.acknowledge(tx, incident, who, alert_id=alert.id), incident)


def take_back(ground: Ground, alert: Alert) -> None:
    ground.act(lambda tx: other_answers.withdraw(tx, alert.incident_id, speaker(alert)), alert.incident_id)


def swept(ground: Ground, **later: float) -> Told:
    """Let time pass and give what the timers tell."""
    ground.clock.forward(**later)
    return ground.arrive(ground.store.write_now(lambda tx: sweep(tx, ground.context)))


# -- an answer is taken back ---------------------------------------------------------------------------------------------


def test_what_the_ladder_did_not_wait_for_is_taken_back_and_nobody_above_is_told(ground: Ground) -> None:
    incident = open_(ground, Level.KRITIS)
    ground.clock.forward(minutes=1)
    answer(ground, alert_of(ground, incident, Duty.LEAD))
    ground.clock.forward(minutes=10)
    camat = alert_of(ground, incident, Duty.SUPPORT, "CAMAT")
    answer(ground, camat)
    ground.clock.forward(seconds=15)
    take_back(ground, camat)
    assert alert_of(ground, incident, Duty.SUPPORT, "CAMAT").acknowledged_at is None
    assert ladder_of(ground, incident).stopped == LadderStop.ACKNOWLEDGED
    assert swept(ground, seconds=1) == []


def test_who_takes_the_leads_answer_back_is_reminded_as_if_it_had_never_been(ground: Ground) -> None:
    incident = open_(ground, Level.TINGGI)
    asked = alert_of(ground, incident, Duty.LEAD)
    assert asked.remind_at is not None
    ground.clock.forward(minutes=1)
    answer(ground, asked)
    ground.clock.forward(seconds=15)
    take_back(ground, asked)
    assert alert_of(ground, incident, Duty.LEAD).remind_at == asked.remind_at
    assert ladder_of(ground, incident).stopped is None
    waits = asked.remind_at - ground.clock.now
    assert ("reminder", asked.id) in {
        (row["reason"], row["alert_id"]) for row in swept(ground, seconds=waits.seconds + 1)
    }


# -- what waits for room at an address ------------------------------------------------------------------------------------


def held_rungs(ground: Ground, told: Told) -> set[str]:
    """Hold the rungs just told back, as an address that has had too many messages would; gives their ids."""
    rungs = {row["id"] for row in told if row["reason"] == "escalated"}
    assert rungs
    waits = {"state": "pending", "held": "limit", "next_at": ground.clock.now, "leased_by": None}
    ground.store.write_now(lambda tx: tx.put(Delivery, [{"id": id_, **waits} for id_ in sorted(rungs)]))
    return rungs


def sent_now(ground: Ground) -> set[str]:
    return {row["id"] for row in ground.store.write_now(lambda tx: lease_due(tx, ground.context, own=False))}


def test_a_rung_that_waits_is_not_told_once_the_lead_has_answered(ground: Ground) -> None:
    incident = open_(ground, Level.TINGGI)
    climbs = ladder_of(ground, incident).next_at
    assert climbs is not None
    waiting = held_rungs(ground, swept(ground, seconds=(climbs - ground.clock.now).seconds))
    ground.clock.forward(seconds=20)
    answer(ground, alert_of(ground, incident, Duty.LEAD))
    assert sent_now(ground) & waiting == set()
    assert {one.state for one in ground.rows(Delivery) if one.id in waiting} == {"withdrawn"}


def failing(ground: Ground, told: Told, reason: str) -> set[str]:
    """Let a first try of what was just told fail for now, as a gateway that is away does; gives their ids."""
    rows = {row["id"] for row in told if row["reason"] == reason}
    assert rows
    waits = {"state": "failed", "attempts": 1, "next_at": ground.clock.now, "leased_by": None, "sent_at": None}
    ground.store.write_now(lambda tx: tx.put(Delivery, [{"id": id_, **waits} for id_ in sorted(rows)]))
    return rows


def test_a_rung_that_did_not_get_through_is_not_tried_again_once_the_lead_has_answered(ground: Ground) -> None:
    incident = open_(ground, Level.KRITIS)
    climbs = ladder_of(ground, incident).next_at
    assert climbs is not None
    waiting = failing(ground, swept(ground, seconds=(climbs - ground.clock.now).seconds), "escalated")
    assert waiting <= sent_now(ground)  # while he is silent it is tried again
    failing(ground, [one.model_dump() for one in ground.rows(Delivery) if one.id in waiting], "escalated")
    ground.clock.forward(seconds=20)
    for alert in ground.rows(Alert):
        if alert.incident_id == incident and (alert.duty == Duty.LEAD or alert.needed):
            answer(ground, alert)
    assert sent_now(ground) & waiting == set()
    assert {one.state for one in ground.rows(Delivery) if one.id in waiting} == {"withdrawn"}


@pytest.mark.parametrize("answered", [False, True])
def test_a_rung_that_was_lost_goes_no_other_way_once_the_lead_has_answered(ground: Ground, *, answered: bool) -> None:
    incident = open_(ground, Level.TINGGI)
    climbs = ladder_of(ground, incident).next_at
    assert climbs is not None
    told = {row["id"] for row in swept(ground, seconds=(climbs - ground.clock.now).seconds) if row["person_id"]}
    rungs = [one.model_dump() for one in ground.rows(Delivery) if one.id in told and one.reason == "escalated"]
    assert rungs
    ground.clock.forward(seconds=20)
    if answered:
        answer(ground, alert_of(ground, incident, Duty.LEAD))
    lost: Any = [{**row, "state": "dead", "blame": Blame.ADDRESS, "gone": True} for row in rungs]
    ground.store.write_now(lambda tx: tx.put(Delivery, [{"id": row["id"], "state": "dead"} for row in rungs]))
    owed = ground.store.write_now(lambda tx: other_ways(tx, ground.context, lost))
    assert bool({row["reason"] for row in owed} & {"escalated", "unreachable"}) is not answered


def test_a_rung_that_a_person_asks_for_after_the_answer_is_told_though_it_waits(ground: Ground) -> None:
    incident = open_(ground, Level.TINGGI)
    ground.clock.forward(minutes=1)
    lead = alert_of(ground, incident, Duty.LEAD)
    answer(ground, lead)
    ground.clock.forward(minutes=1)
    ground.asked.add(incident)
    ground.act(lambda tx: other_answers.ask_for_help(tx, incident, speaker(lead), "Mohon bantuan."), incident)
    waiting = held_rungs(ground, swept(ground, seconds=1))
    assert ladder_of(ground, incident).stopped == LadderStop.ACKNOWLEDGED
    assert waiting <= sent_now(ground)


# -- what changes while it is open ---------------------------------------------------------------------------------------


def test_who_had_a_copy_and_is_to_support_now_is_asked(ground: Ground) -> None:
    incident = open_(ground, Level.TINGGI, issue="WRG", form="KETEGANGAN")
    copies = {one.id for one in ground.rows(Alert) if one.incident_id == incident and one.duty == Duty.INFORM}
    ground.clock.forward(minutes=2)
    lead = alert_of(ground, incident, Duty.LEAD)
    before = {one.id for one in ground.rows(Delivery)}
    ground.act(lambda tx: lifecycle.override(tx, incident, OFFICER, {"issue": "ORM"}, "Dinilai."), incident)
    called = {one.id for one in ground.rows(Alert) if one.id in copies and one.duty == Duty.SUPPORT}
    assert called
    asked = [one for one in ground.rows(Delivery) if one.id not in before and one.alert_id in called]
    assert {one.alert_id for one in asked} == called
    assert {one.reason for one in asked} == {"changed"}
    assert all(one.ack_due is not None for one in ground.rows(Alert) if one.id in called)
    assert lead.institution == "POLSEK"


def test_who_led_and_has_a_copy_now_hears_once_that_no_answer_is_asked_of_him(ground: Ground) -> None:
    incident = open_(ground, Level.SEDANG, issue="SLT", form="KETEGANGAN")
    led = alert_of(ground, incident, Duty.LEAD)
    before = {one.id for one in ground.rows(Delivery)}
    ground.clock.forward(minutes=2)
    ground.act(lambda tx: lifecycle.override(tx, incident, OFFICER, {"issue": "WRG"}, "Dinilai."), incident)
    now = next(one for one in ground.rows(Alert) if one.id == led.id)
    assert (led.institution, now.duty, now.ack_due, now.remind_at) == ("POLRES", Duty.INFORM, None, None)

    def heard() -> list[tuple[str, Any]]:
        rows = [one for one in ground.rows(Delivery) if one.id not in before and one.alert_id == led.id]
        return [(one.reason, one.payload["data"].get("released")) for one in rows]

    assert heard() == [("changed", True)]
    ground.clock.forward(minutes=2)
    ground.act(
        lambda tx: lifecycle.override(tx, incident, OFFICER, {"level": int(Level.TINGGI)}, "Dinilai lagi."), incident
    )
    assert [released for _, released in heard()].count(True) == 1


def test_who_led_and_is_not_named_any_more_hears_that_no_answer_is_asked_of_him(ground: Ground) -> None:
    incident = open_(ground, Level.SEDANG, issue="WRG", form="KETEGANGAN")
    led = alert_of(ground, incident, Duty.LEAD)
    assert led.institution == "POLSEK"
    before = {one.id for one in ground.rows(Delivery)}
    ground.clock.forward(minutes=2)
    elsewhere = next(code for code in ("35.23.01", "35.23.15") if code != led.unit)
    changes = {"kabupaten": "35.23", "kecamatan": elsewhere}
    ground.act(lambda tx: lifecycle.override(tx, incident, OFFICER, changes, "Tempatnya lain."), incident)
    now = next(one for one in ground.rows(Alert) if one.id == led.id)
    assert alert_of(ground, incident, Duty.LEAD).unit == elsewhere
    assert (now.duty, now.ack_due, now.remind_at) == (Duty.INFORM, None, None)
    heard = [one for one in ground.rows(Delivery) if one.id not in before and one.alert_id == led.id]
    assert [(one.reason, one.payload["data"].get("released")) for one in heard] == [("changed", True)]


def test_a_silence_ended_early_gives_its_time_to_answer_from_then_on(ground: Ground) -> None:
    end = ground.clock.now + timedelta(days=4)
    matchers = {"issue": "WRG"}
    silence = ground.store.write_now(
        lambda tx: silences.add(tx, OFFICER, matchers, reason="Diatur.", start=None, end=end)
    )
    incident = open_(ground, Level.SEDANG, issue="WRG", form="KETEGANGAN")
    assert alert_of(ground, incident, Duty.LEAD).delivered_at is None
    ground.clock.forward(minutes=10)
    ground.store.write_now(lambda tx: silences.end(tx, silence, OFFICER))
    [told] = [row for row in swept(ground, seconds=0) if row["payload"]["data"]["duty"] == Duty.LEAD]
    due = ground.context.escalation(ground.context.district.clocks[Level.SEDANG]).ack_due(ground.clock.now)
    assert datetime.fromisoformat(told["payload"]["data"]["ack_due"]) == due
    assert alert_of(ground, incident, Duty.LEAD).ack_due == due


def test_the_shifts_of_who_has_moved_to_another_office_are_none_of_it(ground: Ground) -> None:
    now, moves = ground.clock.now, Resident("anggi", "POLRES")
    newcomers = [moves, Resident("citra", "KODIM")]
    ground.store.write_now(lambda tx: move_in(tx, newcomers, "https://sink.example", now))
    night = [(now, now + timedelta(hours=12))]
    ground.store.write_now(lambda tx: schedule.put(tx, OFFICER, "anggi", "duty", night))

    def reached(office: str) -> set[str]:
        roster = ground.store.read_now(lambda session: schedule.roster_of(session, now=now))
        return {one.login for one in roster.reached(office, None, now)}

    assert reached("POLRES") == {"anggi"}

    def move(tx: Transaction) -> None:
        people.change(tx, OFFICER, tx.session.get_one(Person, moves.id), {"institution": "KODIM"})

    ground.store.write_now(move)
    assert {"anggi", "citra"} <= reached("KODIM")
    assert reached("POLRES")


# -- who has left is told nothing any more -------------------------------------------------------------------------------


def shut(ground: Ground, how: str, person: str) -> None:
    def do(tx: Transaction) -> None:
        found = tx.session.get_one(Person, person)
        if how == "locked":
            people.set_active(tx, OFFICER, person, active=False)
        else:
            people.change(tx, OFFICER, found, {"institution": "KODIM"})

    ground.store.write_now(do)


@pytest.mark.parametrize("how", ["locked", "moved"])
def test_what_is_under_way_to_who_has_left_is_not_tried_again(ground: Ground, how: str) -> None:
    report = filed("Kejadian.")
    ground.store.write_now(lambda tx: keep(tx, report, judged(Level.TINGGI)))
    told = ground.store.write_now(lambda tx: decided(tx, ground, str(report.id)))
    [mine] = [row for row in told if row["payload"]["data"]["institution"] == "POLRES"]
    shut(ground, how, mine["person_id"])
    dispatcher = Dispatcher(ground.store, {}, "notify-1", lambda _tx, _outcomes: None)
    outcomes = [Outcome(mine, Verdict("again", error="busy"))]
    ground.store.write_now(lambda tx: dispatcher._mark(tx, outcomes))
    assert [one.state for one in ground.rows(Delivery) if one.id == mine["id"]] == ["withdrawn"]


@pytest.mark.parametrize("how", ["locked", "moved"])
def test_no_other_way_is_looked_for_to_who_has_left(ground: Ground, how: str) -> None:
    mine = derived("person", "polres")
    second = Address(id="second", person_id=mine, channel="webhook", address="https://sink.example/2", rank=2)

    def add(tx: Transaction) -> None:
        second.verified_at = tx.now
        tx.session.add(second)

    ground.store.write_now(add)
    incident = open_(ground, Level.TINGGI)
    lead = alert_of(ground, incident, Duty.LEAD)
    [row] = [one for one in ground.rows(Delivery) if one.alert_id == lead.id]
    shut(ground, how, row.person_id)
    lost: Any = {**row.as_row(), "blame": Blame.ADDRESS, "gone": False, "final": True}
    ground.context.contacts.forget()
    owed = ground.store.write_now(lambda tx: other_ways(tx, ground.context, [lost]))
    assert [one for one in owed if one["person_id"] == row.person_id and one["alert_id"] == lead.id] == []


@pytest.mark.parametrize("role", Role)
def test_who_may_not_answer_for_an_office_is_not_told_as_if_he_could(ground: Ground, role: Role) -> None:
    somebody = Resident("somebody", "POLRES", role=role)
    ground.store.write_now(lambda tx: move_in(tx, [somebody], "https://sink.example", tx.now))
    roster = ground.store.read_now(lambda session: schedule.roster_of(session, now=ground.clock.now))
    told = somebody.id in {one.id for one in roster.people}
    assert told == (role in (Role.MEMBER, Role.VERIFIER, Role.COORDINATOR, Role.LEADER))
