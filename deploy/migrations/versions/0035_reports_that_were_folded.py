"""Find the reports that a merge or a split has put elsewhere without reading all reports"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    few = sa.text("folded_into IS NOT NULL")
    op.create_index("ix_report_folded_into", "report", ["folded_into"], postgresql_where=few, sqlite_where=few)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_report_folded_into", "report")
