"""Find the lines of the audit log by which drills were begun, few of many"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    few = sa.text("kind = 'drill.begun'")
    op.create_index("ix_journal_drills", "journal", ["seq"], postgresql_where=few, sqlite_where=few)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_journal_drills", "journal")
