"""Every command says what ends it in Indonesian, in English where that was asked for, and never as a traceback."""

import ast
import json
import shutil
from pathlib import Path

import pytest

from schemas.records.people import Address, Person
from services.cli import connect
from services.cli.main import COMMANDS, main
from services.cli.ops import doctor
from services.cli.places import in_english
from services.cli.supervision import start_checks
from services.cli.words import doctor_words, in_indonesian
from services.oncall.queries import channels_in_use
from services.runtime.settings import DISTRICT
from services.store.database import Store

ROOT = Path(__file__).resolve().parents[2]
LEAD = ("--issue", "TAN", "--form", "UNRAS", "--level", "TINGGI")
# By the name of the command, words with which it asks what the district says; {} is a folder.
ASK = {
    "serve": [["triage"]],
    "key": [["add", "x", "--role", "reporter", "--institution", "POLRES"]],
    "person": [["add", "Budi", "--login", "budi", "--role", "member", "--institution", "POLRES"]],
    "file": [["{}/in.txt", "--check"]],
    "assess": [["{}/in.jsonl", "--district", "{}/district"]],
    "watch": [["--replay"]],
    "policy": [["check"], ["who", *LEAD], ["diff", "{}/district", "{}/district"], ["take"]],
    "learn": [[]],
    "bus": [["declare"]],
    "deadletters": [["list"]],
    "reconcile": [["--wait", "0"]],
    "db": [["prepare"]],
    "rota": [["gaps"], ["show"]],
    "silence": [["list"]],
    "drill": [[*LEAD]],
    "siladeni": [["export", "--to", "{}"], ["pull", "--from", "{}"]],
    "places": [["import", "{}/in.json", "--check"]],
    "doctor": [[]],
}
# These ask no district; `up` leaves it to `db prepare`, which it runs before any service.
ASK_NOTHING = {"up", "audit", "backup", "source", "restore", "ormas", "province", "bench"}
WORDS = [pytest.param([name, *words], id=" ".join([name, *words[:1]])) for name, many in ASK.items() for words in many]
SAID = {"id": "Folder kabupaten tidak dapat dipakai: ", "en": "The district's folder cannot be used: "}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank_sqlite: bytes) -> Path:
    """An installation with tables and without a bus, a district of its own and files to give to commands."""
    shutil.copytree(DISTRICT, tmp_path / "district")
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "kentongan.db").write_bytes(blank_sqlite)
    (tmp_path / "in.txt").write_text("Unjuk rasa di Kec. Soko.", encoding="utf-8")
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": 1, "text": "Unjuk rasa di Kec. Soko."}), encoding="utf-8")
    (tmp_path / "in.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("KENTONGAN_DISTRICT", str(tmp_path / "district"))
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KENTONGAN_NATS_URL", "nats://127.0.0.1:1")
    for room in (connect, doctor):  # nobody is there, however long one waits
        monkeypatch.setattr(room, "PATIENCE", 0.2)
    monkeypatch.delenv("KENTONGAN_LANGUAGE", raising=False)
    return tmp_path


def said_by(words: list[str], place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command; gives its exit code, argparse's too, and all that it says."""
    try:
        code = main([word.replace("{}", str(place)) for word in words])
    except SystemExit as ended:
        code = int(ended.code or 0)
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    return code, told.out + told.err


def broken(place: Path, file: str) -> str:
    """Break a file of the district; gives how its fault begins."""
    text = (place / "district" / file).read_text(encoding="utf-8") if file != "district.toml" else ""
    (place / "district" / file).write_text("[\n" if file.endswith(".toml") else text + "35.23.99\n", encoding="utf-8")
    return file


def test_every_command_is_looked_at() -> None:
    assert ASK.keys() | ASK_NOTHING == {name for name, _, _ in COMMANDS}


@pytest.mark.parametrize("words", WORDS)
def test_a_broken_district_is_told_in_the_language_that_was_asked_for(
    words: list[str], place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(place, "district.toml")
    code, indonesian = said_by(words, place, capsys)
    assert f"{SAID['id']}district.toml, baris 1: " in indonesian
    assert (code, SAID["en"] in indonesian) == (1 if words[0] == "doctor" else 2, False)
    option = [
        "--language",
        "en",
    ]  # `person add` has one of its own that is called so: there it stands before the command
    by_option = said_by([*option, *words] if words[0] == "person" else [*words, *option], place, capsys)
    monkeypatch.setenv("KENTONGAN_LANGUAGE", "en")
    assert said_by(words, place, capsys)[0] == by_option[0] == code
    for told in (by_option[1], said_by(words, place, capsys)[1]):
        assert f"{SAID['en']}district.toml, line 1: " in told
        assert SAID["id"] not in told


@pytest.mark.parametrize("file", ["lexicon.toml", "places.csv"])
@pytest.mark.parametrize(
    "words", [["policy", "take"], ["doctor"], ["assess", "{}/in.jsonl", "--district", "{}/district"]]
)
def test_a_table_that_is_broken_is_named_with_its_place(
    words: list[str], file: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken(place, file)
    assert f"{SAID['id']}{file}, baris " in said_by(words, place, capsys)[1]
    assert f"{SAID['en']}{file}, line " in said_by([*words, "--language", "en"], place, capsys)[1]


def test_a_folder_without_a_district_is_told(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "district" / "district.toml").unlink()
    where = place / "district"
    assert said_by(["learn"], place, capsys) == (2, f"{SAID['id']}district.toml: tidak ada di {where}\n")
    assert said_by(["--language", "en", "learn"], place, capsys) == (
        2,
        f"{SAID['en']}district.toml: not found in {where}\n",
    )


@pytest.mark.parametrize(
    ("words", "indonesian", "english"),
    [
        (["assess", "{}/none.jsonl"], "{}/none.jsonl: tidak ada.", "{}/none.jsonl: No such file or directory."),
        (["watch", "{}"], "{}: folder, bukan berkas.", "{}: Is a directory."),
        (["ormas", "import", "{}/none"], "{}/none: tidak ada.", "{}/none: No such file or directory."),
        (["places", "import", "{}/none", "--check"], "{}/none: tidak ada.", "{}/none: No such file or directory."),
        (["places", "import", "{}/in.txt", "--check"], "{}/in.txt: bukan JSON: ", "{}/in.txt: no JSON: "),
        (["places", "import"], "Sebut berkasnya dan --source", "Name the files and --source"),
        (["assess", "{}/in.txt", "--against", "{}/in.txt"], "laporan 1 bukan JSON", "report 1 is neither JSON"),
        (["policy", "nosuch"], "act: 'nosuch' tidak dikenal (pilih dari", "argument act: invalid choice: 'nosuch'"),
        (["learn", "--port", "x"], "tidak dikenal: --port x", "unrecognized arguments: --port x"),
        (["serve", "triage", "--port", "x"], "--port: 'x' bukan bilangan", "argument --port: invalid int value: 'x'"),
        (["rota"], "yang wajib belum ada: act", "the following arguments are required: act"),
        (["nosuch"], "COMMAND: 'nosuch' tidak dikenal", "argument COMMAND: invalid choice: 'nosuch'"),
        (
            ["key", "list", "--data", "{}/none"],
            "Belum ada basis data di {}/none/kent",
            "There is no store at {}/none/kent",
        ),
    ],
    ids=lambda one: " ".join(one[:2]) if isinstance(one, list) else None,
)
def test_what_a_command_was_given_wrongly_is_told_in_both(
    words: list[str], indonesian: str, english: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for said, more in ((indonesian, []), (english, ["--language", "en"])):
        code, told = said_by([*words, *more], place, capsys)
        assert said.replace("{}", str(place)) in told
        assert code == (1 if words[0] == "key" else 2)


def test_a_setting_that_cannot_be_read_is_told_in_both(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_REPLICAS", "9")
    said = "Pengaturan yang tidak dapat dibaca: KENTONGAN_REPLICAS: paling banyak 5.\n"
    assert said_by(["person", "list"], place, capsys) == (2, said)
    assert (
        "KENTONGAN_REPLICAS: Input should be less than or equal to 5."
        in said_by(["person", "list", "--language", "en"], place, capsys)[1]
    )


def test_the_language_of_a_person_is_not_that_of_the_command(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken(place, "district.toml")
    words = ["person", "add", "Budi", "--login", "budi", "--role", "member", "--language", "en"]
    assert SAID["id"] in said_by(words, place, capsys)[1]


# -- each sentence stands in both ----------------------------------------------------------------------------------------


def sentences_of(file: Path, *calls: str) -> set[str]:
    """Give the sentences of a file that are raised or given as findings, `{}` for what is filled in."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise | ast.Yield) or (
            isinstance(node, ast.Call) and getattr(node.func, "id", "") in calls
        ):
            for part in ast.walk(node):
                match part:
                    case ast.JoinedStr(values=parts):
                        found.add("".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in parts))
    return {one for one in found if " " in one}


def test_what_takes_in_boundaries_says_stands_in_english_too() -> None:
    rooms = ROOT / "services" / "cli" / "places"
    said = sentences_of(rooms / "features.py", "_wrong", "Fault") | sentences_of(rooms / "command.py", "said")
    assert len(said) > 10
    for one in said - {"{} fitur {}"}:
        told = in_english.said(one.replace("{}", "7"), "en")
        assert told != one.replace("{}", "7"), one


@pytest.mark.parametrize("table", [in_indonesian.SENTENCES, doctor_words.SENTENCES, in_english.SENTENCES])
def test_a_sentence_is_filled_alike_in_both(table: dict[str, str]) -> None:
    assert [one for one in table if one.count("{}") != table[one].count("{}")] == []


@pytest.mark.parametrize("said", doctor_words.SENTENCES)
def test_what_doctor_found_is_said_in_indonesian(said: str) -> None:
    names = [f"X{number}" for number in range(said.count("{}"))]
    assert doctor_words.told(said.format(*names), "id") == doctor_words.SENTENCES[said].format(*names)
    assert doctor_words.told(said.format(*names), "en") == said.format(*names)


def test_a_start_that_is_refused_stands_in_indonesian_too() -> None:
    for said in (start_checks.PROVIDER, start_checks.PAGES):
        assert said in in_indonesian.SENTENCES


# -- addresses on channels that are not set up ---------------------------------------------------------------------------


def test_doctor_names_whom_a_channel_that_is_not_set_up_does_not_reach(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(f"sqlite:///{place / 'data' / 'kentongan.db'}")
    monkeypatch.setenv("KENTONGAN_CHANNEL_NTFY_URL", "https://ntfy.example")

    def fill(tx) -> None:
        for login, *channels in (
            ("ani", "telegram", "desk"),
            ("budi", "telegram", "ntfy"),
            ("cici", "ntfy"),
            ("dodi", "telegram"),
        ):
            person = Person(id=login, login=login, name=login, role="member", active=login != "dodi")
            tx.session.add(person)
            tx.session.flush()
            for rank, channel in enumerate(channels, start=1):
                tx.session.add(
                    Address(id=f"{login}{rank}", person_id=login, channel=channel, address=f"{login}-1", rank=rank)
                )

    store.write_now(fill)
    assert store.read_now(channels_in_use) == {"desk": ["ani"], "ntfy": ["budi", "cici"], "telegram": ["ani", "budi"]}
    store.close()
    told = said_by(["doctor"], place, capsys)[1].splitlines()
    assert (
        "BAD  belum disiapkan: telegram, tidak ada yang diberi tahu lewat itu; yang beralamat di sana: ani, budi; untuk "
        "menyiapkannya: KENTONGAN_CHANNEL_TELEGRAM_TOKEN (docs/channels.md)"
    ) in told
    assert "BAD  selain telegram tidak ada yang siap untuk mencapai ani: hanya diberi tahu di meja kerja" in told
    english = said_by(["doctor", "--language", "en"], place, capsys)[1]
    assert (
        "BAD  not set up: telegram, by which nobody is told; an address there have ani, budi; to set it up: " in english
    )
    assert "BAD  beside telegram nothing that is set up reaches ani: told at the desk alone" in english
    monkeypatch.setenv("KENTONGAN_CHANNEL_TELEGRAM_TOKEN", "1:a")
    assert "telegram, " not in said_by(["doctor"], place, capsys)[1].replace(
        "saluran yang siap: desk, ntfy, telegram", ""
    )
