"""Same, linked, different; nothing folds that is in doubt."""

import tracemalloc
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from schemas.words.explanations import explained
from services.triage.correlation import correlation
from services.triage.correlation.correlation import Candidate, Incidents, candidate
from services.triage.correlation.relation import compare
from tests.measured import Measured

NIGHT = datetime.fromisoformat("2026-11-23T23:30:00+07:00")
FIRST = (
    "Tawuran dua kelompok pemuda di depan warung Mbak Sri, Desa Bangunrejo, Kecamatan Soko, Senin (23/11/2026) malam. Tiga orang "
    "luka, dua motor Vario ringsek, petasan diarahkan ke rumah warga."
)
AGAIN = (
    "Warga Desa Bangunrejo Kec. Soko melaporkan bentrok antar pemuda Senin (23/11/2026) malam, petasan menyasar rumah warga, "
    "tiga orang luka dan motor Vario ringsek di dekat warung Mbak Sri."
)
OTHER_DESA = (
    "Tawuran dua kelompok pemuda di Desa Sokosari, Kecamatan Soko, Senin (23/11/2026) malam, petasan diarahkan ke warga, dua motor "
    "ringsek."
)
LATER = (
    "Balasan atas kejadian Senin, dua kelompok pemuda kembali tawuran di Desa Bangunrejo, Kecamatan Soko, Kamis (26/11/2026) malam, "
    "petasan dan batu beterbangan dekat warung Mbak Sri."
)
UNRELATED = (
    "Ratusan buruh unjuk rasa di depan pabrik Desa Socorejo, Kecamatan Jenu, Senin (23/11/2026) pagi menuntut upah."
)


@pytest.fixture
def seen(told):
    def see(id_: str, text: str, filed_at: datetime = NIGHT, **fields: object) -> Candidate:
        return candidate(id_, text, told(text, filed_at=filed_at, **fields), ())

    return see


def test_two_tellings_of_one_clash_are_the_same(seen):
    incidents = Incidents()
    incidents.put(seen("a", FIRST))
    relation = incidents.relate(seen("b", AGAIN))
    assert (relation.kind, relation.incident) == ("same", "a")
    assert any("desa sama" in explained(reason) for reason in relation.reasons)


@pytest.mark.parametrize("text", [OTHER_DESA, LATER])
def test_two_clashes_stay_two(seen, text):
    incidents = Incidents()
    incidents.put(seen("a", FIRST))
    assert incidents.relate(seen("b", text)).kind != "same"


def test_what_may_follow_from_it_is_suggested(seen):
    incidents = Incidents()
    incidents.put(seen("a", FIRST))
    relation = incidents.relate(seen("b", LATER, filed_at=NIGHT + timedelta(days=3)))
    assert (relation.kind, relation.incident) == ("linked", "a")
    assert relation.reasons


def test_hours_of_one_night_keep_two_clashes_apart(seen):
    early = FIRST.replace("malam", "pukul 18.00 WIB")
    late = FIRST.replace("malam", "pukul 23.30 WIB")
    incidents = Incidents()
    incidents.put(seen("a", early))
    assert incidents.relate(seen("b", late)).kind != "same"


def test_different_things_are_different(seen):
    incidents = Incidents()
    incidents.put(seen("a", FIRST))
    assert incidents.relate(seen("b", UNRELATED)).kind == "different"


def test_nothing_is_related_to_nothing(seen):
    assert Incidents().relate(seen("a", FIRST)).kind == "different"


def test_an_incident_is_not_related_to_itself(seen):
    incidents = Incidents()
    incidents.put(seen("a", FIRST))
    assert incidents.relate(seen("a", FIRST)).kind == "different"


def test_dropped_and_expired_incidents_are_related_to_nothing(seen):
    incidents = Incidents()
    incidents.put(seen("a", FIRST))
    incidents.drop("a")
    assert incidents.relate(seen("b", AGAIN)).kind == "different"
    incidents.put(seen("a", FIRST))
    incidents.expire(NIGHT + timedelta(days=15))
    assert len(incidents) == 0


def test_repeats_are_counted_for_ninety_days(seen):
    incidents = Incidents()
    for number, days in enumerate((1, 20, 80, 100)):
        past = NIGHT - timedelta(days=days)
        text = "Tawuran pemuda di Desa Bangunrejo Kec. Soko."
        incidents.put(seen(f"r{number}", text, filed_at=past, observed_at=past.isoformat()))
    issue = seen("x", FIRST).issue
    assert incidents.repeats("35.23.11", issue, NIGHT) == 3
    incidents.put(seen("r0", FIRST, filed_at=NIGHT))
    assert incidents.repeats("35.23.11", issue, NIGHT) <= 3
    assert incidents.repeats("35.23.11", "NEL", NIGHT) == 0
    assert incidents.repeats(None, issue, NIGHT) == 0


def test_a_candidate_survives_json(seen):
    import json

    one = seen("a", FIRST)
    assert one == Candidate.from_dict(json.loads(json.dumps(one.to_dict())))


def flood(seen, count: int, *, kecamatan: str = "Soko") -> Incidents:
    """Open so many incidents of one kecamatan in one night, each with words of its own."""
    first = seen("0", f"Tawuran pemuda di Kec. {kecamatan}.")
    incidents = Incidents()
    for number in range(count):
        told = first.told + number * 6
        words = ("tawur", f"kata{number}", f"nama{number % 97}", f"jalan{number % 31}")
        incidents.put(replace(first, id=f"{number}", told=told, end=told, words=words, sources=(f"s{number % 300}",)))
    return incidents


def test_a_report_is_compared_with_few_however_many_are_open(seen, monkeypatch):
    incidents = flood(seen, 5_000)
    compared = []
    monkeypatch.setattr(correlation, "compare", lambda *told: compared.append(told[1].id) or compare(*told))
    at = NIGHT + timedelta(hours=4)
    for text in (
        "Tawuran di Kec. Soko, kata4000 nama7.",
        "Update: sudah kondusif",
        "Bentrok di Ds. Bangunrejo Kec. Soko",
    ):
        compared.clear()
        incidents.relate(seen("x", text, filed_at=at))
        assert 0 < len(compared) <= correlation.MOST_COMPARED


def test_five_thousand_open_incidents_are_kept_small_and_looked_up_fast(seen):
    tracemalloc.start()
    try:
        incidents = flood(seen, 5_000)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 25_000_000  # beside 55 MB of rules and libraries: under 90 MB
    report = seen("x", "Tawuran di Kec. Soko, kata4000 nama7.", filed_at=NIGHT + timedelta(hours=4))
    looked_up, put = Measured(), Measured()
    for _ in range(10):
        with looked_up:
            for _ in range(10):
                incidents.relate(report)
    assert looked_up.times / 10 < 10  # 10 ms each where the reference work takes one
    for tens in range(20):
        with put:
            for number in range(10 * tens, 10 * tens + 10):
                incidents.put(incidents.get(f"{number}"))
    assert put.times / 10 < 5


def test_what_was_decided_before_stands_unless_what_it_rests_on_has_changed(seen, monkeypatch):
    incidents = Incidents()
    incidents.put(seen("a", FIRST))
    report = seen("b", AGAIN)
    version, known = incidents.version, incidents.relate(report)
    compared = []
    monkeypatch.setattr(correlation, "compare", lambda *told: compared.append(told[1].id) or compare(*told))
    assert incidents.relate_again(report, known, version) == known
    assert compared == []
    incidents.put(seen("c", OTHER_DESA))
    assert incidents.relate_again(report, known, version).incident == "a"
    assert compared == ["c"]
    incidents.drop("a")
    assert incidents.relate_again(report, known, version).incident != "a"


def test_a_batch_of_many_is_looked_at_as_closely_as_if_nothing_had_been_decided_before(seen, monkeypatch):
    incidents = flood(seen, 200)
    reports = [seen("b", AGAIN), seen("c", OTHER_DESA), seen("d", UNRELATED), incidents.get("7")]
    version = incidents.version
    decided = [incidents.relate(report) for report in reports]
    incidents.put(seen("a", FIRST))
    for number in range(60):
        incidents.put(replace(incidents.get(f"{number}"), id=f"new-{number}"))
    compared = []
    monkeypatch.setattr(correlation, "compare", lambda *told: compared.append(told[1].id) or compare(*told))
    for report, known in zip(reports, decided, strict=True):
        again = incidents.relate_again(report, known, version)
        few = len(compared)
        compared.clear()
        afresh = incidents.relate(report)
        assert (again.kind, again.incident) == (afresh.kind, afresh.incident)
        assert few <= len(compared) <= correlation.MOST_COMPARED
        compared.clear()
    assert incidents.relate_again(reports[0], decided[0], version).incident == "a"


def test_no_agreement_makes_good_what_contradicts(seen):
    here = replace(seen("a", FIRST), sources=("one",), parties=("PSHT",))
    afar = replace(
        here, id="b", kecamatan="35.23.15", desa=None, place_name=None, sites=(), spots=(), maybe=(), prints=()
    )
    other_day = replace(here, id="c", start=here.start - 40 * 86_400, end=here.end - 40 * 86_400, prints=())
    weights = dict.fromkeys(here.words, 9.0)
    for other in (afar, other_day):
        assert compare(here, other, weights, 1.0).kind != "same"
    assert compare(here, replace(here, id="d", prints=()), weights, 1.0).kind == "same"


def test_dropped_incidents_leave_no_trace_but_their_repeats(seen):
    incidents = flood(seen, 50)
    for number in range(50):
        incidents.drop(f"{number}")
    kept = (incidents._places, incidents._postings, incidents._told_by, incidents._copies, incidents._timed)
    assert [len(index) for index in kept] == [0, 0, 0, 0, 0]
