"""What a worker takes: everything, in order, whether it trickles or floods, and whatever happens meanwhile."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from statistics import quantiles
from time import perf_counter

import pytest

from services.bus import BATCH, Bus, BusBusy, Message
from tests.incidents import filed
from tests.servers import NatsServer, end_tasks, until

pytestmark = pytest.mark.nats
NewBus = Callable[..., Awaitable[Bus]]


class Worker:
    """Takes from the reports and remembers what and when."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.ids: list[str] = []
        self.at: dict[str, float] = {}
        self.sizes: list[int] = []
        self.answers = True
        self._task = asyncio.create_task(self._take())

    async def _take(self) -> None:
        async for batch in self.bus.consume("REPORTS", "triage"):
            self.sizes.append(len(batch))
            for told in batch:
                self._note(told)
                if self.answers:
                    await told.done()

    def _note(self, told: Message) -> None:
        id_ = told.headers["ce-id"]
        self.ids.append(id_)
        self.at.setdefault(id_, perf_counter())

    async def has(self, many: int) -> None:
        await until(lambda: len(set(self.ids)) >= many or self._task.done(), f"{many} reports")
        assert not self._task.done()

    async def stop(self) -> None:
        await end_tasks([self._task])


async def file(bus: Bus, many: int) -> list[str]:
    """File so many at once; where the line before the bus is full for a moment, as a reporter does: once more."""

    async def one(number: int) -> str:
        report = filed(f"Kejadian {number}.")
        while True:
            try:
                return str((await bus.publish_report(report, "")).id)
            except BusBusy:  # nothing was published
                await asyncio.sleep(0.01)

    return list(await asyncio.gather(*(one(number) for number in range(many))))


async def test_sparse_reports_are_taken_one_by_one_as_they_come(new_bus: NewBus) -> None:
    door, worker, dice = await new_bus("ingest"), Worker(await new_bus("triage")), random.Random(1)
    told, seconds = [], []
    for _ in range(60):
        await asyncio.sleep(dice.uniform(0, 0.02))  # a trickle is what this is about
        started = perf_counter()
        told += await file(door, 1)
        await worker.has(len(told))
        seconds.append(worker.at[told[-1]] - started)
    await worker.stop()
    assert worker.ids == told
    assert set(worker.sizes) == {1}
    print(
        f"POST to taken: median {sorted(seconds)[30] * 1000:.1f} ms, p95 {quantiles(seconds, n=20)[-1] * 1000:.1f} ms"
    )


async def test_a_flood_is_taken_in_batches_whole_and_in_order(new_bus: NewBus) -> None:
    door = await new_bus("ingest")
    await file(door, 1500)
    on_disk = [id_ async for _, id_, _ in door.reports_on_disk()]
    started, worker = perf_counter(), Worker(await new_bus("triage"))
    await worker.has(1500)
    taken = perf_counter() - started
    await worker.stop()
    assert worker.ids == on_disk
    assert max(worker.sizes) <= BATCH
    assert len(worker.sizes) < 300
    print(f"1500 waiting reports taken in {taken:.2f} s, {len(worker.sizes)} batches")


async def test_two_workers_share_and_nothing_is_taken_twice(new_bus: NewBus) -> None:
    door = await new_bus("ingest")
    one, two = Worker(await new_bus("triage")), Worker(await new_bus("triage"))
    told = await file(door, 600)
    await until(lambda: len(one.ids) + len(two.ids) >= 600, "600 reports")
    await one.stop()
    await two.stop()
    assert sorted(one.ids + two.ids) == sorted(told)


async def test_what_was_not_answered_is_told_again(new_bus: NewBus) -> None:
    door = await new_bus("ingest", ack_wait=0.5)
    silent = Worker(await new_bus("triage", ack_wait=0.5))
    silent.answers = False
    told = await file(door, 3)
    await silent.has(3)
    await silent.stop()  # killed before it answered
    worker = Worker(await new_bus("triage", ack_wait=0.5))
    await worker.has(3)
    await worker.stop()
    assert sorted(set(worker.ids)) == sorted(told)


async def test_taking_goes_on_after_the_server_was_killed(new_bus: NewBus, nats: NatsServer) -> None:
    door, worker = await new_bus("ingest"), Worker(await new_bus("triage"))
    told = await file(door, 5)
    await worker.has(5)
    for round_ in range(2, 4):
        await nats.restart_under(door, worker.bus)
        told += await file(door, 5)
        await worker.has(5 * round_)
    await worker.stop()
    assert sorted(set(worker.ids)) == sorted(told)


async def test_a_consumer_deleted_while_it_is_taken_from_is_declared_again(new_bus: NewBus) -> None:
    door, worker = await new_bus("ingest"), Worker(await new_bus("triage"))
    told = await file(door, 5)
    await worker.has(5)
    await door.js.delete_consumer("REPORTS", "triage")
    told += await file(door, 5)
    await worker.has(10)
    await worker.stop()
    assert set(worker.ids) == set(told)


async def test_a_consumer_deleted_while_nobody_took_is_declared_again(new_bus: NewBus) -> None:
    door = await new_bus("ingest")
    told = await file(door, 3)
    bus = await new_bus("triage")
    await door.js.delete_consumer("REPORTS", "triage")
    worker = Worker(bus)
    await worker.has(3)
    await worker.stop()
    assert set(worker.ids) == set(told)


async def test_a_stream_deleted_by_mistake_is_declared_again_and_new_reports_go_on(new_bus: NewBus) -> None:
    door, worker = await new_bus("ingest"), Worker(await new_bus("triage"))
    await file(door, 2)
    await worker.has(2)
    await door.js.delete_stream("REPORTS")
    await door.provision()
    told = await file(door, 3)
    await worker.has(5)
    await worker.stop()
    assert set(told) <= set(worker.ids)
