"""Keep reply codes, answered messages, checks of addresses and who opted out"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "reply_code",
        sa.Column("id", text(), nullable=False),
        sa.Column("person_id", text(), nullable=False),
        sa.Column("alert_id", text(), nullable=False),
        sa.Column("incident_id", text(), nullable=False),
        sa.Column("code", text(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("reply_code", schema=None) as batch_op:
        for column in ("alert_id", "incident_id", "person_id"):
            batch_op.create_index(batch_op.f(f"ix_reply_code_{column}"), [column], unique=False)
    op.create_table(
        "answered",
        sa.Column("id", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("channel", text(), nullable=False),
        sa.Column("sender", text(), nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("person_id", text(), nullable=True),
        sa.Column("incident_id", text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("answered", schema=None) as batch_op:
        batch_op.create_index("ix_answered_sender", ["sender", "at"], unique=False)
    op.create_table(
        "address_check",
        sa.Column("address_id", text(), nullable=False),
        sa.Column("code_hash", text(), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("address_id"),
    )
    op.create_table(
        "opt_out",
        sa.Column("id", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Go back."""
    for table in ("opt_out", "address_check", "answered", "reply_code"):
        op.drop_table(table)
