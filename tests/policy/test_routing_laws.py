"""What routing keeps in any situation, however unlikely: sampled, not enumerated."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.district import District
from schemas.vocabulary import Classification, Duty, Level, Phase
from services.policy.loader import default_folder, load_district
from services.policy.routing import Situation, barred, route, told_at

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
