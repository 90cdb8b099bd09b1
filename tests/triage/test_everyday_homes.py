"""Homes, play, figures of speech, accounts and treats told in words of violence are no conflict; their twins are."""

import pytest

QUIET = [
    # of one home
    "bertengkar sama adik gara-gara remote tv",
    "aku geger karo bojo mung masalah tipi",
    "aku dikeroyok ponakan njaluk sangu",
    "kulkas dijarah anakku, entek kabeh jajane",
    "bocah-bocah gelut rebutan layangan, njur dolanan maneh",
    "anak mogok sekolah karena takut guru",
    # figures of speech
    "gaji cair, langsung habis dikeroyok cicilan",
    "pelayannya jutek, ngasih piring kayak mau ngajak berantem",
    "granat itu buah yang mana sih, delima ya?",
    "mati-matian belajar buat tes CPNS",
    "boikot makan malam karena sayurnya itu lagi",
    # treats, accounts, penalties, care
    "pak lurah ditodong traktiran karena naik pangkat",
    "dia memblokir semua akunku tanpa alasan",
    "telat mlebu kerja, diancam dipotong bayaran",
    "kena tembak jarum infus tiga kali baru masuk",
    # study and use
    "Diskusi buku tentang konflik agraria",
    "pak guru mengajar resolusi konflik di pelajaran PPKn",
    "kayu jati ditebang nggo saka mejid",
    "jalan ditutup buat karnaval, lewat belakang pasar saja",
    "kepitingnya melawan waktu mau dimasak, saya yang takut",
]


@pytest.mark.parametrize("text", QUIET)
def test_what_is_said_every_day_is_no_conflict(told, text):
    found = told(text)
    assert (found.form, found.conflict) == ("NIHIL", False)


TWINS = [
    "adik saya dikeroyok pemuda desa sebelah di Soko",
    "bapak gelut karo tanggane rebutan wates sawah neng Kerek",
    "toko sembako dijarah massa di Plumpang",
    "siswa SMK mogok sekolah, guru diusir dari sekolah di Jenu",
    "preman todong pedagang pasar minta uang",
    "warga blokir jalan tambang, truk tidak bisa lewat",
    "ketua panitia diancam dibunuh gara-gara pilkades",
    "Warga Ds Mandirejo Merakurak diancam dipotong lehernya oleh preman",
    "anak saya diancam dipotong jarinya oleh preman",
    "Kakak saya bertengkar dengan suaminya, ditusuk gunting",
    "Suara tembakan di Soko, bukan petasan",
    "Suara tembakan di rumah kades Sokosari, warga kabur dari upacara",
    "pemuda kena tembak saat tawuran di Rengel",
    "Diskusi buku tentang konflik agraria dibubarkan paksa ormas di Tuban",
    "pohon jati ditebang warga penggarap, mandor Perhutani diusir",
    "jalan ditutup warga karena ada perbaikan yang tidak kunjung selesai",
    # one short sentence that names no place
    "ustadz diusir dari masjid saat ceramah",
    "pedagang lawan satpol pp",
    "kios pasar dibakar orang",
    "sumur bor dirusak wong kampung sebelah",
    "dua kampung siap perang nanti malam",
    "masjid mau dibongkar paksa, warga siap melawan",
    "ada yang bawa celurit di lapangan, cepet pak",
    "wong-wong podo nggowo pentungan neng kuburan",
    "nanti malam serbu markas mereka",
    "bunuh kadesnya!",
    "bondet meledak di rumah kades",
    "warga ngancam bakar base camp proyek",
]


@pytest.mark.parametrize("text", TWINS)
def test_the_same_words_of_people_of_a_place_are(told, text):
    assert told(text).conflict
