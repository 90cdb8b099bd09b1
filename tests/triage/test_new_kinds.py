"""A new issue and a new form are read, scored, routed and shown without a line of Python."""

import shutil

import pytest

from schemas.messages import ReportIn
from schemas.vocabulary import Level
from services.policy.loader import default_folder, load_district
from services.policy.routing import Situation, route
from services.triage.assess import Assessor
from services.triage.evaluation.explain import explain
from tests.triage.conftest import FILED

FORM = """
[[form]]
code = "RACUN"
label_id = "Peracunan ternak"
label_en = "Poisoning of cattle"
phase = "GN"
points = 7
traits = ["violent", "damage"]
rank = 55
issue = "TERNAK"
kind = "damage"
"""
ISSUE = """
[[issue]]
code = "TERNAK"
label_id = "Sengketa ternak"
label_en = "Cattle dispute"
family = "D Sumber daya"
bidang = "Ekonomi"
kominda_lead = "KESBANG"
lead = "SATPOLPP"
"""
WORDS = """
[deed.poison]
alone = true
strength = "strong"
roots = ["racun"]
form = { "*" = "RACUN" }

[issue.TERNAK]
strong = ["~ternak", "kandang"]
"""
TEXT = "Sapi warga Desa Bangunrejo Kec. Soko diracuni orang, kandang ternak dijaga."


@pytest.fixture(scope="module")
def renewed(tmp_path_factory):
    folder = shutil.copytree(default_folder(), tmp_path_factory.mktemp("new") / "district")
    policy, lexicon = folder / "district.toml", folder / "lexicon.toml"
    told = policy.read_text(encoding="utf-8")
    first_issue, first_form = told.index("[[issue]]"), told.index("[[form]]")
    policy.write_text(
        told[:first_issue]
        + ISSUE.lstrip()
        + "\n"
        + told[first_issue:first_form]
        + FORM.lstrip()
        + "\n"
        + told[first_form:],
        encoding="utf-8",
    )
    lexicon.write_text(lexicon.read_text(encoding="utf-8") + WORDS, encoding="utf-8")
    return load_district(folder)


def test_they_are_read_scored_routed_and_shown(renewed):
    found = Assessor(renewed).assess(ReportIn(text=TEXT), filed_at=FILED)
    assert (found.form, found.issue, found.conflict) == ("RACUN", "TERNAK", True)
    assert found.level >= Level.SEDANG
    assert any(reason.component == "bentuk" and reason.points == 7 for reason in found.reasons)
    assert (found.form_kind, found.lasting, found.nil) == ("damage", False, False)
    situation = Situation(
        issue=found.issue, form=found.form, level=found.level, kecamatan=found.place.kecamatan, desa=found.place.desa
    )
    told = route(situation, renewed)
    assert told[0].duty == "lead"
    assert told[0].institution in {renewed.overlays.violence_lead, renewed.overlays.violence_lead_low}
    assert "SATPOLPP" in {one.institution for one in told}
    shown = explain(found, TEXT, renewed)
    assert "Sengketa ternak" in shown
    assert "Peracunan ternak" in shown


def test_what_the_old_district_knew_is_judged_as_before(renewed, assessor):
    text = "Dua kelompok pemuda bentrok di Desa Bangunrejo Kec. Soko, 3 luka."
    before = assessor.assess(ReportIn(text=text), filed_at=FILED)
    after = Assessor(renewed).assess(ReportIn(text=text), filed_at=FILED)
    assert (after.form, after.issue, after.score) == (before.form, before.issue, before.score)
