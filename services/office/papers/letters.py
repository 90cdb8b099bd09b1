"""Write information notes (Laporan Informasi) and letters of referral. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.district import District
from schemas.vocabulary import Classification
from services.office.papers.official import dated, letterhead_of, long_moment
from services.office.papers.paper import Block, Heading, Numbered, Pairs, Paper, Paragraph, Table

RELIABILITY = {
    "A": "sangat dipercaya",
    "B": "dapat dipercaya",
    "C": "biasanya dapat dipercaya",
    "D": "diragukan",
    "E": "tidak dapat dipercaya",
    "F": "tidak dapat dinilai",
}
CREDIBILITY = {
    "1": "dibenarkan sumber lain",
    "2": "mungkin benar",
    "3": "bisa jadi benar",
    "4": "diragukan",
    "5": "tidak mungkin",
    "6": "tidak dapat dinilai",
}


@dataclass(frozen=True)
class Written:
    """A document as it is kept."""

    number: str
    institution: str
    classification: int
    subject: str
    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """Who was asked to acknowledge, and when a person did."""

    institution: str
    at: datetime | None
    by: str = ""


def rating_words(rating: str) -> str:
    """Say a source rating in words.

    >>> rating_words("B2")
    'B2 (sumber dapat dipercaya; isi mungkin benar)'
    """
    return f"{rating} (sumber {RELIABILITY[rating[0]]}; isi {CREDIBILITY[rating[1]]})"


def note_paper(
    note: Written, district: District, receipts: Sequence[Receipt], place: str = "", foot: Sequence[str] = ()
) -> Paper:
    """Write an information note: sources and their worth, facts, the reporter's opinion, distribution."""
    body = note.body
    issue = district.issues.get(body["issue"])
    blocks: list[Block] = [
        Heading("I. PENDAHULUAN"),
        Pairs(
            (
                ("Masalah", issue.label_id if issue else body["issue"]),
                *((("Peristiwa", place),) if place else ()),
                ("Sumber", body["source"]),
                ("Hubungan", body["relation"] or "-"),
                ("Cara mendapatkan", body["how"] or "-"),
                ("Waktu", body["obtained"] or "-"),
                ("Nilai", rating_words(body["rating"])),
            )
        ),
        Heading("II. FAKTA"),
        Numbered(tuple(line.strip() for line in body["facts"].splitlines() if line.strip())),
        Heading("III. PENDAPAT PELAPOR"),
        Paragraph(body["opinion"] or "Tidak ada."),
        Heading("DISTRIBUSI"),
        _receipts(receipts, district),
    ]
    return Paper(
        title="Laporan Informasi",
        classification=Classification(note.classification),
        letterhead=letterhead_of(district, note.institution),
        blocks=tuple(blocks),
        number=note.number,
        subject=note.subject,
        dated=dated(district, note.institution, note.at),
        signatory=("Pelapor,", district.called(note.institution)),
        foot=tuple(foot),
    )


def _receipts(receipts: Sequence[Receipt], district: District) -> Table:
    rows = tuple(
        (
            district.called(one.institution),
            f"{long_moment(one.at, district)}{f', {one.by}' if one.by else ''}" if one.at else "belum diterima",
        )
        for one in receipts
    )
    return Table(("Kepada", "Diterima"), rows, (45, 55), "Distribusi")


def referral_paper(
    letter: Written,
    district: District,
    cases: Sequence[tuple[str, ...]],
    trail: Sequence[tuple[str, str]],
    foot: Sequence[str] = (),
) -> Paper:
    """Write a letter that hands what was noted of an ormas to whoever decides.

    `cases` are opened day, issue, kecamatan and state of each incident: no names of persons.
    """
    body, office = letter.body, district.office
    blocks: list[Block] = [
        Paragraph(
            f"Bersama ini disampaikan catatan peristiwa yang melibatkan {body['name']} "
            f"(nomor registrasi {body['ormas']}), untuk menjadi bahan pertimbangan sesuai kewenangan Saudara."
        ),
        Heading("DASAR"),
        Paragraph(f"{office.ormas_article} huruf {body['letter']}: {office.ormas_letters.get(body['letter'], '-')}."),
        Heading("URAIAN"),
        Paragraph(body["text"]),
    ]
    if cases:
        blocks += [
            Heading("PERISTIWA TERCATAT"),
            Table(("Tanggal", "Masalah", "Kecamatan", "Keadaan"), tuple(cases), (25, 35, 20, 20), "Peristiwa"),
        ]
    blocks.append(
        Paragraph(
            "Bakesbangpol mencatat dan meneruskan; keputusan atas organisasi yang bersangkutan berada pada pejabat "
            "yang berwenang."
        )
    )
    if trail:
        blocks += [Heading("RIWAYAT SURAT"), Pairs(tuple(trail))]
    signatory = district.institutions.get(office.signatory or "")
    return Paper(
        title="Surat Rujukan",
        classification=Classification(letter.classification),
        letterhead=letterhead_of(district, letter.institution),
        blocks=tuple(blocks),
        number=letter.number,
        subject=letter.subject,
        to=(f"Yth. {body['to']}",),
        dated=dated(district, letter.institution, letter.at),
        signatory=(signatory.name if signatory else district.called(letter.institution),),
        copies=tuple(district.called(code) for code in office.report_copies),
        foot=tuple(foot),
    )
