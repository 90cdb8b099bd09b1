"""Give the refusals of any page and form: who may open it, what cannot be read in it. Pure."""

from typing import Final

ROWS: Final[dict[str, tuple[str, str, str]]] = {
    "date_unreadable": ("state", "Tanggal tidak terbaca.", "The date cannot be read."),
    "nil_report_guards_only": (
        "not_yours",
        "Laporan nihil dikirim oleh yang menjaga satu kecamatan atau desa.",
        "A nil report is filed by those who watch one kecamatan or desa.",
    ),
    "page_not_for_role": ("not_yours", "Halaman ini bukan untuk peran Anda.", "This page is not for your role."),
    "program_decides_nothing": (
        "not_yours",
        "Kunci program tidak memutuskan; masuklah sebagai petugas.",
        "A program's key decides nothing; sign in as an officer.",
    ),
    "reporter_follows": (
        "not_yours",
        "Pelapor mengikuti laporannya lewat nomor laporan.",
        "A reporter follows his report by its number.",
    ),
    "role_cannot": (
        "not_yours",
        "Peran Anda tidak dapat membuka atau melakukan ini.",
        "Your role cannot open or do this.",
    ),
    "time_unreadable": ("state", "Waktu {text} tidak terbaca.", "The time {text} cannot be read."),
    "value_unknown": ("reason_required", "{name} tidak dikenal.", "{name} is unknown."),
    "year_impossible": ("state", "Tahun {year} tidak mungkin.", "The year {year} is not possible."),
}
