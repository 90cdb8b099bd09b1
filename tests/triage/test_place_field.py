"""The place field of a report is read beside its text: which of both decides, and when neither is certain."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.messages import ReportIn
from schemas.words.explanations import explained
from services.policy.geography import VILLAGES
from services.triage.correlation.bubbles import Piece, joined
from services.triage.evaluation.lines import assess_lines
from tests.triage.conftest import FILED

SOKO, BANGILAN, RENGEL, SEMANDING, MERAKURAK = "35.23.11", "35.23.03", "35.23.14", "35.23.07", "35.23.13"
FIGHT = "Tawuran dua kelompok pemuda, tiga luka"

FIELD_ALONE = [
    ("Bangunrejo, Soko", "Soko", "Bangunrejo"),
    ("BANGUNREJO-SOKO", "Soko", "Bangunrejo"),
    ("Bangunrejo", "Soko", "Bangunrejo"),
    ("Jadi", "Semanding", "Jadi"),  # a word of every day in a text
    ("Jadi, Semanding", "Semanding", "Jadi"),
    ("Ds. Sandingrowo\nKec. Soko", "Soko", "Sandingrowo"),
    ("Pasar Bangilan", "Bangilan", None),
    ("sebelah timur masjid Rengel", "Rengel", None),
    ("Polsek Rengel", "Rengel", None),
    ("Kec. Babat, Lamongan", "Babat", None),
]


@pytest.mark.parametrize(("place", "kecamatan", "desa"), FIELD_ALONE)
def test_the_field_names_the_place_where_the_text_names_none(told, place, kecamatan, desa):
    judged = told(FIGHT, place=place)
    found = judged.place
    assert (found.kecamatan_name, found.desa_name, found.basis) == (kecamatan, desa, "place")
    assert (found.spans, found.named, found.contradiction) == ((), (), None)
    assert "unknown_place" not in judged.missing
    (said,) = [one for one in judged.reasons if one.component == "tempat"]
    assert (said.points, said.spans) == (0, ())
    named = ", ".join(name for name in (desa, kecamatan) if name)
    assert explained(said.rule) == f"dari isian tempat: {named}"
    assert explained(said.rule, "en") == f"from the place field: {named}"


@pytest.mark.parametrize(
    "place", ["depan warung Bu Siti", "jalan Plumpang-Rengel", "Tuban", "TKP", "rumah Pak Soko", "-", "di"]
)
def test_a_field_that_names_no_place_makes_none_certain(told, place):
    found = told(FIGHT, place=place).place
    assert (found.kecamatan, found.desa) == (None, None)
    beside = told("Tawuran di Ds. Bangunrejo Kec. Soko", place=place)
    assert beside == told("Tawuran di Ds. Bangunrejo Kec. Soko")


TOGETHER = [
    ("Tawuran di Kec. Merakurak", "Tegalrejo"),
    ("Tawuran di Desa Tegalrejo", "Merakurak"),
    ("Tawuran di Desa Tegalrejo", "Kec. Merakurak"),
]


@pytest.mark.parametrize(("text", "place"), TOGETHER)
def test_each_settles_what_the_other_leaves_open(told, text, place):
    found = told(text, place=place).place
    assert (found.kecamatan, found.desa_name, found.candidates) == (MERAKURAK, "Tegalrejo", ())


def test_the_field_says_which_of_several_it_was(told):
    found = told("Bentrok warga Bangunrejo dan Menilo Soko", place="Menilo").place
    assert (found.desa_name, found.contradiction) == ("Menilo", None)
    assert told("Tawuran di Soko dan di Rengel", place="Rengel").place.kecamatan == RENGEL


@pytest.mark.parametrize(
    "text",
    [
        "Pesilat asal Soko dikeroyok",
        "Pemuda Desa Bangunrejo Soko dikeroyok",
        "Warga dari Kecamatan Soko dikeroyok",
        "Laporan Polsek Soko: seorang pemuda dikeroyok",
    ],
)
def test_where_people_come_from_does_not_speak_against_the_field(told, text):
    found = told(text, place="Ds. Sidokumpul, Bangilan").place
    assert (found.kecamatan, found.basis, found.contradiction) == (BANGILAN, "place", None)


def test_the_field_wins_over_a_name_in_passing_and_the_difference_is_shown(told):
    found = told("Soko tawuran, tiga luka", place="Rengel").place
    assert (found.kecamatan, found.basis) == (RENGEL, "place")
    assert found.contradiction is not None
    assert explained(found.contradiction) == "isian tempat: Rengel, teks: Soko"
    assert explained(found.contradiction, "en") == "place field: Rengel, text: Soko"


APART = [
    ("Tawuran di Ds. Bangunrejo Kec. Soko", "Bangilan", (BANGILAN, SOKO)),
    ("Desa Bangunrejo, Kecamatan Soko: tawuran", "Bangilan", (BANGILAN, SOKO)),
    ("Tawuran di Rengel", "Kec. Babat, Lamongan", ("35.24.05", RENGEL)),
    ("Tawuran di Kec. Babat, Lamongan", "Rengel", (RENGEL, "35.24.05")),
    ("Tawuran di Rengel", "Kec. Kepanjen", (RENGEL,)),
]


@pytest.mark.parametrize(("text", "place", "codes"), APART)
def test_nothing_is_certain_where_both_name_the_site(told, text, place, codes):
    found = told(text, place=place).place
    assert (found.kecamatan, found.kecamatan_name, found.desa) == (None, None, None)
    assert found.candidates == codes
    assert found.contradiction is not None
    assert "isian tempat: " in explained(found.contradiction)


def test_two_desa_of_one_kecamatan_leave_the_desa_open(told):
    found = told("Tawuran di Ds. Bangunrejo Kec. Soko", place="Ds Menilo Kec Soko").place
    assert (found.kecamatan, found.desa, found.desa_name, found.precision) == (SOKO, None, None, "kecamatan")
    assert explained(found.contradiction or "") == "isian tempat: Menilo, teks: Bangunrejo"


def test_codes_of_the_form_are_stronger(told):
    found = told(FIGHT, place="Bangilan", kecamatan=SOKO).place
    assert (found.kecamatan, found.basis) == (SOKO, "fields")
    assert explained(found.contradiction or "") == "isian: Soko, isian tempat: Bangilan"
    within = told(FIGHT, place="Bangunrejo", kecamatan=SOKO).place
    assert (within.desa_name, within.basis, within.contradiction) == ("Bangunrejo", "fields", None)
    beside = told("Tawuran di Rengel", place="Bangilan", kecamatan=SOKO).place
    assert explained(beside.contradiction or "") == "isian: Soko, teks: Rengel"


BANGUNREJO = {"lat": -7.1003, "lon": 111.9441}


def test_the_field_is_stronger_than_the_position_and_never_exact_by_itself(told):
    assert told(FIGHT, place="Bangunrejo").place.precision == "desa"
    assert told(FIGHT, place="Kec. Soko").place.precision == "kecamatan"
    there = told(FIGHT, place="Bangunrejo", position=BANGUNREJO).place
    assert (there.precision, there.lat, there.contradiction) == ("exact", BANGUNREJO["lat"], None)
    away = told(FIGHT, place="Kebonagung Rengel", position=BANGUNREJO).place
    assert (away.desa_name, away.precision) == ("Kebonagung", "desa")
    assert explained(away.contradiction or "") == "isian tempat: Kebonagung, posisi pelapor: Bangunrejo"


def test_a_position_decides_between_text_and_field(told):
    found = told("Tawuran di Desa Bangunrejo Kec. Soko", place="Bangilan", position=BANGUNREJO).place
    assert (found.kecamatan, found.basis, found.precision) == (SOKO, "position", "exact")
    assert explained(found.contradiction or "") == "isian tempat: Bangilan, teks: Bangunrejo"


def test_a_position_far_from_the_middle_of_its_desa_stays_exact(told):
    found = told(FIGHT, position={"lat": -7.126, "lon": 111.9441}).place
    assert (found.basis, found.precision, found.lat, found.contradiction) == ("position", "exact", -7.126, None)


def test_every_desa_is_found_by_its_name_and_kecamatan_in_the_field(told, district):
    wrong = []
    for place in district.places.values():
        if place.kind not in VILLAGES:
            continue
        kecamatan = district.places[place.kecamatan].name
        for said in (f"{place.name}, {kecamatan}", f"Ds. {place.name} Kec. {kecamatan}", f"{place.name}-{kecamatan}"):
            found = told("Tawuran", place=said).place
            if (found.kecamatan, found.desa) != (place.kecamatan, place.code):
                wrong.append((said, found.kecamatan_name, found.desa_name, found.candidates))
    assert wrong == []


@given(st.text(max_size=300).filter(lambda text: "\x00" not in text))
def test_any_field_leaves_the_spans_in_the_text(told, place):
    text = "Tawuran di Ds. Bangunrejo Kec. Soko, tiga luka"
    alone = told(text)
    judged = told(text, place=place)
    assert judged.place.named == alone.place.named
    assert set(judged.place.spans) <= set(alone.place.named)
    assert all(0 <= start < end <= len(text) for one in judged.reasons for start, end in one.spans)
    assert (judged.level, judged.form) == (alone.level, alone.form)


def test_pieces_of_one_message_share_the_field():
    first = Piece("1", ReportIn(text="Lapor ndan", place="Bangunrejo"), FILED)
    report, _ = joined((first,), ReportIn(text=FIGHT))
    assert report.place == "Bangunrejo"


def test_a_line_of_a_file_may_have_the_field(district):
    line = {"id": "a", "text": "Soko tawuran, tiga luka", "place": "Rengel"}
    (ours,) = assess_lines([json.dumps(line)], district)
    (theirs,) = assess_lines([json.dumps(line)], district, "en")
    assert ours["place"]["kecamatan_name"] == theirs["place"]["kecamatan_name"] == "Rengel"
    assert ours["place"]["contradiction"] == "isian tempat: Rengel, teks: Soko"
    assert theirs["place"]["contradiction"] == "place field: Rengel, text: Soko"
    assert "from the place field: Rengel" in [one["rule"] for one in theirs["reasons"]]
