"""Nothing accepted is lost and nobody is told twice, whatever is killed and whenever."""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest

from schemas.district import District
from tests.kill.filing import file_until_accepted, settled
from tests.kill.installation import Installation, reports
from tests.servers import Sink

REPORTS = int(os.environ.get("KENTONGAN_KILL_REPORTS", "400"))
SEED = int(os.environ.get("KENTONGAN_KILL_SEED", "20261124"))
KILLS = 5  # of each kind of process

pytestmark = pytest.mark.kill


async def test_with_everything_killed_at_random_nothing_is_lost_and_nobody_told_twice(
    tmp_path: Path, sink: Sink, tuban: District
) -> None:
    dice = random.Random(SEED)
    async with Installation(tmp_path, f"{sink.url}/DIVERT/-/divert") as up:
        key = await up.reporter()
        filed = reports(REPORTS, tuban)
        for report in filed:
            report["id"] = str(UUID(int=dice.getrandbits(128), version=4))
        victims = ["nats-server", "ingest", "triage", "notify"] * KILLS
        dice.shuffle(victims)
        share = -(-len(filed) // len(victims))
        line = aiohttp.TCPConnector(limit=8)  # so many reporters at once
        async with aiohttp.ClientSession(up.url, connector=line, timeout=aiohttp.ClientTimeout(10)) as client:
            filing = []
            for number, victim in enumerate(victims):
                batch = filed[number * share : (number + 1) * share]
                filing += [asyncio.create_task(file_until_accepted(client, key, report)) for report in batch]
                await asyncio.sleep(dice.uniform(0, 0.6))  # the next may fall before the last one has recovered
                await up.kill(victim)
            tries = sum(await asyncio.gather(*filing))
        findings = await settled(up)
        nobody_missed_and_nobody_told_twice(sink, {report["id"] for report in filed})
        assert findings["accepted"] == findings["kept"] == len(filed)
        again = sum(times - 1 for times in Counter(call.id for call in sink.taken).values())
        figures = {"reports": len(filed), "tries": tries, "kills": len(victims), "calls": len(sink.calls)}
        figures |= {"incidents": findings["incidents"], "sent again under the same id": again, "seed": SEED}
        print(figures)  # shown by -rP
        code, said = await up.run("audit", "verify")
        assert code == 0, said
    assert up.ended == 0


async def test_in_one_process_nothing_is_lost_and_nobody_told_twice_either(
    tmp_path: Path, sink: Sink, tuban: District
) -> None:
    up = Installation(tmp_path, f"{sink.url}/DIVERT/-/divert")
    up.options = ("--one-process",)
    async with up:
        assert (up.pid("fork_server"), up.pid("triage")) == (None, None)
        key = await up.reporter()
        filed = reports(60, tuban)
        for number, report in enumerate(filed):
            report["id"] = str(UUID(int=number + 1))
        async with aiohttp.ClientSession(up.url, connector=aiohttp.TCPConnector(limit=4)) as client:
            filing = []
            for number, victim in enumerate(("ingest", "nats-server", "ingest")):
                batch = filed[number * 20 : number * 20 + 20]
                filing += [asyncio.create_task(file_until_accepted(client, key, report)) for report in batch]
                await asyncio.wait(filing, return_when=asyncio.FIRST_COMPLETED)
                await up.kill(victim)
            await asyncio.gather(*filing)
        findings = await settled(up)
        assert findings["accepted"] == findings["kept"] == len(filed)
        nobody_missed_and_nobody_told_twice(sink, {report["id"] for report in filed})
    assert up.ended == 0


async def test_started_again_with_another_number_of_partitions_it_carries_on_where_it_was(
    tmp_path: Path, sink: Sink, tuban: District
) -> None:
    """From one to four and back to one, each time stopped under load."""
    filed = reports(90, tuban)
    for number, report in enumerate(filed):
        report["id"] = str(UUID(int=number + 1))
    async with Installation(tmp_path, f"{sink.url}/DIVERT/-/divert") as up:
        key = await up.reporter()
        async with aiohttp.ClientSession(up.url, connector=aiohttp.TCPConnector(limit=4)) as client:
            filing = []
            for start, partitions in ((0, "4"), (30, "1"), (60, "")):
                some = [
                    asyncio.create_task(file_until_accepted(client, key, report))
                    for report in filed[start : start + 30]
                ]
                filing += some
                await asyncio.wait(some, return_when=asyncio.FIRST_COMPLETED)
                if partitions == "1":
                    _, said = await up.run("doctor")
                    assert "another number of partitions" not in said
                if partitions:
                    assert await asyncio.to_thread(up.stop) == 0
                    up.environment["KENTONGAN_PARTITIONS"] = partitions
                    await up.start()
            await asyncio.gather(*filing)
        findings = await settled(up)
        assert findings["accepted"] == findings["kept"] == len(filed)
        nobody_missed_and_nobody_told_twice(sink, {report["id"] for report in filed})
    assert up.ended == 0


async def test_stopped_in_the_middle_it_carries_on_where_it_was(tmp_path: Path, sink: Sink, tuban: District) -> None:
    """Once stopped as Ctrl-C does, once with the supervisor itself killed and everything orphaned."""
    async with Installation(tmp_path, f"{sink.url}/DIVERT/-/divert") as up:
        assert "GOGC=20" in up.environment_of("nats-server")
        key = await up.reporter()
        filed = reports(120, tuban)
        for number, report in enumerate(filed):
            report["id"] = str(UUID(int=number + 1))
        async with aiohttp.ClientSession(up.url, connector=aiohttp.TCPConnector(limit=4)) as client:
            first = [asyncio.create_task(file_until_accepted(client, key, report)) for report in filed[:60]]
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            assert await asyncio.to_thread(up.stop) == 0
            await up.start()
            await asyncio.gather(*first)
            second = [asyncio.create_task(file_until_accepted(client, key, report)) for report in filed[60:]]
            await asyncio.wait(second, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.to_thread(up.kill_supervisor)
            await up.start()
            await asyncio.gather(*second)
        findings = await settled(up)
        assert findings["accepted"] == findings["kept"] == len(filed)
        nobody_missed_and_nobody_told_twice(sink, {report["id"] for report in filed})
    assert up.ended == 0


def nobody_missed_and_nobody_told_twice(sink: Sink, filed: set[str]) -> None:
    """Expect every report named in a call that was taken, and one id for each institution in each round."""
    assert filed - {report for call in sink.taken for report in call.data["reports"]} == set()
    ids: dict[tuple[str, str, int], set[str]] = {}
    for call in sink.calls:
        ids.setdefault((call.data["incident"], call.data["institution"], call.data["round"]), set()).add(call.id)
    assert {key: told for key, told in ids.items() if len(told) > 1} == {}
