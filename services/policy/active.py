"""Say which rules are in force, and see that every process runs them.

They lie in the store with their texts, so that a process runs what was proved, whatever the folder beside it holds.
Notify puts them there (services/notify/watchdog/policy_reload.py); every process looks every few seconds and takes
what it finds.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from schemas.records.running import Process, RulesInForce
from schemas.rows.running import ProcessRow, RulesInForceRow
from services.policy import queries
from services.policy.loader import DistrictError, digest_of
from services.policy.proof_words import Sentence, kept, said
from services.policy.versions import Rules, Version, read_version, version_of
from services.runtime.logging import place_of
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session, Transaction

LOOK_SECONDS = 5.0  # between looks at what is in force
BEAT = timedelta(seconds=30)  # between a process's signs of life
SILENT = 4 * BEAT  # without a sign of life a service is not running
APART = 5  # seconds between the clocks of two machines from which it is said; a lease of a message lasts thirty
FORGOTTEN = timedelta(days=1)  # after which a process that gave none is gone
log = logging.getLogger("kentongan.rules")


@dataclass(frozen=True)
class ActivePolicy:
    """What is in force, without its texts."""

    digest: str
    ruleset: str
    since: datetime
    proved: bool
    folders: dict[str, str]
    refused: str | None
    objections: dict[str, Any]


def standing(session: Session) -> ActivePolicy | None:
    """Say what is in force; None before the first notifier has started."""
    found = queries.columns_in_force(session, tuple(ActivePolicy.__dataclass_fields__))
    return ActivePolicy(*found) if found else None


def put_in_force(
    tx: Transaction, version: Version, actor: str, *, objections: Sequence[Sentence] = (), reason: str | None = None
) -> None:
    """Put a version in force, with its journal line; with `objections` it is not proved.

    Raises ValueError where its texts are not those of its digest, for instance let go.
    """
    if digest_of(version.files) != version.digest:
        msg = f"the texts of rules {version.short} are not at hand"
        raise ValueError(msg)
    row: RulesInForceRow = {"id": 1, "digest": version.digest, "ruleset": version.district.ruleset}
    row |= {"files": dict(version.files), "since": tx.now, "proved": not objections, "refused": None}
    row["objections"] = {}
    first: RulesInForceRow = {**row, "folders": {}}
    if not tx.add_new(RulesInForce, [first]):
        tx.put(RulesInForce, [row])
    facts: dict[str, Any] = {"digest": version.digest, "ruleset": version.district.ruleset, "proved": not objections}
    if objections:
        facts |= {"count": len(objections), "objections": said(kept(objections), "id")}
    if reason:
        facts["reason"] = reason
    tx.audit("policy.in_force", actor, **facts)


def begin(store: Store, folder: Path) -> Rules:
    """Give a starting process its rules: those in force; the folder's where none are, or the store is away.

    Raises DistrictError when it must be the folder, and that cannot be read.
    """
    try:
        kept = store.read_now(queries.texts)
    except StoreUnavailable:
        log.warning("the store is away: starting by the rules of %s until it says what is in force", folder)
        kept = None
    if kept is None:
        return Rules(read_version(folder, strict=False))
    try:
        version = version_of(kept)
    except DistrictError as error:
        log.error("the rules in force cannot be read (%s): starting by those of %s", error, folder)  # noqa: TRY400
        return Rules(read_version(folder, strict=False))
    version.let_texts_go()
    try:
        found = read_version(folder, strict=False).digest
    except DistrictError as error:
        log.error("the district's folder: %s; the rules in force stay", error)  # noqa: TRY400 - the sentence says it
    else:
        if found != version.digest:
            log.warning(
                "%s holds other rules than those in force (%s), which stay until it is proved", folder, version.short
            )
    return Rules(version)


def process_id(name: str) -> str:
    """Give the id of one service of this process; `name` is service and instance, as in "notify-1"."""
    return f"{name}@{socket.gethostname()}"


def amiss(processes: Sequence[Process], now: datetime) -> list[tuple[str, str]]:
    """Give what is wrong among services that run, kind and whom: a clock that is wrong, a notifier's name twice.

    Two notifiers of one name take up, each at its start, what the other is sending just then.
    """
    living = [one for one in processes if abs(now - one.seen_at - _ahead(one)) < SILENT]
    found = [("clocks_apart", f"{one.service}-{one.instance} ({one.host})") for one in living if _ahead(one)]
    begun: dict[str, set[datetime]] = {}
    for one in living:
        if one.service == "notify" and now - one.started_at > SILENT:  # who was replaced just now is silent since
            begun.setdefault(f"notify-{one.instance}", set()).add(one.started_at)
    return found + [("same_name", name) for name, starts in begun.items() if len(starts) > 1]


def _ahead(one: Process) -> timedelta:
    return timedelta(seconds=one.facts.get("apart", 0))


class Follower:
    """Let one process run what is in force, and say so; `services` are those that run in it."""

    def __init__(
        self,
        rules: Rules,
        store: Store,
        services: Sequence[str],
        instance: str,
        more: Callable[[], dict[str, Any]] = dict,
        counted: Callable[[str], dict[str, Any]] = lambda _service: {},
    ) -> None:
        self._rules = rules
        self._store = store
        self._services = tuple(services)
        self._instance = instance
        self._more = more  # what else this process says of itself
        self._counted = counted  # how long each step of a service has taken: told with a sign of life, causes none
        self._said: dict[str, Any] = {}
        self._started: datetime | None = None
        self._beat_at: datetime | None = None
        self._told = ""  # digest of the rules that this process last said it runs
        self._apart = 0  # seconds by which the database's clock is ahead of ours
        self._unfit = ""  # digest of what is in force and cannot be taken here

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the rules of before stay, and the service goes on
                log.error("rules: a look failed: %s", place_of(error))  # noqa: TRY400 - no words
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Take what is in force, and give a sign of life when one is due."""
        try:
            found = await self._store.read(standing)
            if found is not None and found.digest not in (self._rules.version.digest, self._unfit):
                await self._take()
            if found is not None and found.digest == self._rules.version.digest:
                self._rules.version.let_texts_go()
            now, runs = self._store.clock(), self._rules.version.digest
            due = self._beat_at is None or abs(now - self._beat_at) >= BEAT  # a clock may have been set back
            if due:
                self._apart = await self._store.read(queries.seconds_apart)
            more = {**self._more(), "apart": self._apart if abs(self._apart) >= APART else 0}
            changed = runs != self._told or more != self._said
            if changed or due:
                await self._store.write(lambda tx: self._beat(tx, more))
                self._beat_at, self._told, self._said = now, runs, more
        except StoreUnavailable:
            log.warning("rules: the store is away, those of before stay")

    async def _take(self) -> None:
        found = await self._store.read(queries.rules_in_force)
        try:
            version = await asyncio.to_thread(version_of, found.files)
        except DistrictError as error:
            log.error("the rules in force cannot be read here: %s; those of before stay", error)  # noqa: TRY400
            self._unfit = found.digest
            return
        if version.digest != found.digest:
            log.error("the rules in the store are not those that were put in force; those of before stay")
            self._unfit = found.digest
            return
        log.info("rules %s (%s) are in force", version.district.ruleset, version.short)
        self._rules.take(version)

    def _beat(self, tx: Transaction, more: dict[str, Any]) -> None:
        self._started = self._started or tx.now
        for service in self._services:
            row: ProcessRow = {
                "id": process_id(f"{service}-{self._instance}"),
                "service": service,
                "instance": self._instance,
                "digest": self._rules.version.digest,
                "started_at": self._started,
                "seen_at": tx.now,
            }
            facts = {**more, "steps": self._counted(service)}
            first: ProcessRow = {**row, "host": socket.gethostname(), "facts": facts}
            if not tx.add_new(Process, [first]):
                tx.put(Process, [row])
                note(tx, f"{service}-{self._instance}", **facts)
        queries.forget_processes(tx, tx.now - FORGOTTEN)


def note(tx: Transaction, name: str, **facts: Any) -> None:
    """Keep what only one process ("notify-1") knows where others can read it; nothing before its first sign of life."""
    row = tx.session.get(Process, process_id(name))
    if row is not None:
        row.facts = {**row.facts, **facts}
