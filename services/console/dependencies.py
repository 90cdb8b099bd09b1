"""Name what the desk stands on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from schemas.assessment import Assessment
from schemas.district import District
from schemas.messages import ReportIn
from schemas.tiles import TileServer
from schemas.vocabulary import Role
from services.bus import DeadLetter
from services.console.read_log import ReadLog
from services.oncall.shifts import Post
from services.policy.versions import Rules
from services.security.accounts.passkey_facts import Site, site_of
from services.security.accounts.two_steps import TwoSteps
from services.security.auth import Identity, Receipts
from services.security.keys import Keys
from services.security.secret import Secret
from services.sources.vault import Vault
from services.store.database import Store
from services.store.transaction import Transaction

if TYPE_CHECKING:
    from services.security.oidc.provider import Provider


def no_posts(_: District) -> Sequence[Post]:
    """Name no post that must be manned: what a desk says that nobody told."""
    return ()


class Readiness(Protocol):
    """Something that can say whether it works."""

    async def ready(self) -> bool:
        """Say whether it works now."""
        ...


class Letters(Protocol):
    """Shows what the services could not process; services/bus/inspection.py has this shape."""

    async def dead_letters(self, after: int = 0, most: int = 0) -> list[DeadLetter]:
        """List it, oldest first, beyond the number `after`, at most `most`. Raises BusUnavailable."""
        ...

    async def dead_body(self, letter: DeadLetter) -> tuple[str, bytes]:
        """Give subject and body of one, opened where a key is left. Raises LetterGone, BusUnavailable."""
        ...

    async def dead_report(self, letter: DeadLetter) -> str | None:
        """Give the id of the accepted report that one is; None where it is none. Raises BusUnavailable."""
        ...


class Filing(Protocol):
    """Puts reports on disk; services/ingest/filing.py has this shape."""

    async def from_page(
        self,
        body: bytes,
        who: Identity | None,
        device: str | None,
        host: str | None,
        notes: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """File one report, JSON, with notes of our own; gives its id, receipt and time. Raises Problem."""
        ...

    async def photo(self, body: bytes, who: Identity | None, device: str | None, host: str | None) -> str:
        """Keep one photograph; gives its id. Raises Problem."""
        ...

    def picture(self, id_: str) -> Path | None:
        """Give the file of a photograph that a report has named."""
        ...


class Reader(Protocol):
    """Reads a report's words; services/triage/assess.py has this shape."""

    def assess(self, report: ReportIn, *, filed_at: datetime) -> Assessment:
        """Say what a report says. Pure, some milliseconds."""
        ...


class Ways(Protocol):
    """Reaches people; services/notify/replies/office_hand.py has this shape."""

    def channels(self) -> Sequence[tuple[str, bool]]:
        """Give every channel by name, and whether it has its settings."""
        ...

    def spelt(self, channel: str, address: str) -> str | None:
        """Give an address its one spelling; None where it is none of this channel."""
        ...

    def invites(self, channel: str) -> bool:
        """Say whether a link by which its reader signs in may be sent over a channel."""
        ...

    def number(self, channel: str, address: str) -> str | None:
        """Give the telephone number that an address is; None where it is none."""
        ...

    def columns(self) -> Mapping[str, Sequence[str]]:
        """Give the headings of the columns that hold addresses in an office's table of people, by channel."""
        ...

    def shown(self, channel: str, address: str) -> str:
        """Give what a screen may show of an address."""
        ...

    def send_code(self, tx: Transaction, address: str, actor: str) -> None:
        """Owe a code to an address that is to be proved. Raises Refused."""
        ...

    def prove(self, tx: Transaction, address: str, code: str, actor: str) -> bool:
        """Take a code that was told; False when it does not fit. Raises Refused."""
        ...

    def try_out(self, tx: Transaction, address: str, actor: str) -> None:
        """Owe a trial message to an address. Raises Refused."""
        ...


@dataclass(frozen=True)
class Deps:
    """What the desk is given; `base_url` has no slash at its end."""

    store: Store
    secret: Secret
    keys: Keys
    rules: Rules
    base_url: str
    bus: Readiness | None = None
    posts: Callable[[District], Sequence[Post]] = no_posts  # that lead something; routing knows, and is notify's
    filing: Filing | None = None  # None: nothing can be reported here
    reader: Callable[[], Reader] | None = None  # may take a second at its first call
    vault: Vault | None = None  # None: no source can be opened here
    ways: Ways | None = None  # None: addresses are looked after elsewhere
    end_key: Callable[[str], None] | None = None  # writes down, beside the secret, what was ended, or who was shut out
    letters: Letters | None = None  # None: nobody here sees what could not be processed
    provider: "Provider | None" = None  # None: the office has no sign-in of its own
    came_in: Callable[[str], None] | None = None  # hears the login of whoever has signed in, not by a provider
    tiles: TileServer | None = None  # None: maps are drawn of areas alone
    sample: bool = False  # people and reports are invented, and every page says so
    two_step_roles: frozenset[Role] = frozenset()  # that must sign in by two steps

    @property
    def district(self) -> District:
        """Give the district as it stands now."""
        return self.rules.district

    @property
    def passkey_site(self) -> Site | None:
        """Give the site that passkeys are made for; None where none can be, or the office's provider alone counts.

        A passkey proves two things, and neither is known to the provider.
        """
        alone = self.provider is not None and not self.district.sign_in.password
        return None if alone else site_of(self.base_url)

    @property
    def steps(self) -> TwoSteps:
        """Give of whom two steps are required."""
        site = self.passkey_site if self.two_step_roles else None
        return TwoSteps(self.two_step_roles, site.id if site else "")

    @property
    def clock(self) -> Callable[[], datetime]:
        """Give the store's clock: one time for what is kept and what is shown."""
        return self.store.clock

    @cached_property
    def reads(self) -> ReadLog:
        """Give what writes down who has read what is secret."""
        return ReadLog(self.store)

    @property
    def receipts(self) -> Receipts:
        """Give the checker of reporters' receipts."""
        return Receipts(self.secret)
