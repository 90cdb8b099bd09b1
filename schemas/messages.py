"""Say what travels: the body of a report, the events on the bus, the body of a webhook.

Times are timezone-aware and kept in UTC; WIB (UTC+7) is only a way of showing them.
"""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from schemas.vocabulary import AlertReason, Basis, Blame, DeliveryState, Duty, FollowUp, IncidentState, Level

TEXT_LIMIT = 8000
CODE_KECAMATAN = r"^\d\d\.\d\d\.\d\d$"
CODE_DESA = r"^\d\d\.\d\d\.\d\d\.\d{4}$"


def _storable(text: str) -> str:
    """Refuse what no database, terminal or phone can hold: NUL and lone surrogates."""
    if "\x00" in text:
        msg = "must not hold a NUL character"
        raise ValueError(msg)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        msg = "must not hold a lone surrogate"
        raise ValueError(msg) from error
    return text


def _utc(moment: datetime) -> datetime:
    """Give the instant in UTC; the calendar's first and last hours may have none."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        msg = "must lie within the calendar in UTC too"
        raise ValueError(msg) from error


Text = Annotated[str, AfterValidator(_storable)]
ShortText = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True), AfterValidator(_storable)]
BodyText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=TEXT_LIMIT, strip_whitespace=True),
    AfterValidator(_storable),
]
Utc = Annotated[AwareDatetime, AfterValidator(_utc)]


class Frozen(BaseModel):
    """Base of everything that travels: strict about unknown fields, never changed after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Position(Frozen):
    """A GPS fix: degrees WGS 84, accuracy in metres."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    accuracy_m: float | None = Field(default=None, ge=0, le=100_000)


class ReportIn(Frozen):
    """What a reporter sends to `POST /v1/reports`; field names are a contract."""

    id: UUID | None = None
    text: BodyText
    observed_at: Utc | None = None
    observed_until: Utc | None = None  # end of a range or of a day that `observed_at` begins
    kecamatan: Annotated[str, StringConstraints(pattern=CODE_KECAMATAN)] | None = None
    desa: Annotated[str, StringConstraints(pattern=CODE_DESA)] | None = None
    place: ShortText | None = None
    position: Position | None = None
    issue: Annotated[str, StringConstraints(max_length=20, pattern=r"^[A-Z]{2,12}$")] | None = None
    basis: Basis | None = None
    parties: list[ShortText] = Field(default_factory=list, max_length=20)
    killed: int | None = Field(default=None, ge=0, le=1_000_000, strict=True)
    injured: int | None = Field(default=None, ge=0, le=1_000_000, strict=True)
    crowd: int | None = Field(default=None, ge=0, le=10_000_000, strict=True)
    opinion: Annotated[str, StringConstraints(max_length=4000), AfterValidator(_storable)] | None = None
    contact: ShortText | None = None
    anonymous: bool = Field(default=False, strict=True)
    exercise: bool = Field(default=False, strict=True)
    archive: bool = Field(default=False, strict=True)  # history: kept, judged and counted, nobody is alerted
    attachments: list[ShortText] = Field(default_factory=list, max_length=10)
    follows: UUID | None = None  # the earlier report of which this one tells more; the door has seen its receipt
    follows_as: FollowUp | None = None  # what it is to that one; None where it names none


class Source(Frozen):
    """Who told it and by which way; identity data, kept apart from the report."""

    reporter: str  # key id, "anonymous", or "intake:<name>"
    name: str | None = None
    institution: str | None = None
    channel: str = "api"  # api, form, siladeni, message, sms, ...
    reliability: str = "F"  # Admiralty letter of this source as known when filed
    handle: str = ""  # the keyed handle of this source, known once the report is opened


class ReportFiled(Frozen):
    """`id.kentongan.report.filed.v1`: a report that has been accepted, never edited after."""

    id: UUID
    filed_at: Utc
    report: ReportIn
    source: Source
    notes: dict[str, str] = Field(default_factory=dict)  # unknown columns of an export file


class SealedReport(Frozen):
    """`id.kentongan.report.filed.v1` as it lies on the bus: a ReportFiled that only the key of this id opens."""

    id: UUID
    filed_at: Utc
    key: str  # id of the key; it lies, wrapped, on another subject, and can be erased
    sealed: str  # AES-256-GCM, URL-safe base64


class SealedMessage(Frozen):
    """`id.kentongan.inbound.message.v1` as it lies on the bus: an InboundMessage, sealed."""

    id: str
    channel: str
    at: Utc
    sealed: str  # AES-256-GCM, URL-safe base64


class Prepared(Frozen):
    """A report made ready at the door of a gateway, for when its message turns out to be no answer."""

    filed: ReportFiled
    digest: str  # of what was said and by whom


class InboundMessage(Frozen):
    """`id.kentongan.inbound.message.v1`: what somebody sent us; the sender is who the provider vouches for."""

    id: str  # derived from the provider's own, so that its retries are one message
    channel: str  # a channel's name, or that of a gateway with a key
    sender: str
    text: str
    at: Utc  # when it reached our door
    vouched: bool = False  # the channel proves who sent it; else the sender may be forged, and only a code counts
    reports: tuple[Prepared, ...] = ()  # by a gateway that passes reports on
    media: str = ""  # kind of what came with the words, or instead of them: photo, voice, ...; it is not kept
    edited: bool = False  # the words are a correction of an earlier message
    position: Position | None = None  # shared from a phone


class InboundReceipt(Frozen):
    """`id.kentongan.inbound.receipt.v1`: what a provider tells later of one message of ours."""

    channel: str
    provider_id: str
    state: DeliveryState
    told_at: Utc  # by the provider, or when it reached our door
    error: str = ""
    delivery_id: str | None = None
    blame: Blame = Blame.ADDRESS  # of a message given up


class AuditCheckpoint(Frozen):
    """`id.kentongan.audit.checkpoint.v1`: what the audit log was, signed; read by services/security/checkpoints.py."""

    statement: str = Field(max_length=2000)  # JSON, as it was signed
    signatures: dict[str, str] = Field(max_length=8)  # public key -> Ed25519 signature of the statement, hexadecimal


class IncidentEvent(Frozen):
    """`id.kentongan.incident.*.v1`: ids and facts of one change; the rows are in the store."""

    incident: UUID
    revision: int  # of the incident, grows by one with each change
    reason: AlertReason
    level: Level
    report: UUID | None = None


class AlertData(Frozen):
    """Data of `id.kentongan.alert.v1`, the webhook's body; a contract."""

    incident: UUID
    reports: list[UUID]
    institution: str
    duty: Duty
    round: int
    reason: AlertReason
    level: str
    score: int | None  # None, as `form`, `occurred` and the desa, where the recipient's clearance is too low
    issue: str
    form: str | None
    place: dict[str, Any]
    occurred: dict[str, Any] | None
    ack_due: datetime | None
    exercise: bool
    url: str
    text: str | None = None
    outcome: IncidentState | None = None  # of a closing: settled or dismissed
    on_the_way: bool | None = None  # of a closing: whether the institution had answered
    released: bool | None = None  # the institution led until now, and has a copy from now on
