"""Silences on the desk: seen by who oversees, checked before they are made, ended early, never made by others."""

import re
from html import unescape

from schemas.records.by_hand import Silence
from schemas.records.people import Person
from schemas.vocabulary import Role
from services.silences import silences
from tests.console.caller import Answer, Caller

PERIOD = {"issue": "SLT", "hours": "4", "reason": "Suroan Agung, aparat sudah di lokasi."}


def handed_in(who: Caller, path: str, **fields: str) -> Answer:
    return who.form(path, {"csrf": who.get("/redam").csrf, **fields})


def fields_of(page: Answer) -> dict[str, str]:
    return {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.body)
    }


def kept(desk) -> list[Silence]:
    return desk.store.read_now(lambda session: silences.listed(session, desk.clock(), every=True))


def make(who: Caller, **fields: str) -> Answer:
    checked = handed_in(who, "/redam/periksa", **{**PERIOD, **fields})
    assert checked.status == 200, checked.body
    return who.form("/redam", fields_of(checked))


def test_what_it_would_touch_is_shown_before_anything_is_made(desk, person):
    ratna = person("ratna")
    page = handed_in(ratna, "/redam/periksa", **PERIOD)
    assert page.status == 200
    assert re.search(r"<b>1</b>\s*peristiwa terbuka terkena", page.body)
    assert "1 di antaranya TINGGI: penanggung jawabnya tetap diberi tahu." in page.body
    assert "Yang tidak pernah diredam: KRITIS, dan TINGGI kepada penanggung jawabnya." in page.body
    assert "Perguruan silat" in page.body
    assert kept(desk) == []
    made = ratna.form("/redam", fields_of(page))
    assert (made.status, made.headers["location"]) == (303, "/redam?pesan=redam")
    [one] = kept(desk)
    assert (one.author, one.issue, one.reason) == ("ratna", "SLT", PERIOD["reason"])
    assert (one.ends_at - desk.clock()).total_seconds() == 4 * 3600


def test_a_kritis_is_counted_and_said_to_be_told_all_the_same(desk, person):
    page = handed_in(person("ratna"), "/redam/periksa", **{**PERIOD, "issue": "RAD"})
    assert "1 di antaranya KRITIS: tetap dikirim ke semua." in page.body


def test_what_is_none_of_ones_business_is_not_counted(desk, person):
    def kritis() -> bool:
        page = handed_in(person("ratna"), "/redam/periksa", **{**PERIOD, "issue": "", "kind": "real"})
        assert re.search(r"<b>\d</b>\s*peristiwa", page.body)
        return "di antaranya KRITIS" in page.body

    assert kritis()
    desk.write(lambda tx: tx.put(Person, [{"id": "ratna", "named_for": []}]))
    assert not kritis()


def test_a_matter_of_named_persons_is_silenced_by_these_only(desk, person, official):
    make(person("ratna"), issue="RAD", reason="Operasi berjalan.")
    [one] = kept(desk)
    other, wish = official(Role.COORDINATOR), {"reason": "x", "issue": "RAD", "end": "2026-11-25T10:00:00+07:00"}
    assert other.post("/v1/silences", wish).status == 403
    assert other.post(f"/v1/silences/{one.id}/end", {}).status == 404
    desk.write(lambda tx: tx.put(Person, [{"id": "ratna", "named_for": []}]))
    ratna = person("ratna")
    assert 'value="RAD"' not in ratna.get("/redam").body
    for path in ("/redam", "/redam/periksa"):
        assert handed_in(ratna, path, **{**PERIOD, "issue": "RAD"}).status == 403
    assert ratna.form(f"/redam/{one.id}/akhiri", {"csrf": ratna.get("/redam").csrf}).status == 404
    assert [still.ends_at for still in kept(desk)] == [one.ends_at]


def test_a_time_on_the_clock_is_local_and_stands_above_the_hours(desk, person):
    make(person("ratna"), until="2026-11-25T06:00")
    assert kept(desk)[0].ends_at.isoformat() == "2026-11-24T23:00:00+00:00"


def test_a_form_that_makes_no_silence_comes_back_filled_in_with_a_sentence(desk, person):
    ratna = person("ratna")
    for fields, status, sentence in (
        ({"issue": ""}, 409, "Peredaman harus menyebut apa yang diredam"),
        ({"hours": "169"}, 409, "Peredaman paling lama 7 hari."),
        ({"until": "2026-11-24T10:00"}, 409, "di masa depan"),
        ({"until": "besok"}, 409, "tidak terbaca"),
        ({"start": "9999-12-31T23:00"}, 409, "Tahun 9999 tidak mungkin."),
        ({"start": "2028-01-01T00:00"}, 409, "Peredaman dimulai paling lambat setahun lagi."),
        ({"reason": " "}, 422, "Peredaman perlu alasan."),
        ({"issue": "XYZ"}, 409, "tidak dikenal kabupaten ini"),
    ):
        page = handed_in(ratna, "/redam/periksa", **(PERIOD | fields))
        assert (page.status, sentence in page.body) == (status, True), fields
        assert 'role="alert"' in page.body
    assert kept(desk) == []


def test_a_silence_is_listed_with_who_why_until_when_and_what_it_left_out(desk, person):
    make(person("ratna"), kind="real")
    desk.write(lambda tx: tx.put(Silence, [{"id": kept(desk)[0].id, "left_out": 3}]))
    body = person("agus").get("/redam").body
    for said in (
        "Ratna Wijayanti",
        PERIOD["reason"],
        "Perguruan silat",
        "Hanya yang nyata",
        "3 peringatan tidak dikirim",
    ):
        assert said in body
    assert "Akhiri sekarang" not in body
    assert "Redam sesuatu" not in body


def test_a_silence_is_ended_before_its_time_and_stays_on_file(desk, person):
    ratna = person("ratna")
    make(ratna)
    [one] = kept(desk)
    desk.clock.forward(10)
    assert handed_in(person("agus"), f"/redam/{one.id}/akhiri").status == 403
    assert handed_in(ratna, f"/redam/{one.id}/akhiri").status == 303
    body = ratna.get("/redam").body
    assert "diakhiri Ratna Wijayanti" in body
    assert "Tidak ada yang diredam." in body
    assert handed_in(ratna, f"/redam/{one.id}/akhiri").status == 409


def test_an_incident_leads_to_the_form_filled_in(desk, person):
    ratna = person("ratna")
    body = ratna.get(f"/peristiwa/{desk.ids['clash']}").body
    found = re.search(r'href="(/redam\?[^"#]+)#buat"', body)
    assert found
    page = ratna.get(unescape(found[1])).body
    assert 'value="SLT" selected' in page
    assert 'value="BENTROK" selected' in page
    assert 'value="35.23.11" selected' in page
    assert "/redam?" not in ratna.get(f"/peristiwa/{desk.ids['bomb']}").body  # KRITIS is never silenced
    assert "/redam?" not in person("joko").get(f"/peristiwa/{desk.ids['clash']}").body


def test_members_and_reporters_see_no_silences(desk, person):
    for login in ("joko", "ani"):
        who = person(login)
        assert who.get("/redam").status == 403
        assert 'href="/redam"' not in who.get("/").body
    assert 'href="/redam"' in person("agus").get("/").body
    agus = person("agus")
    assert handed_in(agus, "/redam/periksa", **PERIOD).status == 403
    assert handed_in(agus, "/redam", **PERIOD).status == 403
    assert kept(desk) == []


def test_a_silence_of_a_matter_of_named_persons_is_not_there_for_others(desk, person, program):
    make(person("ratna"), issue="RAD", reason="Operasi berjalan.")
    assert "Operasi berjalan." in person("ratna").get("/redam").body
    assert "Operasi berjalan." not in person("agus").get("/redam").body
    assert program(Role.AUDITOR).get("/v1/silences").json["total"] == 0


def test_a_form_from_elsewhere_makes_nothing(desk, person):
    ratna = person("ratna")
    assert ratna.form("/redam", {**PERIOD, "csrf": "other"}).status == 403
    assert kept(desk) == []
