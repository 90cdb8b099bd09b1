"""What was erased on the bus stays erased, whoever files it again, also after the server has forgotten which ids it knew."""

import asyncio
import json

import pytest
from nats.js import errors as js_errors

from services.bus import Bus
from services.bus.erasing import GONE
from services.security.secret import Secret
from services.sources.vault import Vault
from tests.incidents import filed
from tests.servers import NatsServer

pytestmark = pytest.mark.nats
VAULT = Vault(Secret(bytes(32)), bytes(range(32)))


@pytest.fixture
async def bus(nats: NatsServer):
    found = Bus(nats.url, name="test", kabupaten="35.23", declares=True, sealer=VAULT)
    await found.open()
    yield found
    await found.close()


async def reports(bus: Bus) -> list[bytes]:
    return [one.data or b"" async for one in bus.stored("REPORTS") if (one.subject or "").startswith("report.")]


async def test_an_erased_id_filed_again_after_a_restart_of_the_server_leaves_no_key_and_no_copy(
    nats: NatsServer, bus: Bus
) -> None:
    """The server reads the ids that it knows from its messages: those of what was erased are gone after a restart."""
    report, other = filed("Tawuran di Soko"), filed("Blokade di Kerek")
    for one in (report, other):
        await bus.publish_report(one, "digest")
    await bus.erase_keys([str(report.id)])
    before = await reports(bus)
    await nats.restart_under(bus)
    again = await bus.publish_report(report, "digest")  # an old phone whose 202 was lost
    assert (again.again, again.same) == (True, True)
    assert await bus.key_of(str(report.id)) is None
    assert await reports(bus) == before
    still = await bus.publish_report(other, "digest")
    assert (still.again, still.same) == (True, True)
    assert await bus.key_of(str(other.id)) is not None


async def test_the_tombstone_names_no_id_and_outlives_the_stream_s_own_age(bus: Bus) -> None:
    report = filed("Tawuran di Soko")
    await bus.publish_report(report, "digest")
    await bus.erase_keys([str(report.id)])
    await bus.erase_keys([str(report.id)])
    (stone,) = [one async for one in bus.stored("KNOWN") if (one.subject or "").startswith(GONE)]
    assert str(report.id) not in f"{stone.subject} {stone.headers} {stone.data!r}"
    assert (stone.headers or {})["Nats-TTL"] == "never"  # the stream's age does not end it
    assert await bus.tombstones() == {VAULT.tombstone(str(report.id))}
    other = Vault(Secret(bytes(32)), b"2" * 32)
    assert other.tombstone(str(report.id)) != VAULT.tombstone(str(report.id))


async def test_a_tombstone_ends_no_other_report(bus: Bus) -> None:
    gone, kept = filed("Tawuran di Soko"), filed("Blokade di Kerek")
    await bus.publish_report(gone, "digest")
    await bus.erase_keys([str(gone.id)])
    assert not (await bus.publish_report(kept, "digest")).again
    assert await bus.erased_among([str(gone.id), str(kept.id)]) == {str(gone.id)}
    assert await bus.reports_with_keys() == [str(kept.id)]


async def test_a_key_that_is_filed_while_the_erasure_runs_is_erased_or_refused(bus: Bus, nats: NatsServer) -> None:
    """Forty doors file the id in the moment in which it is erased, on a server that has just forgotten it."""
    report = filed("Tawuran di Soko")
    await bus.publish_report(report, "digest")
    await bus.erase_keys([str(report.id)])
    second = filed("Blokade di Kerek")
    door = Bus(nats.url, name="door", kabupaten="35.23", sealer=VAULT)
    await door.open()
    try:
        await nats.restart_under(bus, door)
        filing = [door.publish_report(one, "digest") for one in (report, second) for _ in range(20)]
        await asyncio.gather(bus.erase_keys([str(second.id)]), *filing, return_exceptions=True)
        await bus.erase_keys([str(second.id)])
        assert await bus.reports_with_keys() == []
    finally:
        await door.close()


async def test_more_tombstones_than_the_server_tells_at_once_are_all_told(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """nats-server tells 100,000 subjects in one answer; one that tells seven stands for it."""
    asked = {VAULT.tombstone(f"report {number}") for number in range(20)}
    await bus.bury(asked)
    whole = bus.nc.request

    async def some(subject: str, payload: bytes, **more: object):
        answer = await whole(subject, payload, **more)
        told, offset = json.loads(answer.data), json.loads(payload)["offset"]
        names = sorted(VAULT.tombstone(f"report {number}") for number in range(20))[offset : offset + 7]
        told["state"]["subjects"], told["total"] = {GONE + name: 1 for name in names}, 20
        answer.data = json.dumps(told).encode()
        return answer

    assert await bus.tombstones() == asked
    monkeypatch.setattr(bus.nc, "request", some)
    assert await bus.tombstones() == asked


async def test_a_reading_that_must_miss_nothing_asks_the_server_that_leads(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that follows says of what it has not heard of yet that it is not there, and it would be passed over."""
    report = filed("Tawuran di Soko")
    await bus.publish_report(report, "digest")
    whole = bus.js.get_msg

    async def behind(stream: str, number: int, **more: object):
        if more.get("direct"):
            raise js_errors.NotFoundError
        return await whole(stream, number, **more)

    monkeypatch.setattr(bus.js, "get_msg", behind)
    newer = Vault(Secret(b"1" * 32, bytes(32)), VAULT.root)
    assert await bus.renew_keys(newer.renewed) == 1
    await bus._publisher.publish([("inbound.message.sms", b'{"id": "1"}', {"Nats-Expected-Stream": "INBOUND"})])
    assert await bus.erase_inbound(lambda _body: True) == 1
