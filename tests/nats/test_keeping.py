"""What `keep` promises: one id is one report, for as long as reports are kept, over restarts and at the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from schemas.messages import ReportFiled
from services.bus import Bus, BusBusy, BusUnavailable, Event
from tests.incidents import filed
from tests.servers import NatsServer, until

pytestmark = pytest.mark.nats
NewBus = Callable[..., Awaitable[Bus]]


async def stored(bus: Bus) -> list[str]:
    return [id_ async for _, id_, _ in bus.reports_on_disk()]


def told_later(report: ReportFiled, text: str = "") -> ReportFiled:
    """Give the report as a retry files it: the same id at a later time, perhaps with another text."""
    changed = report.report.model_copy(update={"text": text}) if text else report.report
    return report.model_copy(update={"filed_at": report.filed_at + timedelta(days=3), "report": changed})


async def test_the_same_id_with_the_same_content_is_the_first_filing(new_bus: NewBus) -> None:
    bus, report = await new_bus(), filed("Kejadian.")
    first = await bus.publish_report(report, "digest")
    second = await bus.publish_report(told_later(report), "digest")
    assert (first.again, first.same) == (False, True)
    assert (second.again, second.same, second.filed_at) == (True, True, report.filed_at)
    assert await stored(bus) == [str(report.id)]


async def test_the_same_id_with_other_content_is_told_apart_and_not_kept(new_bus: NewBus) -> None:
    bus, report = await new_bus(), filed("Kejadian.")
    await bus.publish_report(report, "digest")
    other = await bus.publish_report(told_later(report, "Kejadian lain."), "other digest")
    assert (other.again, other.same) == (True, False)
    assert len(await stored(bus)) == 1


async def test_forty_filings_of_one_id_at_once_are_one_report(new_bus: NewBus) -> None:
    report = filed("Kejadian.")
    doors = [await new_bus(f"ingest-{number}") for number in range(4)]
    answers = await asyncio.gather(
        *(doors[number % 4].publish_report(report, f"digest {number % 2}") for number in range(40))
    )
    assert [answer.again for answer in answers].count(False) == 1
    assert [answer.same for answer in answers].count(True) == 20  # those who said what the first one said
    assert len(await stored(doors[0])) == 1


async def test_an_id_is_known_after_the_server_was_killed(new_bus: NewBus, nats: NatsServer) -> None:
    bus, report = await new_bus(), filed("Kejadian.")
    await bus.publish_report(report, "digest")
    await nats.restart_under(bus)
    assert (await bus.publish_report(told_later(report), "digest")).again
    assert not (await bus.publish_report(told_later(report, "Lain."), "other")).same
    assert len(await stored(bus)) == 1


async def test_what_was_promised_survives_a_kill_at_once_after_it(new_bus: NewBus, nats: NatsServer) -> None:
    bus = await new_bus()
    promised = [str((await bus.publish_report(filed(f"Kejadian {n}."), "")).id) for n in range(25)]
    await nats.restart_under(bus)
    assert await stored(bus) == promised


async def test_with_the_server_down_nothing_is_promised_and_nothing_published_later(
    new_bus: NewBus, nats: NatsServer
) -> None:
    bus = await new_bus()
    nats.kill()
    await until(lambda: not bus.nc.is_connected)
    for number in range(5):
        with pytest.raises(BusUnavailable):
            await bus.publish_report(filed(f"Kejadian {number}."), "")
    assert not await bus.ready()
    nats.start()
    await nats.serving(bus)
    assert await stored(bus) == []
    kept = await bus.publish_report(filed("Sesudahnya."), "")
    assert await stored(bus) == [str(kept.id)]


async def test_a_filing_caught_by_the_kill_is_one_report_when_it_is_tried_again(
    new_bus: NewBus, nats: NatsServer
) -> None:
    """Its promise may be lost on the way though it was stored: only the id makes the retry harmless."""
    bus = await new_bus()
    reports = [filed(f"Kejadian {number}.") for number in range(200)]
    filing = [asyncio.create_task(bus.publish_report(report, "")) for report in reports]
    await until(lambda: any(task.done() for task in filing))
    nats.kill()
    await asyncio.wait(filing)
    promised = {str(r.id) for r, task in zip(reports, filing, strict=True) if task.exception() is None}
    refused = [task.exception() for task in filing if task.exception()]
    assert {type(error) for error in refused} <= {BusUnavailable, BusBusy}
    nats.start()
    await nats.serving(bus)
    assert promised <= set(await stored(bus))
    await asyncio.gather(*(bus.publish_report(report, "") for report in reports))
    assert sorted(await stored(bus)) == sorted(str(report.id) for report in reports)


async def test_an_event_told_twice_is_one_message(new_bus: NewBus) -> None:
    bus = await new_bus()
    event = Event(f"{uuid4()}:1", "incident.opened.3523.11", "incident.opened", b"{}")
    await bus.publish([event, event])
    await bus.publish([event])
    assert (await bus.js.stream_info("INCIDENTS")).state.messages == 1


async def test_a_connection_that_looks_for_its_server_can_be_closed(new_bus: NewBus, nats: NatsServer) -> None:
    """Left looking, it would keep its process from ending when the bus ended first."""
    bus = await new_bus()
    nats.kill()
    await until(lambda: not bus.nc.is_connected)
    await bus.close()
    assert bus.nc.is_closed
    looking = [task for task in asyncio.all_tasks() if "reconnect" in repr(task.get_coro())]
    await until(lambda: all(task.done() for task in looking), "the end of the search")
