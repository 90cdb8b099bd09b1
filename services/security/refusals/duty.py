"""Give the refusals of what people ask of rosters and silences. Pure."""

from typing import Final

ROWS: Final[dict[str, tuple[str, str, str]]] = {
    "code_unknown": (
        "state",
        "{what} {given} tidak dikenal kabupaten ini.",
        "This district does not know {what} {given}.",
    ),
    "no_such_day": ("state", "Tidak ada hari yang cocok.", "No day fits."),
    "nothing_to_swap": (
        "state",
        "Tidak ada piket kedua orang itu pada waktu itu.",
        "Neither of the two is on duty at that time.",
    ),
    "roster_not_yours": (
        "not_yours",
        "Jadwal piket hanya untuk instansi sendiri dan koordinator.",
        "A roster is for its own institution and the coordinators only.",
    ),
    "roster_of_others": (
        "not_yours",
        "Jadwal instansi lain hanya diubah koordinator.",
        "Only a coordinator changes the roster of another institution.",
    ),
    "shift_ends_before_start": ("state", "Piket harus berakhir sesudah dimulai.", "A shift must end after it starts."),
    "shift_not_found": ("not_found", "Piket tidak ditemukan.", "The shift was not found."),
    "shift_taken": ("state", "{login} sudah tercatat pada waktu itu.", "{login} is already on duty at that time."),
    "shift_time_unreadable": (
        "state",
        "Tanggal atau jam tidak terbaca. Isi kedua jam, atau kosongkan keduanya.",
        "The date or time cannot be read. Fill in both times, or leave both empty.",
    ),
    "silence_coordinator_only": (
        "not_yours",
        "Hanya koordinator yang boleh meredam.",
        "Only a coordinator may silence.",
    ),
    "silence_ends_before_start": (
        "state",
        "Peredaman harus berakhir sesudah dimulai, dan di masa depan.",
        "A silence must end after it starts, and in the future.",
    ),
    "silence_needs_end": (
        "state",
        "Peredaman perlu waktu berakhir: pilih lamanya, atau isi jamnya.",
        "A silence needs an end: choose how long, or fill in the time.",
    ),
    "silence_needs_reason": ("reason_required", "Peredaman perlu alasan.", "A silence needs a reason."),
    "silence_not_found": ("not_found", "Peredaman tidak ditemukan.", "The silence was not found."),
    "silence_of_everything": (
        "state",
        "Peredaman harus menyebut apa yang diredam; meredam semuanya tidak bisa.",
        "A silence must say what it holds back; everything cannot be silenced.",
    ),
    "silence_of_named_issue": (
        "not_yours",
        "Masalah ini hanya untuk orang yang ditunjuk; redamnya juga.",
        "This issue is for named persons only, and so are its silences.",
    ),
    "silence_over": ("state", "Peredaman sudah berakhir.", "The silence has ended."),
    "silence_too_far": (
        "state",
        "Peredaman dimulai paling lambat setahun lagi.",
        "A silence starts within a year at the latest.",
    ),
    "silence_too_long": ("state", "Peredaman paling lama {days} hari.", "A silence lasts {days} days at most."),
    "silences_for_overseers": (
        "not_yours",
        "Daftar redam dibuka untuk koordinator, verifikator, pimpinan, dan auditor.",
        "The list of silences is for coordinators, verifiers, leaders and auditors.",
    ),
    "swap_one_post_only": (
        "state",
        "Hanya dua orang dari satu pos yang dapat bertukar piket.",
        "Only two people of one post can swap shifts.",
    ),
}
