"""File as a patient reporter does: under an id made beforehand, again and again until it is accepted."""

import asyncio
import json
from typing import Any

import aiohttp

from tests.kill.installation import PATIENCE, Installation


async def file_until_accepted(client: aiohttp.ClientSession, key: str, report: dict[str, Any]) -> int:
    """File one report; gives how many tries it took until it was accepted."""
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


async def settled(up: Installation, *, dead: int = 0) -> dict[str, Any]:
    """Let everything owed be sent but so many that nobody can send, and have `reconcile` find nothing wrong.

    Gives its findings.
    """
    async with asyncio.timeout(PATIENCE):
        while True:
            code, said = await up.run("reconcile", "--wait", "30", "--json")
            findings: dict[str, Any] = json.loads(said.splitlines()[-1])
            given_up = findings["deliveries"].get("dead", 0)
            sent = set(findings["deliveries"]) <= {"delivered", "sent", "dead"} and given_up <= dead
            if sent and not any(findings["waiting"].values()):
                assert code == 0, said
                return findings
