"""The test report that is on by default goes the whole way and shows on nobody's list, figure or phone."""

import asyncio
from collections.abc import Mapping

import pytest
from aiohttp import web

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.vocabulary import Role
from services.notify.channels.sms_gateway import SmsGateway
from services.notify.watchdog import canary
from services.notify.watchdog.canary import Canary, door
from services.runtime.settings import Settings
from services.runtime.signs import LONGEST
from services.store.turn import TURN
from tests.house import SECRET, House
from tests.servers import free_port

pytestmark = pytest.mark.nats


def test_it_is_on_by_default_and_goes_in_by_the_front_door_that_the_auditor_asks() -> None:
    assert Settings().canary_minutes > 0
    assert Settings(base_url="https://siaga.example/").front_door == "https://siaga.example"
    assert Settings(base_url="https://siaga.example", door_url="http://ingest:8080/").front_door == "http://ingest:8080"


async def test_it_is_measured_and_nobody_sees_it(house: House) -> None:
    canary = Canary(house.store, door(house.url, house.store, SECRET))
    await canary.send()
    await house.settle()
    await canary.settle()
    [line] = house.journal("canary.measured")
    assert line.data["seconds"] >= 0
    [incident] = house.rows(Incident)
    assert incident.state == "settled"
    assert house.sink.calls == []
    assert house.mail.mails == []
    coordinator = await house.key("koordinator", Role.COORDINATOR)
    for query in ("", "?state=all", "?state=closed"):
        told = await house.call("GET", f"/v1/incidents{query}", key=coordinator)
        assert told.status == 200
        assert told.body["total"] == 0, told.body
    assert house.rows(Journal, kind="canary.lost") == []


async def test_a_gateway_is_told_the_same_key_at_every_try() -> None:
    heard: list[Mapping[str, str]] = []

    async def take(request: web.Request) -> web.Response:
        heard.append(dict(request.headers))
        return web.json_response({})

    app, port = web.Application(), free_port()
    app.router.add_post("/send", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    given = {**SmsGateway.example.settings, "url": f"http://127.0.0.1:{port}/send"}
    channel = SmsGateway(SmsGateway.Settings(**given))  # type: ignore[call-arg]
    await channel.open()
    try:
        from services.notify.channels import Outgoing

        message = Outgoing("delivery-1", SmsGateway.example.address, "subject", "body", "short")
        for _ in range(2):
            await channel.send(message)
    finally:
        await channel.close()
        await runner.cleanup()
    assert [headers["Idempotency-Key"] for headers in heard] == ["delivery-1"] * 2


async def test_a_front_door_that_hangs_ends_nobody_who_could_tell_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = 3 * TURN  # of its key, of what became of the one before, of what became of this one
    assert canary.AT_THE_DOOR + writes < LONGEST

    ended = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        ended.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setattr(canary, "AT_THE_DOOR", 0.3)
    await Canary(house.store, door(f"http://127.0.0.1:{port}", house.store, SECRET)).send()
    await ended.wait()
    server.close()
    assert [line.data for line in house.journal("canary.lost")] == [{"at_the_door": True}]
