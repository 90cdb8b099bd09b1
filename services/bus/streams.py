"""Name consumers and subjects, and say what each message is called; declaring.py has the streams.

Who only writes an event down, as an office command does, loads no part of NATS with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel

from schemas.messages import (
    AuditCheckpoint,
    InboundMessage,
    InboundReceipt,
    IncidentEvent,
    SealedMessage,
    SealedReport,
)
from schemas.vocabulary import EventKind
from schemas.warnings import WarningEvent

if TYPE_CHECKING:
    from faststream.nats import NatsBroker

TYPE = "id.kentongan."
DAY = 86_400.0
MINUTE = 60.0
UNKNOWN = "00"  # a place token that is not known


@dataclass(frozen=True)
class Event:
    """One message to publish; `id` is derived from what it says, so that telling it twice is telling it once."""

    id: str
    subject: str
    kind: EventKind
    body: bytes


PROBED = ("REPORTS", "KNOWN", "INCIDENTS", "INBOUND")  # those without which nothing can be promised or told
PROBE_TTL = "2s"  # how long a message lives that was only to be kept


def probe_subject(stream: str) -> str:
    """Return the subject of the messages by which it is tried whether a stream keeps one."""
    return f"probe.{stream.lower()}"


STREAM_OF = {
    "report": "REPORTS",
    "incident": "INCIDENTS",
    "alert": "INCIDENTS",
    "warning": "INCIDENTS",
    "inbound": "INBOUND",
    "audit": "CHECKPOINTS",
}

# What each kind carries. A kind without an entry here cannot be published, and everything here is described.
PAYLOADS: Mapping[EventKind, type[BaseModel]] = {
    EventKind.REPORT_FILED: SealedReport,
    **dict.fromkeys((kind for kind in EventKind if kind.startswith("incident.")), IncidentEvent),
    **dict.fromkeys((kind for kind in EventKind if kind.startswith("warning.")), WarningEvent),
    EventKind.INBOUND_MESSAGE: SealedMessage,
    EventKind.INBOUND_RECEIPT: InboundReceipt,
    EventKind.AUDIT_CHECKPOINT: AuditCheckpoint,
}

# Nobody is told anew of these: a sitrep, a wish that moved the ladder at once, and an incident that is another's now.
_NO_NEWS = (
    EventKind.INCIDENT_REPORTED,
    EventKind.INCIDENT_ESCALATION_ASKED,
    EventKind.INCIDENT_MERGED,
    EventKind.INCIDENT_DECLINED,
    EventKind.INCIDENT_ACKNOWLEDGEMENT_WITHDRAWN,
    EventKind.WARNING_ENDED,
)
HEARD: Mapping[str, tuple[EventKind, ...]] = {
    "triage": (EventKind.REPORT_FILED,),
    "notify": tuple(kind for kind in EventKind if kind.startswith(("incident.", "warning.")) and kind not in _NO_NEWS),
    "answers": (EventKind.INBOUND_MESSAGE, EventKind.INBOUND_RECEIPT),
}


def stream_of(kind: str) -> str:
    """Return the stream that keeps a kind of message, or a subject."""
    return STREAM_OF[kind.partition(".")[0]]


DIVIDED = ("triage", "notify")  # what people answer and providers tell has no place, and is not divided
_DIGITS = tuple(f"{number:02}" for number in range(100))  # how a subject names its kecamatan


def partition_of(kecamatan: str, partitions: int) -> int:
    """Return which partition, from 1 on, has a kecamatan, by the two digits that end its subjects.

    The kecamatan of a kabupaten are numbered one after the other: so each partition has as many as the next. What has
    no kecamatan belongs to the first.

    >>> [partition_of(digits, 4) for digits in ("00", "01", "02", "03", "04", "20")]
    [1, 2, 3, 4, 1, 1]
    """
    return int(kecamatan) % partitions + 1


def durable_of(service: str, number: int, partitions: int) -> str:
    """Return the name of the consumer that has one partition of a service's work; undivided work has the service's.

    >>> durable_of("triage", 1, 1), durable_of("triage", 2, 4)
    ('triage', 'triage-2-of-4')
    """
    return service if partitions == 1 else f"{service}-{number}-of-{partitions}"


def service_of(durable: str) -> str:
    """Return the service that takes from a consumer, whatever partition that has.

    >>> service_of("notify"), service_of("notify-3-of-4"), service_of("count0af7")
    ('notify', 'notify', 'count0af7')
    """
    service, *division = durable.split("-")
    divided = len(division) == 3 and division[0].isdigit() and division[1] == "of" and division[2].isdigit()  # noqa: PLR2004 - 3 of 4
    return service if divided and service in DIVIDED else durable


Consumer = tuple[str, str, list[str]]  # stream, durable, subjects


def consumers(partitions: int = 1) -> tuple[Consumer, ...]:
    """Return every consumer; each of `DIVIDED` once for each partition, with the subjects of its kecamatan."""
    found: list[Consumer] = []
    for service, kinds in HEARD.items():
        stream = stream_of(kinds[0])
        if partitions == 1 or service not in DIVIDED:
            found.append((stream, service, [f"{kind}.>" for kind in kinds]))
            continue
        for number in range(1, partitions + 1):
            digits = [one for one in _DIGITS if partition_of(one, partitions) == number]
            subjects = [f"{kind}.*.{one}" for kind in kinds for one in digits]
            found.append((stream, durable_of(service, number, partitions), subjects))
    return tuple(found)


CONSUMERS = consumers()


def place_subject(kind: EventKind, kabupaten: str | None, kecamatan: str | None) -> str:
    """Return the subject of a message about a place, from Kemendagri codes; `00` stands for what is not known.

    A kecamatan's code begins with its kabupaten's, which counts.

    >>> place_subject(EventKind.INCIDENT_OPENED, "35.23", "35.23.11")
    'incident.opened.3523.11'
    >>> place_subject(EventKind.INCIDENT_OPENED, "35.22", None), place_subject(EventKind.INCIDENT_OPENED, None, None)
    ('incident.opened.3522.00', 'incident.opened.00.00')
    """
    regency, district = (kecamatan[:-3], kecamatan[-2:]) if kecamatan else (kabupaten or UNKNOWN, UNKNOWN)
    return f"{kind}.{regency.replace('.', '')}.{district}"


def incident_event(kind: EventKind, event: IncidentEvent, kabupaten: str | None, kecamatan: str | None) -> Event:
    """Build the bus event of one change of an incident; the codes are the incident's own."""
    subject = place_subject(kind, kabupaten, kecamatan)
    return Event(f"{event.incident}:{event.revision}", subject, kind, event.model_dump_json().encode())


def warning_event(kind: EventKind, event: WarningEvent, kabupaten: str | None) -> Event:
    """Build the bus event of what became of a warning."""
    subject = place_subject(kind, kabupaten, event.kecamatan)
    return Event(f"{event.warning}:{event.revision}", subject, kind, event.model_dump_json().encode())


def inbound_message(message: InboundMessage) -> Event:
    """Build the bus event of what somebody sent us."""
    kind = EventKind.INBOUND_MESSAGE
    return Event(message.id, f"{kind}.{message.channel}", kind, message.model_dump_json().encode())


def inbound_receipt(id_: str, receipt: InboundReceipt) -> Event:
    """Build the bus event of what a provider tells of a message of ours."""
    kind = EventKind.INBOUND_RECEIPT
    return Event(id_, f"{kind}.{receipt.channel}", kind, receipt.model_dump_json().encode())


def checkpoint_event(line: int, hash_: str, checkpoint: AuditCheckpoint) -> Event:
    """Build the bus event of a checkpoint of the audit log at a line."""
    kind = EventKind.AUDIT_CHECKPOINT
    return Event(f"{line}:{hash_[:16]}", str(kind), kind, checkpoint.model_dump_json().encode())


def probe(stream: str) -> tuple[str, bytes, dict[str, str]]:
    """Give the message by which it is tried whether a stream keeps one: heard by nobody, and gone after seconds."""
    return probe_subject(stream), b"", {"Nats-TTL": PROBE_TTL, "Nats-Expected-Stream": stream}


def described_subject(kind: EventKind) -> str:
    """Return the subject of a kind with its variable parts named, as AsyncAPI writes it."""
    if kind == EventKind.AUDIT_CHECKPOINT:
        return str(kind)
    return f"{kind}.{{channel}}" if stream_of(kind) == "INBOUND" else f"{kind}.{{kabupaten}}.{{kecamatan}}"


def describe(broker: "NatsBroker") -> None:
    """Declare what travels, for AsyncAPI."""
    for kind, payload in PAYLOADS.items():
        broker.publisher(described_subject(kind), schema=payload, title=str(kind))
