"""Ask the store about the index of words, and write it.

Both databases keep it in the table `searched`, a row for each report: SQLite finds in it by FTS5 (`word_index`, which
holds the words of that table once more, turned round), PostgreSQL by a GIN index.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import col

from schemas.records.audit_log import Journal
from schemas.records.reports import Report
from schemas.records.running import Searched, SearchMark
from schemas.rows.running import SearchedRow, SearchMarkRow
from services.search.words import LONGEST, SHORTEST
from services.store.audit_log import safe_line
from services.store.row_digests import key_of
from services.store.transaction import Session, Transaction

AT_ONCE = 500  # ids in one statement
LINES = 2_000  # of the audit log that are looked through for reports at once
PAGE = 100  # of them that are held at a time: one of an upgrade names hundreds of rows
_REPORT = key_of("report", "")
_FTS = table("word_index", column("rowid"), column("word_index"))
_OUT = text(
    "INSERT INTO word_index(word_index, rowid, words) "
    "SELECT 'delete', n, words FROM searched WHERE report_id IN :reports"
).bindparams(bindparam("reports", expanding=True))
_IN = text("INSERT INTO word_index(rowid, words) SELECT n, words FROM searched WHERE n >= :first")
_EMPTY = text("INSERT INTO word_index(word_index) VALUES ('delete-all')")


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


# -- asking ------------------------------------------------------------------------------------------------------------


def mark_of(session: Session) -> SearchMark | None:
    """Return how far the index is; None before it was ever begun."""
    return session.get(SearchMark, 1)


def holding(session: Session, words: Sequence[str]) -> Select[Any]:
    """Return the statement that gives the ids of the indexed reports that hold all of these words."""
    found = select(col(Searched.report_id))
    if _on_sqlite(session):
        asked = " ".join(f'"{word[:LONGEST]}"*' if len(word) >= SHORTEST else f'"{word}"' for word in words)
        return found.join(_FTS, _FTS.c.rowid == col(Searched.n)).where(_FTS.c.word_index.op("MATCH")(asked))
    asked = " & ".join(f"'{word[:LONGEST]}':*" if len(word) >= SHORTEST else f"'{word}'" for word in words)
    matches: ColumnElement[bool] = col(Searched.words).op("@@")(cast(literal(asked), TSQUERY))
    return found.where(matches)


def told_after(
    session: Session, seq: int, upto: int | None = None, most: int | None = None
) -> tuple[int, list[str]] | None:
    """Return the number of the last line looked at after `seq`, and the reports that lines after it speak of.

    None where more than `LINES` lines would have to be read and `upto` does not bound them. With `most` it ends at the
    line with which there are as many reports: a line of an upgrade names some hundreds.
    """
    lines = select(col(Journal.seq), col(Journal.rows)).where(col(Journal.seq) > seq)
    if upto is not None:
        lines = lines.where(col(Journal.seq) <= upto)
    named: dict[str, None] = {}
    reached = seq
    bounded = lines.order_by(col(Journal.seq)).limit(LINES + (upto is None))
    with session.connection().execute(bounded, execution_options={"yield_per": PAGE}) as read:
        for number, (line, rows) in enumerate(read, 1):
            if number > LINES:
                return None
            reached = line
            named.update(dict.fromkeys(key.removeprefix(_REPORT) for key in rows or () if key.startswith(_REPORT)))
            if most is not None and len(named) >= most:
                break
    return reached, list(named)


def not_indexed(session: Session) -> list[str]:
    """Return the reports that the index does not hold, the oldest first."""
    held = select(col(Searched.report_id)).where(col(Searched.report_id) == col(Report.id))
    return list(session.scalars(select(col(Report.id)).where(~held.exists()).order_by(col(Report.filed_at))))


def texts_of(session: Session, reports: Collection[str]) -> dict[str, str]:
    """Return the texts of reports by their ids."""
    found: dict[str, str] = {}
    asked = list(reports)
    for start in range(0, len(asked), AT_ONCE):
        query = select(col(Report.id), col(Report.text)).where(col(Report.id).in_(asked[start : start + AT_ONCE]))
        rows: Any = session.execute(query)
        found.update(dict(rows.all()))
    return found


def newest(session: Session) -> int:
    """Return the number of the line behind which none can come any more."""
    return safe_line(session)


# -- writing -----------------------------------------------------------------------------------------------------------


def begin(tx: Transaction, made_by: str) -> None:
    """Empty the index, to be filled anew from the reports as they are."""
    if _on_sqlite(tx.session):
        tx.session.connection().execute(_EMPTY)
    tx.session.connection().execute(delete(Searched))
    tx.session.connection().execute(delete(SearchMark))
    row: SearchMarkRow = {"id": 1, "seq": newest(tx.session), "complete": False, "made_by": made_by}
    tx.add(SearchMark, [row])


def move(tx: Transaction, seq: int, *, complete: bool) -> None:
    """Note how far the index is."""
    tx.session.connection().execute(update(SearchMark).values(seq=seq, complete=complete))


def forget(tx: Transaction, reports: Collection[str]) -> None:
    """Take reports out of the index; out of the file their words are when the store settles its erasures."""
    asked = list(reports)
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        if _on_sqlite(tx.session):
            tx.session.connection().execute(_OUT, {"reports": some})
        tx.session.connection().execute(delete(Searched).where(col(Searched.report_id).in_(some)))


def put(tx: Transaction, terms: dict[str, str]) -> None:
    """Put reports into the index that it does not hold, each with its terms."""
    first = (tx.session.scalar(select(func.max(col(Searched.n)))) or 0) + 1
    rows: list[SearchedRow] = [
        {"n": number, "report_id": id_, "words": words} for number, (id_, words) in enumerate(terms.items(), first)
    ]
    tx.add(Searched, rows)
    if rows and _on_sqlite(tx.session):
        tx.session.connection().execute(_IN, {"first": first})


def held(session: Session, reports: Collection[str]) -> dict[str, str]:
    """Return the terms that the index holds of these reports."""
    found: dict[str, str] = {}
    asked = list(reports)
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        query = select(col(Searched.report_id), col(Searched.words)).where(col(Searched.report_id).in_(some))
        rows: Any = session.execute(query)
        found.update(dict(rows.all()))
    return found
