"""`reconcile` and `audit verify` find what went missing: each kind of loss, made on purpose."""

import pytest
from sqlalchemy import text

from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.audit_log import Journal
from schemas.records.reports import Report
from schemas.vocabulary import Role
from services.cli.ops.reconcile import Findings, reconcile
from services.store.audit_log import broken_links
from tests.house import SOKO, House
from tests.incidents import Level, opened

CLASH = "Bentrok dua kelompok pemuda perguruan silat di Desa Mentoro, saling lempar batu, 3 orang luka."


async def look(house: House) -> Findings:
    return await reconcile(house.bus, house.store, patience=5)


def damage(house: House, statement: str, **values: object) -> None:
    with house.store.engine.begin() as connection:
        connection.execute(text(statement), values)


async def test_all_is_well_after_a_report_has_taken_its_course(house: House) -> None:
    await house.file(CLASH, kecamatan=SOKO, basis="saw")
    findings = await look(house)
    assert (findings.accepted, findings.kept, findings.incidents) == (1, 1, 1)
    assert findings.wrong() == {}


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("DELETE FROM report WHERE id = :report", "missing"),
        ("UPDATE report SET digest = 'other' WHERE id = :report", "differing"),
        ("UPDATE report SET incident_id = 'none' WHERE id = :report", "orphaned"),
        ("DELETE FROM ladder WHERE incident_id = :incident", "untold"),
        ("UPDATE delivery SET state = 'dead' WHERE incident_id = :incident", "unsent"),
        ("UPDATE ladder SET next_at = NULL WHERE incident_id = :incident", "timerless"),
        ("UPDATE journal SET actor = 'x' WHERE seq = 2", "broken_journal"),
    ],
)
async def test_each_loss_has_its_name(house: House, statement: str, finding: str) -> None:
    report = await house.file(CLASH, kecamatan=SOKO, basis="saw")
    incident = house.incident_of(report).id
    values = {name: value for name, value in (("report", report), ("incident", incident)) if f":{name}" in statement}
    damage(house, statement, **values)
    wrong = (await look(house)).wrong()
    assert finding in wrong
    assert set(wrong) <= {finding, "orphaned"}


async def test_an_alert_told_twice_in_a_round_is_found(house: House) -> None:
    incident = await opened(house, Level.TINGGI)
    [one] = [row for row in house.deliveries(incident) if row.alert_id == house.lead(incident).id]
    house.write(lambda tx: tx.add(Delivery, [one.model_dump() | {"id": "another"}]))
    assert list((await look(house)).wrong()) == ["doubled"]


async def test_every_change_of_a_story_stands_in_the_journal(house: House) -> None:
    incident = await opened(house, Level.KRITIS)
    await house.forward(minutes=5)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.act(incident, "sitreps", by="POLRES", text="Regu di lokasi.")
    await house.act(incident, "closures", by="POLRES", reason="Massa bubar.")
    await house.agree(incident, by=("KESBANG", Role.COORDINATOR))
    chain = sorted(house.rows(Journal), key=lambda line: line.seq)
    kinds = [line.kind for line in chain if line.incident_id == incident]
    first_seen = list(dict.fromkeys(kinds))
    expected = ["incident.opened", "alerts.owed", "delivery.delivered", "ladder.climbed", "incident.acknowledged"]
    expected += ["incident.reported", "proposal.made", "proposal.confirmed", "incident.settled"]
    assert [kind for kind in first_seen if kind in expected] == expected
    assert broken_links(chain) == []
    assert not [line for line in chain if "Kejadian" in str(line.data)]  # no report's words in it


async def test_nothing_is_owed_for_ever(house: House) -> None:
    """After the whole ladder every row has an end: no timer without a time, no delivery without an outcome."""
    incident = await opened(house, Level.KRITIS)
    for _ in range(40):
        await house.forward(minutes=5)
    assert {row.state for row in house.rows(Delivery)} == {"delivered"}
    assert [(row.next_at, row.stopped) for row in house.rows(Ladder, incident_id=incident)] == [(None, "exhausted")]
    assert [row for row in house.rows(Alert) if row.remind_at] == []
    assert len(house.rows(Report)) == 1
    assert (await look(house)).untold == []
