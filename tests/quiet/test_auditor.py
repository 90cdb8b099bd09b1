"""The auditor finds what has lost its timer, tells the coordinator once, and falls silent itself only when it is dead."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import SQLModel, col, update

from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.incidents import Incident
from schemas.records.running import Process, StreamMark
from schemas.rows.running import ProcessRow
from schemas.vocabulary import Role
from services.cli.ops.rebuild import judged
from services.notify.watchdog.auditor import Auditor, heartbeat
from services.notify.watchdog.canary import Canary, door
from services.notify.watchdog.invariants import SAID, Finding, look, sentences
from services.policy.queries import seconds_apart
from services.runtime.settings import Settings
from services.security.auth import Identity
from services.silences import silences
from services.store.database import utc_now
from services.store.stream_marks import TIMELINE, note_timeline
from services.store.transaction import Transaction
from tests.conftest import POSTGRES, SQLITE
from tests.house import SECRET, SOKO, House
from tests.incidents import Facts, Level, opened
from tests.people import Resident, with_changes
from tests.servers import Sink

NewHouse = Callable[..., Awaitable[House]]


def auditor_of(house: House, pings: list[int] | None = None, **more: Any) -> Auditor:
    async def ping() -> None:
        if pings is not None:
            pings.append(1)

    return Auditor(house.store, lambda: house.notify.desk, house.notify.dispatcher, 1.0, ping, **more)


def kinds(house: House) -> list[str]:
    return sorted({finding.kind for finding in house.ask(lambda session: look(session, house.clock.now, 1.0))})


def put(house: House, table: type[SQLModel], where: object, **values: object) -> None:
    def act(tx: Transaction) -> None:
        tx.session.exec(update(table).where(where).values(**values))  # type: ignore[arg-type]

    house.write(act)


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_a_database_server_that_took_over_is_told_of_until_what_it_lacks_was_told_again(
    new_house: NewHouse, kind: str
) -> None:
    house, pings = await new_house(kind), list[int]()
    auditor = auditor_of(house, pings)
    assert await auditor.audit() == []

    def elsewhere(tx: Transaction) -> None:  # a promoted standby brings this row along, and has a timeline of its own
        note_timeline(tx)
        tx.put(StreamMark, [{"stream": TIMELINE, "last": 4711}], "stream")

    house.write(elsewhere)
    for _ in range(2):
        assert [one.kind for one in await auditor.audit()] == ["store_taken_over"] * (kind != SQLITE)
    assert len(pings) == (3 if kind == SQLITE else 1)
    assert await judged(house.bus, house.store, 30) == 0  # as `reconcile --mend` does behind what it told again
    assert await auditor.audit() == []


@pytest.mark.parametrize(
    ("hosts", "ahead", "found"),
    [
        (("a",), 0, []),
        (("a",), 42, [Finding("clocks_apart", "notify-9 (a)")]),
        (("a",), -3600, [Finding("clocks_apart", "notify-9 (a)")]),
        (("a", "b"), 0, [Finding("same_name", "notify-9")]),
    ],
)
async def test_a_wrong_clock_and_a_name_that_two_notifiers_have_are_told_of(
    house: House, hosts: tuple[str, ...], ahead: int, found: list[Finding]
) -> None:
    def run(tx: Transaction) -> None:
        for age, host in enumerate(hosts, start=1):
            own = tx.now - timedelta(seconds=ahead)  # by which its machine's clock goes
            row: ProcessRow = {"id": f"notify-9@{host}", "service": "notify", "instance": "9", "host": host}
            row |= {"digest": "", "started_at": own - timedelta(hours=age), "seen_at": own, "facts": {"apart": ahead}}
            tx.add(Process, [row])

    house.write(run)
    assert await auditor_of(house).audit() == found
    await house.forward(minutes=3)  # none of them gives a sign of life any more
    assert await auditor_of(house).audit() == []


@pytest.mark.parametrize(("wrong", "apart"), [(0, 0), (42, -42), (-3600, 3600)])
@pytest.mark.postgres
async def test_how_far_a_clock_is_from_the_databases_is_measured(new_house: NewHouse, wrong: int, apart: int) -> None:
    house = await new_house(POSTGRES)
    measured = house.ask(lambda session: seconds_apart(session, lambda: utc_now() + timedelta(seconds=wrong)))
    assert measured == apart


async def test_a_healthy_house_has_nothing_to_say_at_any_step_of_its_ladder(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    assert kinds(house) == []
    for _ in range(8):
        await house.forward(minutes=5)
        assert kinds(house) == []
    await house.act(incident, "acknowledgements", by="POLRES")
    assert kinds(house) == []
    await house.forward(minutes=31)  # the promise of a sitrep lapses
    assert kinds(house) == []


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_each_broken_promise_is_named(new_house: NewHouse, kind: str) -> None:
    house = await new_house(kind)
    incident = await opened(house, Level.TINGGI)
    long_ago = house.clock.now - timedelta(minutes=1)
    put(house, Ladder, col(Ladder.incident_id) == incident, next_at=None)
    assert kinds(house) == ["timerless"]
    put(house, Ladder, col(Ladder.incident_id) == incident, next_at=long_ago)
    assert kinds(house) == ["late_ladder"]
    put(house, Ladder, col(Ladder.incident_id) == incident, next_at=None, stopped="acknowledged")
    assert kinds(house) == ["unchased"]
    put(house, Alert, col(Alert.id) == house.lead(incident).id, remind_at=long_ago)
    assert kinds(house) == ["late_reminder", "unchased"]
    put(house, Alert, col(Alert.id) == house.lead(incident).id, remind_at=None, state="acknowledged")
    assert kinds(house) == ["unpromised"]
    put(house, Alert, col(Alert.id) == house.lead(incident).id, sitrep_due=long_ago)
    assert kinds(house) == ["late_sitrep"]


@pytest.mark.parametrize("kind", [SQLITE, POSTGRES])
async def test_each_lost_delivery_is_named(new_house: NewHouse, kind: str) -> None:
    house = await new_house(kind)
    incident = await opened(house, Level.TINGGI)
    lead = house.lead(incident)
    mine = col(Delivery.alert_id) == lead.id
    put(house, Delivery, mine, state="pending", next_at=None)
    assert kinds(house) == ["stuck"]
    put(house, Delivery, mine, state="sending", next_at=house.clock.now - timedelta(minutes=1))
    assert kinds(house) == ["late_delivery"]
    put(house, Delivery, mine, state="dead", next_at=None)
    put(house, Alert, col(Alert.id) == lead.id, state="owed")
    assert kinds(house) == ["given_up"]


async def test_an_incident_nobody_was_told_of_is_found(house: House) -> None:
    incident = await opened(house, Level.SEDANG)
    other = await opened(house, Level.SEDANG)
    house.write(lambda tx: tx.session.delete(tx.session.get_one(Ladder, other)))
    house.clock.forward(seconds=11)
    assert kinds(house) == ["untold"]
    put(house, Incident, col(Incident.id) == other, state="settled")
    assert kinds(house) == []
    assert house.incident(incident).state == "open"


async def test_two_ticks_late_is_not_late_yet(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    put(house, Ladder, col(Ladder.incident_id) == incident, next_at=house.clock.now - timedelta(seconds=9))
    assert kinds(house) == []


async def test_findings_are_journalled_and_told_to_the_coordinator_once(new_house: NewHouse) -> None:
    house = await new_house(
        people=lambda people: [
            one
            if one.institution != "KESBANG"
            else type(one)(**{**vars(one), "addresses": (("email", "a@b.example"),)})
            for one in people
        ]
    )
    incident = await opened(house, Level.TINGGI)
    await house.quiet()
    before, pings = len(house.mail.mails), []
    auditor = auditor_of(house, pings)
    put(house, Ladder, col(Ladder.incident_id) == incident, next_at=None)
    for _ in range(3):
        assert [finding.kind for finding in await auditor.audit()] == ["timerless"]
        await house.quiet()
    assert len(house.journal("audit.found")) == 1
    assert len(house.mail.mails) == before + 1
    assert pings == []
    put(house, Ladder, col(Ladder.incident_id) == incident, stopped="exhausted")
    assert await auditor.audit() == []
    assert pings == [1]


def test_the_outside_watcher_misses_its_ping_within_a_minute() -> None:
    assert 0 < Settings().audit_minutes <= 1


async def test_a_bus_that_is_started_again_at_one_look_is_no_news_and_no_ping(house: House) -> None:
    found, pings = [Finding("bus_refuses", "bus")], []
    auditor = auditor_of(house, pings, beside=[_says(found)])
    assert await auditor.audit() == found
    assert (house.journal("audit.found"), pings) == ([], [])
    found.clear()
    await auditor.audit()
    found.append(Finding("bus_refuses", "bus"))
    await auditor.audit()
    assert (house.journal("audit.found"), pings) == ([], [1])
    await auditor.audit()
    assert len(house.journal("audit.found")) == 1
    await auditor.audit()
    assert len(house.journal("audit.found")) == 1


async def test_a_door_that_fails_in_another_way_at_each_look_is_told_of_at_the_second(house: House) -> None:
    found: list[Finding] = []
    auditor = auditor_of(house, beside=[_says(found)])
    for how in ("503", "ClientConnectorError", "503", "TimeoutError"):
        found[:] = [Finding("door_shut", how)]
        await auditor.audit()
    assert [line.data["findings"] for line in house.journal("audit.found")] == [["door_shut:ClientConnectorError"]]


async def test_more_of_a_kind_is_told_of_minutes_later_and_together(house: House) -> None:
    found, seconds = [Finding("dead_letters", "1")], [0.0]
    auditor = auditor_of(house, beside=[_says(found)], seconds=lambda: seconds[0])
    await auditor.audit()
    for number in range(2, 6):
        seconds[0] += 60.0
        found[:] = [Finding("dead_letters", str(number)), Finding("disk_low", "/data")]
        await auditor.audit()
    told = [line.data["findings"] for line in house.journal("audit.found")]
    assert told == [["dead_letters:1"], ["disk_low:/data"]]  # another kind does not wait
    seconds[0] += 60.0
    await auditor.audit()
    assert house.journal("audit.found")[-1].data["findings"] == ["dead_letters:5"]


def _says(found: list[Finding]) -> Callable[[], Awaitable[list[Finding]]]:
    async def look() -> list[Finding]:
        return list(found)

    return look


async def test_what_is_wrong_with_an_incident_that_accuses_the_coordinator_is_told_to_who_decides_there(
    new_house: NewHouse,
) -> None:
    def people(all_: list) -> list:
        desk = Resident("kesbang", "KESBANG", addresses=(("email", "koordinator@tuban.example"),))
        return with_changes(
            all_, kesbang=desk, sekda=Resident("sekda", "SEKDA", addresses=(("email", "sekda@tuban.example"),))
        )

    house = await new_house(people=people)
    usual = await opened(house, Level.TINGGI)
    about = await opened(house, Level.TINGGI, facts=Facts(accused_agencies=("KESBANG",)))
    put(house, Ladder, col(Ladder.incident_id).in_((usual, about)), next_at=None)
    await auditor_of(house).audit()
    bodies = {one.address: one.payload["body"] for one in house.rows(Delivery, reason="notice")}
    assert {address: (usual in body, about in body) for address, body in bodies.items()} == {
        "koordinator@tuban.example": (True, False),
        "sekda@tuban.example": (False, True),
    }


async def test_two_auditors_tell_the_coordinator_once(new_house: NewHouse) -> None:
    def people(all_: list) -> list:
        mine = next(one for one in all_ if one.login == "kesbang")
        return with_changes(all_, kesbang=type(mine)(**{**vars(mine), "addresses": (("email", "a@b.example"),)}))

    house = await new_house(people=people)
    incident = await opened(house, Level.TINGGI)
    put(house, Ladder, col(Ladder.incident_id) == incident, next_at=None)
    for _ in range(2):
        await auditor_of(house).audit()
    assert len(house.rows(Delivery, reason="notice")) == 1


async def test_the_outside_watcher_is_pinged_by_a_get(house: House) -> None:
    asked: list[str] = []
    sink = Sink()
    from aiohttp import web

    async def take(request: web.Request) -> web.Response:
        asked.append(request.method)
        return web.Response()

    app = web.Application()
    app.router.add_get("/ping/abc", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", sink.port).start()
    auditor = Auditor(
        house.store,
        lambda: house.notify.desk,
        house.notify.dispatcher,
        1.0,
        heartbeat(f"http://127.0.0.1:{sink.port}/ping/abc"),
    )
    assert await auditor.audit() == []
    assert asked == ["GET"]
    await runner.cleanup()
    assert await auditor.audit() == []  # a watcher that is away is no finding of ours


def test_every_kind_of_finding_has_its_sentence() -> None:
    assert all(sentence and not sentence.endswith(".") for said in SAID.values() for sentence in said)
    assert sentences([]) == []


# -- the canary ---------------------------------------------------------------------------------------------------------


async def test_a_canary_is_timed_from_the_door_to_delivery_and_told_to_nobody(house: House) -> None:
    canary = Canary(house.store, door(house.url, house.store, SECRET))
    await canary.send()
    await house.settle()
    await canary.settle()
    await house.settle()
    [line] = house.journal("canary.measured")
    assert line.data["seconds"] >= 0
    incident = house.incident(line.incident_id or "")
    assert (incident.state, incident.exercise) == ("settled", True)
    assert [(one.channel, one.address) for one in house.deliveries(incident.id)] == [("desk", "canary")]
    house.expect_silence()
    assert kinds(house) == []


async def test_a_silence_of_exercises_does_not_stifle_the_canary(house: House) -> None:
    officer = Identity("piket", "Piket", Role.COORDINATOR, "KESBANG")
    end = house.clock.now + timedelta(hours=1)
    house.write(lambda tx: silences.add(tx, officer, {"exercise": True}, reason="Latihan lain.", start=None, end=end))
    canary = Canary(house.store, door(house.url, house.store, SECRET))
    await canary.send()
    await house.settle()
    await canary.settle()
    assert len(house.journal("canary.measured")) == 1


async def test_canaries_do_not_fly_into_one_another_or_into_a_drill(house: House) -> None:
    canary = Canary(house.store, door(house.url, house.store, SECRET))
    drill = await house.file("LATIHAN: dua kubu pesilat bentrok di Soko, 40 orang", exercise=True, kecamatan=SOKO)
    for _ in range(3):
        await canary.send()
        await house.settle()
        await canary.settle()
        await house.settle()
        house.clock.forward(minutes=5)
    measured = house.journal("canary.measured")
    assert len({line.incident_id for line in measured}) == 3
    assert house.incident_of(drill).id not in {line.incident_id for line in measured}


async def test_a_canary_never_closes_what_somebody_else_has_told_too(house: House) -> None:
    drill = await house.file("LATIHAN: laporan uji otomatis, tidak ada kejadian.", exercise=True)
    canary = Canary(house.store, door(house.url, house.store, SECRET))
    for _ in range(2):
        await canary.send()
        await house.settle()
        await canary.settle()
        house.clock.forward(minutes=5)
    assert house.incident_of(drill).state == "open"


async def test_a_canary_that_does_not_arrive_is_lost_and_found_by_the_auditor(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_body: dict) -> bool:
        return False

    await Canary(house.store, refuse).send()
    assert [line.data["at_the_door"] for line in house.journal("canary.lost")] == [True]
    assert [finding.kind for finding in await auditor_of(house).audit()] == ["canary_lost"]
