"""What an office can mend is told in a sentence, never a traceback."""

import io
from pathlib import Path

import pytest

from services.cli.main import main
from services.runtime.settings import DISTRICT


def test_a_broken_district_file_is_told_with_its_place(tmp_path: Path, monkeypatch, capsys):
    text = (DISTRICT / "district.toml").read_text(encoding="utf-8")
    (tmp_path / "district.toml").write_text(text.replace("ack = 5", "ack = 1", 1), encoding="utf-8")
    monkeypatch.setenv("KENTONGAN_DISTRICT", str(tmp_path))
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path / "data"))
    assert main(["policy", "check"]) in (1, 2)
    said = capsys.readouterr().err
    assert "district.toml, baris" in said
    assert "Traceback" not in said


def test_a_store_that_is_away_is_told(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("KENTONGAN_STORE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    assert main(["key", "list"]) == 1
    assert "Basis data tidak dapat dihubungi" in capsys.readouterr().err


def test_bad_words_are_bad_usage(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["no-such-command"])
    assert ended.value.code == 2
    assert "'no-such-command' tidak dikenal (pilih dari" in capsys.readouterr().err


def test_an_address_that_holds_keys_is_shown_without_them(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("\n\n"))
    add = [
        "person",
        "add",
        "Piket",
        "--login",
        "piket",
        "--role",
        "member",
        "--password-stdin",
        "--data",
        str(tmp_path),
    ]
    assert main(["db", "upgrade", "--data", str(tmp_path)]) == 0
    key = "TIiajkdnlazkcOXrIdevi7FQ"
    slack = f"slack://T1JJ3T3L2/A1BRTD4JD/{key}"
    assert main([*add, "--unverified", f"apprise:{slack}/#a/#b"]) == 1
    assert "slack://***" in capsys.readouterr().out
    assert main([*add, "--address", f"webhook:https://piket:{key}@sink.example/"]) == 1
    assert "https://sink.example/***" in capsys.readouterr().out
    assert (
        main([*add, "--unverified", f"apprise:{slack}/#siaga", "--unverified", f"webhook:https://sink.example/{key}"])
        == 0
    )
    assert main(["person", "verify", "piket", "apprise", "--data", str(tmp_path)]) == 0
    assert main(["person", "verify", "piket", "webhook", "--data", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert "A code is on its way to slack://***." in told.out
    assert "A code is on its way to https://sink.example/***." in told.out
    assert key not in told.out + told.err
