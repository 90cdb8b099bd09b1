"""The policy is proved on every cell before it is needed, and a missing person is found."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from schemas.district import District
from schemas.policy.recipients import RecipientRule
from schemas.vocabulary import Classification, Level, Phase
from schemas.words.recipient_reasons import ENDINGS, SENTENCES, told_why
from services.cli.main import main
from services.cli.policy import check as policy_command
from services.cli.words.parser import Parser
from services.oncall.roster import Officer, Reach, Roster
from services.policy import proof_words
from services.policy.loader import default_folder
from services.policy.proof import Demands, Walk, cells, check, differences, who
from services.policy.routing import ConflictStatus, Situation, route

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
SOKO = "35.23.11"


def kinds(walk: Walk, *, fails: bool = True) -> set[str]:
    return {finding.kind for finding in walk.findings if finding.fails is fails}


def with_officer(roster: Roster, id_: str, **changes: Any) -> Roster:
    return Roster(tuple(replace(one, **changes) if one.id == id_ else one for one in roster.people))


def test_tuban_holds_with_its_demonstration_people(tuban: District, demo_people: Roster) -> None:
    walk = check(tuban, demo_people, MONDAY)
    assert walk.findings == ()
    assert walk.holds


def test_the_walk_covers_every_issue_form_level_and_kecamatan(tuban: District, demands: Demands) -> None:
    rows = len(tuban.issues) + sum(len(issue.sub) for issue in tuban.issues.values())
    kecamatan = sum(place.kind == "kecamatan" for place in tuban.places.values())
    assert (
        rows * len(tuban.forms) * len(Level) * (kecamatan + 1)
        == demands.cells
        == sum(count for _, count in cells(tuban))
    )


def test_forms_that_are_looked_at_together_have_the_same_answer(tuban: District) -> None:
    for violent in (True, False):
        codes = [form.code for form in tuban.forms.values() if (form.phase == Phase.GN) is violent]
        for issue, level in product(tuban.issues, Level):
            answers = [route(Situation(issue, code, level, kecamatan=SOKO), tuban) for code in codes]
            assert all(answer == answers[0] for answer in answers)


def test_no_single_person_can_be_removed_from_a_lead_or_ladder_post(
    tuban: District, demo_people: Roster, demands: Demands
) -> None:
    posts = {(post.institution, post.unit or "") for post in (*demands.lead, *demands.post)}
    holders = [one for one in demo_people.people if (one.institution, one.unit) in posts]
    assert len(holders) > 100
    missed = [one.id for one in holders if check(tuban, demo_people.without([one.id]), demands=demands).holds]
    assert missed == []


@pytest.mark.parametrize(
    "changes",
    [{"addresses": ()}, {"addresses": (Reach("email", "x@tuban.example", verified=False),)}, {"unit": "35.23.01"}],
)
def test_a_lead_without_a_usable_address_or_in_another_unit_is_no_lead(
    tuban: District, demo_people: Roster, demands: Demands, changes: dict[str, Any]
) -> None:
    walk = check(tuban, with_officer(demo_people, "polsek.soko", **changes), demands=demands)
    (finding,) = [one for one in walk.findings if one.fails]
    assert finding.kind == "depth"
    assert SOKO in finding.what()
    assert finding.cells > 0
    assert SOKO in finding.example()


def test_a_post_that_has_lost_everybody_says_so(tuban: District, demo_people: Roster, demands: Demands) -> None:
    walk = check(tuban, demo_people.without(["camat.soko", "trantib.soko"]), demands=demands)
    assert "lead" in kinds(walk)


def test_a_rung_whose_only_post_is_empty_is_found_as_rung_and_as_post(
    tuban: District, demo_people: Roster, demands: Demands
) -> None:
    assert {"rung", "post"} <= kinds(check(tuban, demo_people.without(["kabid"]), demands=demands))


def test_an_issue_for_named_persons_needs_named_persons(tuban: District, demo_people: Roster, demands: Demands) -> None:
    walk = check(tuban, with_officer(demo_people, "polres2", named_for=()), demands=demands)
    assert [finding.kind for finding in walk.findings if "RAD" in finding.what()] == ["depth"]


def test_a_missing_supporter_is_told_but_fails_nothing(tuban: District, demo_people: Roster, demands: Demands) -> None:
    walk = check(tuban, demo_people.without(["fkub"]), demands=demands)
    assert walk.holds
    assert kinds(walk, fails=False) == {"recipient"}


def test_a_lead_that_may_not_read_what_it_leads_is_told(tuban: District, demo_people: Roster, demands: Demands) -> None:
    low = with_officer(demo_people, "polres", clearance=Classification.TERBATAS)
    low = with_officer(low, "polres2", clearance=Classification.TERBATAS)
    walk = check(tuban, low, demands=demands)
    assert walk.holds
    assert [finding.kind for finding in walk.findings] == ["clearance"]
    assert "RAD" in walk.findings[0].what()


# -- hours of the week ------------------------------------------------------------------------------------------------


def absent(roster: Roster, ids: tuple[str, ...], start: datetime, end: datetime) -> Roster:
    for id_ in ids:
        roster = with_officer(roster, id_, absences=((start, end),))
    return roster


def test_everybody_away_at_the_same_hour_is_found_with_its_hour(
    tuban: District, demo_people: Roster, demands: Demands
) -> None:
    friday = MONDAY + timedelta(days=4, hours=3)
    roster = absent(demo_people, ("polsek.soko", "polsek2.soko"), friday, friday + timedelta(minutes=20))
    walk = check(tuban, roster, MONDAY, demands)
    (finding,) = [one for one in walk.findings if one.fails]
    assert (finding.kind, finding.at) == ("lead", friday)


def test_one_of_two_away_fails_nothing_nor_does_an_absence_in_another_week(
    tuban: District, demo_people: Roster, demands: Demands
) -> None:
    week = timedelta(days=7)
    assert check(tuban, absent(demo_people, ("polsek.soko",), MONDAY, MONDAY + week), MONDAY, demands).holds
    both = absent(demo_people, ("polsek.soko", "polsek2.soko"), MONDAY + week, MONDAY + 2 * week)
    assert check(tuban, both, MONDAY, demands).holds


def test_a_gap_in_a_rota_is_told_and_everybody_there_stands_in(
    tuban: District, demo_people: Roster, demands: Demands
) -> None:
    hours = timedelta(hours=12)
    roster = with_officer(demo_people, "polres", shifts=((MONDAY, MONDAY + hours),))
    walk = check(tuban, roster, MONDAY, demands)
    assert walk.holds
    assert [(one.kind, one.at) for one in walk.findings if "RAD" not in one.what()] == [("gap", MONDAY + hours)]
    assert {"polres"} == {one.id for one in roster.reached("POLRES", None, MONDAY)}
    assert {"polres", "polres2"} == {one.id for one in roster.reached("POLRES", None, MONDAY + hours)}


def test_looking_at_the_changes_of_a_week_is_looking_at_every_minute() -> None:
    officer = Officer(
        "a",
        "A",
        "POLRES",
        addresses=(Reach("email", "a@tuban.example"),),
        shifts=((MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=9)),),
        absences=((MONDAY + timedelta(hours=5), MONDAY + timedelta(hours=6)),),
    )
    roster = Roster((officer,))
    end = MONDAY + timedelta(days=1)
    moments = roster.moments(MONDAY, end)

    def reached(at: datetime) -> list[str]:
        return [one.id for one in roster.reached("POLRES", None, at)]

    for minute in range(24 * 60):
        at = MONDAY + timedelta(minutes=minute)
        assert reached(at) == reached(max(moment for moment in moments if moment <= at))


# -- who and diff ------------------------------------------------------------------------------------------------------


def test_who_is_told_in_the_order_of_time_and_ends_with_the_province(tuban: District, demo_people: Roster) -> None:
    lines = who(tuban, demo_people, Situation("SLT", "BENTROK", Level.KRITIS, kecamatan=SOKO), MONDAY)
    assert lines == sorted(lines, key=lambda line: line.minutes)
    assert (lines[0].what, lines[0].institution) == ("lead", "POLRES")
    assert [line.institution for line in lines if line.minutes == 60] == ["PROV", "POLDA"]
    assert all(line.people and line.why for line in lines)
    assert all(line.at == MONDAY + timedelta(minutes=line.minutes) for line in lines)


def test_who_leaves_nobody_out_that_routing_names(tuban: District, demo_people: Roster) -> None:
    situation = Situation("TAM", "BLOKADE", Level.SEDANG, kecamatan=SOKO, minors=True)
    lines = who(tuban, demo_people, situation, MONDAY)
    told = {line.institution for line in lines if line.what in ("lead", "support", "inform")}
    assert told == {one.institution for one in route(situation, tuban)}


def test_the_same_rules_differ_in_nothing(tuban: District) -> None:
    assert differences(tuban, tuban) == []


def test_a_changed_rule_tells_what_it_would_do_to_the_reports_on_file(tuban: District) -> None:
    row = tuban.issues["TAM"].model_copy(update={"lead": "KESBANG"})
    new = tuban.model_copy(update={"issues": {**tuban.issues, "TAM": row}})
    on_file = [
        (Situation("TAM", "BLOKADE", Level.SEDANG, kecamatan=SOKO), 3),
        (Situation("EKO", "UNRAS", Level.RENDAH), 8),
    ]
    (change,) = differences(tuban, new, on_file)
    assert change.cells == 3
    assert "KESBANG: pendukung menjadi penanggung jawab" in change.what()
    assert "LH tidak lagi diberi tahu (penanggung jawab)" in change.what()


def test_a_changed_clock_is_a_difference(tuban: District) -> None:
    clock = tuban.clocks[Level.KRITIS].model_copy(update={"ack": 4})
    new = tuban.model_copy(update={"clocks": {**tuban.clocks, Level.KRITIS: clock}})
    changes = differences(tuban, new)
    assert {change.situation.level for change in changes} == {Level.KRITIS}
    assert {change.what() for change in changes} == {("batas waktu atau tangga eskalasi berubah",)}


# -- the command ---------------------------------------------------------------------------------------------------------


def command(roster: Roster, *words: str) -> int:
    parser = Parser()
    policy_command.add_arguments(parser)
    return policy_command.run(
        parser.parse_args(words), lambda _options, _district: roster, lambda _options, _district: None
    )


def test_check_exits_with_what_it_found(demo_people: Roster, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(demo_people, "check") == 0
    assert "37044 sel" in capsys.readouterr().out
    assert command(demo_people.without(["polres"]), "check") == 1
    assert "GAGAL: penanggung jawab POLRES hanya punya 1 dari 2 orang" in capsys.readouterr().out


def test_check_speaks_to_programs(demo_people: Roster, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(demo_people.without(["polres"]), "check", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["holds"] is False
    assert {"kind", "fails", "what", "cells", "example", "at"} == told["findings"][0].keys()


def test_who_explains_in_local_time(demo_people: Roster, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["who", "--issue", "SLT", "--form", "BENTROK", "--level", "KRITIS", "--kecamatan", SOKO]
    assert command(demo_people, *words, "--at", "2026-11-24T18:00:00+00:00") == 0
    said = capsys.readouterr().out
    assert "pkl 01.00 WIB (+0 mnt) penanggung jawab: Polres Tuban - Arif Setyabudi" in said
    assert "kekerasan: penghentian kekerasan dipimpin Polri (UU 7/2012)" in said


@pytest.mark.parametrize(("language", "unknown"), [("id", "tidak dikenal: "), ("en", "unknown ")])
@pytest.mark.parametrize(
    "wrong",
    [("--issue", "XXX"), ("--form", "XXX"), ("--kecamatan", "99.99.99"), ("--accused", "XXX")],
)
def test_who_refuses_what_the_district_does_not_know(
    demo_people: Roster, capsys: pytest.CaptureFixture[str], wrong: tuple[str, str], language: str, unknown: str
) -> None:
    asked = ("--issue", "SLT", "--form", "BENTROK", "--level", "KRITIS", *wrong, "--language", language)
    assert command(demo_people, "who", *asked) == 2
    said = capsys.readouterr().err
    assert unknown in said
    assert wrong[1] in said


def test_diff_of_a_folder_with_itself_is_nothing(demo_people: Roster, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(default_folder())
    assert command(demo_people, "diff", folder, folder) == 0
    assert capsys.readouterr().out.startswith("0 sel")


def test_a_district_that_cannot_be_read_is_said_not_thrown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "check", "--district", str(tmp_path)]) == 2
    assert "district.toml" in capsys.readouterr().err


def test_a_medium_alert_of_the_night_is_due_in_office_hours(
    tuban: District, demo_people: Roster, wib: ZoneInfo
) -> None:
    night = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    lines = who(tuban, demo_people, Situation("EKO", "UNRAS", Level.SEDANG, kecamatan=SOKO), night)
    assert datetime(2026, 11, 25, 9, 30, tzinfo=wib) in [line.at for line in lines if line.what == "rung"]


def test_who_says_so_where_everybody_is_accused(
    demo_people: Roster, tuban: District, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["who", "--issue", "SLT", "--form", "BENTROK", "--level", "KRITIS"]
    accused = [word for code in tuban.institutions for word in ("--accused", code)]
    assert command(demo_people, *words, *accused) == 0
    assert "semua instansi dilaporkan" in capsys.readouterr().out


# -- in the reader's language -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", proof_words.SAID)
def test_what_the_proof_finds_tells_the_same_facts_in_both_languages(code: str) -> None:
    indonesian, english = proof_words.SAID[code]
    assert sorted(re.findall(r"{(\w+)}", indonesian)) == sorted(re.findall(r"{(\w+)}", english))
    assert indonesian != english


def test_who_says_the_same_in_both_languages(demo_people: Roster, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["who", "--issue", "SLT", "--form", "BENTROK", "--level", "KRITIS", "--at", "2026-11-24T18:00:00+00:00"]
    said = {}
    for language in ("id", "en"):
        assert command(demo_people, *words, "--language", language) == 0
        said[language] = capsys.readouterr().out.splitlines()
    assert len(said["id"]) == len(said["en"])
    assert [one for one, other in zip(said["id"], said["en"], strict=True) if one == other] == []
    assert said["en"][0].startswith("01.00 WIB (+0 min) lead: Polres Tuban - Arif Setyabudi")
    assert "        - violence: the police lead in stopping violence (UU 7/2012)" in said["en"]


def test_diff_tells_each_kind_of_change_in_both_languages(tuban: District) -> None:
    row = tuban.issues["TAM"].model_copy(update={"lead": "KESBANG"})
    clock = tuban.clocks[Level.SEDANG].model_copy(update={"ack": 4, "needs": ("KODIM",)})
    new = tuban.model_copy(
        update={"issues": {**tuban.issues, "TAM": row}, "clocks": {**tuban.clocks, Level.SEDANG: clock}}
    )
    (change,) = differences(tuban, new, [(Situation("TAM", "BLOKADE", Level.SEDANG, kecamatan=SOKO), 3)])
    assert "KESBANG: support becomes lead" in change.what("en")
    assert "deadlines or the escalation ladder change" in change.what("en")
    assert [one for one in change.what("id") if one in change.what("en")] == []


def test_diff_ends_in_the_language_asked_for(demo_people: Roster, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(default_folder())
    assert command(demo_people, "diff", folder, folder, "--language", "en") == 0
    assert capsys.readouterr().out == "0 cells would be handled otherwise.\n"


def test_every_reason_a_rule_gives_is_written_down_in_english(tuban: District, demo_people: Roster) -> None:
    every = next(iter(tuban.institutions))
    declared = ConflictStatus("7/2026", MONDAY, MONDAY + timedelta(days=9), tni_support=True)
    rule = RecipientRule(name="pasar", why="pasar; ramai", issues=("EKO",), support=(every,), needs=("KODIM",))
    ruled = tuban.model_copy(update={"rules": (*tuban.rules, rule)})
    lines = set()
    for issue, form, level in product(tuban.issues, ("BENTROK", "UNRAS"), Level):
        plain = Situation(issue, form, level, kecamatan=tuban.overlays.border_kecamatan[0], spread=5)
        worse = replace(plain, kecamatan=None, casualties=True, fire=True, minors=True)
        for case in (
            plain,
            worse,
            replace(plain, exercise=True),
            replace(plain, accused=("POLRES", "KESBANG")),
            replace(plain, second="SARA" if "SARA" in tuban.issues else None),
        ):
            lines |= {why for one in who(ruled, demo_people, case, MONDAY) for why in one.why}
            lines |= {why for one in route(case, ruled, declared) for why in one.why}
    assert len({line.partition(":")[0] for line in lines}) > 10
    assert [line for line in lines if told_why(line, "en") == line] == []
    assert {told_why(line, "id") for line in lines} == lines
    left = re.compile(r"\b(?:penanggung|pendukung|tembusan|tingkat|aturan|belum|tidak|karena|semula|jawabannya)\b")
    english = {told_why(line, "en") for line in lines}
    assert [said for said in english if left.search(said) and not said.startswith("escalation: ")] == []


@pytest.mark.parametrize("said", [*SENTENCES, *ENDINGS])
def test_a_reason_and_its_english_are_filled_alike(said: str) -> None:
    english = {**SENTENCES, **ENDINGS}[said]
    assert said.count("{}") == english.count("{}")
    if said in SENTENCES:
        filled = said.format(*["KODIM"] * said.count("{}"))
        assert told_why(filled, "en") == english.format(*["KODIM"] * said.count("{}"))


def test_every_finding_and_its_example_are_in_the_language_asked_for(tuban: District, demands: Demands) -> None:
    found = check(tuban, Roster(people=()), demands=demands).findings
    assert {one.kind for one in found} >= {"lead", "rung", "post", "recipient"}
    assert [one.kind for one in found if one.what("id") == one.what("en")] == []
    example = proof_words.Example(Situation("SLT", "BENTROK", Level.TINGGI), "Kabid")
    assert example.say("id") == "SLT BENTROK TINGGI lokasi belum pasti, anak tangga Kabid"
    assert example.say("en") == "SLT BENTROK TINGGI place not certain yet, rung Kabid"
