"""Backup and restore, rehearsed on an empty machine with real processes: what comes back, what is lost, how long."""

import json
import shutil
import time
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest

from schemas.district import District
from tests.kill.filing import file_until_accepted, settled
from tests.kill.installation import Installation, reports
from tests.servers import Sink

pytestmark = pytest.mark.kill
BEFORE, SINCE = 20, 20


async def file(up: Installation, key: str, some: list[dict[str, object]]) -> None:
    async with aiohttp.ClientSession(up.url) as client:
        for report in some:
            await file_until_accepted(client, key, report)


async def test_a_machine_that_lost_its_store_gets_everything_back_from_backup_and_bus(
    tmp_path: Path, tuban: District
) -> None:
    """Store and secret from a backup, the rest from the bus: nothing accepted is lost, nobody is left unchased."""
    sink = await Sink().start()
    made = reports(BEFORE + SINCE, tuban)
    for number, report in enumerate(made):
        report["id"] = str(UUID(int=number + 1))
    backup = tmp_path / "kentongan.jsonl.gz"
    up = Installation(tmp_path, f"{sink.url}/DIVERT/-/divert")
    try:
        async with up:
            key = await up.reporter()
            code, ended = await up.run("key", "add", "lama", "--role", "reporter")
            assert code == 0
            await file(up, key, made[:BEFORE])
            await settled(up)
            code, said = await up.run("backup", str(backup))
            assert code == 0, said
            code, said = await up.run("key", "list")
            number = next(line for line in said.splitlines() if "lama" in line).split()[0]
            code, said = await up.run("key", "revoke", number)
            assert code == 0, said
            await file(up, key, made[BEFORE:])
            await settled(up)
        for name in up.data.glob("kentongan.db*"):
            name.unlink()  # the disk of the store is gone; the bus, the secret and the list of ended keys are not
        words = up.refused_start()
        assert "holds no report" in words, words
        begun = time.monotonic()
        code, said = await up.run("restore", str(backup))
        assert code == 0, said
        async with up:
            restored = time.monotonic() - begun
            code, said = await up.run("db", "rebuild", "--wait", "60")
            assert code == 0, said
            assert f"{SINCE} reports told again; 0 of them" in said
            whole = time.monotonic() - begun
            findings = await settled(up)
            assert findings["kept"] == findings["accepted"] == BEFORE + SINCE
            assert findings["untold"] == findings["timerless"] == []
            async with aiohttp.ClientSession(up.url) as client:
                old = {"Authorization": f"Bearer {ended.strip()}"}
                async with client.post("/v1/reports", json={"text": "Kejadian lain."}, headers=old) as answer:
                    assert answer.status == 401  # ended after the backup was made, and ended still
                async with client.get(
                    f"/v1/reports/{made[-1]['id']}", headers={"Authorization": f"Bearer {key}"}
                ) as told:
                    assert told.status == 200
            size = backup.stat().st_size
            print(
                json.dumps(
                    {
                        "reports": BEFORE + SINCE,
                        "bytes": size,
                        "restored s": round(restored, 1),
                        "all s": round(whole, 1),
                    }
                )
            )
    finally:
        await sink.stop()
        shutil.rmtree(up.data, ignore_errors=True)
