"""Tell whether a report speaks of an incident already open: same, linked, or different. Pure.

A wrong merge hides an incident, a missed one costs a click: "same" only beyond doubt, "linked" is a suggestion with its
reasons for a person to decide. Text alone does not separate (early_warning.md, "Same incident or not"): day, place, issue,
form, parties and rare shared words do. Two clashes in one night stay two.
"""

import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log
from typing import Any, Literal

from schemas.assessment import Assessment, Count

DAY = 86_400
REPEAT_DAYS = 90
SAME, CERTAIN, LINKED = 4.2, 6.0, 2.4  # points, see `compare`; CERTAIN outweighs a form told differently
MOST_COMPARED = 24  # incidents looked at closely for one report
MOST_POSTINGS = 40  # a word shared by more open incidents is no rare word
LEAST_OVERLAP = 0.1  # share of weighted words in common, below which nothing is beyond doubt; twice without a place
HOURS = 3 * 3_600  # clock times further apart are two events of one night
LEAST_SHARED = 3  # rare words that bring two reports together without a common day and place
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
    [
        "yang",
        "dengan",
        "dari",
        "pada",
        "untuk",
        "karena",
        "oleh",
        "dalam",
        "saat",
        "sudah",
        "telah",
        "akan",
        "tidak",
        "belum",
        "masih",
        "juga",
        "serta",
        "atau",
        "antara",
        "setelah",
        "sebelum",
        "sekitar",
        "orang",
        "warga",
        "massa",
        "desa",
        "kecamatan",
        "kabupaten",
        "kelurahan",
        "dusun",
        "jalan",
        "rumah",
        "polisi",
        "polres",
        "polsek",
        "kapolres",
        "kapolsek",
        "petugas",
        "aparat",
        "anggota",
        "pemuda",
        "kelompok",
        "korban",
        "pelaku",
        "kejadian",
        "terjadi",
        "lokasi",
        "malam",
        "pagi",
        "siang",
        "sore",
        "dini",
        "hari",
        "pukul",
        "senin",
        "selasa",
        "rabu",
        "kamis",
        "jumat",
        "sabtu",
        "minggu",
        "januari",
        "februari",
        "maret",
        "april",
        "juni",
        "juli",
        "agustus",
        "september",
        "oktober",
        "november",
        "desember",
        "puluhan",
        "ratusan",
        "ribuan",
        "belasan",
        "beberapa",
        "sejumlah",
        "tuban",
        "tersebut",
        "mereka",
        "para",
        "seorang",
        "satu",
        "tiga",
        "empat",
        "lima",
        "enam",
        "unjuk",
        "rasa",
        "aksi",
        "demo",
        "menuntut",
        "tuntutan",
        "menolak",
        "meminta",
        "kata",
        "menurut",
        "mengatakan",
        "menyebut",
        "diduga",
        "dugaan",
        "akibat",
        "hingga",
        "sampai",
        "kemudian",
        "lalu",
        "sehingga",
        "namun",
        "tetapi",
        "menjadi",
        "adalah",
        "sebagai",
        "bahwa",
        "agar",
        "supaya",
        "lebih",
        "kurang",
        "sedang",
        "sempat",
        "diamankan",
        "mengamankan",
        "pihak",
        "bersama",
        "depan",
        "kantor",
        "kepala",
        "pemerintah",
        "bupati",
        "dprd",
        "camat",
        "tersangka",
        "ditangkap",
        "luka",
        "tewas",
        "motor",
        "sepeda",
        "konvoi",
        "rombongan",
        "perguruan",
        "silat",
        "pesilat",
        "bentrok",
        "tawuran",
        "keroyok",
        "dikeroyok",
        "pengeroyokan",
        "situasi",
        "aman",
        "kondusif",
        "informasi",
        "laporan",
        "melaporkan",
        "mohon",
        "izin",
        "komandan",
        "personel",
        "gabungan",
        "masyarakat",
        "umur",
        "tahun",
        "usia",
        "asal",
        "membawa",
        "hari",
        "berlangsung",
        "dibawa",
        "sakit",
        "wilayah",
        "kota",
        "satu",
        "dua",
        "kali",
        "bisa",
        "dapat",
        "ada",
        "itu",
        "ini",
        "juga",
        "pun",
        "saja",
        "lagi",
        "setempat",
        "tempat",
        "penonton",
        "nelayan",
        "petani",
        "buruh",
        "perusahaan",
        "pabrik",
        "jadi",
        "hendak",
        "usai",
        "sementara",
        "melalui",
        "terhadap",
        "tanpa",
        "sejak",
        "mulai",
    ]
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


UNRELATED = Relation("different", None, 0.0, ())


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


class Incidents:
    """The open incidents, indexed so that a look-up among tens of thousands stays far below a millisecond."""

    def __init__(self) -> None:
        self._open: dict[str, Candidate] = {}
        self._blocks: defaultdict[tuple[str | None, str, int], dict[str, None]] = defaultdict(dict)
        self._postings: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._days: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._open)

    def put(self, candidate: Candidate) -> None:
        """Take in an incident, or replace what is known of it."""
        self.drop(candidate.id)
        self._forget_days(candidate.id, candidate)
        self._open[candidate.id] = candidate
        self._blocks[_block(candidate)][candidate.id] = None
        for word in candidate.words:
            self._postings[word][candidate.id] = None
        moment = candidate.start or candidate.end
        if moment is not None:
            for place in {candidate.kecamatan, candidate.desa} - {None}:
                insort(self._days[(str(place), candidate.issue)], (moment, candidate.id))

    def _forget_days(self, id_: str, candidate: Candidate) -> None:
        for place in {candidate.kecamatan, candidate.desa} - {None}:
            key = (str(place), candidate.issue)
            days = self._days.get(key)
            if days and any(known == id_ for _, known in days):
                self._days[key] = [day for day in days if day[1] != id_]

    def drop(self, incident: str) -> None:
        """Leave out an incident that is no longer open; it still counts as a repeat."""
        old = self._open.pop(incident, None)
        if old is None:
            return
        block = _block(old)
        self._blocks[block].pop(incident, None)
        if not self._blocks[block]:
            del self._blocks[block]
        for word in old.words:
            postings = self._postings[word]
            postings.pop(incident, None)
            if not postings:
                del self._postings[word]

    def expire(self, before: datetime) -> None:
        """Leave out incidents from before a time, and repeats from more than 90 days before it."""
        limit = _seconds(before) or 0
        old = [id_ for id_, known in self._open.items() if (known.end or known.start or limit) < limit]
        for id_ in old:
            self.drop(id_)
        oldest = limit - REPEAT_DAYS * DAY
        for key in list(self._days):
            kept = [day for day in self._days[key] if day[0] >= oldest]
            if kept:
                self._days[key] = kept
            else:
                del self._days[key]

    def repeats(self, place_code: str | None, issue: str, before: datetime) -> int:
        """Count the incidents of a place and issue in the 90 days before a time."""
        days = self._days.get((place_code, issue)) if place_code else None
        if not days:
            return 0
        until = _seconds(before) or 0
        return bisect_left(days, (until, "")) - bisect_left(days, (until - REPEAT_DAYS * DAY, ""))

    def relate(self, report: Candidate) -> Relation:
        """Say which open incident a report speaks of, if any."""
        best = UNRELATED
        weights = self._weights(report.words)
        for other in self._near(report):
            relation = compare(report, other, weights, self._unfamiliar)
            if relation.score > best.score:
                best = relation
        return best if best.kind != "different" else UNRELATED

    def _near(self, report: Candidate) -> Iterable[Candidate]:
        """Give the few incidents worth a close look: same place, issue and days; or several rare words in common."""
        found: dict[str, None] = {}
        place, _, day = _block(report)
        for issue in {report.issue, report.second} - {None}:
            for nearby in (day, day - 1, day + 1):
                block = self._blocks.get((place, str(issue), nearby))
                if block:
                    found.update(dict.fromkeys(list(block)[-MOST_COMPARED:]))
        shared: Counter[str] = Counter()
        for word in report.words:
            postings = self._postings.get(word)
            if postings and len(postings) <= MOST_POSTINGS:
                shared.update(postings.keys())
        named = [id_ for id_, times in shared.most_common(MOST_COMPARED) if times >= LEAST_SHARED]
        ids = dict.fromkeys([*named, *sorted(found, key=lambda id_: -shared[id_])])
        return [self._open[id_] for id_ in list(ids)[:MOST_COMPARED] if id_ != report.id]

    def _weights(self, words: Iterable[str]) -> dict[str, float]:
        """Give each word its weight: the rarer among open incidents, the more."""
        total = len(self._open) + 20
        return {word: log(total / (len(self._postings.get(word, ())) + 1)) for word in words}

    @property
    def _unfamiliar(self) -> float:
        return log((len(self._open) + 20) / 2)


def _block(candidate: Candidate) -> tuple[str | None, str, int]:
    moment = candidate.start if candidate.start is not None else candidate.end
    return candidate.kecamatan, candidate.issue, 0 if moment is None else moment // DAY


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


def _place_points(report: Candidate, other: Candidate, reasons: list[str]) -> float:
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
    if report.end - report.start > 3_600 or other.end - other.start > 3_600:  # noqa: PLR2004 - an hour: a clock time was given
        return False
    return abs(report.start - other.start) > HOURS


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


def open_since(now: datetime, days: int = 14) -> datetime:
    """Give the time from which incidents stay open to new reports."""
    return now - timedelta(days=days)
