"""Work divided by kecamatan: each subject has one partition, each partition one worker, and a new number loses nothing."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.district import District
from schemas.vocabulary import EventKind
from services.bus import HEARD, Bus, Event, place_subject
from services.bus.declaring import wanted_consumer
from services.bus.partitions import leases
from services.bus.partitions.bucket import LeaseBucket, holders
from services.bus.streams import CONSUMERS, DIVIDED, consumers, partition_of, service_of
from services.cli.main import main
from services.cli.ops import doctor
from services.cli.ops.reconcile import reconcile
from services.metrics.app import _partitions
from services.notify.watchdog.bus_watch import BusWatch
from services.runtime.settings import Settings
from tests.house import House
from tests.incidents import filed
from tests.kill.installation import reports
from tests.kill.test_kill import nobody_missed_and_nobody_told_twice
from tests.servers import NatsServer, end_tasks, until

NewBus = Callable[..., Awaitable[Bus]]
CODE = st.tuples(*[st.integers(0, 99)] * 3).map(lambda code: "{:02}.{:02}.{:02}".format(*code))


def matches(pattern: str, subject: str) -> bool:
    """Say whether a subject is one of a filter's, as nats-server does it."""
    wanted, given_ = pattern.split("."), subject.split(".")
    if wanted[-1] == ">":
        return given_[: len(wanted) - 1] == wanted[:-1] and len(given_) >= len(wanted)
    return len(wanted) == len(given_) and all(one in ("*", other) for one, other in zip(wanted, given_, strict=True))


@given(CODE | st.none(), st.sampled_from(["35.23", None]), st.integers(1, 32))
def test_every_subject_has_one_partition_and_a_kecamatan_the_same_in_each_service(
    kecamatan: str | None, kabupaten: str | None, partitions: int
) -> None:
    numbers = set()
    divided = consumers(partitions)
    for service in DIVIDED:
        for kind in (HEARD[service][0], HEARD[service][-1]):
            subject = place_subject(kind, kabupaten, kecamatan)
            (durable,) = [name for _, name, patterns in divided for one in patterns if matches(one, subject)]
            assert service_of(durable) == service
            numbers.add(1 if partitions == 1 else int(durable.split("-")[1]))
    assert numbers == {partition_of(kecamatan[-2:] if kecamatan else "00", partitions)}


@pytest.mark.parametrize("partitions", [1, 2, 3, 4, 7, 20, 32])
def test_the_kecamatan_of_a_kabupaten_are_shared_evenly(partitions: int) -> None:
    found = [partition_of(f"{number:02}", partitions) for number in range(1, 21)]
    counts = [found.count(number) for number in range(1, partitions + 1)]
    assert max(counts) - min(counts) <= 1
    assert sum(counts) == 20


def test_one_partition_is_what_it_was_before_there_were_any() -> None:
    assert consumers(1) == CONSUMERS
    assert [(stream, durable) for stream, durable, _ in CONSUMERS] == [
        ("REPORTS", "triage"),
        ("INCIDENTS", "notify"),
        ("INBOUND", "answers"),
    ]
    assert all(subject.endswith(".>") for _, _, subjects in CONSUMERS for subject in subjects)


def test_two_numbers_of_partitions_share_no_name_but_of_what_is_not_divided() -> None:
    names = {number: {durable for _, durable, _ in consumers(number)} for number in range(1, 33)}
    for one, other in ((a, b) for a in names for b in names if a < b):
        assert names[one] & names[other] == {"answers"}


# -- with a server ---------------------------------------------------------------------------------------------------


async def file(bus: Bus, kecamatan: str | None, many: int = 1) -> list[str]:
    """File reports of a kecamatan; gives their ids."""
    reports = [filed(f"Kejadian {number}.", kecamatan=kecamatan) for number in range(many)]
    return [str((await bus.publish_report(one, "")).id) for one in reports]


PLACES = ("35.23.01", "35.23.02", "35.23.03", "35.23.11", "35.22.04", None)


class Worker:
    """Takes from a service and remembers from which consumer each message came."""

    def __init__(self, bus: Bus, stream: str = "REPORTS", service: str = "triage") -> None:
        self.bus = bus
        self.taken: list[tuple[str, str]] = []  # id, consumer
        self.answers = True
        self._task = asyncio.create_task(self._take(stream, service))

    async def _take(self, stream: str, service: str) -> None:
        async with contextlib.aclosing(self.bus.consume(stream, service)) as batches:
            async for batch in batches:
                for told in batch:
                    self.taken.append((told.headers["ce-id"], told.durable))
                    if self.answers:
                        await told.done()

    @property
    def ids(self) -> list[str]:
        return [id_ for id_, _ in self.taken]

    async def has(self, ids: set[str]) -> None:
        await until(lambda: ids <= set(self.ids) or self._task.done(), f"{len(ids)} messages")
        assert not self._task.done()

    async def stop(self) -> None:
        await end_tasks([self._task])

    async def kill(self) -> None:
        """End it as a kill does: its connection breaks, and it gives nothing back."""
        await self.bus.nc.close()
        await self.stop()


async def names(bus: Bus, stream: str = "REPORTS") -> set[str]:
    return {info.name for info in await bus.js.consumers_info(stream)}


@pytest.mark.nats
async def test_the_server_divides_as_the_table_says(new_bus: NewBus) -> None:
    bus = await new_bus(partitions=4)
    for number in range(100):
        await file(bus, f"35.23.{number:02}")
    await file(bus, None)
    waits = [(await bus.js.consumer_info("REPORTS", f"triage-{number}-of-4")).num_pending for number in range(1, 5)]
    assert waits == [26, 25, 25, 25]
    assert await bus.waiting() == {"triage": 101, "notify": 0, "answers": 0}
    assert await bus.differences() == []
    assert await bus.ready()


@pytest.mark.nats
@pytest.mark.usefixtures("quick_leases")
async def test_two_workers_share_the_partitions_and_no_place_is_in_two_hands(new_bus: NewBus) -> None:
    door = await new_bus("ingest", partitions=4)
    one = Worker(await new_bus("triage", partitions=4))
    told = {id_ for place in PLACES for id_ in await file(door, place)}
    await one.has(told)
    assert len({durable for _, durable in one.taken}) == 4  # alone it has all
    two = Worker(await new_bus("triage", partitions=4))
    await fairly_shared(door)
    many = [id_ for place in PLACES for id_ in await file(door, place, 20)]
    await until(lambda: len(one.ids) + len(two.ids) >= len(told) + len(many), "all of them")
    assert not set(one.ids) & set(two.ids)
    later = {durable for id_, durable in one.taken if id_ in many}
    assert (len(later), len({durable for _, durable in two.taken})) == (2, 2)
    await one.stop()  # in order: what it had is the other's at once, and nothing waits for a second delivery
    last = {id_ for place in PLACES for id_ in await file(door, place)}
    await two.has(last)
    unheld = [f"notify-{number}-of-4" for number in range(1, 5)]
    assert await door.unheld() == unheld
    await two.stop()
    assert await door.unheld() == [f"triage-{number}-of-4" for number in range(1, 5)] + unheld  # nobody is left
    assert sorted([*one.ids, *two.ids]) == sorted([*told, *many, *last])


async def fairly_shared(bus: Bus) -> None:
    """Wait until both workers of triage have as many partitions."""
    async with asyncio.timeout(60):
        while True:
            held = list((await holders(bus.nc, "triage", 4)).values())
            if len(held) == 4 and {held.count(one) for one in held} == {2}:
                return
            await asyncio.sleep(0.02)


@pytest.mark.nats
@pytest.mark.usefixtures("quick_leases")
async def test_a_killed_workers_partitions_go_on_with_what_it_had_in_hand(new_bus: NewBus) -> None:
    options: dict[str, Any] = {"partitions": 4, "ack_wait": 0.5}
    door = await new_bus("ingest", **options)
    one = Worker(await new_bus("triage", **options))
    two = Worker(await new_bus("triage", **options))
    await fairly_shared(door)
    two.answers = False
    told = {id_ for place in PLACES for id_ in await file(door, place, 5)}
    await until(lambda: len(set(one.ids) | set(two.ids)) == len(told), "all of them")
    assert two.ids
    await two.kill()
    more = {id_ for place in PLACES for id_ in await file(door, place, 5)}
    await one.has(more | told)
    await one.stop()
    assert (await door.waiting())["triage"] == 0


@pytest.mark.nats
@pytest.mark.parametrize(("before", "after"), [(1, 4), (4, 1), (4, 2), (2, 5)])
async def test_another_number_of_partitions_loses_nothing_and_tells_little_again(
    new_bus: NewBus, before: int, after: int
) -> None:
    old = await new_bus("triage", partitions=before, ack_wait=60)
    done = {id_ for place in PLACES for id_ in await file(old, place, 5)}
    worker = Worker(old)
    await worker.has(done)
    await until_none_waits(old)
    worker.answers = False
    in_hand = {id_ for place in PLACES[:3] for id_ in await file(old, place, 2)}
    await worker.has(in_hand)
    await worker.stop()
    waiting = {id_ for place in PLACES for id_ in await file(old, place, 5)}
    event = Event("one:1", "incident.opened.3523.11", EventKind.INCIDENT_OPENED, b"{}")
    await old.publish([event])

    new = await new_bus("triage", partitions=after, ack_wait=60)
    assert await names(new) == {durable for stream, durable, _ in consumers(after) if stream == "REPORTS"}
    assert await new.differences() == []
    worker = Worker(new)
    await worker.has(in_hand | waiting)
    again = set(worker.ids) & done
    assert set(worker.ids) == in_hand | waiting | again
    assert len(again) < len(done) or before > 1  # what a partition had not to answer says nothing of what it has
    notify = Worker(new, "INCIDENTS", "notify")
    await notify.has({event.id})
    await notify.stop()
    await worker.stop()


@pytest.mark.nats
async def test_another_number_passes_over_nothing_where_the_old_consumers_stood_beyond_their_stream(
    new_bus: NewBus,
) -> None:
    """The bus has lost its last messages: how far the old ones had come says nothing of what comes now."""
    old = await new_bus("triage", partitions=2)
    ids = {id_ for place in PLACES for id_ in await file(old, place)}
    for stream, durable, subjects in consumers(2):
        if stream == "REPORTS":
            await old.js.delete_consumer(stream, durable)
            await old.js.add_consumer(stream, wanted_consumer(durable, subjects, 60, after=1000))
    worker = Worker(await new_bus("triage", partitions=4))
    await worker.has(ids)
    await worker.stop()


async def until_none_waits(bus: Bus) -> None:
    async with asyncio.timeout(60):
        while any((await bus.waiting()).values()):  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.01)


class CutError(Exception):
    """Whoever declares was killed."""


@pytest.mark.nats
@pytest.mark.parametrize("goes_on", [1, 3, 4])
@pytest.mark.parametrize("act", ["add_consumer", "delete_consumer"])
@pytest.mark.parametrize("at", [1, 2])
async def test_a_declaration_that_was_killed_half_way_is_made_good_by_the_next_whatever_that_wants(
    new_bus: NewBus, monkeypatch: pytest.MonkeyPatch, goes_on: int, act: str, at: int
) -> None:
    old = await new_bus("triage", partitions=3)
    ids = {id_ for place in PLACES for id_ in await file(old, place, 3)}
    half = await new_bus("triage", partitions=4, declares=False)
    given_up = getattr(half.js, act)
    left = [at]

    async def cut(stream: str, *more: Any) -> Any:
        left[0] -= stream == "REPORTS"
        if left[0] < 0:
            raise CutError
        return await given_up(stream, *more)

    monkeypatch.setattr(half.js, act, cut)
    with pytest.raises(CutError):
        await half.provision()
    ids |= {id_ for place in PLACES for id_ in await file(old, place, 3)}
    new = await new_bus("triage", partitions=goes_on)
    assert await names(new) == {durable for stream, durable, _ in consumers(goes_on) if stream == "REPORTS"}
    worker = Worker(new)
    await worker.has(ids)
    await worker.stop()


@pytest.mark.nats
async def test_reports_that_come_while_the_number_changes_again_and_again_are_all_taken(new_bus: NewBus) -> None:
    door = await new_bus("ingest")
    ids: set[str] = set()
    taken: set[str] = set()
    for partitions in (1, 4, 2, 1, 3):
        filing = asyncio.create_task(file_everywhere(door))
        bus = await new_bus("triage", partitions=partitions)  # it is declared while they come
        worker = Worker(bus)
        await asyncio.sleep(0)
        ids |= await filing
        await until(lambda worker=worker: len(worker.ids) >= 20, "some of them")
        await worker.stop()
        taken |= set(worker.ids)
    worker = Worker(await new_bus("triage", partitions=3, declares=False))
    await worker.has(ids - taken)
    await worker.stop()


async def file_everywhere(bus: Bus) -> set[str]:
    return {id_ for place in PLACES for id_ in await file(bus, place, 10)}


@pytest.mark.nats
async def test_a_partition_that_is_missing_begins_behind_what_the_store_has_and_a_rewind_at_the_first(
    new_bus: NewBus,
) -> None:
    bus = await new_bus("triage", partitions=2)
    for place in PLACES:
        await file(bus, place, 2)
    worker = Worker(bus)
    await until(lambda: len(worker.ids) == 12, "all of them")
    await until_none_waits(bus)
    await worker.stop()
    first = await bus.taken("REPORTS", "triage")
    await file(bus, "35.23.01")  # of one partition only: the other counts as done up to the look before
    worker = Worker(bus)
    await until(lambda: len(worker.ids) == 1, "it")
    await until_none_waits(bus)
    await worker.stop()
    made, number = await bus.taken("REPORTS", "triage")
    assert first[1] <= 12
    assert number >= 12
    bus.taken_before = lambda stream, at: number if (stream, at) == ("REPORTS", made) else 0
    await bus.js.delete_consumer("REPORTS", "triage-1-of-2")
    assert await bus.differences() == ["triage-1-of-2: missing"]
    assert not await bus.ready()
    await bus.provision()
    assert (await bus.js.consumer_info("REPORTS", "triage-1-of-2")).config.opt_start_seq == number + 1
    await bus.rewind("triage")
    assert (await bus.waiting())["triage"] == 13


@pytest.mark.nats
@pytest.mark.usefixtures("quick_leases")
async def test_a_partition_that_nobody_takes_from_is_said_by_doctor_figures_and_auditor(
    new_house: Callable[..., Awaitable[House]],
) -> None:
    house = await new_house(partitions=2)
    settings = Settings(nats_url=house.nats.url, partitions=2, ack_wait=house.settings.ack_wait, data=house.nats.folder)
    watch = BusWatch(house.bus, house.store, house.clock.seconds)
    async with asyncio.timeout(60):
        while await house.bus.unheld():  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.02)
    assert [said for fine, said in await doctor._bus(settings) if not fine] == []
    await house.kill("triage-1")
    names = ["triage-1-of-2", "triage-2-of-2"]
    async with asyncio.timeout(60):
        while await house.bus.unheld() != names:  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.1)
    said = " ".join(said for fine, said in await doctor._bus(settings) if not fine)
    assert all(f"no worker takes from {name}: start kentongan serve triage" in said for name in names)
    told = {family.name: family for family in _partitions(await house.bus.load())}
    held = {tuple(one.labels.values()): one.value for one in told["kentongan_partition_held"].samples}
    assert held == {("triage", "1-of-2"): 0, ("triage", "2-of-2"): 0, ("notify", "1-of-2"): 1, ("notify", "2-of-2"): 1}
    assert "unheld" not in {one.kind for one in await watch.look()}  # a moment passes at each start
    house.clock.forward(seconds=61)
    assert {one.subject for one in await watch.look() if one.kind == "unheld"} == set(names)


@pytest.mark.nats
async def test_doctor_says_that_the_bus_has_another_number_of_partitions_than_the_settings(
    new_bus: NewBus, nats: NatsServer
) -> None:
    await new_bus(partitions=2)
    settings = Settings(nats_url=nats.url, partitions=1, data=nats.folder)
    said = [said for fine, said in await doctor._bus(settings) if not fine]
    assert "bus: triage: missing; mend it with: kentongan bus declare" in said
    assert "bus: notify-2-of-2: belongs to another number of partitions; mend it with: kentongan bus declare" in said


def test_the_accounts_of_a_cluster_are_printed_for_a_number_of_partitions(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = (Path(__file__).parents[2] / "deploy" / "nats" / "accounts.conf").read_text(encoding="utf-8")
    assert main(["bus", "accounts"]) == 0
    assert capsys.readouterr().out == kept[kept.index("authorization") :]
    monkeypatch.setenv("KENTONGAN_PARTITIONS", "2")
    assert main(["bus", "accounts"]) == 0
    assert "$JS.API.CONSUMER.MSG.NEXT.REPORTS.triage-2-of-2" in capsys.readouterr().out


@pytest.mark.nats
@pytest.mark.usefixtures("quick_leases")
async def test_a_bucket_of_leases_that_somebody_deleted_is_declared_again_and_taking_goes_on(new_bus: NewBus) -> None:
    door = await new_bus("ingest", partitions=4)
    worker = Worker(await new_bus("triage", partitions=4))
    await worker.has({id_ for place in PLACES for id_ in await file(door, place)})
    await door.js.delete_stream("KV_LEASES")
    await worker.has({id_ for place in PLACES for id_ in await file(door, place)})
    async with asyncio.timeout(60):
        while "KV_LEASES" not in {one.config.name for one in await door.js.streams_info()}:  # noqa: ASYNC110 - asked
            await asyncio.sleep(0.02)
    await worker.has({id_ for place in PLACES for id_ in await file(door, place)})
    await worker.stop()


@pytest.mark.nats
async def test_workers_of_another_number_of_partitions_take_no_share(nats: NatsServer, new_bus: NewBus) -> None:
    bus = await new_bus(partitions=4)
    one = leases.Leases(LeaseBucket(bus.nc, "triage", 2), ["triage-1-of-2", "triage-2-of-2"], "old")
    two = leases.Leases(LeaseBucket(bus.nc, "triage", 4), [f"triage-{number}-of-4" for number in range(1, 5)], "new")
    for _ in range(2):
        await one.look()
        await two.look()
    assert (len(one.held()), len(two.held())) == (2, 4)


@pytest.mark.nats
@pytest.mark.usefixtures("quick_leases")
@pytest.mark.parametrize(("before", "after"), [(1, 4), (4, 1)])
async def test_what_another_number_of_partitions_delivers_again_has_no_second_effect(
    new_house: Callable[..., Awaitable[House]], tuban: District, before: int, after: int
) -> None:
    house = await new_house(partitions=before, divert=True, duties=frozenset({"lead"}))
    key = await house.key("pelapor")
    told = [{**body, "id": str(uuid4())} for body in reports(40, tuban)]
    for body in told[:20]:
        assert (await house.call("POST", "/v1/reports", body, key=key)).status == 202
    await house.quiet()
    for name in ("triage-1", "notify-1"):
        await house.kill(name)
    for body in told[20:]:
        assert (await house.call("POST", "/v1/reports", body, key=key)).status == 202
    house.partitions = after
    deploy = await house.new_bus("deploy")  # it declares the new number
    for service in ("triage", "notify"):
        await deploy.rewind(service)  # everything is delivered once more, not only what was unanswered
    house.bus = deploy
    await house.new_triage("2")
    house.notify = await house.new_notify("2")
    await house.quiet()
    findings = await reconcile(house.bus, house.store, patience=60)
    assert (findings.accepted, findings.kept, findings.wrong()) == (40, 40, {})
    nobody_missed_and_nobody_told_twice(house.sink, {body["id"] for body in told})
    assert len({call.id for call in house.sink.calls}) == len(house.sink.calls)
