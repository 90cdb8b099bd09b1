"""Hold deliveries back that would be one message too many, until a window has room or the digest's hour comes.

A delivery held back is a row that waits for its time, like any other timer here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from schemas.records.alerts import Delivery
from schemas.rows.alerts import DeliveryRow
from schemas.vocabulary import ANSWERED, OPEN_STATES, AlertReason, DeliveryState, Level
from services.incidents.accusations import barred_by
from services.notify.delivery import queries
from services.notify.delivery.bundles import is_copy, may_wait
from services.notify.delivery.closing_mark import is_over, mark_of, still_so
from services.notify.delivery.queries import LIMIT, Key
from services.notify.delivery.rate_windows import free_at, limits_of, longest, next_digest
from services.store.transaction import Transaction

if TYPE_CHECKING:
    from services.notify.context import NotifyContext

UNSENT = (DeliveryState.PENDING, DeliveryState.FAILED)  # not at a channel: what is being sent cannot be called back
DIGEST = "digest"  # why a delivery is held back: it goes out with the next digest
ASKING = frozenset(
    {
        AlertReason.OPENED,
        AlertReason.RAISED,
        AlertReason.REOPENED,
        AlertReason.REMINDER,
        AlertReason.OVERDUE,
        AlertReason.LAPSED,
        AlertReason.ESCALATED,
        AlertReason.HANDED_OVER,
    }
)


def throttle(tx: Transaction, context: "NotifyContext", rows: Iterable[DeliveryRow]) -> None:
    """Change the rows, not written yet, that have to wait: state, `held` and time. Nothing pressing ever waits."""
    asked = [row for row in rows if may_wait(row)] if context.contacts.divert is None else []
    district = context.district
    if asked and district.digest.every:
        slot = next_digest(tx.now, district.digest.every, hours=district.working, zone=context.zone)
        for row in filter(is_copy, asked):
            _wait(row, DIGEST, slot)
    asked = [row for row in asked if row["held"] is None and limits_of(row["channel"], district.limits)]
    if not asked:
        return
    tx.also({f"messages to {row['address']}" for row in asked})  # counted by one transaction at a time
    sent, waiting = _log(tx, sorted({row["address"] for row in asked}), longest(district.limits))
    for row in asked:
        key = (row["channel"], row["address"])
        free = waiting.get(key) or free_at(sent[key], limits_of(row["channel"], district.limits), tx.now)
        if free > tx.now:
            waiting[key] = free
            _wait(row, LIMIT, free)
        else:
            sent[key].append(tx.now)


def cancel(tx: Transaction, context: "NotifyContext", rows: list[DeliveryRow]) -> list[DeliveryRow]:
    """Give back the rows that are still to be sent; what must not be sent any more is withdrawn.

    Of all that waits, also for its next try, that is what speaks of a closed incident, what tells of a closing when
    the incident is open again, and what would tell an agency that a later report accuses; that somebody is silent, once
    everybody has answered since; of what was held back also what asks for an answer that has been given meanwhile, or
    tells of a level that a later message has overtaken.
    """
    waiting = [row for row in rows if row["alert_id"] and row["state"] in UNSENT]
    if not waiting:
        return rows
    states = queries.states_of(tx, {row["alert_id"] for row in waiting})
    known = ((row, now) for row in waiting if (now := states.get(row["alert_id"])))
    gone = overtaken(tx, waiting) | {row["id"] for row, now in known if _is_withdrawn(tx, row, now, context)}
    withdraw(tx, [row for row in waiting if row["id"] in gone])
    return [row for row in rows if row["id"] not in gone]


def withdraw(tx: Transaction, rows: Sequence[DeliveryRow]) -> None:
    """Let what has not gone out never go, and write it down."""
    done = DeliveryState.WITHDRAWN.value
    changes: list[DeliveryRow] = [{"id": row["id"], "state": done, "next_at": None} for row in rows]
    tx.put(Delivery, changes)
    for row in rows:
        tx.audit("delivery.withdrawn", "notify", incident=row["incident_id"], subject=row["id"])


def _is_withdrawn(tx: Transaction, row: DeliveryRow, now: queries.Standing, context: "NotifyContext") -> bool:
    if now.institution in barred_by(now.facts, context.district):
        return True
    if mark := mark_of(row):
        return not still_so(tx, row, mark)
    if now.incident not in OPEN_STATES and is_over(tx, row):
        return True  # also what is to be tried again: whoever gets it after the closing is never told of that
    return bool(row["held"]) and row["state"] == DeliveryState.PENDING and _is_needless(row, now)


def _is_needless(row: DeliveryRow, now: queries.Standing) -> bool:
    said = [at for at in (now.answered_at, now.reported_at) if at]
    # Who has reported is asked for the next report once that is late: what was said before answers nothing.
    answered = row["reason"] in ASKING and now.alert in ANSWERED and (not said or max(said) >= row["owed_at"])
    return now.incident not in OPEN_STATES or answered or now.level > Level[row["payload"]["data"]["level"]]


def overtaken(tx: Transaction, rows: Iterable[DeliveryRow]) -> frozenset[str]:
    """Give which are rungs of which the last answer has come since; one that a person asks for later is not."""
    rungs = [row for row in rows if row["reason"] == AlertReason.ESCALATED]
    answered = queries.answered_at(tx, {row["incident_id"] for row in rungs}) if rungs else {}
    known = ((row, answered.get(row["incident_id"])) for row in rungs)
    return frozenset(row["id"] for row, at in known if at is not None and at >= row["owed_at"])


def _wait(row: DeliveryRow, why: str, until: datetime) -> None:
    row.update({"held": why, "state": DeliveryState.PENDING.value, "next_at": until, "leased_by": None})


def _log(
    tx: Transaction, addresses: list[str], back: timedelta
) -> tuple[dict[Key, list[datetime]], dict[Key, datetime]]:
    """Give when messages went to these addresses (a bundle is one), and until when others wait already."""
    sent: dict[Key, list[datetime]] = defaultdict(list)
    for key, at in queries.sent_since(tx, addresses, tx.now - back):
        sent[key].append(at)
    return sent, queries.held_until(tx, addresses)
