"""Keep whether two steps were shown for a session"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; of sessions of before it is not known, and where two steps are required they are begun again."""
    with op.batch_alter_table("sign_in") as table:
        table.add_column(sa.Column("two_steps", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("sign_in") as table:
        table.drop_column("two_steps")
