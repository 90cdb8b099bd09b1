"""Say what is kept: the tables. Rows are built from messages that were validated at the door; tables validate nothing.

Times are aware and stored as UTC. Every state change writes its `Journal` line in the same transaction, which
services/store/transaction.py ensures. Levels are integers, so that SQL may compare them; other states are short words.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, UniqueConstraint, text
from sqlmodel import Field

from schemas.record import Record
from schemas.rows import (
    AddressCheckRow,
    AddressRow,
    AlertRow,
    AnsweredRow,
    AnswerTokenRow,
    ChainRow,
    ConflictStatusRow,
    DateEntryRow,
    DeliveryRow,
    EarlyWarningRow,
    IncidentRow,
    IndicatorRow,
    InvitationRow,
    JournalRow,
    JudgementRow,
    KeyRow,
    LadderRow,
    OptOutRow,
    OutboxRow,
    OutcomeRow,
    PasskeyRow,
    PersonRow,
    ProviderLinkRow,
    ReplyCodeRow,
    ReporterKeyRow,
    ReportRow,
    ReportSourceRow,
    SecondFactorRow,
    ShiftRow,
    SignInRow,
    SitrepRow,
    SpentChallengeRow,
    SuggestionRow,
    TombstoneRow,
)

BUNDLED = text("bundle_code IS NOT NULL")  # few of many deliveries
FOLDED = text("folded_into IS NOT NULL")  # few of many reports
DRILLS = text("kind = 'drill.begun'")  # few of many lines


def _json(default: Any = dict) -> Any:
    return Field(default_factory=default, sa_column=Column(JSON, nullable=False))


class Report(Record[ReportRow], table=True):
    """One telling by one source, never edited after it is filed."""

    __tablename__: ClassVar[Any] = "report"
    __table_args__ = (Index("ix_report_folded_into", "folded_into", postgresql_where=FOLDED, sqlite_where=FOLDED),)
    id: str = Field(primary_key=True)
    digest: str
    filed_at: datetime
    observed_at: datetime | None = None
    text: str
    told: dict[str, Any] = _json()  # the other fields of ReportIn as given, without identity
    notes: dict[str, Any] = _json()
    channel: str
    institution: str | None = None
    source: str  # an opaque handle of the source, for telling independent sources apart
    exercise: bool = False
    anonymous: bool = False
    incident_id: str = Field(index=True)
    outcome: str  # opened, changed, raised, reopened, copied: what this report did to its incident
    revision: int  # of the incident, after this report
    level: int
    folded_into: str | None = None  # where an officer's merge or split has put it since; None: as triage decided


class ReportSource(Record[ReportSourceRow], table=True):
    """Who filed a report: identity data, apart from the report, read by a verifier with a logged reason."""

    __tablename__: ClassVar[Any] = "report_source"
    report_id: str = Field(primary_key=True)
    reporter: str  # a keyed handle once sealed; names of programs and "anonymous" stay
    name: str | None = None
    contact: str | None = None
    sealed: str | None = None  # these three and more, under the report's key; None: kept in plain text by 0.1


class ReporterKey(Record[ReporterKeyRow], table=True):
    """The key of one report, wrapped by the master; erased, nothing opens what it has sealed. `root` keys handles."""

    __tablename__: ClassVar[Any] = "reporter_key"
    id: str = Field(primary_key=True)  # the report's
    person: str | None = Field(default=None, index=True)  # keyed handle of who reported
    wrapped: str
    made_at: datetime


class Tombstone(Record[TombstoneRow], table=True):
    """A report that was erased, by the keyed hash of its id: filed or told again, it stays erased."""

    __tablename__: ClassVar[Any] = "tombstone"
    id: str = Field(primary_key=True)
    at: datetime


class Judgement(Record[JudgementRow], table=True):
    """One assessment of one report or, by an officer, of an incident; machine's and officer's stand side by side."""

    __tablename__: ClassVar[Any] = "judgement"
    id: str = Field(primary_key=True)
    incident_id: str = Field(index=True)
    report_id: str | None = None
    by: str  # "machine" or a person's id
    at: datetime
    ruleset: str
    data: dict[str, Any] = _json()
    reason: str | None = None


class Incident(Record[IncidentRow], table=True):
    """What happened or threatens, told by one or more reports."""

    __tablename__: ClassVar[Any] = "incident"
    __table_args__ = (Index("ix_incident_open", "state", "opened_at"),)
    id: str = Field(primary_key=True)
    state: str = "open"
    exercise: bool = False
    issue: str
    sub_issue: str | None = None
    issue_secondary: str | None = None
    form: str
    stage: str
    level: int
    score: int
    confidence: int
    rating: str
    handling: str
    conflict: bool = True
    kabupaten: str | None = None
    kecamatan: str | None = None
    desa: str | None = None
    place: dict[str, Any] = _json()
    occurred_start: datetime | None = None
    occurred_end: datetime | None = None
    facts: dict[str, Any] = _json()  # fact -> [{report, min, max}]: each figure with its source
    reasons: list[Any] = _json(list)
    missing: list[Any] = _json(list)
    parties: list[Any] = _json(list)
    features: dict[str, Any] = _json()  # what correlation compares (triage's Candidate)
    sources: list[Any] = _json(list)  # handles of the sources that told it
    reports: int = 1
    opened_at: datetime = Field(index=True)
    changed_at: datetime
    closed_at: datetime | None = None
    close_reason: str | None = None
    revision: int = 1
    round: int = 1  # alerting rounds: grows when severity rises
    stamp: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, index=True))  # its last journal line
    merged_into: str | None = None
    given: list[Any] = _json(list)  # columns that an officer gave: no report changes them
    origin: str = "reports"  # an Origin: what people reported, or a warning on its way to people


class Suggestion(Record[SuggestionRow], table=True):
    """Two incidents that may be one, with reasons; a person confirms or refuses."""

    __tablename__: ClassVar[Any] = "suggestion"
    id: str = Field(primary_key=True)
    incident_id: str = Field(index=True)
    other_id: str = Field(index=True)
    report_id: str
    score: float
    reasons: list[Any] = _json(list)
    state: str = "open"  # open, confirmed, refused, outdone by better ones
    made_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None


class Alert(Record[AlertRow], table=True):
    """What one institution owes one incident, and how far it has come."""

    __tablename__: ClassVar[Any] = "alert"
    __table_args__ = (UniqueConstraint("incident_id", "institution", "unit"),)
    id: str = Field(primary_key=True)
    incident_id: str = Field(index=True)
    institution: str = Field(index=True)
    unit: str = ""  # kecamatan or desa code of a local unit
    duty: str
    needed: bool = False  # the ladder waits for this answer too, not the lead's alone
    why: list[Any] = _json(list)
    state: str = "owed"
    round: int = 1
    reason: str = "opened"
    level: int
    redacted: bool = False  # a civil lead outside Kominda gets a request without source and names
    owed_at: datetime
    delivered_at: datetime | None = None
    seen_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_how: str | None = None  # page, api, sms, phone, ...
    acknowledged_reason: str | None = None
    reported_at: datetime | None = None
    ack_due: datetime | None = None
    remind_at: datetime | None = Field(default=None, index=True)
    held_by: str | None = Field(default=None, index=True)  # the silence whose end `remind_at` waits for
    reminders: int = 0
    sitrep_due: datetime | None = Field(default=None, index=True)
    handed_to: str | None = None  # the person who is asked in the stead of `handed_by`, while he is on duty
    handed_by: str | None = None
    handed_at: datetime | None = None  # or, with nobody in `handed_to`, when it was taken back


class Ladder(Record[LadderRow], table=True):
    """The escalation of one incident: a timer that is a row."""

    __tablename__: ClassVar[Any] = "ladder"
    incident_id: str = Field(primary_key=True)
    step: int = 0  # next rung to climb
    loops: int = 0
    round: int = 1  # alerting round already turned into alerts
    started_at: datetime | None = None  # delivery of the lead's alert, or when it was owed if nobody could be reached
    next_at: datetime | None = Field(default=None, index=True)
    stopped: str | None = None  # a LadderStop
    policy: dict[str, Any] = _json()  # the clock as it stood when the incident opened


class Delivery(Record[DeliveryRow], table=True):
    """One message to one address on one channel, owed before it is sent."""

    __tablename__: ClassVar[Any] = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "next_at"),
        Index("ix_delivery_address", "address", "sent_at"),
        Index("ix_delivery_bundle", "person_id", postgresql_where=BUNDLED, sqlite_where=BUNDLED),
    )
    id: str = Field(primary_key=True)
    alert_id: str = Field(index=True)
    incident_id: str = Field(index=True)
    person_id: str | None = None
    channel: str
    address: str
    round: int
    reason: str
    payload: dict[str, Any] = _json()  # what is sent, frozen when it was decided
    classification: int = 1  # of the words in it
    urgent: bool = False
    state: str = "pending"
    attempts: int = 0
    owed_at: datetime
    next_at: datetime | None = None
    leased_by: str | None = None
    held: str | None = None  # why it waits though nothing failed: limit, digest
    bundle_id: str | None = None  # the one message in which it went out together with others
    bundle_code: str | None = None  # by which one reply accepts all that this message asked for
    sent_at: datetime | None = None
    provider_id: str | None = Field(default=None, index=True)
    error: str | None = None


class Sitrep(Record[SitrepRow], table=True):
    """What an institution found and did (laporan lanjutan)."""

    __tablename__: ClassVar[Any] = "sitrep"
    id: str = Field(primary_key=True)
    incident_id: str = Field(index=True)
    institution: str
    by: str
    at: datetime
    text: str


class Person(Record[PersonRow], table=True):
    """Somebody who signs in or is told: a post in an institution, never a name in git."""

    __tablename__: ClassVar[Any] = "person"
    id: str = Field(primary_key=True)
    name: str
    login: str = Field(unique=True)
    password: str | None = None  # argon2 hash
    role: str
    institution: str | None = Field(default=None, index=True)
    unit: str = ""
    post: str = ""
    clearance: int = 1
    language: str = "id"
    active: bool = True
    named_for: list[Any] = _json(list)  # issues that go to named persons only, and name this one


class Address(Record[AddressRow], table=True):
    """Where a person is reached; used only once verified."""

    __tablename__: ClassVar[Any] = "address"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    channel: str
    address: str = Field(index=True)
    rank: int = 1
    verified_at: datetime | None = None
    disabled_at: datetime | None = None
    disabled_why: str | None = None  # gone: its push service says so; moved: the device is somebody else's now
    label: str | None = None  # what the person knows a device by
    failed_at: datetime | None = None  # when a message to it was last given up for a reason that lies in the address
    avoided_at: datetime | None = None  # since when it is the person's last choice, because of that


class Shift(Record[ShiftRow], table=True):
    """A stretch of duty or absence of one person; `kind` is duty, override or absence."""

    __tablename__: ClassVar[Any] = "shift"
    id: str = Field(primary_key=True)
    person_id: str = Field(index=True)
    institution: str
    kind: str = "duty"
    start: datetime
    end: datetime
    note: str = ""


class Key(Record[KeyRow], table=True):
    """A key of a program or reporter; its secret is not kept, it proves itself by its signature."""

    __tablename__: ClassVar[Any] = "key"
    id: str = Field(primary_key=True)
    kid: str | None = Field(default=None, unique=True)  # the number that is signed; None: made by 0.1, known by its id
    name: str
    role: str
    institution: str | None = None
    reliability: str = "F"
    may_reply: bool = False  # whoever a report by this key names as contact hears what became of it
    scopes: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))  # None: those of its role
    channel: str | None = None  # the one that a gateway's key speaks for
    made_at: datetime
    ends_at: datetime | None = None
    revoked_at: datetime | None = None


class SignIn(Record[SignInRow], table=True):
    """A session cookie's hash and whose it is."""

    __tablename__: ClassVar[Any] = "sign_in"
    id: str = Field(primary_key=True)  # sha256 of the cookie
    person_id: str = Field(index=True)
    made_at: datetime
    ends_at: datetime
    mark: str | None = None  # digest of password, role and office: the session ends with any of them
    agent: str = ""  # what the browser says it is, for whoever looks at his own sessions
    provider_account: str | None = Field(default=None, index=True)  # `ProviderLink.id` of whoever was vouched for
    provider_session: str | None = Field(default=None, index=True)  # digest of the session there
    two_steps: bool = False  # were shown when it began, or since


class AnswerToken(Record[AnswerTokenRow], table=True):
    """A single-use, short-lived button of one delivery, bound to one recipient."""

    __tablename__: ClassVar[Any] = "answer_token"
    id: str = Field(primary_key=True)  # sha256 of the token
    alert_id: str = Field(index=True)
    delivery_id: str
    person_id: str | None = None
    ends_at: datetime
    used_at: datetime | None = None


class ReplyCode(Record[ReplyCodeRow], table=True):
    """The four digits by which one person answers one alert from a message; one of a kind among his open alerts."""

    __tablename__: ClassVar[Any] = "reply_code"
    id: str = Field(primary_key=True)  # of person and alert
    person_id: str = Field(index=True)
    alert_id: str = Field(index=True)
    incident_id: str = Field(index=True)
    code: str
    made_at: datetime
    spent: list[str] = _json(list)  # codes of before, each used for its one acknowledgement
    accepted_at: datetime | None = None  # when this code has acknowledged
    escalated_at: datetime | None = None


class Answered(Record[AnsweredRow], table=True):
    """An inbound message that has had its effect, so that telling it again has none. Its words are not kept here."""

    __tablename__: ClassVar[Any] = "answered"
    __table_args__ = (Index("ix_answered_sender", "sender", "at"),)
    id: str = Field(primary_key=True)  # the message's
    at: datetime
    channel: str
    sender: str  # an opaque handle of the address
    kind: str  # accepted, escalated, reported, asked, unknown, report, stopped, started, verified, ...
    person_id: str | None = None
    incident_id: str | None = None
    said: str | None = None  # a handle of its words, by which a program that answers itself is known


class AddressCheck(Record[AddressCheckRow], table=True):
    """A six-digit code sent to an address, to prove that who reads there is who we think."""

    __tablename__: ClassVar[Any] = "address_check"
    address_id: str = Field(primary_key=True)
    code_hash: str
    ends_at: datetime
    tries: int = 0


class OptOut(Record[OptOutRow], table=True):
    """An address without a person behind it (a reporter's) that asked to be left alone."""

    __tablename__: ClassVar[Any] = "opt_out"
    id: str = Field(primary_key=True)  # an opaque handle of the address
    at: datetime


class ConflictStatus(Record[ConflictStatusRow], table=True):
    """A recorded status keadaan konflik (UU 7/2012): the software records it, never sets it."""

    __tablename__: ClassVar[Any] = "conflict_status"
    number: str = Field(primary_key=True)
    scale: str
    start: datetime
    end: datetime
    tni_support: bool = False
    recorded_by: str
    ended_at: datetime | None = None


class Journal(Record[JournalRow], table=True):
    """One line per state change, chained by hash: who, when, what. A line without a hash is not sealed yet."""

    __tablename__: ClassVar[Any] = "journal"
    __table_args__ = (Index("ix_journal_drills", "seq", postgresql_where=DRILLS, sqlite_where=DRILLS),)
    seq: int = Field(
        sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    )
    at: datetime
    actor: str
    kind: str
    incident_id: str | None = Field(default=None, index=True)
    subject_id: str | None = None  # the report, alert, delivery, ... it is about
    data: dict[str, Any] = _json()
    rows: dict[str, str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))  # row -> its digest
    hash: str = ""


class Chain(Record[ChainRow], table=True):
    """The head of the journal: one row, the newest line that is sealed."""

    __tablename__: ClassVar[Any] = "chain"
    id: int = Field(primary_key=True)
    seq: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    hash: str = ""
    rows_as_of: str = ""  # the shape of the tables whose rows the journal has taken over as they stood


class Outbox(Record[OutboxRow], table=True):
    """An event born from a person's act, owed to the bus."""

    __tablename__: ClassVar[Any] = "outbox"
    id: str = Field(primary_key=True)
    subject: str
    kind: str
    body: dict[str, Any] = _json()
    made_at: datetime


class Invitation(Record[InvitationRow], table=True):
    """A link by which one person chooses a password, once; its word is kept as a hash."""

    __tablename__: ClassVar[Any] = "invitation"
    id: str = Field(primary_key=True)  # sha256 of the link's word
    person_id: str = Field(index=True)
    made_by: str
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None


class SecondFactor(Record[SecondFactorRow], table=True):
    """The secret of a person's authenticator (RFC 6238), sealed with a key of the installation, and his way back."""

    __tablename__: ClassVar[Any] = "second_factor"
    person_id: str = Field(primary_key=True)
    sealed: str
    made_at: datetime
    proved_at: datetime | None = None  # when a code of it was shown first; asked for at the door from then on
    last_step: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # a code counts once
    recovery: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # digests of unused codes
    next_sealed: str | None = None  # the secret it moves to, which counts once a code of it was shown
    next_at: datetime | None = None


class Passkey(Record[PasskeyRow], table=True):
    """The public half of a passkey of a person (W3C Web Authentication); its secret half never leaves his device."""

    __tablename__: ClassVar[Any] = "passkey"
    id: str = Field(primary_key=True)  # of the credential, base64url
    person_id: str = Field(index=True)
    handle: str  # by which keys know the person: random, base64url
    public_key: str  # COSE, base64url
    count: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # signatures it has made, 0: no counter
    name: str = ""
    site: str  # the host name it was made for
    made_at: datetime
    used_at: datetime | None = None


class SpentChallenge(Record[SpentChallengeRow], table=True):
    """What counts once: a question to a passkey, a provider's word that a session is over; kept until it is too old."""

    __tablename__: ClassVar[Any] = "spent_challenge"
    id: str = Field(primary_key=True)  # a digest
    ends_at: datetime


class ProviderLink(Record[ProviderLinkRow], table=True):
    """Which account at an office's own sign-in provider is a person's."""

    __tablename__: ClassVar[Any] = "provider_link"
    id: str = Field(primary_key=True)  # sha256 of issuer and the provider's own name of the account
    person_id: str = Field(index=True)
    issuer: str
    made_at: datetime


class EarlyWarning(Record[EarlyWarningRow], table=True):
    """What early warning found; its answers, ladder and end stand on the row of `incident` with the same id.

    Days are ISO dates of the district's own time.
    """

    __tablename__: ClassVar[Any] = "warning"
    id: str = Field(primary_key=True)
    kind: str = Field(index=True)  # a WarningKind
    area: str = ""  # code of a kecamatan; empty: the whole district
    group: str = ""  # of issues; empty: all
    rule: str = ""  # code of a threshold rule, or of a window of the calendar
    day: str  # on which it was raised
    told_day: str  # on which people were last told of it
    ends_day: str  # after which it ends by itself
    raised_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    exercise: bool = False
    facts: dict[str, Any] = _json()  # numbers behind it, and the ids of the incidents
    words: dict[str, Any] = _json()  # language -> the sentence, as it was told


class Outcome(Record[OutcomeRow], table=True):
    """What one person says a warning was worth; the newest word of each person counts."""

    __tablename__: ClassVar[Any] = "outcome"
    id: str = Field(primary_key=True)  # of warning and person
    warning_id: str = Field(index=True)
    by: str
    institution: str | None = None
    useful: bool
    became: str  # escalated, calmed, nothing, unknown
    note: str = ""
    at: datetime


class Indicator(Record[IndicatorRow], table=True):
    """A sign of tension or of peace that somebody has seen in a kecamatan in a week."""

    __tablename__: ClassVar[Any] = "indicator"
    id: str = Field(primary_key=True)  # of week, kecamatan and code
    week: str = Field(index=True)  # ISO date of its Monday
    kecamatan: str
    code: str
    note: str = ""
    by: str
    at: datetime


class DateEntry(Record[DateEntryRow], table=True):
    """A vulnerable window that a person entered: a permit, a schedule, an announced protest; days are ISO dates."""

    __tablename__: ClassVar[Any] = "date_entry"
    id: str = Field(primary_key=True)
    name: str
    first: str
    last: str
    issue: str
    kecamatan: str | None = None
    source: str  # where this is known from
    lowered: bool = False  # threshold rules ask for fewer incidents while it lasts
    reason: str = ""  # why they do
    by: str
    at: datetime
    withdrawn_at: datetime | None = None
