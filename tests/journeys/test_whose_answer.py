"""Which of an institution's alerts an answer is booked for, where an incident has told several of its units."""

from itertools import permutations

import pytest

from schemas.records.alerts import Alert
from schemas.vocabulary import Duty, Role
from services.incidents import responses
from services.incidents.queries import alerts_to
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.transaction import Transaction
from tests.house import SEMANDING, SOKO, House
from tests.incidents import Level, opened

REMOTE = "35.23.01"
DESK = Identity("kesbang", "Kesbang", Role.COORDINATOR, "KESBANG")
# duty, needed, state: the one whose answer is missed most first
MISSED = (
    (Duty.LEAD, False, "seen"),
    (Duty.SUPPORT, True, "delivered"),
    (Duty.LEAD, False, "reported"),
    (Duty.SUPPORT, False, "owed"),
)


def told_units(house: House, incident: str, units: dict[str, tuple[Duty, bool, str]]) -> None:
    """Let an incident have told these units of the Polsek, and no other."""

    def keep(tx: Transaction) -> None:
        for alert in alerts_to(tx.session, incident, "POLSEK"):
            tx.session.delete(alert)
        tx.session.flush()
        for unit, (duty, needed, state) in units.items():
            answered = {"acknowledged_at": house.clock.now, "acknowledged_by": "dia"} if state == "reported" else {}
            row = {"id": f"{incident}:{unit}", "incident_id": incident, "institution": "POLSEK", "unit": unit}
            row |= {"duty": duty.value, "needed": needed, "state": state, "level": 2, "owed_at": house.clock.now}
            tx.session.add(Alert(**row, **answered))

    house.write(keep)


async def test_what_is_said_by_telephone_counts_for_the_unit_whose_answer_is_missed_most(house: House) -> None:
    incident = await opened(house, Level.SEDANG)
    for first, second in permutations(range(len(MISSED)), 2):
        told_units(house, incident, {SOKO: MISSED[first], SEMANDING: MISSED[second]})
        wanted = SOKO if first < second else SEMANDING
        assert house.ask(lambda session: alerts_to(session, incident, "POLSEK")[0].unit) == wanted
        told_units(house, incident, {SOKO: MISSED[first], SEMANDING: MISSED[second]})
        answer = house.write(
            lambda tx: responses.acknowledge(tx, incident, DESK, institution="POLSEK", how="phone", reason="Menelepon.")
        )
        assert answer.alert == f"{incident}:{wanted}"
        house.clock.forward(seconds=1)
        told_units(house, incident, {SOKO: MISSED[first], SEMANDING: MISSED[second]})
        house.write(lambda tx: responses.report_situation(tx, incident, DESK, "Aman.", institution="POLSEK"))
        assert [one.unit for one in house.rows(Alert, incident_id=incident, reported_at=house.clock.now)] == [wanted]


async def test_among_equals_the_unit_decides_and_not_the_order_of_the_rows(house: House) -> None:
    incident = await opened(house, Level.SEDANG)
    for units in permutations((SOKO, SEMANDING, REMOTE)):
        told_units(house, incident, dict.fromkeys(units, MISSED[3]))
        assert house.ask(lambda session: alerts_to(session, incident, "POLSEK")[0].unit) == REMOTE


async def test_an_officer_answers_for_his_own_unit_and_for_no_other(house: House) -> None:
    incident = await opened(house, Level.SEDANG)
    told_units(house, incident, {SOKO: MISSED[0], SEMANDING: MISSED[3]})
    for unit in (SEMANDING, SOKO):
        who = Identity("polsek", "Polsek", Role.MEMBER, "POLSEK", unit=unit)
        assert house.write(lambda tx, who=who: responses.acknowledge(tx, incident, who)).alert == f"{incident}:{unit}"
    elsewhere = Identity("jauh", "Jauh", Role.MEMBER, "POLSEK", unit=REMOTE)
    for act in (responses.acknowledge, lambda *args: responses.report_situation(*args, "Aman.")):
        with pytest.raises(Refused, match="tidak"):
            house.write(lambda tx, act=act: act(tx, incident, elsewhere))
