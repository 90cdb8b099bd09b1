"""Let the looks of the watchdog and of early warning read what they ask for, not all that is open

Alerts are found by their incident in the index of their uniqueness: one more was written for nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

COUNTED = ["issue", "kecamatan", "opened_at", "occurred_start", "level", "form", "state", "exercise", "conflict"]


def upgrade() -> None:
    """Go forward."""
    few = sa.text("sitrep_due IS NULL AND duty = 'lead' AND state = 'acknowledged'")
    op.drop_index("ix_alert_incident_id", "alert")
    op.create_index("ix_alert_unpromised", "alert", ["sitrep_due", "incident_id"], postgresql_where=few, sqlite_where=few)
    op.create_index("ix_ladder_stopped", "ladder", ["stopped", "next_at"])
    op.drop_index("ix_incident_open", "incident")
    op.create_index("ix_incident_open", "incident", ["state", "opened_at", "id"])
    op.create_index("ix_incident_counted", "incident", [*COUNTED, "origin"])
    op.create_index("ix_report_filed", "report", ["filed_at", "exercise", "incident_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_report_filed", "report")
    op.drop_index("ix_incident_counted", "incident")
    op.drop_index("ix_incident_open", "incident")
    op.create_index("ix_incident_open", "incident", ["state", "opened_at"])
    op.drop_index("ix_ladder_stopped", "ladder")
    op.drop_index("ix_alert_unpromised", "alert")
    op.create_index("ix_alert_incident_id", "alert", ["incident_id"])
