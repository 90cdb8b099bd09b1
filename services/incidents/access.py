"""Decide how much of an incident a reader may see (rules.md 7-11). Pure."""

from enum import StrEnum

from schemas.district import District
from schemas.records import Incident
from schemas.vocabulary import Classification, Role
from services.policy.situation import barred
from services.security.auth import Identity

OVERSIGHT = frozenset({Role.COORDINATOR, Role.VERIFIER, Role.AUDITOR, Role.ADMIN})
TEST_OVER = "uji otomatis selesai"  # why the incident of a test report was closed; nobody's list shows it


class Reach(StrEnum):
    """How much of one incident is shown."""

    FULL = "full"
    REDACTED = "redacted"  # a request for follow-up: no texts, no sources, no names (rules.md 13)
    MASKED = "masked"  # above the reader's clearance: level, issue and kecamatan only (rules.md 8)


def classification_of(issue: str, district: District) -> Classification:
    """Give the classification of texts about an issue; TERBATAS for an issue the district no longer knows."""
    known = district.issues.get(issue)
    return known.classification if known else Classification.TERBATAS


def hidden_issues(reader: Identity, district: District) -> tuple[str, ...]:
    """List the issues that go to named persons only and do not name this reader (rules.md 8: RAD)."""
    return tuple(
        code for code, issue in district.issues.items() if issue.named_persons_only and code not in reader.named_for
    )


def sees_all(reader: Identity) -> bool:
    """Say whether a reader oversees every institution; others see what their institution was told of."""
    return reader.role in OVERSIGHT


def named_persons_only(incident: Incident, district: District) -> frozenset[str]:
    """Give the issues of an incident, the second one too, that only persons named for them may know of."""
    issues = (district.issues.get(code or "") for code in (incident.issue, incident.issue_secondary))
    return frozenset(issue.code for issue in issues if issue is not None and issue.named_persons_only)


def barring(reader: Identity, district: District) -> tuple[str, ...]:
    """List the agencies an accusation of which is kept from this reader: the own one, or the one it is part of."""
    own = reader.institution or ""
    return (own, *(code for code in district.institutions if code != own and own in barred((code,), district)))


def reach(reader: Identity, issue: str, district: District, *, redacted: bool) -> Reach:
    """Decide how much a reader sees of a visible incident; `redacted` says that its alert to them was.

    Being named for an issue is a clearance for it.
    """
    secrecy = classification_of(issue, district)
    if secrecy >= Classification.RAHASIA and reader.clearance < secrecy and issue not in reader.named_for:
        return Reach.MASKED
    return Reach.REDACTED if redacted and not sees_all(reader) else Reach.FULL


def is_logged(issue: str, district: District) -> bool:
    """Say whether every read is logged and watermarked with the reader (rules.md 8: Rahasia and above)."""
    return classification_of(issue, district) >= Classification.RAHASIA
