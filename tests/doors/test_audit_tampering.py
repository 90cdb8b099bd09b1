"""Whoever may write the database file cannot hide it: nine kinds of tampering, each done to a file and each named."""

import asyncio
import itertools
import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from schemas.messages import AuditCheckpoint
from schemas.records.alerts import Alert, Delivery
from schemas.records.answers import Sitrep
from schemas.records.people import Person
from schemas.vocabulary import Level, Role
from services.cli.main import main
from services.notify.watchdog.checkpoints import FOLLOWS, Checkpoints, InAFile, OnTheBus
from services.security.checkpoints import Shelf, public_keys, sign
from services.security.secret import Secret, load_secret, retire, rotate
from services.store.audit_log import chain_hash
from services.store.audit_verify import Kind, Outside, verify
from services.store.database import Store
from services.store.transaction import Transaction
from tests.house import NIGHT, Clock, House
from tests.incidents import filed, judged, keep, opened

pytestmark = pytest.mark.usefixtures("in_english")

LINES = 60


@dataclass
class Installed:
    """A data folder with a store, a secret and checkpoints, and the office's commands on it."""

    data: Path
    run: Callable[..., tuple[int, str]]

    @property
    def database(self) -> Path:
        return self.data / "kentongan.db"

    @property
    def file(self) -> Path:
        return self.data / "checkpoints.jsonl"

    def attack(self, *statements: str) -> None:
        """Do to the file what somebody does who may write it."""
        with sqlite3.connect(self.database) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    def write_anew(self, after: int = 0, *, head: bool = True) -> None:
        """Compute every hash again from a line on, as an attacker does who has read the source."""
        with sqlite3.connect(self.database) as connection:
            connection.row_factory = sqlite3.Row
            previous, seq = "", 0
            for row in connection.execute("SELECT * FROM journal ORDER BY seq").fetchall():
                seq = row["seq"]
                said = {name: row[name] for name in ("actor", "kind", "incident_id", "subject_id")}
                said["data"] = json.loads(row["data"])
                said["at"] = row["at"].replace(" ", "T").removesuffix(".000000") + "+00:00"
                if row["rows"]:
                    said["rows"] = json.loads(row["rows"])
                hash_ = chain_hash(previous, seq, said)
                assert seq > after or hash_ == row["hash"], "the attacker hashes as we do"
                connection.execute("UPDATE journal SET hash = ? WHERE seq = ?", (hash_, seq))
                previous = hash_
            if head:
                connection.execute("UPDATE chain SET seq = ?, hash = ?", (seq, previous))
        connection.close()

    def verify(self, *words: str) -> tuple[int, Any]:
        code, said = self.run("audit", "verify", "--json", *(words or ("--no-bus",)))
        return code, json.loads(said)

    def first(self, *words: str) -> tuple[int, str]:
        """Give the first wrong line and its kind; everything else is a failure of the test."""
        code, told = self.verify(*words)
        assert code == 1, told
        return told["first"]["line"], told["first"]["kind"]


def _fill(tx: Transaction) -> str:
    """Keep a night's worth of rows of every kind that matters; gives the incident's id."""
    report = filed("Tawuran dua kelompok pemuda, dua orang luka.")
    incident = keep(tx, report, judged(Level.TINGGI)).id.split(":")[0]
    alert = {"id": "a-1", "incident_id": incident, "institution": "POLRES", "duty": "lead", "level": 3}
    tx.add(Alert, [{**alert, "owed_at": tx.now, "state": "owed", "why": [], "round": 1, "reason": "opened"}])
    sent = {"id": "d-1", "alert_id": "a-1", "incident_id": incident, "channel": "email", "address": "a@b.example"}
    sent |= {"round": 1, "reason": "opened", "payload": {"body": "Tawuran"}, "state": "dead", "owed_at": tx.now}
    tx.add(Delivery, [sent])
    told = {"id": "s-1", "incident_id": incident, "institution": "POLRES", "by": "p-1", "at": tx.now, "text": "Aman."}
    tx.add(Sitrep, [told])
    person = {"id": "p-1", "name": "Piket", "login": "piket", "role": "member", "institution": "POLRES"}
    tx.add(
        Person, [{**person, "unit": "", "post": "", "clearance": 1, "language": "id", "active": True, "named_for": []}]
    )
    return incident


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation in which 60 lines were written, signed after lines 20 and 41."""
    data = tmp_path_factory.mktemp("built")
    clock = Clock()
    store = Store(f"sqlite:///{data / 'kentongan.db'}", clock)
    store.upgrade()
    signing = Checkpoints(store, load_secret("", data), [InAFile(data / "checkpoints.jsonl")], "notify-1")
    incident = store.write_now(_fill)
    for number in range(2, LINES - 1):
        clock.forward(seconds=40)
        if number in (20, 40):
            asyncio.run(signing.tick())
        store.write_now(lambda tx, n=number: tx.audit("step", "test", incident=incident, number=n))
    store.close()
    with sqlite3.connect(data / "kentongan.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kinds = dict(connection.execute("SELECT seq, kind FROM journal"))
    connection.close()
    assert (len(kinds), [seq for seq, kind in kinds.items() if kind == "audit.checkpoint"]) == (LINES, [20, 41])
    return data


@pytest.fixture
def installed(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Installed:
    data = tmp_path / "data"
    shutil.copytree(built, data)
    for name in ("STORE_URL", "SECRET", "NATS_URL"):
        monkeypatch.delenv(f"KENTONGAN_{name}", raising=False)

    def run(*words: str) -> tuple[int, str]:
        code = main([*words, "--data", str(data)])
        return code, capsys.readouterr().out

    return Installed(data, run)


def test_what_nobody_touched_fits(installed: Installed) -> None:
    code, told = installed.verify()
    assert (code, told["ok"], told["first"], told["lines"], told["checkpoints"]) == (0, True, None, LINES, 2)
    assert told["rows"] >= 6
    code, said = installed.run("audit", "verify", "--no-bus")
    assert code == 0
    assert f"{LINES} lines holds" in said


# -- the nine ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["actor = 'orang lain'", "data = '{}'", "at = '2026-11-23 15:00:00.000000'"])
def test_1_a_changed_line_is_named(installed: Installed, change: str) -> None:
    installed.attack(f"UPDATE journal SET {change} WHERE seq = 30")
    assert installed.first() == (30, "changed")


def test_1_a_line_changed_with_its_own_hash_is_found_at_the_next(installed: Installed) -> None:
    installed.attack("UPDATE journal SET actor = 'orang lain' WHERE seq = 30")
    with sqlite3.connect(installed.database) as connection:
        kept = connection.execute("SELECT seq, hash FROM journal WHERE seq > 30 ORDER BY seq").fetchall()
    connection.close()
    installed.write_anew(29)
    installed.attack(*(f"UPDATE journal SET hash = '{hash_}' WHERE seq = {seq}" for seq, hash_ in kept))
    installed.attack(f"UPDATE chain SET hash = '{kept[-1][1]}'")
    code, told = installed.verify()
    assert (code, told["first"]["line"], told["first"]["kind"]) == (1, 31, "changed")
    assert "line 30 was changed together with its own" in told["first"]["detail"]


def test_1_a_line_that_was_put_in_is_named(installed: Installed) -> None:
    installed.attack(
        "UPDATE journal SET seq = seq + 1000 WHERE seq >= 30",
        "INSERT INTO journal SELECT 30, at, 'orang lain', kind, incident_id, subject_id, data, hash, rows "
        "FROM (SELECT at, kind, incident_id, subject_id, data, hash, rows FROM journal WHERE seq = 29)",
        "UPDATE journal SET seq = seq - 999 WHERE seq >= 1000",
    )
    assert installed.first() == (30, "changed")


@pytest.mark.parametrize("many", [1, 5])
def test_2_removed_lines_are_named(installed: Installed, many: int) -> None:
    installed.attack(f"DELETE FROM journal WHERE seq BETWEEN 30 AND {29 + many}")
    assert installed.first() == (30, "removed")


@pytest.mark.parametrize("many", [1, 5])
def test_2_removed_lines_are_named_though_the_others_were_renumbered(installed: Installed, many: int) -> None:
    installed.attack(
        f"DELETE FROM journal WHERE seq BETWEEN 30 AND {29 + many}",
        f"UPDATE journal SET seq = seq - {many} WHERE seq > 30",
        f"UPDATE chain SET seq = seq - {many}",
    )
    assert installed.first() == (30, "removed")


@pytest.mark.parametrize("other", [31, 38])
def test_3_two_lines_that_changed_places_are_named(installed: Installed, other: int) -> None:
    installed.attack(
        "UPDATE journal SET seq = 9999 WHERE seq = 30",
        f"UPDATE journal SET seq = 30 WHERE seq = {other}",
        f"UPDATE journal SET seq = {other} WHERE seq = 9999",
    )
    assert installed.first() == (30, "reordered")


def test_3_two_lines_whose_words_changed_places_under_their_hashes_are_named(installed: Installed) -> None:
    words = ("at", "actor", "kind", "incident_id", "subject_id", "data", "rows")
    with sqlite3.connect(installed.database) as connection:
        rows = {
            seq: connection.execute(f"SELECT {', '.join(words)} FROM journal WHERE seq = ?", (seq,)).fetchone()
            for seq in (30, 34)
        }
        given = ", ".join(f"{word} = ?" for word in words)
        connection.execute(f"UPDATE journal SET {given} WHERE seq = 30", rows[34])
        connection.execute(f"UPDATE journal SET {given} WHERE seq = 34", rows[30])
    connection.close()
    assert installed.first() == (30, "reordered")


def test_4_a_cut_tail_is_named(installed: Installed) -> None:
    installed.attack("DELETE FROM journal WHERE seq > 35")
    installed.write_anew()
    assert installed.first() == (36, "cut")


def test_4_a_tail_cut_after_the_last_checkpoint_is_named_by_what_it_left_behind(installed: Installed) -> None:
    installed.attack("DELETE FROM journal WHERE seq > 50")  # the head still knows of more
    assert installed.first() == (51, "cut")


@pytest.mark.parametrize("how", ["lines", "lines and head", "everything", "the file"])
def test_5_an_emptied_log_is_named(installed: Installed, how: str) -> None:
    if how == "the file":
        for path in installed.data.glob("kentongan.db*"):
            path.unlink()
    else:
        installed.attack("DELETE FROM journal")
        if how != "lines":
            installed.attack("UPDATE chain SET seq = 0, hash = ''")
        if how == "everything":
            installed.attack(*(f"DELETE FROM {table}" for table in ("incident", "alert", "delivery", "report")))
    assert installed.first() == (1, "emptied")


def test_5_where_nothing_ever_was_nothing_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KENTONGAN_STORE_URL", raising=False)
    assert main(["audit", "verify", "--no-bus", "--data", str(tmp_path)]) == 1
    assert "There is no store" in capsys.readouterr().err


@pytest.mark.parametrize(("line", "named"), [(5, 1), (30, 21), (41, 21)])
def test_6_a_log_written_anew_is_named_from_the_last_checkpoint_that_fits(
    installed: Installed, line: int, named: int
) -> None:
    installed.attack(f"UPDATE journal SET actor = 'orang lain' WHERE seq = {line}")
    installed.write_anew(line - 1)
    store = Store(f"sqlite:///{installed.database}")
    assert verify(store.engine).faults == []  # by itself it is whole
    store.close()
    assert installed.first() == (named, "rewritten")


ROWS = {
    "incident's level": "UPDATE incident SET level = 1",
    "incident's state": "UPDATE incident SET state = 'settled'",
    "incident's facts": "UPDATE incident SET facts = '{\"dead\": []}'",
    "alert's answer": "UPDATE alert SET state = 'acknowledged', acknowledged_by = 'p-1'",
    "delivery's outcome": "UPDATE delivery SET state = 'delivered'",
    "delivery's words": 'UPDATE delivery SET payload = \'{"body": "Aman"}\'',
    "report's words": "UPDATE report SET text = 'Aman, tidak ada apa-apa.'",
    "situation report": "UPDATE sitrep SET text = 'Dua orang tewas.'",
    "person's role": "UPDATE person SET role = 'admin'",
    "report is gone": "DELETE FROM report",
    "alert is gone": "DELETE FROM alert",
    "person put in": "INSERT INTO person SELECT 'p-2', name, 'p2', password, 'admin', institution, unit, post, clearance, "
    "language, active, named_for FROM person",
}


@pytest.mark.parametrize("what", ROWS)
def test_7_a_row_that_differs_is_named_with_the_line_that_speaks_of_it(installed: Installed, what: str) -> None:
    installed.attack(ROWS[what])
    code, told = installed.verify()
    assert (code, told["first"]["kind"]) == (1, "row differs")
    put_in = "put in" in what
    assert told["first"]["line"] == (LINES + 1 if put_in else 1)
    assert told["first"]["row"].split(":")[0] in ROWS[what]


def test_8_a_forged_checkpoint_is_named(installed: Installed) -> None:
    """An attacker writes everything anew, and signs it with a key of his own."""
    installed.attack("UPDATE journal SET actor = 'orang lain' WHERE seq = 5")
    installed.write_anew(4)
    with sqlite3.connect(installed.database) as connection:
        hashes = dict(connection.execute("SELECT seq, hash FROM journal"))
    connection.close()
    own = Secret(b"the secret of somebody else, 32 b")
    forged = [sign(own, line, hashes[line], NIGHT).model_dump_json() for line in (20, 41)]
    installed.file.write_text("".join(f"{one}\n" for one in forged))
    line, kind = installed.first()
    assert (line, kind) == (20, "checkpoint")
    assert "forged" in installed.run("audit", "verify", "--no-bus")[1]


def test_8_a_checkpoint_whose_statement_was_changed_is_named(installed: Installed) -> None:
    installed.file.write_text(installed.file.read_text().replace('\\"line\\": 41', '\\"line\\": 40'))
    assert installed.first()[1] == "checkpoint"


def test_8_words_that_are_no_checkpoint_are_named(installed: Installed) -> None:
    with installed.file.open("a") as out:
        out.write("[[[[\n")
    assert installed.first()[1] == "checkpoint"


@pytest.mark.parametrize("how", ["file", "one line"])
def test_8_a_missing_checkpoint_is_named(installed: Installed, how: str) -> None:
    if how == "file":
        installed.file.unlink()
    else:
        installed.file.write_text(installed.file.read_text().splitlines(keepends=True)[1])
    assert installed.first() == (20, "checkpoint")


WORDS = "at, 'orang lain', kind, incident_id, subject_id, data, '', rows"


@pytest.mark.parametrize("how", ["instead of another", "between two"])
def test_9_a_line_that_came_after_the_seal_had_passed_is_named(installed: Installed, how: str) -> None:
    """Only a sealer gives a hash; an attacker who leaves that to it finds that it goes on after the head."""
    if how == "instead of another":
        installed.attack("DELETE FROM journal WHERE seq = 30")
        put = f"SELECT 30, {WORDS} FROM journal WHERE seq = 29"
    else:
        installed.attack("UPDATE journal SET seq = seq + 1000 WHERE seq >= 30")
        put = f"SELECT 30, {WORDS} FROM journal WHERE seq = 29"
    installed.attack(
        f"INSERT INTO journal (seq, at, actor, kind, incident_id, subject_id, data, hash, rows) {put}",
        "UPDATE journal SET seq = seq - 999 WHERE seq >= 1000",
    )
    store = Store(f"sqlite:///{installed.database}")
    assert store.seal_now() == 0
    store.close()
    assert installed.first() == (30, "late")


async def test_9_who_follows_hears_of_a_late_line(installed: Installed, clock: Clock) -> None:
    store = Store(f"sqlite:///{installed.database}", clock)
    signing = Checkpoints(store, load_secret("", installed.data), [InAFile(installed.file)], "notify-1")
    installed.attack("UPDATE journal SET hash = '', actor = 'orang lain' WHERE seq = 55")
    await signing.tick()
    assert [one.subject for one in signing.findings()] == ["55 (late)"]
    assert len(installed.file.read_text().splitlines()) == 2  # nothing more was signed
    store.close()


def test_lines_that_wait_for_their_seal_are_named_and_too_long_a_wait_is_a_finding(
    installed: Installed, clock: Clock
) -> None:
    store = Store(f"sqlite:///{installed.database}", clock)
    clock.forward(hours=1)
    for _ in range(3):
        store.write_now(lambda tx: tx.audit("step", "test"))
    young = verify(store.engine, Outside(settled=clock.now - timedelta(minutes=10)))
    assert (young.faults, young.unsealed, young.unsealed_since) == ([], 3, clock.now)
    old = verify(store.engine, Outside(settled=clock.now + timedelta(minutes=1)))
    assert [(one.line, one.kind) for one in old.faults] == [(61, Kind.UNSEALED)]
    store.close()  # whoever wrote seals as it ends, where no notifier is there to do it
    code, told = installed.verify()
    assert (code, told["unsealed"], told["lines"]) == (0, 0, 63)


def test_a_line_taken_out_before_it_was_sealed_is_named_and_nothing_behind_it_is_sealed(
    installed: Installed, clock: Clock
) -> None:
    store = Store(f"sqlite:///{installed.database}", clock)
    for _ in range(3):
        store.write_now(lambda tx: tx.audit("step", "test"))
    installed.attack("DELETE FROM journal WHERE seq = 62")
    assert store.seal_now() == 1
    assert installed.first() == (62, "removed")
    store.close()


# -- who knows besides -------------------------------------------------------------------------------------------------


def test_a_hash_from_the_foot_of_a_recap_is_enough(installed: Installed) -> None:
    with sqlite3.connect(installed.database) as connection:
        hashes = dict(connection.execute("SELECT seq, hash FROM journal"))
    connection.close()
    assert installed.verify("--no-bus", "--known", f"45:{hashes[45][:16]}")[0] == 0
    installed.attack("UPDATE journal SET actor = 'orang lain' WHERE seq = 44")
    installed.write_anew(43)
    assert installed.verify()[0] == 0  # after the last checkpoint nobody else knows
    assert installed.first("--no-bus", "--known", f"45:{hashes[45][:16]}") == (42, "rewritten")


def test_only_a_key_from_elsewhere_is_believed_where_one_is_given(installed: Installed) -> None:
    [key] = installed.run("audit", "key")[1].split()
    assert installed.verify("--no-bus", "--key", key)[0] == 0
    assert installed.first("--no-bus", "--key", "ab" * 32)[1] == "checkpoint"


@pytest.mark.nats
async def test_the_bus_remembers_when_store_and_file_are_gone(
    tmp_path: Path, clock: Clock, new_database: Callable[[str], str], new_bus: Callable[..., Any]
) -> None:
    store, bus = Store(new_database("sqlite"), clock), await new_bus()
    secret = load_secret("", tmp_path)
    file = InAFile(tmp_path / "elsewhere" / "checkpoints.jsonl")
    signing = Checkpoints(store, secret, [file, OnTheBus(bus)], "notify-1")
    for _ in range(3):
        await store.write(lambda tx: tx.audit("step", "test"))
        await signing.tick()
    await signing.tick()  # nothing new: nothing to sign
    kept = await bus.checkpoints()
    assert [json.loads(json.loads(one)["statement"])["line"] for one in kept] == [2, 4, 6]
    assert file.path.read_bytes().splitlines() == kept
    assert await bus.last_checkpoint() == kept[-1]
    # nobody takes one out again: not even whoever declared the stream
    with pytest.raises(Exception, match="delete"):
        await bus.js.delete_msg("CHECKPOINTS", 1)
    with pytest.raises(Exception, match="purge"):
        await bus.js.purge_stream("CHECKPOINTS")
    store.close()


class Away(InAFile):
    """A place that cannot be written for a while."""

    away = True

    async def put(self, line: int, hash_: str, checkpoint: AuditCheckpoint) -> None:
        if self.away:
            raise OSError
        await super().put(line, hash_, checkpoint)


async def test_a_place_that_was_away_when_the_signer_ended_gets_what_it_lacks(
    installed: Installed, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what it lacks is never written, and the log is said to be tampered with for ever."""
    other = Away(installed.data / "elsewhere.jsonl")
    other.path.write_bytes(installed.file.read_bytes())
    store, secret = Store(f"sqlite:///{installed.database}", clock), load_secret("", installed.data)
    places = [InAFile(installed.file), other]
    signing = Checkpoints(store, secret, places, "notify-1")
    for _ in range(2):
        await store.write(lambda tx: tx.audit("step", "test"))
        await signing.tick()
    assert [one.kind for one in signing.findings()] == ["checkpoints"]
    assert len(installed.file.read_text().splitlines()) == len(other.path.read_text().splitlines()) + 2
    other.away = False  # and now the process is killed: what it owed is forgotten
    heir = Checkpoints(store, secret, places, "notify-1")
    await store.write(lambda tx: tx.audit("step", "test"))
    await heir.tick()
    assert heir.findings() == []
    assert other.path.read_bytes() == installed.file.read_bytes()
    await heir.tick()
    assert len(other.path.read_text().splitlines()) == 5  # nothing twice
    shelf = Shelf(public_keys(secret))
    for place in places:
        shelf.read(place.name, await place.all())
    shelf.settle(clock.forward(days=1))
    assert shelf.faults == []
    store.close()


async def test_a_checkpoint_that_a_power_cut_left_half_written_is_written_anew(
    installed: Installed, clock: Clock
) -> None:
    store, secret = Store(f"sqlite:///{installed.database}", clock), load_secret("", installed.data)
    file = InAFile(installed.file)
    whole = installed.file.read_bytes()
    await Checkpoints(store, secret, [file], "notify-1").tick()
    signed = installed.file.read_bytes()
    assert signed[: len(whole)] == whole != signed
    installed.file.write_bytes(signed[:-40])
    heir = Checkpoints(store, secret, [file], "notify-1")
    await heir.tick()
    assert heir.findings() == []
    assert installed.file.read_bytes() == signed
    store.close()


@pytest.mark.nats
async def test_hundreds_of_checkpoints_are_read_from_the_bus(new_bus: Callable[..., Any]) -> None:
    from services.bus import checkpoint_event

    bus, secret = await new_bus(), Secret(bytes(32))
    made = [sign(secret, line, f"{line:064x}", NIGHT) for line in range(1, 1203)]
    for start in range(0, len(made), 100):
        some = enumerate(made[start : start + 100], start + 1)
        await bus.publish([checkpoint_event(line, f"{line:064x}", one) for line, one in some])
    assert [json.loads(one) for one in await bus.checkpoints()] == [one.model_dump() for one in made]


# -- whoever signs -----------------------------------------------------------------------------------------------------


async def test_a_log_that_does_not_fit_is_not_signed_and_the_auditor_hears(installed: Installed, clock: Clock) -> None:
    store = Store(f"sqlite:///{installed.database}", clock)
    signing = Checkpoints(store, load_secret("", installed.data), [InAFile(installed.file)], "notify-1")
    await signing.tick()
    assert (signing.findings(), len(installed.file.read_text().splitlines())) == ([], 3)
    installed.attack("UPDATE journal SET actor = 'orang lain' WHERE seq = 55")
    again = Checkpoints(store, load_secret("", installed.data), [InAFile(installed.file)], "notify-1")
    await store.write(lambda tx: tx.audit("step", "test"))
    await again.tick()
    assert again.findings() == []  # line 55 was signed before: `audit verify` finds it, who only follows does not
    await store.write(lambda tx: tx.audit("step", "test"))
    assert await store.seal() == 1
    installed.attack("UPDATE journal SET actor = 'orang lain' WHERE seq = 64")
    third = Checkpoints(store, load_secret("", installed.data), [InAFile(installed.file)], "notify-1")
    await third.tick()
    [found] = third.findings()
    assert (found.kind, found.subject.split()[0]) == ("journal", "64")
    kept = len(installed.file.read_text().splitlines())
    await store.write(lambda tx: tx.audit("step", "test"))
    await third.tick()
    assert len(installed.file.read_text().splitlines()) == kept
    store.close()


async def test_a_long_log_that_nobody_has_signed_is_followed_tick_by_tick_and_signed_at_its_end(
    tmp_path: Path, store: Store
) -> None:
    """What takes longer than a minute is ended by the watchdog, and would begin anew for ever."""

    def much(tx: Transaction) -> None:
        for number in range(5_000):
            tx.audit("step", "test", number=number)

    for _ in range(2):
        await store.write(much)
    await store.seal()
    ticks = itertools.count(step=FOLLOWS)  # each look at the time is one tick's worth later
    file = InAFile(tmp_path / "checkpoints.jsonl")
    signing = Checkpoints(store, load_secret("", tmp_path), [file], "notify-1", seconds=lambda: float(next(ticks)))
    signed = []
    for _ in range(4):
        await signing.tick()
        signed.append(len(await file.all()))
    assert signing.findings() == []
    assert (signed[0], signed[1], signed[-1]) == (0, 0, 1)
    await signing.tick()  # nothing is new
    assert len(await file.all()) == 1


async def test_who_follows_hears_of_a_cut_an_emptied_log_and_a_changed_row(installed: Installed, clock: Clock) -> None:
    store = Store(f"sqlite:///{installed.database}", clock)
    secret, places = load_secret("", installed.data), [InAFile(installed.file)]
    signing = Checkpoints(store, secret, places, "notify-1")
    await signing.tick()
    await store.write(lambda tx: tx.put(Alert, [{"id": "a-1", "state": "delivered"}]))
    installed.attack("UPDATE alert SET state = 'acknowledged'")
    await signing.tick()
    await signing.tick()
    assert ["row differs" in one.subject for one in signing.findings()] == [True]
    installed.attack("DELETE FROM journal WHERE seq > 10", "UPDATE chain SET seq = 10")
    await signing.tick()
    assert "cut" in signing.findings()[-1].subject
    fresh = Checkpoints(store, secret, places, "notify-1")
    installed.attack("DELETE FROM journal", "UPDATE chain SET seq = 0")
    await fresh.tick()
    assert "emptied" in fresh.findings()[-1].subject
    store.close()


async def test_a_kill_between_line_and_signature_is_made_good(installed: Installed, clock: Clock) -> None:
    store = Store(f"sqlite:///{installed.database}", clock)
    secret = load_secret("", installed.data)
    await store.write(lambda tx: tx.audit("audit.checkpoint", "notify-1"))
    clock.forward(hours=1)
    await store.write(lambda tx: tx.audit("step", "test"))
    assert installed.first() == (61, "checkpoint")
    await Checkpoints(store, secret, [InAFile(installed.file)], "notify-1").tick()
    assert installed.verify()[0] == 0
    store.close()


async def test_a_place_that_was_away_gets_what_it_missed(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "disk"
    folder.write_text("in the way")
    signing = Checkpoints(
        store, load_secret("", tmp_path), [InAFile(folder / "c.jsonl"), InAFile(tmp_path / "c.jsonl")], "n"
    )
    for _ in range(2):
        await store.write(lambda tx: tx.audit("step", "test"))
        await signing.tick()
    assert [one.kind for one in signing.findings()] == ["checkpoints"]
    assert str(folder) in signing.findings()[0].subject
    folder.unlink()
    await signing.tick()
    assert signing.findings() == []
    assert (folder / "c.jsonl").read_bytes() == (tmp_path / "c.jsonl").read_bytes()


async def test_a_rotated_secret_leaves_every_checkpoint_good(installed: Installed, clock: Clock) -> None:
    store, places = Store(f"sqlite:///{installed.database}", clock), [InAFile(installed.file)]
    [old] = public_keys(load_secret("", installed.data))
    for change in (rotate, retire):
        change(installed.data)
        await store.write(lambda tx: tx.audit("step", "test"))
        await Checkpoints(store, load_secret("", installed.data), places, "notify-1").tick()
    [new] = public_keys(load_secret("", installed.data))
    assert old != new
    for words in ((), ("--no-bus", "--key", old), ("--no-bus", "--key", new)):
        code, told = installed.verify(*words)
        assert (code, told["keys"], told["checkpoints"]) == (0, sorted([old, new]), 4), told
    store.close()


def test_a_restored_backup_is_said_to_go_on_and_is_no_finding_after_it(installed: Installed) -> None:
    backup = installed.data / "old.db"
    installed.attack("DELETE FROM journal WHERE seq > 30", "DELETE FROM report", "DELETE FROM alert")
    installed.write_anew()
    assert installed.first() == (31, "cut")
    code, said = installed.run("audit", "restart", "--reason", "cadangan dipulihkan")
    assert (code, backup.exists()) == (0, False), said
    code, told = installed.verify()
    assert told["counts"] == {"row differs": 2}  # what was taken out of the tables stays a finding
    assert [(one["line"], one["reason"]) for one in told["restarts"]] == [(32, "cadangan dipulihkan")]
    assert installed.run("audit", "verify", "--no-bus")[1].count("cadangan dipulihkan") == 1


# -- whatever the program does itself is no finding --------------------------------------------------------------------


@pytest.mark.nats
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_whole_story_leaves_no_row_that_differs(
    kind: str, new_database: Callable[[str], str], new_house: Callable[..., Any]
) -> None:
    house: House = await new_house(new_database(kind))
    incident = await opened(house, Level.KRITIS)
    for _ in range(8):
        await house.forward(minutes=5)
    await house.act(incident, "acknowledgements", by="POLRES")
    await house.act(incident, "sitreps", by="POLRES", text="Regu di lokasi.")
    await house.act(incident, "closures", by="POLRES", reason="Massa bubar.")
    await house.agree(incident, by=("KESBANG", Role.COORDINATOR))
    verdict = verify(house.store.engine)
    assert (verdict.faults, verdict.rows > 30) == ([], True)
    with house.store.engine.begin() as connection:
        connection.execute(text("UPDATE alert SET acknowledged_by = 'orang lain' WHERE institution = 'POLRES'"))
    faults = verify(house.store.engine).faults
    assert {one.kind for one in faults} == {Kind.ROW_DIFFERS}
    assert all(str(one.row).startswith("alert:") for one in faults)
