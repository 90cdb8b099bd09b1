"""Keep which earlier report a reporter has added a report to, and find what was added to one"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; no report of before names another."""
    op.add_column("report", sa.Column("follows", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    few = sa.text("follows IS NOT NULL")
    op.create_index("ix_report_follows", "report", ["follows"], postgresql_where=few, sqlite_where=few)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_report_follows", "report")
    op.drop_column("report", "follows")
