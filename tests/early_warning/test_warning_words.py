"""Each kind of judgement is said in both languages, and nowhere is it called a forecast."""

import re
from pathlib import Path

import pytest

from services.early_warning.detector import Change, Verdict
from services.early_warning.wording import WORDS, how_often, number, one_in, say, say_change

ROOT = Path(__file__).resolve().parents[2]
RISE = Verdict(4, 0.4, 0.0025, notify=True, needs=3, state="judged", short=False, days=7, seen=6, usual=0.8, months=9.2)


def test_a_rise_is_said_as_an_officer_would() -> None:
    assert say(RISE, "Semanding", "konflik massa", "Tuban") == (
        "Semanding, konflik massa: 6 kejadian dalam 7 hari; biasanya 0,8. Peluang kebetulan 1 dari 400. "
        "Peringatan sekuat ini karena kebetulan: kira-kira sekali dalam 9 bulan di seluruh Tuban. Bukan ramalan."
    )
    assert say(RISE, "Semanding", "mass conflict", "Tuban", "en") == (
        "Semanding, mass conflict: 6 incidents in 7 days; usually 0.8. Chance alone: 1 in 400. "
        "A warning as strong by chance: about once in 9 months in all of Tuban. Not a forecast."
    )


def test_other_judgements_are_said() -> None:
    usual = Verdict(1, 0.4, 0.3, notify=False, needs=4, state="judged", short=True, days=7, seen=1, usual=0.4)
    assert say(usual, "A") == "Tidak luar biasa; 4 kejadian akan menjadi peringatan. Riwayat pendek."
    silent = Verdict(1, 0.4, 1, notify=False, needs=None, state="silent", short=True, days=7, seen=1, usual=0.4)
    assert "belum dinilai" in say(silent, "A")
    held = Verdict(1, 0.4, 0.3, notify=False, needs=9, state="held", short=False, days=7, seen=1, usual=0.4)
    assert say(held, "A", language="en") == "Told already; 9 incidents would be a warning again."
    again = Verdict(
        30, 0.4, 1e-9, notify=True, needs=9, state="held", short=True, days=14, seen=30, usual=0.8, months=9e6
    )
    said = say(again, "A")
    assert "kurang dari 1 dari 1.000.000" in said
    assert "lebih jarang daripada sekali dalam 100 tahun" in said
    assert "Jauh lebih kuat" in said
    assert "Riwayat pendek." in said


def test_a_change_of_the_district_is_said() -> None:
    change = Change(None, 27, 9.1, 8.5e-5, 2.4, 400)
    assert say_change(change, district="Tuban").startswith("Seluruh Tuban: 27 kejadian dalam 7 hari; biasanya 9,1. ")
    group = Change("agraria", 27, 9.1, 8.5e-5, 2.4, 400)
    assert say_change(group, "agraria", language="en").startswith("All of the district, agraria: 27 incidents")


@pytest.mark.parametrize(
    ("months", "said"),
    [(0.3, "lebih dari"), (1.0, "sebulan"), (5.2, "5 bulan"), (30, "2 tahun"), (2000, "100 tahun")],
)
def test_how_often_is_said_in_months_and_years(months: float, said: str) -> None:
    assert said in how_often(months, "id")


def test_numbers_follow_the_language() -> None:
    assert (number(0.84, "id"), number(0.84, "en"), number(1234, "id"), number(0.013, "id")) == (
        "0,8",
        "0.8",
        "1.234",
        "0,01",
    )
    assert (one_in(0.0025, "id"), one_in(1.0, "en"), one_in(1 / 2913, "en")) == ("1 dari 400", "1 in 1", "1 in 2,900")


def test_both_languages_say_the_same_things() -> None:
    assert WORDS["id"].keys() == WORDS["en"].keys()
    for name, text in WORDS["id"].items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", WORDS["en"][name]))


def test_nobody_reads_of_a_forecast() -> None:
    pages = [
        p
        for folder in ("services", "docs", "deploy")
        for p in (ROOT / folder).rglob("*")
        if p.suffix in {".py", ".md", ".toml", ".html", ".js"}
        and p.name != "lexicon.toml"  # words that reporters write, shown to nobody
    ]
    assert len(pages) > 100
    for page in pages:
        for found in re.finditer(r"(\w+)[ >\"*_]+ramalan", page.read_text(encoding="utf-8"), re.IGNORECASE):
            assert found[1].lower() == "bukan", page
        text = page.read_text(encoding="utf-8").lower()
        assert text.count("ramalan") == len(re.findall(r"bukan ramalan", text)), page
