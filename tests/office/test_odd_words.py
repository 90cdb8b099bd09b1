"""Words of a command that fit nothing end in a sentence and leave everything as it was, never in a traceback."""

import gzip
import io
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from schemas.records.accounts import Key
from schemas.records.people import Address, Person
from services.cli.main import main
from services.cli.up import nats_config, nats_server
from services.runtime.settings import Settings
from services.store.database import Store
from services.store.ids import derived

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture(scope="module")
def with_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    store = Store(Settings(data=folder).database)
    store.upgrade()
    store.close()
    return folder


@pytest.fixture
def data(tmp_path: Path, with_tables: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with tables, for an operator who has no terminal."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return Path(shutil.copytree(with_tables, tmp_path / "data"))


def code_of(words: list[str], data: Path) -> int:
    """Run a command; gives its exit code, argparse's refusals too."""
    try:
        return main([*words, "--data", str(data)])
    except SystemExit as ended:
        return int(ended.code or 0)


def lines_of_the_log(data: Path) -> int:
    with sqlite3.connect(data / "kentongan.db") as store:
        many: int = store.execute("SELECT count(*) FROM journal").fetchone()[0]
    store.close()
    return many


BAD_USAGE = (
    "key add {name} --role reporter --days -3",
    "key add {name} --role reporter --days 10000000",
    "key add {name} --role member --institution NOPE",
    "key add 中文 --role reporter",
    "key add {empty} --role reporter",
    "key revoke 中文",
    "silence add --reason x --hours inf",
    "silence add --reason x --hours nan",
    "silence add --reason x --hours 1e12",
    "silence add --reason x --hours 0",
    "silence add --reason x --until 9999-12-31T23:59:59-10:00",
    "silence add --reason x --from 9999-12-31T23:59:59+00:00 --hours 1",
    "rota gaps --days 100000000",
    "rota gaps --days -1",
    "rota show --days 99999999999",
    "rota show --days 1.5",
    "person add Nama --login nama --role member",
    "audit verify --no-bus --key zz",
    "audit verify --no-bus --file {data}",
    "audit export --no-bus /proc/x",
    "backup /nonexistent/x",
    "backup {data}",
    "backup /",
)


@pytest.mark.filterwarnings("ignore::getpass.GetPassWarning")  # which says what our sentence says
@pytest.mark.parametrize("line", BAD_USAGE)
def test_bad_usage_is_said_and_changes_nothing(line: str, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [word.format(name="Layar", empty="", data=data) for word in line.split()]
    before = lines_of_the_log(data)
    assert code_of(words, data) == 2
    said = capsys.readouterr()
    assert said.out + said.err
    assert "Traceback" not in said.err
    assert lines_of_the_log(data) == before


@pytest.mark.parametrize(
    "line",
    [
        "person add Nama --login nama --role member --unit 99.99.99 --password-stdin",
        "person add Nama --login nama --role member --named-for NOPE --password-stdin",
        "person add Nama --login nama --role member --institution NOPE --password-stdin",
        "audit verify --no-bus --file /nonexistent",
    ],
)
def test_what_is_not_there_is_found_wrong(line: str, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = lines_of_the_log(data)
    assert code_of(line.split(), data) == 1
    assert capsys.readouterr().out
    assert lines_of_the_log(data) == before


def test_a_proof_that_is_there_is_enough(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "kept.jsonl").touch()
    assert code_of(["audit", "verify", "--no-bus", "--file", str(data / "kept.jsonl")], data) == 0
    assert code_of(["audit", "verify", "--no-bus", "--json", "--file", "/nonexistent"], data) == 1
    assert '"missing": ["/nonexistent"]' in capsys.readouterr().out


@pytest.mark.parametrize("place", ["/etc/passwd", "/etc/passwd/x", "/proc/foo"])
def test_a_data_folder_that_cannot_be_one_is_named(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert code_of(["up"], Path(place)) == 2
    assert place in capsys.readouterr().err


def test_restoring_what_is_no_backup_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = gzip.compress(b'{"format": "kentongan-backup-1"}\n' * 9)
    kinds = {
        "cut": whole[:-9],
        "damaged": whole[:12] + b"\xff\xff\xff" + whole[15:],
        "strange": gzip.compress(b"\xff\xfe"),
    }
    for name, content in kinds.items():
        (tmp_path / name).write_bytes(content)
    place = tmp_path / "new"
    for file in ("/nonexistent", "/etc/passwd", "/", str(tmp_path / "damaged"), str(tmp_path / "strange")):
        assert code_of(["restore", file], place) == 2, file
        assert not place.exists()
    (tmp_path / "words").write_bytes(gzip.compress(b"no JSON\n"))
    assert code_of(["restore", str(tmp_path / "words")], place) == 1
    assert not place.exists()
    assert code_of(["restore", str(tmp_path / "cut")], place) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_person_who_is_changed_keeps_what_is_not_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = "--institution POLRES --unit 35.23.11 --post Kanit --clearance RAHASIA --language en --named-for RAD"
    monkeypatch.setattr("sys.stdin", io.StringIO("sandi yang panjang dan aneh\n"))
    add = ["person", "add", "Nama", "--login", "nama", "--password-stdin"]
    assert code_of([*add, "--role", "member", *first.split(), "--address", "email:a@b.example"], data) == 0
    assert code_of(["person", "lock", "nama", "--reason", "pindah"], data) == 0
    before = kept(data)
    assert before[0]["clearance"] > 1
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert code_of([*add[:2], "Nama Baru", *add[3:], "--role", "verifier"], data) == 0
    after = kept(data)
    assert after == ({**before[0], "name": "Nama Baru", "role": "verifier"}, before[1])
    assert after[0]["active"] is False
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert code_of([*add, "--role", "verifier", "--unit", "", "--named-for", ""], data) == 0
    assert (kept(data)[0]["unit"], kept(data)[0]["named_for"]) == ("", [])


def kept(data: Path) -> tuple[dict[str, object], list[str]]:
    """Give what the store has of the person, and his addresses."""
    store, id_ = Store(Settings(data=data).database), derived("person", "nama")
    try:
        person = store.read_now(lambda session: session.get(Person, id_))
        address = derived("address", id_, "email", "a@b.example")
        found = store.read_now(lambda session: session.get(Address, address))
        assert person is not None
        return person.model_dump(), [found.address] if found else []
    finally:
        store.close()


def test_a_key_in_the_way_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add = ["--role", "reporter"]
    assert code_of(["key", "add", "Layar Posko", *add], data) == 0
    assert code_of(["key", "revoke", "Layar Posko"], data) == 0  # which frees no name
    capsys.readouterr()
    assert code_of(["key", "add", "layar, posko", *add], data) == 1
    said = capsys.readouterr().out
    assert "'Layar Posko'" in said
    assert "revoke" not in said
    assert code_of(["key", "add", "Tanpa Akhir", *add, "--days", "0"], data) == 0
    store = Store(Settings(data=data).database)
    made = store.read_now(lambda session: session.get(Key, "tanpa-akhir"))
    store.close()
    assert made is not None
    assert made.ends_at is None


@pytest.mark.parametrize("name", ["ques?x", "per%20c", 'q"x', "back\\slash", "ha#sh", "dua kata", "désa"])
def test_a_folder_may_have_any_name(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    store = Store(Settings(data=folder).database)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE anything (id INTEGER)")
    store.close()
    assert (folder / "kentongan.db").stat().st_size
    assert [one.name for one in tmp_path.iterdir()] == [name]
    checked = subprocess.run([nats_server(), "-t", "-c", str(nats_config(folder, 4222))], check=False)
    assert checked.returncode == 0
    written = (folder / "nats-server.conf").read_text(encoding="utf-8")
    assert folder.name.replace("\\", "\\\\").replace('"', '\\"') in written


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose and units hand on empty variables; an empty folder was the checkout, which `up` then closed to others."""
    monkeypatch.setenv("KENTONGAN_DATA", "")
    monkeypatch.setenv("KENTONGAN_PORT", "")
    assert Settings().data == Settings.model_fields["data"].default
    assert Settings().port == Settings.model_fields["port"].default


@pytest.mark.parametrize("address", ["siaga.example", "//siaga.example", "ftp://siaga.example", "https://"])
def test_an_address_of_the_pages_has_its_scheme(address: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENTONGAN_BASE_URL", address)
    assert code_of(["db", "prepare"], data) == 2
