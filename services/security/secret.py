"""Keep the installation's secret: made whole before anybody reads it, one key per purpose, two of them in a rotation.

The file holds one secret per line (hex), the newest first. What was signed by an older one stays good until that line
is taken out.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from services.runtime.disk import sync_names
from services.runtime.private import give_to_owner

LEAST = 32  # bytes: what HMAC-SHA256 gains nothing beyond, and nobody guesses
LIVE = 2  # secrets at once: the one that signs, and the one before it
FILE = "secret"
STARTED = "root"  # lies beside the secrets once an installation has started: the root of what is sealed, wrapped
SETTING = {FILE: "KENTONGAN_SECRET", "master": "KENTONGAN_MASTER_KEY"}  # by the name of the file
WITHOUT = {  # what may be done where it was kept nowhere
    FILE: "To go on without it, which ends every key, receipt and button, and with them authenticators and recovery "
    "codes: kentongan key rotate",
    "master": "Without it nothing that was sealed opens.",
}
SIGNED = 24  # bytes of a signature, 32 characters


class SecretError(Exception):
    """There is no secret that can be used; the sentence says what to do."""


@lru_cache(maxsize=256)
def derive(secret: bytes, purpose: str) -> bytes:
    """Derive the key of one purpose, 32 bytes: HKDF-SHA256 (RFC 5869) without salt, one block."""
    extracted = hmac.digest(b"\x00" * 32, secret, "sha256")
    return hmac.digest(extracted, f"kentongan {purpose}".encode() + b"\x01", "sha256")


@dataclass(frozen=True)
class Secret:
    """The secret that signs, and the one before it while a rotation lasts; whoever signs says what for."""

    current: bytes
    previous: bytes | None = None

    def __repr__(self) -> str:
        return "Secret(...)"

    @property
    def live(self) -> tuple[bytes, ...]:
        """Give the secrets whose signatures are good, the newest first."""
        return (self.current,) if self.previous is None else (self.current, self.previous)

    def key(self, purpose: str) -> bytes:
        """Give the key of a purpose, 32 bytes; no other purpose's follows from it."""
        return derive(self.current, purpose)

    def keys(self, purpose: str) -> tuple[bytes, ...]:
        """Give the keys of a purpose under every live secret, the newest first."""
        return tuple(derive(one, purpose) for one in self.live)

    def sign(self, purpose: str, text: str) -> str:
        """Sign a text for a purpose."""
        return _signature(self.key(purpose), text)

    def fits(self, purpose: str, text: str, signature: str) -> bool:
        """Say whether a signature was made by a live secret for this purpose, by this version or the first."""
        told = signature.encode("utf-8", "replace")
        good = [_signature(key, text) for key in self.keys(purpose)]
        good += [_signature(one, f"{purpose}:{text}") for one in self.live]  # as 0.1 signed: keys and receipts last
        return sum(hmac.compare_digest(one.encode(), told) for one in good) > 0  # each is compared: time says nothing


class FollowedSecret(Secret):
    """The secret in a file, as it stands there at each use: a service that runs learns of a rotation at once.

    What it once held it still opens with, until the process ends: something that was sealed a moment before a rotation
    may reach us after it. A file that is gone or unreadable changes nothing.
    """

    _file: Path
    _known: tuple[tuple[int, int, int], Secret]
    _ended: tuple[bytes, ...]

    def __init__(self, file: Path) -> None:
        object.__setattr__(self, "_file", file)
        object.__setattr__(self, "_known", (_mark(file), _read(file)))
        object.__setattr__(self, "_ended", ())

    @property
    def current(self) -> bytes:
        """Give the secret that signs."""
        return self._look().current

    @property
    def previous(self) -> bytes | None:
        """Give the one before it while a rotation lasts."""
        return self._look().previous

    @property
    def live(self) -> tuple[bytes, ...]:
        """Give what opens, the newest first: what the file holds, and what it has held since this process began."""
        return (*self._look().live, *self._ended)

    def _look(self) -> Secret:
        mark, known = self._known
        with contextlib.suppress(OSError, SecretError):
            if (now := _mark(self._file)) != mark:
                fresh = _read(self._file)
                ended = tuple(one for one in (*known.live, *self._ended) if one not in fresh.live)
                object.__setattr__(self, "_ended", ended)  # first: who looks meanwhile finds all of them
                object.__setattr__(self, "_known", (now, fresh))
                return fresh
        return known


def _mark(file: Path) -> tuple[int, int, int]:
    """Tell one content of a file that is only ever replaced from another."""
    found = file.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _signature(key: bytes, text: str) -> str:
    return urlsafe_b64encode(hmac.digest(key, text.encode("utf-8", "replace"), "sha256")[:SIGNED]).decode()


def load_secret(given: str, data: Path, before: str = "", name: str = FILE, *, follow: bool = False) -> Secret:
    """Give the secret kept under `name`, making and keeping one (mode 0600) where none was given.

    `before` is the secret given until lately, whose signatures stay good; with `follow` a file is looked at before each
    use. Raises SecretError for one that is too short.
    """
    if not given:
        return FollowedSecret(made(data, name)) if follow else _read(made(data, name))
    if len(given.encode()) < LEAST:
        raise SecretError(
            f"{SETTING[name]} is shorter than {LEAST} bytes. Make one with: openssl rand -hex 32; "
            f"put the old one into {SETTING[name]}_PREVIOUS, and what it signed or wrapped stays good."
        )
    return Secret(_digest(given), _digest(before) if before else None)


def _digest(given: str) -> bytes:
    return hashlib.sha256(given.encode()).digest()


def made(data: Path, name: str = FILE, *, anew: bool = False) -> Path:
    """Give the secret's file, made if it is not there: written aside and linked, so that nobody reads half of one.

    Raises SecretError where an installation has started before: what was lost, or is away for a while, gets no other in
    its place but by who says so, `anew`.
    """
    file = data / name
    started = (data / STARTED).exists()  # looked for first: whoever starts beside us makes the file before it
    if not file.exists():
        if not anew and started:
            back = f"Put it back from where it was kept, or set {SETTING[name]} as it was."
            raise SecretError(f"{file} is gone. {back} {WITHOUT[name]}")
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        _put(file, [secrets.token_bytes(LEAST)], first=True)
    return file


def rotate(data: Path, name: str = FILE) -> Secret:
    """Sign by a new secret from now on and keep the one before it; raises SecretError while two are live."""
    kept = _read(made(data, name, anew=name == FILE))
    if kept.previous is not None:
        command = "kentongan key retire" if name == FILE else "kentongan source retire"
        raise SecretError(f"Two secrets are live already. End the older one first: {command}")
    _put(data / name, [secrets.token_bytes(LEAST), kept.current])
    return _read(data / name)


def retire(data: Path, name: str = FILE) -> None:
    """End the older secret: what it signed is void."""
    _put(data / name, [_read(made(data, name)).current])


def _put(file: Path, live: list[bytes], *, first: bool = False) -> None:
    aside = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as new:
            give_to_owner(descriptor, file.parent)  # before anybody sees it under its name
            new.write("".join(f"{one.hex()}\n" for one in live))
            new.flush()
            os.fsync(new.fileno())
        if first:
            try:
                os.link(aside, file)
            except FileExistsError:
                return  # another process was first, and its file is whole
        else:
            aside.replace(file)
        sync_names(file.parent)
    finally:
        aside.unlink(missing_ok=True)


def _read(file: Path) -> Secret:
    try:
        live = [bytes.fromhex(line) for line in file.read_text(encoding="ascii").split()]
    except ValueError:
        live = []
    except OSError as error:  # its mode was changed, or its disk fails
        raise SecretError(f"{file} cannot be read: {error.strerror}.") from None
    if not 1 <= len(live) <= LIVE or any(len(one) < LEAST for one in live):
        raise SecretError(f"{file} holds no secret of at least {LEAST} bytes. Put it back from where it was kept.")
    return Secret(*live)
