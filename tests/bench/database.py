"""Look at the store from beside: what it takes on the disk, what its server costs, who waits for whose lock."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from tests.bench.machine import processor_seconds

SAMPLED = 0.02  # seconds between looks at who waits
WAITING = (
    "SELECT wait_event FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
)


class Database:
    """One store by its SQLAlchemy address."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_server = url.startswith("postgresql")
        self._plain = url.replace("+psycopg", "", 1)  # as libpq reads it

    def megabytes(self) -> float:
        """Give what the tables and indexes take; of SQLite also what still lies in its write-ahead log."""
        if self.is_server:
            with psycopg.connect(self._plain, autocommit=True) as asked:
                row = asked.execute("SELECT pg_database_size(current_database())").fetchone()
            return row[0] / 1e6 if row else 0.0
        with contextlib.closing(sqlite3.connect(_file(self.url))) as store:
            (pages,), (size,) = (store.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        return float(pages * size) / 1e6

    def server(self) -> int:
        """Give the process of a PostgreSQL server on this machine; 0 where there is none, or it is elsewhere."""
        host = urlsplit(self._plain).hostname or ""
        if not self.is_server or host not in ("", "localhost", "127.0.0.1", "::1"):
            return 0
        with psycopg.connect(self._plain, autocommit=True) as asked:
            backend = Path(f"/proc/{asked.info.backend_pid}/stat")
            with contextlib.suppress(OSError, IndexError):  # another machine, or a container's own numbers
                name, _, fields = backend.read_text().partition("(")[2].rpartition(")")
                return int(fields.split()[1]) if name.startswith("postgres") else 0
        return 0

    def processor_seconds(self) -> float | None:
        """Give what its server has used so far, of whatever database; None where that cannot be seen."""
        server = self.server()
        return processor_seconds(server) if server else None

    @contextlib.contextmanager
    def watched(self) -> Iterator[dict[str, float]]:
        """Count, while a block runs, the seconds that transactions wait for locks, by kind; nothing on SQLite."""
        waits: dict[str, float] = {}
        if not self.is_server:
            yield waits
            return
        over = threading.Event()
        watching = threading.Thread(target=self._watch, args=(waits, over), daemon=True)
        watching.start()
        try:
            yield waits
        finally:
            over.set()
            watching.join()

    def _watch(self, waits: dict[str, float], over: threading.Event) -> None:
        with psycopg.connect(self._plain, autocommit=True) as asked:
            last = monotonic()
            while not over.wait(SAMPLED):
                found = [kind for (kind,) in asked.execute(WAITING)]
                now = monotonic()
                for kind in found:  # whoever waits now stands for all of the time since the last look
                    waits[kind] = waits.get(kind, 0.0) + now - last
                last = now


def _file(url: str) -> str:
    return unquote(url.partition("sqlite:///")[2].partition("?")[0])


@contextlib.contextmanager
def fresh(url: str, folder: Path, name: str = "line") -> Iterator[Database]:
    """Give an empty store for one line: a file in its folder, or a file or database beside the one that was named.

    Each line has a secret and a bus of its own, so no two can share a store. Nothing is done to the one that was named;
    the one beside it is removed at the end. Two at a time have two names.
    """
    if not url.startswith("postgresql"):
        beside = (
            f"{url.partition('?')[0]}-bench-{os.getpid()}-{name}" if url else f"sqlite:///{folder / 'kentongan.db'}"
        )
        try:
            yield Database(beside)
        finally:
            for suffix in ("", "-wal", "-shm", "-turn") if url else ():
                Path(_file(beside) + suffix).unlink(missing_ok=True)
        return
    name = f"kentongan_bench_{os.getpid()}_{name}"
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as admin:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        admin.execute(drop)
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Database(urlsplit(url)._replace(path=f"/{name}").geturl())
        finally:
            admin.execute(drop)
