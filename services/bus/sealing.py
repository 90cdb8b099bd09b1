"""Say what the bus needs to seal what travels; services/sources/vault.py has this shape."""

from typing import Protocol

from schemas.messages import ReportFiled

SEALED = b'"sealed":'  # what a body that lies sealed holds
KEY_HEADER = "kentongan-key"  # of a known report: the key of its body, wrapped


class Sealer(Protocol):
    """Seals reports under keys of their own, and inbound messages; what does not open raises ValueError."""

    def fingerprint(self, digest: str) -> str:
        """Give the keyed form of a digest."""
        ...

    def tombstone(self, report: str) -> str:
        """Give the keyed hash that stands for the id of a report after it was erased."""
        ...

    def seal_report(self, filed: ReportFiled, wrapped: str = "") -> tuple[bytes, str]:
        """Give the body of a report as it lies on the bus, under the key given or a new one, and the key, wrapped."""
        ...

    def renewed(self, report: str, wrapped: str) -> str:
        """Give the key of a report wrapped by the newest master, as it is where that has wrapped it."""
        ...

    def open_report(self, body: bytes, wrapped: str) -> bytes:
        """Give the JSON of a report."""
        ...

    def seal_inbound(self, body: bytes) -> bytes:
        """Give the body of an inbound message as it lies on the bus."""
        ...

    def open_inbound(self, body: bytes) -> bytes:
        """Give the JSON of an inbound message."""
        ...
