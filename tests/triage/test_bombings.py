"""Bombs: thrown, laid, threatened and planned are terror whatever the verb; what only sounds so is none."""

import pytest

from schemas.vocabulary import Level

DEEDS = (
    "polsek dibom orang tidak dikenal",
    "gereja di bom",
    "rumah pak lurah dibom orang",
    "pelaku meledakkan rumah kades",
    "jembatan diledakkan orang tak dikenal",
    "ada yang bawa bom ke gereja",
    "ada bom di pasar baru",
    "ada rakitan bom di rumah kos",
    "ada bungkusan mencurigakan di depan polsek diduga bom",
)
PLANS = (
    "ada bekas napi teroris mau mengebom gereja saat natal",
    "katanya sih ada bekas napiter mau ngebom polsek pas natal, aku krungu ko warung",
    "mau bom gereja katanya",
    "ada rencana pengeboman gereja",
    "ada yang mengancam akan mengebom gereja",
    "katanya nanti malam gereja mau diledakkan",
    "napi teroris mau meledakkan polres",
)
NONE = (
    "mengenang korban pengeboman gereja surabaya 2018",
    "israel mengebom rumah sakit di gaza",
    "nonton film tentang pengeboman gedung",
    "anak2 meledakkan petasan di depan rumah warga",
    "perusahaan tambang meledakkan batu, rumah warga retak",
    "ada mortir sisa perang diledakkan tim jihandak",
    "persebaya mengebom gawang lawan",
    "jangan ngebom chat grup",
    "anak saya bikin bom air dari balon",
    "ada bom diskon di toko",
    "tidak ada bom di gereja",
    "polisi sterilisasi gereja antisipasi bom menjelang natal",
)
NOT_AT_ITS_WORST = (
    "warga khawatir gereja dibom saat natal",
    "densus menangkap terduga teroris yang berencana mengebom gereja",
    "densus 88 menggagalkan rencana pengeboman gereja di Tuban",
    "nelayan andon mengebom ikan, nelayan lokal marah",
    "nelayan pakai bom ikan",
    "warga tolak blasting tambang, rumah warga rusak saat perusahaan meledakkan bukit",
    "kardus mencurigakan di terminal ternyata berisi baju",
    "tas ransel mencurigakan di SPBU Pakis, tim jihandak turun, isinya baju",
    "petasan diledakkan di depan masjid Ds Pakis, jamaah marah",
)


@pytest.mark.parametrize("text", [*DEEDS, *PLANS])
def test_a_bomb_is_terror_at_its_worst(told, text):
    found = told(text)
    assert (found.form, found.level) == ("TEROR", Level.KRITIS), found


@pytest.mark.parametrize("text", NONE)
def test_what_only_sounds_like_a_bomb_is_no_conflict(told, text):
    assert not told(text).conflict


@pytest.mark.parametrize("text", NOT_AT_ITS_WORST)
def test_a_bomb_that_is_feared_foiled_cleared_or_for_fish_is_below(told, text):
    assert told(text).level < Level.KRITIS


HEARD = (
    "kabar anak mati dikeroyok di ds Pakis, sudah dicek tidak ada",
    "rame kabar anak silat mati dikeroyok ds Pakis, tak cek ke bidan sama kadus gak ada itu",
    "kabar tawuran di Pakis, setelah dicek nihil",
    "info pembacokan di Pakis stlh kami cek ke TKP tidak ditemukan",
    "kabar ada bom di gereja, setelah dicek gegana tidak ada apa-apa",
    "HOAX! tawuran di pasar baru",
    "hoax, katanya ada ancaman bom di sekolah",
    "awas hoaks, katanya ada penculikan anak",
)
STANDS = (
    "info tawuran di Pakis, sudah dicek polsek, korban tidak ada",
    "lapor ada tawuran di pakis, mohon dicek, polisi tidak ada",
    "anak dikeroyok di Pakis, dicek ke puskesmas lukanya parah, obat tidak ada",
    "info balap liar dan tawuran di Pakis, patroli tidak ada",
    "info tawuran di Pakis 3 luka, konfirmasi tidak ada",
    "info tawuran di Pakis 3 luka. kabar ada yang tewas, setelah dicek tidak ada",
    "hoax lagi, warga tawuran beneran di pasar gara2 itu",
)


@pytest.mark.parametrize("text", HEARD)
def test_what_was_heard_and_not_found_alarms_nobody(told, text):
    found = told(text)
    assert found.level == Level.RENDAH
    assert found.form in {"HOAKS", "NIHIL"}


@pytest.mark.parametrize("text", STANDS)
def test_what_was_not_found_there_may_be_something_else(told, text):
    found = told(text)
    assert found.conflict
    assert found.level >= Level.SEDANG
