"""That it is over reaches who is on the way at once, and who was only asked when there is room; over telephones."""

import re
from datetime import timedelta

from schemas.records.alerts import Delivery
from schemas.vocabulary import Level, Role
from services.cli.ops.reconcile import reconcile
from services.notify.watchdog.canary import Canary, door
from services.security.auth import Identity
from services.silences import silences
from tests.answers.phones import NewPhones, Phones
from tests.faults.test_closings_killed import closed
from tests.house import SECRET, SOKO, House
from tests.incidents import opened
from tests.quiet.test_drill import drill

LEAD = f"polsek.{SOKO}"
COORDINATOR = ("KESBANG", Role.COORDINATOR)


async def asked(new_phones: NewPhones, database: str = "sqlite", level: Level = Level.SEDANG) -> tuple[Phones, str]:
    """Ask the officer about an incident; his telephone has room for the next message in a minute."""
    phones = await new_phones(database, login=LEAD)
    incident = await opened(phones.house, level)
    [message] = phones.got()
    assert "BARU" in message
    return phones, incident


async def test_who_was_only_asked_hears_it_when_there_is_room(new_phones: NewPhones, database: str) -> None:
    phones, incident = await asked(new_phones, database)
    await closed(phones.house, incident)
    await phones.house.settle()
    assert phones.got() == []
    await phones.house.forward(minutes=1)
    [message] = phones.got()
    assert "SELESAI. Tidak perlu dijawab lagi." in message
    assert not re.search(r"\b[TEL] \d{4}\b", message)
    await phones.house.forward(hours=3)
    assert phones.got() == []
    assert (await reconcile(phones.house.bus, phones.house.store, patience=5)).wrong() == {}


async def test_who_is_on_the_way_hears_it_at_once_and_a_late_answer_is_told_that_it_is_closed(
    new_phones: NewPhones, database: str
) -> None:
    phones, incident = await asked(new_phones, database)
    [code] = {one.payload["code"] for one in phones.house.deliveries(incident) if "code" in one.payload}
    await phones.house.act(incident, "acknowledgements", by="POLSEK")
    await closed(phones.house, incident)
    await phones.house.settle()
    [message] = phones.got()
    assert "Tidak perlu ke lokasi lagi." in message
    await phones.text(f"L {code} Kami tiba di lokasi.")
    [late] = phones.got()
    assert "ditutup" in late


async def test_open_again_before_there_was_room_he_hears_only_that(new_phones: NewPhones, database: str) -> None:
    phones, incident = await asked(new_phones, database)
    await closed(phones.house, incident)
    await phones.house.settle()
    [word] = phones.house.rows(Delivery, reason="closed", channel="sms_gateway")
    assert (word.state, word.held) == ("pending", "limit")
    await phones.house.act(incident, "reopenings", by=COORDINATOR, reason="Belum selesai.")
    await phones.house.forward(minutes=1)
    [message] = phones.got()
    assert "DIBUKA LAGI" in message
    assert "SELESAI" not in message
    assert phones.house.rows(Delivery, id=word.id)[0].state == "withdrawn"
    assert (await reconcile(phones.house.bus, phones.house.store, patience=5)).wrong() == {}


async def test_what_is_over_and_what_is_new_come_in_one_message_that_counts_only_the_new(
    new_phones: NewPhones,
) -> None:
    phones, incident = await asked(new_phones)
    await closed(phones.house, incident)
    await opened(phones.house, Level.SEDANG, text="Lain.")
    await phones.house.settle()
    assert phones.got() == []
    await phones.house.forward(minutes=1)
    [message] = phones.got()
    assert message.startswith("2 peringatan, 1 menunggu jawaban Anda")
    assert "SELESAI" in message


async def test_a_silence_leaves_it_out_for_who_was_only_asked(new_phones: NewPhones) -> None:
    phones, incident = await asked(new_phones)
    other = await opened(phones.house, Level.SEDANG, text="Lain.")
    await phones.house.forward(minutes=5)
    await phones.house.act(other, "acknowledgements", by="POLSEK")
    phones.got()
    who = Identity("piket", "Piket", Role.COORDINATOR, "KESBANG")
    end = phones.house.clock.now + timedelta(hours=2)
    phones.house.write(
        lambda tx: silences.add(tx, who, {"institution": "POLSEK"}, reason="Karnaval.", start=None, end=end)
    )
    for one in (incident, other):
        await closed(phones.house, one)
        await phones.house.settle()
    words = [one for one in phones.house.rows(Delivery, reason="closed") if one.channel == "sms_gateway"]
    assert [one.incident_id for one in words] == [other]
    assert phones.house.journal("alert.silenced", incident)


async def test_of_a_drill_a_test_report_and_history_nothing_is_told(house: House) -> None:
    held = await drill(house)
    await house.act(held, "acknowledgements", by="POLRES")
    house.news()
    await drill(house)  # which closes the first one
    assert house.journal("incident.settled", held)
    canary = Canary(house.store, door(house.url, house.store, SECRET))
    await canary.send()
    await house.settle()
    await canary.settle()
    await house.settle()
    text = "Bentrok dua kelompok pemuda perguruan silat di Desa Mentoro, saling lempar batu, 3 luka."
    await house.file(text, basis="saw", archive=True, kecamatan=SOKO, observed_at="2026-01-03T20:00:00+07:00")
    assert {call.data["reason"] for call in house.news()} == {"opened", "raised"}
    assert house.rows(Delivery, reason="closed") == []
    assert house.journal("closing.told") == []
