"""Encrypt a file as a stream: in pieces, so that no length is too long and no cut or reordering goes unseen.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar, 2015) over AES-256-GCM, as age and Tink use it: each
piece's nonce is the file's own prefix, the piece's number and whether it is the last. The header is one line of JSON,
authenticated with every piece; the file's key is derived from the master and a salt of its own.
"""

import io
import json
import os
import struct
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.security.secret import Secret, derive
from services.sources.cipher import SealError
from services.sources.vault import name_of

PIECE = 64 * 1024  # bytes of plain text in one piece
TAG = 16
PREFIX = 7  # bytes of the nonce that are the file's own
MAGIC = b"kentongan-sealed-1 "
HEADER_LIMIT = 1000  # bytes


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


class SealingWriter(io.RawIOBase):
    """Encrypt what is written into a file; the file is whole once `close` was called."""

    def __init__(self, out: IO[bytes], master: Secret, kind: str) -> None:
        super().__init__()
        salt, self._prefix = os.urandom(16), os.urandom(PREFIX)
        facts = {"kind": kind, "master": name_of(master.current), "salt": salt.hex(), "prefix": self._prefix.hex()}
        self._header = MAGIC + json.dumps(facts).encode() + b"\n"
        self._cipher = AESGCM(derive(master.current, f"file {salt.hex()}"))
        self._out, self._waiting, self._number = out, bytearray(), 0
        out.write(self._header)

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes; whole pieces are encrypted at once, the last one at the end."""
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def close(self) -> None:
        """Write the last piece, which says that it is the last."""
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
        super().close()

    def _put(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._out.write(self._cipher.encrypt(nonce, piece, self._header))
        self._number += 1


class OpenedReader(io.RawIOBase):
    """Decrypt a file that `SealingWriter` has written; raises SealError where it was changed, cut or is another's."""

    def __init__(self, source: IO[bytes], master: Secret, kind: str) -> None:
        super().__init__()
        self._header = source.readline(HEADER_LIMIT)
        try:
            facts = json.loads(self._header.removeprefix(MAGIC))
            self._prefix = bytes.fromhex(facts["prefix"])
            of, salt, name = facts["kind"], facts["salt"], facts["master"]
        except (ValueError, KeyError, TypeError):
            raise SealError("its header cannot be read") from None
        if of != kind:
            raise SealError(f"it is a {of}, not a {kind}")
        key = next((one for one in master.live if name_of(one) == name), None)
        if key is None:
            raise SealError(f"it was sealed by the master {name}, which is not here")
        self._cipher = AESGCM(derive(key, f"file {salt}"))
        self._source, self._number, self._ready, self._ended = source, 0, b"", False
        self._next = source.read(PIECE + TAG)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Give the next bytes; 0 at the end."""
        while not self._ready and not self._ended:
            self._ready = self._piece()
        many = min(len(buffer), len(self._ready))
        buffer[:many], self._ready = self._ready[:many], self._ready[many:]
        return many

    def _piece(self) -> bytes:
        piece, self._next = self._next, self._source.read(PIECE + TAG)
        self._ended = not self._next
        nonce = _nonce(self._prefix, self._number, last=self._ended)
        self._number += 1
        try:
            return self._cipher.decrypt(nonce, piece, self._header)
        except (InvalidTag, ValueError):
            raise SealError("it was cut or changed") from None


def is_sealed(file: IO[bytes]) -> bool:
    """Say whether a file begins as a sealed one does; the file is read from its beginning after that."""
    begins = file.read(len(MAGIC))
    file.seek(0)
    return begins == MAGIC
