"""Rules on trial decide for the journal only; a changed folder is taken in when it passes, and refused otherwise."""

import shutil
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import replace as replaced
from pathlib import Path

import pytest

from schemas.district import District
from schemas.policy.recipients import RecipientRule
from schemas.records.running import Process, RulesInForce
from schemas.vocabulary import Level, Role
from services.cli.policy.command import demo_roster
from services.notify.alerting.shadow_policy import WHOLE, would_differ
from services.notify.watchdog.policy_reload import Reloader
from services.policy.active import begin, put_in_force
from services.policy.loader import LEARNED, DistrictError, default_folder, district_of, load_district, read_files
from services.policy.proof_words import said
from services.policy.routing import Situation
from services.policy.versions import read_version, version_of
from services.store.transaction import Transaction
from tests.house import SOKO, House
from tests.incidents import opened
from tests.people import Resident

pytestmark = pytest.mark.long
FIGHT = "Bentrok dua kelompok pemuda perguruan silat di {place}, saling lempar batu, 3 orang luka."
NewHouse = Callable[..., Awaitable[House]]
CLASH = Situation("SLT", "BENTROK", Level.TINGGI, kecamatan=SOKO)
EXTRA = '\n[[rule]]\nname = "kemenag ikut"\nwhy = "uji"\nissues = ["SLT"]\nsupport = ["KEMENAG"]\n'


class _Kept(str):
    """A text of which can be told whether anybody holds it."""

    __slots__ = ("__weakref__",)


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
    house.decide_by(with_rule(house.district, "monitor"))
    incident = await opened(house, Level.TINGGI)
    [line] = house.journal("policy.would_differ", incident)
    assert line.data == {"rule": "kemenag ikut", "changes": ["KEMENAG: pendukung"]}
    assert "KEMENAG" not in {institution for institution, _, _ in house.told()}


async def test_a_district_on_trial_decides_beside_the_one_in_force(house: House) -> None:
    house.decide_by(house.district, with_rule(house.district, "active"))
    incident = await opened(house, Level.TINGGI)
    [line] = house.journal("policy.would_differ", incident)
    assert line.data["rule"] == WHOLE
    assert "KEMENAG" not in {institution for institution, _, _ in house.told()}


def test_a_district_on_trial_is_named_in_the_file_and_read_beside_it(folder: Path) -> None:
    other = Path(shutil.copytree(folder, folder.parent / "percobaan"))
    append(other, EXTRA)
    append(folder, '\n[monitor]\ndistrict = "../percobaan"\n')
    version = read_version(folder)
    assert would_differ(version.district, version.trial, CLASH)
    assert version_of(version.files) == version
    (other / "district.toml").write_text("kode =", encoding="utf-8")
    assert read_version(folder, strict=False).trial is None
    with pytest.raises(DistrictError):
        read_version(folder)


# -- taken in while it runs ---------------------------------------------------------------------------------------------


def everybody(_people: list[Resident]) -> list[Resident]:
    """Give the demonstration's people: enough for the policy's proof."""
    roster = demo_roster(default_folder(), load_district(default_folder()))
    return [
        Resident(
            one.id,
            one.institution,
            one.unit,
            clearance=one.clearance,
            named_for=one.named_for,
            addresses=(("email", f"{one.id}@tuban.example"),) if one.institution == "KESBANG" else None,
        )
        for one in roster.people
    ]


@pytest.fixture
async def staffed(new_house: NewHouse, folder: Path) -> House:
    """A house whose rules lie in `folder`, have been proved and are in force."""
    house = await new_house(people=everybody, folder=folder)
    await house.look()
    return house


async def settled(house: House) -> None:
    """Let a changed folder be looked at until it has been decided about: it must hold still for one look."""
    await house.look()
    await house.look()


def in_force(house: House) -> RulesInForce:
    return house.rows(RulesInForce)[0]


def running(house: House) -> set[str]:
    """Give the rules that the processes say they run."""
    return {one.digest for one in house.rows(Process)}


def nobody_there(house: House) -> None:
    house.write(lambda tx: tx.session.connection().exec_driver_sql("UPDATE person SET active = false"))


async def score_of(house: House, text: str) -> int:
    return house.incident_of(await house.file(text, basis="saw")).score


async def issue_shown(house: House, text: str) -> str:
    """File a report and give what the desk calls its issue."""
    incident = house.incident_of(await house.file(text, basis="saw")).id
    cap = await house.call("GET", f"/v1/incidents/{incident}.cap.xml", key=await house.key("baca", Role.AUDITOR))
    return str(cap.body)


async def the_whole_house_follows(house: House, folder: Path) -> None:
    before = await score_of(house, FIGHT.format(place="Desa Mentoro, Kecamatan Soko"))
    replace(folder, "hurt_3 = 14", "hurt_3 = 20")
    replace(folder, 'label_id = "Perguruan silat"', 'label_id = "Perguruan pencak silat"')
    append(folder, EXTRA)
    await settled(house)
    assert running(house) == {in_force(house).digest} == {read_version(folder).digest}
    house.news()
    assert (
        await score_of(house, FIGHT.format(place="Desa Bektiharjo, Kecamatan Semanding")) == before + 1
    )  # the floor gave it 35, now the sum is 36
    assert ("KEMENAG", "support", "opened") in house.told()
    assert "Perguruan pencak silat" in await issue_shown(house, FIGHT.format(place="Desa Rengel, Kecamatan Rengel"))


async def test_a_changed_weight_name_and_rule_are_taken_in_by_every_process(staffed: House, folder: Path) -> None:
    await the_whole_house_follows(staffed, folder)
    proved, changed = staffed.journal("policy.proved"), staffed.journal("policy.in_force")
    assert [line.data["digest"] for line in proved] == [changed[0].data["digest"]]
    assert [line.data["proved"] for line in changed] == [False, True]  # at the first start nothing had been proved yet
    await settled(staffed)
    assert len(staffed.journal("policy.in_force")) == 2


@pytest.mark.postgres
async def test_the_whole_house_follows_on_postgres_too(new_house: NewHouse, folder: Path) -> None:
    house = await new_house("postgres", people=everybody, folder=folder)
    await house.look()
    await the_whole_house_follows(house, folder)
    replace(folder, "ack = 5\n", 'ack = "lima"\n')
    digest = in_force(house).digest
    await settled(house)
    assert in_force(house).digest == digest
    assert len(house.journal("policy.refused")) == 1


async def test_a_folder_that_is_being_copied_is_left_alone(staffed: House, folder: Path) -> None:
    replace(folder, "ack = 5\n", 'ack = "lima"\n')
    await staffed.look()
    assert staffed.journal("policy.refused") == []
    replace(folder, 'ack = "lima"\n', "ack = 4\n")
    await settled(staffed)
    assert staffed.journal("policy.refused") == []
    assert staffed.notify.desk.district.clocks[Level.KRITIS].ack == 4


async def test_open_incidents_keep_the_clock_they_opened_with(staffed: House, folder: Path) -> None:
    old = await opened(staffed, Level.KRITIS)
    replace(folder, "ack = 5\n", "ack = 4\n")
    await settled(staffed)
    new = await opened(staffed, Level.KRITIS)
    assert [staffed.ladder(one).policy["ack"] for one in (old, new)] == [5, 4]


async def test_a_slip_changes_nothing_anywhere_and_the_coordinator_is_told_once(staffed: House, folder: Path) -> None:
    digest = in_force(staffed).digest
    second = await staffed.new_notify("2")  # two of them see the same folder
    replace(folder, "ack = 5\n", 'ack = "lima"\n')
    for _ in range(3):
        await settled(staffed)
        staffed.clock.forward(minutes=2)
    await staffed.settle()
    [line] = staffed.journal("policy.refused")
    assert "district.toml, baris" in line.data["objections"][0]
    assert line.data["objections"][0].endswith(": harus berupa bilangan bulat")
    assert running(staffed) == {in_force(staffed).digest} == {digest}
    assert second.desk.district == staffed.notify.desk.district
    told = staffed.deliveries("")
    assert told
    assert len(told) == len({one.address for one in told})
    assert {one.payload["subject"] for one in told} == {"Aturan baru ditolak; aturan lama tetap berlaku"}


async def test_a_policy_that_ends_at_nobody_is_refused_until_the_people_have_come(staffed: House, folder: Path) -> None:
    nobody_there(staffed)
    append(folder, EXTRA)
    await settled(staffed)
    [line] = staffed.journal("policy.refused")
    assert line.data["count"] > 1
    assert in_force(staffed).objections["count"] == line.data["count"]
    staffed.write(lambda tx: tx.session.connection().exec_driver_sql("UPDATE person SET active = true"))
    await staffed.look()
    assert in_force(staffed).refused is not None  # a minute is not over
    staffed.clock.forward(minutes=2)
    await staffed.look()
    assert (in_force(staffed).refused, in_force(staffed).digest) == (None, read_version(folder).digest)
    assert len(staffed.journal("policy.refused")) == 1


async def test_an_issue_that_an_open_incident_has_may_not_vanish(staffed: House, folder: Path) -> None:
    await opened(staffed, Level.TINGGI, issue="TAM")
    text = (folder / "district.toml").read_text(encoding="utf-8")
    blocks = text.split("[[issue]]")
    kept = [block for block in blocks if 'code = "TAM"' not in block]
    assert len(kept) == len(blocks) - 1
    (folder / "district.toml").write_text("[[issue]]".join(kept), encoding="utf-8")
    await settled(staffed)
    [line] = staffed.journal("policy.refused")
    assert "TAM dipakai peristiwa terbuka, tetapi tidak ada lagi" in line.data["objections"]
    assert "TAM is used by open incidents, and is there no more" in said(in_force(staffed).objections, "en")


async def test_taking_a_refused_change_back_clears_it_and_it_is_told_anew_when_it_returns(
    staffed: House, folder: Path
) -> None:
    for _ in range(2):
        replace(folder, "ack = 5\n", 'ack = "lima"\n')
        await settled(staffed)
        assert in_force(staffed).refused is not None
        replace(folder, 'ack = "lima"\n', "ack = 5\n")
        await settled(staffed)
        assert in_force(staffed).refused is None
    assert len(staffed.journal("policy.refused")) == 2


# -- starting -----------------------------------------------------------------------------------------------------------


async def restarted(house: House, folder: Path, instance: str = "notify-1") -> None:
    """Start a notifier's watch over its folder anew, by the rules that a start finds."""
    rules = begin(house.store, folder)
    desk = replaced(house.notify.desk, district=rules.district, trial=rules.version.trial, instance=instance)
    await Reloader(house.store, folder, rules, lambda: desk).look()
    await house.look()


async def test_a_process_starts_by_what_was_proved_whatever_its_folder_holds(staffed: House, folder: Path) -> None:
    replace(folder, "ack = 5\n", "ack = 4\n")
    assert begin(staffed.store, folder).district.clocks[Level.KRITIS].ack == 5
    replace(folder, "ack = 4\n", 'ack = "lima"\n')
    assert begin(staffed.store, folder).district.clocks[Level.KRITIS].ack == 5


async def test_an_edit_and_a_restart_is_a_change_like_any_other(staffed: House, folder: Path) -> None:
    replace(folder, "ack = 5\n", "ack = 4\n")
    await restarted(staffed, folder)
    assert in_force(staffed).proved
    assert running(staffed) == {read_version(folder).digest}


async def test_a_restart_does_not_bring_in_what_the_proof_refuses(staffed: House, folder: Path) -> None:
    digest = in_force(staffed).digest
    nobody_there(staffed)
    replace(folder, "ack = 5\n", "ack = 4\n")
    await restarted(staffed, folder)
    assert (in_force(staffed).digest, running(staffed)) == (digest, {digest})


async def test_before_there_are_people_a_restart_brings_in_what_it_finds(new_house: NewHouse, folder: Path) -> None:
    house = await new_house(folder=folder)  # a handful of people: no proof can be had
    await house.look()
    assert not in_force(house).proved
    replace(folder, "ack = 5\n", "ack = 4\n")
    await settled(house)
    assert len(house.journal("policy.refused")) == 1  # while it runs, only what is proved
    await restarted(house, folder)
    assert (in_force(house).digest, in_force(house).proved) == (read_version(folder).digest, False)
    assert running(house) == {in_force(house).digest}


async def test_a_second_notifier_whose_folder_nobody_touched_does_not_put_the_old_rules_back(
    staffed: House, folder: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "mesin-dua"))
    await restarted(staffed, other, "notify-2")
    replace(folder, "ack = 5\n", "ack = 4\n")
    await settled(staffed)
    await restarted(staffed, other, "notify-2")
    await restarted(staffed, other, "notify-3")
    assert in_force(staffed).digest == read_version(folder).digest
    replace(other, "ack = 5\n", "ack = 3\n")
    await restarted(staffed, other, "notify-2")
    assert in_force(staffed).digest == read_version(other).digest


async def test_once_the_store_has_the_texts_of_the_rules_no_process_holds_them(staffed: House, folder: Path) -> None:
    """They are 8 MB: what they mean is held, and the digest by which they are known."""

    def held() -> list[str]:
        running = [one._rules.version for one in staffed.followers.values()]
        return [name for version in (*running, begin(staffed.store, folder).version) for name in version.files]

    assert held() == []
    replace(folder, "ack = 5\n", "ack = 4\n")
    await settled(staffed)
    assert running(staffed) == {read_version(folder).digest}
    assert held() == []
    assert version_of(in_force(staffed).files).digest == in_force(staffed).digest
    gone = read_version(folder)
    gone.let_texts_go()
    with pytest.raises(ValueError, match="not at hand"):  # nobody puts nothing in force
        staffed.write(lambda tx: put_in_force(tx, gone, "test"))


def test_who_remembers_a_district_holds_none_of_its_texts(folder: Path) -> None:
    append(folder, f"# {folder}\n")
    files = read_files(folder)
    text = weakref.ref(kept := _Kept(files["district.toml"]))
    district = district_of({**files, "district.toml": kept})
    del kept
    assert text() is None
    assert district_of(files) is district


def test_rules_that_change_hold_what_was_learned_once(folder: Path) -> None:
    """A process remembers the rules of before too: 9 MB of numbers each time would be held twice, and never let go."""
    before = load_district(folder)
    replace(folder, "ack = 5\n", "ack = 4\n")
    after = load_district(folder)
    assert after.clocks != before.clocks
    assert after.learned["terms"] is before.learned["terms"]
    text = (folder / LEARNED).read_text(encoding="utf-8")
    (folder / LEARNED).write_text(text.replace('"version":"', '"version":"other ', 1), encoding="utf-8")
    assert load_district(folder).learned["version"] == "other " + after.learned["version"]
    (folder / LEARNED).write_text(text.replace('"format":2', '"format":1', 1), encoding="utf-8")
    with pytest.raises(DistrictError, match="format 1"):
        load_district(folder)


async def test_texts_that_somebody_changed_in_the_store_are_not_taken(staffed: House) -> None:
    def tamper(tx: Transaction) -> None:
        row = tx.session.get_one(RulesInForce, 1)
        text = row.files["district.toml"].replace("ack = 5\n", "ack = 4\n")
        row.files = {**row.files, "district.toml": text}
        row.digest = "0" * 64

    staffed.write(tamper)
    await staffed.followers["triage-1"].look()
    assert staffed.followers["triage-1"]._rules.district.clocks[Level.KRITIS].ack == 5
    [triage] = staffed.rows(Process, service="triage")
    assert triage.digest == staffed.version.digest
