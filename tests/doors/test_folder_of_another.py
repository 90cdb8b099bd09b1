"""Root runs office commands on a folder that belongs to the service: whatever they make, the service still opens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.runtime.private import give_all_to_owner
from services.security.secret import FILE, made, rotate
from services.store.turn import Turn

SERVICE = 70  # a user of no name, as the service would be
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    os.chown(folder, SERVICE, SERVICE)
    return folder


def owners(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.lstat().st_uid for path in folder.rglob("*")}


def test_a_secret_and_the_turn_are_the_services_at_once(data: Path) -> None:
    made(data)
    assert owners(data) == {FILE: SERVICE}
    rotate(data)
    turn = Turn(data / "kentongan.db-turn")
    with turn:  # while the command goes on, a service may start
        assert owners(data) == {FILE: SERVICE, "kentongan.db-turn": SERVICE}
    turn.close()


COMMANDS = (
    ("db", "prepare"),
    ("key", "rotate"),
    ("key", "add", "Layar", "--role", "reporter"),
    ("key", "revoke", "Layar"),
    ("backup", "{data}/kentongan.backup"),
)


def test_what_commands_make_is_the_services(data: Path) -> None:
    program = "import sys; from services.cli.main import main; sys.exit(main())"
    for words in COMMANDS:
        told = [one.format(data=data) for one in words]
        subprocess.run([sys.executable, "-c", program, *told, "--data", str(data)], check=True)
        found = owners(data)
        assert {"kentongan.db", FILE} <= found.keys()
        assert set(found.values()) == {SERVICE}, words


def test_what_has_a_second_name_elsewhere_or_is_a_link_stays_roots(data: Path, tmp_path: Path) -> None:
    for name in ("shadow", "passwd"):
        (tmp_path / name).write_text("root's")
    (data / "log").mkdir()
    (data / "log" / "hard").hardlink_to(tmp_path / "shadow")
    (data / "log" / "soft").symlink_to(tmp_path / "passwd")
    (data / "folder").symlink_to(tmp_path)
    give_all_to_owner(data)
    assert [(tmp_path / name).stat().st_uid for name in ("shadow", "passwd")] == [0, 0]
    assert tmp_path.stat().st_uid == 0
    assert (data / "log").stat().st_uid == SERVICE


def test_a_folder_of_roots_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.chown(tmp_path / "file", SERVICE, SERVICE)
    give_all_to_owner(tmp_path)
    assert owners(tmp_path) == {"file": SERVICE}
