"""Same, linked, different; nothing folds that is in doubt."""

from datetime import datetime, timedelta

import pytest

from services.triage.correlation.correlation import Candidate, Incidents, candidate

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
    assert any("desa sama" in reason for reason in relation.reasons)


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
