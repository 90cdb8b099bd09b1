"""What identifies a minor or a private person is hidden; the rest of the sentence stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.security.redaction import mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("NIK 3523110101900001 warga Soko", "NIK [NIK] warga Soko"),
        ("hub 081234567890", "hub [telepon]"),
        ("hub +62 812-3456-7890 atau 0812.3456.7890", "hub [telepon] atau [telepon]"),
        ("kirim ke budi.s@contoh.example ya", "kirim ke [alamat] ya"),
        ("Korban Budi Santoso (16) luka bacok", "Korban [anak] (16) luka bacok"),
        ("korban Siti Aminah, 15 tahun, dirawat", "korban [anak], 15 tahun, dirawat"),
        ("dua remaja, AR (17) dan BP (16 th), diamankan", "dua remaja, [anak] (17) dan [anak] (16 th), diamankan"),
        ("Pelajar Rizal usia 14 tahun", "Pelajar [anak] usia 14 tahun"),
        ("Pelaku a.n. Joko Susilo dibawa", "Pelaku a.n. [nama] dibawa"),
        ("seorang warga bernama Tarji", "seorang warga bernama [nama]"),
        ("pelaku berinisial MK", "pelaku berinisial [nama]"),
    ],
)
def test_identity_is_hidden(text: str, masked: str) -> None:
    assert masked == mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "Massa sekitar 150 orang di Desa Mentoro, Kecamatan Soko, pkl 21.00 WIB",
        "Kepala desa (52) menemui warga",
        "tanggal 20/04/2025, 36 orang diamankan, 26 di antaranya anak",
        "kerugian Rp 15.000.000 dan 2 sepeda motor",
        "jalan 08 dan RT 03 RW 02",
        "kelompok bernama sama dengan desa sebelah",
        "Perguruan A (2 orang luka) melawan perguruan B",
    ],
)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert text == mask(text)


def test_an_adult_told_with_an_age_stays_for_the_reader_who_may_read_the_text() -> None:
    assert mask("Suparno (45) saksi mata") == "Suparno (45) saksi mata"


@given(st.text(max_size=300))
def test_masking_twice_is_masking_once_and_no_nik_survives(text: str) -> None:
    once = mask(text)
    assert once == mask(once)
    assert "3523110101900001" not in mask(f"{text} 3523110101900001 x")


@given(st.integers(1, 17), st.sampled_from(["Rizal Adi", "Budi", "AR", "Siti Nur Aminah"]))
def test_no_name_told_with_a_young_age_survives(age: int, name: str) -> None:
    for text in (f"ada {name} ({age}) di sana", f"ada {name}, {age} tahun, di sana", f"ada {name} ({age} tahun)"):
        assert name not in mask(text)
