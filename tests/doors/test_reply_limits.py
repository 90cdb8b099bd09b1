"""Answers by message: what a stranger, a forger of numbers and a program that answers itself get out of them."""

import asyncio
import json
import re
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from schemas.messages import InboundMessage
from schemas.records.alerts import Alert, Delivery
from schemas.records.answers import Answered, ReplyCode, Sitrep
from schemas.records.audit_log import Journal
from schemas.vocabulary import Role, Scope
from services.bus import inbound_message
from services.incidents import lifecycle
from services.security.auth import Identity
from services.security.keys import SCOPES
from services.store.ids import derived
from tests.answers.conftest import *  # noqa: F403 - its telephones
from tests.answers.phones import OFFICER, NewPhones, Phones
from tests.house import House
from tests.incidents import Facts, Level, opened
from tests.servers import GENEROUS

CLOSER = Identity("kesbang", "Kesbang", Role.COORDINATOR, "KESBANG")
COORDINATOR = {"kesbang": (("email", "koordinator@tuban.example"),)}
CODE = re.compile(r"Balas T (\d{4})")
SITREP = re.compile(r"Balas L (\d{4})")  # of a promise that lapsed the report is asked


def code_in(texts: list[str], asked: re.Pattern[str] = CODE) -> str:
    found = asked.search(texts[-1])
    assert found, texts
    return found[1]


def wrong(code: str, number: int) -> str:
    return str(1000 + (int(code) - 1000 + 1 + number) % 9000)


async def proved(phones: Phones, text: str) -> None:
    """Let the officer write over a channel that proves who he is."""
    message = InboundMessage(
        id=uuid4().hex, channel="sms_gateway", sender=OFFICER, text=text, at=phones.house.clock(), vouched=True
    )
    await phones.house.publish([inbound_message(message)])
    await phones.house.settle()
    await phones.house.settle()


async def test_a_code_does_not_follow_from_what_a_person_can_see(phones: Phones) -> None:
    """Ten of ten were once computed offline from the ids of an alert and of a person."""
    for number in range(4):
        await opened(phones.house, Level.TINGGI, text=f"Kejadian {number}.")
    rows = phones.house.rows(ReplyCode)
    assert len(rows) == 4
    computed = [
        str(1000 + int(derived("reply code", derived("reply code", row.person_id, row.alert_id))[:12], 16) % 9000)
        for row in rows
    ]
    assert [row.code for row in rows] != computed
    assert sum(row.code == guess for row, guess in zip(rows, computed, strict=True)) < 2


async def test_guessing_closes_the_way_tells_the_desk_and_sends_no_flood(new_phones: NewPhones) -> None:
    """Nine thousand codes were once tried in 20 s, and 7,163 SMS went to the officer."""
    phones = await new_phones(others=COORDINATOR)
    house = phones.house
    incident = await opened(house, Level.TINGGI)
    code = code_in(phones.got())
    for number in range(30):
        await phones.text(f"T {wrong(code, number)}")
    said = phones.got()
    assert len(said) <= 5
    assert said[-1].startswith("Terlalu banyak kode salah")
    kinds = [row.kind for row in house.rows(Answered)]
    assert (kinds.count("wrong_code"), kinds.count("channel_closed"), kinds.count("closed")) == (4, 1, 25)
    (notice,) = house.rows(Delivery, reason="notice")
    assert notice.payload["subject"] == "Kode jawaban dicoba-coba"
    await phones.text(f"T {code}")  # the right one at last
    assert phones.got() == []
    assert house.lead(incident).state == "delivered"
    await house.forward(hours=13)
    phones.got()
    await phones.text(f"T {house.rows(ReplyCode)[0].code}")
    assert house.lead(incident).acknowledged_how == "sms"


async def test_wrong_codes_spread_over_hours_do_not_shut_the_officer_out(phones: Phones) -> None:
    incident = await opened(phones.house, Level.TINGGI)
    code = code_in(phones.got())
    for number in range(8):
        await phones.text(f"T {wrong(code, number)}")
        phones.house.clock.forward(minutes=20)
    await phones.text(f"T {code}")
    assert phones.house.lead(incident).acknowledged_how == "sms"


async def test_late_answers_shut_nobody_out_and_are_told_what_became_of_it(phones: Phones) -> None:
    """Five answers to what had been settled once closed the way for twelve hours, to the incident that came next too."""
    house, codes = phones.house, list[str]()
    for number in range(7):
        incident = await opened(house, Level.TINGGI, text=f"Kejadian {number}.")
        codes.append(code_in(phones.got()))
        house.write(lambda tx, id_=incident: lifecycle.close(tx, id_, CLOSER, "Selesai.", dismissed=False))
    for number, code in enumerate(codes):
        await phones.text(f"{'TEL'[number % 3]} {code} massa bubar")
        assert phones.got() == [f"{code} sudah ditutup; tidak perlu dijawab lagi."][: max(0, 5 - number)]
    assert not [row.kind for row in house.rows(Answered) if row.kind in ("wrong_code", "channel_closed")]
    incident = await opened(house, Level.TINGGI)
    await phones.text(f"T {code_in(phones.got())}")
    assert house.lead(incident).acknowledged_how == "sms"


async def test_a_late_code_is_known_for_thirty_days_and_one_never_given_is_a_guess(phones: Phones) -> None:
    house = phones.house
    incident = await opened(house, Level.TINGGI)
    code = code_in(phones.got())
    house.clock.forward(days=40)
    house.write(lambda tx: lifecycle.close(tx, incident, CLOSER, "Selesai.", dismissed=False))
    for days, kind in ((0, "asked"), (29, "asked"), (2, "wrong_code")):
        house.clock.forward(days=days, seconds=1)
        await phones.text(f"T {code}")
        assert [row.kind for row in sorted(house.rows(Answered), key=lambda row: row.at)][-1] == kind
    await phones.text(f"T {wrong(code, 5)}")
    assert [row.kind for row in house.rows(Answered)].count("wrong_code") == 2


@pytest.mark.parametrize("said", ["T", "t", "terima", "TERIMA!", "e", "Eskalasi"])
async def test_a_bare_verb_needs_its_code_where_the_sender_can_be_forged(phones: Phones, said: str) -> None:
    incident = await opened(phones.house, Level.TINGGI)
    phones.got()
    await phones.text(said)
    assert phones.got()[0].startswith("Kode yang mana?")
    assert phones.house.lead(incident).state == "delivered"
    assert phones.house.ladder(incident).stopped is None


async def test_a_bare_verb_is_enough_over_a_channel_that_proves_its_sender(phones: Phones) -> None:
    incident = await opened(phones.house, Level.TINGGI)
    await proved(phones, "t")
    assert phones.house.lead(incident).state == "acknowledged"


async def test_nobody_hears_more_than_five_words_back_an_hour(phones: Phones) -> None:
    for number in range(12):
        await phones.text(f"apa maksudnya nomor {number}?")
    assert len(phones.got()) <= 5
    phones.house.clock.forward(minutes=61)
    await phones.text("apa?")
    assert len(phones.got()) <= 1


async def test_a_program_that_answers_itself_is_answered_once(phones: Phones) -> None:
    await opened(phones.house, Level.TINGGI)
    phones.got()
    for _ in range(6):
        await phones.text("L")
        phones.house.clock.forward(minutes=30)  # slow enough for the hourly limit
    said = [text for text in phones.got() if text.startswith("Kode yang mana?")]
    assert len(said) == 1


async def test_an_sms_alone_does_not_answer_for_kritis(new_phones: NewPhones) -> None:
    phones = await new_phones(others=COORDINATOR)
    house = phones.house
    incident = await opened(house, Level.KRITIS)
    code = code_in(phones.got())
    await phones.text(f"T {code}")
    assert "BELUM berlaku" in phones.got()[0]
    phones.got()
    await phones.text(f"L {code} massa bubar")
    assert "BELUM berlaku" in phones.got()[0]  # no thanks that sound as if it counted
    assert [row.text for row in house.rows(Sitrep)] == ["massa bubar"]  # what he tells is kept all the same
    assert (house.lead(incident).state, house.ladder(incident).stopped) == ("delivered", None)
    notices = {row.payload["subject"] for row in house.rows(Delivery, reason="notice")}
    assert notices == {f"Pastikan lewat telepon: {house.district.called('POLRES')}, KRITIS"}
    before = house.ladder(incident).step
    await house.forward(minutes=30)
    assert house.ladder(incident).step > before  # the ladder went on
    await proved(phones, f"T {house.rows(ReplyCode, person_id=house.rows(ReplyCode)[0].person_id)[0].code}")
    assert house.lead(incident).state == "acknowledged"


async def test_who_reports_for_kritis_by_sms_alone_is_told_that_his_answer_is_not_in_force(
    new_phones: NewPhones,
) -> None:
    phones = await new_phones(others=COORDINATOR)
    house = phones.house
    incident = await opened(house, Level.KRITIS)
    await phones.text(f"L {code_in(phones.got())} regu sudah di lokasi")
    assert "BELUM berlaku" in phones.got()[0]
    assert (house.lead(incident).state, house.ladder(incident).stopped) == ("delivered", None)
    [notice] = house.rows(Delivery, reason="notice")
    assert "menjawab LAPJUT lewat sms" in notice.payload["body"]


async def test_a_report_by_sms_keeps_the_promise_of_an_answer_that_counts(new_phones: NewPhones) -> None:
    phones = await new_phones(others=COORDINATOR)
    house = phones.house
    incident = await opened(house, Level.KRITIS)
    code = code_in(phones.got())
    await proved(phones, f"T {code}")
    due = house.lead(incident).sitrep_due
    assert due is not None
    await house.forward(seconds=(due - house.clock.now).total_seconds() + 1)
    assert house.lead(incident).state == "lapsed"
    [code] = {row.code for row in house.rows(ReplyCode, alert_id=house.lead(incident).id)}
    await phones.text(f"L {code} massa bubar")
    assert (house.lead(incident).state, house.ladder(incident).stopped) == ("reported", "acknowledged")


async def test_a_code_acknowledges_once(phones: Phones) -> None:
    house = phones.house
    incident = await opened(house, Level.TINGGI)
    code = code_in(phones.got())
    await phones.text(f"T {code}")
    assert house.lead(incident).state == "acknowledged"
    await house.forward(hours=2)  # the promised report did not come: the answer is owed again
    assert house.lead(incident).state not in ("acknowledged", "reported")
    again = code_in([text for text in phones.got() if SITREP.search(text)], SITREP)
    assert again != code
    await phones.text(f"T {code}")  # seen on somebody's telephone, sent again
    assert phones.got()[-1].startswith(f"{code} sudah dipakai.")
    assert house.lead(incident).state not in ("acknowledged", "reported")
    await phones.text(f"T {again}")
    assert house.lead(incident).state == "acknowledged"


OVERSEER = {**COORDINATOR, "sekda": (("email", "sekda@tuban.example"),), "prov": (("email", "prov@jatim.example"),)}


@pytest.mark.parametrize(
    ("accused", "told"),
    [
        ((), "koordinator@tuban.example"),
        (("KODIM",), "koordinator@tuban.example"),
        (("KESBANG",), "sekda@tuban.example"),
        (("KABAN",), "sekda@tuban.example"),
        (("KESBANG", "PEMKAB"), "prov@jatim.example"),
    ],
)
async def test_who_is_asked_to_confirm_by_a_call_is_never_accused(
    new_phones: NewPhones, accused: tuple[str, ...], told: str
) -> None:
    phones = await new_phones(others=OVERSEER)
    house = phones.house
    await opened(house, Level.KRITIS, facts=Facts(accused_agencies=accused))
    await phones.text(f"T {code_in(phones.got())}")
    assert {row.address for row in house.rows(Delivery, reason="notice")} == {told}


async def test_a_code_sent_through_two_gateways_at_once_answers_once(phones: Phones) -> None:
    house = phones.house
    incident = await opened(house, Level.TINGGI)
    code = code_in(phones.got())
    ways = ("sms_gateway", "sms_android", "sms_gateway", "sms_android")
    told = [
        InboundMessage(id=uuid4().hex, channel=way, sender=OFFICER, text=f"T {code}", at=house.clock(), vouched=True)
        for way in ways
    ]
    await asyncio.gather(*(house.publish([inbound_message(one)]) for one in told))
    await house.settle()
    await house.settle()
    assert house.lead(incident).acknowledged_at is not None
    lines = [row.kind for row in house.rows(Journal) if "acknowledged" in row.kind]
    assert len(lines) == 1, lines


async def at_once(house: House, calls: list[tuple[str, str, bytes]]) -> list[int]:
    """Call the door with (gateway, key, body) on a connection each, whose last bytes leave together; gives statuses."""
    where = urlsplit(house.url)
    lines = [await asyncio.open_connection(where.hostname, where.port) for _ in calls]
    for (_, writer), (gateway, key, body) in zip(lines, calls, strict=True):
        head = (
            f"POST /v1/inbound/{gateway} HTTP/1.1\r\nHost: {where.netloc}\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + body[:-1])
        await writer.drain()
    for (_, writer), (*_, body) in zip(lines, calls, strict=True):
        writer.write(body[-1:])
    told = await asyncio.wait_for(asyncio.gather(*(reader.read() for reader, _ in lines)), GENEROUS)
    for _, writer in lines:
        writer.close()
    return [int(one.split(b" ", 2)[1]) for one in told]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_a_code_over_http_through_the_keys_of_two_gateways_at_once_counts_once(
    new_phones: NewPhones, database: str
) -> None:
    phones = await new_phones(database)
    house = phones.house
    incident = await opened(house, Level.TINGGI)
    code = code_in(phones.got())
    scopes = SCOPES[Role.GATEWAY] | {Scope.ANSWER}
    keys = {way: await house.key(way, Role.GATEWAY, scopes=scopes, channel=way) for way in ("sms", "wa")}
    calls = [
        (way, key, json.dumps({"from": OFFICER, "text": f"T {code}", "id": f"{way}-{number}"}).encode())
        for number in range(3)
        for way, key in keys.items()
    ]
    assert await at_once(house, calls) == [202] * len(calls)
    await house.settle()
    await house.settle()
    assert house.lead(incident).acknowledged_at is not None
    lines = [row.kind for row in house.rows(Journal, incident_id=incident) if "acknowledged" in row.kind]
    assert len(lines) == 1, lines
    assert {row.reported_at for row in house.rows(Alert, incident_id=incident)} == {None}
    # Each was heard and is told that it is taken; the right code is no guess, however often it comes.
    assert [row.kind for row in house.rows(Answered)] == ["accepted"] * len(calls)
    assert len(phones.got()) <= 5
