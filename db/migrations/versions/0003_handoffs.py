"""handoffs, and the triggers that were offered

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """handoffs, and the triggers that were offered"""
    op.create_table(
        "handoff",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", db.types.Instant(), nullable=False),
        sa.Column("within_us", sa.BigInteger(), nullable=False),
        sa.Column("due_at", db.types.Instant(), nullable=False),
        sa.Column("moved_at", db.types.Instant(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("needed", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("urgent", sa.String(), nullable=False),
        sa.Column("sentiment", sa.String(), nullable=True),
        sa.Column("tried", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("tier_before", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("next_at", db.types.Instant(), nullable=True),
        sa.Column("next_what", sa.String(), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.Column("acknowledged_at", db.types.Instant(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", db.types.Instant(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("avoidable", sa.Boolean(), nullable=True),
        sa.Column("avoided_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_id"),
    )
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.create_index(
            "handoff_due",
            ["workspace_id", "next_at"],
            unique=False,
            sqlite_where=sa.text("next_at is not null"),
            postgresql_where=sa.text("next_at is not null"),
        )
        batch_op.create_index("handoff_ended", ["workspace_id", "ended_at"], unique=False)
        batch_op.create_index("handoff_of_ticket", ["workspace_id", "number", "case_id"], unique=False)
        batch_op.create_index(
            "handoff_running",
            ["workspace_id", "number"],
            unique=True,
            sqlite_where=sa.text("state in ('open', 'acknowledged')"),
            postgresql_where=sa.text("state in ('open', 'acknowledged')"),
        )

    op.create_table(
        "handoff_offer",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("offered_to", sa.String(), nullable=True),
        sa.Column("offered_at", db.types.Instant(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "number", "trigger"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("handoff_offer")
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.drop_index(
            "handoff_running",
            sqlite_where=sa.text("state in ('open', 'acknowledged')"),
            postgresql_where=sa.text("state in ('open', 'acknowledged')"),
        )
        batch_op.drop_index("handoff_of_ticket")
        batch_op.drop_index("handoff_ended")
        batch_op.drop_index(
            "handoff_due", sqlite_where=sa.text("next_at is not null"), postgresql_where=sa.text("next_at is not null")
        )

    op.drop_table("handoff")
