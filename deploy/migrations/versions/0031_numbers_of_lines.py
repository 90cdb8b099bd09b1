"""Let lines of the audit log take their numbers from a sequence, so that writers need not wait for each other"""

from alembic import op

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward: the first number follows the newest line. SQLite needs none, one transaction writes at a time."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE journal_seq")
        op.execute("SELECT setval('journal_seq', (SELECT coalesce(max(seq), 0) + 1 FROM journal), false)")


def downgrade() -> None:
    """Go back; lines must be sealed before: an older version would chain on to an empty hash."""
    unsealed = op.get_bind().exec_driver_sql("SELECT 1 FROM journal WHERE hash = '' LIMIT 1").first()
    if unsealed:
        raise RuntimeError("Lines of the audit log are not sealed yet: start the services of this release once.")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE journal_seq")
