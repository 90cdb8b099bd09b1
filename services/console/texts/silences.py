"""Say what a coordinator decides by hand: whom to tell besides, whom to leave alone for a while. Pure."""

from typing import Final

BY_HAND: Final[dict[str, tuple[str, str]]] = {
    # a recipient added by hand
    "act.tambah": ("Tambah penerima", "Add a recipient"),
    "act.tambah_hint": (
        (
            "Untuk instansi yang belum diberi tahu dan menurut Anda perlu tahu. Pendukung diberi tahu sekarang juga; "
            "tembusan di bawah TINGGI ikut rangkuman jam kerja."
        ),
        (
            "For an institution that has not been told and should know. Support is told now; "
            "a copy below TINGGI comes with the digest of working hours."
        ),
    ),
    "choose": ("Pilih ...", "Choose ..."),
    "refer.stand_ins": ("Dapat menggantikan yang terlapor", "May act in place of the accused"),
    "refer.others": ("Instansi lain", "Other institutions"),
    "refer_duty.support": ("Pendukung: diminta menjawab", "Support: asked to answer"),
    "refer_duty.inform": ("Tembusan: cukup tahu", "Inform: only to know"),
    "refer_reason": (
        "Alasan ini masuk jejak peristiwa dan terbaca instansi lain: jangan sebut nama pelapor.",
        "The reason stands in the timeline, where other institutions read it: do not name the reporter.",
    ),
    "done.tambah": (
        "Ditambahkan. Apakah pesannya sudah sampai terlihat di Siapa sudah menjawab.",
        "Added. Who has answered shows whether its message has arrived.",
    ),
    "barred_title": ("Tidak diberi tahu: {institutions}.", "Not told: {institutions}."),
    "barred_text": ("Sebabnya, {accused} terlapor dalam peristiwa ini.", "The reason: a report accuses {accused}."),
    "barred_instead": (
        "Untuk sementara {instead} menjadi penanggung jawab.",
        "For the time being {instead} leads.",
    ),
    "barred_yours": ("Anda yang memutuskan siapa lagi yang perlu tahu:", "You decide who else should know:"),
    "barred_theirs": (
        "Koordinator memutuskan siapa lagi yang perlu tahu.",
        "The coordinator decides who else should know.",
    ),
    "journal.incident.referred": ("{institution} ditambahkan. {reason}", "{institution} was added. {reason}"),
    "journal.alert.barred": (
        "Tidak diberi tahu karena {accused} terlapor: {institutions}",
        "Not told because a report accuses {accused}: {institutions}",
    ),
    "sections": ("Bagian meja kerja", "Parts of the desk"),
    # silences
    "silences": ("Redam", "Silences"),
    "silences_lead": (
        "Peringatan yang sengaja tidak dikirim untuk sementara, oleh siapa dan mengapa.",
        "Alerts deliberately left out for a while, by whom and why.",
    ),
    "silence_never": (
        "Yang tidak pernah diredam: KRITIS, dan TINGGI kepada penanggung jawabnya.",
        "Never silenced: critical ones, and high ones to their lead.",
    ),
    "silence_make": ("Redam sesuatu", "Silence something"),
    "silence_make_hint": (
        "Isi sedikitnya satu. Makin banyak yang diisi, makin sedikit yang diredam.",
        "Fill in at least one. The more you fill in, the less is silenced.",
    ),
    "silence_kind": ("Latihan atau nyata", "Exercise or real"),
    "silence_both": ("Keduanya", "Both"),
    "kind.real": ("Hanya yang nyata", "What is real only"),
    "kind.exercise": ("Hanya latihan", "Exercises only"),
    "silence_hours": ("Selama", "For"),
    "silence_until": ("Atau sampai (paling lama 7 hari)", "Or until (seven days at most)"),
    "silence_start": ("Mulai (kosong: sekarang)", "From (empty: now)"),
    "silence_check": ("Periksa dulu", "Check first"),
    "silence_sure": ("Redam ini?", "Silence this?"),
    "silence_from": ("Mulai", "From"),
    "silence_to": ("Sampai", "Until"),
    "silence_touches": ("peristiwa terbuka terkena", "open incidents are touched"),
    "silence_touches.one": ("peristiwa terbuka terkena", "open incident is touched"),
    "silence_kritis": (
        "{n} di antaranya KRITIS: tetap dikirim ke semua.",
        "{n} of them critical: told to everybody all the same.",
    ),
    "silence_tinggi": (
        "{n} di antaranya TINGGI: penanggung jawabnya tetap diberi tahu.",
        "{n} of them high: the lead is told all the same.",
    ),
    "silence_do": ("Ya, redam", "Yes, silence it"),
    "silence_not": ("Tidak jadi", "Leave it"),
    "silence_end": ("Akhiri sekarang", "End it now"),
    "silence_cancel": ("Batalkan", "Cancel"),
    "silence_for": ("kepada {name}", "to {name}"),
    "silence_ended_by": ("diakhiri {who}", "ended by {who}"),
    "silence_left_out": ("{n} peringatan tidak dikirim", "{n} alerts left out"),
    "silence_left_out.one": ("1 peringatan tidak dikirim", "1 alert left out"),
    "silence_left_none": ("Belum ada yang tertahan", "Nothing left out so far"),
    "silence.active": ("Berlaku", "Active"),
    "silence.pending": ("Akan datang", "To come"),
    "silence.expired": ("Berakhir", "Ended"),
    "silences_active": ("Berlaku sekarang", "Active now"),
    "silences_pending": ("Akan datang", "To come"),
    "silences_expired": ("Sudah berakhir ({n})", "Ended ({n})"),
    "silences_older": ("dan {n} lagi yang lebih lama", "and {n} older ones"),
    "silences_none_active": ("Tidak ada yang diredam. Semua peringatan dikirim.", "Nothing is silenced."),
    "silences_none_pending": ("Tidak ada.", "None."),
    "silence_alike": ("Redam yang serupa", "Silence the like"),
    "done.redam": ("Diredam. Semua pembaca daftar ini melihatnya.", "Silenced. Everybody who reads this list sees it."),
    "done.akhiri": (
        "Diakhiri. Yang tertahan untuk penanggung jawab dikirim sekarang.",
        "Ended. What was held back for a lead is told now.",
    ),
}
