"""Say what the pages of drills say: Indonesian first. Pure."""

from typing import Final

DRILLS: Final[dict[str, tuple[str, str]]] = {
    "settings.tab.drill": ("Latihan", "Drills"),
    "drill.title": ("Latihan", "Drills"),
    "drill.lead": (
        (
            "Laporan rekaan menempuh jalan yang sesungguhnya: dinilai, diteruskan, dan ditagih seperti biasa. Setiap "
            "pesan diawali LATIHAN. Pimpinan dan provinsi tidak diberi tahu, dan latihan tidak masuk angka."
        ),
        (
            "An invented report goes the real way: judged, told and chased as any other. Every message begins with "
            "LATIHAN. Leaders and the province are not told, and a drill is in no figures."
        ),
    ),
    "drill.choose": ("Pilih yang dilatih", "Choose what is exercised"),
    "drill.kind": ("Yang dilatih", "What is exercised"),
    "drill.kind.incident": ("Peristiwa", "An incident"),
    "drill.kind.warning": ("Peringatan dini (tanpa bentuk)", "An early warning (without a form)"),
    "drill.anywhere": ("Tanpa tempat", "Nowhere in particular"),
    "drill.check": ("Lihat siapa yang ikut", "See who takes part"),
    "drill.takes_part": ("Yang langsung diberi tahu", "Who is told at once"),
    "drill.takes_part_warning": (
        "Anggota forum menurut aturan peringatan dini.",
        "The members of the forum, by the rules of early warning.",
    ),
    "drill.nobody": ("Menurut aturan tidak ada yang diberi tahu.", "By the rules nobody is told."),
    "drill.later": (
        "Siapa yang diam diingatkan, lalu eskalasi naik seperti pada peristiwa yang nyata.",
        "Who stays silent is reminded, then the escalation climbs as for a real incident.",
    ),
    "drill.closes": (
        "Latihan yang masih berlangsung diakhiri lebih dulu.",
        "The drill that still goes on is ended first.",
    ),
    "drill.begin": ("Mulai latihan", "Begin the drill"),
    "drill.running": ("Sedang berlangsung", "Going on"),
    "drill.is_over": ("Selesai", "Over"),
    "drill.over": ("Latihan terakhir", "The last drills"),
    "drill.none": ("Belum ada latihan.", "No drill was held yet."),
    "drill.end": ("Akhiri latihan", "End the drill"),
    "drill.done": ("Latihan diakhiri. Lembarnya tetap di sini.", "The drill is ended. Its sheet stays here."),
    "drill.by": ("Dimulai {time} oleh {who}", "Begun {time} by {who}"),
    "drill.by_command": ("Dimulai {time} dengan perintah", "Begun {time} by a command"),
    "drill.late": ("Terlambat dinilai, pada {time}", "Judged too late, at {time}"),
    "drill.told": ("Sampai di {n} dari {of} instansi", "Reached {n} of {of} institutions"),
    "drill.answered": ("{n} dari {of} yang diminta sudah menjawab", "{n} of {of} that were asked have answered"),
    "drill.sending": ("Pesan masih dikirim.", "Messages are still on their way."),
    "drill.incident": ("Buka peristiwanya", "Open its incident"),
    "drill.sheet": ("Siapa menjawab", "Who answered"),
    "drill.since": (
        "Waktu dihitung sejak peringatan instansi itu diputuskan.",
        "Times are counted from when the institution's alert was decided.",
    ),
    "drill.delivered": ("Sampai", "Delivered"),
    "drill.seen": ("Dilihat", "Seen"),
    "drill.acknowledged": ("Diterima", "Acknowledged"),
    "drill.reported": ("Lapjut", "Sitrep"),
    "drill.not_yet": ("belum", "not yet"),
    "drill.given_up": ("{n} alamat gagal", "{n} addresses failed"),
    "drill.given_up.one": ("1 alamat gagal", "1 address failed"),
    "drill.fault.scenario": (
        "Pilih jenis masalah, bentuk, dan tingkat yang ada.",
        "Choose an issue, a form and a level that exist.",
    ),
    "drill.fault.ShutDoor": (
        (
            "Laporan latihan tidak diterima. Latihan tidak dimulai, dan yang tadi masih berlangsung sudah diakhiri; "
            "coba lagi sebentar lagi."
        ),
        (
            "The report of the drill was not accepted. Nothing has begun, and what still went on has been ended; try "
            "again in a moment."
        ),
    ),
    "drill.fault.NotJudged": (
        (
            "Laporan latihan diterima, tetapi belum dinilai. Apakah semua layanan berjalan? Latihannya masih dapat "
            "datang; ia lalu tampak di sini dan dapat diakhiri."
        ),
        (
            "The report of the drill was accepted and is not judged yet. Do all services run? The drill may still "
            "come; it then stands here and can be ended."
        ),
    ),
}
