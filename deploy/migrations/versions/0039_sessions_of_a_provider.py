"""Keep which session at an office's own sign-in provider a session here came from"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

COLUMNS = ("provider_account", "provider_session")


def upgrade() -> None:
    """Go forward; sessions of before are known by neither, and end by themselves within twelve hours."""
    text = sqlmodel.sql.sqltypes.AutoString
    with op.batch_alter_table("sign_in") as table:
        for name in COLUMNS:
            table.add_column(sa.Column(name, text(), nullable=True))
    for name in COLUMNS:
        op.create_index(f"ix_sign_in_{name}", "sign_in", [name])


def downgrade() -> None:
    """Go back."""
    for name in COLUMNS:
        op.drop_index(f"ix_sign_in_{name}", "sign_in")
    with op.batch_alter_table("sign_in") as table:
        for name in COLUMNS:
            table.drop_column(name)
