"""What a reader may not read stays so when it is merged: its reports move, and with them who may not see them."""

import pytest

from tests.console.night import ACCUSED
from tests.console.test_acting_pages import suggest


def test_an_accusation_goes_where_its_report_goes_and_comes_back_by_a_split(desk, person):
    ratna, joko, clash = person("ratna"), person("joko"), desk.ids["clash"]
    words = ACCUSED.text[:20]
    assert joko.get(f"/peristiwa/{clash}").status == 200
    assert ratna.act(desk.ids["accused"], "gabung", into=clash, reason="desa dan waktu sama").status == 303
    assert words in ratna.get(f"/peristiwa/{clash}").body
    assert joko.get(f"/peristiwa/{clash}").status == 404
    assert joko.get(f"/v1/incidents/{clash}").status == 404
    assert desk.incident("clash").facts["accused_agencies"] == ["POLRES"]
    assert ratna.act(desk.ids["accused"], "pisah", reason="ternyata dua").status == 303
    page = joko.get(f"/peristiwa/{clash}")
    assert (page.status, words in page.body) == (200, False)
    assert "accused_agencies" not in desk.incident("clash").facts
    assert desk.incident("accused").facts["accused_agencies"] == ["POLRES"]


def test_what_another_report_accuses_too_stays_when_one_leaves(desk, person):
    ratna = person("ratna")
    person("joko").act(desk.ids["clash"], "terima")  # else to merge it away takes two
    for name in ("clash", "protest"):  # both are merged into the accusation, one leaves again
        assert ratna.act(desk.ids[name], "gabung", into=desk.ids["accused"], reason="sama").status == 303
    assert ratna.act(desk.ids["clash"], "pisah", reason="ternyata dua").status == 303
    assert desk.incident("accused").facts["accused_agencies"] == ["POLRES"]
    assert "accused_agencies" not in desk.incident("clash").facts


def test_a_suggestion_is_there_for_who_may_know_of_both(desk, person):
    suggest(desk)
    path = f"/peristiwa/{desk.ids['clash']}"
    assert "Mungkin peristiwa yang sama" in person("ratna").get(path).body
    joko = person("joko")  # of the agency that the other one accuses
    assert "Mungkin peristiwa yang sama" not in joko.get(path).body
    assert joko.get(f"/v1/incidents/{desk.ids['clash']}").json["suggestions"] == []


@pytest.mark.parametrize(("one", "into"), [("bomb", "clash"), ("clash", "bomb")])
def test_a_matter_of_named_persons_is_merged_with_no_other(desk, person, one, into):
    ratna = person("ratna")
    told = ratna.act(desk.ids[one], "gabung", into=desk.ids[into], reason="sama")
    assert (told.status, "hanya untuk orang yang ditunjuk" in told.body) == (409, True)
    assert desk.incident(one).state == "open"
