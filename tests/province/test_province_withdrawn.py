"""What the province may see no longer is withdrawn from its list, by whichever way that came; told anew if it may again."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from schemas.district import District
from schemas.province import ProvinceTold, ProvinceWithdrawn
from schemas.records.alerts import Delivery
from schemas.records.incidents import Incident
from schemas.records.people import Address, Person
from schemas.vocabulary import Classification, DeliveryState, Level, Role
from services.bus.province.hub import Hub
from services.cli.ops.reconcile import reconcile
from services.incidents.accusations import accuse
from services.notify.lists import keeping, watch
from services.notify.lists.watch import ListWatch
from services.policy.active import ActivePolicy
from services.store.transaction import Transaction
from tests.house import House
from tests.incidents import opened as opened_incident
from tests.people import Resident
from tests.province.servers import TUBAN, Province, arrived
from tests.province.test_province_need_to_know import climbed, moved_in, of_province
from tests.servers import GENEROUS

pytestmark = pytest.mark.nats
Opened = Callable[[Any], Any]
NewHouse = Callable[..., Awaitable[House]]
COORDINATOR, VERIFIER = ("KESBANG", Role.COORDINATOR), ("KESBANG", Role.VERIFIER)
SECOND = ("POLRES", Role.VERIFIER)


async def look(house: House, lists: ListWatch | None = None) -> None:
    """Let the notifier look at lists, as it does twice a minute."""
    await (lists or watching(house)).look()
    await house.settle()


def watching(house: House) -> ListWatch:
    return ListWatch(house.notify.store, lambda: house.notify.desk, house.notify.dispatcher.send)


async def latest(reader: Hub) -> dict[str, Any]:
    return {str(told.message.incident): told.message for told in await reader.latest()}


async def lower(house: House, incident: str) -> None:
    """Judge it to be of a level at which no rung reaches the province."""
    assert (await house.act(incident, "assessments", by=COORDINATOR, level="SEDANG", reason="Ringan.")).status == 200
    if house.incident(incident).level != Level.SEDANG:
        await house.agree(incident, by=SECOND)
    assert house.incident(incident).level == Level.SEDANG


async def restrict(house: House, incident: str) -> None:
    """Find that it is about an issue for named persons only."""
    assert (await house.act(incident, "assessments", by=COORDINATOR, issue="RAD", reason="Radikal.")).status == 200


async def merge(house: House, incident: str) -> None:
    other = await opened_incident(house, Level.KRITIS)
    assert (await house.act(incident, "merges", by=VERIFIER, into=other, reason="Sama.")).status == 200
    await look(house)


async def take_the_address_away(house: House, _incident: str) -> None:
    def take(tx: Transaction) -> None:
        for one in house.rows(Address, channel="province"):
            tx.session.get_one(Address, one.id).disabled_at = tx.now

    await house.store.write(take)
    await look(house)


async def let_him_go(house: House, _incident: str) -> None:
    def leave(tx: Transaction) -> None:
        tx.session.get_one(Person, Resident("prov", "PROV").id).active = False

    await house.store.write(leave)
    await look(house)


def without_province(district: District) -> District:
    """Give rules by which no rung tells the province."""
    clocks = {
        level: clock.model_copy(
            update={
                "ladder": tuple(
                    step.model_copy(update={"tell": tuple(one for one in step.tell if one != "PROV")})
                    for step in clock.ladder
                )
            }
        )
        for level, clock in district.clocks.items()
    }
    return district.model_copy(update={"clocks": clocks})


async def change_the_policy(house: House, _incident: str) -> None:
    house.decide_by(without_province(house.district))
    await look(house)


def secret(district: District) -> District:
    """Give rules by which the issue of these tests is above what most may read."""
    issue = district.issues["SLT"].model_copy(update={"classification": Classification.RAHASIA})
    return district.model_copy(update={"issues": {**district.issues, "SLT": issue}})


WAYS = (lower, restrict, merge, take_the_address_away, let_him_go, change_the_policy)


@pytest.mark.parametrize("way", WAYS)
async def test_what_it_may_see_no_longer_is_withdrawn_once_and_nothing_more_is_said(
    province: Province,
    new_house: NewHouse,
    monkeypatch: pytest.MonkeyPatch,
    opened: Opened,
    way: Callable[[House, str], Awaitable[None]],
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    reader = await opened(province.reader())
    incident = await climbed(house)
    before = len(of_province(house, incident))
    assert isinstance((await arrived(reader, before))[-1].message, ProvinceTold)
    await way(house, incident)
    (message,) = [one.message for one in (await arrived(reader, before + 1))[before:]]
    assert isinstance(message, ProvinceWithdrawn)
    assert str(message.incident) == incident
    assert message.model_dump().keys() == {"id", "told_at", "incident", "reason"}
    assert await latest(reader) == {incident: message}
    assert house.journal("list.withdrawn", incident)
    for _ in range(2):
        await look(house)
    assert len(await reader.everything()) == before + 1
    assert (await reconcile(house.bus, house.store, patience=GENEROUS)).wrong() == {}


async def test_an_accusation_of_the_province_withdraws_it(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    reader = await opened(province.reader())
    incident = await climbed(house)

    def accused(tx: Transaction) -> None:
        accuse(tx.session.get_one(Incident, incident), ["PROV"])

    await house.store.write(accused)
    await look(house)
    await arrived(reader, 2)
    assert isinstance((await latest(reader))[incident], ProvinceWithdrawn)


async def test_what_was_judged_a_false_report_is_told_as_none(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    """Whoever was told of it must know that it was none: it is closed, and not only gone."""
    house = await moved_in(province, new_house, monkeypatch)
    reader = await opened(province.reader())
    incident = await climbed(house)
    closed = await house.close(incident, by=COORDINATOR, second=SECOND, reason="Hoaks.", outcome="dismissed")
    assert closed.status == 200, closed.body
    await look(house)
    message = (await arrived(reader, 2))[-1].message
    assert (message.reason, message.outcome, message.text) == ("closed", "dismissed", None)
    await look(house)
    assert len(await reader.everything()) == 2


async def test_what_no_person_has_closed_is_withdrawn(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    """Nobody is told of such an end, and the line would stand as long as others."""
    house = await moved_in(province, new_house, monkeypatch)
    reader = await opened(province.reader())
    incident = await climbed(house)

    def close(tx: Transaction) -> None:
        row = tx.session.get_one(Incident, incident)
        row.state, row.closed_at = "settled", tx.now

    await house.store.write(close)
    await look(house)
    await arrived(reader, 2)
    assert isinstance((await latest(reader))[incident], ProvinceWithdrawn)


async def test_what_is_closed_stays_so_where_nobody_has_the_address_any_more(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    reader = await opened(province.reader())
    incident, other = await climbed(house), await climbed(house)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.close(incident, by=COORDINATOR, second=SECOND, reason="Selesai.")
    await take_the_address_away(house, incident)
    await arrived(reader, 4)
    found = await latest(reader)
    assert (found[incident].reason, found[other].reason) == ("closed", "withdrawn")


async def test_what_is_closed_and_may_not_be_known_any_more_is_withdrawn(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    house = await moved_in(province, new_house, monkeypatch, clearance=Classification.BIASA)
    reader, lists = await opened(province.reader()), watching(house)
    incident = await climbed(house)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.close(incident, by=COORDINATOR, second=SECOND, reason="Selesai.")
    await look(house, lists)
    assert (await arrived(reader, 2))[-1].message.reason == "closed"
    house.decide_by(secret(house.district))
    await look(house, lists)  # of what is closed it looks after a change of rules
    await arrived(reader, 3)
    assert isinstance((await latest(reader))[incident], ProvinceWithdrawn)


@pytest.mark.parametrize("ways", [(merge, "splits"), (lower, "")])
async def test_what_it_may_see_again_is_told_as_it_stands_now_and_its_closing_too(
    province: Province,
    new_house: NewHouse,
    monkeypatch: pytest.MonkeyPatch,
    opened: Opened,
    ways: tuple[Callable[[House, str], Awaitable[None]], str],
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    reader = await opened(province.reader())
    incident = await climbed(house)
    await ways[0](house, incident)
    await arrived(reader, 2)
    assert isinstance((await latest(reader))[incident], ProvinceWithdrawn)
    await house.forward(seconds=1)
    if ways[1]:
        await house.act(incident, ways[1], by=VERIFIER, reason="Dua.")
    else:
        await house.act(incident, "assessments", by=COORDINATOR, level="KRITIS", reason="Berat lagi.")
    await look(house)
    shown = (await arrived(reader, 3))[-1].message
    assert (str(shown.incident), shown.level) == (incident, "KRITIS")
    assert (await latest(reader))[incident] == shown
    assert "terima/" not in shown.model_dump_json()
    many = len(await reader.everything())
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.close(incident, by=COORDINATOR, second=SECOND, reason="Selesai.")
    await look(house)
    await arrived(reader, many + 1)
    assert (await latest(reader))[incident].reason == "closed"
    assert (await reconcile(house.bus, house.store, patience=GENEROUS)).wrong() == {}


async def test_of_what_was_withdrawn_neither_closing_nor_opening_is_told(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    reader = await opened(province.reader())
    incident = await climbed(house)
    await house.act(incident, "acknowledgements", by="POLRES")
    await lower(house, incident)
    await house.close(incident, by=COORDINATOR, second=SECOND, reason="Selesai.")
    await house.forward(seconds=1)
    await house.act(incident, "reopenings", by=COORDINATOR, reason="Belum.")
    await look(house)
    assert [type(one.message) for one in await arrived(reader, 2)] == [ProvinceTold, ProvinceWithdrawn]


async def test_what_rose_above_its_clearance_is_told_anew_with_less(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    """And at its end it is withdrawn: of a closing is told only who may read what it is about."""
    house = await moved_in(province, new_house, monkeypatch, clearance=Classification.BIASA)
    reader = await opened(province.reader())
    incident = await climbed(house)
    assert (await arrived(reader, 1))[0].message.form == "BENTROK"
    house.decide_by(secret(house.district))
    await look(house)
    _, out, less = (one.message for one in await arrived(reader, 3))
    assert isinstance(out, ProvinceWithdrawn)
    assert (less.level, less.issue, less.form, less.since, less.text) == ("KRITIS", "SLT", None, None, None)
    await look(house)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.close(incident, by=COORDINATOR, second=SECOND, reason="Selesai.")
    await look(house)
    await arrived(reader, 4)
    assert isinstance((await latest(reader))[incident], ProvinceWithdrawn)


async def test_what_waits_on_this_side_of_a_cut_line_does_not_leave_any_more(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    province.server.kill()
    incident, other = await climbed(house), await climbed(house)
    await restrict(house, incident)
    province.start()
    reader = await opened(province.reader())
    await arrived(reader, 2)
    assert {key: type(one) for key, one in (await latest(reader)).items()} == {
        incident: ProvinceWithdrawn,
        other: ProvinceTold,
    }
    assert [str(one.message.incident) for one in await reader.everything()].count(incident) == 1


async def test_a_message_that_was_tried_in_vain_is_withdrawn_and_revives_nothing(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    province.leaves[TUBAN].kill()
    incident = await climbed(house)
    await restrict(house, incident)
    states = {one.reason: one.state for one in of_province(house, incident)}
    assert states["escalated"] == DeliveryState.WITHDRAWN
    assert states["withdrawn"] == DeliveryState.FAILED
    province.leaf(TUBAN)
    while {one.reason: one.state for one in of_province(house, incident)}["withdrawn"] != DeliveryState.SENT:
        await house.forward(seconds=30)
    (one,) = await arrived(await opened(province.reader()), 1)
    assert isinstance(one.message, ProvinceWithdrawn)


async def test_a_withdrawal_that_was_given_up_is_owed_anew(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    incident = await climbed(house)
    reader = await opened(province.reader())
    await arrived(reader, 1)
    province.leaves[TUBAN].kill()
    await lower(house, incident)

    def give_up(tx: Transaction) -> None:
        for one in of_province(house, incident):
            if one.reason == "withdrawn":
                row = tx.session.get_one(Delivery, one.id)
                row.state, row.next_at, row.attempts = DeliveryState.DEAD.value, None, 20

    await house.store.write(give_up)
    province.leaf(TUBAN)
    await look(house)
    while DeliveryState.SENT not in {one.state for one in of_province(house, incident) if one.reason == "withdrawn"}:
        await house.forward(seconds=30)
    assert isinstance((await arrived(reader, 2))[-1].message, ProvinceWithdrawn)


async def test_a_rung_of_the_clock_that_an_incident_opened_with_is_told_and_not_taken_back(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    """Rules that tell the province of new incidents no more take back what was told before them, and nothing later."""
    house = await moved_in(province, new_house, monkeypatch)
    reader = await opened(province.reader())
    rules = without_province(house.district)
    since = house.clock.now
    monkeypatch.setattr(
        keeping,
        "standing",
        lambda _session: ActivePolicy("", "", since, proved=True, folders={}, refused=None, objections={}),
    )
    incident = await opened_incident(house, Level.KRITIS)
    house.decide_by(rules)
    while not of_province(house, incident):
        ladder = house.ladder(incident)
        await house.forward(seconds=(ladder.next_at - house.clock.now).total_seconds())
    await arrived(reader, 1)
    for _ in range(2):
        await look(house)
    assert [type(one.message) for one in await reader.everything()] == [ProvinceTold]
    since = house.clock.forward(seconds=1)
    await look(house)
    assert [type(one.message) for one in await arrived(reader, 2)] == [ProvinceTold, ProvinceWithdrawn]


async def test_one_incident_that_cannot_be_looked_at_does_not_keep_the_others_from_it(
    province: Province, new_house: NewHouse, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    reader = await opened(province.reader())
    one, other = await climbed(house), await climbed(house)
    await arrived(reader, 2)
    keep = watch.keep_lists

    def break_at_one(tx: Transaction, context: Any, incidents: Any) -> Any:
        if one in incidents:
            raise ValueError("broken")
        return keep(tx, context, incidents)

    monkeypatch.setattr(watch, "keep_lists", break_at_one)
    await change_the_policy(house, other)
    await arrived(reader, 3)
    assert {key: type(found) for key, found in (await latest(reader)).items()} == {
        one: ProvinceTold,
        other: ProvinceWithdrawn,
    }
