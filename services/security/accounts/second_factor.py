"""Ask for a second proof at the door: a code of an authenticator (TOTP, RFC 6238), or a code written down for that day.

The authenticator's secret is sealed under a key of the installation; of the codes that are written down only digests
are kept. Every code counts once. Whoever has lost both asks the office to take the second factor away.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from schemas.records import Person, SecondFactor
from services.security.refusal import Refused
from services.security.secret import Secret
from services.store.transaction import Session, Transaction

PURPOSE = "second factor"
ISSUER = "Kentongan"
STEP = 30  # seconds of one code
WINDOW = 1  # codes before and after that count too: clocks differ
CODES = 10  # to write down
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
    known = tx.session.get(SecondFactor, person.id)
    if known is not None and known.proved_at is not None:
        raise Refused("factor_on")
    word = pyotp.random_base32()
    sealed = _box(secret).encrypt(word.encode()).decode()
    tx.session.merge(SecondFactor(person_id=person.id, sealed=sealed, made_at=tx.now, recovery=[]))
    return Enrolment(word, _address(word, person))


def pending(session: Session, secret: Secret, person: Person) -> Enrolment | None:
    """Give what was begun and not proved yet."""
    one = session.get(SecondFactor, person.id)
    if one is None or one.proved_at is not None:
        return None
    word = _open(secret, one)
    return Enrolment(word, _address(word, person)) if word else None


def turn_on(tx: Transaction, secret: Secret, person: Person, code: str) -> list[str]:
    """Ask for it from now on, after a first code; gives the codes to write down, once. Raises Refused."""
    one = tx.session.get(SecondFactor, person.id, with_for_update=True)
    if one is None or one.proved_at is not None:
        raise Refused("factor_not_begun")
    if not _is_code(one, secret, code, tx.now):
        raise Refused("factor_code_wrong")
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(CODES)]
    one.proved_at, one.recovery = tx.now, [_digest(person.id, code) for code in codes]
    tx.audit("factor.on", person.id, subject=person.id)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def prove(tx: Transaction, secret: Secret, person: str, code: str) -> bool:
    """Say whether a code is the second proof of a person, and use it up."""
    one = tx.session.get(SecondFactor, person, with_for_update=True)
    if one is None or one.proved_at is None:
        return False
    if _is_code(one, secret, code, tx.now):
        return True
    digest = _digest(person, code)
    left = [kept for kept in one.recovery if not hmac.compare_digest(kept, digest)]
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


def _is_code(one: SecondFactor, secret: Secret, code: str, now: datetime) -> bool:
    """Say whether this is a code of now that was not used yet, and remember that it is."""
    word, given = _open(secret, one), "".join(code.split())
    if word is None:
        return False
    current = int(now.timestamp()) // STEP
    totp, found = pyotp.TOTP(word, interval=STEP), 0
    for step in range(current - WINDOW, current + WINDOW + 1):
        fits = hmac.compare_digest(totp.generate_otp(step).encode(), given.encode("utf-8", "replace"))
        found = step if fits and step > one.last_step else found
    if found:
        one.last_step = found
    return bool(found)


def _address(word: str, person: Person) -> str:
    return pyotp.TOTP(word, interval=STEP).provisioning_uri(name=person.login, issuer_name=ISSUER)


def _digest(person: str, code: str) -> str:
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    return hashlib.sha256(f"{person}:{plain}".encode()).hexdigest()


def _box(secret: Secret) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in secret.keys(PURPOSE)])


def _open(secret: Secret, one: SecondFactor) -> str | None:
    """Give the secret; None where the key that sealed it is gone."""
    try:
        return _box(secret).decrypt(one.sealed.encode()).decode()
    except InvalidToken:
        return None
