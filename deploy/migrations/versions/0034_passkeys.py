"""Keep the public halves of people's passkeys, and which questions to them were answered"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "passkey",
        sa.Column("id", text(), nullable=False),
        sa.Column("person_id", text(), nullable=False),
        sa.Column("handle", text(), nullable=False),
        sa.Column("public_key", text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("name", text(), nullable=False),
        sa.Column("site", text(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("used_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "spent_challenge",
        sa.Column("id", text(), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("spent_challenge")
    op.drop_table("passkey")
