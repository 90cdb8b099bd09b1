"""Know the bus: subjects, streams, durables, redelivery and dead letters, and nothing else knows them.

FastStream's broker holds the connection and describes the messages (AsyncAPI); streams and consumers are declared
in one file, in plain JetStream, and read back. The busy hops pull with a loop of our own, which takes whatever is
there: a lone report at once, a flood in batches (docs/decisions/0003).

A name is loaded when it is first asked for: who only writes an event down, as an office command does, needs no
connection, and loading one takes a quarter of a command's start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from services.bus.bus import Bus, ConsumerGone, PublishedReport
    from services.bus.connection import BATCH, is_away
    from services.bus.consumer import (
        DELAYS,
        GIVE_UP_AFTER,
        FailedInPart,
        Message,
        MessageSource,
        NotUnderstood,
        run_consumer,
    )
    from services.bus.declaring import STREAMS
    from services.bus.inspection import DeadLetter, LetterGone, Load
    from services.bus.line import BusBusy, BusUnavailable
    from services.bus.publisher import PUBACK
    from services.bus.streams import (
        CONSUMERS,
        DAY,
        HEARD,
        Event,
        checkpoint_event,
        inbound_message,
        inbound_receipt,
        incident_event,
        place_subject,
        service_of,
        stream_of,
        warning_event,
    )
    from services.bus.watermarks import StreamMark

LIGHT_FIRST = ("line", "watermarks", "streams", "declaring", "consumer", "publisher", "inspection", "connection", "bus")


def __getattr__(name: str) -> Any:
    """Load the lightest module that has the name, once; raises AttributeError for what the room does not offer."""
    if name in __all__:
        for module in LIGHT_FIRST:
            loaded = import_module(f"{__name__}.{module}")
            if hasattr(loaded, name):
                globals()[name] = found = getattr(loaded, name)
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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
    "FailedInPart",
    "LetterGone",
    "Load",
    "Message",
    "MessageSource",
    "NotUnderstood",
    "PublishedReport",
    "StreamMark",
    "checkpoint_event",
    "inbound_message",
    "inbound_receipt",
    "incident_event",
    "is_away",
    "place_subject",
    "run_consumer",
    "service_of",
    "stream_of",
    "warning_event",
]
