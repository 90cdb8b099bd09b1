"""What each reader sees: lists, one incident, and what is kept from whom."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from schemas.records.audit_log import Journal
from schemas.records.incidents import Incident
from schemas.records.people import Shift
from schemas.vocabulary import Classification, Role
from services.incidents import lifecycle
from services.incidents.urgency import ARCHIVE
from services.security import auth
from tests.console.night import CLASH, DISTRICT, NOW, owe


def links(body: str) -> list[str]:
    return re.findall(r'<h2><a href="/peristiwa/([^"]+)"', body)


def test_the_list_is_gravest_first_and_says_who_is_silent_for_how_long(desk, person):
    body = person("ratna").get("/?state=open-all").body
    ids = desk.ids
    assert [ids["bomb"], ids["clash"], ids["church"], ids["accused"], ids["protest"], ids["drill"]] == links(body)
    assert re.search(r"Menunggu 18 menit · <time class=\"clock late\".*<span>lewat 3 mnt</span>", body)
    assert "Polres Tuban, Bakesbangpol, Satpol PP dan Damkar" in body
    assert "LATIHAN" in body


def test_a_day_of_another_year_is_told_with_its_year(desk, person):
    ratna = person("ratna")
    paths = ("/?state=all", "/saya")

    def last_year(tx) -> None:
        one = tx.session.get(Incident, desk.ids["clash"])
        for name in ("occurred_start", "occurred_end", "stage_told", "opened_at"):
            if (at := getattr(one, name, None)) is not None:
                setattr(one, name, at.replace(year=2025))
        started = NOW.replace(year=2025, month=12, day=30)
        tx.add(
            Shift,
            [
                {"id": "s", "person_id": "ratna", "institution": "KESBANG", "kind": "duty", "note": ""}
                | {"start": started, "end": NOW + timedelta(days=2)}
            ],
        )

    desk.write(last_year)
    told = {path: ratna.get(path).body for path in paths}
    assert re.search(r"\d Nov 2025, \d\d\.\d\d", told[paths[0]])
    assert re.search(r"30 Des 2025, \d\d\.\d\d", told["/saya"])
    (line,) = re.findall(rf'<h2><a href="/peristiwa/{desk.ids["clash"]}".*?</li>', told[paths[0]], re.DOTALL)
    assert re.findall(r"\d (?:Nov|Des)(?! 20\d\d)\b", line) == []


def test_members_see_what_their_institution_was_told_of(desk, person):
    ids = desk.ids
    assert [ids["clash"]] == links(person("joko").get("/").body)
    assert [ids["clash"], ids["church"]] == links(person("satrio").get("/").body)
    assert [ids["protest"]] == links(person("dewi").get("/").body)


def test_terrorism_is_for_named_persons_only_even_when_their_institution_leads(desk, person):
    assert person("joko").get(f"/peristiwa/{desk.ids['bomb']}").status == 404
    assert person("agus").get(f"/peristiwa/{desk.ids['bomb']}").status == 404
    assert person("ratna").get(f"/peristiwa/{desk.ids['bomb']}").status == 200


def test_an_accused_institution_does_not_see_the_accusation(desk, person):
    desk.write(lambda tx: owe(tx, desk.ids["accused"], "POLRES", "inform"))
    assert person("joko").get(f"/peristiwa/{desk.ids['accused']}").status == 404
    assert person("ratna").get(f"/peristiwa/{desk.ids['accused']}").status == 200


def test_reporters_see_no_incidents(desk, person):
    answer = person("ani").get("/")  # who only reports begins where he reports
    assert (answer.status, answer.headers["location"]) == (303, "/lapor")
    assert links(person("ani").get("/?state=all").body) == []
    assert {person("ani").get(f"/peristiwa/{id_}").status for id_ in (desk.ids["clash"], "none")} == {403}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("level=TINGGI", ["clash", "church"]),
        ("level=TINGGI,KRITIS", ["bomb", "clash", "church"]),
        ("issue=TAM", ["protest"]),
        ("kecamatan=35.23.11", ["clash"]),
        ("state=settled", []),
        ("state=all&issue=WRG", ["accused", "drill"]),
        ("since=1", ["bomb", "clash", "church", "accused", "protest", "drill"]),
    ],
)
def test_the_query_string_filters(desk, person, query, expected):
    assert [desk.ids[name] for name in expected] == links(person("ratna").get(f"/?{query}").body)


@pytest.mark.parametrize("query", ["level=SIAGA", "state=abc", "page=0", "page=x", "since=kemarin", "per_page=9999"])
def test_a_filter_that_means_nothing_is_a_kind_page(desk, person, query):
    answer = person("ratna").get(f"/?{query}")
    assert (answer.status, "Isian tidak terbaca" in answer.body) == (422, True)


def test_pages_of_the_list_hold_everything_once(desk, person):
    ratna = person("ratna")
    first, second = ratna.get("/?per_page=4").body, ratna.get("/?per_page=4&page=2").body
    assert "Halaman 1 dari 2" in first
    assert set(desk.ids.values()) == {*links(first), *links(second)}
    assert len(links(second)) == 2


def test_one_incident_shows_text_words_that_counted_facts_and_answers(desk, person):
    body = person("ratna").get(f"/peristiwa/{desk.ids['clash']}").body
    assert '<mark class="k-korban" title="Korban">3 orang luka</mark>' in body
    assert "<b>3–4</b>" in body
    assert "sedikitnya 80" in body
    assert "sumber berbeda" in body
    assert "Belum sampai" in body
    assert "Menurut saya dipicu saling ejek" in body
    assert "Diberi tahu: Polres Tuban" in body


def test_life_in_danger_says_110_and_112_before_anything_else(desk, person):
    ratna = person("ratna")
    body = ratna.get(f"/peristiwa/{desk.ids['clash']}").body
    assert 0 < body.index("Hubungi 110 / 112 dulu") < body.index("<h1>")
    assert 'href="tel:110"' in body
    assert "dulu." not in ratna.get(f"/peristiwa/{desk.ids['protest']}").body


def test_telephone_numbers_are_masked_without_moving_the_marks(desk, person):
    body = person("ratna").get(f"/peristiwa/{desk.ids['clash']}").body
    assert "081234567890" in CLASH.text
    assert "081234567890" not in body
    assert "081•••••••••" in body


def test_a_civil_lead_outside_the_forum_gets_no_text_source_or_names(desk, person):
    body = person("dewi").get(f"/peristiwa/{desk.ids['protest']}").body
    assert "Permintaan tindak lanjut" in body
    assert "debu tambang" not in body
    assert not re.search("polsek|kesbang", body, re.IGNORECASE)
    assert "Terima untuk DLH dan Perhubungan" in body


def test_why_it_was_closed_is_for_readers_of_everything(desk, person):
    protest, why = desk.ids["protest"], "Pak Sarwono sudah dimintai keterangan."
    coordinator = auth.Identity("ratna", "Ratna", Role.COORDINATOR, "KESBANG")
    desk.write(lambda tx: lifecycle.close(tx, protest, coordinator, why))
    assert why in person("ratna").get(f"/peristiwa/{protest}").body
    civil = person("dewi")
    page, told = civil.get(f"/peristiwa/{protest}").body, civil.get(f"/v1/incidents/{protest}")
    assert "Ditutup Sel 24 Nov 2026" in page
    assert "Sarwono" not in page + told.body
    assert (told.json["close_reason"], told.json["closed_at"] is not None) == (None, True)


def test_what_came_as_history_says_that_nobody_was_told(desk, person):
    def as_history(unit):
        incident = unit.session.get_one(Incident, desk.ids["drill"])
        incident.state, incident.closed_at, incident.close_reason = "settled", incident.opened_at, ARCHIVE

    desk.write(as_history)
    ratna = person("ratna")
    assert "Masuk sebagai arsip" in ratna.get(f"/peristiwa/{desk.ids['drill']}").body
    assert '<span class="tag">Arsip</span>' in ratna.get("/?state=closed").body
    [one] = [row for row in ratna.get("/v1/incidents?state=all").json["items"] if row["archive"]]
    assert one["id"] == desk.ids["drill"]


def test_what_is_above_the_readers_clearance_is_masked(desk, person, monkeypatch):
    secret = DISTRICT.issues["AGM"].model_copy(update={"classification": Classification.RAHASIA})
    monkeypatch.setitem(DISTRICT.issues, "AGM", secret)
    body = person("satrio").get(f"/peristiwa/{desk.ids['church']}").body
    assert "Isi disamarkan" in body
    assert "rumah ibadah," not in body
    assert "spanduk" not in body
    assert "Tambakboyo" in body
    assert "Tinggi" in body
    assert "Dibaca oleh" not in body


def test_every_read_of_what_is_secret_is_logged_and_watermarked(desk, person, monkeypatch):
    secret = DISTRICT.issues["AGM"].model_copy(update={"classification": Classification.RAHASIA})
    monkeypatch.setitem(DISTRICT.issues, "AGM", secret)
    body = person("ratna").get(f"/peristiwa/{desk.ids['church']}").body
    assert "spanduk" in body
    assert "Dibaca oleh Ratna Wijayanti" in body
    lines = desk.store.read_now(
        lambda session: session.exec(select(Journal).where(Journal.kind == "incident.read")).all()
    )
    assert [("ratna", desk.ids["church"])] == [(line.actor, line.incident_id) for line in lines]


def test_a_read_is_logged_and_marked_by_the_stricter_of_two_issues(desk, person, monkeypatch):
    secret = DISTRICT.issues["ORM"].model_copy(update={"classification": Classification.RAHASIA})
    monkeypatch.setitem(DISTRICT.issues, "ORM", secret)
    page = f"/peristiwa/{desk.ids['church']}"
    assert "Dibaca oleh" not in person("ratna").get(page).body

    def tell_besides(tx):
        tx.session.get(Incident, desk.ids["church"]).issue_secondary = "ORM"

    desk.store.write_now(tell_besides)
    assert "Dibaca oleh Ratna Wijayanti" in person("ratna").get(page).body
    [line] = desk.store.read_now(
        lambda session: session.exec(select(Journal).where(Journal.kind == "incident.read")).all()
    )
    assert (line.actor, line.incident_id, line.data["classification"]) == ("ratna", desk.ids["church"], "RAHASIA")


def test_reading_changes_nothing(desk, person):
    joko = person("joko")
    before = desk.alert("clash", "POLRES").model_dump(), desk.incident("clash").model_dump()
    for path in ("/", f"/peristiwa/{desk.ids['clash']}", "/potongan/peristiwa"):
        joko.get(path)
    assert before == (desk.alert("clash", "POLRES").model_dump(), desk.incident("clash").model_dump())


def test_english_at_a_switch_that_is_remembered(desk, person):
    joko = person("joko")
    assert "Incidents" in joko.get("/?bahasa=en").body
    assert "Martial-arts" in joko.get("/").body
    assert 'lang="id"' in joko.get("/?bahasa=id").body[:60]
    assert "Acknowledge" in person("emma").get(f"/peristiwa/{desk.ids['protest']}").body


def test_what_people_wrote_stays_text(desk, person):
    joko = person("joko")
    joko.act(desk.ids["clash"], "lapjut", text="<script>alert(1)</script> '; DROP TABLE incident; --")
    body = joko.get(f"/peristiwa/{desk.ids['clash']}").body
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)" in body


@pytest.mark.parametrize("kept", ["form|BENTROK", "BENTROK"])
def test_reasons_name_a_form_as_the_district_does_and_not_by_its_code(desk, person, kept):
    def act(tx):
        one = tx.session.get_one(Incident, desk.ids["clash"])
        one.reasons = [
            {**reason, "rule": kept} if reason["component"] == "bentuk" else reason for reason in one.reasons
        ]

    desk.write(act)
    page, form = person("ratna"), DISTRICT.forms["BENTROK"]
    for query, said in (("", form.label_id), ("?bahasa=en", form.label_en)):
        body = page.get(f"/peristiwa/{desk.ids['clash']}{query}").body

        assert "BENTROK" not in re.sub(r"<[^>]+>", " ", body)
        assert said in body
