"""How many died and were hurt, as officers and villagers write it: labels, lists, number words, digits stuck to words."""

import pytest

TOLD = (
    ("Tawuran di Ds Jetak Kec Montong, MD: 0, LB: 0, LR: 0", 0, 0),
    ("Tawuran di Ds Jetak Kec Montong. MD 0 LB 1 LR 2", 0, 3),
    ("Tawuran Montong, korban: MD - , LB 1, LR -", 0, 1),
    ("Tawuran di Jetak Montong korban 2 org", 0, 2),
    ("Bentrok Soko satu meninggal dua luka", 1, 2),
    ("14/11 | Soko | bentrok 2 perguruan, massa ±150 | MD 1, LB 2, LR 5", 1, 7),
    ("Bentrok di Soko massa 150 orang MD 1 LB 2", 1, 2),
    ("Bentrok di Soko, massa 200 | meninggal 2 | luka 3", 2, 3),
    ("Bentrok di Soko massa 200 orang meninggal 2 orang luka 3", 2, 3),
    ("Tawuran di Soko, massa 12 orang luka", 0, 12),
    ("Ayah dan anak tewas dibacok tetangga di Soko", 2, 0),
    ("Duel celurit di Soko menewaskan ayah dan anaknya", 2, 0),
    ("Di Soko suami istri luka dikeroyok massa", 0, 2),
    ("Di Soko seorang ibu dan anaknya tewas dibantai", 2, 0),
    ("Pemuda tewas dikeroyok di Soko, ayah dan ibunya melapor", 1, 0),
    ("Bentrok Soko, 1 meninggal 2 luka-luka", 1, 2),
    ("Bentrok di Soko, korban jiwa 1 orang dan luka 4 orang", 1, 4),
    ("bentrok soko. 3 org luka, 1 diantaranya MD", 1, 3),
    ("BENTROK SOKO!!! TIGA ORANG LUKA PARAH", 0, 3),
    ("Bentrok di Soko 🔥🔥 2 orang tewas 😭", 2, 0),
    ("Bentrok di Soko, dua puluh lima orang luka ringan", 0, 25),
    ("Bentrok Soko loro mati telu tatu", 2, 3),
    ("Bentrok Soko, belum ada info korban", 0, 0),
    ("Bentrok Soko, korban masih didata", 0, 0),
    ("Pengeroyokan di Soko, korban a.n. Slamet (23) luka di kepala", 0, 1),
    ("Pengeroyokan di Soko thd Budi 19 th, meninggal saat perjalanan ke RS", 1, 0),
    ("Perkelahian di Soko, korban luka nihil, korban jiwa nihil", 0, 0),
    ("Bentrok antar warga Soko, tidak ada korban jiwa, 5 orang luka ringan", 0, 5),
    ("Tawuran Soko: 1 MD, 3 LB, 5 LR", 1, 8),
    ("Tawuran Soko meninggal=1 luka=2", 1, 2),
    ("Tawuran di Soko. Korban: 1) Anto (17) luka tusuk 2) Beni (18) luka robek", 0, 2),
    ("Tawuran di Soko. Meninggal: nihil. Luka berat: nihil. Luka ringan: 4 orang", 0, 4),
    ("Bentrok Soko, meninggal dunia 0 orang, luka berat 0 orang", 0, 0),
    ("Bentrok Soko tahun lalu menewaskan 2 orang, malam ini warga berkumpul lagi di balai desa", 0, 0),
    ("Bentrok di Soko, korban luka 10an orang", 0, 10),
    ("Bentrok di Soko, korban luka sekitar belasan orang", 0, 11),
    ("Ada yg meninggal 1 org akibat pengeroyokan di Soko", 1, 0),
    ("Warga keroyok maling di Soko, maling tewas", 1, 0),
    ("tawuran soko, sorang pmuda mninggal dunia", 1, 0),
    ("Tawuran Soko MD:1LB:2", 1, 2),
    ("Tawuran Soko, korban meninggal satu (1) orang, luka dua (2) orang", 1, 2),
    ("Bentrok di Soko, korban tewas bertambah jadi 3 orang", 3, 0),
    ("Bentrok di Soko. Tidak benar ada yang meninggal.", 0, 0),
    ("Bentrok di Soko, 2 polisi dan 3 warga terluka", 0, 5),
    ("bentrokan di soko lima rumah rusak, penghuni selamat", 0, 0),
    ("Bentrok di Soko, jml korban luka : 4 org dirawat di RSUD", 0, 4),
    ("Tawuran di Soko, dua murid kelas sembilan luka", 0, 2),
    ("Pengeroyokan di Soko, seorang bocah kelas tiga SD meninggal", 1, 0),
    ("Tiga pelajar dikeroyok di Soko, satu dari tiga korban meninggal", 1, 0),
    ("Bentrok di Soko: satu operator wafat tertimpa batu yang dilempar", 1, 0),
    ("Duel pacul di Soko, setunggal sampun seda", 1, 0),
    ("Bentrok di Soko. Kubu timur 4 luka, kubu barat 5 luka dan 1 tiwas", 1, 9),
    ("Dua begal dihabisi massa di Soko", 2, 0),
    ("Pemuda dikeroyok di Soko lalu dihabisi sepuluh orang", 1, 0),
    ("Dua pengunjuk rasa tak terselamatkan sesudah gedung dibakar massa di Soko", 2, 0),
    # of nobody who died in what is reported
    ("Massa bakar rumah di Soko, buntut tewasnya pemuda desa itu Sabtu lalu", 0, 0),
    ("60 orang di Soko mencari pelaku pengeroyokan yang menewaskan temannya pekan silam", 0, 0),
    ("Polisi menangkap 5 pelaku pengeroyokan yang menewaskan seorang santri di Soko pekan lalu", 1, 0),
    ("Seorang pemuda tewas dikeroyok di Soko minggu lalu", 1, 0),
    ("Gubuk dibakar warga Soko, penghuni selamat, wedus loro mati", 0, 0),
    ("Bentrok di Soko, 900 ekor ayam mati, 3 ekor tewas", 0, 0),
    ("Beredar kabar pendekar tewas dibantai di Soko. Kapolsek: tidak ada kejadian itu", 0, 0),
    ("Kabarnya dua pemuda tewas dikeroyok di Soko, faktanya cuma pingsan", 0, 2),
    ("Dipukuli massa di Soko, orang teriak bunuh bunuh, korban memar", 0, 1),
    ("Massa ngancam siapa yang menyentuh tugu di Soko dihabisi", 0, 0),
    ("Pos jaga dibakar massa di Soko, korban jiwa dan luka nol", 0, 0),
    ("Pencuri sapi tewas dihajar warga Soko", 1, 0),
    ("Tawuran di Soko, yang jelas tidak ada yang sampai kehilangan nyawa", 0, 0),
    ("Polisi meluruskan informasi yang menyebut dua pemuda tewas dalam tawuran di Soko", 0, 0),
)


@pytest.mark.parametrize(("text", "killed", "injured"), TOLD)
def test_people_are_counted(told, text, killed, injured):
    facts = told(text).facts
    assert (facts.killed.min if facts.killed else 0) == killed
    assert (facts.injured.min if facts.injured else 0) == injured


RANGES = (  # as many as the lower number says
    ("Tawuran di Soko, 3-4 orang luka.", 3, 4),
    ("Tawuran di Soko, 3 - 4 warga luka.", 3, 4),
    ("Tawuran di Soko, 3 s/d 4 orang luka.", 3, 4),
    ("Tawuran di Soko, 3 s.d. 4 orang luka.", 3, 4),
    ("Tawuran di Soko, 3 sd 4 orang luka.", 3, 4),
    ("Tawuran di Soko, 3 sampai 4 korban luka.", 3, 4),
    ("Tawuran di Soko, tiga sampai empat orang luka.", 3, 4),
    ("Tawuran di Soko, tiga hingga empat warga luka.", 3, 4),
    ("Tawuran di Soko, tiga-empat orang luka.", 3, 4),
    ("Tawuran di Soko, tiga atau empat orang luka.", 3, 4),
    ("Tawuran nang Soko, telung nganti patang wong tatu.", 3, 4),
    ("Bentrok di Soko, dua sampai tiga puluh orang luka.", 20, 30),
    ("Tawuran di Soko, 2/3 warga luka.", 2, None),  # two or three, or two thirds of them
    ("Tawuran di Soko, 4-3 orang luka.", 3, 3),
)


@pytest.mark.parametrize(("text", "least", "most"), RANGES)
def test_a_range_of_people_is_read_by_its_lower_number(told, text, least, most):
    hurt = told(text).facts.injured
    assert (hurt.min, hurt.max) == (least, most)


DIED = (
    ("Bentrok dua kelompok di Desa Kapu Merakurak merenggut dua nyawa, Minggu malam.", 2),
    ("Nyawa seorang pemuda melayang dalam bentrokan dua perguruan di Kecamatan Soko.", 1),
    ("Pemuda ditusuk tiga kali oleh gerombolan di Desa Kapu Merakurak, nyawanya hilang di meja operasi.", 1),
    ("Tiga orang, dua di antaranya bersaudara, kehilangan nyawa dalam perkelahian clurit di Kecamatan Kerek.", 3),
    ("Sopir dikeroyok gerombolan di Desa Hargoretno Kerek, ia wafat dengan luka tusuk di leher.", 1),
    ("Remaja dipukuli warga di Pasar Jatirogo, dikira penculik. Setelah empat hari koma ia berpulang di RS.", 1),
    ("Jasad pemuda dengan luka bacok ditemukan di sungai Desa Tasikmadu Palang, ia dikeroyok nelayan.", 1),
    ("Kedua pelaku penyerangan pos polisi di Paciran tewas ditembak polisi.", 2),
    ("Sing mati papat, loro dicekel, tawuran nang Desa Simorejo Widang.", 4),
    # what was long ago is only why, and what was said at first is no longer so
    ("Buntut bentrok Minggu lalu, dua pemuda tewas dibacok di Desa Bangunrejo Soko malam ini.", 2),
    ("Balas dendam tawuran bulan lalu, seorang pelajar tewas ditusuk di Rengel tadi sore.", 1),
    ("Semula dikabarkan tiga tewas, polisi memastikan satu orang tewas dalam bentrok di Palang.", 1),
    ("Dua kelompok saling serang di Palang malam ini, bukan tiga tewas tapi satu tewas.", 1),
    ("Jenazah pemuda korban bacok ditemukan di pinggir jalan Desa Leran Kulon Palang.", 1),
    ("Seorang ibu dan bayinya tewas dibunuh tetangga karena sengketa tanah di Kenduruan.", 2),
    ("Bukan dua tewas tapi tiga dalam bentrok Rengel malam ini.", 2),  # at least: the three are told of with no word
    ("Bukan satu dua warga tewas dikeroyok preman di Rengel.", 2),
    ("Pasien tewas dibacok di RSUD Tuban, Kecamatan Tuban.", 1),
    ("Korban bacok yang jadi pasien RSUD meninggal dunia, bentrok Rengel.", 1),
    ("Bentrok tahun lalu di Rengel menewaskan dua orang, malam ini massa berkumpul lagi.", 0),
    ("Polisi belum memastikan jumlah korban tewas dalam bentrok di Bancar.", 0),
    # nobody was killed today
    ("Mengenang tragedi tahun lalu, hari ini warga berdoa bagi dua pemuda yang tewas dibacok di Soko.", 0),
    ("Buntut pembacokan bulan lalu, tiga pelaku yang membacok korban hingga tewas ditangkap polisi di Rengel.", 0),
    ("Anggota perguruan bentrok, jenazah nelayan tenggelam ditemukan di Palang.", 0),
    # nobody was killed
    ("Pasien meninggal, keluarga mengamuk dan memukul perawat di RSUD Tuban, Kecamatan Tuban.", 0),
    ("Pemakaman mantan narapidana pembunuhan ditolak warga Desa Klumpit Soko.", 0),
    ("Warga blokir jalan di Singgahan karena limbah membunuh ikan di embung.", 0),
    ("Pertandingan futsal ricuh di Desa Kapu Merakurak setelah gol bunuh diri, pendukung saling pukul.", 0),
    ("Rombongan pengantar jenazah dilempari batu di Desa Hargoretno Kerek, dua luka.", 0),
    ("Pesan bernada bunuh diterima wartawan di Palang sesudah menulis pungli.", 0),
    ("Warga memperingati seribu hari wafatnya kiai di Soko, jalan ditutup panitia.", 0),
    ("Warga Soko demo, listrik mati dua hari dan malam kedua lampu jalan ikut padam.", 0),
)


@pytest.mark.parametrize(("text", "killed"), DIED)
def test_the_dead_are_counted_in_the_words_of_news_and_villages(told, text, killed):
    dead = told(text).facts.killed
    assert (dead.min if dead else 0) == killed


UNHURT = (
    "Kapolsek memastikan keributan di Soko tak seorang pun terluka, massa bubar.",
    "Pohon jati muda milik juru pengairan ditebas massal di Desa Kumpulrejo Bangilan.",
    "Warga Trantang Kerek demo, sebelas kasus demam berdarah tidak ditangani puskesmas.",
    "Mereka mendalilkan hibah 1978 cacat hukum lalu menyegel balai desa Kapu Merakurak.",
    "Spanduk bakal calon disayat orang di Desa Kapu Merakurak.",
)


@pytest.mark.parametrize("text", UNHURT)
def test_who_is_denied_and_what_is_a_thing_is_not_hurt(told, text):
    hurt = told(text).facts.injured
    assert (hurt.min if hurt else 0) == 0


DEATHS = (
    # Another one is alive, something else is denied, it is told days late: somebody died all the same.
    ("Dua pesilat tewas dibacok di Soko. Satu korban lain masih hidup dan dirawat", 2),
    ("Santri tewas dianiaya senior di Soko. Kata pondok jatuh, faktanya dikeroyok", 1),
    ("Pemuda tewas dikeroyok di Soko. Pelaku itu salah satu pesilat", 1),
    ("Satu warga tewas dibacok di Soko. Kejadian begini tidak pernah terjadi sebelumnya", 1),
    ("Pelajar meninggal dikeroyok di Soko; saat berangkat dalam keadaan sehat", 1),
    ("Bentrok di Soko, 2 tewas dan 0 luka", 2),
    ("Dikira maling, kakek tewas dikeroyok warga Jenu. Keluarga: ternyata masih hidup saat dibawa", 1),
    ("Kabar dari Soko: dua pemuda tewas dibacok. Faktanya polisi belum datang", 2),
    ("Kabarnya di Soko pemuda tewas ditusuk massa. Yang bilang kecelakaan itu salah", 1),
    ("Info warga Soko: dua pemuda tewas dibacok, satu hanya pingsan", 2),
    ("Seorang pemuda tewas dalam bentrok di Soko, luka nihil", 1),
    ("Pemuda yang dikeroyok rombongan pesilat di Soko tewas Minggu kemarin", 1),
    ("Usai dikeroyok massa, pelajar Soko tewas Sabtu lalu", 1),
    ("Setelah dikeroyok pelajar Soko tewas Sabtu lalu", 1),
    ("Akibat bentrok di Soko dua orang tewas Senin kemarin", 2),
    ("Bentrok di Soko yang menewaskan dua orang Sabtu lalu masih ramai dibicarakan", 2),
    ("Maling wedus loro mati digebuki warga Soko", 2),
    ("Pencuri sapi dua tewas dihajar massa di Soko", 2),
    ("Kapolres meluruskan isu SARA di balik bentrok yang menewaskan dua pemuda di Soko", 2),
)


@pytest.mark.parametrize(("text", "killed"), DEATHS)
def test_no_death_is_lost_by_words_about_something_else(told, text, killed):
    facts = told(text).facts
    assert (facts.killed.min if facts.killed else 0) == killed
