"""Type the rows of the tables, so that a type checker sees a column's name and kind where a row is read or written.

One TypedDict per table of records.py, by_hand.py, running.py and office/records.py, with the same names and types;
a test compares them. No key is required: a row to insert leaves out what has a default, a row to update all
that stays as it is. The database refuses what is missing.
"""

from datetime import datetime
from typing import Any, TypedDict


class ReportRow(TypedDict, total=False):
    """A row of `Report`."""

    id: str
    digest: str
    filed_at: datetime
    observed_at: datetime | None
    text: str
    told: dict[str, Any]
    notes: dict[str, Any]
    channel: str
    institution: str | None
    source: str
    exercise: bool
    anonymous: bool
    incident_id: str
    outcome: str
    revision: int
    level: int
    folded_into: str | None


class ReportSourceRow(TypedDict, total=False):
    """A row of `ReportSource`."""

    report_id: str
    reporter: str
    name: str | None
    contact: str | None
    sealed: str | None


class ReporterKeyRow(TypedDict, total=False):
    """A row of `ReporterKey`."""

    id: str
    person: str | None
    wrapped: str
    made_at: datetime


class TombstoneRow(TypedDict, total=False):
    """A row of `Tombstone`."""

    id: str
    at: datetime


class JudgementRow(TypedDict, total=False):
    """A row of `Judgement`."""

    id: str
    incident_id: str
    report_id: str | None
    by: str
    at: datetime
    ruleset: str
    data: dict[str, Any]
    reason: str | None


class IncidentRow(TypedDict, total=False):
    """A row of `Incident`."""

    id: str
    state: str
    exercise: bool
    issue: str
    sub_issue: str | None
    issue_secondary: str | None
    form: str
    stage: str
    level: int
    score: int
    confidence: int
    rating: str
    handling: str
    conflict: bool
    kabupaten: str | None
    kecamatan: str | None
    desa: str | None
    place: dict[str, Any]
    occurred_start: datetime | None
    occurred_end: datetime | None
    facts: dict[str, Any]
    reasons: list[Any]
    missing: list[Any]
    parties: list[Any]
    features: dict[str, Any]
    sources: list[Any]
    reports: int
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    close_reason: str | None
    revision: int
    round: int
    stamp: int
    merged_into: str | None
    given: list[Any]
    origin: str


class SuggestionRow(TypedDict, total=False):
    """A row of `Suggestion`."""

    id: str
    incident_id: str
    other_id: str
    report_id: str
    score: float
    reasons: list[Any]
    state: str
    made_at: datetime
    decided_at: datetime | None
    decided_by: str | None


class AlertRow(TypedDict, total=False):
    """A row of `Alert`."""

    id: str
    incident_id: str
    institution: str
    unit: str
    duty: str
    needed: bool
    why: list[Any]
    state: str
    round: int
    reason: str
    level: int
    redacted: bool
    owed_at: datetime
    delivered_at: datetime | None
    seen_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    acknowledged_how: str | None
    acknowledged_reason: str | None
    reported_at: datetime | None
    ack_due: datetime | None
    remind_at: datetime | None
    held_by: str | None
    reminders: int
    sitrep_due: datetime | None
    handed_to: str | None
    handed_by: str | None
    handed_at: datetime | None


class LadderRow(TypedDict, total=False):
    """A row of `Ladder`."""

    incident_id: str
    step: int
    loops: int
    round: int
    started_at: datetime | None
    next_at: datetime | None
    stopped: str | None
    policy: dict[str, Any]


class DeliveryRow(TypedDict, total=False):
    """A row of `Delivery`."""

    id: str
    alert_id: str
    incident_id: str
    person_id: str | None
    channel: str
    address: str
    round: int
    reason: str
    payload: dict[str, Any]
    classification: int
    urgent: bool
    state: str
    attempts: int
    owed_at: datetime
    next_at: datetime | None
    leased_by: str | None
    held: str | None
    bundle_id: str | None
    bundle_code: str | None
    sent_at: datetime | None
    provider_id: str | None
    error: str | None


class SitrepRow(TypedDict, total=False):
    """A row of `Sitrep`."""

    id: str
    incident_id: str
    institution: str
    by: str
    at: datetime
    text: str


class PersonRow(TypedDict, total=False):
    """A row of `Person`."""

    id: str
    name: str
    login: str
    password: str | None
    role: str
    institution: str | None
    unit: str
    post: str
    clearance: int
    language: str
    active: bool
    named_for: list[Any]


class AddressRow(TypedDict, total=False):
    """A row of `Address`."""

    id: str
    person_id: str
    channel: str
    address: str
    rank: int
    verified_at: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None
    label: str | None
    failed_at: datetime | None
    avoided_at: datetime | None


class ShiftRow(TypedDict, total=False):
    """A row of `Shift`."""

    id: str
    person_id: str
    institution: str
    kind: str
    start: datetime
    end: datetime
    note: str


class KeyRow(TypedDict, total=False):
    """A row of `Key`."""

    id: str
    name: str
    role: str
    institution: str | None
    reliability: str
    may_reply: bool
    kid: str | None
    scopes: list[str] | None
    channel: str | None
    made_at: datetime
    ends_at: datetime | None
    revoked_at: datetime | None


class SignInRow(TypedDict, total=False):
    """A row of `SignIn`."""

    id: str
    person_id: str
    made_at: datetime
    ends_at: datetime
    mark: str | None
    agent: str
    provider_account: str | None
    provider_session: str | None
    two_steps: bool


class AnswerTokenRow(TypedDict, total=False):
    """A row of `AnswerToken`."""

    id: str
    alert_id: str
    delivery_id: str
    person_id: str | None
    ends_at: datetime
    used_at: datetime | None


class ReplyCodeRow(TypedDict, total=False):
    """A row of `ReplyCode`."""

    id: str
    person_id: str
    alert_id: str
    incident_id: str
    code: str
    made_at: datetime
    spent: list[str]
    accepted_at: datetime | None
    escalated_at: datetime | None


class AnsweredRow(TypedDict, total=False):
    """A row of `Answered`."""

    id: str
    at: datetime
    channel: str
    sender: str
    kind: str
    person_id: str | None
    incident_id: str | None
    said: str | None


class AddressCheckRow(TypedDict, total=False):
    """A row of `AddressCheck`."""

    address_id: str
    code_hash: str
    ends_at: datetime
    tries: int


class OptOutRow(TypedDict, total=False):
    """A row of `OptOut`."""

    id: str
    at: datetime


class ConflictStatusRow(TypedDict, total=False):
    """A row of `ConflictStatus`."""

    number: str
    scale: str
    start: datetime
    end: datetime
    tni_support: bool
    recorded_by: str
    ended_at: datetime | None


class JournalRow(TypedDict, total=False):
    """A row of `Journal`."""

    seq: int
    at: datetime
    actor: str
    kind: str
    incident_id: str | None
    subject_id: str | None
    data: dict[str, Any]
    rows: dict[str, str] | None
    hash: str


class ChainRow(TypedDict, total=False):
    """A row of `Chain`."""

    id: int
    seq: int
    hash: str
    rows_as_of: str


class OutboxRow(TypedDict, total=False):
    """A row of `Outbox`."""

    id: str
    subject: str
    kind: str
    body: dict[str, Any]
    made_at: datetime


class SilenceRow(TypedDict, total=False):
    """A row of `Silence`."""

    id: str
    author: str
    reason: str
    issue: str | None
    form: str | None
    kecamatan: str | None
    institution: str | None
    exercise: bool | None
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    ended_by: str | None
    left_out: int


class ReferralRow(TypedDict, total=False):
    """A row of `Referral`."""

    id: str
    incident_id: str
    institution: str
    duty: str
    by: str
    reason: str
    at: datetime


class RulesInForceRow(TypedDict, total=False):
    """A row of `RulesInForce`."""

    id: int
    digest: str
    ruleset: str
    files: dict[str, Any]
    since: datetime
    proved: bool
    folders: dict[str, Any]
    refused: str | None
    objections: dict[str, Any]


class ProcessRow(TypedDict, total=False):
    """A row of `Process`."""

    id: str
    service: str
    instance: str
    host: str
    digest: str
    facts: dict[str, Any]
    started_at: datetime
    seen_at: datetime


class ProposalRow(TypedDict, total=False):
    """A row of `Proposal`."""

    id: str
    incident_id: str
    kind: str
    changes: dict[str, Any]
    level: int
    reason: str
    by: str
    institution: str
    made_at: datetime
    state: str
    decided_at: datetime | None
    decided_by: str | None
    note: str | None


class SecondFactorRow(TypedDict, total=False):
    """A row of `SecondFactor`."""

    person_id: str
    sealed: str
    made_at: datetime
    proved_at: datetime | None
    last_step: int
    recovery: list[Any]
    next_sealed: str | None
    next_at: datetime | None


class PasskeyRow(TypedDict, total=False):
    """A row of `Passkey`."""

    id: str
    person_id: str
    handle: str
    public_key: str
    count: int
    name: str
    site: str
    made_at: datetime
    used_at: datetime | None


class SpentChallengeRow(TypedDict, total=False):
    """A row of `SpentChallenge`."""

    id: str
    ends_at: datetime


class ProviderLinkRow(TypedDict, total=False):
    """A row of `ProviderLink`."""

    id: str
    person_id: str
    issuer: str
    made_at: datetime


class InvitationRow(TypedDict, total=False):
    """A row of `Invitation`."""

    id: str
    person_id: str
    made_by: str
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None


class NumberingRow(TypedDict, total=False):
    """A row of `Numbering`."""

    id: str
    last: int


class DocumentRow(TypedDict, total=False):
    """A row of `Document`."""

    id: str
    kind: str
    number: str
    institution: str
    classification: int
    subject: str
    body: dict[str, Any]
    incident_id: str | None
    author: str
    at: datetime


class AskRow(TypedDict, total=False):
    """A row of `Ask`."""

    id: str
    kind: str
    institution: str
    unit: str
    text: str
    classification: int
    incident_id: str | None
    document_id: str | None
    meeting_id: str | None
    input_id: str | None
    asked_by: str
    asked_for: str
    at: datetime
    due: datetime
    next_at: datetime | None
    told: int
    escalated_at: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    answer: str | None


class MeetingRow(TypedDict, total=False):
    """A row of `Meeting`."""

    id: str
    kind: str
    title: str
    place: str
    starts_at: datetime
    classification: int
    agenda: list[Any]
    attendance: list[Any]
    minutes: str
    made_by: str
    closed_at: datetime | None
    number: str | None


class ForumInputRow(TypedDict, total=False):
    """A row of `ForumInput`."""

    id: str
    meeting_id: str
    element: str
    text: str
    at: datetime


class OrmasRow(TypedDict, total=False):
    """A row of `Ormas`."""

    number: str
    name: str
    status: str
    address: str
    imported_at: datetime
    missing_since: datetime | None


class OrmasLinkRow(TypedDict, total=False):
    """A row of `OrmasLink`."""

    id: str
    incident_id: str
    party: str
    number: str
    letter: str
    by: str
    at: datetime


class EarlyWarningRow(TypedDict, total=False):
    """A row of `EarlyWarning`."""

    id: str
    kind: str
    area: str
    group: str
    rule: str
    day: str
    told_day: str
    ends_day: str
    raised_at: datetime
    ended_at: datetime | None
    exercise: bool
    facts: dict[str, Any]
    words: dict[str, Any]


class OutcomeRow(TypedDict, total=False):
    """A row of `Outcome`."""

    id: str
    warning_id: str
    by: str
    institution: str | None
    useful: bool
    became: str
    note: str
    at: datetime


class IndicatorRow(TypedDict, total=False):
    """A row of `Indicator`."""

    id: str
    week: str
    kecamatan: str
    code: str
    note: str
    by: str
    at: datetime


class SurveyAnswerRow(TypedDict, total=False):
    """A row of `SurveyAnswer`."""

    id: str
    month: str
    marks: list[Any]
    remark: str


class SurveySpentRow(TypedDict, total=False):
    """A row of `SurveySpent`."""

    id: str


class HandedOverRow(TypedDict, total=False):
    """A row of `HandedOver`."""

    report_id: str
    digest: str
    at: datetime


class PulledRow(TypedDict, total=False):
    """A row of `Pulled`."""

    id: str
    name: str
    at: datetime
    accepted: int
    refused: int
    cursor: str


class DateEntryRow(TypedDict, total=False):
    """A row of `DateEntry`."""

    id: str
    name: str
    first: str
    last: str
    issue: str
    kecamatan: str | None
    source: str
    lowered: bool
    reason: str
    by: str
    at: datetime
    withdrawn_at: datetime | None


class StreamMarkRow(TypedDict, total=False):
    """A row of `StreamMark`."""

    stream: str
    created_at: datetime
    last: int
    promised: int
    lost: int
    seen_at: datetime
    taken: int


class PresenceRow(TypedDict, total=False):
    """A row of `Presence`."""

    id: str
    incident_id: str
    person_id: str
    at: datetime


class SearchedRow(TypedDict, total=False):
    """A row of `Searched`."""

    n: int
    report_id: str
    words: str


class SearchMarkRow(TypedDict, total=False):
    """A row of `SearchMark`."""

    id: int
    seq: int
    complete: bool
    made_by: str
