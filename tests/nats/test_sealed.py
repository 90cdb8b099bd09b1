"""What lies on the bus is sealed; a try that failed half-way, an erasure and a rewind lose no report and double none."""

import json

import pytest

from schemas.messages import InboundMessage, ReportFiled
from services.bus import Bus, BusUnavailable, inbound_message
from services.security.secret import Secret
from services.sources.vault import Vault
from tests.incidents import NIGHT, filed
from tests.servers import NatsServer

pytestmark = pytest.mark.nats
VAULT = Vault(Secret(bytes(32)), bytes(range(32)))


@pytest.fixture
async def bus(nats: NatsServer):
    found = Bus(nats.url, name="test", kabupaten="35.23", declares=True, sealer=VAULT)
    await found.open()
    yield found
    await found.close()


async def taken(bus: Bus, many: int) -> list[tuple[str, bool, bytes]]:
    """Take messages of REPORTS: id, whether no key opens it, body."""
    found: list[tuple[str, bool, bytes]] = []
    async for batch in bus.consume("REPORTS", "triage"):
        for told in batch:
            found.append((told.headers["ce-id"], told.unreadable, told.body))
            await told.done()
        if len(found) >= many:
            break
    return found


async def test_a_report_is_sealed_on_the_disk_and_open_where_it_is_taken(bus: Bus) -> None:
    report = filed("Tawuran di Soko")
    kept = await bus.publish_report(report, "digest")
    assert (kept.again, kept.same) == (False, True)
    async for message in bus.stored("REPORTS"):
        assert b"Soko" not in (message.data or b"")
        assert "digest" not in (message.headers or {})["kentongan-digest"]
    ((id_, unreadable, body),) = await taken(bus, 1)
    assert (id_, unreadable, ReportFiled.model_validate_json(body)) == (str(report.id), False, report)
    again = await bus.publish_report(report, "digest")
    assert (again.again, again.same) == (True, True)
    assert not (await bus.publish_report(report, "other")).same


async def half(bus: Bus, report: ReportFiled, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only one of the two messages of a filing reach the disk, as a crash or a lost connection may."""
    whole = bus._publisher.publish

    async def one_only(messages):
        await whole([one for one in messages if one[0].startswith(kept)])
        raise BusUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(bus._publisher, "publish", one_only)
        with pytest.raises(BusUnavailable):
            await bus.publish_report(report, "digest")


@pytest.mark.parametrize("kept", ["report.", "known."])
async def test_a_try_that_failed_half_way_is_made_good_by_the_next(
    bus: Bus, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = filed("Tawuran di Soko")
    await half(bus, report, kept, monkeypatch)
    assert (await bus.publish_report(report, "digest")).same
    copies = len([one async for one in bus.stored("REPORTS")])
    found = await taken(bus, copies)
    readable = [body for _, unreadable, body in found if not unreadable]
    assert [ReportFiled.model_validate_json(body) for body in readable] == [report]
    assert {id_ for id_, _, _ in found} == {str(report.id)}


async def test_an_erased_report_opens_no_more_and_stays_known(bus: Bus) -> None:
    report, other = filed("Tawuran di Soko"), filed("Blokade di Kerek")
    for one in (report, other):
        await bus.publish_report(one, "digest")
    assert await bus.erase_keys([str(report.id), "nobody"]) == 1
    assert await bus.erase_keys([str(report.id)]) == 0
    found = {id_: unreadable for id_, unreadable, _ in await taken(bus, 2)}
    assert found == {str(report.id): True, str(other.id): False}
    again = await bus.publish_report(report, "digest")  # its sender tries once more: it was accepted, and that is all
    assert (again.again, again.same) == (True, True)
    assert await bus.key_of(str(report.id)) is None


async def test_what_came_before_it_was_sealed_is_read_as_it_is(nats: NatsServer, bus: Bus) -> None:
    plain = Bus(nats.url, name="old", kabupaten="35.23", declares=True)
    await plain.open()
    report = filed("Tawuran di Soko")
    await plain.publish_report(report, "digest")
    ((_, unreadable, body),) = await taken(bus, 1)
    assert (unreadable, ReportFiled.model_validate_json(body)) == (False, report)
    assert (await bus.publish_report(report, "digest")).same  # by the digest as it was marked then
    await plain.close()


async def test_an_inbound_message_is_sealed_and_a_persons_is_erased(bus: Bus) -> None:
    for number in ("+6281290017744", "+6281290017755"):
        message = InboundMessage(id=number, channel="sms", sender=number, text="massa di Soko", at=NIGHT)
        await bus.publish([inbound_message(message)])
    bodies = [message.data or b"" async for message in bus.stored("INBOUND")]
    assert all(b"+62" not in json.dumps(json.loads(body)["sealed"]).encode() and b"Soko" not in body for body in bodies)

    def is_theirs(body: bytes) -> bool:
        return InboundMessage.model_validate_json(VAULT.open_inbound(body)).sender == "+6281290017744"

    assert await bus.erase_inbound(is_theirs) == 1
    left = []
    async for batch in bus.consume("INBOUND", "answers"):
        left += [InboundMessage.model_validate_json(told.body).sender for told in batch]
        break
    assert left == ["+6281290017755"]
