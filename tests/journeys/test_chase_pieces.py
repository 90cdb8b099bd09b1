"""Single acts of people and what the chase makes of them: of one incident, by rows, without a bus."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.district import District
from schemas.records import Alert, Delivery, Ladder
from schemas.vocabulary import Duty, LadderStop, Level, Role
from services.incidents import other_answers, responses
from services.notify.alerting.escalation_sweep import sweep
from services.notify.delivery.dispatcher import lease_due
from services.security.auth import Identity
from tests.incidents import filed, judged, keep
from tests.journeys.test_chase_model import Ground, Told


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
