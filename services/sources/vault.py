"""Hold the keys: the master wraps one key per report, the root keys handles, fingerprints and what must be found again.

Each report gets a key of its own (decision 0045). It lies, wrapped by the master, beside the report's id on the bus and
in the store, never with the report: whoever erases it there erases every copy of what it has sealed. All keys of one
person are found by the person's handle. The root never changes: handles stay the same when the master is replaced.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from schemas.messages import ReportFiled, SealedMessage, SealedReport
from services.security.secret import Secret, derive
from services.sources import person
from services.sources.cipher import SealError, new_key, seal, seal_alike, unseal, unseal_alike

ROOT = "root"  # id of the root among the keys
HANDLE = 32  # characters, 128 bits
MARK = "seal1."  # how an address that is sealed begins
_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode
LOST = "-"  # shown for what no key opens any more


@dataclass(frozen=True)
class Vault:
    """The keys of one installation, opened; made by `keyring.open_vault`."""

    master: Secret
    root: bytes

    def __repr__(self) -> str:
        return "Vault(...)"

    # -- keys --------------------------------------------------------------------------------------------------------

    def wrap(self, id_: str, key: bytes) -> str:
        """Wrap a key by the newest master: the master's name, a colon, the sealed key, bound to its id."""
        master = self.master.current
        return f"{name_of(master)}:{seal(derive(master, 'wrap'), key, id_)}"

    def unwrap(self, id_: str, wrapped: str) -> bytes:
        """Give a key that a live master has wrapped; raises SealError."""
        return unwrapped(self.master, id_, wrapped)

    def renewed(self, id_: str, wrapped: str) -> str:
        """Give a key wrapped by the newest master, as it is where that has wrapped it; raises SealError."""
        if wrapped.startswith(f"{name_of(self.master.current)}:"):
            return wrapped
        return self.wrap(id_, self.unwrap(id_, wrapped))

    # -- who ---------------------------------------------------------------------------------------------------------

    def handle(self, purpose: str, text: str) -> str:
        """Give the keyed handle of a text, 32 hex digits: the same each time; without the root nobody enumerates it."""
        return hmac.digest(derive(self.root, f"handle {purpose}"), text.encode(), "sha256").hex()[:HANDLE]

    def person(self, spelt: str) -> str:
        """Give the handle of a person in the one spelling (`person.spelt`)."""
        return self.handle("person", spelt)

    def reporter(self, reporter: str) -> str:
        """Give what is kept as reporter: a handle; programs of this installation and nobody keep their names."""
        return reporter if reporter in person.PROGRAMS else self.handle("reporter", reporter)

    def source(self, filed: ReportFiled) -> str:
        """Give the handle by which independent sources are told apart; anonymous ones of one channel are one."""
        source = filed.source
        return self.source_of(source.reporter, source.institution, source.channel, filed.report.contact)

    def source_of(self, reporter: str, institution: str | None, channel: str, contact: str | None) -> str:
        """Give the handle of a source from what is kept of it."""
        who = person.spelt(contact) if contact and contact.strip() else ""
        return self.handle("source", f"{reporter}|{institution or ''}|{channel}|{who}")

    # -- the bus (services/bus/sealing.py has this shape) --------------------------------------------------------------

    def fingerprint(self, digest: str) -> str:
        """Give the keyed form of a report's digest: a number in a known text is not found by trying all numbers."""
        return self.handle("digest", digest)

    def tombstone(self, report: str) -> str:
        """Give the keyed hash that stands for the id of a report after it was erased."""
        return self.handle("tombstone", report)

    def seal_report(self, filed: ReportFiled, wrapped: str = "") -> tuple[bytes, str]:
        """Give the body of a report on the bus, sealed under the key given or a new one, and the key, wrapped.

        Raises SealError for a key that this vault has not wrapped.
        """
        id_ = str(filed.id)
        key = self.unwrap(id_, wrapped) if wrapped else new_key()
        told = SealedReport(
            id=filed.id, filed_at=filed.filed_at, key=id_, sealed=seal(key, filed.model_dump_json().encode(), id_)
        )
        return told.model_dump_json().encode(), wrapped or self.wrap(id_, key)

    def open_report(self, body: bytes, wrapped: str) -> bytes:
        """Give the JSON of a report that `seal_report` has sealed; raises SealError."""
        told = SealedReport.model_validate_json(body)
        return unseal(self.unwrap(told.key, wrapped), told.sealed, told.key)

    def seal_inbound(self, body: bytes) -> bytes:
        """Give the body of an inbound message on the bus, sealed; only its id, channel and time can be read."""
        told = json.loads(body)
        sealed = seal(derive(self.root, "inbound"), body, told["id"])
        return (
            SealedMessage(id=told["id"], channel=told["channel"], at=told["at"], sealed=sealed)
            .model_dump_json()
            .encode()
        )

    def open_inbound(self, body: bytes) -> bytes:
        """Give an inbound message as it came; one from before it was sealed stays as it is. Raises SealError."""
        told = json.loads(body)
        if "sealed" not in told:
            return body
        return unseal(derive(self.root, "inbound"), told["sealed"], told["id"])

    # -- what is kept ------------------------------------------------------------------------------------------------

    def seal_facts(self, id_: str, wrapped: str, facts: dict[str, Any]) -> str:
        """Seal what is kept of a report's source under the report's key."""
        return seal(self.unwrap(id_, wrapped), _AS_JSON(facts).encode(), f"source {id_}")

    def open_facts(self, id_: str, wrapped: str, sealed: str) -> dict[str, Any]:
        """Open what `seal_facts` has sealed; raises SealError."""
        return dict(json.loads(unseal(self.unwrap(id_, wrapped), sealed, f"source {id_}")))

    def seal_address(self, address: str) -> str:
        """Seal the address of somebody who is no officer; the same address gives the same text."""
        return MARK + seal_alike(self._addresses(), address)

    def open_address(self, kept: str) -> str:
        """Give the address to send to; one that is not sealed stays as it is. Raises SealError."""
        return unseal_alike(self._addresses(), kept.removeprefix(MARK)) if kept.startswith(MARK) else kept

    def _addresses(self) -> bytes:
        return derive(self.root, "address 1") + derive(self.root, "address 2")


@lru_cache(maxsize=16)  # asked for each report; its key is kept as `derive` keeps it
def name_of(master: bytes) -> str:
    """Name a master so that what it wrapped says which one opens it; nothing of the master follows from its name."""
    return hashlib.sha256(derive(master, "name")).hexdigest()[:8]


def unwrapped(master: Secret, id_: str, wrapped: str) -> bytes:
    """Give a key that one of the live masters has wrapped; raises SealError."""
    name, _, sealed = wrapped.partition(":")
    for one in master.live:
        if name_of(one) == name:
            return unseal(derive(one, "wrap"), sealed, id_)
    raise SealError(f"wrapped by a master that is not here ({name})")
