"""Look for what is missing or wrong, and say what to do about it."""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from schemas.records.people import Address, Person
from services.bus import Bus, BusUnavailable, service_of
from services.bus.connection import LARGEST
from services.cli.connect import add_place, settings_of
from services.cli.ops import queries
from services.cli.policy.status import rules_of
from services.cli.supervision.start_checks import office_of
from services.cli.words.doctor_words import told
from services.cli.words.in_indonesian import DISTRICT
from services.notify.channels import Channel, ChannelSettingsError, discover, homemade, prefix, set_up
from services.oncall.queries import channels_in_use
from services.oncall.roster import DESK
from services.policy.loader import DistrictError, load_district
from services.runtime.disk import bus_folder
from services.runtime.private import open_to_others
from services.runtime.settings import SettingError, Settings
from services.security.accounts.first_passwords import FOLDER, waiting
from services.security.accounts.passkey_facts import site_of
from services.security.accounts.two_steps import TwoSteps
from services.security.secret import Secret
from services.store import stream_marks
from services.store.audit_log import newest_line
from services.store.database import Store, StoreShapeError, StoreUnavailable, utc_now
from services.store.transaction import Session

PATIENCE = 5.0  # seconds until a bus that does not answer is said to be away
ENOUGH = 1 << 30  # bytes free below which a disk is nearly full
NOT_WRITABLE = (
    "store: nobody can write, another process has been holding it for seconds, or it is read only (see: lsof; on "
    "PostgreSQL: pg_stat_activity)"
)
TAKEN_OVER = (
    "store: another database server took over, and may lack the last reports; mend it with: kentongan reconcile --mend"
)
LATE = timedelta(minutes=5)  # a timer that is so late is not being swept
RENEW = timedelta(days=60)  # before its end an authority is to be replaced: behind it nothing connects any more
BEHIND = timedelta(minutes=5)  # a message of the province that waits for so long is not being passed on
NAMED = 20  # people whose names are told
Finding = tuple[bool, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `doctor`."""
    add_place(parser)


def run(options: argparse.Namespace) -> int:
    """Look at everything; 1 when something needs a hand."""
    settings = settings_of(options)
    findings = [*_machine(settings), *_authority(settings), *_district(settings), *_channels()]
    findings += _store(settings, options.language)
    findings += asyncio.run(_bus(settings))
    findings += asyncio.run(_provider(settings))
    findings += asyncio.run(_line(utc_now()))
    for good, sentence in findings:
        print(f"{'ok  ' if good else 'BAD '} {told(sentence, options.language)}")
    return 0 if all(good for good, _ in findings) else 1


def _machine(settings: Settings) -> Iterator[Finding]:
    yield True, f"Python {sys.version.split()[0]}"
    if not settings.data.is_dir():
        yield False, f"{settings.data}: no such folder; is it the right place (--data)?"
        return
    loose = [path.name for path in open_to_others(settings.data)]
    told = f"{len(loose)} readable by others: {', '.join(loose[:5])}" if loose else "nothing readable by others"
    yield not loose, f"{settings.data}: {told}"
    first = waiting(settings.data)
    told = f"{', '.join(first)} (a file goes when its owner comes in, or delete it)"
    where = f"first passwords lie in {settings.data / FOLDER}"
    yield not first, f"{len(first)} {where}: {told}" if first else f"no {where}"
    free = shutil.disk_usage(settings.data).free
    yield free > ENOUGH, f"{free / 1e9:.1f} GB free in {settings.data}"


def _authority(settings: Settings) -> Iterator[Finding]:
    """Say until when the authority of the bus's certificates is good: with it every server's own ends."""
    if not settings.nats_ca:
        return
    from cryptography import x509  # noqa: PLC0415 - where there is one

    try:
        ends = x509.load_pem_x509_certificate(Path(settings.nats_ca).read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        yield False, f"{settings.nats_ca} (KENTONGAN_NATS_CA) cannot be read as a certificate"
        return
    yield (
        ends - utc_now() > RENEW,
        f"certificates: their authority is good until {ends:%Y-%m-%d} (deploy/certificates)",
    )


def _district(settings: Settings) -> Iterator[Finding]:
    try:
        district = load_district(settings.district)
    except DistrictError as error:
        yield False, DISTRICT.format(error)
        return
    counts = f"{len(district.issues)} issues, {len(district.institutions)} institutions, {len(district.places)} places"
    yield True, f"district {district.name}: {counts}"


def _channels() -> Iterator[Finding]:
    kinds = discover()
    try:
        ready = _ready()
    except ChannelSettingsError as error:
        yield False, f"channels: {error}"
        return
    missing = ", ".join(sorted(set(kinds) - set(ready))) or "-"
    yield True, f"channels set up: {', '.join(ready)}; not set up: {missing}"


def _unreached(session: Session) -> Iterator[Finding]:
    """Name who has an address on a channel that is not set up, whom nothing else reaches, and what sets it up."""
    try:
        ready = _ready()
    except ChannelSettingsError:  # it has been told
        return
    used = channels_in_use(session)
    reached = {login for channel in set(used) & set(ready) - {DESK} for login in used[channel]}
    for channel in sorted(set(used) - set(ready)):
        logins, kind = used[channel], discover().get(channel)
        named = f"not set up: {channel}, by which nobody is told; an address there have {_some(logins)}"
        yield False, f"{named}; {_how(kind)}" if kind else f"{named}; no channel is called so"
        if alone := [login for login in logins if login not in reached]:
            yield False, f"beside {channel} nothing that is set up reaches {_some(alone)}: told at the desk alone"


def _how(kind: type[Channel]) -> str:
    fields = [name for name, field in kind.Settings.model_fields.items() if field.is_required()]
    return f"to set it up: {', '.join(prefix(kind) + name.upper() for name in fields)} (docs/channels.md)"


def _some(logins: Sequence[str]) -> str:
    return f"{', '.join(logins[:NAMED])}{', ...' if len(logins) > NAMED else ''}"


def _ready() -> Collection[str]:
    return set_up(discover(), homemade(Secret(b""), ""))


def _store(settings: Settings, language: str) -> Iterator[Finding]:
    store = Store(settings.database)
    try:
        store.check_shape()
        yield True, "store: its tables are those of this release"
        now = store.clock()
        people, reachable = store.read_now(queries.count_people)
        yield people > 0, f"{people} people, {reachable} with an address"
        yield from store.read_now(lambda session: [*_unreached(session)])
        yield from _two_steps(store, settings)
        overdue = store.read_now(lambda session: queries.count_late_ladders(session, now - LATE))
        yield overdue == 0, f"{overdue} timers are more than five minutes late"
        given_up = store.read_now(queries.count_given_up)
        yield given_up == 0, f"{given_up} deliveries were given up"
        yield from store.read_now(_failing)
        if canary := store.read_now(_canary):
            yield canary
        for mark in store.read_now(stream_marks.missing):
            yield False, f"bus: {mark['stream']} has lost messages; when you know of it: kentongan bus accept"
        if store.read_now(stream_marks.taken_over):
            yield False, TAKEN_OVER
        yield from rules_of(store, settings.district, language)
        if not store.may_write():
            yield False, NOT_WRITABLE
    except StoreShapeError as error:
        yield False, f"store: {error}"
    except StoreUnavailable as error:
        yield False, f"store: cannot be reached ({error})"
    finally:
        store.close()


def _two_steps(store: Store, settings: Settings) -> Iterator[Finding]:
    """Name who must sign in by two steps and has one only."""
    roles = settings.two_step_roles
    if not roles:
        yield True, "two steps at sign-in are required of nobody (KENTONGAN_TWO_STEPS)"
        return
    site, vouched = site_of(settings.public_url), bool(settings.oidc_issuer and settings.oidc_factors)
    steps = TwoSteps(roles, site.id if site else "")
    lacking = store.read_now(lambda session: queries.one_step_only(session, steps, vouched=vouched))
    told = f": {_some(lacking)}" if lacking else ""
    yield not lacking, f"two steps at sign-in: {len(lacking)} who must have a second one have none yet{told}"


def _failing(session: Session) -> list[Finding]:
    """Name addresses to which messages were given up, and what to do about each."""
    return [(False, _way_out(one, person)) for one, person in queries.avoided_addresses(session)]


def _way_out(one: Address, person: Person) -> str:
    since = f"{person.login}: {one.channel} has failed since {one.avoided_at:%Y-%m-%d %H:%M}Z"
    return f"{since}; mend it, then: kentongan person verify {person.login} {one.channel}"


def _canary(session: Session) -> Finding | None:
    """Say how the last test report fared; None where none is sent."""
    last = newest_line(session, "canary.")
    if last is None:
        return None
    fared = f"delivered after {last.data['seconds']} s" if last.kind == "canary.measured" else "lost"
    return last.kind == "canary.measured", f"last test report, {last.at:%Y-%m-%d %H:%M}Z: {fared}"


async def _alone(bus: Bus) -> list[str]:
    """Say of which partitions of the work no worker takes, and what to do; raises BusUnavailable."""
    return [
        f"no worker takes from {durable}: start kentongan serve {service_of(durable)} (KENTONGAN_PARTITIONS as here)"
        for durable in await bus.unheld()
    ]


async def _bus(settings: Settings) -> list[Finding]:
    bus = Bus(
        settings.nats_url,
        name="doctor",
        kabupaten="00",
        replicas=settings.replicas,
        ack_wait=settings.ack_wait,
        authority=settings.nats_ca,
        disk=bus_folder(settings.data),
        partitions=settings.partitions,
    )
    try:
        await _within(PATIENCE, bus.open)
        letters = await bus.dead_letters()
        other = await bus.differences()
        alone = [] if other else await _alone(bus)
        room, takes = bus.has_room(), bus.takes()
    except (TimeoutError, BusUnavailable) as error:
        return [(False, str(error) or "the bus does not answer; is `kentongan up` running?")]
    finally:
        await bus.close()
    found = [(not letters, f"bus: reachable, {len(letters)} dead letters")]
    found += [(False, f"bus: {one}; mend it with: kentongan bus declare") for one in other]
    found += [(False, f"bus: {one}") for one in alone]
    if takes < LARGEST:
        found.append(
            (False, f"bus: its server takes messages of {takes} bytes, wanted {LARGEST}: see max_payload there")
        )
    return found if room else [*found, (False, "bus: too little room on its disk, reports are refused")]


async def _provider(settings: Settings) -> list[Finding]:
    """Ask the office's own sign-in provider who it is; nothing where there is none."""
    try:
        office = office_of(settings)
    except SettingError as error:
        return [(False, str(error))]
    if office is None:
        return []
    from services.security.oidc.provider import Provider, ProviderAwayError  # noqa: PLC0415 - where there is one

    try:
        await Provider(office, Secret(b""), utc_now).look()
    except ProviderAwayError as away:
        return [(False, f"sign-in provider {office.name}: {away.why}; nobody comes in by it")]
    return [(True, f"sign-in provider {office.name}: answers")]


async def _line(now: datetime) -> list[Finding]:
    """Say how the line to the province stands; nothing where there is none."""
    from services.bus.province.line import Line  # noqa: PLC0415 - where there is one
    from services.notify.channels.province import ProvinceSettings  # noqa: PLC0415

    try:
        if "province" not in _ready():
            return []
    except ChannelSettingsError:  # it has been told
        return []
    told = ProvinceSettings()
    try:
        state = await Line(told.url.get_secret_value(), told.kabupaten, told.ca).look()
    except BusUnavailable:
        return [(False, "province: the leaf node does not answer; `kentongan up` runs it, or kentongan province leaf")]
    since = f" since {state.since:%Y-%m-%d %H:%M}Z" if state.since else ""
    waits = f"{state.waiting} messages wait{since}" if state.waiting else "no message waits"
    if not state.hub_answers:
        said = f"province: its hub does not answer, {waits}, nothing is lost; look at the line and into leaf-node.log"
        return [(False, f"{said}, then ask the province whether its hub runs and still lets us in")]
    behind = state.since is not None and now - state.since > BEHIND
    why = "; is notify running? If it is, the hub keeps nothing: ask the province whether its disk is full"
    return [(not behind, f"province: its hub answers, {waits}{why if behind else ''}")]


async def _within(seconds: float, act: Callable[[], Awaitable[None]]) -> None:
    async with asyncio.timeout(seconds):
        await act()
