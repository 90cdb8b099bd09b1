"""A PostgreSQL database that one test after another has: to make one takes a third of a second of processor time."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

# What a database is made of: a test that has changed any of it leaves one that no other test may have.
STRUCTURE = """
SELECT md5(string_agg(part::text, ',' ORDER BY part::text)) FROM (
SELECT 'relation', c.oid::text, c.relname::text, c.relkind::text, c.relnatts::text, c.relacl::text, c.reloptions::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg_%' AND c.relkind <> 't'
UNION ALL SELECT 'column', attrelid::text, attname::text, atttypid::text, attnotnull::text, atthasdef::text, attacl::text
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT LIKE 'pg_%' AND c.relkind = 'r'
UNION ALL SELECT 'constraint', oid::text, conname::text, contype::text, convalidated::text, '', '' FROM pg_constraint
UNION ALL SELECT 'trigger', oid::text, tgname::text, tgenabled::text, '', '', '' FROM pg_trigger
UNION ALL SELECT 'function', p.oid::text, p.proname::text, md5(p.prosrc), p.proacl::text, '', ''
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname NOT LIKE 'pg_%'
UNION ALL SELECT 'schema', oid::text, nspname::text, nspacl::text, '', '', '' FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'
UNION ALL SELECT 'database', datname::text, datacl::text, datconnlimit::text, datallowconn::text, '', ''
FROM pg_database WHERE datname = current_database()
UNION ALL SELECT 'setting', setdatabase::text, setrole::text, setconfig::text, '', '', ''
FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()
) AS part
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"
)


class UsedDatabase:
    """One database, as it was when it was made, and how it becomes so again."""

    def __init__(self, server: str, name: str) -> None:
        """Look at it while nobody has used it."""
        self.server, self.name = server, name
        self._admin = psycopg.connect(server.replace("/postgres?", f"/{name}?"), autocommit=True)
        self._structure = self._rows(STRUCTURE)
        tables = [str(row[0]) for row in self._rows(TABLES)]
        self._filled = {table: self._content(table) for table in tables if self._content(table)}
        # Asked of each sequence itself: pg_sequences shows no number of one that was set and not asked since.
        self._numbers = {name: self._number(name) for (name,) in self._rows(SEQUENCES)}
        self._asked = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
            for table in tables
            if table not in self._filled
        )

    def emptied(self) -> bool:
        """Empty it; False where a test has changed what emptying does not bring back."""
        try:
            self._admin.execute(OTHERS, [self._admin.info.backend_pid])
            if self._rows(STRUCTURE) != self._structure:
                return False
            changed = [table for table, rows in self._filled.items() if self._content(table) != rows]
            if used := changed + [str(row[0]) for row in self._admin.execute(self._asked)]:
                tables = sql.SQL(", ").join(map(sql.Identifier, used))
                self._admin.execute(sql.SQL("TRUNCATE {}").format(tables))
            for name, number in self._numbers.items():
                self._admin.execute("SELECT setval(%s, %s, %s)", [name, *number])
            for table in changed:
                for row in self._filled[table]:
                    values = sql.SQL(", ").join(map(sql.Literal, row))
                    self._admin.execute(sql.SQL("INSERT INTO {} VALUES ({})").format(sql.Identifier(table), values))
        except psycopg.Error:  # a test has ended its connections, or it has become another
            return False
        return True

    def drop(self) -> None:
        """Remove it from the server."""
        self.close()
        with psycopg.connect(self.server, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def close(self) -> None:
        """End our connection to it."""
        self._admin.close()

    def _rows(self, asked: Any) -> Sequence[tuple[Any, ...]]:
        return self._admin.execute(asked).fetchall()

    def _number(self, sequence: str) -> tuple[Any, ...]:
        return self._rows(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(sequence)))[0]

    def _content(self, table: str) -> Sequence[tuple[Any, ...]]:
        return self._admin.execute(sql.SQL("SELECT * FROM {} ORDER BY 1").format(sql.Identifier(table))).fetchall()
