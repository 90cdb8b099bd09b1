"""Draw from a report, and keep of an incident, what correlation compares. Pure."""

import re
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import Any

from schemas.assessment import Assessment, Count
from schemas.vocabulary import Basis, Stage
from services.triage.correlation.copies import is_passed_on, prints_of
from services.triage.correlation.references import points, refers
from services.triage.correlation.tellings import Telling, telling_of

WORDS_KEPT = 60
SOURCES_KEPT = 8
SITES_KEPT = 12
PRINTS_KEPT = 96
MARKS_KEPT = 40
_WORD = re.compile(r"[^\W\d_]{4,}")
# "37 motor", "9 pelajar", not "jam 21.30", "RT 3", "13/1": a number that may be told again.
_MARK = re.compile(r"\b(?:[a-z]{3}|(?<![\d.:,/-])\d{1,5})\b(?![.:,/-]\d)")
_NO_NUMBER_AFTER = re.compile(
    r"\b(?:jam|pkl|pukul|rt|rw|km|tgl|tanggal|no|nomor|sdn?|smpn?|sman?|smkn?|umur|usia|th|thn)\W{0,2}$"
)
_LONGEST_BEFORE = 12  # letters before a number in which that is looked for
_NUMBERS = {
    word: f"{number}"
    for number, word in enumerate(("tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh"), start=3)
}
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})\b")
_ROUND, _SMALL_AND_ROUND = 50, frozenset(["10", "20"])
_LEAST_NUMBER = 3  # "satu", "dua" are said of everything
_SAID = re.compile(r"[^\W_]+")
_OF_A_KECAMATAN = frozenset(["kec", "kecamatan", "polsek", "koramil", "camat", "puskesmas", "muspika", "forkopimcam"])
_BEFORE_A_PLACE = frozenset(
    """
    di ds desa dsn dusun dukuh kel kelurahan nang neng ning ten teng wonten bukan dudu lapangan pasar balai
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
# "Prunggahan" is said of Prunggahan Kulon and of Prunggahan Wetan.
_SIDES = frozenset(["kulon", "wetan", "lor", "kidul"])
_CALM_NOW = r"(?:sudah |sdh |wis |pun |kembali )*(?:aman|kondusif|tenang|adem|ayem|reda|normal)\b"
_YEAR = re.compile(r"\b(?:19[5-9]\d|20\d\d)\b")
_ASKED_FOR = re.compile(
    r"\b(?:keluarga\w*|ortu\w*|orang tua\w*|istri\w*|suami\w*|korban|bapak\w*|ibu\w*|kerabat\w*)\W+(?:\w+\W+){0,3}"
    r"(?:minta|meminta|berharap|mendesak|menuntut|tuntut|jaluk|njaluk)\W+(?:\w+\W+){0,3}(?:ditangkap|diproses|dihukum|diadili)"
)
_ONCE = re.compile(r"\b(?:pernah|tau|dulu|biyen|mbiyen|ingat|inget|teringat)\b")
_LEAST_STEM = 4
_LONG_NAME, _AS_WORDS_END = 8, ("an", "un")  # letters of a name that is no everyday word, and how such words end
TALK = "talk"  # the kind of form that was said, not done
_PREFIX = re.compile(r"^(?:meng|meny|mem|men|me|peng|peny|pem|pen|pe(?=[lrwy])|di|ber|ter|se|ng|ny)(?=[^\W\d_]{4})")
# The letter that such a prefix melts away: "menusuk", "penusuk" of "tusuk"; after "ng" only where it is nearly sure.
_MELTED = re.compile(
    r"^(?:(?P<p>[mp]em)(?=[aiueo])|(?P<t>[mp]en)(?=[aiueo])|(?P<s>(?:[mp]e)?ny)|(?P<k>(?:[mp]e)?ng)(?=e))"
)
_SUFFIX = re.compile(r"(?<=[^\W\d_]{4})(?:kannya|annya|inya|nya|kan|ake|ne|an|no|i|e)$")
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
    hendak usai sementara melalui terhadap tanpa sejak mulai sepakat kesepakatan selesai tertib lancar
    bubar dibubarkan membubarkan juta ribu tolong cepat tetap semua keluarga hukum dihukum hukuman
    dirawat rawat visum saksi diperiksa memeriksa rsud
    puskesmas pasien dirujuk mediasi hasil rapat musyawarah pertemuan bertemu dipertemukan mempertemukan kami
    kita kemarin semalam tadi sekarang besok saya update ralat lapjut perkembangan ijin lapor klpk latihan
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
# And stems that one in a hundred reports holds, of whatever matter.
_COMMON_STEMS = frozenset(
    """
    anak datang kedua pulang minta lewat saling masuk ketua kades temu turun wong baru ikut lain keluar diri terima
    buat akhir lama serah luar puluh tinggal kepada sing nang
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_SPOT = re.compile(
    r"\b(pasar|perempatan|prapatan|per4an|pertigaan|pertelon|lapangan|jembatan|terminal|stadion|warung|warkop|kafe|cafe|"
    r"alun-alun|alun2|pantai|pelabuhan|hotel|kos|pabrik|gudang|sekolah|sman?|smkn?|smpn?|"
    r"(?:dsn|dusun|dukuh|dkh)\.? \w+)\b"
)
_ACTORS = {
    kind: words.split("|")
    for kind, words in {
        "pelajar": "pelajar|siswa|murid|stm|smk|sma|smp|mts|arek sekolah|cah sekolah|anak sekolah",
        "mahasiswa": "mahasiswa|pmii|gmni|hmi|bem",
        "silat": "silat|pesilat|pendekar|perguruan|psht|ikspi|pagar nusa|kera sakti|warga sh",
        "suporter": "suporter|supporter|bonek|aremania",
        "nelayan": "nelayan|abk|perahu|cantrang",
        "petani": "petani|penggarap|tani",
        "buruh": "buruh|karyawan|pekerja|tka",
        "pedagang": "pedagang|pkl|lapak",
        "pengemudi": "sopir|supir|ojek|ojol",
        "gangster": "gangster|geng motor|gengster",
    }.items()
}

_ACTOR = {word: kind for kind, words in _ACTORS.items() for word in words}  # no word begins another kind's
_ANY_ACTOR = re.compile(rf"\b(?:{'|'.join(_ACTOR)})")

Pair = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What correlation compares of one report or incident; times are seconds since 1970, UTC."""

    id: str
    issue: str
    second: str | None
    form: str
    kabupaten: str | None
    kecamatan: str | None
    desa: str | None  # or the landmark
    place_name: str | None
    start: int | None
    end: int | None
    sure_day: bool  # the words or the reporter gave the day
    killed: Pair | None
    injured: Pair | None
    crowd: Pair | None
    parties: tuple[str, ...]
    words: tuple[str, ...]  # stems, without those of places and of everyday reports
    kind: str = ""  # of its form: "clash", "protest", ...
    lasting: bool = False  # its form goes on until it is said to be over
    nil: bool = False  # nothing happened
    conflict: bool = True
    told: int | None = None  # when it was last told
    telling: str = Telling.NEW
    sites: tuple[str, ...] = ()  # every place it names as a site
    sources: tuple[str, ...] = ()  # handles of who told it last
    ahead: bool = False  # announced, not yet done
    vouched: bool = False  # its reporter says to have seen it, or to have heard it from who did
    spots: tuple[str, ...] = ()  # "pasar", "perempatan", "dusun X": sites that no gazetteer holds
    actors: tuple[str, ...] = ()  # kinds of people it speaks of
    maybe: tuple[str, ...] = ()  # places it may be at, where the words leave it open
    seen: bool = False  # its reporter gave the time
    prints: tuple[int, ...] = ()  # fingerprints of everything that was told of it
    marks: tuple[str, ...] = ()  # words of three letters ("thr", "pkl") and numbers that it names
    # Of a report only: its words, among which are names of places that its own place does not hold.
    said: str = field(default="", compare=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        return {name: getattr(self, name) for name in _KEPT}

    def names(self, place: str | None) -> bool:
        """Tell whether a report says a place's name, whatever of it: "bukan Maindu", "rumah panitia Kasiman".

        Some desa are called as everyday words are (Jadi, Gaji, Sumber): a name has a capital letter, or a word of place
        before it; a long one that ends as no everyday word does (Kebonagung, not Binangun) needs neither.
        After "kec." or "polsek" it is the kecamatan of that name.
        """
        if not place:
            return False
        first, _, side = place.partition(" ")
        if side.lower() in _SIDES and self.names(first):
            return True
        low, wanted = self.said.lower(), f" {place.lower()} "
        at = low.find(wanted)
        if at < 0:
            return False
        shouted = self.said.isupper()
        unmistakable = len(place) >= _LONG_NAME and not place.lower().endswith(_AS_WORDS_END)
        while at >= 0:
            before = low[:at].rpartition(" ")[2]
            named = unmistakable or (at > 0 and self.said[at + 1].isupper() and not shouted)
            if before in _BEFORE_A_PLACE or (named and before not in _OF_A_KECAMATAN):
                return True
            at = low.find(wanted, at + 1)
        return False

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> "Candidate":
        """Take it back from what `to_dict` gave; what older rows did not keep is as if nobody had said it."""
        kept: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in told.items() if name in _KEPT
        }
        kept["words"] = tuple(map(intern, kept.get("words", ())))
        return cls(**kept)

    @property
    def moment(self) -> int | None:
        """Give when it happened, as well as that is known: the day that was said, else when it was told."""
        return self.start or self.told or self.end


_KEPT = dict.fromkeys(one.name for one in fields(Candidate) if one.name != "said")


def candidate(
    id: str,  # noqa: A002 - a contract
    text: str,
    assessment: Assessment,
    parties: tuple[str, ...],
    *,
    told_at: datetime | None = None,
    source: str | None = None,
    basis: Basis | None = None,
) -> Candidate:
    """Draw from one report what correlation compares: when it was made, who told it, and how he knows."""
    place, facts, occurred = assessment.place, assessment.facts, assessment.occurred
    return Candidate(
        id=id,
        issue=assessment.issue,
        second=assessment.issue_secondary,
        form=assessment.form,
        kind=assessment.form_kind,
        lasting=assessment.lasting,
        nil=assessment.nil,
        kabupaten=place.kabupaten,
        kecamatan=place.kecamatan or (place.kecamatan_name or "").lower() or None,
        desa=place.desa or (place.desa_name or "").lower().replace(" ", "") or place.landmark,
        place_name=place.desa_name or place.kecamatan_name,
        start=_seconds(occurred.start),
        end=_seconds(occurred.end),
        sure_day=occurred.start is not None,
        seen=occurred.basis == "observed",
        killed=_pair(facts.killed),
        injured=_pair(facts.injured),
        crowd=_pair(facts.crowd),
        parties=tuple(sorted({party.lower() for party in (*parties, *facts.parties)})),
        words=_words(text, place.named),
        conflict=assessment.conflict,
        told=_seconds(told_at or occurred.end),
        telling=_telling(text, assessment, told_at),
        ahead=assessment.stage == Stage.POTENTIAL,
        vouched=basis in {Basis.SAW, Basis.WITNESS} and not is_passed_on(text),
        spots=tuple(sorted({stem(found[1]) for found in _SPOT.finditer(text.lower())}))[:SITES_KEPT],
        actors=_actors(text),
        maybe=place.candidates[:SITES_KEPT],
        sites=place.sites[:SITES_KEPT],
        sources=(source,) if source else (),
        prints=prints_of(text),
        marks=marks_of(text),
        said=f" {' '.join(_SAID.findall(text))} ",
    )


def grown(incident: Candidate, report: Candidate) -> Candidate:
    """Give what is known of an incident once a report belongs to it: a place learned, who told it, when last."""
    told = max(incident.told or 0, report.told or 0) or None
    same_area = report.kecamatan is not None and incident.kecamatan in {None, report.kecamatan}
    learned: dict[str, Any] = {}
    if (same_area and incident.desa is None) or corrected_place(incident, report) is not None:
        learned = {name: getattr(report, name) for name in ("kabupaten", "kecamatan", "desa", "place_name")}
    if incident.start is None and report.start is not None and report.telling not in {Telling.OUTCOME, Telling.UPDATE}:
        learned |= {"start": report.start, "end": report.end, "sure_day": True}
    if incident.ahead and not report.ahead and report.conflict:
        learned["ahead"] = False
    talked_of = incident.kind == TALK and report.kind != TALK  # what was said before gives way to what was done
    if report.conflict and (talked_of or not incident.conflict):
        learned |= {
            name: getattr(report, name) for name in ("issue", "second", "form", "kind", "lasting", "nil", "conflict")
        }
    return replace(
        incident,
        told=told,
        spots=tuple(dict.fromkeys((*incident.spots, *report.spots)))[:SITES_KEPT],
        actors=tuple(dict.fromkeys((*incident.actors, *report.actors))),
        parties=tuple(sorted({*incident.parties, *report.parties})),
        words=tuple(dict.fromkeys((*incident.words, *report.words)))[:WORDS_KEPT],
        sites=tuple(dict.fromkeys((*incident.sites, *report.sites)))[:SITES_KEPT],
        sources=tuple(dict.fromkeys((*report.sources, *incident.sources)))[:SOURCES_KEPT],
        prints=tuple(dict.fromkeys((*incident.prints, *report.prints)))[:PRINTS_KEPT],
        marks=tuple(dict.fromkeys((*incident.marks, *report.marks)))[:MARKS_KEPT],
        **learned,
    )


def called(place: str | None) -> tuple[str, ...]:
    """Give what a place is called, in small letters: its name, and the name without the side it lies on."""
    if not place:
        return ()
    low = place.lower()
    first, _, side = low.partition(" ")
    return (low, first) if side in _SIDES else (low,)


def corrected_place(incident: Candidate, report: Candidate) -> str | None:
    """Give the name of the place to which a correction moves an incident: another kecamatan, or another desa of it.

    A desa told of an incident whose kecamatan alone was known is no correction of that.
    """
    if report.telling != Telling.CORRECTION or report.desa is None or incident.kecamatan is None:
        return None
    other_desa = incident.desa is not None and report.desa != incident.desa
    return report.place_name if other_desa or report.kecamatan != incident.kecamatan else None


def _telling(text: str, assessment: Assessment, told_at: datetime | None) -> Telling:
    """Say how a report stands to what was told before; one that tells of dead or wounded denies nothing."""
    if _of_another_year(text, told_at):
        return Telling.APART
    telling = telling_of(text, deed=assessment.conflict)
    if telling is Telling.ANSWER and assessment.form_kind == "clash" and _ASKED_FOR.search(text.lower()):
        telling = Telling.OUTCOME  # a family that asks for an arrest beside what was done to theirs: no protest
    if telling is Telling.NEW and not assessment.conflict and _is_calm_there(text, assessment.place.desa_name):
        return Telling.ALL_CLEAR
    if telling is Telling.NEW and assessment.place.desa is None:
        open_ = assessment.place.kecamatan is None
        if refers(text, deed=assessment.conflict) if open_ else points(text):
            return Telling.REFERS
    counts = (assessment.facts.killed, assessment.facts.injured)
    worse = assessment.conflict and any(count is not None and count.min for count in counts)
    return Telling.CORRECTION if telling is Telling.RETRACTION and worse else telling


def _is_calm_there(text: str, desa: str | None) -> bool:
    """Tell whether a text says of its desa that it is calm: "Mandirejo aman"."""
    if desa is None or (name := desa.lower()) not in (low := text.lower()):
        return False
    return re.search(rf"\b{re.escape(name)}\W+{_CALM_NOW}", low) is not None


def _of_another_year(text: str, told_at: datetime | None) -> bool:
    """Tell whether a text remembers an earlier year and speaks of no other: "th 2019 di Sawir juga pernah bentrok"."""
    if "19" not in text and "20" not in text:
        return False
    years = [int(year) for year in _YEAR.findall(text)]
    return told_at is not None and bool(years) and max(years) < told_at.year and bool(_ONCE.search(text.lower()))


def _actors(text: str) -> tuple[str, ...]:
    """Give the kinds of people a text speaks of; "pemuda" and "warga" may be anybody."""
    found = {_ACTOR[word] for word in _ANY_ACTOR.findall(text.lower())}
    return tuple(kind for kind in _ACTORS if kind in found) if found else ()


def _words(text: str, places: tuple[tuple[int, int], ...]) -> tuple[str, ...]:
    """Give the stems of a text's telling words; names of places are compared as places."""
    kept: dict[str, None] = {}
    for found in _WORD.finditer(text.lower()):
        word = found[0]
        if word in _COMMON or (places and any(start <= found.start() < end for start, end in places)):
            continue
        if (cut := stem(word)) not in _COMMON_STEMS:
            kept[intern(cut)] = None
    return tuple(kept)[:WORDS_KEPT]


def stems_of(text: str) -> tuple[str, ...]:
    """Give the stems of a text's telling words, names of places among them."""
    return _words(text, ())


def marks_of(text: str) -> tuple[str, ...]:
    """Give the words of three letters and the numbers of a text; clock times, dates and addresses are none.

    >>> marks_of("THR dua tahap, 37 motor, lima orang, pukul 21.30")
    ('thr', 'dua', '37', '5')
    """
    low = text.lower()
    kept: dict[str, None] = {}
    for found in _MARK.finditer(low):
        word = found[0]
        if not word.isdigit():
            kept[intern(word)] = None
        elif _is_told(word) and not _NO_NUMBER_AFTER.search(
            low, max(0, found.start() - _LONGEST_BEFORE), found.start()
        ):
            kept[word] = None
    kept |= dict.fromkeys(_NUMBERS[found[0]] for found in _NUMBER_WORD.finditer(low))
    return tuple(kept)[:MARKS_KEPT]


def _is_told(number: str) -> bool:
    """Tell whether a number may be told again as it is: small and round ones are said of many things."""
    return int(number) >= _LEAST_NUMBER and int(number) % _ROUND != 0 and number not in _SMALL_AND_ROUND


@lru_cache(maxsize=4096)  # most words of a report were in one of the last
def stem(word: str) -> str:
    """Cut a word's commonest prefix and ending, so that "mengeroyok" and "dikeroyokan" share one stem.

    Crude on purpose: it only has to bring the same words together, and no name of a place comes here.
    """
    cut = _PREFIX.sub("", word)
    melted = _MELTED.match(word) if cut != word else None
    bare = f"{melted.lastgroup}{cut}" if melted else cut
    return _SUFFIX.sub("", bare) if len(bare) > _LEAST_STEM else bare


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _pair(count: Count | None) -> Pair | None:
    return None if count is None else (count.min, count.max)
