"""Keep the words by which reports are found; notify fills it, also from the reports of an older store"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    short = sqlmodel.sql.sqltypes.AutoString
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "searched",
        sa.Column("n", number, autoincrement=False, nullable=False),
        sa.Column("report_id", short(), nullable=False),
        sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("n"),
        sa.UniqueConstraint("report_id"),
    )
    op.create_table(
        "search_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("made_by", short(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        # Which word stands in which row is all that is asked of it, so that is all it keeps; the words come parted.
        op.execute(
            "CREATE VIRTUAL TABLE word_index USING fts5"
            "(words, content='searched', content_rowid='n', tokenize='ascii', detail=none, columnsize=0)"
        )
    else:
        op.create_index("ix_searched_words", "searched", ["words"], postgresql_using="gin")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE word_index")
    op.drop_table("search_mark")
    op.drop_table("searched")
