"""What the inspectorate gets can be checked with none of our programs, and the check finds what is wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli.audit.export import CHECK, CHECKPOINTS, KEY, LINES, README
from services.cli.main import main
from services.notify.watchdog.checkpoints import Checkpoints, InAFile
from services.security.checkpoints import public_keys
from services.security.secret import load_secret, rotate
from services.store.database import Store
from tests.house import Clock

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
async def exported(
    tmp_path: Path, clock: Clock, new_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give a folder as `audit export` writes it: thirty lines, three checkpoints, a rotation between them."""
    url = new_database("sqlite")
    store = Store(url, clock)
    for number in range(27):
        store.write_now(lambda tx, n=number: tx.audit("step", "petugas", words="Ærlig \u202e ꦏ", number=n / 7))
        if number in (5, 15, 26):
            places = [InAFile(tmp_path / "checkpoints.jsonl")]
            await Checkpoints(store, load_secret("", tmp_path), places, "notify-1").tick()
        if number == 10:
            rotate(tmp_path)
    store.close()
    monkeypatch.setenv("KENTONGAN_STORE_URL", url)
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    assert main(["audit", "export", str(tmp_path / "inspektorat"), "--no-bus"]) == 0
    return tmp_path / "inspektorat"


def check(folder: Path, *words: str) -> tuple[int, str]:
    """Run the exported program as the inspectorate would: by itself, isolated from our code."""
    environment = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-I", str(folder / CHECK), str(folder), *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=folder)
    return ran.returncode, ran.stdout + ran.stderr


def test_the_folder_holds_everything_and_checks(exported: Path) -> None:
    assert {path.name for path in exported.iterdir()} == {LINES, CHECKPOINTS, KEY, CHECK, README}
    assert exported.stat().st_mode & 0o077 == 0
    code, said = check(exported)
    assert (code, "COCOK / FITS: 30 baris / lines, 3 checkpoint" in said) == (0, True), said
    text = (exported / README).read_text(encoding="utf-8")
    assert "Cara memeriksa" in text
    assert "How to check" in text
    assert (exported / KEY).read_text().split()[0] in text
    assert main(["audit", "export", str(exported)]) == 1  # never over what is there


def test_the_key_of_before_a_rotation_is_enough(exported: Path) -> None:
    for key in public_keys(load_secret("", exported.parent)):
        assert check(exported, key)[0] == 0
    code, said = check(exported, "ab" * 32)
    assert (code, "SALAH / WRONG" in said) == (1, True)


def test_a_changed_line_a_cut_tail_and_a_forged_checkpoint_are_found(exported: Path) -> None:
    lines = (exported / LINES).read_text(encoding="utf-8").splitlines(keepends=True)
    (exported / LINES).write_text("".join(lines).replace('"number": 0.0', '"number": 1.0'), encoding="utf-8")
    assert check(exported) == (1, "SALAH / WRONG: baris / line 1\n")
    (exported / LINES).write_text("".join(lines[:20]), encoding="utf-8")
    assert check(exported) == (1, "SALAH / WRONG: checkpoint 30\n")
    (exported / LINES).write_text("".join(lines), encoding="utf-8")
    [*first, last] = (exported / CHECKPOINTS).read_text().splitlines()
    forged = json.loads(last)
    forged["statement"] = forged["statement"].replace('"line": 30', '"line": 29')
    (exported / CHECKPOINTS).write_text("\n".join([*first, json.dumps(forged)]) + "\n")
    assert check(exported)[0] == 1
    (exported / CHECKPOINTS).write_text("")
    assert check(exported)[0] == 1
