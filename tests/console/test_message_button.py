"""The page behind a message's button: inert until pressed, once, in time, for one institution."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from schemas.records.answers import AnswerToken
from schemas.records.audit_log import Chain, Journal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.vocabulary import Role
from services.incidents import lifecycle
from services.security import auth
from tests.console.caller import Caller
from tests.console.night import CLASH, SECRET

RATNA = auth.Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG", clearance=4)


def press(desk, token, phone=None, **headers):
    """Open the page, read it for two seconds, and press its button."""
    phone, path = phone or Caller(desk.url), f"/terima/{token}"
    sheet = re.search(r'name="lembar" value="([^"]+)"', phone.get(path).body)
    desk.clock.now += timedelta(seconds=2)
    return phone.form(path, {"lembar": sheet[1] if sheet else "", "jawab": "terima"}, **headers)


def state(desk):
    rows = desk.store.read_now(
        lambda session: (session.exec(select(Chain)).one(), session.exec(select(AnswerToken)).all())
    )
    return (
        rows[0].seq,
        sorted((token.id, token.used_at) for token in rows[1]),
        desk.alert("clash", "POLRES").model_dump(),
    )


def test_following_the_link_changes_nothing_however_often(desk):
    scanner, before = Caller(desk.url), state(desk)
    for _ in range(5):
        assert scanner.get(f"/terima/{desk.tokens['joko']}").status == 200
        scanner.ask("HEAD", f"/terima/{desk.tokens['joko']}")
    assert before == state(desk)


def test_the_page_carries_no_more_than_the_message(desk):
    body = Caller(desk.url).get(f"/terima/{desk.tokens['joko']}").body
    assert "Tinggi" in body
    assert "Perguruan silat" in body
    assert "Kec. Soko" in body
    assert "Mentoro" not in body
    assert CLASH.text[:30] not in body
    assert body.index("Hubungi 110 / 112 dulu") < body.index("Terima</button>")


def test_pressing_acknowledges_once_and_says_so_kindly_after(desk):
    phone, path = Caller(desk.url), f"/terima/{desk.tokens['joko']}"
    desk.clock.forward(1)
    pressed = press(desk, desk.tokens["joko"], phone)
    assert pressed.status == 200
    assert "tercatat menerima peringatan ini setelah 19 menit" in pressed.body
    alert = desk.alert("clash", "POLRES")
    assert (alert.state, alert.acknowledged_by, alert.acknowledged_how) == ("acknowledged", "joko", "button")
    again = press(desk, desk.tokens["joko"], phone)
    assert "Tombol ini sudah dipakai" in again.body
    assert "Tombol ini sudah dipakai" in phone.get(path).body
    assert alert.acknowledged_at == desk.alert("clash", "POLRES").acknowledged_at


def test_a_second_recipient_learns_that_the_first_answer_stands(desk):
    press(desk, desk.tokens["joko"])
    body = Caller(desk.url).get(f"/terima/{desk.tokens['nobody']}").body
    assert "sudah menerima peringatan ini sebelumnya" in body
    assert "Terima</button>" not in body


def test_a_delivery_without_a_person_speaks_for_its_institution(desk):
    press(desk, desk.tokens["nobody"])
    assert desk.alert("clash", "POLRES").acknowledged_by == "delivery:delivery-nobody"


def test_an_expired_button_says_so_and_changes_nothing(desk):
    desk.clock.forward(24 * 60)
    for answer in (Caller(desk.url).get(path := f"/terima/{desk.tokens['joko']}"), Caller(desk.url).form(path, {})):
        assert (answer.status, "sudah kedaluwarsa" in answer.body) == (410, True)
    assert desk.alert("clash", "POLRES").state == "delivered"


def test_a_closed_incident_needs_no_answer(desk, person):
    desk.write(lambda tx: lifecycle.close(tx, desk.ids["clash"], RATNA, "reda"))
    body = press(desk, desk.tokens["joko"]).body
    assert "Peristiwa sudah ditutup" in body
    assert desk.alert("clash", "POLRES").state == "delivered"


@pytest.mark.parametrize("token", ["x", "a" * 500, "..", "%00", "ü"])
def test_an_unknown_token_is_a_kind_page(desk, token):
    answer = Caller(desk.url).get(f"/terima/{token}")
    assert answer.status == 404
    if token != "..":
        assert "Tautan tidak dikenal" in answer.body


def test_a_button_pressed_by_another_site_changes_nothing(desk):
    answer = press(desk, desk.tokens["joko"], Origin="https://evil.example")
    assert answer.status == 403
    assert desk.alert("clash", "POLRES").state == "delivered"


# -- scanners of mail ----------------------------------------------------------------------------------------------------


def sheet(body):
    return re.search(r'name="lembar" value="([^"]+)"', body)[1]


@pytest.mark.parametrize(
    "sent",
    [
        {},  # a POST without ever having seen the page
        {"lembar": "SEEN"},  # a form sent by a script names no button
        {"lembar": "SEEN", "jawab": "belum"},  # one sent by its first button names that
        {"jawab": "terima"},  # who guesses the button has seen no page
        {"lembar": "1.forged", "jawab": "terima"},
        {"lembar": "OTHER", "jawab": "terima"},  # a page of another message
    ],
)
def test_a_program_that_sends_the_form_acknowledges_nothing(desk, sent):
    scanner, path, before = Caller(desk.url), f"/terima/{desk.tokens['joko']}", state(desk)
    pages = {"SEEN": path, "OTHER": f"/terima/{desk.tokens['nobody']}"}
    given = {name: sheet(scanner.get(pages[value]).body) if value in pages else value for name, value in sent.items()}
    desk.clock.now += timedelta(seconds=5)
    answer = scanner.form(path, given)
    assert (answer.status, "Tekan Terima sekali lagi" in answer.body) == (200, True)
    assert before == state(desk)


def test_a_press_in_the_instant_the_page_was_made_is_asked_once_more(desk):
    scanner, path = Caller(desk.url), f"/terima/{desk.tokens['joko']}"
    fields = {"lembar": sheet(scanner.get(path).body), "jawab": "terima"}
    again = scanner.form(path, fields)
    assert "Tekan Terima sekali lagi" in again.body
    assert desk.alert("clash", "POLRES").state == "delivered"
    desk.clock.now += timedelta(seconds=2)
    assert "Diterima" in scanner.form(path, {"lembar": sheet(again.body), "jawab": "terima"}).body
    assert desk.alert("clash", "POLRES").state == "acknowledged"


# -- whoever has left ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"active": False}, {"institution": "KODIM"}, {"unit": "35.23.08"}])
def test_the_button_of_whoever_has_left_the_office_is_refused_and_journalled(desk, change):
    def leave(unit):
        for name, value in change.items():
            setattr(unit.session.get(Person, "joko"), name, value)

    desk.write(leave)
    path, before = f"/terima/{desk.tokens['joko']}", state(desk)
    page = Caller(desk.url).get(path)
    assert (page.status, "Terima</button>" in page.body) == (403, False)
    assert "Anda tidak lagi tercatat menjawab untuk" in page.body
    assert "Kec. " not in page.body  # how it stands now is for who answers there now
    assert "Perguruan silat" not in page.body
    assert before == state(desk)  # looking changes nothing
    assert press(desk, desk.tokens["joko"]).status == 403
    assert desk.alert("clash", "POLRES").state == "delivered"
    [line] = desk.store.read_now(
        lambda session: session.exec(select(Journal).where(Journal.kind == "answer.refused")).all()
    )
    assert (line.actor, line.incident_id, line.data["why"]) == ("joko", desk.ids["clash"], "departed")


@pytest.mark.parametrize("whose", ["joko", None])
def test_the_button_of_an_agency_that_a_report_has_come_to_accuse_answers_nothing_and_says_nothing(desk, whose):
    def accuse(unit):
        incident = unit.session.get_one(Incident, desk.ids["clash"])
        incident.facts = {**incident.facts, "accused_agencies": ["POLRES"]}
        unit.put(AnswerToken, [{"id": auth._sha(desk.tokens["joko"]), "person_id": whose}])

    desk.write(accuse)
    page = Caller(desk.url).get(f"/terima/{desk.tokens['joko']}")
    assert (page.status, "Terima</button>" in page.body) == (403, False)
    assert "tidak lagi bertugas di peristiwa ini" in page.body
    assert not re.search(r"terlapor|Kec\. |Perguruan silat|Tinggi", page.body)
    assert press(desk, desk.tokens["joko"]).status == 403
    assert desk.alert("clash", "POLRES").state == "delivered"


def test_an_issue_for_named_persons_asks_whether_one_is_named_still(desk):
    token = auth.answer_token(SECRET, "delivery-bomb")
    alert = f"a-{desk.ids['bomb']}-POLRES"
    row = auth.answer_token_row(token, alert, "delivery-bomb", "joko", desk.clock())
    desk.write(lambda tx: tx.add(AnswerToken, [row | {"used_at": None}]))
    assert press(desk, token).status == 403
    assert desk.alert("bomb", "POLRES").acknowledged_at is None
