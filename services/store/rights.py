"""Say what each service may do to the tables on PostgreSQL, where each has a role of its own.

The audit log can be added to and read, by nobody changed: only the owner of the tables could, and no service runs as
its owner. Notify gives lines their hashes and moves the head; what a line says it cannot change either. On SQLite the
file's owner is everybody's (docs/operations.md).
"""

from collections.abc import Mapping

from sqlalchemy import Engine, text
from sqlmodel import SQLModel

import schemas.records.all_tables  # noqa: F401 - registers every table

ROLES = ("ingest", "triage", "notify", "console", "office")
PREFIX = "kentongan_"  # of the roles' names
ALL = "SELECT, INSERT, UPDATE, DELETE"
_JOURNAL = {"journal": "SELECT, INSERT"}
_EVERYBODY = {
    "chain": "SELECT",
    "process": ALL,
    "rules_in_force": "SELECT, INSERT, UPDATE",
    "key": "SELECT",
    "alembic_version": "SELECT",  # which shape the tables have
    "stream_mark": "SELECT, INSERT, UPDATE",  # a door notes what it has promised
}
_SEALS = {"chain": "SELECT, UPDATE", "journal": "SELECT, INSERT, UPDATE (hash)"}
_NUMBERS = {"notify": "USAGE, SELECT"}  # of lines; whoever seals looks how far they are
_KEYS = {"reporter_key": "SELECT, INSERT"}  # of reports, wrapped; the root among them
_BURIES = {"notify": "SELECT, INSERT", "office": "SELECT, INSERT", "console": "SELECT"}  # nobody takes one away
_SEARCHES = {"console": dict.fromkeys(("searched", "search_mark"), "SELECT")}  # notify and the office write the index
_JUDGES = ("report", "report_source", "judgement", "incident", "suggestion")


def rights_of(role: str) -> Mapping[str, str]:
    """Give the privileges of a role by table; none on a table that is not named."""
    if role == "ingest":
        return {**_EVERYBODY, **_KEYS, "journal": "INSERT"}
    if role == "triage":
        return {
            **_EVERYBODY,
            **_KEYS,
            **_JOURNAL,
            "tombstone": "SELECT",
            **dict.fromkeys(_JUDGES, "SELECT, INSERT, UPDATE"),
        }
    own = _SEALS if role == "notify" else {}
    tables = {table.name: ALL for table in SQLModel.metadata.sorted_tables}
    own = {**own, "tombstone": _BURIES[role], **_SEARCHES.get(role, {})}
    return {**tables, **_EVERYBODY, **_JOURNAL, "key": ALL, **own}


def grant(engine: Engine) -> list[str]:
    """Give the roles that exist in this database their rights and take every other one; gives their names."""
    if engine.dialect.name != "postgresql":
        return []
    found = []
    with engine.begin() as connection:
        for role in ROLES:
            name = PREFIX + role
            known = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
            if connection.execute(known, {"name": name}).first() is None:
                continue
            connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}"))
            connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {name}"))
            for table, privileges in rights_of(role).items():
                connection.execute(text(f'GRANT {privileges} ON "{table}" TO {name}'))
            connection.execute(text(f"REVOKE ALL ON SEQUENCE journal_seq FROM {name}"))
            connection.execute(text(f"GRANT {_NUMBERS.get(role, 'USAGE')} ON SEQUENCE journal_seq TO {name}"))
            found.append(name)
        connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    return found
