"""Say what a channel is: one method, an honest verdict, and facts about what it may carry.

A channel brings a message to one address. It never writes prose (wording does) and never decides whom to tell
(routing does); it says what became of the message in words the dispatcher can act on.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, final

from pydantic_settings import BaseSettings

from schemas.vocabulary import Blame, Classification, DeliveryState

LONGEST_WAIT = 25.0  # seconds; a delivery is leased for 30, a try must have ended before that


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one try.

    `delivered`: the recipient's side has it. `sent`: the provider has it, a receipt may follow. `again`: not now,
    perhaps later (`retry_after` seconds if the other side said so). `never`: this message to this address is lost;
    `gone`: so is every other, the other side says that there is no such address any more. `error` is a short fixed
    phrase with a code at most; never a word of the message, the address or a secret. `blame` says what was at fault
    when the message did not get through: an address that is to blame is used last from then on.
    """

    outcome: Literal["delivered", "sent", "again", "never"]
    provider_id: str | None = None
    retry_after: float | None = None
    error: str = ""
    gone: bool = False
    blame: Blame = Blame.LINE
    may_pass: bool = False  # `never`, but a page of maintenance or a proxy says the same for a while


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one address, as wording wrote it and the delivery row froze it.

    `delivery_id` is the same at every retry. `body` is the long form, `short` the one for SMS, `line` what is asked,
    under a subject that is a title of its own ("": only `short` says it), `url` the page with the button and `button`
    its label, `data` the data of the webhook's event. `classification` is that of the words in `subject`, `body`,
    `short`, `line` and `data["text"]`.
    """

    delivery_id: str
    address: str
    subject: str
    body: str
    short: str
    url: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    language: str = "id"
    urgent: bool = False
    button: str = ""
    at: datetime | None = None  # when it was owed
    classification: Classification = Classification.BIASA
    line: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do; wording and routing read it."""

    carries: Classification  # highest classification of words it may bring to anybody
    max_length: int | None  # characters of one message; None: no limit worth naming
    segments: Literal["gsm7"] | None = None  # how its length is counted when not in characters
    can_answer: bool = False  # the recipient can reply in it
    proves_sender: bool = False  # who writes here is who the address says: a number in an SMS can be forged
    receipts: bool = False  # delivery and reading are told later
    tells_id: bool = True  # the other side sees the delivery's id and can know a second copy by it
    invites: bool = False  # a link by which its reader signs in may be sent over it
    rings: bool = False  # its address may be a telephone number, which can be called
    columns: tuple[str, ...] = ()  # headings, in small letters, of its column in an office's table of people
    lists: bool = False  # a program behind it keeps a list of incidents: it is told of closings, and of no notices
    nicknames: tuple[str, ...] = ()  # what gateways with a key of their own call it


@dataclass(frozen=True, slots=True)
class Example:
    """A made-up address, settings and answer as the provider's public documentation shows them.

    The contract suite tries every channel on its example, so a new channel needs no change there. `{server}`, `{host}`
    and `{port}` in settings stand for the server of the test. `opens` is the private key of the example's recipient,
    where messages are sealed for him.
    """

    address: str
    settings: Mapping[str, Any]
    answer: Any = None  # JSON of a 2xx answer
    bad_addresses: tuple[str, ...] = ("", " ", "javascript:alert(1)")
    speaks: Literal["http", "smtp", "nats", "desk"] = "http"  # desk: nothing leaves the house
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider tells later about one message; `at` is UTC, None if it gave no time."""

    provider_id: str
    state: DeliveryState  # SENT, DELIVERED, READ, or DEAD when the provider gave it up
    at: datetime | None = None
    error: str = ""
    delivery_id: str | None = None  # ours, where the provider gives it back
    blame: Blame = Blame.ADDRESS  # of a message given up: most of what a provider tells later is about the address


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message somebody sent us; the sender is the address the provider vouches for, never a display name."""

    sender_address: str  # canonical, as `Channel.canonical` gives it
    text: str  # of a photo or a file its caption
    at: datetime | None = None
    message_id: str = ""  # the provider's, the same when it tells us twice
    media: str = ""  # kind of what came with the words, or instead of them: photo, video, voice, file, sticker, other
    edited: bool = False
    position: tuple[float, float] | None = None  # latitude and longitude that a phone shared


class Channel(ABC):
    """One way to reach people; a subclass in a file of this folder is found by itself."""

    name: ClassVar[str]
    Settings: ClassVar[type[BaseSettings]]  # its fields come from KENTONGAN_CHANNEL_<NAME>_*
    capabilities: Capabilities  # the kind's; a set-up may narrow it
    example: ClassVar[Example]

    @property
    def at_once(self) -> int:
        """Give how many messages it brings at the same time; more would only wait within it."""
        return 16

    async def open(self) -> None:  # noqa: B027 - many channels have nothing to open
        """Open what is kept open between messages; needs no answer from the other side."""

    async def close(self) -> None:  # noqa: B027
        """Close what was opened; harmless twice."""

    @classmethod
    @abstractmethod
    def canonical(cls, address: str) -> str | None:
        """Give the one spelling of an address, or None if it is none."""

    @classmethod
    def valid(cls, address: str) -> bool:
        """Say whether an address can be used on this channel."""
        return cls.canonical(address) is not None

    @classmethod
    def shown(cls, address: str) -> str:
        """Show an address on a screen: of a URL no more than its host, for what follows may be a key."""
        kind, colon, rest = address.partition("://")
        return f"{kind}://{rest.partition('/')[0].rpartition('@')[2]}/***" if colon else address

    def carries_to(self, address: str) -> Classification:  # noqa: ARG002 - some addresses are safer than others
        """Give the highest classification of words it may bring to this address."""
        return self.capabilities.carries

    @final
    async def send(self, message: Outgoing) -> Verdict:
        """Bring one message to its address and say what became of it; refuse what is classified too high."""
        address = self.canonical(message.address)
        if address is None:
            return Verdict("never", error="address not usable on this channel", blame=Blame.ADDRESS)
        if message.classification > self.carries_to(address):
            return Verdict("never", error="classified above what this channel may carry", blame=Blame.MESSAGE)
        return await self._send(message, address)

    @abstractmethod
    async def _send(self, message: Outgoing, address: str) -> Verdict:
        """Bring one message to a canonical address; never raise for what the other side does."""

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002
        """Say whether a call of our inbound door comes from the provider; False where it cannot be proved.

        `headers` has lower-case names.
        """
        return False

    def challenge(self, query: Mapping[str, str]) -> str | None:  # noqa: ARG002
        """Give what to answer when the provider checks that the inbound door is ours, None if it is not its check."""
        return None

    def parse_receipt(self, payload: Any) -> list[Receipt]:  # noqa: ARG002
        """Read delivery receipts out of a provider's call; what is not understood is no receipt."""
        return []

    def parse_inbound(self, payload: Any) -> list[Inbound]:  # noqa: ARG002
        """Read messages of people out of a provider's call; what is not understood is no message."""
        return []
