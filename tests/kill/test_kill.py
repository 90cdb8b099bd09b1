"""Nothing accepted is lost and nobody is told twice, whatever is killed and whenever."""

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
import pytest_asyncio

from schemas.district import District
from tests.kill.installation import PATIENCE, Installation, reports
from tests.servers import Sink

REPORTS = int(os.environ.get("KENTONGAN_KILL_REPORTS", "400"))
SEED = int(os.environ.get("KENTONGAN_KILL_SEED", "20261124"))
KILLS = 5  # of each kind of process

pytestmark = pytest.mark.kill


@pytest_asyncio.fixture
async def sink() -> AsyncIterator[Sink]:
    receiver = await Sink().start()
    yield receiver
    await receiver.stop()


async def file_until_accepted(client: aiohttp.ClientSession, key: str, report: dict[str, Any]) -> int:
    """File with an id made beforehand and try again until it is accepted; gives how many tries that took."""
    tries = 0
    async with asyncio.timeout(PATIENCE):
        while True:
            tries += 1
            try:
                async with client.post(
                    "/v1/reports", json=report, headers={"Authorization": f"Bearer {key}"}
                ) as answer:
                    told = await answer.json()
                    if answer.status == 202:
                        assert told["id"] == report["id"]
                        return tries
                    assert answer.status == 503, (answer.status, told)
            except (aiohttp.ClientError, TimeoutError, ConnectionError):
                pass
            await asyncio.sleep(0.05)


async def test_with_everything_killed_at_random_nothing_is_lost_and_nobody_told_twice(
    tmp_path: Path, sink: Sink, tuban: District
) -> None:
    dice = random.Random(SEED)
    up = Installation(tmp_path, f"{sink.url}/DIVERT/-/divert")
    await up.start()
    try:
        _, key = await up.run("key", "add", "pelapor", "--role", "reporter", "--reliability", "B")
        filed = reports(REPORTS, [place for place in tuban.places.values() if place.kind in ("desa", "kelurahan")])
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
                filing += [asyncio.create_task(file_until_accepted(client, key.strip(), report)) for report in batch]
                await asyncio.sleep(dice.uniform(0, 0.6))  # the next may fall before the last one has recovered
                await up.kill(victim)
            tries = sum(await asyncio.gather(*filing))
        findings = await settled(up)
        named = {report for call in sink.taken for report in call.data["reports"]}
        assert {report["id"] for report in filed} - named == set()
        assert findings["accepted"] == findings["kept"] == len(filed)
        ids: dict[tuple[str, str, int], set[str]] = {}
        for call in sink.calls:
            ids.setdefault((call.data["incident"], call.data["institution"], call.data["round"]), set()).add(call.id)
        assert {key: told for key, told in ids.items() if len(told) > 1} == {}
        again = sum(times - 1 for times in Counter(call.id for call in sink.taken).values())
        figures = {"reports": len(filed), "tries": tries, "kills": len(victims), "calls": len(sink.calls)}
        figures |= {"incidents": findings["incidents"], "sent again under the same id": again, "seed": SEED}
        print(figures)  # shown by -rP
        code, said = await up.run("audit", "verify")
        assert code == 0, said
    except BaseException:
        print(up.log.read_text()[-2000:])
        for name in ("ingest", "triage", "notify", "nats-server"):
            print(name, (up.data / "log" / f"{name}.log").read_text()[-3000:])
        raise
    finally:
        code = up.stop()
    assert code == 0


async def settled(up: Installation) -> dict[str, Any]:
    """Let everything owed be sent, and have `reconcile` find nothing wrong; gives its findings."""
    async with asyncio.timeout(PATIENCE):
        while True:
            code, said = await up.run("reconcile", "--wait", "30", "--json")
            findings: dict[str, Any] = json.loads(said.splitlines()[-1])
            if set(findings["deliveries"]) <= {"delivered", "sent"}:
                assert code == 0, said
                return findings
