"""A duty that goes from hand to hand: who is asked, and what a colleague is told when it is taken back. On both."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise

import pytest
import pytest_asyncio

from schemas.records.alerts import Alert, Delivery
from schemas.records.audit_log import Journal
from schemas.vocabulary import AlertReason, DeliveryState, Role
from services.incidents.other_answers import hand_over, take_back
from services.incidents.responses import acknowledge
from services.oncall import schedule as book
from services.security.auth import Identity
from services.security.refusal import Refused
from tests.house import House, person_id
from tests.incidents import Level, added, opened
from tests.people import Resident

OFFICE = Identity("office", "office", Role.ADMIN)
AGAIN = "tidak ada rekan piket lain yang dapat ditanya"
AFTER_ALL = "Anda diminta lagi: rekan yang mengambilnya kembali belum menjawab."


@pytest_asyncio.fixture
async def house(new_house: Callable[..., Awaitable[House]], database: str) -> House:
    """The whole system, with two colleagues in the leading office; nobody there has a shift, so all are told."""
    third = Resident("polres3", "POLRES", addresses=(("email", "tiga@tuban.example"),))
    return await new_house(database, people=lambda all_: [*all_, Resident("polres2", "POLRES"), third])


def who(login: str) -> Identity:
    return Identity(person_id(login), login, Role.MEMBER, "POLRES", clearance=4)


async def handed(house: House, incident: str, *chain: str) -> None:
    """Hand it on from the first to the last."""
    for by, to in pairwise(chain):
        await house.store.write(
            lambda tx, by=by, to=to: hand_over(tx, house.district, incident, who(by), person_id(to))
        )
        await house.settle()


async def taken_back(house: House, incident: str, by: str) -> None:
    await house.store.write(lambda tx: take_back(tx, incident, who(by)))
    await house.settle()


async def away(house: House, *logins: str) -> None:
    now = house.clock.now
    for login in logins:
        stretch = [(now, now + timedelta(hours=8))]
        await house.store.write(lambda tx, login=login, s=stretch: book.put(tx, OFFICE, login, "absence", s))


def told(house: House, incident: str, reason: AlertReason) -> dict[str, Delivery]:
    """Give the messages of one reason to the leading office, by whom they went to."""
    logins = {person_id(login): login for login in ("polres", "polres2", "polres3")}
    lead = house.lead(incident).id
    rows = [one for one in house.rows(Delivery, reason=reason.value) if one.person_id in logins]
    rows = [one for one in rows if one.alert_id == lead or one.payload["data"]["incident"] == incident]
    return {logins[one.person_id or ""]: one for one in rows if one.state != DeliveryState.WITHDRAWN}


async def test_whoever_has_handed_it_on_is_asked_no_more(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres2", "polres3")
    assert set(told(house, incident, AlertReason.HANDED_OVER)) == {"polres2", "polres3"}
    await house.forward(minutes=8)
    assert set(told(house, incident, AlertReason.REMINDER)) == {"polres3"}


async def test_handed_back_he_is_asked_and_the_other_is_not(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await away(house, "polres3")
    await handed(house, incident, "polres", "polres2", "polres")
    await house.forward(minutes=8)
    assert set(told(house, incident, AlertReason.REMINDER)) == {"polres"}


async def test_who_is_not_on_duty_any_more_leaves_it_to_whom_never_handed_it_over(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres2")
    await away(house, "polres2")
    await house.forward(minutes=8)
    reminder = told(house, incident, AlertReason.REMINDER)
    assert set(reminder) == {"polres3"}
    assert AGAIN not in reminder["polres3"].payload["body"]


async def test_the_last_one_on_duty_is_asked_again_and_told_why(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await away(house, "polres")
    await handed(house, incident, "polres3", "polres2")
    await away(house, "polres2")
    await house.forward(minutes=8)
    reminder = told(house, incident, AlertReason.REMINDER)
    assert set(reminder) == {"polres3"}
    assert AGAIN in reminder["polres3"].payload["body"]


async def test_owed_anew_all_are_asked(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres2", "polres3")
    await house.forward(minutes=1)
    await added(house, incident, Level.KRITIS)
    assert set(told(house, incident, AlertReason.RAISED)) == {"polres", "polres2", "polres3"}
    await handed(house, incident, "polres2", "polres3")
    house.news()
    await house.forward(minutes=3)
    reminder = told(house, incident, AlertReason.REMINDER)
    assert set(reminder) == {"polres", "polres3"}


async def test_the_colleague_is_told_that_it_was_taken_back(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    state = house.lead(incident).state
    await handed(house, incident, "polres2", "polres3")
    house.mail.mails.clear()
    await taken_back(house, incident, "polres2")
    [(login, message)] = told(house, incident, AlertReason.TAKEN_BACK).items()
    assert login == "polres3"
    assert "Sudah diambil kembali oleh Petugas POLRES. Anda tidak perlu menjawab" in message.payload["body"]
    assert "DIAMBIL KEMBALI. Tidak perlu dijawab lagi." in message.payload["short"]
    assert len(message.payload["short"]) <= 160
    assert "button" not in message.payload
    assert len(house.mail.mails) == 1
    assert house.lead(incident).state == state
    await house.settle()
    await house.notify.take_up_unheard()
    assert len(house.mail.mails) == 1


async def test_whoever_was_told_that_he_need_not_answer_is_woken_again_only_when_the_answer_is_late(
    house: House,
) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres3")
    await taken_back(house, incident, "polres")
    await added(house, incident, Level.TINGGI)
    assert set(told(house, incident, AlertReason.CHANGED)) == {"polres", "polres2"}
    await house.forward(minutes=8)
    assert set(told(house, incident, AlertReason.REMINDER)) == {"polres", "polres2"}
    await house.forward(minutes=7)
    overdue = told(house, incident, AlertReason.OVERDUE)
    assert AFTER_ALL in overdue["polres3"].payload["body"]
    assert set(overdue) == {"polres", "polres3", "polres2"}
    assert len(overdue["polres3"].payload["short"]) <= 160


async def test_an_answer_lets_him_sleep_and_a_promise_that_lapses_does_not(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await away(house, "polres3")
    await handed(house, incident, "polres", "polres2")
    await taken_back(house, incident, "polres")
    await house.store.write(lambda tx: acknowledge(tx, incident, who("polres")))
    await house.settle()
    await house.forward(minutes=20)  # the time to answer is over, and it was answered
    await added(house, incident, Level.TINGGI)
    assert set(told(house, incident, AlertReason.CHANGED)) == {"polres"}
    await house.forward(minutes=60)
    assert house.lead(incident).state == "lapsed"
    assert set(told(house, incident, AlertReason.LAPSED)) == {"polres", "polres2"}


async def test_who_took_it_back_and_is_not_on_duty_any_more_leaves_it_to_all_the_others(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres3")
    await taken_back(house, incident, "polres")
    await away(house, "polres")
    await house.forward(minutes=8)
    reminder = told(house, incident, AlertReason.REMINDER)
    assert set(reminder) == {"polres2", "polres3"}
    assert AFTER_ALL in reminder["polres3"].payload["body"]


async def test_handed_to_the_other_one_after_all_the_first_sleeps_on(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres2")
    await taken_back(house, incident, "polres")
    await handed(house, incident, "polres", "polres3")
    await house.forward(minutes=8)
    assert set(told(house, incident, AlertReason.REMINDER)) == {"polres3"}


async def test_handed_to_him_once_more_he_is_asked(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres3")
    await taken_back(house, incident, "polres")
    await handed(house, incident, "polres", "polres3")
    await away(house, "polres2")
    await house.forward(minutes=8)
    reminder = told(house, incident, AlertReason.REMINDER)
    assert set(reminder) == {"polres3"}
    assert AFTER_ALL not in reminder["polres3"].payload["body"]


async def test_a_rise_after_it_was_taken_back_asks_all(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres2")
    await taken_back(house, incident, "polres")
    await house.forward(minutes=1)
    await added(house, incident, Level.KRITIS)
    assert set(told(house, incident, AlertReason.RAISED)) == {"polres", "polres2", "polres3"}
    await house.forward(minutes=3)
    assert set(told(house, incident, AlertReason.REMINDER)) == {"polres", "polres2", "polres3"}


async def test_a_program_is_told_as_of_anything_else(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres2")
    house.news()
    await taken_back(house, incident, "polres")
    [call] = [one for one in house.news() if one.institution == "POLRES"]
    assert (call.login, call.data["reason"], call.data["ack_due"]) == ("polres2", "taken_back", None)


async def test_taken_back_in_a_chain_it_is_again_with_whom_it_was_handed_to_before(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres2")
    await house.forward(minutes=2)
    await handed(house, incident, "polres2", "polres3")
    await taken_back(house, incident, "polres2")
    alert = house.lead(incident)
    assert (alert.handed_by, alert.handed_to) == (person_id("polres"), person_id("polres2"))
    assert set(told(house, incident, AlertReason.TAKEN_BACK)) == {"polres3"}
    await house.forward(minutes=6)
    assert set(told(house, incident, AlertReason.REMINDER)) == {"polres2"}
    await house.forward(minutes=7)
    assert set(told(house, incident, AlertReason.OVERDUE)) == {"polres2", "polres3"}


async def test_what_has_been_answered_is_not_taken_back_and_its_answerer_is_named(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres2")
    await house.store.write(lambda tx: acknowledge(tx, incident, who("polres2")))
    with pytest.raises(Refused) as refused:
        await taken_back(house, incident, "polres")
    assert refused.value.code == "handover_answered"
    assert "Petugas POLRES sudah menjawab" in refused.value.say()
    assert house.lead(incident).handed_to == person_id("polres2")
    await house.settle()
    assert told(house, incident, AlertReason.TAKEN_BACK) == {}


async def test_an_answer_between_the_taking_back_and_its_telling_leaves_the_words_out(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await handed(house, incident, "polres", "polres2")
    await house.store.write(lambda tx: take_back(tx, incident, who("polres")))
    await house.store.write(lambda tx: acknowledge(tx, incident, who("polres2")))
    await house.settle()
    assert told(house, incident, AlertReason.TAKEN_BACK) == {}


async def test_what_has_not_gone_out_yet_never_goes(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    house.sink.answers["POLRES"] = 503
    await handed(house, incident, "polres", "polres2")
    [waiting] = house.rows(Delivery, reason=AlertReason.HANDED_OVER.value)
    assert waiting.state == DeliveryState.FAILED
    await taken_back(house, incident, "polres")
    del house.sink.answers["POLRES"]
    house.news()
    await house.forward(seconds=30)
    assert [one for one in house.news() if one.data["reason"] in ("handed_over", "taken_back")] == []
    [gone] = house.rows(Delivery, id=waiting.id)
    assert gone.state == DeliveryState.WITHDRAWN
    await house.forward(minutes=8)  # nobody has told him that he need not answer
    assert set(told(house, incident, AlertReason.REMINDER)) == {"polres", "polres2", "polres3"}


async def test_handed_over_and_taken_back_before_anybody_was_told_nobody_is(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    house.news()

    def both(tx: object) -> None:
        hand_over(tx, house.district, incident, who("polres"), person_id("polres2"))  # type: ignore[arg-type]

    await house.store.write(both)
    await house.store.write(lambda tx: take_back(tx, incident, who("polres")))
    await house.settle()
    assert [one.data["reason"] for one in house.news() if one.institution == "POLRES"] == []
    assert {one.kind for one in house.rows(Journal, incident_id=incident)} >= {"incident.hand_over_withdrawn"}
    assert [one.handed_to for one in house.rows(Alert, incident_id=incident)].count(None) > 0
