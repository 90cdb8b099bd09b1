"""Run the statements of every report past SQLAlchemy's machinery, on SQLite: compiled by it once, and with its types.

SQLAlchemy prepares each call anew: names of parameters, their order, the description of the result. That costs ten
times as much as SQLite needs for the work. Here all of it is kept with the statement; its types still turn values into
what is stored and back, but for the plain instant and the plain JSON value, which are most of all there are and take
three calls each: these are turned here, to the letter as its types do. PostgreSQL, where a statement is a way over the
wire, goes the usual way.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import JSON, Connection, Delete, Insert, Select, Update
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel.sql.sqltypes import UTCDateTime

KEPT = 512  # compiled statements; one that asks for a list of values is one for each length
LENGTHS = (*range(1, 9), 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)  # of lists as they are asked for
STORED = len("2026-11-30 00:00:00.000000")  # signs of an instant as it is stored
LONGEST = LENGTHS[-1]  # values in a list up to which its statement is kept

Convert = Callable[[Any], Any]
Statement = Select[Any] | Insert | Update | Delete


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


class _List(NamedTuple):
    """A list of values: where it goes in between, which parameter it is, as how many, what makes each storable."""

    at: int
    name: str
    length: int
    convert: Convert | None


@dataclass(frozen=True)
class _Compiled:
    """A statement as SQLite takes it: the values of its question marks are fetched, then made storable."""

    words: str
    given: tuple[str, ...]  # parameters that stand for one value each, in the order of the words
    lists: tuple[_List, ...]
    constants: tuple[tuple[int, Any], ...]  # and constants
    converts: tuple[tuple[int, Convert], ...]  # place among `given`, what makes its value storable
    names: tuple[str, ...] = ()
    results: tuple[tuple[int, Convert], ...] = ()  # place of a column, what makes a value of what is stored

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """Give the values in the order of the words; raises StatementError for one that its column does not take."""
        try:
            found = _fetched(self.given)(given)
            for at, convert in self.converts:
                found[at] = convert(found[at])
            for at, name, length, convert_one in self.lists:
                values = list(given[name])
                values += values[-1:] * (length - len(values))  # asking for one twice finds it once
                found[at:at] = values if convert_one is None else map(convert_one, values)
            for at, constant in self.constants:
                found.insert(at, constant)
        except Exception as error:
            raise StatementError(str(error), self.words, None, error, hide_parameters=True) from error
        return found


@lru_cache(KEPT)
def _fetched(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], list[Any]]:
    """Give what fetches these values in their order; `itemgetter` gives a lone one as it is."""
    if len(names) > 1:
        get = itemgetter(*names)
        return lambda given: list(get(given))
    return lambda given: [given[name] for name in names]


def find(connection: Connection, statement: Select[Any], given: Mapping[str, Any]) -> Found:
    """Run a statement that is made once and kept; `given` are its parameters, lists where it asks for lists."""
    compiled = _kept(connection, statement, given)
    if compiled is None:
        result = connection.execute(statement, dict(given))
        return Found(tuple(result.keys()), [tuple(row) for row in result])
    rows = _run(connection, compiled, lambda raw: raw.execute(compiled.words, compiled.values(given)).fetchall())
    if not compiled.results or not rows:
        return Found(compiled.names, rows)
    columns: list[Any] = list(zip(*rows, strict=True))
    for at, convert in compiled.results:
        columns[at] = map(convert, columns[at])
    return Found(compiled.names, list(zip(*columns, strict=True)))


def run(connection: Connection, statement: Insert | Update | Delete, rows: Sequence[dict[str, Any]]) -> int:
    """Run a statement that is made once and kept for each of these rows, which have the same columns.

    Gives how many rows it has changed. One that deletes may ask for lists of values, and is given one row of these.
    The connection's listeners do not hear of it: whoever watches changed rows is told by the caller.
    """
    compiled = _kept(connection, statement, rows[0])
    if compiled is None:
        return connection.execute(statement, rows[0] if len(rows) == 1 else list(rows)).rowcount
    if len(rows) == 1:
        done = _run(connection, compiled, lambda raw: raw.execute(compiled.words, compiled.values(rows[0])))
    else:
        values = [compiled.values(row) for row in rows]
        done = _run(connection, compiled, lambda raw: raw.executemany(compiled.words, values))
    return int(done.rowcount)


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
    if isinstance(statement, Select | Delete):
        lists = tuple((name, len(value)) for name, value in given.items() if type(value) is list)
        if any(not 0 < length <= LONGEST for _, length in lists):
            return None
        lists = tuple((name, LENGTHS[bisect_left(LENGTHS, length)]) for name, length in lists)
    return _compile(statement, tuple(given), lists, dialect)


@lru_cache(KEPT)
def _compile(
    statement: Statement, columns: tuple[str, ...], lists: tuple[tuple[str, int], ...], dialect: Dialect
) -> _Compiled | None:
    """Compile a statement for parameters of these names; None where it has something that is not known here."""
    if isinstance(statement, Select | Delete):
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
        return _laid_out(words, [place for place in places if place], lengths)
    types = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
    converts = [_read(type_, type_.result_processor(dialect, None), dialect) for type_ in types]
    results = tuple((at, convert) for at, convert in enumerate(converts) if convert is not None)
    names = tuple(statement.selected_columns.keys())
    return _laid_out(words, [place for place in places if place], lengths, names, results)


def _laid_out(
    words: str,
    places: Sequence[_Place],
    lengths: Mapping[str, int],
    names: Sequence[str] = (),
    results: Sequence[tuple[int, Convert]] = (),
) -> _Compiled:
    """Sort what the question marks stand for, so that fetching them is one call."""
    given: list[str] = []
    converts: list[tuple[int, Convert]] = []
    lists: list[_List] = []
    constants: list[tuple[int, Any]] = []
    for at, (name, number, convert, constant) in enumerate(places):
        if name is None:
            constants.append((at, constant))
        elif number is not None:
            if number == 0:  # its other values follow
                lists.append(_List(at - len(constants), name, lengths[name], convert))
        else:
            if convert is not None:
                converts.append((len(given), convert))
            given.append(name)
    return _Compiled(words, tuple(given), tuple(lists), tuple(constants), tuple(converts), tuple(names), tuple(results))


def _read(type_: Any, convert: Convert | None, dialect: Any) -> Convert | None:
    """Give what makes a value of what is stored: what is no plain one of its kind goes the way of its type."""
    if type(type_) is UTCDateTime:
        return _instant_of
    if isinstance(type_, JSON) and convert is not None:
        of_text: Convert = dialect._json_deserializer  # noqa: SLF001 - the engine's own, as its type calls it
        return lambda value: of_text(value) if type(value) is str else convert(value)
    return convert


def _written(type_: Any, convert: Convert | None, dialect: Any) -> Convert | None:
    """Give what makes a value storable: what is no plain one of its kind goes the way of its type."""
    if type(type_) is UTCDateTime and convert is not None:
        return lambda value: _stored(value) if type(value) is datetime and value.tzinfo else convert(value)
    if isinstance(type_, JSON) and convert is not None:
        to_text: Convert = dialect._json_serializer  # noqa: SLF001 - the engine's own, as its type calls it
        return lambda value: to_text(value) if type(value) in (dict, list) else convert(value)
    return convert


def _instant_of(text: str | None) -> datetime | None:
    if text is None:
        return None
    if len(text) == STORED:  # as it is written here: read with its zone, eight times as fast
        return datetime.fromisoformat(f"{text}Z")
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _stored(instant: datetime) -> str:
    if instant.tzinfo is UTC:
        return instant.isoformat(" ", "microseconds")[:STORED]
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _places(
    compiled: SQLCompiler, given: frozenset[str], lengths: Mapping[str, int], dialect: Dialect
) -> Iterator[_Place | None]:
    """Yield what each question mark stands for; None where that is not known here."""
    defaults: dict[str, Any] = {column.key: column.default for column in compiled.insert_prefetch}
    for name in compiled.positiontup or ():
        bind = compiled.binds[name]
        type_ = bind.type.dialect_impl(dialect)
        convert = _written(type_, type_.bind_processor(dialect), dialect)
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
