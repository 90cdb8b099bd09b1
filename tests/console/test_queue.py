"""The first page of who oversees: what needs a person, in which order, for whom; the map; searching."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from schemas.records.alerts import Alert
from schemas.records.incidents import Incident, Suggestion
from schemas.records.reports import Report
from tests.console.night import DISTRICT, NOW, settle_all


def lines(body: str) -> list[tuple[str, str]]:
    return re.findall(r'id="e-(\w+)-([0-9a-f-]{36})-\d+"', body)


def test_it_is_a_queue_of_what_needs_a_person_and_the_rest_is_folded_away(desk, person):
    body = person("ratna").get("/").body
    ids = desk.ids
    assert lines(body) == [("silent", ids["bomb"]), ("silent", ids["clash"]), ("stuck", ids["clash"])]
    assert "Polres Tuban belum menjawab" in body
    assert "Tidak sampai ke Satpol PP dan Damkar" in body
    assert re.search(r"langkah 1: 2 mnt lagi", body)
    assert "Tenang: 4 peristiwa lain terbuka" in body


def test_an_answer_takes_it_from_the_queue_and_a_sitrep_that_is_due_comes_in(desk, person):
    ratna, joko = person("ratna"), person("joko")
    joko.act(desk.ids["clash"], "terima")
    assert ("silent", desk.ids["clash"]) not in lines(ratna.get("/").body)
    assert [line for line in lines(ratna.get("/").body) if line[0] == "due"] == []
    desk.clock.now = NOW + timedelta(minutes=10)
    assert ("due", desk.ids["church"]) in lines(ratna.get("/").body)
    assert lines(ratna.get("/?antrean=due").body) == [("due", desk.ids["church"])]
    assert "Lapjut Bakesbangpol" in ratna.get("/").body


def test_not_ours_stands_in_the_queue_once(desk, person):
    joko, page = person("joko"), f"/p/{desk.ids['clash']}"
    joko.form(f"{page}/bukan", {"csrf": joko.get(page).csrf, "reason": "Itu wilayah Bojonegoro."})
    found = [line for line in lines(person("ratna").get("/").body) if line[1] == desk.ids["clash"]]
    assert found == [("declined", desk.ids["clash"]), ("stuck", desk.ids["clash"])]


def test_what_must_be_verified_and_what_may_be_one(desk, person):
    ids = desk.ids

    def more(tx) -> None:
        tx.session.get(Incident, ids["church"]).handling = "verify_first"
        row = {"id": "s1", "incident_id": ids["clash"], "other_id": ids["church"], "report_id": "r", "score": 0.8}
        tx.add(Suggestion, [{**row, "reasons": [], "state": "open", "made_at": NOW}])

    desk.write(more)
    found = lines(person("ratna").get("/").body)
    assert ("unverified", ids["church"]) in found
    assert ("suggestions", ids["clash"]) in found
    ratna = person("ratna")
    ratna.act(ids["church"], "verifikasi", note="dicek")
    assert ("unverified", ids["church"]) not in lines(ratna.get("/").body)


def test_it_shows_nobody_what_he_may_not_know(desk, person):
    ids = desk.ids

    def more(tx) -> None:
        row = {"id": "s1", "incident_id": ids["clash"], "other_id": ids["bomb"], "report_id": "r", "score": 0.8}
        tx.add(Suggestion, [{**row, "reasons": [], "state": "open", "made_at": NOW}])

    desk.write(more)
    emma = person("emma").get("/").body
    assert ids["bomb"] not in emma
    assert ("suggestions", ids["clash"]) not in lines(emma)
    assert "Plumpang: 0 incidents" in emma
    assert "Polres Tuban has not answered" in emma


def test_who_answers_for_one_institution_has_its_list(desk, person):
    body = person("joko").get("/").body
    assert lines(body) == []
    assert f"/peristiwa/{desk.ids['clash']}" in body


def test_an_empty_desk_says_what_to_do_first(desk, person):
    desk.write(settle_all)
    body = person("ratna").get("/").body
    assert "Belum ada peristiwa" in body
    for way in ("/lapor", "/piket", "/saya"):
        assert f'class="button wide" href="{way}"' in body


def test_the_map_is_the_same_as_its_list(desk, person):
    body = person("ratna").get("/").body
    drawn = dict(re.findall(r"<title>([^:<]+): (\d+) peristiwa", body))
    assert len(drawn) == 20
    listed = dict(re.findall(r'<li><a href="/\?kecamatan=[\d.]+">([^<]+)</a><span>(\d+) ', body))
    assert {name: count for name, count in drawn.items() if count != "0"} == listed
    assert "bukan batas resmi" in body


def test_the_map_covers_the_district_without_holes_or_overlaps():
    shapely = pytest.importorskip("shapely")
    areas = {}
    for shape in DISTRICT.shapes:
        rings = [
            [tuple(map(float, at.split(","))) for at in ring.split("L")]
            for ring in re.findall(r"M([^Z]+)Z", shape.path)
        ]
        areas[shape.code] = shapely.union_all([shapely.Polygon(ring) for ring in rings])
        assert areas[shape.code].contains(shapely.Point(shape.x, shape.y))
    assert set(areas) == {code for code, place in DISTRICT.places.items() if place.kind == "kecamatan"}
    whole = shapely.union_all(list(areas.values()))
    assert sum(area.area for area in areas.values()) == pytest.approx(whole.area, rel=0.005)
    assert len(getattr(whole, "interiors", [])) == 0


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("silat", ["clash"]),
        ("SOKO bentrok", ["clash"]),
        ("plumpang", ["bomb"]),
        ("soko plumpang", []),
        ("martial", ["clash"]),
        ("tidakada", []),
        ("%", []),
    ],
)
def test_searching_finds_issue_form_and_place(desk, person, words, found):
    body = person("ratna").get(f"/?cari={words}").body
    assert re.findall(r'<h2><a href="/peristiwa/([^"]+)"', body) == [desk.ids[name] for name in found]


def test_searching_tells_nobody_what_he_may_not_know(desk, person):
    assert "/peristiwa/" + desk.ids["bomb"] not in person("emma").get("/?cari=plumpang").body
    assert "0 peristiwa" in person("joko").get("/?cari=plumpang").body
    assert "1 peristiwa" in person("joko").get("/?cari=soko").body


def test_benar_terjadi_stays_possible_until_it_is_verified_or_closed(desk, person):
    joko, ratna = person("joko"), person("ratna")
    path = f"/peristiwa/{desk.ids['clash']}"
    joko.act(desk.ids["clash"], "terima")
    assert desk.incident("clash").state == "handled"
    assert f"{path}/verifikasi" in ratna.get(path).body
    ratna.act(desk.ids["clash"], "verifikasi", note="")
    assert f"{path}/verifikasi" not in ratna.get(path).body
    assert (
        desk.store.read_now(lambda session: session.get(Alert, f"a-{desk.ids['clash']}-POLRES")).state == "acknowledged"
    )


@pytest.mark.parametrize(
    ("login", "words", "found"),
    [
        ("ratna", "lemparan batu", ["clash"]),
        ("ratna", "celurit", []),
        ("ratna", "RSUD", ["clash"]),  # the second report of it
        ("ratna", "spanduk soko", []),
        ("ratna", "081234567890", []),  # hidden in the text, and so in the search
        ("ratna", "1234", []),
        ("ratna", "kontrakan", ["bomb"]),
        ("emma", "kontrakan", []),  # not there for her
        ("joko", "lemparan", ["clash"]),
        ("joko", "spanduk", []),  # his institution was not told
        ("joko", "memukul", []),  # it accuses his own
        ("dewi", "debu tambang", []),  # hers without its texts: only what the names of issue and form say
        ("dewi", "tambang", ["protest"]),
        ("ratna", "100%", []),
        ("ratna", "_", []),
    ],
)
def test_texts_are_searched_as_far_as_the_reader_reads_them(desk, person, login, words, found):
    body = person(login).get(f"/?cari={words}&bahasa=id").body
    assert re.findall(r'<h2><a href="/peristiwa/([^"]+)"', body) == [desk.ids[name] for name in found]


def test_a_report_that_was_moved_is_found_where_it_is_now(desk, person):
    def move(tx):
        (report,) = tx.session.scalars(select(Report).where(Report.incident_id == desk.ids["church"]))
        report.folded_into = desk.ids["protest"]
        tx.audit("incident.changed", "x", incident=desk.ids["protest"])

    desk.write(move)
    body = person("ratna").get("/?cari=spanduk").body
    assert re.findall(r'<h2><a href="/peristiwa/([^"]+)"', body) == [desk.ids["protest"]]
