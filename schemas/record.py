"""Give tables the type of their rows, which statements on the table itself return, and columns of JSON."""

from typing import Any, Generic, TypeVar, cast

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

RowT = TypeVar("RowT")


class Record(SQLModel, Generic[RowT]):
    """Base of every table: `Record[AlertRow]` says that a row of it is an `AlertRow` (schemas/rows)."""

    def as_row(self) -> RowT:
        """Return the record as a row."""
        return cast("RowT", self.model_dump())


def json_field(default: Any = dict) -> Any:
    """Return a column of JSON that is never empty: `default` makes the value of a record that gives none."""
    return Field(default_factory=default, sa_column=Column(JSON, nullable=False))
