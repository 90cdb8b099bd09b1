"""Say what the page of dead letters and the line about the service's state say: Indonesian first. Pure."""

from typing import Final

LETTERS: Final[dict[str, tuple[str, str]]] = {
    "settings.tab.letters": ("Pesan gagal", "Failed messages"),
    "letters.title": ("Pesan yang tidak dapat diproses", "Messages that could not be processed"),
    "letters.lead": (
        "Bisa jadi laporan yang sudah diterima. Perbaiki sebabnya, lalu proses ulang. Setiap langkah di sini dicatat.",
        "One may be an accepted report. Mend the cause, then process it again. Each step here is written down.",
    ),
    "letters.none": ("Tidak ada. Semua pesan sudah diproses.", "None. Every message was processed."),
    "letters.away": (
        "Bus tidak menjawab, jadi daftar ini tidak dapat dibaca sekarang.",
        "The bus does not answer, so this list cannot be read now.",
    ),
    "letters.number": ("Nomor {number}", "Number {number}"),
    "letters.stream.REPORTS": ("laporan", "report"),
    "letters.stream.INCIDENTS": ("perubahan peristiwa", "change of an incident"),
    "letters.stream.INBOUND": ("jawaban atau pesan masuk", "answer or inbound message"),
    "letters.stream.other": ("tidak dikenal", "not known"),
    "letters.where": (
        "{place}, pembaca {consumer}, {n} kali dicoba. Sebab:",
        "{place}, consumer {consumer}, tried {n} times. Reason:",
    ),
    "letters.where.one": (
        "{place}, pembaca {consumer}, 1 kali dicoba. Sebab:",
        "{place}, consumer {consumer}, tried once. Reason:",
    ),
    "letters.replay": ("Proses ulang", "Process again"),
    "letters.read": ("Catat dan baca isinya", "Write down and read it"),
    "letters.drop": ("Hapus dari daftar", "Take off the list"),
    "letters.reason": ("Alasan", "Reason"),
    "letters.short": ("Tulis alasan yang jelas, sedikitnya 5 huruf.", "Write a clear reason, at least 5 letters."),
    "letters.next": ("Berikutnya", "Next"),
    "letters.read_by": ("Dibaca oleh {name}, {time}. Tercatat.", "Read by {name}, {time}. Written down."),
    "letters.unreadable": (
        "Isinya tidak dapat dibaca: bukan laporan yang utuh, atau kuncinya sudah dihapus.",
        "Its words cannot be read: it is no whole report, or its key was erased.",
    ),
    "letters.gone": (
        "Pesannya sudah tidak disimpan lagi; hapus dari daftar ini.",
        "The message itself is kept no longer; take it off this list.",
    ),
    "letters.barred": (
        "Isi ini tidak untuk Anda: menyangkut instansi Anda, atau di atas izin baca Anda. Proses ulang dapat diminta.",
        "These words are not for you: about your own institution, or above your clearance. You may process it again.",
    ),
    "letters.asked.deadletter.replay": (
        "Diminta diproses ulang; dikerjakan dalam beberapa detik.",
        "Asked to be processed again; done within seconds.",
    ),
    "letters.asked.deadletter.drop": (
        "Diminta dihapus dari daftar; dikerjakan dalam beberapa detik.",
        "Asked to be taken off the list; done within seconds.",
    ),
    "letters.done.ulang": (
        "Diproses ulang dalam beberapa detik. Muat ulang halaman ini: jika masih tercantum, sebabnya belum hilang.",
        "It is processed again within seconds. Load this page again: if it is still listed, the cause remains.",
    ),
    "letters.done.buang": (
        "Pesan akan dihapus dari daftar dalam beberapa detik; alasannya dicatat.",
        "The message is taken off the list within seconds; the reason is written down.",
    ),
    "health.found": (
        "Pemeriksaan layanan terakhir, {time}, menemukan {n} hal yang tidak beres.",
        "The last check of the service, {time}, found {n} things wrong.",
    ),
    "health.found.one": (
        "Pemeriksaan layanan terakhir, {time}, menemukan 1 hal yang tidak beres.",
        "The last check of the service, {time}, found 1 thing wrong.",
    ),
    "health.shut": (
        "Layanan tidak dapat menerima laporan baru saat ini.",
        "The service cannot accept new reports now.",
    ),
    "health.held": (
        "Penyimpanan tidak dapat ditulisi saat ini: laporan diterima dan menunggu, belum dinilai dan belum diteruskan.",
        "The store takes no writes now: reports are accepted and wait, neither judged nor sent on.",
    ),
    "health.silent": (
        "Layanan yang meneruskan peringatan tidak memberi tanda hidup sejak {time}.",
        "The service that sends alerts has given no sign of life since {time}.",
    ),
    "health.letters": ("Lihat pesan gagal", "See failed messages"),
}
