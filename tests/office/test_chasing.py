"""What an institution is asked for is told, told again, and told above it, until it has answered."""

from datetime import timedelta
from email import message_from_bytes, policy
from types import SimpleNamespace
from typing import Any

import pytest

from schemas.office.records import Ask
from schemas.records.incidents import Incident
from schemas.vocabulary import Role
from services.incidents import accusations, lifecycle
from services.notify.watchdog.asks import AskChaser, told_of
from services.office import asks
from services.security.auth import Identity
from services.security.refusal import Refused
from tests.house import House
from tests.incidents import Level, opened
from tests.people import Resident

KESBANG = Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", clearance=4)
KODIM = Identity("satrio", "Satrio", Role.MEMBER, "KODIM", clearance=4)
MAILED = ("KODIM", "PASIINTEL", "KESBANG", "POLSEK")


def by_mail(people: list[Resident]) -> list[Resident]:
    return [
        Resident(**{**vars(one), "addresses": (("email", f"{one.login}@tuban.example"),)})
        if one.institution in MAILED
        else one
        for one in people
    ]


@pytest.fixture
async def chased(new_house: Any) -> Any:
    house: House = await new_house(people=by_mail)
    chaser = AskChaser(house.store)

    async def look() -> list[tuple[str, str]]:
        """Look once; gives to whom a mail went, and its words."""
        before = len(house.mail.mails)
        house.notify.dispatcher.send(await chaser.look(house.notify.desk))
        await house.quiet()
        mails = [message_from_bytes(raw, policy=policy.default) for raw in house.mail.mails[before:]]
        return sorted((mail["to"], mail.get_body(("plain",)).get_content()) for mail in mails)

    return SimpleNamespace(house=house, look=look)


def ask(house: House, **more: Any) -> str:
    wanted = {"kind": asks.PATROL, "institution": "KODIM", "text": "Patroli malam di Mentoro"}
    wanted |= {"due": house.clock.now + timedelta(hours=8), **more}
    return house.write(lambda tx: asks.ask(tx, house.district, KESBANG, **wanted))


def row(house: House, id_: str) -> Ask:
    return house.rows(Ask, id=id_)[0]


async def test_it_is_told_at_once_half_way_and_above_once_late(chased: Any) -> None:
    house = chased.house
    id_ = ask(house)
    [(to, words)] = await chased.look()
    assert to == "kodim@tuban.example"
    assert "Minta patroli dari Bakesbangpol" in words
    assert "Mentoro" not in words
    assert f"/permintaan/{id_}" in words
    assert await chased.look() == []
    house.clock.forward(hours=4)
    assert [to for to, _ in await chased.look()] == ["kodim@tuban.example"]
    house.clock.forward(hours=4)
    told = await chased.look()
    above = ["kesbang@tuban.example", "kodim@tuban.example", "pasiintel@tuban.example"]
    assert [to for to, _ in told] == above
    assert all("lewat waktu" in words.lower() for _, words in told)
    assert row(house, id_).escalated_at == house.clock.now
    assert len(house.journal("ask.escalated")) == 1
    house.clock.forward(hours=24)
    assert len(await chased.look()) == len(told)
    assert len(house.journal("ask.escalated")) == 1


async def test_it_is_told_in_the_language_that_a_person_chose(new_house: Any) -> None:
    english = lambda people: [Resident(**{**vars(one), "language": "en"}) for one in by_mail(people)]  # noqa: E731
    house: House = await new_house(people=english)
    chaser = AskChaser(house.store)
    ask(house)
    for hours, said in ((0, "Patrol wanted, from Bakesbangpol. Answer by"), (4, "Answer by"), (4, "OVERDUE since")):
        house.clock.forward(hours=hours)
        before = len(house.mail.mails)
        house.notify.dispatcher.send(await chaser.look(house.notify.desk))
        await house.quiet()
        mails = [message_from_bytes(raw, policy=policy.default) for raw in house.mail.mails[before:]]
        told = {mail["to"]: mail.get_body(("plain",)).get_content() for mail in mails}
        assert said in told["kodim@tuban.example"]
        assert "Buka aplikasi" not in "".join(told.values())
    assert "has not answered, overdue since" in told["pasiintel@tuban.example"]


async def test_an_answer_ends_it(chased: Any) -> None:
    house = chased.house
    id_ = ask(house)
    await chased.look()
    house.write(lambda tx: asks.answer(tx, house.district, KODIM, id_, "Patroli pukul 22.00, aman."))
    house.clock.forward(days=3)
    assert await chased.look() == []
    found = row(house, id_)
    assert (found.answer, found.answered_by, found.next_at) == ("Patroli pukul 22.00, aman.", "satrio", None)
    with pytest.raises(Refused, match="sudah dijawab"):
        house.write(lambda tx: asks.answer(tx, house.district, KODIM, id_, "lagi"))


async def test_a_machine_that_was_off_tells_once_not_for_every_time_it_missed(chased: Any) -> None:
    house = chased.house
    id_ = ask(house)
    house.clock.forward(days=5)
    told = await chased.look()
    assert len(told) == 3
    assert row(house, id_).escalated_at == house.clock.now
    house.clock.forward(minutes=10)
    assert await chased.look() == []
    house.clock.forward(days=1)
    assert len(await chased.look()) == 3


async def test_where_nobody_can_be_reached_the_coordinator_is_told_at_once(chased: Any) -> None:
    house = chased.house
    ask(house, institution="KEJARI")
    [(to, words)] = await chased.look()
    assert to == "kesbang@tuban.example"
    assert "tidak dapat dihubungi" in words


async def test_a_local_unit_is_asked_by_its_kecamatan(chased: Any) -> None:
    house = chased.house
    with pytest.raises(Refused, match="Pilih kecamatan"):
        ask(house, institution="POLSEK")
    ask(house, institution="POLSEK", unit="35.23.11")
    assert [to for to, _ in await chased.look()] == ["polsek.35.23.11@tuban.example"]


async def test_two_processes_that_look_at_once_tell_once(chased: Any) -> None:
    house = chased.house
    ask(house)
    other = AskChaser(house.new_store())
    first = await AskChaser(house.store).look(house.notify.desk)
    assert len(first) == 1
    assert await other.look(house.notify.desk) == []


def accuse(house: House, incident: str, *codes: str) -> None:
    house.write(lambda tx: accusations.accuse(tx.session.get(Incident, incident), codes))


async def test_nobody_is_told_of_what_was_asked_about_an_incident_that_was_none(chased: Any) -> None:
    house = chased.house
    incident = await opened(house, Level.SEDANG)
    ask(house, incident=incident)
    house.clock.forward(days=1)
    assert len(await chased.look()) == 3
    house.write(lambda tx: lifecycle.close(tx, incident, KESBANG, "Kabar bohong.", dismissed=True))
    for _ in range(4):
        house.clock.forward(days=1)
        assert await chased.look() == []
    assert len(house.journal("ask.rests", incident)) == 1
    house.write(lambda tx: lifecycle.reopen(tx, incident, KESBANG, "Ternyata benar."))
    house.clock.forward(days=1)
    assert len(await chased.look()) == 3
    house.write(lambda tx: lifecycle.close(tx, incident, KESBANG, "Selesai.", dismissed=False))
    house.clock.forward(days=1)
    assert len(await chased.look()) == 3  # what was promised about what did happen is still owed


@pytest.mark.parametrize("accused", ["KODIM", "DANDIM"])
async def test_whom_a_report_has_come_to_accuse_is_told_of_no_ask_and_those_above_neither(
    chased: Any, accused: str
) -> None:
    house = chased.house
    incident = await opened(house, Level.SEDANG)
    ask(house, incident=incident)
    accuse(house, incident, accused)
    for _ in range(3):
        assert await chased.look() == []
        house.clock.forward(days=1)
    accuse(house, incident)
    assert [to for to, _ in await chased.look()][1] == "kodim@tuban.example"


async def test_an_accused_coordinator_hears_nothing_of_an_ask_that_is_late(chased: Any) -> None:
    house = chased.house
    incident = await opened(house, Level.SEDANG)
    ask(house, incident=incident)
    await chased.look()
    accuse(house, incident, "KESBANG")
    house.clock.forward(days=1)
    assert [to for to, _ in await chased.look()] == ["kodim@tuban.example", "pasiintel@tuban.example"]
    assert ("SEKDA", None) in told_of(house.rows(Ask)[0], house.district, ("KESBANG",), late=True)


def test_who_is_above_is_told_only_once_it_is_late(tuban: Any) -> None:
    one = Ask(id="x", kind="patrol", institution="POLRES", text="", asked_for="KODIM", asked_by="", unit="")
    assert list(told_of(one, tuban, late=False)) == [("POLRES", None)]
    assert list(told_of(one, tuban, late=True)) == [
        ("POLRES", None),
        ("KASATINTEL", None),
        ("KODIM", None),
        ("KESBANG", None),
    ]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (Identity("x", "X", Role.MEMBER, "POLRES", clearance=4), "tidak ditemukan"),
        (Identity("x", "X", Role.MEMBER, "KESBANG", clearance=4), "Yang menjawab adalah"),
        (Identity("x", "X", Role.VERIFIER, "POLRES", clearance=4), "Yang menjawab adalah"),
        (Identity("x", "X", Role.AUDITOR, "KODIM", clearance=4), "Yang menjawab adalah"),
        (Identity("x", "X", Role.MEMBER, "KODIM", clearance=1), "di atas kewenangan"),
    ],
)
async def test_nobody_else_answers(chased: Any, who: Identity, why: str) -> None:
    id_ = ask(chased.house)
    with pytest.raises(Refused, match=why):
        chased.house.write(lambda tx: asks.answer(tx, chased.house.district, who, id_, "ya"))


async def test_a_coordinator_notes_what_was_said_by_telephone(chased: Any) -> None:
    house = chased.house
    id_ = ask(house)
    with pytest.raises(Refused, match="tidak boleh kosong"):
        house.write(lambda tx: asks.answer(tx, house.district, KESBANG, id_, " "))
    house.write(lambda tx: asks.answer(tx, house.district, KESBANG, id_, "Per telepon: sudah patroli."))
    assert house.journal("ask.answered")[0].data["own"] is False
