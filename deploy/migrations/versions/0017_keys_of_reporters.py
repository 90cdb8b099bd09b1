"""Keep who reported sealed, each report under a key of its own that can be erased"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; what is kept in plain text stays readable until `kentongan source seal` has sealed it."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "reporter_key",
        sa.Column("id", text(), nullable=False),
        sa.Column("person", text(), nullable=True),
        sa.Column("wrapped", text(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reporter_key_person", "reporter_key", ["person"])
    with op.batch_alter_table("report_source") as table:
        table.add_column(sa.Column("sealed", text(), nullable=True))


def downgrade() -> None:
    """Go back: what is sealed opens no more."""
    with op.batch_alter_table("report_source") as table:
        table.drop_column("sealed")
    op.drop_table("reporter_key")
