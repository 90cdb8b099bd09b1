"""Whoever waits for messages is woken by the first of them, by a reconnect and by silence, and loses none."""

import asyncio
from typing import Any

import pytest

from services.bus.consumer import Arrivals
from tests.servers import end_tasks

LONG = 600.0  # seconds: nobody waits for them


def messages(many: int) -> list[Any]:
    """Give things that stand for messages."""
    return list(range(many))


async def waiting(arrivals: Arrivals, seconds: float = LONG) -> asyncio.Task[list[Any]]:
    """Begin to wait, and give the task that does."""
    task = asyncio.create_task(arrivals.some(4, seconds))
    await asyncio.sleep(0)
    assert not task.done()
    return task


async def test_what_is_there_is_given_in_its_order_and_no_more_than_was_asked() -> None:
    arrivals = Arrivals()
    for one in messages(10):
        await arrivals.take(one)
    found: list[list[Any]] = [await arrivals.some(4, LONG) for _ in range(3)]
    assert found == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


async def test_the_first_that_comes_wakes_whoever_waits() -> None:
    arrivals = Arrivals()
    task = await waiting(arrivals)
    for one in messages(2):
        await arrivals.take(one)
    assert await task == [0, 1]


async def test_a_reconnect_wakes_whoever_waits_and_whoever_comes_until_it_is_asked_anew() -> None:
    arrivals = Arrivals()
    task = await waiting(arrivals)
    arrivals.renew()
    assert await task == await arrivals.some(4, LONG) == []
    arrivals.asked()
    task = await waiting(arrivals)
    await end_tasks([task])


async def test_silence_ends_the_wait() -> None:
    assert await Arrivals().some(4, 0.0) == []


@pytest.mark.parametrize("woken", [False, True])
async def test_whoever_is_ended_while_he_waits_takes_nothing_along(*, woken: bool) -> None:
    arrivals = Arrivals()
    task = await waiting(arrivals)
    if woken:  # in the same moment
        await arrivals.take(0)  # type: ignore[arg-type]  # it stands for a message
    await end_tasks([task])
    if not woken:
        await arrivals.take(0)  # type: ignore[arg-type]  # as above
    found: list[Any] = await arrivals.some(4, LONG)
    assert found == [0]
