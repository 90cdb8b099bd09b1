"""Let lines of the journal hold digests of the rows they speak of, so that a row changed without the program is found"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; lines written before hold none, and the store takes its rows over as they stand (Store.upgrade)."""
    with op.batch_alter_table("journal") as table:
        table.add_column(sa.Column("rows", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("chain") as table:
        table.add_column(
            sa.Column("rows_as_of", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="")
        )


def downgrade() -> None:
    """Go back; lines that hold digests no longer fit their hash."""
    with op.batch_alter_table("journal") as table:
        table.drop_column("rows")
    with op.batch_alter_table("chain") as table:
        table.drop_column("rows_as_of")
