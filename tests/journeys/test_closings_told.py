"""Who is on the way to an incident, or was asked about it, is told once that a person has closed it; nobody else is."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest
import pytest_asyncio
from sqlmodel import select

from schemas.messages import InboundReceipt, IncidentEvent
from schemas.records.alerts import Alert, Delivery
from schemas.records.incidents import Incident
from schemas.records.people import Address, Person
from schemas.records.running import Outbox
from schemas.vocabulary import AlertReason, Blame, DeliveryState, EventKind, Role
from services.cli.ops.reconcile import reconcile
from services.incidents import lifecycle
from services.incidents.responses import acknowledge
from services.notify.closing.other_way import other_ways
from services.notify.queries import delete_events
from services.notify.replies.receipts import _take
from services.notify.watchdog.invariants import look
from services.policy.situation import ACCUSED
from services.security import auth
from services.store.transaction import Transaction
from tests.conftest import POSTGRES, SQLITE
from tests.house import SOKO, House, person_id
from tests.incidents import Level, PlaceFound, added, opened
from tests.people import Resident

NewHouse = Callable[..., Awaitable[House]]
COORDINATOR = ("KESBANG", Role.COORDINATOR)
OTHER = ("KODIM", Role.VERIFIER)  # told for information only
# Whom a clash of KRITIS asks for an answer, without who closes it. The others get copies.
ASKED = {"POLRES", "POLSEK", "KORAMIL", "CAMAT"}


@pytest_asyncio.fixture(params=[SQLITE, POSTGRES])
async def house(request: pytest.FixtureRequest, new_house: NewHouse) -> House:
    return await new_house(request.param)


def closings(house: House) -> list[tuple[str, bool]]:
    """Give whom a closing was told to since the last look, and whether as one who is on the way."""
    calls = [call.data for call in house.news() if call.data["reason"] == "closed"]
    return sorted((data["institution"], data["on_the_way"]) for data in calls)


def told(house: House) -> set[str]:
    """Give whom a closing was told to since the last look; each once."""
    names = [name for name, _ in closings(house)]
    assert len(names) == len(set(names))
    return set(names)


def settled_again(incident: str) -> tuple[str, bytes]:
    """Give the event of a closing as the bus may tell it once more: its subject and its body."""
    event = IncidentEvent(incident=UUID(incident), revision=2, reason=AlertReason.CLOSED, level=Level.TINGGI)
    return f"{EventKind.INCIDENT_SETTLED}.3523.3523_11", event.model_dump_json().encode()


async def proved(house: House) -> None:
    """Let the proof and the auditor look: nothing is missing, doubled or stuck."""
    assert (await reconcile(house.bus, house.store, patience=5)).wrong() == {}
    assert house.ask(lambda session: look(session, house.clock.now, 1.0)) == []


def as_they_stood(house: House, incident: str) -> list[tuple[object, ...]]:
    """Give what of an incident a word about its closing must not touch."""
    row, ladder = house.incident(incident), house.ladder(incident)
    alerts = sorted(house.rows(Alert, incident_id=incident), key=lambda one: one.id)
    stood = [(one.state, one.round, one.reason, one.delivered_at, one.seen_at, one.remind_at) for one in alerts]
    return [(row.state, row.round, row.revision), (ladder.stopped, ladder.round, ladder.next_at), *stood]


async def test_who_was_asked_and_has_not_answered_is_told_once(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    house.news()
    await house.close(incident, OTHER, COORDINATOR, reason="Salah lihat.", outcome="dismissed")
    found = closings(house)
    assert found == [(name, False) for name in sorted(ASKED)]
    await house.forward(minutes=30)
    house.expect_silence()
    await proved(house)


async def test_who_has_answered_is_told_that_he_need_not_go_on(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await house.close(incident, COORDINATOR, OTHER, reason="Sudah didamaikan di polsek.")
    calls = {call.data["institution"]: call.data for call in house.news()}
    assert set(calls) == ASKED
    assert (calls["POLRES"]["on_the_way"], calls["POLSEK"]["on_the_way"]) == (True, False)
    said = calls["POLRES"]
    assert (said["outcome"], said["ack_due"], said["text"]) == ("settled", None, None)
    assert "didamaikan" not in str(said)
    await proved(house)


async def test_a_copy_asks_for_nothing_and_its_end_is_told_to_nobody_but_who_answered_it(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await house.act(incident, "acknowledgements", by="KODIM")
    house.news()
    await house.close(incident, ("KEJARI", Role.VERIFIER), COORDINATOR, reason="Selesai.")
    assert told(house) == {*ASKED, "KODIM"}


async def test_a_closing_changes_no_alert_no_round_and_no_ladder(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    house.sink.answers["POLRES"] = 503
    again = await opened(house, Level.TINGGI)  # the lead's alert is owed and does not arrive
    house.sink.answers.clear()
    assert house.lead(again).state == "owed"
    for one in (incident, again):
        closed = await lifecycle_close(house, one)
        before = as_they_stood(house, one)
        await house.settle()
        assert house.journal("closing.told", one)[-1].data["line"] == closed
        assert as_they_stood(house, one) == before
    for row in (one for id_ in (incident, again) for one in house.deliveries(id_) if one.reason == "closed"):
        assert row.round == 0
        assert not row.urgent
        assert not {"button", "code"} & set(row.payload)


async def test_what_arrives_of_a_closing_delivers_no_alert(house: House) -> None:
    """An alert that is owed anew, and did not arrive, is not delivered by the word that it is over."""
    incident = await opened(house, Level.TINGGI)
    house.sink.answers["POLRES"] = 503
    await added(house, incident, Level.KRITIS)
    house.sink.answers.clear()
    assert house.lead(incident).state == "owed"
    await lifecycle_close(house, incident)
    await house.settle()
    [word] = [one for one in house.rows(Delivery, reason="closed") if "POLRES" in one.address]
    assert (word.state, house.lead(incident).state) == ("delivered", "owed")
    assert house.lead(incident).delivered_at is None
    told = {"provider_id": "p", "delivery_id": word.id, "state": DeliveryState.READ, "told_at": house.clock.now}
    receipt = InboundReceipt(channel="webhook", **told)
    [row] = house.rows(Delivery, id=word.id)
    await house.store.write(lambda tx: _take(tx, house.notify.desk, row.as_row(), receipt))
    assert (house.rows(Delivery, id=word.id)[0].state, house.lead(incident).state) == ("read", "owed")
    await proved(house)


async def lifecycle_close(house: House, incident: str, *, dismissed: bool = False) -> int:
    """Close as a coordinator does, without a tick; gives the audit line."""
    row = {"id": "penutup", "login": "penutup", "name": "Penutup", "role": "coordinator", "institution": "KESBANG"}

    def close(tx: Transaction) -> None:
        person = tx.session.merge(Person(**row, clearance=4))
        tx.session.flush()
        lifecycle.close(tx, incident, auth.identity_of(person), "Ditutup.", dismissed=dismissed)

    await house.store.write(close)
    [*_, line] = house.journal("incident.dismissed" if dismissed else "incident.settled", incident)
    return line.seq


async def test_the_message_has_its_id_from_the_closing_so_that_each_closing_is_told(house: House) -> None:
    """A nil report that is opened again begins no round, and its second closing is told all the same."""
    incident = await opened(house, Level.RENDAH, conflict=False, form="NIHIL")
    lead = house.lead(incident)
    await house.act(incident, "acknowledgements", by=lead.institution)
    house.news()
    for number in (1, 2):
        await house.act(incident, "closures", by=COORDINATOR, reason="Nihil.")
        assert closings(house) == [(lead.institution, True)]
        await house.forward(minutes=1)
        await house.act(incident, "reopenings", by=COORDINATOR, reason="Belum.")
        ids = {one.id for one in house.deliveries(incident) if one.reason == "closed"}
        assert len(ids) == number
        again = [call.told for call in house.news()]
        assert [(name, reason) for name, _, reason in again] == [(lead.institution, "reopened")]
        await house.forward(minutes=1)
    assert len({line.data["round"] for line in house.journal("alerts.owed", incident)}) == 1
    await proved(house)


async def test_a_nil_report_asks_nobody_and_its_end_is_told_to_nobody(house: House) -> None:
    incident = await opened(house, Level.RENDAH, conflict=False, form="NIHIL")
    house.news()
    await house.act(incident, "closures", by=COORDINATOR, reason="Nihil.")
    house.expect_silence()


async def test_two_persons_close_and_it_is_told_when_the_second_agrees(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await house.act(incident, "closures", by=("POLRES", Role.VERIFIER), reason="Tidak ada.", outcome="dismissed")
    house.expect_silence()
    await house.agree(incident, by=COORDINATOR)
    assert told(house) == ASKED  # who proposed has his answer by it; the office of the second knows


async def test_the_event_told_twice_and_by_two_notifiers_owes_nothing_twice(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    other = await house.new_notify("2")
    house.news()
    await house.close(incident, OTHER, COORDINATOR, reason="Selesai.")
    assert told(house) == ASKED
    for notify in (house.notify, other):
        await notify.take_again(*settled_again(incident))
    await house.quiet()
    house.expect_silence()
    assert len(house.journal("closing.told", incident)) == 1


async def test_a_person_whose_best_address_changed_meanwhile_is_not_told_twice(new_house: NewHouse) -> None:
    def two_ways(people: list[Resident]) -> list[Resident]:
        return [replace(one, addresses=ways(one)) if one.login == "polres" else one for one in people]

    def ways(one: Resident) -> tuple[tuple[str, str], ...]:
        sink = "http://127.0.0.1:1"
        return (("email", "piket@polres.example"), ("webhook", f"{sink}/POLRES/-/{one.login}"))

    house = await new_house(people=two_ways)
    incident = await opened(house, Level.TINGGI)
    await house.close(incident, OTHER, COORDINATOR, reason="Selesai.")
    damaged = "UPDATE address SET failed_at = verified_at WHERE address = 'piket@polres.example'"
    with house.store.engine.begin() as connection:
        connection.exec_driver_sql(damaged)
    house.notify.desk.contacts.forget()
    await house.notify.take_again(*settled_again(incident))
    await house.quiet()
    mine = [one for one in house.deliveries(incident) if one.reason == "closed" and "polres" in one.address]
    assert [one.channel for one in mine] == ["email"]


async def test_the_recipients_of_what_was_merged_into_it_are_told_too_each_once(house: House) -> None:
    one = await opened(house, Level.SEDANG, place=place(SOKO))
    other = await opened(house, Level.SEDANG, place=place("35.23.15"))
    await house.act(one, "acknowledgements", by="POLSEK")
    assert (await house.act(one, "merges", by=COORDINATOR, into=other, reason="Sama.")).body["state"] == "merged"
    house.news()
    await house.act(other, "closures", by=COORDINATOR, reason="Selesai.")
    calls = [call for call in house.news() if call.data["reason"] == "closed"]
    logins = sorted(call.login for call in calls)
    assert len(logins) == len(set(logins))
    soko, semanding = (
        {one.incident_id for one in house.rows(Delivery, reason="closed") if unit in one.address}
        for unit in (SOKO, "35.23.15")
    )
    assert (soko, semanding) == ({one}, {other})  # each reads of the incident that he was told of
    by_login = {call.login: call.data for call in calls}
    assert by_login[f"polsek.{SOKO}"]["on_the_way"]
    assert not by_login["polsek.35.23.15"]["on_the_way"]
    assert by_login[f"polsek.{SOKO}"]["url"].endswith(one)
    await proved(house)


def place(kecamatan: str) -> PlaceFound:
    return PlaceFound(kabupaten="35.23", kecamatan=kecamatan)


async def test_open_again_before_it_was_sent_withdraws_it(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.sink.answers["POLSEK"] = 503
    house.news()
    await house.close(incident, COORDINATOR, OTHER, reason="Selesai.")
    [waiting] = [one for one in house.rows(Delivery, reason="closed") if one.state == "failed"]
    await house.act(incident, "reopenings", by=COORDINATOR, reason="Belum selesai.")
    house.sink.answers.clear()
    house.news()
    await house.forward(minutes=1)
    assert "closed" not in {reason for _, _, reason in house.told()}
    [withdrawn] = house.rows(Delivery, id=waiting.id)
    assert withdrawn.state == "withdrawn"
    await proved(house)


async def test_closed_open_and_closed_again_tells_of_the_last_closing_only(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.sink.answers["POLSEK"] = 503
    for reason in ("Selesai.", "Kini selesai."):
        await house.close(incident, COORDINATOR, OTHER, reason=reason)
        await house.forward(seconds=1)
        if reason == "Selesai.":
            await house.act(incident, "reopenings", by=COORDINATOR, reason="Belum.")
            await house.act(incident, "acknowledgements", by="POLRES")
    house.sink.answers.clear()
    house.news()
    await house.forward(minutes=3)
    mine = [call for call in house.news() if call.told[0] == "POLSEK" and call.data["reason"] == "closed"]
    assert len(mine) <= 1
    states = [one.state for one in house.rows(Delivery, reason="closed") if "POLSEK" in one.address]
    assert states.count("withdrawn") == 1
    await proved(house)


async def test_what_is_to_be_tried_again_is_not_told_after_the_closing(house: House) -> None:
    """Whoever has got nothing is not told of a closing, nor afterwards of what was closed."""
    house.sink.answers["POLSEK"] = 503
    incident = await opened(house, Level.TINGGI)
    await house.close(incident, OTHER, COORDINATOR, reason="Selesai.")
    house.sink.answers.clear()
    house.news()
    await house.forward(minutes=5)
    house.expect_silence()
    assert {one.state for one in house.deliveries(incident) if "POLSEK" in one.address} == {"withdrawn"}
    await proved(house)


async def test_whom_the_ladder_alone_had_told_hears_that_it_is_open_again(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await house.forward(minutes=15)
    assert house.rows(Alert, incident_id=incident, institution="KASATINTEL")
    house.news()
    await house.close(incident, OTHER, COORDINATOR, reason="Selesai.")
    assert {*ASKED, "KASATINTEL"} <= told(house)
    await house.forward(minutes=1)
    await house.act(incident, "reopenings", by=COORDINATOR, reason="Belum.")
    again = [call for call in house.news() if call.told[0] == "KASATINTEL"]
    assert [call.data["reason"] for call in again] == ["reopened"]
    logins = [one.login for one in house.sink.calls if one.data["reason"] == "reopened"]
    assert len(logins) == len(set(logins))
    alert = house.alert(incident, "KASATINTEL")
    assert (alert.reason, alert.state) == ("escalated", "delivered")
    await proved(house)


async def test_a_late_answer_after_it_is_told_that_it_is_closed(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await house.close(incident, OTHER, COORDINATOR, reason="Selesai.")
    late = await house.act(incident, "acknowledgements", by="POLRES")
    assert late.status == 409
    await proved(house)


async def test_an_accused_institution_is_not_told(house: House) -> None:
    incident = await opened(house, Level.TINGGI)

    def accuse(tx: Transaction) -> None:
        row = tx.session.get_one(Incident, incident)
        row.facts = {**row.facts, ACCUSED: ["POLSEK"]}

    await house.store.write(accuse)
    house.news()
    await house.close(incident, OTHER, COORDINATOR, reason="Selesai.")
    assert told(house) == ASKED - {"POLSEK"}


async def test_who_may_not_know_of_it_any_more_is_not_told(house: House) -> None:
    incident = await opened(house, Level.TINGGI)

    def leave(tx: Transaction) -> None:
        for one in tx.session.exec(select(Person)):
            if one.institution == "POLRES":
                one.active = False
            if one.institution == "KORAMIL":
                one.institution = "KODIM"

    await house.store.write(leave)
    house.news()
    await house.close(incident, OTHER, COORDINATOR, reason="Selesai.")
    assert told(house) == {"POLSEK", "CAMAT"}


@pytest.mark.parametrize("named", [True, False])
async def test_an_issue_of_named_persons_is_told_to_those_alone(new_house: NewHouse, named: bool) -> None:  # noqa: FBT001
    def people(found: list[Resident]) -> list[Resident]:
        return [replace(one, named_for=("RAD",), clearance=4) for one in found]

    house = await new_house(people=people)
    incident = await opened(house, Level.TINGGI, issue="RAD")
    asked = {one.institution for one in house.rows(Alert, incident_id=incident) if one.duty != "inform"} - {"KESBANG"}
    assert asked

    def forget(tx: Transaction) -> None:
        for one in tx.session.exec(select(Person)):
            one.named_for = ["RAD"] if named else []

    await house.store.write(forget)
    house.news()
    second = await house.store.write(lambda tx: tx.session.get(Person, "kesbang-coordinator"))
    assert second is None
    await lifecycle_close(house, incident)
    await house.settle()
    assert told(house) == (asked if named else set())


@pytest.mark.parametrize("kind", ["exercise", "warning"])
async def test_of_exercises_and_warnings_nobody_is_told(house: House, kind: str) -> None:
    incident = await opened(house, Level.TINGGI, exercise=kind == "exercise")

    def change(tx: Transaction) -> None:
        row = tx.session.get_one(Incident, incident)
        row.origin = "warning" if kind == "warning" else row.origin

    await house.store.write(change)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await lifecycle_close(house, incident)
    await house.settle()
    assert house.journal("incident.settled", incident)
    house.expect_silence()
    assert house.journal("closing.told", incident) == []


async def test_what_no_person_has_closed_is_told_to_nobody(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    house.news()
    program = auth.Identity("program", "program", Role.COORDINATOR)
    await house.store.write(lambda tx: lifecycle.close(tx, incident, program, "Aturan."))
    await house.settle()
    assert house.journal("incident.settled", incident)
    house.expect_silence()


async def test_two_days_later_nobody_is_on_the_way(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    house.news()
    await lifecycle_close(house, incident)
    house.clock.forward(hours=48)
    await house.settle()
    house.expect_silence()
    assert len(house.journal("closing.told", incident)) == 1
    await proved(house)


async def test_an_answer_on_the_page_without_a_message_is_enough_to_be_told(new_house: NewHouse) -> None:
    """A colleague who was not on duty answers from the page: he is the one who goes there."""

    def people(found: list[Resident]) -> list[Resident]:
        return [*found, Resident("polres2", "POLRES", addresses=())]

    house = await new_house(people=people)
    incident = await opened(house, Level.TINGGI)
    sink = f"{house.sink.url}/POLRES/-/polres2"
    row = {"id": "a2", "person_id": person_id("polres2"), "rank": 1, "channel": "webhook", "address": sink}
    await house.store.write(lambda tx: tx.add(Address, [{**row, "verified_at": tx.now, "disabled_at": None}]))

    def answer(tx: Transaction) -> None:
        person = tx.session.get_one(Person, person_id("polres2"))
        acknowledge(tx, incident, auth.identity_of(person))

    await house.store.write(answer)
    await house.forward(seconds=10)
    house.news()
    await lifecycle_close(house, incident)
    await house.settle()
    logins = [call.login for call in house.news() if call.told[0] == "POLRES" and call.data["reason"] == "closed"]
    assert sorted(logins) == ["polres", "polres2"]


async def test_another_address_is_tried_and_no_ladder_moves(new_house: NewHouse) -> None:
    house = await new_house()
    incident = await opened(house, Level.TINGGI)
    second = f"{house.sink.url}/ANOTHER/second/other"
    row = {"id": "a2", "person_id": person_id(f"polsek.{SOKO}"), "rank": 2, "channel": "webhook", "address": second}
    await house.store.write(lambda tx: tx.add(Address, [{**row, "verified_at": tx.now, "disabled_at": None}]))
    await house.forward(seconds=10)
    house.news()
    house.sink.answers["POLSEK"] = 410
    await lifecycle_close(house, incident)
    before = as_they_stood(house, incident)
    await house.settle()
    for _ in range(8):
        await house.forward(minutes=1)
    person = person_id(f"polsek.{SOKO}")
    mine = house.rows(Delivery, reason="closed", person_id=person)
    assert sorted((one.state, one.address == second) for one in mine) == [("dead", False), ("delivered", True)]
    assert as_they_stood(house, incident) == before
    assert house.journal("alert.unreachable", incident) == []
    assert house.journal("coordinator.told_unreachable", incident) == []


async def test_a_message_of_a_closing_that_was_given_up_after_it_is_open_again_tells_nothing(house: House) -> None:
    """Given up after the reopening, it must not be sent another way as an alert, nor open a round about it."""
    incident = await opened(house, Level.TINGGI)
    second = f"{house.sink.url}/ANOTHER/second/other"
    row = {"id": "a2", "person_id": person_id("polres"), "rank": 2, "channel": "webhook", "address": second}
    await house.store.write(lambda tx: tx.add(Address, [{**row, "verified_at": tx.now, "disabled_at": None}]))
    await house.forward(seconds=10)
    await house.close(incident, OTHER, COORDINATOR, reason="Selesai.")
    [one] = [row for row in house.rows(Delivery, reason="closed") if "POLRES" in row.address]
    await house.forward(minutes=1)
    await house.act(incident, "reopenings", by=COORDINATOR, reason="Belum.")
    house.news()
    before = as_they_stood(house, incident)
    lost = {**one.as_row(), "gone": False, "blame": Blame.ADDRESS, "final": True}
    owed = await house.store.write(lambda tx: other_ways(tx, house.notify.desk, [lost]))
    assert [row["reason"] for row in owed if row["reason"] != "notice"] == []
    assert as_they_stood(house, incident) == before
    assert house.journal("alert.unreachable", incident) == []


async def test_the_proof_finds_a_closing_that_nobody_was_told_of(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await lifecycle_close(house, incident)
    await proved(house)  # its event is on its way
    await house.store.write(lambda tx: delete_events(tx, [one.id for one in house.rows(Outbox)]))
    assert (await reconcile(house.bus, house.store, patience=5)).wrong() == {"closings_untold": [incident]}


async def test_the_proof_finds_a_closing_that_one_person_was_told_of_twice(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    await lifecycle_close(house, incident)
    await house.settle()
    await proved(house)
    [one, *_] = house.rows(Delivery, reason="closed")
    house.write(lambda tx: tx.add(Delivery, [one.as_row() | {"id": "another"}]))
    assert list((await reconcile(house.bus, house.store, patience=5)).wrong()) == ["closings_doubled"]


async def test_a_split_takes_back_what_was_not_sent_yet(house: House) -> None:
    """Merged into what was closed, then split off: it is open, and nobody hears that it is over."""
    one = await opened(house, Level.SEDANG, place=place(SOKO))
    other = await opened(house, Level.SEDANG, place=place("35.23.15"))
    assert (await house.act(one, "merges", by=COORDINATOR, into=other, reason="Sama.")).body["state"] == "merged"
    house.sink.answers["POLSEK"] = 503
    await house.act(other, "closures", by=COORDINATOR, reason="Selesai.")
    assert (await house.act(one, "splits", by=COORDINATOR, reason="Dua.")).status == 200
    house.sink.answers.clear()
    house.news()
    await house.forward(minutes=1)
    heard = {call.login for call in house.news() if call.data["reason"] == "closed"}
    assert heard == {"polsek.35.23.15"}


async def test_what_was_merged_into_what_was_closed_is_not_told_after_it_either(house: House) -> None:
    house.sink.answers["POLSEK"] = 503
    one = await opened(house, Level.SEDANG, place=place(SOKO))
    other = await opened(house, Level.SEDANG, place=place("35.23.15"))
    await house.act(one, "merges", by=COORDINATOR, into=other, reason="Sama.")
    await house.act(other, "closures", by=COORDINATOR, reason="Selesai.")
    house.sink.answers.clear()
    house.news()
    await house.forward(minutes=1)
    house.expect_silence()
    await proved(house)


async def test_a_split_out_of_what_was_closed_tells_whom_the_closing_had_turned_back(house: House) -> None:
    """The lead of both was told of the closing by the whole's alert, the other's post by its own."""
    one = await opened(house, Level.TINGGI, place=place(SOKO))
    other = await opened(house, Level.TINGGI, place=place("35.23.15"))
    await house.act(one, "acknowledgements", by="POLRES")
    await house.act(one, "merges", by=COORDINATOR, into=other, reason="Sama.")
    await house.close(other, COORDINATOR, OTHER, reason="Sudah bubar.")
    closed = {call.login for call in house.news() if call.data["reason"] == "closed"}
    assert {"polres", f"polsek.{SOKO}", "polsek.35.23.15"} <= closed
    await house.forward(minutes=1)
    assert (await house.act(one, "splits", by=COORDINATOR, reason="Dua.")).status == 200
    again = [call for call in house.news() if call.data["reason"] == "reopened"]
    assert {call.data["incident"] for call in again} == {one}
    logins = sorted(call.login for call in again)
    assert logins == sorted(set(logins))
    assert {"polres", f"polsek.{SOKO}"} <= set(logins)
    assert "polsek.35.23.15" not in logins
    await proved(house)


async def test_a_split_out_of_what_is_open_again_tells_nobody_so_twice(house: House) -> None:
    one = await opened(house, Level.TINGGI, place=place(SOKO))
    other = await opened(house, Level.TINGGI, place=place("35.23.15"))
    await house.act(one, "acknowledgements", by="POLRES")
    await house.act(one, "merges", by=COORDINATOR, into=other, reason="Sama.")
    await house.close(other, COORDINATOR, OTHER, reason="Sudah bubar.")
    await house.act(other, "reopenings", by=COORDINATOR, reason="Belum.")
    assert f"polsek.{SOKO}" in {call.login for call in house.news() if call.data["reason"] == "reopened"}
    assert (await house.act(one, "splits", by=COORDINATOR, reason="Dua.")).status == 200
    assert "reopened" not in {reason for _, _, reason in house.told()}
