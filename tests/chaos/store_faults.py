"""Faults of the database: SQLite's file held, read-only, damaged, lost; PostgreSQL killed, hung, read-only, without us."""

import asyncio
import contextlib
import random
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from services.store.database import Store
from services.store.turn import take_turn
from tests.chaos.ground import Ground
from tests.chaos.kept import NAME, Postgres
from tests.chaos.kinds import Act, Fault, last, until
from tests.faults.small_disk import read_only

HOLD_TURN = "import fcntl,sys,time; f=open(sys.argv[1],'wb'); fcntl.flock(f,fcntl.LOCK_EX); time.sleep(600)"
PAGE = 4096


# -- SQLite ----------------------------------------------------------------------------------------------------------


async def store_locked(ground: Ground) -> None:
    with contextlib.closing(sqlite3.connect(ground.store, timeout=30)) as holder:
        holder.isolation_level = None
        holder.execute("BEGIN EXCLUSIVE")
        await last(ground, 2, 6)
        holder.execute("ROLLBACK")


async def turn_held_by_a_stopped_process(ground: Ground) -> None:
    holder = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD_TURN, f"{ground.store}-turn")
    await last(ground, 4, 8)
    holder.kill()
    await holder.wait()


async def store_file_away(ground: Ground) -> None:
    aside = ground.store.with_suffix(".aside")
    ground.store.rename(aside)
    await last(ground, 2, 5)
    aside.rename(ground.store)


async def store_read_only(ground: Ground) -> None:
    """Nobody may write into its files, root neither; services that start meanwhile open them so."""
    files = [file for file in ground.store.parent.glob(f"{ground.store.name}*") if not file.name.endswith("-turn")]
    with read_only(*files):
        await last(ground, 8, 12)


def _damaged(ground: Ground) -> None:
    """Write over pages of the file, as a disk does that is ending."""
    dice = random.Random(ground.dice.random())
    pages = ground.store.stat().st_size // PAGE
    with ground.store.open("r+b") as file:
        for page in range(1, pages, 2):
            file.seek(page * PAGE)
            file.write(dice.randbytes(PAGE))


def _removed(ground: Ground) -> None:
    for file in ground.store.parent.glob(f"{ground.store.name}*"):
        if not file.name.endswith("-turn"):
            file.unlink()


def _lost(how: Callable[[Ground], None]) -> Act:
    """The store is lost; the operator puts last night's backup back and has the rest judged from the bus."""

    async def act(ground: Ground) -> None:
        backup = ground.up.data.parent / "last-night.backup"
        code, said = await ground.up.run("backup", str(backup))
        assert code == 0, said
        await last(ground, 4, 6)  # reports that the backup does not have
        how(ground)
        await last(ground, 10, 15)
        await asyncio.to_thread(ground.up.stop)
        _removed(ground)
        ground.did("`up` stopped, the store's files taken away")
        await ground.operator("restore", str(backup))
        ground.up.begin()
        ground.did("`up`")
        await until(lambda: ground.up.pid("triage") is not None and ground.up.pid("notify") is not None, "a start")
        await ground.operator("db", "rebuild", "--wait", "120")
        await ground.operator(
            "audit", "restart", "--reason", "pemulihan dari cadangan"
        )  # its end was lost, and said so
        backup.unlink()
        (backup.parent / "kentongan.keys").unlink()

    return act


OF_SQLITE = (
    Fault("store locked", store_locked),
    Fault("turn held by a stopped process", turn_held_by_a_stopped_process),
    Fault("store file moved away and back", store_file_away),
    Fault("store damaged: every second page written over", _lost(_damaged)),
    Fault("store's files removed", _lost(_removed)),
)
OF_SQLITE_AS_ROOT = (Fault("store read-only 8-12 s", store_read_only),)


# -- PostgreSQL ------------------------------------------------------------------------------------------------------


def _postgres(ground: Ground) -> Postgres:
    assert ground.kept.server is not None
    return ground.kept.server


def killed(how: signal.Signals, least: float, most: float) -> Act:
    """Its processes get a signal, and whatever watches over it starts it again after some seconds."""

    async def act(ground: Ground) -> None:
        server = _postgres(ground)
        gone = server.processes()[:1]
        server.signal(how)
        await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in gone), "the end of PostgreSQL")
        await last(ground, least, most)
        await asyncio.to_thread(server.start)

    return act


async def hung(ground: Ground) -> None:
    server = _postgres(ground)
    server.signal(signal.SIGSTOP)
    try:
        await last(ground, 5, 15)
    finally:
        server.signal(signal.SIGCONT)


async def as_a_standby(ground: Ground) -> None:
    """As after a change to a standby: every new transaction is read-only, and every connection made anew."""
    server = _postgres(ground)
    with server.administrator() as admin:
        admin.execute(f"ALTER DATABASE {NAME} SET default_transaction_read_only = on")
    server.drop_connections()
    await last(ground, 20, 40)
    with server.administrator() as admin:
        admin.execute(f"ALTER DATABASE {NAME} RESET default_transaction_read_only")
    server.drop_connections()


async def connections_dropped(ground: Ground) -> None:
    for _ in range(10):
        _postgres(ground).drop_connections()
        await asyncio.sleep(0.5)


@contextlib.contextmanager
def _holding(ground: Ground, words: str | None) -> Iterator[None]:
    """Hold something in a transaction that does nothing more; the turn of all, unless words say what."""
    holder = Store(_postgres(ground).url)
    try:
        with holder.engine.begin() as connection:
            if words is None:
                take_turn(connection, None)
            else:
                connection.exec_driver_sql(words)
            yield
    finally:
        holder.close()


def held(words: str | None) -> Act:
    """A transaction that does nothing holds something for some seconds."""

    async def act(ground: Ground) -> None:
        with _holding(ground, words):
            await last(ground, 5, 12)

    return act


async def tables_of_another_release(ground: Ground) -> None:
    """A table has another name for a while."""
    server = _postgres(ground)
    with server.administrator() as admin:  # only to know that it answers
        admin.execute("SELECT 1")
    for names in ("report RENAME TO report_of_another_release", "report_of_another_release RENAME TO report"):
        with _holding(ground, f"ALTER TABLE {names}"):
            pass
        if "TO report_of" in names:
            await last(ground, 5, 10)


OF_POSTGRES = (
    Fault("PostgreSQL: kill -9 of all its processes, started after 1-3 s", killed(signal.SIGKILL, 1, 3)),
    Fault("PostgreSQL: stopped at once, started after 15-25 s", killed(signal.SIGQUIT, 15, 25)),
    Fault("PostgreSQL: SIGSTOP 5-15 s", hung),
    Fault("PostgreSQL: read-only 20-40 s", as_a_standby),
    Fault("PostgreSQL: every connection dropped, ten times", connections_dropped),
    Fault("PostgreSQL: the turn of all held by a transaction that does nothing", held(None)),
    Fault("PostgreSQL: a table locked 5-12 s", held("LOCK TABLE report IN ACCESS EXCLUSIVE MODE")),
    Fault("PostgreSQL: a table has another name 5-10 s", tables_of_another_release),
)
