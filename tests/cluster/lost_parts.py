"""Three buses, PostgreSQL and two of each worker: whatever one loses, nothing accepted is lost and nobody told twice.

`make cluster-test` runs it, every fault at 50 reports a second; `make test` does not collect it, for its length.
"""

import asyncio
import itertools
import json
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from schemas.district import District
from tests.cluster.cluster import NODES, WORKERS, Cluster
from tests.cluster.reporters import Reporters, Stretch
from tests.kill.installation import reports
from tests.kill.test_kill import nobody_missed_and_nobody_told_twice
from tests.servers import Sink

RATE = float(os.environ.get("KENTONGAN_CLUSTER_RATE", "50"))
SEED = int(os.environ.get("KENTONGAN_KILL_SEED", "20261128"))
TAKEOVER = (
    10.0  # seconds: the longest without an accepted report where another could have taken it, and until one takes over
)

pytestmark = [pytest.mark.nats, pytest.mark.postgres, pytest.mark.kill]
Fault = Callable[[Cluster], Awaitable[float | None]]  # the seconds until another took over, where that is told


async def one_bus(cluster: Cluster) -> None:
    leader = await cluster.leader_of("REPORTS")
    cluster.kill(next(node for node in NODES if node != leader))


async def the_leader(cluster: Cluster) -> None:
    cluster.kill(await cluster.leader_of("REPORTS"))


async def two_buses(cluster: Cluster) -> None:
    for node in NODES[:2]:
        cluster.kill(node)


def one(worker: str) -> Fault:
    async def fault(cluster: Cluster) -> float:
        if worker.startswith("ingest"):
            cluster.kill(worker)
            return 0.0
        return await cluster.kill_and_see_taken_over(worker)

    return fault


async def all_in_turn(cluster: Cluster) -> None:
    """Restart every service and every bus, one after the other, as an upgrade of the machines does."""
    for name in (*WORKERS, *NODES):
        await cluster.restart(name)


async def nothing(_cluster: Cluster) -> None:
    """Nothing fails: what the others are compared with."""


FAULTS: dict[str, tuple[Fault, bool]] = {  # whether reports can be accepted while it lasts
    "nothing": (nothing, True),
    "a bus that follows is killed": (one_bus, True),
    "the bus that leads is killed": (the_leader, True),
    "a triage worker is killed": (one("triage-1"), True),
    "a notify worker is killed": (one("notify-2"), True),
    "a front door is killed": (one("ingest-1"), True),
    "all are restarted, one by one": (all_in_turn, True),
    "two of three buses are away": (two_buses, False),
}


async def test_whatever_one_loses_nothing_is_lost_and_nobody_told_twice(
    tmp_path: Path, new_database: Callable[[str], str], sink: Sink, tuban: District
) -> None:
    names, seconds, rest = list(FAULTS), 20.0, 5.0
    stretches = []
    async with Cluster(tmp_path, new_database("postgres"), f"{sink.url}/DIVERT/-/divert") as cluster:
        code, key = await cluster.run("key", "add", "pelapor", "--role", "reporter", "--reliability", "B")
        assert code == 0, key
        filed = reports(int(len(names) * (seconds + rest) * RATE) + 100, tuban)
        reporters = Reporters(cluster.doors, key.strip(), filed, SEED)
        line = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=line, timeout=aiohttp.ClientTimeout(10)) as client:
            for name in names:
                fault, possible = FAULTS[name]
                stretch = Stretch(name)
                stretches.append((stretch, possible, time.monotonic()))
                await reporters.offer(client, stretch, RATE, rest)
                taken_over, _ = await asyncio.gather(fault(cluster), reporters.offer(client, stretch, RATE, seconds))
                stretch.taken_over = taken_over or 0.0
                assert possible or not await cluster.ready(client)  # nothing is promised, and `/readyz` says so
                for process in list(cluster.processes):
                    cluster.revive(process)
                await reporters.answered()
                await cluster.serving()
        findings = await settled(cluster)
        nobody_missed_and_nobody_told_twice(sink, reporters.filed)
        assert findings["accepted"] == findings["kept"] == len(reporters.filed)
        code, said = await cluster.run("audit", "verify")
        assert code == 0, said
    told = sorted(call.at for call in sink.taken)
    first = first_told(sink)
    for number, (stretch, possible, began) in enumerate(stretches):
        ends = stretches[number + 1][2] if number + 1 < len(stretches) else float("inf")
        own = [at for at in told if began <= at < ends]
        silent = max((b - a for a, b in itertools.pairwise(own)), default=0.0)
        waited = max((first[id_] - at for id_, at in stretch.ids.items()), default=0.0)
        print(  # shown by -rP
            f"| {stretch.name} | {len(stretch.accepted)} | {stretch.refusals} | {stretch.longest_gap():.1f} | {silent:.1f} "
            f"| {waited:.1f} | {stretch.taken_over:.1f} |"
        )
        assert stretch.strange == []
        assert not possible or stretch.longest_gap() <= TAKEOVER
        assert stretch.taken_over <= TAKEOVER
    print(f"sent again under the same id: {len(sink.taken) - len({call.id for call in sink.taken})}, seed {SEED}")


def first_told(sink: Sink) -> dict[str, float]:
    """Say of each report when the first message arrived that names it."""
    first: dict[str, float] = {}
    for call in sorted(sink.taken, key=lambda call: call.at):
        for report in call.data["reports"]:
            first.setdefault(report, call.at)
    return first


async def settled(cluster: Cluster) -> dict[str, object]:
    """Let everything owed be sent, and have `reconcile` find nothing wrong; gives its findings."""
    async with asyncio.timeout(180):
        while True:
            code, said = await cluster.run("reconcile", "--wait", "60", "--json")
            findings: dict[str, object] = json.loads(said.splitlines()[-1])
            deliveries = findings["deliveries"]
            assert isinstance(deliveries, dict)
            waiting = findings["waiting"]
            assert isinstance(waiting, dict)
            if set(deliveries) <= {"delivered", "sent"} and not any(waiting.values()):
                assert code == 0, said
                return findings
