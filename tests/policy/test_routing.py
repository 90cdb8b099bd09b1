"""Each rule of the district that concerns routing, by its name."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from schemas.district import District
from schemas.policy.recipients import Recipient, RecipientRule
from schemas.vocabulary import Duty, Level, Phase
from services.policy.routing import ConflictStatus, Routes, Situation, barred, route, told_at

SOKO, MENTORO, MONTONG = "35.23.11", "35.23.11.2010", "35.23.10"
VIOLENT, PEACEFUL = "BENTROK", "KETEGANGAN"
BEGUN = datetime(2026, 11, 1, tzinfo=UTC)


def told(recipients: list[Recipient]) -> dict[str, Recipient]:
    return {one.institution: one for one in recipients}


def lead(recipients: list[Recipient]) -> str:
    (only,) = [one.institution for one in recipients if one.duty == Duty.LEAD]
    assert recipients[0].institution == only
    return only


def changed(district: District, **overlays: object) -> District:
    return district.model_copy(update={"overlays": district.overlays.model_copy(update=overlays)})


def with_lead(district: District, issue: str, code: str, **more: object) -> District:
    row = district.issues[issue].model_copy(update={"lead": code, **more})
    return district.model_copy(update={"issues": {**district.issues, issue: row}})


# -- the matrix ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issue", "leads"),
    [
        ("SLT", "POLRES"),
        ("WRG", "POLSEK"),
        ("MHS", "POLSEK"),
        ("AGM", "KESBANG"),
        ("ETN", "KESBANG"),
        ("POL", "KESBANG"),
        ("DES", "CAMAT"),
        ("UNR", "POLRES"),
        ("ORM", "KESBANG"),
        ("RAD", "POLRES"),
        ("AGR", "PEMKAB"),
        ("TAM", "LH"),
        ("NEL", "POLAIR"),
        ("IND", "NAKER"),
        ("EKO", "KESBANG"),
        ("BTS", "CAMAT"),
        ("ASG", "IMIGRASI"),
        ("HKS", "KOMINFO"),
        ("LLN", "KESBANG"),
    ],
)
def test_a_calm_issue_is_led_by_whom_the_matrix_names(tuban: District, issue: str, leads: str) -> None:
    assert leads == lead(route(Situation(issue, PEACEFUL, Level.RENDAH, kecamatan=SOKO), tuban))


def test_a_narrower_issue_has_its_own_row(tuban: District) -> None:
    creed = route(Situation("AGM", PEACEFUL, Level.RENDAH, sub_issue="aliran", kecamatan=SOKO), tuban)
    building = route(Situation("AGM", PEACEFUL, Level.RENDAH, sub_issue="pendirian", kecamatan=SOKO), tuban)
    other = route(Situation("AGM", PEACEFUL, Level.RENDAH, sub_issue="kepengurusan", kecamatan=SOKO), tuban)
    assert [lead(creed), lead(building), lead(other)] == ["KEJARI", "KEMENAG", "KESBANG"]
    assert any("AGM/aliran" in why for why in creed[0].why)


def test_an_unknown_issue_is_routed_as_other_and_an_unknown_form_as_calm(tuban: District) -> None:
    assert lead(route(Situation("XYZ", "APA", Level.RENDAH, kecamatan=SOKO), tuban)) == "KESBANG"


def test_there_is_exactly_one_lead_in_every_cell_and_everybody_has_a_reason(tuban: District) -> None:
    for issue, form, level, place in product(tuban.issues, tuban.forms, Level, (SOKO, None)):
        recipients = route(Situation(issue, form, level, kecamatan=place, casualties=True, minors=True), tuban)
        lead(recipients)
        assert all(one.why for one in recipients)
        assert len(recipients) == len(told(recipients))


def test_the_lead_comes_first_then_support_then_copies(tuban: District) -> None:
    duties = [one.duty for one in route(Situation("SLT", VIOLENT, Level.KRITIS, kecamatan=SOKO), tuban)]
    assert sorted(duties, key=[Duty.LEAD, Duty.SUPPORT, Duty.INFORM].index) == duties


# -- rule 2: violence ---------------------------------------------------------------------------------------------


def test_violence_is_led_by_the_police_whatever_the_issue(tuban: District) -> None:
    violent = [form.code for form in tuban.forms.values() if form.phase == Phase.GN]
    for issue, form in product(tuban.issues, violent):
        for level, leads in ((Level.KRITIS, "POLRES"), (Level.TINGGI, "POLRES")):
            assert leads == lead(route(Situation(issue, form, level, kecamatan=SOKO), tuban))
        for level in (Level.SEDANG, Level.RENDAH):
            low = "POLRES" if tuban.issues[issue].named_persons_only else "POLSEK"
            assert low == lead(route(Situation(issue, form, level, kecamatan=SOKO), tuban))


def test_whoever_led_before_the_violence_supports(tuban: District) -> None:
    camat = told(route(Situation("DES", VIOLENT, Level.TINGGI, kecamatan=SOKO), tuban))["CAMAT"]
    assert camat.duty == Duty.SUPPORT
    assert any("semula penanggung jawab" in why for why in camat.why)


def test_a_blockade_is_no_violence(tuban: District) -> None:
    assert lead(route(Situation("TAM", "BLOKADE", Level.TINGGI, kecamatan=SOKO), tuban)) == "LH"


# -- level ------------------------------------------------------------------------------------------------------------


def test_low_keeps_to_the_matrix(tuban: District) -> None:
    row = tuban.issues["EKO"]
    recipients = route(Situation("EKO", PEACEFUL, Level.RENDAH, kecamatan=SOKO, desa=MENTORO), tuban)
    assert {row.lead, *row.support, *row.inform} == set(told(recipients))


def test_medium_adds_the_secretariat_and_the_units_of_the_kecamatan(tuban: District) -> None:
    recipients = told(route(Situation("IND", PEACEFUL, Level.SEDANG, kecamatan=SOKO), tuban))
    assert {"KESBANG", "POLSEK", "KORAMIL", "CAMAT"} <= set(recipients)
    assert {SOKO} == {recipients[code].unit for code in ("POLSEK", "KORAMIL", "CAMAT")}


def test_high_adds_the_forum(tuban: District) -> None:
    recipients = told(route(Situation("EKO", PEACEFUL, Level.TINGGI, kecamatan=SOKO), tuban))
    assert {"POLRES", "KODIM", "KEJARI", "BIN", "SATPOLPP", "CAMAT", "KESBANG"} <= set(recipients)
    assert not {"BUPATI", "KAPOLRES", "DANDIM", "KAJARI", "DINKES"} & set(recipients)


def test_critical_adds_the_leaders_and_the_ambulance_but_the_province_only_by_the_ladder(tuban: District) -> None:
    recipients = told(route(Situation("EKO", PEACEFUL, Level.KRITIS, kecamatan=SOKO), tuban))
    assert {"BUPATI", "KAPOLRES", "DANDIM", "KAJARI", "DINKES"} <= set(recipients)
    assert not {"PROV", "POLDA"} & set(recipients)


def test_a_higher_level_never_tells_fewer_institutions(tuban: District) -> None:
    for issue, form, place in product(tuban.issues, (VIOLENT, PEACEFUL), (SOKO, None)):
        reached: set[str] = set()
        for level in Level:
            now = set(told(route(Situation(issue, form, level, kecamatan=place), tuban)))
            assert reached <= now
            reached = now


# -- rule 2: the army ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("army", ["KODIM", "KORAMIL", "POSAL"])
def test_the_army_never_leads_without_a_recorded_conflict_status(tuban: District, army: str) -> None:
    district = with_lead(tuban, "SLT", army)
    for form, level in product(tuban.forms, Level):
        recipients = route(Situation("SLT", form, level, kecamatan=SOKO), district)
        assert lead(recipients) not in tuban.overlays.never_lead
        assert told(recipients)[army].duty == Duty.SUPPORT


def test_the_army_leads_where_the_matrix_says_so_under_a_status_with_support_asked(tuban: District) -> None:
    district = with_lead(tuban, "SLT", "KODIM")
    calm = Situation("SLT", PEACEFUL, Level.TINGGI, kecamatan=SOKO)
    asked = ConflictStatus("300/1", BEGUN, BEGUN + timedelta(days=30), tni_support=True)
    not_asked = ConflictStatus("300/2", BEGUN, BEGUN + timedelta(days=30))
    assert lead(route(calm, district, asked)) == "KODIM"
    assert any("300/1" in why for why in route(calm, district, asked)[0].why)
    assert lead(route(calm, district, not_asked)) == "POLRES"


def test_a_status_alone_does_not_make_the_army_lead(tuban: District) -> None:
    asked = ConflictStatus("300/1", BEGUN, BEGUN + timedelta(days=30), tni_support=True)
    assert lead(route(Situation("SLT", VIOLENT, Level.KRITIS, kecamatan=SOKO), tuban, asked)) == "POLRES"


def test_a_status_is_in_force_between_its_dates_and_never_beyond_ninety_days() -> None:
    long = ConflictStatus("300/1", BEGUN, BEGUN + timedelta(days=200), tni_support=True)
    days = {-1: False, 0: True, 90: True, 91: False}
    assert days == {day: long.in_force(BEGUN + timedelta(days=day)) for day in days}
    assert not ConflictStatus("300/2", BEGUN, BEGUN + timedelta(days=3)).in_force(BEGUN + timedelta(days=4))


def test_a_forum_lead_that_may_not_lead_either_gives_way_to_the_police(tuban: District) -> None:
    district = with_lead(tuban, "LLN", "KODIM", kominda_lead="KODIM")
    assert lead(route(Situation("LLN", PEACEFUL, Level.RENDAH, kecamatan=SOKO), district)) == "POLRES"


# -- rule 8: named persons only ------------------------------------------------------------------------------------


def test_radicalism_goes_to_the_matrix_alone_whatever_else_is_true(tuban: District) -> None:
    row = tuban.issues["RAD"]
    everything = {"casualties": True, "fire": True, "minors": True, "spread": 5, "kecamatan": SOKO, "desa": MENTORO}
    for form, level in product(tuban.forms, Level):
        recipients = route(Situation("RAD", form, level, **everything), tuban)  # type: ignore[arg-type]
        assert {row.lead, *row.support, *row.inform} == set(told(recipients))
        assert lead(recipients) == "POLRES"
        assert all(one.unit is None for one in recipients)
        assert all(any("ditunjuk" in why for why in one.why) for one in recipients)


def test_what_is_told_as_radicalism_besides_goes_to_whom_radicalism_goes(tuban: District) -> None:
    for issue, form, level in product(tuban.issues, tuban.forms, Level):
        second = route(Situation(issue, form, level, kecamatan=SOKO, desa=MENTORO, second="RAD"), tuban)
        alone = route(Situation("RAD", form, level, kecamatan=SOKO, desa=MENTORO), tuban)
        assert [(one.institution, one.duty) for one in second] == [(one.institution, one.duty) for one in alone]


@pytest.mark.parametrize(("issue", "told"), [("RAD", True), ("AGR", False)])
def test_a_districts_own_rule_is_asked_of_the_issue_that_decides(tuban: District, issue: str, told: bool) -> None:  # noqa: FBT001
    rule = RecipientRule(name="r", why="uji", issues=(issue,), needs=("BIN",))
    recipients = route(
        Situation("AGR", "AJAKAN", Level.TINGGI, second="RAD"), tuban.model_copy(update={"rules": (rule,)})
    )
    assert {one.institution for one in recipients if one.needed} == ({"BIN"} if told else set())


def test_a_second_issue_that_anybody_may_know_of_changes_nothing(tuban: District) -> None:
    for issue, second in product(tuban.issues, [*tuban.issues, "XYZ", None]):
        if second != "RAD":
            case = Situation(issue, VIOLENT, Level.TINGGI, kecamatan=SOKO)
            assert route(replace(case, second=second), tuban) == route(case, tuban)


# -- rule 10: an agency is accused --------------------------------------------------------------------------------


def test_an_accused_agency_is_dropped_with_its_units_posts_and_head(tuban: District) -> None:
    recipients = told(route(Situation("SLT", VIOLENT, Level.KRITIS, kecamatan=SOKO, accused=("POLRES",)), tuban))
    assert not {"POLRES", "POLSEK", "POLAIR", "KASATINTEL", "KAPOLRES"} & set(recipients)
    assert {"KODIM", "KEJARI", "BUPATI"} <= set(recipients)


def test_an_accused_unit_leaves_its_superior_in(tuban: District) -> None:
    recipients = route(Situation("WRG", PEACEFUL, Level.SEDANG, kecamatan=SOKO, accused=("POLSEK",)), tuban)
    assert lead(recipients) == "POLRES"
    assert "POLSEK" not in told(recipients)


def test_the_coordinator_is_asked_who_may_know(tuban: District) -> None:
    secretariat = told(route(Situation("DES", PEACEFUL, Level.RENDAH, kecamatan=SOKO, accused=("DESA",)), tuban))[
        "KESBANG"
    ]
    assert secretariat.duty == Duty.SUPPORT
    assert any("koordinator memutuskan" in why for why in secretariat.why)


def test_the_superior_leads_for_an_accused_lead_and_says_for_whom(tuban: District) -> None:
    first = route(Situation("DES", PEACEFUL, Level.SEDANG, kecamatan=SOKO, accused=("CAMAT",)), tuban)[0]
    assert first.institution == "PEMKAB"
    assert any("sementara menggantikan CAMAT" in why for why in first.why)


def test_no_later_rule_brings_an_accused_agency_back(tuban: District) -> None:
    everything = {"casualties": True, "fire": True, "minors": True, "spread": 5, "kecamatan": SOKO, "desa": MENTORO}
    for accused, issue, form in product(tuban.institutions, tuban.issues, (VIOLENT, PEACEFUL)):
        recipients = route(Situation(issue, form, Level.KRITIS, accused=(accused,), **everything), tuban)  # type: ignore[arg-type]
        assert not barred((accused,), tuban) & set(told(recipients))
        assert lead(recipients) not in tuban.overlays.never_lead


def test_there_is_a_lead_even_when_everybody_who_usually_leads_is_accused(tuban: District) -> None:
    accused = ("KESBANG", "POLRES", "PEMKAB", "KEJARI")
    assert lead(route(Situation("SLT", VIOLENT, Level.KRITIS, kecamatan=SOKO, accused=accused), tuban))


def test_an_accused_agency_on_a_named_persons_issue_is_replaced_without_telling_more(tuban: District) -> None:
    recipients = route(Situation("RAD", "TEROR", Level.KRITIS, kecamatan=SOKO, accused=("POLRES",)), tuban)
    assert lead(recipients) == "KESBANG"
    assert {"KESBANG", "BIN", "KODIM", "KEJARI"} == set(told(recipients))


def test_an_accused_agency_is_left_out_of_the_ladder(tuban: District) -> None:
    situation = Situation("SLT", VIOLENT, Level.KRITIS, kecamatan=SOKO, accused=("POLRES",))
    first = route(situation, tuban)[0]
    names = {
        one.institution
        for step in tuban.clocks[Level.KRITIS].ladder
        for one in told_at(step, [first], situation, tuban)
    }
    assert not {"POLRES", "KASATINTEL", "KAPOLRES"} & names
    assert {"DANDIM", "KAJARI", "POLDA"} <= names


def test_an_agency_nobody_declared_is_no_reason_to_stop(tuban: District) -> None:
    assert lead(route(Situation("SLT", VIOLENT, Level.KRITIS, kecamatan=SOKO, accused=("APAINI",)), tuban)) == "POLRES"


# -- casualties, fire, minors, border --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "adds"),
    [({"casualties": True}, {"DINKES"}), ({"fire": True}, {"BPBD", "SATPOLPP"}), ({"minors": True}, {"PMD"})],
)
def test_a_fact_adds_its_service(tuban: District, fact: dict[str, bool], adds: set[str]) -> None:
    without = set(told(route(Situation("EKO", PEACEFUL, Level.RENDAH, kecamatan=SOKO), tuban)))
    with_it = set(told(route(Situation("EKO", PEACEFUL, Level.RENDAH, kecamatan=SOKO, **fact), tuban)))  # type: ignore[arg-type]
    assert adds == with_it - without


def test_minors_say_that_identities_are_masked(tuban: District) -> None:
    child = told(route(Situation("MHS", VIOLENT, Level.SEDANG, kecamatan=SOKO, minors=True), tuban))["PMD"]
    assert any("disamarkan" in why for why in child.why)


@pytest.mark.parametrize(("kecamatan", "spread", "province"), [(SOKO, 3, True), (SOKO, 1, False), (MONTONG, 5, False)])
def test_the_province_is_told_of_what_spreads_in_a_border_kecamatan(
    tuban: District, *, kecamatan: str, spread: int, province: bool
) -> None:
    recipients = told(route(Situation("SLT", VIOLENT, Level.SEDANG, kecamatan=kecamatan, spread=spread), tuban))
    assert province == ("PROV" in recipients)
    if province:
        assert any("dengan tangan" in why for why in recipients["PROV"].why)


# -- rule 13: outside the forum -------------------------------------------------------------------------------------


def test_a_civil_lead_outside_the_forum_gets_a_redacted_request(tuban: District) -> None:
    for issue in ("DES", "AGR", "TAM", "IND", "BTS", "ASG", "HKS"):
        assert route(Situation(issue, PEACEFUL, Level.SEDANG, kecamatan=SOKO), tuban)[0].redacted


def test_members_of_the_forum_are_told_in_full(tuban: District) -> None:
    recipients = route(Situation("SLT", VIOLENT, Level.KRITIS, kecamatan=SOKO), tuban)
    assert {one.institution: not tuban.institutions[one.institution].kominda for one in recipients} == {
        one.institution: one.redacted for one in recipients
    }


def test_the_forum_lead_supports_a_lead_from_outside_the_forum(tuban: District) -> None:
    recipients = told(route(Situation("TAM", PEACEFUL, Level.RENDAH, kecamatan=SOKO), tuban))
    assert recipients["KESBANG"].duty == Duty.SUPPORT
    assert any("Kominda" in why for why in recipients["KESBANG"].why)


# -- the place ------------------------------------------------------------------------------------------------------


def test_local_units_carry_their_code(tuban: District) -> None:
    recipients = told(route(Situation("WRG", PEACEFUL, Level.RENDAH, kecamatan=SOKO, desa=MENTORO), tuban))
    assert tuple(recipients[code].unit for code in ("POLSEK", "KORAMIL", "DESA", "KESBANG")) == (
        SOKO,
        SOKO,
        MENTORO,
        None,
    )


def test_while_the_kecamatan_is_unknown_the_kabupaten_stands_in(tuban: District) -> None:
    recipients = route(Situation("WRG", PEACEFUL, Level.SEDANG), tuban)
    assert lead(recipients) == "POLRES"
    assert all(tuban.institutions[one.institution].level == "kabupaten" for one in recipients)
    assert any("POLRES mewakili POLSEK" in why for why in recipients[0].why)


def test_while_the_desa_is_unknown_the_camat_stands_in_for_it(tuban: District) -> None:
    camat = told(route(Situation("WRG", PEACEFUL, Level.RENDAH, kecamatan=SOKO), tuban))["CAMAT"]
    assert camat.unit == SOKO
    assert any("CAMAT mewakili DESA" in why for why in camat.why)


# -- exercises ------------------------------------------------------------------------------------------------------


def test_an_exercise_never_pages_a_leader_or_the_province(tuban: District) -> None:
    for issue in tuban.issues:
        situation = Situation(issue, VIOLENT, Level.KRITIS, kecamatan=SOKO, spread=5, exercise=True)
        recipients = route(situation, tuban)
        rungs = tuban.clocks[Level.KRITIS].ladder
        everybody = [*recipients, *(one for step in rungs for one in told_at(step, [recipients[0]], situation, tuban))]
        kinds = {
            (tuban.institutions[one.institution].kind, tuban.institutions[one.institution].level) for one in everybody
        }
        assert not any(kind == "leader" or level == "provinsi" for kind, level in kinds)


# -- rule 12: the ladder -----------------------------------------------------------------------------------------------


def test_the_ladder_starts_with_the_superior_of_whoever_leads(tuban: District) -> None:
    step = tuban.clocks[Level.TINGGI].ladder[0]
    for issue, above in (("SLT", "KASATINTEL"), ("DES", "PEMKAB"), ("TAM", "SEKDA"), ("EKO", "KABAN")):
        situation = Situation(issue, PEACEFUL, Level.TINGGI, kecamatan=SOKO)
        first = route(situation, tuban)[0]
        assert above in {one.institution for one in told_at(step, [first], situation, tuban)}


def test_the_ladder_does_not_tell_the_silent_lead_as_its_own_rung(tuban: District) -> None:
    situation = Situation("EKO", PEACEFUL, Level.TINGGI, kecamatan=SOKO)
    first = route(situation, tuban)[0]
    names = [one.institution for one in told_at(tuban.clocks[Level.TINGGI].ladder[0], [first], situation, tuban)]
    assert names == ["KABAN"]


def test_the_ladder_ends_above_the_kabupaten(tuban: District) -> None:
    for level in (Level.TINGGI, Level.KRITIS):
        situation = Situation("SLT", VIOLENT, level, kecamatan=SOKO)
        last = tuban.clocks[level].ladder[-1]
        names = {one.institution for one in told_at(last, [route(situation, tuban)[0]], situation, tuban)}
        assert "PROV" in names


def test_who_is_told_by_the_ladder_knows_who_was_silent(tuban: District) -> None:
    situation = Situation("SLT", VIOLENT, Level.KRITIS, kecamatan=SOKO)
    first = route(situation, tuban)[0]
    for one in told_at(tuban.clocks[Level.KRITIS].ladder[1], [first], situation, tuban):
        assert "POLRES belum menjawab" in one.why[0]


# -- one answer -------------------------------------------------------------------------------------------------------


def test_routing_is_a_function_and_remembering_changes_nothing(tuban: District) -> None:
    routes = Routes(tuban)
    status = ConflictStatus("300/1", BEGUN, BEGUN + timedelta(days=3), tni_support=True)
    for issue, level in product(tuban.issues, Level):
        situation = Situation(issue, VIOLENT, level, kecamatan=SOKO)
        assert routes.of(situation) == routes.of(situation) == tuple(route(situation, tuban))
        assert routes.of(situation, status) == tuple(route(situation, tuban, status))


def test_equal_recipients_of_remembered_routes_are_held_once(tuban: District) -> None:
    routes = Routes(tuban)
    for issue, level, place in product(tuban.issues, Level, (SOKO, None)):
        routes.of(Situation(issue, VIOLENT, level, kecamatan=place))
    held = [one for found in routes._known.values() for one in found]
    assert len({id(one) for one in held}) == len(set(held)) < len(held) / 3


def test_routes_remember_a_bounded_number(tuban: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.policy.routing.REMEMBERED", 3)
    routes = Routes(tuban)
    for spread in range(5):
        routes.of(Situation("SLT", VIOLENT, Level.RENDAH, spread=spread))
    assert len(routes._known) <= 3
    assert set(routes._once) == {one for found in routes._known.values() for one in found}


def test_a_new_rule_is_a_line_of_the_district_file(tuban: District) -> None:
    district = changed(tuban, fire_add=("KPU",))
    assert "KPU" in told(route(Situation("EKO", PEACEFUL, Level.RENDAH, kecamatan=SOKO, fire=True), district))
