"""Decide who may open a source: who reported is shown to a verifier or coordinator only (rules.md 7). Pure."""

from collections.abc import Collection

from schemas.district import District
from schemas.vocabulary import Role
from services.incidents.access import Reach, barring, hidden_issues, reach
from services.security.auth import Identity

OPENERS = frozenset({Role.VERIFIER, Role.COORDINATOR})


def may_open_source(
    who: Identity, district: District, issue: str, second: str | None, accused: Collection[str]
) -> bool:
    """Say whether somebody may see who told the reports of an incident with these issues, accusing these agencies.

    It takes the role, the clearance for its issue, being named where it asks for that, and no office that is accused.
    """
    return (
        who.role in OPENERS
        and not {issue, second} & set(hidden_issues(who, district))
        and reach(who, issue, district, redacted=False, second=second) == Reach.FULL
        and not set(accused) & set(barring(who, district))
    )
