"""Ask for a second proof at the door: a code of an authenticator (TOTP, RFC 6238), or a code written down for that day.

The authenticator's secret is sealed under a key of the installation; of the codes that are written down only digests
are kept, sealed too. Every code counts once. Whoever has a new phone moves to a new secret, by a code of the old one or
one written down; the old one counts until the new one was shown. Whoever has lost both asks the office to take the
second factor away.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from schemas.records.accounts import SecondFactor
from schemas.records.people import Person
from services.security import queries
from services.security.refusal import Refused
from services.security.secret import Secret
from services.store.transaction import Session, Transaction

PURPOSE = "second factor"
HEX = 64  # characters of a digest as it was kept before it was sealed
ISSUER = "Kentongan"
STEP = 30  # seconds of one code
WINDOW = 1  # codes before and after that count too: clocks differ
CODES = 10  # to write down
SHOWN = timedelta(minutes=15)  # how long a secret that was begun is shown and counts: later a session alone must not do
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that can be read as something else
_LENGTH = 10  # signs of a code to write down: 49 bits, and every try is counted


@dataclass(frozen=True)
class Enrolment:
    """What somebody needs to set the second factor up, shown once: the secret, the address of the QR code."""

    secret: str
    address: str


def asked(session: Session, person: str) -> bool:
    """Say whether a person is asked for a second proof."""
    one = session.get(SecondFactor, person)
    return one is not None and one.proved_at is not None


def begin(tx: Transaction, secret: Secret, person: Person) -> Enrolment:
    """Make a secret for a person's authenticator; it counts once a code of it was shown. Raises Refused."""
    if asked(tx.session, person.id):
        raise Refused("factor_on")
    word = pyotp.random_base32()
    tx.session.merge(SecondFactor(person_id=person.id, sealed=_sealed(secret, word), made_at=tx.now, recovery=[]))
    return Enrolment(word, _address(word, person))


def begin_move(tx: Transaction, secret: Secret, person: Person, code: str) -> bool:
    """Make a secret for another phone, for whoever shows a code of the old one or one written down.

    The old one counts until a code of the new one was shown (`turn_on`). Gives False for a wrong code. Journalled
    either way.
    """
    if not prove(tx, secret, person.id, code):
        tx.audit("factor.refused", person.id, subject=person.id, why="move")
        return False
    one = tx.session.get_one(SecondFactor, person.id)
    one.next_sealed, one.next_at = _sealed(secret, pyotp.random_base32()), tx.now
    tx.audit("factor.move_begun", person.id, subject=person.id)
    return True


def pending(session: Session, secret: Secret, person: Person, now: datetime) -> Enrolment | None:
    """Give what was begun in the last minutes and not proved yet."""
    one = session.get(SecondFactor, person.id)
    begun = _begun(one, now) if one is not None else None
    word = _open(secret, begun) if begun else None
    return Enrolment(word, _address(word, person)) if word else None


def turn_on(tx: Transaction, secret: Secret, person: Person, code: str) -> list[str]:
    """Ask for what was begun from now on, after a first code; gives the codes to write down, once. Raises Refused.

    Where it was a move, the old secret and the old codes end.
    """
    one = tx.session.get(SecondFactor, person.id, with_for_update=True)
    begun = _begun(one, tx.now) if one is not None else None
    if one is None or begun is None:
        raise Refused("factor_not_begun")
    step = _step_of(_open(secret, begun), code, tx.now)
    if not step:
        raise Refused("factor_code_wrong")
    moved = one.proved_at is not None
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(CODES)]
    one.sealed, one.last_step, one.proved_at = begun, step, tx.now
    one.next_sealed = one.next_at = None
    one.recovery = [_sealed(secret, _digest(person.id, code)) for code in codes]
    tx.audit("factor.moved" if moved else "factor.on", person.id, subject=person.id)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def prove(tx: Transaction, secret: Secret, person: str, code: str) -> bool:
    """Say whether a code is the second proof of a person, and use it up."""
    one = tx.session.get(SecondFactor, person, with_for_update=True)
    if one is None or one.proved_at is None:
        return False
    if _is_code(one, secret, code, tx.now):
        return True
    digest = _digest(person, code)
    left = [kept for kept in one.recovery if not hmac.compare_digest(_opened_digest(secret, kept), digest)]
    if len(left) == len(one.recovery):
        return False
    one.recovery = left
    tx.audit("factor.recovery_used", person, subject=person, left=len(left))
    return True


def take_away(tx: Transaction, person: str, actor: str) -> None:
    """Ask for it no more."""
    if one := tx.session.get(SecondFactor, person):
        tx.session.delete(one)
        tx.audit("factor.off", actor, subject=person)


def _begun(one: SecondFactor, now: datetime) -> str | None:
    """Give the sealed secret that waits for its first code."""
    sealed, at = (one.sealed, one.made_at) if one.proved_at is None else (one.next_sealed, one.next_at)
    return sealed if at is not None and now - at <= SHOWN else None


def _is_code(one: SecondFactor, secret: Secret, code: str, now: datetime) -> bool:
    """Say whether this is a code of now that was not used yet, and remember that it is."""
    step = _step_of(_open(secret, one.sealed), code, now)
    if step <= one.last_step:
        return False
    one.last_step = step
    return True


def _step_of(word: str | None, code: str, now: datetime) -> int:
    """Give the last step of now whose code this is; 0 for none."""
    if word is None:
        return 0
    given, found = "".join(code.split()), 0
    current, totp = int(now.timestamp()) // STEP, pyotp.TOTP(word, interval=STEP)
    for step in range(current - WINDOW, current + WINDOW + 1):
        fits = hmac.compare_digest(totp.generate_otp(step).encode(), given.encode("utf-8", "replace"))
        found = step if fits else found
    return found


def _address(word: str, person: Person) -> str:
    return pyotp.TOTP(word, interval=STEP).provisioning_uri(name=person.login, issuer_name=ISSUER)


def seal_anew(tx: Transaction, secret: Secret) -> int:
    """Seal what is kept of everybody by the newest secret, before an older one is forgotten; gives how many."""
    many = 0
    for one in queries.second_factors(tx.session):
        parts = [one.sealed, one.next_sealed, *one.recovery]
        fresh = [_resealed(secret, part) if part else part for part in parts]
        one.sealed, one.next_sealed, *rest = fresh
        one.recovery = rest
        many += 1
    return many


def _resealed(secret: Secret, part: str) -> str:
    """Seal anew; what no live secret opens stays, and a digest of before digests were sealed is sealed now."""
    opened = part if len(part) == HEX else _open(secret, part)
    return _sealed(secret, opened) if opened else part


def _opened_digest(secret: Secret, kept: str) -> str:
    return kept if len(kept) == HEX else _open(secret, kept) or ""


def _digest(person: str, code: str) -> str:
    """Give the digest of a code; it is kept sealed, for 49 bits are found in days by trying all."""
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    return hashlib.sha256(f"{person}:{plain}".encode()).hexdigest()


def _box(secret: Secret) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in secret.keys(PURPOSE)])


def _sealed(secret: Secret, word: str) -> str:
    return _box(secret).encrypt(word.encode()).decode()


def _open(secret: Secret, sealed: str) -> str | None:
    """Give the secret; None where the key that sealed it is gone."""
    try:
        return _box(secret).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
