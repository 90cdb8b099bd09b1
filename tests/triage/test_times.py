"""When it happened, relative to when it was told."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.triage.text import times

DATES = (times._CLOCK, times._CLOCK_WORD, times._ISO, times._SLASHED, times._SPELLED)
ZONE = ZoneInfo("Asia/Jakarta")
TUESDAY = datetime.fromisoformat("2026-11-24T10:00:00+07:00")
CASES = [
    ("2026-11-24T00:30", "Pkl 00.30 wib terjadi tawuran di Soko."),
    ("2026-11-23T18:00", "Kemarin malam terjadi tawuran di Soko."),
    ("2026-11-24T01:00", "Tadi malam jam 01.00 terjadi tawuran di Soko."),
    ("2026-11-23T22:00", "[23/11/26 22.00] Pak Budi: tawuran di Soko, 20 orang"),
    ("2026-11-23T22:00", "[23/11/26, 22:00:15] Pak Budi: tawuran di Soko, 20 orang"),
    ("2026-11-23T22:00", "[22.00, 23/11/2026] Pak Budi: tawuran di Soko, 20 orang"),
    ("2026-11-23T22:15", "23/11/26, 10:15 PM - Pak Budi: tawuran di Soko"),
    ("2026-11-23T21:30", "[23/11/26 22.00] Pak Budi: jam 21.30 tawuran di Soko, 20 orang"),
    ("2026-11-23T00:00", "23/11/26 2.500 orang tawuran di Soko"),
    ("2026-11-23T00:00", "23/11/26 2.50 juta dirampas saat tawuran di Soko"),
    ("2026-11-22T14:00", "Minggu sore terjadi tawuran di Soko."),
    ("2026-11-25T05:00", "Besok pagi rencana unjuk rasa di Jenu."),
    ("2026-11-25T00:00", "Ajakan tawuran nanti malam jam 12 di Soko."),
    ("2026-11-21T16:30", "Tawuran Sabtu (21/11/2026) pukul 16.30 WIB di Soko."),
    ("2026-11-08T00:00", "Tawuran terjadi 8 November 2026 di Soko."),
    ("2026-11-09T23:00", "Tawuran terjadi 9/11 pukul 23:00 di Soko."),
    ("2025-12-30T00:00", "Tawuran pada 30/12/25 di Soko."),
    ("2026-11-21T18:00", "Tawuran malem minggu nang lapangan."),
    ("2026-11-28T18:00", "Ajakan tawuran malam Minggu di lapangan."),
    ("2026-11-30T08:00", "Demo Senin depan jam 8."),
    ("2026-11-26T00:00", "Besok lusa unjuk rasa di balai desa."),
    ("2026-11-24T09:30", "Setengah jam yang lalu pecah tawuran."),
    ("2026-11-24T08:00", "Tawuran 2 jam lalu, sudah bubar."),
    ("2026-11-22T00:00", "Rong dino kepungkur cah-cah tawuran."),
    ("2026-11-23T21:30", "Tawuran jam setengah sepuluh malam."),
    ("2026-11-24T05:00", "Mau isuk cah sekolah tawuran."),
    ("2026-11-23T18:00", "Tawuran bakda isya semalam."),
    ("2026-11-21T00:00", "Sabtu terjadi kerusakan akibat tawuran."),
    ("2026-11-27T00:00", "APK dirusak, H-3 coblosan."),
    ("2026-11-03T00:00", "Tawuran di Soko 3-4 November, 2 orang luka."),
    ("2026-11-03T00:00", "Tawuran di Soko tanggal 3 s/d 4 November 2026."),
    ("2026-11-23T15:00", "Kemarin tawuran jam 3-4 sore di Soko."),
    ("2026-11-23T19:00", "Kemarin tawuran pukul 19-20 di Soko."),
    ("2026-11-23T21:00", "Tawuran kemarin jam 9/10 malam di Soko."),
    ("2026-11-23T20:00", "Kemarin jam 20.00-21.00 tawuran di Soko."),
    ("2026-11-03T02:00", "Tawuran tanggal 3/11 jam 2-3 di Soko."),
    ("2026-11-23T15:00", "Kemarin jam 3 sore tawuran di Soko."),
    ("2026-11-23T14:00", "Kemarin siang sekitar jam 2 tawuran di Soko."),
    ("2026-11-23T17:00", "Kemarin tawuran jam lima sore di Soko."),
    ("2026-11-23T13:00", "Kemarin tawuran jam 1 siang di Soko."),
    ("2026-11-23T11:00", "Kemarin tawuran jam 11 siang di Soko."),
    ("2026-11-23T06:00", "Kemarin tawuran jam 6 pagi di Soko."),
    ("2026-11-23T18:00", "Kemarin tawuran jam 6 petang di Soko."),
    ("2026-11-24T02:00", "Selamat siang, pkl 02.00 tadi tawuran di Soko."),
    ("2026-11-23T12:30", "Kemarin tawuran jam setengah satu siang di Soko."),
]

UNDATED = (
    "Tawuran di Soko, 3-4 orang luka.",
    "Tawuran di Soko, luka 3 - 4 org.",
    "Tawuran di Soko, 3–4 pemuda dibacok.",
    "Tawuran di Soko, 3 s/d 4 wong tatu.",
    "Tawuran di Soko, 10-12 motor dibakar.",
    "Tawuran di Soko, 3-4 rumah rusak.",
    "Bentrok di Soko, 2/3 warga ikut.",
    "Warga Soko diancam 2-3 kali.",
    "RT 2/3 warga Soko tawuran.",
)
DATED = (
    ("04-03", "Tawuran 3-4 di Soko, 2 orang luka."),
    ("11-21", "Tawuran di Soko 21/11 orang luka 2."),
    ("11-09", "Tawuran 9/11 warga luka 2."),
    ("11-03", "Selasa 3-11 warga Soko tawuran."),
    ("03-02", "Tawuran tgl 2/3 warga Soko luka."),
    ("04-03", "Tawuran 3-4-2026 orang Soko luka."),
    ("11-22", "Tawuran 2-3 hari ini ramai, terjadi 22/11."),
)


@pytest.mark.parametrize("text", UNDATED)
def test_a_range_of_what_is_counted_is_no_date(told, text):
    assert told(text, filed_at=TUESDAY).occurred.start is None


@pytest.mark.parametrize(("day", "text"), DATED)
def test_a_date_beside_people_is_a_date(told, day, text):
    assert told(text, filed_at=TUESDAY).occurred.start.astimezone(ZONE).strftime("%m-%d") == day


@pytest.mark.parametrize(("start", "text"), CASES)
def test_times_are_read(told, start, text):
    found = told(text, filed_at=TUESDAY).occurred.start
    assert start == found.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def test_what_the_reporter_entered_wins(told):
    found = told("Kemarin malam tawuran.", observed_at="2026-11-20T08:00:00+07:00").occurred
    assert ("observed", datetime.fromisoformat("2026-11-20T08:00:00+07:00")) == (found.basis, found.start)


def test_without_a_word_of_time_nothing_is_claimed(told):
    found = told("Tawuran di Soko.").occurred
    assert (found.start, found.basis) == (None, "reported")


@pytest.mark.parametrize("text", ["Tawuran 31/2/2026.", "Tawuran 99/99/9999 pukul 99.99.", "pkl 24.61 ricuh 0/0"])
def test_impossible_dates_are_left_alone(told, text):
    assert told(text).conflict is True


@given(st.one_of([st.from_regex(pattern, alphabet=st.characters(codec="ascii")) for pattern in DATES]))
def test_a_pattern_is_left_out_only_where_it_finds_nothing(text):
    low = text.lower()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(times, "_CLOCK_WORDS", ("",))
        clock = times._clock(low)
    assert times._clock(low) == clock
    if any(pattern.search(low) for pattern in (times._ISO, times._SLASHED, times._SPELLED)):
        assert times._DIGIT.search(low)
    assert times._ISO.search(low) is None or "-" in low
    assert times._SLASHED.search(low) is None or "-" in low or "/" in low
