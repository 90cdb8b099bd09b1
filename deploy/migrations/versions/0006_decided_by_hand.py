"""Keep whom a coordinator has told besides, and how many tellings a silence has left out"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; what silences have left out so far stands in the journal."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "referral",
        sa.Column("id", text(), nullable=False),
        sa.Column("incident_id", text(), nullable=False),
        sa.Column("institution", text(), nullable=False),
        sa.Column("duty", text(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("reason", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_incident_id"), ["incident_id"], unique=False)
    with op.batch_alter_table("silence", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_out", sa.Integer(), nullable=False, server_default="0"))
    silence = sa.table("silence", sa.column("id", sa.String), sa.column("left_out", sa.Integer))
    journal = sa.table("journal", sa.column("kind", sa.String), sa.column("data", sa.JSON))
    lines = sa.select(sa.func.count()).where(
        journal.c.kind == "alert.silenced", journal.c.data["silence"].as_string() == silence.c.id
    )
    op.execute(sa.update(silence).values(left_out=lines.scalar_subquery()))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("silence", schema=None) as batch_op:
        batch_op.drop_column("left_out")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_incident_id"))
    op.drop_table("referral")
