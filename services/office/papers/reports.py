"""Write the reports upward from figures: daily, weekly, every four months, yearly. Pure.

Page, PDF and workbook are drawn from the one paper that is made here, so that they cannot differ.
"""

from datetime import datetime

from schemas.district import District
from schemas.vocabulary import Classification, Level
from services.office.figures import DEFINITIONS, Checkpoint, Figures
from services.office.papers.official import dated, letterhead_of, long_moment, month_year
from services.office.papers.paper import Block, Heading, Pairs, Paper, Paragraph, Table, shown
from services.office.papers.periods import FOUR_MONTHS, TITLES, YEARLY, Stretch

LEVELS = {Level.RENDAH: "Rendah", Level.SEDANG: "Sedang", Level.TINGGI: "Tinggi", Level.KRITIS: "Kritis"}
PHASES = {"PG": "Potensi gangguan", "AG": "Ambang gangguan", "GN": "Gangguan nyata", "-": "Tanpa gangguan"}
NOWHERE = "Tempat belum pasti"


def report_paper(
    stretch: Stretch,
    found: Figures,
    district: District,
    now: datetime,
    *,
    number: str = "",
    hidden: bool = False,
) -> Paper:
    """Write a report of a stretch of time; without a number it is a draft."""
    secretariat = district.overlays.coordinator
    office = district.office
    blocks: list[Block] = [Heading("I. RINGKASAN"), summary(found, district)]
    blocks += [Heading("II. MENURUT BIDANG DAN JENIS MASALAH"), *_by_issue(found, district)]
    blocks += [Heading("III. MENURUT TINGKAT KERAWANAN DAN TEMPAT"), _by_level(found), _by_place(found, district)]
    by_month = stretch.kind in (FOUR_MONTHS, YEARLY)
    if by_month:
        blocks += [Heading("IV. MENURUT BULAN"), _by_month(found)]
    if found.silent:
        blocks += [
            Heading(f"{'V' if by_month else 'IV'}. PENANGGUNG JAWAB YANG BELUM MENJAWAB"),
            _silent(found, district),
        ]
    blocks += [Heading("DEFINISI"), *definitions(hidden=hidden)]
    signatory = district.institutions.get(office.signatory or "")
    to = (f"Yth. {district.called(office.report_to)}",) if office.report_to else ()
    return Paper(
        title=TITLES[stretch.kind],
        classification=Classification.TERBATAS,
        letterhead=letterhead_of(district, secretariat),
        blocks=tuple(blocks),
        number=number,
        subject=f"{TITLES[stretch.kind]} {district.name}, {stretch.label}",
        to=to,
        dated=dated(district, secretariat, now),
        signatory=(signatory.name if signatory else district.called(secretariat),),
        copies=tuple(district.called(code) for code in office.report_copies),
        foot=(f"Keadaan per {long_moment(found.as_of, district)}.", rests_on(found.checkpoint)),
        draft=not number,
    )


def rests_on(checkpoint: Checkpoint) -> str:
    """Say which line of the audit log figures rest on: with it anybody can prove that nothing was changed since."""
    if not checkpoint.seq:
        return "Jejak audit: belum ada baris."
    return f"Jejak audit: baris {checkpoint.seq}, sidik {checkpoint.hash}"


def summary(found: Figures, district: District) -> Pairs:
    """Give the figures that come first."""
    minutes = "-" if found.answer_minutes is None else f"{shown(found.answer_minutes)} menit"
    history = f"; {shown(found.history)} dari arsip" if found.history else ""
    share = "-" if found.percent is None else f"{found.percent:g} %".replace(".", ",")
    return Pairs(
        (
            ("Wilayah", district.name),
            ("Jumlah peristiwa", f"{shown(found.total)} (dari {shown(found.reports)} laporan{history})"),
            ("Selesai", shown(found.settled)),
            ("Masih terbuka", shown(found.open)),
            ("Penyelesaian", share),
            ("Ditolak", f"{shown(found.dismissed)} (tidak dihitung)"),
            ("Median dijawab", f"{minutes}; {shown(found.answered)} dari {shown(found.asked)} penanggung jawab"),
        )
    )


def _by_issue(found: Figures, district: District) -> list[Table]:
    bidang = tuple(
        (name, count, found.settled_by_bidang.get(name, 0), _share(found.settled_by_bidang.get(name, 0), count))
        for name, count in found.by_bidang.items()
    )
    issues = tuple(
        (
            district.issues[code].label_id if code in district.issues else code,
            count,
            found.settled_by_issue.get(code, 0),
            _share(found.settled_by_issue.get(code, 0), count),
        )
        for code, count in found.by_issue.items()
    )
    columns, widths = ("Peristiwa", "Selesai", "Persen"), (55, 15, 15, 15)
    total = ("Jumlah", found.total, found.settled, found.percent)
    return [
        Table(("Bidang", *columns), (*bidang, total), widths, "Bidang"),
        Table(("Jenis masalah", *columns), (*issues, total), widths, "Jenis masalah"),
    ]


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _by_level(found: Figures) -> Table:
    rows = tuple((LEVELS[Level(level)], count) for level, count in sorted(found.by_level.items(), reverse=True))
    phases = tuple((PHASES.get(code, code), count) for code, count in found.by_phase.items())
    return Table(("Tingkat kerawanan dan tahap", "Peristiwa"), (*rows, *phases), (70, 30), "Tingkat dan tahap")


def _by_place(found: Figures, district: District) -> Table:
    def called(code: str) -> str:
        place = district.places.get(code)
        return f"Kec. {place.name}" if place else NOWHERE

    rows = tuple((called(code), count) for code, count in found.by_kecamatan.items())
    return Table(("Kecamatan", "Peristiwa"), rows, (70, 30), "Kecamatan")


def _by_month(found: Figures) -> Table:
    rows = tuple((month_year(month), count) for month, count in found.by_month.items())
    return Table(("Bulan", "Peristiwa"), rows, (70, 30), "Bulan")


def _silent(found: Figures, district: District) -> Table:
    rows = tuple((district.called(code), count) for code, count in found.silent.items())
    return Table(("Instansi", "Peristiwa tanpa jawaban"), rows, (70, 30), "Belum menjawab")


def definitions(*, hidden: bool) -> tuple[Paragraph, ...]:
    """Give what every figure counts; `hidden` says that something was left out for its secrecy."""
    keys = [key for key in DEFINITIONS if hidden or key != "hidden"]
    return tuple(Paragraph(DEFINITIONS[key], small=True) for key in keys)
