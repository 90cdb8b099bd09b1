"""Keep the secret that a person's authenticator moves to, until a code of it was shown"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    with op.batch_alter_table("second_factor") as table:
        table.add_column(sa.Column("next_sealed", text(), nullable=True))
        table.add_column(sa.Column("next_at", moment(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("second_factor") as table:
        table.drop_column("next_at")
        table.drop_column("next_sealed")
