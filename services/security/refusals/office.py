"""Give the refusals of the office's own work: papers, requests, meetings, ormas, the survey. Pure."""

from typing import Final

ROWS: Final[dict[str, tuple[str, str, str]]] = {
    "answer_empty": ("reason_required", "Jawaban tidak boleh kosong.", "An answer must not be empty."),
    "ask_above_clearance": (
        "not_yours",
        "Permintaan ini di atas kewenangan baca Anda.",
        "This request is above what you may read.",
    ),
    "ask_answered": ("state", "Permintaan ini sudah dijawab.", "This request has been answered."),
    "ask_due": (
        "state",
        "Batas waktu harus di depan, paling lama setahun.",
        "The time limit must lie ahead, at most a year.",
    ),
    "ask_kind_missing": ("state", "Pilih apa yang diminta.", "Choose what is asked for."),
    "ask_needs_unit": ("state", "Pilih kecamatan dari {name}.", "Choose the kecamatan of {name}."),
    "ask_needs_words": ("reason_required", "Sebutkan apa yang diminta.", "Say what is asked for."),
    "ask_not_found": ("not_found", "Permintaan tidak ditemukan.", "The request was not found."),
    "ask_of_another": ("not_yours", "Yang menjawab adalah {called}.", "{called} is to answer this."),
    "attendance_changed": (
        "state",
        "Daftar hadir diubah orang lain sesudah Anda membukanya. Isian Anda belum disimpan: cocokkan, simpan lagi.",
        "Somebody else changed the attendance after you opened it. Yours is not kept yet: compare, then save again.",
    ),
    "attendance_missing": ("state", "Isi dulu daftar hadir.", "Fill in the attendance first."),
    "classification_above_clearance": (
        "not_yours",
        "Klasifikasi ini di atas kewenangan baca Anda.",
        "This classification is above what you may read.",
    ),
    "classification_too_low": (
        "state",
        "Klasifikasi tidak boleh di bawah klasifikasi masalahnya.",
        "The classification must not be below that of its issue.",
    ),
    "classification_unknown": ("state", "Klasifikasi tidak dikenal.", "That classification is unknown."),
    "input_forum_only": ("state", "Masukan dicatat pada forum publik.", "Inputs are written down at a public forum."),
    "input_known": ("state", "Masukan ini sudah tercatat.", "This input is written down already."),
    "input_needs_words": (
        "reason_required",
        "Masukan perlu unsur dan isi.",
        "An input needs its element and its words.",
    ),
    "institution_accused": (
        "state",
        "{called} terlapor dalam peristiwa ini, atau bagian dari yang terlapor.",
        "{called} is accused in this incident, or part of who is accused.",
    ),
    "issue_not_in_papers": (
        "state",
        "Masalah ini hanya untuk orang yang ditunjuk, tidak lewat Laporan Informasi.",
        "This issue is for named persons only, not for information reports.",
    ),
    "issue_of_named_persons": (
        "state",
        "Masalah ini hanya untuk orang yang ditunjuk; bicarakan di peristiwanya.",
        "This issue is for named persons only; speak of it at its incident.",
    ),
    "letter_missing": ("state", "Pilih huruf dari {article}.", "Choose a letter of {article}."),
    "letter_needs_words": (
        "reason_required",
        "Surat perlu tujuan dan uraian.",
        "A letter needs an addressee and a description.",
    ),
    "meeting_kind": ("state", "Jenis rapat tidak dikenal.", "That kind of meeting is unknown."),
    "meeting_needs_words": ("reason_required", "Rapat perlu judul dan tempat.", "A meeting needs a title and a place."),
    "meeting_not_begun": ("state", "Rapat ini belum dimulai.", "This meeting has not begun yet."),
    "meeting_not_found": ("not_found", "Rapat tidak ditemukan.", "The meeting was not found."),
    "meetings_coordinator_only": (
        "not_yours",
        "Hanya koordinator yang menyelenggarakan rapat dan menerbitkan laporan.",
        "Only a coordinator holds meetings and issues reports.",
    ),
    "minutes_changed": (
        "state",
        "Risalah diubah orang lain sesudah Anda membukanya. Tulisan Anda belum disimpan: cocokkan, simpan lagi.",
        "Somebody else changed the minutes after you opened them. Yours are not kept yet: compare, then save again.",
    ),
    "minutes_closed": ("state", "Berita acara rapat ini sudah ditutup.", "The minutes of this meeting are closed."),
    "nobody_cleared": (
        "state",
        "Belum ada orang {called} yang berwenang membaca klasifikasi ini.",
        "Nobody of {called} may read this classification yet.",
    ),
    "one_issue": (
        "state",
        "Pilih satu jenis masalah: satu Laporan Informasi, satu masalah.",
        "Choose one issue: one information report, one issue.",
    ),
    "ormas_unknown": (
        "state",
        "Nomor {number} tidak ada dalam daftar Sipolmas.",
        "The number {number} is not in the Sipolmas list.",
    ),
    "paper_above_clearance": (
        "not_yours",
        "Dokumen {marking} di atas kewenangan baca Anda.",
        "A document marked {marking} is above what you may read.",
    ),
    "paper_needs": ("reason_required", "Laporan Informasi perlu {wanted}.", "An information report needs {wanted}."),
    "party_unknown": ("state", "{party} bukan pihak dalam peristiwa ini.", "{party} is not a party to this incident."),
    "rating_unreadable": (
        "state",
        "Nilai baket terdiri dari huruf A-F dan angka 1-6, misalnya B2.",
        "A rating is a letter A-F and a number 1-6, such as B2.",
    ),
    "recipient_level": (
        "state",
        "Penerima {recipient} bukan instansi tingkat kabupaten.",
        "The recipient {recipient} is not an institution of the district.",
    ),
    "recipient_missing": ("state", "Pilih paling sedikit satu penerima.", "Choose at least one recipient."),
    "report_still_running": ("state", "Masa laporan ini belum berakhir.", "The time of this report is not over yet."),
    "role_cannot_write": (
        "not_yours",
        "Peran ini tidak dapat menulis surat atau permintaan.",
        "This role cannot write papers or requests.",
    ),
    "survey_done": (
        "state",
        "Survei untuk laporan ini sudah diisi. Terima kasih.",
        "The survey for this report has been filled in. Thank you.",
    ),
    "survey_incomplete": ("state", "Jawab kesembilan pertanyaan.", "Answer all nine questions."),
    "survey_not_yet": (
        "state",
        "Survei dibuka setelah laporan selesai.",
        "The survey opens when the report is over.",
    ),
    "writer_without_institution": (
        "not_yours",
        "Akun ini tidak menulis atas nama suatu instansi.",
        "This account does not write for an institution.",
    ),
}
