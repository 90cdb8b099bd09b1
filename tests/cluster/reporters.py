"""Reporters at a steady rate, through whichever front door answers, each again and again under its id until 202."""

import asyncio
import itertools
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp

from tests.cluster.cluster import PATIENCE

AT_ONCE = 256  # reporters with a request under way; more wait their turn


@dataclass
class Stretch:
    """What reporters met while one fault lasted."""

    name: str
    seconds: float = 0.0
    offered: int = 0
    accepted: list[float] = field(default_factory=list)  # when each was accepted, monotonic
    ids: dict[str, float] = field(default_factory=dict)  # when each was accepted, by its id
    refusals: int = 0  # tries answered 503, or by nobody
    taken_over: float = 0.0  # seconds until another worker had what the killed one held
    strange: list[tuple[int, str]] = field(default_factory=list)  # any other answer, or a 503 that helps nobody

    def longest_gap(self) -> float:
        """Give the longest time without an accepted report, in seconds."""
        return max((later - sooner for sooner, later in itertools.pairwise(sorted(self.accepted))), default=0.0)


def _honest(retry_after: str | None, said: str, id_: str) -> bool:
    """Say whether a refusal says when to come again, in a sentence, and no other id to come under."""
    try:
        told = json.loads(said)
    except ValueError:
        return False
    return bool(retry_after) and bool(told["title"]) and told.get("id", id_) == id_


class Reporters:
    """File made-up reports through several doors."""

    def __init__(self, doors: list[str], key: str, reports: list[dict[str, Any]], seed: int) -> None:
        dice = random.Random(seed)
        self._doors, self._key = doors, key
        self._left = iter(reports)
        for report in reports:
            report["id"] = str(UUID(int=dice.getrandbits(128), version=4))
        self._room = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()
        self.filed: set[str] = set()

    async def offer(self, client: aiohttp.ClientSession, stretch: Stretch, rate: float, seconds: float) -> None:
        """File at a rate for some seconds; who is not answered goes on trying in the background."""
        started, number = time.monotonic(), 0
        while (now := time.monotonic() - started) < seconds:
            while number < now * rate:
                number += 1
                report = next(self._left)
                self.filed.add(report["id"])
                task = asyncio.create_task(self._file(client, report, number, stretch))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            await asyncio.sleep(0.02)  # the pace of what is offered is what this is about
        stretch.offered, stretch.seconds = number, seconds

    async def answered(self) -> None:
        """Wait until everybody has a promise."""
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*self._under_way)

    async def _file(self, client: aiohttp.ClientSession, report: dict[str, Any], number: int, stretch: Stretch) -> None:
        headers = {"Authorization": f"Bearer {self._key}"}
        for turn in itertools.count(number):
            door = self._doors[turn % len(self._doors)]
            try:
                async with self._room, client.post(f"{door}/v1/reports", json=report, headers=headers) as answer:
                    if answer.status == 202:
                        stretch.accepted.append(time.monotonic())
                        stretch.ids[report["id"]] = stretch.accepted[-1]
                        return
                    said = await answer.text()
                    if answer.status != 503 or not _honest(answer.headers.get("Retry-After"), said, report["id"]):
                        stretch.strange.append((answer.status, said))
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                pass
            stretch.refusals += 1
            await asyncio.sleep(0.25)  # as the page does: again, a little later
