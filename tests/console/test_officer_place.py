"""The officer's page: since when it stands so and who told it, and the small map, each as far as its reader may know."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from schemas.records.audit_log import Journal
from schemas.records.by_hand import Proposal
from schemas.records.incidents import Incident, Judgement
from schemas.records.reports import Report
from schemas.vocabulary import Classification, Stage
from services.console.incidents.views import PlaceView, PositionView
from services.console.officer.small_map import small_map
from services.console.place_choices import choices
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


def journal(desk, kind: str) -> list[Journal]:
    return desk.store.read_now(lambda session: list(session.exec(select(Journal).where(Journal.kind == kind))))


def says(desk, who, where: str, name: str = "clash", **fields: str):
    csrf = who.get(f"/p/{desk.ids[name]}").csrf
    return who.form(f"/p/{desk.ids[name]}/tempat", {"csrf": csrf, "where": where, **fields})


def stands(desk, name: str = "clash") -> tuple[str | None, str | None]:
    found = desk.store.read_now(lambda session: session.get_one(Incident, desk.ids[name]))
    return found.kecamatan, found.desa


def elsewhere(desk) -> tuple[str, str, str]:
    """Give a desa that has a name of its own and lies in another kecamatan than the incident: label, its codes."""
    offered = choices(DISTRICT)
    kecamatan, _ = stands(desk)
    names = [one.label.partition(",")[0] for one in offered]
    one = next(
        one
        for one in offered
        if one.desa and one.kecamatan != kecamatan and names.count(one.label.partition(",")[0]) == 1
    )
    return one.label, one.kecamatan, one.desa or ""


def test_an_officer_says_that_the_place_is_wrong_and_a_coordinator_decides(desk, person):
    joko, ratna, before = person("joko"), person("ratna"), stands(desk)
    label, kecamatan, desa = elsewhere(desk)
    assert "Tempatnya salah?" in shown(desk, joko)
    answer = says(desk, joko, label.partition(",")[0].lower(), reason="Saya di lokasi.")
    assert (answer.status, answer.headers["location"]) == (303, f"/p/{desk.ids['clash']}?pesan=tempat")
    assert stands(desk) == before
    assert desk.alert("clash", "POLRES").acknowledged_at is None  # it is no answer
    [line] = journal(desk, "proposal.made")
    assert (line.actor, line.data["place"], line.data["institution"]) == ("joko", label, "POLRES")
    assert "Usulan menunggu keputusan" in ratna.get("/").body
    page = ratna.get(f"/peristiwa/{desk.ids['clash']}").body
    assert "Petugas mengatakan tempatnya salah" in page
    assert f"yang benar {label}: Saya di lokasi." in page
    proposal = desk.store.read_now(lambda session: session.exec(select(Proposal)).one())
    satrio = person("satrio")  # of another institution, and may not assess
    assert satrio.act(desk.ids["clash"], "setuju", proposal=proposal.id).status in (403, 404)
    assert joko.act(desk.ids["clash"], "setuju", proposal=proposal.id).status == 403
    assert stands(desk) == before
    assert ratna.act(desk.ids["clash"], "setuju", proposal=proposal.id).status == 303
    assert stands(desk) == (kecamatan, desa)
    [assessed] = journal(desk, "incident.assessed")
    assert (assessed.actor, assessed.data["proposed_by"]) == ("ratna", "joko")
    assert label.partition(",")[0] in shown(desk, joko)


def test_who_may_assess_corrects_the_place_at_once(desk, person):
    label, kecamatan, desa = elsewhere(desk)
    assert says(desk, person("ratna"), label).status == 303
    assert stands(desk) == (kecamatan, desa)
    assert [one.actor for one in journal(desk, "incident.assessed")] == ["ratna"]
    assert journal(desk, "proposal.made") == []


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("", ("tidak dikenal", "unknown")),
        ("Atlantis", ("tidak dikenal", "unknown")),
        ("Bogorejo", ("Bogorejo, Bancar; Bogorejo, Merakurak",) * 2),
    ],
)
def test_a_place_that_is_not_plain_is_asked_about(desk, person, where, said):
    joko, before = person("joko"), stands(desk)
    for language, words in zip(("id", "en"), said, strict=True):
        joko.cookies["bahasa"] = language
        answer = says(desk, joko, where)
        assert (answer.status, words in answer.body) == (422, True)
    assert stands(desk) == before
    assert journal(desk, "proposal.made") == []


def test_who_may_only_look_is_not_offered_it_and_is_refused(desk, person):
    agus = person("agus")
    assert "Tempatnya salah?" not in shown(desk, agus)
    assert says(desk, agus, "Mentoro, Soko").status == 403


def test_the_place_that_stands_already_is_no_correction(desk, person):
    kecamatan, desa = stands(desk)
    here = next(one.label for one in choices(DISTRICT) if (one.kecamatan, one.desa) == (kecamatan, desa))
    assert says(desk, person("joko"), here).status == 422


def test_who_may_not_read_where_it_is_learns_nothing_by_naming_places(desk, person, monkeypatch):
    secret = DISTRICT.issues["AGM"].model_copy(update={"classification": Classification.RAHASIA})
    monkeypatch.setitem(DISTRICT.issues, "AGM", secret)

    def hide(tx) -> None:
        tx.session.get_one(Incident, desk.ids["church"]).desa = "35.23.06.2001"

    desk.write(hide)
    satrio = person("satrio")
    assert "Tempatnya salah?" not in shown(desk, satrio, "church")
    there = [one for one in choices(DISTRICT) if one.kecamatan == "35.23.06"]
    answers = {says(desk, satrio, one.label, "church").status for one in there}
    assert len(there) > 5
    assert answers == {403}
    assert journal(desk, "proposal.made") == []


def proposed(desk) -> list[Proposal]:
    return desk.store.read_now(lambda session: list(session.exec(select(Proposal))))


def test_only_who_may_assess_refuses_what_another_said_of_the_place(desk, person):
    joko, satrio, ratna = person("joko"), person("satrio"), person("ratna")
    says(desk, joko, elsewhere(desk)[0])
    [one] = proposed(desk)
    refused = satrio.act(desk.ids["clash"], "tolak", proposal=one.id, reason="Bukan di sini.")
    assert refused.status in (403, 404)
    assert [one.state for one in proposed(desk)] == ["open"]
    assert joko.act(desk.ids["clash"], "tolak", proposal=one.id, reason="Saya keliru.").status == 303  # his own
    says(desk, joko, elsewhere(desk)[0])
    [two] = [one for one in proposed(desk) if one.state == "open"]
    assert ratna.act(desk.ids["clash"], "tolak", proposal=two.id, reason="Sudah dicek.").status == 303


def test_a_correction_that_comes_twice_is_one_and_one_that_stands_already_lapses(desk, person):
    joko, ratna, (label, *_) = person("joko"), person("ratna"), elsewhere(desk)
    assert [says(desk, joko, label, reason=" \n").status for _ in range(2)] == [303, 303]
    [one] = proposed(desk)
    assert says(desk, ratna, label).status == 303
    assert ratna.act(desk.ids["clash"], "setuju", proposal=one.id).status == 303
    assert [one.state for one in proposed(desk)] == ["outdated"]
    assert len(journal(desk, "incident.assessed")) == 1


def test_who_names_the_kecamatan_alone_takes_a_wrong_desa_away(desk, person):
    kecamatan, desa = stands(desk)
    assert desa is not None
    here = next(one.label for one in choices(DISTRICT) if one.kecamatan == kecamatan and not one.desa)
    assert says(desk, person("ratna"), here).status == 303
    assert stands(desk) == (kecamatan, None)
