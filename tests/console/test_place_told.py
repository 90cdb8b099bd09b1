"""What the place of an incident was read from is said on its page, in the reader's language."""

import pytest

from schemas.records.incidents import Incident
from schemas.vocabulary import Role
from schemas.words.explanations import reason

SAID = {
    "id": ["Dari isian tempat pelapor", "isian tempat: Rengel, teks: Soko", "dari isian tempat: Rengel"],
    "en": [
        "From the reporter&#39;s place field",
        "place field: Rengel, text: Soko",
        "from the place field: Rengel",
    ],
}


@pytest.fixture
def clash(desk):
    """An incident whose place its reporter's place field names."""

    def change(tx):
        row = tx.rows(Incident, "id", [desk.ids["clash"]])[0]
        place = {**row["place"], "basis": "place", "contradiction": reason("place_field_text", "Rengel", "Soko")}
        place["told"] = "Rengel, hubungi 081234567890"
        said = {"component": "tempat", "points": 0, "spans": [], "rule": reason("place_field", "Rengel")}
        tx.put(Incident, [{"id": row["id"], "place": place, "reasons": [*row["reasons"], said]}])

    desk.write(change)
    return desk.ids["clash"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_page_says_that_the_place_is_the_fields(clash, person, language):
    body = person("ratna").get(f"/peristiwa/{clash}?bahasa={language}").body
    assert [words for words in SAID[language] if words not in body] == []
    other = SAID["en" if language == "id" else "id"]
    assert [words for words in other if words in body] == []
    assert "081234567890" not in body


def test_the_place_field_makes_no_position_exact(clash, program):
    features = program(Role.COORDINATOR).get("/v1/incidents.geojson").json["features"]
    assert next(one["properties"]["precision"] for one in features if one["id"] == clash) == "desa"
