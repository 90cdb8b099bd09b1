"""What lies under deploy/ for production is read by the programs it is for, as far as they are here."""

import asyncio
import configparser
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from schemas.messages import ReportFiled, ReportIn, Source
from services.bus import CONSUMERS, Bus, BusUnavailable, Event
from services.cli.serve import SERVICES
from services.cli.up import nats_server
from services.runtime.settings import Settings
from tests.servers import free_port, listening

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
USERS = ("ingest", "triage", "notify", "console", "office")
PASSWORDS = {f"NATS_PASSWORD_{user.upper()}": f"secretof{user}" for user in USERS}


def test_the_cluster_configuration_is_understood_by_nats_server(tmp_path: Path) -> None:
    environment = {**os.environ, **PASSWORDS, "NATS_NAME": "nats-1", "NATS_STORE": str(tmp_path)}
    command = [nats_server(), "-t", "-c", str(DEPLOY / "nats" / "cluster.conf")]
    checked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[int]:
    """Start one server with the accounts of production and give its port."""
    port = free_port()
    config = tmp_path / "nats.conf"
    config.write_text(
        f'host: "127.0.0.1"\nport: {port}\njetstream {{ store_dir: "{tmp_path / "bus"}" }}\n'
        + (DEPLOY / "nats" / "accounts.conf").read_text(encoding="utf-8")
    )
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [nats_server(), "-c", str(config)], env={**os.environ, **PASSWORDS}, stdout=log, stderr=log
        )
    while not listening(port):
        assert server.poll() is None, (tmp_path / "log").read_text()
    yield port
    server.terminate()
    server.wait()


async def opened(user: str, port: int) -> Bus:
    url = f"nats://{user}:secretof{user}@127.0.0.1:{port}"
    bus = Bus(url, name=user, kabupaten="35.23")
    await asyncio.wait_for(bus.open(), 20)
    return bus


@pytest.mark.nats
async def test_every_service_can_do_its_own_work_on_the_guarded_bus_and_no_other(guarded: int) -> None:
    ingest, triage, notify, console, office = [await opened(user, guarded) for user in USERS]
    try:
        filed = ReportFiled(
            id=uuid4(), filed_at=datetime.now(UTC), report=ReportIn(text="nihil"), source=Source(reporter="anonymous")
        )
        assert (await ingest.publish_report(filed, "digest")).again is False
        again = await ingest.publish_report(filed, "other")
        assert (again.again, again.same) == (True, False)

        event = Event(f"{filed.id}:1", "incident.opened.3523.00", "incident.opened", b"{}")
        async for batch in triage.consume("REPORTS", "triage"):
            assert [told.headers["ce-id"] for told in batch] == [str(filed.id)]
            await triage.publish([event])
            await batch[0].done()
            break
        async for batch in notify.consume("INCIDENTS", "notify"):
            await batch[0].done()
            break
        assert await console.ready()
        load = await console.load()  # for /metrics
        assert (load.streams["REPORTS"][1], load.consumers["INBOUND", "answers"]) == (1, (0, 0))
        assert (await notify.publish_report(filed, "digest")).same  # what came as an answer and is a report
        await ingest.publish([Event("1", "inbound.message.sms", "inbound.message", b"{}")])
        async for batch in notify.consume("INBOUND", "answers"):
            await batch[0].done()
            break
        assert set(await office.waiting()) == {durable for _, durable, _ in CONSUMERS}
        assert [id_ async for _, id_, _ in office.reports_on_disk()] == [str(filed.id)]

        for stranger in (ingest, console):
            with pytest.raises(BusUnavailable):
                await stranger.publish([event])
    finally:
        for bus in (ingest, triage, notify, console, office):
            await bus.close()


def test_compose_runs_every_service_with_settings_that_exist() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert tuple(re.findall(r'command: \["serve", "(\w+)"\]', text)) == SERVICES
    known = {f"KENTONGAN_{name.upper()}" for name in Settings.model_fields}
    used = set(re.findall(r"^ +(KENTONGAN_\w+):", text, flags=re.MULTILINE))
    assert used <= known


@pytest.mark.parametrize("unit", ["kentongan.service", "kentongan@.service"])
def test_units_start_the_command_and_start_it_again(unit: str) -> None:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.read(DEPLOY / "systemd" / unit)
    assert found["Service"]["ExecStart"].startswith("/opt/kentongan/.venv/bin/kentongan ")
    assert found["Service"]["Restart"] == "always"
