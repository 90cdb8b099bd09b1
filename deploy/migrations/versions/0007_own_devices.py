"""Keep of each address what the person knows it by, and why it is used no more"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.add_column(sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("disabled_why", sqlmodel.sql.sqltypes.AutoString(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.drop_column("disabled_why")
        batch_op.drop_column("label")
