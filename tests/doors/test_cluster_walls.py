"""The shipped cluster: TLS between machines, and a role per service that adds to the audit log and changes none of it."""

import asyncio
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import yaml
from sqlalchemy.exc import ProgrammingError
from sqlmodel import select

from schemas.records.accounts import Key
from schemas.records.audit_log import Chain, Journal
from schemas.records.people import Person
from schemas.records.reports import Report
from services.bus import Bus
from services.cli.up import nats_server
from services.store.audit_verify import verify
from services.store.database import Store, StoreUnavailable
from services.store.rights import PREFIX, ROLES, grant, rights_of
from tests.house import Clock
from tests.servers import GENEROUS, free_port, listening

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
SERVICES = ("ingest", "triage", "notify", "console")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    command = [sys.executable, str(DEPLOY / "certificates"), str(folder), "nats-1", "nats-2", "postgres"]
    subprocess.run(command, check=True)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    subprocess.run(command, check=True)  # harmless to run again
    assert before == {path.name: path.read_bytes() for path in folder.iterdir()}
    return folder


def test_private_keys_are_private(certificates: Path) -> None:
    keys = sorted(path for path in certificates.iterdir() if path.suffix == ".key")
    assert [path.name for path in keys] == ["ca.key", "nats-1.key", "nats-2.key", "postgres.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


@pytest.fixture
def guarded(certificates: Path, tmp_path: Path) -> Iterator[int]:
    """Start one server of the cluster as deploy/nats says, but for its port and its fellows."""
    port = free_port()
    text = (DEPLOY / "nats" / "cluster.conf").read_text(encoding="utf-8")
    text = text.replace("port: 4222", f'host: "127.0.0.1"\nport: {port}')
    text = text[: text.index("cluster {")] + 'include "accounts.conf"\n'  # it stands alone: no fellows to wait for
    (tmp_path / "cluster.conf").write_text(text)
    (tmp_path / "accounts.conf").write_text((DEPLOY / "nats" / "accounts.conf").read_text(encoding="utf-8"))
    users = ("INGEST", "TRIAGE", "NOTIFY", "CONSOLE", "OFFICE", "DEPLOY")
    environment = {f"NATS_PASSWORD_{user}": f"secretof{user.lower()}" for user in users}
    environment |= {"NATS_NAME": "nats-1", "NATS_STORE": str(tmp_path / "store"), "NATS_CA": f"{certificates}/ca.pem"}
    environment |= {"NATS_CERT": f"{certificates}/nats-1.pem", "NATS_KEY": f"{certificates}/nats-1.key"}
    with (tmp_path / "log").open("wb") as log:
        command = [nats_server(), "-c", str(tmp_path / "cluster.conf")]
        server = subprocess.Popen(command, env={**os.environ, **environment}, stdout=log, stderr=log)
    while not listening(port):
        assert server.poll() is None, (tmp_path / "log").read_text()
    yield port
    server.kill()
    server.wait()


@pytest.mark.nats
async def test_the_bus_speaks_tls_and_nothing_else(guarded: int, certificates: Path) -> None:
    url = f"tls://ingest:secretofingest@localhost:{guarded}"
    trusting = Bus(url, name="ingest", kabupaten="35.23", authority=str(certificates / "ca.pem"))
    await asyncio.wait_for(trusting.open(), GENEROUS)
    assert trusting.nc.is_connected
    await trusting.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", guarded)
    assert b'"tls_required":true' in await reader.readline()
    writer.write(b'CONNECT {"user":"ingest","pass":"secretofingest"}\r\nPING\r\n')
    assert b"PONG" not in await asyncio.wait_for(reader.read(), 20)
    writer.close()


def test_compose_gives_each_service_its_own_role_and_every_wire_tls() -> None:
    composed = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    for name in (*SERVICES, "declare"):
        given = composed["services"][name]["environment"]
        user = "deploy" if name == "declare" else name
        for server in given["KENTONGAN_NATS_URL"].split(","):
            assert server.startswith(f"tls://{user}:${{NATS_PASSWORD_{user.upper()}:?}}@nats-")
        assert given["KENTONGAN_NATS_CA"] == "/etc/tls/ca.pem"
    for name in SERVICES:
        store = composed["services"][name]["environment"]["KENTONGAN_STORE_URL"]
        assert store.startswith(f"postgresql+psycopg://{PREFIX}{name}:${{POSTGRES_PASSWORD_{name.upper()}:?}}@")
        assert store.endswith("?sslmode=verify-full&sslrootcert=/etc/tls/ca.pem")
    made = (DEPLOY / "postgres" / "roles.sh").read_text(encoding="utf-8")
    assert f"for role in {' '.join(role.upper() for role in ROLES)}; do" in made


@pytest.fixture
def as_role(new_database: Callable[[str], str], clock: Clock) -> Iterator[Callable[[str], Store]]:
    """Make the roles as deploy/postgres does and give a store that a service opens with its own."""
    url = new_database("postgres")
    owner = Store(url, clock)
    owner.upgrade()
    # Roles belong to the server, not to a database of it: another test may have made them.
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        for role in ROLES:
            admin.execute(
                f"DO $$ BEGIN CREATE ROLE {PREFIX}{role} LOGIN PASSWORD 'secretof{role}'; "
                "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
            )
    assert grant(owner.engine) == [PREFIX + role for role in ROLES]
    assert grant(owner.engine) == [PREFIX + role for role in ROLES]  # harmless to run again
    opened = [owner]
    parts = urlsplit(url)

    def make(role: str) -> Store:
        if role == "owner":
            return owner
        place = parts.netloc.rpartition("@")[2]
        store = Store(parts._replace(netloc=f"{PREFIX}{role}:secretof{role}@{place}").geturl(), clock)
        opened.append(store)
        return store

    yield make
    for store in opened:
        store.close()


@pytest.mark.postgres
@pytest.mark.parametrize("role", ROLES)
def test_no_service_changes_a_line_of_the_audit_log(as_role: Callable[[str], Store], role: str) -> None:
    as_role("owner").write_now(lambda tx: tx.audit("person.put", "office"))
    store = as_role(role)
    assert store.write_now(lambda tx: tx.audit("uji", role)) == 2  # adding is what everybody does
    attempts = ["UPDATE journal SET actor = 'nobody'", "DELETE FROM journal", "TRUNCATE journal", "DROP TABLE journal"]
    attempts += [
        "ALTER TABLE journal ADD COLUMN x int",
        "CREATE TABLE mine (x int)",
        "DELETE FROM chain",
        "TRUNCATE chain",
    ]
    attempts += ["CREATE RULE r AS ON INSERT TO journal DO INSTEAD NOTHING", "SET ROLE postgres"]
    for attempt in attempts:
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            store.engine.begin() as connection,
        ):
            connection.exec_driver_sql(attempt)
    lines = as_role("owner").read_now(lambda session: [one.actor for one in session.exec(select(Journal))])
    assert lines == ["office", role]
    assert as_role("owner").seal_now() == 2
    assert as_role("owner").read_now(lambda session: session.get_one(Chain, 1).seq) == 2


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("role", "table", "allowed"),
    [
        ("ingest", Key, True),
        ("ingest", Report, False),
        ("ingest", Person, False),
        ("ingest", Journal, False),
        ("triage", Report, True),
        ("triage", Person, False),
        ("notify", Person, True),
        ("console", Person, True),
        ("console", Report, True),
    ],
)
def test_each_service_reads_what_its_work_needs(
    as_role: Callable[[str], Store], role: str, table: type, *, allowed: bool
) -> None:
    store = as_role(role)
    if allowed:
        assert store.read_now(lambda session: list(session.exec(select(table)))) == []
        return
    with pytest.raises(StoreUnavailable, match="InsufficientPrivilege"):  # rights are the operator's, not the report's
        store.read_now(lambda session: list(session.exec(select(table))))


def test_no_role_has_more_than_two_rights_on_the_audit_log_and_one_gives_hashes() -> None:
    assert {rights_of(role)["journal"] for role in ROLES if role != "notify"} == {"INSERT", "SELECT, INSERT"}
    assert rights_of("notify")["journal"] == "SELECT, INSERT, UPDATE (hash)"
    assert {role for role in ROLES if "UPDATE" in rights_of(role)["chain"]} == {"notify"}


@pytest.mark.postgres
def test_only_notify_seals_what_the_others_have_written(as_role: Callable[[str], Store]) -> None:
    owner = as_role("owner")
    for role in ROLES:
        as_role(role).write_now(lambda tx, who=role: tx.audit("uji", who))
    for role in [one for one in ROLES if one != "notify"]:
        for attempt in ("UPDATE journal SET hash = 'x'", "UPDATE chain SET seq = 9", "SELECT setval('journal_seq', 1)"):
            with pytest.raises(ProgrammingError, match="permission denied"), as_role(role).engine.begin() as connection:
                connection.exec_driver_sql(attempt)
    assert as_role("notify").seal_now() == len(ROLES)
    assert verify(owner.engine).faults == []
    assert owner.read_now(lambda session: session.get_one(Chain, 1).seq) == len(ROLES)


_TOMBSTONE = "INSERT INTO tombstone (id, at) VALUES ('{}', now())"
_ON_TOMBSTONES = {
    "read": "SELECT id FROM tombstone",
    "put up": _TOMBSTONE.format("new"),
    "take away": "DELETE FROM tombstone",
    "rename": "UPDATE tombstone SET id = 'another'",
    "empty": "TRUNCATE tombstone",
}
_ON_THE_INDEX = {
    "find": "SELECT report_id FROM searched",
    "see how far": "SELECT seq FROM search_mark",
    "add": "INSERT INTO searched (n, report_id, words) VALUES (2, 'r-2', 'pasar')",
    "take out": "DELETE FROM searched",
    "say something else": "UPDATE searched SET words = 'sepi'",
    "call it finished": "UPDATE search_mark SET complete = true",
}


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("ingest", set()),
        ("triage", {"read"}),
        ("notify", {"read", "put up"}),
        ("office", {"read", "put up"}),
        ("console", {"read"}),
    ],
)
def test_no_service_takes_a_tombstone_away(as_role: Callable[[str], Store], role: str, may: set[str]) -> None:
    with as_role("owner").engine.begin() as connection:
        connection.exec_driver_sql(_TOMBSTONE.format("old"))
    assert _done_as(as_role(role), _ON_TOMBSTONES) == may
    with as_role("owner").engine.begin() as connection:
        assert "old" in {row[0] for row in connection.exec_driver_sql("SELECT id FROM tombstone")}


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("ingest", set()),
        ("triage", set()),
        ("notify", set(_ON_THE_INDEX)),
        ("office", set(_ON_THE_INDEX)),
        ("console", {"find", "see how far"}),
    ],
)
def test_only_who_makes_the_index_of_words_changes_it(
    as_role: Callable[[str], Store], role: str, may: set[str]
) -> None:
    with as_role("owner").engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO searched (n, report_id, words) VALUES (1, 'r-1', 'tawuran')")
    assert _done_as(as_role(role), _ON_THE_INDEX) == may


def _done_as(store: Store, attempts: dict[str, str]) -> set[str]:
    """Try each statement in a transaction of its own; give the names of those the database carried out."""
    done, said = set(), []
    for name, statement in attempts.items():
        try:
            with store.engine.begin() as connection:
                connection.exec_driver_sql(statement)
        except ProgrammingError as error:
            said.append(str(error))
            continue
        done.add(name)
    assert all("permission denied" in one for one in said), said
    return done
