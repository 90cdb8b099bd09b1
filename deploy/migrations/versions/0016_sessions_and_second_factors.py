"""Bind sessions to what they stand on; keep second factors"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; a session of before stands on nothing and has ended: its owner signs in again."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("mark", text(), nullable=True))
        table.add_column(sa.Column("agent", text(), nullable=False, server_default=""))
    op.create_table(
        "second_factor",
        sa.Column("person_id", text(), nullable=False),
        sa.Column("sealed", text(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("proved_at", moment(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("recovery", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("second_factor")
    with op.batch_alter_table("sign_in") as table:
        table.drop_column("agent")
        table.drop_column("mark")
