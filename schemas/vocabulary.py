"""Name the fixed words of the house; docs/language.md explains each one.

Issues, forms and institutions are *not* here: they are data of the district file.
"""

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """Severity level (tingkat kerawanan); an integer so that SQL can compare it."""

    RENDAH = 1
    SEDANG = 2
    TINGGI = 3
    KRITIS = 4


class Basis(StrEnum):
    """How the reporter came to know; the Admiralty code follows from it."""

    SAW = "saw"
    WITNESS = "witness"
    HEARSAY = "hearsay"
    SOCIAL_MEDIA = "social_media"


class FollowUp(StrEnum):
    """What a report is to the earlier one that it names; of tellings that triage reads these may be said outright."""

    UPDATE = "update"
    CORRECTION = "correction"
    ALL_CLEAR = "all_clear"
    RETRACTION = "retraction"


class Stage(StrEnum):
    """Where in its course an incident stands when it is told."""

    POTENTIAL = "potential"
    ONGOING = "ongoing"
    OCCURRED = "occurred"
    RESOLVED = "resolved"


class Phase(StrEnum):
    """Polri's phase of a form: potential, threshold, real disturbance, none."""

    PG = "PG"
    AG = "AG"
    GN = "GN"
    NONE = "-"


class Handling(StrEnum):
    """What confidence and level together ask for."""

    SEND_NOW = "send_now"
    SEND_AND_VERIFY = "send_and_verify"
    VERIFY_FIRST = "verify_first"
    SEND = "send"


class Duty(StrEnum):
    """What an institution owes an incident."""

    LEAD = "lead"
    SUPPORT = "support"
    INFORM = "inform"


class Classification(IntEnum):
    """Classification of a text, ordered; TLP GREEN, AMBER, AMBER+STRICT, RED."""

    BIASA = 1
    TERBATAS = 2
    RAHASIA = 3
    SANGAT_RAHASIA = 4


class Role(StrEnum):
    """What a person or a key may do."""

    REPORTER = "reporter"
    GATEWAY = "gateway"  # a key of what passes on messages of one channel; never a person
    MEMBER = "member"
    COORDINATOR = "coordinator"
    LEADER = "leader"
    VERIFIER = "verifier"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a key may be used for."""

    FILE = "file"  # file reports
    INBOUND = "inbound"  # pass on what comes in over the key's channel, as reports
    ANSWER = "answer"  # pass on officers' answers too
    READ = "read"
    ACT = "act"
    FIGURES = "figures"  # read /metrics


class IncidentState(StrEnum):
    """Life of an incident; docs/lifecycle.md draws the transitions."""

    OPEN = "open"
    VERIFIED = "verified"
    HANDLED = "handled"
    SETTLED = "settled"
    DISMISSED = "dismissed"
    MERGED = "merged"


class AlertState(StrEnum):
    """Life of one institution's duty in one incident."""

    OWED = "owed"
    DELIVERED = "delivered"
    SEEN = "seen"
    ACKNOWLEDGED = "acknowledged"
    REPORTED = "reported"
    LAPSED = "lapsed"


class DeliveryState(StrEnum):
    """Life of one message to one address on one channel."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"  # held back until nobody needed it any more


class Blame(StrEnum):
    """What was at fault when a message did not get through; the channel says it, nobody reads it out of an error.

    `address`: this address does not work, and will not for the next message. `message`: this message, not another.
    `account`: our own account or settings at the provider. `line`: whatever passes, such as a server that is down.
    """

    ADDRESS = "address"
    MESSAGE = "message"
    ACCOUNT = "account"
    LINE = "line"


class AlertReason(StrEnum):
    """Why an institution is told, and told again."""

    OPENED = "opened"
    RAISED = "raised"
    CHANGED = "changed"
    OVERDUE = "overdue"
    REMINDER = "reminder"
    LAPSED = "lapsed"
    ESCALATED = "escalated"
    CLOSED = "closed"
    REOPENED = "reopened"
    UNREACHABLE = "unreachable"
    HANDED_OVER = "handed_over"  # to one person, by a colleague
    TAKEN_BACK = "taken_back"  # from one person, by the colleague who had handed it over


class EventKind(StrEnum):
    """What a message on the bus tells: its CloudEvents type without prefix and version, and its subject's first part.

    Of an incident's kinds the audit log has a line of the same name. A kind stands here, and here only.
    """

    REPORT_FILED = "report.filed"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_RAISED = "incident.raised"
    INCIDENT_CHANGED = "incident.changed"
    INCIDENT_REOPENED = "incident.reopened"
    INCIDENT_ACKNOWLEDGED = "incident.acknowledged"
    INCIDENT_ACKNOWLEDGEMENT_WITHDRAWN = "incident.acknowledgement_withdrawn"
    INCIDENT_DECLINED = "incident.declined"
    INCIDENT_HANDED_OVER = "incident.handed_over"
    INCIDENT_HAND_OVER_WITHDRAWN = "incident.hand_over_withdrawn"
    INCIDENT_REPORTED = "incident.reported"
    INCIDENT_ESCALATION_ASKED = "incident.escalation_asked"
    INCIDENT_VERIFIED = "incident.verified"
    INCIDENT_ASSESSED = "incident.assessed"
    INCIDENT_REFERRED = "incident.referred"
    INCIDENT_MERGED = "incident.merged"
    INCIDENT_SPLIT = "incident.split"
    INCIDENT_SETTLED = "incident.settled"
    INCIDENT_DISMISSED = "incident.dismissed"
    WARNING_RAISED = "warning.raised"
    WARNING_CHANGED = "warning.changed"
    WARNING_ENDED = "warning.ended"
    INBOUND_MESSAGE = "inbound.message"
    INBOUND_RECEIPT = "inbound.receipt"
    AUDIT_CHECKPOINT = "audit.checkpoint"


class Origin(StrEnum):
    """What a row of `incident` came from: what people reported, or a warning, which goes the same way to people."""

    REPORTS = "reports"
    WARNING = "warning"


class LadderStop(StrEnum):
    """Why an incident's ladder stands still."""

    ACKNOWLEDGED = "acknowledged"
    EXHAUSTED = "exhausted"
    CLOSED = "closed"  # its incident was settled or dismissed while it ran
    MERGED = "merged"
    NO_ANSWER = "no answer needed"
    SETTLED = "settled"  # closed before anybody was told: it never began
    DISMISSED = "dismissed"


OPEN_STATES = (IncidentState.OPEN, IncidentState.VERIFIED, IncidentState.HANDLED)
OPEN_VALUES = tuple(state.value for state in OPEN_STATES)  # as a store keeps them
CLOSED_STATES = (IncidentState.SETTLED, IncidentState.DISMISSED)
ANSWERED = (AlertState.ACKNOWLEDGED, AlertState.REPORTED)
# What has gone out, or is going out now: it may have arrived.
GONE_OUT = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ)
WAITING = (DeliveryState.PENDING.value, DeliveryState.FAILED.value, DeliveryState.SENDING.value)  # no outcome yet


def chased(duty: str, *, needed: bool) -> bool:
    """Say whether the ladder waits for an answer: the lead's, and those that the policy needs besides."""
    return needed or duty == Duty.LEAD


class LetterWish(StrEnum):
    """What a person asks to be done with a dead letter: the kind of its row in the outbox, no event of the bus."""

    REPLAY = "deadletter.replay"
    DROP = "deadletter.drop"
