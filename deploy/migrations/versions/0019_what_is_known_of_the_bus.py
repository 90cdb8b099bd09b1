"""Keep of each stream of the bus when it was made, how far it went and what was promised: the bus cannot prove that itself"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; what is known begins with the first look."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "stream_mark",
        sa.Column("stream", text(), primary_key=True),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("promised", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("lost", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("seen_at", moment(), nullable=False),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("stream_mark")
