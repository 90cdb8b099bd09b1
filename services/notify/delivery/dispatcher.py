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

from schemas.records.alerts import Delivery
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import Blame, Classification, DeliveryState
from services.notify.channels import Channel, Outgoing, Verdict
from services.notify.delivery import queries
from services.notify.delivery.bundles import OutgoingRow, asking, gathered, members_of, with_code
from services.notify.delivery.reply_codes import bundle_code
from services.notify.delivery.rooms import Breaker, Rooms
from services.notify.delivery.throttling import cancel
from services.runtime.logging import place_of
from services.runtime.steps.step_times import STEP_TIMES, WAITS, WORKS
from services.store.database import Store, StoreUnavailable
from services.store.transaction import Transaction

if TYPE_CHECKING:
    from services.notify.context import NotifyContext

log = logging.getLogger("kentongan.dispatch")

LEASE = timedelta(seconds=30)  # longer than any channel's own time-out
RENEWED = 10.0  # seconds between leasing anew what is still under way
PATIENCE = timedelta(hours=48)  # after so long, nobody is helped by the message any more
ENOUGH_TRIES = 20  # reached after about two hours of failing
PAUSES = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)  # seconds between tries of one delivery
SURE_AFTER, SURE_TRIES = timedelta(minutes=3), 6  # from when on a refusal that may pass is final
SOON = 30.0  # seconds within which something urgent is tried again, however often it has failed in the first minutes
LEFT_ALONE = "address is not answering"
GATHER = 0.25  # seconds in which outcomes gather before they are marked, in one transaction: nothing waits for it
OTHER_WAY_TRIES = 2  # failures of something urgent after which another way is tried beside it
LONGEST_WAIT_FOR_URGENT = 600.0  # seconds between tries where no level says how soon somebody must answer


def _left_alone(*breakers: Breaker) -> Verdict | None:
    """Give what is said instead of a try while an address or its channel is left alone; None when it is not."""
    shut = max(breaker.shut_for() for breaker in breakers)
    return Verdict("again", error=LEFT_ALONE, retry_after=shut) if shut > 0 else None


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
        longest_wait: Callable[[DeliveryRow], float] = lambda _row: LONGEST_WAIT_FOR_URGENT,
    ) -> None:
        self._store = store
        self._channels = channels
        self.instance = instance
        self._arrived = arrived
        self._lost = lost
        self._seconds = seconds
        self.open_address: Callable[[str], str] = str  # reporters' addresses are kept sealed
        self.gather = GATHER
        self._renewed_at = seconds()
        self._longest_wait = longest_wait
        self._rooms = Rooms(lambda name: channels[name].at_once if name in channels else 1, seconds)
        self._recovered: set[tuple[str, str]] = set()
        self._outcomes: list[Outcome] = []
        self._due = asyncio.Event()
        self._under_way: set[str] = set()
        self._lapsed: set[str] = set()  # of these, what another process has taken up, or nobody is to send any more
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, rows: Iterable[DeliveryRow]) -> None:
        """Begin sending deliveries this process has leased; urgent ones first."""
        now = time.perf_counter()
        for row in sorted(rows, key=lambda row: not row["urgent"]):
            if row["id"] in self._under_way:
                continue
            self._under_way.add(row["id"])
            task = asyncio.create_task(self._surely(row, now))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _surely(self, row: DeliveryRow, since: float) -> None:
        """Send, and have an outcome whatever breaks: without one it would count as under way here for ever."""
        try:
            verdict = await self._send(row, since)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            log.error("sending over %s broke: %s", row["channel"], place_of(error))  # noqa: TRY400 - no words
            verdict = Verdict("again", error=type(error).__name__)
        if verdict is None:
            self._under_way.discard(row["id"])
            return
        self._outcomes.append(Outcome(row, verdict))
        self._due.set()

    async def _send(self, row: DeliveryRow, since: float) -> Verdict | None:
        """Send when its turn comes, waiting `since` then; gives None where it is no longer ours to send."""
        line, address = self._rooms.line(row["channel"], row["address"])
        channel = self._rooms.channel(row["channel"])
        async with line:
            verdict = _left_alone(address, channel)
            if verdict is None:
                async with self._rooms.room(row["channel"]).place(urgent=bool(row["urgent"])):
                    if row["id"] in self._lapsed:
                        return None
                    # Whoever has waited may have waited for one that has been shut meanwhile.
                    verdict = _left_alone(address, channel) or await self._timed(row, since)
            if verdict.error != LEFT_ALONE:
                # A refusal is no silence of the address; it is no proof either that what waits for it would arrive.
                back = self._rooms.note(row["channel"], row["address"], failed=verdict.outcome == "again")
                self._recovered |= back if verdict.outcome != "never" else set()
        return verdict

    async def _timed(self, row: DeliveryRow, since: float) -> Verdict:
        began = time.perf_counter()
        STEP_TIMES.note("notify", "send", WAITS, began - since)
        verdict = await self._try(row)
        STEP_TIMES.note("notify", "send", WORKS, time.perf_counter() - began)
        return verdict

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
            await asyncio.sleep(self.gather)
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
                self.send(await self._marked(outcomes))
                break
            except StoreUnavailable:
                await asyncio.sleep(0.5)

    async def _marked(self, outcomes: Sequence[Outcome]) -> list[DeliveryRow]:
        """Write outcomes beside others, where all are of incidents and no address has begun to answer again."""
        of = {row["incident_id"] for outcome in outcomes for row in members_of(outcome.row)}
        incidents = {incident for incident in of if incident}
        if self._recovered or len(incidents) < len(of):
            return await self._store.write(lambda tx: self._mark(tx, outcomes))
        return await self._store.write_beside(lambda tx: self._mark(tx, outcomes), incidents)

    def _mark(self, tx: Transaction, outcomes: Sequence[Outcome]) -> list[DeliveryRow]:
        """Write outcomes; gives what is owed another way because an address did not work."""
        outcomes = [Outcome(row, outcome.verdict) for outcome in outcomes for row in members_of(outcome.row)]
        tried = [_after(outcome, tx.now, self._longest_wait(outcome.row)) for outcome in outcomes]
        outcomes, rows = self._still_ours(tx, outcomes, tried)
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
        if tx.things is None:
            recovered, self._recovered = self._recovered, set()
            if recovered:
                queries.make_due(tx, recovered)  # whatever else waits for it need not wait for its own time
        pairs = zip(outcomes, rows, strict=True)
        lost = [_lost(one, final=row["state"] == DeliveryState.DEAD) for one, row in pairs if _seeks_another(one, row)]
        return self._lost(tx, lost) if lost else []

    def _still_ours(
        self, tx: Transaction, outcomes: Sequence[Outcome], rows: Sequence[DeliveryRow]
    ) -> tuple[Sequence[Outcome], Sequence[DeliveryRow]]:
        """Leave out what did not get through and is no longer ours to try: withdrawn, or taken up by another process.

        A process that stood still for longer than its lease does not know what its heir has made of it since. What did
        get through is a fact, whoever holds the lease.
        """
        failed = [row["id"] for row in rows if row["state"] in (DeliveryState.FAILED, DeliveryState.DEAD)]
        gone = frozenset(failed) - queries.held_by(tx, failed, self.instance) if failed else frozenset()
        if not gone:
            return outcomes, rows
        kept = [(outcome, row) for outcome, row in zip(outcomes, rows, strict=True) if row["id"] not in gone]
        return [outcome for outcome, _ in kept], [row for _, row in kept]

    def should_renew(self) -> bool:
        """Say whether what is under way here must be leased anew, lest another process takes it up beside us."""
        return bool(self._under_way) and self._seconds() - self._renewed_at >= RENEWED

    def renew(self, tx: Transaction) -> None:
        """Lease what is under way for longer; what is no longer ours, and still waits for its turn, is not sent."""
        under_way = frozenset(self._under_way)
        queries.lease_longer(tx, sorted(under_way), self.instance, tx.now + LEASE)
        self._lapsed = set(under_way - queries.messages_of(tx, self.instance))
        self._renewed_at = self._seconds()

    async def drain(self, seconds: float) -> None:
        """Let what is under way end, at most so long."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        outcomes, self._outcomes = self._outcomes, []
        if outcomes:
            await self._store.write(lambda tx: self._mark(tx, outcomes))


def _lost(outcome: Outcome, *, final: bool) -> OutgoingRow:
    verdict = outcome.verdict
    told = {**outcome.row, "gone": verdict.gone and final, "blame": verdict.blame, "final": final}
    return cast("OutgoingRow", told)


def _seeks_another(outcome: Outcome, row: DeliveryRow) -> bool:
    """Say whether another way is to be found: it is given up, or urgent and refused, or has failed twice."""
    if row["state"] == DeliveryState.DEAD:
        return True
    if row["state"] != DeliveryState.FAILED:
        return False
    refused = outcome.verdict.outcome == "never" and row["attempts"] == 1
    return refused or (row["attempts"] == OTHER_WAY_TRIES and bool(outcome.row["urgent"]))


def _passes(outcome: Outcome, attempts: int, now: datetime) -> bool:
    """Say whether a refusal is not believed yet: it may be over in a minute."""
    young = attempts < SURE_TRIES or now - outcome.row["owed_at"] < SURE_AFTER
    return outcome.verdict.may_pass and not outcome.verdict.gone and young


def is_given_up(row: DeliveryRow, attempts: int, now: datetime) -> bool:
    """Say whether what did not get through after so many tries, each time for now only, is tried no more.

    A clock that was moved ahead makes everything old at once: what is given up has been tried often as well.
    """
    return now - row["owed_at"] >= PATIENCE and attempts >= ENOUGH_TRIES


def _after(outcome: Outcome, now: datetime, longest: float = LONGEST_WAIT_FOR_URGENT) -> DeliveryRow:
    """Give the columns a try leaves behind; something urgent is tried again after `longest` seconds at most."""
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
    if verdict.outcome == "again" and not is_given_up(row, attempts, now):
        own = PAUSES[min(attempts, len(PAUSES)) - 1] * random.uniform(0.8, 1.2)
        if row["urgent"]:  # a receiver that was away for minutes is not left waiting for minutes more
            own = min(own, max(SOON, (now - row["owed_at"]).total_seconds() / 10))
        pause = verdict.retry_after or own
        pause = min(pause, longest) if row["urgent"] else pause
        return after | {"state": DeliveryState.FAILED.value, "next_at": now + timedelta(seconds=pause)}
    if verdict.outcome == "never" and _passes(outcome, attempts, now):
        pause = min(PAUSES[min(attempts + 2, len(PAUSES)) - 1], longest)
        return after | {"state": DeliveryState.FAILED.value, "next_at": now + timedelta(seconds=pause)}
    if verdict.outcome in ("again", "never"):
        return after | {"state": DeliveryState.DEAD.value}
    return after | {
        "state": DeliveryState.DELIVERED.value if verdict.outcome == "delivered" else DeliveryState.SENT.value
    }


def lease_due(tx: Transaction, context: "NotifyContext", *, own: bool, limit: int = 500) -> list[OutgoingRow]:
    """Lease deliveries whose time has come and return them; with `own`, also what this instance held when it died."""
    rows = queries.due_deliveries(tx, context.instance if own else None, limit)
    for row in rows:
        if row["state"] == DeliveryState.SENDING:  # whoever held it has died, or lost its lease: perhaps it was sent
            facts = {"channel": row["channel"], "attempt": row["attempts"]}
            tx.audit("delivery.sent_again", "notify", incident=row["incident_id"], subject=row["id"], **facts)
    rows = cancel(tx, context, rows + _going_along(tx, rows))
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
