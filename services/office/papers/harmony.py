"""Write the monthly coordination note for the partners of religious harmony: no names, no texts. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

from babel.dates import format_date

from schemas.district import District
from schemas.vocabulary import Classification
from services.office.figures import Figures
from services.office.papers.official import dated, letterhead_of, local_day, long_date, long_moment
from services.office.papers.paper import Heading, Pairs, Paper, Paragraph, Table, shown
from services.office.papers.reports import definitions, rests_on, summary

STATES = {
    "open": "masih terbuka",
    "verified": "masih terbuka",
    "handled": "ditindaklanjuti",
    "settled": "selesai",
    "dismissed": "ditolak",
}


def harmony_paper(
    month: date, found: Figures, cases: Sequence[tuple[datetime, str, str | None, str]], district: District
) -> Paper:
    """Write the note of a month; `cases` are opened, issue, kecamatan and state of what the reader was told of."""
    called = format_date(month, "MMMM y", locale="id")
    rows = tuple(
        (
            long_date(local_day(opened, district)),
            district.issues[issue].label_id if issue in district.issues else issue,
            district.places[place].name if place in district.places else "-",
            STATES.get(state, state),
        )
        for opened, issue, place, state in cases
    )
    secretariat = district.overlays.coordinator
    return Paper(
        title="Catatan Koordinasi Kerukunan",
        classification=Classification.TERBATAS,
        letterhead=letterhead_of(district, secretariat),
        blocks=(
            Heading("I. ANGKA BULAN INI"),
            summary(found, district),
            Heading("II. YANG DITERUSKAN KEPADA ANDA"),
            Table(("Tanggal", "Masalah", "Kecamatan", "Keadaan"), rows, (25, 35, 20, 20), "Kasus")
            if rows
            else Paragraph("Tidak ada."),
            Heading("III. MOHON DIBAHAS BERSAMA"),
            Pairs(
                (
                    ("Masih terbuka", shown(found.open)),
                    ("Selesai", shown(found.settled)),
                )
            ),
            Heading("DEFINISI"),
            *definitions(hidden=False),
        ),
        subject=f"Kerukunan umat beragama, {called}",
        to=tuple(f"Yth. {district.called(code)}" for code in district.office.harmony.partners),
        dated=dated(district, secretariat, found.as_of),
        foot=(f"Keadaan per {long_moment(found.as_of, district)}.", rests_on(found.checkpoint)),
    )
