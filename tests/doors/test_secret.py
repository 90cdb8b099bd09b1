"""The installation's secret: whole at every first start, one key per purpose, two live ones in a rotation."""

import multiprocessing
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.security.secret import FILE, STARTED, Secret, SecretError, derive, load_secret, made, retire, rotate

FORK = multiprocessing.get_context("fork")


def _starts(
    folders: list[str], gate: "multiprocessing.synchronize.Barrier", told: "multiprocessing.Queue[tuple[str, bytes]]"
) -> None:
    """Start on each folder at the same instant as all others; a process for each start would mostly be forked."""
    for folder in folders:
        gate.wait(60)
        try:
            told.put((folder, load_secret("", Path(folder)).current))
        except Exception as error:
            told.put((folder, repr(error).encode()))


def test_simultaneous_first_starts_all_get_one_whole_secret(tmp_path: Path) -> None:
    """Fifty of three hundred once read the file while it was still empty, and signed with nothing."""
    starts, rounds = 20, 15
    secrets: dict[str, list[bytes]] = {str(tmp_path / str(number)): [] for number in range(rounds)}
    gate, told = FORK.Barrier(starts), FORK.Queue()
    running = [FORK.Process(target=_starts, args=(list(secrets), gate, told)) for _ in range(starts)]
    for one in running:
        one.start()
    for _ in range(starts * rounds):
        folder, secret = told.get(timeout=60)
        secrets[folder].append(secret)
    for one in running:
        one.join(60)
    for folder, got in secrets.items():
        assert len(got) == starts
        assert len(set(got)) == 1
        assert len(got[0]) == 32
        assert [one.name for one in Path(folder).iterdir()] == [FILE]  # nothing is left aside
        assert stat.S_IMODE((Path(folder) / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "\n", "ab", "zz" * 32, "00" * 31, f"{'ab' * 32}\n" * 3])
def test_a_secret_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="ascii")
    with pytest.raises(SecretError, match="32 bytes"):
        load_secret("", tmp_path)


def test_a_short_one_from_the_environment_may_only_be_the_one_before(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="KENTONGAN_SECRET_PREVIOUS"):
        load_secret("rahasia", tmp_path)
    given = load_secret("x" * 32, tmp_path, "rahasia")
    assert given.fits("key", "isi", load_secret("rahasia" * 5, tmp_path).sign("key", "isi")) is False
    assert len(given.live) == 2
    assert not (tmp_path / FILE).exists()


def test_each_purpose_has_a_key_of_its_own_by_hkdf() -> None:
    secret = os.urandom(32)
    for purpose in ("key", "receipt", "form", "answer"):
        theirs = HKDF(SHA256(), 32, None, f"kentongan {purpose}".encode()).derive(secret)
        assert derive(secret, purpose) == theirs
    one = Secret(secret)
    assert not one.fits("form", "x", one.sign("answer", "x"))
    assert secret.hex() not in repr(one)


def test_a_rotation_has_an_overlap_and_an_end(tmp_path: Path) -> None:
    before = load_secret("", tmp_path)
    signed = before.sign("key", "isi")
    after = rotate(tmp_path)
    assert load_secret("", tmp_path) == after
    assert (after.current != before.current, after.previous) == (True, before.current)
    assert after.fits("key", "isi", signed)
    assert not before.fits("key", "isi", after.sign("key", "isi"))
    with pytest.raises(SecretError, match="retire"):
        rotate(tmp_path)
    retire(tmp_path)
    assert not load_secret("", tmp_path).fits("key", "isi", signed)


@pytest.mark.parametrize("act", [rotate, retire])
def test_the_file_stays_private(tmp_path: Path, act: Callable[[Path], object]) -> None:
    load_secret("", tmp_path)
    act(tmp_path)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["secret", "master"])
def test_what_was_lost_or_is_away_for_a_while_gets_no_other_in_its_place(tmp_path: Path, name: str) -> None:
    kept = made(tmp_path, name)
    (tmp_path / STARTED).write_text("wrapped")
    aside = kept.rename(tmp_path / "aside")
    with pytest.raises(SecretError, match="is gone"):
        load_secret("", tmp_path, name=name)
    assert not kept.exists()
    aside.rename(kept)
    assert load_secret("", tmp_path, name=name) == load_secret("", tmp_path, name=name)


def test_who_has_kept_no_copy_goes_on_by_an_office_command_alone(tmp_path: Path) -> None:
    (tmp_path / STARTED).write_text("wrapped")
    with pytest.raises(SecretError, match="kentongan key rotate"):
        load_secret("", tmp_path)
    rotate(tmp_path)
    assert load_secret("", tmp_path).current
    with pytest.raises(SecretError):
        rotate(tmp_path, "master")


def test_a_file_that_cannot_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    with pytest.raises(SecretError, match="cannot be read: Is a directory"):
        load_secret("", tmp_path)
