"""Say how each role works with the service, on one page, and what the words mean. Pure."""

from typing import Final

Pair = tuple[str, str]

GUIDES: Final[dict[str, tuple[Pair, ...]]] = {
    "reporter": (
        (
            "Nyawa terancam? Telepon 110 atau 112 dulu. Laporan di sini tidak menggantikannya.",
            "Is life in danger? Call 110 or 112 first. A report here does not replace the call.",
        ),
        (
            "Buka /lapor. Ceritakan dengan kata sendiri, atau tempel pesan WhatsApp apa adanya.",
            "Open /lapor. Tell it in your own words, or paste the WhatsApp message as it is.",
        ),
        (
            "Sebut apa, di mana (desa dan kecamatan), kapan, berapa orang, ada yang luka atau tidak.",
            "Say what, where (desa and kecamatan), when, how many people, whether anybody is hurt.",
        ),
        (
            "Pilih: lihat sendiri, kata orang, atau dari medsos. Semuanya berguna; yang penting jujur.",
            "Choose: saw it, heard it, or from social media. All are useful; what counts is that it is true.",
        ),
        (
            "Tanpa sinyal tetap kirim: laporan menunggu di HP dan pergi sendiri saat sinyal kembali.",
            "Send it without a signal too: the report waits on the phone and goes by itself when the signal is back.",
        ),
        (
            "Periksa yang terbaca: tekan Benar atau Bukan. Tempatnya bisa diketik atau ditunjuk di peta.",
            "Check what was read: press Right or Not so. The place can be typed or shown on the map.",
        ),
        (
            "Simpan nomor dan kunci tanda terima; kemajuannya terbaca di /status.",
            "Keep the receipt's number and key; its progress is read at /status.",
        ),
        (
            "Keadaan berubah, ada yang salah, atau sudah selesai? Tekan Tambah kabar di sana; jangan lapor ulang.",
            "Has it changed, was something wrong, or is it over? Press Add news on that page; do not report anew.",
        ),
        (
            "Jangan kejar, jangan rekam dari dekat, jangan sebar. Keselamatan Anda lebih dulu.",
            "Do not follow, do not film from close by, do not spread it. Your safety comes first.",
        ),
    ),
    "member": (
        (
            "Pesan masuk: buka tautannya. Satu layar memuat tingkat, apa, di mana, apa yang diminta, sisa waktu.",
            "A message comes: open its link. One screen holds level, what, where, what is asked, the time left.",
        ),
        (
            "Ketuk Terima bila instansi Anda menanganinya. Salah ketuk? Urungkan dalam satu menit.",
            "Tap Acknowledge if your institution takes it. A slip? Undo it within a minute.",
        ),
        (
            (
                "Bukan kewenangan Anda? Ketuk Bukan kewenangan kami dan tulis milik siapa: koordinator diberi tahu "
                "sekarang."
            ),
            "Not yours? Tap Not ours and write whose it is: the coordinator is told now.",
        ),
        (
            "Perlu bantuan? Ketuk Minta bantuan: tangga eskalasi naik satu langkah.",
            "Need help? Tap Ask for help: the escalation climbs one rung.",
        ),
        (
            "Kirim lapjut singkat dari kalimat siap pakai; yang berikutnya diminta menurut tingkatnya.",
            "Send a short sitrep from the ready sentences; the next is due as the level says.",
        ),
        (
            "Tidak bisa piket? Catat Berhalangan di /piket supaya tugas Anda jatuh ke pengganti.",
            "Cannot be on duty? Enter it at /piket, so that your stand-in is told.",
        ),
        (
            "Nyalakan pemberitahuan di /saya pada HP Anda sendiri, lalu kirim pesan uji.",
            "Turn notifications on at /saya on your own phone, then send a trial message.",
        ),
    ),
    "coordinator": (
        (
            (
                "Halaman utama adalah antrean yang perlu orang: diam, bukan wewenang, gagal kirim, verifikasi, usul "
                "gabung, lapjut."
            ),
            (
                "The first page is the queue of what needs a person: silent, not theirs, not delivered, verify, "
                "merge, sitrep."
            ),
        ),
        (
            "Kerjakan dari atas. Yang diam: telepon, lalu Terima atas nama dengan alasan, atau naikkan eskalasinya.",
            "Work from the top. The silent: call, then acknowledge for them with a reason, or escalate.",
        ),
        (
            "Perlu dipastikan: hubungi orang di lapangan, lalu Benar terjadi atau Tutup dengan alasan.",
            "To be verified: reach somebody on the spot, then Confirm or Close with a reason.",
        ),
        (
            "Usul gabung: baca kedua teks berdampingan. Ragu berarti jangan digabung.",
            "To merge: read both texts side by side. In doubt, do not merge.",
        ),
        (
            "Penilaian mesin selalu punya alasan; ubah bila salah dan tulis mengapa. Keputusan Anda menang.",
            "The machine's judgement always has reasons; change it if it is wrong and write why. Your decision stands.",
        ),
        (
            "Redam hanya untuk yang sudah diketahui; KRITIS tetap berbunyi.",
            "Silence only what is known already; critical ones sound all the same.",
        ),
        (
            "Latihan, di bawah antrean: pilih skenario, lihat siapa yang ikut, mulai. Semua pesan diawali LATIHAN.",
            "Drills, below the queue: choose a scenario, see who takes part, begin. All messages begin with LATIHAN.",
        ),
        (
            "Ganti piket: buka Serah terima di bawah antrean, baca bersama pengganti, catat siapa menerima.",
            "At the change of shift: open Handover below the queue, read it with your successor, enter who takes over.",
        ),
    ),
    "verifier": (
        (
            "Ambil baris Verifikasi dari antrean. Yang paling berat dan paling lama di atas.",
            "Take the lines To verify from the queue. The gravest and oldest are on top.",
        ),
        (
            "Baca nilai baket: huruf menilai sumber (A sampai F), angka menilai isi (1 sampai 6).",
            "Read the rating: the letter judges the source (A to F), the figure the content (1 to 6).",
        ),
        (
            "Cari sumber kedua yang tidak saling menyalin: Babinsa, Bhabinkamtibmas, perangkat desa.",
            "Find a second source that does not copy the first: Babinsa, Bhabinkamtibmas, the desa's office.",
        ),
        (
            "Benar terjadi hanya bila ada yang melihat. Jawaban penanggung jawab bukan verifikasi.",
            "Confirm only if somebody has seen it. A lead's answer is no verification.",
        ),
        (
            "Salah tempat, jenis, atau tingkat? Perbaiki dengan alasan; mesin belajar dari itu.",
            "Wrong place, issue or level? Correct it with a reason; the machine learns from it.",
        ),
    ),
    "leader": (
        (
            "Yang membutuhkan Anda datang sebagai pesan: hanya ketika tangga sampai ke Anda, atau KRITIS.",
            "What needs you comes as a message: only when the ladder reaches you, or at the level Critical.",
        ),
        (
            "Halaman utama memuat siapa yang diam dan peta; Angka memuat seberapa cepat siapa menjawab.",
            "The first page holds who is silent and the map; Figures hold how fast who answers.",
        ),
        (
            (
                "Sistem menyarankan, orang memutuskan. Status keadaan konflik hanya Anda yang menetapkan, menurut UU "
                "7/2012."
            ),
            "The system advises, people decide. Only you set a status of conflict, by Law 7/2012.",
        ),
        (
            "Jangan meneruskan isi rahasia ke grup WhatsApp; bacaan Anda bertanda nama Anda.",
            "Do not pass on secret content to a WhatsApp group; what you read carries your name.",
        ),
    ),
    "auditor": (
        (
            "Anda membaca semuanya dan tidak mengubah apa pun.",
            "You read everything and change nothing.",
        ),
        (
            "Jejak setiap peristiwa memuat siapa, kapan, apa; barisnya berantai sehingga perubahan ketahuan.",
            "An incident's timeline holds who, when, what; its lines are chained, so that a change shows.",
        ),
        (
            "Periksa di mesin dengan kentongan audit verify dan kentongan reconcile.",
            "Check on the machine with kentongan audit verify and kentongan reconcile.",
        ),
        (
            "Angka dapat diunduh sebagai CSV beserta definisinya.",
            "Figures can be taken as CSV, with their definitions.",
        ),
    ),
    "admin": (
        (
            (
                "Buka Pengaturan. Hari pertama memuat enam langkah; garis merah di setiap halaman hilang bila semua "
                "pos terisi."
            ),
            "Open Settings. The first day has six steps; the red line on each page goes when every post has somebody.",
        ),
        (
            (
                "Catat orang satu per satu atau dari tabel, lalu undang dengan QR. Jangan pernah menentukan sandi "
                "orang lain."
            ),
            "List people one by one or from a table, then invite them by QR code. Never set anybody's password.",
        ),
        (
            "Setiap alamat dibuktikan dengan kode enam angka, lalu dicoba dengan pesan uji.",
            "Each address is proved by a six-digit code, then tried with a trial message.",
        ),
        (
            "Isi piket empat belas hari; periksa lagi sesudah ada yang pindah tugas.",
            "Fill the rota of fourteen days; look again after somebody has moved.",
        ),
        (
            "Uji aturan harus lulus. Berkas kabupaten diubah di mesin, bukan di sini.",
            "The proof of the rules must pass. The district file is changed on the machine, not here.",
        ),
        (
            "Gelar latihan di Pengaturan, Latihan: terlihat siapa menjawab dan sesudah berapa detik.",
            "Hold a drill in Settings, Drills: it shows who answers, and after how many seconds.",
        ),
        (
            "Siapa yang pindah atau berhenti: nonaktifkan hari itu juga.",
            "Who moves or leaves: shut out on the same day.",
        ),
        (
            "Cadangkan setiap hari: kentongan backup; coba pulihkan sebulan sekali.",
            "Back up every day: kentongan backup; try a restore once a month.",
        ),
    ),
}

TERMS: Final[dict[str, tuple[Pair, Pair]]] = {
    "tingkat": (
        (
            "Tingkat: RENDAH, SEDANG, TINGGI, KRITIS",
            "Level: RENDAH (low), SEDANG (medium), TINGGI (high), KRITIS (critical)",
        ),
        (
            "Seberapa berat, dari skor 0 sampai 100. KRITIS: diberi tahu siang malam, tidak dapat diredam.",
            "How bad, from a score of 0 to 100. Critical: told day and night, never silenced.",
        ),
    ),
    "baket": (
        ("Nilai baket, misalnya B2 atau F3", "Rating, for instance B2 or F3"),
        (
            (
                "Huruf: keandalan sumber, A terpercaya sampai E tidak, F belum diketahui. Angka: kebenaran isi, "
                "1 dipastikan sampai 5 mustahil, 6 belum dapat dinilai."
            ),
            (
                "Letter: reliability of the source, A reliable to E not, F not known. Figure: credibility of "
                "the content, 1 confirmed to 5 improbable, 6 cannot be judged."
            ),
        ),
    ),
    "lapjut": (
        ("Lapjut (laporan lanjutan)", "Sitrep (lapjut)"),
        (
            "Apa yang ditemukan dan dilakukan sebuah instansi sesudah menerima.",
            "What an institution found and did after it acknowledged.",
        ),
    ),
    "penanggung-jawab": (
        ("Penanggung jawab, pendukung, tembusan", "Lead, support, inform"),
        (
            "Penanggung jawab harus menjawab; pendukung diminta membantu; tembusan cukup tahu.",
            "The lead must answer; support is asked to help; inform only gets to know.",
        ),
    ),
    "tangga": (
        ("Tangga eskalasi", "Ladder"),
        (
            "Siapa yang diberi tahu berikutnya, dan kapan, selama penanggung jawab diam.",
            "Who is told next, and when, while the lead stays silent.",
        ),
    ),
    "diam": (
        ("Diam", "Silent"),
        (
            "Sudah diminta menjawab dan belum, walau tenggatnya lewat atau hampir.",
            "Asked to answer and has not, though the deadline has passed or nearly so.",
        ),
    ),
    "terkirim": (
        ("Terkirim bukan diterima", "Delivered is not answered"),
        (
            "Terkirim: pesannya sampai. Diterima: seseorang menjawab bahwa instansinya menangani.",
            "Delivered: the message arrived. Acknowledged: somebody has answered that the institution takes it.",
        ),
    ),
    "tlp": (
        ("TLP dan klasifikasi", "TLP and classification"),
        (
            (
                "Sejauh mana boleh diteruskan: BIASA setara TLP:GREEN, TERBATAS TLP:AMBER, RAHASIA "
                "TLP:AMBER+STRICT, SANGAT RAHASIA TLP:RED."
            ),
            (
                "How far it may be passed on: BIASA is TLP:GREEN, TERBATAS TLP:AMBER, RAHASIA TLP:AMBER+STRICT, SANGAT "
                "RAHASIA TLP:RED."
            ),
        ),
    ),
    "kominda": (
        ("Kominda, Tim Kewaspadaan Dini", "Kominda, the early-warning team"),
        (
            "Forum instansi kabupaten yang berbagi kewaspadaan dini; sekretariatnya Bakesbangpol.",
            "The forum of the district's institutions that share early warning; Bakesbangpol is its secretariat.",
        ),
    ),
    "bakesbangpol": (
        ("Bakesbangpol (KESBANG)", "Bakesbangpol (KESBANG)"),
        (
            "Badan Kesatuan Bangsa dan Politik kabupaten: koordinator dan penjaga terakhir.",
            "The district's agency for national unity and politics: the coordinator and the last to take a lead.",
        ),
    ),
    "fkdm": (
        ("FKDM", "FKDM"),
        (
            "Forum Kewaspadaan Dini Masyarakat: warga yang melapor dari desa dan kecamatan.",
            "The community's early-warning forum: residents who report from desa and kecamatan.",
        ),
    ),
    "nihil": (
        ("Laporan nihil", "Nil report"),
        (
            "Kabar bahwa tidak ada kejadian: membuktikan bahwa pos itu hidup.",
            "Word that nothing has happened: it proves that the post is alive.",
        ),
    ),
    "redam": (
        ("Redam", "Silence"),
        (
            "Sementara tidak memberi tahu tentang hal yang sudah diketahui, dengan alasan dan akhir.",
            "Not telling for a while about what is known already, with a reason and an end.",
        ),
    ),
    "piket": (
        ("Piket", "Rota"),
        (
            "Siapa yang bertugas kapan; hanya yang piket yang diberi tahu, bila ada.",
            "Who is on duty when; where somebody is on duty, only he is told.",
        ),
    ),
    "gabung": (
        ("Usul gabung", "Suggestion to merge"),
        (
            "Dua peristiwa yang mungkin sama; orang yang memutuskan.",
            "Two incidents that may be the same; a person decides.",
        ),
    ),
    "disamarkan": (
        ("Disamarkan", "Masked"),
        (
            "Di atas izin baca Anda: hanya tingkat, jenis masalah dan kecamatan yang terlihat.",
            "Above your clearance: only level, issue and kecamatan are shown.",
        ),
    ),
    "latihan": (
        ("LATIHAN", "Exercise"),
        (
            "Gladi lewat jalur sebenarnya, ditandai di setiap pesan; tidak dihitung dalam angka.",
            "A drill through the real path, marked in each message; not counted in figures.",
        ),
    ),
}

HELP: Final[dict[str, Pair]] = {
    "guide.title": ("Panduan: {role}", "Guide: {role}"),
    "guide.others": ("Panduan peran lain", "Guides of other roles"),
    "guide.link": ("Panduan", "Guide"),
    "glossary.title": ("Istilah", "Glossary"),
    "glossary.lead": ("Kata-kata yang dipakai di layar dan pesan.", "Words used on screens and in messages."),
    **{f"guide.{role}.{number}": said for role, steps in GUIDES.items() for number, said in enumerate(steps, 1)},
    **{f"term.{key}": term for key, (term, _) in TERMS.items()},
    **{f"term.{key}.text": text for key, (_, text) in TERMS.items()},
}
