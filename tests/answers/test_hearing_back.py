"""The reporter hears back in the channel used, once per word, and never who was told."""

from typing import Any

from schemas.records.answers import Answered
from schemas.records.incidents import Incident
from schemas.vocabulary import Role
from tests.answers.phones import REPORTER, NewPhones, Phones

TEXT = "Bentrok dua perguruan silat di Desa Bangunrejo Kecamatan Soko, massa 50 orang bawa kayu, dua luka"


def incident_of(phones: Phones) -> Incident:
    (incident,) = phones.house.rows(Incident)
    return incident


def words(texts: list[str]) -> list[str]:
    return [text.split(": ")[1].split()[0].strip(".") if ": " in text[:20] else "diterima" for text in texts]


async def test_from_diterima_to_selesai(new_phones: NewPhones, database: str) -> None:
    phones = await new_phones(database)
    await phones.text(TEXT, REPORTER)
    incident = incident_of(phones)
    heard = phones.got(REPORTER)
    assert heard[0].endswith("diterima pkl 23.00 WIB. Nyawa terancam: hubungi 110 / 112. Kirim STOP untuk berhenti.")
    assert words(heard) == ["diterima", "diteruskan"]
    await phones.house.act(incident.id, "verifications", by=("KESBANG", Role.VERIFIER))
    assert words(phones.got(REPORTER)) == ["diverifikasi"]
    lead = phones.house.lead(incident.id).institution
    await phones.house.act(incident.id, "acknowledgements", by=lead)
    await phones.house.settle()
    assert words(phones.got(REPORTER)) == ["ditindaklanjuti"]
    await phones.house.act(incident.id, "sitreps", by=lead, text="massa bubar")
    assert phones.got(REPORTER) == []
    await phones.house.act(incident.id, "closures", by=lead, reason="Polsek sudah mendamaikan")
    await phones.house.agree(incident.id, by=("KESBANG", Role.COORDINATOR))
    await phones.house.settle()
    last = phones.got(REPORTER)
    assert words(last) == ["selesai"]
    everything = " ".join(call.json["text"] for call in phones.gateway.calls if call.json["to"] == REPORTER).upper()
    assert not [code for code in phones.house.district.institutions if code in everything.split()]
    assert "POLSEK" not in everything


async def test_nothing_is_told_of_what_is_for_named_persons_only(phones: Phones) -> None:
    await phones.text("Ada perekrutan kelompok teror ISIS dan rencana bom di Kecamatan Soko", REPORTER)
    (incident,) = phones.house.rows(Incident)
    assert phones.house.district.issues[incident.issue].named_persons_only
    assert phones.got(REPORTER) == []


async def test_who_sent_stop_hears_no_more(phones: Phones) -> None:
    await phones.text("STOP", REPORTER)
    phones.got(REPORTER)
    await phones.text(TEXT, REPORTER)
    assert len(phones.house.rows(Incident)) == 1
    assert phones.got(REPORTER) == []
    await phones.text("MULAI", REPORTER)
    assert phones.got(REPORTER)


async def test_a_flood_from_one_number_is_cut_off(phones: Phones) -> None:
    most = phones.house.district.intake.anonymous_per_hour
    for number in range(most + 2):
        await phones.text(f"{TEXT} {number}", REPORTER)
    kinds: list[Any] = [row.kind for row in phones.house.rows(Answered)]
    assert (kinds.count("report"), kinds.count("crowded")) == (most, 2)
    assert [one for one in phones.got(REPORTER) if "TIDAK dicatat" in one]  # not that he may not answer alerts


async def test_a_report_by_a_gateway_with_a_key_is_heard_back_too(phones: Phones) -> None:
    key = await phones.house.key("gerbang", Role.GATEWAY, channel="sms")
    body = {"from": "081200009999", "text": TEXT, "id": "SM7"}
    assert (await phones.house.call("POST", "/v1/inbound/sms", body, key=key)).status == 202
    await phones.house.settle()
    assert words(phones.got(REPORTER)) == ["diterima", "diteruskan"]
