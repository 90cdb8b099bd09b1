"""What a kind of fault is, and means that several of them share."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.chaos.ground import PATIENCE, Ground

Act = Callable[[Ground], Awaitable[None]]


@dataclass(frozen=True)
class Fault:
    """One kind of fault; `act` begins it, lets it last and ends it.

    Where it does not end by itself, `act` does what the documents tell an operator to do, and writes it down.
    """

    name: str
    act: Act


async def last(ground: Ground, least: float, most: float) -> None:
    """Let it last for some seconds."""
    await asyncio.sleep(ground.dice.uniform(least, most))


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until something that another process does has come about."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
    except TimeoutError as error:
        raise AssertionError(f"{what} did not come about") from error


def kill(what: str) -> Act:
    """Kill a process outright."""

    async def act(ground: Ground) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(await ground.pid(what), signal.SIGKILL)

    return act
