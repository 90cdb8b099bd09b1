"""Say by which silence an alert is held back"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("alert") as alert:
        alert.add_column(sa.Column("held_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        alert.create_index("ix_alert_held_by", ["held_by"])
    moment = sqlmodel.sql.sqltypes.UTCDateTime
    alert = sa.table("alert", sa.column("remind_at", moment), sa.column("held_by", sa.String), sa.column("state", sa.String))
    silence = sa.table("silence", sa.column("id", sa.String), sa.column("ends_at", moment))
    # Until now the end of the silence, found again by its very instant, was all that said so.
    of = sa.select(sa.func.min(silence.c.id)).where(silence.c.ends_at == alert.c.remind_at).scalar_subquery()
    op.execute(alert.update().where(alert.c.remind_at.is_not(None), alert.c.state == "owed").values(held_by=of))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("alert") as alert:
        alert.drop_index("ix_alert_held_by")
        alert.drop_column("held_by")
