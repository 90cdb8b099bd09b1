"""Say what the pages of early warning say: Indonesian first, English beside it. Pure."""

from typing import Final

WARNED: Final[dict[str, tuple[str, str]]] = {
    "warned": ("Peringatan dini", "Early warning"),
    "form.PERINGATAN": ("Peringatan dini", "Early warning"),
    "warned.lead": (
        "Yang tak biasa, yang dicapai ambangnya, yang dekat tanggalnya, dan yang diam. Bukan ramalan.",
        "What is unusual, what has reached a threshold, which dates are near, and who is silent. Not a forecast.",
    ),
    "warned.budget": (
        "Diatur: karena kebetulan semata paling banyak kira-kira {n} peringatan kenaikan sebulan di seluruh kabupaten.",
        "Set: by chance alone at most about {n} warnings of a rise a month in the whole district.",
    ),
    "warned.open": ("Terbuka", "Open"),
    "warned.none": (
        "Tidak ada peringatan terbuka. Kenaikan baru terlihat sesudah delapan minggu riwayat.",
        "No warning is open. A rise can be seen after eight weeks of history.",
    ),
    "warned.over": ("Sudah berakhir", "Over"),
    "warned.over_none": ("Belum ada yang berakhir.", "None is over yet."),
    "warned.places": ("Tempat rawan", "Places"),
    "warned.dates": ("Kalender rawan", "Vulnerable dates"),
    "warned.signs": ("Tanda mingguan", "Signs of the week"),
    "warned.year": ("Setahun ke belakang", "The last year"),
    "warned.year_lead": (
        "Peringatan yang akan disampaikan selama setahun terakhir dengan pengaturan sekarang, dari {n} peristiwa.",
        "Warnings that the last year would have raised by today's settings, from {n} incidents.",
    ),
    "warned.year_sum": (
        "{rises} kenaikan, {rules} ambang; {followed} dari {of} disusul peristiwa gawat di sana dalam {days} hari.",
        "{rises} rises, {rules} thresholds; after {followed} of {of} a serious incident came there within {days} days.",
    ),
    "warned.year_followed": ("disusul peristiwa gawat", "a serious incident followed"),
    "warned.year_not": ("tidak disusul peristiwa gawat", "no serious incident followed"),
    "warned.year_none": (
        "Tidak ada. Kenaikan baru terlihat sesudah delapan minggu riwayat.",
        "None. A rise can be seen after eight weeks of history only.",
    ),
    "warned.year_note": (
        "Hitung ulang, bukan ramalan; tidak seorang pun diberi tahu. Tanggal rawan dan wilayah diam tidak ikut.",
        "A replay, not a forecast; nobody was told because of it. Vulnerable dates and silence are left out.",
    ),
    "warned.brief": ("Rekap mingguan", "Weekly brief"),
    "warned.kind.rise": ("Kenaikan tak biasa", "Unusual rise"),
    "warned.kind.district": ("Seluruh kabupaten berubah", "The whole district changed"),
    "warned.kind.rule": ("Ambang petugas", "Officers' threshold"),
    "warned.kind.date": ("Tanggal rawan", "Vulnerable date"),
    "warned.kind.silent": ("Wilayah diam", "Silent area"),
    "warned.answered": ("{done} dari {n} sudah menjawab", "{done} of {n} have answered"),
    "warned.since": ("sejak {day}", "since {day}"),
    "warned.raised": ("diberitahukan {day}", "told {day}"),
    "warned.ends": (
        "berakhir sendiri sesudah {day} bila tak ada hal baru",
        "ends by itself after {day} if nothing new comes",
    ),
    "warned.record": ("Seberapa sering peringatan benar", "How often warnings came true"),
    "warned.record_none": (
        "Belum ada peringatan yang dapat dinilai.",
        "There is no warning to be judged yet.",
    ),
    "warned.record_raised": ("Peringatan sebulan", "Warnings a month"),
    "warned.record_raised_text": (
        "{n} peringatan sejak {day} (kenaikan dan ambang; tanpa latihan, tanggal, dan wilayah diam)",
        "{n} warnings since {day} (rises and thresholds; without exercises, dates and silent areas)",
    ),
    "warned.record_useful": ("Kata petugas: berguna", "Officers say: useful"),
    "warned.record_useful_text": (
        "{n} dari {of} yang dinilai; {month} tidak berguna sebulan",
        "{n} of {of} judged; {month} not useful a month",
    ),
    "warned.record_true": ("Diikuti peristiwa gawat", "Followed by a serious incident"),
    "warned.record_true_text": (
        "{n} dari {of} yang sudah lewat {days} hari, di tempat dan kelompok masalah yang sama",
        "{n} of {of} that are older than {days} days, in the same place and group of issues",
    ),
    "warned.record_pod": ("Peristiwa gawat yang didahului peringatan", "Serious incidents with a warning before"),
    "warned.record_pod_text": ("{n} dari {of} sejak {day}", "{n} of {of} since {day}"),
    "warned.record_note": (
        "Yang dicegah karena peringatan tidak terlihat di sini.",
        "What a warning has prevented is not seen here.",
    ),
    "warned.numbers": ("Angkanya", "The numbers"),
    "warned.count": ("Kejadian", "Incidents"),
    "warned.count_text": ("dalam {n} hari", "in {n} days"),
    "warned.usual": ("Biasanya", "Usually"),
    "warned.chance": ("Peluang kebetulan", "Chance alone"),
    "warned.one_in": ("1 dari {n}", "1 in {n}"),
    "warned.often": ("Sekuat ini karena kebetulan", "As strong by chance"),
    "warned.often_text": (
        "sekali dalam {n} bulan, di mana pun di kabupaten",
        "once in {n} months, anywhere in the district",
    ),
    "warned.needs": ("Yang memicu hari itu", "What would have triggered"),
    "warned.needs_text": ("{n} kejadian sehari", "{n} incidents on that day"),
    "warned.short": (
        "Riwayat pendek: kurang dari 26 minggu, jadi lebih tidak pasti.",
        "Short history: less than 26 weeks, so less certain.",
    ),
    "warned.how": (
        (
            "Dibandingkan dengan hari-hari sebelumnya di tempat yang sama; yang dihitung kejadian, bukan "
            "laporan. Latihan, "
            "laporan nihil, dan yang digugurkan tidak dihitung."
        ),
        (
            "Compared with earlier days of the same place; incidents are counted, not reports. Exercises, nil reports "
            "and what was dismissed are not counted."
        ),
    ),
    "warned.by_day": ("Per hari, {n} hari", "By day, {n} days"),
    "warned.by_week": ("Per 7 hari, {n} minggu", "By 7 days, {n} weeks"),
    "warned.by_usual": ("garis putus: biasanya {usual}", "dashed: usually {usual}"),
    "warned.top": ("puncak {n}", "top {n}"),
    "warned.behind": ("Kejadian di baliknya", "The incidents behind it"),
    "warned.behind_none": ("Tidak ada kejadian yang boleh Anda buka.", "There is no incident that you may open."),
    "warned.hidden": ("isi terbatas", "restricted"),
    "warned.outcome": ("Menjadi apa peringatan ini?", "What became of this warning?"),
    "warned.outcome_hint": (
        "Jawaban Anda menilai pengaturannya, bukan orangnya. Dapat diubah kapan saja.",
        "Your answer judges the setting, not people. It can be changed at any time.",
    ),
    "warned.useful": ("Berguna", "Useful"),
    "warned.not_useful": ("Tidak berguna", "Not useful"),
    "warned.became": ("Sesudahnya", "Afterwards"),
    "warned.became.escalated": ("Memburuk", "It got worse"),
    "warned.became.calmed": ("Mereda setelah ditangani", "It calmed down after action"),
    "warned.became.nothing": ("Tidak terjadi apa-apa", "Nothing happened"),
    "warned.became.unknown": ("Belum diketahui", "Not known yet"),
    "warned.close_too": ("Tutup peringatan ini juga", "Close this warning too"),
    "warned.save": ("Simpan", "Save"),
    "warned.note": ("Catatan", "Note"),
    "warned.done.dinilai": ("Penilaian tersimpan.", "Your judgement is kept."),
    "warned.done.ditutup": ("Peringatan ditutup dengan penilaiannya.", "The warning is closed with its judgement."),
    "warned.done.usul": (
        "Penilaian tersimpan. Penutupan menunggu persetujuan orang dari instansi lain.",
        "Your judgement is kept. Closing waits for somebody of another institution to agree.",
    ),
    "warned.done.tercatat": ("Tercatat.", "Noted."),
    "warned.done.dicabut": ("Dicabut; tetap tersimpan di riwayat.", "Withdrawn; it stays on file."),
    "warned.level_lead": (
        (
            "Tingkat tempat: kejadian ditimbang menurut keparahan dan memudar setengahnya tiap {n} hari. "
            "Mengatakan yang "
            "sudah terjadi, bukan ramalan; lain dari kenaikan tak biasa."
        ),
        (
            "The level of a place: incidents weighted by severity, fading by half every {n} days. It says what "
            "has happened "
            "and is not a forecast; it is another thing than an unusual rise."
        ),
    ),
    "warned.map_text": (
        "Garis tebal: ada peringatan terbuka.",
        "Thick line: a warning is open.",
    ),
    "warned.small": ("Dua belas minggu, per kecamatan", "Twelve weeks, by kecamatan"),
    "warned.rate": ("Tingkat", "Level"),
    "warned.rate_text": ("setara kejadian ringan seminggu", "in light incidents a week"),
    "warned.villages": ("Desa tertinggi", "Highest desa"),
    "warned.last": ("terakhir", "last"),
    "warned.watch": ("Dipantau 14 hari sesudah peristiwa gawat", "Watched for 14 days after a serious incident"),
    "warned.watch_none": ("Tidak ada lingkungan yang sedang dipantau.", "No neighbourhood is being watched."),
    "warned.watch_until": ("sampai {day}", "until {day}"),
    "warned.near_none": ("belum ada kejadian lain di dekatnya", "no other incident near it yet"),
    "warned.count_days": ("Kejadian dalam {n} hari", "Incidents in {n} days"),
    "warned.near": ("{n} kejadian lain di dekatnya sejak itu", "{n} other incidents near it since"),
    "warned.near.one": ("1 kejadian lain di dekatnya sejak itu", "1 other incident near it since"),
    "warned.chains": ("Rangkaian yang mungkin saling membalas", "Threads that may be retaliation"),
    "warned.chains_note": (
        "Ditunjukkan, bukan disimpulkan: pihak yang sama, atau masalah yang sama berdekatan.",
        "Shown, not concluded: the same party, or the same issue close by.",
    ),
    "warned.chains_none": ("Tidak ada rangkaian.", "There is no thread."),
    "warned.after": ("{n} hari sesudahnya", "{n} days after"),
    "warned.same_day": ("hari yang sama", "the same day"),
    "warned.date_lead": (
        (
            "Petugas piket diberi tahu sehari sebelumnya. Tanggal Hijriah dapat bergeser sehari. Ambang turun "
            "hanya bila "
            "seseorang memutuskannya di sini, dengan alasan."
        ),
        (
            "Officers on duty are told the day before. Islamic dates may move by a day. Thresholds are lowered "
            "only where a "
            "person decides it here, with a reason."
        ),
    ),
    "warned.date_add": ("Isi masa rawan: izin, jadwal, unjuk rasa", "Enter a window: a permit, a schedule, a protest"),
    "warned.date_name": ("Apa", "What"),
    "warned.date_first": ("Mulai", "From"),
    "warned.date_last": ("Sampai", "To"),
    "warned.date_source": ("Sumber (surat, jadwal, siapa)", "Source (letter, schedule, who)"),
    "warned.date_lower": ("Turunkan ambang selama masa ini", "Lower thresholds during it"),
    "warned.date_reason": ("Alasan menurunkan ambang", "Why thresholds are lowered"),
    "warned.date_lowered": ("ambang diturunkan", "thresholds lowered"),
    "warned.date_now": ("sedang berjalan", "open now"),
    "warned.date_none": ("Tidak ada masa rawan dalam setahun.", "There is no window within a year."),
    "warned.date_withdraw": ("Cabut", "Withdraw"),
    "warned.date_by": ("diisi {who}", "entered by {who}"),
    "warned.date_calendar": ("kalender kabupaten", "the district's calendar"),
    "warned.earlier": ("Masa yang sama: {years}", "The same window: {years}"),
    "warned.earlier_year": ("{year}: {n} kejadian, {serious} gawat", "{year}: {n} incidents, {serious} serious"),
    "warned.whole": ("seluruh kabupaten", "the whole district"),
    "warned.silent": ("Wilayah yang biasanya melapor dan sekarang diam", "Areas that usually report and are silent"),
    "warned.silent_none": ("Tidak ada.", "None."),
    "warned.silent_text": (
        "diam sejak {day}; biasanya {usual} hari berlaporan seminggu",
        "silent since {day}; usually {usual} days with a report a week",
    ),
    "warned.sign_lead": (
        "Satu menit seminggu: centang yang terlihat. Ditunjukkan di samping hitungan; centang orang lain tetap.",
        "One minute a week: tick what was seen; what others ticked stays. Shown beside the counts, never added up.",
    ),
    "warned.sign_week": ("Minggu mulai {day}", "Week of {day}"),
    "warned.sign_tension": ("Tanda ketegangan", "Signs of tension"),
    "warned.sign_peace": ("Tanda damai", "Signs of peace"),
    "warned.sign_back": ("Cabut", "Take back"),
    "warned.sign_none": ("Belum ada tanda yang diisi.", "No sign has been entered yet."),
    "warned.brief_title": ("Rekap kewaspadaan dini, {first} s.d. {last}", "Early-warning brief, {first} to {last}"),
    "warned.brief_running": ("Minggu ini belum selesai.", "This week is not over."),
    "warned.brief_as_of": ("Keadaan per {day} pukul {time}.", "As of {day}, {time}."),
    "warned.brief_since": ("Sejak itu berubah: {what}.", "Changed since: {what}."),
    "warned.brief_since_none": ("Sejak itu tidak ada yang berubah.", "Nothing has changed since."),
    "warned.brief_since_late": (
        "{n} kejadian minggu ini baru dilaporkan sesudahnya (tidak dihitung)",
        "{n} incidents of this week were told of later (not counted)",
    ),
    "warned.brief_since_gone": (
        "{n} kejadian ditolak, digabung atau bukan konflik (masih dihitung)",
        "{n} incidents were dismissed, merged or found to be no conflict (still counted)",
    ),
    "warned.brief_since_changed": (
        "{n} kejadian dinilai ulang atau bertambah laporannya (dihitung sebagaimana waktu itu)",
        "{n} incidents were judged anew or told of again (counted as they were)",
    ),
    "warned.brief_since_history": (
        "{n} kejadian berasal dari arsip yang dimasukkan sesudahnya (dihitung)",
        "{n} incidents came from an archive that was filed later (counted)",
    ),
    "warned.brief_since_signs": (
        "{n} tanda dicatat atau ditarik sesudahnya",
        "{n} signs were entered or taken back later",
    ),
    "warned.brief_rests": ("Jejak audit: baris {seq}, sidik {hash}", "Audit log: line {seq}, hash {hash}"),
    "warned.brief_counted": (
        "Dihitung menurut hari kejadian; tanpa latihan, nihil, yang ditolak atau digabung. Berkala: menurut saat buka.",
        "Counted by the day it happened; no exercises, nil, dismissed or merged. Periodic reports: by when opened.",
    ),
    "warned.brief_rose": ("Apa yang naik", "What rose"),
    "warned.brief_total": (
        "{n} kejadian, {serious} gawat; biasanya {usual} seminggu.",
        "{n} incidents, {serious} serious; usually {usual} a week.",
    ),
    "warned.brief_group": ("Kelompok masalah", "Group of issues"),
    "warned.brief_serious": ("Gawat", "Serious"),
    "warned.brief_usual": ("Biasanya seminggu", "Usual week"),
    "warned.brief_none": ("Tidak ada.", "None."),
    "warned.brief_more": ("dan {n} lain, lihat halaman rekap", "and {n} more, see the brief's page"),
    "warned.brief_warnings": ("Peringatan minggu ini", "Warnings of this week"),
    "warned.brief_hot": ("Di mana panas", "Where it is hot"),
    "warned.brief_coming": ("Apa yang datang, 14 hari", "What comes, 14 days"),
    "warned.brief_silent": ("Siapa yang diam", "Who is silent"),
    "warned.brief_signs": ("Tanda dari kecamatan", "Signs from kecamatan"),
    "warned.brief_record": ("Pertanggungjawaban peringatan", "Account of the warnings"),
    "warned.brief_before": ("Minggu sebelumnya", "Week before"),
    "warned.brief_after": ("Minggu sesudahnya", "Week after"),
    "warned.brief_print": (
        "Cetak dari menu peramban; tajuk dan tombol tidak ikut tercetak.",
        "Print from the browser's menu; header and buttons are left out.",
    ),
    "actor.watch": ("Peringatan dini", "Early warning"),
    "journal.warning.raised": ("Peringatan dini dimunculkan", "Early warning raised"),
    "journal.warning.changed": ("Peringatan dini menguat atau berubah", "Early warning grew or changed"),
    "journal.warning.joined": (
        "Hal lain tentang kejadian yang sama ditambahkan",
        "Something else about the same incidents was added",
    ),
    "journal.warning.ended": ("Peringatan dini berakhir", "Early warning ended"),
    "journal.warning.judged": ("Peringatan dinilai seorang petugas", "An officer judged the warning"),
}
