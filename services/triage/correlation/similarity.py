"""Compare a report with an open incident: what agrees, what contradicts, and why. Pure.

Text alone does not separate (early_warning.md, "Same incident or not"): day, place, issue, form, parties and
rare shared words do. "Same" only beyond doubt; "linked" is a suggestion with its reasons.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from schemas.assessment import Assessment, Count

DAY = 86_400
SAME, CERTAIN, LINKED = 4.2, 6.0, 2.4  # points, see `compare`; CERTAIN outweighs a form told differently
LEAST_OVERLAP = 0.1  # share of weighted words in common, below which nothing is beyond doubt; twice without a place
HOUR = 3_600
APART = 3 * HOUR  # clock times further apart are two events of one night
WORDS_KEPT = 60
_WORD = re.compile(r"[^\W\d_]{4,}")
_FAMILY = {
    "BENTROK": "clash", "PERKELAHIAN": "clash", "PENGEROYOKAN": "clash", "HAKIM-MASSA": "clash", "KERUSUHAN": "clash",
    "PEMBAKARAN": "damage", "PERUSAKAN": "damage", "UNRAS": "protest", "BLOKADE": "protest", "SEGEL": "protest",
    "KETEGANGAN": "tension", "PELANGGARAN": "tension", "INTIMIDASI": "tension", "HOAKS": "talk", "AJAKAN": "talk",
    "KONVOI": "convoy",
}  # fmt: skip
# Words that every report of this trade holds: sharing them says nothing.
_COMMON = frozenset(
    """
    yang dengan dari pada untuk karena oleh dalam saat sudah telah akan tidak belum masih juga serta atau
    antara setelah sebelum sekitar orang warga massa desa kecamatan kabupaten kelurahan dusun jalan rumah
    polisi polres polsek kapolres kapolsek petugas aparat anggota pemuda kelompok korban pelaku kejadian
    terjadi lokasi malam pagi siang sore dini hari pukul senin selasa rabu kamis jumat sabtu minggu januari
    februari maret april juni juli agustus september oktober november desember puluhan ratusan ribuan belasan
    beberapa sejumlah tuban tersebut mereka para seorang satu tiga empat lima enam unjuk rasa aksi demo
    menuntut tuntutan menolak meminta kata menurut mengatakan menyebut diduga dugaan akibat hingga sampai
    kemudian lalu sehingga namun tetapi menjadi adalah sebagai bahwa agar supaya lebih kurang sedang sempat
    diamankan mengamankan pihak bersama depan kantor kepala pemerintah bupati dprd camat tersangka ditangkap
    luka tewas motor sepeda konvoi rombongan perguruan silat pesilat bentrok tawuran keroyok dikeroyok
    pengeroyokan situasi aman kondusif informasi laporan melaporkan mohon izin komandan personel gabungan
    masyarakat umur tahun usia asal membawa hari berlangsung dibawa sakit wilayah kota satu dua kali bisa
    dapat ada itu ini juga pun saja lagi setempat tempat penonton nelayan petani buruh perusahaan pabrik jadi
    hendak usai sementara melalui terhadap tanpa sejak mulai
    """.split()  # noqa: SIM905 - a list of words reads better as words
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What correlation compares of one report or incident; times are seconds since 1970, UTC."""

    id: str
    issue: str
    second: str | None
    form: str
    kabupaten: str | None
    kecamatan: str | None
    desa: str | None
    place_name: str | None
    start: int | None
    end: int | None
    sure_day: bool  # the words or the reporter gave the day
    killed: tuple[int, int | None] | None
    injured: tuple[int, int | None] | None
    crowd: tuple[int, int | None] | None
    parties: frozenset[str]
    words: frozenset[str]
    conflict: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return told | {"parties": sorted(self.parties), "words": sorted(self.words)}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> "Candidate":
        """Take it back from what `to_dict` gave."""
        counts = {
            name: tuple(told[name]) if told.get(name) is not None else None for name in ("killed", "injured", "crowd")
        }
        sets = {name: frozenset(told[name]) for name in ("parties", "words")}
        return cls(**{**told, **counts, **sets})


@dataclass(frozen=True, slots=True)
class Relation:
    """What a report has to do with an open incident, and why (Indonesian, for the screen)."""

    kind: Literal["same", "linked", "different"]
    incident: str | None
    score: float
    reasons: tuple[str, ...]


def candidate(id: str, text: str, assessment: Assessment, parties: tuple[str, ...]) -> Candidate:  # noqa: A002 - a contract
    """Draw from one report what correlation compares."""
    place, facts, occurred = assessment.place, assessment.facts, assessment.occurred
    words = list(dict.fromkeys(word for word in _WORD.findall(text.lower()) if word not in _COMMON))[:WORDS_KEPT]
    name = place.desa_name or place.kecamatan_name
    return Candidate(
        id=id,
        issue=assessment.issue,
        second=assessment.issue_secondary,
        form=assessment.form,
        kabupaten=place.kabupaten,
        kecamatan=place.kecamatan or (place.kecamatan_name or "").lower() or None,
        desa=place.desa or (place.desa_name or "").lower().replace(" ", "") or None,
        place_name=name,
        start=_seconds(occurred.start),
        end=_seconds(occurred.end),
        sure_day=occurred.start is not None,
        killed=_pair(facts.killed),
        injured=_pair(facts.injured),
        crowd=_pair(facts.crowd),
        parties=frozenset(party.lower() for party in {*parties, *facts.parties}),
        words=frozenset(words),
        conflict=assessment.conflict,
    )


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _pair(count: Count | None) -> tuple[int, int | None] | None:
    return None if count is None else (count.min, count.max)


def compare(report: Candidate, other: Candidate, weights: dict[str, float], unfamiliar: float) -> Relation:
    """Compare a report with one incident: points for what agrees, reasons in words, what contradicts is fatal."""
    reasons: list[str] = []
    shared = report.words & other.words
    told = sum(weights[word] for word in shared)
    smaller = min(len(report.words), len(other.words))
    overlap = told / (smaller * unfamiliar) if smaller and unfamiliar > 0 else 0.0
    score = 6.0 * min(overlap, 0.6)
    if shared:
        rare = sorted(shared, key=lambda word: (-weights[word], word))[:4]
        reasons.append(f"kata langka sama: {', '.join(rare)}")
    place = _place_points(report, other, reasons)
    days = _day_points(report, other, reasons)
    nature = _nature_points(report, other, reasons)
    score += place + days + nature + _party_points(report, other, reasons) + _count_points(report, other, reasons)
    contradicted = place < 0 or days <= 0 or (nature < 0 and score < CERTAIN) or _hours_apart(report, other)
    enough = LEAST_OVERLAP if place > 1 else 2 * LEAST_OVERLAP
    if score >= SAME and not contradicted and place >= 1 and overlap >= enough:
        return Relation("same", other.id, round(score, 2), tuple(reasons))
    if score >= LINKED:
        return Relation("linked", other.id, round(score, 2), tuple(reasons))
    return Relation("different", other.id, round(score, 2), tuple(reasons))


def _place_points(report: Candidate, other: Candidate, reasons: list[str]) -> float:  # noqa: PLR0911 - cases, in order
    if report.kabupaten and other.kabupaten and report.kabupaten != other.kabupaten:
        return -3.0
    if report.desa and other.desa:
        if report.desa == other.desa:
            reasons.append(f"desa sama: {report.place_name}")
            return 2.0
        if report.kecamatan == other.kecamatan:
            return -0.5
        return -2.0
    if report.kecamatan and other.kecamatan:
        if report.kecamatan == other.kecamatan:
            reasons.append("kecamatan sama")
            return 1.2
        return -2.0
    if report.kecamatan is None and other.kecamatan is None:
        return 1.0 if report.kabupaten == other.kabupaten else 0.0
    return 0.0


def _day_points(report: Candidate, other: Candidate, reasons: list[str]) -> float:
    mine, theirs = report.start or report.end, other.start or other.end
    if mine is None or theirs is None:
        return 0.2
    gap = max(0, (other.start or theirs) - (report.end or mine), (report.start or mine) - (other.end or theirs))
    if report.sure_day and other.sure_day:
        if gap < DAY // 2:
            reasons.append("waktu sama")
            return 1.5
        if gap <= DAY:
            reasons.append("selisih sehari")
            return 0.8
        return -0.5 - gap / DAY / 4
    if gap <= 3 * DAY:
        reasons.append("waktu berdekatan")
        return 0.7
    return 0.0 if gap <= 14 * DAY else -1.0


def _hours_apart(report: Candidate, other: Candidate) -> bool:
    """Tell whether both give an hour, and the hours are too far apart for one event."""
    if report.start is None or report.end is None or other.start is None or other.end is None:
        return False
    if report.end - report.start > HOUR or other.end - other.start > HOUR:  # no clock time was given
        return False
    return abs(report.start - other.start) > APART


def _nature_points(report: Candidate, other: Candidate, reasons: list[str]) -> float:
    issue = report.issue == other.issue
    family = _FAMILY.get(report.form, report.form) == _FAMILY.get(other.form, other.form)
    if issue:
        reasons.append(f"jenis masalah sama: {report.issue}")
    if report.form == other.form:
        reasons.append(f"bentuk sama: {report.form}")
        return 1.2 if issue else 0.4
    if not issue and {report.issue, report.second} & {other.issue, other.second} - {None}:
        return 0.2 if family else -0.3
    if issue:
        return 0.7 if family else -0.1
    return -0.6


def _party_points(report: Candidate, other: Candidate, reasons: list[str]) -> float:
    if not report.parties or not other.parties:
        return 0.0
    if both := report.parties & other.parties:
        reasons.append(f"pihak sama: {', '.join(sorted(both))}")
        return 0.8
    return -0.4


def _count_points(report: Candidate, other: Candidate, reasons: list[str]) -> float:
    points = 0.0
    for mine, theirs, what in (
        (report.killed, other.killed, "jumlah meninggal"),
        (report.injured, other.injured, "jumlah luka"),
        (report.crowd, other.crowd, "jumlah massa"),
    ):
        if mine is None or theirs is None or not (mine[0] or theirs[0]):
            continue
        if mine[0] == theirs[0]:
            reasons.append(f"{what} sama: {mine[0]}")
            points += 0.4
        elif what == "jumlah meninggal":
            points -= 0.3
    return points
