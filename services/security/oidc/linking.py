"""Find the person whom a provider vouches for: one who exists already, never one of the provider's making.

The first time, a claim finds him: his verified mail address, or his login. From then on only the provider's own name
of the account counts, so that an address which is given to somebody else there lets nobody else in here.
"""

from schemas.records.accounts import ProviderLink
from schemas.records.people import Person
from schemas.rows.accounts import ProviderLinkRow
from services.security import auth, queries
from services.security.accounts import second_factor
from services.security.accounts.provider_sessions import Origin, digest, over, session_there
from services.security.accounts.shutting_out import revoke
from services.security.accounts.two_steps import NOBODY, TwoSteps
from services.security.auth import Admitted
from services.security.oidc.logout_token import Over
from services.security.oidc.provider import Office, ProviderRefusedError, Vouched
from services.security.secret import Secret
from services.store.transaction import Session, Transaction


def enter(
    tx: Transaction, office: Office, secret: Secret, vouched: Vouched, *, agent: str = "", steps: TwoSteps = NOBODY
) -> Admitted | str:
    """Open a session, give what is owed besides, or a word that says why not. Journalled."""
    try:
        person = _whose(tx, office, vouched)
        asks = _asks_here(tx.session, office, vouched, person)
        origin = _origin(tx, office, vouched)
    except ProviderRefusedError as refused:
        tx.audit("signin.refused", "anonymous", why=f"provider:{refused.why}")
        return refused.why
    tx.audit("signin.vouched", person.id, issuer=office.issuer, factors=list(vouched.factors))
    there = bool(office.factors) and not asks  # both steps were shown to the provider
    if not there and steps.only_passkey(tx.session, person):
        return auth.passkey_first(tx, person)
    return auth.admitted(tx, person, secret, agent=agent, asks=asks, origin=origin, two_steps=there)


def _origin(tx: Transaction, office: Office, vouched: Vouched) -> Origin:
    origin = Origin(digest(office.issuer, vouched.subject), session_there(office.issuer, vouched.session))
    if over(tx.session, origin, vouched.at, tx.now):  # the provider's word came before this return was done
        raise ProviderRefusedError("over")
    return origin


def ended(office: Office, over: Over) -> tuple[Origin, str]:
    """Give what a word of the provider ends, and the name of that word."""
    account = digest(office.issuer, over.subject) if over.subject else ""
    return Origin(account, session_there(office.issuer, over.session)), digest(office.issuer, "jti", over.id)


def _whose(tx: Transaction, office: Office, vouched: Vouched) -> Person:
    id_ = digest(office.issuer, vouched.subject)
    link = tx.session.get(ProviderLink, id_)
    person = tx.session.get(Person, link.person_id) if link else None
    if person is None:
        person = _named(tx.session, office, vouched.named)
        if person is not None and queries.provider_links(tx.session, person.id):
            raise ProviderRefusedError("linked")
    if person is None or not person.active:
        raise ProviderRefusedError("unknown")
    if link is None:
        row: ProviderLinkRow = {"id": id_, "person_id": person.id, "issuer": office.issuer, "made_at": tx.now}
        tx.add(ProviderLink, [row])
        tx.audit("provider.linked", person.id, subject=person.id, issuer=office.issuer)
    return person


def _named(session: Session, office: Office, named: str) -> Person | None:
    """Give the one person whom the claim names; an address that two persons have names nobody."""
    if not named.isascii():  # in lower case, other signs become letters of somebody else's name
        return None
    if office.claim != "email":
        return queries.active_person(session, named.lower())
    found = queries.persons_by_mail(session, named)
    return found[0] if len(found) == 1 else None


def _asks_here(session: Session, office: Office, vouched: Vouched, person: Person) -> bool:
    """Say whether our own second proof is asked for. Raises ProviderRefusedError where one is demanded and none is."""
    if office.factors and set(office.factors) & set(vouched.factors):
        return False
    asked = second_factor.asked(session, person.id)
    if office.factors and not asked:
        raise ProviderRefusedError("factor")
    return asked


def unlink(tx: Transaction, person: str, actor: str) -> int:
    """Forget which account at the provider is a person's, and end what stands on it; gives how many."""
    links = queries.provider_links(tx.session, person)
    for one in links:
        tx.session.delete(one)
    revoke(tx, person, actor, "provider")
    tx.audit("provider.unlinked", actor, subject=person, links=len(links))
    return len(links)
