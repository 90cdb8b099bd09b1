"""A warning goes the way that incidents go: published, routed, chased, answered one by one, closed, ended."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from schemas.records.incidents import Incident
from schemas.records.warnings import EarlyWarning
from schemas.vocabulary import EventKind, Role
from services.bus.streams import PAYLOADS, TYPE
from services.warnings.watcher import Watcher
from tests.house import House
from tests.warnings.histories import SEMANDING, burst, keep, usual

NewHouse = Callable[..., Awaitable[House]]
TODAY = date(2026, 11, 23)  # 23.00 WIB at the house's night


def watcher_of(house: House) -> Watcher:
    return Watcher(house.store, lambda: house.district, house.notify.desk.instance)


async def risen(house: House, count: int = 7) -> str:
    """Give the house thirty usual weeks and a rise in Semanding, and let it be seen."""
    house.write(lambda tx: keep(tx, usual(house.district, TODAY, 30), state="settled"))
    house.write(lambda tx: keep(tx, burst(TODAY - timedelta(days=1), count), state="settled"))
    raised = await watcher_of(house).look()
    await house.settle()
    await house.settle()
    assert len(raised) == 1, house.rows(EarlyWarning)
    return raised[0]


@pytest.mark.nats
async def test_a_rise_is_published_routed_and_answered_one_by_one(house: House) -> None:
    warning = await risen(house)
    row, incident = house.rows(EarlyWarning, id=warning)[0], house.incident(warning)
    assert (row.kind, row.area, incident.origin, incident.kecamatan) == ("rise", SEMANDING, "warning", SEMANDING)
    assert row.words["id"].startswith("Semanding, konflik antarkelompok: ")
    assert row.words["id"].endswith("Bukan ramalan.")
    assert row.words["en"].endswith("Not a forecast.")
    assert row.facts["count"] >= 7
    assert len(row.facts["incidents"]) == row.facts["count"]
    told = house.news()
    assert {call.told for call in told} == {
        ("POLRES", "lead", "opened"),
        *((code, "support", "opened") for code in ("KESBANG", "KODIM", "KEJARI", "BIN")),
    }
    assert all(call.data["url"].endswith(f"/peringatan/{warning}") for call in told)
    kinds = []
    async for message in house.bus.stored("INCIDENTS"):
        kind = message.headers["ce-type"].removeprefix(TYPE).removesuffix(".v1")
        if kind.startswith("warning."):
            event = PAYLOADS[EventKind(kind)].model_validate_json(message.data)
            kinds.append((kind, message.subject, event.kind, event.kecamatan, str(event.warning)))
    assert kinds == [("warning.raised", "warning.raised.3523.15", "rise", SEMANDING, warning)]
    # The lead's answer alone does not stop the ladder: each whose answer is needed answers for itself.
    for institution in ("POLRES", "KESBANG"):
        assert (await house.act(warning, "acknowledgements", by=institution)).status == 200
        assert house.ladder(warning).stopped is None
    await house.act(warning, "acknowledgements", by="KODIM")
    assert house.ladder(warning).stopped == "acknowledged"


@pytest.mark.nats
async def test_whoever_is_silent_is_chased_by_the_ladder(house: House) -> None:
    warning = await risen(house)
    for institution in ("POLRES", "KESBANG"):
        await house.act(warning, "acknowledgements", by=institution)
    house.news()
    await house.forward(days=1, hours=14)  # Tuesday's working hours are over: the first rung of SEDANG is due
    chased = {(institution, reason) for institution, _, reason in house.told()}
    assert ("KODIM", "overdue") in chased
    assert ("PASIINTEL", "escalated") in chased
    assert not {institution for institution, _ in chased} & {"POLRES", "KESBANG"}


@pytest.mark.nats
async def test_the_same_rise_is_told_once_and_ends_by_rule(house: House) -> None:
    warning = await risen(house)
    watcher = watcher_of(house)
    assert await watcher.look() == []
    house.clock.forward(days=1)
    assert await watcher.look() == []  # still in its window: it has been told
    other = watcher_of(house)  # a process that has just started reads the same history
    assert await other.look() == []
    house.clock.forward(days=14)
    await watcher.look()
    incident = house.incident(warning)
    assert (incident.state, incident.close_reason) == (
        "settled",
        "Berakhir menurut aturan: 14 hari tanpa hal baru.",
    )
    assert house.rows(EarlyWarning, id=warning)[0].ended_at is not None
    assert [line.kind for line in house.journal("warning.ended", warning)] == ["warning.ended"]


@pytest.mark.nats
async def test_a_rise_that_becomes_far_stronger_is_told_again_at_a_higher_level(house: House) -> None:
    warning = await risen(house)
    house.news()
    house.clock.forward(days=1)
    house.write(lambda tx: keep(tx, burst(TODAY + timedelta(days=1), 16), state="settled"))
    await watcher_of(house).look()
    await house.settle()
    await house.settle()
    assert house.incident(warning).level == 3
    assert ("POLRES", "lead", "raised") in house.told()
    assert len(house.rows(EarlyWarning)) == 1


@pytest.mark.nats
async def test_nothing_of_a_warning_mutes_or_takes_in_a_report(house: House) -> None:
    warning = await risen(house)
    report = await house.file("Bentrok dua perguruan silat di Semanding, 3 luka.", basis="saw", kecamatan=SEMANDING)
    incident = house.incident_of(report)
    assert incident.id != warning
    assert incident.origin == "reports"
    answer = await house.act(incident.id, "merges", by=("KESBANG", Role.COORDINATOR), into=warning, reason="sama")
    assert answer.status == 409
    key = await house.key("ratna", Role.COORDINATOR, "KESBANG")
    listed = await house.call("GET", "/v1/incidents?state=open-all", key=key)
    assert [one["id"] for one in listed.body["items"]] == [incident.id]


@pytest.mark.nats
async def test_exercises_nil_reports_and_dismissed_incidents_are_outside_the_statistics(house: House) -> None:
    house.write(lambda tx: keep(tx, usual(house.district, TODAY, 30), state="settled"))
    yesterday = TODAY - timedelta(days=1)
    house.write(lambda tx: keep(tx, burst(yesterday, 9, exercise=True), state="settled"))
    house.write(lambda tx: keep(tx, burst(yesterday, 9), state="settled", conflict=False))
    house.write(lambda tx: keep(tx, burst(yesterday, 9), state="dismissed"))
    house.write(lambda tx: keep(tx, burst(yesterday, 9), state="merged", merged_into="x"))
    assert await watcher_of(house).look() == []
    assert house.rows(Incident, origin="warning") == []
