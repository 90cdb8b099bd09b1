"""Starts are short: services are forked from one process that has loaded them, and started plainly while it is not there."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.cli.supervision.children import Child
from services.cli.supervision.fork_server import Forked, ForkServer
from services.policy.loader import channel_names
from tests.servers import until

ROOT = Path(__file__).parents[2]
# Passkeys, an office's own provider, photographs, files of an office, maps, training, other ways out, new tables: some
# of their libraries, loaded by whoever is first asked for one of these.
SELDOM = {
    *(
        "webauthn",
        "cbor2",
        "OpenSSL",
        "pyasn1",
        "authlib",
        "joserfc",
        "PIL",
        "openpyxl",
        "fpdf",
        "pypdfium2",
        "shapely",
    ),
    *("numpy", "sklearn", "apprise", "requests", "alembic", "mako", "psycopg", "pydantic.v1"),
}
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what it takes is Linux's")


@pytest.fixture(scope="module")
def fork_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """One for all: it takes a second or two of a processor to load."""
    with (tmp_path_factory.mktemp("fork_server") / "fork-server.log").open("ab") as log:
        found = ForkServer(dict(os.environ), log)
        found.look()
        yield found
        found.close()


def words_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()


def children() -> list[str]:
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()


async def test_a_forked_process_is_the_supervisors_own_in_all_it_sees(fork_server: ForkServer, tmp_path: Path) -> None:
    environment = {**os.environ, "KENTONGAN_DATA": str(tmp_path), "KENTONGAN_NATS_URL": "nats://127.0.0.1:1"}
    assert fork_server.fork(["serve", "triage"], environment) is None  # not ready yet: whoever asks starts it plainly
    await until(fork_server.is_ready, "the fork server")
    with (tmp_path / "child.log").open("ab") as log:
        asked = fork_server.fork(["key"], environment, log)
        assert asked is not None
        assert asked.wait(30) == 2
        assert "kentongan key: salah: yang wajib belum ada: act" in (tmp_path / "child.log").read_text()
        waits = fork_server.fork(["bus", "declare", "--data", str(tmp_path)], environment, log)  # no bus: for ever
        assert waits is not None
    assert str(waits.pid) in children()
    assert words_of(waits.pid) == f"kentongan bus declare --data {tmp_path}"
    assert waits.poll() is None
    waits.kill()
    assert waits.wait(30) == -signal.SIGKILL


async def test_without_its_fork_server_a_service_is_started_plainly_and_that_again(
    fork_server: ForkServer,
) -> None:
    await until(fork_server.is_ready, "the fork server")
    assert fork_server._process is not None
    ended = fork_server._process.pid
    os.kill(ended, signal.SIGKILL)
    fork_server._process.wait(30)
    assert not fork_server.loads()
    child = Child(
        "triage", [sys.executable, "-c", "import time; time.sleep(600)"], {}, ["serve", "triage"], fork_server
    )
    child.start()
    try:
        assert child.process is not None
        assert not isinstance(child.process, Forked)
    finally:
        child.stop(10)
    fork_server.look()
    assert fork_server._process is not None
    assert fork_server._process.pid != ended
    assert fork_server.loads()  # whoever has to be started meanwhile waits: two loads at once take twice as long
    waits = Child("notify", child.command, {}, ["serve", "notify"], fork_server)
    waits.watch(1.0)
    assert waits.process is None


def test_a_fork_server_that_keeps_ending_is_started_ever_more_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cli.supervision.fork_server.CODE", "raise SystemExit(1)")
    now = [100.0]
    monkeypatch.setattr("services.cli.supervision.fork_server.time.monotonic", lambda: now[0])
    broken, starts = ForkServer(dict(os.environ), None), []
    for _ in range(100):
        broken.look()
        assert broken._process is not None
        broken._process.wait(30)
        starts.append(broken._process.pid)
        now[0] += 1.0
    broken.close()
    assert len(set(starts)) == 6  # after 0, 2, 6, 14, 30 and 62 seconds


def found_by_what_is_forked(**environment: str) -> tuple[list[int], set[str]]:
    """Load as the fork server does; gives districts read anew after it, tables not made ready, tables, and modules."""
    look = (
        "from services.cli.supervision.fork_server import _load; _load()\n"
        "from services.policy import loader, versions\n"
        "from sqlmodel.main import default_registry\n"
        "waiting = sum(not mapper.configured for mapper in default_registry.mappers)\n"
        "before = loader._district_of.cache_info().misses\n"
        "versions.read_version(loader.default_folder())\n"
        "read_anew = loader._district_of.cache_info().misses - before\n"
        "print(read_anew, waiting, len(list(default_registry.mappers)))\n"
        "from fastapi import FastAPI\n"
        "from schemas.messages import ReportIn\n"
        "def take(report: ReportIn) -> ReportIn: return report\n"
        "FastAPI().post('/')(take)\n"
        "import sys; print(*(name for name, module in sys.modules.items() if module))\n"
    )
    words, own = [sys.executable, "-c", look], {**os.environ, **environment}
    done = subprocess.run(words, env=own, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    numbers, modules = done.stdout.splitlines()
    return [int(number) for number in numbers.split()], set(modules.split())


@pytest.fixture(scope="module")
def loaded() -> tuple[list[int], set[str]]:
    """All tests that ask for it look at one load."""
    return found_by_what_is_forked()


def test_what_is_forked_finds_the_rules_of_the_folder_read(loaded: tuple[list[int], set[str]]) -> None:
    assert loaded[0][0] == 0


def test_where_the_folder_is_not_there_a_service_reads_the_rules_itself(tmp_path: Path) -> None:
    assert found_by_what_is_forked(KENTONGAN_DISTRICT=str(tmp_path / "nowhere"))[0][0] == 1


def test_what_is_forked_finds_the_tables_made_ready(loaded: tuple[list[int], set[str]]) -> None:
    _, waiting, tables = loaded[0]
    assert waiting == 0
    assert tables > 0


def test_what_services_load_at_their_start_is_loaded_before_they_are_forked(
    loaded: tuple[list[int], set[str]],
) -> None:
    """A module that each loads by itself changes pages all over the memory that they share: 16 MB for the channels."""
    assert {f"services.notify.channels.{name}" for name in channel_names()} <= loaded[1]
    assert {"services.cli.main", "apscheduler.executors.asyncio", "uvicorn.lifespan.off"} <= loaded[1]


def test_what_few_acts_need_is_in_no_service_before_its_first_use(loaded: tuple[list[int], set[str]]) -> None:
    """What the fork server has loaded is held for as long as everything runs: by it, and where it is touched by all."""
    assert {"fastapi", "faststream", "sqlalchemy", "services.triage.worker"} <= loaded[1]
    assert not SELDOM & loaded[1]


def test_memory_that_is_free_is_given_back() -> None:
    """What was read lies beneath something that stays: by itself the C library keeps all of it."""
    look = (
        "from pathlib import Path\n"
        "from services.runtime.memory import give_back\n"
        "def held(): return int(Path('/proc/self/statm').read_text().split()[1])\n"
        "before = held()\n"
        "read = [bytes(4000) for _ in range(10_000)]\n"
        "stays = bytes(4000)\n"
        "most = held() - before\n"
        "del read\n"
        "kept, given, left = held() - before, give_back(), held() - before\n"
        "print(most, kept, int(given), left)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    most, kept, given, left = map(int, done.stdout.split())
    if not hasattr(ctypes.CDLL(None), "malloc_trim"):
        pytest.skip("the C library is not GNU's")
    assert kept > most / 2
    assert given == 1
    assert left < most / 10


def test_pages_of_the_store_that_were_read_are_given_back(tmp_path: Path) -> None:
    """Each connection keeps 2 MB of what it has read, five in each service, whatever the system has of the same file."""
    look = (
        "from pathlib import Path\n"
        "from sqlalchemy import text\n"
        "from services.runtime.memory import give_back\n"
        "from services.store.database import Store\n"
        "def held(): return int(Path('/proc/self/statm').read_text().split()[1]) * 4096\n"
        f"store = Store('sqlite:///{tmp_path / 'store.db'}')\n"
        "with store.engine.begin() as one: one.execute(text('CREATE TABLE t AS SELECT zeroblob(4000000) AS b'))\n"
        "give_back()\n"
        "reading = store.engine.execution_options(reading=True)\n"
        "before, opened = held(), [reading.connect() for _ in range(5)]\n"
        "for one in opened: one.execute(text('SELECT hex(b) FROM t')).all()\n"
        "for one in opened: one.close()\n"
        "give_back()\n"
        "kept = held() - before\n"
        "store.drop_pages()\n"
        "give_back()\n"
        "print(kept, held() - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    kept, left = map(int, done.stdout.split())
    if not hasattr(ctypes.CDLL(None), "malloc_trim"):
        pytest.skip("the C library is not GNU's")
    assert kept > 5 * 1_500_000
    assert left < kept / 3


@pytest.mark.parametrize("commands", [("keys", "oncall", "silences", "ops.backup"), ("audit.command", "people")])
def test_a_command_that_asks_the_bus_nothing_loads_no_bus(commands: tuple[str, ...]) -> None:
    """Loading it takes a quarter of a command's start, and an office waits for that each time."""
    look = (
        "import sys\nfrom importlib import import_module\n"
        f"for name in {commands!r}: import_module(f'services.cli.{{name}}')\n"
        "print(sorted({'nats', 'faststream', 'phonenumbers', 'openpyxl', 'fastapi'} & set(sys.modules)))\n"
        "import services.bus\nservices.bus.Bus\n"
        "print('nats' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines() == ["[]", "True"]


def test_what_the_bus_offers_can_be_asked_for_and_nothing_else() -> None:
    import services.bus

    assert [name for name in services.bus.__all__ if not hasattr(services.bus, name)] == []
    assert not hasattr(services.bus, "Broker")
