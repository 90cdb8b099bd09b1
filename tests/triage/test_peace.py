"""Whether a quarrel was settled: peace that was made, wanted, refused, and words that only look like it."""

import pytest

from schemas.messages import ReportIn
from services.triage.deeds.peace import Peace

READ = [
    ("Bentrok semalam, sekarang sudah damai.", Peace.MADE),
    ("Wingi tukaran, saiki wis rukun.", Peace.MADE),
    ("Kalih tiyang tukaran, sampun salaman ing griyane pak kades.", Peace.MADE),
    ("Tawuran Rabu lalu clear, orang tua tanda tangan surat pernyataan damai.", Peace.MADE),
    ("Dua kelompok berkelahi, akhirnya islah disaksikan kapolsek.", Peace.MADE),
    ("Pemukulan di pasar: damai di polsek, laporan dicabut.", Peace.MADE),
    ("Masalah pagar sudah rampung, keduanya bersalaman.", Peace.MADE),
    ("Semula menolak, akhirnya sepakat damai.", Peace.MADE),
    ("Sudah berdamai, besok islah resmi di pendapa.", Peace.MADE),
    ("Ditangkap karena mengeroyok. Belum mau bersalaman.", Peace.REFUSED),
    ("Bentrok dua dusun, mediasi gagal.", Peace.REFUSED),
    ("Keluarga korban menolak jabat tangan.", Peace.REFUSED),
    ("Pelaku menawarkan damai tapi ditolak.", Peace.REFUSED),
    ("Kesepakatan damai itu dilanggar lagi semalam.", Peace.REFUSED),
    ("Padudon batas sawah durung rukun.", Peace.REFUSED),
    ("Rapat buntu, satu pihak walk out.", Peace.REFUSED),
    ("Kapolsek minta kedua pihak islah.", Peace.WANTED),
    ("Rencananya besok didamaikan di polsek.", Peace.WANTED),
    ("Orang tua dikumpulkan untuk berdamai.", Peace.WANTED),
    ("Kades mengajak kedua kubu bersalaman.", Peace.WANTED),
    ("Massa menembakkan kembang api, gas air mata dilepaskan.", Peace.UNSAID),
    ("Aksi damai buruh di depan pabrik.", Peace.WANTED),
    ("Rukun tetangga 03 kerja bakti.", Peace.UNSAID),
    ("Tawuran pelajar di alun-alun.", Peace.UNSAID),
]


@pytest.mark.parametrize(("text", "peace"), READ)
def test_how_far_peace_has_come_is_read(assessor, text, peace):
    assert assessor.read(ReportIn(text=text), made=None).reading.peace is peace


FIGHT = "Tadi malam bentrok antar pemuda dua dusun di Desa Sugihwaras"
MADE = (
    "sudah damai, bersalaman di balai desa",
    "wis rukun maneh",
    "kedua pihak islah di polsek",
    "sudah didamaikan kades",
)
NOT_MADE = (
    "mediasi gagal, belum mau bersalaman", "kapolsek minta kedua pihak islah", "akan dipertemukan untuk berdamai",
    "satu pihak menolak damai", "durung rukun",
)  # fmt: skip


@pytest.mark.parametrize("after", MADE)
def test_a_fight_is_over_once_peace_was_made(told, after):
    assert told(f"{FIGHT}, {after}.").stage.value == "resolved"


@pytest.mark.parametrize("after", NOT_MADE)
def test_peace_that_was_not_made_ends_no_fight_and_makes_it_no_milder(told, after):
    one, alone = told(f"{FIGHT}, {after}."), told(f"{FIGHT}.")
    assert one.stage.value != "resolved"
    assert one.level >= alone.level
