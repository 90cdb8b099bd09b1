"""The officer's page: what is asked, the one tap, the slip taken back, "not ours", help, and what it never shows."""

import json
import re
from datetime import timedelta

import pytest
from sqlmodel import select

from schemas.records.alerts import Alert, Ladder
from schemas.records.answers import Sitrep
from schemas.records.audit_log import Journal
from tests.console.caller import Caller
from tests.console.night import CLASH, NOW, PROTEST, owe


def tap(desk, who: Caller, name: str, act: str, **fields: str):
    page = f"/p/{desk.ids[name]}"
    return who.form(f"{page}/{act}", {"csrf": who.get(page).csrf, **fields})


def ladder(desk) -> Ladder:
    return desk.store.read_now(lambda session: session.get(Ladder, desk.ids["clash"]))


def journal(desk, kind: str) -> list[Journal]:
    return desk.store.read_now(lambda session: list(session.exec(select(Journal).where(Journal.kind == kind))))


def test_it_says_what_is_asked_of_ones_own_institution_and_by_when(desk, person):
    body = person("joko").get(f"/p/{desk.ids['clash']}").body
    for said in ("Tinggi", "Perguruan silat", "Desa Mentoro, Kec. Soko", "20 mnt lalu", "Diminta dari Polres Tuban"):
        assert said in body
    assert "lewat 3 mnt" in body
    assert "bentrok dua kelompok" in body
    assert "081234567890" in CLASH.text
    assert "081234567890" not in body


def test_a_tap_that_was_a_slip_is_taken_back_within_a_minute(desk, person):
    joko = person("joko")
    before = ladder(desk)
    assert tap(desk, joko, "clash", "terima").headers["location"].endswith("pesan=terima")
    assert (desk.alert("clash", "POLRES").state, desk.incident("clash").state) == ("acknowledged", "handled")
    desk.clock.now += timedelta(seconds=59)
    assert "Batalkan" in joko.get(f"/p/{desk.ids['clash']}").body
    assert tap(desk, joko, "clash", "batal").status == 303
    alert = desk.alert("clash", "POLRES")
    assert (alert.state, alert.acknowledged_at, alert.acknowledged_by, alert.sitrep_due) == (
        "delivered",
        None,
        None,
        None,
    )
    assert desk.incident("clash").state == "open"
    again = ladder(desk)
    assert (before.stopped, again.stopped) == (None, None)
    assert again.next_at == desk.clock.now  # the answer was overdue already
    assert len(journal(desk, "incident.acknowledgement_withdrawn")) == 1
    assert tap(desk, joko, "clash", "terima").headers["location"].endswith("pesan=terima")


def test_what_was_verified_stays_so_when_a_tap_is_taken_back(desk, person):
    joko = person("joko")
    person("ratna").act(desk.ids["clash"], "verifikasi", note="")
    tap(desk, joko, "clash", "terima")
    tap(desk, joko, "clash", "batal")
    assert desk.incident("clash").state == "verified"


def test_after_a_minute_a_report_or_by_another_person_it_stands(desk, person):
    joko, ratna = person("joko"), person("ratna")
    tap(desk, joko, "clash", "terima")
    assert tap(desk, ratna, "clash", "batal").status == 409
    desk.clock.now += timedelta(seconds=61)
    assert tap(desk, joko, "clash", "batal").status == 409
    assert desk.alert("clash", "POLRES").state == "acknowledged"
    tap(desk, joko, "clash", "lapjut", template="Menuju lokasi.", text="Dua regu.")
    assert tap(desk, joko, "clash", "batal").status == 409


def test_a_sitrep_is_a_sentence_of_the_district_and_what_is_added(desk, person):
    joko = person("joko")
    page = joko.get(f"/p/{desk.ids['clash']}").body
    assert "Di lokasi, dua kelompok sudah dipisahkan." not in page  # first the one button
    tap(desk, joko, "clash", "terima")
    page = joko.get(f"/p/{desk.ids['clash']}").body
    assert page.index("dua kelompok sudah dipisahkan") < page.index("Menuju lokasi.")
    tap(desk, joko, "clash", "lapjut", template="Menuju lokasi.", text="Dua regu.")
    [kept] = desk.store.read_now(lambda session: list(session.exec(select(Sitrep))))
    assert kept.text == "Menuju lokasi. Dua regu."
    assert tap(desk, joko, "clash", "lapjut").status == 422


def test_not_ours_is_no_answer_and_the_ladder_climbs(desk, person):
    joko = person("joko")
    assert tap(desk, joko, "clash", "bukan").status == 422
    assert tap(desk, joko, "clash", "bukan", reason="Itu wilayah Polres Bojonegoro.").status == 303
    assert desk.alert("clash", "POLRES").state == "delivered"
    assert ladder(desk).next_at == NOW
    [line] = journal(desk, "incident.declined")
    assert line.data["institution"] == "POLRES"
    assert "Polres Tuban: bukan kewenangan kami" in person("ratna").get(f"/peristiwa/{desk.ids['clash']}").body
    tap(desk, joko, "clash", "terima")
    assert tap(desk, joko, "clash", "bukan", reason="Berubah pikiran.").status == 409


def test_help_is_reported_and_the_next_step_is_taken(desk, person):
    joko = person("joko")
    assert tap(desk, joko, "clash", "bantuan", text=" ").status == 422
    assert tap(desk, joko, "clash", "bantuan", text="dua peleton Dalmas").status == 303
    assert desk.alert("clash", "POLRES").state == "reported"
    assert ladder(desk).next_at == NOW
    assert ladder(desk).stopped is None
    assert "Minta bantuan: dua peleton Dalmas" in joko.get(f"/p/{desk.ids['clash']}").body


def test_a_request_for_follow_up_shows_no_text_and_a_masked_matter_no_more_than_it_may(desk, person):
    body = person("dewi").get(f"/p/{desk.ids['protest']}").body
    assert "Permintaan tindak lanjut" in body
    assert PROTEST.text[:30] not in body
    assert person("joko").get(f"/p/{desk.ids['bomb']}").status == 404
    assert Caller(desk.url).get(f"/p/{desk.ids['clash']}").headers["location"].startswith("/masuk?ke=%2Fp%2F")


def test_a_tap_of_a_program_or_another_page_does_nothing(desk, person):
    joko, path = person("joko"), f"/p/{desk.ids['clash']}/terima"
    assert joko.form(path, {}).status == 403
    refused = joko.form(path, {"csrf": "x"}, Accept="application/json")
    assert (refused.status, json.loads(refused.raw)["code"]) == (403, "other_session")
    assert joko.form(f"/p/{desk.ids['bomb']}/terima", {"csrf": joko.get("/saya").csrf}).status == 404
    assert joko.form(f"/p/{desk.ids['clash']}/hapus", {"csrf": joko.get("/saya").csrf}).status == 404
    assert desk.alert("clash", "POLRES").state == "delivered"


@pytest.mark.parametrize("login", ["agus", "ani"])
def test_who_may_not_answer_is_not_offered_the_button(desk, person, login):
    who = person(login)
    page = who.get(f"/p/{desk.ids['clash']}")
    assert "/terima" not in page.body


def owed_lines(body: str) -> list[str]:
    return re.findall(r'<li class="entry l-\w+" id="u-([^"]+)"', body)


def test_the_list_begins_with_what_waits_for_ones_own_answer_and_each_is_accepted_there(desk, person):
    """Several alerts at once: one page with each and a button each, the gravest first; nothing is accepted unasked."""
    joko = person("joko")
    desk.write(lambda tx: owe(tx, desk.ids["protest"], "POLRES", "support", owed=1))
    page = joko.get("/")
    assert owed_lines(page.body) == [desk.ids["clash"], desk.ids["protest"]]
    assert "Menunggu jawaban Polres Tuban" in page.body
    answer = joko.form(f"/p/{desk.ids['clash']}/terima", {"csrf": page.csrf, "daftar": "1"})
    assert answer.headers["location"] == f"/?baru={desk.ids['clash']}&pesan=terima"
    assert (desk.alert("clash", "POLRES").state, desk.alert("protest", "POLRES").state) == ("acknowledged", "delivered")
    after = joko.get(answer.headers["location"]).body
    assert owed_lines(after) == [desk.ids["protest"]]
    assert "Diterima. Terima kasih." in after
    assert f'href="/p/{desk.ids["clash"]}">Yang baru diterima' in after
    assert owed_lines(joko.get("/?level=TINGGI").body) == []  # a filter asks for a list
    assert "Yang baru diterima" not in joko.get("/?baru=x&pesan=terima").body


@pytest.mark.parametrize(
    "change", [{"duty": "inform"}, {"state": "reported"}, {"institution": "LH"}, {"acknowledged_how": "declined"}]
)
def test_what_is_not_asked_of_ones_own_institution_waits_for_nobody_there(desk, person, change):
    def changed(tx) -> None:
        tx.session.get_one(Alert, f"a-{desk.ids['clash']}-POLRES").sqlmodel_update(change)

    assert desk.ids["clash"] in owed_lines(person("joko").get("/").body)
    desk.write(changed)
    assert desk.ids["clash"] not in owed_lines(person("joko").get("/").body)
