"""digests, their claims, reopenings, and the indexes of the week's figures

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TICKET_SOLVED = [
    *("workspace_id", "solved_at", "created_at", "category", "subcategory", "area"),
    *("assignee", "csat", "agent_replies", "reopened"),
]
ESCALATED = sa.text("kind = 'escalated'")


def upgrade() -> None:
    """digests, their claims, reopenings, and the indexes of the week's figures"""
    op.create_table(
        "digest",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scheduled_at", db.types.Instant(), nullable=False),
        sa.Column("covers", sa.String(), nullable=False),
        sa.Column("made_at", db.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", "scheduled_at"),
    )
    op.create_table(
        "digest_claim",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("win", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("claimed_at", db.types.Instant(), nullable=False),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("done_at", db.types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "week", "win"),
    )
    op.create_table(
        "ticket_reopening",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reopened_at", db.types.Instant(), nullable=False),
        sa.Column("solved_at", db.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", "reopened_at"),
    )
    by_solved = ["workspace_id", "solved_at", "reopened_at", "number"]
    op.create_index("reopening_by_solved", "ticket_reopening", by_solved)
    op.create_index("reopening_by_reopened", "ticket_reopening", [by_solved[0], by_solved[2], by_solved[1], "number"])
    op.create_index("ticket_solved", "ticket", TICKET_SOLVED)
    op.create_index("ticket_first_response", "ticket", ["workspace_id", "first_response_at", "created_at", "area"])
    op.create_index(
        "event_escalated",
        "ticket_event",
        ["workspace_id", "number", "undone"],
        sqlite_where=ESCALATED,
        postgresql_where=ESCALATED,
    )
    op.drop_index("clock_breached", table_name="sla_clock")
    op.drop_index("clock_fulfilled", table_name="sla_clock")
    op.create_index("clock_breached", "sla_clock", ["workspace_id", "breached_at", "metric", "priority", "waived_at"])
    op.create_index(
        "clock_fulfilled", "sla_clock", ["workspace_id", "fulfilled_at", "metric", "priority", "breached_at"]
    )


def downgrade() -> None:
    """Take it back."""
    for name in ("clock_fulfilled", "clock_breached"):
        op.drop_index(name, table_name="sla_clock")
    op.create_index("clock_breached", "sla_clock", ["workspace_id", "breached_at"])
    op.create_index("clock_fulfilled", "sla_clock", ["workspace_id", "fulfilled_at"])
    op.drop_index("event_escalated", table_name="ticket_event")
    for name in ("ticket_first_response", "ticket_solved"):
        op.drop_index(name, table_name="ticket")
    for table in ("ticket_reopening", "digest_claim", "digest"):
        op.drop_table(table)
