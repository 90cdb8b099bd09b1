"""A desk that runs on a real store, on a port of its own."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn

from schemas.district import District
from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.tiles import TileServer
from schemas.vocabulary import Role
from services.console.app import create_app
from services.console.dependencies import Deps
from services.console.web.sessions import COOKIE, veiled
from services.ingest import app as ingest
from services.ingest.app import routes as ingest_routes
from services.ingest.filing import Filing
from services.notify.replies.office_hand import OfficeHand
from services.oncall.shifts import Post
from services.policy.versions import Rules
from services.security import auth
from services.security.devices import Devices
from services.security.keys import SCOPES, Keys, Listed, bearer_of
from services.security.oidc.provider import Office, Provider
from services.sources.vault import Vault
from services.store.database import Store
from services.store.transaction import Transaction
from services.triage.assess import Assessor
from services.web.routing import add_routes
from tests.console.caller import Caller
from tests.console.night import DISTRICT, HASH, SECRET, Clock, fill
from tests.ingest.door import MemoryJournal
from tests.servers import GENEROUS, end_serving

VAULT = Vault(SECRET, bytes(range(32)))
LEADING = (Post("POLRES"), Post("KESBANG"), Post("POLSEK", "35.23.11"))  # a short list of posts that must be manned


@cache
def reader() -> Assessor:
    """Read the district's words once for all desks."""
    return Assessor(DISTRICT)


@dataclass
class Desk:
    """A running desk: where it is, what is in it."""

    url: str
    store: Store
    clock: Clock
    keys: Keys
    ids: dict[str, str]
    tokens: dict[str, str]
    journal: MemoryJournal
    ended: list[str]  # keys of which it was written down that they were ended

    def key(self, role: Role, institution: str | None = None) -> str:
        return self.issue(f"key-{role}-{institution}", role, institution)

    def issue(self, name: str, role: Role, institution: str | None = None) -> str:
        identity = auth.Identity(name, "Program", role, institution, scopes=SCOPES[role])
        self.keys.known = {**(self.keys.known or {}), name: Listed(identity, name, None, revoked=False)}
        return bearer_of(SECRET, name)

    def official(self, role: Role, institution: str | None, **facts: Any) -> Caller:
        """Let somebody of this role in, as one who has shown his password."""
        login = facts.get("login", f"{role}.{institution}".lower())
        row = {"id": login, "login": login, "name": login, "role": role.value, "institution": institution}
        row |= {"clearance": 4, "password": HASH, "named_for": [], "active": True, **facts}

        def enter(tx: Transaction) -> str:
            person = tx.session.merge(Person(**row))
            tx.session.flush()
            return auth.open_session(tx, person)

        cookie = self.write(enter)
        return Caller(self.url, cookies={COOKIE: cookie}, csrf=veiled(auth.form_token(SECRET, cookie)))

    def write(self, act: Callable[..., Any]) -> Any:
        return self.store.write_now(act)

    def incident(self, name: str) -> Incident:
        found = self.store.read_now(lambda session: session.get(Incident, self.ids[name]))
        assert found is not None
        return found

    def alert(self, name: str, institution: str) -> Alert:
        found = self.store.read_now(lambda session: session.get(Alert, f"a-{self.ids[name]}-{institution}"))
        assert found is not None
        return found


class _Server(uvicorn.Server):
    """A server in a thread of its own."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._until_its_end()), daemon=True)

    def begin(self) -> None:
        self._thread.start()
        assert self.up.wait(GENEROUS)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(GENEROUS)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def _until_its_end(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        serving = asyncio.create_task(self.serve())
        await self._ended.wait()
        await end_serving(self, serving)


@cache
def night(blank: bytes) -> tuple[bytes, dict[str, str], dict[str, str]]:
    """Fill a SQLite file that has its tables, once for all desks: its bytes, and the ids and tokens by name."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "night.db"
        file.write_bytes(blank)
        store = Store(f"sqlite:///{file}", Clock())
        ids, tokens = store.write_now(fill)
        with store.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # leave the driver's transaction: a checkpoint takes none
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        filled = file.read_bytes()
        store.close()
    return filled, ids, tokens


def _fill(store: Store) -> tuple[dict[str, str], dict[str, str]]:
    """Put the night into a database that has its tables and nothing in them."""
    file = store.engine.url.database
    if store.engine.dialect.name != "sqlite" or file is None:
        return store.write_now(fill)
    filled, ids, tokens = night(Path(file).read_bytes())
    Path(file).write_bytes(filled)  # nobody has opened it yet
    return dict(ids), dict(tokens)


@contextlib.contextmanager
def running(
    database: str,
    *,
    sample: bool = False,
    port: int = 0,
    filled: bool = False,
    district: District = DISTRICT,
    office: Office | None = None,
    base_url: str = "http://127.0.0.1",
    two_step_roles: frozenset[Role] = frozenset(),
    tiles: TileServer | None = None,
) -> Iterator[Desk]:
    """Fill a database that has its tables, and run a desk on it in a thread of its own.

    `port` 0 is a free one; `filled`: the night is in it already.
    """
    clock = Clock()
    store = Store(database, clock)
    ids, tokens = ({}, {}) if filled else _fill(store)
    keys = Keys(SECRET, clock, known={})
    journal = MemoryJournal()
    photos = TemporaryDirectory()
    ended: list[str] = []
    door = ingest.Deps(
        journal=journal,
        keys=keys,
        receipts=auth.Receipts(SECRET),
        rules=Rules.fixed(district),
        clock=clock,
        base_url="http://127.0.0.1",
        devices=Devices(SECRET),
        attachments=Path(photos.name),
    )
    filing = Filing(door)
    app = create_app(
        Deps(
            store=store,
            secret=SECRET,
            keys=keys,
            rules=Rules.fixed(district),
            base_url=base_url,
            posts=lambda _: LEADING,
            filing=filing,
            reader=reader,
            ways=OfficeHand(SECRET, "http://127.0.0.1"),
            end_key=ended.append,
            sample=sample,
            vault=VAULT,
            provider=Provider(office, SECRET, clock) if office else None,
            two_step_roles=two_step_roles,
            tiles=tiles,
        )
    )
    add_routes(app, ingest_routes(door, filing))
    server = _Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    server.begin()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Desk(f"http://127.0.0.1:{port}", store, clock, keys, ids, tokens, journal, ended)
    finally:
        server.end()
        store.close()
        photos.cleanup()


@contextlib.contextmanager
def running_on(folder: Path, blank: bytes, **options: Any) -> Iterator[Desk]:
    """Run a desk on a SQLite file of its own that has its tables; `options` are those of `running`."""
    file = folder / "kentongan.db"
    file.write_bytes(blank)
    with running(f"sqlite:///{file}", **options) as found:
        yield found
