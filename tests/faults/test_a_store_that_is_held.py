"""A store that answers and takes no writes: another process holds it. Readiness, figures, banner and ping all say so."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from schemas.vocabulary import Role
from services.console.dependencies import Deps
from services.console.health import Health
from services.notify.watchdog.auditor import Auditor, door_watch
from services.policy.versions import Rules
from services.store import outage
from services.store.database import Store
from services.store.outage import TRIED_FOR, Trial
from services.store.turn import WRITING
from tests.conftest import POSTGRES, SQLITE
from tests.house import SECRET, Clock, House

WAITING = "print('held', flush=True); time.sleep(600)"
SQLITE_HOLDER = f"""
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
{WAITING}
"""
POSTGRES_HOLDER = f"""
import psycopg, sys, time
connection = psycopg.connect(sys.argv[1])
connection.execute(sys.argv[2])
{WAITING}
"""
IDLE_IN_TRANSACTION = {
    "an office command suspended while it writes": f"SELECT pg_advisory_xact_lock({WRITING}, 0)",
    "somebody's psql with a table": "LOCK TABLE journal IN EXCLUSIVE MODE",
}


@contextlib.contextmanager
def held_by_a_process(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", *words], stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            yield holder
        finally:
            holder.kill()


def file_of(url: str) -> str:
    return url.removeprefix("sqlite:///")


def as_libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a trial give up sooner, and let no answer stand."""
    monkeypatch.setattr(outage, "TRIED_FOR", -1.0)
    monkeypatch.setattr(Trial.__init__, "__defaults__", (0.5,))


@pytest.fixture
def opened(clock: Clock) -> Iterator[Callable[[str], Store]]:
    stores: list[Store] = []

    def open_(url: str) -> Store:
        stores.append(Store(url, clock, limited=True))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


def test_a_file_that_another_process_holds_cannot_be_written_until_it_ends(
    hurried: None, opened: Callable[[str], Store], new_database: Callable[[str], str]
) -> None:
    store = opened(new_database(SQLITE))
    store.write_now(lambda tx: tx.audit("test.line", "test"))
    assert store.may_write()
    with held_by_a_process(SQLITE_HOLDER, file_of(store.url)):
        assert not store.may_write()
    assert store.may_write()


def test_a_trial_writes_nothing_and_makes_no_file(
    hurried: None, opened: Callable[[str], Store], tmp_path: Path
) -> None:
    store = opened(f"sqlite:///{tmp_path / 'none.db'}")
    assert not store.may_write()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
@pytest.mark.parametrize("statement", IDLE_IN_TRANSACTION.values(), ids=IDLE_IN_TRANSACTION)
def test_tables_that_a_transaction_holds_which_does_nothing_cannot_be_written(
    hurried: None, opened: Callable[[str], Store], new_database: Callable[[str], str], statement: str
) -> None:
    store = opened(new_database(POSTGRES))
    assert store.may_write()
    with held_by_a_process(POSTGRES_HOLDER, as_libpq(store.url), statement):
        assert not store.may_write()
    assert store.may_write()


@pytest.mark.postgres
def test_tables_that_may_only_be_read_cannot_be_written_and_one_row_of_somebody_keeps_nobody_else_out(
    hurried: None, opened: Callable[[str], Store], new_database: Callable[[str], str], postgres: str
) -> None:
    store = opened(new_database(POSTGRES))
    with held_by_a_process(POSTGRES_HOLDER, as_libpq(store.url), "SELECT 1 FROM chain FOR UPDATE"):
        assert store.may_write()  # whoever wants that row waits; everybody else works
    name = make_url(store.url).database
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    store.engine.dispose()
    assert not store.may_write()


async def test_what_is_asked_many_times_a_second_is_tried_once(
    opened: Callable[[str], Store], new_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    trial, tried, now = Trial(opened(new_database(SQLITE)).engine, None), [], [100.0]
    monkeypatch.setattr(trial, "now", lambda: not tried.append(1))  # type: ignore[func-returns-value]
    for _ in range(50):
        assert await trial.ask(lambda: now[0])
    assert len(tried) == 1
    now[0] += TRIED_FOR
    assert await trial.ask(lambda: now[0])
    assert len(tried) == 2
    trial.close()


@pytest.mark.nats
async def test_while_another_process_holds_the_store_readiness_figures_banner_and_ping_say_so(
    hurried: None, house: House
) -> None:
    pings: list[int] = []

    async def ping() -> None:
        pings.append(1)

    beside = (door_watch(house.url),)
    auditor = Auditor(house.store, lambda: house.notify.desk, house.notify.dispatcher, 1.0, ping, beside=beside)
    reporter, reader = await house.key("pelapor"), await house.key("baca", Role.AUDITOR)
    desk = Deps(house.store, SECRET, house.keys, Rules.fixed(house.district), house.url)
    assert (await house.call("GET", "/readyz")).status == 200
    assert await Health(desk).look() == ()
    assert await auditor.audit() == []
    with held_by_a_process(SQLITE_HOLDER, file_of(house.store.url)):
        answer = await house.call("GET", "/readyz")
        assert (answer.status, answer.body["detail"]) == (503, "Basis data tidak dapat ditulisi")
        assert [one.key for one in await Health(desk).look()] == ["health.held"]
        house.clock.forward(seconds=6)
        figures = (await house.call("GET", "/metrics", key=reader)).body
        assert "kentongan_store_up 1.0" in figures
        assert "kentongan_store_writable 0.0" in figures
        report = {"text": "Bentrok dua kelompok pemuda di Desa Mentoro, 3 orang luka."}
        assert (await house.call("POST", "/v1/reports", report, key=reporter)).status == 202
        await auditor.audit()
        assert len(pings) == 1
    assert (await house.call("GET", "/readyz")).status == 200
    await house.settle()
    assert await auditor.audit() == []
    assert len(pings) == 2
