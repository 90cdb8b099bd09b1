"""Ask the store for keys, for who may sign in, and for what an account's change ends."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from schemas.records.accounts import Invitation, Key, Passkey, ProviderLink, SecondFactor, SignIn, SpentChallenge
from schemas.records.alerts import Delivery
from schemas.records.answers import AnswerToken, ReplyCode
from schemas.records.people import Address, Person
from schemas.vocabulary import WAITING, DeliveryState
from services.store.transaction import Session, Transaction


def keys(session: Session) -> Sequence[Key]:
    """Return every key that was made, revoked ones too."""
    return session.exec(select(Key)).all()


def active_person(session: Session, login: str) -> Person | None:
    """Return the active person of a login."""
    return session.exec(select(Person).where(Person.login == login, col(Person.active))).first()


def second_factors(session: Session) -> Sequence[SecondFactor]:
    """Return everybody's authenticators and recovery codes."""
    return session.exec(select(SecondFactor).order_by(col(SecondFactor.person_id))).all()


def end_invitations(tx: Transaction, person: str) -> None:
    """End the invitations of a person that nobody has used."""
    unused = col(Invitation.used_at).is_(None)
    tx.session.execute(delete(Invitation).where(col(Invitation.person_id) == person, unused))


def use_invitation(tx: Transaction, id_: str) -> None:
    """Let an invitation work no more."""
    tx.session.get_one(Invitation, id_).used_at = tx.now


def person(session: Session, login: str) -> Person | None:
    """Return the person of a login, whether active or not."""
    return session.exec(select(Person).where(Person.login == login)).first()


def addresses(session: Session, person: str) -> Sequence[Address]:
    """Return a person's addresses, by rank."""
    query = select(Address).where(Address.person_id == person).order_by(col(Address.rank), col(Address.id))
    return session.exec(query).all()


def sessions(session: Session, person: str, now: datetime) -> Sequence[SignIn]:
    """Return the sessions that have not ended, the newest first."""
    query = select(SignIn).where(col(SignIn.ends_at) >= now).order_by(col(SignIn.made_at).desc(), col(SignIn.id))
    return session.exec(query.where(SignIn.person_id == person)).all()


def end_sessions(tx: Transaction, person: str, keep: str) -> int:
    """Delete a person's sessions but one; gives how many."""
    found: Any = tx.session.execute(delete(SignIn).where(col(SignIn.person_id) == person, col(SignIn.id) != keep))
    return int(found.rowcount)


def sessions_by_provider(session: Session, account: str, there: str) -> Sequence[SignIn]:
    """Return the sessions of an account at a provider, of one session there, or of both; "": of any."""
    query = select(SignIn)
    if account:
        query = query.where(SignIn.provider_account == account)
    if there:
        query = query.where(SignIn.provider_session == there)
    return session.exec(query).all() if account or there else ()


def end_buttons(tx: Transaction, person: str) -> None:
    """End the buttons of messages to a person that were not pressed yet."""
    over = tx.now - timedelta(seconds=1)  # what ends now is still good at this very instant
    open_ = (col(AnswerToken.person_id) == person, col(AnswerToken.used_at).is_(None))
    tx.session.execute(update(AnswerToken).where(*open_, col(AnswerToken.ends_at) > tx.now).values(ends_at=over))


def drop_reply_codes(tx: Transaction, person: str) -> None:
    """Delete the codes by which a person answers from messages; later messages bring new ones."""
    tx.session.execute(delete(ReplyCode).where(col(ReplyCode.person_id) == person))


def withdraw_deliveries(tx: Transaction, person: str, address: str | None) -> int:
    """Withdraw what waits to be sent to a person, to one address of his or to any; gives how many."""
    waiting = [col(Delivery.person_id) == person, col(Delivery.state).in_(WAITING)]
    if address is not None:
        waiting.append(col(Delivery.address) == address)
    change = {"state": DeliveryState.WITHDRAWN.value, "next_at": None, "leased_by": None}
    found: Any = tx.session.execute(update(Delivery).where(*waiting).values(**change))
    return int(found.rowcount)


def provider_links(session: Session, person: str) -> Sequence[ProviderLink]:
    """Return the accounts at a provider that are known as a person's."""
    return session.exec(select(ProviderLink).where(ProviderLink.person_id == person)).all()


def persons_by_mail(session: Session, mail: str) -> Sequence[Person]:
    """Return the active persons whose verified mail address this is."""
    proved = (Address.channel == "email", col(Address.verified_at).is_not(None))
    whose = select(Address.person_id).where(*proved, func.lower(col(Address.address)) == mail.lower())
    return session.exec(select(Person).where(col(Person.active), col(Person.id).in_(whose))).all()


def passkeys(session: Session, person: str) -> Sequence[Passkey]:
    """Return a person's passkeys, the oldest first."""
    query = select(Passkey).where(Passkey.person_id == person).order_by(col(Passkey.made_at), col(Passkey.id))
    return session.exec(query).all()


def drop_passkeys(tx: Transaction, person: str) -> int:
    """Delete a person's passkeys; gives how many."""
    found: Any = tx.session.execute(delete(Passkey).where(col(Passkey.person_id) == person))
    return int(found.rowcount)


def forget_challenges(tx: Transaction) -> None:
    """Delete the answered questions that are too old to count again."""
    tx.session.execute(delete(SpentChallenge).where(col(SpentChallenge.ends_at) < tx.now))
