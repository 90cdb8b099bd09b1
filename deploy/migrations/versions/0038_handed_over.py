"""Keep to whom of his institution somebody has handed over what is asked"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    with op.batch_alter_table("alert") as table:
        table.add_column(sa.Column("handed_to", text(), nullable=True))
        table.add_column(sa.Column("handed_by", text(), nullable=True))
        table.add_column(sa.Column("handed_at", moment(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("alert") as table:
        for name in ("handed_at", "handed_by", "handed_to"):
            table.drop_column(name)
