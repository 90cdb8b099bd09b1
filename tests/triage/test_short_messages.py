"""Single sentences: everyday words that alarm nobody, and alarms that name no place or look like everyday words."""

import pytest

from schemas.messages import ReportIn
from services.triage.assess import Assessor
from tests.triage.conftest import FILED

QUIET = [
    "Review: kamar bersih, AC dingin, staf ramah, tapi parkirnya kacau.",
    "Kucing tetangga berkelahi di atap, berisik sampai subuh.",
    "Warga kerja bakti membongkar pos ronda lama untuk dibangun baru.",
    "Demo produk panci presto dibanjiri ibu-ibu.",
    "Warga berebut gunungan di sedekah bumi, meriah sekali.",
    "Operasi pasar beras murah diserbu warga, 5 ton ludes sejam.",
    "Pertandingan berakhir ricuh? Tidak, malah pemain saling tukar jersey.",
    "Masjid baru dibakar semangat gotong royong warganya, luar biasa.",
    "Jalan ditutup karena ada perbaikan jembatan sampai Jumat.",
    "Pak Kades mengajak warga menanam mangrove di pesisir.",
    "Kopi di kafe baru Jenu pahitnya nendang.",
    "Anak saya dipukul temannya waktu main, sudah saling minta maaf.",
    "Persela bantai tamunya empat gol, suporter pesta.",
    "Kopi tumpah ke baju putih, pagi yang kacau.",
    "Penjual es keliling dikerubuti anak-anak SD.",
]
ALARMS = [
    ("Keluarga korban mengamuk di RSUD Tuban, kaca IGD pecah", "PERUSAKAN"),
    ("Ormas melarang jemaat gereja beribadah di Semanding", "PEMBUBARAN"),
    ("ormas larang warga salat di musala Semanding", "PEMBUBARAN"),
    ("tanah kas desa dijual, warga geruduk kantor desa Soko", "UNRAS"),
    ("blokir jalan di pertigaan manunggal", "BLOKADE"),
    ("Bupati didemo gara-gara jalan rusak", "UNRAS"),
    ("gapura PSHT dirusak, nanti malam mau ngumpul", "PERUSAKAN"),
    ("jalan desa ditutup warga pakai batang pohon di Grabagan", "BLOKADE"),
    ("Warga menutup jalan di Soko karena tidak ada perbaikan", "BLOKADE"),
    ("kades mengajak warga menutup jalan tambang", "AJAKAN"),
    ("pemilik kambing berkelahi dengan warga di Kerek", "PERKELAHIAN"),
    ("kucing warga diracun tetangga, dua keluarga berkelahi di Soko", "PERKELAHIAN"),
    ("warga gotong royong memadamkan rumah yang dibakar massa di Plumpang", "PEMBAKARAN"),
    ("dibakar cemburu, suami bakar rumah mertua di Palang", "PEMBAKARAN"),
    ("tawuran lagi? tidak ada yang melerai, 2 orang luka di Soko", "BENTROK"),
    ("nelayan sandera kapal trawl dari lamongan", "PENYANDERAAN"),
    ("lurah dilempari telur saat sosialisasi", "PENGEROYOKAN"),
    ("masjid ahmadiyah didatangi ormas", "INTIMIDASI"),
    ("kacau pak di depan balai desa, orang-orang saling lempar kursi", "BENTROK"),
    ("siswa dipukuli temannya sampai masuk rumah sakit di Soko", "PENGEROYOKAN"),
]


@pytest.mark.parametrize("text", QUIET)
def test_everyday_words_are_no_conflict(assessor: Assessor, text: str) -> None:
    assert assessor.assess(ReportIn(text=text), filed_at=FILED).form == "NIHIL"


@pytest.mark.parametrize(("text", "form"), ALARMS)
def test_a_short_alarm_is_one(assessor: Assessor, text: str, form: str) -> None:
    found = assessor.assess(ReportIn(text=text), filed_at=FILED)
    assert (found.conflict, found.form) == (True, form)


@pytest.mark.parametrize(
    "text",
    [
        "Bakso di pojok alun-alun porsinya brutal, sambalnya membunuh tapi bikin nagih.",
        "Drakor episode tadi malam bikin nangis, tokoh utamanya ditembak mati di ending.",
        "Teater SMA main lakon Geger Ranggalawe, prajurit mati bertumpuk, penonton tepuk tangan.",
    ],
)
def test_nobody_dies_of_a_dish_or_in_a_story(assessor: Assessor, text: str) -> None:
    assert assessor.assess(ReportIn(text=text), filed_at=FILED).facts.killed is None
