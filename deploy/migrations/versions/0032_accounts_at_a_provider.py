"""Keep which account at an office's own sign-in provider is a person's"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "provider_link",
        sa.Column("id", text(), nullable=False),
        sa.Column("person_id", text(), nullable=False),
        sa.Column("issuer", text(), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_provider_link_person_id", "provider_link", ["person_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("provider_link")
