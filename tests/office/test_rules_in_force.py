"""What `doctor` says of the rules in force, and how an office puts others in force by hand."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from schemas.records.running import RulesInForce
from schemas.vocabulary import Level, Role
from services.cli.main import main
from services.cli.policy.status import rules_of
from services.console.web.sessions import COOKIE
from services.policy.loader import default_folder
from services.policy.versions import read_version
from tests.house import House
from tests.incidents import opened

NewHouse = Callable[..., Awaitable[House]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_folder(), tmp_path / "tuban"))


@pytest.fixture
async def house(new_house: NewHouse, folder: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house that watches `folder`, and is the installation that commands mean."""
    built = await new_house(folder=folder)
    monkeypatch.setenv("KENTONGAN_STORE_URL", built.database)
    monkeypatch.setenv("KENTONGAN_DISTRICT", str(folder))
    return built


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "district.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def bad(house: House, folder: Path) -> list[str]:
    return [sentence for good, sentence in rules_of(house.store, folder) if not good]


def in_force(house: House) -> RulesInForce:
    return house.rows(RulesInForce)[0]


async def test_doctor_names_what_is_in_force_and_every_service_that_runs_it(house: House, folder: Path) -> None:
    [(good, sentence)] = rules_of(house.store, folder)
    assert (good, "none in force yet" in sentence) == (True, True)
    await house.look()
    said = [sentence for _, sentence in rules_of(house.store, folder)]
    assert f"{house.district.ruleset} ({house.version.short})" in said[0]
    assert {line.split()[0] for line in said[1:] if "runs them" in line} == {
        "ingest-1",
        "console-1",
        "triage-1",
        "notify-1",
    }
    assert bad(house, folder) == [said[0]]  # never proved: most kecamatan have nobody here


async def test_doctor_finds_a_refused_folder_a_silent_service_and_one_left_behind(house: House, folder: Path) -> None:
    await house.look()
    change(folder, "ack = 5\n", "ack = 4\n")
    assert "nobody has proved them" in bad(house, folder)[1]
    await house.look()
    await house.look()
    assert f"{folder} was refused" in bad(house, folder)[1]
    house.clock.forward(minutes=5)
    del house.followers["triage-1"]
    await house.look()
    [silent] = [line for line in bad(house, folder) if line.startswith("triage-1")]
    assert "last sign of life" in silent
    house.write(lambda tx: tx.session.connection().exec_driver_sql("UPDATE process SET digest = 'old'"))
    assert len([line for line in bad(house, folder) if "runs others (old)" in line]) == 3


async def test_what_the_proof_refuses_is_taken_by_hand_only_with_a_reason(
    house: House, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.look()
    change(folder, "ack = 5\n", "ack = 4\n")
    before = in_force(house).digest
    assert main(["policy", "take"]) == 1
    assert "Aturan ini tidak diberlakukan" in capsys.readouterr().err
    assert main(["policy", "take", "--language", "en"]) == 1
    told = capsys.readouterr().err
    assert "has nobody who can be reached" in told
    assert "These rules are not put in force. Mend them, or use --despite REASON." in told
    assert "tidak" not in told
    assert in_force(house).digest == before
    assert main(["policy", "take", "--despite", "Camat belum dilantik"]) == 0
    assert in_force(house).digest == read_version(folder).digest
    line = house.journal("policy.in_force")[-1]
    assert (line.actor, line.data["reason"], line.data["proved"]) == ("office", "Camat belum dilantik", False)
    await house.look()
    await house.look()
    assert house.notify.desk.district.clocks[Level.KRITIS].ack == 4
    assert bad(house, folder) == bad(house, folder)[:1]  # unproved, and everybody runs it


async def test_another_time_zone_needs_a_hand_and_is_shown_at_once(house: House, folder: Path) -> None:
    await house.look()
    page = f"/peristiwa/{await opened(house, Level.TINGGI)}"
    cookies = {"Cookie": f"{COOKIE}={await house.enter('POLRES', Role.MEMBER)}"}
    async with house.client.get(page, headers=cookies) as shown:
        assert "WIB" in await shown.text()
    change(folder, "Asia/Jakarta", "Asia/Makassar")
    await house.look()
    await house.look()
    assert "hanya dengan `kentongan policy take`" in house.journal("policy.refused")[0].data["objections"][0]
    assert main(["policy", "take", "--despite", "salah ketik sejak awal"]) == 0
    await house.look()
    async with house.client.get(page, headers=cookies) as shown:
        assert "WITA" in await shown.text()
    assert {one._rules.district.timezone for one in house.followers.values()} == {"Asia/Makassar"}


async def test_taking_what_is_in_force_and_proved_changes_nothing(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.look()
    house.write(lambda tx: tx.session.connection().exec_driver_sql("UPDATE rules_in_force SET proved = true"))
    assert main(["policy", "take"]) == 0
    assert "sudah berlaku" in capsys.readouterr().out
    assert len(house.journal("policy.in_force")) == 1


async def test_a_folder_with_a_slip_is_not_taken_whatever_the_reason(
    house: House, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await house.look()
    change(folder, "ack = 5\n", 'ack = "lima"\n')
    assert main(["policy", "take", "--despite", "tetap saja"]) == 2
    assert "district.toml, baris" in capsys.readouterr().err
