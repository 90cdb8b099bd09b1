"""Give the refusals of what people say of early warnings, and enter for them. Pure."""

from typing import Final

ROWS: Final[dict[str, tuple[str, str, str]]] = {
    "brief_above_clearance": (
        "not_yours",
        "Rekap mingguan bertanda Terbatas; kewenangan baca Anda belum sampai di situ.",
        "The weekly brief is Terbatas; your clearance does not reach that far.",
    ),
    "lowering_needs_reason": (
        "reason_required",
        "Menurunkan ambang perlu alasan.",
        "Lowering thresholds needs a reason.",
    ),
    "lowering_not_yours": (
        "not_yours",
        "Hanya koordinator atau verifikator yang menurunkan ambang.",
        "Only a coordinator or a verifier lowers thresholds.",
    ),
    "role_cannot_enter_dates": (
        "not_yours",
        "Peran ini tidak mengisi kalender rawan.",
        "This role does not enter vulnerable dates.",
    ),
    "role_cannot_enter_signs": (
        "not_yours",
        "Peran ini tidak mengisi tanda mingguan.",
        "This role does not enter signs of the week.",
    ),
    "role_cannot_judge_warning": (
        "not_yours",
        "Peran ini tidak menilai peringatan.",
        "This role does not judge warnings.",
    ),
    "sign_needed": (
        "state",
        "Centang tanda yang terlihat; catatan saja tidak disimpan.",
        "Tick the sign that was seen; a note alone is not kept.",
    ),
    "sign_note_full": (
        "state",
        "Catatan tanda ini sudah penuh ({most} huruf bersama catatan orang lain).",
        "The note of this sign is full ({most} letters with what others wrote).",
    ),
    "sign_of_other_place": (
        "not_yours",
        "Tanda mingguan hanya untuk wilayah sendiri.",
        "Signs of the week are for one's own area only.",
    ),
    "sign_unknown": ("state", "Kecamatan atau tanda tidak dikenal.", "The kecamatan or the sign is not known."),
    "warning_became_unknown": (
        "state",
        "Pilih apa yang terjadi sesudah peringatan.",
        "Choose what happened after the warning.",
    ),
    "warning_not_found": ("not_found", "Peringatan dini tidak ditemukan.", "The early warning was not found."),
    "warning_worth_unknown": ("state", "Pilih berguna atau tidak.", "Choose useful or not useful."),
    "warnings_for_officers": (
        "not_yours",
        "Peringatan dini dibuka untuk petugas, bukan untuk pelapor.",
        "Early warning is for officers, not for reporters.",
    ),
    "window_dates": (
        "state",
        "Tanggal selesai harus sesudah tanggal mulai, paling lama setahun.",
        "The last day must come after the first, within a year.",
    ),
    "window_needs_source": (
        "reason_required",
        "Nama dan sumber tanggal perlu diisi.",
        "A window needs its name and where its dates are known from.",
    ),
    "window_not_found": ("not_found", "Masa rawan tidak ditemukan.", "The window was not found."),
    "window_not_yours": (
        "not_yours",
        "Hanya pengisi, koordinator atau verifikator yang mencabutnya.",
        "Only its author, a coordinator or a verifier withdraws it.",
    ),
}
