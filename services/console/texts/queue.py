"""Say what the first page of who oversees says: Indonesian first, English beside it. Pure."""

from typing import Final

QUEUE: Final[dict[str, tuple[str, str]]] = {
    "queue.title": ("Perlu orang", "Needs a person"),
    "queue.kind.silent": ("Diam", "Silent"),
    "queue.kind.declined": ("Bukan wewenang", "Not theirs"),
    "queue.kind.stuck": ("Gagal kirim", "Not delivered"),
    "queue.kind.unverified": ("Verifikasi", "To verify"),
    "queue.kind.suggestions": ("Usul gabung", "To merge"),
    "queue.kind.due": ("Lapjut", "Sitrep due"),
    "queue.all": ("Semua", "All"),
    "queue.say.silent": ("{institution} belum menjawab", "{institution} has not answered"),
    "queue.say.declined": ("{institution}: bukan kewenangan kami", "{institution}: not ours"),
    "queue.say.stuck": ("Tidak sampai ke {institution}", "Does not reach {institution}"),
    "queue.say.unverified": ("Perlu dipastikan", "To be verified"),
    "queue.say.suggestions": ("Mungkin sama dengan yang lain", "May be the same as another"),
    "queue.say.due": ("Lapjut {institution}", "Sitrep of {institution}"),
    "queue.step": ("langkah {step}", "step {step}"),
    "queue.quiet": ("Tenang: {n} peristiwa lain terbuka", "Quiet: {n} other open incidents"),
    "queue.nothing": ("Tidak ada yang menunggu orang sekarang.", "Nothing waits for a person now."),
    "queue.nothing_text": (
        "Yang berjalan sendiri ada di bawah; halaman ini berubah sendiri.",
        "What runs by itself is below; this page changes by itself.",
    ),
    "queue.first": ("Belum ada peristiwa. Yang dapat dilakukan dulu:", "No incident yet. What can be done first:"),
    "queue.first_report": ("Kirim satu laporan percobaan", "File a first report"),
    "queue.first_rota": ("Periksa siapa yang piket", "Check who is on duty"),
    "queue.first_own": ("Atur bagaimana Anda dihubungi", "Set how you are reached"),
    "queue.pick": (
        "Pilih satu baris untuk membukanya di sini (j, k, Enter).",
        "Choose a line to open it here (j, k, Enter).",
    ),
    "queue.search": ("Cari masalah, bentuk, desa, kecamatan", "Search issue, form, desa, kecamatan"),
    "queue.search_go": ("Cari", "Search"),
    "queue.map": ("Peta", "Map"),
    "queue.map_text": (
        "Batas perkiraan dari titik-titik desa, bukan batas resmi.",
        "Approximate borders from the desa's points, not official ones.",
    ),
    "queue.map_list": ("Peta sebagai daftar", "The map as a list"),
    "queue.map_none": ("Peta kabupaten ini belum ada.", "There is no map of this district yet."),
    "queue.owing": ("Siapa yang diam", "Who is silent"),
    "queue.owing_none": ("Semua sudah menjawab.", "Everybody has answered."),
    "queue.incidents": ("{n} peristiwa", "{n} incidents"),
    "queue.incidents.one": ("1 peristiwa", "1 incident"),
    "queue.keys": ("Tombol", "Keys"),
    "queue.keys_text": (
        "j, k: turun, naik · Enter: buka · /: cari · a: terima atas nama · e: eskalasi · m: gabung · ?: bantuan ini",
        "j, k: down, up · Enter: open · /: search · a: acknowledge for · e: escalate · m: merge · ?: this help",
    ),
    "queue.unsent": (
        "Belum terkirim; tulisan Anda masih di sini. Coba lagi.",
        "Not sent; what you wrote is still here. Try again.",
    ),
}
