"""Declare streams, consumers and subjects, and say what each message is called; nothing else knows them."""

from dataclasses import dataclass

from faststream.nats import NatsBroker
from nats.js.api import (
    StreamConfig,
)

from schemas.messages import InboundMessage, InboundReceipt, IncidentEvent, ReportFiled

TYPE = "id.kentongan."
DAY = 86_400.0


@dataclass(frozen=True)
class Event:
    """One message to publish; `id` is derived from what it says, so that telling it twice is telling it once."""

    id: str
    subject: str
    kind: str  # "incident.opened", ... without the type's prefix and version
    body: bytes


STREAMS = (
    # The dedupe window is what turns a report's id into "known": as long as its retention (docs/decisions/0004).
    StreamConfig(name="REPORTS", subjects=["report.filed.>"], duplicate_window=400 * DAY, max_age=400 * DAY),
    StreamConfig(
        name="INCIDENTS", subjects=["incident.>", "alert.>", "warning.>"], duplicate_window=DAY, max_age=30 * DAY
    ),
    # A provider that got no answer from us tells again for days; what it says is answered once.
    StreamConfig(name="INBOUND", subjects=["inbound.>"], duplicate_window=7 * DAY, max_age=30 * DAY),
    StreamConfig(
        name="DEADLETTERS",
        subjects=["$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>", "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>"],
        max_age=400 * DAY,
        duplicate_window=120.0,
    ),
)
CONSUMERS = (
    ("REPORTS", "triage", ["report.filed.>"]),
    (
        "INCIDENTS",
        "notify",
        [
            "incident.opened.>",
            "incident.raised.>",
            "incident.changed.>",
            "incident.assessed.>",
            "incident.verified.>",
            "incident.split.>",
            "incident.referred.>",
            "incident.acknowledged.>",
            "incident.settled.>",
            "incident.reopened.>",
            "incident.dismissed.>",
        ],
    ),
    ("INBOUND", "answers", ["inbound.message.>", "inbound.receipt.>"]),
)


def place_tokens(kabupaten: str, kecamatan: str | None) -> str:
    """Give the two place tokens of a subject.

    >>> place_tokens("35.23", "35.23.11"), place_tokens("35.23", None)
    ('3523.11', '3523.00')
    """
    return f"{kabupaten.replace('.', '')}.{kecamatan[-2:] if kecamatan else '00'}"


def incident_event(event: IncidentEvent, kabupaten: str, kecamatan: str | None) -> Event:
    """Build the bus event of one change of an incident."""
    kind = f"incident.{event.reason.value}"
    subject = f"{kind}.{place_tokens(kabupaten, kecamatan)}"
    return Event(f"{event.incident}:{event.revision}", subject, kind, event.model_dump_json().encode())


def inbound_message(message: InboundMessage) -> Event:
    """Build the bus event of what somebody sent us."""
    kind = "inbound.message"
    return Event(message.id, f"{kind}.{message.channel}", kind, message.model_dump_json().encode())


def inbound_receipt(id_: str, receipt: InboundReceipt) -> Event:
    """Build the bus event of what a provider tells of a message of ours."""
    kind = "inbound.receipt"
    return Event(id_, f"{kind}.{receipt.channel}", kind, receipt.model_dump_json().encode())


def stream_of(subject: str) -> str:
    """Give the stream that keeps a subject."""
    return "INBOUND" if subject.startswith("inbound.") else "INCIDENTS"


def describe(broker: NatsBroker) -> None:
    """Declare what travels, for AsyncAPI."""
    broker.publisher("report.filed.{kabupaten}.{kecamatan}", schema=ReportFiled, title="report.filed")
    for kind in (
        "opened",
        "raised",
        "changed",
        "acknowledged",
        "reported",
        "referred",
        "settled",
        "dismissed",
        "reopened",
        "merged",
    ):
        broker.publisher(f"incident.{kind}.{{kabupaten}}.{{kecamatan}}", schema=IncidentEvent, title=f"incident.{kind}")
    broker.publisher("inbound.message.{channel}", schema=InboundMessage, title="inbound.message")
    broker.publisher("inbound.receipt.{channel}", schema=InboundReceipt, title="inbound.receipt")
