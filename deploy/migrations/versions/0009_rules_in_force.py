"""Keep the rules in force, and which processes run them"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "rules_in_force",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", text(), nullable=False),
        sa.Column("ruleset", text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("since", moment(), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("folders", sa.JSON(), nullable=False),
        sa.Column("refused", text(), nullable=True),
        sa.Column("objections", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "process",
        sa.Column("id", text(), nullable=False),
        sa.Column("service", text(), nullable=False),
        sa.Column("instance", text(), nullable=False),
        sa.Column("host", text(), nullable=False),
        sa.Column("digest", text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("started_at", moment(), nullable=False),
        sa.Column("seen_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Go back."""
    for table in ("process", "rules_in_force"):
        op.drop_table(table)
