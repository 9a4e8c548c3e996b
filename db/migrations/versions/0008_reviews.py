"""QA reviews with their versions and replies, the weekly draw and each reviewer's share

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """QA reviews with their versions and replies, the weekly draw and each reviewer's share"""
    _reviews()
    op.create_table(
        "review_draw",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("scheduled_at", db.types.Instant(), nullable=False),
        sa.Column("since", db.types.Instant(), nullable=False),
        sa.Column("until", db.types.Instant(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("reviewers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "scheduled_at"),
    )
    op.create_table(
        "review_share",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("scheduled_at", db.types.Instant(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", "agent"),
    )
    op.create_index("review_share_of_reviewer", "review_share", ["workspace_id", "reviewer", "scheduled_at", "number"])


def _reviews() -> None:
    op.create_table(
        "review",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("comments", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", db.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", "agent", "version"),
    )
    op.create_index("review_of_agent", "review", ["workspace_id", "agent", "at"])
    op.create_table(
        "review_reply",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", db.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", "agent", "place"),
    )


def downgrade() -> None:
    """Take it back."""
    for table in ("review_share", "review_draw", "review_reply", "review"):
        op.drop_table(table)
