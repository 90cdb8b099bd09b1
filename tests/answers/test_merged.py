"""What was answered to an incident that lives on in another one counts there, until the two are split again."""

import re
from typing import Any

from schemas.assessment import PlaceFound
from schemas.vocabulary import Level, Role
from tests.answers.phones import NewPhones, Phones
from tests.house import SEMANDING, SOKO, person_id
from tests.incidents import opened
from tests.journeys.test_answering import pressed

NEXT = PlaceFound(kabupaten="35.23", kecamatan=SEMANDING, kecamatan_name="Semanding")
VERIFIER, COORDINATOR = ("KESBANG", Role.VERIFIER), ("KESBANG", Role.COORDINATOR)


async def merged(phones: Phones, level: Level = Level.TINGGI, **changes: Any) -> tuple[str, str, str]:
    """Tell the officer of an incident and merge it into another; gives both and the code he was told."""
    one = await opened(phones.house, level)
    code = re.findall(r"Balas T (\d{4})", " ".join(phones.got()))[0]
    other = await opened(phones.house, level, text="Kejadian yang sama.", **changes)
    done = await phones.house.act(one, "merges", by=VERIFIER, into=other, reason="Peristiwa yang sama.")
    assert done.status == 200, done.body
    phones.got()
    return one, other, code


async def test_a_code_answers_for_the_incident_it_lives_on_in(new_phones: NewPhones, database: str) -> None:
    phones = await new_phones(database)
    one, other, code = await merged(phones)
    await phones.text(f"T {code}")
    (confirmed,) = phones.got()
    assert confirmed.startswith(f"Peristiwa {code} sudah digabung dengan yang lain. {code} diterima 23.00 WIB. Kirim L")
    assert len(confirmed) <= 306
    assert phones.house.lead(other).acknowledged_by == person_id("polres")
    assert phones.house.ladder(other).stopped == "acknowledged"
    assert phones.house.lead(one).acknowledged_at is None
    [line] = phones.house.journal("answer.accepted", other)
    assert line.data["merged_from"] == one
    await phones.text(f"L {code} massa bubar")
    assert "dicatat" in phones.got()[0]
    assert phones.house.lead(other).state == "reported"
    await phones.text(f"E {code}")
    assert len(phones.house.journal("incident.escalation_asked", other)) == 1


async def test_after_a_split_it_is_its_own_again(phones: Phones) -> None:
    one, other, code = await merged(phones)
    await phones.house.act(one, "splits", by=VERIFIER, reason="Ternyata dua.")
    phones.got()
    await phones.text(f"T {code}")
    assert phones.got()[0].startswith(f"{code} diterima 23.00 WIB.")
    assert phones.house.lead(one).state == "acknowledged"
    assert phones.house.lead(other).state == "delivered"


async def test_who_has_no_duty_there_is_told_so_and_whom_to_ask(new_phones: NewPhones) -> None:
    """It is merged into one of the next kecamatan, which is another Polsek's."""
    phones = await new_phones(login=f"polsek.{SOKO}")
    one, other, code = await merged(phones, Level.SEDANG, place=NEXT)
    assert phones.house.lead(other).unit == SEMANDING
    await phones.text(f"T {code}")
    (told,) = phones.got()
    assert told.startswith(f"{code} sudah digabung dengan peristiwa lain; Polsek Soko tidak bertugas di sana. Tanyakan")
    assert told.endswith(f"/peristiwa/{other}")
    assert len(told) <= 306
    assert phones.house.lead(other).acknowledged_at is None
    assert [line.data["merged_from"] for line in phones.house.journal("answer.refused")] == [one]


async def test_merged_twice_it_counts_where_it_ended_and_closed_it_is_no_code_to_answer(phones: Phones) -> None:
    _, other, code = await merged(phones)
    last = await opened(phones.house, Level.TINGGI, text="Sekali lagi.")
    await phones.house.act(other, "merges", by=VERIFIER, into=last, reason="Peristiwa yang sama.")
    await phones.text(f"T {code}")
    assert phones.house.lead(last).state == "acknowledged"
    await phones.house.close(last, by=COORDINATOR, second=("POLRES", Role.VERIFIER), reason="Sudah damai.")
    phones.got()
    await phones.text(f"T {code}")
    assert phones.got() == [f"{code} tidak dapat diproses: Peristiwa sudah ditutup."]


async def button_of(phones: Phones, level: Level, **changes: Any) -> tuple[str, str, str]:
    """Merge what a button was made for into another incident; gives both and the button's page."""
    one = await opened(phones.house, level)
    page = re.findall(r"/terima/[\w=-]+", phones.got()[0])[0]
    other = await opened(phones.house, level, text="Yang sama.", **changes)
    await phones.house.act(one, "merges", by=VERIFIER, into=other, reason="Peristiwa yang sama.")
    return one, other, page


async def test_the_button_counts_there_too(phones: Phones) -> None:
    house = phones.house
    one, other, page = await button_of(phones, Level.TINGGI)
    shown = (await house.call("GET", page)).body
    assert "sudah digabung dengan yang lain; jawaban Anda berlaku untuk gabungannya" in shown
    assert "Diterima" in (await pressed(house, page)).body
    assert (house.lead(other).state, house.lead(other).acknowledged_how) == ("acknowledged", "button")
    assert house.lead(one).acknowledged_at is None


async def test_the_button_of_who_has_no_duty_there_is_none_any_more(new_phones: NewPhones) -> None:
    phones = await new_phones(login=f"polsek.{SOKO}")
    _, other, page = await button_of(phones, Level.SEDANG, place=NEXT)
    for shown in (await phones.house.call("GET", page), await pressed(phones.house, page)):
        assert "tidak bertugas di sana; tidak ada yang perlu Anda terima" in shown.body
        assert "Terima</button>" not in shown.body
    assert phones.house.lead(other).acknowledged_at is None
