"""Faults of the proof: a bus that has lost something is found out by what is kept outside of it, and mended."""

import asyncio
import contextlib
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col

from schemas.records.incidents import Judgement
from schemas.records.reports import Report, ReportSource
from services.bus import BusUnavailable, Event
from services.cli import serve
from services.cli.ops.rebuild import judged, tell_missing
from services.cli.ops.reconcile import reconcile
from services.notify.watchdog.auditor import Auditor, disk_watch, door_watch
from services.notify.watchdog.bus_watch import LAG_SECONDS, BusWatch
from services.store import stream_marks
from services.store.stream_marks import marks, note_promises, note_taken, take_in, taken
from services.store.transaction import Transaction
from tests.house import SOKO, House
from tests.incidents import filed
from tests.servers import GENEROUS, end_tasks, free_port, until

pytestmark = pytest.mark.nats
TEXT = "Bentrok dua kelompok pemuda perguruan silat di Desa Mentoro, saling lempar batu, {n} orang luka."


async def three(house: House) -> list[str]:
    return [await house.file(TEXT.format(n=n), kecamatan=SOKO, basis="saw") for n in (3, 4, 5)]


async def seen(house: House) -> list[str]:
    """Let the auditor look at the bus; gives the kinds of what it finds."""
    return [finding.kind for finding in await BusWatch(house.bus, house.store).look()]


async def test_a_stream_made_anew_is_found_out_told_and_stands_until_somebody_knows(house: House) -> None:
    await three(house)
    assert await seen(house) == []
    await house.bus.js.delete_stream("REPORTS")
    await house.bus.provision()
    findings = await reconcile(house.bus, house.store, patience=0)
    assert "bus_lost" in findings.wrong()
    assert await seen(house) == ["bus_lost"]
    assert await seen(house) == ["bus_lost"]
    [line] = house.journal(stream_marks.LOST)
    assert (line.subject_id, line.data["loss"]) == ("REPORTS", "younger")
    assert "bus_lost" in (await reconcile(house.bus, house.store, patience=0)).wrong()
    assert house.write(lambda tx: stream_marks.accept(tx, "office")) == ["REPORTS"]
    assert await seen(house) == []
    assert "bus_lost" not in (await reconcile(house.bus, house.store, patience=0)).wrong()


async def test_a_bus_shorter_than_what_the_doors_promised_is_found_out_though_nothing_was_judged(house: House) -> None:
    await three(house)
    assert await seen(house) == []
    house.write(lambda tx: note_promises(tx, 130, 1_000))  # promised while triage was stopped, and then lost
    assert "bus_lost" in (await reconcile(house.bus, house.store, patience=0)).wrong()
    assert await seen(house) == ["bus_lost"]
    [line] = house.journal(stream_marks.LOST)
    assert (line.data["loss"], line.data["known"]) == ("shorter", 1_000)


async def test_what_a_door_promised_before_a_loss_that_is_known_is_no_second_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every look finds it anew, for as long as the door runs, and nobody outside is pinged."""
    monkeypatch.setattr(serve, "PROMISES_SECONDS", 0.01)
    noting = asyncio.create_task(serve._note_promises(house.bus, house.store))
    try:
        assert await seen(house) == []
        [first, *_] = await three(house)
        await until(lambda: house.bus.promised.reports == 0, "the note of three promises")
        await house.file(TEXT.format(n=3), id=first, kecamatan=SOKO, basis="saw")  # its number would outlive the loss
        await until(lambda: house.bus.promised.highest == 0, "the note of the repeated one")
        assert await seen(house) == []
        await house.bus.js.delete_stream("REPORTS")
        await house.bus.provision()
        assert await seen(house) == ["bus_lost"]
        house.write(lambda tx: stream_marks.accept(tx, "office"))
        await house.file(TEXT.format(n=9), kecamatan=SOKO, basis="saw")
        await until(lambda: house.bus.promised.reports == 0, "the note of the fourth")
        assert await seen(house) == []
        assert len(house.journal(stream_marks.LOST)) == 1
    finally:
        await end_tasks([noting])


async def test_what_a_door_promises_is_counted_outside_the_bus(house: House) -> None:
    await seen(house)
    await three(house)
    assert house.bus.promised.reports == 3
    house.write(lambda tx: note_promises(tx, house.bus.promised.reports, house.bus.promised.highest))
    [mark] = [row for row in house.ask(stream_marks.marks) if row["stream"] == "REPORTS"]
    assert mark["promised"] == 3
    assert (await reconcile(house.bus, house.store, patience=0)).promised == 3


async def _never(*_: object) -> bool:
    return False


async def test_a_consumer_that_stands_beyond_its_stream_begins_anew_and_passes_over_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of the bus was removed under the running server, which wrote its consumers again, not the messages."""
    await three(house)
    streams = next((house.nats.folder / "bus").glob("**/streams"))
    house.nats.stop()
    kept = list(streams.glob("REPORTS/obs/*/*.dat"))
    assert kept
    for file in sorted(streams.glob("REPORTS/**/*"), reverse=True):
        if file.is_file() and file not in kept:
            file.unlink()
    house.nats.start()
    await until(lambda: house.bus.nc.is_connected, "the connection")
    with monkeypatch.context() as before:
        before.setattr(
            "services.bus.connection.Connection._beyond", _never
        )  # as a release declared it that did not look
        async with asyncio.timeout(GENEROUS):
            while True:
                try:
                    await house.bus.provision()
                    break
                except Exception:
                    await asyncio.sleep(0.05)
    beyond = await house.bus.beyond()
    assert "triage" in beyond
    await house.bus.provision()
    assert await house.bus.beyond() == []
    id_ = await house.file(
        "Warga memblokade jalan tambang di Soko, massa sekitar 60 orang.", kecamatan=SOKO, basis="saw"
    )
    assert house.rows(Report, id=id_)


async def missing(house: House) -> list[str]:
    """Ask until a busy server has answered for each stream in time."""
    async with asyncio.timeout(GENEROUS):
        while True:
            with contextlib.suppress(BusUnavailable):
                return await house.bus.missing()


async def test_a_stream_that_nobody_takes_from_is_missed_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it stays away until somebody declares it by hand, and the auditor, who asks for each, cannot look."""
    asked: list[list[str]] = []
    monkeypatch.setattr(serve, "STREAMS_SECONDS", 0.1)
    monkeypatch.setattr(house.bus, "on_consumer_gone", lambda: asked.append([]))
    looking = asyncio.create_task(serve._see_streams(house.bus))
    try:
        for one in ("KNOWN", "CHECKPOINTS", "DEADLETTERS"):
            assert await missing(house) == []
            asked.clear()
            await house.bus.js.delete_stream(one)
            assert await missing(house) == [one]
            await until(lambda: bool(asked), "the wish that it is declared")
            await house.bus.provision()
    finally:
        await end_tasks([looking])
    house.nats.kill()
    with pytest.raises(BusUnavailable):  # nobody says that they are missing
        await house.bus.missing()
    house.nats.start()


async def test_a_consumer_that_is_made_anew_begins_behind_what_the_store_has(house: House) -> None:
    """Else it takes the whole stream again, and a new report waits behind years of old ones."""
    await three(house)
    await house.settle()
    await seen(house)
    created_at, number = await house.bus.taken("REPORTS", "triage")
    assert number == 3
    house.write(partial(note_taken, stream="REPORTS", created_at=created_at, number=number))
    house.write(partial(note_taken, stream="REPORTS", created_at=created_at, number=1))  # a later note never takes back
    house.write(partial(note_taken, stream="REPORTS", created_at=created_at - timedelta(days=1), number=9_000))
    house.bus.taken_before = lambda stream, made: house.ask(lambda session: taken(session, stream, made))
    await house.bus.js.delete_consumer("REPORTS", "triage")
    await house.bus.provision()
    await house.bus.provision()  # what is there is brought to its settings, wherever it began
    begun = await house.bus.js.consumer_info("REPORTS", "triage")
    assert (begun.config.opt_start_seq, begun.num_pending) == (number + 1, 0)
    assert await house.bus.differences() == []
    id_ = await house.file(TEXT.format(n=9), kecamatan=SOKO, basis="saw")
    assert house.rows(Report, id=id_)
    await house.bus.rewind("triage")
    assert (await house.bus.js.consumer_info("REPORTS", "triage")).config.opt_start_seq is None


async def test_of_a_stream_made_anew_nothing_counts_as_taken(house: House) -> None:
    await three(house)
    await seen(house)
    created_at, number = await house.bus.taken("REPORTS", "triage")
    house.write(partial(note_taken, stream="REPORTS", created_at=created_at, number=number))
    house.bus.taken_before = lambda stream, made: house.ask(lambda session: taken(session, stream, made))
    await house.bus.js.delete_stream("REPORTS")
    await house.bus.provision()
    assert (await house.bus.js.consumer_info("REPORTS", "triage")).config.opt_start_seq is None


def without(tx: Transaction, id_: str) -> None:
    """Take a report out of the store, as a transaction that was cut off with the log it stood in."""
    for table, key in ((Judgement, Judgement.report_id), (ReportSource, ReportSource.report_id), (Report, Report.id)):
        tx.session.execute(delete(table).where(col(key) == id_))


async def test_reports_missing_in_the_store_are_told_again_and_have_no_second_effect(house: House) -> None:
    ids = await three(house)
    lost = ids[1]
    house.write(lambda tx: without(tx, lost))
    assert (await reconcile(house.bus, house.store, patience=5)).missing == [lost]
    assert await tell_missing(house.bus, house.store) == 1
    await house.settle()
    assert await judged(house.bus, house.store, 5) == 0
    assert await tell_missing(house.bus, house.store) == 0
    assert {row.id for row in house.rows(Report)} == set(ids)


async def test_odd_messages_break_no_command_and_take_no_part(house: House) -> None:
    [first, *_] = await three(house)
    odd = [{}, {"Status": "503"}, {"Status": "100", "Description": "Idle Heartbeat"}, {"ce-id": "x", "ce-type": "y"}]
    for headers in odd:
        await house.bus.js.publish("report.filed.3523.11", b"\xff\xfe odd", headers=headers or None)
    await house.bus.js.publish("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.x.y", b"not json")
    await house.bus.publish([Event("odd:1", "inbound.message.sms", "inbound.strange", b"{}")])  # type: ignore[arg-type]
    id_ = await house.file("Warga memblokade jalan tambang di Soko.", kecamatan=SOKO, basis="saw")
    assert house.rows(Report, id=id_)
    await house.quiet()
    findings = await reconcile(house.bus, house.store, patience=5)
    assert (findings.strays, findings.missing) == (3, [])
    letters = await house.bus.dead_letters()
    assert len([letter for letter in letters if letter.stream == "REPORTS"]) == 4
    assert [letter for letter in letters if letter.stream == "INBOUND"]  # not swallowed
    assert [letter for letter in letters if letter.reason == "unreadable"]
    assert house.rows(Report, id=first)


@pytest.mark.parametrize(
    "odd", [{"Status": "503"}, {"Status": "404"}, {"Status": "100"}], ids=lambda odd: odd["Status"]
)
@pytest.mark.parametrize("body", [b"", b"odd"], ids=("empty", "body"))
async def test_a_message_that_looks_like_a_servers_answer_hides_nothing_behind_it(
    house: House, odd: dict[str, str], body: bytes
) -> None:
    """On whatever stream it lies: else whoever reads that stream takes the bus for away."""
    bus = house.bus
    for subject in ("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.x.y", "audit.checkpoint", "known.report.odd"):
        await bus.js.publish(subject, body, headers=odd)
    promised = await bus.js.publish("report.filed.3523.11", body, headers=odd)
    await until_dead(house, promised.seq)
    letters = await bus.dead_letters()
    assert [letter.reason for letter in letters if letter.stream == "-"] == ["unreadable"]
    [letter] = [letter for letter in letters if letter.stream == "REPORTS"]
    assert await bus.dead_body(letter) == ("report.filed.3523.11", body)
    assert await bus.last_checkpoint() == body
    assert await bus.key_of("odd") is None
    await bus.tell_again(letter.sequence)
    await bus.replay(letter)
    id_ = await house.file("Warga memblokade jalan tambang di Soko.", kecamatan=SOKO, basis="saw")
    assert house.rows(Report, id=id_)


async def until_dead(house: House, sequence: int) -> None:
    """Wait for the dead letter of a message."""
    async with asyncio.timeout(GENEROUS):
        while sequence not in {one.sequence for one in await house.bus.dead_letters() if one.stream == "REPORTS"}:  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.02)


async def test_an_answer_in_a_later_releases_form_is_a_dead_letter_not_swallowed(house: House) -> None:
    headers = {"ce-id": "m1", "ce-type": "id.kentongan.inbound.message.v99", "Nats-Msg-Id": "later"}
    await house.bus.js.publish("inbound.message.sms", b'{"id": "m1"}', headers=headers)
    async with asyncio.timeout(GENEROUS):
        while not await house.bus.dead_letters():  # noqa: ASYNC110 - the server is asked
            await asyncio.sleep(0.02)
    [letter] = await house.bus.dead_letters()
    assert (letter.stream, letter.consumer, letter.deliveries) == ("INBOUND", "answers", 1)


async def test_the_outside_watcher_hears_nothing_while_bus_door_or_a_consumer_does_not_work(house: House) -> None:
    pings: list[int] = []

    async def ping() -> None:
        pings.append(1)

    seconds = [0.0]
    watch = BusWatch(house.bus, house.store, lambda: seconds[0])
    beside = (watch.look, door_watch(house.url), disk_watch(house.nats.folder))
    auditor = Auditor(house.store, lambda: house.notify.desk, house.notify.dispatcher, 1.0, ping, beside=beside)
    assert await auditor.audit() == []
    assert pings == [1]
    shut = Auditor(
        house.store,
        lambda: house.notify.desk,
        house.notify.dispatcher,
        1.0,
        ping,
        beside=(door_watch(f"http://127.0.0.1:{free_port()}"),),
    )
    assert [finding.kind for finding in await shut.audit()] == ["door_shut"]
    # Triage is stopped: what is accepted lies there, and nothing moves.
    triage = next(task for task in house._tasks if "_triage" in repr(task))
    await end_tasks([triage])
    key = await house.key("pelapor")
    assert (
        await house.call("POST", "/v1/reports", {"text": TEXT.format(n=6), "kecamatan": SOKO}, key=key)
    ).status == 202
    await auditor.audit()
    seconds[0] += LAG_SECONDS + 1
    assert "lagging" in {finding.kind for finding in await auditor.audit()}
    assert len(pings) <= 2
    told = len(pings)
    house.nats.kill()
    await until(lambda: not house.bus.nc.is_connected, "the lost connection")
    assert {"bus_refuses", "door_shut"} <= {finding.kind for finding in await auditor.audit()}
    assert len(pings) == told


def test_marks_only_grow_and_a_first_look_is_no_loss(house: House) -> None:
    now = house.clock.now

    class Mark:
        def __init__(self, created: timedelta, last: int) -> None:
            self.stream, self.created_at, self.last = "REPORTS", now + created, last

    look = [
        (timedelta(), 100),
        (timedelta(), 120),
        (timedelta(microseconds=300), 120),
        (timedelta(), 119),
        (timedelta(hours=1), 3),
    ]

    def taken_in(tx: Transaction, one: tuple[timedelta, int]) -> list[str]:
        return [loss.kind for loss in take_in(tx, marks(tx.session), [Mark(*one)], "test")]

    assert [house.write(lambda tx, one=one: taken_in(tx, one)) for one in look] == [
        [],
        [],
        [],
        ["shorter"],
        ["younger"],
    ]


@pytest.mark.parametrize("who", ["auditor", "reconcile"])
async def test_what_a_door_promises_while_the_bus_is_asked_is_no_loss(
    house: House, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    await seen(house)
    asked = house.bus.marks

    async def slowly() -> object:
        told = await asked()
        ahead = next(one.last for one in told if one.stream == "REPORTS") + 5
        house.write(lambda tx: note_promises(tx, 5, ahead))  # on a busy machine the answer lies for seconds
        return told

    with monkeypatch.context() as busy:
        busy.setattr(house.bus, "marks", slowly)
        found = (
            await seen(house) if who == "auditor" else (await reconcile(house.bus, house.store, patience=0)).bus_lost
        )
    assert found == []
    assert house.journal("bus.lost") == []
    assert await seen(house) == ["bus_lost"]  # asked anew it still ends before what was promised


async def test_two_looks_find_one_loss_once(house: House) -> None:
    await BusWatch(house.bus, house.store).look()
    house.write(lambda tx: note_promises(tx, 5, 500))
    before, told = house.ask(marks), await house.bus.marks()
    assert len(house.write(lambda tx: take_in(tx, before, told, "one"))) == 1
    assert house.write(lambda tx: take_in(tx, before, told, "another")) == []


async def test_what_comes_while_a_rebuild_is_counted_is_not_missing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy bus something always comes: it was said to be missing, and the command to have failed."""
    await three(house)
    read, coming = house.store.read, [filed(TEXT.format(n=n), kecamatan=SOKO) for n in (6, 7, 8)]

    async def with_one_more(act: Any) -> Any:
        found = await read(act)
        if coming:
            await house.bus.publish_report(coming.pop(), "digest")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(house.store, "read", with_one_more)
        assert await judged(house.bus, house.store, 5) == 0
