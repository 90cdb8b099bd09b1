"""Give the refusals of what a person asks of an incident: to judge, close, merge, split, unmask or propose. Pure."""

from typing import Final

ROWS: Final[dict[str, tuple[str, str, str]]] = {
    "above_clearance": (
        "not_yours",
        "Peristiwa ini di atas wewenang akun Anda; yang memutuskan harus membacanya.",
        "This incident is above your account's clearance; whoever decides must be able to read it.",
    ),
    "bulk_not_critical": (
        "state",
        "Peristiwa KRITIS dibuka satu per satu, tidak ditandai dari daftar.",
        "A KRITIS incident is opened by itself, not marked from a list.",
    ),
    "bulk_store_away": (
        "state",
        "Penyimpanan tidak terjangkau; yang ini belum diubah. Coba lagi.",
        "The store is away; this one is not changed. Try again.",
    ),
    "bulk_too_many": (
        "state",
        "Terlalu banyak sekaligus; pilih paling banyak {most}.",
        "Too many at once; choose at most {most}.",
    ),
    "close_lead_only": (
        "not_yours",
        "Hanya penanggung jawab, verifikator atau koordinator yang dapat menutup peristiwa.",
        "Only the lead institution, a verifier or a coordinator may close an incident.",
    ),
    "closing_needs_reason": ("reason_required", "Penutupan perlu alasan.", "Closing needs a reason."),
    "drill_not_found": ("not_found", "Latihan tidak ditemukan.", "The drill was not found."),
    "drill_over": ("state", "Latihan ini sudah selesai.", "This drill is over already."),
    "incident_above_clearance": (
        "not_yours",
        "Peristiwa ini di atas kewenangan baca Anda.",
        "This incident is above what you may read.",
    ),
    "incident_closed": ("state", "Peristiwa sudah ditutup.", "The incident is already closed."),
    "incident_not_found": ("not_found", "Peristiwa tidak ditemukan.", "The incident was not found."),
    "merge_named_issue": (
        "state",
        "Yang satu hanya untuk orang yang ditunjuk; samakan dulu jenis masalahnya.",
        "One of them is for named persons only; make their issues equal first.",
    ),
    "merge_needs_reason": ("reason_required", "Penggabungan perlu alasan.", "A merge needs a reason."),
    "merge_of_exercise": (
        "state",
        "Latihan tidak dapat digabung dengan peristiwa nyata.",
        "An exercise cannot be merged with a real incident.",
    ),
    "merge_of_warning": (
        "state",
        "Peringatan dini tidak dapat digabung dengan peristiwa.",
        "An early warning cannot be merged with an incident.",
    ),
    "merge_target_not_found": (
        "not_found",
        "Peristiwa tujuan tidak ditemukan.",
        "The incident to merge into was not found.",
    ),
    "merge_with_itself": (
        "state",
        "Peristiwa tidak dapat digabung dengan dirinya sendiri.",
        "An incident cannot be merged with itself.",
    ),
    "not_closed": ("state", "Peristiwa ini tidak sedang ditutup.", "This incident is not closed."),
    "not_merged": ("state", "Peristiwa ini tidak sedang digabung.", "This incident is not merged."),
    "nothing_changed": ("reason_required", "Belum ada nilai yang diubah.", "No value is changed yet."),
    "override_needs_reason": (
        "reason_required",
        "Perubahan penilaian perlu alasan.",
        "A changed judgement needs a reason.",
    ),
    "place_of_several": (
        "reason_required",
        "Ada beberapa tempat yang bernama itu: {places}. Tulis yang mana.",
        "Several places have that name: {places}. Write which one.",
    ),
    "place_unknown": (
        "reason_required",
        "Tempat itu tidak dikenal. Tulis nama desa dan kecamatannya, misalnya Mentoro, Soko.",
        "That place is unknown. Write its desa and kecamatan, for instance Mentoro, Soko.",
    ),
    "proposal_gone": (
        "not_found",
        "Usulan itu tidak ada atau sudah diputuskan.",
        "There is no such proposal, or it is decided already.",
    ),
    "proposal_needs_reason": (
        "reason_required",
        "Usulan perlu alasan.",
        "A proposal needs a reason.",
    ),
    "proposal_refusal_needs_reason": (
        "reason_required",
        "Menolak usulan perlu alasan.",
        "Refusing a proposal needs a reason.",
    ),
    "proposer_shut_out": (
        "state",
        "Akun pengusul sudah ditutup; usulkan lagi.",
        "Whoever proposed this is shut out; propose it again.",
    ),
    "reopening_needs_reason": ("reason_required", "Membuka kembali perlu alasan.", "Reopening needs a reason."),
    "report_not_here": (
        "not_found",
        "Laporan itu tidak ada di peristiwa ini.",
        "That report is not in this incident.",
    ),
    "role_cannot_close": ("not_yours", "Peran ini tidak dapat menutup peristiwa.", "This role cannot close incidents."),
    "role_cannot_confirm": (
        "not_yours",
        "Peran ini tidak dapat memutuskan usulan penurunan, penutupan atau penggabungan.",
        "This role cannot decide proposals to lower, close or merge.",
    ),
    "role_cannot_decide_suggestions": (
        "not_yours",
        "Peran ini tidak dapat memutuskan usulan.",
        "This role cannot decide suggestions.",
    ),
    "role_cannot_merge": (
        "not_yours",
        "Peran ini tidak dapat menggabungkan peristiwa.",
        "This role cannot merge incidents.",
    ),
    "role_cannot_override": (
        "not_yours",
        "Peran ini tidak dapat mengubah penilaian.",
        "This role cannot change the judgement.",
    ),
    "role_cannot_reopen": (
        "not_yours",
        "Peran ini tidak dapat membuka kembali peristiwa.",
        "This role cannot reopen incidents.",
    ),
    "role_cannot_split": (
        "not_yours",
        "Peran ini tidak dapat memisahkan peristiwa.",
        "This role cannot split incidents.",
    ),
    "role_cannot_unmask": (
        "not_yours",
        "Peran ini tidak dapat membuka yang disamarkan.",
        "This role cannot read what is hidden.",
    ),
    "role_cannot_verify": ("not_yours", "Peran ini tidak dapat memverifikasi.", "This role cannot verify."),
    "second_of_another_institution": (
        "not_yours",
        "Usulan ini disetujui oleh petugas instansi lain.",
        "Somebody of another institution agrees with this proposal.",
    ),
    "split_needs_reason": ("reason_required", "Pemisahan perlu alasan.", "A split needs a reason."),
    "suggestion_gone": (
        "not_found",
        "Usulan tidak ditemukan atau sudah diputuskan.",
        "The suggestion was not found or is already decided.",
    ),
    "unmask_needs_reason": (
        "reason_required",
        "Membuka yang disamarkan perlu alasan.",
        "Reading what is hidden needs a reason.",
    ),
}
