"""Give keys a number of their own, an end, scopes and a channel; reply codes remember what they were used for"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; keys made before have no number and no end, and the scopes of their role."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    with op.batch_alter_table("key") as table:
        table.add_column(sa.Column("kid", text(), nullable=True))
        table.add_column(sa.Column("scopes", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("channel", text(), nullable=True))
        table.add_column(sa.Column("ends_at", moment(), nullable=True))
        table.create_unique_constraint("uq_key_kid", ["kid"])
    with op.batch_alter_table("reply_code") as table:
        table.add_column(sa.Column("spent", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("accepted_at", moment(), nullable=True))
        table.add_column(sa.Column("escalated_at", moment(), nullable=True))
    with op.batch_alter_table("answered") as table:
        table.add_column(sa.Column("said", text(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("answered") as table:
        table.drop_column("said")
    with op.batch_alter_table("reply_code") as table:
        for name in ("spent", "accepted_at", "escalated_at"):
            table.drop_column(name)
    with op.batch_alter_table("key") as table:
        table.drop_constraint("uq_key_kid", type_="unique")
        for name in ("kid", "scopes", "channel", "ends_at"):
            table.drop_column(name)
