"""Write a report's number and key as people can copy them, and read them back. Pure.

The number is the first eight digits of the report's id, the key a short form of its receipt. A link carries both in
full, so that it is known before the report has been kept.
"""

import base64
import hashlib
from binascii import Error as NotBase64
from dataclasses import dataclass
from uuid import UUID

from services.security.auth import Receipts

DIGITS = 8


@dataclass(frozen=True)
class Ticket:
    """What a reporter keeps of one report."""

    id: UUID
    receipt: str

    @property
    def number(self) -> str:
        """Give the number: "3F2A-91BC"."""
        return number_of(str(self.id))

    @property
    def key(self) -> str:
        """Give the key: "K7QM-2XPA"."""
        word = base64.b32encode(hashlib.sha256(self.receipt.encode()).digest())[:DIGITS].decode()
        return f"{word[:4]}-{word[4:]}"

    @property
    def code(self) -> str:
        """Give what stands in the link."""
        return f"{base64.urlsafe_b64encode(self.id.bytes).decode().rstrip('=')}.{self.receipt}"

    def told(self) -> dict[str, str]:
        """Give what the script of a page is told, which keeps it on the phone."""
        return {"id": str(self.id), "number": self.number, "key": self.key, "status": f"/status/{self.code}"}


def number_of(report: str) -> str:
    """Give the number of a report by its id.

    >>> number_of("3f2a91bc-6f0e-7000-8000-000000000001")
    '3F2A-91BC'
    """
    digits = report[:DIGITS].upper()
    return f"{digits[:4]}-{digits[4:]}"


def ticket(id_: UUID, receipts: Receipts) -> Ticket:
    """Give the ticket of a report."""
    return Ticket(id_, receipts.issue(id_))


def ticket_of(code: str, receipts: Receipts) -> Ticket | None:
    """Read a link's code; None when it is not one of ours."""
    head, _, receipt = code.partition(".")
    try:
        id_ = UUID(bytes=base64.urlsafe_b64decode(head + "=="))
    except (ValueError, NotBase64):
        return None
    return Ticket(id_, receipt) if receipts.fits(id_, receipt) else None


def plain(written: str) -> str:
    """Give a number or key as it is compared: capitals and digits alone.

    >>> plain(" 3f2a-91bc ")
    '3F2A91BC'
    """
    return "".join(sign for sign in written.upper() if sign.isascii() and sign.isalnum())
