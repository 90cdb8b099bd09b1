"""Say of incidents whose form an officer changed to a nil report that they are no conflict: nobody is waited for"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; NIHIL was the code of a nil report in every district file until now."""
    incident = sa.table("incident", sa.column("form", sa.String), sa.column("conflict", sa.Boolean))
    op.execute(incident.update().where(incident.c.form == "NIHIL").values(conflict=False))


def downgrade() -> None:
    """Go back: the form alone said it, and still does."""
