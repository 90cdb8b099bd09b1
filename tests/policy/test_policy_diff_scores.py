"""`policy diff` judges the reports on file by both districts."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.district import District
from schemas.messages import ReportIn
from schemas.records.reports import Report, ReportSource
from schemas.vocabulary import Level
from services.cli.main import main
from services.cli.policy.rescoring import moves
from services.cli.policy.stored_reports import Refiled, refiled
from services.policy.loader import default_folder
from services.store.database import Store

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
CLASH = "Tawuran dua kelompok pesilat di Ds. Kebonagung Kec. Rengel, 80 orang, membawa celurit, 3 luka bacok"
PROTEST = "Unjuk rasa damai 50 buruh di depan pabrik Kec. Jenu menuntut upah"


def one(text: str, incident: str, number: int = 0, *, opened: bool = True) -> Refiled:
    return Refiled(ReportIn(text=text), AT + timedelta(days=number), incident, opened=opened, nameless=False)


def lighter(district: District) -> District:
    """Make a brawl worth nothing."""
    forms = {
        code: form.model_copy(update={"points": 0}) if form.points else form for code, form in district.forms.items()
    }
    return district.model_copy(update={"forms": forms})


def test_the_same_rules_move_nothing(tuban: District) -> None:
    found = moves([one(CLASH, "a"), one(PROTEST, "b", 1)], tuban, tuban)
    assert (found.reports, found.incidents, found.moved) == (2, 2, ())


def test_changed_points_move_what_they_scored(tuban: District) -> None:
    found = moves([one(CLASH, "a"), one("Situasi aman, nihil kejadian", "b", 1)], tuban, lighter(tuban))
    (moved,) = found.moved
    assert moved.incident == "a"
    assert moved.new.score < moved.old.score
    assert moved.new.issue == moved.old.issue
    assert found.counts["moved"] == 1
    assert found.counts["level_down"] + found.counts["score_only"] == 1


def test_the_higher_score_speaks_for_an_incident(tuban: District) -> None:
    alone = moves([one(CLASH, "a")], tuban, lighter(tuban)).moved
    joined = moves([one(PROTEST, "a"), one(CLASH, "a", 1, opened=False)], tuban, lighter(tuban)).moved
    assert [move.old for move in joined] == [move.old for move in alone]
    assert joined[0].old.level >= Level.SEDANG


def test_repeats_count_only_for_what_opened_an_incident(tuban: District) -> None:
    again = [one(CLASH, "a"), one(CLASH, "b", 20)]
    folded = [one(CLASH, "a"), one(CLASH, "a", 20, opened=False), one(CLASH, "b", 40, opened=False)]
    from services.cli.policy.rescoring import verdicts

    first, second = verdicts(again, tuban).values()
    assert second.score >= first.score
    assert len({verdict.score for verdict in verdicts(folded, tuban).values()}) == 1


@pytest.fixture
def data(tmp_path: Path, blank_sqlite: bytes, monkeypatch: pytest.MonkeyPatch, clock: Any) -> Path:
    monkeypatch.delenv("KENTONGAN_STORE_URL", raising=False)
    (tmp_path / "kentongan.db").write_bytes(blank_sqlite)
    store = Store(f"sqlite:///{tmp_path / 'kentongan.db'}", clock)
    store.write_now(keep)
    store.close()
    return tmp_path


def keep(unit: Any) -> None:
    rows = [("r1", CLASH, "a", None, False), ("r2", PROTEST, "b", "a", False), ("r3", CLASH, "c", None, True)]
    for number, (id_, text, incident, folded, exercise) in enumerate(rows):
        told = {"kecamatan": "35.23.11", "found_kecamatan": "35.23.11"}
        row = {"id": id_, "digest": "", "filed_at": AT + timedelta(hours=number), "observed_at": None, "text": text}
        row |= {"told": told, "notes": {}, "channel": "api", "institution": None, "source": "x", "exercise": exercise}
        row |= {"anonymous": False, "incident_id": incident, "outcome": "opened", "revision": 1, "level": 2}
        unit.add(Report, [{**row, "folded_into": folded}])
        unit.add(ReportSource, [{"report_id": id_, "reporter": "anonymous", "name": None, "contact": None}])


def test_reports_on_file_are_those_filed_without_exercises(data: Path) -> None:
    store = Store(f"sqlite:///{data / 'kentongan.db'}")
    found = store.read_now(refiled)
    store.close()
    assert [(each.report.text, each.incident, each.nameless) for each in found] == [
        (CLASH, "a", True),
        (PROTEST, "a", True),
    ]
    assert found[0].filed_at == AT
    assert found[0].report.kecamatan == "35.23.11"


def changed(tmp_path: Path) -> Path:
    """Copy Tuban's folder with other points for the number of people."""
    folder = tmp_path / "baru"
    shutil.copytree(default_folder(), folder)
    file = folder / "district.toml"
    text = file.read_text(encoding="utf-8")
    start = text.index('code = "BENTROK"')
    here = text.index("points = ", start)
    end = text.index("\n", here)
    file.write_text(f"{text[:here]}points = 0{text[end:]}", encoding="utf-8")
    return folder


def test_the_command_lists_what_would_move(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = str(default_folder()), str(changed(data))
    assert main(["policy", "diff", old, old, "--data", str(data)]) == 0
    assert "0 dari 1 peristiwa (2 laporan) akan dinilai lain" in capsys.readouterr().out
    assert main(["policy", "diff", old, new, "--data", str(data)]) == 1
    assert "1 dari 1 peristiwa (2 laporan) akan dinilai lain" in capsys.readouterr().out
    assert main(["policy", "diff", old, new, "--json", "--data", str(data)]) == 1
    judged = json.loads(capsys.readouterr().out)["judged"]
    assert judged["counts"]["moved"] == 1
    (moved,) = judged["moved"]
    assert moved["incident"] == "a"
    assert moved["new"]["score"] < moved["old"]["score"]
    assert main(["policy", "diff", old, new, "--cells", "--json", "--data", str(data)]) in {0, 1}
    assert json.loads(capsys.readouterr().out)["judged"] is None
