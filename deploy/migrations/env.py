"""Run Alembic's steps on the engine that `Store.upgrade` hands over."""

from alembic import context
from sqlmodel import SQLModel

import schemas.by_hand
import schemas.office.records
import schemas.records
import schemas.running  # noqa: F401 - each registers tables

engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
