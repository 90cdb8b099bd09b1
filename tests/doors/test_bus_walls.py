"""Each identity of the bus does its own work and nothing else: every other subject and call is refused by the server."""

import asyncio
import contextlib
import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from schemas.messages import ReportFiled, ReportIn, Source
from services.bus import HEARD, STREAMS, Bus, BusUnavailable, ConsumerGone, Event, Message
from services.bus import bus as bus_module
from services.bus.accounts import CLUSTER, ONE_MACHINE, conf, prepare
from services.bus.streams import consumers
from services.cli.up import nats_config, nats_server
from services.runtime.bus_users import ACCOUNTS_FILE, USERS_FILE, passwords_of
from tests.servers import GENEROUS, free_port, listening

pytestmark = pytest.mark.nats
DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NAMES = [str(one.name) for one in STREAMS]
DIVISIONS = {number: [f"{stream}.{durable}" for stream, durable, _ in consumers(number)] for number in (1, 4)}
PAIRS = list(dict.fromkeys(pair for pairs in DIVISIONS.values() for pair in pairs))
OF_DIVIDED = [pair for pair in PAIRS if not pair.startswith("INBOUND.")]
LEASES = [f"$KV.LEASES.{service}.x" for service in ("triage", "notify")]

# What an attacker with somebody's password may try: subjects to publish to, beginnings to listen to.
CALLS = [
    *(f"$JS.API.STREAM.{act}.{name}" for act in ("CREATE", "UPDATE", "DELETE", "PURGE", "INFO") for name in NAMES),
    *(f"$JS.API.STREAM.MSG.{act}.{name}" for act in ("GET", "DELETE") for name in NAMES),
    *(f"$JS.API.STREAM.{act}.{name}" for act in ("SNAPSHOT", "RESTORE", "LEADER.STEPDOWN") for name in NAMES[:1]),
    *(f"$JS.API.DIRECT.GET.{name}" for name in NAMES),
    "$JS.API.DIRECT.GET.KNOWN.known.report.x",
    "$JS.API.DIRECT.GET.REPORTS.report.filed.3523.11",
    "$JS.API.DIRECT.GET.INBOUND.inbound.message.sms",
    *(f"$JS.API.CONSUMER.{act}.{pair}" for act in ("CREATE", "DURABLE.CREATE", "DELETE", "INFO") for pair in PAIRS),
    *(f"$JS.API.CONSUMER.{act}.{pair}" for act in ("MSG.NEXT", "PAUSE", "LEADER.STEPDOWN") for pair in PAIRS),
    *(f"$JS.API.CONSUMER.{act}.{name}" for act in ("CREATE", "LIST", "NAMES") for name in NAMES),
    *(f"$JS.API.CONSUMER.CREATE.{name}.mine.report.filed.x" for name in NAMES),
    *(f"$JS.API.CONSUMER.CREATE.{pair}.report.filed.x" for pair in PAIRS),
    *(f"$JS.API.CONSUMER.MSG.NEXT.{name}.mine" for name in NAMES),
    *(f"$JS.ACK.{pair}.1.1.1.1.0" for pair in PAIRS),
    *(f"$JS.ACK.hub.acc.{pair}.1.1.1.1.0.0" for pair in PAIRS),
    "$JS.API.INFO",
    "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.LIST",
    "$JS.API.STREAM.CREATE.MINE",
    "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.REPORTS.triage",
    "$SYS.REQ.SERVER.PING",
    "$KV.x.y",
    *LEASES,
    "$JS.API.DIRECT.GET.KV_LEASES",
    *(f"$JS.API.STREAM.{act}.KV_LEASES" for act in ("CREATE", "UPDATE", "DELETE", "PURGE", "INFO")),
    "report.filed.3523.11",
    "known.report",
    "known.report.x",
    "known.gone.x",
    "known.other",
    "incident.opened.3523.11",
    "incident.raised.3523.11",
    "incident.acknowledged.3523.11",
    "incident.dismissed.3523.11",
    "alert.x",
    "warning.raised.3523.11",
    "inbound.message.sms",
    "inbound.receipt.sms",
    "audit.checkpoint",
    "audit.other",
    "probe.reports",
    "anything.else",
]
EVERYTHING = (">", "*.*", "_INBOX.>", "report.>", "report.filed.3523.11", "incident.>", "inbound.>", "known.>")
EVERYTHING += ("$JS.>", "$JS.API.>", "$JS.EVENT.ADVISORY.>", "$SYS.>")
FILING = {"report.filed.3523.11", "known.report", "known.report.x", "$JS.API.DIRECT.GET.KNOWN"}
KEYS = {"$JS.API.DIRECT.GET.KNOWN.known.report.x"}
ERASING = KEYS | {"known.gone.x", "$JS.API.STREAM.MSG.GET.KNOWN", "$JS.API.STREAM.MSG.DELETE.KNOWN"}
INBOUND = {"inbound.message.sms", "inbound.receipt.sms"}
PROBES = {"probe.reports"}
WORDS = {"$JS.API.DIRECT.GET.REPORTS", "$JS.API.DIRECT.GET.INBOUND"}
STATES = {f"$JS.API.STREAM.INFO.{name}" for name in NAMES}
NAMED = {f"$JS.API.CONSUMER.NAMES.{stream}" for stream in ("REPORTS", "INCIDENTS")}


def taking(pair: str) -> set[str]:
    acks = {f"$JS.ACK.{pair}.1.1.1.1.0", f"$JS.ACK.hub.acc.{pair}.1.1.1.1.0.0"}
    return acks | {f"$JS.API.CONSUMER.INFO.{pair}", f"$JS.API.CONSUMER.MSG.NEXT.{pair}"}


def may(partitions: int) -> dict[str, set[str]]:
    """Give what each user needs, where the work is divided into so many partitions."""
    pairs = DIVISIONS[partitions]
    looking = {f"$JS.API.CONSUMER.INFO.{pair}" for pair in pairs}
    strange = [pair for pair in PAIRS if pair.startswith("REPORTS.") and pair not in pairs]
    looking |= {"$JS.API.DIRECT.GET.KV_LEASES"} if partitions > 1 else set()

    def of(begins: str) -> set[str]:
        taken = {subject for pair in pairs if pair.startswith(begins) for subject in taking(pair)}
        leases = {f"$KV.LEASES.{begins.partition('.')[2]}.x", "$JS.API.DIRECT.GET.KV_LEASES"}
        return taken | leases if partitions > 1 else taken

    needed = {
        "ingest": FILING | INBOUND | looking | PROBES,
        "console": looking | STATES | PROBES | WORDS | KEYS | {"$JS.API.DIRECT.GET.DEADLETTERS"},
        "triage": of("REPORTS.triage")
        | KEYS
        | {"$JS.API.STREAM.INFO.REPORTS", "incident.opened.3523.11", "incident.raised.3523.11"},
        "notify": of("INCIDENTS.notify")
        | taking("INBOUND.answers")
        | FILING
        | ERASING
        | {"incident.raised.3523.11", "incident.acknowledged.3523.11", "incident.dismissed.3523.11"}
        | {"warning.raised.3523.11"}
        | looking
        | STATES
        | PROBES
        | {"$JS.API.DIRECT.GET.DEADLETTERS", "$JS.API.DIRECT.GET.CHECKPOINTS", "audit.checkpoint"}
        | WORDS
        | INBOUND
        | {"$JS.API.DIRECT.GET.INCIDENTS", "$JS.API.STREAM.MSG.DELETE.DEADLETTERS"},
        "office": looking
        | NAMED
        # Names of consumers that are not there are as free for its own as any other.
        | {f"$JS.API.CONSUMER.MSG.NEXT.{pair}" for pair in strange}
        | {f"$JS.API.CONSUMER.CREATE.{pair}.report.filed.x" for pair in strange}
        | STATES
        | FILING
        | INBOUND
        | ERASING
        | {f"$JS.API.DIRECT.GET.{name}" for name in NAMES}
        | {"$JS.API.STREAM.MSG.GET.INBOUND", "$JS.API.STREAM.MSG.DELETE.INBOUND"}
        | {"$JS.API.STREAM.MSG.DELETE.DEADLETTERS", "$JS.API.CONSUMER.CREATE.REPORTS.mine.report.filed.x"}
        | {"$JS.API.CONSUMER.MSG.NEXT.REPORTS.mine", "incident.opened.3523.11", "incident.raised.3523.11"}
        | {"incident.acknowledged.3523.11", "incident.dismissed.3523.11", "warning.raised.3523.11", "audit.checkpoint"},
        "deploy": looking
        | STATES
        | NAMED
        | {f"$JS.API.CONSUMER.{act}.{pair}" for act in ("INFO", "DELETE") for pair in OF_DIVIDED}
        | {f"$JS.API.STREAM.{act}.KV_LEASES" for act in ("CREATE", "UPDATE") if partitions > 1}
        | {f"$JS.API.STREAM.{act}.{name}" for act in ("CREATE", "UPDATE") for name in NAMES}
        | {f"$JS.API.CONSUMER.{act}.{pair}" for act in ("CREATE", "DURABLE.CREATE", "DELETE") for pair in pairs}
        | {f"$JS.API.CONSUMER.CREATE.{pair}.report.filed.x" for pair in pairs},
    }
    needed["pages"] = needed["ingest"] | needed["console"]
    needed["all"] = needed["pages"] | needed["triage"] | needed["notify"]
    return needed


@dataclass
class Guarded:
    """A server that knows its users."""

    port: int
    users: tuple[str, ...]
    passwords: dict[str, str]
    partitions: int = 1

    def url(self, user: str) -> str:
        return f"nats://{user}:{self.passwords[user]}@127.0.0.1:{self.port}"

    def bus(self, user: str, *, declares: bool = False) -> Bus:
        return Bus(self.url(user), name=user, kabupaten="35.23", declares=declares, partitions=self.partitions)


def started(folder: Path, port: int, environment: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        command = [nats_server(), "-c", str(folder / "nats-server.conf")]
        server = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdout=log, stderr=log)
    while not listening(port):
        assert server.poll() is None, (folder / "log").read_text()
    return server


@pytest.fixture(params=["one machine", "one machine, divided", "cluster"])
def guarded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Guarded]:
    """Start a server as `up` does, or with the accounts that deploy/nats gives a cluster."""
    port, environment = free_port(), {}
    partitions = 4 if request.param.endswith("divided") else 1
    if request.param.startswith("one machine"):
        prepare(tmp_path, partitions)
        nats_config(tmp_path, port)
        users, passwords = tuple(ONE_MACHINE), passwords_of(tmp_path)
    else:
        users = tuple(CLUSTER)
        passwords = {user: f"secretof{user}" for user in users}
        environment = {f"NATS_PASSWORD_{user.upper()}": passwords[user] for user in users}
        store = f'jetstream {{ store_dir: "{tmp_path / "bus"}" }}'
        accounts = (DEPLOY / "nats" / "accounts.conf").read_text(encoding="utf-8")
        (tmp_path / "nats-server.conf").write_text(f'host: "127.0.0.1"\nport: {port}\n{store}\n{accounts}')
    server = started(tmp_path, port, environment)
    yield Guarded(port, users, passwords, partitions)
    server.kill()
    server.wait()


class Wire:
    """A connection that speaks NATS by hand, so that nothing but the server says no."""

    def __init__(self, guarded: Guarded, user: str, password: str | None = None) -> None:
        self._socket = socket.create_connection(("127.0.0.1", guarded.port), timeout=GENEROUS)
        self._lines = self._socket.makefile("rb")
        self._lines.readline()  # INFO
        told = {"user": user, "pass": password or guarded.passwords.get(user, ""), "verbose": False}
        self._socket.sendall(f"CONNECT {json.dumps(told)}\r\n".encode())

    def refuses(self, line: str) -> bool:
        """Send one line and say whether the server refused it."""
        refused, answer = False, b""
        try:
            self._socket.sendall(f"{line}\r\nPING\r\n".encode())
            while (answer := self._lines.readline()) not in (b"PONG\r\n", b""):
                refused |= answer.startswith(b"-ERR")
        except ConnectionError:  # it has shut the door already
            return True
        return refused or answer == b""

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


def test_every_forbidden_call_is_refused_and_every_needed_one_is_not(guarded: Guarded) -> None:
    counted, needed = 0, may(guarded.partitions)
    for user in guarded.users:
        wire = Wire(guarded, user)
        for subject in CALLS:
            refused = wire.refuses(f"PUB {subject} 0\r\n")
            assert refused == (subject not in needed[user]), (
                f"{user}: {subject} {'refused' if refused else 'let through'}"
            )
            counted += refused
        wire.close()
    assert counted > 5 * 80


def test_nobody_hears_another_ones_inbox_or_what_travels(guarded: Guarded) -> None:
    for user in guarded.users:
        wire = Wire(guarded, user)
        others = [other for other in guarded.users if other != user]
        heard = (*EVERYTHING, *(f"_INBOX_{other}.>" for other in others))
        for number, subject in enumerate(heard):
            assert wire.refuses(f"SUB {subject} {number + 1}"), f"{user} hears {subject}"
        assert not wire.refuses(f"SUB _INBOX_{user}.> 99")
        wire.close()


def test_nobody_comes_in_without_a_password(guarded: Guarded) -> None:
    """On one machine anybody with an account on it could once forge an answer."""
    for user, password in (("", ""), ("triage", "wrong"), ("nobody", "nobody")):
        wire = Wire(guarded, user, password)
        assert wire.refuses("PUB inbound.message.sms 0\r\n")
        wire.close()


async def first(bus: Bus, stream: str, service: str) -> list[Message]:
    """Take what comes first, and leave the rest to others."""
    async with contextlib.aclosing(bus.consume(stream, service)) as batches:
        return await asyncio.wait_for(anext(batches), GENEROUS)


def filed() -> ReportFiled:
    report = ReportIn(text="nihil")
    return ReportFiled(id=uuid4(), filed_at=datetime.now(UTC), report=report, source=Source(reporter="anonymous"))


@pytest.mark.parametrize("one_process", [False, True])
async def test_every_service_does_its_own_work(guarded: Guarded, *, one_process: bool) -> None:
    if one_process and "all" not in guarded.users:
        pytest.skip("a cluster has a process for each service")
    deploy = guarded.bus("deploy", declares=True)
    await asyncio.wait_for(deploy.open(), GENEROUS)
    await deploy.provision()
    door = "pages" if "pages" in guarded.users else "ingest"
    screen = "pages" if "pages" in guarded.users else "console"
    ingest, triage, notify, console, office = buses = [
        guarded.bus("all" if one_process and user != "office" else user)
        for user in (door, "triage", "notify", screen, "office")
    ]
    for bus in buses:
        await asyncio.wait_for(bus.open(), GENEROUS)
    try:
        report = filed()
        assert (await ingest.publish_report(report, "digest")).again is False
        again = await ingest.publish_report(report, "other")
        assert (again.again, again.same) == (True, False)
        assert abs((again.filed_at - report.filed_at).total_seconds()) < 1e-3

        event = Event(f"{report.id}:1", "incident.opened.3523.00", "incident.opened", b"{}")
        (told,) = await first(triage, "REPORTS", "triage")
        assert told.headers["ce-id"] == str(report.id)
        await triage.publish([event])
        await told.done()
        await (await first(notify, "INCIDENTS", "notify"))[0].done()
        assert await console.ready()
        assert await ingest.ready()
        load = await console.load()
        probes = 2  # one of each that was asked whether it is ready
        assert (load.streams["REPORTS"][1], load.consumers["INBOUND", "answers"]) == (1 + probes, (0, 0))
        assert (await notify.publish_report(report, "digest")).same
        assert await notify.dead_letters() == await console.dead_letters() == []
        await ingest.publish([Event("1", "inbound.message.sms", "inbound.message", b"{}")])
        await (await first(notify, "INBOUND", "answers"))[0].done()
        assert set(await office.waiting()) == set(HEARD)
        assert [id_ async for _, id_, _ in office.reports_on_disk()] == [str(report.id)]
        for stranger in () if one_process else (ingest, console, notify):  # in one process all are triage too
            with pytest.raises(BusUnavailable):
                await stranger.publish([event])
        await deploy.rewind("triage")
        (told,) = await first(triage, "REPORTS", "triage")
        assert told.headers["ce-id"] == str(report.id)
    finally:
        for bus in (deploy, *buses):
            await bus.close()


async def test_the_desk_reads_a_dead_letter_and_notify_alone_tells_it_again(guarded: Guarded) -> None:
    deploy = guarded.bus("deploy", declares=True)
    await asyncio.wait_for(deploy.open(), GENEROUS)
    await deploy.provision()
    door = "pages" if "pages" in guarded.users else "ingest"
    screen = "pages" if "pages" in guarded.users else "console"
    buses = [guarded.bus(user) for user in (door, "triage", "notify", screen)]
    ingest, triage, notify, console = buses
    for bus in buses:
        await asyncio.wait_for(bus.open(), GENEROUS)
    try:
        await ingest.publish_report(filed(), "digest")
        await ingest.publish([Event("1", "inbound.message.sms", "inbound.message", b"{}")])
        await triage.publish([Event("1:1", "incident.opened.3523.00", "incident.opened", b"{}")])
        for bus, stream, durable in (
            (triage, "REPORTS", "triage"),
            (notify, "INBOUND", "answers"),
            (notify, "INCIDENTS", "notify"),
        ):
            await (await first(bus, stream, durable))[0].give_up()
        async with asyncio.timeout(GENEROUS):
            while len(letters := await console.dead_letters()) < 3:  # noqa: ASYNC110 - the server is asked
                await asyncio.sleep(0.01)
        by_stream = {letter.stream: letter for letter in letters}
        for name in ("REPORTS", "INBOUND"):
            assert (await console.dead_body(by_stream[name]))[1]
        with pytest.raises(BusUnavailable):
            await console.drop(letters[0])
        assert await console.dead_letters() == letters
        for name in ("REPORTS", "INBOUND"):
            await notify.replay(by_stream[name])
        assert (await notify.dead_body(by_stream["INCIDENTS"]))[1] == b"{}"
        await notify.drop(by_stream["INCIDENTS"])
        assert await console.dead_letters() == []
        assert len(await first(triage, "REPORTS", "triage")) == 1
    finally:
        for bus in (deploy, *buses):
            await bus.close()


async def test_a_worker_without_its_consumer_ends_and_finds_it_declared(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "GONE", 0.0)
    deploy, triage = guarded.bus("deploy", declares=True), guarded.bus("triage")
    await asyncio.wait_for(deploy.open(), GENEROUS)
    await asyncio.wait_for(triage.open(), GENEROUS)
    durables = [durable for stream, durable, _ in deploy.consumers if stream == "REPORTS"]
    for durable in durables:
        await deploy.js.delete_consumer("REPORTS", durable)
    try:
        with pytest.raises(ConsumerGone):
            await asyncio.wait_for(anext(triage.consume("REPORTS", "triage")), 20)
        await deploy.provision()
        assert (await triage.js.consumer_info("REPORTS", durables[0])).num_pending == 0
    finally:
        await deploy.close()
        await triage.close()


def test_the_clusters_accounts_are_what_the_table_gives() -> None:
    kept = (DEPLOY / "nats" / "accounts.conf").read_text(encoding="utf-8")
    words = {user: f"$NATS_PASSWORD_{user.upper()}" for user in CLUSTER}
    assert kept[kept.index("authorization") :] == conf(CLUSTER, words)


def test_passwords_are_private_and_stay(tmp_path: Path) -> None:
    prepare(tmp_path)
    first = passwords_of(tmp_path)
    prepare(tmp_path)
    assert passwords_of(tmp_path) == first
    assert len(set(first.values())) == len(ONE_MACHINE)
    assert min(map(len, first.values())) > 40
    for name in (USERS_FILE, ACCOUNTS_FILE):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("who", ["office:wrong@", ""])
def test_a_command_says_that_the_bus_refuses_it(guarded: Guarded, tmp_path: Path, who: str) -> None:
    """Any command once was ended by SIGTERM where another installation's bus was on its port."""
    url = f"nats://{who}127.0.0.1:{guarded.port}"
    code = f"from services.cli.connect import with_bus; from services.runtime.settings import Settings; with_bus(Settings(nats_url={url!r}), None)"
    done = subprocess.run([sys.executable, "-c", code], cwd=DEPLOY.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "BusUnavailable: The bus refuses this installation's name or password" in done.stderr
