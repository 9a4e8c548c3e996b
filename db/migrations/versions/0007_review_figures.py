"""the figures a digest told, answers by time, and sentiments in the week's index

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REPLIED = sa.text("kind = 'replied'")
SOLVED = [
    *("workspace_id", "solved_at", "created_at", "category", "subcategory", "area"),
    *("assignee", "csat", "agent_replies", "reopened"),
]


def upgrade() -> None:
    """the figures a digest told, answers by time, and sentiments in the week's index"""
    op.add_column("digest", sa.Column("figures", sa.JSON(), nullable=True))
    op.create_index(
        "event_replied",
        "ticket_event",
        ["workspace_id", "at", "undone", "number"],
        sqlite_where=REPLIED,
        postgresql_where=REPLIED,
    )
    op.drop_index("ticket_solved", table_name="ticket")
    op.create_index("ticket_solved", "ticket", [*SOLVED, "sentiment"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ticket_solved", table_name="ticket")
    op.create_index("ticket_solved", "ticket", SOLVED)
    op.drop_index("event_replied", table_name="ticket_event")
    op.drop_column("digest", "figures")
