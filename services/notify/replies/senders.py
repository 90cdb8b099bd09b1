"""Find who sent a message by the address the provider vouches for: never by a display name.

A number that several officers share (the phone of a watch) is all of theirs: the code says whose answer it is.
"""

from dataclasses import dataclass

from schemas.records.people import Address, Person
from services.notify.channels import nicknames
from services.notify.context import NotifyContext
from services.notify.replies import queries
from services.oncall.queries import may_answer
from services.store.transaction import Transaction
from services.web.phone_numbers import e164


@dataclass(frozen=True)
class Sender:
    """Who may have sent it. `channel` is the one to answer over, None where there is no way back."""

    address: str
    channel: str | None
    people: tuple[tuple[Person, Address], ...]  # whose verified address this is
    unproved: tuple[Address, ...]  # addresses so spelt that nobody has verified
    handles: tuple[str, ...]  # opaque ones of the address: the one in use, and those of before

    @property
    def handle(self) -> str:
        """Give the opaque handle of the address that is in use."""
        return self.handles[0]

    @property
    def officers(self) -> tuple[tuple[Person, Address], ...]:
        """Give those of the people who may answer for an office; who is none of them is a reporter."""
        return tuple(pair for pair in self.people if may_answer(pair[0]))

    @property
    def language(self) -> str:
        """Give the language to answer in."""
        return self.people[0][0].language if self.people else "id"


def family(channel: str) -> str:
    """Give what kind of way a channel is, whoever runs it.

    >>> family("sms_android"), family("sms"), family("wa")
    ('sms', 'sms', 'whatsapp')
    """
    return nicknames().get(channel, channel).partition("_")[0]


def way_back(context: NotifyContext, channel: str, address: str) -> tuple[str, str] | None:
    """Give the channel that is set up, and the spelling of the address, over which a sender can be answered."""
    named = [channel, *sorted(context.channels)]
    for name in named:
        if context.answers(name) and (name == channel or family(name) == family(channel)):
            spelt = context.channels[name].canonical(address)
            return (name, spelt) if spelt else None
    return None


def way_to_number(context: NotifyContext, contact: str) -> tuple[str, str] | None:
    """Give the SMS channel that is set up, and the spelling, for a contact that is a telephone number."""
    number = e164(contact)
    return way_back(context, "sms", number) if number else None


def find_sender(tx: Transaction, context: NotifyContext, channel: str, given: str) -> Sender:
    """Find a sender among the addresses of active people."""
    own = context.channels.get(channel)
    number = None if own else e164(given)
    address = (own.canonical(given) if own else number) or given
    rows = _nearest(channel, queries.owners_of(tx, _spellings(address)), by_telephone=number is not None)
    back = way_back(context, channel, address)
    if back is None and rows:
        back = way_back(context, rows[0][0].channel, address)
    return Sender(
        address=address,
        channel=back[0] if back else None,
        people=tuple((person, row) for row, person in rows if row.verified_at is not None),
        unproved=tuple(row for row, _ in rows if row.verified_at is None),
        # What a gateway says of an address that is none of its own kind holds for that gateway alone.
        handles=context.sender_handles(address if own or number or back else f"{channel}:{address}"),
    )


def _spellings(address: str) -> set[str]:
    """Give how an Indonesian number may have been written down by the office."""
    bare = address.removeprefix("+62")
    return {address, f"62{bare}", f"0{bare}"} if address.startswith("+62") else {address}


def _nearest(channel: str, rows: list[tuple[Address, Person]], *, by_telephone: bool) -> list[tuple[Address, Person]]:
    """Keep the addresses that the channel speaks for: its own, or its kind's.

    A gateway that passes a telephone number on speaks for every way by telephone; never for a mail box or an account.
    """
    same = [pair for pair in rows if pair[0].channel == channel]
    kind = [pair for pair in rows if family(pair[0].channel) == family(channel)]
    return same or kind or (rows if by_telephone else [])
