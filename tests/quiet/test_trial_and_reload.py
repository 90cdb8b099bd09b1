"""Rules on trial decide for the journal only; a changed folder is taken in when it passes, and refused otherwise."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from schemas.district import District, RecipientRule
from schemas.vocabulary import Level
from services.district import default_folder, load_district
from services.notify.reload import Reloader, load_both, load_trial
from services.notify.routing import Situation
from services.notify.trial import WHOLE, would_differ
from services.office.policies import demo_roster
from tests.house import SOKO, House
from tests.incidents import opened
from tests.people import Resident

NewHouse = Callable[..., Awaitable[House]]
CLASH = Situation("SLT", "BENTROK", Level.TINGGI, kecamatan=SOKO)
EXTRA = '\n[[rule]]\nname = "kemenag ikut"\nwhy = "uji"\nissues = ["SLT"]\nsupport = ["KEMENAG"]\n'


def with_rule(district: District, mode: str) -> District:
    rule = RecipientRule(name="kemenag ikut", why="uji", mode=mode, issues=("SLT",), support=("KEMENAG",))
    return district.model_copy(update={"rules": (rule,)})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A district folder of this test's own, to be changed while the service runs."""
    return Path(shutil.copytree(default_folder(), tmp_path / "tuban"))


def append(folder: Path, text: str) -> None:
    file = folder / "district.toml"
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def replace(folder: Path, old: str, new: str) -> None:
    file = folder / "district.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


# -- on trial -----------------------------------------------------------------------------------------------------------


def test_what_is_on_trial_is_compared_and_what_is_not_is_silent(tuban: District) -> None:
    assert would_differ(tuban, None, CLASH) == {}
    assert would_differ(tuban, tuban, CLASH) == {}
    assert would_differ(with_rule(tuban, "off"), None, CLASH) == {}
    assert list(would_differ(with_rule(tuban, "monitor"), None, CLASH)) == ["kemenag ikut"]
    assert would_differ(tuban, with_rule(tuban, "active"), CLASH) == {WHOLE: ["KEMENAG diberi tahu (pendukung)"]}


async def test_a_rule_on_trial_is_journalled_and_nobody_is_told(house: House) -> None:
    house.notify.renew(with_rule(house.district, "monitor"), None)
    incident = await opened(house, Level.TINGGI)
    [line] = house.journal("policy.would_differ", incident)
    assert line.data == {"rule": "kemenag ikut", "changes": ["KEMENAG: pendukung"]}
    assert "KEMENAG" not in {institution for institution, _, _ in house.told()}


async def test_a_district_on_trial_decides_beside_the_one_in_force(house: House) -> None:
    house.notify.renew(house.district, with_rule(house.district, "active"))
    incident = await opened(house, Level.TINGGI)
    [line] = house.journal("policy.would_differ", incident)
    assert line.data["rule"] == WHOLE
    assert "KEMENAG" not in {institution for institution, _, _ in house.told()}


def test_a_district_on_trial_is_named_in_the_file_and_read_beside_it(folder: Path) -> None:
    other = Path(shutil.copytree(folder, folder.parent / "percobaan"))
    append(other, EXTRA)
    append(folder, '\n[monitor]\ndistrict = "../percobaan"\n')
    district, trial = load_both(folder)
    assert trial is not None
    assert would_differ(district, trial, CLASH)
    (other / "district.toml").write_text("kode =", encoding="utf-8")
    assert load_trial(folder, district) is None


# -- taken in while it runs ---------------------------------------------------------------------------------------------


def everybody(_people: list[Resident]) -> list[Resident]:
    """Give the demonstration's people: enough for the policy's proof."""
    roster = demo_roster(default_folder(), load_district(default_folder()))
    return [
        Resident(one.id, one.institution, one.unit, clearance=one.clearance, named_for=one.named_for)
        for one in roster.people
    ]


@pytest.fixture
async def staffed(new_house: NewHouse) -> House:
    return await new_house(people=everybody)


def reloader(house: House, folder: Path) -> Reloader:
    return Reloader(house.store, folder, lambda: house.notify.desk, house.notify.renew)


async def test_a_changed_file_that_passes_is_in_force_for_the_next_incident(staffed: House, folder: Path) -> None:
    watching = reloader(staffed, folder)
    assert await watching.look() == []
    assert staffed.journal("policy.reloaded") == []
    append(folder, EXTRA)
    await watching.look()
    assert len(staffed.journal("policy.reloaded")) == 1
    await opened(staffed, Level.TINGGI)
    assert ("KEMENAG", "support", "opened") in staffed.told()
    await watching.look()
    assert len(staffed.journal("policy.reloaded")) == 1


async def test_a_slip_is_refused_once_and_the_rules_in_force_stay(staffed: House, folder: Path) -> None:
    watching = reloader(staffed, folder)
    replace(folder, "ack = 5\n", 'ack = "lima"\n')
    for _ in range(2):
        await watching.look()
    [line] = staffed.journal("policy.refused")
    assert "district.toml, line" in line.data["objections"][0]
    assert staffed.notify.desk.district == staffed.district


async def test_a_policy_that_ends_at_nobody_is_refused(staffed: House, folder: Path) -> None:
    watching = reloader(staffed, folder)
    staffed.write(lambda unit: unit.session.connection().exec_driver_sql("UPDATE person SET active = 0"))
    append(folder, EXTRA)
    await watching.look()
    [line] = staffed.journal("policy.refused")
    assert line.data["count"] > 1
    assert staffed.notify.desk.district == staffed.district


async def test_an_issue_that_an_open_incident_has_may_not_vanish(staffed: House, folder: Path) -> None:
    watching = reloader(staffed, folder)
    await opened(staffed, Level.TINGGI, issue="TAM")
    text = (folder / "district.toml").read_text(encoding="utf-8")
    blocks = text.split("[[issue]]")
    kept = [block for block in blocks if 'code = "TAM"' not in block]
    assert len(kept) == len(blocks) - 1
    (folder / "district.toml").write_text("[[issue]]".join(kept), encoding="utf-8")
    await watching.look()
    [line] = staffed.journal("policy.refused")
    assert "TAM dipakai peristiwa terbuka, tetapi tidak ada lagi" in line.data["objections"]
