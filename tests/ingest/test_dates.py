"""Dates as files here write them, and what is none."""

from datetime import UTC, date, datetime

import pytest

from services.ingest.formats.dates import read_time

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


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
        ("2025-04-20 02:30 WITA", "2025-04-20T01:30"),
        ("19-20 April 2025", "2025-04-19T00:00"),
        ("45767", "2025-04-20T00:00"),
        (45767.0625, "2025-04-20T01:30"),
        (date(2025, 4, 20), "2025-04-20T00:00"),
        (datetime(2025, 4, 20, 1, 30), "2025-04-20T01:30"),  # noqa: DTZ001 - as Excel keeps it
        (datetime(2025, 4, 19, 18, 30, tzinfo=UTC), "2025-04-20T01:30"),
    ],
)
def test_a_date_is_read(told: object, local: str) -> None:
    assert read_time(told, "Asia/Jakarta", NOW).start == datetime.fromisoformat(f"{local}+07:00")


@pytest.mark.parametrize(
    "told",
    [
        "",
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
