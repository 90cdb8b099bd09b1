"""A district adds a recipient rule with one block of its file, and tries it before anybody is told."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.district import District
from schemas.policy.recipients import RecipientRule
from schemas.vocabulary import Duty, Level
from services.oncall.roster import Roster
from services.policy.loader import DistrictError, default_folder, load_district
from services.policy.proof import check, demands_of
from services.policy.routing import ConflictStatus, Situation, monitored, route

PALANG, SOKO = "35.23.18", "35.23.11"
BLOCK = """
[[rule]]
name = "pesisir"
why = "Satpolairud mengenal nelayan Palang"
mode = "MODE"
issues = ["WRG"]
kecamatan = ["35.23.18"]
level = "SEDANG"
inform = ["POLAIR"]
"""


def having(district: District, **rule: object) -> District:
    made = RecipientRule.model_validate({"name": "baru", "why": "alasan", **rule})
    return district.model_copy(update={"rules": (made,)})


def told(situation: Situation, district: District) -> dict[str, Duty]:
    return {one.institution: one.duty for one in route(situation, district)}


@pytest.fixture
def with_block(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folder(), tmp_path / "district")) / "district.toml"


def write(file: Path, block: str) -> District:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[intake]", f"{block}\n[intake]", 1), encoding="utf-8")
    return load_district(file.parent)


def test_one_block_is_a_rule(with_block: Path) -> None:
    district = write(with_block, BLOCK.replace("MODE", "active"))
    case = Situation("WRG", "KETEGANGAN", Level.SEDANG, kecamatan=PALANG)
    (coast,) = [one for one in route(case, district) if one.institution == "POLAIR"]
    assert coast.why == ("aturan pesisir: Satpolairud mengenal nelayan Palang",)


@pytest.mark.parametrize(
    "other",
    [
        Situation("MHS", "KETEGANGAN", Level.SEDANG, kecamatan=PALANG),
        Situation("WRG", "KETEGANGAN", Level.RENDAH, kecamatan=PALANG),
        Situation("WRG", "KETEGANGAN", Level.SEDANG, kecamatan=SOKO),
        Situation("WRG", "KETEGANGAN", Level.SEDANG),
    ],
)
def test_a_rule_applies_only_when_everything_it_names_is_true(with_block: Path, other: Situation) -> None:
    assert "POLAIR" not in told(other, write(with_block, BLOCK.replace("MODE", "active")))


def test_a_rule_on_trial_says_what_it_would_do_and_tells_nobody(with_block: Path) -> None:
    district = write(with_block, BLOCK.replace("MODE", "monitor"))
    case = Situation("WRG", "KETEGANGAN", Level.SEDANG, kecamatan=PALANG)
    assert "POLAIR" not in told(case, district)
    assert monitored(case, district) == {"pesisir": ("POLAIR: tembusan",)}
    assert monitored(Situation("MHS", "KETEGANGAN", Level.SEDANG, kecamatan=PALANG), district) == {}


def test_a_rule_that_is_off_does_nothing(with_block: Path) -> None:
    district = write(with_block, BLOCK.replace("MODE", "off"))
    case = Situation("WRG", "KETEGANGAN", Level.SEDANG, kecamatan=PALANG)
    assert "POLAIR" not in told(case, district)
    assert monitored(case, district) == {}


def test_a_rule_may_give_the_lead_of_what_is_not_violent(tuban: District) -> None:
    district = having(tuban, issues=("TAM",), lead="SATPOLPP")
    assert told(Situation("TAM", "BLOKADE", Level.SEDANG, kecamatan=SOKO), district)["SATPOLPP"] == Duty.LEAD
    assert told(Situation("TAM", "BENTROK", Level.TINGGI, kecamatan=SOKO), district)["POLRES"] == Duty.LEAD


def test_facts_are_asked_for_by_name(tuban: District) -> None:
    district = having(tuban, facts=("fire", "minors"), support=("DINKES",))
    assert "DINKES" not in told(Situation("EKO", "UNRAS", Level.RENDAH, kecamatan=SOKO, fire=True), district)
    assert "DINKES" in told(Situation("EKO", "UNRAS", Level.RENDAH, kecamatan=SOKO, fire=True, minors=True), district)


def test_no_rule_brings_back_an_accused_agency_or_widens_an_issue_for_named_persons(tuban: District) -> None:
    district = having(tuban, support=("LH", "POLRES"), lead="POLRES")
    accused = told(Situation("EKO", "UNRAS", Level.KRITIS, kecamatan=SOKO, accused=("POLRES",)), district)
    assert "POLRES" not in accused
    assert "LH" in accused
    assert "LH" not in told(Situation("RAD", "AJAKAN", Level.KRITIS, kecamatan=SOKO), district)


def test_no_rule_gives_a_lead_to_the_army(with_block: Path) -> None:
    with pytest.raises(DistrictError, match="never leads: KODIM"):
        write(with_block, BLOCK.replace("MODE", "active").replace("inform = [", 'lead = "KODIM"\ninform = ['))


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"WRG"', '"WARGA"', "WARGA"),
        ('"SEDANG"', '"SEDENG"', "SEDENG"),
        ('"POLAIR"', '"POLAIRUD"', "POLAIRUD"),
        ('"MODE"', '"coba"', "rule.0.mode"),
    ],
)
def test_a_slip_in_a_rule_is_named(with_block: Path, before: str, after: str, why: str) -> None:
    with pytest.raises(DistrictError) as refused:
        write(with_block, BLOCK.replace(before, after).replace("MODE", "active"))
    assert why in str(refused.value)
    assert "line " in str(refused.value)


def test_the_proof_walks_what_a_districts_own_rules_make_different(tuban: District, demo_people: Roster) -> None:
    by_fact = having(tuban, issues=("EKO",), facts=("minors",), lead="PMD")
    by_form = having(tuban, issues=("EKO",), forms=("SEGEL",), lead="PMD")
    for district in (by_fact, by_form):
        walk = check(district, demo_people.without(["pmd"]))
        assert [one.kind for one in walk.findings if one.fails] == ["lead"]
        assert any(post.institution == "PMD" for post in demands_of(district).lead)


def test_a_conflict_status_counts_for_rules_on_trial_too(tuban: District) -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    status = ConflictStatus("300/1", start, start + timedelta(days=9), tni_support=True)
    district = having(tuban, mode="monitor", inform=("LH",))
    assert monitored(Situation("SLT", "BENTROK", Level.KRITIS, kecamatan=SOKO), district, status) == {
        "baru": ("LH: tembusan",)
    }
