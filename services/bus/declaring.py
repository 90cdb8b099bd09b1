"""Say what each stream and consumer must be, and where what is there differs; what is larger already stays.

A declaration never takes copies, retention or the window of known ids away: whoever declares may have been started
with other settings than those that the installation runs with, and what is deleted does not come back.
"""

from collections.abc import Iterator
from typing import Any

from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)

from services.bus.streams import DAY, MINUTE, probe_subject

STREAMS = (
    # The dedupe window is what turns a report's id into "known": as long as its retention (docs/decisions/0004).
    StreamConfig(
        name="REPORTS",
        subjects=["report.filed.>", probe_subject("REPORTS")],
        allow_msg_ttl=True,
        duplicate_window=400 * DAY,
        max_age=400 * DAY,
    ),
    # Of each report its id, its digest, when it was filed and its key, wrapped: who files may read this, and no report.
    # Of each that was erased a keyed hash of its id, for good.
    StreamConfig(
        name="KNOWN",
        subjects=["known.report", "known.report.>", "known.gone.>", probe_subject("KNOWN")],
        allow_msg_ttl=True,
        duplicate_window=400 * DAY,
        max_age=400 * DAY,
    ),
    StreamConfig(
        name="INCIDENTS",
        subjects=["incident.>", "alert.>", "warning.>", probe_subject("INCIDENTS")],
        allow_msg_ttl=True,
        # Longer than all tries of one message take. An event that comes later a second time has no second effect, and
        # the server keeps each id in memory until then (docs/decisions/0004).
        duplicate_window=15 * MINUTE,
        max_age=30 * DAY,
    ),
    # A provider that got no answer from us tells again for days; what it says is answered once.
    StreamConfig(
        name="INBOUND",
        subjects=["inbound.>", probe_subject("INBOUND")],
        allow_msg_ttl=True,
        duplicate_window=7 * DAY,
        max_age=30 * DAY,
    ),
    # What the audit log was at a moment, signed. Nobody may take one out again, whoever declares streams either.
    StreamConfig(
        name="CHECKPOINTS",
        subjects=["audit.checkpoint"],
        duplicate_window=DAY,
        max_age=3650 * DAY,
        deny_delete=True,
        deny_purge=True,
    ),
    StreamConfig(
        name="DEADLETTERS",
        subjects=["$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>", "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>"],
        max_age=400 * DAY,
        duplicate_window=2 * MINUTE,
    ),
)

# Failed messages that wait for their next try count against this, and must not hold up those that do not wait. What is
# under way beside them is bounded by what a worker asks for at once.
MOST_PENDING = 100_000
MOST_DELIVERIES = 40  # a message that kills its worker each time ends here; failures give up earlier
NEVER_LESS = ("num_replicas", "max_age", "duplicate_window")
UNLIMITED = ("max_msgs", "max_bytes", "max_msg_size", "max_msgs_per_subject")  # a full stream refuses every report
COMPARED = (*NEVER_LESS, "subjects", "allow_direct", "allow_msg_ttl", *UNLIMITED)


def wanted_stream(declared: StreamConfig, replicas: int) -> StreamConfig:
    """Give the whole configuration of a stream; durations in seconds."""
    wanted = StreamConfig(**declared.__dict__)
    wanted.storage, wanted.retention = StorageType.FILE, RetentionPolicy.LIMITS
    wanted.discard, wanted.num_replicas, wanted.allow_direct = DiscardPolicy.NEW, replicas, True
    return wanted


def wanted_consumer(durable: str, subjects: list[str], ack_wait: float, *, after: int = 0) -> ConsumerConfig:
    """Give the whole configuration of a consumer; `ack_wait` in seconds.

    It begins behind the number `after`: everything up to it was taken by the one before it.
    """
    return ConsumerConfig(
        durable_name=durable,
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE if after else DeliverPolicy.ALL,
        opt_start_seq=after + 1 if after else None,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ack_wait,
        max_deliver=MOST_DELIVERIES,
        max_ack_pending=MOST_PENDING,
        filter_subjects=subjects,
    )


def kept(wanted: StreamConfig, found: StreamConfig) -> StreamConfig:
    """Give what a stream is brought to: as wanted, but with no fewer copies, no shorter retention or window.

    >>> three = StreamConfig(name="S", num_replicas=3, max_age=0.0, duplicate_window=60.0)
    >>> one = kept(StreamConfig(name="S", num_replicas=1, max_age=5.0, duplicate_window=2 * MINUTE), three)
    >>> one.num_replicas, one.max_age, one.duplicate_window
    (3, 0.0, 120.0)
    """
    result = StreamConfig(**wanted.__dict__)
    for name in NEVER_LESS:
        setattr(result, name, max(getattr(wanted, name), getattr(found, name), key=lambda value: _size(name, value)))
    return result


def where_it_began(wanted: ConsumerConfig, found: ConsumerConfig) -> ConsumerConfig:
    """Give what a consumer that is there is brought to: where it began is not to be changed, the server says."""
    return wanted.evolve(deliver_policy=found.deliver_policy, opt_start_seq=found.opt_start_seq)


def answered(found: ConsumerInfo) -> int:
    """Give the number up to which a consumer has answered everything that it was to be given."""
    floor = found.ack_floor.stream_seq if found.ack_floor else 0
    return max(floor, (found.config.opt_start_seq or 1) - 1)


def _size(name: str, value: float | None) -> float:
    """Order the values of a setting by how much they keep; an age of 0 keeps for ever."""
    return float("inf") if name == "max_age" and not value else float(value or 0)


def stream_differences(wanted: StreamConfig, found: StreamConfig) -> Iterator[str]:
    """Name what a stream has that is not as wanted; more copies, or a longer retention or window, are none."""
    for name in COMPARED:
        asked, given = getattr(wanted, name), getattr(found, name)
        if name in UNLIMITED:
            fine = given is None or given <= 0
        else:
            fine = _size(name, given) >= _size(name, asked) if name in NEVER_LESS else _same(asked, given)
        if not fine:
            yield f"{wanted.name}: {name} is {_said(given)}, wanted {_said(asked)}"


def consumer_differences(wanted: ConsumerConfig, found: ConsumerConfig) -> Iterator[str]:
    """Name what a consumer has that is not as wanted."""
    for name in ("ack_wait", "max_deliver", "max_ack_pending", "filter_subjects"):
        asked, given = getattr(wanted, name), getattr(found, name)
        if name == "filter_subjects" and not given and found.filter_subject:
            given = [found.filter_subject]
        if not _same(asked, given):
            yield f"{wanted.durable_name}: {name} is {_said(given)}, wanted {_said(asked)}"


def _same(asked: Any, given: Any) -> bool:
    if isinstance(asked, list):
        return sorted(asked) == sorted(given or [])
    return bool(asked) == bool(given) if isinstance(asked, bool) or asked is None else asked == given


def _said(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
