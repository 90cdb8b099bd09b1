"""Keep one copy of the reporters' keys beside the backups: always the newest, so that what is erased is in none.

A backup of the store holds no reporter's key: what it says of a reporter opens only with the key file of its folder,
which each backup and each erasure writes anew (decision 0046). Erased ids are remembered in the data folder, as ended
keys are, so that a restore brings none of them back.
"""

import gzip
import io
import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from schemas.rows.reports import ReporterKeyRow
from services.security.secret import Secret
from services.sources import queries
from services.sources.cipher import SealError
from services.sources.stream import OpenedReader, SealingWriter
from services.sources.vault import ROOT
from services.store.transaction import Session

KIND = "key file"
NAME = "kentongan.keys"  # in the folder of the backups
COPIES = "key-copies"  # in the data folder: the folders that hold such a file
ERASED = "erased-keys"  # in the data folder: ids of reports whose key was erased, and of photographs that were
PHOTOGRAPH = "f-"  # begins the id of a photograph


def copy_of(backup: Path) -> Path:
    """Give the key file that belongs to a backup."""
    return backup.resolve().parent / NAME


def write(session: Session, master: Secret, file: Path) -> int:
    """Write every reporter's key into a file, sealed by the master, in place of what was there; returns how many."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    many = 0
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        with SealingWriter(out, master, KIND) as sealing, gzip.open(sealing, "wt", encoding="utf-8") as lines:
            for row in queries.all_keys(session):
                if row.id != ROOT:
                    lines.write(json.dumps([row.id, row.person, row.wrapped, row.made_at.isoformat()]) + "\n")
                    many += 1
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    return many


def behind(master: Secret, data: Path) -> list[str]:
    """Give the key files that hold a key which was erased: whoever erased it was stopped before he wrote them anew."""
    gone, found = erased(data), []
    for file in copies(data) if gone else ():
        try:
            if not gone.isdisjoint(read(Path(file), master)):
                found.append(file)
        except SealError:  # another master has sealed it, or it was cut: what it holds is not known
            found.append(file)
        except OSError:  # its disk is not here; it is looked at again the next time
            continue
    return found


def write_copies(session: Session, master: Secret, files: Iterable[str]) -> list[str]:
    """Write key files anew; gives those that could not be written."""
    missing = []
    for file in files:
        try:
            write(session, master, Path(file))
        except OSError:
            missing.append(file)
    return missing


def read(file: Path, master: Secret) -> dict[str, ReporterKeyRow]:
    """Read a key file, empty where there is none; raises SealError."""
    if not file.exists():
        return {}
    with file.open("rb") as source:
        buffered = io.BufferedReader(OpenedReader(source, master, KIND))
        with gzip.open(buffered, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
    return {
        id_: {"id": id_, "person": person, "wrapped": wrapped, "made_at": datetime.fromisoformat(made_at)}
        for id_, person, wrapped, made_at in rows
    }


def remember(data: Path, file: Path) -> None:
    """Remember where a key file lies, so that an erasure finds it."""
    if str(file) not in copies(data):
        _append(data / COPIES, [str(file)])


def copies(data: Path) -> list[str]:
    """Give the key files that were written from here."""
    file = data / COPIES
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def note_erased(data: Path, ids: Iterable[str]) -> None:
    """Write down whose keys, or which photographs, were erased, on disk before it is said."""
    _append(data / ERASED, ids)


def erased(data: Path) -> frozenset[str]:
    """Give the ids of reports whose key was erased here."""
    return frozenset(id_ for id_ in _noted(data) if not id_.startswith(PHOTOGRAPH))


def erased_photographs(data: Path) -> frozenset[str]:
    """Give the ids of photographs that were erased here: no restore brings them back."""
    return frozenset(id_ for id_ in _noted(data) if id_.startswith(PHOTOGRAPH))


def _noted(data: Path) -> list[str]:
    file = data / ERASED
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def without(keys: Mapping[str, ReporterKeyRow], gone: frozenset[str]) -> dict[str, ReporterKeyRow]:
    """Leave out the keys that were erased."""
    return {id_: row for id_, row in keys.items() if id_ not in gone}


def _append(file: Path, lines: Iterable[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w", encoding="utf-8") as kept:
        kept.write("".join(f"{line}\n" for line in lines))
        kept.flush()
        os.fsync(kept.fileno())
