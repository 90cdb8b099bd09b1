"""Faults of the bus and its disk: readiness tells whether a promise can be kept, and no line before it is endless."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

import services.bus.line as line_module
from schemas.messages import ReportFiled
from services.bus import Bus, BusBusy, BusUnavailable
from services.bus.line import FIRST_WINDOW, LARGEST, LINE, SMALLEST, Line
from services.cli.supervision.children import Child
from services.runtime import disk
from services.runtime.signs import KEEPS, REFUSES, SILENT
from tests.faults.small_disk import may_mount, small_disk
from tests.house import House
from tests.incidents import filed
from tests.kill.installation import KENTONGAN
from tests.servers import GENEROUS, NatsServer, end_tasks, free_port, until

pytestmark = pytest.mark.nats
NewBus = Callable[..., Awaitable[Bus]]
TEXT = "Bentrok dua kelompok pemuda perguruan silat di Desa Mentoro, 3 orang luka."


@may_mount
async def test_a_bus_whose_disk_was_full_once_answers_and_is_not_ready_until_it_is_started_again(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk", 16) as full:
        server = NatsServer(full.folder / "nats").start()
        bus = Bus(server.url, name="test", kabupaten="35.23", declares=True)
        try:
            await bus.open()
            assert await bus.ready()
            full.fill()
            with pytest.raises(BusUnavailable):
                await bus.publish_report(filed("Kejadian." * 800), "")
            full.free()
            assert (await bus.js.stream_info("REPORTS")).state.last_seq >= 1  # it answers, and refuses all the same
            assert not await bus.ready()
            assert await bus.keeps() == REFUSES  # not silent: only a start helps
            await server.restart_under(bus)
            await bus.publish_report(filed("Kejadian."), "")
            assert await bus.keeps() == KEEPS
        finally:
            await bus.close()
            server.kill()


@may_mount
async def test_a_bus_started_while_little_was_free_keeps_what_fits_on_its_disk_once_it_is_free_again(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk", 64) as small:
        small.fill(leave=8 << 20)
        server = NatsServer(small.folder / "nats").start()  # of its own it would take 6 MB, and never more
        bus = Bus(server.url, name="test", kabupaten="35.23", declares=True)
        try:
            await bus.open()
            small.free()
            for _ in range(16):
                await bus.js.publish("inbound.message.test", bytes(500_000), timeout=GENEROUS)
            assert await bus.ready()
        finally:
            await bus.close()
            server.kill()


async def test_below_the_watermark_nothing_is_promised_and_nothing_published(
    new_bus: NewBus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = await new_bus(disk=tmp_path)
    await bus.publish_report(filed("Kejadian."), "")
    least = disk.LOW - 4096
    told = os.statvfs_result((4096, 4096, least >> 12, least >> 12, least >> 12, 0, 0, 0, 0, 255))
    monkeypatch.setattr(disk.os, "statvfs", lambda _folder: told)
    with pytest.raises(BusUnavailable):
        await bus.publish_report(filed("Kejadian lain."), "")
    assert not await bus.ready()
    monkeypatch.undo()
    assert await bus.ready()
    assert len([id_ async for _, id_, _ in bus.reports_on_disk()]) == 1


async def test_a_probe_is_heard_by_nobody_and_gone_after_seconds(new_bus: NewBus) -> None:
    bus = await new_bus()
    assert await bus.ready()
    assert set((await bus.waiting()).values()) == {0}
    assert [id_ async for _, id_, _ in bus.reports_on_disk()] == []
    async with asyncio.timeout(GENEROUS):
        while (await bus.js.stream_info("REPORTS")).state.messages:  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.1)


async def test_a_bus_that_was_never_found_is_silent_and_not_ready() -> None:
    bus = Bus("nats://127.0.0.1:1", name="test", kabupaten="35.23")
    assert (await bus.keeps(), await bus.ready()) == (SILENT, False)


async def test_a_door_started_before_its_bus_stays_says_503_and_goes_on_when_the_bus_is_there(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "nats")
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}
    own |= {"KENTONGAN_DATA": str(tmp_path / "data"), "KENTONGAN_PORT": str(port), "KENTONGAN_NATS_URL": server.url}
    prepared = await asyncio.create_subprocess_exec(*KENTONGAN, "db", "prepare", env=own)
    assert await prepared.wait() == 0
    with (tmp_path / "log").open("ab") as log:
        door = Child("ingest", [*KENTONGAN, "serve", "ingest"], own, log=log)
        door.start()
    try:
        assert door.process is not None
        await until(lambda: door.hear(1.0) or SILENT in door.without or door.process.poll() is not None, "a word")
        assert door.process.poll() is None, (tmp_path / "log").read_text()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
            async with client.post("/v1/reports", json={"text": TEXT}) as told:
                assert told.status == 503
            server.start()
            bus = Bus(server.url, name="test", kabupaten="35.23", declares=True)
            await bus.open()
            await bus.close()
            async with asyncio.timeout(GENEROUS):
                while True:
                    async with client.post("/v1/reports", json={"text": TEXT}) as told:
                        if told.status == 202:
                            break
                    await asyncio.sleep(0.1)
        assert door.process.poll() is None
    finally:
        door.stop(10)
        server.kill()


async def test_readyz_says_503_while_the_bus_is_stopped_and_202_comes_after(house: House) -> None:
    key = await house.key("pelapor")
    assert (await house.call("GET", "/readyz")).status == 200
    with house.nats.standing_still():
        assert (await house.call("GET", "/readyz")).status == 503
        assert await house.bus.keeps() == SILENT  # it may be slow only: whoever supervises is patient
        refused = await house.call("POST", "/v1/reports", {"text": TEXT}, key=key)
        assert refused.status == 503
    id_ = refused.body["id"]  # this one may have been stored all the same: under its id it is one report
    await house.nats.serving(house.bus)
    again = await house.call("POST", "/v1/reports", {"id": id_, "text": TEXT}, key=key)
    assert (again.status, again.body["id"]) == (202, id_)
    await house.settle()
    assert len({one async for _, one, _ in house.bus.reports_on_disk()}) == 1


async def test_rows_of_a_batch_that_were_refused_carry_the_id_to_send_them_again_under(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, kept = await house.key("pelapor"), house.bus.publish_report

    async def every_other(report: object, digest: str) -> object:
        answer = await kept(report, digest)  # type: ignore[arg-type]
        if "dua" in report.report.text:  # type: ignore[attr-defined]
            raise BusUnavailable  # stored, and said not to be
        return answer

    rows = [{"text": f"Kejadian nomor {word} di Desa Mentoro."} for word in ("satu", "dua")]
    with monkeypatch.context() as broken:
        broken.setattr(house.bus, "publish_report", every_other)
        told = await house.call("POST", "/v1/reports:batch", rows, key=key)
    results = told.body
    assert [row["status"] for row in results] == [202, 503]
    again = await house.call("POST", "/v1/reports", {"id": results[1]["id"], **rows[1]}, key=key)
    assert again.status == 202
    await house.settle()
    assert len([one async for _, one, _ in house.bus.reports_on_disk()]) == 2


async def test_while_the_bus_is_stopped_one_call_tries_and_the_others_are_refused_unpublished(
    new_bus: NewBus, nats: NatsServer
) -> None:
    door = await new_bus("ingest")
    await door.publish_report(filed("Kejadian."), "")
    with nats.standing_still():
        first = await asyncio.gather(*(_try(door, number) for number in range(400)))
        begun = time.monotonic()
        later = await asyncio.gather(*(_try(door, 400 + number) for number in range(400)))
        assert time.monotonic() - begun < 10
    assert {type(one) for one in later} <= {BusBusy, BusUnavailable}
    assert sum(type(one) is BusUnavailable for one in first) <= FIRST_WINDOW + 2  # two were answered
    assert sum(type(one) is BusUnavailable for one in later) <= 1
    await nats.serving(door)
    stored = len([id_ async for _, id_, _ in door.reports_on_disk()])
    published = sum(type(one) is BusUnavailable for one in (*first, *later))
    assert stored <= 1 + published  # what was refused as "busy" was never published


async def _try(bus: Bus, number: int) -> object:
    try:
        return await bus.publish_report(filed(f"Kejadian {number}."), "")
    except BusUnavailable as error:
        return error


class _Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_slow_bus_is_handed_less_at_a_time_and_refuses_at_once_what_would_wait_too_long() -> None:
    seconds = _Seconds()
    line = Line(seconds)
    asked = [asyncio.create_task(line.turn(2)) for _ in range(1000)]
    await asyncio.sleep(0)
    for _ in range(40):  # ten messages a second
        seconds.now += 0.2
        line.answered(2, took=3.0)
        line.leave(2)
        await asyncio.sleep(0)
    assert line._window < 64
    with pytest.raises(BusBusy):
        await line.turn(2)
    for task in asked:
        task.cancel()
    await asyncio.gather(*asked, return_exceptions=True)


async def test_the_line_is_bounded_and_those_in_it_come_in_their_order() -> None:
    line = Line(_Seconds())
    await line.turn(LARGEST + 1)  # a batch larger than the window goes alone
    order: list[int] = []

    async def come(number: int) -> None:
        await line.turn(2)
        order.append(number)
        line.leave(2)

    waiting = [asyncio.create_task(come(number)) for number in range(LINE // 2)]
    await asyncio.sleep(0)
    with pytest.raises(BusBusy):
        await line.turn(2)
    line.leave(LARGEST + 1)
    await asyncio.gather(*waiting)
    assert order == sorted(order)
    assert line._under_way == 0
    assert line._held == 0


async def test_whoever_leaves_the_line_leaves_no_place_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line(_Seconds())
    await line.turn(LARGEST)
    waiting = [asyncio.create_task(line.turn(4)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in waiting[:9]:
        task.cancel()
    line.leave(LARGEST)
    await asyncio.gather(*waiting, return_exceptions=True)
    assert line._under_way == 4
    line.stalled()
    assert line._window == SMALLEST
    monkeypatch.setattr(line_module, "LONGEST_TURN", 0.05)  # whoever tries gets no answer, and this one waits for it
    with pytest.raises(BusBusy):
        await line.turn(4)
    monkeypatch.undo()
    line.leave(4)
    await line.turn(4)  # one tries again
    line.answered(4, took=0.1)
    await line.turn(4)


def batched(reports: list[ReportFiled], many: int) -> list[list[ReportFiled]]:
    return [reports[start : start + many] for start in range(0, len(reports), many)]


async def test_a_thousand_failing_messages_hold_up_no_good_one(
    new_bus: NewBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, worker = await new_bus("ingest"), await new_bus("triage")
    reports = [filed(f"Kejadian {number}.") for number in range(1000)]
    for some in batched(reports, 20):  # a door refuses more than its bus keeps up with
        await asyncio.gather(*(door.publish_report(report, "") for report in some))
    failed: set[int] = set()
    good: list[int] = []

    async def take() -> None:
        async for batch in worker.consume("REPORTS", "triage"):
            for told in batch:
                if told.sequence <= last:
                    failed.add(told.sequence)
                    await told.message.nak(delay=60)
                else:
                    good.append(told.sequence)
                    await told.done()

    last = (await door.js.stream_info("REPORTS")).state.last_seq
    taking = asyncio.create_task(take())
    await until(lambda: len(failed) == 1000, "all that fail")
    for some in batched([filed(f"Baik {number}.") for number in range(50)], 20):
        await asyncio.gather(*(door.publish_report(report, "") for report in some))
    await until(lambda: len(good) == 50, "the good ones behind them")
    await end_tasks([taking])
