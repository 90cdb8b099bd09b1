"""`watch --replay` runs over what the store holds, and says every warning that would have been raised."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.vocabulary import Level
from services.cli.main import main
from services.policy.loader import default_folder, load_district
from services.store.database import Store
from tests.warnings.histories import SEMANDING, Happened, burst, keep, noon, usual

pytestmark = pytest.mark.usefixtures("in_english")


def test_a_replay_names_each_warning_and_what_followed(
    tmp_path: Path, blank_sqlite: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kentongan.db").write_bytes(blank_sqlite)
    store, today = Store(f"sqlite:///{tmp_path}/kentongan.db"), datetime.now(UTC).date()
    rose = today - timedelta(days=40)
    history = usual(load_district(default_folder()), today, 30)
    after = Happened(noon(rose + timedelta(days=5)), SEMANDING, level=Level.TINGGI)
    ids = store.write_now(lambda tx: keep(tx, [*history, *burst(rose, 7), after], state="settled"))
    store.close()
    assert main(["watch", "--replay", "--data", str(tmp_path)]) == 0
    told, said = capsys.readouterr()
    lines = [json.loads(line) for line in told.splitlines()]
    found = [line for line in lines if (line["area"], line["kind"]) == (SEMANDING, "rise")]
    assert [(line["day"], line["followed"]) for line in found] == [(rose.isoformat(), ids[-1])]
    assert (found[0]["place"], len(found[0]["incidents"])) == ("Semanding", found[0]["count"])
    assert found[0]["reason"].endswith("Bukan ramalan.")
    assert f"replay: {len(ids)} incidents" in said
    assert len(lines) <= 12  # a false one a month is allowed


def test_a_table_or_a_replay_and_not_both(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["watch"]) == 2
    assert main(["watch", "table.csv", "--replay"]) == 2
    assert "name a table, or say --replay" in capsys.readouterr().err


def test_an_empty_store_says_so(tmp_path: Path, blank_sqlite: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kentongan.db").write_bytes(blank_sqlite)
    assert main(["watch", "--replay", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().err == "replay: the store holds no incident that counts\n"
