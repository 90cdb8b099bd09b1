"""Keep codes of bundles, which addresses have failed, and keys whose reporters hear back"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bundle_code", text(), nullable=True))
    few = sa.text("bundle_code IS NOT NULL")
    op.create_index("ix_delivery_bundle", "delivery", ["person_id"], postgresql_where=few, sqlite_where=few)
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failed_at", moment(), nullable=True))
        batch_op.add_column(sa.Column("avoided_at", moment(), nullable=True))
    with op.batch_alter_table("key", schema=None) as batch_op:
        batch_op.add_column(sa.Column("may_reply", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_delivery_bundle", "delivery")
    for table, columns in (
        ("key", ["may_reply"]),
        ("address", ["avoided_at", "failed_at"]),
        ("delivery", ["bundle_code"]),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column)
