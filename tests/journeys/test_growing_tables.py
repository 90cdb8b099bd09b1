"""What every report asks the store costs the same however much lies there: no statement reads a growing table whole."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas.records.reports import Report
from schemas.vocabulary import Role
from services.store import statements
from tests.house import House

GROWING = [
    "alert",
    "delivery",
    "incident",
    "journal",
    "judgement",
    "ladder",
    "outbox",
    "report",
    "report_source",
    "reporter_key",
    "suggestion",
    "answer_token",
]
BRAWL = "Bentrok dua kelompok pemuda perguruan silat di Desa Bangunrejo, saling lempar batu, 4 orang luka."


@pytest.fixture
def database(new_database: Callable[[str], str]) -> str:
    """Statements are kept on SQLite alone."""
    return new_database("sqlite")


async def test_no_statement_of_a_report_reads_a_growing_table_whole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, int] = {}
    real = statements._run

    def noted(connection: Any, compiled: Any, act: Any) -> Any:
        asked[compiled.words] = compiled.words.count("?")
        return real(connection, compiled, act)

    monkeypatch.setattr(statements, "_run", noted)
    first = await house.file(BRAWL, kecamatan="35.23.11")
    await house.file("Lanjutan bentrok di Desa Bangunrejo: korban luka menjadi 7 orang.", kecamatan="35.23.11")
    await house.file("Warga Desa Semanding mengeluh pupuk langka, akan mengadu ke dinas besok.", by="lain")
    [incident] = [row["incident_id"] for row in await _reports(house, first)]
    await house.act(incident, "acknowledgements", ("POLRES", Role.MEMBER))
    await house.forward(minutes=40)

    def plans(session: Any) -> dict[str, list[str]]:
        raw = session.connection().connection.driver_connection
        found = {}
        for words, places in asked.items():
            told = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {words}", [None] * places)]
            found[words] = [one for one in told if one in {f"SCAN {table}" for table in GROWING}]
        return found

    assert len(asked) > 40
    assert {words: whole for words, whole in (await house.store.read(plans)).items() if whole} == {}


async def _reports(house: House, id_: str) -> list[Any]:
    return await house.store.write(lambda tx: [dict(row) for row in tx.rows(Report, "id", [id_])])
