"""Which of several live incidents a report without a place is of: by every sign together, or a person chooses."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from services.triage.association.weights import known_weights
from services.triage.association.words import alike, known_words
from services.triage.correlation.correlation import Candidate, Incidents, candidate, grown
from services.triage.correlation.evidence import Live, chances, signs, signs_of_none
from services.triage.correlation.features import marks_of, stems_of
from services.triage.correlation.relation import UNRELATED
from services.triage.evaluation.lines import assess_lines
from services.triage.learned.fit_chances import Lot, lot_of, rows_of

NOON = datetime.fromisoformat("2026-11-23T12:00:00+07:00")


@pytest.fixture
def desk(told):
    """Take reports one after another; each gives what it has to do with those before."""

    class Desk:
        def __init__(self) -> None:
            self.incidents = Incidents()
            self.many = 0

        def read(self, text: str, hours: float, by: str | None = None) -> Candidate:
            at = NOON + timedelta(hours=hours)
            return candidate(f"{self.many}", text, told(text, filed_at=at), (), told_at=at, source=by)

        def take(self, text: str, hours: float, by: str | None = None):
            report = self.read(text, hours, by)
            relation = self.incidents.relate(report)
            known = self.incidents.get(relation.incident) if relation.kind == "same" and relation.incident else None
            self.incidents.put(grown(known, report) if known else report)
            self.many += 1
            return relation

    return Desk()


ELECTION = "Hitung suara Pilkades Ds Klotok Kec Plumpang ricuh, pendukung nomor 1 rebut kotak"
STRIKE = "Buruh pabrik pakan Ds Socorejo Kec Jenu mogok, duduk di gerbang, minta THR dibayar penuh"
FIELDS = "Petani dua desa rebutan air irigasi di Ds Kanorejo Kec Rengel, pintu air dirusak"
CHAPEL = "Musala Ds Kumpulrejo Kec Bangilan digembok kelompok sebelah, jamaah adu mulut"
KNIFE = "Tukang parkir ditusuk preman di Ds Sidorejo Kec Kenduruan gara-gara lahan parkir"
MEANT = (  # kind, incidents told at noon, what follows, hours later, which is meant
    ("matter", (ELECTION, FIELDS), "Disepakati penghitungan ulang suara besok di kecamatan, massa pulang", 6, 0),
    ("matter, of three", (STRIKE, CHAPEL, ELECTION), "Gembok sudah dibuka, kedua imam dipanggil ke KUA", 3, 1),
    (
        "a word of three letters",
        (ELECTION, STRIKE),
        "Tercapai kesepakatan, THR dibayar dua tahap, pekerja masuk besok",
        24,
        1,
    ),
    ("what was done to whom", (KNIFE, CHAPEL), "Pasien luka tusuk, tukang parkir umur 40an, dirujuk", 1, 0),
    ("matter alone", (CHAPEL, STRIKE), "Serikat dan manajemen teken kesepakatan upah, besok masuk", 8, 1),
    ("care, and the other quiet", (CHAPEL, FIELDS), "Petugas pengairan buat jadwal giliran, pintu air dilas", 5, 1),
)
OPEN = (  # kind, incidents told at noon, what follows, hours later: a person chooses
    ("nothing says which", (ELECTION, STRIKE), "Update Ndan: yg tadi sdh kondusif", 1),
    ("another everyday matter", (ELECTION, KNIFE), "Motor saya hilang di parkiran, tolong dicek", 2),
    ("a theft that is solved", (ELECTION,), "Pelaku begal tadi malam sudah diamankan", 3),
    ("a deed of its own", (KNIFE,), "Perkelahian pemuda, satu luka, tolong segera ke sini", 8),
    ("an update of the kecamatan", (STRIKE,), "Update Jenu: 3 pemuda mabuk diamankan", 20),
    ("a sale", (KNIFE, FIELDS), "Ayam potong 34 ribu, ceker 20, bisa diantar", 1),
)


@pytest.mark.parametrize(("known", "text", "hours", "meant"), [one[1:] for one in MEANT], ids=[one[0] for one in MEANT])
def test_one_of_several_live_incidents_is_meant(desk, known: tuple[str, ...], text: str, hours: float, meant: int):
    for number, first in enumerate(known):
        assert desk.take(first, number / 10).kind != "same"
    relation = desk.take(text, hours)
    assert (relation.kind, relation.incident) == ("same", f"{meant}"), relation


@pytest.mark.parametrize(("known", "text", "hours"), [one[1:] for one in OPEN], ids=[one[0] for one in OPEN])
def test_where_nothing_says_which_nothing_is_joined(desk, known: tuple[str, ...], text: str, hours: float):
    for number, first in enumerate(known):
        desk.take(first, number / 10)
    assert desk.take(text, hours).kind != "same"


CLASHES = (
    "Bentrok dua kelompok pemuda perguruan silat di jalan raya, saling lempar batu, {n} orang luka.",
    "Nelayan bertengkar soal cantrang di pelabuhan, perahu dibakar massa, {n} orang luka.",
)


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_two_clashes_of_a_kecamatan_of_which_one_is_told_first_are_two(district, seed: int):
    """Whichever comes first, when the other's own incident does not stand yet."""
    at = {"published": "2026-11-28T20:00:00+07:00", "reported_at": "2026-11-28T20:00:00+07:00", "basis": "saw"}
    reports = [
        {"id": f"{code}-{half}-{n}", "text": CLASHES[half].format(n=n + 2), "kecamatan": f"35.23.{code:02}", **at}
        for code in range(1, 9)
        for half in (0, 1)
        for n in range(6)
    ]
    Random(seed).shuffle(reports)
    answers = assess_lines(map(json.dumps, reports), district)
    of: dict[str, set[str]] = {}
    for report, answer in zip(reports, answers, strict=True):
        of.setdefault(answer["incident"], set()).add(report["id"].rpartition("-")[0])
    assert {frozenset(one) for one in of.values()} == {
        frozenset([f"{code}-{half}"]) for code in range(1, 9) for half in (0, 1)
    }
    assert len(of) == 16


def test_who_told_of_one_goes_on_with_that(desk):
    desk.take(ELECTION, 0, by="panwas")
    desk.take(STRIKE, 0.2, by="buruh")
    relation = desk.take("Massa sudah pulang semua, besok dilanjutkan rapat", 5, by="panwas")
    assert (relation.kind, relation.incident) == ("same", "0"), relation


def test_the_hours_that_both_give_outweigh_the_words(desk):
    """The same night's second brawl is another, however alike it is told."""
    desk.take("Jam 14.00 tawuran pelajar di Ds Sokosari Kec Soko, saling lempar batu, 3 luka", 3)
    relation = desk.take("Jam 21.00 tawuran pelajar saling lempar batu, 3 luka", 10)
    assert relation.kind != "same", relation


def test_the_reason_says_how_well_it_fits(desk):
    desk.take(ELECTION, 0)
    desk.take(STRIKE, 0.1)
    relation = desk.take("Tercapai kesepakatan, THR dibayar dua tahap, pekerja masuk besok", 24)
    assert [one.partition("|")[0] for one in relation.reasons] == ["fits_best"], relation
    assert 65 <= int(relation.reasons[0].partition("|")[2]) <= 100


def test_weights_are_of_the_signs_and_of_all_of_them(desk):
    desk.take(ELECTION, 0)
    report = desk.read("Massa pulang", 1)
    live = [Live(desk.incidents.get("0"), 0.0, ())]
    found = {*signs(report, live, UNRELATED)[0], *signs_of_none(report, 1)}
    assert found == {*known_weights()}


def test_chances_are_of_one_and_do_not_depend_on_the_order(desk):
    for number, first in enumerate((ELECTION, STRIKE, FIELDS, CHAPEL, KNIFE)):
        desk.take(first, number / 10)
    report = desk.read("Kotak suara sudah kembali, segel rusak", 2)
    best, live, many = desk.incidents.compared(report)

    def weighed(those: list[Live]) -> dict[str, float]:
        *each, none = chances(signs(report, those, best), signs_of_none(report, many), known_weights())
        assert sum(each) + none == pytest.approx(1)
        return {one.known.id: chance for one, chance in zip(those, each, strict=True)}

    assert len(live) == 5
    assert weighed(live) == pytest.approx(weighed(live[::-1]))


def test_words_of_one_matter_lie_near_each_other():
    words = known_words()

    def near(one: str, two: str) -> float:
        return alike(words.matter(stems_of(one)), words.matter(stems_of(two)))

    for same, other, apart in (
        ("jenazah pemakaman", "kubur keranda", "upah lembur"),
        ("kotak suara", "rekapitulasi penghitungan", "perahu jaring"),
        ("musala digembok", "takmir jamaah", "limbah pabrik"),
    ):
        assert near(same, other) > near(same, apart) + 0.2, (same, other, apart)
    assert words.matter(["tidakpernahada"]) == ()
    assert words.rarity("tidakpernahada") == 1.0
    assert 0 < words.rarity("truk") < words.rarity("gembok") < 1


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("37 motor diamankan", {"37"}),
        ("sembilan pelajar dan 4 gir", {"9", "4", "dan", "gir"}),
        ("jam 21.30 di RT 3, 13/1", {"jam"}),
        ("massa 100 orang, 1 luka", set()),
        ("THR dicicil", {"thr"}),
    ],
)
def test_marks_are_short_words_and_numbers_that_may_be_told_again(text: str, marks: set[str]):
    assert {one for one in marks_of(text) if one not in {"rt", "di"}} == marks


def test_what_older_rows_did_not_keep_is_as_if_nobody_had_said_it(desk):
    desk.take(STRIKE, 0)
    known = desk.incidents.get("0")
    kept = {name: value for name, value in json.loads(json.dumps(known.to_dict())).items() if name != "marks"}
    assert Candidate.from_dict(kept) == replace(known, marks=())


def test_a_telling_of_sequences_gives_the_right_one_or_none(assessor):
    """What is fitted: for each report without a desa the live incidents, and which of them it is of."""
    labels = [
        {"seq": "a", "event_key": "a1", "text": ELECTION, "reported_at": "2026-11-23T12:00:00+07:00"},
        {"seq": "a", "event_key": "a2", "text": FIELDS, "reported_at": "2026-11-23T12:10:00+07:00"},
        {"seq": "a", "event_key": "a2", "text": "Pintu air dilas lagi", "reported_at": "2026-11-23T15:00:00+07:00"},
    ]
    lot = lot_of(labels, (), assessor)
    (row,) = rows_of(Lot(lot.sequences, ()), None, 0)
    each, right, none = row
    assert len(each) == len(right) == 2
    assert right.count(True) == 1
    assert {*each[0], *none} == {*known_weights()}
