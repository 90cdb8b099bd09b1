"""The operator as a fault: whoever only looks changes nothing, from an empty environment or another release too."""

import asyncio
import fcntl
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest
from nats import errors as nats_errors
from nats.js import errors as js_errors

from services.bus import Bus, BusUnavailable
from services.bus.connection import Connection
from services.cli import connect
from services.cli.main import main
from services.cli.ops import bus as bus_command
from services.cli.ops import doctor
from services.cli.ops.reconcile import reconcile
from services.cli.words.faults import told as told_of
from services.runtime.settings import Settings
from services.security.secret import FILE, STARTED
from services.store.database import Store, StoreShapeError
from services.store.outage import Trial
from tests.house import SOKO, Clock, House
from tests.incidents import filed
from tests.servers import NatsServer

pytestmark = [pytest.mark.nats, pytest.mark.usefixtures("in_english")]
NewBus = Callable[..., Awaitable[Bus]]


async def declared(nats: NatsServer, after: Callable[[Bus], Awaitable[None]] | None = None) -> None:
    """Declare streams and consumers, and do something to them afterwards."""
    bus = Bus(nats.url, name="deploy", kabupaten="35.23", declares=True)
    await bus.open()
    if after is not None:
        await after(bus)
    await bus.close()


LOOKS = (["doctor"], ["reconcile", "--wait", "0"], ["deadletters", "list"], ["person", "list"], ["key", "list"])

# These look too, at what has no tables of its own, or say more than one thing about them.
LOOKS_AT_MORE = (["audit", "key"], ["audit", "verify"], ["source", "status"], ["rota", "gaps"], ["silence", "list"])


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator's shell, which knows nothing of the installation's settings."""
    import os

    for name in [name for name in os.environ if name.upper().startswith("KENTONGAN_")]:
        monkeypatch.delenv(name)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_a_command_that_looks_migrates_nothing_and_says_what_to_do(
    words: list[str],
    tmp_path: Path,
    nats: NatsServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KENTONGAN_NATS_URL", nats.url)
    store = Store(f"sqlite:///{tmp_path / 'kentongan.db'}")
    store.upgrade()
    store.close()
    with sqlite3.connect(tmp_path / "kentongan.db") as earlier:
        earlier.execute("UPDATE alembic_version SET version_num = '0012'")
    earlier.close()
    monkeypatch.setenv("KENTONGAN_DATA", str(tmp_path))
    code = main(words)
    said = capsys.readouterr()
    if words[0] != "deadletters":  # which needs no store
        assert code == 1
        assert "kentongan db upgrade" in said.out + said.err
    with sqlite3.connect(tmp_path / "kentongan.db") as now:
        assert now.execute("SELECT version_num FROM alembic_version").fetchone() == ("0012",)
    now.close()


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("words", [*LOOKS, *LOOKS_AT_MORE], ids=" ".join)
def test_a_command_in_an_empty_place_makes_nothing_there(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "nothing"
    monkeypatch.setenv("KENTONGAN_NATS_URL", "nats://127.0.0.1:1")
    for room in (connect, doctor):  # nobody is there, however long one waits
        monkeypatch.setattr(room, "PATIENCE", 0.2)
    assert main([*words, "--data", str(place)]) != 0
    capsys.readouterr()
    assert not place.exists()


@pytest.mark.usefixtures("bare")
def test_a_secret_that_is_gone_is_not_taken_for_a_place_where_nothing_was_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / STARTED).write_bytes(b"")  # as an installation leaves it that has started before
    assert main(["audit", "key", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{tmp_path / FILE} is gone. Put it back" in said.err
    assert not (tmp_path / FILE).exists()


def test_tables_of_a_later_release_are_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'kentongan.db'}")
    store.upgrade()
    with sqlite3.connect(tmp_path / "kentongan.db") as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    later.close()
    for look in (store.check_shape, store.upgrade):
        with pytest.raises(StoreShapeError, match="later release"):
            look()
    store.close()
    assert main(["db", "upgrade", "--data", str(tmp_path)]) == 1
    assert "later release" in capsys.readouterr().err


async def test_who_declares_with_less_takes_no_copy_no_retention_and_no_window_away(new_bus: NewBus) -> None:
    bus = await new_bus()
    config = (await bus.js.stream_info("REPORTS")).config
    config.max_age, config.duplicate_window = 900 * 86_400.0, 900 * 86_400.0
    await bus.js.update_stream(config)
    await bus.provision()
    again = await new_bus("deploy")
    kept = (await again.js.stream_info("REPORTS")).config
    assert (kept.max_age, kept.duplicate_window) == (900 * 86_400.0, 900 * 86_400.0)


async def test_whoever_does_not_declare_changes_no_stream_and_names_what_differs(new_bus: NewBus) -> None:
    bus = await new_bus()
    assert await bus.differences() == []
    config = (await bus.js.stream_info("INCIDENTS")).config
    config.max_age, config.duplicate_window = 3600.0, 3600.0
    await bus.js.update_stream(config)
    await bus.js.delete_consumer("INBOUND", "answers")
    looking = await new_bus("office", declares=False, replicas=3)
    said = await looking.differences()
    assert "INCIDENTS: max_age is 3600.0, wanted 2592000.0" in said
    assert "REPORTS: num_replicas is 1, wanted 3" in said
    assert "answers: missing" in said
    assert (await bus.js.stream_info("INCIDENTS")).config.max_age == 3600.0


async def test_a_limit_that_somebody_gave_a_stream_is_named_and_taken_off_by_who_declares(new_bus: NewBus) -> None:
    bus = await new_bus()
    config = (await bus.js.stream_info("REPORTS")).config
    config.max_msgs = 1
    await bus.js.update_stream(config)
    await bus.publish_report(filed("Satu."), "")
    with pytest.raises(BusUnavailable):
        await bus.publish_report(filed("Dua."), "")
    assert not await bus.ready()
    assert "REPORTS: max_msgs is 1, wanted None" in await bus.differences()
    await bus.provision()
    assert await bus.differences() == []
    await bus.publish_report(filed("Dua."), "")


@pytest.mark.usefixtures("bare")
def test_doctor_names_a_server_that_takes_only_small_messages(
    nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(declared(nats))
    monkeypatch.setenv("KENTONGAN_NATS_URL", nats.url)
    monkeypatch.setattr(doctor, "LARGEST", (1 << 20) + 1)
    assert main(["doctor", "--data", str(tmp_path)]) == 1
    assert "takes messages of 1048576 bytes, wanted 1048577" in capsys.readouterr().out


@pytest.mark.usefixtures("bare")
def test_doctor_says_where_the_bus_is_not_as_declared(
    nats: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def without_triage(bus: Bus) -> None:
        await bus.js.delete_consumer("REPORTS", "triage")

    asyncio.run(declared(nats, without_triage))
    monkeypatch.setenv("KENTONGAN_NATS_URL", nats.url)
    assert main(["doctor", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "triage: missing" in said
    assert "There is no store at" in said
    assert not (tmp_path / "kentongan.db").exists()


def test_only_who_is_told_to_declares() -> None:
    bus = Connection("nats://127.0.0.1:1", name="doctor", kabupaten="00")
    assert not bus.declares


async def test_a_bus_that_cannot_be_counted_is_said_in_a_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk lets nothing be counted: whoever asks just then is told why, without a traceback."""
    await house.file("Warga resah di Soko", kecamatan=SOKO)

    async def full(*_: object, **__: object) -> None:
        raise js_errors.ServerError(code=500, err_code=10012, description="error creating store for consumer")

    monkeypatch.setattr(house.bus.js, "add_consumer", full)
    with pytest.raises(BusUnavailable) as told:
        await reconcile(house.bus, house.store, patience=0)
    assert told_of(told.value, "en") == (str(told.value), 1)


AWAY = (
    BusUnavailable(),
    TimeoutError(),
    js_errors.ServiceUnavailableError(code=503, err_code=10008, description="JetStream system temporarily unavailable"),
    nats_errors.NoRespondersError(),
    nats_errors.NoServersError(),
    nats_errors.ConnectionClosedError(),
)


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
async def test_without_the_majority_of_a_bus_a_command_says_a_sentence_and_who_declares_goes_on(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    assert told_of(error, "en") == ("The bus does not answer; is `kentongan up` running?", 1)
    bus = Mock(open=AsyncMock(), close=AsyncMock(), provision=AsyncMock(side_effect=[error, error, LookupError]))
    monkeypatch.setattr(bus_command, "_bus", lambda *_, **__: bus)
    monkeypatch.setattr(bus_command, "EVERY", 0)
    with pytest.raises(LookupError):  # the end of the test
        await bus_command._declare(Settings(), None, lambda _stream, _at: 0, keep=True)
    assert bus.provision.await_count == 3


def test_a_fault_of_ours_is_not_taken_for_a_bus_that_is_away() -> None:
    assert told_of(js_errors.BadRequestError(code=400, err_code=10003, description="bad request"), "en") is None


def test_doctor_says_that_nobody_can_write(tmp_path: Path, blank_sqlite: bytes, clock: Clock) -> None:
    file = tmp_path / "kentongan.db"
    file.write_bytes(blank_sqlite)
    store = Store(f"sqlite:///{file}", clock)
    store._trial.close()
    store._trial = Trial(store.engine, file, 0.2)
    store.write_now(lambda tx: tx.audit("test.line", "test"))
    assert store.may_write()
    with Path(f"{file}-turn").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not store.may_write()
    store.close()
