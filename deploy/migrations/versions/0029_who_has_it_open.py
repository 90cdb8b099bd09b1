"""Keep who has the page of an incident open"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0029"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "presence",
        sa.Column("id", text(), nullable=False),
        sa.Column("incident_id", text(), nullable=False),
        sa.Column("person_id", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_presence_incident_id", "presence", ["incident_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("presence")
