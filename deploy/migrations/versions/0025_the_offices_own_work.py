"""Keep the office's own work: documents, asks, meetings, the register of ormas, surveys, what Siladeni was given"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0025"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    text = sqlmodel.sql.sqltypes.AutoString
    moment = sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "numbering",
        sa.Column("id", text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "document",
        sa.Column("id", text(), nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("number", text(), nullable=False),
        sa.Column("institution", text(), nullable=False),
        sa.Column("classification", sa.Integer(), nullable=False),
        sa.Column("subject", text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("incident_id", text(), nullable=True),
        sa.Column("author", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_document_at", "document", ["at"], unique=False)
    op.create_index("ix_document_incident_id", "document", ["incident_id"], unique=False)
    op.create_index("ix_document_kind", "document", ["kind"], unique=False)
    op.create_table(
        "ask",
        sa.Column("id", text(), nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("institution", text(), nullable=False),
        sa.Column("unit", text(), nullable=False),
        sa.Column("text", text(), nullable=False),
        sa.Column("classification", sa.Integer(), nullable=False),
        sa.Column("incident_id", text(), nullable=True),
        sa.Column("document_id", text(), nullable=True),
        sa.Column("meeting_id", text(), nullable=True),
        sa.Column("input_id", text(), nullable=True),
        sa.Column("asked_by", text(), nullable=False),
        sa.Column("asked_for", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("due", moment(), nullable=False),
        sa.Column("next_at", moment(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("escalated_at", moment(), nullable=True),
        sa.Column("answered_at", moment(), nullable=True),
        sa.Column("answered_by", text(), nullable=True),
        sa.Column("answer", text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ask_document_id", "ask", ["document_id"], unique=False)
    op.create_index("ix_ask_incident_id", "ask", ["incident_id"], unique=False)
    op.create_index("ix_ask_input_id", "ask", ["input_id"], unique=False)
    op.create_index("ix_ask_institution", "ask", ["institution"], unique=False)
    op.create_index("ix_ask_meeting_id", "ask", ["meeting_id"], unique=False)
    op.create_index("ix_ask_next_at", "ask", ["next_at"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", text(), nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("title", text(), nullable=False),
        sa.Column("place", text(), nullable=False),
        sa.Column("starts_at", moment(), nullable=False),
        sa.Column("classification", sa.Integer(), nullable=False),
        sa.Column("agenda", sa.JSON(), nullable=False),
        sa.Column("attendance", sa.JSON(), nullable=False),
        sa.Column("minutes", text(), nullable=False),
        sa.Column("made_by", text(), nullable=False),
        sa.Column("closed_at", moment(), nullable=True),
        sa.Column("number", text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_meeting_starts_at", "meeting", ["starts_at"], unique=False)
    op.create_table(
        "forum_input",
        sa.Column("id", text(), nullable=False),
        sa.Column("meeting_id", text(), nullable=False),
        sa.Column("element", text(), nullable=False),
        sa.Column("text", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_forum_input_meeting_id", "forum_input", ["meeting_id"], unique=False)
    op.create_table(
        "ormas",
        sa.Column("number", text(), nullable=False),
        sa.Column("name", text(), nullable=False),
        sa.Column("status", text(), nullable=False),
        sa.Column("address", text(), nullable=False),
        sa.Column("imported_at", moment(), nullable=False),
        sa.Column("missing_since", moment(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "ormas_link",
        sa.Column("id", text(), nullable=False),
        sa.Column("incident_id", text(), nullable=False),
        sa.Column("party", text(), nullable=False),
        sa.Column("number", text(), nullable=False),
        sa.Column("letter", text(), nullable=False),
        sa.Column("by", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ormas_link_incident_id", "ormas_link", ["incident_id"], unique=False)
    op.create_index("ix_ormas_link_number", "ormas_link", ["number"], unique=False)
    op.create_table(
        "survey_answer",
        sa.Column("id", text(), nullable=False),
        sa.Column("month", text(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("remark", text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_survey_answer_month", "survey_answer", ["month"], unique=False)
    op.create_table(
        "survey_spent",
        sa.Column("id", text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "handed_over",
        sa.Column("report_id", text(), nullable=False),
        sa.Column("digest", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_table(
        "pulled",
        sa.Column("id", text(), nullable=False),
        sa.Column("name", text(), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("cursor", text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Go back."""
    for table in (
        "pulled",
        "handed_over",
        "survey_spent",
        "survey_answer",
        "ormas_link",
        "ormas",
        "forum_input",
        "meeting",
        "ask",
        "document",
        "numbering",
    ):
        op.drop_table(table)
