"""Run Alembic's steps on the engine that `Store.upgrade` hands over."""

from alembic import context
from sqlmodel import SQLModel

import schemas.records.all_tables  # noqa: F401 - registers every table

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
