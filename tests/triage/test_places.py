"""Where it happened: codes, candidates, never a guess."""

import pytest

from schemas.words.explanations import explained
from services.triage.places.wordings import wording

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


@pytest.mark.parametrize(
    ("kecamatan", "text"),
    [
        ("35.23.13", "Akses ke tambang Kecamatan Merakurak ditutup warga, palang lalu diangkat petugas."),
        ("35.23.11", "Jalan menuju sumur minyak Kec. Soko diblokir warga."),
        ("35.23.14", "Jalur ke pabrik Rengel ditutup sopir truk."),
        ("35.23.12", "Warga Desa Beji, Jenu memasang palang bambu di jalan."),
        ("35.23.18", "Bentrok nelayan di Palang, dua orang luka."),
        ("35.23.18", "Nelayan Palang memblokir jalan."),
        (None, "Warga memasang palang bambu di jalan desa, palang lalu diangkat."),
        (None, "Palang pintu kereta dirusak pemuda."),
        (None, "Jalan menuju Kecamatan Soko macet karena konvoi."),
    ],
)
def test_a_way_to_a_thing_names_where_the_thing_is_and_a_barrier_names_no_kecamatan(told, kecamatan, text):
    assert told(text).place.kecamatan == kecamatan


def test_a_name_that_is_also_a_thing_is_a_candidate(told):
    assert told("Warga memasang palang bambu di jalan desa.").place.candidates == ("35.23.18",)


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


FIELD = [
    ("35.23.20", "Pak niki rame sanget ten prapatan Ngarum, lare enem podo uncal-uncalan boto"),
    ("35.23.11", "tawuran neng pertelon Bangunrejo, mohon bantuan"),
    ("35.23.02", "geger nang pasar Jatirogo"),
    ("35.23.19", "Rombongan 80 motor mlebu Widang, blayer-blayer"),
    ("35.23.11", "BANGUNREJO: pemuda saling pukul"),
    ("35.23.16", "alun2 Tuban ada tawuran pelajar"),
    ("35.23.14", "Pengeroyokan di Alun-alun Rengel"),
    ("35.23.11", "bentrok Menilo Soko, 2 luka"),
    ("35.23.03", "Pemuda Desa Mulyoagung Kecamatan Singgahan dikeroyok di Bangilan"),
    (
        "35.23.20",
        "12 desa di Kecamatan Semanding, Grabagan, Parengan dan Senori kering. Warga Desa Grabagan berebut air.",
    ),
]


@pytest.mark.parametrize(("code", "text"), FIELD)
def test_a_place_is_found_in_field_speech(told, code, text):
    assert told(text).place.kecamatan == code


NAMED = [  # (kecamatan, desa or None, text)
    ("35.23.04", "Sukoharjo", "dalan sukoharjo bancar dipalang, truk silika gak oleh liwat"),  # and a kabupaten outside
    ("35.23.04", "Sukoharjo", "Rumah dibakar warga di Sukoharjo, Bancar"),
    ("35.23.14", "Kebonagung", "Sopir marah, dump truk memblokir jalan Kebonagung-Rengel"),
    ("35.23.08", "Jarorejo", "Final tarkam Jarorejo-Kerek ricuh, wasit dikeroyok"),
    ("35.23.19", "Bunut", "Sengketa giliran air Bunut-Minohorejo, dua petani luka"),  # two desa of one kecamatan
    ("35.23.17", "Klotok", "Jalan kabupaten Klotok Plumpang diblokir warga"),
    ("35.23.18", "Gesikharjo", "Juragan Gesikharjo diancam wong rolas soko Lamongan"),
    ("35.23.06", "Kenanti", "Nelayan mengusir jaring Lamongan di utara Kenanti, Tambakboyo"),
    ("35.23.01", "Tawaran", "Penelepon dari Tawaran, Kenduruan: kampungnya diserang rombongan motor"),
    ("35.23.03", "Weden", "Anak anggota perguruan dibawa paksa dari Weden, Bangilan, lalu dipukuli"),
    ("35.23.15", "Ngino", "lapor ndan, ds Ngino kec smd rame saling sindir"),
    ("35.23.16", "Sidomulyo", "WARUNG DI SIDOMULYO KOTA DILEMPARI PEMUDA"),
    ("35.23.17", None, "Info dari Rengel: tawuran di Plumpang, tiga luka"),
    ("35.23.12", None, "Rombongan dibawa dari Bancar ke Polres Tuban usai bentrok di Jenu"),
    ("35.23.11", "Bangunrejo", "bentrok pemuda soko bangunrejo tadi malam, dua luka"),
    ("35.23.11", "Menilo", "tawuran di soko menilo, masih rame"),
    ("35.23.05", "Rayung", "Motor maling dibakar di Rayung, massa masih kumpul"),  # an everyday word, with a capital
]


@pytest.mark.parametrize(("kecamatan", "desa", "text"), NAMED)
def test_a_desa_is_known_beside_its_kecamatan_and_by_where_somebody_is_taken_from(told, kecamatan, desa, text):
    found = told(text).place
    assert (found.kecamatan, found.desa_name) == (kecamatan, desa)


@pytest.mark.parametrize(
    "text",
    [
        "Petani nyegat truk urea arep neng kecamatan liya",
        "Ditahan di aula kec sampe mau tanda tangan",
        "Jalan Plumpang-Rengel ditutup warga",  # a road between two kecamatan
        "Massa aksi dari Sukoharjo, Jawa Tengah, ditahan",
        "warga rayung rayung an",
    ],
)
def test_what_is_no_name_of_a_kecamatan_is_none(told, text):
    found = told(text).place
    assert (found.kecamatan, found.kecamatan_name) == (None, None)


NO_PLACE = [
    "Rumah Pak Rengel dilempar batu",
    "Perangkat desa se-Kecamatan Senori unjuk rasa",
    "Bentrok di perbatasan Parengan dan Soko",
    "Segel balai desa pasang bambu dan pohon pisang",
    "Puluhan warga menyisir lokasi penambangan",
    "Kebakaran di Alun-alun Bojonegoro",
]


@pytest.mark.parametrize("text", NO_PLACE)
def test_what_only_looks_like_a_place_is_not_certain(told, text):
    found = told(text).place
    assert (found.kecamatan, found.desa_name) == (None, None)


BANGUNREJO = {"lat": -7.1003, "lon": 111.9441}


def test_a_position_names_the_nearest_desa_and_stays_exact(told):
    found = told("Ada tawuran, massa banyak", position={**BANGUNREJO, "accuracy_m": 12.4}).place
    assert (found.kecamatan_name, found.desa_name, found.basis) == ("Soko", "Bangunrejo", "position")
    assert (found.lat, found.lon, found.precision, found.radius_m) == (-7.1003, 111.9441, "exact", 12)


def test_the_words_outweigh_where_the_reporter_stands(told, district):
    found = told("Tawuran di Desa Kebonagung Kecamatan Rengel", position=BANGUNREJO).place
    assert (found.kecamatan_name, found.desa_name, found.basis) == ("Rengel", "Kebonagung", "text")
    kebonagung = district.places[found.desa]
    assert (found.precision, found.lat, found.lon) == ("desa", kebonagung.lat, kebonagung.lon)
    assert found.contradiction is not None
    assert explained(found.contradiction) == "teks: Kebonagung, posisi pelapor: Bangunrejo"


def test_a_position_within_the_place_that_is_named_is_its_exact_point(told):
    found = told("Tawuran di Desa Bangunrejo Kecamatan Soko", position=BANGUNREJO).place
    assert (found.precision, found.lat, found.basis, found.contradiction) == ("exact", -7.1003, "text", None)


@pytest.mark.parametrize("lat_lon", [(0.0, 0.0), (-6.2, 106.8), (-6.5, 112.0)])
def test_a_position_far_from_every_desa_names_none(told, lat_lon):
    found = told("Ada tawuran", position={"lat": lat_lon[0], "lon": lat_lon[1]}).place
    assert (found.kecamatan, found.desa, found.precision) == (None, None, "exact")


def test_a_latitude_without_its_minus_is_no_exact_point(told):
    for text in ("Ada tawuran", "Tawuran di Kecamatan Soko"):
        found = told(text, position={"lat": 7.1003, "lon": 111.9441}).place
        assert found.precision in (None, "kecamatan")
        assert found.lat != 7.1003
        assert "mungkin lintang tanpa tanda minus" in explained(found.contradiction)


def test_a_place_that_is_only_named_is_never_exact(told):
    for text, precision in (
        ("Tawuran di Desa Bangunrejo Kec. Soko", "desa"),
        ("Tawuran di Kecamatan Soko", "kecamatan"),
    ):
        found = told(text).place
        assert found.precision == precision
        assert found.radius_m
        assert found.radius_m >= 500


@pytest.mark.parametrize(
    "words",
    [
        "di Desa Bangunrejo Kecamatan Soko, warga Plumpang, ",
        "memasang palang lagi dan lagi, ",  # a name that is also a thing
        "bentrok Soko kemarin lalu ",  # a bare name
        "desa Tegalrejo kemarin lalu ",  # one that two desa have
        "Polsek Rengel, asal Babat Lamongan, ",
    ],
)
def test_reading_places_takes_time_in_proportion_to_the_text(assessor, words):
    from time import process_time

    text = words * 20
    gazetteer = assessor._gazetteer
    plain = assessor._lexicon.normaliser.plain

    def seconds(times: int) -> float:
        tokens = plain(text * times)
        return min(_timed(lambda: wording(gazetteer._names, gazetteer._mentions, tokens)) for _ in range(5))

    def _timed(act) -> float:
        start = process_time()
        act()
        return process_time() - start

    assert seconds(64) < 64 * 3 * max(seconds(1), 1e-4)


POINTED_TO = [
    ("35.23.06", "Ibu-ibu Plajan duduk di tengah jalan mencegat truk pasir."),
    ("35.23.20", "Patok batas Pakis-Menyunyur dicabut orang."),
    ("35.23.02", "Warga akan turun ke Puskesmas Jatirogo menuntut kepala puskesmas diganti."),
    ("35.23.06", "Nelayan asal Gadon dipukul juragannya."),
    ("35.23.11", "Pedagang berjalan ke kantor kecamatan Soko sambil berorasi."),
    (None, "Warga asal Gadon dan asal Bangunrejo dipukul."),
    (None, "Rumah Pak Rengel dilempar batu."),
]


@pytest.mark.parametrize(("kecamatan", "text"), POINTED_TO)
def test_residents_borders_and_the_only_office_or_origin_name_the_place(told, kecamatan, text):
    assert told(text).place.kecamatan == kecamatan


@pytest.mark.parametrize(
    "text",
    [
        "Rapat di kecamatan soal pagar, BPN ukur ulang Kamis",
        "Audiensi di kecamatan besok pagi dengan pekerja",
        "Warga ke kecamatan minta penjelasan bansos",
        "Pertemuan di kecamatan membahas portal jalan",
    ],
)
def test_what_a_meeting_at_the_kecamatan_is_about_is_no_name(told, text):
    place = told(text).place
    assert (place.kecamatan, place.kecamatan_name) == (None, None)


def test_an_unknown_kecamatan_keeps_its_name(told):
    assert told("Tawuran pemuda di Kecamatan Kepanjen, Malang").place.kecamatan_name == "Kepanjen"


DENIED = [
    ("35.23.14.2008", "Ralat lokasi bukan Ds. Menilo Soko tapi Ds. Maibit Rengel"),
    ("35.23.14.2008", "Tawuran tidak di Ds. Mentoro, tapi di Ds. Maibit"),
    ("35.23.14.2008", "Ralat TKP sebenarnya Ds. Maibit, bukan Ds. Menilo"),
]


@pytest.mark.parametrize(("desa", "text"), DENIED)
def test_a_place_that_is_denied_is_not_where_it_happened(told, desa, text):
    assert told(text).place.desa == desa


def test_a_place_field_that_denies_one_place_means_the_other(told):
    assert told("Tawuran pemuda", place="bukan Soko tapi Rengel").place.kecamatan == "35.23.14"
    assert told("tawuran bukan di Kec. Soko melainkan Kec. Rengel").place.kecamatan == "35.23.14"


@pytest.mark.parametrize(
    "text",
    [
        "Bentrok di Ds. Wadung, ditangani Polsek Rengel",
        "Polsek Montong melaporkan bentrok di Ds. Wadung",
        "Bentrok di Ds. Tegalrejo, korban dibawa ke Puskesmas Rengel",
        "Pemuda asal Ds. Maibit dikeroyok di Ds. Tegalrejo",
    ],
)
def test_an_office_elsewhere_settles_no_desa_that_several_have(told, district, text):
    place = told(text).place
    assert place.kecamatan is None
    assert {district.places[code].name for code in place.candidates} <= {"Wadung", "Tegalrejo"}
    assert len(place.candidates) > 1


def test_the_office_of_one_of_them_does(told):
    assert told("Bentrok di Ds. Wadung, ditangani Polsek Soko").place.kecamatan == "35.23.11"


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("Bentrok di Kec. Kerek dan Kec. Montong", 2),
        ("warga Plumpang dibacok di Babat", 1),
        ("Bentrok di Babat, pelaku warga Plumpang", 1),
    ],
)
def test_of_two_kecamatan_or_a_town_next_door_a_person_decides(told, text, candidates):
    place = told(text).place
    assert (place.kecamatan, len(place.candidates)) == (None, candidates)


def test_a_kecamatan_that_is_named_as_one_stands_beside_a_town_next_door(told):
    text = "Nelayan Desa Karangagung, Kecamatan Palang menahan perahu; pemiliknya tinggal di Babat"
    assert told(text).place.kecamatan == "35.23.18"


def test_a_position_tells_which_desa_of_one_name_is_meant_and_is_its_point_only_where_it_lies_there(told, district):
    text = "Tawuran di Ds. Wadung, 40 orang"
    soko = told(text, position={"lat": -7.1, "lon": 111.94}).place  # nearest to Bangunrejo
    assert (soko.desa_name, soko.kecamatan, soko.precision) == ("Wadung", "35.23.11", "desa")
    assert soko.contradiction
    jenu = told(text, position={"lat": -6.81, "lon": 111.98}).place
    assert (jenu.desa_name, jenu.kecamatan, jenu.precision) == ("Wadung", "35.23.12", "exact")
