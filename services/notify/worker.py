"""Tell institutions: the only part of notify that touches the store, the bus and the clock.

Three loops: events from the bus become alerts and deliveries owed; a dispatcher sends and marks them; a tick
sweeps the timers. Each is safe to kill and to run twice.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from schemas.district import District
from schemas.messages import IncidentEvent
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import Classification, EventKind, Level
from schemas.warnings import WarningEvent
from services.bus import HEARD, Bus, BusUnavailable, Event, Message, NotUnderstood, run_consumer
from services.notify import queries
from services.notify.alerting import queries as alert_queries
from services.notify.alerting.alert_batch import AlertBatch, arrived
from services.notify.alerting.escalation_sweep import due, owed_events, sweep
from services.notify.alerting.planner import open_or_change
from services.notify.alerting.queries import anything_due
from services.notify.alerting.unreachable import finish
from services.notify.channels import Channel, discover, homemade, set_up
from services.notify.closing.acts import BESIDES
from services.notify.closing.notices import tell_open_again, told_closed
from services.notify.closing.other_way import other_ways
from services.notify.contacts import Contact, Contacts
from services.notify.context import NotifyContext
from services.notify.delivery.address_health import disable_address, proves, worked
from services.notify.delivery.dispatcher import LONGEST_WAIT_FOR_URGENT, Dispatcher, Outcome, lease_due
from services.notify.divert import divert_address
from services.notify.lists.keeping import keep_lists
from services.notify.lists.watch import LISTS_SECONDS, ListWatch
from services.notify.replies.consumer import Answers
from services.notify.replies.reporter_updates import anybody_hears, send_reporter_updates
from services.notify.watchdog import queries as watch_queries
from services.notify.watchdog.asks import AskChaser
from services.notify.watchdog.auditor import Auditor, disk_watch, door_watch, heartbeat
from services.notify.watchdog.bus_watch import BusWatch
from services.notify.watchdog.canary import Canary, door
from services.notify.watchdog.checkpoints import Checkpoints, places_of
from services.notify.watchdog.clock_steps import ClockSteps, bring_near
from services.notify.watchdog.dead_letters import DeadLetters, LetterWishes
from services.notify.watchdog.oncall_gaps import RotaWatch
from services.notify.watchdog.policy_reload import Reloader
from services.notify.watchdog.retention import DailyRetention
from services.policy.versions import Rules
from services.runtime.daily import DailyJobs
from services.runtime.logging import place_of
from services.runtime.settings import Settings
from services.runtime.steps.step_times import STEP_TIMES, WAITS, WORKS, Took
from services.runtime.ticks import ClockWatch, every, seconds_of_this_machine
from services.search.indexer import Indexer
from services.security.redaction import with_placeholders
from services.security.secret import Secret
from services.sources.vault import Vault
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session, Transaction
from services.warnings.watcher import Watcher

log = logging.getLogger("kentongan.notify")

AWAY = (StoreUnavailable, BusUnavailable)
# News for reporters only.
OF_TRIAGE = (EventKind.INCIDENT_OPENED, EventKind.INCIDENT_RAISED)  # nobody's act: in no outbox
ENDS = (EventKind.INCIDENT_ACKNOWLEDGED, *BESIDES)
LETTERS_SECONDS = 60.0  # between looks at what could not be processed
WISHES_SECONDS = 2.0  # between looks at what people ask to be done with it
ASK_SECONDS = 15.0  # between looks at asks that have come due
FIRST_WATCH_SECONDS = 20.0  # from the start to the first look for what is unusual
UNTOLD_SECONDS = 60.0  # between looks at incidents that nobody was told of
UNTOLD_AFTER = timedelta(seconds=30)  # events of younger ones may be under way still
WAKE_SECONDS = 60.0  # by so much a daily look may be late after the clock was moved
CANARY_SECONDS = 5.0  # between looks whether a test report has arrived
RELOAD_SECONDS = 10.0  # between looks at the district's folder
ERASED_SECONDS = 30.0  # between tries, after the start, to see that what was erased is erased
INDEX_SECONDS = 5.0  # between looks at reports that are not in the index of words yet
SEAL_SECONDS = 0.5  # between looks at lines of the audit log that are not sealed yet


def divert_contact(address: str, channels: Mapping[str, Channel]) -> Contact:
    """Give the one contact that everything goes to; raises DivertError where no channel can use the address."""
    return Contact(None, *divert_address(address, channels), clearance=int(Classification.BIASA))


async def open_channels(secret: Secret, base_url: str) -> dict[str, Channel]:
    """Open every channel that is set up; webhooks and pushes are signed with keys of this installation's own."""
    channels = set_up(discover(), homemade(secret, base_url))
    for channel in channels.values():
        await channel.open()
    return channels


def _texts_read(incidents: Sequence[str]) -> Callable[[Session], None]:
    """Give what hides in the texts of these incidents what messages hide, before the transaction in which all wait."""

    def read(session: Session) -> None:
        for text in alert_queries.first_texts(session, incidents) if incidents else ():
            with_placeholders(text)

    return read


def longest_wait(district: District, row: DeliveryRow) -> float:
    """Give for how many seconds a try of something urgent may wait: a third of the time its level gives to answer."""
    level = row["payload"].get("data", {}).get("level")
    return district.clocks[Level[level]].ack * 60 / 3 if level in Level.__members__ else LONGEST_WAIT_FOR_URGENT


class Notify:
    """Decide, send and chase for one district."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        context: NotifyContext,
        channels: dict[str, Channel],
        seconds: Callable[[], float] = time.monotonic,
        rules: Rules | None = None,
        machine: Callable[[], float] | None = None,
    ) -> None:
        """Hold its parts together; `seconds` and `machine` count seconds, of work and of the machine's own clock."""
        self.store = store
        self.bus = bus
        self.rules = rules or Rules.fixed(context.district, context.trial)
        self._decided: set[str] = set()  # acts in the outbox that were decided about though the bus has not told them
        self._desk, self._by = context, self.rules.version
        self.dispatcher = Dispatcher(
            store,
            channels,
            context.instance,
            self._arrived,
            seconds,
            lambda tx, rows: other_ways(tx, self.desk, disable_address(tx, self.desk, rows)),
            lambda row: longest_wait(self.desk.district, row),
        )
        self.clock_steps = ClockSteps(
            store, lambda: self.desk, ClockWatch(store.clock, machine or seconds_of_this_machine)
        )
        if context.vault is not None:
            self.dispatcher.open_address = context.vault.open_address
        self.answers = Answers(store, bus, lambda: self.desk, self.dispatcher)

    @property
    def desk(self) -> NotifyContext:
        """Give what every telling needs to know, by the rules in force now."""
        if self._by is not self.rules.version:
            self._by = self.rules.version
            self._desk = replace(self._desk, district=self._by.district, trial=self._by.trial)
        return self._desk

    def _arrived(self, tx: Transaction, outcomes: Sequence[Outcome]) -> None:
        arrived(tx, self.desk, outcomes)
        shown = (one for one in outcomes if proves(self.desk, one.row["channel"], one.verdict.outcome))
        worked(tx, self.desk, {(one.row["channel"], one.row["address"]) for one in shown})

    async def handle(self, batch: Sequence[Message]) -> None:
        """Turn events into what is owed, in one transaction; sending begins after it."""
        has_news: dict[str, bool] = {}  # incident -> whether somebody may have to be told of it
        for told in batch:
            told.expect(*HEARD["notify"])
            incident = _row_of(told.kind, told.body)
            has_news[incident] = has_news.get(incident, False) or told.kind not in ENDS
        asked = [incident for incident, news in has_news.items() if news]
        acts = [told.headers.get("ce-id", "") for told in batch if told.kind not in OF_TRIAGE]
        if asked or acts or anybody_hears(self.desk):
            besides = {(_row_of(told.kind, told.body), told.kind) for told in batch if told.kind in BESIDES}
            decide = partial(self._decide, has_news=has_news, acts=acts, besides=besides)
            took, look = Took(), _texts_read(asked)
            owed = await self.store.look_and_write(took.of(look), took.of(decide), has_news)
            worked_for = took.until_now()
            STEP_TIMES.note_each("notify", "plan", WAITS, (told.age() - worked_for for told in batch))
            STEP_TIMES.note("notify", "plan", WORKS, worked_for, len(batch))
            self.dispatcher.send(owed)

    async def _read_texts(self, incidents: Sequence[str]) -> None:
        if incidents:
            await self.store.read(_texts_read(incidents))

    def _decide(
        self,
        tx: Transaction,
        has_news: Mapping[str, bool],
        acts: Sequence[str] = (),
        besides: Collection[tuple[str, str]] = (),
    ) -> list[DeliveryRow]:
        """Owe what follows from changes of incidents; the outbox keeps `acts` until it is committed.

        `besides` are incidents with the kind of an act of which more is told.
        """
        if acts:
            queries.delete_events(tx, acts)
        asked = [incident for incident, news in has_news.items() if news]
        owed = self.decide(tx, asked) if asked else []
        for incident, kind in sorted(besides):
            owed += BESIDES[kind](tx, self.desk, incident)
        owed += keep_lists(tx, self.desk, list(has_news))
        return owed + send_reporter_updates(tx, self.desk, list(has_news))

    def decide(self, tx: Transaction, incidents: Sequence[str]) -> list[DeliveryRow]:
        """Owe the alerts of these incidents as they stand now."""
        telling = AlertBatch(tx, self.desk, incidents)
        closed = told_closed(telling)
        for incident in incidents:
            if incident in telling.incidents:
                open_or_change(telling, incident)
        return finish(telling) + tell_open_again(telling, closed)

    async def take_again(self, subject: str, body: bytes) -> None:
        """Decide anew about the incident that a dead letter spoke of; raises NotUnderstood or ValueError if of none."""
        if not subject.startswith(tuple(f"{kind}." for kind in HEARD["notify"])):
            raise NotUnderstood
        incident = _row_of(subject, body)
        await self._read_texts([incident])
        besides = next((tell for kind, tell in BESIDES.items() if subject.startswith(f"{kind}.")), None)

        def decide(tx: Transaction) -> list[DeliveryRow]:
            owed = self.decide(tx, [incident]) + (besides(tx, self.desk, incident) if besides else [])
            return owed + keep_lists(tx, self.desk, [incident])

        self.dispatcher.send(await self.store.write(decide))

    async def tick(self) -> None:
        """Do what has fallen due: deliveries to try again, timers, events owed to the bus."""
        try:
            self.dispatcher.send(await self.clock_steps.look())  # first: a moved clock makes nothing due
            if self.dispatcher.should_renew():
                await self.store.write(self.dispatcher.renew)
            is_due, events = await self.store.read(self._due_now)
            if is_due:
                await self._sweep()
                await self._pay_outbox()
            elif events:
                await self._pay_outbox(events)
        except (StoreUnavailable, BusUnavailable) as error:
            log.warning("tick: %s is away", type(error).__name__.removesuffix("Unavailable"))
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            log.error("tick failed: %s", place_of(error))  # noqa: TRY400 - no words

    def _due_now(self, session: Session) -> tuple[bool, list[Event]]:
        """Ask with one reading whether a timer is due, and what is owed to the bus: mostly nothing is."""
        return anything_due(session, self.store.clock()), owed_events(session)

    async def _sweep(self) -> None:
        timers = await self.store.read(lambda session: due(session, self.store.clock()))
        await self._read_texts(list(timers.incidents))
        try:
            self.dispatcher.send(await self.store.write(self._due))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, each incident is tried alone
            log.error("a sweep failed, each incident alone now: %s", place_of(error))  # noqa: TRY400 - no words
            await self._each_alone()

    def _due(self, tx: Transaction) -> list[DeliveryRow]:
        return [*lease_due(tx, self.desk, own=False), *sweep(tx, self.desk)]

    async def _each_alone(self) -> None:
        """Sweep incident by incident: one whose timers cannot be worked must not hold up everybody else's."""
        self.dispatcher.send(await self.store.write(lambda tx: lease_due(tx, self.desk, own=False)))
        timers = await self.store.read(lambda session: due(session, self.store.clock()))
        for incident in timers.incidents:
            try:
                self.dispatcher.send(await self.store.write(lambda tx, one=incident: sweep(tx, self.desk, one)))  # type: ignore[misc]
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - the others' timers run on
                log.error("the timers of incident %s failed: %s", incident, place_of(error))  # noqa: TRY400 - no words

    async def _pay_outbox(self, events: Sequence[Event] | None = None) -> None:
        """Tell the bus what it is owed, as was just read or else as it stands now."""
        if events is None:
            events = await self.store.read(owed_events)
        if not events:
            return
        await self.bus.publish(events)  # until notify has heard it: a bus that loses it is told once more
        paid = [one.id for one in events if one.kind not in HEARD["notify"] or one.id in self._decided]
        if paid:
            await self.store.write(lambda tx: queries.delete_events(tx, paid))
            self._decided -= set(paid)

    async def take_up_unheard(self) -> None:
        """Decide about acts that have come back from the bus to no notifier: lost there, or taken for known.

        The rows stay in the outbox until the bus has their events too. Deciding once more changes nothing.
        """
        try:
            late = self.store.clock() - UNTOLD_AFTER
            rows = await self.store.read(lambda session: alert_queries.unheard_events(session, late, HEARD["notify"]))
            for row in rows:
                if row.id in self._decided:
                    continue
                incident = _row_of(row.kind, json.dumps(row.body).encode())
                log.error("an act on incident %s (%s) was not heard of: it is looked at now", incident, row.kind)
                try:
                    await self._read_texts([incident])
                    has_news = {incident: row.kind not in ENDS}
                    besides = [(incident, row.kind)] if row.kind in BESIDES else []
                    decide = partial(self._decide, has_news=has_news, besides=besides)
                    self.dispatcher.send(await self.store.write(decide))
                except StoreUnavailable:
                    raise
                except Exception as error:  # noqa: BLE001 - whatever it is, the others are looked at
                    # The bus has it, or a dead letter of it, and untold incidents are looked for: it is not told again.
                    log.error("telling of incident %s failed: %s", incident, place_of(error))  # noqa: TRY400 - no words
                self._decided.add(row.id)
        except StoreUnavailable:
            log.warning("unheard acts: the store is away")

    async def take_up_untold(self) -> None:
        """Tell of every open incident nobody was told of, or of its change: the event was lost, or taken for known."""
        tried: set[str] = set()
        try:
            while found := [one for one in await self.store.read(self._untold) if one not in tried]:
                log.error("%d open incidents, or changes of them, were told to nobody: now they are", len(found))
                tried |= set(found)
                await self._read_texts(found)
                await self._take_up(found)
        except StoreUnavailable:
            log.warning("untold incidents: the store is away")

    def _untold(self, session: Session) -> list[str]:
        now = self.store.clock()
        late = now - UNTOLD_AFTER
        untold = watch_queries.untold_incidents(session, late, now)
        return untold + watch_queries.untold_changes(session, late, now)

    async def _take_up(self, found: Sequence[str]) -> None:
        """Tell of these together; when that fails, of each alone: one must not keep the others untold."""
        try:
            self.dispatcher.send(await self.store.write(lambda tx: self.decide(tx, found)))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are told
            log.error("telling of %d incidents failed: %s", len(found), place_of(error))  # noqa: TRY400 - no words
            for one in found if len(found) > 1 else ():
                await self._take_up([one])

    async def resume(self) -> None:
        """Take up the deliveries this instance held when it last ended."""
        while True:
            try:
                rows = await self.store.write(lambda tx: lease_due(tx, self.desk, own=True, limit=100_000))
                break
            except StoreUnavailable:
                await asyncio.sleep(0.5)
        if rows:
            log.info("taking up %d deliveries", len(rows))
        self.dispatcher.send(rows)


def _retain_daily(daily: DailyJobs, notify: Notify, settings: Settings) -> Iterator[Coroutine[Any, Any, None]]:
    """Remove each day what the district keeps no longer, at the hour that its file says; erased is erased at once."""
    retaining = DailyRetention(notify.store, notify.bus, lambda: notify.desk, settings.data)

    async def retain() -> None:
        notify.dispatcher.send(await retaining.run())

    daily.add("retention", retain, lambda: (notify.desk.district.retention.at, notify.desk.zone))
    yield every(ERASED_SECONDS, "a look at what was erased", retaining.agree, first=0)


def _row_of(kind: str, body: bytes) -> str:
    """Give the row of `incident` that a message speaks of: a warning has one too, with its own id."""
    if kind.startswith("warning."):
        return str(WarningEvent.model_validate_json(body).warning)
    return str(IncidentEvent.model_validate_json(body).incident)


async def serve(bus: Bus, store: Store, rules: Rules, settings: Settings, secret: Secret, vault: Vault) -> None:
    """Decide, send and chase, for ever."""
    channels = await open_channels(secret, settings.public_url)
    desk = NotifyContext(
        district=rules.district,
        contacts=Contacts(
            divert_contact(settings.divert, channels) if settings.divert else None, channels=frozenset(channels)
        ),
        secret=secret,
        instance=f"notify-{settings.instance}",
        base_url=settings.public_url,
        duties=settings.duty_names,
        channels=channels,
        trial=rules.version.trial,
        vault=vault,
    )
    notify = Notify(store, bus, desk, channels, rules=rules)
    marking = asyncio.create_task(notify.dispatcher.mark())
    scheduler = AsyncIOScheduler(timezone="UTC")  # for what has an hour of the day
    checkpoints = Checkpoints(store, secret, places_of(settings, bus), desk.instance)
    try:
        await bring_near(store)
        await notify.resume()
        await notify.take_up_untold()
        scheduler.start()
        async with asyncio.TaskGroup() as group:
            group.create_task(every(settings.tick, "a tick", notify.tick))
            for rhythm in _watch(scheduler, notify, settings, secret, checkpoints):
                group.create_task(rhythm)
            group.create_task(run_consumer(bus, "INCIDENTS", "notify", notify.handle, AWAY))
            group.create_task(run_consumer(bus, "INBOUND", "answers", notify.answers.handle, AWAY))
    finally:
        with contextlib.suppress(Exception):
            scheduler.shutdown(wait=False)
        marking.cancel()
        with contextlib.suppress(Exception):
            await notify.dispatcher.drain(5)
        with contextlib.suppress(Exception):
            await asyncio.wait_for(checkpoints.tick() if settings.checkpoint_minutes else asyncio.sleep(0), 5)
        for channel in channels.values():
            await channel.close()


async def _seal(store: Store) -> None:
    """Give new lines of the audit log their hashes; while the store is away there are none."""
    with contextlib.suppress(StoreUnavailable):
        await store.seal()


def _watch(
    scheduler: AsyncIOScheduler, notify: Notify, settings: Settings, secret: Secret, checkpoints: Checkpoints
) -> Iterator[Coroutine[Any, Any, None]]:
    """Let the auditor look, the canary fly and changed rules be taken in, as often as the settings say."""
    reloader = Reloader(notify.store, settings.district, notify.rules, lambda: notify.desk)

    async def look() -> None:
        notify.dispatcher.send(await reloader.look())

    yield every(RELOAD_SECONDS, "a look at the rules", look, first=0)
    lists = ListWatch(notify.store, lambda: notify.desk, notify.dispatcher.send)
    yield every(LISTS_SECONDS, "a look at lists of others", lists.look, first=0)
    letters = DeadLetters(notify.store, notify.bus, lambda: notify.desk)

    async def tell_letters() -> None:
        notify.dispatcher.send(await letters.look())

    yield every(LETTERS_SECONDS, "a look at dead letters", tell_letters)
    wishes = LetterWishes(notify.store, notify.bus, notify.take_again)
    yield every(WISHES_SECONDS, "a look at wishes about dead letters", wishes.look)
    chaser = AskChaser(notify.store)

    async def chase() -> None:
        notify.dispatcher.send(await chaser.look(notify.desk))

    yield every(ASK_SECONDS, "a look at asks", chase)
    watch = RotaWatch(notify.store)

    async def warn() -> None:
        notify.dispatcher.send(await watch.look(notify.desk))

    daily = DailyJobs(scheduler)
    daily.add("rota", warn, lambda: (notify.desk.district.working.start, notify.desk.zone))
    yield from _retain_daily(daily, notify, settings)

    async def wake() -> None:
        daily.look()  # it sleeps by the clock and the rules as they were

    yield every(WAKE_SECONDS, "a look at the hour", wake)
    yield every(UNTOLD_SECONDS, "a look at untold incidents", notify.take_up_untold)
    yield every(UNTOLD_SECONDS, "a look at acts nobody has heard of", notify.take_up_unheard)
    yield every(SEAL_SECONDS, "sealing", lambda: _seal(notify.store), first=0)
    yield every(INDEX_SECONDS, "the index of words", Indexer(notify.store).look)
    if settings.checkpoint_minutes:
        yield every(settings.checkpoint_minutes * 60, "a checkpoint", checkpoints.tick, first=0)
    if settings.watch_minutes:
        watcher = Watcher(notify.store, lambda: notify.desk.district, notify.desk.instance)
        yield every(settings.watch_minutes * 60, "a watch", watcher.look, first=FIRST_WATCH_SECONDS)
    if settings.audit_minutes:
        ping = heartbeat(settings.heartbeat_url) if settings.heartbeat_url else None
        beside = (
            BusWatch(notify.bus, notify.store).look,
            door_watch(settings.front_door),
            disk_watch(settings.data),
        )
        auditor = Auditor(
            notify.store,
            lambda: notify.desk,
            notify.dispatcher,
            settings.tick,
            ping,
            journal=checkpoints.findings,
            watch_minutes=settings.watch_minutes,
            beside=beside,
        )
        yield every(settings.audit_minutes * 60, "an audit", auditor.audit)
    if settings.canary_minutes:
        canary = Canary(notify.store, door(settings.front_door, notify.store, secret))
        yield every(settings.canary_minutes * 60, "a test report", canary.send)
        yield every(CANARY_SECONDS, "a look at the test report", canary.settle)
