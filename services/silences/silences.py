"""Silence some tellings for a while, by a person and with a reason; docs/quiet.md says what is never silenced.

A silence ends by itself; ended before its time it stays on file, with who ended it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from schemas.district import District
from schemas.records.by_hand import Silence
from schemas.rows.by_hand import SilenceRow
from schemas.vocabulary import Level
from services.security.auth import Identity
from services.security.permissions import TABLE, Act, may
from services.security.refusal import Refused
from services.silences import queries
from services.store.transaction import Session, Transaction

LONGEST = timedelta(days=7)  # a silence over a week is a change of policy, and belongs into the district file
PLANNED = timedelta(days=366)  # ahead, in which a silence may begin: the calendar of gatherings is a year's
MATCHERS = ("issue", "form", "kecamatan", "institution", "exercise")
MAKERS = TABLE[Act.SILENCE].people
READERS = TABLE[Act.READ_SILENCES].people


def checked(
    who: Identity,
    matchers: Mapping[str, Any],
    *,
    reason: str,
    start: datetime | None,
    end: datetime,
    now: datetime,
    district: District | None = None,
) -> dict[str, Any]:
    """Give the matchers that say something, where such a silence may be made at `now`; raises Refused.

    With `district`, a code that it does not know is refused too, and so is an issue for named persons by anybody else.
    """
    _may(who)
    begins = start or now
    given = {name: value for name, value in matchers.items() if value is not None}
    if not reason.strip():
        raise Refused("silence_needs_reason")
    if not given or set(given) - set(MATCHERS):
        raise Refused("silence_of_everything")
    if district is not None and (strange := unknown(given, district)):
        raise Refused("code_unknown", what=strange, given=given[strange])
    if district is not None and _is_hidden(who, given.get("issue"), district):
        raise Refused("silence_of_named_issue")
    if end <= max(begins, now):
        raise Refused("silence_ends_before_start")
    if begins - now > PLANNED:
        raise Refused("silence_too_far")
    if end - begins > LONGEST:
        raise Refused("silence_too_long", days=LONGEST.days)
    return given


def unknown(matchers: Mapping[str, Any], district: District) -> str | None:
    """Give the first matcher whose code the district does not know."""
    known: dict[str, Collection[str]] = {
        "issue": district.issues,
        "form": district.forms,
        "institution": district.institutions,
        "kecamatan": [code for code, place in district.places.items() if place.kind == "kecamatan"],
    }
    named = ((name, matchers.get(name)) for name in known)
    return next((name for name, code in named if code is not None and code not in known[name]), None)


def add(
    tx: Transaction,
    who: Identity,
    matchers: dict[str, Any],
    *,
    reason: str,
    start: datetime | None,
    end: datetime,
    district: District | None = None,
) -> str:
    """Silence what all `matchers` (keys of `MATCHERS`) fit, from `start` (now if None) until `end`; gives its id.

    Raises Refused; `district` as for `checked`.
    """
    given = checked(who, matchers, reason=reason, start=start, end=end, now=tx.now, district=district)
    begins = start or tx.now
    id_ = uuid4().hex[:8]
    row: SilenceRow = {"id": id_, "author": who.id, "reason": reason.strip(), "starts_at": begins, "ends_at": end}
    matched: Any = dict.fromkeys(MATCHERS) | given  # whose names the matchers of the table are
    row |= matched
    row |= {"made_at": tx.now, "ended_by": None}
    tx.add(Silence, [row])
    tx.audit("silence.added", who.id, subject=id_, matchers=given, until=end.isoformat(), reason=reason.strip())
    return id_


def end(tx: Transaction, id_: str, who: Identity, district: District | None = None) -> None:
    """End a silence now; what it held back (`Alert.held_by`) is told at the next tick. Raises Refused.

    With `district`, one of an issue for named persons is there for these only.
    """
    _may(who)
    silence = tx.session.get(Silence, id_)
    if silence is None or (district is not None and _is_hidden(who, silence.issue, district)):
        raise Refused("silence_not_found")
    if silence.ends_at <= tx.now:
        raise Refused("silence_over")
    silence.ends_at, silence.ended_by = tx.now, who.id
    tx.audit("silence.ended", who.id, subject=id_)


def listed(session: Session, now: datetime, *, every: bool, hidden: Collection[str] = ()) -> list[Silence]:
    """Give the silences that hold or will, or every one on file; the next to end first.

    Those of issues in `hidden` are none of the asker's business: what they match and why would say what there is.
    """
    return queries.silences(session, None if every else now, hidden)


def state_of(one: Silence, now: datetime) -> Literal["pending", "active", "expired"]:
    """Say whether a silence is still to come, holds, or has ended."""
    if one.ends_at <= now:
        return "expired"
    return "pending" if one.starts_at > now else "active"


@dataclass(frozen=True)
class Touched:
    """How many open incidents a silence would touch; the KRITIS ones are told all the same, the leads of TINGGI too."""

    open: int
    kritis: int
    tinggi: int


def touched(session: Session, matchers: Mapping[str, Any], hidden: Collection[str] = ()) -> Touched:
    """Count the open incidents that every matcher fits; issues in `hidden` are none of the asker's business."""
    by_level = queries.open_by_level(session, matchers, hidden)
    return Touched(sum(by_level.values()), by_level.get(Level.KRITIS, 0), by_level.get(Level.TINGGI, 0))


def _is_hidden(who: Identity, issue: str | None, district: District) -> bool:
    known = district.issues.get(issue or "")
    return known is not None and known.named_persons_only and known.code not in who.named_for


def _may(who: Identity) -> None:
    if not may(who.role, Act.SILENCE, program=who.program):
        raise Refused("silence_coordinator_only")
