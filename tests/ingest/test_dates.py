"""Dates as files here write them, and what is none."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.ingest.formats.dates import read_time

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
WIB = timedelta(hours=7)


@pytest.mark.parametrize(
    ("told", "local"),
    [
        ("20 April 2025 pkl 01.30 WIB", "2025-04-20T01:30"),
        ("Minggu, 20 April 2025", "2025-04-20T00:00"),
        ("Minggu, 20 April 2025 pukul 01:30:15", "2025-04-20T01:30:15"),
        ("20 Apr 2025 jam 7", "2025-04-20T07:00"),
        ("20 APRIL 25", "2025-04-20T00:00"),
        ("20-Agt-2025 23.59", "2025-08-20T23:59"),
        ("17 Agustus 2025, 24.00 WIB", "2025-08-18T00:00"),
        ("1 Nopember 2025", "2025-11-01T00:00"),
        ("20/04/2025", "2025-04-20T00:00"),
        ("20/4/25 01.30", "2025-04-20T01:30"),
        ("20-04-2025 01:30", "2025-04-20T01:30"),
        ("20.04.2025", "2025-04-20T00:00"),
        ("01.30 WIB, 20/04/2025", "2025-04-20T01:30"),
        ("2025-04-20", "2025-04-20T00:00"),
        ("2025-04-20 01:30:00", "2025-04-20T01:30"),
        ("2025-04-20T01:30", "2025-04-20T01:30"),
        ("2025-04-20T01:30:00.123", "2025-04-20T01:30"),
        ("2025-04-19T18:30:00Z", "2025-04-20T01:30"),
        ("2025-04-20T01:30:00+07:00", "2025-04-20T01:30"),
        ("2025-04-19 11:30:00-07:00", "2025-04-20T01:30"),
        ("2025-04-19T11:30-07:00", "2025-04-20T01:30"),
        ("2025-04-20 02:30 WITA", "2025-04-20T01:30"),
        ("19-20 April 2025", "2025-04-19T00:00"),
        ("13/11/2026 9:15 PM", "2026-11-13T21:15"),
        ("13/11/2026 9:22:40 PM", "2026-11-13T21:22:40"),
        ("13/11/2026 12:05 AM", "2026-11-13T00:05"),
        ("13/11/2026 12:05 PM", "2026-11-13T12:05"),
        ("13/11/2026 9:15 p. m.", "2026-11-13T21:15"),
        ("November 13, 2026 9:15pm", "2026-11-13T21:15"),
        ("13 November 2026 jam 9 malam", "2026-11-13T21:00"),
        ("13 November 2026 pukul 3 sore", "2026-11-13T15:00"),
        ("13 November 2026 jam 11 siang", "2026-11-13T11:00"),
        ("13 November 2026 jam 1 siang", "2026-11-13T13:00"),
        ("13 November 2026 jam 12 siang", "2026-11-13T12:00"),
        ("13 November 2026 jam 12 malam", "2026-11-14T00:00"),
        ("13 November 2026 jam 1 malam", "2026-11-13T01:00"),
        ("13 November 2026 12.30 malam", "2026-11-13T00:30"),
        ("13 November 2026 12.15 tengah malam", "2026-11-13T00:15"),
        ("13 November 2026 jam 3 pagi", "2026-11-13T03:00"),
        ("13 November 2026 02.30 pagi", "2026-11-13T02:30"),
        ("13 November 2026 00.15 pagi", "2026-11-13T00:15"),
        ("13 November 2026 16.30 siang", "2026-11-13T16:30"),
        ("13 November 2026 jam 4 siang", "2026-11-13T16:00"),
        ("Jumat/27-11-2026 21.15", "2026-11-27T21:15"),
        ("Tgl.27-11-2026 Pkl.21.15", "2026-11-27T21:15"),
        ("27-11-2026 pkl:21.15 WIB", "2026-11-27T21:15"),
        ("27/11/2026,21.15", "2026-11-27T21:15"),
        ("13 November 2026 jam 2 dini hari", "2026-11-13T02:00"),
        ("13 November 2026 jam 7 pagi", "2026-11-13T07:00"),
        ("13 November 2026 jam 5 subuh", "2026-11-13T05:00"),
        ("jam setengah sepuluh malam, 13 November 2026", "2026-11-13T21:30"),
        ("13 November 2026 jam 9 lewat 10 malam", "2026-11-13T21:10"),
        ("13 November 2026 jam 9 kurang 10 malam", "2026-11-13T20:50"),
        ("13 November 2026 pukul 2115", "2026-11-13T21:15"),
        ("pukul 9 malam 13/11/2026", "2026-11-13T21:00"),
        ("Jumat malam, 13 November 2026 pukul 9", "2026-11-13T21:00"),
        ("23 November 21.15 WIB", "2026-11-23T21:15"),
        ("23 November 10 malam", "2026-11-23T22:00"),
        ("23/11 20.30", "2026-11-23T20:30"),
        ("24 Desember 20.30", "2025-12-24T20:30"),  # not yet this year
        ("2026/11/23 21:15", "2026-11-23T21:15"),
        ("31-12-9999", "9999-12-31T00:00"),
        ("20 Apr \u201925, 21.15", "2025-04-20T21:15"),
        ("23.11.2026 20.15", "2026-11-23T20:15"),
        ("05/Nov/2026", "2026-11-05T00:00"),
        ("2026-Nov-23", "2026-11-23T00:00"),
        ("2026 November 23", "2026-11-23T00:00"),
        ("23rd of November 2026", "2026-11-23T00:00"),
        ("Selasa tgl 24 bulan November tahun 2026 jam 21.00", "2026-11-24T21:00"),
        ("17 Agst 2026", "2026-08-17T00:00"),
        ("05\\11\\2026", "2026-11-05T00:00"),
        ("23_11_2026", "2026-11-23T00:00"),
        ("20261123", "2026-11-23T00:00"),
        ("23112026", "2026-11-23T00:00"),
        ("20112026", "2026-11-20T00:00"),
        (20261123, "2026-11-23T00:00"),
        (23112026.0, "2026-11-23T00:00"),
        ("Mon, 23 Nov 2026 21:15:00 +0700", "2026-11-23T21:15"),
        ("Mon, 23 Nov 2026 14:15:00 GMT", "2026-11-23T21:15"),
        ("Mon Nov 23 2026 22:15:00 GMT+0800 (Central Indonesia Time)", "2026-11-23T21:15"),
        ("Mon, 23 Nov 2026 07:15:00 -0700", "2026-11-23T21:15"),
        ("2026-11-23T21:15+07", "2026-11-23T21:15"),
        ("23/11/2026 14:15 UTC", "2026-11-23T21:15"),
        ("23 November 2026 pukul 22.15 Waktu Indonesia Tengah", "2026-11-23T21:15"),
        ("Senin Kliwon, 23 November 2026 pukul 21.15", "2026-11-23T21:15"),
        ("23/11/2026 sekitar pukul 21.15-an", "2026-11-23T21:15"),
        ("23/11/2026 sekira jam 9an malam", "2026-11-23T21:00"),
        ("23/11/2026 kurleb 21.00", "2026-11-23T21:00"),
        ("sejak 23/11/2026 pukul 21.00", "2026-11-23T21:00"),
        ("1795443300", "2026-11-23T21:15"),
        (1795443300, "2026-11-23T21:15"),
        (1795443300000.0, "2026-11-23T21:15"),
        ("45767", "2025-04-20T00:00"),
        (45767.0625, "2025-04-20T01:30"),
        (date(2025, 4, 20), "2025-04-20T00:00"),
        (datetime(2025, 4, 20, 1, 30), "2025-04-20T01:30"),  # noqa: DTZ001 - as Excel keeps it
        (datetime(2025, 4, 19, 18, 30, tzinfo=UTC), "2025-04-20T01:30"),
    ],
)
def test_a_date_is_read(told: object, local: str) -> None:
    found = read_time(told, "Asia/Jakarta", NOW)
    assert found.start == datetime.fromisoformat(f"{local}+07:00")
    assert [doubt for doubt in found.doubts if "tanpa tahun" not in doubt] == []


@pytest.mark.parametrize(
    ("told", "start", "end"),
    [
        ("20 April 2025", "2025-04-20T00:00", "2025-04-21T00:00"),
        ("19-20 April 2025", "2025-04-19T00:00", "2025-04-21T00:00"),
        ("19-20/04/2025", "2025-04-19T00:00", "2025-04-21T00:00"),
        ("19 s/d 20 April 2025", "2025-04-19T00:00", "2025-04-21T00:00"),
        ("30 April - 1 Mei 2025", "2025-04-30T00:00", "2025-05-02T00:00"),
        ("19/04/2025 - 20/04/2025", "2025-04-19T00:00", "2025-04-21T00:00"),
        ("20 April 2025 pukul 21.00 s/d 23.00 WIB", "2025-04-20T21:00", "2025-04-20T23:00"),
        ("20/04/2025 21.00-02.00", "2025-04-20T21:00", "2025-04-21T02:00"),
        ("2025-04-20 21:00-22:00", "2025-04-20T21:00", "2025-04-20T22:00"),
        ("2025-04-20 08:00-10:00", "2025-04-20T08:00", "2025-04-20T10:00"),
        ("2025-04-20 13:00\u201314:30", "2025-04-20T13:00", "2025-04-20T14:30"),
        ("20/04/2025 jam 9-10 malam", "2025-04-20T21:00", "2025-04-20T22:00"),
        ("27 Nov 2026 jam 11 - 1 malam", "2026-11-27T23:00", "2026-11-28T01:00"),
        ("27 Nov 2026 pukul 10-1 malam", "2026-11-27T22:00", "2026-11-28T01:00"),
        ("27 Nov 2026 pukul 11 - 1 dini hari", "2026-11-27T23:00", "2026-11-28T01:00"),
        ("27 Nov 2026 jam 11 - 1 siang", "2026-11-27T11:00", "2026-11-27T13:00"),
        ("malam Minggu, 28 November 2026", "2026-11-28T18:00", "2026-11-29T00:00"),
        ("malam Minggu, 29 November 2026", "2026-11-29T18:00", "2026-11-30T00:00"),
        ("Jumat/27-11-2026", "2026-11-27T00:00", "2026-11-28T00:00"),
        ("20 April 2025 malam", "2025-04-20T18:00", "2025-04-21T00:00"),
        ("Minggu pagi, 20 April 2025", "2025-04-20T05:00", "2025-04-20T11:00"),
        ("19 April 2025 pukul 21.00 - 20 April 2025 pukul 02.00", "2025-04-19T21:00", "2025-04-20T02:00"),
        ("20/04/2025 21.15 s/d selesai", "2025-04-20T21:15", None),
        ("19/20 April 2025", "2025-04-19T00:00", "2025-04-21T00:00"),
        ("19, 20 dan 21 April 2025", "2025-04-19T00:00", "2025-04-22T00:00"),
        ("Rabu Wage, 25 Nov 2026 ba'da isya", "2026-11-25T18:00", "2026-11-25T21:00"),
        ("25 Nov 2026 habis maghrib", "2026-11-25T17:00", "2026-11-25T19:00"),
        ("31/12/9999", "9999-12-31T00:00", "9999-12-31T23:59:59"),
    ],
)
def test_a_day_and_a_range_have_an_end(told: str, start: str, end: str | None) -> None:
    found = read_time(told, "Asia/Jakarta", NOW)
    assert found.start == datetime.fromisoformat(f"{start}+07:00")
    assert found.end == (datetime.fromisoformat(f"{end}+07:00") if end else None)
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("23/11/2026 21.15 sesudah wayang", "tidak dipahami"),
        ("23/11/2026 21,15", "tidak dipahami"),
        ("23/11/2026 20261123", "tidak dipahami"),
        ("Senin, 20 April 2025", "nama hari"),
        ("November 2026", "sebulan penuh"),
        ("malam Minggu, 27 November 2026", "nama hari"),
        ("Minggu malam, 28 November 2026", "nama hari"),
        ("11/23/2026", "tertukar"),
        ("24 Desember", "tanpa tahun; dibaca tahun 2025"),
        ("20/04/2025 21/04/2025 22/04/2025", "lebih dari dua"),
        ("21/04/2025 - 20/04/2025", "rentang"),
    ],
)
def test_what_is_uncertain_is_said(told: str, why: str) -> None:
    found = read_time(told, "Asia/Jakarta", NOW)
    assert len(found.doubts) == 1
    assert why in found.doubts[0]


@pytest.mark.parametrize(
    "told",
    [
        "",
        "13/11/2026 jam 14 pagi",
        "13/11/2026 13:10 AM",
        "29 Februari jam 9",
        "21.15",
        "kemarin",
        "32/01/2025",
        "20/13/2025",
        "30 Februari 2025",
        "20 Foktober 2025",
        "20 April 2025 pkl 25.10",
        "12",
        5,
        True,
        "20 April 2025 pkl 10.75",
        "0000-00-00",
        "9" * 5000,
    ],
)
def test_what_is_no_date_says_why(told: object) -> None:
    with pytest.raises(ValueError, match=r"tanggal|bulan|jam|hari"):
        read_time(told, "Asia/Jakarta", NOW)


@pytest.mark.parametrize(
    "told", ["November 2026", "awal Nov. 2026", "Minggu ke-3 November 2026", "Minggu III Nov 2026"]
)
def test_a_month_alone_is_a_doubted_month_and_its_week_is_no_day(told: str) -> None:
    found = read_time(told, "Asia/Jakarta", NOW)
    assert found.end is not None
    assert [f"{moment + WIB:%d/%m/%Y}" for moment in (found.start, found.end)] == ["01/11/2026", "01/12/2026"]
    assert "sebulan penuh" in found.doubts[0]


@pytest.mark.parametrize(
    "told", ["kemarin", "tadi malam", "wingi bengi", "hari ini jam 9", "Senin malam", "Minggu lalu"]
)
def test_a_day_that_hangs_on_another_is_refused_by_its_own_sentence(told: str) -> None:
    with pytest.raises(ValueError, match="tanpa tanggal: tulis tanggalnya"):
        read_time(told, "Asia/Jakarta", NOW)


@pytest.mark.parametrize("told", ["23/1l/2026", "23/11//2026", "23/11/202", "20261323", "99999999"])
def test_a_slip_of_the_pen_gives_no_other_day(told: str) -> None:
    with pytest.raises(ValueError, match=r"tanggal|bulan"):
        read_time(told, "Asia/Jakarta", NOW)


@pytest.mark.parametrize("first", [1, 9, 12, 23, 26, 27])
@pytest.mark.parametrize("between", [" - ", "-", " s/d ", " sampai "])
@pytest.mark.parametrize("month", ["Nov", "Oktober"])
def test_the_second_day_of_a_range_is_no_year(first: int, between: str, month: str) -> None:
    number = {"Nov": 11, "Oktober": 10}[month]
    for second in range(first + 1, 31):
        found = read_time(f"{first} {month}{between}{second} {month} 2026", "Asia/Jakarta", NOW)
        assert (found.start + WIB).date() == date(2026, number, first)
        assert found.end is not None
        assert (found.end + WIB - timedelta(seconds=1)).date() == date(2026, number, second)
        assert not found.doubts


@pytest.mark.parametrize("day", ["28-11-2026", "28/11/2026", "28.11.2026", "28 Nov 2026", "2026-11-28"])
@pytest.mark.parametrize("sign", [" ", ", ", "/", " / ", " : ", ":"])
@pytest.mark.parametrize("hour", ["10.05", "7:30", "21.15", "00.10"])
@pytest.mark.parametrize("zone", ["", " WIB"])
def test_a_sign_between_day_and_hour_moves_neither(day: str, sign: str, hour: str, zone: str) -> None:
    found = read_time(f"{day}{sign}{hour}{zone}", "Asia/Jakarta", NOW)
    at = time(*map(int, hour.replace(".", ":").split(":")))
    assert (found.start + WIB).replace(tzinfo=None) == datetime.combine(date(2026, 11, 28), at)
    assert (found.end, found.doubts) == (None, ())
