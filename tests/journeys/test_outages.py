"""What is away: the receiver, one address of many, the store, the bus. Nothing is lost, and nobody waits for another."""

import base64
import hmac

import pytest

from schemas.records.reports import Report
from schemas.records.running import Outbox
from services.bus import BusUnavailable
from services.store.database import StoreUnavailable
from tests.house import SECRET, SOKO, House, institutions
from tests.incidents import Level, filed, opened
from tests.people import Resident, with_changes
from tests.servers import until

CLASH = "Bentrok dua kelompok pemuda perguruan silat di Desa Mentoro, saling lempar batu, 3 orang luka."


async def test_a_receiver_away_for_minutes_gets_everything_when_it_is_back(house: House) -> None:
    await house.sink.stop()
    incidents = [await opened(house, Level.TINGGI) for _ in range(3)]
    assert house.sink.calls == []
    for _ in range(6):
        await house.forward(seconds=30)
    owed = {row.id: row for incident in incidents for row in house.deliveries(incident)}
    assert {row.state for row in owed.values()} == {"failed"}
    await house.sink.start()
    for _ in range(5):
        await house.forward(minutes=1)
    assert {call.id for call in house.sink.taken} >= set(owed)
    assert len(house.sink.taken) == len({call.id for call in house.sink.taken})
    states = {row.state for incident in incidents for row in house.deliveries(incident)}
    assert states == {"delivered"}


async def test_a_retry_carries_the_same_id_the_same_body_and_a_good_signature(house: House) -> None:
    house.sink.answers["POLRES"] = 503
    await opened(house, Level.TINGGI)
    house.sink.answers.clear()
    await house.forward(seconds=5)
    first, second = [call for call in house.sink.calls if call.institution == "POLRES"]
    assert (first.answered, second.answered) == (503, 200)
    assert (first.id, first.raw) == (second.id, second.raw)
    secret = hmac.digest(SECRET.current, b"webhook", "sha256")
    for call in (first, second):
        signed = f"{call.id}.{call.headers['webhook-timestamp']}.".encode() + call.raw
        wanted = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
        assert call.headers["webhook-signature"] == f"v1,{wanted}"


async def test_one_address_that_fails_keeps_nobody_else_waiting(house: House) -> None:
    house.sink.answers["KESBANG"] = 500
    incident = await opened(house, Level.TINGGI)
    states = {house.alert(incident, whom).state for whom in ("POLRES", "POLSEK", "KODIM")}
    assert states == {"delivered"}
    assert house.alert(incident, "KESBANG").state == "owed"
    for _ in range(3):
        await house.forward(minutes=2)
    assert house.alert(incident, "KESBANG").state == "owed"
    house.sink.answers.clear()
    await house.forward(minutes=2)
    assert house.alert(incident, "KESBANG").state == "delivered"


async def test_one_address_that_hangs_keeps_nobody_else_waiting(house: House) -> None:
    house.sink.hanging.add("KESBANG")
    key = await house.key("pelapor")
    answer = await house.call("POST", "/v1/reports", {"text": CLASH, "kecamatan": SOKO, "basis": "saw"}, key=key)
    assert answer.status == 202
    await until(lambda: "KESBANG" in {call.institution for call in house.sink.calls}, "the hanging call")
    await until(lambda: len(house.sink.taken) >= 10, "the others' calls")
    assert "POLRES" in institutions(house.sink.taken)
    house.sink.release()
    await house.settle()


async def test_an_address_that_says_no_for_minutes_is_given_up_and_the_alert_stays_owed(house: House) -> None:
    house.sink.answers["POLSEK"] = 410
    incident = await opened(house, Level.TINGGI)
    [first] = [row for row in house.deliveries(incident) if row.error]
    assert first.state == "failed"  # a page of maintenance says so too, for a while
    for _ in range(7):
        await house.forward(seconds=30)
    [dead] = [row for row in house.deliveries(incident) if row.state == "dead"]
    assert (dead.id, dead.error) == (first.id, "HTTP 410")
    assert house.alert(incident, "POLSEK").state == "owed"
    house.news()
    await house.forward(minutes=4)
    assert "POLSEK" not in institutions(house.news())
    assert [line.subject_id for line in house.journal("delivery.dead", incident)] == [dead.id]


async def test_mail_that_waits_arrives_once(new_house: object) -> None:
    by_mail = Resident("polres", "POLRES", addresses=(("email", "piket@polres.example"),))
    house: House = await new_house(people=lambda people: with_changes(people, polres=by_mail))  # type: ignore[operator]
    house.mail.data = ["451 come back later"]
    incident = await opened(house, Level.TINGGI)
    assert house.lead(incident).state == "owed"
    house.mail.data = ["250 OK"]
    await house.forward(seconds=10)
    assert house.lead(incident).state == "delivered"
    assert len({mail.split(b"Message-ID")[1][:80] for mail in house.mail.mails}) == 1  # the same message, twice tried


async def test_with_the_bus_down_the_door_says_so_and_keeps_nothing(house: House) -> None:
    key = await house.key("pelapor")
    house.nats.kill()
    await until(lambda: not house.bus.nc.is_connected, "the lost connection")
    refused = await house.call("POST", "/v1/reports", {"text": CLASH}, key=key)
    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    house.nats.start()
    await house.nats.serving(house.bus)
    await house.settle()
    assert [report async for report in house.bus.reports_on_disk()] == []
    accepted = await house.file_with(key, CLASH, kecamatan=SOKO)
    assert house.incident_of(accepted)


async def test_with_the_store_away_reports_are_accepted_and_judged_when_it_is_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailable("OperationalError")

    key = await house.key("pelapor")
    with monkeypatch.context() as broken:
        for store in house._stores:
            broken.setattr(store, "write_now", away)
        tried = [
            (await house.call("POST", "/v1/reports", {"text": CLASH, "kecamatan": SOKO}, key=key)).status
            for _ in range(3)
        ]
        assert tried == [202, 202, 202]
    await house.settle()
    assert len(house.rows(Report)) == 3
    assert await house.bus.dead_letters() == []


async def test_an_act_while_the_bus_is_down_is_told_when_it_is_back(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    house.nats.kill()
    await until(lambda: not house.notify.bus.nc.is_connected, "the lost connection")
    key = await house.key("polres", institution="POLRES")
    answer = await house.call("POST", f"/v1/incidents/{incident}/acknowledgements", {}, key=key)
    assert answer.status == 200  # what a person did is kept, whatever the bus does
    await house.notify.tick()
    assert len(house.rows(Outbox)) == 1
    house.nats.start()
    await house.nats.serving(house.notify.bus)
    await house.settle()
    assert house.rows(Outbox) == []


async def test_nothing_is_published_later_that_was_refused_before(house: House) -> None:
    house.nats.kill()
    await until(lambda: not house.bus.nc.is_connected, "the lost connection")
    with pytest.raises(BusUnavailable):
        await house.bus.publish_report(filed("Kejadian."), "digest")
    house.nats.start()
    await house.nats.serving(house.bus)
    assert [report async for report in house.bus.reports_on_disk()] == []
