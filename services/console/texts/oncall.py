"""Say what the rota's page says. Pure."""

from typing import Final

ROTA: Final[dict[str, tuple[str, str]]] = {
    "rota": ("Piket", "Rota"),
    "rota_lead": (
        "Siapa yang diberi tahu bila ada peringatan. Tanpa jadwal, semua orang di pos itu diberi tahu.",
        "Who is told when there is an alert. Without a rota everybody of the post is told.",
    ),
    "rota_all": ("Semua tingkat kabupaten", "All of the kabupaten"),
    "rota_empty": ("{n} kali pos kosong dalam 14 hari", "{n} holes in fourteen days"),
    "rota_empty.one": ("1 kali pos kosong dalam 14 hari", "1 hole in fourteen days"),
    "rota_empty_do": (
        (
            "Pos penanggung jawab ini tidak punya siapa pun yang dapat dihubungi. Tunjuk pengganti, cabut absennya, "
            "atau minta admin menambah orang yang alamatnya sudah terverifikasi."
        ),
        (
            "These posts lead and have nobody who can be reached. Name a stand-in, take an absence back, or ask the "
            "admin to add somebody with a verified address."
        ),
    ),
    "rota_named": ("orang yang ditunjuk untuk {issue}", "somebody named for {issue}"),
    "rota_fill": ("Isi", "Fill"),
    "rota_more": ("dan {n} lagi", "and {n} more"),
    "rota_full": (
        "Semua pos penanggung jawab terisi sampai 14 hari ke depan.",
        "Every post that leads is manned for fourteen days.",
    ),
    "rota_full_here": (
        "Pos ini terisi sampai 14 hari ke depan.",
        "This post is manned for fourteen days.",
    ),
    "rota_thin": ("{n} kali jadwal tanpa orang", "{n} times a rota without anybody"),
    "rota_thin.one": ("1 kali jadwal tanpa orang", "Once a rota without anybody"),
    "rota_thin_do": (
        "Saat itu semua orang di pos diberi tahu. Isi bila cukup satu orang.",
        "Everybody of the post is told then. Fill it if one is enough.",
    ),
    "rota_before": ("Minggu sebelumnya", "The week before"),
    "rota_after": ("Minggu berikutnya", "The week after"),
    "rota_now": ("Sekarang", "Now"),
    "rota_nobody": ("tidak ada orang", "nobody"),
    "rota_everybody": ("(semua, tanpa jadwal)", "(everybody, no shift)"),
    "rota_until": ("sampai {time}", "until {time}"),
    "rota_all_of": ("semua ({n})", "everybody ({n})"),
    "rota_plain": ("Tanpa jadwal minggu ini", "Without a rota this week"),
    "rota_plain_do": ("Semua orang ini diberi tahu, kapan pun.", "All of these are told, at any hour."),
    "rota_none": ("Tidak ada orang yang dapat dihubungi di sini.", "Nobody can be reached here."),
    "rota_none_do": (
        "Orang dan alamatnya ditambah admin di Pengaturan; sesudah itu jadwalnya diisi di sini.",
        "An admin adds people and their addresses in Settings; then their rota is filled in here.",
    ),
    "rota_change": ("Ubah jadwal", "Change the rota"),
    "rota_choose": (
        "Pilih instansi untuk mengubah jadwalnya atau melihat kantornya di kecamatan dan desa.",
        "Choose an institution to change its rota, or to see its offices in kecamatan and desa.",
    ),
    "rota_put": ("Tambah piket, pengganti, atau absen", "Add a shift, a stand-in or an absence"),
    "rota_away": ("Saya tidak di tempat", "I am away"),
    "rota_who": ("Siapa", "Who"),
    "rota_kind": ("Jenis", "Kind"),
    "rota_kind.duty": ("Piket", "Shift"),
    "rota_kind.override": ("Pengganti: hanya dia yang diberi tahu", "Stand-in: only this person is told"),
    "rota_kind.absence": ("Tidak di tempat", "Away"),
    "rota_from": ("Dari tanggal", "From"),
    "rota_to": ("Sampai tanggal", "Until"),
    "rota_hour_from": ("Dari jam", "From hour"),
    "rota_hour_to": ("Sampai jam", "Until hour"),
    "rota_hours_hint": (
        "Jam kosong berarti sehari penuh. Jam akhir lebih kecil berarti sampai esok paginya.",
        "No hours: the whole day. An end before the start: until the next morning.",
    ),
    "rota_weekdays": ("Hanya hari (kosong: setiap hari)", "Only on (none: every day)"),
    "rota_swap": ("Tukar piket", "Swap shifts"),
    "rota_swap_hint": (
        "Kedua orang dari pos yang sama saling mengambil piket yang mulai pada hari-hari itu.",
        "Two people of one post take each other's shifts that begin on those days.",
    ),
    "rota_one": ("Orang pertama", "One"),
    "rota_other": ("Orang kedua", "The other"),
    "rota_entries": ("Catatan jadwal 60 hari ke depan", "Entries of the next sixty days"),
    "rota_remove": ("Hapus", "Remove"),
    "shift.duty": ("Piket", "Shift"),
    "shift.override": ("Pengganti", "Stand-in"),
    "shift.absence": ("Tidak di tempat", "Away"),
    "weekday.1": ("Sen", "Mon"),
    "weekday.2": ("Sel", "Tue"),
    "weekday.3": ("Rab", "Wed"),
    "weekday.4": ("Kam", "Thu"),
    "weekday.5": ("Jum", "Fri"),
    "weekday.6": ("Sab", "Sat"),
    "weekday.7": ("Min", "Sun"),
    "done.piket": ("Jadwal tersimpan.", "Saved."),
    "done.tukar": ("Piket ditukar.", "Swapped."),
    "done.hapus": ("Dihapus dari jadwal.", "Removed."),
}
