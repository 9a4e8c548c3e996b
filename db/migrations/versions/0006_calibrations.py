"""calibrations, their tickets, votes and trail, and rubric notes

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    """calibrations, their tickets, votes and trail, and rubric notes"""
    _calibrations()
    op.create_table(
        "calibration_vote",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=True),
        sa.Column("comments", sa.JSON(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", db.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "session_id", "number", "person"),
    )
    op.create_table(
        "rubric_note",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("note_id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("at", db.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("note_id"),
    )
    op.create_index("rubric_note_of", "rubric_note", ["workspace_id", "dimension", "note_id"])


def _calibrations() -> None:
    op.create_table(
        "calibration",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", db.types.Instant(), nullable=False),
        sa.Column("opened_at", db.types.Instant(), nullable=True),
        sa.Column("until", db.types.Instant(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("reviewers", sa.JSON(), nullable=False),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("scheduled", sa.Boolean(), nullable=False),
        sa.Column("next_at", db.types.Instant(), nullable=True),
        sa.Column("next_what", sa.String(), nullable=True),
        sa.Column("ended_at", db.types.Instant(), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_index("calibration_by_number", "calibration", ["workspace_id", "number"], unique=True)
    op.create_index("calibration_ended", "calibration", ["workspace_id", "ended_at"])
    op.create_index(
        "calibration_open", "calibration", ["workspace_id", "next_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "calibration_ticket",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("signs", sa.JSON(), nullable=False),
        sa.Column("handled_by", sa.JSON(), nullable=False),
        sa.Column("agreed", sa.JSON(), nullable=True),
        sa.Column("agreed_by", sa.String(), nullable=True),
        sa.Column("agreed_at", db.types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "session_id", "number"),
    )
    op.create_index("calibration_of_ticket", "calibration_ticket", ["workspace_id", "number"])
    op.create_table(
        "calibration_event",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("at", db.types.Instant(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("event_of_calibration", "calibration_event", ["workspace_id", "session_id"])


def downgrade() -> None:
    """Take it back."""
    for table in ("rubric_note", "calibration_vote", "calibration_event", "calibration_ticket", "calibration"):
        op.drop_table(table)
