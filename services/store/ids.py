"""Derive ids from what they stand for, and order them where many rows are written for each report."""

from datetime import datetime
from hashlib import blake2b
from secrets import randbits
from uuid import UUID

PLACE = 16  # hexadecimal digits of an incident's id: the hour in which it was told, the version, 12 bits of chance
HOUR = 3_600_000  # milliseconds: agencies that are told of an incident learn no minute of a report (docs/security.md)


def derived(*parts: object) -> str:
    """Derive an id from what it stands for, so that doing it twice is doing it once."""
    told = "\x1f".join(map(str, parts))  # a byte no part has, so that ("a", "b:c") and ("a:b", "c") stay two
    return blake2b(told.encode(), digest_size=16, person=b"kentongan").hexdigest()


def new_id(at: datetime) -> str:
    """Make a UUID of version 7 whose time is the full hour: of an index, only the pages of this hour are written.

    Of its 122 bits 74 are chance, so that nobody guesses it.
    """
    time = int(at.timestamp() * 1000) // HOUR * HOUR % (1 << 48)
    return str(UUID(int=time << 80 | 7 << 76 | randbits(12) << 64 | 2 << 62 | randbits(62)))


def _place(incident: str) -> str:
    return incident.replace("-", "")[:PLACE]


def beside(incident: str, *parts: object) -> str:
    """Derive an id that stands in an index beside those of the same incident, as long as any other."""
    place = _place(incident)
    return place + derived(*parts)[len(place) :]


def is_beside(id_: str, incident: str) -> bool:
    """Say whether an id stands beside its incident's; those of releases before do not."""
    return id_.startswith(_place(incident))
