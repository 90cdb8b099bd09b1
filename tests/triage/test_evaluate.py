"""Measures, the `assess` command, and the page on scoring."""

import argparse
import json

import pytest

from services.cli.main import main
from services.cli.words.parser import Parser
from services.early_warning.proportions import wilson
from services.policy.loader import default_folder
from services.triage.evaluation import measures
from services.triage.evaluation.command import add_arguments, run
from services.triage.evaluation.cvew import from_cvew
from services.triage.evaluation.explain import explain, page
from services.triage.evaluation.lines import assess_lines
from services.triage.evaluation.scores import compare
from tests.triage.conftest import FILED


def lines(*reports: object) -> list[str]:
    return [report if isinstance(report, str) else json.dumps(report) for report in reports]


CLASH = {
    "id": "a",
    "text": "Tawuran dua kelompok pemuda di Desa Bangunrejo Kec. Soko, 3 orang luka.",
    "reported_at": FILED.isoformat(),
}
AGAIN = {"id": "b", "text": CLASH["text"] + " Petasan.", "reported_at": FILED.isoformat()}


def test_reasons_are_said_in_the_readers_language(tmp_path, capsys):
    file = tmp_path / "reports.jsonl"
    file.write_text(json.dumps(CLASH) + "\n", encoding="utf-8")
    parser = Parser()
    add_arguments(parser)
    said = []
    for words in ([], ["--english"]):
        assert run(parser.parse_args([str(file), *words])) == 0
        said.append({reason["rule"] for reason in json.loads(capsys.readouterr().out)["reasons"]})
    indonesian, english = said
    assert "luka sedikitnya 3" in indonesian
    assert "at least 3 hurt" in english
    assert indonesian.isdisjoint(english)


def test_each_line_gets_its_answer_in_order(district):
    answers = list(assess_lines(lines(CLASH, {"id": 7, "text": "Unjuk rasa damai."}), district))
    assert [answer["id"] for answer in answers] == ["a", 7]
    first = answers[0]
    assert (first["form"], first["level"], first["place"]["kecamatan"]) == ("BENTROK", "TINGGI", "35.23.11")
    assert first["facts"]["injured"] == {"min": 3, "max": 3}
    assert {"component", "points", "spans", "rule"} == set(first["reasons"][0])


def test_a_second_telling_joins_the_first(district):
    answers = list(assess_lines(lines(CLASH, AGAIN), district))
    assert [answer["incident"] for answer in answers] == ["a", "a"]


def test_another_reporter_confirms(district):
    own = {**AGAIN, "id": "c", "text": "Bentrok pemuda di Bangunrejo Soko, petasan, 3 luka.", "reporter": "p2"}
    told = [{**CLASH, "reporter": "p1"}, {**AGAIN, "reporter": "p1"}, own]
    assert [answer["rating"] for answer in assess_lines(lines(*told), district)] == ["F6", "F6", "F1"]


def test_another_reporters_copy_confirms_nothing(district):
    passed_on = {**CLASH, "id": "c", "text": f"Diteruskan: {CLASH['text'].upper()}", "reporter": "p2"}
    answers = list(assess_lines(lines({**CLASH, "reporter": "p1"}, passed_on), district))
    assert [(answer["rating"], answer["incident"]) for answer in answers] == [("F6", "a"), ("F6", "a")]


@pytest.mark.parametrize("moment", ["2026-11-24", "2026-11-24T10:00:00", "2026-11-24T03:00:00Z"])
def test_times_may_lack_an_offset(district, moment):
    given = {"id": 1, "text": "Kemarin malam tawuran di Kec. Soko.", "reported_at": moment}
    (answer,) = assess_lines(lines(given), district)
    assert answer["occurred"]["from"].startswith("2026-11-23T11:00")


BAD = [
    "no json", "[]", "3", '{"id": 1}', '{"text": "x"}', '{"id": 1, "text": ""}', '{"id": 1, "text": "a\\u0000b"}',
    '{"id": 1, "text": "\\ud800"}', '{"id": 1, "text": NaN}', '{"id": 1, "text": "x", "reported_at": "yesterday"}',
    '{"id": 1, "text": "x", "basis": "dreamt"}', "[" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_line_is_named_in_its_place_and_the_rest_goes_on(district, bad):
    answers = list(assess_lines(lines(CLASH, bad, AGAIN), district))
    assert ["error" in answer for answer in answers] == [False, True, False]
    assert answers[1]["line"] == 2


def test_the_same_input_gives_the_same_output(district):
    given = lines(CLASH, AGAIN)
    assert list(assess_lines(given, district)) == list(assess_lines(given, district))


def test_wilson_holds_the_share():
    low, high = wilson(90, 100)
    assert 0.82 < low < 0.9 < high < 0.95


def test_weighted_kappa_punishes_far_misses_more():
    near = [(1, 1), (2, 2), (3, 4), (4, 4)]
    far = [(1, 1), (2, 2), (1, 4), (4, 4)]
    assert measures.weighted_kappa(far) < measures.weighted_kappa(near) < 1


def test_b_cubed_counts_splits_and_merges():
    assert measures.b_cubed([("1", "x"), ("1", "x"), ("2", "y")]) == (1.0, 1.0, 1.0)
    precision, recall, _ = measures.b_cubed([("1", "x"), ("2", "x"), ("2", "y")])
    assert precision < 1
    assert recall < 1
    assert measures.wrongly_merged([("1", "x"), ("1", "y"), ("2", "z")]) == (1, 3)


def test_measures_name_what_is_wrong(district):
    answers = list(assess_lines(lines(CLASH, AGAIN), district))
    labels = [
        {"id": "a", "issue": "WRG", "form": "BENTROK", "level": 3, "conflict": True, "killed": None, "injured": 3,
         "kecamatan": "Soko", "event_key": "e"},
        {"id": "b", "issue": "TAM", "form": "UNRAS", "form_accept": ["UNRAS", "BENTROK"], "level": 4, "conflict": True,
         "killed": 1, "event_key": "e"},
    ]  # fmt: skip
    scores = compare(answers, labels)
    by_name = {measure.name: measure.value for measure in scores.measures}
    assert (by_name["issue"], by_name["form"], by_name["same incident, B-cubed F1"]) == (0.5, 1.0, 1.0)
    assert [row["id"] for row in scores.wrong] == ["b"]
    assert {"issue", "level, exact", "killed, exact"} <= set(scores.wrong[0])


def test_rows_of_other_coders_become_labels():
    row = {
        "incident_id": "X1", "inc_desc": "Tawuran.", "violence_form1": "SERANGAN BERSENJATA", "issue_type1": "TIDAK JELAS",
        "num_death": "-99", "num_injured": "2",
    }  # fmt: skip
    (label,) = from_cvew([row])
    assert label["injured"] == 2
    assert "killed" not in label
    assert "issue" not in label
    assert "BENTROK" in label["form_accept"]


def arguments(*given: str) -> argparse.Namespace:
    parser = Parser()
    add_arguments(parser)
    return parser.parse_args(given)


def test_the_command_answers_and_says_when_a_line_was_bad(tmp_path, capsys):
    file = tmp_path / "in.jsonl"
    file.write_text("\n".join(lines(CLASH)), encoding="utf-8")
    assert run(arguments(str(file))) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "a"
    file.write_text("broken\n", encoding="utf-8")
    assert run(arguments(str(file))) == 1
    assert main(["assess", str(tmp_path / "missing.jsonl")]) == 2
    assert main(["assess", str(file), "--district", str(tmp_path)]) == 2


def test_the_command_measures_against_labels(tmp_path, capsys):
    file = tmp_path / "in.jsonl"
    file.write_text(
        json.dumps({**CLASH, "issue": "WRG", "form": "BENTROK", "level": 3, "conflict": True}), encoding="utf-8"
    )
    assert run(arguments(str(file), "--against", str(file))) == 0
    assert "level, weighted kappa" in capsys.readouterr().out
    assert run(arguments(str(file), "--against", str(file), "--json")) == 0
    assert json.loads(capsys.readouterr().out)["wrong"] == []


@pytest.mark.parametrize("as_json", [False, True])
def test_only_figures_hides_every_row(tmp_path, capsys, as_json):
    file = tmp_path / "unread.jsonl"
    label = {**CLASH, "id": "row-0815", "issue": "TAM", "form": "UNRAS", "level": 1, "conflict": True}
    file.write_text(json.dumps(label), encoding="utf-8")
    given = ["--against", str(file), "--only-figures", *(["--json"] if as_json else [])]
    assert run(arguments(*given)) == 0
    shown = capsys.readouterr().out
    assert "level, weighted kappa" in shown
    for hidden in ("row-0815", "Tawuran", "UNRAS", "BENTROK", "TAM", "WRG"):
        assert hidden not in shown


def test_a_dash_is_standard_input_and_a_bad_line_stops_nothing(monkeypatch, capsys):
    import io

    told = "\n".join(lines(CLASH, "broken", AGAIN))
    monkeypatch.setattr("services.triage.evaluation.command._opened", lambda file: io.StringIO(told))
    assert run(arguments("-")) == 1
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer.get("id") for answer in answers] == ["a", None, "b"]
    assert answers[1]["line"] == 2


def test_the_page_on_scoring_is_current(district):
    written = default_folder().parent.parent / "docs" / "scoring.md"
    assert page(district) == written.read_text(encoding="utf-8"), (
        "run: python -m services.triage.evaluation.explain > docs/scoring.md"
    )


def test_an_explanation_names_points_words_and_what_is_missing(told, district):
    text = "Tawuran dua kelompok pemuda bawa celurit, 2 orang luka bacok."
    words = explain(told(text), text, district)
    assert "Tingkat TINGGI" in words
    assert "“celurit”" in words
    assert "Belum diketahui: jumlah massa belum diketahui" in words


def test_a_quiet_report_is_explained_as_quiet(told, district):
    text = "Situasi aman kondusif, nihil kejadian menonjol."
    assert explain(told(text), text, district).startswith("Bukan peristiwa konflik")


def test_labels_in_lines_of_eight_fields_are_their_own_input_and_a_torn_line_is_named(tmp_path, capsys):
    file = tmp_path / "own.txt"
    line = "1|SLT|BENTROK|3|0|3|Soko|Bentrok dua perguruan silat di Desa Mentoro, Kecamatan Soko, 3 orang luka."
    file.write_text(
        f"# how it was made\n{line}\n" + json.dumps({"id": "b", "text": "Nihil.", "conflict": False}) + "\n"
    )
    assert run(arguments("--against", str(file), "--only-figures", "--json")) == 0
    (form,) = [one for one in json.loads(capsys.readouterr().out)["measures"] if one["name"] == "form"]
    assert form["of"] == 1
    file.write_text(f"{line}\n1|SLT|BENTROK\n")
    assert main(["assess", "--against", str(file), "--language", "en"]) == 2
    assert "report 2 is neither JSON nor eight fields" in capsys.readouterr().err


def test_pieces_that_name_another_place_than_their_first_was_joined_to_are_another_incident(district):
    told = (
        ("20:00:00", "kapu", "Bentrok pesilat di Ds. Kapu Kec. Merakurak, 60 orang bawa kayu"),
        ("21:30:00", "lain", "Lapor ndan, ada bentrok pesilat"),
        ("21:30:30", "lain", "lokasi Ds. Bangunrejo Kec. Soko, 1 orang tewas"),
    )
    lines = [
        json.dumps({"id": str(number), "text": text, "reporter": by, "reported_at": f"2026-11-23T{at}+07:00"})
        for number, (at, by, text) in enumerate(told)
    ]
    incidents = [answer["incident"] for answer in assess_lines(lines, district)]
    assert incidents[0] == incidents[1] != incidents[2]
