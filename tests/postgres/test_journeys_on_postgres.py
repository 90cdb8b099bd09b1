"""The journeys that matter most, on PostgreSQL, behind a real nats-server."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from schemas.records.audit_log import Journal
from schemas.records.reports import Report
from schemas.vocabulary import Role
from services.cli.ops.reconcile import reconcile
from services.store.audit_log import broken_links
from tests.house import SOKO, House
from tests.incidents import Level, added, opened

pytestmark = pytest.mark.postgres
COORDINATOR = ("KESBANG", Role.COORDINATOR)
CLASH = "Bentrok dua kelompok pemuda perguruan silat di Desa Mentoro, saling lempar batu, {n} orang luka."


@pytest_asyncio.fixture
async def house(new_house: Callable[..., Awaitable[House]]) -> AsyncIterator[House]:
    built = await new_house("postgres")
    yield built
    chain = sorted(built.rows(Journal), key=lambda line: line.seq)
    assert broken_links(chain) == []


async def test_from_a_report_to_an_acknowledged_alert_and_a_kept_promise(house: House) -> None:
    report = await house.file(CLASH.format(n=3), kecamatan=SOKO, basis="saw")
    house.expect_alert("POLRES", duty="lead", reason="opened")
    incident = house.incident_of(report).id
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.act(incident, "sitreps", by="POLRES", text="Regu di lokasi, massa bubar.")
    closed = await house.close(
        incident, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Didamaikan di balai desa."
    )
    assert closed.body["state"] == "settled"
    house.news()
    await house.forward(hours=3)
    house.expect_silence()
    findings = await reconcile(house.bus, house.store, patience=5)
    assert (findings.accepted, findings.kept, findings.wrong()) == (1, 1, {})


async def test_silence_climbs_the_whole_ladder(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    seen = set()
    for minutes in (2, 3, 5, 10, 40, 40, 40, 40):
        await house.forward(minutes=minutes)
        seen |= {(whom, reason) for whom, _, reason in house.told()}
    assert {("POLRES", "reminder"), ("KASATINTEL", "escalated"), ("BUPATI", "escalated"), ("PROV", "escalated")} <= seen
    assert house.ladder(incident).stopped == "exhausted"


async def test_copies_fold_a_rise_alerts_again_and_a_broken_promise_lapses(house: House) -> None:
    first = await house.file(CLASH.format(n=3), by="piket", kecamatan=SOKO, desa="35.23.11.2010", basis="saw")
    second = await house.file(CLASH.format(n=4), by="warga", kecamatan=SOKO, desa="35.23.11.2010", basis="saw")
    incident = house.incident_of(first).id
    assert house.incident_of(second).id == incident
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await added(house, incident, Level.KRITIS)
    house.expect_alert("POLRES", duty="lead", reason="raised")
    await house.act(incident, "acknowledgements", by="POLRES")
    house.news()
    await house.forward(minutes=30)
    house.expect_alert("POLRES", duty="lead", reason="lapsed")


async def test_a_merge_and_its_undoing(house: House) -> None:
    one, other = await opened(house, Level.TINGGI), await opened(house, Level.KRITIS)
    await house.act(other, "merges", by=COORDINATOR, into=one, reason="Satu kejadian.")
    assert (house.incident(one).level, house.incident(other).state) == (4, "merged")
    await house.act(other, "splits", by=COORDINATOR, reason="Ternyata dua.")
    assert (house.incident(one).level, house.incident(other).state) == (3, "open")


async def test_a_flood_is_kept_once_each(house: House) -> None:
    key = await house.key("pelapor")
    for round_ in range(2):  # everything twice, as after a lost answer
        for number in range(40):
            id_ = f"00000000-0000-4000-8000-{number:012d}"
            body = {"id": id_, "text": CLASH.format(n=number + 3), "kecamatan": SOKO, "basis": "saw"}
            assert (await house.call("POST", "/v1/reports", body, key=key)).status == 202, round_
    await house.settle()
    assert len(house.rows(Report)) == 40
    assert (await reconcile(house.bus, house.store, patience=5)).wrong() == {}
