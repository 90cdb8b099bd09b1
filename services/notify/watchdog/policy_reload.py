"""Prove a changed district folder while the service runs, and put it in force if it passes; refuse it otherwise.

What is in force lies in the store, where every process takes it from (services/policy/active.py). Open incidents keep
the clock they opened with. A notifier proposes its folder when that has changed since it last decided about it:
a second one, whose folder nobody has touched, does not put the former rules back.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from schemas.district import District
from schemas.records.running import RulesInForce
from schemas.rows.alerts import DeliveryRow
from services.notify.context import NotifyContext
from services.notify.delivery.coordinator_notices import owe_notice
from services.notify.messages.notices import Notice
from services.notify.watchdog import queries
from services.oncall.schedule import roster_of
from services.policy.active import ActivePolicy, put_in_force, standing
from services.policy.loader import DistrictError, digest_of
from services.policy.proof import check, demands_of
from services.policy.proof_words import Sentence, kept, said
from services.policy.versions import Rules, Version, read_version, trial_folder, version_of
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session, Transaction

log = logging.getLogger("kentongan.reload")
AGAIN = timedelta(minutes=1)  # between proofs of a refused folder: people may have come that it lacked
Stamp = tuple[tuple[str, int, int, int], ...]


def stamp_of(*folders: Path) -> Stamp:
    """Give what changes when a file of these folders does."""
    files = sorted(file for folder in folders if folder.is_dir() for file in folder.iterdir() if file.is_file())
    seen = [(str(file), file.stat()) for file in files]
    return tuple((name, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size) for name, stat in seen)


def objections(
    session: Session, old: District, new: District, channels: frozenset[str] | None, now: datetime, demands: Any = None
) -> list[Sentence]:
    """Say why `new` may not replace `old` while the service runs; empty when it may."""
    if (old.code, old.timezone) != (new.code, new.timezone):
        return [Sentence("other_district")]
    issues = set(queries.open_issues(session, new.issues))
    institutions = set(queries.alerted_institutions(session, new.institutions))
    found = [Sentence("code_in_use", facts=(("code", code),)) for code in sorted(issues | institutions)]
    walk = check(new, roster_of(session, channels, now), now, demands)
    return found + [finding.sentence for finding in walk.findings if finding.fails]


@dataclass(frozen=True)
class Candidate:
    """What a folder holds: rules, or the fault for which it holds none."""

    digest: str
    version: Version | None
    fault: str = ""
    demands: Any = None  # whom these rules ask for, worked out once


def candidate(folder: Path) -> Candidate:
    """Read a folder, faults and all."""
    try:
        version = read_version(folder)
    except DistrictError as error:
        return Candidate(digest_of({"fault": str(error)}), None, str(error))
    return Candidate(version.digest, version)


class Reloader:
    """Look at one notifier's folder from time to time."""

    def __init__(self, store: Store, folder: Path, rules: Rules, desk: Callable[[], NotifyContext]) -> None:
        self._store = store
        self._folder = folder
        self._rules = rules
        self._desk = desk
        self._last: Stamp | None = None  # the folder at the last look
        self._judged: Stamp | None = None  # the folder as it was last decided about
        self._candidate: Candidate | None = None
        self._again_at: datetime | None = None
        self._starting = True

    def _stamp(self) -> Stamp:
        other = trial_folder(self._folder, self._rules.district)
        return stamp_of(self._folder, *([other] if other else []))

    async def look(self) -> list[DeliveryRow]:
        """Put a changed folder in force or refuse it; gives the notices owed about a refusal, leased to this process.

        A folder that is changing is left alone until it is the same at two looks: it may be half copied.
        """
        stamp = await asyncio.to_thread(self._stamp)
        last, self._last = self._last, stamp
        if last is not None and stamp != last:
            return []
        now = self._store.clock()
        if stamp == self._judged and (self._again_at is None or now < self._again_at):
            return []
        if stamp != self._judged or self._candidate is None:
            self._candidate = await asyncio.to_thread(candidate, self._folder)
        try:
            owed = await self._judge(self._candidate, now)
        except StoreUnavailable:
            return []  # looked at again the next time
        if self._candidate.version is not None:
            self._candidate.version.let_texts_go()
        self._judged, self._starting = stamp, False
        return owed

    async def _judge(self, found: Candidate, now: datetime) -> list[DeliveryRow]:
        state = await self._store.read(standing)
        if state is None:
            running = self._rules.version
            first = running if running.files or found.version is None else found.version
            state = await self._store.write(lambda tx: self._begin(tx, first))
            if first is not running:
                self._rules.take(first)
        self._rules.version.let_texts_go()
        if found.version is not None and found.digest == state.digest:
            found.version.let_texts_go()
        if not self._asks(state, found):
            if self._is_news(state, found):
                await self._store.write(lambda tx: self._seen(tx, found))
            self._again_at = None
            return []
        found = await self._with_texts(found, state)
        if found.version is not None and found.demands is None:
            demands = await asyncio.to_thread(demands_of, found.version.district)
            found = self._candidate = Candidate(found.digest, found.version, demands=demands)
        against = await self._against(found, now)
        owed, taken = await self._store.write(lambda tx: self._decide(tx, found, against))
        self._again_at = None if taken else now + AGAIN
        if taken and found.version is not None and found.digest != self._rules.version.digest:
            self._rules.take(found.version)
        return owed

    async def _with_texts(self, found: Candidate, state: ActivePolicy) -> Candidate:
        """Read the folder once more where its texts were let go and it may have to be put in force."""
        if found.version is None or found.version.files or found.digest == state.digest:
            return found
        anew = await asyncio.to_thread(candidate, self._folder)
        if anew.digest == found.digest:
            anew = Candidate(anew.digest, anew.version, demands=found.demands)
        self._candidate = anew
        return anew

    def _begin(self, tx: Transaction, first: Version) -> ActivePolicy:
        """Put in force what this process runs: nothing is, and something must be. It is proved like any change."""
        state = standing(tx.session)
        if state is None:
            put_in_force(tx, first, "notify", objections=[Sentence("not_looked_at")])
            tx.session.get_one(RulesInForce, 1).folders = {self._me: first.digest}
            tx.session.flush()
        return standing(tx.session) or self._begin(tx, first)

    def _asks(self, state: ActivePolicy, found: Candidate) -> bool:
        """Say whether this folder asks for a proof: it has changed, is refused so far, or in force without one."""
        if found.digest == state.digest:
            return not state.proved
        return found.digest == state.refused or found.digest != state.folders.get(self._me, found.digest)

    def _is_news(self, state: ActivePolicy, found: Candidate) -> bool:
        return state.folders.get(self._me) != found.digest or (found.digest == state.digest and bool(state.refused))

    @property
    def _me(self) -> str:
        return self._desk().instance

    async def _against(self, found: Candidate, now: datetime) -> list[Sentence]:
        new = found.version
        if new is None:
            return [Sentence("unreadable", facts=(("fault", found.fault),))]
        desk = self._desk()
        channels = frozenset(desk.channels) or None
        return await self._store.read(
            lambda session: objections(session, desk.district, new.district, channels, now, found.demands)
        )

    def _seen(self, tx: Transaction, found: Candidate) -> None:
        """Keep that this folder was looked at and asks for nothing."""
        row = tx.session.get_one(RulesInForce, 1)
        row.folders = {**row.folders, self._me: found.digest}
        if found.digest == row.digest:
            row.refused, row.objections = None, {}
        else:
            log.warning("this folder holds other rules than those in force, and has not changed: it is left alone")

    def _decide(self, tx: Transaction, found: Candidate, against: list[Sentence]) -> tuple[list[DeliveryRow], bool]:
        """Put it in force or refuse it; gives the notices owed, and whether it is in force now."""
        row = tx.session.get_one(RulesInForce, 1)
        row.folders = {**row.folders, self._me: found.digest}
        if row.digest == found.digest:
            return [], self._confirm(tx, row, against)
        if found.version is not None and (not against or self._gives_way(row)):
            tx.session.flush()
            put_in_force(tx, found.version, "notify", objections=against)
            log.info("the district's new rules are in force")
            return [], True
        known, row.refused = row.refused == found.digest, found.digest
        row.objections = kept(against)
        if known:
            return [], False
        log.error("the district's new rules are refused: %s", "; ".join(said(row.objections, "en")))
        told = said(row.objections, "id")
        line = tx.audit("policy.refused", "notify", digest=found.digest, count=len(against), objections=told)
        notice = Notice("rules_refused", {"objections": lambda language: "\n".join(said(row.objections, language))})
        return owe_notice(tx, self._desk(), f"policy:{line}", notice), False

    def _confirm(self, tx: Transaction, row: RulesInForce, against: list[Sentence]) -> bool:
        """Mark what is in force as proved once it is; the first folder may wait long for its people."""
        row.refused = None
        row.objections = kept(against) if against else {}
        if not against and not row.proved:
            row.proved = True
            tx.audit("policy.proved", "notify", digest=row.digest, ruleset=row.ruleset)
        return not against

    def _gives_way(self, row: RulesInForce) -> bool:
        """Say whether what is in force goes without a proof: at a start, if it never had one or cannot be read."""
        if not self._starting:
            return False
        try:
            version_of(row.files)
        except DistrictError:
            return True
        return not row.proved
