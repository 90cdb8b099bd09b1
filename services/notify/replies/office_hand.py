"""Do what an office asks of addresses on pages and on the command line: spell, prove and try them."""

import secrets
from collections.abc import Mapping, Sequence

from schemas.records.alerts import Delivery
from schemas.records.people import Address, Person
from services.notify.channel_kit.base import Channel
from services.notify.channels import ChannelSettingsError, discover, homemade, set_up, shown_on
from services.notify.delivery.direct_messages import message_row
from services.notify.replies import address_verification as checks
from services.security.refusal import Refused
from services.security.secret import Secret
from services.store.transaction import Transaction
from services.web.phone_numbers import e164

CODE = {
    "id": "Kode verifikasi {code}. Balas pesan ini dengan kode itu, atau sebutkan kepada petugas. Berlaku 1 jam.",
    "en": "Verification code {code}. Reply with that code, or tell it to the office. Valid for 1 hour.",
}
TRIAL = {
    "id": "Pesan uji dari Kentongan. Tidak ada peristiwa; tidak perlu dijawab.",
    "en": "A trial message from Kentongan. Nothing has happened; no answer is needed.",
}


class OfficeHand:
    """What an office does with addresses; channels are looked up at the first use."""

    def __init__(self, secret: Secret, base_url: str) -> None:
        self._secret = secret
        self._base_url = base_url
        self._kinds: Mapping[str, type[Channel]] | None = None

    @property
    def _known(self) -> Mapping[str, type[Channel]]:
        if self._kinds is None:
            self._kinds = discover()
        return self._kinds

    def channels(self) -> Sequence[tuple[str, bool]]:
        """Give every channel by name, and whether it has its settings in this process."""
        try:
            ready = set(set_up(self._known, homemade(self._secret, self._base_url)))
        except ChannelSettingsError:
            ready = set()
        return [(name, name in ready) for name in self._known]

    def spelt(self, channel: str, address: str) -> str | None:
        """Give an address its one spelling; None where it is none of this channel."""
        kind = self._known.get(channel)
        return kind.canonical(address) if kind else None

    def invites(self, channel: str) -> bool:
        """Say whether a link by which its reader signs in may be sent over a channel."""
        kind = self._known.get(channel)
        return kind is not None and kind.capabilities.invites

    def number(self, channel: str, address: str) -> str | None:
        """Give the telephone number that an address is; None where it is none."""
        kind = self._known.get(channel)
        return e164(address) if kind is not None and kind.capabilities.rings else None

    def columns(self) -> Mapping[str, Sequence[str]]:
        """Give the headings of the columns that hold addresses in an office's table of people, by channel."""
        return {name: kind.capabilities.columns for name, kind in self._known.items() if kind.capabilities.columns}

    @staticmethod
    def shown(channel: str, address: str) -> str:
        """Give what a screen may show of an address."""
        return shown_on(channel, address)

    @staticmethod
    def send_code(tx: Transaction, address: str, actor: str) -> None:
        """Owe a new code to an address that is to be proved. Raises Refused."""
        found = _address(tx, address)
        code = f"{secrets.randbelow(1_000_000):06d}"
        checks.begin(tx, found, code, actor)
        _owe(tx, found, CODE, "check", code=code)

    @staticmethod
    def prove(tx: Transaction, address: str, code: str, actor: str) -> bool:
        """Take a code that was told; False when it does not fit, is too old or was tried too often. Raises Refused."""
        return checks.prove(tx, [_address(tx, address)], code, actor) is not None

    @staticmethod
    def try_out(tx: Transaction, address: str, actor: str) -> None:
        """Owe a trial message to an address that may be used. Raises Refused."""
        found = _address(tx, address)
        if found.verified_at is None or found.disabled_at is not None:
            raise Refused("address_unverified")
        _owe(tx, found, TRIAL, "trial")
        tx.audit("address.tried", actor, subject=found.id, channel=found.channel)


def _address(tx: Transaction, id_: str) -> Address:
    found = tx.session.get(Address, id_)
    if found is None:
        raise Refused("address_not_found")
    return found


def _owe(tx: Transaction, address: Address, words: Mapping[str, str], reason: str, **facts: str) -> None:
    person = tx.session.get(Person, address.person_id)
    language = person.language if person and person.language in words else "id"
    row = message_row(
        (address.id, tx.now.isoformat()),
        address.channel,
        address.address,
        words[language].format_map(facts),
        reason=reason,
        person=address.person_id,
        language=language,
        now=tx.now,
    )
    tx.add(Delivery, [row])  # not leased: whichever notifier ticks first takes it up
