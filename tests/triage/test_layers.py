"""Each layer of the reader by itself: letters, forms of roots, one edit, polarity, tuples, labels."""

import tracemalloc
from itertools import product

import pytest

from services.triage.places.names import Names
from services.triage.text import normalise
from services.triage.text.clauses import clauses
from services.triage.text.fuzzy import Corrections
from services.triage.text.lexicon import lexicon_of
from services.triage.text.morphology import Voice, forms
from services.triage.text.normalise import Normaliser
from services.triage.text.unicode import written

LETTERS = [
    ("Tawuran", "Ta\u200bwu\u00adran"),
    ("Tawuran", "𝗧𝗮𝘄𝘂𝗿𝗮𝗻"),
    ("Tawuran", "Ｔａｗｕｒａｎ"),
    ("Tawuran", "Tаwurаn"),
    ("Tawuran", "Tawu-\nran"),
    ("Tawuran", "T a w u r a n"),
    ("10 orang", "1️⃣0️⃣ orang"),
    ("kejar-\nkejaran", "kejar-\nkejaran"),
    ("desa", "désa"),
    ("aman   kondusif", "aman 🔥 kondusif"),
]


@pytest.mark.parametrize(("plain", "sent"), LETTERS)
def test_letters_are_written_plainly(plain, sent):
    assert plain == written(sent).text


@pytest.mark.parametrize("sent", [sent for _, sent in LETTERS])
def test_spans_point_into_the_text_as_sent(sent):
    told = written(f"Ada {sent} di Soko.")
    at = told.text.index("Soko")
    start, end = told.span((at, at + 4))
    assert f"Ada {sent} di Soko."[start:end] == "Soko"


def test_one_plain_word_of_the_lexicon_is_written_as_a_report_writes_it(district):
    """Thousands of them are taken as they stand while the lexicon is made."""
    words = district.lexicon
    short = words["abbreviations"]
    made = Normaliser(short, frozenset(words["dotted"]), words["joined"])
    known = [*short, *lexicon_of(words, Names(district, words).spellings())._words]
    assert len(known) > 1_000
    for word in [*known, "tawuraaan", "Tawuran", "2rb", "aa", "é", ""]:
        assert made.phrase(word) == " ".join(made.plain(word).tokens), word
    made.correct(lambda word: {"tawurran": "tawuran"}.get(word, word), lambda word: None)
    assert made.phrase("tawurran") == "tawuran"


ROOTS = [
    ("pukul", "memukul", Voice.ACTIVE), ("pukul", "dipukuli", Voice.PASSIVE), ("pukul", "mukuli", Voice.ACTIVE),
    ("pukul", "pemukulan", Voice.NOUN), ("keroyok", "ngeroyok", Voice.ACTIVE), ("antem", "ngantemi", Voice.ACTIVE),
    ("serang", "menyerang", Voice.ACTIVE), ("serang", "nyerang", Voice.ACTIVE), ("bubar", "dibubarno", Voice.PASSIVE),
    ("bakar", "mbakar", Voice.ACTIVE), ("gebuk", "nggebuki", Voice.ACTIVE), ("tikam", "penikaman", Voice.NOUN),
    ("bacok", "kebacok", Voice.UNMEANT), ("tembak", "tembakan", Voice.THING), ("rusak", "perusak", Voice.DOER),
    ("lempar", "dilempari", Voice.PASSIVE), ("segel", "nyegel", Voice.ACTIVE), ("tikai", "bertikai", Voice.EACH_OTHER),
]  # fmt: skip


@pytest.mark.parametrize(("root", "form", "voice"), ROOTS)
def test_forms_are_derived_from_roots(root, form, voice):
    known: dict[str, Voice] = {}
    for one, how in forms(root):
        known.setdefault(one, how)
    assert known[form] == voice


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("tawurn", "tawuran"),
        ("tawuraan", "tawuran"),
        ("tawuram", "tawuran"),
        ("tawruan", "tawuran"),
        ("membayar", None),
        ("dawuran", None),
        ("tawur", None),
    ],
)
def test_one_edit_finds_a_root_and_leaves_real_words(wrong, right):
    assert right == Corrections(["tawuran", "membakar"], frozenset(["membayar"])).of(wrong)


def test_words_with_the_same_checksum_are_told_apart(monkeypatch):
    monkeypatch.setattr("services.triage.text.fuzzy.crc32", lambda _: 7)
    found = Corrections(["membakar", "tawuran", "tawurat"], frozenset())
    assert [found.of("tawuram"), found.of("membkar"), found.of("pupuknya")] == ["tawuran", "membakar", None]


def test_the_index_of_mistyped_words_is_small():
    syllables = [a + b for a, b in product("bcdgjklmprst", "aiueo")]
    words = ["".join(three) for three in product(syllables[:20], syllables, ("kan", "nya"))]
    tracemalloc.start()
    found = Corrections(words, frozenset())
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.of("bibokn") == "bibokan"
    assert kept < 20 * sum(len(word) + 1 for word in words)  # bytes for each way to leave a letter out; lists took 90


@pytest.fixture(scope="module")
def lexicon(district):
    return lexicon_of(district.lexicon, Names(district, district.lexicon).spellings())


GLUED = [
    ("dikeroyokwarga", ["dikeroyok", "warga"]),
    ("bentrokdi", ["bentrok", "di"]),
    ("tanggungjawab", ["tanggungjawab"]),
    ("dipersiapkan", ["dipersiapkan"]),
]


@pytest.mark.parametrize(("written", "meant"), GLUED)
def test_two_words_that_were_written_as_one_are_parted(lexicon, written, meant):
    assert lexicon.normaliser.plain(f"Kabarnya {written} kemarin").tokens[1:-1] == meant


BUILT = ["mengeruk", "berbaiat", "pemasang", "disebut", "ditambah", "bersatu"]


@pytest.mark.parametrize("word", BUILT)
def test_a_word_that_is_built_of_a_known_root_is_no_mistyped_one(lexicon, word):
    assert lexicon.normaliser.plain(f"yang {word} itu").tokens[1] == word


@pytest.mark.parametrize(
    "text",
    [
        "tawuram di Dusun Tawuram, pak Tawuram lapor. tawuram lagi",
        "Kec. Soko. Kec.. soko . . Ds.Soko",
        "kurang lebih 50 org, kurang 3, lebih 2rb 2org luka2 luka luka bulan bulanan",
        "tawuraaan di Soko, tawuran di Sokooo, dikeroyokwarga, Dusun Dikeroyokwarga",
        "pengroyokn\npengroyokn .\n\n. pengroyokn",
    ],
)
def test_what_was_written_before_changes_no_word(lexicon, text):
    normaliser = lexicon.normaliser
    normaliser._same.clear()
    first = normaliser.plain(text)
    assert normaliser.plain(text) == first
    for part in (*text.split(), *text.split(".")):
        normaliser._same.clear()
        normaliser.plain(part)
        assert normaliser.plain(text) == first


def test_words_that_are_remembered_do_not_grow_without_end(lexicon, monkeypatch):
    normaliser = lexicon.normaliser
    normaliser._same.clear()
    monkeypatch.setattr(normalise, "REMEMBERED", 50)
    for number in range(200):
        normaliser.plain(f"tawuran nomor {number}")
        assert len(normaliser._same) <= 50


def test_conjunctions_cut_clauses(lexicon):
    plain = lexicon.normaliser.plain("OTK membacok pemuda lalu kabur karena takut")
    assert clauses(plain).of[-1] == 2


DONE = [
    (True, "OTK membacok pemuda di Soko."),
    (True, "Orang tidak dikenal membacok pemuda di Soko."),
    (True, "Warga yang tidak puas merusak kantor desa."),
    (True, "Pelaku belum tertangkap, sopir dikeroyok warga Soko."),
    (False, "Tidak terjadi bentrok antara dua kubu di Soko."),
    (False, "Tidak ada yang dikeroyok, hanya adu mulut di Soko."),
    (False, "Polisi mencegah tawuran pemuda di Soko."),
    (False, "Agar tidak bentrok, petugas berjaga di Soko."),
    (False, "Simulasi massa membakar kantor KPU di Soko."),
    (True, "Saat simulasi terjadi bentrok sungguhan dua kelompok warga di Soko."),
    (False, "Tahun lalu pernah tawuran di Soko, sekarang aman."),
    (False, "Latihan dalmas di Soko, peserta memperagakan massa melempar batu hingga dibubarkan water canon."),
    (True, "Latihan dalmas di Soko dibubarkan warga yang marah, petugas dilempari batu."),
    (False, "Pekerja tambang di Soko kejatuhan batu, kakinya patah."),
    (True, "Warga Soko kejatuhan batu yang dilempar massa desa sebelah, kepala bocor."),
    (False, "Sidang perkara pembacokan di Soko, terdakwa mengakui menyabet korban."),
    (True, "Sidang kasus pengeroyokan di Soko ricuh, keluarga korban menyerang terdakwa."),
]


# What labelled reports of such words make of it, against the rules: an exercise that was broken up (PEMBUBARAN).
OUTVOTED = {"Latihan dalmas di Soko dibubarkan warga yang marah, petugas dilempari batu."}


@pytest.mark.parametrize(("done", "text"), DONE)
def test_a_negator_denies_its_own_predicate(told, by_rules, district, done, text):
    assert (by_rules(text).form in district.forms_having("violent")) == done
    assert (told(text).form in district.forms_having("violent")) == (done and text not in OUTVOTED)
    assert told(text).conflict or not done


MEANT = [
    ("PERUSAKAN", "Massa merusak pos ronda di Soko."),
    ("NIHIL", "Angin kencang merusak pos ronda di Soko."),
    ("NIHIL", "Truk menghantam rumah warga di Soko."),
    ("NIHIL", "Warga menyerbu tangki air bantuan di Soko."),
    ("NIHIL", "Kakek di Soko meninggal karena serangan jantung."),
    ("BLOKADE", "Warga menahan truk pasir di Soko."),
    ("PENYANDERAAN", "Nelayan menahan kapal cantrang di Palang."),
    ("SEGEL", "Warga memblokir pintu kantor desa di Soko."),
    ("UNRAS", "Massa membakar ban di depan kantor bupati."),
    ("HAKIM-MASSA", "Warga mengeroyok pencuri di Soko."),
    ("PENGEROYOKAN", "Warga mengeroyok sopir di Soko."),
]


@pytest.mark.parametrize(("form", "text"), MEANT)
def test_the_same_deed_is_another_form_done_to_something_else(told, form, text):
    assert form == told(text).form


COUNTS = [  # killed, injured, text
    ((0, 0), (0, 0), "Tawuran di Soko. MD: 0, luka: 0."),
    ((0, 0), (0, 0), "Tawuran di Soko. Meninggal: - orang, luka (0)."),
    ((0, 0), (2, 2), "Tawuran di Soko. MD nihil, luka: 2 orang."),
    ((2, 2), (4, 4), "Tawuran di Soko, MD: 2, LB: 1, LR: 3 orang."),
    (None, None, "Tawuran di Soko, kerugian 200 juta rupiah."),
    (None, (12, 12), "Tawuran di Soko, １２ orang luka."),
    (None, None, "Tahun lalu 2 meninggal, malam ini tawuran di Soko."),
]


def pair(count):
    return None if count is None else (count.min, count.max)


@pytest.mark.parametrize(("killed", "injured", "text"), COUNTS)
def test_a_labels_own_number_counts_and_a_stated_zero_is_zero(told, killed, injured, text):
    facts = told(text).facts
    assert (killed, injured) == (pair(facts.killed), pair(facts.injured))


CROWDS = [
    ((1500, 1500), "massa 1,5 ribu orang"), ((2000, 2000), "massa 2rb orang"), ((1500, 1500), "massa 1.500 orang"),
    (None, "kerugian 200 juta rupiah"), (None, "massa 2011"), (None, f"massa {'9' * 4301} orang"),
    (None, "massa 900000000 orang"),
]  # fmt: skip


@pytest.mark.parametrize(("crowd", "words"), CROWDS)
def test_an_implausible_number_is_none(told, crowd, words):
    assert crowd == pair(told(f"Unjuk rasa di depan pendopo Tuban, {words}.").facts.crowd)


@pytest.mark.parametrize("text", ["Tawuran 31-12-9999.", "Tawuran 1/1/0001 di Soko.", f"Tawuran {'7' * 5000} orang."])
def test_no_date_and_no_number_raises(told, text):
    assert told(text).conflict


SAID_IN_MESSAGES = [
    ("HOAKS", "Video pengeroyokan yang beredar di grup warga Soko dipastikan keliru."),
    ("HOAKS", "Unggahan tentang penculikan di Soko palsu, kata kepolisian."),
    ("PENGEROYOKAN", "Warga Soko dikeroyok akibat kabar bohong."),
    ("AJAKAN", 'Selebaran "Bakar kantor desa" ditempel di Desa Bangunrejo Kec. Soko.'),
    ("AJAKAN", "Kabeh dulur kumpul nang lapangan Soko, gowo pentungan, tulung disebar."),
]


@pytest.mark.parametrize(("form", "text"), SAID_IN_MESSAGES)
def test_what_a_message_says_is_not_done(told, form, text):
    assert told(text).form == form


SUFFERED = [
    ("PENYANDERAAN", "Bendahara desa tidak boleh pulang, dijaga massa di Desa Bangunrejo Soko."),
    ("BLOKADE", "Truk tidak bisa keluar karena massa memblokir jalan tambang di Soko."),
    ("UNRAS", "Puluhan buruh berdiri di depan pabrik di Soko menolak pemecatan."),
    ("SWEEPING", "Anggota laskar memeriksa KTP pengunjung warung di Soko."),
    ("INTIMIDASI", "Preman minta setoran kepada pedagang pasar Soko."),
    ("PEMBUBARAN", "Pengajian di Soko digeruduk sekelompok pemuda."),
    ("KERUSUHAN", "Massa mengamuk di Soko, mobil dibakar, kantor desa dirusak."),
    ("BENTROK", "Dua kubu pendukung calon berkelahi massal di Soko."),
    ("NIHIL", "Brankas koperasi di Soko dibobol maling."),
    ("NIHIL", "Karnaval dan iring-iringan drumben di Soko ditonton warga."),
    ("NIHIL", "Rapat warga Soko dimulai pukul sepuluh."),
]


@pytest.mark.parametrize(("form", "text"), SUFFERED)
def test_who_suffers_and_who_stands_where_says_the_form(told, form, text):
    assert told(text).form == form


def test_a_named_issue_a_place_and_a_deed_are_conflict(told):
    found = told("Pupuk subsidi di Desa Bangunrejo Kec. Soko diserobot kelompok sebelah.")
    assert (found.conflict, found.issue) == (True, "EKO")
    assert "check_form" in found.missing


def test_hints_of_an_issue_count_where_nothing_names_one(told):
    assert told("Jukir dan sopir angkot berkelahi di Soko, rebutan setoran.").issue in {"ORM", "WRG", "UNR"}
    assert told("Massa merusak perahu di Palang.").issue == "NEL"
