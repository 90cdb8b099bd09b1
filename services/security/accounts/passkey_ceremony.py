"""Make a passkey and prove one (W3C Web Authentication, level 2): what is asked of a browser, and whether it fits.

Nothing here reads or writes the store. What was asked stays with the browser, sealed; that it counts once is held where
its answer is taken (passkeys.py). A browser offers passkeys for a host name over HTTPS, and for localhost.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_authentication_credential_json,
    parse_client_data_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.security.accounts.passkey_facts import (
    LASTS,
    WORD,
    Asked,
    NewKey,
    PasskeyRefusedError,
    Proof,
    Shown,
    Site,
    counts_on,
)
from services.security.secret import Secret

PURPOSE = "passkey"
MOST = 16 * 1024  # characters of an answer: a certificate of the key's maker is two thousand
LONGEST = 1023  # bytes of a credential's id (level 2, section 4)
SEEN = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError)  # of what no key has made


class Ceremonies:
    """Ask browsers for passkeys of one site, and check what they answer."""

    def __init__(self, site: Site, secret: Secret, clock: Callable[[], datetime]) -> None:
        self.site = site
        self._clock = clock
        self._box = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in secret.keys(PURPOSE)])

    def ask_new(self, login: str, name: str, handle: str, session: str, had: Sequence[str]) -> Asked:
        """Ask for a new one; `had` are the ids of a person's others, `session` is where the answer must come from."""
        word = secrets.token_bytes(WORD)
        options = generate_registration_options(
            rp_id=self.site.id,
            rp_name="Kentongan",
            user_name=login,
            user_display_name=name,
            user_id=base64url_to_bytes(handle),
            challenge=word,
            timeout=int(LASTS.total_seconds() * 1000),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in had],
        )
        return Asked(options_to_json(options), self._keep(word, session, handle))

    def ask_shown(self, only: str = "", handle: str = "") -> Asked:
        """Ask for any passkey that the browser has for this site, or for the one with this id, whose is known."""
        word = secrets.token_bytes(WORD)
        options = generate_authentication_options(
            rp_id=self.site.id,
            challenge=word,
            timeout=int(LASTS.total_seconds() * 1000),
            allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(only))] if only else None,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return Asked(options_to_json(options), self._keep(word, "", handle, only))

    def new(self, kept: str, session: str, answer: str) -> NewKey:
        """Check a passkey that was made. Raises PasskeyRefusedError."""
        word, handle = self._asked(kept, session)
        _bounded(answer)
        try:
            made = verify_registration_response(
                credential=answer,
                expected_challenge=word,
                expected_rp_id=self.site.id,
                expected_origin=self.site.origin,
                require_user_verification=True,
            )
            # A key that cannot check a signature later is refused now.
            decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
        except SEEN as error:
            raise PasskeyRefusedError("answer") from error
        if not 0 < len(made.credential_id) <= LONGEST:
            raise PasskeyRefusedError("answer")
        id_, public = bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key)
        return NewKey(id_, handle, public, made.sign_count, self.site.id, _digest(word))

    def shown(self, kept: str, answer: str) -> Shown:
        """Say which passkey an answer speaks of. Raises PasskeyRefusedError."""
        word, whose, only = self._asked_one(kept, "")
        _bounded(answer)
        try:
            told = parse_authentication_credential_json(answer)
            # That it was made for this very question is known before anything is asked of the store.
            fits = parse_client_data_json(told.response.client_data_json).challenge == word
        except SEEN as error:
            raise PasskeyRefusedError("answer") from error
        if not fits:
            raise PasskeyRefusedError("challenge")
        id_ = bytes_to_base64url(told.raw_id)
        if only and id_ != only:
            raise PasskeyRefusedError("answer")
        # Asked for one passkey by its id, a device may leave out whose it is (section 6.3.3, step 13).
        handle = bytes_to_base64url(told.response.user_handle or b"") or (whose if only else "")
        return Shown(id_, handle, _digest(word), answer, word)

    def proved(self, shown: Shown, public_key: str | None, count: int) -> Proof:
        """Check the signature by the public key that was kept, None: there is none. Raises PasskeyRefusedError."""
        if public_key is None:
            raise PasskeyRefusedError("unknown")
        try:
            done = verify_authentication_response(
                credential=shown.answer,
                expected_challenge=shown.word,
                expected_rp_id=self.site.id,
                expected_origin=self.site.origin,
                credential_public_key=base64url_to_bytes(public_key),
                credential_current_sign_count=0,  # is compared below and once more where it is written
                require_user_verification=True,
            )
        except SEEN as error:
            raise PasskeyRefusedError("answer") from error
        if not counts_on(count, done.new_sign_count):
            raise PasskeyRefusedError("counter")
        return Proof(shown.id, shown.handle, done.new_sign_count, self.site.id, shown.challenge)

    def _keep(self, word: bytes, session: str, handle: str, only: str = "") -> str:
        until = int((self._clock() + LASTS).timestamp())
        facts = {"word": bytes_to_base64url(word), "session": session, "handle": handle, "until": until, "only": only}
        return self._box.encrypt(json.dumps(facts).encode()).decode()

    def _asked(self, kept: str, session: str) -> tuple[bytes, str]:
        word, handle, _ = self._asked_one(kept, session)
        return word, handle

    def _asked_one(self, kept: str, session: str) -> tuple[bytes, str, str]:
        try:
            facts = json.loads(self._box.decrypt(kept.encode()))
        except (InvalidToken, ValueError) as error:
            raise PasskeyRefusedError("challenge") from error
        if facts["session"] != session:
            raise PasskeyRefusedError("challenge")
        if facts["until"] < self._clock().timestamp():
            raise PasskeyRefusedError("late")
        return base64url_to_bytes(facts["word"]), facts["handle"], facts.get("only", "")


def _bounded(answer: str) -> None:
    if not 0 < len(answer) <= MOST:
        raise PasskeyRefusedError("answer")


def _digest(word: bytes) -> str:
    return hashlib.sha256(word).hexdigest()
