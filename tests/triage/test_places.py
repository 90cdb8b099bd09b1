"""Where it happened: codes, candidates, never a guess."""

import pytest

KNOWN = [
    ("35.23.11", "Tawuran di Desa Bangunrejo Kec. Soko."),
    ("35.23.17", "Bentrok di Desa Sumber Agung, Kecamatan Plumpang, Tuban."),
    ("35.23.12", "Warga Ds. Sumurgeneng unjuk rasa di depan pabrik."),
    ("35.23.16", "Keributan di Kecamatan Kota, Kabupaten Tuban."),
    ("35.23.18", "Nelayan Desa/Kecamatan Palang memblokir jalan."),
    ("35.23.11", "Tantangan tawuran nanti malam di Proliman Rekol."),
    ("35.23.14", "Konvoi dihentikan di Rengel oleh petugas."),
]


@pytest.mark.parametrize(("code", "text"), KNOWN)
def test_a_stated_kecamatan_is_found(told, code, text):
    assert code == told(text).place.kecamatan


def test_where_people_come_from_is_not_the_place(told):
    found = told("Pesilat asal Kecamatan Grabagan merusak rumah di Desa Trutup, Kecamatan Plumpang.").place
    assert (found.kecamatan, found.desa_name) == ("35.23.17", "Trutup")


def test_a_road_named_after_two_towns_is_not_the_place(told):
    assert told("Tawuran di jalan Plumpang-Rengel tadi malam.").place.kecamatan is None


def test_an_ambiguous_desa_gives_candidates(told, district):
    shared = [p for p in district.places.values() if p.kind == "desa" and p.name == "Tegalrejo"]
    found = told("Keributan antar pemuda di Desa Tegalrejo semalam.").place
    assert found.kecamatan is None
    assert {place.code for place in shared} == set(found.candidates)


def test_the_kecamatan_settles_an_ambiguous_desa(told):
    found = told("Keributan antar pemuda di Desa Tegalrejo, Kecamatan Merakurak semalam.").place
    assert found.kecamatan == "35.23.13"
    assert found.desa is not None
    assert found.desa.startswith("35.23.13")


def test_two_kecamatan_named_alike_are_candidates(told):
    found = told("Rawan konflik pilkades di Kecamatan Jenu, Plumpang dan Merakurak.").place
    assert found.kecamatan is None
    assert {"35.23.12", "35.23.17", "35.23.13"} == set(found.candidates)


def test_another_kabupaten_is_never_resolved_into_ours(told):
    found = told("Tawuran pelajar di Desa Bangunrejo, Kecamatan Kedungpring, Lamongan.").place
    assert found.kecamatan is None or found.kecamatan.startswith("35.24")


def test_fields_of_the_form_win_and_a_contradiction_shows(told):
    found = told("Tawuran di Desa Bangunrejo Kec. Soko.", kecamatan="35.23.14").place
    assert found.kecamatan == "35.23.14"
    assert found.contradiction is not None


def test_a_mistyped_desa_of_a_known_kecamatan_is_understood(told):
    assert told("Bentrok di Desa Sumberagug, Kecamatan Plumpang.").place.desa_name == "Sumberagung"


def test_every_desa_of_the_district_and_its_neighbours_is_found_by_its_full_name(told, district):
    everywhere = {**district.neighbours, **district.places}
    wrong = []
    for place in everywhere.values():
        if place.kind not in {"desa", "kelurahan"}:
            continue
        kecamatan, kabupaten = everywhere[place.kecamatan], everywhere[place.code[:5]]
        text = f"Tawuran di Ds. {place.name} Kec. {kecamatan.name} Kab. {kabupaten.name}."
        found = told(text).place
        if (found.kecamatan, found.desa) != (place.kecamatan, place.code):
            wrong.append((text, found.kecamatan, found.desa))
    assert wrong == []
