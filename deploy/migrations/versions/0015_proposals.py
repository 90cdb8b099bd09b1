"""Keep what one person proposes and a second one of another institution decides"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "proposal",
        sa.Column("id", text(), nullable=False),
        sa.Column("incident_id", text(), nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", text(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("institution", text(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("decided_at", moment(), nullable=True),
        sa.Column("decided_by", text(), nullable=True),
        sa.Column("note", text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_proposal_incident_id", "proposal", ["incident_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("proposal")
