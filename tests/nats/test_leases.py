"""Who has which partition: shared fairly, taken over after seconds by a clock of one's own, given back at once."""

import asyncio
import contextlib
import random
from collections.abc import Iterable, Mapping

import pytest
from nats.errors import Error

from services.bus.partitions.bucket import LeaseBucket, holders
from services.bus.partitions.leases import BLIND, GONE, HELD, RENEWED, Lease, Leases
from tests.servers import NatsServer

DURABLES = [f"triage-{number}-of-4" for number in range(1, 5)]


class Seconds:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Memory:
    """A bucket of the memory alone; it can be away, keep a write and lose the answer, or tell what stood before."""

    def __init__(self) -> None:
        self.keys: dict[str, Lease] = {}
        self.revision = 0
        self.away, self.loses_answers_of = False, "nobody"
        self.stale: Mapping[str, Lease] | None = None

    async def read(self) -> Mapping[str, Lease]:
        if self.away:
            raise Error
        return dict(self.keys if self.stale is None else self.stale)

    async def put(self, key: str, holder: str, revision: int | None) -> int | None:
        if self.away:
            raise Error
        stands = self.keys[key].revision if key in self.keys else 0
        if revision not in (None, stands):
            return None
        self.revision += 1
        self.keys[key] = Lease(self.revision, holder)
        if key.startswith(self.loses_answers_of):
            raise TimeoutError
        return self.revision


class Workers:
    """Workers that look in turn, as many seconds as the clock is moved."""

    def __init__(self, durables: list[str] | None = None) -> None:
        self.bucket, self.seconds = Memory(), Seconds()
        self.durables = durables or DURABLES
        self.there: dict[str, Leases] = {}

    def come(self, name: str) -> Leases:
        self.there[name] = Leases(self.bucket, self.durables, name, self.seconds)
        return self.there[name]

    def vanish(self, name: str) -> Leases:
        """Let one be killed: it looks no more, and gives nothing back."""
        return self.there.pop(name)

    async def look(self) -> None:
        for one in self.there.values():
            try:
                await one.look()
                await one.give_back(one.too_many)  # nothing is in hand
            except (Error, TimeoutError):
                continue

    async def go_on(self, seconds: float) -> None:
        for _ in range(round(seconds / RENEWED)):
            self.seconds.now += RENEWED
            await self.look()

    def held(self) -> dict[str, int]:
        return {name: len(one.held()) for name, one in self.there.items()}

    def all_held_once(self, gone: Iterable[Leases] = ()) -> bool:
        held = [durable for one in (*self.there.values(), *gone) for durable in one.held()]
        return sorted(held) == sorted(self.durables)

    def none_held_twice(self, gone: Iterable[Leases] = ()) -> bool:
        held = [durable for one in (*self.there.values(), *gone) for durable in one.held()]
        return len(held) == len(set(held))


async def test_one_worker_has_all_and_gives_half_of_it_to_another_that_comes() -> None:
    workers = Workers()
    workers.come("a")
    await workers.look()
    assert workers.held() == {"a": 4}
    workers.come("b")
    await workers.go_on(2)
    assert workers.held() == {"a": 2, "b": 2}
    workers.come("c")
    await workers.go_on(2)
    assert sorted(workers.held().values()) == [1, 1, 2]
    assert workers.all_held_once()


async def test_what_is_in_hand_stays_until_it_is_given_back_and_nothing_more_is_taken_from_it() -> None:
    workers = Workers()
    one, two = workers.come("a"), Leases(workers.bucket, DURABLES, "b", workers.seconds)
    await one.look()
    await two.look()
    for _ in range(20):  # a batch that takes long
        workers.seconds.now += RENEWED
        await one.look()
        await two.look()
        assert (len(one.held()), len(one.too_many), len(two.held())) == (2, 2, 0)
    await one.give_back(one.too_many)
    await two.look()
    assert (len(one.held()), len(two.held())) == (2, 2)


async def test_a_killed_workers_partitions_are_taken_over_after_seconds_and_never_had_twice() -> None:
    workers = Workers()
    for name in ("a", "b"):
        workers.come(name)
    await workers.go_on(3)
    killed = [workers.vanish("b")]
    taken = 0.0
    while not workers.all_held_once():
        assert workers.none_held_twice(killed)
        await workers.go_on(RENEWED)
        taken += RENEWED
    assert HELD < taken <= GONE + RENEWED
    assert killed[0].held() == frozenset()


async def test_a_worker_that_stood_still_finds_that_its_partitions_are_anothers() -> None:
    workers = Workers()
    for name in ("a", "b"):
        workers.come(name)
    await workers.go_on(3)
    still = workers.vanish("b")
    await workers.go_on(GONE + 2)
    assert workers.held() == {"a": 4}
    workers.there["b"] = still
    assert still.held() == frozenset()
    await still.look()
    assert workers.none_held_twice()
    await workers.go_on(3)
    assert workers.held() == {"a": 2, "b": 2}


async def test_a_clean_stop_gives_everything_back_at_once() -> None:
    workers = Workers()
    for name in ("a", "b"):
        workers.come(name)
    await workers.go_on(3)
    await workers.vanish("b").leave()
    await workers.go_on(RENEWED)
    assert workers.held() == {"a": 4}


@pytest.mark.parametrize("seconds", [1, BLIND + 1, GONE + 5])
async def test_after_an_outage_of_the_bus_everybody_has_what_he_had(seconds: float) -> None:
    workers = Workers()
    for name in ("a", "b", "c"):
        workers.come(name)
    await workers.go_on(5)
    before = {name: one.held() for name, one in workers.there.items()}
    workers.bucket.away = True
    await workers.go_on(seconds)
    assert all(bool(one.held()) == (seconds < HELD) for one in workers.there.values())
    workers.bucket.away = False
    await workers.go_on(RENEWED)
    assert {name: one.held() for name, one in workers.there.items()} == before


async def test_a_write_whose_answer_was_lost_is_known_at_the_next_look() -> None:
    workers = Workers()
    one = workers.come("a")
    workers.bucket.loses_answers_of = "triage"
    await workers.look()
    assert one.held() == frozenset()
    workers.bucket.loses_answers_of = "nobody"
    await workers.go_on(RENEWED)
    assert len(one.held()) == 4
    workers.bucket.loses_answers_of = "triage"  # they were renewed, and nobody knows
    await workers.go_on(2)
    assert len(one.held()) == 4
    workers.bucket.loses_answers_of = "nobody"
    await workers.go_on(HELD - 2)
    assert len(one.held()) == 4


async def test_what_is_read_late_takes_nothing_away() -> None:
    workers = Workers()
    one = workers.come("a")
    await workers.look()
    workers.bucket.stale = dict(workers.bucket.keys)
    await workers.go_on(2)
    assert len(one.held()) == 4


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_comes_and_goes_nothing_is_had_twice_and_all_is_shared_in_the_end(seed: int) -> None:
    dice = random.Random(seed)
    workers = Workers([f"notify-{number}-of-7" for number in range(1, 8)])
    killed: list[Leases] = []
    for number in range(60):
        what = dice.random()
        if what < 0.2 or not workers.there:
            workers.come(f"{number}")
        elif what < 0.3:
            killed.append(workers.vanish(dice.choice(sorted(workers.there))))
        elif what < 0.4:
            with contextlib.suppress(Error):  # a clean stop while the bus is away
                await workers.vanish(dice.choice(sorted(workers.there))).leave()
        elif what < 0.5:
            workers.bucket.away = not workers.bucket.away
        names = list(workers.there)
        dice.shuffle(names)
        workers.there = {name: workers.there[name] for name in names}
        workers.seconds.now += dice.choice((0.3, 1.0, 1.0, 2.5))
        await workers.look()
        assert workers.none_held_twice(killed)
    workers.bucket.away = False
    await workers.go_on(2 * GONE)
    assert workers.all_held_once()
    counts = workers.held().values()
    assert max(counts) - min(counts) <= 1


@pytest.mark.nats
async def test_the_bucket_gives_a_key_to_who_is_first_and_says_who_has_what(nats: NatsServer, new_bus) -> None:
    bus = await new_bus(partitions=4)
    bucket = LeaseBucket(bus.nc, "triage", 4)
    assert await bucket.read() == {}
    told = await asyncio.gather(*(bucket.put(DURABLES[0], name, 0) for name in "abc"))
    (revision,) = [one for one in told if one is not None]
    assert await bucket.put(DURABLES[0], "d", revision - 1) is None
    assert (await bucket.put(DURABLES[0], "d", revision) or 0) > revision
    assert (await bucket.read())[DURABLES[0]].holder == "d"
    assert await holders(bus.nc, "triage", 4) == {DURABLES[0]: "d"}
    assert await holders(bus.nc, "notify", 4) == {}
    seconds = Seconds()
    one, two = (Leases(LeaseBucket(bus.nc, "notify", 4), DURABLES, name, seconds) for name in "ab")
    await one.look()
    await two.look()
    await one.look()
    await one.give_back(one.too_many)
    await two.look()
    assert (len(one.held()), len(two.held())) == (2, 2)
    assert sorted(await holders(bus.nc, "notify", 4)) == DURABLES
    await one.leave()
    assert len(await holders(bus.nc, "notify", 4)) == 2
