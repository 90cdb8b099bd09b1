"""A drill takes the real path, says LATIHAN everywhere, spares leaders, and ends in a sheet of times."""

import asyncio
import json
from typing import Any

import pytest

from schemas.records.reports import ReportSource
from schemas.vocabulary import Level
from services.cli.main import main
from services.notify.watchdog.canary import door
from services.office.drills.holding import REPORTER, NotHeld, Scenario, hold, on_the_way, sheet_of
from services.office.drills.sheet import Row, as_json, told
from services.security.refusal import Refused
from tests.house import SECRET, SOKO, House, institutions

pytestmark = pytest.mark.usefixtures("in_english")

SCENARIO = Scenario("SLT", "BENTROK", Level.KRITIS, SOKO)


async def drill(house: House, scenario: Scenario = SCENARIO) -> str:
    holding = asyncio.create_task(
        hold(house.store, house.district, scenario, door(house.url, house.store, SECRET, REPORTER))
    )
    incident = await holding
    await house.settle()
    return incident


def sheet(house: House, incident: str) -> dict[str, Row]:
    found = house.ask(lambda session: sheet_of(session, house.district, incident))
    assert found is not None
    return {row.institution: row for row in found[1]}


async def test_a_drill_goes_through_the_door_and_is_what_was_asked_for(house: House) -> None:
    incident = house.incident(await drill(house))
    assert (incident.exercise, incident.level, incident.issue) == (True, Level.KRITIS, "SLT")
    assert (incident.form, incident.kecamatan) == ("BENTROK", SOKO)
    assert [source.reporter for source in house.rows(ReportSource)] == ["drill"]
    [line] = house.journal("incident.assessed", incident.id)
    assert (line.actor, line.data["reason"]) == ("drill", "skenario latihan")


async def test_every_message_of_a_drill_is_marked_and_leaders_hear_nothing(house: House) -> None:
    incident = await drill(house)
    for _ in range(6):
        await house.forward(minutes=15)
    news = house.news()
    assert news
    assert all(call.data["exercise"] for call in news)
    assert not {"BUPATI", "KAPOLRES", "DANDIM", "KAJARI", "SEKDA", "PROV", "POLDA"} & institutions(news)
    assert house.lead(incident).institution == "POLRES"


async def test_the_sheet_tells_seconds_per_institution(house: House) -> None:
    incident = await drill(house)
    house.clock.forward(seconds=40)
    await house.act(incident, "acknowledgements", by="POLRES")
    house.clock.forward(seconds=60)
    await house.act(incident, "sitreps", by="POLRES", text="Latihan: regu di lokasi.")
    lines = sheet(house, incident)
    lead = next(iter(lines.values()))
    assert (lead.institution, lead.delivered, lead.acknowledged, lead.reported) == ("POLRES", 0, 40, 100)
    assert lines["POLSEK"].acknowledged is None
    words = "\n".join(told(house.incident(incident), list(lines.values())))
    assert words.startswith(f"LATIHAN {incident}: KRITIS SLT BENTROK {SOKO}")
    assert "Polres Tuban menjawab sesudah 40 detik" in words
    assert json.loads(json.dumps(as_json(house.incident(incident), list(lines.values())), default=str))["institutions"]


async def test_the_sheet_waits_until_the_level_that_is_exercised_has_been_told(house: House) -> None:
    async def file(body: dict[str, Any]) -> bool:
        """File it, and let what triage made of the words be told before the level is forced."""
        taken = await door(house.url, house.store, SECRET, REPORTER)(body)
        await house.quiet()
        return taken

    incident = await hold(house.store, house.district, SCENARIO, file)
    await house.quiet()  # the forced level waits for the next tick
    assert house.lead(incident).level < Level.KRITIS
    assert house.ask(lambda session: on_the_way(session, incident))
    await house.settle()
    assert not house.ask(lambda session: on_the_way(session, incident))


async def test_the_next_drill_at_the_same_place_is_an_incident_of_its_own(house: House) -> None:
    first = await drill(house)
    house.clock.forward(minutes=1)
    second = await drill(house)
    assert first != second
    assert house.incident(first).state == "settled"
    assert house.incident(second).state == "open"


async def test_a_drill_never_touches_what_is_real(house: House) -> None:
    real = await house.file("Bentrok dua kubu pesilat di Soko, 80 orang, 3 luka", kecamatan=SOKO, basis="saw")
    incident = await drill(house)
    assert house.incident_of(real).id != incident
    assert not house.incident_of(real).exercise
    assert house.incident_of(real).state == "open"


async def test_a_door_that_is_shut_is_said(house: House) -> None:
    with pytest.raises(NotHeld):
        await hold(house.store, house.district, SCENARIO, door("http://127.0.0.1:9", house.store, SECRET, REPORTER))


async def test_the_command_prints_the_sheet_again(house: House, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    incident = await drill(house)
    monkeypatch.setenv("KENTONGAN_STORE_URL", house.database)
    assert await asyncio.to_thread(main, ["drill", "sheet", incident]) == 0
    assert "penanggung jawab" in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["drill", "sheet", "nothing"]) == 1


async def test_the_command_says_that_the_drill_was_closed_meanwhile(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def closed(*_given: Any) -> str:
        raise Refused("incident_closed")

    monkeypatch.setenv("KENTONGAN_STORE_URL", house.database)
    monkeypatch.setattr("services.cli.ops.drill.hold", closed)
    words = ["drill", "--issue", "SLT", "--form", "BENTROK", "--level", "KRITIS"]
    assert await asyncio.to_thread(main, words) == 1
    assert Refused("incident_closed").say("en") in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["drill"],
        ["drill", "sheet"],
        ["drill", "--issue", "SLT", "--form", "BENTROK"],
        ["drill", "--issue", "XXX", "--form", "BENTROK", "--level", "KRITIS"],
        ["drill", "--issue", "SLT", "--form", "BENTROK", "--level", "KRITIS", "--kecamatan", "35.23.99"],
    ],
)
def test_a_scenario_the_district_does_not_know_is_bad_usage(words: list[str], tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    assert main(words) == 2
