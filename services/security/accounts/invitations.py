"""Invite somebody to choose a password: a link that works once, for one person, for three days.

The office never knows a password. The store keeps a hash of the link's word; a newer invitation ends the older ones.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from schemas.records.accounts import Invitation
from schemas.records.people import Person
from schemas.rows.accounts import InvitationRow
from services.security import queries
from services.security.accounts.shutting_out import set_password
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.transaction import Session, Transaction

LASTS = timedelta(days=3)


def _sha(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def invite(tx: Transaction, who: Identity, person: str) -> str:
    """Give the word of a new invitation, shown once. Raises Refused where nobody active is meant."""
    found = tx.session.get(Person, person)
    if found is None or not found.active:
        raise Refused("person_inactive")
    queries.end_invitations(tx, person)
    token = secrets.token_urlsafe(24)
    row: InvitationRow = {"id": _sha(token), "person_id": person, "made_by": who.id, "made_at": tx.now}
    tx.add(Invitation, [row | {"ends_at": tx.now + LASTS}])
    tx.audit("invitation.made", who.id, subject=person)
    return token


def invited(session: Session, token: str, now: datetime) -> Person | None:
    """Say whom a link invites; None when it is not ours, was used, is too old, or the person has left."""
    found = session.get(Invitation, _sha(token))
    if found is None or found.used_at is not None or found.ends_at < now:
        return None
    person = session.get(Person, found.person_id)
    return person if person and person.active else None


def accept(tx: Transaction, token: str, hashed: str) -> Person:
    """Keep the password of who was invited, once; all that stood on the one before ends. Raises Refused."""
    person = invited(tx.session, token, tx.now)
    if person is None:
        raise Refused("invitation_over")
    queries.use_invitation(tx, _sha(token))
    set_password(tx, person, hashed, person.id)
    tx.audit("invitation.used", person.id, subject=person.id)
    return person
