"""Tell what a row of a watched table says, as one digest.

The log of what was done holds it, so that a row which somebody changed without the program differs from what the log
says of it.

What moves by itself and proves nothing is left out: timers, leases, tries. An empty value counts as an absent one, so
that a column which a later version adds leaves the digests of older rows as they are.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    Connection,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    select,
)
from sqlalchemy.sql import operators
from sqlmodel import SQLModel

import schemas.records.all_tables  # noqa: F401 - registers every table
from schemas.vocabulary import DeliveryState
from services.store.statements import find

# Table -> columns that are not covered. Every other column of these tables is, whoever adds it.
WATCHED: Mapping[str, frozenset[str]] = {
    "report": frozenset(),
    "judgement": frozenset(),
    "incident": frozenset(),
    "alert": frozenset({"ack_due", "remind_at", "held_by", "reminders", "sitrep_due"}),
    "delivery": frozenset(
        {"attempts", "next_at", "leased_by", "held", "bundle_id", "bundle_code", "provider_id", "error"}
    ),
    "sitrep": frozenset(),
    "referral": frozenset(),
    "proposal": frozenset(),
    "silence": frozenset(),
    "person": frozenset(),
    "address": frozenset({"failed_at", "avoided_at", "rank"}),
    "key": frozenset(),
    "document": frozenset(),
    "ask": frozenset({"next_at", "told"}),
    "meeting": frozenset(),
    "forum_input": frozenset(),
    "ormas_link": frozenset(),
}
# A delivery on its way has no outcome yet; only an outcome is worth a line.
ON_ITS_WAY = frozenset({DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.FAILED})
OUTCOME = frozenset({"state", "sent_at"})
LENGTH = 32  # hexadecimal digits, 128 bits
INCIDENT, OWNER = "incident", "incident_id"  # the table that others belong to, and their column that says so
GONE = ""  # instead of the digest of a row that was deleted
AT_ONCE = 500


def covered(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Give the columns of a row that its digest covers."""
    left_out = WATCHED[table]
    told = {name: value for name, value in row.items() if value and name not in left_out}
    for name in _no_outcome(table, told):
        told.pop(name, None)
    return told


def _no_outcome(table: str, row: Mapping[str, Any]) -> frozenset[str]:
    return OUTCOME if table == "delivery" and row.get("state") in ON_ITS_WAY else frozenset()


def digest_of(table: str, row: Mapping[str, Any]) -> str:
    """Give the digest of a whole row: SHA-256 over its covered columns as JSON, instants in UTC, shortened."""
    told = _ENCODE(covered(table, row))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


def _plain(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


# What was read as JSON holds no circles: not to look for them saves a tenth.
_ENCODE = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False, default=_plain
).encode


def key_of(table: str, id_: str) -> str:
    """Give the name of a row in the log."""
    return f"{table}:{id_}"


@dataclass
class Touched:
    """The watched rows that one writing transaction has changed, by table, in the order of their first change."""

    ids: dict[Table, dict[str, None]] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)  # incidents that it has opened itself

    def note(self, connection: Connection, statement: Any, many: list[dict[str, Any]], one: dict[str, Any]) -> None:
        """Remember what a statement is about to change; called before it runs."""
        if not isinstance(statement, Insert | Update | Delete):
            return
        table = statement.table
        if not isinstance(table, Table) or table.name not in WATCHED:
            return
        rows = many or ([one] if one else [statement.compile().params])
        if isinstance(statement, Insert):
            self.inserted(table, rows)
            return
        if isinstance(statement, Update):
            rows = [row for row in rows if _matters(table, row)]
        for row in rows:
            self._add(table, _asked(connection, table, statement, row))

    def inserted(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Remember rows that are about to be inserted."""
        if table.name not in WATCHED:
            return
        ids = [str(row[_key(table)]) for row in rows]
        self._add(table, ids)
        if table.name == INCIDENT:
            self.opened |= set(ids)

    def updated(
        self, connection: Connection, table: Table, key: str, statement: Update, rows: list[dict[str, Any]]
    ) -> None:
        """Remember rows that are about to be changed by their column `key`, whose value is `_key`."""
        if table.name not in WATCHED:
            return
        if key != _key(table):
            self.note(connection, statement, rows, {})
            return
        self._add(table, [str(row["_key"]) for row in rows if _matters(table, row)])

    def _add(self, table: Table, ids: Iterable[str]) -> None:
        self.ids.setdefault(table, {}).update(dict.fromkeys(ids))

    def digests(self, connection: Connection) -> tuple[dict[str, str], set[str | None]]:
        """Give the digest of each remembered row as it stands now, by its name in the log, and whose rows these are.

        That is the incidents that they belong to; None stands for a row of no incident, and for one that is gone.
        """
        names = [key_of(table.name, id_) for table, ids in self.ids.items() for id_ in ids]
        owners: set[str | None] = set()
        found = digests_of(connection, names, owners)
        return found, owners | ({None} if GONE in found.values() else set())


def digests_of(connection: Connection, names: Iterable[str], owners: set[str | None] | None = None) -> dict[str, str]:
    """Give the digest of each of these rows as it stands now, `GONE` for one that is not there.

    The incidents that they belong to are added to `owners`.
    """
    found, asked = dict.fromkeys(names, GONE), dict[str, list[str]]()
    for name in found:
        table, _, id_ = name.partition(":")
        asked.setdefault(table, []).append(id_)
    for name, ids in asked.items():
        table_ = SQLModel.metadata.tables[name]
        key = table_.c[_key(table_)]
        owner = key.name if name == INCIDENT else OWNER
        for start in range(0, len(ids), AT_ONCE):
            rows = find(connection, _whole(table_), {"ids": ids[start : start + AT_ONCE]}).dicts()
            found |= {key_of(name, str(row[key.name])): digest_of(name, row) for row in rows}
            if owners is not None:
                owners |= {row.get(owner) for row in rows}
    return found


@cache
def _whole(table: Table) -> Select[Any]:
    """Give the statement that reads rows by their keys; made once: to build it costs more than to run it."""
    return select(table).where(table.c[_key(table)].in_(bindparam("ids", expanding=True)))


def every_row(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield the name and the digest of every row of every watched table as it stands, table by table."""
    for name in WATCHED:
        table = SQLModel.metadata.tables[name]
        key, columns = _key(table), table.c.keys()
        with connection.execute(select(table), execution_options={"yield_per": AT_ONCE}) as found:
            for values in found:
                row = dict(zip(columns, values, strict=True))
                yield key_of(name, str(row[key])), digest_of(name, row)


@cache
def _key(table: Table) -> str:
    [column] = table.primary_key.columns
    return str(column.name)


def _matters(table: Table, row: Mapping[str, Any]) -> bool:
    """Say whether an update of these columns changes what the digest covers."""
    names = {name for name in row if name in table.c} - WATCHED[table.name] - {_key(table)}
    return bool(names - _no_outcome(table.name, row))


def _asked(connection: Connection, table: Table, statement: Update | Delete, row: Mapping[str, Any]) -> list[str]:
    """Give the keys of the rows that a statement changes: as it names them itself, else by asking with its words."""
    key, where = table.c[_key(table)], statement.whereclause
    if isinstance(where, BooleanClauseList) and len(where.clauses) == 1:  # as the ORM writes it
        where = where.clauses[0]
    if isinstance(where, BinaryExpression) and where.operator is operators.eq and where.left is key:
        right = where.right
        if isinstance(right, BindParameter):
            return [str(row.get(right.key, right.value))]
    query = select(key) if where is None else select(key).where(where)
    names = set(query.compile().params)
    return [str(id_) for id_ in connection.scalars(query, {name: row[name] for name in names if name in row})]
