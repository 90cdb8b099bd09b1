"""Say what an officer's page of one incident says: Indonesian first, English beside it. Pure."""

from typing import Final

OFFICER: Final[dict[str, tuple[str, str]]] = {
    "p.asked": ("Diminta dari {institution}", "Asked of {institution}"),
    "p.answer_in": ("Jawab:", "Answer:"),
    "p.button": ("Terima", "Acknowledge"),
    "p.inform": ("Untuk diketahui; tidak ada jawaban yang ditunggu.", "For your information; no answer is due."),
    "p.nothing": ("Instansi Anda tidak diminta menjawab di sini.", "Nothing is asked of your institution here."),
    "p.taken": ("Diterima oleh {who}", "Acknowledged by {who}"),
    "p.undo": ("Salah tekan? Batalkan", "By mistake? Undo"),
    "p.lapjut": ("Kirim lapjut", "Send a sitrep"),
    "p.lapjut_choose": ("Pilih satu, tambah kata bila perlu", "Choose one, add words if needed"),
    "p.lapjut_more": ("Tambahan (boleh kosong)", "More (optional)"),
    "p.help": ("Minta bantuan", "Ask for help"),
    "p.help_hint": ("Bantuan apa yang diperlukan?", "What help is needed?"),
    "p.help_text": (
        "Tercatat sebagai lapjut, dan langkah eskalasi berikut berjalan sekarang.",
        "It is kept as a sitrep, and the next step of the escalation is taken now.",
    ),
    "p.decline": ("Bukan kewenangan kami", "Not ours"),
    "p.decline_hint": ("Mengapa, dan milik siapa menurut Anda?", "Why, and whose is it in your view?"),
    "p.decline_text": (
        "Ini bukan jawaban: koordinator diberi tahu, dan langkah berikut berjalan sekarang.",
        "This is no answer: the coordinator is told, and the next step is taken now.",
    ),
    "p.hand_over": ("Serahkan ke piket", "Hand over"),
    "p.hand_over_to": ("Serahkan kepada {name}", "Hand over to {name}"),
    "p.hand_over_text": (
        "Rekan itu langsung diberi tahu. Anda ditanya lagi hanya bila tak ada rekan piket. Instansi tetap menjawab.",
        "He is told at once. You are asked again only if no colleague is on duty. An answer is still owed.",
    ),
    "p.handed": ("Diserahkan kepada {to} oleh {by}", "Handed over to {to} by {by}"),
    "p.handed_mine": ("Diserahkan kepada Anda oleh {by}", "Handed over to you by {by}"),
    "p.handed_again": (
        "Anda ditanya lagi: sekarang tidak ada rekan piket lain yang dapat ditanya.",
        "You are asked again: no other colleague is on duty now who could be asked.",
    ),
    "p.spared": (
        "{by} mengambilnya kembali. Anda tidak perlu menjawab, kecuali diminta lagi.",
        "{by} has taken it back. You need not answer, unless you are asked again.",
    ),
    "p.spared_again": (
        "Anda diminta lagi: {by} mengambilnya kembali, tetapi belum menjawab.",
        "You are asked again: {by} took it back, but has not answered.",
    ),
    "p.take_back": ("Ambil kembali", "Take back"),
    "p.map": ("Peta perkiraan", "Approximate map"),
    "p.map.exact": (
        "Di peta: Kec. {kecamatan} ditandai, titik di sekitar posisi pelapor.",
        "On the map: Kec. {kecamatan} is marked, the point is near where the reporter stood.",
    ),
    "p.map.desa": (
        "Di peta: Kec. {kecamatan} ditandai, titik di tengah {desa}, bukan lokasi pasti.",
        "On the map: Kec. {kecamatan} is marked, the point is the middle of {desa}, not the exact place.",
    ),
    "p.map.kecamatan": (
        "Di peta: Kec. {kecamatan} ditandai. Titik lebih rinci tidak ada.",
        "On the map: Kec. {kecamatan} is marked. There is no closer point.",
    ),
    "p.call": ("Telepon {name}, {office}", "Call {name}, {office}"),
    "p.others": ("Yang lain", "The others"),
    "p.whole": ("Lihat selengkapnya", "See everything"),
    "p.kept": (
        "Tersimpan di HP ini; terkirim sendiri begitu ada sinyal.",
        "Kept on this phone; it goes by itself as soon as there is a signal.",
    ),
    "owed_us.title": ("Menunggu jawaban {institution}", "Waiting for an answer of {institution}"),
    "owed_us.accepted": ("Yang baru diterima: lapjut, batalkan", "Just acknowledged: sitrep, undo"),
    "p.done.terima": ("Diterima. Terima kasih.", "Acknowledged. Thank you."),
    "p.done.lagi": ("Sudah diterima sebelumnya.", "It had been acknowledged before."),
    "p.done.lapjut": ("Lapjut tersimpan.", "Sitrep saved."),
    "p.done.batal": ("Dibatalkan. Jawaban masih ditunggu.", "Undone. An answer is still due."),
    "p.done.bukan": ("Tercatat. Koordinator melihatnya.", "Noted. The coordinator sees it."),
    "p.done.serah": (
        "Diserahkan. Jawaban instansi masih ditunggu.",
        "Handed over. The institution still owes its answer.",
    ),
    "p.done.ambil": (
        "Diambil kembali. Anda yang ditanya lagi, dan rekan itu diberi tahu.",
        "Taken back. You are asked again, and the colleague is told.",
    ),
    "p.place_wrong": ("Tempatnya salah?", "Wrong place?"),
    "p.place_where": (
        "Di mana sebenarnya? Nama desa dan kecamatan, misalnya Mentoro, Soko",
        "Where is it really? Desa and kecamatan, for instance Mentoro, Soko",
    ),
    "p.place_why": ("Dari mana Anda tahu? Boleh kosong", "How do you know? May be left empty"),
    "p.place_text": (
        "Koordinator melihatnya dan memutuskan; sampai itu tempat yang lama tetap tertulis.",
        "The coordinators see it and decide; until then the old place stands.",
    ),
    "p.place_direct": (
        "Langsung berlaku, dan tercatat atas nama Anda.",
        "It counts at once, and is noted under your name.",
    ),
    "p.place_seen": ("Menurut petugas tempatnya salah.", "An officer says that the place is wrong."),
    "p.done.tempat": ("Pembetulan tempat tercatat.", "The right place is noted."),
    "p.done.bantuan": ("Permintaan bantuan diteruskan.", "The request for help is passed on."),
}
