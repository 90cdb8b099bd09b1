"""Say what the figures say, and what each of them means: Indonesian first, English beside it. Pure."""

from typing import Final

FIGURES: Final[dict[str, tuple[str, str]]] = {
    "figures": ("Angka", "Figures"),
    "figures.title": ("Angka", "Figures"),
    "figures.lead": (
        "Peristiwa yang dibuka {start} sampai {end}, sejauh boleh Anda ketahui.",
        "Incidents opened {start} to {end}, as far as you may know of them.",
    ),
    "figures.without": (
        "Tidak dihitung: latihan, laporan nihil, riwayat yang diisi belakangan, dan peristiwa yang digabung ke lain.",
        "Not counted: exercises, nil reports, history filed later, and incidents merged into another.",
    ),
    "figures.days": ("Rentang", "Stretch"),
    "figures.days.7": ("7 hari", "7 days"),
    "figures.days.30": ("30 hari", "30 days"),
    "figures.days.90": ("90 hari", "90 days"),
    "figures.days.365": ("365 hari", "365 days"),
    "figures.print": ("Cetak", "Print"),
    "figures.csv": ("CSV", "CSV"),
    "figures.jump": ("Langsung ke", "Go to"),
    "figures.open_all": ("Buka semua", "Open all"),
    "figures.other_institutions": ("{n} instansi lain", "{n} other institutions"),
    "figures.other_institutions.one": ("1 instansi lain", "1 other institution"),
    "figures.incidents": ("peristiwa", "incidents"),
    "figures.reports": ("laporan", "reports"),
    "figures.open": ("masih terbuka", "still open"),
    "figures.settled": ("selesai", "settled"),
    "figures.dismissed": ("ditolak", "dismissed"),
    "figures.before": ("sebelumnya {n}", "before: {n}"),
    "figures.before_text": (
        "Sebelumnya: rentang sama panjang tepat sebelum yang ini.",
        "Before: the stretch of the same length just before this one.",
    ),
    "figures.none": ("Tidak ada peristiwa dalam rentang ini.", "No incidents in this stretch."),
    "figures.none_text": (
        "Pilih rentang yang lebih panjang, atau hapus pilihan lain. Angka terisi sendiri dari laporan yang masuk.",
        "Choose a longer stretch, or take back the other choices. Figures come by themselves from reports.",
    ),
    "figures.times": ("Berapa lama", "How long it took"),
    "figures.to_answer": ("sampai jawaban pertama", "until the first answer"),
    "figures.to_answer_text": (
        "Dari peringatan kepada penanggung jawab sampai jawabannya yang pertama.",
        "From the alert to the lead until its first answer.",
    ),
    "figures.to_verify": ("sampai dipastikan", "until verified"),
    "figures.to_verify_text": (
        "Dari dibukanya peristiwa sampai seseorang memastikannya untuk pertama kali.",
        "From the incident's opening until somebody verified it for the first time.",
    ),
    "figures.to_close": ("sampai ditutup", "until closed"),
    "figures.to_close_text": (
        "Dari dibukanya peristiwa sampai selesai atau ditolak.",
        "From the incident's opening until it was settled or dismissed.",
    ),
    "figures.middle": ("tengah {time}", "median {time}"),
    "figures.tenth": ("sepersepuluh lebih lama dari {time}", "a tenth took longer than {time}"),
    "figures.cases": ("dari {n} kasus", "of {n} cases"),
    "figures.cases.one": ("dari 1 kasus", "of 1 case"),
    "figures.few": ("terlalu sedikit", "too few"),
    "figures.times_text": (
        (
            "Nilai tengah: separuh lebih cepat, separuh lebih lama. Ditulis mulai 3 kasus; sepersepuluh terlama "
            "dan persen mulai 20, karena di bawah itu satu kasus menggesernya. Yang belum terjadi tidak ikut dihitung."
        ),
        (
            "Median: half were faster, half slower. Told from 3 cases on; the slowest tenth and percentages "
            "from 20 on, because below that one case moves them. What has not happened yet is not counted."
        ),
    ),
    "figures.institutions": ("Jawaban per instansi", "Answers by institution"),
    "figures.institutions_text": (
        (
            "Diminta: menjadi penanggung jawab, pendukung, atau jawabannya wajib; tembusan tidak dihitung. "
            "Tepat waktu: dijawab sebelum tenggat, dari yang punya tenggat. Lapjut: sampai laporan lanjutan pertama."
        ),
        (
            "Asked: as lead, support, or where its answer is needed; copies for information are not counted. In time: "
            "answered before the deadline, of those that have one. Sitrep: until the first one."
        ),
    ),
    "figures.institution": ("Instansi", "Institution"),
    "figures.asked": ("Diminta", "Asked"),
    "figures.answered": ("Menjawab", "Answered"),
    "figures.in_time": ("Tepat waktu", "In time"),
    "figures.median": ("Waktu tengah", "Median time"),
    "figures.sitrep": ("Lapjut", "Sitrep"),
    "figures.of": ("{part} dari {whole}", "{part} of {whole}"),
    "figures.weeks": ("Per minggu", "By week"),
    "figures.weeks_text": (
        "Minggu mulai hari Senin. Minggu yang belum penuh bergaris putus: jangan dibandingkan dengan yang penuh.",
        "Weeks begin on Monday. Weeks that are not whole are dashed: do not compare them with whole ones.",
    ),
    "figures.week": ("Minggu mulai", "Week from"),
    "figures.as_table": ("Sebagai tabel", "As a table"),
    "figures.part": ("belum penuh", "not whole"),
    "figures.issues": ("Per jenis masalah", "By issue"),
    "figures.issues_text": (
        "Tingkat yang berlaku sekarang, juga bila berubah sesudah dibuka.",
        "The level as it is now, also where it changed after the opening.",
    ),
    "figures.kecamatan": ("Per kecamatan", "By kecamatan"),
    "figures.unplaced": (
        "{n} peristiwa belum diketahui kecamatannya.",
        "The kecamatan of {n} incidents is not known.",
    ),
    "figures.unplaced.one": (
        "1 peristiwa belum diketahui kecamatannya.",
        "The kecamatan of 1 incident is not known.",
    ),
    "figures.total": ("Jumlah", "Total"),
    "figures.closed": ("Tuntas", "Concluded"),
    "figures.closed_text": (
        "Tuntas: ditutup sebagai Selesai atau Ditolak, dari semua peristiwa di baris itu. Persen mulai 20.",
        "Concluded: closed as settled or dismissed, of all incidents in the row. Percentages from 20 on.",
    ),
    "figures.xlsx": ("Semua tabel (xlsx)", "All tables (xlsx)"),
    "figures.definitions": ("Keterangan", "Definitions"),
    "figures.sources": ("Sumber: seberapa sering benar", "Sources: how often right"),
    "figures.sources_text": (
        (
            "Menurut peristiwa tempat laporan itu bergabung. Benar: dipastikan petugas atau ditutup Selesai. "
            "Sebagian: sama, tetapi petugas mengganti jenis, bentuk, atau tempatnya. Tidak benar: Ditolak. "
            "Belum: selain itu. Persen: benar dari yang sudah jelas, mulai 5 laporan; "
            "dalam kurung rentang yang mungkin karena kebetulan (95 dari 100). "
            "Nilai: keandalan sumber A-F saat melapor dan berapa kali; medsos selalu F."
        ),
        (
            "By the incident that a report belongs to. Right: verified by an officer or settled. "
            "Partly: the same, but an officer changed issue, form or place. Not true: dismissed. "
            "Not known: the rest. Per cent: right of those that are known, from 5 reports on; "
            "in brackets the range that chance allows (95 of 100). "
            "Grade: the source's reliability A-F when it reported, and how often; social media is always F."
        ),
    ),
    "figures.reporters": ("Per pelapor", "By reporter"),
    "figures.reporters_text": (
        (
            "Pelapor dikenali dari kodenya saja. Siapa orangnya dibuka per laporan, dengan alasan yang dicatat. "
            "Yang tanpa nama tidak dihitung di sini."
        ),
        (
            "Reporters are known by a code alone. Who it is is opened report by report, for a reason that is kept. "
            "Those without a name are not counted here."
        ),
    ),
    "figures.more_reporters": ("{n} pelapor lain ada di CSV.", "{n} more reporters are in the CSV."),
    "figures.more_reporters.one": ("1 pelapor lain ada di CSV.", "1 more reporter is in the CSV."),
    "figures.open_source": ("Buka sumber {code}", "Open source {code}"),
    "figures.source": ("Sumber", "Source"),
    "figures.nameless": ("Tanpa nama", "Without a name"),
    "figures.by_channel": ("Di luar instansi, lewat {channel}", "Outside offices, by {channel}"),
    "figures.head.reports": ("Laporan", "Reports"),
    "figures.head.right": ("Benar", "Right"),
    "figures.head.partly": ("Sebagian", "Partly"),
    "figures.head.wrong": ("Tidak benar", "Not true"),
    "figures.head.unknown": ("Belum", "Not known"),
    "figures.head.percent": ("Terbukti benar", "Proved right"),
    "figures.head.grades": ("Nilai", "Grade"),
    "figures.csv.closed": ("tuntas", "concluded"),
    "figures.csv.source": ("sumber", "source"),
    "figures.csv.reports": ("laporan", "reports"),
    "figures.csv.right": ("benar", "right"),
    "figures.csv.partly": ("sebagian", "partly"),
    "figures.csv.wrong": ("tidak benar", "not true"),
    "figures.csv.unknown": ("belum diketahui", "not known"),
    "figures.csv.percent": ("persen benar", "per cent right"),
    "figures.csv.low": ("persen paling rendah", "lowest per cent"),
    "figures.csv.high": ("persen paling tinggi", "highest per cent"),
    "figures.csv.grades": ("nilai keandalan", "reliability grades"),
    "figures.csv.code": ("kode", "code"),
    "figures.csv.institution": ("instansi", "institution"),
    "figures.csv.asked": ("diminta", "asked"),
    "figures.csv.answered": ("menjawab", "answered"),
    "figures.csv.due": ("punya tenggat", "with a deadline"),
    "figures.csv.in_time": ("tepat waktu", "in time"),
    "figures.csv.median": ("menit tengah", "median minutes"),
    "figures.csv.tenth": ("menit sepersepuluh terlama", "minutes of the slowest tenth"),
    "figures.csv.sitrep": ("menit tengah lapjut", "median minutes of the sitrep"),
    "figures.csv.week": ("minggu mulai", "week from"),
    "figures.csv.whole": ("penuh", "whole"),
    "figures.csv.incidents": ("peristiwa", "incidents"),
    "figures.csv.issue": ("jenis masalah", "issue"),
    "figures.csv.kecamatan": ("kecamatan", "kecamatan"),
}
