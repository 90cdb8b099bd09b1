"""What a report says of how it stands to what was told before, where its words can be taken for the contrary."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.triage.correlation import tellings
from services.triage.correlation.correlation import candidate
from tests.triage.conftest import FILED

LOWERS = {"all_clear", "retraction"}

NOT_CALM = (
    "Update Mentoro: situasi belum kondusif, massa masih bertahan",
    "Massa belum bubar, tambah banyak",
    "massa menolak bubar, bakar ban",
    "massa enggan bubar walau sudah dihimbau",
    "massa tidak bubar, malah lempar batu",
    "kondisi tidak aman pak, mohon bantuan",
    "sudah tidak kondusif lagi, mulai lempar batu",
    "bentrok belum selesai",
    "tawuran belum berakhir sampai sekarang",
    "Warga belum membubarkan diri",
    "semoga situasi segera aman",
    "mohon segera diamankan agar situasi kembali kondusif",
    "kapan situasi aman pak? warga takut",
    "Api sudah padam, tapi massa masih saling kejar",
)
CALM_DENIED = (
    "Kabar Mentoro sudah aman itu tidak benar, massa 300 orang masih bentrok bawa senjata api",
    "info bahwa pelaku sudah ditangkap tidak benar, masih berkeliaran bawa parang",
    "pesan bahwa polisi sudah di lokasi itu bohong, massa masih bakar ban",
)
MORE_THAN_WAS_SAID = (
    "Ternyata tidak hanya satu orang, rumah di Menilo juga dibakar massa bawa senjata api",
    "ternyata bukan belasan tapi puluhan orang, sekarang bawa celurit",
    "ternyata tidak bubar, malah tambah rame",
    "ternyata ora mung siji sing dikeroyok, ono telu",
)


@pytest.fixture
def read(told):
    def telling(text: str) -> str:
        return candidate("1", text, told(text), (), told_at=FILED).telling

    return telling


@pytest.mark.parametrize("text", NOT_CALM + CALM_DENIED + MORE_THAN_WAS_SAID)
def test_news_that_it_is_not_calm_asks_nobody_to_lower(read, text):
    assert read(text) not in LOWERS


@pytest.mark.parametrize(
    "text",
    [
        "situasi tidak ada gangguan aman terkendali",
        "tidak ada korban, situasi sudah kondusif",
        "tidak lama kemudian massa bubar",
        "Mentoro sempat tidak terkendali, sekarang sudah aman",
        "Perkelahian di Menilo sudah didamaikan",
        "mpun bibar sedoyo",
        "alhamdulillah wis adem",
        "nihil kejadian",
    ],
)
def test_words_that_only_look_like_it_leave_it_an_all_clear(read, text):
    assert read(text) == "all_clear"


@pytest.mark.parametrize(
    "text",
    [
        "Info tawuran Mentoro tidak benar, situasi aman",
        "Ternyata tidak ada tawuran, hanya anak main petasan",
        "Ternyata bukan tawuran tapi latihan silat",
        "jebule hoaks",
        "jebule ora ono opo-opo",
        "Kabar bentrok di Mentoro itu hoaks",
    ],
)
def test_what_denies_the_deed_is_still_a_denial(read, text):
    assert read(text) == "retraction"


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("Update bentrok Mentoro Soko: pelaku kabur ke tempat lain, 3 korban di RSUD", "update"),
        ("Lapjut Mentoro: tidak ada kejadian lain, situasi kondusif", "all_clear"),
        ("Update Mentoro: korban bertambah 2 orang, lokasi kedua di lapangan desa", "update"),
        ("Bentrok juga pecah di lokasi lain, Ds. Maibit Kec. Rengel", "apart"),
        ("Beda kejadian dengan yang di Soko, ini di Rengel", "apart"),
    ],
)
def test_another_place_says_that_it_is_apart_only_where_something_happened_there(read, text, telling):
    assert read(text) == telling


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("Update demo Polsek Rengel tuntut pelaku ditangkap: perwakilan diterima kapolsek", "update"),
        ("Update: terjadi serangan balasan ke Ds. Maibit Kec. Rengel, 30 orang", "answer"),
    ],
)
def test_what_goes_on_with_a_protest_answers_nothing(read, text, telling):
    assert read(text) == telling


PARTS = {part for sayings in tellings._SAYINGS.values() for part in sayings.split()} - {"..", "...", "*"}
SAID = sorted({word for part in PARTS for word in tellings._words_of(part)})
SAYING = st.one_of([st.from_regex(pattern, alphabet=st.characters(codec="ascii")) for _, pattern in tellings._PATTERNS])
WORDS = st.lists(st.sampled_from([word.replace("*", "e") for word in SAID]), max_size=12).map(" ".join)


@settings(max_examples=300)
@given(WORDS | SAYING | st.tuples(WORDS, SAYING, WORDS).map(", ".join))
def test_a_saying_is_looked_for_wherever_one_may_begin(text: str) -> None:
    low = text.lower()
    opened = tellings._opened(low)
    for telling, pattern in tellings._PATTERNS:
        assert {found.start() for found in pattern.finditer(low)} <= set(opened.get(telling, ()))
