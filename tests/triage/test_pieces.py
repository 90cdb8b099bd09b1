"""Parts of an SMS are joined without their numbers; a date or a fraction that begins one is part of what was told."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.messages import ReportIn
from services.triage.correlation.bubbles import Piece, joined

AT = datetime(2026, 11, 23, 14, 15, tzinfo=UTC)


def whole(*texts: str) -> str:
    """Join pieces, and find the words of the last one where the joined text is said to hold them."""
    *before, last = texts
    pieces = [Piece(str(at), ReportIn(text=text), AT + timedelta(seconds=at)) for at, text in enumerate(before)]
    own = ReportIn(text=last)
    report, behind = joined(pieces, own)
    kept = report.text.rsplit("\n", 1)[-1]
    assert report.text[behind + own.text.find(kept) :] == kept
    return report.text


@pytest.mark.parametrize("number", ["({}/{})", "[{}/{}]", "{}/{}", "{}/{}:", " {}/{} -", "({}/{}) -"])
@pytest.mark.parametrize("texts", [("tawuran di Soko", "2 luka"), ("tawuran", "di Soko", "2 luka")])
def test_numbers_of_parts_are_left_out(number: str, texts: tuple[str, ...]) -> None:
    numbered = [f"{number.format(at, len(texts))} {text}" for at, text in enumerate(texts, 1)]
    assert whole(*numbered) == "\n".join(texts)
    behind = [f"{text} ({at}/{len(texts)})" for at, text in enumerate(texts, 1)]
    assert whole(*behind) == "\n".join(texts)


@pytest.mark.parametrize(
    "text",
    [
        "23/11/2026 21.15 WIB tawuran",
        "3/11/2026 tawuran",
        "23/11 tawuran dua kelompok",
        "3/4 rumah warga dibakar",
        "10/12 orang luka",
        "1/2 jam yang lalu tawuran",
        "12/7 tawuran",
        "0/2 tawuran",
    ],
)
@pytest.mark.parametrize("other", ["di Kec. Soko, 2 luka", "1/3 desa gelap", "4/11/2026 ribut lagi", "(1/2) di Soko"])
def test_a_date_or_a_fraction_is_no_number_of_a_part(text: str, other: str) -> None:
    told = other.removeprefix("(1/2) ")
    assert whole(text, other) == f"{text}\n{told}"
    assert whole(other, text) == f"{told}\n{text}"


def test_dates_of_one_month_are_no_parts() -> None:
    assert whole("3/11 tawuran di Soko", "4/11 ribut lagi") == "3/11 tawuran di Soko\n4/11 ribut lagi"
