"""What an office can mend is told in a sentence, never a traceback."""

from pathlib import Path

import pytest

from services.cli import main
from services.settings import DISTRICT


def test_a_broken_district_file_is_told_with_its_place(tmp_path: Path, monkeypatch, capsys):
    text = (DISTRICT / "district.toml").read_text(encoding="utf-8")
    (tmp_path / "district.toml").write_text(text.replace("ack = 5", "ack = 1", 1), encoding="utf-8")
    monkeypatch.setenv("KENTONGAN_DISTRICT", str(tmp_path))
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path / "data"))
    assert main(["policy", "check"]) in (1, 2)
    said = capsys.readouterr().err
    assert "district.toml, line" in said
    assert "Traceback" not in said


def test_a_store_that_is_away_is_told(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("KENTONGAN_STORE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    assert main(["key", "list"]) == 1
    assert "The store cannot be reached" in capsys.readouterr().err


def test_bad_words_are_bad_usage(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["no-such-command"])
    assert ended.value.code == 2
    assert "invalid choice" in capsys.readouterr().err
