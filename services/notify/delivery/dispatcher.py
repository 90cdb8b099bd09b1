"""Send what is owed and mark what became of it.

A delivery row is written as owed in the transaction that decided it and leased by this process; it is sent
with its own id, the same at each try, and marked in batches. Killed in between, the lease comes back to the same
instance at its next start, or to another when it has run out: sent twice perhaps, under one id; never lost.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from schemas.records import Delivery
from schemas.rows import DeliveryRow
from schemas.vocabulary import Blame, Classification, DeliveryState
from services.notify.channels import Channel, Outgoing, Verdict
from services.notify.delivery import queries
from services.notify.delivery.bundles import OutgoingRow, asking, gathered, members_of, with_code
from services.notify.delivery.reply_codes import bundle_code
from services.notify.delivery.throttling import cancel
from services.runtime.logging import place_of
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Transaction

if TYPE_CHECKING:
    from services.notify.context import NotifyContext

log = logging.getLogger("kentongan.dispatch")

LEASE = timedelta(seconds=30)  # longer than any channel's own time-out
PATIENCE = timedelta(hours=48)  # after so long, nobody is helped by the message any more
PAUSES = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)  # seconds between tries of one delivery
AT_ONCE = 128  # sends under way in one process
AT_ONCE_PER_ADDRESS = 16
SHUT_AFTER = 5  # failures in a row after which an address is left alone for a while
SHUT_FOR = (2.0, 5.0, 10.0, 30.0)  # seconds


@dataclass
class _Line:
    """How one address has answered lately."""

    room: asyncio.Semaphore
    failures: int = 0
    shut_until: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What became of one try."""

    row: DeliveryRow
    verdict: Verdict


class Dispatcher:
    """Send leased deliveries over their channels.

    As they are marked, `arrived` is called for what got through, `lost` for what never will; it may owe another way.
    """

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        instance: str,
        arrived: Callable[[Transaction, Sequence[Outcome]], None],
        seconds: Callable[[], float] = time.monotonic,
        lost: Callable[[Transaction, Sequence[OutgoingRow]], list[DeliveryRow]] = lambda _unit, _rows: [],
    ) -> None:
        self._store = store
        self._channels = channels
        self.instance = instance
        self._arrived = arrived
        self._lost = lost
        self._seconds = seconds
        self.open_address: Callable[[str], str] = str  # reporters' addresses are kept sealed
        self._room = asyncio.Semaphore(AT_ONCE)
        self._lines: dict[tuple[str, str], _Line] = {}
        self._outcomes: list[Outcome] = []
        self._due = asyncio.Event()
        self._under_way: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, rows: Iterable[DeliveryRow]) -> None:
        """Begin sending deliveries this process has leased; urgent ones first."""
        for row in sorted(rows, key=lambda row: not row["urgent"]):
            if row["id"] in self._under_way:
                continue
            self._under_way.add(row["id"])
            task = asyncio.create_task(self._send(row))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, row: DeliveryRow) -> None:
        line = self._lines.setdefault((row["channel"], row["address"]), _Line(asyncio.Semaphore(AT_ONCE_PER_ADDRESS)))
        async with line.room:
            shut_for = line.shut_until - self._seconds()
            if shut_for > 0:
                verdict = Verdict("again", error="address is not answering", retry_after=shut_for)
            else:
                async with self._room:
                    verdict = await self._try(row)
                if verdict.outcome == "again":
                    line.failures += 1
                    if line.failures >= SHUT_AFTER:
                        step = min((line.failures - SHUT_AFTER) // AT_ONCE_PER_ADDRESS, len(SHUT_FOR) - 1)
                        line.shut_until = self._seconds() + SHUT_FOR[step]
                else:
                    line.failures = 0
        self._outcomes.append(Outcome(row, verdict))
        self._due.set()

    async def _try(self, row: DeliveryRow) -> Verdict:
        channel = self._channels.get(row["channel"])
        if channel is None:
            return Verdict("never", error=f"channel {row['channel']} is not set up", blame=Blame.ACCOUNT)
        payload = row["payload"]
        try:
            address = self.open_address(row["address"])
        except ValueError:
            return Verdict("never", error="the address was erased", blame=Blame.ADDRESS)
        message = Outgoing(
            delivery_id=row["id"],
            address=address,
            subject=payload.get("subject", ""),
            body=payload.get("body", ""),
            short=payload.get("short", ""),
            line=payload.get("line", ""),
            url=payload.get("url"),
            data=payload.get("data", {}),
            language=payload.get("language", "id"),
            urgent=row["urgent"],
            button=payload.get("button", ""),
            at=row["owed_at"],
            classification=Classification(row["classification"]),
        )
        try:
            return await channel.send(message)
        except Exception as error:  # noqa: BLE001 - a channel must not be able to stop the others
            log.error("channel %s broke: %s", row["channel"], place_of(error))  # noqa: TRY400 - no words
            return Verdict("again", error=type(error).__name__)

    async def mark(self) -> None:
        """Write outcomes as they come, many at a time, for ever."""
        while True:
            await self._due.wait()
            await asyncio.sleep(0.05)  # let a batch gather: marking is on nobody's path
            self._due.clear()
            outcomes, self._outcomes = self._outcomes, []
            try:
                await self._keep(outcomes)
            except Exception as error:  # noqa: BLE001 - nothing may end the marking of the others
                log.error("marking failed, each alone now: %s", place_of(error))  # noqa: TRY400 - no words
                for outcome in outcomes:
                    with contextlib.suppress(Exception):  # its lease runs out, and it is sent again under the same id
                        await self._keep([outcome])
            self._under_way -= {outcome.row["id"] for outcome in outcomes}

    async def _keep(self, outcomes: Sequence[Outcome]) -> None:
        while outcomes:
            try:
                self.send(await self._store.write(lambda tx: self._mark(tx, outcomes)))
                break
            except StoreUnavailable:
                await asyncio.sleep(0.5)

    def _mark(self, tx: Transaction, outcomes: Sequence[Outcome]) -> list[DeliveryRow]:
        """Write outcomes; gives what is owed another way because an address did not work."""
        outcomes = [Outcome(row, outcome.verdict) for outcome in outcomes for row in members_of(outcome.row)]
        rows = [_after(outcome, tx.now) for outcome in outcomes]
        tx.put(Delivery, rows)
        for outcome, row in zip(outcomes, rows, strict=True):
            if row["state"] != DeliveryState.FAILED or outcome.row["attempts"] == 0:
                facts = {"channel": outcome.row["channel"], "attempt": row["attempts"], "error": row["error"]}
                tx.audit(
                    f"delivery.{row['state']}",
                    "notify",
                    incident=outcome.row["incident_id"],
                    subject=row["id"],
                    **facts,
                )
        arrived = [outcome for outcome in outcomes if outcome.verdict.outcome in ("delivered", "sent")]
        if arrived:
            self._arrived(tx, arrived)
        dead = {row["id"] for row in rows if row["state"] == DeliveryState.DEAD}
        lost = [_lost(one) for one in outcomes if one.row["id"] in dead]
        return self._lost(tx, lost) if lost else []

    async def drain(self, seconds: float) -> None:
        """Let what is under way end, at most so long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        outcomes, self._outcomes = self._outcomes, []
        if outcomes:
            await self._store.write(lambda tx: self._mark(tx, outcomes))


def _lost(outcome: Outcome) -> OutgoingRow:
    return cast("OutgoingRow", {**outcome.row, "gone": outcome.verdict.gone, "blame": outcome.verdict.blame})


def _after(outcome: Outcome, now: datetime) -> DeliveryRow:
    """Give the columns a try leaves behind."""
    verdict, row = outcome.verdict, outcome.row
    attempts = row["attempts"] + 1
    after: DeliveryRow = {
        "id": row["id"],
        "attempts": attempts,
        "error": verdict.error or None,
        "leased_by": None,
        "next_at": None,
        "sent_at": now if verdict.outcome in ("delivered", "sent") else None,
        "provider_id": verdict.provider_id,
    }
    if verdict.outcome == "again" and now - row["owed_at"] < PATIENCE:
        pause = verdict.retry_after or PAUSES[min(attempts, len(PAUSES)) - 1] * random.uniform(0.8, 1.2)
        return after | {"state": DeliveryState.FAILED.value, "next_at": now + timedelta(seconds=pause)}
    if verdict.outcome in ("again", "never"):
        return after | {"state": DeliveryState.DEAD.value}
    return after | {
        "state": DeliveryState.DELIVERED.value if verdict.outcome == "delivered" else DeliveryState.SENT.value
    }


def lease_due(tx: Transaction, context: "NotifyContext", *, own: bool, limit: int = 500) -> list[OutgoingRow]:
    """Lease deliveries whose time has come and return them; with `own`, also what this instance held when it died."""
    rows = queries.due_deliveries(tx, context.instance if own else None, limit)
    rows = cancel(tx, rows + _going_along(tx, rows))
    if rows:
        queries.lease(tx, [row["id"] for row in rows], context.instance, tx.now + LEASE)
    messages = [_coded(tx, context, one) for one in gathered(rows)]
    bundled = [row for one in messages for row in one.get("members", ())]
    changes: list[DeliveryRow] = [
        {"id": row["id"], "bundle_id": row["bundle_id"], "bundle_code": row["bundle_code"]} for row in bundled
    ]
    tx.put(Delivery, changes)
    return messages


def _going_along(tx: Transaction, rows: Sequence[DeliveryRow]) -> list[DeliveryRow]:
    """Give what goes out in the same messages as these, though its own time has not come.

    That is whatever else waits for room at their addresses, and what went out with them before: a bundle that is
    tried again is the same message.
    """
    crowded = {
        (row["channel"], row["address"]) for row in rows if row["held"] and row["state"] == DeliveryState.PENDING
    }
    before = {row["bundle_id"] for row in rows if row["bundle_id"]}
    if not crowded and not before:
        return []
    known = {row["id"] for row in rows}
    others = queries.held_or_bundled(tx, {address for _, address in crowded}, before)
    along = [row for row in others if row["bundle_id"] in before or (row["channel"], row["address"]) in crowded]
    return [row for row in along if row["id"] not in known]


def _coded(tx: Transaction, context: "NotifyContext", message: OutgoingRow) -> OutgoingRow:
    """Give a bundle its one code, where its reader can reply with it."""
    rows = asking(message) if context.answers(message["channel"]) else ()
    if not rows:
        return message
    return with_code(message, bundle_code(tx, rows), context.length(message["channel"]))
