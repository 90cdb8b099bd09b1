"""Give tables the type of their rows, which statements on the table itself return."""

from typing import Generic, TypeVar, cast

from sqlmodel import SQLModel

RowT = TypeVar("RowT")


class Record(SQLModel, Generic[RowT]):
    """Base of every table: `Record[AlertRow]` says that a row of it is an `AlertRow` (schemas/rows.py)."""

    def as_row(self) -> RowT:
        """Return the record as a row."""
        return cast("RowT", self.model_dump())
