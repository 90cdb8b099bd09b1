"""Send canaries: an exercise report every few minutes, filed as any other, timed from filing to delivery.

It is told to nobody: its one delivery lies on the desk, under a login nobody has. What it measured is journalled
(`canary.measured`, seconds) and its incident closed; one that did not arrive is `canary.lost`, which the auditor tells.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp

from schemas.records.reports import Report
from schemas.vocabulary import Role, Scope
from services.incidents import lifecycle
from services.incidents.access import TEST_OVER
from services.incidents.queries import open_exercises_of
from services.notify.contacts import Contact
from services.notify.watchdog import queries
from services.oncall.roster import DESK
from services.security import auth
from services.security.keys import own_program
from services.security.secret import Secret
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Session, Transaction

log = logging.getLogger("kentongan.canary")
CANARY = "canary"  # the key's name, by which its reports are known
PATIENCE = timedelta(seconds=60)  # from the door to delivery; a report takes well under a second
# For one call of the front door: with what it writes before and after it must be over before the watchdog ends the
# process, or a door that hangs ends whoever could tell of it (services/runtime/watchdog.py).
AT_THE_DOOR = 20.0
TEXT = "LATIHAN {id}: laporan uji otomatis, tidak ada kejadian."
IDENTITY = auth.Identity(CANARY, CANARY, Role.REPORTER, scopes=frozenset({Scope.FILE}))
ADDRESS = Contact(None, DESK, CANARY)
_OFFICER = auth.Identity(CANARY, CANARY, Role.COORDINATOR)

File = Callable[[dict[str, Any]], Awaitable[bool]]


def door(url: str, store: Store, secret: Secret, identity: auth.Identity = IDENTITY) -> File:
    """Give `identity`'s way through the front door at `url`; it answers whether the report was accepted."""

    async def file(body: dict[str, Any]) -> bool:
        headers = {"Authorization": f"Bearer {await store.write(lambda tx: own_program(tx, secret, identity))}"}
        timeout = aiohttp.ClientTimeout(total=AT_THE_DOOR)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(f"{url}/v1/reports", json=body, headers=headers) as answer,
            ):
                return answer.status == 202  # noqa: PLR2004
        except (aiohttp.ClientError, TimeoutError):
            return False

    return file


def canaries(session: Session, incidents: list[str]) -> frozenset[str]:
    """Say which of these incidents only a canary has told."""
    if not incidents:
        return frozenset()
    rows = queries.reporters_of(session, incidents)
    return frozenset(incident for incident, _ in rows) - {incident for incident, who in rows if who != CANARY}


class Canary:
    """Send and time canaries; at most one is under way."""

    def __init__(self, store: Store, file: File) -> None:
        self._store = store
        self._file = file

    async def send(self) -> None:
        """File the next canary, once those before it are done with."""
        try:
            await self._store.write(lambda tx: _settle(tx, hurry=True))
            id_ = str(uuid4())
            if not await self._file({"id": id_, "text": TEXT.format(id=id_), "exercise": True}):
                await self._store.write(lambda tx: tx.audit("canary.lost", CANARY, subject=id_, at_the_door=True))
                log.error("canary: the front door did not take it")
        except StoreUnavailable:
            log.warning("canary: the store is away")

    async def settle(self) -> None:
        """Time the canary that has arrived, and give up one that has not after a minute."""
        try:
            if await self._store.read(_under_way):
                await self._store.write(lambda tx: _settle(tx, hurry=False))
        except StoreUnavailable:
            log.warning("canary: the store is away")


def _under_way(session: Session) -> list[tuple[str, str]]:
    """Give report and incident of the canaries whose incident is still open."""
    found = open_exercises_of(session, CANARY)
    alone = canaries(session, [incident for _, incident in found])  # never close what somebody else has told too
    return [(report, incident) for report, incident in found if incident in alone]


def _settle(tx: Transaction, *, hurry: bool) -> None:
    for report, incident in _under_way(tx.session):
        filed = tx.session.get_one(Report, report).filed_at
        sent = queries.first_sent_at(tx.session, incident)
        if sent is not None:
            seconds = round((sent - filed).total_seconds(), 3)
            tx.audit("canary.measured", CANARY, incident=incident, subject=report, seconds=seconds)
        elif hurry or tx.now - filed > PATIENCE:
            tx.audit("canary.lost", CANARY, incident=incident, subject=report, at_the_door=False)
        else:
            continue
        lifecycle.close(tx, incident, _OFFICER, TEST_OVER)
