"""Name the tables in the order in which they may be filled."""

from sqlalchemy import Table
from sqlmodel import SQLModel

import schemas.by_hand
import schemas.records
import schemas.running  # noqa: F401 - each registers tables


def in_order() -> list[Table]:
    """Give every table of ours."""
    return list(SQLModel.metadata.sorted_tables)
