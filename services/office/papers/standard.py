"""Write the Standar Pelayanan and the public's figures from what is configured: promises equal settings. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from schemas.district import District
from schemas.policy.clocks import Clock
from schemas.vocabulary import Classification, Level
from services.office.figures import DEFINITIONS, FEW, Figures, blurred
from services.office.papers.official import letterhead_of, local_day, long_moment
from services.office.papers.paper import Block, Heading, Numbered, Pairs, Paper, Paragraph, Table, shown
from services.office.papers.reports import LEVELS, NOWHERE
from services.office.papers.satisfaction import ELEMENTS, grade, index

MINUTE, HOUR, DAY = 1, 60, 1440


def lasting(minutes: int, *, always: bool) -> str:
    """Say a time limit: round the clock, or of working time.

    >>> lasting(15, always=True), lasting(1440, always=False), lasting(90, always=True)
    ('15 menit, 24 jam', '24 jam kerja', '1 jam 30 menit, 24 jam')
    """
    hours, rest = divmod(minutes, HOUR)
    said = " ".join(filter(None, (f"{hours} jam" if hours else "", f"{rest} menit" if rest else "")))
    return f"{said}, 24 jam" if always else f"{said} kerja"


def standard_paper(district: District, now: datetime) -> Paper:
    """Write the service standards: requirements, procedure, time, cost, product, complaints (PermenPANRB 15/2014)."""
    blocks: list[Block] = []
    for number, one in enumerate(district.office.services, 1):
        blocks += [
            Heading(f"{number}. {one.name}"),
            Heading("Persyaratan"),
            Numbered(one.requirements),
            Heading("Sistem, mekanisme, dan prosedur"),
            Numbered(one.steps),
            Pairs(
                (
                    ("Biaya", one.cost),
                    ("Produk", one.product),
                    ("Dasar hukum", "; ".join(one.legal_basis) or "-"),
                )
            ),
        ]
    blocks += [Heading("Jangka waktu"), *_times(district)]
    blocks += [Heading("Pengaduan"), Numbered(district.office.complaints)]
    blocks.append(Paragraph(f"Nyawa terancam: hubungi {district.emergency} lebih dulu."))
    return Paper(
        title="Standar Pelayanan",
        classification=Classification.BIASA,
        letterhead=letterhead_of(district, district.overlays.coordinator),
        blocks=tuple(blocks),
        foot=(f"Dibuat dari aturan {district.ruleset}, {long_moment(now, district)}.",),
    )


def _times(district: District) -> list[Block]:
    def row(clock: Clock) -> tuple[str, str, str]:
        return (
            LEVELS[clock.level],
            lasting(clock.ack, always=clock.always),
            lasting(clock.first_sitrep, always=clock.always),
        )

    ordered = sorted(district.clocks.values(), key=lambda one: -one.level)
    columns = ("Tingkat kerawanan", "Diterima penanggung jawab", "Laporan pertama")
    working = district.working
    days = district.office.forum_days
    return [
        Table(columns, tuple(row(one) for one in ordered), (30, 35, 35), "Jangka waktu"),
        Paragraph(
            f"Jam kerja {working.start.replace(':', '.')}-{working.end.replace(':', '.')}, hari libur tidak dihitung. "
            f"Batas waktu adalah ketentuan kantor. Masukan forum publik dijawab dalam {days} hari.",
            small=True,
        ),
    ]


def public_paper(found: Figures, district: District, answers: Sequence[Sequence[int]]) -> Paper:
    """Write what everybody may know: counts of a year's whole months from five up, and the survey."""
    total = blurred(found.total)

    def place(code: str) -> str:
        known = district.places.get(code)
        return f"Kec. {known.name}" if known else NOWHERE

    bidang = _in_no_order_of_counts(found.by_bidang.items())
    places = _in_no_order_of_counts((place(code), count) for code, count in found.by_kecamatan.items())
    levels = tuple((LEVELS[Level(level)], blurred(count)) for level, count in sorted(found.by_level.items()))
    blocks: list[Block] = [
        Pairs((("Jumlah peristiwa", _few(total)),)),
        Table(("Bidang", "Peristiwa"), bidang, (70, 30), "Bidang"),
        Table(("Tingkat kerawanan", "Peristiwa"), levels, (70, 30), "Tingkat"),
        Table(("Kecamatan", "Peristiwa"), places, (70, 30), "Kecamatan"),
        Paragraph(
            f"Tanda - berarti kurang dari {FEW}, atau disembunyikan agar yang kurang dari {FEW} tidak terhitung."
        ),
        Heading("Kepuasan pelapor (SKM)"),
        *_survey(answers),
        Heading("Definisi"),
        *(Paragraph(DEFINITIONS[key], small=True) for key in ("total", "hidden", "after")),
    ]
    return Paper(
        title="Angka untuk Umum",
        classification=Classification.BIASA,
        letterhead=letterhead_of(district, district.overlays.coordinator),
        blocks=tuple(blocks),
        subject=f"Peristiwa di {district.name}, tahun {local_day(found.period.start, district).year}",
        foot=(f"Keadaan per {long_moment(found.as_of, district)}, diperbarui tiap bulan.",),
    )


def _in_no_order_of_counts(rows: Iterable[tuple[str, int]]) -> tuple[tuple[str, int | None], ...]:
    """Blur counts and order rows by what is shown, then by name: the order of the counts would tell them.

    >>> _in_no_order_of_counts([("Z", 9), ("Y", 4), ("A", 5), ("B", 2)])
    (('A', 5), ('Z', 5), ('B', None), ('Y', None))
    """
    shown = ((name, blurred(count)) for name, count in rows)
    return tuple(sorted(shown, key=lambda row: (-(row[1] or 0), row[0])))


def _few(count: int | None) -> str:
    return f"kurang dari {FEW}" if count is None else shown(count)


def _survey(answers: Sequence[Sequence[int]]) -> list[Block]:
    """Give the index with its elements, of answers in the order they came, by fives: one alone could be known.

    Marks are whole, so means of six answers less those of five a month before are the sixth one's.
    """
    answers = answers[: len(answers) - len(answers) % FEW]
    if len(answers) < FEW:
        return [Paragraph(f"Belum cukup jawaban: angka tampil mulai {FEW} jawaban.")]
    value = index(answers) or 0.0
    letter, words = grade(value)
    rows = tuple((name, round(sum(one[n] for one in answers) / len(answers), 2)) for n, name in enumerate(ELEMENTS))
    return [
        Pairs(
            (("Nilai SKM", f"{value:g} (mutu {letter}: {words})".replace(".", ",")), ("Jawaban", shown(len(answers))))
        ),
        Table(("Unsur", "Rata-rata (1-4)"), rows, (70, 30), "SKM"),
    ]
