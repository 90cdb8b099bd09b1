"""Decide how much of an incident a reader may see (rules.md 7-11). Pure."""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from schemas.district import District
from schemas.records.alerts import Alert
from schemas.records.incidents import Incident
from schemas.vocabulary import Classification, Role
from services.incidents.accusations import accused_in
from services.policy.situation import above, barred, decides, named_only
from services.security.auth import Identity
from services.security.permissions import TABLE, Act, Need, may, suffices
from services.security.refusal import Refused

OVERSIGHT = frozenset({Role.COORDINATOR, Role.VERIFIER, Role.AUDITOR})
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


def secrecy_of(issue: str, second: str | None, district: District) -> Classification:
    """Give the classification of an incident: the higher one of its two issues."""
    return max(classification_of(code, district) for code in (issue, second) if code)


def hidden_issues(reader: Identity, district: District) -> tuple[str, ...]:
    """List the issues that go to named persons only and do not name this reader (rules.md 8: RAD)."""
    named = named_only(district.issues, district).difference(reader.named_for)
    return tuple(code for code in district.issues if code in named)


DECIDING = frozenset({Role.MEMBER, Role.LEADER, Role.VERIFIER, Role.COORDINATOR})  # of the overseer's people
READABLE = {Reach.FULL: Need.TEXTS, Reach.REDACTED: Need.SUMMARY, Reach.MASKED: Need.HEADLINE}


def sees_all(reader: Identity) -> bool:
    """Say whether a reader oversees every institution; others see what their institution was told of."""
    return reader.role in OVERSIGHT


def named_persons_only(incident: Incident, district: District) -> frozenset[str]:
    """Give the issues of an incident, the second one too, that only persons named for them may know of."""
    return named_only((incident.issue, incident.issue_secondary), district)


def barring(reader: Identity, district: District) -> tuple[str, ...]:
    """List the agencies an accusation of which is kept from this reader: the own one, or the one it is part of.

    Of all, where he reads for a group or a wall: any of them may be there.
    """
    if reader.openly:
        return tuple(district.institutions)
    own = reader.institution or ""
    return (own, *(code for code in district.institutions if code != own and own in barred((code,), district)))


def is_barred(reader: Identity, incident: Incident, district: District) -> bool:
    """Say whether an incident accuses the reader's agency: then it is not there for him, whatever his role."""
    return bool(accused_in(incident).intersection(barring(reader, district)))


def oversees(reader: Identity, district: District) -> tuple[str, ...]:
    """List the agencies an accusation of which makes this reader's institution the one that decides."""
    laid, own = district.overlays, reader.institution
    if own is None or own == laid.coordinator or reader.role not in DECIDING:
        return ()
    family = barred((laid.coordinator,), district)
    accusable = {laid.coordinator, district.institutions[laid.coordinator].of or laid.coordinator}
    return tuple(code for code in sorted(family | accusable) if decides((code,), district) == own)


def may_ever(reader: Identity, act: Act, district: District) -> bool:
    """Say whether the table allows this reader an act in any incident: as himself, or for an accused desk."""
    if may(reader.role, act, program=reader.program):
        return True
    standing_by = {*district.overlays.overseers, *above(district.overlays.coordinator, district)}
    stands_in = reader.institution in standing_by and reader.role in DECIDING and not reader.program
    return stands_in and TABLE[act].need > Need.NOTHING and may(Role.COORDINATOR, act)


def acting(reader: Identity, incident: Incident, district: District) -> Identity:
    """Give the reader as he acts in this incident: a coordinator, where his institution decides for an accused desk.

    The bar comes first: whoever is barred acts as nobody (`is_barred`).
    """
    accused, desk = tuple(sorted(accused_in(incident))), district.overlays.coordinator
    stands_in = reader.institution not in (None, desk) and reader.role in DECIDING and not reader.program
    if stands_in and decides(accused, district) == reader.institution and desk in barred(accused, district):
        return replace(reader, role=Role.COORDINATOR)
    return reader


def permit(reader: Identity, incident: Incident, own: Iterable[Alert], act: Act, district: District) -> None:
    """Refuse what this reader may not do to this incident; `own` are his institution's alerts in it. Raises Refused.

    The accusation is asked first, then the role, then whether he may read what he acts on.
    """
    if is_barred(reader, incident, district):
        raise Refused("incident_not_found")
    who = acting(reader, incident, district)
    if not may(who.role, act, program=who.program):
        raise Refused("program_decides_nothing" if who.program else "role_cannot")
    told = list(own)
    redacted = bool(told) and all(alert.redacted for alert in told)
    extent = reach(who, incident.issue, district, redacted=redacted, second=incident.issue_secondary)
    if not suffices(act, READABLE[extent]):
        raise Refused("above_clearance")


def reach(reader: Identity, issue: str, district: District, *, redacted: bool, second: str | None = None) -> Reach:
    """Decide how much a reader sees of a visible incident of these issues; `redacted` says that its alert to them was.

    Being named for an issue is a clearance for it.
    """
    for code in filter(None, (issue, second)):
        secrecy = classification_of(code, district)
        if secrecy >= Classification.RAHASIA and reader.clearance < secrecy and code not in reader.named_for:
            return Reach.MASKED
    return Reach.REDACTED if redacted and not sees_all(reader) else Reach.FULL


def is_logged(secrecy: Classification) -> bool:
    """Say whether every read of this is logged and watermarked with the reader (rules.md 8: Rahasia and above)."""
    return secrecy >= Classification.RAHASIA
