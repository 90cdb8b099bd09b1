"""Keep warnings, what people say of them, signs of tension and entered dates; say what an incident's row came from"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", text(), nullable=False, server_default="reports"))
    op.create_table(
        "warning",
        sa.Column("id", text(), nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("area", text(), nullable=False),
        sa.Column("group", text(), nullable=False),
        sa.Column("rule", text(), nullable=False),
        sa.Column("day", text(), nullable=False),
        sa.Column("told_day", text(), nullable=False),
        sa.Column("ends_day", text(), nullable=False),
        sa.Column("raised_at", moment(), nullable=False),
        sa.Column("ended_at", moment(), nullable=True),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "outcome",
        sa.Column("id", text(), nullable=False),
        sa.Column("warning_id", text(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("institution", text(), nullable=True),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("became", text(), nullable=False),
        sa.Column("note", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "indicator",
        sa.Column("id", text(), nullable=False),
        sa.Column("week", text(), nullable=False),
        sa.Column("kecamatan", text(), nullable=False),
        sa.Column("code", text(), nullable=False),
        sa.Column("note", text(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "date_entry",
        sa.Column("id", text(), nullable=False),
        sa.Column("name", text(), nullable=False),
        sa.Column("first", text(), nullable=False),
        sa.Column("last", text(), nullable=False),
        sa.Column("issue", text(), nullable=False),
        sa.Column("kecamatan", text(), nullable=True),
        sa.Column("source", text(), nullable=False),
        sa.Column("lowered", sa.Boolean(), nullable=False),
        sa.Column("reason", text(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("withdrawn_at", moment(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    for table, columns in (
        ("warning", ("kind", "raised_at")),
        ("outcome", ("warning_id",)),
        ("indicator", ("week",)),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def downgrade() -> None:
    """Go back."""
    for table in ("date_entry", "indicator", "outcome", "warning"):
        op.drop_table(table)
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_column("origin")
