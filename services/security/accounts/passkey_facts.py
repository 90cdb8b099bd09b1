"""Say for whom passkeys are made, and what was shown with one: words alone.

Nothing here loads what makes and checks them (passkey_ceremony.py): 5 MB that a process needs once somebody uses one.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

LASTS = timedelta(minutes=5)  # to find the key and prove oneself to it
WORD = 32  # random bytes of a challenge, and of the name by which a key knows its person
LOCAL: Final = "localhost"


class PasskeyRefusedError(Exception):
    """An answer counts for nothing; `why` says it for the audit log, in one word."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True)
class Site:
    """For whom passkeys are made: the host name, and the one origin from which they are shown."""

    id: str
    origin: str


def site_of(url: str) -> Site | None:
    """Give the site of a public address; None where browsers make no passkeys for it.

    >>> site_of("https://kentongan.tuban.example:443/x")
    Site(id='kentongan.tuban.example', origin='https://kentongan.tuban.example')
    >>> site_of("http://localhost:8000"), site_of("http://kantor.example"), site_of("https://192.0.2.1")
    (Site(id='localhost', origin='http://localhost:8000'), None, None)
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return None
    local = host == LOCAL or host.endswith(f".{LOCAL}")
    if not host or (parts.scheme != "https" and not (local and parts.scheme == "http")):
        return None
    try:
        name = host.encode("idna").decode()
    except UnicodeError:
        return None
    standard = {"https": 443, "http": 80}[parts.scheme]
    port = "" if parts.port in (None, standard) else f":{parts.port}"
    return Site(name, f"{parts.scheme}://{name}{port}")


@dataclass(frozen=True)
class Asked:
    """What a browser is asked, as JSON, and what it keeps until it answers."""

    options: str
    kept: str


@dataclass(frozen=True)
class NewKey:
    """A passkey that was just made; text is base64url."""

    id: str
    handle: str
    public_key: str
    count: int
    site: str
    challenge: str  # a digest


@dataclass(frozen=True)
class Shown:
    """A passkey that was shown, before its signature is looked at; text is base64url."""

    id: str
    handle: str
    challenge: str  # a digest
    answer: str
    word: bytes


@dataclass(frozen=True)
class Proof:
    """A passkey whose signature fits."""

    id: str
    handle: str
    count: int
    site: str
    challenge: str  # a digest


def counts_on(before: int, now: int) -> bool:
    """Say whether a counter went on; keys that several devices share do not count and always say 0 (section 6.1.1)."""
    return now > before or now == before == 0
