"""The whole system in one process, on the real parts, with a clock we hold.

A real nats-server, a real database, the front door and the desk behind a real port, triage and notify as they run in
production, a receiver of webhooks and a mail server. Only the scheduler is ours: `forward` moves the clock and ticks.
"""

import asyncio
import contextlib
import hmac
import socket
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import uuid4

import aiohttp
import nats
from sqlmodel import Session, SQLModel, select

from schemas.district import District
from schemas.records.alerts import Alert, Delivery, Ladder
from schemas.records.audit_log import Journal
from schemas.records.by_hand import Proposal
from schemas.records.incidents import Incident
from schemas.records.people import Person
from schemas.records.reports import Report
from schemas.vocabulary import Role, Scope
from services.bus import Bus, BusUnavailable, Event, run_consumer
from services.cli.serve_web import _Server, create_web, server_config
from services.console.web.sessions import COOKIE, veiled
from services.notify.channels import Channel, discover, homemade, set_up
from services.notify.contacts import Contact, Contacts
from services.notify.context import NotifyContext
from services.notify.watchdog.policy_reload import Reloader
from services.notify.worker import Notify
from services.policy.active import Follower
from services.policy.versions import Rules, Version, read_version
from services.runtime.settings import Settings
from services.runtime.steps.step_times import STEP_TIMES
from services.security import auth
from services.security.keys import SCOPES, Keys, own_program, reading
from services.security.secret import Secret
from services.sources.vault import Vault
from services.store.database import Store, StoreUnavailable
from services.store.ids import derived
from services.store.transaction import Transaction
from services.triage.worker import Triage
from tests.channels.provider_fakes import FakeSmtp
from tests.people import Resident, move_in, residents
from tests.servers import GENEROUS, Call, NatsServer, Sink, end_serving, end_tasks, free_port

T = TypeVar("T")
Row = TypeVar("Row", bound=SQLModel)
SECRET = Secret(b"a secret of tests, thirty-two by")
NIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday, 23.00 WIB: offices are closed
WEBHOOK_SECRET = f"whsec_{b64encode(hmac.digest(SECRET.current, b'webhook', 'sha256')).decode()}"
SOKO, SEMANDING = "35.23.11", "35.23.15"


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: datetime = NIGHT

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def forward(self, **how_long: float) -> datetime:
        self.now += timedelta(**how_long)
        return self.now


@dataclass(frozen=True)
class Answer:
    """What an HTTP call gave."""

    status: int
    body: Any
    headers: dict[str, str]


class House:
    """Everything, running; see the module's words."""

    def __init__(
        self,
        district: District,
        nats: NatsServer,
        database: str,
        *,
        people: Callable[[list[Resident]], list[Resident]] = lambda people: people,
        kecamatan: tuple[str, ...] = (SOKO, SEMANDING),
        divert: bool = False,
        duties: frozenset[str] = frozenset(),
        start: datetime = NIGHT,
        folder: Path | None = None,
        partitions: int = 1,
    ) -> None:
        """Build it; with a `folder` its rules are read from there, and `look` lets every process look at them."""
        self.partitions = partitions
        self.version = read_version(folder) if folder else Version("", district)
        self.folder = folder
        self.district = self.version.district
        self.nats = nats
        self.database = database
        self.clock = Clock(start)
        self.sink = Sink()
        self.mail = FakeSmtp()
        self.people = people(list(residents(district, kecamatan)))
        self.keys = Keys(SECRET, self.clock)
        self.vault = Vault(SECRET, bytes(range(32)))
        self.settings = Settings(nats_url=nats.url, store_url=database, port=free_port(), ack_wait=2.0)
        self.url = self.settings.public_url
        self._divert, self._duties = divert, duties
        self._stores: list[Store] = []
        self._buses: list[Bus] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self._channels: list[Channel] = []
        self.followers: dict[str, Follower] = {}
        self.reloaders: list[tuple[Notify, Reloader]] = []
        self.machine: Callable[[], float] | None = None  # seconds of the machine where the wall clock is moved alone
        self._seen = 0
        self.triage: Triage
        self.bus_of: dict[str, Bus] = {}  # by worker, as "triage-1"
        self.working: dict[str, list[asyncio.Task[Any]]] = {}

    # -- moving in and out -----------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.sink.start()
        await self.mail.start()
        self.store = self.new_store()
        self.keys.look = reading(self.keys, self.store.read)
        await self.store.write(lambda tx: move_in(tx, self.people, self.sink.url, tx.now))
        self.bus = await self.new_bus("ingest")
        self.client = aiohttp.ClientSession(self.url, cookie_jar=aiohttp.DummyCookieJar())
        await self._open_doors()
        await self.new_triage("1")
        self.notify = await self.new_notify("1")
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.sink.release()
        self._web.should_exit = True
        await end_tasks(self._tasks)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.client.close()
        await end_serving(self._web, self._serving)
        for channel in self._channels:
            await channel.close()
        for bus in self._buses:
            await bus.close()
        for store in self._stores:
            store.close()
        await self.sink.stop()
        await self.mail.stop()

    def new_process(self, *services: str, instance: str = "1") -> tuple[Rules, Store]:
        """Give a process of these services its rules and its store."""
        rules = Rules(self.version)
        store = self.new_store(rules)
        self.followers["+".join(services) + f"-{instance}"] = Follower(
            rules, store, services, instance, counted=STEP_TIMES.of
        )
        return rules, store

    def decide_by(self, district: District, trial: District | None = None) -> None:
        """Let the notifier decide by these rules from now on, without a folder or a proof."""
        self.notify.rules.take(Version("", district, trial))

    async def look(self) -> None:
        """Let every notifier look at its folder, and then every process at what is in force."""
        for notify, reloader in self.reloaders:
            notify.dispatcher.send(await reloader.look())
        for follower in self.followers.values():
            await follower.look()

    def new_store(self, rules: Rules | None = None) -> Store:
        """Open the database once more, as another process would."""
        store = Store(self.database, self.clock, (rules or Rules(self.version)).pace)
        self._stores.append(store)
        return store

    async def new_bus(self, name: str) -> Bus:
        """Connect once more, as another process would."""
        bus = Bus(
            self.nats.url,
            name=name,
            kabupaten=self.district.code,
            ack_wait=self.settings.ack_wait,
            declares=True,
            sealer=self.vault,
            partitions=self.partitions,
        )
        self._buses.append(bus)
        await bus.open()
        return bus

    async def _open_doors(self) -> None:
        rules, store = self.new_process("ingest", "console")
        app = create_web(("ingest", "console"), self.settings, rules, SECRET, self.bus, store, self.keys, self.vault)
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", self.settings.port))
        door.listen(128)
        self._web = _Server(server_config(app, self.settings))
        self._serving = asyncio.create_task(self._web.serve(sockets=[door]))

    async def new_triage(self, instance: str) -> None:
        """Start a triage; a second one shares the work, as in production."""
        working = asyncio.create_task(self._triage(*self.new_process("triage", instance=instance), instance))
        self._tasks.append(working)
        self.working[f"triage-{instance}"] = [working]

    async def _triage(self, rules: Rules, store: Store, instance: str) -> None:
        bus = await self.new_bus("triage")
        self.bus_of[f"triage-{instance}"] = bus
        triage = Triage(store, rules, vault=self.vault)
        if instance == "1":
            self.triage = triage
        await run_consumer(
            bus, "REPORTS", "triage", lambda batch: triage.handle(bus, batch), (StoreUnavailable, BusUnavailable)
        )

    async def kill(self, name: str) -> None:
        """End a worker as a kill does: its connection breaks first, so that it says nothing any more."""
        await self.bus_of[name].nc.close()
        await end_tasks(self.working[name])

    async def new_notify(self, instance: str) -> Notify:
        """Start a notifier; a second one shares the work, as in production."""
        given = homemade(SECRET, self.url) | {
            "webhook": {"secret": WEBHOOK_SECRET, "timeout": 5.0},
            "email": {"host": "127.0.0.1", "port": self.mail.port, "security": "none", "sender": "siaga@tuban.example"},
        }
        channels = set_up(discover(), given)
        for channel in channels.values():
            await channel.open()
        self._channels += channels.values()
        divert = Contact(None, "webhook", f"{self.sink.url}/DIVERT/-/divert") if self._divert else None
        desk = NotifyContext(
            district=self.district,
            trial=self.version.trial,
            contacts=Contacts(divert, frozenset(channels)),
            secret=SECRET,
            instance=f"notify-{instance}",
            base_url=self.url,
            duties=self._duties,
            channels=channels,
            vault=self.vault,
        )
        bus = await self.new_bus(f"notify-{instance}")
        rules, store = self.new_process("notify", instance=instance)
        # The clock we hold is time itself: it is never taken for a wall clock that somebody has moved.
        notify = Notify(store, bus, desk, channels, self._machine_seconds, rules, self._machine_seconds)
        notify.dispatcher.gather = 0.01  # what is marked here is waited for
        if self.folder:
            self.reloaders.append((notify, Reloader(store, self.folder, rules, lambda: notify.desk)))
        away = (StoreUnavailable, BusUnavailable)
        await notify.resume()
        self.bus_of[f"notify-{instance}"] = bus
        self.working[f"notify-{instance}"] = [
            asyncio.create_task(notify.dispatcher.mark()),
            asyncio.create_task(run_consumer(bus, "INCIDENTS", "notify", notify.handle, away)),
            asyncio.create_task(run_consumer(bus, "INBOUND", "answers", notify.answers.handle, away)),
        ]
        self._tasks += self.working[f"notify-{instance}"]
        return notify

    def _machine_seconds(self) -> float:
        return (self.machine or self.clock.seconds)()

    async def publish(self, events: Sequence[Event]) -> None:
        """Publish, and again while the bus is silent, as a busy disk makes it: an event's id is kept once."""
        async with asyncio.timeout(GENEROUS):
            while True:
                with contextlib.suppress(BusUnavailable):
                    await self.bus.publish(events)
                    return
                await asyncio.sleep(0.1)

    # -- time ------------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Let one tick pass and everything under way come to its end, at this very instant of our clock."""
        await self.notify.tick()
        await self.quiet()

    async def quiet(self) -> None:
        """Let everything under way come to its end, without a tick."""
        give_up, calm = time.monotonic() + GENEROUS, 0
        while calm < 2:
            waiting: dict[str, int] | None = None  # while the bus does not answer
            with contextlib.suppress(nats.errors.TimeoutError):
                waiting = await self.bus.waiting()
            assert time.monotonic() < give_up, f"still busy: {waiting}"
            busy = self.notify.dispatcher._under_way or waiting is None or any(waiting.values())
            calm = 0 if busy else calm + 1
            await asyncio.sleep(0.01 if busy else 0.003)
        await self.notify.store.seal()  # a notifier does so twice a second

    async def forward(self, **how_long: float) -> None:
        """Move the clock on, as in `forward(minutes=5)`, and let the notifier tick once."""
        self.clock.forward(**how_long)
        await self.settle()

    # -- people and programs ---------------------------------------------------------------------------------------

    async def key(
        self,
        name: str,
        role: Role = Role.MEMBER,
        institution: str | None = None,
        reliability: str = "B",
        scopes: frozenset[Scope] | None = None,
        channel: str | None = None,
    ) -> str:
        """Make a program's key as the office does, known at the door at once."""
        identity = auth.Identity(
            name, name, role, institution, reliability, scopes=scopes or SCOPES[role], channel=channel
        )
        made = await self.store.write(lambda tx: own_program(tx, SECRET, identity))
        await self.store.read(self.keys.refresh)
        return made

    async def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, cookie: str = "", **more: Any
    ) -> Answer:
        """Make one HTTP call, with a program's key or in the session of a person."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        if cookie:
            headers |= {"Cookie": f"{COOKIE}={cookie}", "X-CSRF": veiled(auth.form_token(SECRET, cookie))}
        async with self.client.request(method, path, json=body, headers=headers, allow_redirects=False, **more) as told:
            kind = told.headers.get("content-type", "")
            read = await told.json(content_type=None) if "json" in kind else await told.text()
            return Answer(told.status, read, {name.lower(): value for name, value in told.headers.items()})

    async def file(self, text: str, *, by: str = "pelapor", reliability: str = "B", **fields: Any) -> str:
        """File a report, see it accepted and let it take its course; gives its id."""
        key = await self.key(by, Role.REPORTER, reliability=reliability)
        return await self.file_with(key, text, **fields)

    async def file_with(self, key: str | None, text: str, **fields: Any) -> str:
        """File with this key, or with none."""
        body = {"id": str(uuid4()), "text": text, **fields}
        answer = await self.call("POST", "/v1/reports", body, key=key)
        assert answer.status == 202, answer
        await self.settle()
        return str(answer.body["id"])

    async def act(self, incident: str, what: str, by: str | tuple[str, Role], **body: Any) -> Answer:
        """Act on an incident over the API: `act(id, "acknowledgements", by="POLRES")`."""
        institution, role = by if isinstance(by, tuple) else (by, Role.MEMBER)
        path = f"/v1/incidents/{incident}/{what}"
        if what in ("acknowledgements", "sitreps", "escalations") and body.get("institution") in (None, institution):
            key = await self.key(f"{institution}-{role.value}".lower(), role, institution)
            answer = await self.call("POST", path, body, key=key)
        else:  # programs never judge
            answer = await self.call("POST", path, body, cookie=await self.enter(institution, role))
        await self.settle()
        return answer

    async def enter(self, institution: str, role: Role) -> str:
        """Let somebody of this role in, who is told of nothing himself; gives his session's cookie."""
        id_ = f"{institution}-{role.value}".lower()
        row = {"id": id_, "login": id_, "name": id_, "role": role.value, "institution": institution}

        def open_(tx: Transaction) -> str:
            person = tx.session.merge(Person(**row, clearance=4))
            tx.session.flush()
            return auth.open_session(tx, person)

        return await self.store.write(open_)

    async def agree(self, incident: str, by: tuple[str, Role]) -> Answer:
        """Let somebody of another institution agree with what is proposed for an incident."""
        (one,) = self.rows(Proposal, incident_id=incident, state="open")
        return await self.act(incident, "decisions", by=by, proposal=one.id, agrees=True)

    async def close(self, incident: str, by: str | tuple[str, Role], second: tuple[str, Role], **body: Any) -> Answer:
        """Close an incident as somebody proposes; where that takes two, a second person agrees."""
        answer = await self.act(incident, "closures", by=by, **body)
        if not self.rows(Proposal, incident_id=incident, state="open"):
            return answer
        return await self.agree(incident, by=second)

    # -- what came of it -------------------------------------------------------------------------------------------

    def ask(self, question: Callable[[Session], T]) -> T:
        return self.store.read_now(question)

    def rows(self, table: type[Row], **where: Any) -> list[Row]:
        conditions = [getattr(table, name) == value for name, value in where.items()]
        return self.ask(lambda session: list(session.exec(select(table).where(*conditions))))

    def incident(self, id_: str) -> Incident:
        return self.rows(Incident, id=id_)[0]

    def incident_of(self, report: str) -> Incident:
        return self.incident(self.rows(Report, id=report)[0].incident_id)

    def ladder(self, incident: str) -> Ladder:
        return self.rows(Ladder, incident_id=incident)[0]

    def alert(self, incident: str, institution: str) -> Alert:
        return self.rows(Alert, incident_id=incident, institution=institution)[0]

    def lead(self, incident: str) -> Alert:
        return self.rows(Alert, incident_id=incident, duty="lead")[0]

    def deliveries(self, incident: str) -> list[Delivery]:
        return self.rows(Delivery, incident_id=incident)

    def journal(self, kind: str, incident: str | None = None) -> list[Journal]:
        where = {"kind": kind} | ({"incident_id": incident} if incident else {})
        return sorted(self.rows(Journal, **where), key=lambda line: line.seq)

    # -- what was told ---------------------------------------------------------------------------------------------

    def news(self) -> list[Call]:
        """Give what arrived at the receiver since the last look."""
        seen, self._seen = self._seen, len(self.sink.calls)
        return self.sink.calls[seen:]

    def told(self) -> set[tuple[str, str, str]]:
        """Give (institution, duty, reason) of what arrived since the last look."""
        return {call.told for call in self.news()}

    def expect_alert(self, institution: str, duty: str = "lead", reason: str = "opened") -> Call:
        """Expect exactly one such alert among what arrived since the last look (which does not move on)."""
        news = self.sink.calls[self._seen :]
        found = [call for call in news if call.told == (institution, duty, reason)]
        assert len(found) == 1, f"{len(found)} of {(institution, duty, reason)} in {sorted(call.told for call in news)}"
        return found[0]

    def expect_silence(self) -> None:
        """Expect that nothing arrived since the last look."""
        assert [call.told for call in self.news()] == []

    def write(self, act: Callable[[Transaction], T]) -> T:
        return self.store.write_now(act)


def institutions(calls: Sequence[Call]) -> set[str]:
    """Give whom calls told."""
    return {call.data["institution"] for call in calls}


def person_id(login: str) -> str:
    return derived("person", login)
