"""Keep Sipolmas' list of ormas, and tie parties of incidents to it where a person finds them to be one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process, utils

from schemas.district import District
from schemas.office.records import Ormas, OrmasLink
from schemas.rows.office import OrmasLinkRow, OrmasRow
from services.incidents.access import named_persons_only
from services.office import queries
from services.office.access import chair, kept_from
from services.security.auth import Identity
from services.security.refusal import Refused
from services.store.ids import derived
from services.store.transaction import Transaction
from services.web.headings import plain

# Heading of the list -> field; compared without case, spaces and signs.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("nomor", "no registrasi", "nomor registrasi", "nomor skt", "no skt", "nomor badan hukum", "no sk"),
    "name": ("nama", "nama ormas", "nama organisasi"),
    "status": ("status", "status ormas", "keterangan status"),
    "address": ("alamat", "alamat sekretariat", "sekretariat"),
}
ALIKE: Final = 75.0  # of 100, from which a name is suggested
MOST: Final = 3


@dataclass(frozen=True)
class Read:
    """What a list of ormas says: its rows, headings nobody knows, and what is wrong by line (from 1)."""

    rows: tuple[OrmasRow, ...]
    unknown: tuple[str, ...]
    faults: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Imported:
    """What an import did."""

    added: int
    changed: int
    same: int
    missing: int  # on no line of this list, once listed


def read_list(lines: Sequence[Sequence[object]]) -> Read:
    """Read the cells of a list, its first row the headings. A number twice, or none, is a fault. Pure."""
    if not lines:
        return Read((), (), ((1, "daftar kosong"),))
    fields = [_field_of(cell) for cell in lines[0]]
    unknown = tuple(str(cell) for cell, name in zip(lines[0], fields, strict=True) if name is None and cell)
    lacking = [name for name in ("number", "name") if name not in fields]
    if lacking:
        return Read((), unknown, ((1, f"tidak ada kolom {' dan '.join(HEADINGS[name][0] for name in lacking)}"),))
    rows: dict[str, OrmasRow] = {}
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(lines[1:], 2):
        cells = {name: _text(cell) for name, cell in zip(fields, line, strict=False) if name}
        if not any(cells.values()):
            continue
        if why := _fault(cells, rows):
            faults.append((number, why))
            continue
        row: OrmasRow = {"number": cells["number"], "name": cells["name"]}
        rows[cells["number"]] = row | {"status": cells.get("status", ""), "address": cells.get("address", "")}
    return Read(tuple(rows.values()), unknown, tuple(faults))


def _fault(cells: Mapping[str, str], rows: Mapping[str, OrmasRow]) -> str:
    number, name = cells.get("number", ""), cells.get("name", "")
    if not number or not name:
        return "nomor atau nama kosong"
    if not re.search(r"\d", number):
        return f"nomor {number} bukan nomor registrasi"
    if number in rows:
        return f"nomor {number} sudah ada di baris lain"
    return ""


def _field_of(heading: object) -> str | None:
    return next((name for name, known in HEADINGS.items() if plain(heading) in map(plain, known)), None)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split()) if cell is not None else ""


def put_list(tx: Transaction, actor: str, rows: Sequence[OrmasRow]) -> Imported:
    """Keep a list; the same list again changes nothing. What it no longer has stays, marked."""
    known = {one.number: one for one in queries.all_ormas(tx.session)}
    added = changed = same = 0
    fresh: list[OrmasRow] = []
    for row in rows:
        one = known.pop(row["number"], None)
        if one is None:
            fresh.append(row | {"imported_at": tx.now})
            added += 1
        elif (one.name, one.status, one.address, one.missing_since) == (
            row["name"],
            row["status"],
            row["address"],
            None,
        ):
            same += 1
        else:
            one.name, one.status, one.address = row["name"], row["status"], row["address"]
            one.imported_at, one.missing_since = tx.now, None
            changed += 1
    tx.add(Ormas, fresh)
    gone = [one for one in known.values() if one.missing_since is None]
    for one in gone:
        one.missing_since = tx.now
    if added or changed or gone:
        tx.audit("ormas.imported", actor, added=added, changed=changed, missing=len(gone))
    return Imported(added, changed, same, len(gone))


def suggestions(party: str, names: Mapping[str, str]) -> list[tuple[str, float]]:
    """Give the numbers of ormas whose names resemble a party, the most alike first. Pure.

    >>> suggestions("Pagar Nusa Soko", {"1": "Perguruan Pagar Nusa", "2": "Karang Taruna"})
    [('1', 80.0)]
    """
    found = process.extract(
        party, names, scorer=fuzz.token_set_ratio, processor=utils.default_process, score_cutoff=ALIKE, limit=MOST
    )
    return [(number, round(score, 1)) for _, score, number in found]


def link(
    tx: Transaction, district: District, who: Identity, *, incident_id: str, party: str, number: str, letter: str
) -> str:
    """Say that a party of an incident is an ormas of the register; a person does, nobody else. Raises Refused."""
    chair(who)
    incident = queries.incident(tx.session, incident_id)
    kept = kept_from(tx.session, who, district, (incident_id,))
    if incident is None or kept or named_persons_only(incident, district):
        raise Refused("incident_not_found")
    if party not in [str(one) for one in incident.parties]:
        raise Refused("party_unknown", party=party)
    if queries.ormas_of(tx.session, number) is None:
        raise Refused("ormas_unknown", number=number)
    if letter and letter not in district.office.ormas_letters:
        raise Refused("letter_missing", article=district.office.ormas_article)
    id_ = derived("ormas", incident_id, party)
    row: OrmasLinkRow = {"id": id_, "incident_id": incident_id, "party": party, "number": number}
    row |= {"letter": letter, "by": who.id, "at": tx.now}
    if tx.session.get(OrmasLink, id_) is None:
        tx.add(OrmasLink, [row])
    else:
        tx.put(OrmasLink, [row])
    tx.audit("ormas.linked", who.id, incident=incident_id, subject=id_, number=number, letter=letter)
    return id_
