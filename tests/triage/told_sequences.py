"""Invented sequences of reports in the style of officers and villagers, and what each has to do with those before it.

A step is (hour, text, expectation): the hour counts from the first midnight, WIB. "new" opens an incident of its own;
"same 0" belongs to the incident that step 0 opened; "linked 0" opens its own and is suggested to be of that one;
"apart" must open its own, suggested or not.
"""

from typing import NamedTuple


class Step(NamedTuple):
    hour: float
    text: str
    expected: str
    reporter: str | None = None


class Sequence(NamedTuple):
    kind: str
    steps: tuple[Step, ...]


def seq(kind: str, *steps: tuple[float, str, str] | tuple[float, str, str, str]) -> Sequence:
    return Sequence(kind, tuple(Step(*step) for step in steps))


SEQUENCES = (
    seq(
        "an officer, a villager and a nurse tell one brawl",
        (21.2, "Lapor ndan, tawuran 2 klpk pemuda di Ds. Mandirejo Kec. Merakurak, sekitar 40 org, bawa kayu", "new"),
        (21.4, "pak niki lare-lare gegeran teng Mandirejo Merakurak, kathah sing nggowo kayu", "same 0"),
        (22.1, "Bentrok pemuda Ds Mandirejo Merakurak, 3 luka dibawa ke puskesmas", "same 0"),
    ),
    seq(
        "a follow-up and an all-clear hours later",
        (
            15.0,
            "Warga Ds. Tlogowaru Kec. Merakurak blokir jalan masuk tambang, sekitar 60 orang, protes jalan rusak",
            "new",
        ),
        (17.5, "Update blokade Tlogowaru: perwakilan warga diterima manajemen di balai desa", "same 0"),
        (20.0, "Lapjut Tlogowaru Merakurak, jalan sudah dibuka, warga bubar, situasi kondusif", "same 0"),
    ),
    seq(
        "a correction of figures",
        (22.0, "Pengeroyokan di Ds. Wolutengah Kec. Kerek, korban 5 org luka, pelaku 20 org atribut silat", "new"),
        (22.8, "RALAT: pengeroyokan Wolutengah korban luka 2 org bukan 5", "same 0"),
    ),
    seq(
        "a retraction by somebody else",
        (19.0, "Info warga: ada penyerangan kelompok silat di Ds. Jatiklabang Kec. Jatirogo, massa 100 orang", "new"),
        (
            20.0,
            "Lapor, info penyerangan di Jatiklabang Jatirogo ternyata tidak benar, hanya suara petasan hajatan",
            "same 0",
        ),
    ),
    seq(
        "settled over night",
        (21.0, "Tawuran antar pemuda di Ds. Sidotentrem Kec. Bangilan, saling lempar batu, 2 luka", "new"),
        (32.0, "Yang di Sidotentrem Bangilan semalam sudah damai, kedua pihak dipertemukan di balai desa", "same 0"),
    ),
    seq(
        "the police have caught them",
        (20.2, "Tawuran pelajar di Jl raya Ds. Compreng Kec. Widang, bawa gir dan sabuk", "new"),
        (21.0, "9 pelajar diamankan dari tawuran di Compreng Widang, 3 gir disita", "same 0"),
        (33.0, "Hasil pemeriksaan tawuran Compreng: 9 pelajar dipulangkan, orang tua dipanggil", "same 0"),
    ),
    seq(
        "two clashes in one night in one kecamatan",
        (21.0, "Bentrok dua kelompok pemuda di Ds. Sokosari Kec. Soko, 2 luka", "new"),
        (22.0, "Bentrok dua kelompok pemuda di Ds. Menilo Kec. Soko, 3 luka", "apart"),
        (22.5, "Update bentrok Menilo Soko: pelaku kabur, korban dibawa ke puskesmas", "same 1"),
        (22.7, "Update bentrok Sokosari Soko: sudah bubar", "same 0"),
    ),
    seq(
        "two clashes in one desa, early and late",
        (18.2, "Tawuran pemuda di Ds. Kedungsoko Kec. Plumpang pukul 18.00 WIB, 1 luka", "new"),
        (23.6, "Tawuran pemuda di Ds. Kedungsoko Kec. Plumpang pukul 23.30 WIB, 4 luka", "apart"),
    ),
    seq(
        "retaliation the next night",
        (22.0, "Pesilat dikeroyok di Ds. Rayung Kec. Senori, 1 luka bacok", "new"),
        (46.0, "Aksi balasan atas pengeroyokan kemarin, rumah warga Ds. Rayung Kec. Senori dilempari batu", "linked 0"),
    ),
    seq(
        "retaliation elsewhere",
        (22.0, "Anggota PSHT dikeroyok anggota IKSPI di Ds. Kujung Kec. Widang, 1 luka", "new"),
        (47.0, "Balas dendam kejadian Kujung, massa PSHT serang warung di Ds. Ngadipuro Kec. Widang", "apart"),
    ),
    seq(
        "once more a week later",
        (9.0, "Warga Ds. Gaji Kec. Kerek hadang truk tambang, 40 orang, protes debu", "new"),
        (
            177.0,
            "Warga Ds. Gaji Kec. Kerek kembali hadang truk tambang, 70 orang, janji penyiraman tidak ditepati",
            "apart",
        ),
    ),
    seq(
        "a forwarded copy",
        (20.0, "Massa dua perguruan silat bentrok di Ds. Cokrowati Kec. Tambakboyo, 1 orang luka bacok", "new", "A"),
        (
            20.1,
            "Diteruskan: Massa dua perguruan silat bentrok di Ds. Cokrowati Kec. Tambakboyo, 1 orang luka bacok",
            "same 0",
            "B",
        ),
        (
            20.2,
            "*Massa dua perguruan silat bentrok di Ds Cokrowati Kec. Tambakboyo, 1 orang luka bacok* 🙏🙏",
            "same 0",
            "C",
        ),
    ),
    seq(
        "one protest told by three papers' words",
        (10.0, "Ratusan buruh unjuk rasa di depan pabrik semen Ds. Sumberarum Kec. Kerek menuntut upah lembur", "new"),
        (11.0, "Demo buruh pabrik semen di Sumberarum Kerek, jalan macet, tuntut lembur dibayar", "same 0"),
        (14.0, "Perkembangan demo Sumberarum: perwakilan buruh ditemui manajer, massa masih bertahan", "same 0"),
    ),
    seq(
        "two protests of one morning",
        (9.0, "Nelayan Ds. Glodog Kec. Palang unjuk rasa di TPI, protes kapal cantrang", "new"),
        (9.5, "Petani Ds. Ngimbang Kec. Palang unjuk rasa, protes pupuk subsidi langka", "apart"),
    ),
    seq(
        "a brawl at a concert and its end",
        (
            23.0,
            "Orkes dangdut lapangan Ds. Prunggahan Kulon Kec. Semanding ricuh, penonton saling pukul, kursi melayang",
            "new",
        ),
        (
            23.5,
            "gegeran nang orkes lapangan Prunggahan Kulon Semanding pak, wong mabuk balang-balangan kursi",
            "same 0",
        ),
        (24.2, "Orkes Prunggahan Kulon Semanding sudah bubar, aman terkendali", "same 0"),
    ),
    seq(
        "says itself that it is another place",
        (21.0, "Tawuran di Ds. Maibit Kec. Rengel, 30 pemuda", "new"),
        (21.5, "Beda lokasi, tawuran juga di Ds. Sawahan Kec. Rengel, 20 pemuda", "apart"),
    ),
    seq(
        "the same desa name in two kecamatan",
        (20.0, "Tawuran pemuda di Ds. Sumberagung Kec. Plumpang, 2 luka", "new"),
        (20.5, "Warga Ds. Sumberejo Kec. Rengel bentrok rebutan lahan parkir, 1 luka", "apart"),
    ),
    seq(
        "land quarrel: threat, then deed weeks later",
        (10.0, "Sengketa batas tanah warga Ds. Lajo Lor Kec. Singgahan, dua keluarga saling ancam", "new"),
        (520.0, "Dua keluarga di Ds. Lajo Lor Kec. Singgahan saling bacok, 2 luka", "apart"),
    ),
    seq(
        "the reporter corrects his own kecamatan",
        (21.0, "tawuran di Ds. Banjararum ndan, 30an pemuda bawa batu", "new", "Sutrisno"),
        (21.1, "maaf salah, yang benar Ds. Banjararum Kec. Rengel ndan", "same 0", "Sutrisno"),
    ),
    seq(
        "an update without a place by the same reporter",
        (21.0, "Bentrok silat di Ds. Pucangan Kec. Montong, massa 60 orang", "new", "Bripka Agus"),
        (21.8, "Update: massa sudah membubarkan diri, 4 orang diamankan", "same 0", "Bripka Agus"),
    ),
    seq(
        "an update without a place by a stranger stays apart or is linked",
        (21.0, "Bentrok silat di Ds. Bringin Kec. Montong, massa 50 orang", "new"),
        (21.2, "Tawuran pelajar di Ds. Jamprong Kec. Kenduruan, 10 anak", "apart"),
        (23.0, "Update: situasi sudah aman terkendali ndan", "apart"),
    ),
    seq(
        "a hoax and its denial",
        (10.0, "Beredar voice note penculikan anak SD di Ds. Bandungrejo Kec. Plumpang, warga resah", "new"),
        (13.0, "Kabar penculikan anak di Bandungrejo Plumpang dipastikan hoaks, sudah dicek ke sekolah", "same 0"),
    ),
    seq(
        "a lynching and the death in hospital",
        (3.0, "Maling motor dihajar massa di Ds. Sembung Kec. Parengan, motor dibakar, korban kritis", "new"),
        (9.0, "Korban amuk massa di Sembung Parengan akhirnya meninggal di RSUD", "same 0"),
    ),
    seq(
        "convoy stopped, brawl in the next kecamatan",
        (22.0, "Konvoi 80 motor perguruan silat masuk Ds. Kebomlati Kec. Plumpang, blayer-blayer", "new"),
        (23.0, "Rombongan pesilat bentrok dengan pemuda di Ds. Tegalrejo Kec. Widang, 2 luka", "apart"),
    ),
    seq(
        "ruined campaign signs at two ends of the district",
        (8.0, "APK paslon 1 dirusak di Ds. Bogorejo Kec. Bancar", "new"),
        (8.5, "APK paslon 1 dirusak di Ds. Gesikharjo Kec. Palang", "apart"),
    ),
    seq(
        "chat in Javanese about one night",
        (22.0, "pak onok gelut nang prapatan Klutuk Tambakboyo, arek enom podo nggowo pedang", "new"),
        (22.3, "Klutuk Tambakboyo rame ndan, tawuran pemuda bawa sajam, mohon bantuan", "same 0"),
        (23.2, "wis aman pak sing nang Klutuk, polisine wis teko", "same 0"),
    ),
    seq(
        "goes on within the hour",
        (21.0, "Bentrok pemuda di Ds. Leran Kulon Kec. Palang, saling lempar batu", "new"),
        (21.9, "Leran Kulon Palang bentrok lagi ndan, massa tambah banyak", "same 0"),
    ),
    seq(
        "a village head shut out, opened after two days",
        (8.0, "Warga segel balai desa Ngandong Kec. Grabagan, tuntut kades mundur", "new"),
        (56.0, "Balai desa Ngandong Grabagan yang disegel warga sudah dibuka kembali setelah mediasi camat", "same 0"),
    ),
    seq(
        "announced, then held",
        (
            19.0,
            "Besok pagi warga Ds. Karangasem Kec. Jenu rencana demo di pabrik, sekitar 200 orang, minta ganti rugi debu",
            "new",
        ),
        (33.0, "Demo warga Karangasem Jenu di pabrik sudah mulai ndan, massa 150 orang", "same 0"),
    ),
    seq(
        "first only the kecamatan, then the desa",
        (21.0, "Ada tawuran di Senori ndan, mohon bantuan", "new"),
        (21.3, "tawuran di ds Sidoharjo Senori, 3 luka, massa 50", "linked 0"),
        (21.9, "Senori Sidoharjo sudah terkendali", "same 1"),
    ),
    seq(
        "later only the desa",
        (22.0, "Bentrok dua kelompok silat di Ds. Kumpulrejo Kec. Bangilan, 2 luka bacok", "new"),
        (22.5, "di Kumpulrejo masih rame ndan, massa bertambah", "same 0"),
    ),
    seq(
        "told by its market",
        (9.0, "Keributan di Pasar Baru Tuban, pedagang lawan satpol PP", "new"),
        (9.3, "pedagang pasar baru tuban ricuh karo satpol PP, 2 wong dikeplak", "same 0"),
    ),
    seq(
        "the wounded man dies",
        (20.0, "Pemuda dibacok orang tak dikenal di Ds. Kedungharjo Kec. Widang, luka parah", "new"),
        (28.0, "korban bacok Kedungharjo Widang MD di RS", "same 0"),
    ),
    seq(
        "told again in the morning",
        (23.1, "Tawuran pemuda di Ds. Jombok Kec. Jatirogo, bawa celurit, 1 luka", "new"),
        (
            31.0,
            "Laporan: semalam sekitar pukul 23.00 WIB terjadi tawuran pemuda di Desa Jombok Kecamatan Jatirogo, 1 orang luka sabetan celurit",
            "same 0",
        ),
    ),
    seq(
        "called a riot and called damage",
        (22.0, "Kerusuhan di Ds. Penambangan Kec. Semanding, 5 motor dirusak massa", "new"),
        (22.6, "Perusakan motor oleh massa di Penambangan Semanding, 3 motor hancur", "same 0"),
    ),
    seq(
        "the village head explains",
        (10.0, "Warga Ds. Ngujuran Kec. Bancar usir satu keluarga yang dituduh santet, rumah dilempari", "new"),
        (15.0, "Kades Ngujuran Bancar klarifikasi: tidak ada pengusiran, hanya salah paham antar tetangga", "same 0"),
    ),
    seq(
        "a suspicious bag",
        (7.0, "Tas mencurigakan diduga bom di depan gereja Ds. Bejagung Kec. Semanding, warga menjauh", "new"),
        (9.0, "Tas di depan gereja Bejagung Semanding sudah dicek jibom, hanya pakaian bekas, aman", "same 0"),
    ),
    seq(
        "a second message of the same man",
        (21.0, "Tawuran di Ds. Tunggulrejo Kec. Singgahan, 30 pemuda", "new", "Kadus Marno"),
        (21.4, "masih rame ndan, belum ada polisi", "same 0", "Kadus Marno"),
    ),
    seq(
        "a demonstration of the second day",
        (9.0, "Ratusan buruh mogok dan demo di pabrik Ds. Margosuko Kec. Bancar, tuntut upah", "new"),
        (33.0, "Hari kedua demo buruh pabrik Margosuko Bancar, massa 300, jalan ditutup", "apart"),
    ),
    seq(
        "a strike goes on and ends",
        (8.0, "Karyawan gudang garam Ds. Dasin Kec. Tambakboyo mogok kerja 120 orang minta uang lembur", "new"),
        (32.0, "Mogok karyawan Dasin Tambakboyo hari kedua, 110 orang, gerbang dijaga", "same 0"),
        (60.0, "Mogok karyawan gudang Dasin berakhir, tercapai kesepakatan uang lembur", "same 0"),
    ),
    seq(
        "nil reports of two mornings",
        (6.0, "Kec Senori nihil kejadian, aman", "new"),
        (30.0, "Kec Senori nihil kejadian, aman", "apart"),
    ),
    seq(
        "friends of the victim come to the police two days later",
        (2.0, "Pemuda 19 th dikeroyok di Ds Sumber Kec Merakurak, luka berat", "new"),
        (
            40.0,
            "Puluhan teman korban pengeroyokan Merakurak datangi Polres Tuban menuntut pelaku ditangkap",
            "linked 0",
        ),
    ),
    seq(
        "a road closed, told by who is stuck",
        (8.0, "Nelayan Ds. Sukolilo Kec. Bancar blokir jalan pantura, bakar ban, protes cantrang", "new"),
        (8.7, "pantura bancar macet total, nelayan bakar ban di tengah jalan", "same 0"),
    ),
    seq(
        "the police arrest them the next day",
        (22.0, "Pengeroyokan pemuda di Ds. Beji Kec. Jenu, korban luka kepala", "new"),
        (36.0, "Polisi tangkap 3 pelaku pengeroyokan di Beji Jenu", "same 0"),
    ),
    seq(
        "an arrest for something else",
        (22.0, "Pengeroyokan pemuda di Ds. Rawasan Kec. Jenu, korban luka kepala", "new"),
        (36.0, "Polsek Jenu tangkap 2 pengedar pil koplo di Ds. Rawasan", "apart"),
    ),
    seq(
        "two matters before one village office",
        (9.0, "Warga Ds. Dagangan Kec. Parengan demo balai desa tuntut kades mundur, 100 orang", "new"),
        (33.0, "Warga Ds. Dagangan Kec. Parengan cekcok soal batas tanah, dua keluarga saling pukul", "apart"),
    ),
    seq(
        "supporters",
        (17.0, "Suporter bola ricuh di lapangan Ds. Sendangrejo Kec. Parengan, saling lempar batu", "new"),
        (17.2, "bal-balan nang lapangan Sendangrejo Parengan gegeran, suporter uncal-uncalan watu", "same 0"),
        (18.0, "Sit lapangan Sendangrejo Parengan kondusif, penonton pulang", "same 0"),
    ),
    seq(
        "two neighbouring hamlets' land, told late and by office",
        (9.0, "Petani Ds. Pakis Kec. Grabagan cekcok dengan mandor Perhutani, bawa sabit", "new"),
        (
            11.0,
            "Laporan KPH: penggarap lahan di Pakis Grabagan menghadang petugas, sempat adu mulut, nihil korban",
            "same 0",
        ),
    ),
    seq(
        "rumour of an attack, then nothing",
        (20.0, "katanya nanti malam PSHT mau serang Ds. Sandingrowo Kec. Soko, warga jaga-jaga", "new"),
        (26.0, "Sandingrowo Soko nihil kejadian, warga sudah bubar dari poskamling", "same 0"),
    ),
    seq(
        "hospital",
        (21.5, "Tawuran pemuda dua desa di Ds. Sidorejo Kec. Kenduruan, lempar batu, massa 70", "new"),
        (22.0, "IGD puskesmas Kenduruan terima 4 pasien luka akibat tawuran", "same 0"),
        (23.0, "Kenduruan: tawuran Sidorejo sudah dilerai Polsek, 2 pemuda diperiksa", "same 0"),
    ),
    seq(
        "no desa both",
        (20.0, "Pesilat konvoi blayer di jalan raya Jatirogo, 100 motor", "new"),
        (20.2, "ratusan pesilat konvoi nang Jatirogo pak, mbuleti alun-alun", "same 0"),
    ),
    seq(
        "number growth",
        (19.0, "Sekitar 20 warga Ds. Mlangi Kec. Widang kumpul di balai desa protes bansos", "new"),
        (20.0, "Balai desa Mlangi Widang massa jadi 80 orang, tuntut daftar bansos dibuka", "same 0"),
        (21.5, "Mlangi: kades temui warga, massa bubar pkl 21.15", "same 0"),
    ),
    seq(
        "two villages fight, named in different order",
        (22.0, "Pemuda Ds. Kebonagung dan Ds. Punggulrejo Kec. Rengel tawuran", "new"),
        (22.2, "tawuran antar desa Punggulrejo vs Kebonagung Rengel, 2 org luka", "same 0"),
    ),
    seq(
        "clock told differently",
        (22.5, "Ds. Plandirejo Kec. Plumpang: pengeroyokan pukul 22.00 WIB, korban 1", "new"),
        (31.5, "Warga dikeroyok di Plandirejo Plumpang semalam jam 10 malam, lapor polsek", "same 0"),
    ),
    seq(
        "denied by police next day",
        (18.0, "Pesan WA: begal bersenjata beraksi di Ds. Kepet Kec. Tuban, warga jangan keluar", "new"),
        (32.0, "Polisi pastikan pesan begal di Kepet Tuban tidak benar", "same 0"),
    ),
    seq(
        "mediated",
        (10.0, "Warga Ds. Banyubang Kec. Grabagan protes limbah kandang ayam, segel pintu kandang", "new"),
        (34.0, "Mediasi warga Banyubang dan pemilik kandang di kecamatan Grabagan, sepakat dipindah 3 bulan", "same 0"),
    ),
    seq(
        "retaliation same night other desa",
        (20.0, "Anggota Pagar Nusa dikeroyok di Ds. Trantang Kec. Kerek, 1 luka", "new"),
        (23.0, "Massa Pagar Nusa balas serang rumah ketua ranting di Ds. Jarorejo Kec. Kerek", "apart"),
    ),
    seq(
        "similar crime same night neighbour kecamatan",
        (1.0, "Maling sapi dihajar massa di Ds. Tingkis Kec. Singgahan", "new"),
        (3.0, "Maling sapi dihajar massa di Ds. Sukorejo Kec. Parengan", "apart"),
    ),
    seq(
        "protest two companies same kecamatan",
        (9.0, "Warga Ds. Remen Kec. Jenu demo kilang, tuntut kerja, 60 orang", "new"),
        (9.4, "Warga Ds. Kaliuntu Kec. Jenu demo PLTU, tuntut CSR, 50 orang", "apart"),
    ),
    seq(
        "child's fight grows",
        (16.0, "Perkelahian pelajar SMP di Ds. Laju Kidul Kec. Singgahan, 1 luka", "new"),
        (
            18.0,
            "Orang tua korban perkelahian pelajar Laju Kidul Singgahan datangi rumah pelaku, sempat adu mulut",
            "same 0",
        ),
    ),
    seq(
        "worship",
        (
            8.0,
            "Sekelompok warga Ds. Ngulahan Kec. Tambakboyo tolak pendirian musala kelompok lain, spanduk dipasang",
            "new",
        ),
        (20.0, "Rapat FKUB soal penolakan musala di Ngulahan Tambakboyo, sepakat ditunda", "same 0"),
    ),
    seq(
        "typo",
        (21.0, "TAWURAN DI DS MENTORO KEC SOKO BAWA CELURIT", "new"),
        (21.1, "ada twuran di mentoro soko bwa clurit 2 org lka", "same 0"),
    ),
    seq(
        "election",
        (11.0, "TPS 3 Ds. Sendang Kec. Senori ricuh, saksi adu mulut soal surat suara", "new"),
        (13.0, "TPS 3 Sendang Senori sudah lanjut pemungutan, situasi aman", "same 0"),
    ),
    seq(
        "another TPS",
        (11.0, "TPS 3 Ds. Medalem Kec. Senori ricuh, saksi adu mulut", "new"),
        (11.5, "TPS 7 Ds. Wonosari Kec. Senori kotak suara dirusak massa", "apart"),
    ),
    seq(
        "repeat next month",
        (21.0, "Tawuran pemuda di Ds. Karangtinoto Kec. Rengel, 2 luka", "new"),
        (760.0, "Tawuran pemuda di Ds. Karangtinoto Kec. Rengel, 1 luka", "apart"),
    ),
    seq(
        "next night same desa",
        (21.0, "Tawuran pemuda di Ds. Ngadirejo Kec. Rengel, 2 luka", "new"),
        (45.0, "Tawuran pemuda di Ds. Ngadirejo Kec. Rengel malam ini, 3 luka", "apart"),
    ),
    seq(
        "fishing boats",
        (5.0, "Nelayan Ds. Palang Kec. Palang sandera kapal cantrang asal Rembang, 8 ABK ditahan", "new"),
        (9.0, "8 ABK kapal Rembang yang ditahan nelayan Palang sudah dilepas setelah mediasi Polair", "same 0"),
    ),
    seq(
        "correction of place",
        (21.0, "Bentrok pemuda di Ds. Cendoro Kec. Palang, 2 luka", "new"),
        (21.3, "Ralat ndan, bentrok bukan di Cendoro tapi di Ds. Dawung Kec. Palang", "same 0"),
    ),
    seq(
        "next night, already calm",
        (21.0, "Tawuran pemuda di Ds. Ngadipuro Kec. Widang, 2 luka", "new"),
        (45.5, "Tawuran di Ngadipuro Widang malam ini sudah kondusif, 1 luka", "apart"),
    ),
    seq(
        "told at length that all is calm",
        (22.0, "Tawuran dua kelompok pemuda di Ds. Sumurcinde Kec. Soko, 3 luka", "new"),
        (
            46.2,
            "Lapor ndan, telah terjadi tawuran antar kelompok pemuda di Ds. Sumurcinde Kec. Soko sekitar jam 21.30, 2 luka ringan, personel sudah di TKP, situasi kondusif",
            "apart",
        ),
    ),
    seq(
        "the next night, in the same words",
        (21.0, "Tawuran dua kelompok pemuda di jembatan Ds. Ngino Kec. Semanding, bawa celurit dan petasan", "new"),
        (
            44.0,
            "Tawuran dua kelompok pemuda di dekat jembatan Ds. Ngino Kec. Semanding, bawa celurit, petasan",
            "apart",
        ),
    ),
    seq(
        "the next night, caught at once",
        (21.0, "Tawuran pelajar di Ds. Tegalbang Kec. Palang, 2 luka", "new"),
        (42.0, "Tawuran pelajar di Ds. Tegalbang Kec. Palang, 5 pelajar diamankan", "apart"),
    ),
    seq(
        "other people at the same place",
        (20.0, "Tawuran pelajar SMK di alun-alun Tuban, bawa gir", "new"),
        (21.0, "Suporter bola ribut di alun-alun Tuban, saling pukul", "apart"),
    ),
    seq(
        "protest by others at the same gate",
        (9.0, "Mahasiswa PMII unjuk rasa di depan DPRD Tuban tolak kenaikan pajak", "new"),
        (13.0, "Nelayan unjuk rasa di depan DPRD Tuban protes kapal cantrang", "apart"),
    ),
    seq(
        "retaliation within two hours",
        (20.0, "Anggota perguruan silat dikeroyok di Ds. Gaji Kec. Kerek, 1 luka", "new"),
        (21.5, "Aksi balasan, massa silat serang pemuda di Ds. Gaji Kec. Kerek, 2 luka", "linked 0"),
    ),
    seq(
        "calm, and two hours later once more",
        (20.0, "Tawuran pemuda di Ds. Sumurjalak Kec. Plumpang, saling lempar batu", "new"),
        (20.5, "Sumurjalak Plumpang sudah kondusif, massa bubar", "same 0"),
        (22.6, "Tawuran lagi di Ds. Sumurjalak Kec. Plumpang, massa lebih banyak", "linked 0"),
    ),
    seq(
        "a desa, and the market of the same kecamatan",
        (21.0, "Tawuran pemuda di Ds. Sendangharjo Kec. Parengan, 2 luka", "new"),
        (21.4, "Tawuran pemuda di pasar Parengan, 3 luka", "apart"),
    ),
    seq(
        "one desa, at dusk and before midnight, no clock told",
        (18.5, "Tawuran pemuda di Ds. Latsari Kec. Bancar, saling lempar batu", "new"),
        (22.3, "Tawuran pemuda di Ds. Latsari Kec. Bancar, bawa celurit", "apart"),
    ),
    seq(
        "an update of another matter of the same kecamatan",
        (9.0, "Warga Ds. Cepokorejo Kec. Palang unjuk rasa soal jalan rusak", "new"),
        (29.0, "Update Palang: 3 pemuda mabuk diamankan", "apart"),
    ),
    seq(
        "what came of it is told from elsewhere, and names the place of before",
        (20.0, "Tawuran pemuda di Ds. Mliwang Kec. Kerek, 2 luka kena batu", "new"),
        (31.0, "Tiga tersangka pelempar batu di Mliwang Kerek dibekuk di Bojonegoro", "same 0"),
    ),
    seq(
        "the right desa says which one it is not",
        (21.0, "Konvoi pesilat 60 motor melempari 3 rumah di Ds Karanglo Kec Kerek", "new"),
        (21.5, "Pembetulan lokasi konvoi pesilat tadi: dudu Karanglo tapi Ds Margomulyo Kec Kerek", "same 0"),
    ),
    seq(
        "who only puts it right names no deed",
        (23.0, "Bentrok dua kelompok di Ds Sugihan Kec Merakurak, darah berceceran di jalan", "new"),
        (23.6, "Pelurusan info Sugihan: dudu bentrokan, motor nabrak sapi, pengendara luka", "same 0"),
    ),
    seq(
        "what is remembered of another year is not what happened now",
        (22.0, "Suporter voli bentrok di lapangan Ds Kapu Kec Merakurak, 4 luka", "new"),
        (32.0, "Eling th 2018 suporter di Kapu Merakurak yo pernah bentrok, sampai ada yg MD", "apart"),
    ),
    seq(
        "the dead of an assault, and a fear that nothing answers yet",
        (1.0, "Pemuda dibacok 3 orang bermotor di Ds Sumurgung Kec Montong, perut robek", "new"),
        (28.0, "Korban pembacokan Sumurgung Montong meninggal tadi subuh, rawan balas dendam, mohon pam", "same 0"),
    ),
    seq(
        "a convoy goes on to another kecamatan",
        (20.0, "Konvoi perguruan silat 150 motor lewat Ds Sokogunung Kec Kenduruan, bleyer-bleyer", "new"),
        (20.6, "Update rombongan pesilat yg td di Kenduruan skrg masuk Bangilan, jadi 200 motor", "same 0"),
        (22.0, "Konvoi 200 motor dari Kenduruan sudah dihalau di Bangilan, putar balik, nihil ribut", "same 0"),
    ),
    seq(
        "work goes on again after a strike",
        (7.0, "Buruh pabrik kayu di Ds Sugihwaras Kec Jenu mogok, 120 orang, upah lembur belum dibayar", "new"),
        (49.0, "Pabrik kayu Jenu sdh beroperasi lagi sore ini, upah lembur buruh dibayar", "same 0"),
    ),
    seq(
        "a quarrel word for word alike in a desa of the same name",
        (20.5, "Cekcok pemuda di Ds Jatisari Kec Bancar gara-gara knalpot brong, 1 org luka tangan", "new"),
        (21.2, "Cekcok pemuda di Ds Jatisari Kec Senori gara-gara knalpot brong, 1 org luka kaki", "apart"),
    ),
    seq(
        "calm words from the very desa need no word that they follow",
        (21.2, "Bentrok rombongan pesilat dengan pemuda kampung di Ds Pekuwon Kec Rengel, katanya 2 meninggal", "new"),
        (21.8, "Tidak ada yang MD di Pekuwon Rengel!! yang pingsan 2 sudah siuman di puskesmas", "same 0"),
        (35.0, "Pertemuan kedua kades di Pekuwon Rengel, pelaku minta maaf kepada korban", "same 0"),
    ),
    seq(
        "what the desa does on another day is none of it",
        (21.2, "Bentrok rombongan pesilat dengan pemuda kampung di Ds Bulurejo Kec Rengel, 1 luka", "new"),
        (36.0, "Lomba voli antar RT Ds Bulurejo Kec Rengel berjalan meriah", "apart"),
    ),
    seq(
        "a desa that is called as an everyday word is",
        (19.0, "Pemuda dikeroyok di Ds Jadi Kec Semanding", "new"),
        (22.0, "2 pelajar jadi korban penusukan di Ds Boto Kec Semanding, pelaku ditangkap warga", "apart"),
    ),
    seq(
        "what was done is not where it was talked of",
        (20.0, "Beredar ajakan di grup WA Ds Brangkal Kec Parengan, PSHT mau serang markas IKSPI", "new"),
        (20.8, "Markas IKSPI di Ds Magersari Kec Plumpang diserang puluhan orang PSHT, kaca pecah", "apart"),
    ),
    seq(
        "a convoy that is stopped is no end of a brawl of the same kecamatan",
        (20.0, "Tawuran pesilat di Kec Bangilan, dua luka", "new"),
        (22.5, "Konvoi pesilat dicegat warga Ds Kumpulrejo Kec Bangilan, ada lemparan batu", "apart"),
    ),
    seq(
        "a hospital of the capital is no place of a brawl",
        (20.0, "Tawuran pemuda di Kel Sidorejo Kec Tuban", "new"),
        (20.7, "Perkelahian pemuda, korban dibawa ke RSUD Tuban", "apart"),
    ),
    seq(
        "a body that is found the next day is news",
        (19.0, "Tawuran pemuda di Ds Sumurgung Kec Palang, saling lempar batu", "new"),
        (38.0, "Ditemukan mayat laki-laki di sungai Ds Sumurgung Kec Palang, belum dikenal", "apart"),
    ),
    seq(
        "communal work in the desa of a quarrel is none of it",
        (20.0, "Cekcok pedagang dan preman di Ds. Menilo Kec. Soko, lapak dirusak", "new"),
        (22.0, "Menilo Soko: warga kerja bakti perbaiki tenda hajatan, aman", "apart"),
        (22.5, "Ds Menilo Soko, truk pasir terguling di tikungan, sopir selamat", "apart"),
        (23.0, "Menilo Soko: pedagang dan preman tadi sepakat damai di balai desa", "same 0"),
    ),
    seq(
        "what names no place, by the words that are rare",
        (17.0, "Nelayan Ds. Karangagung Kec. Palang rusak rumpon milik juragan lain, cekcok di darat", "new"),
        (18.0, "Ds. Bulu Kec. Bancar: dua keluarga ribut warisan, pintu rumah dirusak", "apart"),
        (19.0, "yg rumpon wes dirembug juragan karo pos AL, ganti separo", "same 0"),
    ),
    seq(
        "a correction of the place",
        (20.0, "Warga kepung rumah terduga dukun santet di Ds. Klumpit Kec. Soko, 60 orang", "new"),
        (20.5, "Koreksi: kepung rumah terduga dukun santet bukan Soko tapi Ds. Punggulrejo Kec. Rengel", "same 0"),
        (21.5, "Punggulrejo Rengel, terduga dukun dievakuasi ke polsek, massa masih teriak", "same 0"),
    ),
    seq(
        "numbered situation reports",
        (13.0, "LAPSIT I eksekusi rumah sengketa Ds. Tobo Kec. Merakurak, massa penolak 80, saling dorong", "new"),
        (14.0, "LAPSIT II Tobo Merakurak, massa lempar batu, 2 petugas luka", "same 0"),
    ),
    seq(
        "a summary of the night is no part of what it names",
        (20.0, "Warga Ds. Ngimbang Kec. Palang hadang truk pasir, 30 orang", "new"),
        (
            30.0,
            "Rekap malam: hadang truk Ngimbang Palang dan cekcok Sawahan Rengel, dua kejadian sudah ditangani",
            "apart",
        ),
    ),
    seq(
        "a correction of the parties is none of the place",
        (20.0, "Bentrok pesilat Pagar Nusa dan PSHT di Ds. Sawahan Kec. Rengel, 3 luka", "new"),
        (
            21.0,
            "RALAT: bukan Pagar Nusa tapi IKSPI yang bentrok dengan PSHT di Ds. Sandingrowo Kec. Soko, 3 luka",
            "apart",
        ),
        (22.0, "RALAT: bukan IKSPI tapi PSHT yang bentrok di Ds. Nguruan Kec. Soko, 3 luka pesilat", "apart"),
    ),
)
