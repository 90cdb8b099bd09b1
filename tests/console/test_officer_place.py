"""The officer's page: since when it stands so and who told it, and the small map, each as far as its reader may know."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from schemas.records.incidents import Incident, Judgement
from schemas.records.reports import Report
from schemas.vocabulary import Classification, Stage
from services.console.incidents.views import PlaceView, PositionView
from services.console.officer.small_map import small_map
from tests.console.night import DISTRICT, NOW, report_id

MENTORO = "35.23.11.2010"


def shown(desk, who, name: str = "clash") -> str:
    return re.sub(r"\s+", " ", who.get(f"/p/{desk.ids[name]}").body)


def picture(body: str) -> str:
    found = re.search(r'<figure class="spot">.*?</figure>', body)
    return found[0] if found else ""


def change_report(desk, name: str, **facts: object) -> None:
    def act(tx) -> None:
        report = tx.session.get_one(Report, str(report_id(name)))
        for key, value in facts.items():
            setattr(report, key, value)

    desk.write(act)


def tell_stage(desk, name: str, stage: Stage) -> None:
    def act(tx) -> None:
        query = select(Judgement).where(col(Judgement.report_id) == str(report_id(name)))
        judged = tx.session.exec(query).one()
        judged.data = judged.data | {"stage": stage.value}

    desk.write(act)


def test_the_stage_has_its_instant_and_says_from_which_report_it_comes(desk, person):
    ratna = person("ratna")
    for page in ("/p/", "/peristiwa/"):
        body = re.sub(r"\s+", " ", ratna.get(f"{page}{desk.ids['clash']}").body)
        assert "Sedang berlangsung sejak 20.40 WIB" in body
        assert "menurut waktu masuk laporan 1, yang tidak menyebut waktu pengamatan" in body
        assert "terakhir dikatakan laporan 2, 20.48 WIB" in body
    change_report(desk, "clash", observed_at=NOW - timedelta(hours=26))
    body = shown(desk, ratna)
    assert "Sedang berlangsung sejak Sen 23 Nov, 19.00 WIB" in body
    assert "menurut waktu pengamatan laporan 1" in body


def test_what_was_told_before_another_stage_does_not_count(desk, person):
    tell_stage(desk, "clash", Stage.RESOLVED)
    body = shown(desk, person("ratna"))
    assert "Sedang berlangsung sejak 20.48 WIB" in body
    assert "terakhir dikatakan" not in body


def test_a_told_agency_learns_the_hour_alone_and_less_than_the_text_no_hour(desk, person):
    body = shown(desk, person("joko"))
    assert "sejak 20.00-21.00 WIB" in body
    assert "20.48" not in body
    assert "20.40" not in picture(body)
    assert "sejak" not in shown(desk, person("dewi"), "protest")


def test_the_map_marks_the_kecamatan_and_a_point_only_where_more_was_told(desk, person):
    joko = person("joko")
    drawn = picture(shown(desk, joko))
    assert drawn.count("<path") == 20
    assert drawn.count("area l-tinggi") == 1
    assert drawn.count('class="point"') == 1
    assert 'aria-hidden="true"' in drawn
    assert "Peta perkiraan" in drawn
    assert "Kec. Soko ditandai, titik di tengah Mentoro" in shown(desk, joko)
    assert len(drawn.encode()) < 8_000
    drawn = picture(shown(desk, person("dewi"), "protest"))  # its report names no desa
    assert drawn.count("area l-sedang") == 1
    assert "<circle" not in drawn


def test_where_the_reporter_stood_is_drawn_for_who_reads_all_of_it_alone(desk, person):
    def stand(tx) -> None:
        for name in ("clash", "protest"):
            incident = tx.session.get_one(Incident, desk.ids[name])
            kept = {"precision": "exact", "lat": -7.02, "lon": 111.98, "radius_m": 3000}
            incident.place = incident.place | kept

    desk.write(stand)
    assert 'class="around"' in picture(shown(desk, person("joko")))
    assert "di sekitar posisi pelapor" in shown(desk, person("joko"))
    assert "<circle" not in picture(shown(desk, person("dewi"), "protest"))


def test_of_what_is_masked_the_map_marks_the_kecamatan_alone(desk, person, monkeypatch):
    secret = DISTRICT.issues["AGM"].model_copy(update={"classification": Classification.RAHASIA})
    monkeypatch.setitem(DISTRICT.issues, "AGM", secret)

    def hide(tx) -> None:
        tx.session.get_one(Incident, desk.ids["church"]).desa = "35.23.06.2001"

    desk.write(hide)
    body = shown(desk, person("satrio"), "church")
    assert "area l-tinggi" in picture(body)
    assert "<circle" not in picture(body)
    assert "menurut waktu" not in body


@pytest.mark.parametrize("code", [MENTORO, "35.23.01.2001", "35.23.16.2001"])
def test_a_position_lies_on_its_own_desa(code):
    place = DISTRICT.places[code]
    view = PlaceView(label="", kecamatan=place.kecamatan, desa=code)
    at = PositionView(lat=place.lat, lon=place.lon, precision="exact", radius_m=None)
    drawn = small_map(DISTRICT, view, at)
    middle = small_map(DISTRICT, view, None)
    assert drawn is not None
    assert middle is not None
    assert drawn.precision == "exact"
    assert max(abs(one - other) for one, other in zip(drawn.point, middle.point, strict=True)) < 12


def test_a_place_that_is_not_on_the_map_has_none():
    assert small_map(DISTRICT, PlaceView(label="", kecamatan=None), None) is None
    far = PositionView(lat=-8.9, lon=113.5, precision="exact", radius_m=None)
    drawn = small_map(DISTRICT, PlaceView(label="", kecamatan="35.23.11", desa=MENTORO), far)
    assert drawn is not None
    assert drawn.precision == "desa"
