"""Take reports through triage, notify and the sealer in this process, each step by hand and timed by the processor.

There is no bus and nothing is sent: what is left is what a step does with its store, at a clock that is held. It shows
which step a larger store makes dearer, with far less noise than services of their own have.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from schemas.messages import ReportFiled, ReportIn, Source
from schemas.vocabulary import EventKind
from services.bus import Bus, Event, Message
from services.notify.channels import Channel, Outgoing, Verdict, discover, homemade, set_up
from services.notify.contacts import Contacts
from services.notify.context import NotifyContext
from services.notify.worker import Notify, divert_contact
from services.policy.loader import default_folder
from services.policy.versions import Rules, read_version
from services.runtime.settings import Settings
from services.security.secret import load_secret
from services.sources.keyring import open_vault
from services.store.database import Store
from services.triage.worker import Triage

STEPS = ("triage", "deciding", "sending, marking", "sealing")
APART = timedelta(seconds=3)  # between reports, by the clock that is held
ADDRESS = "http://127.0.0.1:9/hook"


@dataclass
class Held:
    """A clock that moves when it is told to."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        """Give the time."""
        return self.now

    def seconds(self) -> float:
        """Give it as seconds: the machine's own go at its pace, so that nobody takes it for one that was moved."""
        return self.now.timestamp()


class _Through:
    """A channel over which everything gets through at once."""

    def __init__(self, real: Channel) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def send(self, _message: Outgoing) -> Verdict:
        return Verdict("delivered")


@dataclass
class _Heard:
    """A bus that keeps what it is told for whoever asks next."""

    events: list[Event] = field(default_factory=list)

    async def publish(self, events: Sequence[Event]) -> None:
        self.events += events

    def taken(self) -> list[Message]:
        """Give what was told since the last time, as a consumer would get it."""
        told, self.events = [one for one in self.events if one.kind.startswith("incident")], []
        return [_message(one.kind, one.id, one.body) for one in told]


def _message(kind: str, id_: str, body: bytes) -> Message:
    on_disk = SimpleNamespace(metadata=SimpleNamespace(timestamp=datetime.now(UTC)))
    return Message(cast("Any", on_disk), kind, 0, 1, body, {"ce-id": id_, "kentongan-digest": id_})


class InSteps:
    """Triage and notify of one installation, over its store; `used` are processor seconds by step."""

    def __init__(self, folder: Path, url: str, clock: Held, apart: timedelta = APART) -> None:
        """Open the installation in a folder, with its store."""
        self.clock, self._apart = clock, apart
        self.used: defaultdict[str, float] = defaultdict(float)
        version = read_version(default_folder())
        self.district = version.district
        rules, other = Rules(version), Rules(version)
        self.store, self._store = Store(url, clock, rules.pace), Store(url, clock, other.pace)
        self.store.upgrade()
        secret = load_secret("", folder)
        vault = open_vault(Settings(data=folder, store_url=url), self.store)
        real = set_up(discover(), homemade(secret, "http://127.0.0.1:1"))
        channels = {name: cast("Channel", _Through(one)) for name, one in real.items()}
        context = NotifyContext(
            district=self.district,
            contacts=Contacts(divert_contact(ADDRESS, real), channels=frozenset(channels)),
            secret=secret,
            instance="notify-1",
            base_url="http://127.0.0.1:1",
            duties=frozenset({"lead"}),
            channels=channels,
            vault=vault,
        )
        self._bus = _Heard()
        bus = cast("Bus", self._bus)
        self.notify = Notify(self.store, bus, context, channels, clock.seconds, other, clock.seconds)
        self.notify.dispatcher.gather = 0.0
        self._triage = Triage(self._store, rules, vault=vault)

    def close(self) -> None:
        """Close its stores."""
        self.store.close()
        self._store.close()

    async def take(self, made: Sequence[tuple[str, bytes]]) -> None:
        """Take one batch of reports all the way."""
        batch = []
        for id_, body in made:
            self.clock.now += self._apart
            source = Source(reporter="bench", handle="bench", reliability="B")
            filed = ReportFiled(
                id=cast("Any", id_), report=ReportIn.model_validate_json(body), source=source, filed_at=self.clock()
            )
            batch.append(_message(EventKind.REPORT_FILED, id_, filed.model_dump_json().encode()))
        await self._timed("triage", lambda: self._triage.handle(cast("Bus", self._bus), batch))
        if told := self._bus.taken():
            await self._timed("deciding", lambda: self.notify.handle(told))
            await self._timed("sending, marking", self._marked)
        await self._timed("sealing", self.store.seal)

    async def forward(self, how_long: timedelta) -> None:
        """Move the clock on, and do what falls due at that moment."""
        self.clock.now += how_long
        await self.notify.tick()
        await self._marked()
        self._bus.events.clear()

    async def _timed(self, step: str, act: Callable[[], Any]) -> None:
        begun = time.process_time()
        await act()
        self.used[step] += time.process_time() - begun

    async def _marked(self) -> None:
        """Send what is owed, and write that it has arrived, until nothing is left."""
        dispatcher = self.notify.dispatcher
        while dispatcher._tasks or dispatcher._outcomes:
            if dispatcher._tasks:
                await asyncio.gather(*dispatcher._tasks)
            outcomes, dispatcher._outcomes = dispatcher._outcomes, []
            await dispatcher._keep(outcomes)
            dispatcher._under_way -= {one.row["id"] for one in outcomes}
