"""Run the statements of every report past SQLAlchemy's machinery, on SQLite: compiled by it once, and with its types.

SQLAlchemy prepares each call anew: names of parameters, their order, the description of the result. That costs ten
times as much as SQLite needs for the work. Here all of it is kept with the statement; its types still turn values into
what is stored and back. PostgreSQL, where a statement is a way over the wire, goes the usual way.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Insert, Select, Update
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler

KEPT = 512  # compiled statements; one that asks for a list of values is one for each length
LONGEST = 16  # values in a list up to which it is kept: the lists of a few reports repeat, those of many do not

Convert = Callable[[Any], Any]
Statement = Select[Any] | Insert | Update


class Found(NamedTuple):
    """What a statement found: the names of its columns, and its rows."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def dicts(self) -> list[dict[str, Any]]:
        """Give the rows by the names of their columns."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]


class _Place(NamedTuple):
    """One question mark: which parameter it stands for, or a constant."""

    name: str | None  # None: a constant
    at: int | None  # place in the list that the parameter is
    convert: Convert | None  # what makes its value storable
    constant: Any = None


@dataclass(frozen=True)
class _Compiled:
    """A statement as SQLite takes it."""

    words: str
    places: tuple[_Place, ...]
    names: tuple[str, ...] = ()
    results: tuple[tuple[int, Convert], ...] = ()  # place of a column, what makes a value of what is stored

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """Give the values in the order of the words; raises StatementError for one that its column does not take."""
        found = []
        try:
            for name, at, convert, constant in self.places:
                if name is None:
                    found.append(constant)
                    continue
                value = given[name] if at is None else given[name][at]
                found.append(value if convert is None else convert(value))
        except Exception as error:
            raise StatementError(str(error), self.words, None, error, hide_parameters=True) from error
        return found


def find(connection: Connection, statement: Select[Any], given: Mapping[str, Any]) -> Found:
    """Run a statement that is made once and kept; `given` are its parameters, lists where it asks for lists."""
    compiled = _kept(connection, statement, given)
    if compiled is None:
        result = connection.execute(statement, dict(given))
        return Found(tuple(result.keys()), [tuple(row) for row in result])
    rows = _run(connection, compiled, lambda raw: raw.execute(compiled.words, compiled.values(given)).fetchall())
    if not compiled.results or not rows:
        return Found(compiled.names, rows)
    made = []
    for row in rows:
        values = list(row)
        for at, convert in compiled.results:
            values[at] = convert(values[at])
        made.append(tuple(values))
    return Found(compiled.names, made)


def run(connection: Connection, statement: Insert | Update, rows: Sequence[dict[str, Any]]) -> None:
    """Run a statement that is made once and kept for each of these rows, which have the same columns.

    The connection's listeners do not hear of it: whoever watches changed rows is told by the caller.
    """
    compiled = _kept(connection, statement, rows[0])
    if compiled is None:
        connection.execute(statement, list(rows))
        return
    if len(rows) == 1:
        _run(connection, compiled, lambda raw: raw.execute(compiled.words, compiled.values(rows[0])))
    else:
        _run(connection, compiled, lambda raw: raw.executemany(compiled.words, [compiled.values(row) for row in rows]))


def _run(connection: Connection, compiled: _Compiled, act: Callable[[sqlite3.Connection], Any]) -> Any:
    try:
        return act(connection.connection.driver_connection)  # type: ignore[arg-type]  # SQLite's, as was seen
    except sqlite3.Error as error:
        raise DBAPIError.instance(compiled.words, None, error, sqlite3.Error, hide_parameters=True) from error


def _kept(connection: Connection, statement: Statement, given: Mapping[str, Any]) -> _Compiled | None:
    """Give a statement as it is kept; None where it goes the usual way."""
    dialect = connection.dialect
    if dialect.name != "sqlite":
        return None
    lists: tuple[tuple[str, int], ...] = ()
    if isinstance(statement, Select):
        lists = tuple((name, len(value)) for name, value in given.items() if type(value) is list)
        if any(not 0 < length <= LONGEST for _, length in lists):
            return None
    return _compile(statement, tuple(given), lists, dialect)


@lru_cache(KEPT)
def _compile(
    statement: Statement, columns: tuple[str, ...], lists: tuple[tuple[str, int], ...], dialect: Dialect
) -> _Compiled | None:
    """Compile a statement for parameters of these names; None where it has something that is not known here."""
    if isinstance(statement, Select):
        compiled: Any = statement.compile(dialect=dialect)
        lengths = dict(lists)
    else:
        compiled, lengths = statement.compile(dialect=dialect, column_keys=list(columns)), {}
    places = list(_places(compiled, frozenset(columns), lengths, dialect))
    words = str(compiled)
    for name, length in lengths.items():
        words = words.replace(f"__[POSTCOMPILE_{name}]", ", ".join("?" * length))
    if "POSTCOMPILE" in words or None in places or compiled.update_prefetch:
        return None
    if not isinstance(statement, Select):
        return _Compiled(words, tuple(place for place in places if place))
    types = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
    converts = [type_.result_processor(dialect, None) for type_ in types]
    results = tuple((at, convert) for at, convert in enumerate(converts) if convert is not None)
    names = tuple(statement.selected_columns.keys())
    return _Compiled(words, tuple(place for place in places if place), names, results)


def _places(
    compiled: SQLCompiler, given: frozenset[str], lengths: Mapping[str, int], dialect: Dialect
) -> Iterator[_Place | None]:
    """Yield what each question mark stands for; None where that is not known here."""
    defaults: dict[str, Any] = {column.key: column.default for column in compiled.insert_prefetch}
    for name in compiled.positiontup or ():
        bind = compiled.binds[name]
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if name in given:
            yield from (
                (_Place(name, at, convert) for at in range(lengths[name]))
                if name in lengths
                else (_Place(name, None, convert),)
            )
            continue
        default = defaults.get(name)
        if default is not None and not default.is_scalar:
            yield None  # made anew for each row
            continue
        value = default.arg if default is not None else bind.effective_value
        yield (
            None
            if bind.required or bind.expanding
            else _Place(None, None, None, value if convert is None else convert(value))
        )
