"""What a reporter says of what was read from the own text: kept as codes, filed in fields where there are some, shown."""

import pytest

from schemas.messages import ReportIn
from schemas.records.reports import Report
from schemas.vocabulary import Role
from services.console.fact_checks import checks_of, in_words, note_of, place_code, read_codes
from services.console.report.fields import written
from services.sources.kept import REPORTERS_CHECK, is_public
from tests.console.caller import Caller
from tests.console.desk import reader
from tests.console.night import DISTRICT, NOW, report_id

TEXT = (
    "Jam 20.15 tadi bentrok dua perguruan silat di Ds. Mentoro Kec. Soko, 80 orang, bawa celurit, 3 luka, 2 diamankan"
)


def codes(text=TEXT):
    return read_codes(reader().assess(ReportIn(text=text), filed_at=NOW), DISTRICT)


def test_each_fact_of_a_text_is_one_code_and_each_code_has_words_in_both_languages():
    found = codes()
    assert found == (
        "form:bentrok", "injured:3", "held:2", "crowd:80", "weapons:blades", "time:2026-11-24T13:15:00+00:00",
    )  # fmt: skip
    said = [in_words(code, DISTRICT, "id") for code in found]
    assert [one[0] for one in said] == ["Kejadian", "Luka", "Diamankan", "Massa", "Senjata", "Waktu"]
    assert said[-1][1] == "Sel 24 Nov 2026, 20.15 WIB"
    assert [in_words(code, DISTRICT, "en")[0] for code in found] == ["What", "Hurt", "Held", "Crowd", "Weapons", "Time"]
    assert "crowd:100+" in codes("Ratusan massa bentrok di Kec. Soko")
    assert "injured:2-3" in codes("Bentrok di Kec. Soko, 2 sampai 3 orang luka")


@pytest.mark.parametrize(
    "code",
    [
        "", "x", "injured", "injured:", "injured:tiga", "injured:3;drop", "injured:999999999", "form:tidak_ada",
        "weapons:", "weapons:blades,rudal", "place:", "place:99", "place:35.23.11.2010,Budi", "injured:٣",
        "weapons:" + ",".join(["blades"] * 40), "time:", "time:kemarin", "time:2026-11-24T13:15:00",
        "time:0001-01-01T00:00:00+14:00", "time:9999-12-31T23:59:59-14:00", "name:Budi", "killed:<b>1</b>",
    ],
)  # fmt: skip
def test_what_is_no_code_of_ours_is_neither_kept_nor_shown(code):
    assert note_of(code, f"{code} injured:3", DISTRICT) == "bukan injured:3"


def test_a_note_is_read_back_as_it_was_said():
    note = note_of("form:bentrok", "injured:3 place:35.23.11.2010", DISTRICT)
    assert note == "benar form:bentrok; bukan injured:3 place:35.23.11.2010"
    shown = checks_of(note, DISTRICT, "id")
    assert [(one.right, one.name, one.said) for one in shown] == [
        (True, "Kejadian", DISTRICT.forms["BENTROK"].label_id),
        (False, "Luka", "3"),
        (False, "Tempat", "Mentoro"),
    ]
    assert checks_of(None, DISTRICT, "id") == checks_of("x; bukan y", DISTRICT, "id") == ()
    assert note_of("", "", DISTRICT) == ""


def test_no_note_names_anybody_so_that_the_desk_may_read_it():
    everything = [*codes(), *(f"form:{code.lower()}" for code in DISTRICT.forms)]
    everything += [place_code([code]) for code in DISTRICT.places]
    everything.append("time:2026-11-24T13:15:00.123456+00:00")
    for code in everything:
        note = note_of("", code, DISTRICT)
        assert note == f"bukan {code}"
        assert is_public(REPORTERS_CHECK, note), note


def test_numbers_go_into_their_fields_and_what_is_none_is_refused_there():
    made = written({"text": TEXT, "injured": "0", "crowd": "120", "not": "injured:3 crowd:80"}, DISTRICT, NOW)
    assert (made.report["injured"], made.report["crowd"], "killed" in made.report) == (0, 120, False)
    assert made.checks == "bukan injured:3 crowd:80"
    for odd in ("tiga", "3.5", "-1", "٣", "9" * 5000):
        assert written({"text": TEXT, "injured": odd}, DISTRICT, NOW).report["injured"] == odd


def test_what_was_put_right_is_what_is_judged(desk):
    caller = Caller(desk.url)
    fields = {"text": TEXT, "injured": "0", "right": "form:bentrok", "not": "injured:3 weapons:blades"}
    assert caller.form("/lapor", fields, Origin=desk.url).status == 303
    filed = desk.journal.only
    assert filed.notes == {REPORTERS_CHECK: "benar form:bentrok; bukan injured:3 weapons:blades"}
    judged = reader().assess(filed.report, filed_at=NOW)
    as_told = reader().assess(ReportIn(text=TEXT), filed_at=NOW)
    assert (judged.facts.injured.min, as_told.facts.injured.min) == (0, 3)

    def points(assessment):
        return sum(one.points for one in assessment.reasons if one.component == "korban")

    assert points(judged) == 0 < points(as_told)


def test_a_number_that_is_none_is_named_and_can_be_mended(desk):
    answer = Caller(desk.url).form("/lapor", {"text": TEXT, "injured": "tiga"}, Origin=desk.url)
    assert answer.status == 422
    assert "Jumlah luka" in answer.body
    assert desk.journal.kept == {}


def test_the_desk_reads_what_the_reporter_said_of_it(desk):
    note = note_of("form:bentrok", "injured:3", DISTRICT)
    desk.write(lambda tx: tx.put(Report, [{"id": str(report_id("clash")), "notes": {REPORTERS_CHECK: note}}]))
    ratna = desk.official(Role.COORDINATOR, "KESBANG")
    page = ratna.get(f"/peristiwa/{desk.ids['clash']}?bahasa=id").body
    assert "Kata pelapor tentang yang terbaca" in page
    assert "<b>Bukan:</b> Luka 3" in page
    assert "<b>Not so:</b> Hurt 3" in ratna.get(f"/peristiwa/{desk.ids['clash']}?bahasa=en").body
    [told] = [one for one in ratna.get(f"/v1/incidents/{desk.ids['clash']}").json["told"] if one["checks"]]
    assert {"right": False, "name": "Hurt", "said": "3"} in told["checks"]


def test_the_page_reads_codes_beside_the_words(desk):
    found = Caller(desk.url).form("/lapor/baca", {"text": TEXT}).json
    assert len(found["codes"]) == len(found["facts"]) == 6
    assert found["place"] == "place:35.23.11.2010"
