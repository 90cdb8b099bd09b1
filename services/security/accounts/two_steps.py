"""Say of which roles two steps are required at the door, and who has a second one (docs/decisions/0081)."""

from dataclasses import dataclass

from schemas.records.people import Person
from schemas.vocabulary import Role
from services.security import queries
from services.security.accounts import second_factor
from services.security.refusal import Refused
from services.store.transaction import Session


@dataclass(frozen=True)
class TwoSteps:
    """What an installation requires: `site` is the host name that passkeys must be made for, "" where none count."""

    roles: frozenset[Role] = frozenset()
    site: str = ""

    def required(self, person: Person) -> bool:
        """Say whether a person must sign in by two steps."""
        return person.role in self.roles

    def has_passkey(self, session: Session, person: str) -> bool:
        """Say whether a person has a passkey that can be shown at our address."""
        return bool(self._passkeys(session, person))

    def has_one(self, session: Session, person: str) -> bool:
        """Say whether a person has a second step."""
        return second_factor.asked(session, person) or self.has_passkey(session, person)

    def lacks_one(self, session: Session, person: Person) -> bool:
        """Say whether a person must have a second step and has none."""
        return self.required(person) and not self.has_one(session, person.id)

    def only_passkey(self, session: Session, person: Person) -> bool:
        """Say whether a passkey is the one way in that counts: a password alone must not make a second step anew."""
        if not self.required(person) or second_factor.asked(session, person.id):
            return False
        return self.has_passkey(session, person.id)

    def check_factor_may_go(self, session: Session, person: Person) -> None:
        """See that codes may be asked for no more. Raises Refused where nothing else would be left."""
        if self.required(person) and not self.has_passkey(session, person.id):
            raise Refused("second_step_kept")

    def check_passkey_may_go(self, session: Session, person: Person, id_: str) -> None:
        """See that a passkey may be removed. Raises Refused where nothing else would be left."""
        if self.only_passkey(session, person) and self._passkeys(session, person.id) == {id_}:
            raise Refused("second_step_kept")

    def _passkeys(self, session: Session, person: str) -> set[str]:
        return {one.id for one in queries.passkeys(session, person) if self.site and one.site == self.site}


NOBODY = TwoSteps()
