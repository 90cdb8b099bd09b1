"""Give the refusals of an answer to an alert: to accept, report, escalate, hand over or add a recipient. Pure."""

from typing import Final

ROWS: Final[dict[str, tuple[str, str, str]]] = {
    "account_without_institution": (
        "not_yours",
        "Akun ini tidak mewakili instansi.",
        "This account does not speak for an institution.",
    ),
    "alert_not_found": ("not_found", "Peringatan tidak ditemukan.", "The alert was not found."),
    "already_seen": (
        "state",
        "Instansi Anda sudah melihat atau menjawabnya.",
        "Your institution has seen or answered it.",
    ),
    "button_expired": (
        "state",
        "Tombol ini sudah kedaluwarsa. Silakan masuk untuk menerima.",
        "This button has expired. Please sign in to accept.",
    ),
    "button_used": ("state", "Tombol ini sudah dipakai.", "This button has been used."),
    "decline_needs_reason": (
        "reason_required",
        "Sebutkan mengapa ini bukan kewenangan instansi Anda.",
        "Say why this is not for your institution.",
    ),
    "departed": (
        "departed",
        "Anda tidak lagi tercatat menjawab untuk {called}.",
        "You are no longer recorded as answering for {called}.",
    ),
    "elsewhere": (
        "elsewhere",
        "Instansi Anda tidak bertugas di peristiwa itu.",
        "Your institution has no duty in that incident.",
    ),
    "escalation_needs_reason": ("reason_required", "Eskalasi perlu alasan.", "An escalation needs a reason."),
    "exercise_spares": (
        "state",
        "Ini latihan: pimpinan dan provinsi tidak diberi tahu.",
        "This is an exercise: heads and the province are not told.",
    ),
    "handover_answered": (
        "state",
        "{name} sudah menjawab. Tidak ada yang diambil kembali.",
        "{name} has answered already. Nothing was taken back.",
    ),
    "handover_clearance": (
        "state",
        "Orang itu tidak berwenang membaca peristiwa ini.",
        "That person is not cleared to read this incident.",
    ),
    "handover_not_on_shift": (
        "state",
        "Orang itu tidak sedang piket.",
        "That person is not on duty now.",
    ),
    "handover_nothing_owed": (
        "state",
        "Instansi Anda tidak diminta menjawab di sini.",
        "Nothing is asked of your institution here.",
    ),
    "handover_other_office": (
        "state",
        "Hanya dapat diserahkan kepada orang dari instansi Anda.",
        "It can be handed over only to somebody of your own institution.",
    ),
    "handover_role": (
        "state",
        "Orang itu tidak dapat menjawab untuk instansi Anda.",
        "That person cannot answer for your institution.",
    ),
    "handover_to_self": ("state", "Anda sendiri sudah diminta.", "You are asked yourself already."),
    "help_needs_words": ("reason_required", "Sebutkan bantuan apa yang diperlukan.", "Say which help is needed."),
    "institution_not_alerted": (
        "not_found",
        "Instansi ini tidak menerima peringatan untuk peristiwa ini.",
        "This institution received no alert about this incident.",
    ),
    "institution_unknown": (
        "state",
        "Instansi {institution} tidak dikenal kabupaten ini.",
        "This district does not know the institution {institution}.",
    ),
    "ladder_has_no_rungs": (
        "state",
        "Tangga eskalasi tingkat ini kosong: tidak ada yang dapat diberi tahu.",
        "The ladder of this level has no rungs: there is nobody to tell.",
    ),
    "named_persons_only": (
        "state",
        "Masalah ini hanya untuk orang yang ditunjuk, bukan untuk satuan di kecamatan atau desa.",
        "This issue is for named persons only, not for units of a kecamatan or desa.",
    ),
    "no_answer_awaited": (
        "state",
        "Instansi Anda tidak ditunggu jawabannya di sini.",
        "No answer of your institution is awaited here.",
    ),
    "no_ladder": ("state", "Peristiwa ini belum punya tangga eskalasi.", "This incident has no escalation ladder yet."),
    "nobody_named": (
        "state",
        "Belum ada orang {called} yang ditunjuk untuk masalah ini.",
        "Nobody of {called} is named for this issue yet.",
    ),
    "nothing_handed_over": (
        "state",
        "Tidak ada yang dapat Anda ambil kembali.",
        "There is nothing that you could take back.",
    ),
    "nothing_to_undo": (
        "state",
        "Tidak ada jawaban Anda yang dapat dibatalkan.",
        "There is no answer of yours to undo.",
    ),
    "place_uncertain": (
        "state",
        "Lokasi belum pasti, jadi belum jelas {called} mana yang dimaksud. Tentukan kecamatannya dulu.",
        "The place is not certain, so it is not clear which {called} is meant. Set the kecamatan first.",
    ),
    "proxy_coordinator_only": (
        "not_yours",
        "Hanya koordinator yang boleh menerima atas nama instansi lain.",
        "Only a coordinator may accept for another institution.",
    ),
    "proxy_needs_reason": (
        "reason_required",
        "Menerima atas nama instansi lain perlu alasan.",
        "Accepting for another institution needs a reason.",
    ),
    "recipient_accused": (
        "state",
        "{called} tidak dapat diberi tahu: {names} terlapor dalam peristiwa ini. Pilih instansi lain.",
        "{called} cannot be told: {names} is accused in this incident. Choose another institution.",
    ),
    "referral_above_clearance": (
        "not_yours",
        "Peristiwa ini di atas wewenang akun Anda; yang menambah penerima harus membacanya.",
        "This incident is above your account's clearance; whoever adds a recipient must be able to read it.",
    ),
    "referral_already_added": (
        "state",
        "{called} sudah ditambahkan sebagai {duty}.",
        "{called} is already added as {duty}.",
    ),
    "referral_already_told": (
        "state",
        "{called} sudah diberi tahu sebagai {duty}.",
        "{called} is already told as {duty}.",
    ),
    "referral_coordinator_only": (
        "not_yours",
        "Hanya koordinator yang dapat menambah penerima.",
        "Only a coordinator may add a recipient.",
    ),
    "referral_duty": (
        "state",
        "Penerima tambahan menjadi pendukung atau tembusan, bukan penanggung jawab.",
        "An added recipient supports or is informed; it does not lead.",
    ),
    "referral_needs_reason": (
        "reason_required",
        "Menambah penerima perlu alasan.",
        "Adding a recipient needs a reason.",
    ),
    "released": (
        "released",
        "{called} tidak lagi bertugas di peristiwa ini.",
        "{called} has no duty in this incident any more.",
    ),
    "role_cannot_accept": (
        "not_yours",
        "Peran ini tidak dapat menerima peringatan.",
        "This role cannot accept alerts.",
    ),
    "role_cannot_escalate": ("not_yours", "Peran ini tidak dapat mengeskalasi.", "This role cannot escalate."),
    "sitrep_empty": ("reason_required", "Lapjut tidak boleh kosong.", "A follow-up report must not be empty."),
    "sitrep_own_institution": (
        "not_yours",
        "Lapjut hanya untuk instansi sendiri.",
        "A follow-up report is for one's own institution only.",
    ),
    "undo_too_late": (
        "state",
        "Sudah lewat satu menit. Hubungi koordinator.",
        "More than a minute has passed. Call the coordinator.",
    ),
}
