"""Keep silences, and which deliveries wait for their turn or went out together"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "silence",
        sa.Column("id", text(), nullable=False),
        sa.Column("author", text(), nullable=False),
        sa.Column("reason", text(), nullable=False),
        sa.Column("issue", text(), nullable=True),
        sa.Column("form", text(), nullable=True),
        sa.Column("kecamatan", text(), nullable=True),
        sa.Column("institution", text(), nullable=True),
        sa.Column("exercise", sa.Boolean(), nullable=True),
        sa.Column("starts_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("made_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_by", text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("silence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_silence_ends_at"), ["ends_at"], unique=False)
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held", text(), nullable=True))
        batch_op.add_column(sa.Column("bundle_id", text(), nullable=True))
        batch_op.create_index("ix_delivery_address", ["address", "sent_at"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_address")
        batch_op.drop_column("bundle_id")
        batch_op.drop_column("held")
    with op.batch_alter_table("silence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_silence_ends_at"))
    op.drop_table("silence")
