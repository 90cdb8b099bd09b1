"""How papers fill their pages: no signature or sum alone on a last page, and a brief on one page in any week."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pypdfium2
import pytest

from schemas.vocabulary import Classification
from services.console.warnings.brief import Brief, Row
from services.console.warnings.brief_paper import paper_of
from services.console.warnings.past import Since
from services.console.warnings.record import Record
from services.office.figures import Checkpoint
from services.office.papers import pdf
from services.office.papers.official import letterhead_of
from services.office.papers.paper import Block, Heading, Paper, Paragraph, Table
from services.office.papers.pdf import CLOSER, LENGTHS, _drawn, one_page_of, pdf_of
from services.warnings.places import PlaceLevel, WatchNote
from services.warnings.thresholds import Quiet
from services.warnings.vulnerable_dates import Dated
from tests.console.night import DISTRICT, NOW

MONDAY = date(2026, 11, 16)


def read(body: bytes) -> list[str]:
    """Give the text of each page, spaces as one."""
    return [" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(body)]


def signed(*blocks: Block) -> Paper:
    """Give a paper with a signature and copies."""
    head = letterhead_of(DISTRICT, "KESBANG")
    return Paper(
        title="Laporan",
        classification=Classification.BIASA,
        letterhead=head,
        blocks=blocks,
        signatory=("Kepala",),
        copies=("Bupati", "Sekda"),
        dated="Tuban, 28 November 2026",
    )


@pytest.mark.parametrize("rows", [20, 34, 38, 42, 60, 78, 84, 90])
def test_a_paper_is_drawn_closer_only_where_that_saves_a_page_and_loses_no_word(rows: int) -> None:
    rest = tuple((f"Kec. {n}", n) for n in range(rows))
    paper = signed(Heading("I. TEMPAT"), Table(("Kecamatan", "Peristiwa"), rest), Paragraph("Selesai."))
    body = pdf_of(paper, NOW)
    pages = read(body)
    drawn = {scale: _drawn(paper, NOW, scale) for scale in (1, *CLOSER)}
    assert body == pdf_of(paper, NOW)
    assert all(f"Kec. {n} " in " ".join(pages) for n in range(rows))
    assert len(pages) == min(count for _, count in drawn.values())
    assert body == next(one for one, count in drawn.values() if count == len(pages))  # the largest that needs no more


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
def test_no_heading_stands_at_the_end_of_a_page_without_its_table(rows: int) -> None:
    table = Table(("Tingkat", "Peristiwa"), tuple((f"Baris {n}", n) for n in range(rows)))
    for lines in range(25, 50):  # from a page with room to the next page
        above = (Paragraph(f"Kalimat {n}.", small=True) for n in range(lines))
        pages = read(_drawn(signed(*above, Heading("III. TINGKAT"), table), NOW, 1)[0])
        (page,) = [one for one in pages if "III. TINGKAT" in one]
        assert "III. TINGKAT Tingkat Peristiwa Baris 0" in page


@pytest.mark.parametrize("lines", [0, 1, 3, 5, 8, 12])
def test_a_foot_of_any_length_stands_between_the_text_and_the_marking(lines: int) -> None:
    foot = tuple(f"Catatan kaki nomor {n}, sepanjang satu baris." for n in range(lines))
    paper = replace(signed(*(Paragraph(f"Isi {n}.") for n in range(90))), foot=foot)
    for page in pypdfium2.PdfDocument(pdf_of(paper, NOW)):
        text = page.get_textpage()
        boxes = [text.get_rect(n) for n in range(text.count_rects())]  # left, bottom, right, top
        marking = min(boxes, key=lambda box: box[1])
        assert "BIASA" in text.get_text_bounded(*marking)
        notes = [box for box in boxes if "Catatan kaki" in text.get_text_bounded(*box)]
        body = [box for box in boxes if box[1] > marking[3] and box not in notes]
        assert len(notes) == lines
        assert all(marking[3] <= bottom for _, bottom, _, _ in notes)
        assert all(min(bottom for _, bottom, _, _ in body) >= top - 1 for _, _, _, top in notes)


@pytest.mark.parametrize("before", range(24, 40))
def test_a_short_table_is_not_parted(before: int) -> None:
    rows = tuple((f"Kec. {n}", n) for n in range(3))
    paper = signed(*(Paragraph(f"Isi {n}.") for n in range(before)), Table(("Kecamatan", "Peristiwa"), rows))
    [page] = [page for page in read(pdf_of(paper, NOW)) if "Kec. 0" in page]
    assert all(f"Kec. {n}" in page for n in range(3))


def brief(many: int) -> tuple[Brief, Any]:
    """Give a week in which everything there is to tell happened `many` times."""
    composer = SimpleNamespace(place=lambda code: f"Kec. {code}")
    day = MONDAY + timedelta(days=6)
    warning: Any = SimpleNamespace(
        kind="rise",
        text="Seluruh Tuban: 23 kejadian dalam 7 hari; biasanya 5,6. Peluang kebetulan 1 dari 38.000. "
        "Diberitahukan sekali; tiap wilayah kini dinilai terhadap tingkat yang baru. Bukan ramalan.",
    )
    window = Dated("X", "Pengesahan warga baru perguruan silat", day, day, "SLT")
    made = Brief(
        monday=MONDAY,
        sunday=day,
        running=not many % 2,
        rows=tuple(Row(f"Kelompok masalah {n}", n, n, 1.5) for n in range(6)),
        total=23,
        serious=8,
        usual=5.3,
        warnings=tuple([warning] * many),
        hot=tuple(PlaceLevel(f"H{n}", f"Kec. {n}", 1.2, {"TINGGI": 3}, (), day) for n in range(5)),
        watched=tuple(WatchNote("x", f"N{n}", None, 3, day, day + timedelta(days=n), ()) for n in range(many)),
        chains=(),
        coming=tuple((window, []) for _ in range(many)),
        silent=tuple(Quiet(f"S{n}", day, 9, 3.0, 0.001) for n in range(many)),
        signs=tuple({"kecamatan": f"T{n}", "code": "X", "week": MONDAY.isoformat()} for n in range(many)),
        record=Record(MONDAY, 6, 12, 8, 5, 9, 4, 7, 3),
        moment=NOW,
        since=Since(many, many, many, many, many),
        checkpoint=Checkpoint(123456, "0123456789abcdef" * 4),
    )
    return made, composer


@pytest.mark.parametrize("many", [0, 1, 3, 5, 9, 20, 60])
def test_the_weekly_brief_is_one_page_in_any_week_and_says_how_many_it_leaves_out(many: int) -> None:
    found, composer = brief(many)
    asked: list[int] = []

    def write(most: int) -> Paper:
        asked.append(most)
        return paper_of(found, composer, DISTRICT, NOW, "Ratna", most)

    [page] = read(one_page_of(write, NOW))
    shown = asked[-1]
    for list_of in ("N", "S", "T"):
        assert sum(f"Kec. {list_of}{n}:" in page for n in range(many)) == min(many, shown), list_of
    assert page.count(f"dan {many - shown} lain, lihat halaman rekap") == (5 if many > shown else 0)
    assert "6. Pertanggungjawaban" in page
    assert "Dibuat untuk Ratna" in page
    assert asked == list(LENGTHS[: len(asked)])


@pytest.mark.parametrize("text", ["Sabtu, “Ñandú” – 5 km² · Łódź", "Omega Ω, panah →, huruf Ж"])
def test_a_paper_is_the_same_whether_its_fonts_are_read_whole_or_not(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = signed(Heading(text), Paragraph(text), Paragraph(text, small=True))
    found = pdf_of(paper, NOW)
    monkeypatch.setattr(pdf, "_usual", lambda _: (b"", ()))
    assert pdf_of(paper, NOW) == found
    assert text.split(maxsplit=1)[0] in read(found)[0]
