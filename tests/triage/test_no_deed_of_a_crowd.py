"""What one household, a contest, a figure or a year long past tells in words of violence is no conflict; its twins are."""

import pytest

QUIET = [
    # one of a household hurts another
    "Suami bunuh istri di Palang.",
    "Anak tega bunuh ibunya sendiri di Plumpang gara-gara tidak diberi uang beli motor.",
    "Mertua dibacok menantu di Jatirogo, pelaku diduga depresi.",
    "Kakek di Widang dibunuh cucunya sendiri yang sakit jiwa.",
    "Ditampar suami gara-gara masakan, ibu muda Semanding lapor polisi.",
    "Seorang buruh di Jenu tusuk istri sirinya.",
    # a contest, a match, words
    "Pertarungan memperebutkan kursi terakhir dapil 4 sengit sampai TPS penghabisan.",
    "Pertarungan sengit caleg di dapil 2.",
    "Pesilat Tuban borong lima emas, lawan-lawannya dibanting habis di kejurprov Malang.",
    "Lomba debat SMA di Tuban memanas, kubu pro dan kontra saling serang argumen.",
    "Ustaz di Montong mengajak jamaah memerangi hawa nafsu dan membunuh sifat sombong.",
    # figures
    "Kapolres: angka penganiayaan turun 12 persen, pengeroyokan turun 30 persen dibanding tahun lalu.",
    "Sepanjang 2025 Polres Tuban tangani 41 kasus pengeroyokan, 38 di antaranya tuntas.",
    "Kasus penganiayaan di Tuban tahun ini turun 20 persen, kata kapolres.",
    # a year long past
    "Kerusuhan Mei 1998 dikenang mahasiswa.",
    "Napak tilas perlawanan rakyat Rengel menyerbu pos Belanda tahun 1949 diikuti 300 pelajar.",
    "Haul ke-40 syuhada Palang yang gugur ditembak Belanda dihadiri ribuan jamaah.",
    "Diskusi buku tentang pembantaian 1965 di Tuban berlangsung hangat sampai larut malam.",
    # beasts, papers, the police and the court
    "Dua bocah digigit anjing gila di Bangilan, anjingnya dibunuh warga.",
    "Ular piton masuk rumah, warga geger.",
    "KPU Tuban bakar ribuan surat suara rusak disaksikan Bawaslu dan polisi.",
    "Polsek Merakurak musnahkan puluhan knalpot brong dan 200 liter arak.",
    "Tim Jatanras ringkus komplotan pembobol minimarket di Rengel, dua didor karena melawan.",
    "Barongsai saling serang kepala naga, warga Widang bersorak di kelenteng.",
    "Konvoi mobil antik lintas Tuban, klakson bersahutan, warga foto-foto.",
    "Crane proyek roboh menimpa pekerja di Semanding, satu tewas dua patah tulang.",
    "Ujian sekolah bikin siswa Rengel babak belur, nilai matematika anjlok.",
    "Densus beri penyuluhan bahaya terorisme kepada pelajar Jenu.",
    "Hakim vonis bebas petani Rengel yang didakwa merusak pagar tetangga.",
]


@pytest.mark.parametrize("text", QUIET)
def test_no_crowd_did_it(told, text):
    found = told(text)
    assert (found.form, found.conflict) == ("NIHIL", False)


TWINS = [  # forms that are right, text
    ("PENGEROYOKAN PERUSAKAN", "Suami bunuh istri di Palang, keluarga istri bawa celurit menyerang rumah suami."),
    ("BENTROK", "Dua keluarga besar bentrok di Kerek setelah menantu dipukuli suaminya."),
    ("PENGEROYOKAN HAKIM-MASSA", "Suami yang membunuh istrinya tewas dihajar massa Jatirogo."),
    ("PENGEROYOKAN", "Menantu dan mertua kompak bacok ketua RT Bangilan sampai tewas soal jalan."),
    ("PENGEROYOKAN", "Ayah bunuh tetangga di Soko karena anaknya dihina, kampung korban siap balas."),
    ("PENGEROYOKAN", "Pria dibacok suami selingkuhannya di Kerek."),
    ("PENGEROYOKAN", "Guru dipukul ayah siswa di Kerek."),
    ("PENGEROYOKAN", "Anak pasar bacok bapak-bapak di Kerek."),
    ("PENGEROYOKAN", "Istri lurah Merakurak dibacok orang tak dikenal di pasar."),
    ("PENGEROYOKAN", "Suami istri pemilik warung dipukuli preman di Plumpang."),
    ("PENGEROYOKAN PERKELAHIAN", "Anak menantu membacok ayah gara2 rebutan warisan di Kerek"),
    ("UNRAS", "Kasus suami bunuh istri mandek, ratusan warga demo Polres Tuban."),
    ("BENTROK", "Pertarungan caleg di Bancar memanas, dua kubu pendukung saling lempar batu di depan TPS."),
    ("PERKELAHIAN PENGEROYOKAN", "Duel dua caleg di Parengan, satu bibirnya pecah."),
    ("PENGEROYOKAN", "Usai final voli, tim tamu dipukuli suporter tuan rumah di Palang."),
    ("PENGEROYOKAN", "Pemain ditusuk lawannya usai laga tarkam di Widang."),
    ("PENGEROYOKAN", "Gara2 kalah mabar di Jenu, bocah SMA ditusuk lawannya."),
    ("BENTROK", "Dua SMA saling serang usai lomba debat di Tuban."),
    ("BENTROK", "Angka pengeroyokan naik, malam ini dua perguruan kembali bentrok di Soko."),
    (
        "PENGEROYOKAN",
        "Sepanjang malam minggu 5 kasus pembacokan di Tuban, 5 luka, pelaku geng motor masih berkeliaran.",
    ),
    ("PEMBUBARAN", "Diskusi buku sejarah 1965 dibubarkan paksa ormas di Tuban."),
    ("PERUSAKAN", "Monumen korban 1965 dirusak ormas semalam di Tuban."),
    ("BENTROK", "Mengenang kerusuhan Mei 1998, mahasiswa bentrok dengan polisi di DPRD Tuban."),
    ("BENTROK", "Dendam tawuran tahun 1999, dua dusun Palang bentrok lagi malam ini."),
    ("PENGEROYOKAN", "Anjing dibunuh tetangga, pemiliknya membacok di Parengan."),
    ("BENTROK", "perahu Bancar karo perahu andon tabrak2an nang laut, podo nyawat botol isi bensin"),
    ("BENTROK", "Warga geger, dua kampung saling bacok di Singgahan."),
    ("PEMBAKARAN", "Massa bakar surat suara dan kotak suara di TPS 3 Soko."),
    ("PERUSAKAN", "Nisan dan salib dipatahkan orang tak dikenal di Palang."),
    ("AJAKAN INTIMIDASI", "spanduk 'usir pekerja luar pulau sebelum jumat atau kami bertindak' dipasang di Jenu"),
    ("AJAKAN INTIMIDASI", "Spanduk 'usir Syiah dari Jatirogo' dipasang di lima titik."),
    ("BLOKADE", "Jalan rusak ora ndang didandani, warga Grabagan nandur gedang karo nutup dalan"),
    ("PENGEROYOKAN", "HRD pabrik dipukuli karyawan yg dipecat di parkiran Tambakboyo, hidung patah"),
    ("PENGEROYOKAN", "Karyawan kafe dipukuli pengunjung di parkiran kafe Semanding."),
    ("INTIMIDASI", "bunyi dor 3x dpn rumah pak inggi Kerek jam 2 malam, ketemu selongsong, kluarga ketakutan"),
    ("TEROR", "ledakan di depan polsek Rengel, 2 polisi luka, saksi liat org lempar tas"),
    (
        "HOAKS",
        "Video pembakaran kantor polisi disebut terjadi di Tuban. Polres memastikan rekaman itu di provinsi lain.",
    ),
]


# What labelled reports of such words make of it, against the rules.
OUTVOTED = {
    "Suami bunuh istri di Palang, keluarga istri bawa celurit menyerang rumah suami.": "BENTROK",
    "Mengenang kerusuhan Mei 1998, mahasiswa bentrok dengan polisi di DPRD Tuban.": "UNRAS",
}


@pytest.mark.parametrize(("forms", "text"), TWINS)
def test_who_does_it_to_others_does(told, by_rules, forms, text):
    assert by_rules(text).form in forms.split()
    assert told(text).form in ([OUTVOTED[text]] if text in OUTVOTED else forms.split())


DEAD = [  # killed, text
    (1, "Suami bunuh istri di Palang."),
    (1, "Cemburu buta, pria di Kerek habisi nyawa istrinya dengan palu lalu menyerahkan diri."),
    (1, "Istri muda asal Desa Sumberjo dihabisi suaminya dengan kabel cas, Rabu malam."),
    (None, "Dua bocah digigit anjing gila di Bangilan, anjingnya dibunuh warga."),
    (None, "Khutbah Jumat di Senori mengingatkan dosa membunuh dan memfitnah, jamaah khusyuk."),
    (1, "Pencuri sapi dibunuh warga Plumpang."),
]


@pytest.mark.parametrize(("killed", "text"), DEAD)
def test_who_died_is_counted_whoever_did_it(told, killed, text):
    found = told(text).facts.killed
    assert (found and found.min) == killed


def test_trees_that_were_cut_are_no_crowd(told):
    assert told("500 pohon jagung petani Grabagan dibabati wong sing ngaku duwe lahan").level.name != "KRITIS"


def test_who_calls_for_others_to_be_driven_out_tonight_is_no_small_matter(told):
    assert told("Penceramah di Tuban serukan jamaah mengusir warga Ahmadiyah malam ini juga.").level.name != "RENDAH"
