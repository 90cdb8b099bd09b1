"""What routing keeps in any situation, however unlikely: sampled, not enumerated."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.district import District
from schemas.policy.recipients import RecipientRule
from schemas.vocabulary import Classification, Duty, Level, Phase
from services.policy.loader import DistrictError, default_folder, district_of, load_district, read_files
from services.policy.routing import Situation, barred, route, told_at
from services.policy.situation import spared_by_exercise

TUBAN: District = load_district(default_folder())
KECAMATAN = [code for code, place in TUBAN.places.items() if place.kind == "kecamatan"]
DESA = [code for code, place in TUBAN.places.items() if place.kind in ("desa", "kelurahan")]


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    desa = draw(st.none() | st.sampled_from(DESA))
    kecamatan = desa[:8] if desa else draw(st.none() | st.sampled_from(KECAMATAN))
    issue = draw(st.sampled_from([*TUBAN.issues, "XYZ"]))
    subs = [sub.code for sub in TUBAN.issues[issue].sub] if issue in TUBAN.issues else []
    return Situation(
        issue=issue,
        form=draw(st.sampled_from([*TUBAN.forms, "APA"])),
        level=draw(st.sampled_from(Level)),
        sub_issue=draw(st.sampled_from([None, "kepengurusan", *subs])),
        kecamatan=kecamatan,
        desa=desa,
        casualties=draw(st.booleans()),
        fire=draw(st.booleans()),
        minors=draw(st.booleans()),
        accused=tuple(draw(st.lists(st.sampled_from([*TUBAN.institutions, "XYZ"]), max_size=4, unique=True))),
        spread=draw(st.integers(0, 5)),
        exercise=draw(st.booleans()),
    )


@given(situations())
def test_somebody_always_leads_and_nobody_is_told_twice(case: Situation) -> None:
    recipients = route(case, TUBAN)
    assert [one.duty for one in recipients].count(Duty.LEAD) == 1
    assert recipients[0].duty == Duty.LEAD
    assert len({(one.institution, one.unit) for one in recipients}) == len(recipients)
    assert all(one.why for one in recipients)


@given(situations())
def test_the_army_never_leads_and_an_accused_agency_is_never_told(case: Situation) -> None:
    recipients = route(case, TUBAN)
    assert recipients[0].institution not in TUBAN.overlays.never_lead
    everybody = [*recipients]
    for step in TUBAN.clocks[case.level].ladder:
        everybody += told_at(step, [recipients[0]], case, TUBAN)
    assert not {one.institution for one in everybody} & barred(case.accused, TUBAN)


@given(situations())
def test_violence_is_led_by_the_police_unless_they_are_accused(case: Situation) -> None:
    form = TUBAN.forms.get(case.form)
    if form is not None and form.phase == Phase.GN and not {"POLRES", "POLSEK"} & barred(case.accused, TUBAN):
        assert route(case, TUBAN)[0].institution in ("POLRES", "POLSEK")


@given(situations())
def test_units_are_of_the_place_and_only_where_there_are_units(case: Situation) -> None:
    for one in route(case, TUBAN):
        level = TUBAN.institutions[one.institution].level
        assert one.unit == {"kecamatan": case.kecamatan, "desa": case.desa}.get(level)
        assert one.unit is not None or level in ("kabupaten", "provinsi")


@given(situations())
def test_an_exercise_stays_below_the_leaders(case: Situation) -> None:
    if case.exercise:
        for one in route(case, TUBAN):
            institution = TUBAN.institutions[one.institution]
            assert institution.kind != "leader"
            assert institution.level != "provinsi"


@given(situations())
def test_what_is_for_named_persons_stays_in_its_row(case: Situation) -> None:
    issue = TUBAN.issues.get(case.issue)
    if issue is not None and issue.named_persons_only:
        assert issue.classification == Classification.SANGAT_RAHASIA
        row = {issue.lead, *issue.support, *issue.inform}
        extra = {one.institution for one in route(case, TUBAN)} - row
        # Only where the whole row is accused does somebody from outside it lead, until the coordinator has decided.
        assert not extra or row <= barred(case.accused, TUBAN)


@given(situations())
def test_whoever_is_outside_the_forum_is_told_without_source_and_names(case: Situation) -> None:
    for one in route(case, TUBAN):
        assert one.redacted is not TUBAN.institutions[one.institution].kominda


@given(situations())
def test_more_facts_never_tell_fewer_institutions(case: Situation) -> None:
    worse = Situation(**{**case.__dict__, "casualties": True, "fire": True, "minors": True, "spread": 5})
    fewer = {one.institution for one in route(case, TUBAN)} - {one.institution for one in route(worse, TUBAN)}
    assert fewer == set()


@given(situations(), st.sampled_from(["all", "leaders", "but one"]), st.sampled_from(list(TUBAN.institutions)))
def test_whoever_is_accused_routing_never_fails_and_somebody_who_is_not_leads(
    case: Situation, how: str, spared: str
) -> None:
    whole = set(TUBAN.institutions) if how != "leaders" else {"PEMKAB", "POLRES", "KESBANG", "KEJARI", "BIN"}
    accused = whole - {spared} if how == "but one" else whole
    case = Situation(**{**case.__dict__, "accused": tuple(sorted(accused))})
    recipients, out = route(case, TUBAN), barred(case.accused, TUBAN) | spared_by_exercise(case, TUBAN)
    assert not {one.institution for one in recipients} & out
    assert [one.duty for one in recipients].count(Duty.LEAD) == min(1, len(recipients))
    free = {code for code, one in TUBAN.institutions.items() if code not in out and one.stand_in is None}
    assert bool(recipients) >= bool(free)


CODES = st.sampled_from(list(TUBAN.institutions))


@st.composite
def districts(draw: st.DrawFn) -> District:
    """Draw a district of other stand-ins, leads and rules; raises ValidationError where that is refused."""
    told = {name: getattr(TUBAN, name) for name in District.model_fields}
    stand_ins = draw(st.dictionaries(CODES, CODES, max_size=3))
    told["institutions"] = {
        code: one.model_copy(update={"stand_in": stand_ins[code]} if code in stand_ins else {})
        for code, one in TUBAN.institutions.items()
    }
    laid = {name: draw(CODES) for name in ("violence_lead", "violence_lead_low", "coordinator") if draw(st.booleans())}
    told["overlays"] = TUBAN.overlays.model_copy(update=laid)
    row = {"lead": draw(CODES), "kominda_lead": draw(CODES)}
    told["issues"] = {**TUBAN.issues, "LLN": TUBAN.issues["LLN"].model_copy(update=row)}
    told["rules"] = tuple(
        RecipientRule(name=f"r{number}", why="uji", lead=code)
        for number, code in enumerate(draw(st.lists(CODES, max_size=2)))
    )
    return District(**told)


@given(st.data(), situations(), st.booleans())
def test_a_district_that_is_not_refused_always_has_one_lead(data: st.DataObject, case: Situation, other: bool) -> None:  # noqa: FBT001
    try:
        district = data.draw(districts())
    except ValidationError:
        return
    case = Situation(**{**case.__dict__, "issue": "LLN"}) if other else case
    recipients = route(case, district)
    assert [one.duty for one in recipients].count(Duty.LEAD) == 1
    assert recipients[0].institution not in district.overlays.never_lead or barred(case.accused, district)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"POLSEK": "CAMAT", "CAMAT": "POLSEK"}, "stand-ins go round in a circle: POLSEK"),
        ({"POLSEK": "POLSEK"}, "stand-ins go round in a circle: POLSEK"),
        ({"POLSEK": "KORAMIL"}, "overlays.violence_lead_low gives the lead to one that never leads: KORAMIL"),
    ],
)
def test_stand_ins_that_leave_no_lead_are_refused_when_the_file_is_read(changes: dict[str, str], why: str) -> None:
    files = read_files(default_folder())
    text = files["district.toml"]
    for code, other in changes.items():
        block = re.search(rf'\[\[institution\]\]\ncode = "{code}"\n(?:(?!\[\[).*\n)*', text)
        assert block
        text = text.replace(block[0], re.sub(r'stand_in = "\w+"', f'stand_in = "{other}"', block[0]))
    with pytest.raises(DistrictError, match=why):
        district_of({**files, "district.toml": text})


LEADS = [None, *TUBAN.institutions]


@given(situations(), st.sampled_from(LEADS), st.sampled_from(LEADS))
def test_whoever_a_rule_makes_the_lead_exactly_one_leads(
    case: Situation, first: str | None, second: str | None
) -> None:
    rules = tuple(RecipientRule(name=f"r{n}", why="uji", lead=code) for n, code in enumerate((first, second)) if code)
    district = TUBAN.model_copy(update={"rules": rules})
    recipients = route(case, district)
    assert [one.duty for one in recipients].count(Duty.LEAD) == 1
    out = barred(case.accused, district) | spared_by_exercise(case, district)
    everybody = [*recipients]
    for step in district.clocks[case.level].ladder:
        everybody += told_at(step, [recipients[0]], case, district)
    assert not {one.institution for one in everybody} & out


@pytest.mark.parametrize("exercise", [False, True])
@pytest.mark.parametrize("lead", ["CAMAT", "SEKDA"])
@pytest.mark.parametrize("accused", ["PEMKAB", "KESBANG", "POLRES"])
def test_a_rule_whose_lead_has_no_known_unit_leaves_a_lead(lead: str, accused: str, exercise: bool) -> None:  # noqa: FBT001
    rule = RecipientRule(name="r", why="uji", lead=lead)
    district = TUBAN.model_copy(update={"rules": (rule,)})
    case = Situation(issue="LLN", form="APA", level=Level.SEDANG, accused=(accused,), exercise=exercise)
    assert [one.duty for one in route(case, district)].count(Duty.LEAD) == 1
