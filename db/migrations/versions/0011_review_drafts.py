"""drafts of reviews

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """drafts of reviews"""
    op.create_table(
        "review_draft",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("saved_at", db.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", "agent", "reviewer"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("review_draft")
