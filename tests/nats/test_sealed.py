"""What lies on the bus is sealed; a try that failed half-way, an erasure and a rewind lose no report and double none."""

import asyncio
import contextlib
import itertools
import json
import random

import pytest
from nats.js.api import StreamConfig, StreamSource

from schemas.messages import InboundMessage, ReportFiled
from services.bus import Bus, BusUnavailable, inbound_message
from services.bus.connection import KEEPS
from services.security.secret import Secret
from services.sources.vault import Vault
from tests.incidents import NIGHT, filed
from tests.servers import GENEROUS, NatsServer

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


async def made_anew(bus: Bus, stream: str) -> None:
    """Let the bus lose a stream with all that it held."""
    await bus.js.delete_stream(stream)
    await bus.provision()


async def nobody(_reports: object) -> set[str]:
    return set()


@pytest.mark.parametrize("noticed", ["by a probe", "by the next report"])
async def test_keys_of_what_was_filed_lately_are_put_again_after_their_stream_was_made_anew(
    bus: Bus, noticed: str
) -> None:
    """Somebody deletes the stream of keys before triage has taken what was promised."""
    reports = [filed(f"Tawuran di Soko, kelompok {number}") for number in range(3)]
    for report in reports:
        await bus.publish_report(report, "digest")
    assert not bus.keys.lost
    await made_anew(bus, "KNOWN")
    if noticed == "by a probe":
        bus._kept_at = float("-inf")
        assert await bus.keeps() == KEEPS
    else:
        await bus.publish_report(filed("Laporan berikutnya di Rengel"), "digest")
    assert bus.keys.lost
    gone = str(reports[2].id)

    async def erased(asked: object) -> set[str]:
        return {gone}

    many = await bus.put_keys_again(erased)
    assert many == (2 if noticed == "by a probe" else 3)
    assert not bus.keys.lost
    found = {id_: unreadable for id_, unreadable, _ in await taken(bus, 3)}
    assert [found[str(report.id)] for report in reports] == [False, False, True]


async def test_keys_that_cannot_be_put_again_now_are_put_again_later(bus: Bus) -> None:
    report = filed("Tawuran di Soko")
    await bus.publish_report(report, "digest")
    await bus.js.delete_stream("KNOWN")
    bus.keys.lost = True
    with pytest.raises(BusUnavailable):
        await bus.put_keys_again(nobody)
    assert bus.keys.lost
    await bus.provision()
    assert await bus.put_keys_again(nobody) == 1
    assert await bus.key_of(str(report.id)) is not None


async def test_a_stream_that_goes_on_has_lost_no_keys(bus: Bus) -> None:
    """Many at once come to their promises in any order, repeated ones among them."""
    reports = [filed(f"Tawuran di Soko, kelompok {number}") for number in range(30)]
    for _ in range(2):
        await asyncio.gather(*(bus.publish_report(report, "digest") for report in reports), bus.keeps())
        bus._kept_at = float("-inf")
    assert not bus.keys.lost
    assert len(bus.keys.lately()) == 30


async def half(
    bus: Bus, report: ReportFiled, kept: str, monkeypatch: pytest.MonkeyPatch, *, answered: bool = False
) -> None:
    """Let a filing fail half-way, as a crash, a lost answer or a change of leaders may.

    Only the stream `kept` takes what it is given; where not even its promise is heard, nothing is `answered`.
    """
    whole = bus._publisher.publish

    async def one_only(messages):
        taken = await whole([one for one in messages if one[0].startswith(kept)])
        if not answered or len(taken) < len(messages):
            raise BusUnavailable
        return taken

    with monkeypatch.context() as patched:
        patched.setattr(bus._publisher, "publish", one_only)
        with pytest.raises(BusUnavailable):
            await bus.publish_report(report, "digest")


async def every_body(bus: Bus) -> tuple[list[ReportFiled], int]:
    """Give the reports that can be read, and how many copies lie there."""
    copies = len([one async for one in bus.stored("REPORTS")])
    found = await taken(bus, copies)
    return [ReportFiled.model_validate_json(body) for _, unreadable, body in found if not unreadable], copies


@pytest.mark.parametrize("tries", list(itertools.product(["known.", "report.", "nothing"], [True, False], repeat=2)))
async def test_whichever_tries_failed_half_way_the_one_that_is_promised_can_be_read(
    bus: Bus, tries: tuple[str | bool, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = filed("Tawuran di Soko")
    for kept, answered in (tries[:2], tries[2:]):
        await half(bus, report, str(kept), monkeypatch, answered=bool(answered))
    assert (await bus.publish_report(report, "digest")).same
    assert await every_body(bus) == ([report], 1)


async def test_nothing_to_publish_is_no_silence_of_the_bus(bus: Bus) -> None:
    assert await bus._publisher.publish([]) == []


async def test_many_doors_and_half_tries_at_once_leave_one_report_that_can_be_read(bus: Bus, nats: NatsServer) -> None:
    doors = [Bus(nats.url, name="test", kabupaten="35.23", sealer=VAULT) for _ in range(4)]
    dice = random.Random(20261128)
    reports = [filed(f"Tawuran ke-{number} di Soko") for number in range(30)]

    def cut(door: Bus) -> None:
        """Lose every third message on its way, and every third promise on its way back."""
        whole = door._publisher.publish

        async def cut_short(messages):
            if (fate := dice.randrange(3)) == 0:
                raise BusUnavailable
            taken = await whole(messages)
            if fate == 1:
                raise BusUnavailable
            return taken

        door._publisher.publish = cut_short  # type: ignore[method-assign]

    async def insist(door: Bus, report: ReportFiled) -> None:
        while True:
            with contextlib.suppress(BusUnavailable):
                await door.publish_report(report, "digest")
                return

    for door in doors:
        await door.open()
        cut(door)
    await asyncio.gather(*(insist(door, report) for door in doors for report in reports))
    readable, copies = await every_body(bus)
    assert sorted(one.id for one in readable) == sorted(one.id for one in reports)
    assert copies == len(reports)
    for door in doors:
        await door.close()


async def test_a_lost_stream_of_keys_costs_no_report_that_is_filed_again(nats: NatsServer, bus: Bus) -> None:
    report = filed("Tawuran di Soko")
    await bus.publish_report(report, "digest")
    await bus.js.delete_stream("KNOWN")
    other = Bus(nats.url, name="test", kabupaten="35.23", declares=True, sealer=VAULT)
    await other.open()
    assert (await other.publish_report(report, "digest")).again
    readable, copies = await every_body(other)
    assert (readable, copies) == ([report], 2)
    await other.close()


async def test_a_key_that_cannot_be_asked_for_is_waited_for_and_no_try(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, asked = filed("Tawuran di Soko"), itertools.count()
    await bus.publish_report(report, "digest")
    whole = bus.key_of

    async def away(id_: str) -> str | None:
        if next(asked) < 8:
            raise BusUnavailable
        return await whole(id_)

    monkeypatch.setattr(bus, "key_of", away)
    monkeypatch.setattr("services.bus.bus.KEY_PAUSES", (0.0, 0.01))
    ((_, unreadable, body),) = await taken(bus, 1)
    assert (unreadable, ReportFiled.model_validate_json(body)) == (False, report)
    assert next(asked) == 9  # eight in vain, and once more


async def test_an_erased_report_opens_no_more_and_stays_known(bus: Bus) -> None:
    report, other = filed("Tawuran di Soko"), filed("Blokade di Kerek")
    for one in (other, report):  # the last there is: nothing behind it says that its key was there once
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


async def under(nats: NatsServer, *masters: bytes) -> Bus:
    """Open the bus as whoever holds these masters, the newest first."""
    found = Bus(nats.url, name="other", kabupaten="35.23", sealer=Vault(Secret(*masters), VAULT.root))
    await found.open()
    return found


async def test_what_lies_on_the_bus_opens_after_the_master_that_sealed_it_was_ended(
    bus: Bus, nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a report that was promised, and that nobody has taken yet, is a dead letter for ever."""
    old, new = VAULT.master.current, b"1" * 32
    waiting, gone, going = filed("Tawuran di Soko"), filed("Bentrok di Soko"), filed("Rusuh di Soko")
    for report in (waiting, gone, going):
        await bus.publish_report(report, "digest")
    await bus.erase_keys([str(gone.id)])
    both, after = await under(nats, new, old), await under(nats, new)
    try:
        with pytest.raises(BusUnavailable):
            await after.publish_report(waiting, "digest")
        stored = both.stored

        async def erased_meanwhile(stream: str, **how: bool):
            async for message in stored(stream, **how):
                if (message.headers or {}).get("ce-id") == str(going.id):
                    await bus.erase_keys([str(going.id)])
                yield message

        monkeypatch.setattr(both, "stored", erased_meanwhile)
        renewed = both._sealer.renewed  # type: ignore[union-attr]  # a vault
        assert await both.renew_keys(renewed) == 1
        assert await both.renew_keys(renewed) == 0
        assert await after.key_of(str(gone.id)) is await after.key_of(str(going.id)) is None
        again = await after.publish_report(waiting, "digest")
        assert (again.again, again.same) == (True, True)
        found = {id_: (unreadable, body) for id_, unreadable, body in await taken(after, 1)}
        unreadable, body = found[str(waiting.id)]
        assert not unreadable
        assert ReportFiled.model_validate_json(body) == waiting
        await after.erase_keys([str(waiting.id)])
        assert await after.key_of(str(waiting.id)) is None
    finally:
        await both.close()
        await after.close()


async def test_an_erasure_asks_the_server_that_leads_and_none_that_follows(bus: Bus) -> None:
    """A server that has not heard of a key yet says that there is none; the key would be left for ever.

    A mirror that answers direct requests, and holds the newest key alone, stands for it.
    """
    reports = [filed(f"Tawuran {number}") for number in range(24)]
    for report in reports:
        await bus.publish_report(report, "digest")
    behind = StreamSource("KNOWN", opt_start_seq=len(reports))
    await bus.js.add_stream(StreamConfig("FOLLOWER", mirror=behind, allow_direct=True, mirror_direct=True))
    answers: set[bool] = set()
    async with asyncio.timeout(GENEROUS):
        while len(answers) < 2:  # until the server lets it answer as well
            answers.add(await bus.key_of(str(reports[0].id)) is None)
            await asyncio.sleep(0.01)
    await bus.erase_keys([str(report.id) for report in reports])
    await bus.js.delete_stream("FOLLOWER")
    assert [await bus.key_of(str(report.id)) for report in reports] == [None] * len(reports)
