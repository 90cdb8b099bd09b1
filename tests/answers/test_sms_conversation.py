"""A conversation by SMS with the officer of the leading institution, on either database."""

import re

import pytest

from schemas.records.alerts import Delivery
from schemas.records.answers import Answered, ReplyCode, Sitrep
from schemas.records.people import OptOut
from schemas.vocabulary import Role, Scope
from services.cli.verify_address import stop_address
from services.security.keys import SCOPES
from tests.answers.phones import OFFICER, REPORTER, NewPhones, Phones
from tests.house import person_id
from tests.incidents import Level, added, opened

CODE = re.compile(r"Balas T (\d{4})")


def code_in(text: str) -> str:
    found = CODE.search(text)
    assert found, text
    return found[1]


async def test_a_whole_conversation(new_phones: NewPhones, database: str) -> None:
    phones = await new_phones(database)
    house = phones.house
    incident = await opened(house, Level.TINGGI)
    (alert,) = phones.got()
    code = code_in(alert)
    assert alert.startswith("TINGGI, ")
    assert len(alert) <= 306

    await phones.text("apa ini?")
    (asked,) = phones.got()
    assert asked == (
        f"Pesan belum dipahami. T <kode> terima, E <kode> eskalasi, L <kode> <isi> lapjut. Kode Anda: {code}."
    )
    assert house.lead(incident).state == "delivered"

    await phones.text(f"“t {code[:2]} {code[2:]}”")
    (confirmed,) = phones.got()
    due = house.lead(incident).sitrep_due
    assert due
    assert (
        confirmed == f"{code} diterima 23.00 WIB. Kirim L {code} <isi> untuk lapjut sebelum Sel 24 Nov pkl 00.00 WIB."
    )
    assert house.ladder(incident).stopped == "acknowledged"
    lead = house.lead(incident)
    assert (lead.state, lead.acknowledged_how, lead.acknowledged_by) == ("acknowledged", "sms", person_id("polres"))

    await phones.text(f"T {code}")
    assert phones.got() == [f"{code} sudah diterima instansi Anda 23.00 WIB. Lapjut: L {code} <isi>."]

    await house.forward(minutes=12)
    await phones.text(f"Lapjut {code}: massa bubar, dua orang luka ringan")
    (kept,) = phones.got()
    assert kept.startswith(f"Lapjut {code} dicatat 23.12 WIB.")
    assert [row.text for row in house.rows(Sitrep)] == ["massa bubar, dua orang luka ringan"]
    assert house.lead(incident).state == "reported"

    await phones.text(f"e{code}")
    (climbed,) = phones.got()[:1]
    assert climbed == f"{code} dieskalasi 23.12 WIB. Tingkat berikutnya segera diberi tahu."
    kinds = [line.kind for line in house.journal("answer.accepted")] + [
        line.kind for line in house.journal("answer.escalated")
    ]
    assert kinds == ["answer.accepted"] * 2 + ["answer.escalated"]


async def test_the_same_message_told_twice_has_one_effect(phones: Phones) -> None:
    incident = await opened(phones.house, Level.KRITIS)
    code = code_in(phones.got()[0])
    for _ in range(2):
        assert (await phones.text(f"L {code} massa bubar", id_="same")).status == 202
    assert len(phones.house.rows(Sitrep)) == 1
    assert len(phones.got()) == 1
    assert len(phones.house.journal("answer.reported", incident)) == 1


async def test_a_code_stays_the_same_and_two_alerts_have_two(phones: Phones) -> None:
    await opened(phones.house, Level.TINGGI)
    first = code_in(phones.got()[0])
    await phones.house.forward(minutes=5)
    reminded = {code_in(text) for text in phones.got() if CODE.search(text)}
    assert reminded <= {first}
    other = await opened(phones.house, Level.TINGGI, text="Kejadian lain.")
    second = code_in(phones.got()[-1])
    assert second != first
    await phones.text("terima")
    (asked,) = phones.got()
    assert asked.startswith("Kode yang mana?")
    assert first in asked
    assert second in asked
    await phones.text(f"T {second}")
    assert phones.house.lead(other).state == "acknowledged"
    assert len(phones.house.rows(ReplyCode)) == 2


async def test_whoever_becomes_the_lead_is_told_by_when_to_answer_and_who_has_answered_is_not(
    new_phones: NewPhones,
) -> None:
    phones = await new_phones(login="kesbang")
    house = phones.house
    incident = await opened(house, Level.TINGGI, form="AJAKAN")
    assert "Terima sblm" not in phones.got()[-1]  # it supports
    await house.act(incident, "assessments", by=("POLRES", Role.VERIFIER), issue="ORM", reason="Soal ormas.")
    assert house.lead(incident).institution == "KESBANG"
    (told,) = phones.got()
    assert "PERKEMBANGAN" in told
    assert "Terima sblm" in told
    await house.act(incident, "acknowledgements", by="KESBANG")
    await added(house, incident, Level.TINGGI, form="AJAKAN", issue="ORM")
    assert not [text for text in phones.got() if "Terima sblm" in text]


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("T {code} tidak bisa", "{code} belum diterima."),
        ("{code}", "{code}: apa yang dimaksud?"),
        ("L {code}", "{code}: lapjut belum ada isinya."),
        ("T 0000", "0000 bukan kode Anda yang masih terbuka."),
    ],
)
async def test_what_is_not_clear_is_asked_back_and_changes_nothing(phones: Phones, said: str, answered: str) -> None:
    incident = await opened(phones.house, Level.KRITIS)
    code = code_in(phones.got()[0])
    await phones.text(said.format(code=code))
    (asked,) = phones.got()
    assert asked.startswith(answered.format(code=code))
    assert phones.house.lead(incident).state == "delivered"


async def test_a_strangers_code_is_refused_politely_once_an_hour_and_journalled(phones: Phones) -> None:
    incident = await opened(phones.house, Level.KRITIS)
    code = code_in(phones.got()[0])
    for _ in range(3):
        await phones.text(f"T {code}", REPORTER)
    assert phones.got(REPORTER) == [
        "Nomor ini tidak terdaftar untuk menjawab peringatan. Nyawa terancam: hubungi 110 / 112."
    ]
    assert phones.house.lead(incident).state == "delivered"
    assert len(phones.house.journal("answer.unknown")) == 3
    phones.house.clock.forward(hours=2)
    await phones.text(f"T {code}", REPORTER)
    assert len(phones.got(REPORTER)) == 1


async def test_the_answer_of_a_closed_incident_is_told_so(phones: Phones) -> None:
    incident = await opened(phones.house, Level.KRITIS)
    code = code_in(phones.got()[0])
    await phones.house.act(incident, "closures", by="POLRES", reason="selesai di tempat")
    await phones.house.agree(incident, by=("KESBANG", Role.COORDINATOR))
    await phones.text(f"T {code}")
    assert phones.got() == [f"{code} sudah ditutup; tidak perlu dijawab lagi."]


async def test_stop_of_an_officer_asks_the_coordinator_and_silences_nothing(new_phones: NewPhones) -> None:
    """Anybody who could name his number once silenced an officer on every way."""
    phones = await new_phones(others={"kesbang": (("email", "koordinator@tuban.example"),)})
    house = phones.house
    for _ in range(3):
        await phones.text("BERHENTI")
    assert phones.got() == ["Permintaan berhenti diteruskan kepada koordinator. Peringatan tetap dikirim."]
    assert len(house.journal("address.stop_asked")) == 3
    assert house.journal("address.stopped") == []
    (notice,) = {row.payload["body"] for row in house.rows(Delivery, reason="notice")}
    assert "kentongan person stop polres sms_gateway" in notice
    await opened(house, Level.KRITIS)
    assert len(phones.got()) == 1
    assert house.write(lambda tx: stop_address(tx, "polres", "sms_gateway"))  # what the coordinator decides
    house.notify.desk.contacts.forget()
    await opened(house, Level.KRITIS, text="Kejadian lain.")
    assert phones.got() == []
    await phones.text("mulai")
    assert "Alamat ini menerima peringatan lagi. Kirim STOP untuk berhenti." in phones.got()


async def test_an_answer_by_a_gateway_with_a_key_counts_where_the_office_said_so(phones: Phones) -> None:
    incident = await opened(phones.house, Level.TINGGI)
    code = code_in(phones.got()[0])
    body = {"from": OFFICER.replace("+62", "0"), "text": f"T {code}", "id": "SM1"}
    reporter = await phones.house.key("pelapor", Role.REPORTER)
    assert (await phones.house.call("POST", "/v1/inbound/sms", body, key=reporter)).status == 403
    scopes = SCOPES[Role.GATEWAY] | {Scope.ANSWER}
    key = await phones.house.key("gerbang", Role.GATEWAY, scopes=scopes, channel="sms")
    assert (await phones.house.call("POST", "/v1/inbound/bikinan", body, key=key)).status == 403
    await phones.house.settle()
    assert phones.house.lead(incident).state == "delivered"
    assert (await phones.house.call("POST", "/v1/inbound/sms", body, key=key)).status == 202
    await phones.house.settle()
    assert phones.house.lead(incident).acknowledged_how == "sms"
    assert phones.got()[0].startswith(f"{code} diterima")


async def test_a_gateway_does_not_speak_for_a_mail_box_or_an_account(new_phones: NewPhones) -> None:
    """A key of one channel names as sender what no channel of its kind could: somebody's mail address."""
    mail = "piket@polres.example"
    phones = await new_phones(addresses=(("sms_gateway", OFFICER), ("email", mail)))
    incident = await opened(phones.house, Level.TINGGI)
    code = code_in(phones.got()[0])
    scopes = SCOPES[Role.GATEWAY] | {Scope.ANSWER}
    key = await phones.house.key("radio", Role.GATEWAY, scopes=scopes, channel="radio")
    for number, text in enumerate((f"T {code}", "STOP")):
        body = {"from": mail, "text": text, "id": f"R{number}"}
        assert (await phones.house.call("POST", "/v1/inbound/radio", body, key=key)).status == 202
        await phones.house.settle()
    assert phones.house.lead(incident).acknowledged_at is None
    assert [row.person_id for row in phones.house.rows(Answered)] == [None, None]
    stopped = {row.id for row in phones.house.rows(OptOut)}
    assert stopped.isdisjoint(phones.house.vault.handle("sender", one) for one in (mail, OFFICER))
    body = {"from": OFFICER, "text": f"T {code}", "id": "R9"}  # the office has given this gateway telephones to pass on
    assert (await phones.house.call("POST", "/v1/inbound/radio", body, key=key)).status == 202
    await phones.house.settle()
    assert phones.house.lead(incident).acknowledged_how == "radio"


async def test_words_of_nobody_that_answer_nothing_are_a_report(phones: Phones) -> None:
    await phones.text("Tawuran dua kelompok silat di Kecamatan Soko, dua orang luka", REPORTER)
    kinds = [row.kind for row in phones.house.rows(Answered)]
    assert kinds == ["report"]
    (heard,) = [text for text in phones.got(REPORTER) if "diterima" in text]
    assert heard.startswith("Laporan ")
    assert "POL" not in heard
    assert phones.house.rows(Delivery, address=REPORTER) == []  # who reported is kept sealed
    kept = phones.house.vault.seal_address(REPORTER)
    assert [row.reason for row in phones.house.rows(Delivery, address=kept)][:1] == ["heard"]
