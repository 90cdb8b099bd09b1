"""From a report to the province: it learns what the policy sends it, when the policy sends it, and nothing else."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from schemas.records.alerts import Delivery
from schemas.vocabulary import Classification, Level, Role
from services.cli.ops.reconcile import reconcile
from tests.house import House
from tests.incidents import opened as opened_incident
from tests.people import Resident, with_changes
from tests.province.servers import TUBAN, Province, arrived
from tests.servers import GENEROUS

pytestmark = pytest.mark.nats
Opened = Callable[[Any], Any]
COORDINATOR = ("KESBANG", Role.COORDINATOR)


def hub_person(people: list[Resident], **changes: Any) -> list[Resident]:
    """Let the province be reached over its hub."""
    own = Resident("prov", "PROV", addresses=(("province", "35"),))
    return with_changes(people, prov=replace(own, **changes))


def of_province(house: House, incident: str) -> list[Delivery]:
    return [one for one in house.deliveries(incident) if one.channel == "province"]


async def moved_in(
    province: Province, new_house: Callable[..., Awaitable[House]], monkeypatch: pytest.MonkeyPatch, **changes: Any
) -> House:
    await province.declare()
    leaf = province.leaf(TUBAN)
    monkeypatch.setenv("KENTONGAN_CHANNEL_PROVINCE_URL", province.url("line", leaf))
    monkeypatch.setenv("KENTONGAN_CHANNEL_PROVINCE_KABUPATEN", TUBAN)
    return await new_house(people=lambda people: hub_person(people, **changes))


async def climbed(house: House, level: Level = Level.KRITIS) -> str:
    """Open an incident and let its lead be silent until the ladder has come to the province."""
    incident = await opened_incident(house, level)
    while not of_province(house, incident):
        ladder = house.ladder(incident)
        assert ladder.next_at is not None
        await house.forward(seconds=(ladder.next_at - house.clock.now).total_seconds())
    return incident


async def test_the_province_learns_at_its_rung_who_has_not_answered_and_at_the_end_that_it_is_over(
    province: Province,
    new_house: Callable[..., Awaitable[House]],
    monkeypatch: pytest.MonkeyPatch,
    opened: Opened,
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    reader = await opened(province.reader())
    incident = await climbed(house)
    (one,) = await arrived(reader, 1)
    message = one.message
    assert (one.kabupaten, str(message.incident), message.institution) == (TUBAN, incident, "PROV")
    assert (message.level, message.reason, message.waiting) == ("KRITIS", "escalated", ("Polres Tuban",))
    assert message.text
    assert "terima/" not in message.model_dump_json()  # no way to answer for anybody
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.close(incident, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Selesai.")
    found = await arrived(reader, 2)
    assert (found[-1].message.reason, found[-1].message.outcome) == ("closed", "settled")
    (last,) = await reader.latest()
    assert last.message == found[-1].message


async def test_what_the_policy_does_not_send_it_never_reaches_the_hub(
    province: Province,
    new_house: Callable[..., Awaitable[House]],
    monkeypatch: pytest.MonkeyPatch,
    opened: Opened,
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    incident = await opened_incident(house, Level.KRITIS)
    await house.act(incident, "acknowledgements", by="POLRES")  # in time: no rung of the province comes
    await house.act(incident, "sitreps", by="POLRES", text="Aman.")
    await house.forward(hours=1)
    assert of_province(house, incident) == []
    assert await (await opened(province.reader())).everything() == []


async def test_an_issue_for_named_persons_goes_to_them_and_into_no_list(
    province: Province,
    new_house: Callable[..., Awaitable[House]],
    monkeypatch: pytest.MonkeyPatch,
    opened: Opened,
) -> None:
    """More people read the hub's list than are named, whoever its address belongs to."""
    ways = (("province", "35"), ("email", "piket@prov.example"))
    house = await moved_in(province, new_house, monkeypatch, named_for=("RAD",), addresses=ways)
    incident = await opened_incident(house, Level.KRITIS, issue="RAD", form="AJAKAN")
    while (ladder := house.ladder(incident)).next_at is not None:
        await house.forward(seconds=(ladder.next_at - house.clock.now).total_seconds())
    assert {one.channel for one in house.deliveries(incident) if one.person_id == Resident("prov", "PROV").id} == {
        "email"
    }
    await house.close(incident, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Selesai.")
    await house.settle()
    assert await (await opened(province.reader())).everything() == []


async def test_its_clearance_decides_about_the_words(
    province: Province,
    new_house: Callable[..., Awaitable[House]],
    monkeypatch: pytest.MonkeyPatch,
    opened: Opened,
) -> None:
    house = await moved_in(province, new_house, monkeypatch, clearance=Classification.BIASA)
    await climbed(house)
    (one,) = await arrived(await opened(province.reader()), 1)
    assert one.message.text is None
    assert one.message.level == "KRITIS"


async def test_a_hub_that_is_away_holds_up_nobody_and_the_delivery_is_sent(
    province: Province,
    new_house: Callable[..., Awaitable[House]],
    monkeypatch: pytest.MonkeyPatch,
    opened: Opened,
) -> None:
    house = await moved_in(province, new_house, monkeypatch)
    province.server.kill()
    incident = await climbed(house)
    assert {one.state for one in of_province(house, incident)} == {"sent"}
    province.start()
    assert len(await arrived(await opened(province.reader()), 1)) == 1


MAIL_FIRST = (("email", "piket@prov.example"), ("province", "35"))


@pytest.mark.parametrize("ways", [(("province", "35"),), MAIL_FIRST, MAIL_FIRST[::-1]])
async def test_each_incident_of_its_list_is_told_closed_and_open_again_where_it_was_told(
    province: Province,
    new_house: Callable[..., Awaitable[House]],
    monkeypatch: pytest.MonkeyPatch,
    opened: Opened,
    ways: tuple[tuple[str, str], ...],
) -> None:
    """A person hears once, by the best way to him; a list has each incident, also one that was merged into another.

    Nobody has looked at the list between the merge and the closing here: else the merged one is out of it.
    """
    house = await moved_in(province, new_house, monkeypatch, addresses=ways)
    reader = await opened(province.reader())
    one, other = await climbed(house), await climbed(house)
    merged = await house.act(one, "merges", by=("KESBANG", Role.VERIFIER), into=other, reason="Sama.")
    assert merged.status == 200, merged.body
    await house.act(other, "acknowledgements", by="POLRES")
    before = len(of_province(house, one)) + len(of_province(house, other))
    for number, (reason, closes) in enumerate((("closed", True), ("reopened", False), ("closed", True)), 1):
        await house.forward(seconds=1)
        if closes:
            await house.close(other, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Selesai.")
        else:
            await house.act(other, "reopenings", by=COORDINATOR, reason="Belum.")
        await house.settle()
        await arrived(reader, before + 2 * number)
        assert {str(told.message.incident): told.message.reason for told in await reader.latest()} == {
            one: reason,
            other: reason,
        }
    assert len(await reader.everything()) == before + 6  # each of them once
    assert (await reconcile(house.bus, house.store, patience=GENEROUS)).closings_doubled == []
