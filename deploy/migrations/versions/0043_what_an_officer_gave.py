"""Keep which values of an incident an officer has given, which no report changes"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; of incidents of before it is not known."""
    with op.batch_alter_table("incident") as table:
        table.add_column(sa.Column("given", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("incident") as table:
        table.drop_column("given")
