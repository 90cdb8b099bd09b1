"""Handing over what is asked to a colleague on duty: who may get it, that it is no answer, and the slip taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import col, select

from schemas.deliveries import delivery_row
from schemas.records.alerts import Alert, Delivery
from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.vocabulary import Classification, Role
from services.security.refusal import Refused
from tests.console.caller import Answer, Caller
from tests.console.night import DISTRICT, NOW, PASSWORD, owe
from tests.console.test_rota_pages import HOUR, hired, put


def cleared(desk, login: str, clearance: int = 3) -> None:
    def act(tx) -> None:
        tx.session.get_one(Person, login).clearance = clearance

    desk.write(act)


def on_shift(desk, *logins: str) -> None:
    for login in logins:
        hired(desk, login)
        cleared(desk, login)
        put(desk, login, NOW - HOUR, NOW + 8 * HOUR)


def page(desk, who: Caller, name: str = "clash") -> str:
    return who.get(f"/p/{desk.ids[name]}").body


def hand(desk, who: Caller, to: str, name: str = "clash") -> Answer:
    return who.form(f"/p/{desk.ids[name]}/serah", {"csrf": who.get("/saya").csrf, "to": to})


def back(desk, who: Caller) -> Answer:
    return who.form(f"/p/{desk.ids['clash']}/ambil", {"csrf": who.get("/saya").csrf})


def lines(desk, kind: str) -> list[Journal]:
    return desk.store.read_now(lambda session: list(session.exec(select(Journal).where(col(Journal.kind) == kind))))


def handed(alert: Alert) -> tuple[str | None, str | None]:
    return alert.handed_by, alert.handed_to


def refused(answer: Answer, code: str) -> bool:
    return answer.status in (404, 409) and Refused(code).say("id") in answer.body


def test_it_goes_to_who_is_on_duty_and_is_no_answer(either_desk):
    desk = either_desk
    joko = Caller(desk.url).sign_in("joko", PASSWORD)
    on_shift(desk, "sari", "tono")
    hired(desk, "libur")
    cleared(desk, "libur")
    body = page(desk, joko)
    assert "Serahkan kepada Petugas sari" in body
    assert "Serahkan kepada Petugas tono" in body
    assert "Petugas libur" not in body
    was = desk.alert("clash", "POLRES")
    assert hand(desk, joko, "sari").headers["location"].endswith("pesan=serah")
    alert = desk.alert("clash", "POLRES")
    assert handed(alert) == ("joko", "sari")
    assert (alert.state, alert.ack_due) == (was.state, was.ack_due)
    assert desk.incident("clash").state == "open"
    [line] = lines(desk, "incident.handed_over")
    assert (line.actor, line.data["to"], line.data["institution"]) == ("joko", "sari", "POLRES")
    assert "Diserahkan kepada Anda oleh Joko Pambudi" in page(desk, Caller(desk.url).sign_in("sari", PASSWORD))
    ratna = Caller(desk.url).sign_in("ratna", PASSWORD)
    body = ratna.get(f"/peristiwa/{desk.ids['clash']}").body
    assert "Diserahkan kepada Petugas sari oleh Joko Pambudi" in body
    assert "Polres Tuban: diserahkan kepada rekan yang piket" in body


def test_the_same_tap_twice_is_one(desk, person):
    joko = person("joko")
    on_shift(desk, "sari")
    assert [hand(desk, joko, "sari").status for _ in range(2)] == [303, 303]
    assert len(lines(desk, "incident.handed_over")) == 1


def test_a_slip_is_taken_back_within_a_minute_and_by_who_made_it(desk, person):
    joko = person("joko")
    on_shift(desk, "sari")
    hand(desk, joko, "sari")
    assert refused(back(desk, person("sari")), "nothing_handed_over")
    desk.clock.now += timedelta(seconds=59)
    assert "Ambil kembali" in page(desk, joko)
    assert back(desk, joko).status == 303
    assert handed(desk.alert("clash", "POLRES")) == (None, None)
    assert len(lines(desk, "incident.hand_over_withdrawn")) == 1
    assert refused(back(desk, joko), "nothing_handed_over")
    hand(desk, joko, "sari")
    desk.clock.now += timedelta(seconds=61)
    assert "Ambil kembali" not in page(desk, joko)
    assert refused(back(desk, joko), "undo_too_late")


def test_what_the_colleague_has_answered_is_not_taken_back(desk, person):
    joko = person("joko")
    on_shift(desk, "sari")
    hand(desk, joko, "sari")
    sari = person("sari")
    sari.form(f"/p/{desk.ids['clash']}/terima", {"csrf": sari.get("/saya").csrf})
    assert "Ambil kembali" not in page(desk, joko)
    told = back(desk, joko)
    assert told.status == 409
    assert "Petugas sari sudah menjawab. Tidak ada yang diambil kembali." in told.body
    assert handed(desk.alert("clash", "POLRES")) == ("joko", "sari")


def test_the_last_one_on_duty_reads_why_he_is_asked_again(desk, person):
    joko = person("joko")
    on_shift(desk, "sari")
    put(desk, "joko", NOW - HOUR, NOW + 8 * HOUR)
    hand(desk, joko, "sari")
    again = "Anda ditanya lagi: sekarang tidak ada rekan piket lain"
    assert again not in page(desk, joko)
    put(desk, "sari", NOW, NOW + HOUR, "absence")
    assert again in page(desk, joko)
    assert "You are asked again" in joko.get(f"/p/{desk.ids['clash']}?bahasa=en").body
    assert again not in page(desk, person("sari"))
    joko.form(f"/p/{desk.ids['clash']}/terima", {"csrf": joko.get("/saya").csrf})
    assert again not in page(desk, joko)


def test_whoever_need_not_answer_reads_so_until_the_answer_is_late(either_desk):
    desk = either_desk
    joko, sari = Caller(desk.url).sign_in("joko", PASSWORD), Caller(desk.url)
    on_shift(desk, "sari")
    put(desk, "joko", NOW - HOUR, NOW + 8 * HOUR)
    sari.sign_in("sari", PASSWORD)
    spared, again = "Joko Pambudi mengambilnya kembali. Anda tidak perlu menjawab", "Anda diminta lagi: Joko Pambudi"

    def due(minutes: int) -> None:
        def act(tx) -> None:
            tx.session.get_one(Alert, desk.alert("clash", "POLRES").id).ack_due = NOW + timedelta(minutes=minutes)

        desk.write(act)

    due(5)
    hand(desk, joko, "sari")
    back(desk, joko)
    assert spared not in page(desk, sari)  # nobody had told him of it
    desk.write(lambda tx: _told_of_it(tx, desk))
    assert spared in page(desk, sari)
    assert "You need not answer, unless you are asked again." in sari.get(f"/p/{desk.ids['clash']}?bahasa=en").body
    sari.get("/saya?bahasa=id")
    assert spared not in page(desk, joko)
    due(0)
    assert spared not in page(desk, sari)
    assert again in page(desk, sari)
    due(5)
    put(desk, "joko", NOW, NOW + HOUR, "absence")
    assert again in page(desk, sari)


def _told_of_it(tx, desk) -> None:
    alert = desk.alert("clash", "POLRES").id
    row = delivery_row("told", "desk", "sari", {}, reason="handed_over", now=tx.now, alert=alert, person="sari")
    tx.add(Delivery, [row | {"state": "sent"}])


def _off_duty(desk) -> str:
    hired(desk, "libur")
    cleared(desk, "libur")
    return "libur"


def _of_another_office(desk) -> str:
    hired(desk, "tentara", institution="KODIM")
    return "tentara"


def _who_does_not_exist(_) -> str:
    return "siapa"


def _an_auditor(desk) -> str:
    hired(desk, "pengawas", role=Role.AUDITOR)
    cleared(desk, "pengawas")
    put(desk, "pengawas", NOW - HOUR, NOW + HOUR)
    return "pengawas"


def _oneself(_) -> str:
    return "joko"


@pytest.mark.parametrize(
    ("whom", "code"),
    [
        (_off_duty, "handover_not_on_shift"),
        (_of_another_office, "handover_other_office"),
        (_who_does_not_exist, "handover_other_office"),
        (_an_auditor, "handover_role"),
        (_oneself, "handover_to_self"),
    ],
)
def test_whoever_may_not_get_it_is_refused_and_not_offered(desk, person, whom: Callable[..., str], code: str):
    joko = person("joko")
    on_shift(desk, "sari")
    to = whom(desk)
    assert f'value="{to}"' not in page(desk, joko)
    assert refused(hand(desk, joko, to), code)
    assert handed(desk.alert("clash", "POLRES")) == (None, None)


def test_below_the_clearance_it_is_refused_and_not_offered(desk, person, monkeypatch):
    secret = DISTRICT.issues["SLT"].model_copy(update={"classification": Classification.RAHASIA})
    monkeypatch.setitem(DISTRICT.issues, "SLT", secret)
    joko = person("joko")
    on_shift(desk, "sari", "tono")
    cleared(desk, "sari", int(Classification.TERBATAS))
    body = page(desk, joko)
    assert "Petugas tono" in body
    assert "Petugas sari" not in body
    assert refused(hand(desk, joko, "sari"), "handover_clearance")


def test_an_accused_institution_hands_nothing_over(desk, person):
    joko = person("joko")
    on_shift(desk, "sari")
    desk.write(lambda tx: owe(tx, desk.ids["accused"], "POLRES", "support"))
    assert refused(hand(desk, joko, "sari", "accused"), "incident_not_found")


def test_what_only_informs_or_is_closed_is_not_handed_over(desk, person):
    hired(desk, "tentara", institution="KODIM")
    satrio = person("satrio")
    assert "Serahkan ke piket" not in page(desk, satrio)
    assert refused(hand(desk, satrio, "tentara"), "handover_nothing_owed")
    joko = person("joko")
    on_shift(desk, "sari")

    def close(tx) -> None:
        tx.session.get_one(Incident, desk.ids["clash"]).state = "settled"

    desk.write(close)
    assert "Serahkan ke piket" not in page(desk, joko)
    assert refused(hand(desk, joko, "sari"), "incident_closed")
