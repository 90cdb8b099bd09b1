"""Know which sessions came from an account at an office's own provider, and end those that it says are over.

Names of accounts and sessions there are kept as digests. What a provider's word ends stays ended for whoever is still
on his way in: between the provider and our second proof lie minutes.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.records.accounts import SpentChallenge
from services.security import queries
from services.store.transaction import Session, Transaction

KEPT = timedelta(minutes=15)  # longer than a sign-in, a ticket and a word of the provider last


@dataclass(frozen=True)
class Origin:
    """The account and the session at the provider that a session came from, as digests; "": it names none."""

    account: str = ""
    session: str = ""


HERE = Origin()  # by a password or a passkey of ours


def digest(*words: str) -> str:
    """Give one name for some words.

    >>> digest("https://sso.example", "7") == digest("https://sso.example", "7"), len(digest("a"))
    (True, 64)
    """
    return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()


def session_there(issuer: str, sid: str) -> str:
    """Give the name of a session at the provider, "" where it names none."""
    return digest(issuer, "sid", sid) if sid else ""


def end(tx: Transaction, origin: Origin, word: str) -> bool:
    """End the sessions of an account, of one session there, or of both; False where this word has counted before.

    `word` is the name of the provider's word, which counts once. Journalled for each person.
    """
    queries.forget_challenges(tx)
    if tx.session.get(SpentChallenge, f"jti:{word}") is not None:
        return False
    _remember(tx, f"jti:{word}")
    _remember(tx, f"sid:{origin.session}" if origin.session else f"sub:{origin.account}")
    found = queries.sessions_by_provider(tx.session, origin.account, origin.session)
    for person, count in Counter(one.person_id for one in found).items():
        tx.audit("signin.ended", "provider", subject=person, sessions=count)
    for one in found:
        tx.session.delete(one)
    return True


def over(session: Session, origin: Origin, begun: datetime, now: datetime) -> bool:
    """Say whether the provider has ended what was begun there at an instant: the session, or all of an account."""
    there = session.get(SpentChallenge, f"sid:{origin.session}") if origin.session else None
    if there is not None and there.ends_at >= now:
        return True
    account = session.get(SpentChallenge, f"sub:{origin.account}") if origin.account else None
    return account is not None and account.ends_at >= begun + KEPT


def _remember(tx: Transaction, id_: str) -> None:
    tx.session.merge(SpentChallenge(id=id_, ends_at=tx.now + KEPT))
