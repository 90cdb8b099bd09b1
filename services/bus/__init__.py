"""Know the bus: subjects, streams, durables, redelivery and dead letters, and nothing else knows them.

FastStream's broker holds the connection and describes the messages (AsyncAPI); streams and consumers are declared
in one file, in plain JetStream, and read back. The busy hops pull with a loop of our own, which takes whatever is
there: a lone report at once, a flood in batches (docs/decisions/0003).
"""

from services.bus.bus import Bus, ConsumerGone, PublishedReport
from services.bus.connection import BATCH
from services.bus.consumer import DELAYS, GIVE_UP_AFTER, Message, MessageSource, NotUnderstood, run_consumer
from services.bus.inspection import DeadLetter, LetterGone
from services.bus.publisher import PUBACK, BusBusy, BusUnavailable
from services.bus.streams import (
    CONSUMERS,
    DAY,
    HEARD,
    STREAMS,
    Event,
    checkpoint_event,
    inbound_message,
    inbound_receipt,
    incident_event,
    place_subject,
    stream_of,
    warning_event,
)
from services.bus.watermarks import StreamMark

__all__ = [
    "BATCH",
    "CONSUMERS",
    "DAY",
    "DELAYS",
    "GIVE_UP_AFTER",
    "HEARD",
    "PUBACK",
    "STREAMS",
    "Bus",
    "BusBusy",
    "BusUnavailable",
    "ConsumerGone",
    "DeadLetter",
    "Event",
    "LetterGone",
    "Message",
    "MessageSource",
    "NotUnderstood",
    "PublishedReport",
    "StreamMark",
    "checkpoint_event",
    "inbound_message",
    "inbound_receipt",
    "incident_event",
    "place_subject",
    "run_consumer",
    "stream_of",
    "warning_event",
]
