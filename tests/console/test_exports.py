"""Incidents as files: what they carry, and what they never carry."""

import csv
import io
from xml.etree import ElementTree as ET

from schemas.records.incidents import Incident
from schemas.vocabulary import Classification, Role
from services.console.incidents.exports import COLUMNS
from tests.console.night import CHURCH, CLASH, DISTRICT

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_a_tag_row_and_ranges_and_no_text(desk, program):
    answer = program(Role.COORDINATOR).get("/v1/incidents.csv?state=open-all&level=TINGGI")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    tags, clash, church = rows(answer.body)
    assert list(tags.values()) == [tag for _, tag in COLUMNS]
    assert (clash["id"], church["id"]) == (desk.ids["clash"], desk.ids["church"])
    assert (clash["injured_min"], clash["injured_max"], clash["crowd_min"], clash["crowd_max"]) == ("3", "4", "80", "")
    assert (clash["desa"], clash["lead"], clash["precision"]) == ("35.23.11.2010", "POLRES", "desa")
    assert CLASH.text[:20] not in answer.body


def test_files_hold_only_what_their_reader_may_see(desk, program, monkeypatch):
    polres = program(Role.MEMBER, "POLRES")
    assert [row["id"] for row in rows(polres.get("/v1/incidents.csv").body)[1:]] == [desk.ids["clash"]]
    secret = DISTRICT.issues["AGM"].model_copy(update={"classification": Classification.RAHASIA})
    monkeypatch.setitem(DISTRICT.issues, "AGM", secret)
    features = program(Role.MEMBER, "KODIM").get("/v1/incidents.geojson?issue=AGM").json["features"]
    assert [(one["id"], one["properties"]["precision"]) for one in features] == [(desk.ids["church"], "kecamatan")]
    assert program(Role.REPORTER).get("/v1/incidents.csv").status == 403
    assert polres.get(f"/v1/incidents/{desk.ids['bomb']}.cap.xml").status == 404
    assert polres.get("/v1/incidents.csv?level=x").status == 422


def test_geojson_puts_longitude_first(desk, program):
    answer = program(Role.COORDINATOR).get("/v1/incidents.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    clash = next(one for one in answer.json["features"] if one["id"] == desk.ids["clash"])
    longitude, latitude = clash["geometry"]["coordinates"]
    assert 111 < longitude < 113
    assert -8 < latitude < -6


def test_cap_is_restricted_says_how_bad_how_soon_how_sure(desk, program):
    caller = program(Role.COORDINATOR)
    answer = caller.get(f"/v1/incidents/{desk.ids['church']}.cap.xml")
    assert answer.headers["content-type"] == "application/cap+xml"
    alert = ET.fromstring(answer.body)
    assert [child.tag.removeprefix(CAP) for child in alert] == [
        "identifier",
        "sender",
        "sent",
        "status",
        "msgType",
        "scope",
        "restriction",
        "note",
        "incidents",
        "info",
    ]
    info = alert.find(f"{CAP}info")
    assert info is not None
    assert [info.findtext(f"{CAP}{tag}") for tag in ("category", "urgency", "severity", "certainty")] == [
        "Security",
        "Expected",
        "Severe",
        "Likely",
    ]
    assert alert.findtext(f"{CAP}sent") == "2026-11-24T10:00:00-00:00"
    assert CHURCH.text[:20] not in answer.body
    drill = ET.fromstring(caller.get(f"/v1/incidents/{desk.ids['drill']}.cap.xml").body)
    assert drill.findtext(f"{CAP}status") == "Exercise"
    clash = ET.fromstring(caller.get(f"/v1/incidents/{desk.ids['clash']}.cap.xml").body)
    assert clash.findtext(f"{CAP}msgType") == "Update"
    assert clash.find(f"{CAP}references") is not None


def _placed(desk, name: str, **place: object) -> None:
    def change(tx):
        row = tx.rows(Incident, "id", [desk.ids[name]])[0]
        tx.put(Incident, [{"id": row["id"], "place": {**row["place"], **place}}])

    desk.write(change)


def test_a_centre_says_that_it_is_one_and_how_far_the_place_reaches(desk, program):
    caller = program(Role.COORDINATOR)
    _placed(desk, "clash", lat=-7.1, lon=111.9)  # as older rows kept a centre, without saying what it is
    features = caller.get("/v1/incidents.geojson").json["features"]
    clash = next(one["properties"] for one in features if one["id"] == desk.ids["clash"])
    assert (clash["precision"], clash["radius_m"] >= 500) == ("desa", True)
    alert = ET.fromstring(caller.get(f"/v1/incidents/{desk.ids['clash']}.cap.xml").body)
    area = alert.find(f"{CAP}info/{CAP}area")
    assert area is not None
    assert "pusat desa" in (area.findtext(f"{CAP}areaDesc") or "")
    assert float((area.findtext(f"{CAP}circle") or "").split()[1]) == clash["radius_m"] / 1000


def test_only_a_reported_position_is_called_exact(desk, program, person):
    caller = program(Role.COORDINATOR)
    _placed(desk, "clash", lat=-7.1003, lon=111.9441, precision="exact", radius_m=12, basis="position")
    features = caller.get("/v1/incidents.geojson").json["features"]
    clash = next(one for one in features if one["id"] == desk.ids["clash"])
    assert clash["geometry"]["coordinates"] == [111.9441, -7.1003]
    assert (clash["properties"]["precision"], clash["properties"]["radius_m"]) == ("exact", 12)
    alert = ET.fromstring(caller.get(f"/v1/incidents/{desk.ids['clash']}.cap.xml").body)
    area = alert.find(f"{CAP}info/{CAP}area")
    assert area is not None
    assert area.findtext(f"{CAP}circle") == "-7.1003,111.9441 0.012"
    assert "posisi dari pelapor" in (area.findtext(f"{CAP}areaDesc") or "")
    assert "Dari posisi pelapor" in person("ratna").get(f"/peristiwa/{desk.ids['clash']}").body
