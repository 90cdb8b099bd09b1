"""A cluster of three, configured as deploy/nats says, loses a server and no report."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from schemas.messages import ReportFiled, ReportIn, Source
from services.bus import Bus, BusUnavailable
from services.cli.up import nats_server
from tests.servers import free_port, listening

NATS = Path(__file__).resolve().parents[2] / "deploy" / "nats"
USERS = ("INGEST", "TRIAGE", "NOTIFY", "CONSOLE", "OFFICE", "DEPLOY")
Cluster = tuple[list[int], list[subprocess.Popen[bytes]]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Start three servers on this machine; only hosts and ports are not those of production."""
    ports, between = [free_port() for _ in range(3)], [free_port() for _ in range(3)]
    text = (NATS / "cluster.conf").read_text(encoding="utf-8")
    (tmp_path / "accounts.conf").write_text((NATS / "accounts.conf").read_text(encoding="utf-8"))
    for number in (1, 2, 3):
        text = text.replace(f"nats://nats-{number}:6222", f"nats://localhost:{between[number - 1]}")
    names = [f"nats-{number}" for number in (1, 2, 3)]
    subprocess.run([sys.executable, str(NATS.parent / "certificates"), str(tmp_path), *names], check=True)
    servers = []
    for number in range(3):
        config = tmp_path / f"{number}.conf"
        config.write_text(
            text.replace("port: 4222", f'host: "127.0.0.1"\nport: {ports[number]}').replace(
                "port: 6222", f'host: "127.0.0.1"\nport: {between[number]}'
            )
        )
        environment = {
            **os.environ,
            **{f"NATS_PASSWORD_{user}": "secret" for user in USERS},
            "NATS_NAME": f"nats-{number + 1}",
            "NATS_STORE": str(tmp_path / f"store-{number}"),
            "NATS_CA": str(tmp_path / "ca.pem"),
            "NATS_CERT": str(tmp_path / f"nats-{number + 1}.pem"),
            "NATS_KEY": str(tmp_path / f"nats-{number + 1}.key"),
        }
        quiet = subprocess.DEVNULL
        servers.append(
            subprocess.Popen([nats_server(), "-c", str(config)], env=environment, stdout=quiet, stderr=quiet)
        )
    while not all(listening(port) for port in ports):
        assert all(server.poll() is None for server in servers)
    yield ports, servers
    for server in servers:
        server.kill()
        server.wait()


def filed() -> ReportFiled:
    source = Source(reporter="anonymous")
    return ReportFiled(id=uuid4(), filed_at=datetime.now(UTC), report=ReportIn(text="nihil"), source=source)


async def keep_at_last(bus: Bus, report: ReportFiled) -> None:
    """File as a client does: the same report again, until it is promised."""
    while True:
        try:
            await bus.publish_report(report, "digest")
        except BusUnavailable:
            await asyncio.sleep(0)
            continue
        return


@pytest.mark.nats
async def test_a_cluster_of_three_loses_a_server_and_no_report(cluster: Cluster, tmp_path: Path) -> None:
    ports, servers = cluster

    def url(user: str) -> str:
        return ",".join(f"tls://{user}:secret@localhost:{port}" for port in ports)

    deploy = Bus(
        url("deploy"), name="deploy", kabupaten="35.23", replicas=3, declares=True, authority=str(tmp_path / "ca.pem")
    )
    await asyncio.wait_for(deploy.open(), 60)
    await deploy.close()
    ingest = Bus(url("ingest"), name="ingest", kabupaten="35.23", replicas=3, authority=str(tmp_path / "ca.pem"))
    office = Bus(url("office"), name="office", kabupaten="35.23", replicas=3, authority=str(tmp_path / "ca.pem"))
    await ingest.open()
    await office.open()
    try:
        assert (await office.js.stream_info("REPORTS")).config.num_replicas == 3
        reports = [filed() for _ in range(30)]
        for report in reports[:10]:
            await keep_at_last(ingest, report)
        leader = (await office.js.stream_info("REPORTS")).cluster.leader
        servers[int(leader[-1]) - 1].kill()
        for report in reports[10:]:
            await keep_at_last(ingest, report)
        again = await ingest.publish_report(reports[0], "digest")
        assert (again.again, again.same) == (True, True)
        stored = {message.headers["ce-id"] async for message in office.stored("REPORTS")}
        assert stored == {str(report.id) for report in reports}
    finally:
        await ingest.close()
        await office.close()
