"""Two triage and two notify share four partitions on PostgreSQL; one of each is killed under load, with work in hand."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from schemas.district import District
from schemas.records.reports import Report
from services.bus.partitions.bucket import holders
from services.cli.ops.reconcile import reconcile
from tests.house import House
from tests.kill.installation import reports
from tests.kill.test_kill import nobody_missed_and_nobody_told_twice
from tests.servers import GENEROUS, until

pytestmark = [pytest.mark.nats, pytest.mark.postgres]
MANY = 160


async def shared(house: House, service: str, workers: int) -> dict[str, str]:
    """Wait until so many workers have as many partitions of a service each; gives who has which."""
    async with asyncio.timeout(GENEROUS):
        while True:
            held = await holders(house.bus.nc, service, house.partitions)
            each = [list(held.values()).count(one) for one in set(held.values())]
            if len(held) == house.partitions and len(each) == workers and len(set(each)) == 1:
                return held
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("quick_leases")
@pytest.mark.parametrize("killed", [("triage-1", "notify-2"), ("triage-2", "notify-1"), ()])
async def test_no_report_is_lost_and_nobody_told_twice_where_workers_of_partitions_are_killed(
    new_house: Callable[..., Awaitable[House]], tuban: District, killed: tuple[str, ...]
) -> None:
    house = await new_house("postgres", divert=True, duties=frozenset({"lead"}), partitions=4)
    await house.new_triage("2")
    notifiers = {"notify-1": house.notify, "notify-2": await house.new_notify("2")}
    before = {service: await shared(house, service, 2) for service in ("triage", "notify")}
    key = await house.key("pelapor")
    told = [{**body, "id": str(uuid4())} for body in reports(MANY, tuban)]
    line = asyncio.Semaphore(8)

    async def file(body: dict[str, Any]) -> None:
        async with line:
            assert (await house.call("POST", "/v1/reports", body, key=key)).status == 202

    filing = asyncio.gather(*(file(body) for body in told))
    for name in killed:
        await until(lambda: len(house.sink.calls) >= MANY // 8, "some messages")
        await house.kill(name)
    await filing
    for name in killed:
        house.notify = notifiers["notify-2" if name == "notify-1" else "notify-1"] if "notify" in name else house.notify
        after = await shared(house, name.partition("-")[0], 1)
        assert set(after) == set(before[name.partition("-")[0]])
    filed = {body["id"] for body in told}
    await until(lambda: house.ask(lambda session: len(session.exec(select(Report.id)).all())) == MANY, "every report")
    await house.quiet()
    house.clock.forward(seconds=40)  # what the killed notifier had leased to send is another's now
    await house.settle()
    await until(lambda: not house.notify.dispatcher._under_way, "the last messages")
    findings = await reconcile(house.bus, house.store, patience=GENEROUS)
    assert (findings.accepted, findings.kept, findings.wrong()) == (MANY, MANY, {})
    nobody_missed_and_nobody_told_twice(house.sink, filed)
    assert (await house.bus.unheld()) == []
