"""A store, a bus and a secret made by 0.1 go on: what was readable stays so, what was signed stays good."""

import asyncio
import json
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from sqlmodel import select

from schemas.records.accounts import Key
from schemas.records.alerts import Alert
from schemas.records.answers import ReplyCode
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from services.bus import Bus
from services.runtime.bus_users import passwords_of
from services.runtime.private import open_to_others
from services.store.database import Store
from tests.channels.provider_fakes import FakeHttp
from tests.kill.installation import Installation
from tests.servers import GENEROUS, until

HERE = Path(__file__).parents[1] / "upgrade"
OFFICER = "+6281200004821"
pytestmark = pytest.mark.nats


class Upgraded:
    """An installation of 0.1 that this version has been started on."""

    def __init__(self, running: Installation, gateway: FakeHttp, facts: dict[str, Any]) -> None:
        self.running, self.gateway, self.facts = running, gateway, facts

    async def call(self, method: str, path: str, body: Any = None, key: str = "", **headers: str) -> tuple[int, Any]:
        given = {"Authorization": f"Bearer {key}"} if key else {}
        async with (
            aiohttp.ClientSession(self.running.url) as client,
            client.request(method, path, json=body, headers={**given, **headers}) as told,
        ):
            return told.status, await told.json(content_type=None)

    def store(self) -> Store:
        return Store(f"sqlite:///{self.running.data / 'kentongan.db'}")


@pytest_asyncio.fixture
async def upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Upgraded]:
    gateway = FakeHttp()
    await gateway.start()
    start = "KENTONGAN_CHANNEL_SMS_GATEWAY_"
    running = Installation(tmp_path, f"{gateway.url}/divert")
    settings = {"URL": f"{gateway.url}/send", "SECRET_HEADER": "X-Gateway", "SECRET": "Rahasia"}
    running.environment |= {f"{start}{name}": value for name, value in settings.items()}
    running._divert = ""
    with tarfile.open(HERE / "installation-0.1.tar.xz") as packed:
        packed.extractall(running.data, filter="data")
    facts = json.loads((running.data / "facts.json").read_text(encoding="utf-8"))
    (running.data / "facts.json").unlink()
    for path in running.data.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    async with running:
        yield Upgraded(running, gateway, facts)
    await gateway.stop()


async def test_what_0_1_has_kept_stays_readable_and_what_it_signed_stays_good(upgraded: Upgraded) -> None:
    facts, report = upgraded.facts, upgraded.facts["report"]
    assert list(open_to_others(upgraded.running.data)) == []

    # its secret, keys and receipts
    status, told = await upgraded.call("GET", f"/v1/reports/{report['id']}", **{"X-Receipt": report["receipt"]})
    assert (status, told["id"]) == (200, report["id"])
    status, told = await upgraded.call("GET", "/v1/incidents", key=facts["member"])
    assert status == 200
    (incident,) = told["items"] if "items" in told else told["incidents"]
    assert (await upgraded.call("POST", "/v1/reports", {"text": "Nihil."}, key=facts["revoked"]))[0] == 401
    status, told = await upgraded.call("POST", "/v1/reports", {"text": "Nihil, aman."}, key=facts["reporter"])
    assert status == 202

    # the same report again is the same report, with its first time, and other content is refused
    body = {"id": report["id"], "kecamatan": "35.23.11", "basis": "saw", "contact": "+6281299990000"}
    body["text"] = (
        "Tawuran dua kelompok pemuda di Desa Bangunrejo Soko, dua orang tewas dan enam luka bacok, massa masih berkumpul "
        "membawa senjata tajam"
    )
    status, again = await upgraded.call("POST", "/v1/reports", body, key=facts["reporter"])
    assert (status, again["id"], again["accepted_at"]) == (202, report["id"], report["accepted_at"])
    for receipt in (report["receipt"], again["receipt"]):  # signed by 0.1, and by now
        path = f"/v1/reports/{report['id']}"
        assert (await upgraded.call("GET", path, **{"X-Receipt": receipt}))[0] == 200
    assert (await upgraded.call("POST", "/v1/reports", {**body, "text": "Lain."}, key=facts["reporter"]))[0] == 409

    # its reply code: known again, and what an SMS alone may not do it does not do now either
    store = upgraded.store()
    (code,) = store.read_now(lambda session: [row.code for row in session.exec(select(ReplyCode))])
    inbound = {"from": OFFICER, "text": f"L {code} massa bubar", "id": "in-1"}
    assert (await upgraded.call("POST", "/v1/inbound/sms_gateway", inbound, **{"X-Gateway": "Rahasia"}))[0] == 202
    asked = select(Journal.kind).where(Journal.kind == "answer.reported")
    await until(lambda: store.read_now(lambda session: session.exec(asked).first()), "the answer")
    assert incident["id"] in store.read_now(lambda session: [one.id for one in session.exec(select(Incident))])
    states = store.read_now(lambda session: {one.institution: one.state for one in session.exec(select(Alert))})
    assert states["POLRES"] != "acknowledged"
    assert {one.kid for one in store.read_now(lambda session: session.exec(select(Key)).all())} == {None}
    store.close()

    # its bus: every report that it accepted
    port, password = upgraded.running.nats_port, passwords_of(upgraded.running.data)["office"]
    bus = Bus(f"nats://office:{password}@127.0.0.1:{port}", name="test", kabupaten="35.23")
    await asyncio.wait_for(bus.open(), GENEROUS)
    assert report["id"] in [id_ async for _, id_, _ in bus.reports_on_disk()]
    await bus.close()
    assert (await upgraded.running.run("reconcile"))[0] == 0
    assert (await upgraded.running.run("audit", "verify"))[0] == 0
