"""A hub and a leaf node made by commands work together, in both languages, and their files are their owner's alone."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from schemas.province import Told
from services.bus.line import BusUnavailable
from services.bus.province.line import Line
from services.cli import up
from services.cli.main import main
from services.cli.province import command, table
from services.runtime.bus_users import LEAF_FOLDER, know_leaf, leaf_settings
from tests.province.servers import BOJONEGORO, TUBAN, told, withdrawn
from tests.servers import GENEROUS, free_port, listening

CERTIFICATES = Path(__file__).resolve().parents[2] / "deploy" / "certificates"
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WITA = ZoneInfo("Asia/Makassar")
NAMES = {TUBAN: "Kabupaten Tuban", BOJONEGORO: "Kabupaten Bojonegoro"}


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["province", *words])
    heard = capsys.readouterr()
    return code, heard.out + heard.err


@pytest.fixture
def running() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for one in started:
        one.send_signal(signal.SIGTERM)
        one.wait(GENEROUS)


def wait_for(port: int) -> None:
    while not listening(port):
        pass


@pytest.mark.nats
@pytest.mark.parametrize("secured", [False, True])
def test_from_the_first_command_to_the_first_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], running: list[Any], *, secured: bool
) -> None:
    hub, data, ports = str(tmp_path / "hub"), tmp_path / "data", [free_port() for _ in range(3)]
    assert said(capsys, "list", "--hub", hub)[0] == 1  # there is none yet
    made = ("--port", str(ports[0]), "--leaf-port", str(ports[1]), "--hub", hub)
    if secured:
        tls = str(tmp_path / "tls")
        subprocess.run([sys.executable, str(CERTIFICATES), tls, "localhost"], check=True)
        made += ("--host", "localhost", "--tls", tls)
    assert said(capsys, "hub", *made)[0] == 0
    words = [sys.executable, "-c", "from services.cli.main import main; main()", "province", "run", "--hub", hub]
    quiet = subprocess.DEVNULL
    running.append(subprocess.Popen(words, stdout=quiet, stderr=quiet))
    wait_for(ports[0])
    assert said(capsys, "add", TUBAN, "Kabupaten Tuban", "--hub", hub)[0] == 0  # while it runs
    file = str(tmp_path / "hub" / "join-3523.json")
    code, heard = said(capsys, "join", file, "--data", str(data), "--leaf-port", str(ports[2]))
    assert (code, "lineword" in heard) == (0, False)
    settings = leaf_settings(data)
    assert settings["KENTONGAN_CHANNEL_PROVINCE_URL"] not in heard
    command = [*words[:3], "province", "leaf", "--data", str(data)]
    running.append(subprocess.Popen(command, stdout=quiet, stderr=quiet))
    wait_for(ports[2])

    async def tell() -> None:
        line = Line(settings["KENTONGAN_CHANNEL_PROVINCE_URL"], TUBAN)
        await line.open()
        message = told(told_at=datetime.now(UTC), waiting=("Polres Tuban",))
        async with asyncio.timeout(GENEROUS):
            while True:
                try:
                    await line.keep(message)
                    state = await line.look()
                except BusUnavailable:
                    await asyncio.sleep(0.05)
                    continue
                if state.hub_answers and not state.waiting:
                    break
        await line.close()

    asyncio.run(tell())
    code, heard = said(capsys, "list", "--hub", hub)
    assert code == 0
    assert "Kabupaten Tuban" in heard
    assert "belum: Polres Tuban" in heard
    assert "missing: Polres Tuban" in said(capsys, "list", "--language", "en", "--hub", hub)[1]
    (line,) = said(capsys, "list", "--json", "--hub", hub)[1].splitlines()
    assert json.loads(line)["kabupaten"] == TUBAN


def test_files_are_their_owners_alone_and_a_password_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hub = tmp_path / "hub"
    said(capsys, "hub", "--hub", str(hub))
    said(capsys, "add", TUBAN, "Kabupaten Tuban", "--hub", str(hub))
    first = json.loads((hub / "join-3523.json").read_text())
    said(capsys, "add", TUBAN, "--hub", str(hub))
    assert json.loads((hub / "join-3523.json").read_text()) == first
    said(capsys, "join", str(hub / "join-3523.json"), "--data", str(tmp_path / "data"))
    for file in (*hub.iterdir(), *(tmp_path / "data" / LEAF_FOLDER).iterdir()):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file
    assert said(capsys, "remove", TUBAN, "--hub", str(hub))[0] == 0
    assert "k3523" not in (hub / "hub.conf").read_text()
    assert said(capsys, "remove", TUBAN, "--hub", str(hub))[0] == 1


def test_up_runs_a_leaf_node_where_one_was_joined_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    (data / "log").mkdir(parents=True)
    assert up._leaf(data, {}) == []
    monkeypatch.setattr("os.environ", {})
    know_leaf(data)
    assert os.environ == {}
    said(capsys, "hub", "--hub", str(tmp_path / "hub"))
    said(capsys, "add", TUBAN, "--hub", str(tmp_path / "hub"))
    said(capsys, "join", str(tmp_path / "hub" / "join-3523.json"), "--data", str(data))
    (leaf,) = up._leaf(data, {})
    assert leaf.log is not None
    leaf.log.close()
    assert leaf.command[-1] == str(data / LEAF_FOLDER / "leaf.conf")
    know_leaf(data)
    assert os.environ["KENTONGAN_CHANNEL_PROVINCE_KABUPATEN"] == TUBAN


@pytest.mark.parametrize("language", ["id", "en"])
def test_to_another_machine_only_over_tls(tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    words = ("--hub", str(tmp_path / "hub"), "--host", "hub.jatim.example", "--language", language)
    code, heard = said(capsys, "hub", *words)
    assert (code, "TLS" in heard) == (1, True)
    code, heard = said(capsys, "hub", *words, "--tls", str(tmp_path))
    assert (code, "deploy/certificates" in heard) == (1, True)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_file_of_another_kabupaten_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    said(capsys, "hub", "--hub", str(tmp_path / "hub"))
    said(capsys, "add", BOJONEGORO, "--hub", str(tmp_path / "hub"))
    words = (str(tmp_path / "hub" / "join-3522.json"), "--data", str(tmp_path / "data"), "--language", language)
    code, heard = said(capsys, "join", *words)
    assert (code, BOJONEGORO in heard, TUBAN in heard) == (1, True, True)
    assert not (tmp_path / "data" / LEAF_FOLDER).exists()


async def test_a_hub_whose_disk_was_full_is_started_anew_when_there_is_room(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stream keeps nothing more until a start, though the server answers."""
    (tmp_path / "store").mkdir()
    full, room = iter((False, True)), iter((False, True))
    monkeypatch.setattr("services.cli.province.command.CHANGE_SECONDS", 0)
    monkeypatch.setattr("services.cli.province.command.is_full", lambda _folder: next(full))
    monkeypatch.setattr("services.cli.province.command.has_room", lambda _folder: next(room))
    for language in ("id", "en"):
        full, room = iter((False, True)), iter((False, True))
        await command._room_again(tmp_path, language)
        heard = capsys.readouterr().err.splitlines()
        assert heard == [command.FULL[language].format(store=tmp_path / "store"), command.ROOM[language]]


def test_a_file_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x").write_text("{}")
    assert said(capsys, "join", str(tmp_path / "x"), "--data", str(tmp_path))[0] == 1
    assert said(capsys, "leaf", "--data", str(tmp_path))[0] == 1  # none was joined
    for words in (("add", "Tuban"), ("hub", "--zone", "Tuban"), ("list", "--days", "9" * 12), ("list", "--days", "-1")):
        with pytest.raises(SystemExit) as usage:
            main(["province", *words])
        assert usage.value.code == 2


def lines(*messages: Any, code: str = TUBAN) -> list[Told]:
    return [Told(kabupaten=code, number=number, message=one) for number, one in enumerate(messages, start=1)]


def test_the_latest_word_counts_the_gravest_stands_first_and_what_is_over_goes() -> None:
    one, other = uuid4(), uuid4()
    first = told(1, one, level="TINGGI")
    raised = told(2, one, level="KRITIS", reason="raised")
    calm = told(3, other, level="SEDANG")
    closed = told(9, one, reason="closed", outcome="dismissed")
    late = told(0, one, level="RENDAH")

    def shown(*messages: Any, **how: Any) -> list[Any]:
        options = {"days": 30, "closed": False} | how
        return [found.message for found in table.standing(lines(*messages), NOW, **options)]

    assert shown(calm, first, raised, late) == [raised, calm]
    assert shown(first, raised, calm, closed) == [calm]
    assert shown(first, raised, calm, closed, closed=True) == [closed, calm]
    assert table.standing(lines(first), NOW + timedelta(days=40), days=30, closed=False) == []
    both = lines(first) + lines(first, code=BOJONEGORO)  # one id, two districts: two lines
    assert len(table.standing(both, NOW, days=30, closed=False)) == 2


def test_what_is_withdrawn_stands_last_without_its_fields_and_revives_for_nothing_older() -> None:
    one, other = uuid4(), uuid4()
    first, calm = told(1, one, issue_label="Perguruan silat"), told(3, other, level="SEDANG")
    out = withdrawn(5, one)

    def shown(*messages: Any, now: datetime = NOW, closed: bool = False) -> list[Any]:
        return [found.message for found in table.standing(lines(*messages), now, days=30, closed=closed)]

    assert shown(first, out, calm) == shown(first, out, calm, told(4, one)) == [calm, out]
    assert shown(first, out, told(9, one, level="TINGGI"))[0].level == "TINGGI"
    assert shown(first, out, now=NOW + timedelta(days=2)) == []
    assert shown(first, out, now=NOW + timedelta(days=2), closed=True) == [out]
    for language, word, only in (("id", "dicabut", "Tidak ada"), ("en", "withdrawn", "No incident")):
        text = table.table(table.standing(lines(first, out, calm), NOW, days=30, closed=False), NAMES, language, WITA)
        *_, row, count, gone = text.splitlines()
        assert row.split() == ["Kabupaten", "Tuban", "-", str(one)[:8], "-", "-", "-", word, "24-11", "09.00", "WITA"]
        assert "silat" not in text
        assert (count[:2], gone[:2], word in gone) == ("1 ", "1 ", True)
        (alone,) = lines(out)
        assert only in table.table([alone], NAMES, language, WITA)
        assert word in table.line(alone, NAMES, language, WITA)
    assert json.loads(table.as_json(alone, NAMES)).keys() == {
        "kabupaten",
        "name",
        "number",
        "id",
        "told_at",
        "incident",
        "reason",
    }


@pytest.mark.parametrize("language", table.WORDS)
def test_a_line_holds_no_sign_that_steers_a_terminal(language: str) -> None:
    (one,) = lines(
        told(lead="x", waiting=("Polres\x1b[2J",), issue_label="a\nb", place={"kecamatan_name": "S\u202eoko"})
    )
    assert table.line(one, NAMES, language, WITA).isprintable()
    assert "09.00 WITA" in table.line(one, NAMES, language, WITA)
    assert all(part.isprintable() for part in table.table([one], NAMES, language, WITA).splitlines()[1:2])
    assert table.table([], NAMES, language, WITA) == table.WORDS[language]["none"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
@pytest.mark.parametrize("zone", ["Asia/Jayapura", "America/New_York"])
def test_one_office_cannot_spoil_the_list_of_all_by_what_it_tells(moment: str, zone: str) -> None:
    """An instant that the zone's calendar lacks, a word as long as a message may be."""
    long = "x" * 100_000
    odd = told(told_at=moment, since=moment, issue_label=long, waiting=(long,), level=long)
    found = table.standing(lines(odd, told(1)), NOW, days=30, closed=True)
    assert max(map(len, table.table(found, NAMES, "id", ZoneInfo(zone)).splitlines())) < 10 * table.WIDEST


def test_both_languages_say_the_same() -> None:
    indonesian, english = table.WORDS["id"], table.WORDS["en"]
    assert indonesian.keys() == english.keys()
    assert len(indonesian["headings"].split("|")) == len(english["headings"].split("|"))
